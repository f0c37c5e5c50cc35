"""One source of random numbers for each seed and purpose.

Because weights, batches, masks and the draw of training examples each have a stream of their own, seed 3 among
ten networks is seed 3 alone, and two arms of an experiment with equal seeds start from equal weights and see
equal examples in equal batches.
"""

import numpy as np

from .checks import require, require_whole


def stream(seed, purpose):
    """A NumPy generator that depends on `seed` (a whole number from 0 up) and `purpose` (a word) alone."""
    seed = require_whole("seed", seed, 0, 'stream(3, "weights")')
    require(isinstance(purpose, str) and purpose, "purpose", repr(purpose), "a word", 'stream(3, "weights")')
    return np.random.default_rng([seed, *purpose.encode()])
