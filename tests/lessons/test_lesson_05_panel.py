"""Lesson 5's panel: what it computes, from settings to what is drawn."""

import numpy as np
import pytest

from helpers.classroom.kept_figure import KeptFigure
from helpers.lab import load_mnist1d
from helpers.lessons.lesson_05 import panel
from tests.notebooks import prose, read, stated

OFF = dict.fromkeys(panel.STRENGTHS, 0) | {"seed": 0}


@pytest.fixture(scope="module")
def data():
    return load_mnist1d(train=1000)


def last(run):
    return [*run][-1]


@pytest.fixture(scope="module")
def plain(data):
    return last(panel.run(data, OFF))


def test_each_regulariser_does_what_it_is_there_for(data, plain):
    def ends(**state):
        return last(panel.run(data, OFF | state))

    assert plain.zeros == 0 and ends(l2=0.01).zeros == 0
    assert ends(l1=0.3).zeros > 0.3
    assert ends(max_norm=1).norm <= 1.0001 < plain.norm
    assert ends(drop_rate=0.3).training < plain.training
    assert ends(l2=0.03).norm < plain.norm


def test_a_pull_that_is_too_strong_closes_the_gap_and_reads_less(data, plain):
    """The wrong ideas of the lesson, in its numbers."""
    strongest = last(panel.run(data, OFF | {"l1": panel.STRENGTHS["l1"][1][-1]}))
    text = prose(read("05-against-l1-and-l2"))
    strength, kept = stated(text, "L1 at strength # leaves about # % of the weights")
    assert strength == panel.STRENGTHS["l1"][1][-1] == stated(text, "L1 at strength # leaves hardly a gap")
    assert round(100 * (1 - strongest.zeros)) == kept
    assert strongest.training - strongest.validation < 0.03 < plain.training - plain.validation
    percent = stated(text, "only about # % of new signals are right")
    assert abs(100 * strongest.validation - percent) < 2 and strongest.validation < plain.validation - 0.1


def test_the_histogram_holds_every_weight(plain):
    assert plain.weights.sum() == pytest.approx(1) and len(plain.weights) == len(panel.EDGES) - 1


def test_another_seed_is_three_other_networks(data):
    first, second = (next(panel.run(data, OFF | {"seed": seed})) for seed in (0, 1))
    assert first.training != second.training


def test_the_challenge_is_validation_accuracy_without_l2_at_the_end():
    ended = [panel.Progress(1.0, accuracy, None, 0.0, 1.0) for accuracy in [0.3] * (panel.EPOCHS - 1) + [0.45]]
    assert panel.reached(OFF, ended) == pytest.approx(45)
    assert panel.reached(OFF | {"l2": 0.001}, ended) is None
    assert panel.reached(OFF, ended[:-1]) is None


def test_what_is_on_is_named():
    assert panel.named(OFF) == "nothing added"
    assert panel.named(OFF | {"drop_rate": 0.2, "max_norm": 1}) == "Drop rate 0.2 + Max-norm 1"


def test_what_is_on_stands_above_the_curves(data):
    """Above 100 %, however much is on and however good the networks are."""
    everything = {"drop_rate": 0.3, "l1": 0.03, "l2": 0.0003, "max_norm": 0.5, "activity": 0.003, "seed": 0}
    learned = [panel.Progress(1.0, 1.0, np.full(len(panel.EDGES) - 1, 0.1), 0.0, 1.0)] * panel.EPOCHS
    for state in (OFF, everything):
        figure = KeptFigure(9.0, 3.2)
        panel.draw(figure, state, learned)
        figure.draw_without_rendering()
        left = figure.axes[0]
        ((words,), frame) = left.texts, left.get_window_extent()
        assert words.get_text().replace("\n", " ") == panel.named(state)
        place = words.get_window_extent()
        assert place.y0 > left.transData.transform((0, 100))[1] and place.y1 < frame.y1 and place.x1 < frame.x1


def test_the_titles_do_not_run_into_each_other_even_when_everything_is_on(data):
    state = {"drop_rate": 0.3, "l1": 0.03, "l2": 0.001, "max_norm": 3, "activity": 0.003, "seed": 0}
    for results in ([], [next(panel.run(data, state))]):
        figure = KeptFigure(9.0, 3.4)
        panel.draw(figure, state, results)
        figure.draw_without_rendering()
        left, right = (axes._left_title.get_window_extent() for axes in figure.axes)
        assert right.width > 50 and not left.overlaps(right)
