"""Train recipes: many networks at a time, on as many cores as there are, nothing twice.

Runs whose recipes differ only in what a stack can hold apart (drop rate, learning rate, seed) are trained in one
call. Because each network has random streams of its own, the result is the same to the last bit however the runs
are put into stacks and processes (at one BLAS thread, on one kind of CPU).
"""

import hashlib
import os
import platform
import signal
import struct
import sys
import tempfile
import warnings
from concurrent.futures import FIRST_COMPLETED, Executor, wait
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import cache, partial
from itertools import pairwise
from pathlib import Path

import numpy as np

import helpers.nn
from helpers.nn import Best, Examples, evaluate
from helpers.nn.checks import require, require_whole

from . import cache as disk
from .data import Data
from .recipe import Recipe, build

MOST_NETWORKS, MOST_WEIGHTS = 20, 250_000  # in one task: many small networks or a few large ones; see _tasks
WORTH_PROCESSES = 4 * 10**7  # from so much work on, as _work counts it: half a second for one core
IDLE = 60  # seconds after which processes without work end
LOOK = 0.1  # seconds between two looks at what is done
DELAY, REDRAW = 0.5, 0.3  # seconds until progress is shown, and from then on
CALL = 'train_runs([(Recipe(), 0), (Recipe(), 1)], load_mnist1d(), "validation")'


@dataclass(frozen=True, eq=False)
class Run:
    """What training one network gave.

    train_loss, train_accuracy: (epochs,), with dropout on, as the network trained.  watched: None, or four rows
    (training loss, training accuracy, validation loss, validation accuracy) × epochs, with dropout off.
    loss and correct (examples,): on the split it was judged on, at the end.
    diverged: its loss became NaN or infinite; from then on it has NaN everywhere, and no example right.
    """

    train_loss: np.ndarray
    train_accuracy: np.ndarray
    watched: np.ndarray | None
    loss: float
    correct: np.ndarray
    diverged: bool

    @property
    def accuracy(self):
        """The fraction right on the split it was judged on."""
        return self.correct.mean()


def train_runs(jobs, data, split="validation", watch=False, executor=None, title="training"):
    """A Run for each of `jobs`, a list of pairs (recipe, seed), in their order.

    split: "validation" or "test", what the networks are judged on at the end.  watch: evaluate each epoch, too.
    executor: any concurrent.futures.Executor; without one, a process on each of this machine's cores, or this one
    alone where the work is too little for more. A task that fails is named, by recipe and seeds, in a RuntimeError.
    After it, or after Ctrl-C, nothing goes on running, and what was done by then is kept.
    """
    jobs = [*jobs]
    _check(jobs, data, split, executor)
    keys = [_key(recipe, data, seed, split, watch) for recipe, seed in jobs]
    found = {key: disk.load(key) for key in dict.fromkeys(keys)}
    missing = {key: job for key, job in zip(keys, jobs, strict=True) if found[key] is None}
    if missing:
        keep = True
        with closing(_carry_out(_tasks(missing, data), (data, split, watch), executor, title)) as done:
            for task, stored in done:
                for (key, *_), arrays in zip(task, stored, strict=True):
                    found[key] = arrays
                    keep = keep and _kept(key, arrays)
        disk.trim()
    return [_run(found[key]) for key in keys]


def _check(jobs, data, split, executor):
    fine = all(isinstance(job, tuple) and len(job) == 2 and isinstance(job[0], Recipe) for job in jobs)
    require(fine, "jobs", repr(jobs), "a list of pairs (Recipe, seed)", CALL)
    for _, seed in jobs:
        require_whole("a seed in jobs", seed, 0, CALL)
    require_data(data)
    require(split in ("validation", "test"), "split", repr(split), 'one of "validation" and "test"', CALL)
    for recipe in {recipe for recipe, _ in jobs}:
        allowed = f"at most {len(data.train)}, the number of training examples"
        require(recipe.batch_size <= len(data.train), "batch_size", recipe.batch_size, allowed, "Recipe(batch_size=10)")
    fine = executor is None or isinstance(executor, Executor)
    call = "compare(arms, data, seeds, executor=ProcessPoolExecutor())"
    require(fine, "executor", repr(executor), "a concurrent.futures.Executor, or None", call)


