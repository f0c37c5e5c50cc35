"""Lesson 1's panel: what it computes, and that its picture says what was computed."""

import numpy as np
import pytest

from helpers.classroom.figures import subplots
from helpers.lab import load_optdigits
from helpers.lessons.lesson_01.panel import EPOCHS, SHOWN, Progress, draw, fewest_neurons, run, show

STATE = {"learning_rate": 0.1, "hidden": 8, "seed": 0}


@pytest.fixture(scope="module")
def data():
    return load_optdigits()


@pytest.fixture(scope="module")
def results(data):
    return list(run(data, STATE))


def drawn(data, state, results):
    """The figure that `draw` makes, and its sentence."""
    figure = subplots(9, 3.6)[0]
    figure.clear()
    sentence = draw(data, figure, state, results)
    return {axes.get_label(): axes for axes in figure.axes}, sentence


def test_it_trains_for_all_epochs_and_learns(data, results):
    assert len(results) == EPOCHS
    assert results[-1].loss < 0.3 * results[0].loss and results[-1].accuracy > 0.9
    last = results[-1]
    assert last.accuracy == pytest.approx((last.predicted == data.validation.labels).mean())


def test_the_same_settings_give_the_same_network(data, results):
    again = run(data, STATE)
    for before in results[:3]:
        now = next(again)
        assert (now.loss, now.accuracy) == (before.loss, before.accuracy)
        assert (now.predicted == before.predicted).all()


@pytest.mark.parametrize("change", [{"learning_rate": 0.3}, {"hidden": 16}, {"seed": 1}])
def test_each_control_changes_the_network(data, results, change):
    assert next(run(data, STATE | change)).loss != results[0].loss


def test_a_learning_rate_that_is_much_too_high_teaches_nothing(data):
    """It may diverge, which is said, or stay at guessing; it may not fail in another way."""
    try:
        last = list(run(data, STATE | {"learning_rate": 10.0}))[-1]
        assert last.accuracy < 0.3
    except FloatingPointError as error:
        assert "10" in str(error)


def test_before_training_it_shows_digits_to_read(data):
    axes, sentence = drawn(data, STATE, [])
    assert "Nothing trained yet: constant learning rate 0.1, 8 hidden neurons" in sentence
    assert [text.get_text() for text in axes["digits"].texts] == [
        str(label) for label in data.validation.labels[:SHOWN]
    ]


def test_the_picture_says_what_was_computed(data, results):
    axes, sentence = drawn(data, STATE, results[:7])
    last = results[6]
    assert f"After epoch 7 of {EPOCHS}" in sentence and f"loss {last.loss:.3f}, {last.accuracy:.1%} of the" in sentence
    assert axes["loss"].lines[0].get_xydata().tolist() == [[n + 1, r.loss] for n, r in enumerate(results[:7])]
    assert axes["right"].lines[0].get_ydata().tolist() == [100 * result.accuracy for result in results[:7]]


def test_the_digits_shown_are_the_first_that_are_wrong(data, results):
    axes, _ = drawn(data, STATE, results)
    last, labels = results[-1], data.validation.labels
    wrong = np.flatnonzero(last.predicted != labels)
    assert axes["digits"].get_title("left") == f"{len(wrong)} of {len(labels)} still wrong"
    titles = [f"{labels[row]} as {last.predicted[row]}" for row in wrong[:SHOWN]]
    assert [text.get_text() for text in axes["digits"].texts] == titles
    pixels = data.validation.take(wrong[:1])[0][0].reshape(8, 8)
    assert np.allclose(axes["digits"].images[0].get_array()[4:12, 1:9], pixels)


def test_the_learning_rate_of_the_lesson_is_on_the_slider(data):
    assert show(data).at(learning_rate=0.8).state["learning_rate"] == 0.8


def test_the_challenge_counts_from_90_percent(data):
    almost, enough = (Progress(0.0, accuracy, None) for accuracy in (0.899, 0.9))
    assert fewest_neurons(STATE, [enough, almost]) is None
    assert fewest_neurons(STATE, [almost, enough]) == 8


def test_one_neuron_is_not_neurons(data):
    assert "1 hidden neuron." in drawn(data, STATE | {"hidden": 1}, [])[1]


def test_when_all_are_right_no_digit_is_shown(data):
    perfect = Progress(0.0, 1.0, data.validation.labels.copy())
    axes, sentence = drawn(data, STATE, [perfect])
    assert "100.0% of the" in sentence and len(axes["digits"].texts) == 0
    assert axes["digits"].get_title("left").startswith("0 of ")
