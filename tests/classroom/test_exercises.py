"""An exercise never raises, knows the right answer, and gives each wrong one that it knows a hint of its own."""

import tracemalloc

import numpy as np
import pytest

from helpers.classroom import progress
from helpers.classroom.exercises import Exercise, verdict_html

HALVES = Exercise(
    "Exercise 1",
    right=lambda values: values / 2,
    cases=((np.array([2.0, 4.0]),), (np.array([[1.0, 3.0]]),)),
    wrong={
        lambda values: values * 2: "That doubles.",
        lambda values: values // 2: "That rounds.",
        lambda values: values.sum() / 2: "That adds up.",
    },
)
COUNT = Exercise("Exercise 2", right=2410, wrong={2368: "And the biases?", 106: "Those are the neurons."})
WORD = Exercise("Exercise 3", right="C", wrong={"A": "A is too large."})


def changes_its_argument(values):
    values /= 2
    return values


def remembers_its_argument(values, kept=[]):  # noqa: B006
    kept.append(values)
    return kept[0] / 2


class Nasty:
    def __array__(self, *args, **options):
        raise RuntimeError("no array")

    def __eq__(self, other):
        raise RuntimeError("no comparison")

    __hash__ = None


class Mute:
    def __repr__(self):
        raise SystemExit("no text")


class Talkative:
    text = "word " * 10**6

    def __repr__(self):
        return self.text


class Grumble(Exception):
    def __str__(self):
        raise RuntimeError("no text")


def grumbles(values):
    raise Grumble


def leaves(values):
    raise SystemExit(3)


@pytest.mark.parametrize("exercise", [HALVES, COUNT, WORD], ids=lambda exercise: exercise.name)
@pytest.mark.parametrize("answer", [..., None])
def test_what_was_not_filled_in_is_not_started(exercise, answer):
    assert exercise.check(answer)[0] == "not started"


@pytest.mark.parametrize("function", [lambda values: ..., lambda values: None])
def test_a_function_that_returns_nothing_is_not_started(function):
    assert HALVES.check(function)[0] == "not started"


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [
        (HALVES, lambda values: values / 2),
        (HALVES, lambda values: 0.5 * values + 1e-9),
        (HALVES, lambda values: (values / 2).tolist()),
        (HALVES, changes_its_argument),
        (COUNT, 2410),
        (COUNT, 2410.0),
        (COUNT, np.int64(2410)),
        (COUNT, np.array(2410)),
        (WORD, "C"),
        (WORD, " c "),
    ],
)
def test_a_right_answer_is_told_so(exercise, answer):
    assert exercise.check(answer)[0] == "right"
    assert "✔ Right." in exercise(answer).data


def test_a_big_whole_number_can_be_right():
    assert Exercise("Count", right=2**100, wrong={}).check(2**100)[0] == "right"


def test_the_cases_are_the_same_at_every_check():
    for _ in range(2):
        assert HALVES.check(changes_its_argument)[0] == "right"
    assert HALVES.cases[0][0].tolist() == [2, 4]


@pytest.mark.parametrize(
    ("exercise", "answer", "hint"),
    [(exercise, wrong, hint) for exercise in (HALVES, COUNT, WORD) for wrong, hint in exercise.wrong.items()],
)
def test_each_known_wrong_answer_gets_its_own_hint(exercise, answer, hint):
    assert exercise.check(answer) == ("wrong", hint)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (lambda values: values / 3, "For [2., 4.] you return [0.6667, 1.3333]; it should be [1., 2.]."),
        (lambda values: values[0] / 2, "For [2., 4.] you return 1.; it should be [1., 2.]."),
        (lambda values: values / 2 if values.ndim == 1 else None, "For [[1., 3.]] you return None"),
        (lambda values: (_ for _ in ()).throw(IndexError("too far")), "Your function stopped with IndexError: too far"),
        (lambda values: undefined, "Your function stopped with NameError"),  # noqa: F821
        (lambda: 1, "Your function stopped with TypeError"),
        (lambda values: values * np.nan, "you return [nan, nan]"),
        (lambda values: [[1.0], [1.0, 2.0]], "you return [[1.0], [1.0, 2.0]]"),
        (lambda values: {"a": 1}, "you return {'a': 1}"),
        (lambda values: "half", "you return 'half'"),
        (lambda values: values / 2 + 0j, "you return"),
        (lambda values: np.zeros((2, 50000)), "you return"),
        (lambda values: list(range(10**5)), "you return"),
        (lambda values: Nasty(), "you return"),
        (lambda values: Mute(), "you return something of type Mute that cannot be shown"),
        (lambda values: 10**5000, "you return something of type int that cannot be shown"),
        (lambda values: np.broadcast_to(1, (20_000, 20_000)), "you return [[1, 1, 1, ..., 1, 1, 1]"),
        (grumbles, "Your function stopped with Grumble: something of type Grumble that cannot be shown"),
        (leaves, "Your function stopped with SystemExit: 3"),
        (remembers_its_argument, "For [[1., 3.]] you return [1., 2.]"),
        (3, "This should be a function; it is int."),
        ("half", "This should be a function; it is str."),
        ([1, 2], "This should be a function; it is list."),
    ],
)
def test_any_other_answer_to_a_function_is_wrong_and_says_why(answer, told):
    state, text = HALVES.check(answer)
    assert state == "wrong" and told in text and len(text) < 600