def require_data(data):
    """Raise unless `data` is a Data made of Examples, which is what these networks take."""
    call = "compare(arms, load_mnist1d(), seeds)"
    require(isinstance(data, Data), "data", f"of type {type(data).__name__}", "a Data, such as a loader gives", call)
    fine = isinstance(data.train, Examples)
    require(fine, "data", f"made of {type(data.train).__name__}", "made of Examples, not of series", call)


@cache
def _code():
    """A fingerprint of the code that computes a Run."""
    files = [*Path(helpers.nn.__file__).parent.glob("*.py"), Path(__file__), Path(__file__).with_name("recipe.py")]
    return hashlib.sha256(b"".join(file.read_bytes() for file in sorted(files))).hexdigest()[:16]


def _key(recipe, data, seed, split, watch):
    code = f"code={_code()} numpy={np.__version__}"
    return f"{recipe!r} {data.fingerprint} seed={int(seed)} {split} watch={bool(watch)} {code}"


def _kept(key, arrays):
    """Put a result into the cache; or say, once for all, that it is impossible."""
    try:
        disk.store(key, arrays)
    except OSError as error:
        text = f"Results can't be kept in {disk.cache_folder()} ({error}); next time they are trained again."
        warnings.warn(text, stacklevel=3)
        return False
    return True


def _weights(recipe, data):
    """How many weights one network has."""
    widths = data.train.x.shape[1], *recipe.hidden, data.train.classes
    return sum(inputs * outputs for inputs, outputs in pairwise(widths))


