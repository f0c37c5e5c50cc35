"""The best-known figures about dropout, on two cores: full MNIST, plain, with dropout, with max-norm besides, smaller.

    python -m benchmarks.headline

trains each arm on all 60,000 images (no picture of the pixels' places, none changed) and tests it once on 10,000. Each
arm's settings are chosen before, in short trainings on 50,000 images, by the other 10,000. It may be stopped and
started again: what is finished is in data/results/headline.json, what is not goes on from its last epoch.
"""

import argparse
import io
import json
import math
import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, replace
from functools import partial
from threading import Event

import numpy as np
from tqdm.auto import tqdm

from helpers.lab import ResultsError, crossed_estimate, load_mnist, load_results, my_seeds, write_results
from helpers.lab.executors import Stopped, cores
from helpers.lab.files import write_whole
from helpers.lab.folders import cache_folder
from helpers.nn import SGD, Dropout, Examples, Fresh, MaxNorm, Network, evaluate, mlp, train

COMMAND = "python -m benchmarks.headline"
BATCH, MOMENTUM = 128, 0.95
UPDATES, TUNING_UPDATES = 40_000, 10_000


@dataclass(frozen=True)
class Setting:
    """How a network is built and trained; drop_rate: of the hidden units; max_norm: 0 for no limit."""

    hidden: tuple[int, ...]
    learning_rate: float
    input_drop_rate: float = 0.0
    drop_rate: float = 0.0
    max_norm: float = 0.0

    @property
    def layers(self):
        """The layers of such a network."""
        inputs = [Dropout(self.input_drop_rate)] if self.input_drop_rate else []
        return [*inputs, *mlp(784, *self.hidden, 10, drop_rate=self.drop_rate)]


# Srivastava et al. 2014, table 2: three layers of 1024 ReLU units; 0.2 of the inputs and 0.5 of the units are dropped.
PLAIN = Setting((1024, 1024, 1024), 0.0)
DROPOUT = replace(PLAIN, input_drop_rate=0.2, drop_rate=0.5)
RATES = (0.01, 0.02, 0.05, 0.1)
ARMS = {  # arm -> the settings tried: as many for each
    "plain": [replace(PLAIN, learning_rate=rate) for rate in RATES],
    "dropout": [replace(DROPOUT, learning_rate=rate) for rate in RATES],
    "dropout_max_norm": [replace(DROPOUT, learning_rate=r, max_norm=m) for r in (0.02, 0.05) for m in (0.7, 1.0)],
    "smaller": [replace(PLAIN, hidden=(512, 512, 512), learning_rate=rate) for rate in RATES],
}
PUBLISHED = {"plain": 1.60, "dropout": 1.25, "dropout_max_norm": 1.06}  # percent; the plain one is a 2 × 800 logistic


def train_one(setting, seed, examples, updates, checkpoint, advance):
    """A Network trained for `updates` steps, its learning rate falling as half a cosine wave; and its loss by epoch.

    checkpoint: the path of a file, written after each epoch, from which the same call goes on, to the same bits.
    advance: a function called with the fraction done.
    """
    epochs = math.ceil(updates / math.ceil(len(examples) / BATCH))
    network, noise = Network(setting.layers, [seed]), Fresh([seed])
    limit = [MaxNorm(setting.max_norm)] if setting.max_norm else []
    training = train(network, examples, SGD(setting.learning_rate, MOMENTUM), epochs, BATCH, noise, limit)
    losses = _go_on(checkpoint, training)
    while len(losses) < epochs:
        falling = (1 + math.cos(math.pi * len(losses) / epochs)) / 2
        training.optimizer = SGD(setting.learning_rate * falling, MOMENTUM)
        losses.append(float(next(training).loss[0]))
        _keep(checkpoint, training, losses)
        advance(len(losses) / epochs)
    return network, losses


def _streams(training):
    return [*(shuffle.bit_generator for shuffle in training.shuffles), *training.noise.streams]


def _keep(path, training, losses):
    """Write all that the next epoch depends on, whole or not at all."""
    states = json.dumps([stream.state for stream in _streams(training)])
    body = io.BytesIO()
    velocity = training.memory["velocity"]
    np.savez(body, parameters=training.network.parameters, velocity=velocity, losses=losses, states=states)
    write_whole(path, body.getvalue())


