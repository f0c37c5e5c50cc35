"""A penalty on what the hidden neurons say, not on their weights: a layer that changes nothing on the way forward."""

import numpy as np

from ..layer import Layer
from ..plumbing.checks import AT_LEAST_0, per_network, require_numbers


class ActivityPenalty(Layer):
    """Adds strength · Σ |y| / examples to the cost, the sum over a layer's neurons and the batch.

    Forward returns x as it is. strength: one number, or one for each network. At y = 0 the slope is taken as 0.
    """

    def __init__(self, strength):
        self.strength = require_numbers("strength", strength, *AT_LEAST_0, "ActivityPenalty(0.001)")

    def forward(self, x, noise=None):
        self.x = x
        return x

    def backward(self, error):
        """dL/dx = dL/dy + strength · sign(x) / examples."""
        return error + per_network("strength", self.strength, error) * np.sign(self.x) / self.x.shape[1]
