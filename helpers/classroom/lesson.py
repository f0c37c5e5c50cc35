"""The beginning of each lesson: who you are, where you stopped, and starting afresh."""

import html
import time

import ipywidgets
from IPython import get_ipython

from helpers.lab.evidence import choose_name, learner_name
from helpers.lab.files import now
from helpers.lab.machine import in_browser
from helpers.lab.temporary import remove_abandoned

from . import kernel, notebook, progress
from .fallback import WithFallback
from .in_page import InPage
from .questions import prose

AT_ONCE = 0.3  # seconds: cells that follow faster on one another are run in one go ("Run All"), not read one by one
RESTART = "Now restart the kernel (in the menu: Kernel › Restart Kernel) and run the lesson's first cell again"
OWN_SEEDS = "" if in_browser() else "random numbers of your own and "
WHY = (
    f"A made-up name, never your real one, gives you {OWN_SEEDS}a file of your own for what you find. "
    "Type one and press Enter, or simply go on without."
)
SURE = (
    "This takes out your predictions, answers, exercises and verdicts of this lesson, and keeps a copy of them with "
    "today's date. Do you want to?"
)


def begin(number):
    """What the first cell of lesson `number` ends with: notes the visit, and asks for a made-up name if there is none.

    From now on the heading above the cell that was last run is where "Continue here" leads.
    """
    remove_abandoned()
    begun = Beginning(number)
    shell = get_ipython()
    if shell:
        kernel.begin(shell, begun.cell_starts, begun.cell_has_ended)
    return begun


class Beginning(WithFallback, ipywidgets.VBox):
    """Who the learner is, where the last visit ended, and a button that starts the lesson afresh."""

    def __init__(self, number):
        self.number, self.cells = number, notebook.cells(number)
        self.is_first, self.ended = True, time.monotonic()  # whether no other cell was run; when the last one ended
        found, learner = progress.load(), learner_name()
        self.section = found.visited[self.key].section if self.key in found.visited else ""
        problem = self._visit(self.section) or found.problem
        where = f"Last time you stopped at “{self.section}”." if number and self.section else ""  # home says where
        self.told = ipywidgets.HTML()
        self._tell(f"Your name here: {learner}." if learner else "", where, problem)

        self.name = ipywidgets.Text(description="Made-up name", placeholder="blue otter", continuous_update=False)
        self.name.style.description_width = "initial"
        self.name.observe(self._named, "value")
        self.naming = ipywidgets.VBox([ipywidgets.HTML(prose(WHY)), self.name])
        self.afresh, self.yes, self.no = (
            ipywidgets.Button(description=text, layout={"width": "max-content"})
            for text in ("Start this lesson afresh", "Yes, start afresh", "No, leave all as it is")
        )
        self.asking = ipywidgets.VBox([ipywidgets.HTML(prose(SURE)), ipywidgets.HBox([self.yes, self.no])])
        self.afresh.on_click(lambda _: self._offer(self.asking))
        self.yes.on_click(self._start_afresh)
        self.no.on_click(lambda _: self._offer(self.afresh))
        super().__init__([self.told, self.naming, self.afresh, self.asking, InPage()])
        self._offer(*[] if learner else [self.naming], *[self.afresh] if self._has_something(found) else [])

    @property
    def key(self):
        """The lesson's key in Progress.visited."""
        return f"{self.number:02}"

    def cell_starts(self, info):
        """A cell other than the first is about to run; `info` is IPython's ExecutionInfo."""
        self.is_first = False
        cell = self._cell(info)
        if cell and cell.section != self.section and time.monotonic() - self.ended > AT_ONCE:
            self.section = cell.section
            self._visit(self.section)

    def cell_has_ended(self, result):
        """A cell was run; `result` is IPython's ExecutionResult, or None. What a cell made that was cut off goes.

        A network of which half the epochs are missing looks like any other, and a verdict would be found with it.
        """
        self.ended = time.monotonic()
        if result and result.error_in_exec and (cell := self._cell(result.info)):
            for name in cell.makes:
                get_ipython().user_ns.pop(name, None)

    def _cell(self, info):
        """The lesson's cell that is run, or None for one of the learner's own. A program may tell no cell's id."""
        same = [cell for cell in self.cells if cell.id == info.cell_id]
        same = same or [cell for cell in self.cells if cell.source.strip() == info.raw_cell.strip()]
        return same[0] if same else None

    def _visit(self, section):
        return progress.keep("visited", self.key, progress.Visit(section, now()))

    def _keys(self, found):
        """The keys of all that this lesson has in Progress."""
        return {self.key, *(key for key in found.verdicts if key[:2] == self.key), *notebook.texts(self.number)}

    def _has_something(self, found):
        keys = self._keys(found) - {self.key}
        return any(key in keys for kind in progress.KINDS for key in getattr(found, kind))

    def _offer(self, *parts):
        for part in (self.naming, self.afresh, self.asking):
            part.layout.display = None if part in parts else "none"

    def _tell(self, *sentences):
        self.told.value = prose(html.escape(" ".join(filter(None, sentences))), live=True)

    def _named(self, change):
        try:
            note = choose_name(self.name.value)
        except ValueError as error:
            return self._tell(str(error))
        if note.path is None:
            return self._tell(note.text)
        self._offer()
        again = "Now run this cell once more" if self.is_first else RESTART
        self._tell(note.text, f"{again}, so that your name, your seeds and your answers belong together.")

    def _start_afresh(self, button):
        told = progress.start_afresh(self._keys(progress.load()))
        self._offer()
        self._tell(told, f"{RESTART}.")

    def fallback(self):
        return ""
