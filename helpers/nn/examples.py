"""Inputs and their labels, and which of them each seed trains on."""

from dataclasses import dataclass

import numpy as np

from .plumbing.checks import check_examples
from .plumbing.streams import stream


@dataclass(frozen=True, eq=False)
class Examples:
    """A set of examples: x (examples, features) and labels (examples,), whole numbers below `classes`.

    x: float32 and finite; or integers with a `scale`, such as bytes with scale 1/255: then only the rows asked
    for are turned into floats. draw: how many examples each seed draws for itself; None means all of them.
    """

    x: np.ndarray
    labels: np.ndarray
    classes: int
    draw: int | None = None
    scale: float | None = None
    __post_init__ = check_examples

    def __len__(self):
        """How many examples one network sees."""
        return len(self.x) if self.draw is None else self.draw

    def rows(self, seeds):
        """Which examples each seed has, (networks, examples): drawn without putting back, or all in order."""
        if self.draw is None:
            return np.broadcast_to(np.arange(len(self.x)), (len(seeds), len(self.x)))
        return np.stack([stream(seed, "examples").permutation(len(self.x))[: self.draw] for seed in seeds])

    def take(self, rows=None, dtype=np.float32):
        """The examples in `rows`, of any shape, or all: x (…, features) as floats of `dtype`, and labels (…)."""
        rows = np.arange(len(self.x)) if rows is None else rows
        x = np.take(self.x, rows, axis=0).astype(dtype, copy=False)
        if self.scale is not None:
            x *= self.scale
        return x, self.labels[rows]
