"""Lesson 8's panel: what it computes, from damage to what two networks read."""

from itertools import product

import numpy as np
import pytest

from helpers.lessons.lesson_08 import experiment, panel
from helpers.nn import stream

DIGIT = "3"
FREE = {"tied": 0, "amount": 0, "kind": "pixels blanked", "digit": DIGIT}


@pytest.fixture(scope="module")
def networks():
    return panel.trained_networks()


@pytest.fixture
def kitchen(networks):
    return panel.show(networks)


def test_undamaged_both_read_every_listed_digit_in_every_try(networks):
    listed = panel.digits(networks)
    assert [*listed] == [str(digit) for digit in range(10)]
    for digit, x in listed.items():
        assert x.shape == (1, 64) and 0 <= x.min() < x.max() <= 1
        shown = panel.tries(x, FREE)
        assert np.array_equal(shown, np.repeat(x, panel.TRIES, axis=0))
        for network in networks.values():
            assert panel.read(network, shown, FREE)[int(digit)] == panel.TRIES


@pytest.mark.parametrize(("kind", "changed"), [("pixels blanked", 0.2), ("noise", 1), ("digit shifted", None)])
def test_each_kind_damages_each_try_in_its_own_way(kind, changed):
    x = stream(0, "a digit").uniform(0.1, 1, (1, 64)).astype(np.float32)
    shown = panel.tries(x, FREE | {"kind": kind, "amount": 20})
    assert shown.shape == (panel.TRIES, 64) and len(np.unique(shown, axis=0)) > 3
    if changed is None:
        ways = [np.roll(x.reshape(8, 8), by, axis).ravel() for axis in (0, 1) for by in (-2, 2)]
        assert all(any(np.array_equal(one, way) for way in ways) for one in shown), "20 % are two pixels"
    else:
        assert (shown != x).mean() == pytest.approx(changed, abs=0.02)


def test_what_is_read_adds_up_and_more_hands_tied_read_less(networks):
    x = panel.digits(networks)[DIGIT]
    for network in networks.values():
        counts = [panel.read(network, panel.tries(x, FREE), FREE | {"tied": tied}) for tied in (0, 80)]
        assert all(of.shape == (10,) and of.sum() == panel.TRIES for of in counts)
        assert counts[0][int(DIGIT)] > counts[1][int(DIGIT)]


def test_the_last_network_of_a_stack_is_asked(networks):
    state = FREE | {"tied": 50}
    network, x = networks["plain"], panel.tries(panel.digits(networks)[DIGIT], FREE)
    logits = experiment.answers(network, x, 0.5, stream(0, "hands"))
    assert np.array_equal(panel.read(network, x, state), np.bincount(logits[-1].argmax(axis=1), minlength=10))


def test_the_challenge_is_won_where_plain_fails_and_dropout_reads_on(networks):
    listed = panel.digits(networks)
    won, lost = [], 0
    for digit in listed:
        for tied, amount in product(panel.PERCENT, repeat=2):
            state = FREE | {"tied": tied, "amount": amount, "digit": digit}
            shown = panel.tries(listed[digit], state)
            plain, dropout = (panel.read(networks[kind], shown, state)[int(digit)] for kind in ("plain", "dropout"))
            score = panel.least(networks, listed, state)
            assert (score is not None) == (plain < panel.FAILS and dropout >= panel.READS)
            won += [(score, tied)] * (score is not None)
            lost += plain < panel.FAILS and score is None
    assert any(score == tied for score, tied in won), "it can be won with tied hands alone"
    assert all(tied for _, tied in won), "not with damage to the digit alone"
    assert lost, "that plain fails is not enough"
    state = FREE | {"tied": 40, "amount": 20, "digit": panel.OWN}
    assert panel.least(networks, listed, state) is None


def test_both_sliders_count_in_the_challenge(networks, monkeypatch):
    monkeypatch.setattr(panel, "FAILS", panel.TRIES + 1)
    monkeypatch.setattr(panel, "READS", 0)
    assert panel.least(networks, panel.digits(networks), FREE | {"tied": 40, "amount": 20}) == 60


def test_whoever_draws_sees_the_drawing_read(kitchen):
    before = kitchen.picture.data
    assert kitchen.pad not in kitchen.children
    kitchen.pad.value = [[(0.5, 0.1), (0.5, 0.9)]]
    assert kitchen.pad in kitchen.children
    assert kitchen.state["digit"] == panel.OWN
    kitchen.moved()
    one = kitchen.picture.data
    assert one != before and "your drawing" in kitchen.picture.sentence
    kitchen.pad.value = [[(0.2, 0.1), (0.8, 0.1), (0.4, 0.9)]]
    assert kitchen.picture.data != one
    kitchen.at(digit=DIGIT)
    assert "a 3" in kitchen.picture.sentence
