"""Exercises that know the likely wrong answers.

An exercise not started says so and raises nothing; a right answer is told so; a wrong one that we know gets a hint
of its own; any other is shown the first case where it goes wrong. The state is kept on disk, under the exercise's name,
which no other in the course has.
"""

import copy
import html
import re
import reprlib
from dataclasses import dataclass

import numpy as np
from IPython.display import HTML

from . import progress

TOLERANCE = 1e-6
MOST = 1000  # letters of a value are looked at


@dataclass(frozen=True)
class Exercise:
    """One task. `right` and the keys of `wrong` are functions of a case's arguments.

    For a task whose answer is a number or a word, they are that, and there are no cases.
    if_stopped: what to say besides to a function that stops with an error, such as which shapes it is given.
    """

    name: str
    right: object
    wrong: dict
    cases: tuple = ((),)
    if_stopped: str = ""
    kind = "exercises"  # under which progress keeps it

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
        except (Exception, SystemExit) as error:  # the learner's own code: whatever it raises is the answer to show
            stopped = f"Your function stopped with {type(error).__name__}: {brief(error)}"
            return "wrong", f"{stopped} {self.if_stopped}".strip()
        if all(value is None or value is ... for value in given):
            return "not started", "Your function returns nothing yet. Replace the dots, then run the cell again."
        expected = [_call(self.right, case) for case in self.cases]
        if all(map(_same, given, expected)):
            cases = "It gives what it should in every case we tried."
            return "right", cases if callable(answer) else f"It is {self.right}."
        for wrong, hint in self.wrong.items():
            if all(_same(value, _call(wrong, case)) for value, case in zip(given, self.cases, strict=True)):
                return "wrong", hint
        if not callable(self.right):
            return "wrong", f"It is not {brief(answer)}. Try again, or look at the solution."
        first = next(i for i, (a, b) in enumerate(zip(given, expected, strict=True)) if not _same(a, b))
        inputs = ", ".join(map(brief, self.cases[first]))
        return "wrong", f"For {inputs} you return {brief(given[first])}; it should be {brief(expected[first])}."

    def __call__(self, answer):
        """Check `answer` and show the verdict."""
        return HTML(self.verdict(*self.check(answer)))

    def verdict(self, state, text):
        """Keep the state on disk, and say it, as HTML; to one that is not started, how far it was before."""
        if state == "not started":
            before = getattr(progress.load(), self.kind).get(self.name)
            if before:
                text += f" Before, you had it {before.state}; tries: {before.tries}."
            return verdict_html(self.name, state, text)

        def after(before):
            if before and before.state == "right":
                return before
            return progress.Tried(state, before.tries + 1 if before else 1)

        return verdict_html(self.name, state, f"{text} {progress.keep(self.kind, self.name, after)}".strip())


def verdict_html(name, state, text):
    """What the learner reads: the exercise's name, a mark for the state, and the text, in which `code` is code."""
    mark = {"right": "✔ Right.", "wrong": "✘ Not yet.", "not started": "○ Not started."}[state]
    told = re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text))
    body = f"<b>{html.escape(name)}: {mark}</b> {told}"
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
        if not _fits(a, np.shape(b)):  # before anything that takes long where there are many numbers
            return False
        a, b = np.asarray(a), np.asarray(b)
        if a.shape != b.shape or np.iscomplexobj(a):
            return False
        return bool(np.allclose(a.astype(float), b.astype(float), rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True))
    except (Exception, SystemExit):  # it may be anything that a learner's function returns
        return False


def _fits(value, shape):
    """Whether the arrays and the lists in `value` have that shape, found without making one array of all of them."""
    if isinstance(value, list | tuple):
        return len(value) == (*shape, None)[0] and all(_fits(part, shape[1:]) for part in value)
    return getattr(value, "shape", shape) == shape and not isinstance(value, str | bytes)


def brief(value):
    """A value, or what an error says, short enough for a sentence. Whatever it is, showing it raises nothing."""

    def as_array(value):
        return np.array2string(np.asarray(value), precision=4, separator=", ", threshold=12)

    if isinstance(value, BaseException):
        ways = (str,)
    else:  # a list may hold more than one wants to wait for
        ways = (reprlib.repr,) if isinstance(value, list | tuple) else (as_array, repr)
    for shown in ways:
        try:  # what is cut off first need not be looked at, of millions of letters
            text = " ".join(shown(value[:MOST] if isinstance(value, str | bytes) else value)[:MOST].split())
            return text if len(text) <= 200 else f"{text[:200]} …"
        except (Exception, SystemExit):  # a list of lists of different lengths, a number of 5,000 digits, a broken repr
            continue
    return f"something of type {type(value).__name__} that cannot be shown"
