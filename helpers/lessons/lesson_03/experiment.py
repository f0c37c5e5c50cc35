"""Dropout alone at full size: what each rate does to training and test accuracy, on and off."""

from dataclasses import dataclass

import numpy as np

from helpers.lab.compare import compare
from helpers.lab.data import load_mnist1d
from helpers.lab.differences import Estimate, crossed_estimate, network_estimate
from helpers.lab.full_size import Found, stored_estimates, trained, trial
from helpers.lab.names import UNNAMED
from helpers.lab.recipe import Recipe
from helpers.lab.results import load_results
from helpers.lab.seeds import my_seeds
from helpers.lab.tune import Between, tune
from helpers.nn import Fresh, evaluate

RESULTS = "lesson-03"
RATES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
SPACE = {"learning_rate": Between(0.001, 0.1, log=True)}
TRIALS, MARGIN = 8, 0.01


def run(executor=None, name=UNNAMED):
    """Every rate at its own best learning rate, 20 networks each; then the best rate tested with dropout left on."""
    data, seeds = load_mnist1d(train=1000), my_seeds(20, name=name)
    arms = {str(rate): Recipe(drop_rate=rate) for rate in RATES}
    tuned = tune(arms, SPACE, data, TRIALS, my_seeds(3, "tuning", name), executor)
    result = compare(tuned, data, seeds, executor, watch=True)
    best = max((rate for rate in arms if rate != "0.0"), key=lambda rate: tuned.best[rate].accuracy)
    off, on = _off_and_on(tuned[best], seeds, data)
    figures = {
        "claims": {"11": trial(crossed_estimate(off.astype(float) - on), MARGIN)},
        "best rate": float(best),
        "accuracy": {rate: result.mean(rate) for rate in arms},
        "training, dropout on": {rate: _training(result, rate)[0].mean() for rate in arms},
        "training, dropout off": {rate: _training(result, rate)[1].mean() for rate in arms},
        "gap": {rate: network_estimate(result.gap(rate)) for rate in arms},
    }
    settings = {"tuned": {r: recipe.learning_rate for r, recipe in tuned.items()}, "budget": tuned.budget}
    return Found(figures, {**settings, "edges": tuned.edges}, seeds, [data])


def _training(result, rate):
    """The last epoch's training accuracy of each network, with dropout on, and off."""
    runs = result.runs[rate]
    on, off = zip(*((run.train_accuracy[-1], run.watched.training_accuracy[-1]) for run in runs), strict=True)
    return np.array(on), np.array(off)


def _off_and_on(recipe, seeds, data):
    """Which test examples each network gets right, used without dropout, and with it left on."""
    network = trained(recipe, seeds, data)
    return evaluate(network, data.test).correct, evaluate(network, data.test, Fresh(seeds)).correct


@dataclass(frozen=True)
class FullSize:
    """The stored run; each dict is drop rate -> value.

    best_rate: the one that validation chose.  learning_rate: each rate's own.  training_off: training
    accuracy with dropout off, mean over the networks.  gap: between training, dropout off, and
    test.
    """

    best_rate: float
    learning_rate: dict[float, float]
    accuracy: dict[float, Estimate]
    training_off: dict[float, float]
    gap: dict[float, Estimate]


def full_size():
    """The stored run as a FullSize."""
    stored = load_results(RESULTS)
    found = stored["figures"]

    def by_rate(values):
        return {float(rate): value for rate, value in values.items()}

    return FullSize(
        found["best rate"],
        by_rate(stored["settings"]["tuned"]),
        by_rate(stored_estimates(found["accuracy"])),
        by_rate(found["training, dropout off"]),
        by_rate(stored_estimates(found["gap"])),
    )
