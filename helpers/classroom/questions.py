"""A question with something to choose: predictions before a result, quizzes after it.

An answer is kept on disk at once, under the question's text, and is there again whenever the question is asked again.
"""

import html
from collections.abc import Mapping
from math import inf

import ipywidgets
from IPython.display import HTML

from helpers.lab.files import now

from . import progress
from .fallback import WithFallback
from .in_page import InPage

PROSE = ipywidgets.Layout(max_width="720px")


def prose(content, live=False):
    """A paragraph of HTML; a live one is read out by screen readers when it changes."""
    region = ' role="status" aria-live="polite"' if live else ""
    return f'<div{region} style="line-height: 1.5; max-width: 720px">{content}</div>'


class _Choice(WithFallback, ipywidgets.VBox):
    """A question, its options and a button; what the button says and does is the subclass's."""

    def __init__(self, question, options, button):
        if not options or len(set(options)) < len(options):
            raise ValueError(f'options is {options!r}, but must be texts that differ. For example: ["yes", "no"]')
        self.question = question
        self.radio = ipywidgets.RadioButtons(options=list(options), value=None, layout={"width": "max-content"})
        self.button = ipywidgets.Button(description=button, disabled=True, layout={"width": "max-content"})
        self.answer = ipywidgets.HTML(prose("", live=True)).add_class("course-answer")
        self.radio.observe(self._chosen, "value")
        self.button.on_click(self._press)
        prompt = ipywidgets.HTML(prose(f"<b>{html.escape(question)}</b>"))
        super().__init__([prompt, self.radio, self.button, self.answer, InPage()], layout=PROSE)
        self.add_class("course-question")

    def _chosen(self, change):
        self.button.disabled = change["new"] is None
        self._tell("")

    def _press(self, button):
        self.respond(self.radio.value)

    def _tell(self, content):
        self.answer.value = prose(content, live=True)

    def respond(self, option):
        """Keep the choice of `option`, and tell the learner about it."""
        raise NotImplementedError

    def fallback(self):
        items = "".join(f"<li>{html.escape(option)}</li>" for option in self.radio.options)
        return f"<p><b>{html.escape(self.question)}</b></p><ul>{items}</ul>"


class Prediction(_Choice):
    """A prediction to commit to before the result is there. It may be changed; the first one stays on record.

    options: texts; or a dict from each text to what it stands for, a number or a pair (from, to) with None for an open
    end, so that `beside` can tell which one was right, and how far off the others are.
    """

    def __init__(self, question, options):
        super().__init__(question, options, "Commit")
        self.stands_for = options if isinstance(options, Mapping) else {}
        found = progress.load()
        self.record, self.result_was_shown = found.predictions.get(question), question in found.shown
        if self.made in self.radio.options:
            self.radio.value = self.made
            self._close()

    @property
    def made(self):
        """The choice that was committed last, or None."""
        return self.record and self.record.choice

    @property
    def kept(self):
        """What the evidence keeps of it: the question, the choice or None, and whether its result was shown before."""
        late = bool(self.record and self.record.after_result)
        return {"question": self.question, "choice": self.made, "after_result": late}

    def _press(self, button):
        if self.radio.disabled:
            self._open()
        else:
            self.respond(self.radio.value)

    def respond(self, option):
        self.record = self._after(self.record, option)
        self._close(progress.keep("predictions", self.question, lambda before: self._after(before, option)))

    def _after(self, before, option):
        """What is on record after committing to `option`, where `before` (a Made or None) was."""
        if before and before.choice == option:
            return before
        return progress.Made(before.first if before else option, option, now(), self.result_was_shown)

    def _close(self, problem=""):
        """The choice stands. The button stays alive, since a disabled one that has the focus swallows every key."""
        self.radio.disabled, self.button.description = True, "Change my mind"
        late = " You made this prediction after its result was shown." if self.record.after_result else ""
        told = f"You predict: <b>{html.escape(self.made)}</b>. It comes back next to the result.{late}"
        self._tell(f"{told} {html.escape(problem)}".strip())

    def _open(self):
        self.radio.disabled, self.button.description = False, "Commit"
        self._tell(f"Choose again. Your first prediction stays on record: <b>{html.escape(self.record.first)}</b>.")

    def result_shown(self):
        """Call this where the result is shown: a prediction made from now on is marked as made after it."""
        if not self.result_was_shown:
            self.result_was_shown = True
            progress.keep("shown", self.question, lambda before: before or now())

    def beside(self, result, right=None):
        """Your prediction and the result, a text, one under the other, and whether the prediction was right.

        right: the option that was; or, where options stand for numbers, the number that was found.
        """
        self.result_shown()
        lines = [f"The result: <b>{html.escape(result)}</b>"]
        if right is not None:
            lines += [html.escape(self._judge(right))]
        made = html.escape(self.made or "none made: go back and commit to one, then run this cell again")
        return HTML(prose("<br>".join([f"Your prediction: <b>{made}</b>", *lines])))

    def _judge(self, right):
        """A sentence on the prediction; of one that was not made, or that is no longer among the options, none."""
        off = {option: _distance(right, place) for option, place in self.stands_for.items()}
        if off:
            right = min(off, key=off.get)
        if right not in self.radio.options:
            raise ValueError(f"right is {right!r}, but must be one of the options: {list(self.radio.options)}")
        if self.made not in self.radio.options:
            return ""
        distance = f"{off[self.made]:.3g}" if off.get(self.made) else ""
        if self.made == right:
            return f"✔ You were right{f', {distance} off' if distance else ''}."
        return f"✘ Not this time{f': you were {distance} off' if distance else ''}. Right was: {right}."


def _distance(found, place):
    """How far the number `found` is from a number, or from what lies between a pair of numbers; None is an open end."""
    low, high = place if isinstance(place, tuple) else (place, place)
    return max((-inf if low is None else low) - found, found - (inf if high is None else high), 0)


class QuizQuestion(_Choice):
    """A question with feedback on every answer. `options`: text -> feedback; `right`: the text that is right."""

    def __init__(self, question, options, right):
        if right not in options:
            raise ValueError(f"right is {right!r}, but must be one of the options: {list(options)}")
        self.feedback, self.right = options, right
        super().__init__(question, list(options), "Check")
        self.add_class("course-quiz-question")
        answered = progress.load().quiz.get(question)
        if answered and answered.choice in options:
            self.radio.value = answered.choice
            self._tell(self._feedback(answered.choice))

    def respond(self, option):
        problem = progress.keep("quiz", self.question, lambda before: self._after(before, option))
        self._tell(f"{self._feedback(option)} {html.escape(problem)}".strip())

    def _after(self, before, option):
        """What is on record after the answer `option`, where `before` (an Answered or None) was."""
        if before and (before.right or before.choice == option):
            return before
        return progress.Answered(option, option == self.right, before.tries + 1 if before else 1)

    def _feedback(self, option):
        mark = "✔ Right." if option == self.right else "✘ Not quite."
        return f"<b>{mark}</b> {html.escape(self.feedback[option])}"

    def fallback(self):
        answer = f"{self.right.rstrip('.')}. {self.feedback[self.right]}"
        return f"{super().fallback()}<details><summary>Answer</summary>{html.escape(answer)}</details>"


class Quiz(WithFallback, ipywidgets.VBox):
    """Questions one under the other."""

    def __init__(self, *questions):
        super().__init__(questions)

    def fallback(self):
        return "".join(question.fallback() for question in self.children)
