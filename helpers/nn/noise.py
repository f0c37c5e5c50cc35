"""Which neurons a training step keeps. A noise is anything with a method `mask(layer, shape, drop_rate)`.

It returns an array of booleans of that shape, (networks, examples, neurons): True where the neuron is kept.
`layer` is the layer's place in the network, so that a noise can tell one layer from another.
"""

import numpy as np

from .plumbing.checks import check_mask, check_streams, per_network, require_seeds
from .plumbing.fast import sixteen_bits
from .plumbing.streams import stream


class Fresh:
    """Draws a new mask at each call: each neuron, for each example and network, by a coin of its own.

    Each network's coins come from its own stream. A coin is a 16-bit number, so a drop rate is met to within
    1/65536; that takes a quarter of the time that drawing floats would.
    """

    def __init__(self, seeds):
        self.streams = [stream(seed, "masks").bit_generator for seed in require_seeds(seeds)]

    def mask(self, layer, shape, drop_rate):
        check_streams("Fresh", shape[0], self.streams, "Fresh(network.seeds)")
        coins = sixteen_bits(self.streams, shape)  # from 0 to 65,535
        lowest_kept = np.minimum(np.round(np.asarray(drop_rate) * 65536), 65535)
        return coins >= per_network("drop_rate", lowest_kept, coins)


class Shared:
    """Draws one mask for all examples of a batch, from another noise, instead of one for each example."""

    def __init__(self, noise):
        self.noise = noise

    def mask(self, layer, shape, drop_rate):
        return self.noise.mask(layer, (shape[0], 1, shape[2]), drop_rate)


class Replayed:
    """Draws each layer's mask once, from another noise, and gives the same one until told to forget it.

    With it the loss is a function of the parameters alone, which is what a gradient check needs.
    Shared(Replayed(Fresh(seeds))) keeps one sub-network permanently.
    """

    def __init__(self, noise):
        self.noise = noise
        self.masks = {}

    def mask(self, layer, shape, drop_rate):
        if layer not in self.masks:
            self.masks[layer] = self.noise.mask(layer, shape, drop_rate)
        check_mask(self.masks[layer], shape)
        return self.masks[layer]

    def forget(self):
        """Draw anew from the next call on."""
        self.masks.clear()
