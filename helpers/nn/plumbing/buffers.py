"""All parameters of a network in one array, and all their gradients in another."""

from math import prod

import numpy as np


def buffers(layers, networks, dtype):
    """Parameters and gradients, both (networks, size) and zero, and which of them are weights, (size,) booleans.

    Each layer is told its index, and given its parameters and their gradients as views into the two: for "weights" of
    shape (40, 128) in its `shapes`, `layer.weights` and `layer.weights_gradient` are (networks, 40, 128).
    """
    size = sum(prod(shape) for layer in layers for shape in layer.shapes.values())
    parameters, gradients = np.zeros((2, networks, size), dtype)
    is_weight, start = np.zeros(size, bool), 0
    for index, layer in enumerate(layers):
        layer.index = index
        for name, shape in layer.shapes.items():
            part = slice(start, start + prod(shape))
            is_weight[part] = name == "weights"
            setattr(layer, name, parameters[:, part].reshape(-1, *shape))
            setattr(layer, f"{name}_gradient", gradients[:, part].reshape(-1, *shape))
            start = part.stop
    return parameters, gradients, is_weight
