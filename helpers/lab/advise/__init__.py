"""Your own data: which kind of network, if any, and with which settings? Read it in this order:

arms     what is tried, the simplest first
plan     how much of it, in so many minutes
rows     which rows are used for what
search   successive halving, on validation rows
progress  how far it is
trees    the outsider
answer   what came out, in plain words
code     lines of PyTorch and scikit-learn that build the same
program  a whole program around them, from the file to the class of a new row

`python -m helpers.lab.advise FILE.csv --label COLUMN` does it for a file.
"""

import time

import numpy as np

from helpers.nn.plumbing.checks import require, require_number, require_whole

from ..differences import network_estimate
from ..executors import workers_of
from ..names import UNNAMED
from ..own_table import Table
from ..runs import require_data, train_runs
from ..seeds import my_seeds
from . import trees
from .answer import VERDICTS, Answer, Outcome, parameters
from .arms import COCKTAIL, COMMONEST, PLAIN, TREES, without_each_part
from .plan import APART, LAST, USUAL, Plan, Speed, plan_for
from .progress import Progress
from .rows import folds, for_the_end, sampled
from .search import judged, search

CALL = "advise(data, minutes=5, seeds=5)"
LEFT_OUT = "Gradient-boosted trees were left out: scikit-learn is not installed."


def advise(data, minutes=5, seeds=5, executor=None, settings=None, grouped=None, tell=print, watch=None):
    """Which network to take for `data`, a Data: an Answer. print(answer) shows it.

    minutes: how long it may take, about; a short measurement makes a plan of it. settings: instead of that, how many
    settings each arm is searched with, which fixes the whole plan: with the same plan the results are equal to the
    last bit, whatever the executor and the number of workers (on one kind of processor).
    grouped: whether rows belong together, such as those of one patient, so that no other rows may be for validation;
    a Table that was loaded with groups says so itself.
    seeds: how many networks of each arm are trained and tested at the end.
    executor: any concurrent.futures.Executor; without one, a process on each core.
    tell: is called with the plan, in words, before it is carried out; and where the minutes are too few, with that.
    watch: is called with a Progress again and again; without it, a bar is shown.
    What was trained is kept: after Ctrl-C, or when the program was killed, the same call goes on from there.
    """
    require_data(data, CALL)
    require_number("minutes", minutes, "above 0, at most 10,000", lambda minutes: 0 < minutes <= 10_000, CALL)
    seeds = require_whole("seeds", seeds, 2, CALL)
    require(seeds <= 1000, "seeds", seeds, "at most 1,000", CALL)
    if settings is not None:
        settings = require_whole("settings", settings, 2, "advise(data, settings=12)")
    start = time.perf_counter()
    if settings is None:
        (plan, text), speed = planned(data, minutes, seeds, executor), Speed.kept(data)
    else:
        plan, speed = Plan.of_settings(settings, seeds, data), USUAL
        text = str(plan)
    tell(text)
    (grid,) = my_seeds(1, "grid", UNNAMED)
    tuning, final = my_seeds(plan.networks[-1], "tuning", UNNAMED), my_seeds(seeds, "final", UNNAMED)
    if grouped is None:
        grouped = isinstance(data, Table) and data.report.groups is not None
    used = sampled(data)
    judges = [used] if grouped else folds(used, len(tuning))
    with_trees = trees.installed()
    with Progress(speed.seconds(plan.stages(used, grid), workers_of(executor)), watch) as progress:
        chosen = search(plan, judges, tuning, grid, executor, progress)
        parts = _parts(chosen, judges, tuning, executor, progress) if plan.parts else {}
        if with_trees:
            progress.begin("trees")
            tree = trees.search(used, plan.trees, tuning[0], grid, executor)

        # From here on nothing is chosen, and the test rows are used, once.
        end = for_the_end(used)
        progress.begin("testing")
        arms = {COMMONEST: _commonest(used, judges, seeds), **_networks(chosen, end, final, executor)}
        if with_trees:
            progress.begin(LAST)
            arms[TREES] = _trees(tree, plan, end, final, executor)
    return Answer(
        arms,
        plan,
        rows=sum(plan.of.values()),
        features=used.train.x.shape[1],
        class_names=used.class_names,
        commonest=used.class_names[_counts(used).argmax()],
        seconds=time.perf_counter() - start,
        parts=parts,
        notes=tuple(filter(None, [plan.samples, "" if with_trees else LEFT_OUT])),
        report=data.report if isinstance(data, Table) else None,
    )


def planned(data, minutes, seeds=5, executor=None):
    """The Plan that so many minutes buy for `data`, and what to say of it before it is carried out.

    The first time, it is measured how fast a training is here, which takes a second or two.
    """
    (grid,) = my_seeds(1, "grid", UNNAMED)
    plan, takes = plan_for(minutes, seeds, data, grid, workers_of(executor), Speed.kept(data))
    needed = f"{takes:.1f} minutes" if takes >= 1 else f"{60 * takes:.0f} seconds"
    if takes > minutes:
        return plan, f"That is too little time: the least there is to do takes about {needed} here. {plan}"
    return plan, f"It takes about {needed} here. {plan}"


def _counts(data):
    """How many rows to train on each class has."""
    return np.bincount(data.train.labels, minlength=data.train.classes)


def _commonest(data, judges, seeds):
    """Says the commonest class, and for its log-loss how common each class is; one row more each, so that none is 0."""
    counts, truth = _counts(data), data.test.labels
    loss = float(-np.log((counts + 1) / (counts + 1).sum())[truth].mean())
    right = [one.validation.labels == counts.argmax() for one in judges]
    return Outcome({}, right, np.tile(truth == counts.argmax(), (seeds, 1)), (loss,) * seeds, tried=0)


def _networks(chosen, data, seeds, executor):
    """The arms that are trained: name -> Outcome."""
    jobs = [(one.recipe, seed) for one in chosen.values() for seed in seeds]
    runs = iter(train_runs(jobs, data, "test", executor=executor, title="testing", whole=True))
    arms = {}
    for name, one in chosen.items():
        its_runs = [next(runs) for _ in seeds]
        right, losses = np.stack([run.correct for run in its_runs]), tuple(run.loss for run in its_runs)
        size = parameters(one.recipe, data.train.x.shape[1], data.train.classes)
        arms[name] = Outcome(one.recipe, one.correct, right, losses, one.tried, size)
    return arms


def _trees(chosen, plan, data, seeds, executor):
    settings, (validation, _) = chosen
    right, losses = zip(*trees.fits([(settings, seed) for seed in seeds], data, "test", executor), strict=True)
    return Outcome(settings, [validation], np.stack(right), losses, plan.trees)


def _parts(chosen, folds, seeds, executor, progress):
    """How much more accurate the mix of all is than without each of its parts, on validation rows: part -> Estimate."""
    cocktail = chosen[COCKTAIL]
    without = without_each_part(cocktail.recipe, chosen[PLAIN].recipe)
    runs = judged(without.values(), folds, seeds, executor, APART, progress)
    right = {part: np.concatenate([run.correct for run in runs[recipe]]) for part, recipe in without.items()}
    whole = np.concatenate(cocktail.correct).astype(float)
    return {part: network_estimate(whole - one) for part, one in right.items()}
