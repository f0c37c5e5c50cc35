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


def likelier_labels(x, spread):
    """The label that is the likelier one at each point of x (points, 2): what nobody can do better than to answer.

    That is the Bayes rule for moons of that spread. Points with another label are noise: chance carried them over.
    """
    near = []
    for arc in _arcs(np.linspace(0, np.pi, 200)):
        squares = ((x[:, np.newaxis] - arc) ** 2).sum(axis=2)
        near.append(np.exp(-squares / (2 * spread**2)).mean(axis=1))
    return (near[1] > near[0]).astype(int)


def _arcs(angle):
    """The points of both half-circles at these angles, (points, 2) each."""
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return upper, np.stack([1 - np.cos(angle), 0.5 - np.sin(angle)], axis=1)


def _draw(random, count, spread):
    labels = random.integers(0, 2, count)
    upper, lower = _arcs(random.uniform(0, np.pi, count))
    x = np.where(labels[:, np.newaxis] == 0, upper, lower) + random.normal(0, spread, (count, 2))
    return x.astype(np.float32), labels
