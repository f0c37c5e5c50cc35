"""What several of these tests use: small data, and splits that notice when they are touched."""

import os
import signal
import threading
from dataclasses import dataclass, field
from pathlib import Path

import loky
import numpy as np

from helpers.lab import Data, Recipe
from helpers.nn import Examples

PROJECT = Path(__file__).parents[2]
SMALL = Recipe(hidden=(8,), epochs=3, batch_size=10)


def toy_examples(examples, seed, features=6, classes=3, draw=None, kind=Examples, **options):
    """Examples whose labels can be learned from their features, though not perfectly."""
    truth = np.random.default_rng(0).normal(size=(features, classes))
    generator = np.random.default_rng(seed)
    x = generator.normal(size=(examples, features)).astype(np.float32)
    labels = (x @ truth + generator.normal(size=(examples, classes))).argmax(axis=1)
    return kind(x, labels, classes, draw, **options)


def toy_data(draw=40, **splits):
    """A Data of 90 training examples, of which each seed draws 40, and 30 and 50 to judge by."""
    found = {"train": toy_examples(90, 1, draw=draw), "validation": toy_examples(30, 2), "test": toy_examples(50, 3)}
    return Data("toy", **{**found, **splits}, shape=(6,), class_names=("a", "b", "c"))


@dataclass(frozen=True, eq=False)
class Forbidden(Examples):
    """Examples that may not be touched."""

    def take(self, rows=None, dtype=np.float32):
        raise AssertionError("these examples may not be touched")


@dataclass(frozen=True, eq=False)
class Noted(Examples):
    """Examples that note when they are asked for: their name and the rows, in a list that several may share."""

    name: str = ""
    asked: list = field(default_factory=list)

    def take(self, rows=None, dtype=np.float32):
        self.asked.append((self.name, rows))
        return super().take(rows, dtype)


@dataclass(frozen=True, eq=False)
class Spoiled(Examples):
    """Examples that can't be read."""

    def take(self, rows=None, dtype=np.float32):
        raise KeyError("spoiled")


@dataclass(frozen=True, eq=False)
class Deadly(Examples):
    """Examples that end the process which reads them, if it isn't the one that made them."""

    home: int = field(default_factory=os.getpid)

    def take(self, rows=None, dtype=np.float32):
        if os.getpid() != self.home:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().take(rows, dtype)


def threads_left():
    """The threads that go on once the processes kept for the next experiment are ended, which waits for their work."""
    loky.get_reusable_executor(reuse=True).shutdown()
    for thread in threading.enumerate():
        if thread.name == "QueueFeederThread":  # ends by itself, on a busy machine only after the shutdown
            thread.join(timeout=10)
    return set(threading.enumerate())


def same(runs, others):
    """Whether two lists of Runs are equal to the last bit."""
    return [_bits(run) for run in runs] == [_bits(run) for run in others]


def _bits(run):
    return {name: value if value is None else np.asarray(value).tobytes() for name, value in vars(run).items()}
