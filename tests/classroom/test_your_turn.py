"""A line of the learner's own is checked at once; whatever it is, the lesson goes on with something that works."""

import re
from fractions import Fraction

import numpy as np
import pytest

from helpers.classroom import progress, your_turn
from helpers.classroom.your_turn import YourTurn


def halve(values):
    """Half of each."""
    return values / 2


HALVES = YourTurn(
    "Halves",
    right=halve,
    cases=((np.array([2.0, 4.0]),), (np.array([[1.0, 3.0]]),)),
    wrong={lambda values: values * 2: "That doubles.", lambda values: values.sum() / 2: "That adds up."},
)
MEAN = YourTurn("Mean", right=np.mean, cases=((np.array([2.0, 4.0]),),), wrong={})
COUNT = YourTurn("Count", right=3, wrong={4: "One less."})


@pytest.fixture
def take(monkeypatch):
    """A function that gives what the lesson goes on with, and what the learner reads."""
    shown = []
    monkeypatch.setattr(your_turn, "display", shown.append)

    def take(turn, answer):
        goes_on = turn(answer)
        return goes_on, shown.pop().data

    return take


def stops(values):
    raise SystemExit(3)


def changes_its_argument(values):
    values /= 2
    return values


class Junk:
    def __array__(self, *arguments, **options):
        raise RuntimeError("no array")

    def __repr__(self):
        raise RuntimeError("no text")


def test_with_a_right_line_the_lesson_goes_on_with_that(take):
    def mine(values):
        return 0.5 * values

    goes_on, shown = take(HALVES, mine)
    assert goes_on is mine
    assert "✔ Right." in shown and "goes on with it" in shown and "Show ours" not in shown
    assert progress.load().turns == {"Halves": progress.Tried("right", 1)}
    assert take(COUNT, 3)[0] == 3
    for mean in (np.average, lambda values: float(values.mean()), lambda values: int(values.mean())):
        assert take(MEAN, mean)[0] is mean


@pytest.mark.parametrize(
    ("turn", "answer", "told"),
    [
        (HALVES, ..., "Not started"),
        (HALVES, None, "Not started"),
        (HALVES, lambda values: ..., "Not started"),
        (HALVES, lambda values: values / 3, "it should be [1., 2.]"),
        (HALVES, lambda values: undefined, "NameError"),  # noqa: F821
        (HALVES, lambda: 1, "TypeError"),
        (HALVES, stops, "SystemExit"),
        (HALVES, lambda values: Junk(), "that cannot be shown"),
        (HALVES, lambda values: (values / 2).tolist(), "return an array of float64, not a list."),
        (
            HALVES,
            lambda values: np.float32(values / 2),
            "an array of float64, not an array of float32.",
        ),
        (HALVES, lambda values: np.ma.array(values / 2), "an array of float64, not a MaskedArray."),
        (MEAN, lambda values: Fraction(values.mean()), "right, but return a number, not a Fraction."),
        (MEAN, lambda values: np.array(values.mean()), "right, but return a number, not an array of float64."),
        (HALVES, changes_its_argument, "an argument is changed on the way"),
        (HALVES, Junk(), "This should be a function"),
        (HALVES, 3, "This should be a function"),
        (HALVES, "values / 2", "This should be a function"),
        (COUNT, ..., "Not started"),
        (COUNT, Junk(), "It is not something"),
        (COUNT, 5, "It is not 5"),
        *[(turn, wrong, hint) for turn in (HALVES, COUNT) for wrong, hint in turn.wrong.items()],
    ],
)
def test_with_anything_else_it_goes_on_with_ours_which_it_says_and_shows(turn, answer, told, take):
    goes_on, shown = take(turn, answer)
    assert goes_on is turn.right
    assert told in re.sub("&#x27;", "'", shown) and "the lesson goes on with ours" in shown
    before, ours = shown.split("<details")
    assert "Show ours" in ours and ("return values / 2" in ours if turn is HALVES else "3" in ours)
    assert "values / 2" not in before
    assert {name: kept.state for name, kept in progress.load().turns.items()} == (
        {} if told == "Not started" else {turn.name: "wrong"}
    )


def test_a_line_that_was_right_once_stays_so_on_record(take):
    take(HALVES, lambda values: values * 2)
    take(HALVES, halve)
    take(HALVES, lambda values: values * 2)
    assert progress.load().turns == {"Halves": progress.Tried("right", 2)}
    assert progress.load().exercises == {}
