"""A hundred steps of training, recorded, for another library to repeat: the same weights, batches and masks."""

from dataclasses import dataclass

import numpy as np

from helpers.nn import SGD, Adam, Dense, Dropout, Fresh, Network, mlp, train
from tests.nn.common import Recorded, WatchedExamples, toy_data

SEEDS = [0, 1, 2]
STEPS = 100

LAYERS = {
    "relu, rate .2": lambda: mlp(5, 16, 12, 3, drop_rate=0.2),
    "tanh, rate .7": lambda: mlp(5, 16, 12, 3, activation="tanh", drop_rate=0.7),
    "relu, a rate for each network": lambda: mlp(5, 16, 12, 3, drop_rate=[0.2, 0.7, 0.0]),
    "dropout of the inputs": lambda: [Dropout(0.1), *mlp(5, 16, 3, drop_rate=0.3)],
}

OPTIMIZERS = {
    "SGD": SGD(0.1),
    "momentum": SGD(0.05, momentum=0.9),
    "Adam": Adam(0.01),
    "Adam, other settings": Adam(0.02, beta1=0.8, beta2=0.95, epsilon=1e-3),  # here it matters where epsilon stands
}


@dataclass(frozen=True)
class Recording:
    """layers: the network's; first, last: each network's arrays before and after, a list for each seed;
    batches: (x, labels, masks by layer), one for each step, each of them with the networks axis in front."""

    layers: list
    first: list
    last: list
    batches: list


def arrays_of_each(network):
    """For each network a list of its arrays: weights, bias, weights, bias, …"""
    dense = [layer for layer in network.layers if isinstance(layer, Dense)]
    return [[array[seed].copy() for layer in dense for array in (layer.weights, layer.bias)] for seed in range(3)]


def record(layers, optimizer):
    """Train in float64, with a smaller last batch, and record all that another library needs to do the same."""
    examples = WatchedExamples(*toy_data(195), 3, draw=155)
    network, noise = Network(layers, SEEDS, dtype=np.float64), Recorded(Fresh(SEEDS))
    first = arrays_of_each(network)
    for _ in train(network, examples, optimizer, epochs=10, batch_size=16, noise=noise):
        pass
    droppers = sum(isinstance(layer, Dropout) for layer in layers)
    batches = [
        (*examples.take(rows, np.float64), dict(noise.drawn[step * droppers : (step + 1) * droppers]))
        for step, rows in enumerate(list(examples.asked))
    ]
    assert len(batches) == STEPS and len(noise.drawn) == STEPS * droppers
    return Recording(layers, first, arrays_of_each(network), batches)


def furthest_apart(one, other):
    return max(np.abs(np.asarray(a) - np.asarray(b)).max() for a, b in zip(one, other, strict=True))
