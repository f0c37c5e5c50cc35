"""Claim W at full size: small and large networks, each tuned; and the gap by amount of data and width."""

from dataclasses import asdict, dataclass

import numpy as np

from helpers.lab.compare import compare
from helpers.lab.data import load_mnist1d
from helpers.lab.differences import Estimate
from helpers.lab.full_size import Found, trial
from helpers.lab.names import UNNAMED
from helpers.lab.recipe import Recipe
from helpers.lab.results import load_results
from helpers.lab.seeds import my_seeds
from helpers.lab.stacks import Curves
from helpers.lab.tune import Between, tune

RESULTS = "lesson-02"
WIDTHS = (8, 16, 32, 64, 128, 256)
AMOUNTS = (125, 250, 500, 1000, 2000, 4000)
SMALL, LARGE, MARGIN = "32", "256", 0.01
SPACE = {"learning_rate": Between(0.001, 0.1, log=True)}
TRIALS = 12
GRID = Recipe(learning_rate=0.005, epochs=60)


def run(executor=None, name=UNNAMED):
    """Tune every width, test it once with 20 networks; then every pair of amount and width at one learning rate."""
    data, seeds = load_mnist1d(train=1000), my_seeds(20, name=name)
    arms = {str(width): Recipe(hidden=(width, width)) for width in WIDTHS}
    tuned = tune(arms, SPACE, data, TRIALS, my_seeds(3, "tuning", name), executor)
    result = compare(tuned, data, seeds, executor)
    grid, sets = {}, [data]
    for amount in AMOUNTS:
        sets.append(load_mnist1d(train=amount))
        cells = {str(w): Recipe(**{**asdict(GRID), "hidden": (w, w)}) for w in WIDTHS}
        found = compare(cells, sets[-1], seeds[:10], executor, watch=True)
        grid[str(amount)] = {width: _cell(found, width) for width in cells}
    figures = {
        "claims": {"W": trial(result.difference(SMALL, LARGE), MARGIN)},
        "accuracy": {width: result.mean(width) for width in arms},
        "grid": grid,
    }
    settings = {
        "tuned": {width: str(recipe) for width, recipe in tuned.items()},
        "budget": tuned.budget,
        "edges": tuned.edges,
        "grid": f"{GRID}, ten networks for each amount of data and width",
    }
    return Found(figures, settings, seeds, sets)


def _cell(found, width):
    """Of one pair: test accuracy with its interval, and the mean curves of training and validation accuracy."""
    watched = Curves(*np.mean([run.watched for run in found.runs[width]], axis=0))
    curves = {"training": watched.training_accuracy, "validation": watched.validation_accuracy}
    return {"test": found.mean(width), **{name: curve.round(4).tolist() for name, curve in curves.items()}}


@dataclass(frozen=True)
class Cell:
    """One pair of amount and width: test accuracy, and mean accuracies by epoch, (epochs,), with dropout off."""

    test: Estimate
    training: list[float]
    validation: list[float]


def grid():
    """The stored run's pairs: training examples -> neurons in a layer -> Cell."""
    stored = load_results(RESULTS)["figures"]["grid"]
    return {
        int(amount): {int(w): Cell(**{**cell, "test": Estimate.of(cell["test"])}) for w, cell in cells.items()}
        for amount, cells in stored.items()
    }
