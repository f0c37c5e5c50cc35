"""The pure parts of the panels that train: from settings to what is drawn."""

import numpy as np
import pytest

from helpers.classroom.panels import boundary, regularisers
from helpers.classroom.panels.kept_figure import KeptFigure
from helpers.lab import load_mnist1d

OFF = dict.fromkeys(regularisers.STRENGTHS, 0)


@pytest.fixture(scope="module")
def data():
    return load_mnist1d(train=1000)


def last(run):
    return [*run][-1]


@pytest.fixture(scope="module")
def plain(data):
    return last(regularisers.run(data, OFF))


def test_each_regulariser_does_what_it_is_there_for(data, plain):
    def ends(**state):
        return last(regularisers.run(data, OFF | state))

    assert plain.zeros == 0 and ends(l2=0.01).zeros == 0
    assert ends(l1=0.3).zeros > 0.3
    assert ends(max_norm=1).norm <= 1.0001 < plain.norm
    assert ends(drop_rate=0.3).training < plain.training
    assert ends(l2=0.03).norm < plain.norm


def test_the_histogram_holds_every_weight(plain):
    assert plain.weights.sum() == pytest.approx(1) and len(plain.weights) == len(regularisers.EDGES) - 1


def test_what_is_on_is_named():
    assert regularisers.named(OFF) == "nothing added"
    assert regularisers.named(OFF | {"drop_rate": 0.2, "max_norm": 1}) == "Drop rate 0.2 + Max-norm 1"


def test_the_titles_do_not_run_into_each_other_even_when_everything_is_on(data):
    state = {"drop_rate": 0.3, "l1": 0.03, "l2": 0.001, "max_norm": 3, "activity": 0.003}
    for results in ([], [next(regularisers.run(data, state))]):
        figure = KeptFigure(9.0, 3.4)
        regularisers.draw(figure, state, results)
        figure.draw_without_rendering()
        left, right = (axes._left_title.get_window_extent() for axes in figure.axes)
        assert right.width > 50 and not left.overlaps(right)


def moons_after(**state):
    start = {"width": 64, "depth": 2, "drop_rate": 0.0, "noise": 0.4, "points": 50}
    return last(boundary.run(start | state))


def test_a_wide_network_bends_round_the_noise_and_a_narrow_one_cannot():
    wide, narrow = moons_after(), moons_after(width=2, depth=1)
    assert wide.training > 0.97 > narrow.training
    assert wide.epoch == boundary.EPOCHS_A_PICTURE * boundary.PICTURES


def test_the_plane_is_coloured_by_probabilities():
    shown = moons_after(points=20).probability
    assert shown.min() >= 0 and shown.max() <= 1 and np.ptp(shown) > 0.5
