"""Dropout (Srivastava et al. 2014, section 4), scaled while training ("inverted")."""

from .layer import Layer
from .plumbing.checks import per_network, require_numbers


class Dropout(Layer):
    """Sets each unit to zero with probability `drop_rate` and divides the others by 1 - drop_rate.

    drop_rate: the fraction dropped, from 0 up to but not including 1; one number, or one for each network.
    The paper's p is the fraction kept, 1 - drop_rate. Because kept units are scaled up while training, the mean of
    a unit over the masks is the unit itself, and without a noise the layer returns its input as it is.
    """

    def __init__(self, drop_rate):
        allowed = "at least 0 and below 1, the fraction dropped"
        self.drop_rate = require_numbers("drop_rate", drop_rate, allowed, lambda r: (r >= 0) & (r < 1), "Dropout(0.2)")

    def forward(self, x, noise=None):
        if noise is None:
            self.scaled_mask = 1
            return x
        kept = noise.mask(self.index, x.shape, self.drop_rate)
        self.scaled_mask = kept * per_network("drop_rate", 1 / (1 - self.drop_rate), x)
        return x * self.scaled_mask

    def backward(self, error):
        """dL/dx = dL/dy times the same scaled mask: no output, no error."""
        return error * self.scaled_mask
