"""A digit of one's own: prepared as the data set's are, and read by a network that was trained on those."""

import numpy as np
import pytest

from helpers.lab import load_optdigits
from helpers.lessons.lesson_01 import own_digit
from helpers.nn import SGD, Network, mlp, train


def arc(x, y, wide, high, start, end):
    """Points on an ellipse around (x, y), between two angles in degrees."""
    return [(x + wide * np.cos(angle), y + high * np.sin(angle)) for angle in np.radians(np.linspace(start, end, 25))]


DIGITS = [
    [arc(0.5, 0.5, 0.2, 0.35, -90, 270)],
    [[(0.5, 0.15), (0.5, 0.85)]],
    [[*arc(0.5, 0.35, 0.2, 0.2, 180, 380), (0.3, 0.85), (0.72, 0.85)]],
    own_digit.EXAMPLE,
    [[(0.45, 0.15), (0.3, 0.55), (0.7, 0.55)], [(0.6, 0.3), (0.58, 0.85)]],
    [[(0.68, 0.17), (0.36, 0.17), (0.34, 0.48)], arc(0.48, 0.62, 0.2, 0.2, -130, 140)],
    [[(0.62, 0.15), (0.42, 0.35), (0.32, 0.6), *arc(0.5, 0.67, 0.18, 0.17, 180, 540)]],
    [[(0.3, 0.17), (0.7, 0.17), (0.45, 0.85)]],
    [arc(0.5, 0.33, 0.15, 0.16, 90, 450), arc(0.5, 0.67, 0.19, 0.18, -90, 270)],
    [[*arc(0.5, 0.35, 0.17, 0.18, 0, 360), (0.66, 0.5), (0.6, 0.85)]],
]


@pytest.fixture(scope="module")
def data():
    return load_optdigits()


@pytest.fixture(scope="module")
def network(data):
    network = Network(mlp(64, 32, 10), seeds=range(5))
    for _ in train(network, data.train, SGD(0.4), epochs=10, batch_size=32):
        pass
    return network


def test_digits_drawn_with_a_steady_hand_are_read(network):
    read = [own_digit.probabilities(network, strokes).argmax() for strokes in DIGITS]
    assert np.sum(np.array(read) == range(10)) >= 9, read


def test_they_have_as_much_ink_as_the_data_set_s(data):
    x, labels = data.train.take()
    for digit, strokes in enumerate(DIGITS):
        theirs = x[labels == digit].mean(axis=1)
        assert abs(own_digit.pixels(own_digit.bitmap(strokes)).mean() - theirs.mean()) < 3 * theirs.std(), digit


@pytest.mark.parametrize("digit", [2, 8])
def test_place_and_size_on_the_sheet_do_not_matter(digit):
    moved = [[(0.3 * x + 0.6, 0.3 * y + 0.1) for x, y in stroke] for stroke in DIGITS[digit]]
    dots = own_digit.bitmap(DIGITS[digit])
    assert (own_digit.bitmap(moved) != dots).mean() < 0.01
    rows, columns = np.flatnonzero(dots.any(axis=1)), np.flatnonzero(dots.any(axis=0))
    assert (rows[0], rows[-1]) == (0, 31)  # the data set's digits fill their box, too
    assert columns[0] == 31 - columns[-1] <= 6


def test_a_thin_stroke_does_not_become_a_beam():
    columns = np.flatnonzero(own_digit.bitmap([[(0.5, 0.1), (0.51, 0.9)]]).any(axis=0))
    assert 9 <= len(columns) <= 11
    assert 60 < own_digit.bitmap([[(0.5, 0.5)]]).sum() < 90  # a dot


def test_fields_of_4_by_4_dots_are_counted():
    dots = np.zeros((32, 32), bool)
    dots[0, 4:8], dots[31, 31] = True, True
    counted = 16 * own_digit.pixels(dots).reshape(8, 8)
    assert counted[0, 1] == 4 and counted[7, 7] == 1 and counted.sum() == 5


def test_of_several_networks_it_is_the_mean(network):
    both = own_digit.probabilities(network, DIGITS[6])
    assert both.sum() == pytest.approx(1, abs=1e-5) and both.shape == (10,)
    alone = Network(mlp(64, 32, 10), seeds=[0])
    alone.parameters[:] = network.parameters[:1]
    assert not np.allclose(own_digit.probabilities(alone, DIGITS[6]), both, atol=1e-4)


def test_each_drawing_has_a_picture_and_a_sentence(network):
    panel = own_digit.show(network)
    assert "The network reads a 3, with" in panel.picture.sentence
    paper = panel.fallback()
    assert "The network reads a 3, with" in paper and "<img" in paper
    before = panel.picture.data
    panel.controls["strokes"].value = DIGITS[0]
    assert "The network reads a 0, with" in panel.picture.sentence and panel.picture.data != before
    panel.controls["strokes"].value = []
    assert panel.picture.sentence == "Nothing is drawn: draw a digit on the sheet."
    assert panel.picture.settings == ""
