"""A task for a panel, with a score: something to play for, and to tell a neighbour."""

import html
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Challenge:
    """What to reach in a panel. task: what counts, in words, ending with a full stop.

    score(state), in a live panel score(state, results): a number, or None as long as nothing counts.
    better: min if less is better, max if more is.  text: a format that says a score, such as "{} neurons".
    """

    task: str
    score: Callable
    better: Callable
    text: str

    def beats(self, score, best):
        """Whether `score` is better than the best so far, of which there may be none."""
        return best is None or self.better(score, best) != best

    def line(self, best=None, settings=""):
        """The task, and the best so far with the settings that reached it, as HTML."""
        reached = f"{self.text.format(best)} ({settings})" if best is not None else "nothing yet"
        line = f"<b>Challenge:</b> {html.escape(self.task)} <b>Best so far:</b> {html.escape(reached)}"
        return f'<div style="line-height: 1.4">{line}</div>'
