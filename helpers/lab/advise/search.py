"""The search: successive halving over settings, epochs and networks, for all arms at once.

Many settings are trained briefly, one network each. The best third goes on: each as it is, and with three times as many
epochs; with more networks, so that what is chosen is not a lucky draw. And once more. All on validation rows, others
for each network. A short training is not read off a longer one, since in both the learning rate falls to the end.
(Jamieson and Talwalkar 2016, "Non-stochastic best arm identification and hyperparameter optimization".)
"""

from dataclasses import dataclass, replace
from itertools import cycle

import numpy as np

from ..recipe import Recipe
from ..runs import train_runs


@dataclass(frozen=True, eq=False)
class Chosen:
    """What the search chose for an arm. correct: of each network, which validation rows were right.

    tried: how many settings.
    """

    recipe: Recipe
    correct: list[np.ndarray]
    tried: int


def search(plan, folds, seeds, grid, executor, progress):
    """The best settings of each arm: name -> Chosen.

    seeds: of the networks that judge, as many as in the last round. folds: Data with validation rows for each of them.
    progress: a Progress.
    """
    candidates, found = plan.first(grid), {}
    tried = {name: len(recipes) for name, recipes in candidates.items()}
    for at, (kept, networks) in enumerate(zip(plan.kept, plan.networks, strict=True)):
        if found:
            best = {name: _best(recipes, found, kept) for name, recipes in candidates.items()}
            candidates = {name: _longer_too(recipes, plan.longer) for name, recipes in best.items()}
        every = [recipe for recipes in candidates.values() for recipe in recipes]
        found = judged(every, folds, seeds[:networks], executor, plan.round_title(at), progress)
    best = {name: _best(recipes, found, 1)[0] for name, recipes in candidates.items()}
    right = {name: [run.correct for run in found[recipe]] for name, recipe in best.items()}
    return {name: Chosen(recipe, right[name], tried[name]) for name, recipe in best.items()}


def judged(recipes, folds, seeds, executor, title, progress):
    """The Runs of each recipe's networks, each on its own fold's validation rows: recipe -> a list of them."""
    found = {recipe: [] for recipe in recipes}
    for seed, data in zip(seeds, cycle(folds)):
        progress.begin(title)
        jobs = [(recipe, seed) for recipe in found]
        runs = train_runs(jobs, data, "validation", executor=executor, title=title, whole=True)
        for recipe, run in zip(found, runs, strict=True):
            found[recipe].append(run)
    return found


def _longer_too(recipes, times):
    """The recipes, and the same trained for so many times as many epochs; each once."""
    return [*dict.fromkeys([*recipes, *(replace(recipe, epochs=times * recipe.epochs) for recipe in recipes)])]


def _best(recipes, found, kept):
    """The best of the recipes by mean accuracy, at most `kept`; of equal ones, those with less loss."""

    def score(recipe):
        losses = [run.loss if np.isfinite(run.loss) else np.inf for run in found[recipe]]
        return np.mean([run.accuracy for run in found[recipe]]), -np.mean(losses)

    return sorted(recipes, key=score, reverse=True)[:kept]
