"""A question with something to choose: predictions before a result, quizzes after it."""

import html

import ipywidgets
from IPython.display import HTML

from .fallback import WithFallback

PROSE = ipywidgets.Layout(max_width="720px")


def _text(content, live=False):
    """A paragraph; a live one is read out by screen readers when it changes."""
    region = ' role="status" aria-live="polite"' if live else ""
    return f'<div{region} style="line-height: 1.5; max-width: 720px">{content}</div>'


class _Choice(WithFallback, ipywidgets.VBox):
    """A question, its options and a button; what the button says and does is the subclass's."""

    def __init__(self, question, options, button):
        if not options or len(set(options)) < len(options):
            raise ValueError(f'options is {options!r}, but must be texts that differ. For example: ["yes", "no"]')
        self.question = question
        self.radio = ipywidgets.RadioButtons(options=list(options), value=None, layout={"width": "max-content"})
        self.button = ipywidgets.Button(description=button, disabled=True)
        self.answer = ipywidgets.HTML(_text("", live=True))
        self.radio.observe(self._chosen, "value")
        self.button.on_click(self._press)
        prompt = ipywidgets.HTML(_text(f"<b>{html.escape(question)}</b>"))
        super().__init__([prompt, self.radio, self.button, self.answer], layout=PROSE)

    def _chosen(self, change):
        self.button.disabled = change["new"] is None

    def _press(self, button):
        self.answer.value = _text(self.respond(self.radio.value), live=True)

    def respond(self, option):
        """What the learner reads after choosing `option`, as HTML."""
        raise NotImplementedError

    def fallback(self):
        items = "".join(f"<li>{html.escape(option)}</li>" for option in self.radio.options)
        return f"<p><b>{html.escape(self.question)}</b></p><ul>{items}</ul>"


class Prediction(_Choice):
    """A prediction to commit to before the result is there. It is kept as it was given first."""

    def __init__(self, question, options):
        super().__init__(question, options, "Commit")
        self.made = None

    def respond(self, option):
        self.made = self.made or option
        self.radio.disabled = self.button.disabled = True
        return f"You predict: <b>{html.escape(self.made)}</b>. It comes back beside the result."

    @property
    def kept(self):
        """What the evidence keeps of it: the question, and the choice or None."""
        return {"question": self.question, "choice": self.made}

    def beside(self, result):
        """Your prediction and the result, a text, one under the other."""
        made = self.made or "none made: go back and commit to one, then run this cell again"
        return HTML(_text(f"Your prediction: <b>{html.escape(made)}</b><br>The result: <b>{html.escape(result)}</b>"))


class QuizQuestion(_Choice):
    """A question with feedback on every answer. `options`: text -> feedback; `right`: the text that is right."""

    def __init__(self, question, options, right):
        if right not in options:
            raise ValueError(f"right is {right!r}, but must be one of the options: {list(options)}")
        self.feedback, self.right = options, right
        super().__init__(question, list(options), "Check")
        self.add_class("course-quiz-question")

    def respond(self, option):
        mark = "✔ Right." if option == self.right else "✘ Not quite."
        return f"<b>{mark}</b> {html.escape(self.feedback[option])}"

    def fallback(self):
        answer = f"{self.right}. {self.feedback[self.right]}"
        return f"{super().fallback()}<details><summary>Answer</summary>{html.escape(answer)}</details>"


class Quiz(WithFallback, ipywidgets.VBox):
    """Questions one under the other."""

    def __init__(self, *questions):
        super().__init__(questions)

    def fallback(self):
        return "".join(question.fallback() for question in self.children)
