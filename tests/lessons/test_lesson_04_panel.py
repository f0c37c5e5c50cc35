"""Lesson 4's panel: what it computes, from settings to what is drawn."""

import numpy as np

from helpers.lessons.lesson_04 import panel


def moons_after(**state):
    start = {"width": 64, "depth": 2, "drop_rate": 0.0, "spread": 0.4, "points": 50}
    return [*panel.run(start | state)][-1]


def test_a_wide_network_bends_round_the_noise_and_a_narrow_one_cannot():
    wide, narrow = moons_after(), moons_after(width=2, depth=1)
    assert wide.training > 0.97 > narrow.training
    assert wide.epoch == panel.EPOCHS


def test_the_plane_is_coloured_by_probabilities():
    shown = moons_after(points=20).probability
    assert shown.min() >= 0 and shown.max() <= 1 and np.ptp(shown) > 0.5


def test_pictures_of_a_large_network_come_after_fewer_epochs():
    def first(**state):
        return next(panel.run({"width": 256, "depth": 2, "drop_rate": 0.0, "spread": 0.4, "points": 100} | state)).epoch

    assert first(width=64) == panel.MOST_EPOCHS_A_PICTURE
    assert first(depth=4, points=500) <= 2 < first()
    assert {panel.epochs_a_picture(w, s) for w in (10, 10**5, 10**7) for s in (1, 10)} <= {1, 2, 4, 5, 8, 10, 16, 20}
