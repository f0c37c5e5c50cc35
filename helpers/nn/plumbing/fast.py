"""What makes the network fast. Each function gives, to the last bit, what its first line says."""

from math import prod

import numpy as np

from .checks import per_network, require_kind

PIECE = 2**18  # numbers: with what Adam reads and writes besides, 5 MB


def larger_of_0_and(x):
    """np.maximum(x, 0). NumPy is faster with a row of zeros than with one 0."""
    return np.maximum(x, np.zeros(x.shape[-1], x.dtype))


def largest(logits):
    """logits.max(axis=-1, keepdims=True). NumPy is slow along a last axis that is short."""
    require_kind("logits", logits, "T", "an array", "softmax(network.forward(x))")
    return np.ascontiguousarray(logits.T).max(axis=0).T[..., np.newaxis]


def sixteen_bits(streams, shape):
    """Random whole numbers below 65,536, of `shape`: for each network those of its stream, four out of 64 bits."""
    units = prod(shape[1:])
    words = np.array([bits.random_raw(-(-units // 4)) for bits in streams])
    return words.view(np.uint16)[:, :units].reshape(shape)


def column(argument, value, parameters):
    """`value`, one number or one for each network, as (networks, 1)."""
    return per_network(argument, value, parameters) * np.ones((len(parameters), 1), parameters.dtype)


def pieces(*arrays):
    """[arrays]: for a loop that could be run once, on all of them. They are (networks, size), or (networks, 1).

    It is run on about PIECE numbers at a time, some rows or a part of one, so that what the loop needs stays in the
    processor's cache. For large networks that takes a quarter of the time.
    """
    networks, size = arrays[0].shape
    rows, columns = max(1, PIECE // size), min(size, PIECE)
    for row in range(0, networks, rows):
        for start in range(0, size, columns):
            place = slice(row, row + rows), slice(start, start + columns)
            yield [array[place if array.shape[1] == size else place[0]] for array in arrays]
