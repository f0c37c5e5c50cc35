"""Inputs and their labels, and which of them each seed trains on."""

from dataclasses import dataclass

import numpy as np

from .plumbing.checks import require, require_labels, require_number, require_whole
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

    def __post_init__(self):
        example = "Examples(x.reshape(len(x), -1).astype(np.float32), labels, classes=10)"
        for name, array in (("x", self.x), ("labels", self.labels)):
            require(isinstance(array, np.ndarray), name, f"a {type(array).__name__}", "a NumPy array", example)
        require(self.x.ndim == 2, "shape of x", self.x.shape, "(examples, features)", example)
        require(len(self.x) > 0, "shape of x", self.x.shape, "at least one example: this split is empty", example)
        if self.scale is None:
            allowed = "float32 (or integers, with a scale)"
            require(self.x.dtype == np.float32, "dtype of x", self.x.dtype, allowed, example)
            bad = np.flatnonzero(~np.isfinite(self.x).all(axis=1))
            found = f"not finite in {len(bad)} examples, the first of them number {bad[:1]}"
            require(len(bad) == 0, "x", found, "without NaN and inf", "x[np.isfinite(x).all(axis=1)]")
        else:
            require_number("scale", self.scale, "above 0", lambda scale: scale > 0, "scale=1 / 255")
            allowed = "an integer type, since a scale is given"
            require(self.x.dtype.kind in "iu", "dtype of x", self.x.dtype, allowed, example)
        require_whole("classes", self.classes, 1, example)
        require_labels(self.labels, self.classes, (len(self.x),))
        if self.draw is not None:
            require_whole("draw", self.draw, 1, "draw=1000")
            allowed = f"at most {len(self.x)}, the number of examples there are"
            require(self.draw <= len(self.x), "draw", self.draw, allowed, f"draw={len(self.x)}")

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