@pytest.mark.parametrize(
    ("exercise", "answer", "told"),
    [
        (COUNT, 2411, "It is not 2411."),
        (COUNT, float("nan"), "It is not nan."),
        (COUNT, "2410", "This should be a number; it is str."),
        (COUNT, lambda: 2410, "This should be a number; it is function."),
        (COUNT, [2410], "It is not [2410]."),
        (COUNT, {2410}, "It is not {2410}."),
        (COUNT, Nasty(), "It is not"),
        (COUNT, Mute(), "It is not something of type Mute that cannot be shown."),
        pytest.param(COUNT, 10**5000, "It is not something of type int that cannot be shown.", id="5,001 digits"),
        (COUNT, list(range(10**5)), "It is not [0, 1, 2"),
        (WORD, "D", "It is not 'D'."),
        (WORD, 3, "This should be a word; it is int."),
        (WORD, ["C"], "This should be a word; it is list."),
        (WORD, print, "This should be a word; it is builtin_function_or_method."),
    ],
)
def test_any_other_number_or_word_is_wrong_and_says_why(exercise, answer, told):
    state, text = exercise.check(answer)
    assert state == "wrong" and told in text and len(text) < 400


def told_of(exercise, large):
    """What is told of a large answer, which is wrong; it takes less than a megabyte to tell."""
    tracemalloc.start()
    try:
        state, text = exercise.check((lambda values: large) if callable(exercise.right) else large)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert state == "wrong" and most < 10**6
    return text


@pytest.mark.parametrize("exercise", [HALVES, COUNT])
@pytest.mark.parametrize("gather", [list, tuple, lambda arrays: [[arrays]]])
def test_of_many_large_arrays_no_larger_one_is_made(exercise, gather):
    assert "array([[1" in told_of(exercise, gather([np.broadcast_to(1, (3000, 3000))] * 2))


@pytest.mark.parametrize("large", ["word " * 10**6, b"word " * 10**6, Talkative()], ids=["text", "bytes", "a repr"])
def test_of_a_long_text_only_the_beginning_is_looked_at(large):
    assert "word word" in told_of(HALVES, large)


def test_code_in_a_hint_is_shown_as_code():
    assert "Use <code>a &gt; 0</code>." in verdict_html("Exercise 1", "wrong", "Use `a > 0`.")


def test_what_is_shown_is_escaped():
    exercise = Exercise("<b>1</b>", right="C", wrong={})
    shown = exercise("<script>").data
    assert "&lt;script&gt;" in shown and "<script>" not in shown and "&lt;b&gt;1&lt;/b&gt;" in shown


def test_the_state_of_an_exercise_is_kept_and_comes_back():
    for answer, kept in ((..., None), (106, ("wrong", 1)), (7, ("wrong", 2)), (2410, ("right", 3)), (7, ("right", 3))):
        COUNT(answer)
        assert progress.load().exercises.get(COUNT.name) == (kept and progress.Tried(*kept))
    assert "Not started" in COUNT(...).data and "Before, you had it right; tries: 3." in COUNT(...).data
    assert "Before" not in HALVES(...).data


def test_where_it_cannot_be_kept_that_is_said(evidence):
    evidence.write_text("a file in its place")
    assert "✔ Right." in COUNT(2410).data and "could not be kept" in COUNT(2410).data


def test_cases_are_spoken_of_only_where_there_are_some():
    assert "every case we tried" in HALVES.check(lambda values: values / 2)[1]
    assert COUNT.check(2410)[1] == "It is 2410."
    assert WORD.check("c")[1] == "It is C."