def _work(task, data):
    """How long a task takes, in no unit: a step costs so much for each weight, and as much as 4,000 for itself."""
    recipe = task[0][1]
    return len(task) * recipe.epochs * -(-len(data.train) // recipe.batch_size) * (4000 + _weights(recipe, data))


def _tasks(missing, data):
    """The jobs, key -> (recipe, seed), as lists of (key, recipe, seed), each to be trained in one stack.

    As few as there can be, but one for each core at least, and none with more networks than a core's cache holds
    beside what Adam remembers. The longest come first, so that the cores end together.
    """
    families = {}
    for key, (recipe, seed) in missing.items():
        families.setdefault(recipe.family, []).append((key, recipe, seed))
    tasks = []
    for members in families.values():
        most = min(MOST_NETWORKS, max(2, MOST_WEIGHTS // _weights(members[0][1], data)))
        parts = max(-(-len(members) // most), min(cores(), len(members)))
        tasks += [members[len(members) * i // parts : len(members) * (i + 1) // parts] for i in range(parts)]
    return sorted(tasks, key=lambda task: _work(task, data), reverse=True)


def cores():
    """How many processors this program may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _workers(work):
    """A process for each core, kept for the next experiment; None where they aren't worth it.

    Threads would take turns in all that is Python, not NumPy: two of them are slower than one on small networks.
    """
    if work < WORTH_PROCESSES or cores() == 1 or sys.platform == "emscripten":  # in a browser there are none
        return None
    import loky  # takes as long as all of helpers.lab

    return loky.get_reusable_executor(cores(), timeout=IDLE, initializer=_leave_interrupts_to_others)


def _leave_interrupts_to_others():
    """Ctrl-C reaches all processes; who began the experiment stops it, and these go on to the next one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _carry_out(tasks, how, executor, title):
    """Yield each task, with its results, as it is done: here, or by an executor. However it ends, nothing goes on.

    how: what `_train_stack` takes besides the task.
    """
    works = [_work(task, how[0]) for task in tasks]
    executor = executor or _workers(sum(works))
    parts = [0.0] * len(tasks)  # done of each task, from 0 to 1
    with closing(_bar(title, sum(works))) as bar:

        def note(at, part):
            parts[at] = part
            bar.update(sum(work * part for work, part in zip(works, parts, strict=True)) - bar.n)

        if executor is None:
            for at, task in enumerate(tasks):
                yield task, _named(task, _train_stack, task, *how, partial(note, at))
        else:
            yield from _elsewhere(tasks, how, executor, note)


def _elsewhere(tasks, how, executor, note):
    """Yield each task, with its results, as it comes back from an executor; meanwhile call note(place, part done)."""
    futures = {}
    with ExitStack() as stack:  # what is entered last is left first
        stack.callback(wait, futures)
        temporary = tempfile.TemporaryDirectory(prefix="dropout-course-", ignore_cleanup_errors=True)
        folder = Path(stack.enter_context(temporary))
        stack.callback(lambda: [future.cancel() for future in futures])
        for at, task in enumerate(tasks):
            file = folder / str(at)
            file.write_bytes(struct.pack("d", 0.0))
            futures[executor.submit(_train_for_another, task, *how, (str(file), platform.node()))] = at
        waiting = set(futures)
        while waiting:
            ready, waiting = wait(waiting, LOOK, FIRST_COMPLETED)
            for at in map(futures.get, waiting):
                note(at, *struct.unpack("d", (folder / str(at)).read_bytes()))
            for future in ready:
                at = futures[future]
                results = _named(tasks[at], future.result)
                note(at, 1.0)
                yield tasks[at], results


def _bar(title, total):
    from tqdm.auto import tqdm  # in a notebook this imports ipywidgets, which takes longer than all of helpers.lab

    class Bar(tqdm):
        monitor_interval = 0  # no thread of its own, which would outlive it

    form = "{desc}: {percentage:3.0f} %|{bar}| {elapsed} gone, {remaining} to go"
    return Bar(total=total, desc=title, bar_format=form, leave=False, delay=DELAY, miniters=0, mininterval=REDRAW)


def _named(task, function, *arguments):
    """Call `function`; if it fails, say which task it was."""
    try:
        return function(*arguments)
    except Exception as error:
        seeds = {}
        for _, recipe, seed in task:
            seeds.setdefault(recipe, []).append(seed)
        which = "; ".join(f"{recipe} with seeds {numbers}" for recipe, numbers in seeds.items())
        raise RuntimeError(f"Training failed with {type(error).__name__}: {error}. It was {which}.") from error


class Stopped(Exception):
    """The rest of the experiment was given up."""


def _train_for_another(task, data, split, watch, place):
    """Train a task for another process. place: a file for the part that is done, and the machine that has it.

    The file lasts as long as the experiment: without it there is no more to do.
    """
    path, machine = place

    def advance(part):
        if platform.node() == machine:
            try:
                with open(path, "r+b") as file:
                    file.write(struct.pack("d", part))
            except FileNotFoundError:
                raise Stopped from None

    return _train_stack(task, data, split, watch, advance)


@np.errstate(all="ignore")  # however it is set here, a network that diverges must not disturb the others
def _train_stack(task, data, split, watch, advance):
    """Train one network for each (key, recipe, seed). A dict of arrays for each, as it is kept on disk."""
    advance(0.0)
    _, recipes, seeds = zip(*task, strict=True)
    epochs = recipes[0].epochs
    network, training, masks = build(recipes, seeds, data)
    used = training.noise if recipes[0].masks == "forever" else None  # then the sub-network is all there is
    best = Best(network) if recipes[0].early_stopping else None
    loss, accuracy = np.full((2, len(task), epochs), np.nan)
    watched = np.full((len(task), 4 if watch else 0, epochs), np.nan)
    try:
        for at, epoch in enumerate(training):
            loss[:, at], accuracy[:, at] = epoch.loss, epoch.accuracy
            if watch:
                seen = [evaluate(network, examples, used) for examples in (data.train, data.validation)]
                watched[:, :, at] = np.stack([part for e in seen for part in (e.loss, e.accuracy)], axis=1)
                watched[epoch.diverged, :, at] = np.nan
            if best:
                best.look(evaluate(network, data.validation, used).loss)
            if recipes[0].masks == "epoch":
                masks.forget()
            advance((at + 1) / epochs)
    except FloatingPointError:  # all have diverged, which is a result too
        pass
    if best:
        best.restore()
    judged = evaluate(network, getattr(data, split), used)
    diverged = np.isnan(loss).any(axis=1) | ~np.isfinite(judged.loss)
    return [
        {
            "train_loss": loss[at],
            "train_accuracy": accuracy[at],
            "watched": watched[at],
            "loss": np.where(diverged[at], np.nan, judged.loss[at]),
            "correct": np.packbits(judged.correct[at] & ~diverged[at]),
            "examples": np.array(judged.correct.shape[1]),
            "diverged": diverged[at],
        }
        for at in range(len(task))
    ]


def _run(arrays):
    """A Run from the arrays kept on disk."""
    correct = np.unpackbits(arrays["correct"], count=int(arrays["examples"])).astype(bool)
    watched = arrays["watched"] if len(arrays["watched"]) else None
    curves = arrays["train_loss"], arrays["train_accuracy"], watched
    return Run(*curves, float(arrays["loss"]), correct, bool(arrays["diverged"]))
