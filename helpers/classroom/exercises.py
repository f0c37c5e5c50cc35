"""Exercises that know the likely wrong answers.

An exercise not started says so and raises nothing; a right answer is told so; a wrong one that we know gets a hint
of its own; any other is shown the first case where it goes wrong.
"""

import copy
import html
from dataclasses import dataclass

import numpy as np
from IPython.display import HTML

TOLERANCE = 1e-6


@dataclass(frozen=True)
class Exercise:
    """One task. `right` and the keys of `wrong` are functions of a case's arguments.

    For a task whose answer is a number or a word, they are that, and there are no cases.
    """

    name: str
    right: object
    wrong: dict
    cases: tuple = ((),)

    def check(self, answer):
        """What to say to `answer`, a function, a number or a word, as ("not started" | "right" | "wrong", text)."""
        if answer is ... or answer is None:
            return "not started", "Fill in the cell above, then run it again."
        if callable(answer) != callable(self.right) or isinstance(answer, str) != isinstance(self.right, str):
            kind = "word" if isinstance(self.right, str) else "number"
            wanted = "a function" if callable(self.right) else f"a {kind}"
            return "wrong", f"This should be {wanted}; it is {type(answer).__name__}."
        try:
            given = [_call(answer, case) for case in self.cases]
        except Exception as error:  # the learner's own code: whatever it raises is the answer to show
            return "wrong", f"Your function stopped with {type(error).__name__}: {error}"
        if all(value is None or value is ... for value in given):
            return "not started", "Your function returns nothing yet. Replace the dots, then run the cell again."
        expected = [_call(self.right, case) for case in self.cases]
        if all(map(_same, given, expected)):
            return "right", "It gives what it should in every case we tried."
        for wrong, hint in self.wrong.items():
            if all(_same(value, _call(wrong, case)) for value, case in zip(given, self.cases, strict=True)):
                return "wrong", hint
        if not callable(self.right):
            return "wrong", f"It is not {_brief(answer)}. Try again, or look at the solution."
        first = next(i for i, (a, b) in enumerate(zip(given, expected, strict=True)) if not _same(a, b))
        inputs = ", ".join(map(_brief, self.cases[first]))
        return "wrong", f"For {inputs} you return {_brief(given[first])}; it should be {_brief(expected[first])}."

    def __call__(self, answer):
        """Check `answer` and show the verdict."""
        return HTML(verdict_html(self.name, *self.check(answer)))


def verdict_html(name, state, text):
    """What the learner reads: the exercise's name, a mark for the state, and the text."""
    mark = {"right": "✔ Right.", "wrong": "✘ Not yet.", "not started": "○ Not started."}[state]
    body = f"<b>{html.escape(name)}: {mark}</b> {html.escape(text)}"
    return f'<div role="status" style="line-height: 1.5; max-width: 720px">{body}</div>'


def _call(function, case):
    """`function` on copies of the case's arguments, so that it cannot spoil them for the next one."""
    return function(*copy.deepcopy(case)) if callable(function) else function


def _same(a, b):
    """Equal words, or arrays and numbers equal in shape and within TOLERANCE."""
    if isinstance(a, str) and isinstance(b, str):
        return a.strip().casefold() == b.strip().casefold()
    if isinstance(a, str) or isinstance(b, str) or a is None or b is None:
        return False
    try:
        if np.iscomplexobj(a):
            return False
        a, b = np.asarray(a, float), np.asarray(b, float)
    except Exception:  # it may be anything that a learner's function returns
        return False
    return a.shape == b.shape and bool(np.allclose(a, b, rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True))


def _brief(value):
    """A value short enough for a sentence."""
    try:
        text = np.array2string(np.asarray(value), precision=4, separator=", ", threshold=12)
    except Exception:  # such as a list of lists of different lengths
        text = repr(value)
    text = " ".join(text.split())
    return text if len(text) <= 200 else f"{text[:200]} …"
