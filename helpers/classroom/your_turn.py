"""Your turn: a line in the lesson's flow that the learner writes. The lesson goes on with it, or else with ours."""

import copy
import html
import inspect
from dataclasses import dataclass

import numpy as np
from IPython.display import HTML, display

from .exercises import Exercise


@dataclass(frozen=True)
class YourTurn(Exercise):
    """A decisive line. `right` is ours: a function of the same name as the learner's, or a number or a word.

    In the notebook, all in one cell:

        def hidden_blame(blame, W2, hidden):
            return ...

        hidden_blame = your_turn(hidden_blame)

    Give the learner a function to fill in. What is in it runs only when it is checked, where an error is a wrong answer
    like any other; but a value that is computed in the cell (`mine = blame @ W2`) can stop "Run all" before it is here.
    """

    kind = "turns"

    def __call__(self, answer):
        """Check `answer`, show the verdict, and give back `answer` if it is right, or else ours."""
        state, text = self.check(answer)
        if state == "right":
            display(HTML(self.verdict(state, f"{text} The lesson goes on with it.")))
            return answer
        display(HTML(self.verdict(state, f"{text} Until then, the lesson goes on with ours.") + self._ours()))
        return self.right

    def check(self, answer):
        """As Exercise.check; and what the lesson goes on with must be of the right type, and spoil no argument."""
        if not callable(self.right) or not callable(answer):
            return super().check(answer)
        calls = []

        def watched(*arguments):
            before = copy.deepcopy(arguments)
            calls.append((answer(*arguments), arguments, before))
            return calls[-1][0]

        state, text = super().check(watched)
        if state == "right":
            for value, arguments, before in calls:
                wanted, got = _kind(self.right(*before)), _kind(value)
                if wanted != got:
                    return "wrong", f"The result is right, but return {wanted}, not {got}."
                if not all(map(np.array_equal, arguments, before)):
                    return (
                        "wrong",
                        "The result is right, but an argument is changed on the way. It is needed again.",
                    )
        return state, text

    def _ours(self):
        """Our line, folded away, as HTML."""
        ours = inspect.getsource(self.right) if callable(self.right) else repr(self.right)
        code = f'<pre style="font-size: 14px; line-height: 1.4">{html.escape(ours.strip())}</pre>'
        return f'<details style="max-width: 720px"><summary>Show ours</summary>{code}</details>'


def _kind(value):
    """What the lesson can go on with where it needs such a value, in words."""
    if type(value) is np.ndarray:
        return f"an array of {value.dtype}"
    if isinstance(value, int | float | np.integer | np.floating):
        return "a number"
    return "a word" if isinstance(value, str) else f"a {type(value).__name__}"