def _go_on(path, training):
    """Put back what was kept at `path`; the losses so far, none if there is no such file."""
    if not path.exists():
        return []
    with np.load(path, allow_pickle=False) as kept:
        training.network.parameters[:] = kept["parameters"]
        training.memory["velocity"][:] = kept["velocity"]
        for stream, state in zip(_streams(training), json.loads(str(kept["states"])), strict=True):
            stream.state = state
        return kept["losses"].tolist()


def tune_one(arm, at, data, checkpoint, advance):
    """One short training of an arm, on 50,000 images: its validation error in percent, 100 if it diverged."""
    setting = ARMS[arm][at]
    try:
        network, _ = train_one(
            setting, my_seeds(1, "tuning", "unnamed")[0], data.train, TUNING_UPDATES, checkpoint, advance
        )
    except FloatingPointError:
        return 100.0
    return 100 * (1 - float(evaluate(network, data.validation).accuracy[0]))


def test_one(setting, seed, data, checkpoint, advance):
    """One training on all images, and its one test: a dict of what is kept of it."""
    start = time.perf_counter()
    parts = data.train, data.validation
    x, labels = (np.concatenate([getattr(part, name) for part in parts]) for name in ("x", "labels"))
    examples = Examples(x, labels, data.train.classes, scale=data.train.scale)
    network, losses = train_one(setting, seed, examples, UPDATES, checkpoint, advance)
    wrong = np.flatnonzero(~evaluate(network, data.test).correct[0])
    seconds = time.perf_counter() - start
    return {"error": 100 * len(wrong) / len(data.test), "wrong": wrong.tolist(), "losses": losses, "seconds": seconds}


def kept_so_far():
    """What an earlier call has finished: the tuning, arm -> errors, and the runs, arm -> seed -> what is kept of it."""
    tuning, runs = ({arm: {} for arm in ARMS} for _ in range(2))
    try:
        found = load_results("headline")
    except ResultsError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            return tuning, runs
        raise
    if found["settings"]["fixed"] != _fixed():
        raise SystemExit("data/results/headline.json was made with other settings; move it away to begin anew.")
    for arm, tried in found["settings"]["tuning"].items():
        tuning[arm] = {trial["at"]: trial["validation_error_percent"] for trial in tried}
    for arm, kept in found["arms"].items():
        columns = (kept[name] for name in ("seeds", "test_error_percent", "wrong", "losses", "seconds"))
        for seed, error, wrong, losses, seconds in zip(*columns, strict=True):
            runs[arm][seed] = {"error": error, "wrong": wrong, "losses": losses, "seconds": seconds}
    return tuning, runs


def _fixed():
    """What every run has in common, as it stands in the results."""
    arms = {arm: [str(setting) for setting in tried] for arm, tried in ARMS.items()}
    fixed = {"updates": UPDATES, "tuning updates": TUNING_UPDATES, "batch": BATCH, "momentum": MOMENTUM, "arms": arms}
    return json.loads(json.dumps(fixed))


def best(tuning, arm):
    """The setting of this arm with the lowest validation error (the first such), once all were tried; else None."""
    tried = tuning[arm]
    return ARMS[arm][min(sorted(tried), key=tried.get)] if len(tried) == len(ARMS[arm]) else None


def write(tuning, runs, seeds, data):
    """Write what is finished: of `seeds`, and of those of earlier calls."""
    arms = {}
    for arm, done in runs.items():
        known = sorted(done)
        column = {name: [done[seed][name] for seed in known] for name in ("error", "wrong", "losses", "seconds")}
        arms[arm] = {"seeds": known, "test_error_percent": column.pop("error"), **column}
        if setting := best(tuning, arm):
            arms[arm]["setting"] = asdict(setting)
    settings = {
        "fixed": _fixed(),
        "tuning": {
            arm: [
                {"at": at, "setting": asdict(ARMS[arm][at]), "validation_error_percent": tried[at]}
                for at in sorted(tried)
            ]
            for arm, tried in tuning.items()
        },
    }
    seconds = sum(sum(arm["seconds"]) for arm in arms.values())
    seeds = sorted({*seeds, *(seed for done in runs.values() for seed in done)})
    write_results("headline", COMMAND, summary(arms, len(data.test)), settings, seeds, seconds, data, arms)


PAIRS = (("dropout", "plain"), ("dropout_max_norm", "dropout"), ("smaller", "plain"), ("dropout", "smaller"))


