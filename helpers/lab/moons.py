"""Two half-moons in the plane: a task whose boundary can be drawn."""

import numpy as np

from helpers.nn import Examples, stream
from helpers.nn.plumbing.checks import require_number, require_whole

from .data import Data


def moons(examples=100, spread=0.3, validation=1000, test=10_000):
    """Data of two interleaved half-circles of radius 1, each point moved by normal noise of that standard deviation.

    examples: how many each seed draws for itself, from a pool of a hundred times as many. Their shape is that of
    scikit-learn's make_moons.
    """
    call = "moons(examples=100, spread=0.3)"
    sizes = {"examples": examples, "validation": validation, "test": test}
    examples, validation, test = (require_whole(name, value, 2, call) for name, value in sizes.items())
    require_number("spread", spread, "at least 0", lambda spread: spread >= 0, call)
    splits = {"train": 100 * examples, "validation": validation, "test": test}
    made = {name: _draw(stream(0, f"moons {name}"), count, spread) for name, count in splits.items()}
    train = Examples(*made["train"], 2, draw=examples)
    return Data("moons", train, Examples(*made["validation"], 2), Examples(*made["test"], 2), (2,), ("upper", "lower"))


def _draw(random, count, spread):
    labels = random.integers(0, 2, count)
    angle = random.uniform(0, np.pi, count)
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    lower = np.stack([1 - np.cos(angle), 0.5 - np.sin(angle)], axis=1)
    x = np.where(labels[:, np.newaxis] == 0, upper, lower) + random.normal(0, spread, (count, 2))
    return x.astype(np.float32), labels
