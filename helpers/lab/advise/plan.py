"""The plan: how much is tried. Minutes become one number, the settings of each arm; all else follows from that.

So an answer does not depend on how fast the machine was: with the same plan, results are equal to the last bit.
"""

import time
from dataclasses import dataclass, replace
from math import ceil

import numpy as np

from .. import cache as disk
from ..executors import cores, work
from ..stacks import train_stack
from ..tune import trainings
from . import trees
from .arms import COCKTAIL, PLAIN, network_arms
from .rows import MOST_ROWS, sampled

WIDTH = 256  # of the big network's layers
FEW_SETTINGS = 8  # with fewer, networks are half as wide, trained half as long, and no part of the cocktail is left out
STEPS = 800  # of the optimizer, about, in the first rung
LONGER = 3  # times as many epochs in the next rung
NETWORKS = (1, 2, 4)  # that judge a setting in each rung
TYPICAL = 4  # of the first rung's epochs: what is chosen at the end, on average
EFFICIENCY = 0.8  # of several processes at once, compared with one
MOST_SETTINGS = 200


@dataclass(frozen=True)
class Plan:
    """How much is tried.

    settings: of each arm, in the first rung.  kept: how many go into each rung.  networks: that judge each there.
    epochs: in the first rung; in each of the next ones a setting is tried with `longer` times as many, too.
    width, batch_size: of the networks.  trees: settings of the gradient-boosted trees.  seeds: networks at the end.
    parts: whether each part is taken out of the cocktail once.
    rows: that are used, split -> how many.  of: how many there are.
    """

    settings: int
    seeds: int
    kept: tuple[int, ...]
    networks: tuple[int, ...]
    epochs: int
    longer: int
    width: int
    batch_size: int
    trees: int
    parts: bool
    rows: dict[str, int]
    of: dict[str, int]

    @classmethod
    def of_settings(cls, settings, seeds, data):
        """The Plan with so many settings for each arm."""
        of = {name: len(getattr(data, name).x) for name in ("train", "validation", "test")}
        rows = {name: min(number, MOST_ROWS) for name, number in of.items()}
        trained = min(len(data.train), rows["train"])
        batch_size = min(100, max(1, trained // 20))
        brief = settings < FEW_SETTINGS
        epochs = min(20, max(4, round(STEPS * batch_size / trained))) // (1 + brief)
        kept = (settings, ceil(settings / 3), ceil(settings / 9))
        width, forests = WIDTH // (1 + brief), max(2, settings // 2)
        return cls(settings, seeds, kept, NETWORKS, epochs, LONGER, width, batch_size, forests, not brief, rows, of)

    def arms(self):
        """name -> Arm, of those that are trained."""
        return network_arms(self.width, self.batch_size, self.epochs)

    def first(self, grid):
        """The recipes of the first rung: arm -> a list of Recipes."""
        return {
            name: [recipe for recipe, _ in trainings({name: arm.recipe}, arm.space, self.settings, grid)[name]]
            for name, arm in self.arms().items()
        }

    def work(self, data, grid):
        """About how much it is, as executors.work counts."""
        each = {
            name: sum(work([(None, recipe, None)], data) for recipe in recipes) / self.settings
            for name, recipes in self.first(grid).items()
        }
        second = self.kept[1] * (1 + self.longer * 2)
        third = self.kept[2] * (2 + self.longer * 4) * 2  # of networks that are trained as long as the first, or longer
        total = sum(each.values()) * (self.settings + second + third + self.seeds * TYPICAL)
        return total + self.parts * 5 * NETWORKS[-1] * TYPICAL * each[COCKTAIL]

    def __str__(self):
        epochs = [self.epochs * self.longer**at for at in range(len(self.kept))]
        text = (
            f"The plan, which settings={self.settings} repeats: each of {len(self.arms())} kinds of network is tried "
            f"with {self.settings} settings, for {epochs[0]} epochs. The best {self.kept[1]} go on, for up to "
            f"{epochs[1]}, and of those the best {self.kept[2]}, for up to {epochs[2]}; the others are given up. At "
            f"the end {self.seeds} networks of each kind are trained anew and tested."
        )
        return f"{text} {self.samples}".strip()

    @property
    def samples(self):
        """Of how many rows samples are used, in a sentence; "" where all rows are."""
        parts = [f"{self.rows[name]:,} of {of:,} {name} rows" for name, of in self.of.items() if self.rows[name] < of]
        return f"Samples are used: {', '.join(parts)}." if parts else ""


def plan_for(minutes, seeds, data, grid, executor):
    """The Plan that takes about so many minutes here, as measured on one small training; and the same the next time.

    It is kept: who starts again after an interruption goes on with the plan that was begun.
    """
    workers = workers_of(executor)
    key = f"advise: {data.fingerprint} minutes={minutes} seeds={seeds} grid={grid} workers={workers}"
    kept, used = disk.load(key), sampled(data)
    if kept is None:
        each, tree = _seconds_each(used), trees.seconds(used)

        def takes(settings):
            one = Plan.of_settings(settings, seeds, data)
            seconds = one.work(used, grid) * each + tree * (one.trees + seeds)
            return seconds / 60 / (workers if workers == 1 else EFFICIENCY * workers)

        settings = 2
        if takes(settings) > minutes:
            print(f"{minutes:g} minutes are too few: the least there is to do takes about {takes(settings):.1f} here.")
        while settings < MOST_SETTINGS and takes(settings + 1) <= minutes:
            settings += 1
        kept = {"settings": np.array(settings)}
        disk.store(key, kept)
    return Plan.of_settings(int(kept["settings"]), seeds, data)


def workers_of(executor):
    """How many tasks an executor does at once, as far as it says."""
    client = getattr(executor, "_client", None)  # of dask.distributed
    if client is not None:
        return max(1, sum(client.nthreads().values()))
    return getattr(executor, "_max_workers", None) or cores()


def _seconds_each(data):
    """How many seconds a unit of executors.work takes here: measured on an epoch of three plain big networks."""
    recipe = replace(Plan.of_settings(FEW_SETTINGS, 2, data).arms()[PLAIN].recipe, epochs=1)
    task = [(None, recipe, seed) for seed in range(3)]
    start = time.perf_counter()
    train_stack(task, data, "validation", False, lambda part: None)
    return (time.perf_counter() - start) / work(task, data)
