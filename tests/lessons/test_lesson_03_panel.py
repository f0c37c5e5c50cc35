"""Lesson 3's panel: who works in which batch, and what is counted."""

import numpy as np
import pytest

import start
from helpers.classroom.kept_figure import KeptFigure
from helpers.lessons.lesson_03 import panel
from tests.notebooks import stated

STATE = {"first": 80, "second": 50, "seed": 0}


def batches(count, **state):
    run = panel.run(STATE | state)
    return [next(run) for _ in range(count)]


def test_each_seed_is_another_draw():
    def masks(seed):
        return np.concatenate([np.concatenate(batch) for batch in batches(10, seed=seed)])

    assert (masks(0) == masks(0)).all() and (masks(0) != masks(1)).any()


@pytest.mark.parametrize(("count", "end"), [(1, 10), (10, 10), (11, 20), (60, 60)])
def test_the_tally_grows_with_the_batches(count, end):
    figure = KeptFigure(9.0, 3.6)
    panel.draw(figure, STATE, batches(count))
    assert figure.axes[1].get_xlim() == (0, end)


def test_how_often_the_challenge_comes_off_as_the_teachers_page_says():
    page = (start.ROOT / "teaching" / "03-add-dropout.md").read_text(encoding="utf-8")
    neurons = panel.COLUMNS[1] + panel.COLUMNS[2]
    for rate, wanted in ((0.8, stated(page, "in about 1 draw of #")), (0.9, stated(page, "in 1 of #", "90 % in both"))):
        assert 1 / (1 - rate**panel.SOON) ** neurons == pytest.approx(wanted, rel=0.05)


def test_the_challenge_counts_when_every_unit_has_worked_soon_enough():
    nobody, everybody = ([np.full(count, works) for count in panel.COLUMNS[1:3]] for works in (False, True))
    half = [np.arange(count) % 2 == 0 for count in panel.COLUMNS[1:3]]
    others = [~layer for layer in half]
    assert panel.most_dropped(STATE, [nobody] * 9 + [everybody]) == 65
    assert panel.most_dropped(STATE, [half, others]) == 65
    assert panel.most_dropped(STATE, [half, half]) is None
    assert panel.most_dropped(STATE, [nobody] * 10 + [everybody]) is None
