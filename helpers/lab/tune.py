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
from .stacks import ends_at

SETTINGS = tuple(field.name for field in fields(Recipe) if isinstance(field.default, float))
KNOWN = {field.name for field in fields(Recipe)}
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
class Choice:
    """A setting that is one of `options`, such as Choice((30, 60, 120, 240)); each is tried as often as the others."""

    options: tuple

    def __post_init__(self):
        listed = tuple(self.options) if isinstance(self.options, list | tuple) else ()
        fine = len(listed) > 1 and len({*map(repr, listed)}) == len(listed)
        require(fine, "options", repr(self.options), "a list of at least two, all different", "Choice([30, 60])")
        object.__setattr__(self, "options", listed)

    def at(self, fraction):
        """The option `fraction` of the way along the list."""
        return self.options[int(fraction * len(self.options))]


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


def tune(arms, space, data, trials, seeds, executor=None, grid=0):
    """The best of `trials` random settings for each arm, by mean validation accuracy: a Tuned.

    arms: name -> Recipe to start from.  space: setting -> Between or Choice; "learning_rate" must be among them. A
    setting that is 0 in an arm's recipe, such as drop_rate in a plain one, is not that arm's to tune.
    seeds: of the networks that the trials train; use my_seeds(2, "tuning"). The test examples are not touched.
    grid: a seed for the random settings.
    A Choice of "epochs" costs no trials where the learning rate is constant: what fewer epochs give is read off the
    training with most, and every one of the choices is judged. Where the rate falls to the end of the training
    (schedule="cosine"), fewer epochs are another training: then each setting has its own number, as drawn.
    Raises FloatingPointError if every network of an arm diverged, in every trial.
    """
    require_arms(arms, CALL)
    require_space(space)
    trials = require_whole("trials", trials, 2, CALL)
    seeds = require_seeds(seeds)
    require(len(set(seeds)) == len(seeds), "seeds", repr(seeds), "all different", CALL)
    tried = trainings(arms, space, trials, require_whole("grid", grid, 0, CALL))
    jobs = [(longest, seed) for of_arm in tried.values() for longest, _ in of_arm for seed in seeds]
    lengths = _lengths(space)
    runs = iter(train_runs(jobs, data, "validation", lengths, executor, title="tuning"))
    found = {arm: [] for arm in arms}
    for arm, of_arm in tried.items():
        for _, recipes in of_arm:
            its_runs = [next(runs) for _ in seeds]
            found[arm] += [_trial(recipe, its_runs, lengths) for recipe in recipes]
    return Tuned(found, _budget(trials, len(seeds), lengths, {recipe.schedule for recipe, _ in jobs}))


def trainings(arms, space, trials, grid):
    """What tune trains from each of its seeds: arm -> a list of `trials` pairs.

    A pair: the recipe to train, and the recipes whose results are read off it, by increasing number of epochs.
    """
    values = {name: values_to_try(name, tried, trials, grid) for name, tried in space.items()}
    settings = [{name: tried[at] for name, tried in values.items()} for at in range(trials)]
    return {arm: [_training(_apply(recipe, one), _lengths(space)) for one in settings] for arm, recipe in arms.items()}


def _lengths(space):
    """The numbers of epochs to choose from, the least first; none if that is not to choose."""
    return tuple(sorted(space["epochs"].options)) if "epochs" in space else ()


def _training(recipe, lengths):
    """The recipe to train, and the recipes whose results can be read off it."""
    if not lengths or recipe.schedule != "constant":
        return recipe, [recipe]
    return replace(recipe, epochs=lengths[-1]), [replace(recipe, epochs=epochs) for epochs in lengths]


def _budget(trials, networks, lengths, schedules):
    count = "one network" if networks == 1 else f"{networks} networks"
    text = f"each arm: {trials} settings, {count} each, the best chosen on validation examples"
    if lengths and "constant" in schedules:
        judged = ", ".join(map(str, lengths[:-1])) + f" and {lengths[-1]}"
        text += f"; one training at a constant learning rate counts once, and is judged after {judged} epochs"
    if lengths and schedules - {"constant"}:
        text += "; one at a falling rate is judged at its end alone"
    return text


def require_space(space):
    """Raise unless `space` is a dict from settings, learning_rate among them, to what may be tried of each."""
    fine = isinstance(space, dict) and all(
        (name in SETTINGS and isinstance(tried, Between)) or (name in KNOWN and isinstance(tried, Choice))
        for name, tried in space.items()
    )
    allowed = f"a dict from settings to Between(low, high), for some of {[*SETTINGS]}, or to Choice([…]), for any"
    require(fine, "space", repr(space), allowed, CALL)
    allowed = "with learning_rate in it: it decides too much to be fixed"
    require("learning_rate" in space, "space", [*space], allowed, CALL)
    for name, tried in space.items():
        for value in (tried.low, tried.high) if isinstance(tried, Between) else tried.options:
            Recipe(**{"optimizer": "sgd", name: value})  # raises if it is out of range


def values_to_try(name, tried, trials, grid):
    """One value for each trial: one from each of `trials` equal parts of the range, in random order."""
    random = stream(grid, f"trials of {name}")
    return [tried.at(fraction) for fraction in (random.permutation(trials) + random.random(trials)) / trials]


def _apply(recipe, setting):
    return replace(recipe, **{name: value for name, value in setting.items() if getattr(recipe, name)})


def _trial(recipe, runs, watched):
    judged = [_shortened(run, recipe) if watched else (run.accuracy, run.diverged) for run in runs]
    accuracy, diverged = np.mean(judged, axis=0)
    return Trial(recipe, float(accuracy), float(diverged))


def _shortened(run, recipe):
    """The accuracy that `run` would have if it had ended after the recipe's epochs, and whether it diverged by then."""
    at = ends_at(run, recipe, recipe.epochs)
    loss, accuracy = run.watched.validation_loss[at], run.watched.validation_accuracy[at]
    diverged = np.isnan(run.train_loss[: recipe.epochs]).any() or not np.isfinite(loss)
    return 0.0 if diverged else accuracy, diverged


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
    for name in (*SETTINGS, "epochs"):
        tried = {getattr(trial.recipe, name) for trial in trials}
        if len(tried) > 1 and getattr(best, name) in (min(tried), max(tried)):
            edges.append(f"{name}={getattr(best, name)}")
    return edges