def summary(arms, images):
    """Errors in percent, and differences seed by seed and image by image: Estimates, wherever there are two seeds."""
    wrong = {arm: {} for arm in arms}
    for arm, kept in arms.items():
        for seed, places in zip(kept["seeds"], kept["wrong"], strict=True):
            wrong[arm][seed] = np.zeros(images)
            wrong[arm][seed][places] = 100
    pairs = {f"{arm} minus {other}": (wrong[arm], wrong[other]) for arm, other in PAIRS}
    differences = {name: [a[seed] - b[seed] for seed in a if seed in b] for name, (a, b) in pairs.items()}
    errors = {arm: [*found.values()] for arm, found in wrong.items()}
    return {
        title: {name: crossed_estimate(np.stack(rows)) for name, rows in kind.items() if len(rows) > 1}
        for title, kind in (("error", errors), ("difference", differences))
    }


def report(found):
    """What the results file says, as text: each arm's errors, their mean with its interval, and the differences."""
    lines = []
    for arm, kept in found["arms"].items():
        errors = " ".join(f"{error:.2f}" for error in kept["test_error_percent"])
        mean = _with_interval(found["figures"]["error"][arm], "") if arm in found["figures"]["error"] else ""
        published = f"   published: {PUBLISHED[arm]:.2f}" if arm in PUBLISHED else ""
        lines.append(f"{arm:29}{errors:20}{mean}{published}".rstrip())
    lines += [f"{name:49}{_with_interval(estimate, '+')}" for name, estimate in found["figures"]["difference"].items()]
    return "\n".join(lines)


def _with_interval(estimate, sign):
    mean, low, high = (format(estimate[part], f"{sign}.2f") for part in ("mean", "low", "high"))
    return f"{mean} ({low} to {high})"


def carry_out(jobs, title, done):
    """Run `jobs` on all cores, and call `done(name, result)` after each.

    jobs: name -> (its updates, a function of a checkpoint's path and of `advance`).
    """
    stopped, parts = Event(), dict.fromkeys(jobs, 0.0)
    folder = cache_folder().with_name("headline")

    def advance(name, part):
        parts[name] = part
        if stopped.is_set():
            raise Stopped

    def show(bar):
        bar.update(sum(jobs[name][0] * part for name, part in parts.items()) - bar.n)

    with (
        ThreadPoolExecutor(cores()) as pool,
        _bar(title, sum(job[0] for job in jobs.values())) as bar,
    ):
        checkpoints = {name: folder / f"{name}.npz" for name in jobs}
        futures = {pool.submit(job, checkpoints[name], partial(advance, name)): name for name, (_, job) in jobs.items()}
        waiting = set(futures)
        try:
            while waiting:
                ready, waiting = wait(waiting, 1, FIRST_COMPLETED)
                for future in ready:
                    name = futures[future]
                    done(name, future.result())
                    checkpoints[name].unlink(missing_ok=True)
                show(bar)
        finally:
            stopped.set()
            for future in futures:
                future.cancel()


def _bar(title, total):
    form = "{desc}: {percentage:3.0f} % of the updates|{bar}| {elapsed} gone, {remaining} to go"
    return tqdm(total=total, desc=title, bar_format=form, mininterval=5)


def main():
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=3, help="networks for each arm (default 3)")
    options = parser.parse_args()
    if options.seeds < 2:
        parser.error("--seeds must be at least 2, for example: --seeds 3")
    data, seeds = load_mnist(), my_seeds(options.seeds, name="unnamed")
    tuning, runs = kept_so_far()

    def tuned(name, error):
        arm, at = name.rsplit("-", 1)
        tuning[arm][int(at)] = round(error, 4)
        write(tuning, runs, seeds, data)

    def tested(name, found):
        arm, seed = name.rsplit("-", 1)
        runs[arm][int(seed)] = found
        write(tuning, runs, seeds, data)

    jobs = {
        f"{arm}-{at}": (TUNING_UPDATES, partial(tune_one, arm, at, data))
        for arm in ARMS
        for at in range(len(ARMS[arm]))
        if at not in tuning[arm]
    }
    carry_out(jobs, "tuning", tuned)
    jobs = {
        f"{arm}-{seed}": (UPDATES, partial(test_one, best(tuning, arm), seed, data))
        for seed in seeds
        for arm in ARMS
        if seed not in runs[arm]
    }
    carry_out(jobs, "training", tested)
    print(report(load_results("headline")))


if __name__ == "__main__":
    main()
