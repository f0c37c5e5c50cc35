"""Claims 20 to 22 in blocks: who repeats wrong labels, who can fit noise, and how much narrower the gap is."""

from dataclasses import replace
from functools import partial

import numpy as np

from helpers.lab import Recipe, likelier_labels, moons, tune
from helpers.lab.full_size import trained
from helpers.lab.recipe import build
from helpers.lab.replicate import Design, Handmade, Replicated
from helpers.lab.standard import LOADERS, BlockTrial, places, space
from helpers.lab.tune import Between
from helpers.nn import evaluate, stream

from .experiment import with_wrong_labels

GAP = Design(
    {"plain": {"2 × 128": Recipe()}, "dropout": {"2 × 128": Recipe(drop_rate=0.2)}},
    space(240),
    places(1000),
    blocks=5,
    trials=12,
)

SHARE, SPREAD = 0.3, 0.4  # of wrong labels; of the moons
TUNED_TRIED, FITTED_TRIED = 12, 6
FITTING = Between(0.0005, 0.05, log=True)  # learning rates to fit the training examples with


def load_noisy(kind, split=0):
    """1,000 training examples of that kind, and validation ones, with wrong labels among both."""
    return with_wrong_labels(LOADERS[kind](train=1000, split=split), SHARE, split)


def load_moons(split=0):
    """The same pool of moons in every block: each seed draws points of its own, and nothing is chosen by validation."""
    return moons(100, SPREAD)


def true_labels(kind, data, split):
    """The labels of the pool before some were made wrong."""
    return LOADERS[kind](train=1000, split=split).train.labels


def bayes_labels(data, split):
    """The moons' labels where chance carried no point over."""
    return likelier_labels(data.train.x, SPREAD)


def find_repeated(kind, place, data, seeds):
    """Claim 20: tune each side on validation examples, wrong labels among them, and count what its networks repeat."""
    arms, found = {"plain": Recipe(), "dropout": Recipe(drop_rate=0.2)}, {}
    tuned = tune(arms, space(240), data, TUNED_TRIED, seeds["tuning"], grid=seeds["grid"])
    for arm, recipe in tuned.items():
        chosen = {"edges": tuned.edges[arm], "validation": {arm: tuned.best[arm].accuracy}}
        network = trained(recipe, seeds["final"], data)
        found[arm] = {
            "arm": arm,
            "recipe": str(recipe),
            **chosen,
            **counted(network, data, true_labels(kind, data, seeds["split"])),
        }
    return found


def find_fitted(recipe, drop_rate, noiseless, place, data, seeds):
    """Claim 21: choose each side's learning rate so that it fits its training examples, and count the noise it fits."""
    random, found = stream(seeds["grid"], "trials of learning_rate"), {}
    rates = [FITTING.at(part) for part in (np.arange(FITTED_TRIED) + random.random(FITTED_TRIED)) / FITTED_TRIED]
    for arm, own in {"plain": recipe, "dropout": replace(recipe, drop_rate=drop_rate)}.items():
        tried = [replace(own, learning_rate=rate) for rate in rates for _ in seeds["tuning"]]
        network, training, _ = build(tried, seeds["tuning"] * len(rates), data)
        for _ in training:
            pass
        fits = np.nan_to_num(evaluate(network, data.train).accuracy).reshape(len(rates), -1).mean(axis=1)
        rate = rates[int(np.argmax(fits))]
        network = trained(replace(own, learning_rate=rate), seeds["final"], data)
        found[arm] = {
            "arm": arm,
            "recipe": str(replace(own, learning_rate=rate)),
            "edges": [f"learning_rate={rate}"] if rate in (rates[0], rates[-1]) else [],
            "validation": {arm: float(fits.max())},
            **counted(network, data, noiseless(data, seeds["split"])),
        }
    return found


def counted(network, data, noiseless):
    """What a block keeps of the final networks; `training_accuracy` is counted where the label is noise.

    noiseless: for each example of the pool, what its label would be without noise.
    """
    test, training = evaluate(network, data.test), evaluate(network, data.train)
    noise = (data.train.labels != noiseless)[data.train.rows(network.seeds)]
    repeated = [right[mine].mean() for right, mine in zip(training.correct, noise, strict=True)]
    return {"right": test.correct.sum(axis=0), "loss": test.loss, "training_accuracy": repeated}


def repeating(kind, hours):
    """Claim 20 on one kind of data."""
    chosen = f"chosen by validation, {SHARE:.0%} of its labels wrong; training accuracy: on wrong labels alone"
    described = {
        "sides": {"plain": {"plain": f"2 × 128, {chosen}"}, "dropout": {"dropout": f"2 × 128, {chosen}"}},
        "space": {setting: str(tried) for setting, tried in space(240).items()},
        "trials": {"plain": TUNED_TRIED, "dropout": TUNED_TRIED},
    }
    load = {f"{kind}-1000": partial(load_noisy, kind=kind)}
    return Handmade(load, partial(find_repeated, kind), described, hours)


def fitting(place, load, noiseless, recipe, drop_rate, hours):
    """Claim 21 at one drop rate: both sides trained as long, each at the learning rate that fits most."""
    fit = "at the learning rate that fits most training examples; training accuracy: on noisy ones alone"
    described = {
        "sides": {
            "plain": {"plain": f"{recipe}, {fit}"},
            "dropout": {"dropout": f"{replace(recipe, drop_rate=drop_rate)}, {fit}"},
        },
        "space": {"learning_rate": str(FITTING)},
        "trials": {"plain": FITTED_TRIED, "dropout": FITTED_TRIED},
    }
    return Handmade({place: load}, partial(find_fitted, recipe, drop_rate, noiseless), described, hours)


ON_MOONS = Recipe((64, 64), epochs=1000, batch_size=50)
TRIALS = {
    "20": BlockTrial(
        (repeating("optdigits", 0.015), repeating("mnist1d", 0.015), repeating("spambase", 0.015)), Replicated.fitted
    ),
    "21": BlockTrial(
        (
            fitting("moons-rate-10", load_moons, bayes_labels, ON_MOONS, 0.1, 0.002),
            fitting("moons-rate-50", load_moons, bayes_labels, ON_MOONS, 0.5, 0.002),
            fitting("moons-rate-50-longer", load_moons, bayes_labels, replace(ON_MOONS, epochs=4000), 0.5, 0.007),
            fitting("moons-rate-50-wider", load_moons, bayes_labels, replace(ON_MOONS, hidden=(256, 256)), 0.5, 0.015),
            fitting(
                "optdigits-rate-50",
                partial(load_noisy, kind="optdigits"),
                partial(true_labels, "optdigits"),
                Recipe(epochs=240),
                0.5,
                0.008,
            ),
        ),
        Replicated.fitted,
        {
            "moons-rate-10": "moons at rate 0.1",
            "moons-rate-50": "moons at rate 0.5",
            "moons-rate-50-longer": "moons at rate 0.5 (longer)",
            "moons-rate-50-wider": "moons at rate 0.5 (wider)",
            "optdigits-rate-50": "8×8 digits at rate 0.5",
        },
    ),
    "22": BlockTrial((GAP,), Replicated.gap),
}
