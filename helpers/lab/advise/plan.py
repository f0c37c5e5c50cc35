"""The plan: how much is tried. Minutes become one number, the settings of each arm; all else follows from that.

So an answer does not depend on how fast the machine was: with the same plan, results are equal to the last bit.
"""

import time
from bisect import bisect_right
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil
from typing import NamedTuple

import numpy as np

from .. import cache as disk
from ..executors import work
from ..stacks import train_stack
from ..tune import trainings
from . import trees
from .arms import COCKTAIL, MIX, PLAIN, network_arms
from .rows import MOST_ROWS, sampled

WIDTH = 256  # of the big network's layers
STEPS = 800  # of the optimizer, about, in the first round
LONGER = 3  # times as many epochs in the next round
NETWORKS = (1, 2, 4)  # that judge a setting in each round; the last one always has the most
TYPICAL = 2  # times as many epochs in each round as in the one before: what is chosen, on average
EFFICIENCY = 0.8  # of several processes at once, compared with one
MOST_SETTINGS = 200
APART, LAST = f"{MIX}, without each part", "testing trees"  # stages


class Level(NamedTuple):
    """A plan of at least so many settings: how many rounds it has, by what epochs are divided, the part of WIDTH that
    layers have, and whether each part is taken out of the mix of all once."""

    settings: int
    rounds: int
    shorter: int
    width: float
    parts: bool


LEVELS = (  # each at most two to three times as much work as the one before, so that minutes are not left unused
    Level(2, rounds=2, shorter=2, width=0.5, parts=False),
    Level(4, rounds=3, shorter=2, width=0.5, parts=False),
    Level(8, rounds=3, shorter=1, width=0.5, parts=True),
    Level(12, rounds=3, shorter=1, width=0.75, parts=True),
    Level(16, rounds=3, shorter=1, width=1.0, parts=True),
)


