"""Dropout (Srivastava et al. 2014, section 4), scaled while training ("inverted")."""

from .layer import Layer
from .plumbing.checks import FRACTION, per_network, require_numbers


class Dropout(Layer):
    """Sets each neuron to zero with probability `drop_rate` and divides the others by 1 - drop_rate.

    drop_rate: the fraction dropped, from 0 up to but not including 1; one number, or one for each network.
    The paper's p is the fraction kept, 1 - drop_rate. At rate 0.5 a kept neuron is doubled, so that on average over the
    masks it is what it was. So nothing needs scaling at test time: without a noise the layer returns its input.
    """

    def __init__(self, drop_rate):
        self.drop_rate = require_numbers("drop_rate", drop_rate, *FRACTION, "Dropout(0.2), which drops 20 %")
        self.needs_noise = self.drop_rate.any()

    def forward(self, x, noise=None):
        if noise is None:
            self.scaled = 1
            return x
        kept = noise.mask(self.index, x.shape, self.drop_rate)  # random.random(x.shape) >= drop_rate
        self.scaled = kept * per_network("drop_rate", 1 / (1 - self.drop_rate), x)  # kept / (1 - drop_rate)
        return x * self.scaled

    def backward(self, error):
        """dL/dx = dL/dy times the same scaled mask: no output, no error."""
        return error * self.scaled
