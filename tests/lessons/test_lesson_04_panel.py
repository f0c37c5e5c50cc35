"""Lesson 4's panel: what it computes, from settings to what is drawn."""

import numpy as np

from helpers.lessons.lesson_04 import panel


def moons_after(**state):
    start = {"width": 64, "depth": 2, "drop_rate": 0.0, "spread": 0.4, "points": 50}
    return [*panel.run(start | state)][-1]


def test_a_wide_network_bends_round_the_noise_and_a_narrow_one_cannot():
    wide, narrow = moons_after(), moons_after(width=2, depth=1)
    assert wide.training > 0.97 > narrow.training
    assert wide.epoch == panel.EPOCHS_A_PICTURE * panel.PICTURES


def test_the_plane_is_coloured_by_probabilities():
    shown = moons_after(points=20).probability
    assert shown.min() >= 0 and shown.max() <= 1 and np.ptp(shown) > 0.5
