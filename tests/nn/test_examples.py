"""Inputs and labels, and which of them each seed draws."""

import numpy as np
import pytest

from helpers.nn import Examples
from tests.nn.common import toy_data, toy_examples

BYTES = np.random.default_rng(0).integers(0, 256, (40, 6), dtype=np.uint8)
LABELS = np.arange(40) % 4


def test_without_a_draw_every_seed_has_all_examples_in_order():
    assert np.array_equal(toy_examples(20).rows([0, 1, 2]), [np.arange(20)] * 3)
    assert len(toy_examples(20)) == 20


def test_each_seed_draws_as_many_as_asked_for_without_repetition():
    examples = toy_examples(50, draw=20)
    rows = examples.rows(range(10))
    assert rows.shape == (10, 20) and len(examples) == 20
    assert rows.min() >= 0 and rows.max() < 50
    for mine in rows:
        assert len(np.unique(mine)) == 20


def test_drawing_all_is_a_permutation():
    for mine in toy_examples(50, draw=50).rows(range(3)):
        assert np.array_equal(np.sort(mine), np.arange(50))


def test_the_draw_depends_on_the_seed_alone():
    examples = toy_examples(50, draw=20)
    assert np.array_equal(examples.rows(range(10))[3], examples.rows([3])[0])
    assert np.array_equal(examples.rows([3]), examples.rows([3]))
    assert len(np.unique(examples.rows(range(10)), axis=0)) == 10


def test_every_example_is_as_likely_to_be_drawn():
    # Of 2,000 seeds a fifth draws each example: 400, with standard deviation sqrt(2000 * .2 * .8) = 18; with 50
    # examples, 4.5 standard deviations are exceeded by chance once in 3,000 times. The seeds are fixed.
    often = np.bincount(toy_examples(50, draw=10).rows(range(2000)).ravel(), minlength=50)
    assert np.abs(often - 400).max() < 4.5 * 18


@pytest.mark.parametrize("rows", [np.array([3, 0, 3]), np.array([[1, 2], [0, 1], [5, 5]])], ids=["shared", "each"])
def test_take_gives_the_rows_asked_for(rows):
    x, labels = toy_data()
    taken = toy_examples().take(rows)
    assert np.array_equal(taken[0], x[rows]) and np.array_equal(taken[1], labels[rows])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_take_gives_the_dtype_asked_for(dtype):
    assert toy_examples().take(np.arange(5), dtype)[0].dtype == dtype
    assert Examples(BYTES, LABELS, 4, scale=1 / 255).take(np.arange(5), dtype)[0].dtype == dtype


@pytest.mark.parametrize("integers", [BYTES, BYTES.astype(np.int64) - 128], ids=["bytes", "int64"])
def test_integers_with_a_scale_equal_floats_converted_beforehand(integers):
    rows = np.array([[1, 5, 1], [2, 39, 0]])
    floats = Examples(integers.astype(np.float32) * np.float32(1 / 255), LABELS, 4)
    assert np.array_equal(Examples(integers, LABELS, 4, scale=1 / 255).take(rows)[0], floats.take(rows)[0])


def test_what_is_taken_can_be_changed_without_harm():
    integers = Examples(BYTES.copy(), LABELS, 4, scale=1 / 255)
    for examples in (toy_examples(), integers):
        for rows in (slice(None), np.arange(40)):
            rows = np.arange(len(examples))[rows]
            before = examples.x.copy()
            examples.take(rows)[0][:] = 7
            assert np.array_equal(examples.x, before)


def test_examples_may_be_fewer_than_classes():
    assert len(Examples(*toy_data(2), 10)) == 2


@pytest.mark.parametrize(
    ("x", "scale", "usual"),
    [
        (np.array([[255.0, 255.0]], np.float32), None, "255"),
        (np.array([[-11.0, 11.0]], np.float32), None, "11"),
        (np.array([[0, 255]], np.uint8), 255, "6.502e\\+04"),
    ],
)
def test_inputs_that_nobody_scaled_get_a_hint(x, scale, usual):
    with pytest.warns(UserWarning, match=rf"^The inputs are large, of about {usual}\..*scale=1 / 255") as said:
        Examples(x, np.array([0]), 1, scale=scale)
    assert said[0].filename == __file__
    Examples(np.array([[0, 255]], np.uint8), np.array([0]), 1, scale=1 / 255)
    Examples(np.array([[0.0] * 200 + [100.0]], np.float32), np.array([0]), 1)  # standardised, with an outlier
