"""Choose each arm's settings on validation examples, with the same number of trials for every arm.

Random search over a stated space. Trial 3 of one arm tries the same learning rate as trial 3 of any other, so arms
that are the same come out the same, whatever their names and order.
"""

import math
from dataclasses import dataclass, fields, replace

import numpy as np

from helpers.nn import stream
from helpers.nn.plumbing.checks import require, require_number, require_seeds, require_whole

from .compare import require_arms
from .recipe import Recipe
from .runs import train_runs

SETTINGS = tuple(field.name for field in fields(Recipe) if isinstance(field.default, float))
CALL = 'tune(arms, {"learning_rate": Between(3e-4, 3e-2, log=True)}, data, trials=9, seeds=my_seeds(2, "tuning"))'


@dataclass(frozen=True)
class Between:
    """A setting between `low` and `high`; log: as many trials between 0.001 and 0.01 as between 0.01 and 0.1."""

    low: float
    high: float
    log: bool = False

    def __post_init__(self):
        call = "Between(3e-4, 3e-2, log=True)"
        require_number("low", self.low, "a number", lambda low: True, call)
        require_number("high", self.high, f"above low, {self.low}", lambda high: high > self.low, call)
        require(not self.log or self.low > 0, "low", self.low, "above 0 where log=True", call)

    def at(self, fraction):
        """The value `fraction` of the way up, rounded to three digits."""
        low, high = (math.log(self.low), math.log(self.high)) if self.log else (self.low, self.high)
        value = low + fraction * (high - low)
        rounded = float(f"{math.exp(value) if self.log else value:.3g}")
        return min(max(rounded, self.low), self.high)


@dataclass(frozen=True)
class Trial:
    """What was tried: a recipe, its networks' mean validation accuracy, and the fraction of them that diverged."""

    recipe: Recipe
    accuracy: float
    diverged: float


class Tuned(dict):
    """The best recipe of each arm, as `compare` takes them; besides, how it was found.

    trials: arm -> its Trials; best: arm -> the one chosen.  budget: what each arm was allowed, in words.  edges:
    arm -> the settings whose best value is the lowest or the highest tried; if there are any, widen the space, for
    all arms, and tune again.
    """

    def __init__(self, trials, budget):
        self.trials, self.budget = trials, budget
        self.best = {arm: _best(arm, tried) for arm, tried in trials.items()}
        self.edges = {arm: _edges(self.best[arm].recipe, tried) for arm, tried in trials.items()}
        super().__init__({arm: best.recipe for arm, best in self.best.items()})

    def table(self):
        """The budget, each arm's choice and its validation accuracy, and warnings of edges, as text."""
        width = max(map(len, self))
        lines = [self.budget]
        for arm, best in self.best.items():
            edge = f"   on the edge: {', '.join(self.edges[arm])}" if self.edges[arm] else ""
            lines.append(f"{arm:<{width}}  {best.accuracy:.1%}  {best.recipe}{edge}")
        return "\n".join(lines)


def tune(arms, space, data, trials, seeds, executor=None):
    """The best of `trials` random settings for each arm, by mean validation accuracy: a Tuned.

    arms: name -> Recipe to start from.  space: setting -> Between; "learning_rate" must be among them. A setting
    that is 0 in an arm's recipe, such as drop_rate in a plain one, is not that arm's to tune.
    seeds: of the networks that the trials train; use my_seeds(2, "tuning"). The test examples are not touched.
    Raises FloatingPointError if every network of an arm diverged, in every trial.
    """
    require_arms(arms, CALL)
    _require_space(space)
    trials = require_whole("trials", trials, 2, CALL)
    seeds = require_seeds(seeds)
    require(len(set(seeds)) == len(seeds), "seeds", repr(seeds), "all different", CALL)
    values = {name: _values(name, between, trials) for name, between in space.items()}
    settings = [{name: tried[at] for name, tried in values.items()} for at in range(trials)]
    tried = {arm: [_apply(recipe, setting) for setting in settings] for arm, recipe in arms.items()}
    jobs = [(recipe, seed) for recipes in tried.values() for recipe in recipes for seed in seeds]
    runs = iter(train_runs(jobs, data, "validation", executor=executor, title="tuning"))
    found = {arm: [_trial(recipe, [next(runs) for _ in seeds]) for recipe in tried[arm]] for arm in arms}
    networks = "one network" if len(seeds) == 1 else f"{len(seeds)} networks"
    return Tuned(found, f"each arm: {trials} settings, {networks} each, the best chosen on validation examples")


def _require_space(space):
    fine = isinstance(space, dict) and all(n in SETTINGS and isinstance(value, Between) for n, value in space.items())
    require(fine, "space", repr(space), f"a dict from settings, some of {[*SETTINGS]}, to Between(low, high)", CALL)
    allowed = "with learning_rate in it: it decides too much to be fixed"
    require("learning_rate" in space, "space", [*space], allowed, CALL)
    for name, between in space.items():
        for end in (between.low, between.high):
            Recipe(**{"optimizer": "sgd", name: end})  # raises if it is out of range


def _values(name, between, trials):
    """One value for each trial: one from each of `trials` equal parts of the range, in random order."""
    random = stream(0, f"trials of {name}")
    return [between.at(fraction) for fraction in (random.permutation(trials) + random.random(trials)) / trials]


def _apply(recipe, setting):
    return replace(recipe, **{name: value for name, value in setting.items() if getattr(recipe, name)})


def _trial(recipe, runs):
    accuracy, diverged = np.mean([(run.accuracy, run.diverged) for run in runs], axis=0)
    return Trial(recipe, float(accuracy), float(diverged))


def _best(arm, trials):
    """The trial with the highest accuracy, the first if there are several; never one whose networks all diverged."""
    chosen = max((trial for trial in trials if trial.diverged < 1), key=lambda trial: trial.accuracy, default=None)
    if chosen is None:
        advice = "Try smaller learning rates, for example Between(1e-4, 1e-2, log=True)"
        raise FloatingPointError(f"Every network of the arm {arm!r} diverged, in every trial. {advice}.")
    return chosen


def _edges(best, trials):
    """The settings in which the recipe `best` has the lowest or the highest value tried."""
    edges = []
    for name in SETTINGS:
        tried = {getattr(trial.recipe, name) for trial in trials}
        if len(tried) > 1 and getattr(best, name) in (min(tried), max(tried)):
            edges.append(f"{name}={getattr(best, name)}")
    return edges
