"""Train recipes: many networks at a time, nothing twice.

Runs whose recipes differ only in what a stack can hold apart (drop rate, learning rate, seed) are trained in one call.
"""

from concurrent.futures import Executor
from contextlib import closing
from dataclasses import replace
from math import ceil

import numpy as np

from helpers.nn import Examples
from helpers.nn.plumbing.checks import require, require_whole

from . import cache as disk
from . import shipped
from .data import Data
from .executors import carry_out, tasks, work
from .loaded import code_fingerprint
from .machine import affordable_part, in_browser
from .recipe import Recipe
from .stacks import run_from

CALL = 'train_runs([(Recipe(), 0), (Recipe(), 1)], load_mnist1d(), "validation")'


def train_runs(jobs, data, split="validation", watch=False, executor=None, title="training", whole=False):
    """A Run for each of `jobs`, a list of pairs (recipe, seed), in their order.

    split: "validation" or "test", what the networks are judged on at the end.  watch: True to evaluate after each
    epoch, too; or the numbers of the epochs after which to do so, which is quicker: on validation examples alone.
    executor: any concurrent.futures.Executor; without one, a process on each of this machine's cores, or this one
    alone where the work is too little for more. A task that fails is named, by recipe and seeds, in a RuntimeError.
    After it, or after Ctrl-C, nothing goes on running, and what was done by then is kept. In a browser, results that
    came with the site are taken; where what is missing would take too long, all train for fewer epochs, in proportion,
    unless epochs are numbered in `watch`, or `whole` says that it may take as long as it takes; then nothing is told.
    """
    jobs = [*jobs]
    _check(jobs, data, split, executor)
    numbers = watch if np.iterable(watch) else ()
    watch = tuple(require_whole("an epoch in watch", at, 1, CALL) for at in numbers) or bool(watch)
    keys, found, came = _stored(jobs, data, split, watch)
    if in_browser() and not (numbers or whole):  # which epochs of a shorter training would be watched?
        work = {key: _work(job, data, split, watch) for key, job in zip(keys, jobs, strict=True)}
        part = affordable_part(sum(work.values()), sum(work[key] for key in found if found[key] is None))
        if part < 1:
            jobs = [(replace(recipe, epochs=ceil(part * recipe.epochs)), seed) for recipe, seed in jobs]
            keys, found, came = _stored(jobs, data, split, watch)
    if came and not whole:
        print(f"{len(came)} networks here are stored ones, trained elsewhere from the same seeds.")
    missing = {key: job for key, job in zip(keys, jobs, strict=True) if found[key] is None}
    if missing:
        keep = True
        with closing(carry_out(tasks(missing, data, executor), (data, split, watch), executor, title)) as done:
            for task, stored in done:
                for (key, *_), arrays in zip(task, stored, strict=True):
                    found[key] = arrays
                    keep = keep and disk.keep(key, arrays)  # it is said once
        disk.trim()
    return [run_from(found[key]) for key in keys]


def _stored(jobs, data, split, watch):
    """Each job's key, in their order; what is stored, key -> arrays, or None; and what of that came with the site."""
    keys = [_key(recipe, data, seed, split, watch) for recipe, seed in jobs]
    found = {key: disk.load(key) for key in dict.fromkeys(keys)}
    missing = [key for key, arrays in found.items() if arrays is None]
    came = shipped.load_all(missing) if in_browser() else {}
    return keys, found | came, came


def _work(job, data, split, watch):
    """How long a job takes, as `work` counts it, judging included: a third of training on as many examples."""
    recipe, _ = job
    judged = len(getattr(data, split)) + bool(watch) * recipe.epochs * (len(data.train) + len(data.validation))
    return work([(None, *job)], data) * (1 + judged / 3 / (recipe.epochs * len(data.train)))


def _check(jobs, data, split, executor):
    fine = all(isinstance(job, tuple) and len(job) == 2 and isinstance(job[0], Recipe) for job in jobs)
    require(fine, "jobs", repr(jobs), "a list of pairs (Recipe, seed)", CALL)
    for _, seed in jobs:
        require_whole("a seed in jobs", seed, 0, CALL)
    require_data(data)
    require(split in ("validation", "test"), "split", repr(split), 'one of "validation" and "test"', CALL)
    for one in {one for one, _ in jobs}:
        require_batch(one, data)
    fine = executor is None or isinstance(executor, Executor)
    call = "compare(arms, data, seeds, executor=ProcessPoolExecutor())"
    require(fine, "executor", repr(executor), "a concurrent.futures.Executor, or None", call)


def require_batch(recipe, data):
    """Raise unless there are training examples enough for one batch."""
    allowed = f"at most {len(data.train)}, the number of training examples"
    require(recipe.batch_size <= len(data.train), "batch_size", recipe.batch_size, allowed, "Recipe(batch_size=10)")


def require_data(data, call="compare(arms, load_mnist1d(), seeds)"):
    """Raise unless `data` is a Data made of Examples, which is what these networks take."""
    require(isinstance(data, Data), "data", f"of type {type(data).__name__}", "a Data, such as a loader gives", call)
    fine = isinstance(data.train, Examples)
    require(fine, "data", f"made of {type(data.train).__name__}", "made of Examples, not of series", call)


def _key(recipe, data, seed, split, watch):
    return f"{recipe!r} {data.fingerprint} seed={int(seed)} {split} watch={watch} code={code_fingerprint()}"
