"""What several of these tests use: small data, and objects that remember what a training asked of them."""

from dataclasses import dataclass, field

import numpy as np

from helpers.nn import Dropout, Examples, Relu


def toy_data(examples=60, features=5, classes=3, seed=0):
    """x, normal numbers in float32, and labels that depend on them."""
    generator = np.random.default_rng(seed)
    x = generator.normal(size=(examples, features)).astype(np.float32)
    labels = (x @ generator.normal(size=(features, classes))).argmax(axis=1)
    return x, labels


def toy_examples(examples=60, features=5, classes=3, draw=None):
    return Examples(*toy_data(examples, features, classes), classes, draw=draw)


@dataclass(frozen=True, eq=False)
class WatchedExamples(Examples):
    """Examples that remember which rows they were asked for."""

    asked: list = field(default_factory=list)

    def take(self, rows, dtype=np.float32):
        self.asked.append(np.array(rows))
        return super().take(rows, dtype)


class Recorded:
    """A noise that remembers each mask that another noise drew: a list of (layer, mask)."""

    def __init__(self, noise):
        self.noise = noise
        self.drawn = []

    def mask(self, layer, shape, drop_rate):
        self.drawn.append((layer, self.noise.mask(layer, shape, drop_rate)))
        return self.drawn[-1][1]


def relu_inputs(network, x, noise):
    """What comes into each Relu of `network`: a list of arrays (networks, examples, units)."""
    x, found = network.stacked(x), []
    for layer in network.layers:
        if isinstance(layer, Relu):
            found.append(x)
        x = layer.forward(x, noise)
    return found


def assert_clear_of_corners(network, x, noise, margin=1e-3):
    """A gradient check by differences means nothing if a step crosses a corner, or if all points lie on one side."""
    for sums in relu_inputs(network, x, noise):
        assert np.abs(sums).min() > margin
        for sums_of_one in sums:
            assert sums_of_one.min() < 0 < sums_of_one.max()


def assert_some_dropped_and_some_kept(network, noise):
    """`noise`, a Replayed one that has been used, must drop and keep units in each network with a rate above 0."""
    for layer in network.layers:
        if isinstance(layer, Dropout):
            rates = np.broadcast_to(layer.drop_rate, len(network.seeds))
            for rate, kept in zip(rates, noise.masks[layer.index], strict=True):
                assert kept.any()
                assert kept.all() == (rate == 0)


class Float32Only(np.ndarray):
    """An array that refuses to take part in a calculation that is done in float64."""

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **options):
        def plain(array):
            return array.view(np.ndarray) if isinstance(array, Float32Only) else array

        for operand in (*inputs, *(out or ())):
            assert getattr(operand, "dtype", None) != np.float64, f"{ufunc.__name__} in float64"
        if out:
            options["out"] = tuple(map(plain, out))
        result = getattr(ufunc, method)(*map(plain, inputs), **options)
        assert result.dtype != np.float64, f"{ufunc.__name__} gave float64"
        return result.view(Float32Only)
