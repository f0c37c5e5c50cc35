"""Sub-networks of one hidden layer: all of them, many averaged, true ensembles, and noise without their learning."""

import numpy as np

from helpers.nn import Network


def all_masks(neurons):
    """Every way to keep some of the neurons, (2^neurons, neurons) of booleans; the first keeps none, the last all."""
    return (np.arange(2**neurons)[:, np.newaxis] >> np.arange(neurons) & 1).astype(bool)


def hidden_outputs(network, x):
    """What the neurons of the last hidden layer put out with none of them dropped, (networks, examples, neurons)."""
    x = network.stacked(x)
    for layer in network.layers[:-1]:
        x = layer.forward(x)
    return x


def sub_network(hidden, on, W2, b2):
    """One sub-network's outputs as in training at rate 0.5: the neurons in `on` alone, each counting double."""
    return hidden * on * 2 @ W2 + b2


class Boosted(Network):
    """Dropout boosting (Warde-Farley et al. 2013): the error of the whole network, sent back through a sub-network."""

    def forward(self, x, noise=None):
        whole = super().forward(x)
        if noise is not None:
            super().forward(x, noise)  # for its masks: the layers keep them for backward
        return whole
