"""All parameters of a network in one array, and all their gradients in another."""

import numpy as np
import pytest

from helpers.nn import Dense, Relu
from helpers.nn.plumbing.buffers import buffers


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_each_layer_s_arrays_are_views_into_the_two_in_the_layers_order(dtype):
    layers = [Dense(5, 8), Relu(), Dense(8, 3)]
    size = 5 * 8 + 8 + 8 * 3 + 3
    parameters, gradients, _ = buffers(layers, 2, dtype)
    assert parameters.shape == gradients.shape == (2, size) and parameters.dtype == gradients.dtype == dtype
    assert not parameters.any() and not gradients.any()
    parameters[:], gradients[:] = np.arange(size), -np.arange(size)
    for sign, ending in ((1, ""), (-1, "_gradient")):
        views = [getattr(layer, name + ending) for layer in layers for name in layer.shapes]
        assert [view.shape for view in views] == [(2, 5, 8), (2, 1, 8), (2, 8, 3), (2, 1, 3)]
        for one in range(2):
            assert [sign * number for view in views for number in view[one].flat] == list(range(size))


def test_weights_are_told_from_biases_and_each_layer_knows_its_place():
    layers = [Relu(), Dense(2, 3), Dense(3, 1)]
    _, _, is_weight = buffers(layers, 4, np.float32)
    assert is_weight.tolist() == [True] * 6 + [False] * 3 + [True] * 3 + [False]
    assert [layer.index for layer in layers] == [0, 1, 2]
