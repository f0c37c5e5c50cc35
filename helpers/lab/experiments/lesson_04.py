"""The question itself at full size: widths, depths and rates, each tuned; the controls; capacity on the moons."""

from dataclasses import replace

import numpy as np

from ..compare import compare
from ..data import load_mnist1d
from ..differences import Estimate, network_estimate
from ..moons import moons
from ..recipe import Recipe
from ..seeds import my_seeds
from ..tune import Between, tune
from . import Found, trial, trials

WIDTHS = (8, 16, 32, 64, 128, 256, 512)
DEPTHS = (1, 2, 3, 4)
DEEP_WIDTH = 128
RATES = (0.0, 0.2, 0.5)
AMOUNTS = (1000, 4000)
SPACE = {"learning_rate": Between(0.0003, 0.3, log=True)}
TRIALS, MARGIN = 9, 0.01
CONTROL = Recipe(hidden=(256, 256), drop_rate=0.5)
MASKS = ("example", "batch", "epoch", "forever")
NOISES, CAPACITY_RATES = (0.4, 0.3), (0.1, 0.5)
MOONS = Recipe(hidden=(256, 256), learning_rate=0.003, epochs=1000, batch_size=50)
SMALL = (4, 4)  # what a small network is on the moons
LONG = 4000  # epochs: can dropout fit everything if trained long?
NARROW = 32  # where half of the units are few


def grid():
    """The arms: every width at two layers, every depth at one width, at each rate; and the half-width control."""
    shapes = {(width,) * 2 for width in WIDTHS} | {(DEEP_WIDTH,) * depth for depth in DEPTHS}
    return {name(hidden, rate): Recipe(hidden=hidden, drop_rate=rate) for hidden in sorted(shapes) for rate in RATES}


def name(hidden, rate):
    """How an arm is called: "2 × 128 at 0.5"."""
    return f"{len(hidden)} × {hidden[0]} at {rate}"


def run(executor=None):
    """Every arm tuned on 9 settings and tested with ten networks, for two amounts of data."""
    seeds, tuning_seeds = my_seeds(10, name="unnamed"), my_seeds(3, "tuning", "unnamed")
    figures, settings, sets = {"claims": {}}, {"margin": MARGIN}, []
    for amount in AMOUNTS:
        data = load_mnist1d(train=amount)
        sets.append(data)
        tuned = tune(grid(), SPACE, data, TRIALS, tuning_seeds, executor)
        result = compare(tuned, data, seeds, executor)
        big, small = champions(tuned, {arm: best.accuracy for arm, best in tuned.best.items()})
        found = {
            "accuracy": {arm: result.mean(arm) for arm in tuned},
            "big": big,
            "small": small,
            "big minus small": trial(result.difference(big, small), MARGIN),
            "half width": {
                str(width): trial(result.difference(name((width,) * 2, 0.5), name((width // 2,) * 2, 0.0)), MARGIN)
                for width in WIDTHS[1:]
            },
        }
        masks = {kind: replace(CONTROL, masks=kind) for kind in MASKS}
        chosen = tune(masks, SPACE, data, TRIALS, tuning_seeds, executor)
        chosen["half width"] = tuned[name((128, 128), 0.0)]
        lasting = compare(chosen, data, seeds, executor)
        found["masks"] = {kind: lasting.mean(kind) for kind in chosen}
        found["masks minus forever"] = {
            kind: trial(lasting.difference(kind, "forever"), MARGIN) for kind in chosen if kind != "forever"
        }
        for kind in ("example", "epoch"):
            found[f"{kind} minus half width"] = trial(lasting.difference(kind, "half width"), MARGIN)
        figures[str(amount)] = found
        settings[str(amount)] = {
            "tuned": {arm: recipe.learning_rate for arm, recipe in (tuned | chosen).items()},
            "validation": {arm: best.accuracy for arm, best in (tuned.best | chosen.best).items()},
            "budget": tuned.budget,
            "edges": {arm: edge for arm, edge in (tuned.edges | chosen.edges).items() if edge},
        }
    few, many = (figures[str(amount)] for amount in (AMOUNTS[0], AMOUNTS[-1]))
    others = {
        f"{AMOUNTS[0]} examples": few["example minus half width"],
        "minus one mask": many["masks minus forever"]["example"],
        f"2 × {NARROW}": many["half width"][str(NARROW)],
        "a mask for each epoch": many["epoch minus half width"],
    }
    others = {condition: Estimate.of(found) for condition, found in others.items()}
    figures["claims"]["Q"] = many["big minus small"]
    figures["claims"]["23"] = trials(Estimate.of(many["example minus half width"]), MARGIN, **others)
    figures["moons"], figures["claims"]["21"] = _capacity(seeds, executor)
    settings["moons"] = str(MOONS)
    return Found(figures, settings, seeds, sets)


def champions(arms, validation):
    """The best arm with dropout that is not the smallest, and the best plain one smaller than it, by validation.

    arms: name -> Recipe.  validation: name -> the accuracy that it was chosen for.
    """
    neurons = {arm: sum(recipe.hidden) for arm, recipe in arms.items()}
    plain = [arm for arm in arms if not arms[arm].drop_rate]
    smallest = min(neurons[arm] for arm in plain)
    big = max((arm for arm in arms if arms[arm].drop_rate and neurons[arm] > smallest), key=validation.get)
    return big, max((arm for arm in plain if neurons[arm] < neurons[big]), key=validation.get)


def _capacity(seeds, executor):
    """Moons, trained long: how much of its training examples each fits in the end, dropout off; by noise, by arm."""
    figures, less = {}, {}
    for noise in NOISES:
        arms = {str(rate): replace(MOONS, drop_rate=rate) for rate in (0.0, *CAPACITY_RATES)}
        arms["small"] = replace(MOONS, hidden=SMALL)
        result = compare(arms, moons(noise=noise), seeds, executor, watch=True)
        fitted = _fitted(result)
        figures[str(noise)] = {arm: {"training": fitted[arm], "test": result.mean(arm)} for arm in arms}
        for rate in CAPACITY_RATES:
            less[f"noise {noise}, rate {rate}"] = network_estimate(np.subtract(fitted["0.0"], fitted[str(rate)]))
    noise, rate = NOISES[0], CAPACITY_RATES[-1]
    arms = {str(r): replace(MOONS, drop_rate=r, epochs=LONG) for r in (0.0, rate)}
    long = figures["long"] = _fitted(compare(arms, moons(noise=noise), seeds, executor, watch=True))
    less[f"noise {noise}, rate {rate}, {LONG} epochs"] = network_estimate(np.subtract(long["0.0"], long[str(rate)]))
    primary, *_ = less
    return figures, trials(less.pop(primary), MARGIN, **less)


def _fitted(result):
    """The fraction of its training examples that each network gets right in the end, dropout off: arm -> fractions."""
    return {arm: [run.watched[1, -1] for run in runs] for arm, runs in result.runs.items()}