@dataclass(frozen=True)
class Plan:
    """How much is tried.

    settings: of each arm, in the first round.  kept: how many go into each round.  networks: that judge each there.
    epochs: in the first round; in each of the next ones a setting is tried with `longer` times as many, too.
    width, batch_size: of the networks.  trees: settings of the gradient-boosted trees.  seeds: networks at the end.
    parts: whether each part is taken out of the mix of all once.
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
        level = next(one for one in reversed(LEVELS) if one.settings <= settings)
        epochs = min(20, max(4, round(STEPS * batch_size / trained))) // level.shorter
        kept = tuple(ceil(settings / 3**at) for at in range(level.rounds))
        networks = (*NETWORKS[: level.rounds - 1], NETWORKS[-1])
        width, forests = round(WIDTH * level.width), max(2, settings // 2)
        return cls(settings, seeds, kept, networks, epochs, LONGER, width, batch_size, forests, level.parts, rows, of)

    def arms(self):
        """name -> Arm, of those that are trained."""
        return network_arms(self.width, self.batch_size, self.epochs)

    def first(self, grid):
        """The recipes of the first round: arm -> a list of Recipes."""
        return {
            name: [recipe for recipe, _ in trainings({name: arm.recipe}, arm.space, self.settings, grid)[name]]
            for name, arm in self.arms().items()
        }

    def round_title(self, at):
        """What round `at`, counted from 0, is called."""
        return f"search, round {at + 1} of {len(self.kept)}"

    def work(self, data, grid):
        """About how much it is, as executors.work counts."""
        return sum(amount for _, amount, _ in self.stages(data, grid))

    def stages(self, data, grid):
        """What is done one after the other: [(title, how much training, as executors.work counts; fits of trees)]."""
        each = {
            name: sum(work([(None, recipe, None)], data) for recipe in recipes) / self.settings
            for name, recipes in self.first(grid).items()
        }
        whole, typical = sum(each.values()), 1  # of the first round's length
        stages = [(self.round_title(0), whole * self.settings, 0)] * self.networks[0]
        for at, (kept, many) in enumerate(zip(self.kept[1:], self.networks[1:], strict=True), 1):
            for judge in range(many):  # what judged in the round before has trained the shorter ones already
                networks = kept * typical * (self.longer + (judge >= self.networks[at - 1]))
                stages.append((self.round_title(at), whole * networks, 0))
            typical *= TYPICAL
        stages += [(APART, 5 * typical * each[COCKTAIL], 0)] * self.networks[-1] * self.parts
        return [*stages, ("trees", 0, self.trees), ("testing", whole * self.seeds * typical, 0), (LAST, 0, self.seeds)]

    def __str__(self):
        epochs = [self.epochs * self.longer**at for at in range(len(self.kept))]
        best = ["the best one" if kept == 1 else f"the best {kept}" for kept in self.kept]
        later = [f"round {at + 1} goes on with {best[at]}, for up to {epochs[at]}" for at in range(1, len(epochs))]
        text = (
            f"Each of {len(self.arms())} kinds of network is tried with {self.settings} settings, such as learning "
            f"rates and drop rates. Round 1 trains them for {epochs[0]} epochs (passes through the rows); "
            f"{'; '.join(later)}. At the end, {self.seeds} new networks of each kind are trained and tested. "
            f"To repeat exactly this search from a program or a terminal: settings={self.settings}."
        )
        return f"{text} {self.samples}".strip()

    @property
    def skipped(self):
        """What was not tried, or not for long, in sentences."""
        gone = [before - after for before, after in pairwise(self.kept)]
        after = [f"{many} after round {at}" for at, many in enumerate(gone, 1)]
        text = f"Skipped: of the {self.settings} settings of each kind, {' and '.join(after)} were not trained further."
        if self.width < WIDTH:
            text += f" The big networks have {self.width} neurons in a layer; with more minutes, {WIDTH}."
        if not self.parts:
            text += f" What each part adds to the {MIX} was not measured; with more minutes it is."
        return text

    @property
    def samples(self):
        """Of how many rows samples are used, in a sentence; "" where all rows are."""
        parts = [f"{self.rows[name]:,} of {of:,} {name} rows" for name, of in self.of.items() if self.rows[name] < of]
        return f"Samples are used: {', '.join(parts)}." if parts else ""


def plan_for(minutes, seeds, data, grid, workers, speed):
    """The Plan that takes so many workers about so many minutes, and about how many it takes them: more where it must.

    speed: a Speed.
    """
    used = sampled(data)

    def takes(settings):
        seconds = speed.seconds(Plan.of_settings(settings, seeds, data).stages(used, grid), workers)
        return sum(takes for _, takes in seconds) / 60

    more = range(3, MOST_SETTINGS + 1)
    settings = 2 + bisect_right(more, minutes, key=takes)
    return Plan.of_settings(settings, seeds, data), takes(settings)


class Speed(NamedTuple):
    """How many seconds a unit of executors.work takes here, and one fit of trees."""

    network: float
    tree: float

    def seconds(self, stages, workers):
        """About how long each of a Plan's stages takes so many workers: [(title, seconds)]."""
        workers = workers if workers == 1 else EFFICIENCY * workers
        return [(title, (self.network * amount + self.tree * fits) / workers) for title, amount, fits in stages]

    @classmethod
    def measured(cls, data, clock=time.perf_counter):
        """From an epoch of three plain big networks, and a few trees. clock: what tells the time."""
        used = sampled(data)
        recipe = replace(Plan.of_settings(LEVELS[-1].settings, 2, data).arms()[PLAIN].recipe, epochs=1)
        task = [(None, recipe, seed) for seed in range(3)]
        start = clock()
        train_stack(task, used, "validation", False, lambda part: None)
        return cls((clock() - start) / work(task, used), trees.seconds(used, clock))

    @classmethod
    def kept(cls, data):
        """As it was measured here for this data the first time.

        So the same minutes give the same plan again: who starts anew after an interruption goes on with what was begun.
        """
        key = f"advise: speed {data.fingerprint}"
        stored = disk.load(key)
        if stored is None:
            stored = {name: np.array(seconds) for name, seconds in cls.measured(data)._asdict().items()}
            disk.keep(key, stored)
        return cls(**{name: float(seconds) for name, seconds in stored.items()})


USUAL = Speed(1e-8, 0.4)  # for what is shown of a search's progress where nothing was measured
