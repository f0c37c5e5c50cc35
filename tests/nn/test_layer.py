"""What must hold for every layer."""

import numpy as np
import pytest

from helpers.nn import Dense, Dropout, Fresh, Network, Relu, Tanh
from helpers.nn.layer import Layer
from tests.nn.common import Float32Only

LAYERS = {
    "dense": lambda: Dense(4, 4),
    "relu": Relu,
    "tanh": Tanh,
    "dropout": lambda: Dropout(0.3),
    "dropout, a rate for each network": lambda: Dropout([0.2, 0.7]),
}
every_layer = pytest.mark.parametrize("layer", [make() for make in LAYERS.values()], ids=LAYERS.keys())
SHAPE = (2, 6, 4)


def run(layer, noise, x, error):
    """Output and dL/dx of a layer; a Dense layer gets its arrays from a network of its own."""
    if layer.shapes and layer.index is None:
        Network([layer], seeds=[0, 1])
    y = layer.forward(x, noise)
    return y, layer.backward(error)


def numbers(seed):
    return np.random.default_rng(seed).normal(size=SHAPE).astype(np.float32)


@every_layer
@pytest.mark.parametrize("noise", [None, Fresh([0, 1])], ids=["evaluated", "trained"])
def test_a_layer_changes_neither_its_input_nor_the_error(layer, noise):
    x, error = numbers(0), numbers(1)
    run(layer, noise, x, error)
    assert np.array_equal(x, numbers(0)) and np.array_equal(error, numbers(1))


@every_layer
@pytest.mark.parametrize("noise", [None, Fresh([0, 1])], ids=["evaluated", "trained"])
def test_a_layer_calculates_in_float32_if_its_input_is_float32(layer, noise):
    y, error = run(layer, noise, numbers(0).view(Float32Only), numbers(1).view(Float32Only))
    assert y.dtype == error.dtype == np.float32
    assert y.shape == error.shape == SHAPE


@every_layer
def test_only_dropout_looks_at_the_noise(layer):
    if isinstance(layer, Dropout):
        assert not np.array_equal(run(layer, Fresh([0, 1]), numbers(0), numbers(1))[0], numbers(0))
    else:
        trained = run(layer, Fresh([0, 1]), numbers(0), numbers(1))
        assert np.array_equal(trained, run(layer, None, numbers(0), numbers(1)))


def test_a_new_layer_must_bring_its_own_forward_and_backward():
    for step in (Layer().forward, Layer().backward):
        with pytest.raises(NotImplementedError):
            step(numbers(0))
