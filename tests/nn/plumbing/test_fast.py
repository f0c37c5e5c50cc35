"""What makes the network fast gives, to the last bit, what the plain formula gives."""

import numpy as np
import pytest

from helpers.nn import stream
from helpers.nn.plumbing import fast

SHAPES = [(4,), (3, 5), (1, 1, 4), (2, 5, 1), (10, 32, 10), (3, 7, 130)]
every_shape = pytest.mark.parametrize("shape", SHAPES, ids=str)
every_dtype = pytest.mark.parametrize("dtype", [np.float32, np.float64])


def numbers(shape, dtype):
    """Normal numbers; some are NaN or infinite."""
    generator = np.random.default_rng(0)
    x = generator.normal(size=shape).astype(dtype)
    for special in (np.nan, np.inf, -np.inf):
        x[generator.random(shape) < 0.02] = special
    return x


def assert_same_bits(found, expected):
    assert found.dtype == expected.dtype and found.shape == expected.shape
    assert found.tobytes() == expected.tobytes()


@every_shape
@every_dtype
def test_the_larger_of_0_and_x(shape, dtype):
    x = numbers(shape, dtype)
    assert_same_bits(fast.larger_of_0_and(x), np.maximum(x, 0))


@every_shape
@every_dtype
def test_the_largest_of_each_row(shape, dtype):
    logits = numbers(shape, dtype)
    assert_same_bits(fast.largest(logits), logits.max(axis=-1, keepdims=True))


@pytest.mark.parametrize("shape", [(2, 3, 4), (2, 1, 1), (1, 5, 7), (3, 2, 3)], ids=str)
def test_sixteen_bits_are_the_quarters_of_each_number_of_a_stream_the_lowest_first(shape):
    found = fast.sixteen_bits([stream(seed, "masks").bit_generator for seed in range(shape[0])], shape)
    assert found.shape == shape and found.dtype == np.uint16
    for seed, mine in enumerate(found):
        bits = stream(seed, "masks").bit_generator
        words = [int(bits.random_raw()) for _ in range(mine.size)]
        assert (
            mine.ravel().tolist()
            == [word >> 16 * quarter & 65535 for word in words for quarter in range(4)][: mine.size]
        )


def test_a_column_has_a_row_for_each_network():
    parameters = np.zeros((3, 5), np.float32)
    for value, expected in ((0.1, [0.1] * 3), ([0.1, 0.2, 0.3], [0.1, 0.2, 0.3])):
        assert_same_bits(fast.column("rate", value, parameters), np.array(expected, np.float32)[:, np.newaxis])


@pytest.mark.parametrize("shape", [(3, 4), (2, 10), (2, 23), (1, 1), (5, 1)], ids=str)
@pytest.mark.parametrize("piece", [1, 2, 10, 64])
def test_a_loop_over_pieces_is_one_run_on_all(shape, piece, monkeypatch):
    monkeypatch.setattr(fast, "PIECE", piece)
    generator = np.random.default_rng(0)
    a, b, column = (generator.standard_normal(size, np.float32) for size in (shape, shape, (shape[0], 1)))
    expected, visits = a - column * b, 0
    for part, other, settings in fast.pieces(a, b, column):
        assert part.size <= piece
        part -= settings * other
        visits += part.size
    assert visits == a.size
    assert_same_bits(a, expected)


def test_arrays_up_to_a_piece_are_one_piece_and_larger_ones_are_cut(monkeypatch):
    monkeypatch.setattr(fast, "PIECE", 12)
    assert [len(list(fast.pieces(np.zeros(shape)))) for shape in ((3, 4), (4, 4), (1, 13), (2, 25))] == [1, 2, 2, 6]
