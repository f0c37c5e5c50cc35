"""The moons' likelier labels: right where nothing is noise, and never beaten where much is."""

import numpy as np

from helpers.lab import likelier_labels, moons


def test_without_noise_the_likelier_label_is_the_point_s_own():
    train = moons(100, spread=0.05).train
    assert (likelier_labels(train.x, 0.05) == train.labels).all()


def test_no_straight_line_beats_it():
    test = moons(100, spread=0.4).test
    right = (likelier_labels(test.x, 0.4) == test.labels).mean()
    lines = [
        ((test.x @ [np.cos(angle), np.sin(angle)] > shift) == test.labels).mean()
        for angle in np.linspace(0, 2 * np.pi, 60)
        for shift in np.linspace(-1, 1, 21)
    ]
    assert 0.85 < right < 0.89 and right > max(lines) + 0.02
