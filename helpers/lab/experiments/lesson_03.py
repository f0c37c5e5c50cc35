"""Dropout alone at full size: what each rate does to training and test accuracy, on and off."""

import numpy as np

from helpers.nn import Fresh, evaluate

from ..compare import compare
from ..data import load_mnist1d
from ..differences import crossed_estimate, network_estimate
from ..recipe import Recipe
from ..seeds import my_seeds
from ..tune import Between, tune
from . import Found, trained, trial, trials

RATES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
SPACE = {"learning_rate": Between(0.001, 0.1, log=True)}
TRIALS, MARGIN = 8, 0.01
FASTER = Recipe(learning_rate=0.03)  # plain: about the fastest that lesson 5's search finds as good


def run(executor=None):
    """Every rate at its own best learning rate, 20 networks each; then the best rate tested with dropout left on.

    And a second plain network, trained faster: how wide its gap is, too, is up to the learning rate.
    """
    data, seeds = load_mnist1d(train=1000), my_seeds(20, name="unnamed")
    arms = {str(rate): Recipe(drop_rate=rate) for rate in RATES}
    tuned = tune(arms, SPACE, data, TRIALS, my_seeds(3, "tuning", "unnamed"), executor)
    result = compare({**tuned, "faster": FASTER}, data, seeds, executor, watch=True)
    best = max((rate for rate in arms if rate != "0.0"), key=lambda rate: tuned.best[rate].accuracy)
    off, on = _off_and_on(tuned[best], seeds, data)
    gap = {rate: result.gap(rate) for rate in arms}
    low = str(RATES[1])
    narrower = {
        f"rate {low}": network_estimate(gap["0.0"] - gap[low]),
        f"rate {low}, plain at {FASTER.learning_rate}": network_estimate(result.gap("faster") - gap[low]),
    }
    figures = {
        "claims": {
            "11": trial(crossed_estimate(off.astype(float) - on), MARGIN),
            "22": trials(network_estimate(gap["0.0"] - gap["0.5"]), MARGIN, **narrower),
        },
        "best rate": float(best),
        "accuracy": {rate: result.mean(rate) for rate in arms},
        "training, dropout on": {rate: _training(result, rate)[0].mean() for rate in arms},
        "training, dropout off": {rate: _training(result, rate)[1].mean() for rate in arms},
        "gap": {rate: network_estimate(values) for rate, values in gap.items()},
        "faster": {"accuracy": result.mean("faster"), "gap": network_estimate(result.gap("faster"))},
    }
    settings = {"tuned": {r: recipe.learning_rate for r, recipe in tuned.items()}, "budget": tuned.budget}
    return Found(figures, {**settings, "edges": tuned.edges}, seeds, [data])


def _training(result, rate):
    """The last epoch's training accuracy of each network, with dropout on, and off."""
    runs = result.runs[rate]
    return np.array([run.train_accuracy[-1] for run in runs]), np.array([run.watched[1, -1] for run in runs])


def _off_and_on(recipe, seeds, data):
    """Which test examples each network gets right, used without dropout, and with it left on."""
    network = trained(recipe, seeds, data)
    return evaluate(network, data.test).correct, evaluate(network, data.test, Fresh(seeds)).correct
