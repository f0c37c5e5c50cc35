"""Knowing one's data: while training, move each signal a little to the left or right."""

import numpy as np

from ..layer import Layer
from ..plumbing.checks import check_streams, require_seeds, require_whole
from ..plumbing.streams import stream


class RandomShift(Layer):
    """Moves each example by a random number of places, at most `most` either way, anew each time it is seen.

    What leaves at one end enters at the other. Only while training. Each network draws from a stream of its own.
    """

    def __init__(self, most, seeds):
        self.most = require_whole("most", most, 0, "RandomShift(2, network.seeds)")
        self.needs_noise = self.most > 0
        self.streams = [stream(seed, "shifts") for seed in require_seeds(seeds)]

    def forward(self, x, noise=None):
        networks, examples, features = x.shape
        shifts = np.zeros((networks, examples, 1), int)
        if noise is not None:
            check_streams("RandomShift", networks, self.streams, "RandomShift(2, network.seeds)")
            shifts[..., 0] = [own.integers(-self.most, self.most + 1, examples) for own in self.streams]
        self.places = (np.arange(features) - shifts) % features
        return np.take_along_axis(x, self.places, axis=2)

    def backward(self, error):
        """dL/dx is dL/dy moved back."""
        back = np.empty_like(error)
        np.put_along_axis(back, self.places, error, axis=2)
        return back
