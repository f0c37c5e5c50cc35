"""Lesson 6's panel: what it computes, from settings to who falls for what."""

import math

import pytest

from helpers.lab import load_optdigits
from helpers.lessons.lesson_06 import panel

DATA = load_optdigits(train=300)


def last(**state):
    start = {"wrong": 0, "drop_rate": 0.0, "width": 64, "stamp": 0, "seed": 0}
    return [*panel.run(DATA, start | state)][-1]


def test_a_plain_network_repeats_wrong_labels_and_dropout_repeats_fewer():
    plain, dropout = (last(wrong=30, drop_rate=rate) for rate in (0.0, 0.5))
    assert plain.repeated > dropout.repeated + 0.3 and dropout.right > plain.right + 0.05
    assert plain.right == plain.misled, "without stamps nobody is misled"


def test_dropout_falls_for_a_wrong_stamp_more_than_a_plain_network():
    plain, dropout = (last(stamp=4, drop_rate=rate) for rate in (0.0, 0.5))
    assert math.isnan(plain.repeated)
    assert dropout.misled < plain.misled - 0.05 and plain.misled < plain.right - 0.05


def test_the_share_and_the_seed_decide_what_is_wrong():
    shown, true, given, new, lying = panel.sets(DATA, 50, 2, 0)
    assert (shown.labels != true).mean() == pytest.approx(0.5, abs=0.03)
    assert (given != new.labels).mean() == pytest.approx(0.5, abs=0.05)
    assert (shown.labels != panel.sets(DATA, 50, 2, 1)[0].labels).any()
    assert (new.labels == DATA.validation.labels).all() and not new.take()[0][:, 64:].any()
    stamps = lying.take()[0][:, 64:]
    assert (stamps.max(axis=1) == 2).all() and (stamps.argmax(axis=1) != lying.labels).all()
    stamps = shown.take()[0][:, 64:]
    stamped = stamps.any(axis=1)
    assert stamped.mean() == pytest.approx(panel.STAMPED, abs=0.03)
    assert (stamps.argmax(axis=1) == shown.labels)[stamped].all()


def test_at_nine_wrong_labels_in_ten_a_network_is_no_better_than_guessing_and_below_it_is():
    assert last(wrong=90, drop_rate=0.5).right < 0.2 < last(wrong=70, drop_rate=0.5).right


def test_validation_with_wrong_labels_tells_when_to_stop_a_plain_network():
    start = {"wrong": 50, "drop_rate": 0.0, "width": 64, "stamp": 0, "seed": 0}
    plain = [*panel.run(DATA, start)]
    best = plain[panel.best_epoch(plain) - 1]
    assert best.right > plain[-1].right + 0.1 and best.seen < best.right - 0.2
    dropout = [*panel.run(DATA, start | {"drop_rate": 0.5})]
    assert dropout[-1].right > dropout[panel.best_epoch(dropout) - 1].right - 0.1


def test_the_challenge_counts_with_enough_wrong_labels_and_at_the_end():
    results = [panel.Progress(0.1, 0.4, right, right) for right in [0.5] * panel.EPOCHS]
    results[9] = panel.Progress(0.1, 0.5, 0.8, 0.8)
    assert panel.best_epoch(results) == 10 and panel.most_right({"wrong": 50}, results) == 0.8
    assert panel.most_right({"wrong": 50}, results[:-1]) is None
    assert panel.most_right({"wrong": 40}, results) is None
