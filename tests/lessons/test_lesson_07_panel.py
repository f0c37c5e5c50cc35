"""Lesson 7's panel: what it computes, from switches to three answers."""

import numpy as np
import pytest

from helpers.lessons.lesson_07 import experiment, panel
from helpers.nn import softmax

DIGIT = "3"


@pytest.fixture(scope="module")
def network():
    return panel.trained_network()


@pytest.fixture
def switches(network):
    return panel.show(network)


def test_all_three_answers_are_probabilities_and_the_whole_is_the_network_itself(network):
    x = panel.digits(network)[DIGIT]
    found = panel.answers(network, x, np.arange(10) < 4, 20)
    assert all(of.shape == (10,) and of.sum() == pytest.approx(1, abs=1e-5) for of in found)
    assert np.allclose(found[2], softmax(network.forward(x))[-1, 0], atol=1e-6)


def test_one_sub_network_is_the_mask_s_and_many_are_on_their_way_to_the_average_of_all(network):
    x, last = panel.digits(network)[DIGIT], network.layers[-1]
    hidden = experiment.hidden_outputs(network, x)
    each = np.array(
        [softmax(experiment.sub_network(hidden, on, last.weights, last.bias))[-1, 0] for on in experiment.all_masks(10)]
    )
    alone, few, _ = panel.answers(network, x, experiment.all_masks(10)[300], 2)
    many = panel.answers(network, x, experiment.all_masks(10)[300], 1000)[1]
    assert np.allclose(alone, each[300], atol=1e-6)
    mean = each.mean(axis=0)
    assert np.abs(many - mean).max() < 0.05 < np.abs(few - mean).max()


def test_each_listed_digit_is_a_digit_of_its_own(network):
    listed = panel.digits(network)
    assert [*listed] == [str(digit) for digit in range(10)]
    assert all(x.shape == (1, 64) and 0 <= x.min() < x.max() <= 1 for x in listed.values())


def test_the_challenge_counts_the_neurons_of_who_reads_a_listed_digit(network):
    listed = panel.digits(network)

    def score(digit, on):
        return panel.fewest(
            network, listed, {"digit": digit, **{f"n{number + 1}": bool(of) for number, of in enumerate(on)}}
        )

    assert score(DIGIT, np.zeros(10, bool)) is None and score(panel.OWN, np.ones(10, bool)) is None
    scores = [score(DIGIT, on) for on in experiment.all_masks(10)]
    counted = [(one, on.sum()) for one, on in zip(scores, experiment.all_masks(10), strict=True) if one is not None]
    assert counted and all(one == on for one, on in counted)
    assert 1 <= min(one for one, _ in counted) <= 4 < max(one for one, _ in counted)


def test_the_button_switches_at_random_and_each_time_anew(switches):
    seen = [panel.kept(switches.state)]
    for _ in range(3):
        switches.at_random.click()
        seen.append(panel.kept(switches.state))
    assert len({tuple(on) for on in seen}) == 4


def test_whoever_draws_sees_the_drawing_read(switches):
    before = switches.picture.data
    assert switches.pad not in switches.children
    switches.pad.value = [[(0.5, 0.1), (0.5, 0.9)]]
    assert switches.pad in switches.children
    assert switches.state["digit"] == panel.OWN
    switches.moved()
    one = switches.picture.data
    assert one != before and "your drawing" in switches.picture.sentence
    switches.pad.value = [[(0.2, 0.1), (0.8, 0.1), (0.4, 0.9)]]
    assert switches.picture.data != one
    switches.at(digit=DIGIT)
    assert "a 3" in switches.picture.sentence
