"""Claim 11 in blocks: dropout off at test time, against one noisy pass and against twenty of them averaged."""

from functools import partial

import numpy as np

from helpers.lab import Recipe, tune
from helpers.lab.data import load_mnist1d
from helpers.lab.full_size import trained
from helpers.lab.replicate import Handmade
from helpers.lab.standard import BlockTrial, space
from helpers.nn import Fresh, softmax

PASSES = {"one-pass": 1, "twenty-passes": 20}
ARM, TRIED = {"dropout": Recipe(drop_rate=0.2)}, 12
SLICE = 500  # test examples at a time


def find(place, data, seeds):
    """Tune dropout, train the final networks, and test them with dropout off and on: what a Handmade asks for."""
    tuned = tune(ARM, space(240), data, TRIED, seeds["tuning"], grid=seeds["grid"])
    (recipe,) = tuned.values()
    network = trained(recipe, seeds["final"], data)
    training = _judged(network, data.train, lambda x: softmax(network.forward(x)))[1]
    noise, count = Fresh(seeds["final"]), PASSES[place]
    ways = {
        "off": lambda x: softmax(network.forward(x)),
        "on": lambda x: np.mean([softmax(network.forward(x, noise)) for _ in range(count)], axis=0),
    }
    found = {}
    for side, probabilities in ways.items():
        loss, right = _judged(network, data.test, probabilities)
        found[side] = {
            "arm": "dropout",
            "recipe": str(recipe),
            "edges": tuned.edges["dropout"],
            "validation": {"dropout": tuned.best["dropout"].accuracy},
            "right": right.sum(axis=0),
            "loss": loss,
            "training_accuracy": training.mean(axis=1),
        }
    return found


def _judged(network, examples, probabilities):
    """The mean loss (networks,) and who is right (networks, examples), given a function from x to probabilities."""
    rows, losses, right = examples.rows(network.seeds), [], []
    for start in range(0, rows.shape[1], SLICE):
        x, labels = examples.take(rows[:, start : start + SLICE], network.dtype)
        found = probabilities(x)
        of_label = np.take_along_axis(found, labels[..., np.newaxis], axis=2)[..., 0]
        losses.append(-np.log(np.maximum(of_label, np.finfo(found.dtype).tiny)))
        right.append(found.argmax(axis=2) == labels)
    return np.concatenate(losses, axis=1).mean(axis=1), np.concatenate(right, axis=1)


DESCRIBED = {
    "sides": {"off": {"dropout": str(ARM["dropout"])}, "on": {"dropout": "as many noisy passes as the place names"}},
    "space": {setting: str(tried) for setting, tried in space(240).items()},
    "trials": {"off": TRIED, "on": TRIED},
}
DATA_SETS = dict.fromkeys(PASSES, partial(load_mnist1d, train=1000))
TRIALS = {"11": BlockTrial((Handmade(DATA_SETS, find, DESCRIBED, hours_each=0.006),))}
