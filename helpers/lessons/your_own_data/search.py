"""Choose a budget, run, stop, go on, and read the answer. The search is in a thread, so that Stop is heard at once.

In a browser, which has no threads, the search pauses after each epoch, and Stop is heard then.
"""

import asyncio
import html
import time

import ipywidgets
import traitlets

from helpers.classroom.panel import Panel, in_thread
from helpers.classroom.questions import prose
from helpers.lab.advise import advise, planned
from helpers.lab.advise.progress import SILENT
from helpers.lab.machine import TO_STOP, in_browser, pause

from . import pictures

MINUTES = (0.5, 1, 2, 5, 10, 20, 30, 60)
FIRST = {"settings": 2, "seeds": 3}  # how the example is searched while nobody has pressed anything
LOOK = 0.2  # seconds between two looks at how far it is
MEASURING = "measuring this computer's speed"
KEPT = "What was trained is kept: press Run to go on from there."
WHY_SILENT = (
    "one training may take that long, or the processes that train were suspended, or the memory is short. If it goes "
    "on, press Stop, then Run: what was trained is kept."
)
FOR_NOW = " In a browser, until the page is closed."


class Search(Panel):
    """The panel. Its trait `answer` is the Answer for the form's table, or None.

    form: a Form.  guess: a Prediction of pictures.GUESSES, which comes back with the answer.
    """

    settings = ""
    answer = traitlets.Any(None)

    def __init__(self, form, guess=None):
        self.form, self.guess = form, guess
        self.task = self.work = self.begun = self.looking = None
        self.wanted, self.stopping, self.stale, self.hears = False, False, False, True
        self.title, self.progress = "", None
        self.before = 0.0  # seconds of the searches for this table that were stopped
        names = [("half a minute" if minutes < 1 else f"{minutes} min", minutes) for minutes in MINUTES]
        minutes = ipywidgets.SelectionSlider(description="Budget", options=names, value=5, layout={"width": "44ch"})
        self.buttons = {
            name: ipywidgets.Button(description=description, icon=icon, tooltip=tooltip, layout={"width": "auto"})
            for name, description, icon, tooltip in (
                ("run", "Run", "play", "Search, and go on where you stopped"),
                ("stop", "Stop", "stop", "Stop here; what was trained is kept"),
            )
        }
        for name, button in self.buttons.items():
            button.on_click(lambda button, name=name: self._at_home(getattr(self, name)))
        self.bar = ipywidgets.FloatProgress(max=1.0, layout={"width": "30ch"})
        self.told, self.sentence, self.details, self.offer = (ipywidgets.HTML() for _ in range(4))
        super().__init__("Search", {"minutes": minutes}, self._draw, size=(10.2, 5.4))
        heading, controls, picture, in_page = self.children
        self.row = ipywidgets.HBox([*self.buttons.values()], layout={"flex_flow": "row wrap", "grid_gap": "8px"})
        answer = self.told, self.sentence, picture, self.details
        self.children = heading, controls, self.offer, self.row, *answer, in_page
        self._set_running(False)
        self._forget()
        self.moved()
        form.observe(self._new_table, "table")
        if form.search:
            form.search.stop()  # the cell was run again, and nobody could press its Stop any more
        form.search = self

    def moved(self):
        """Say what the budget buys, for the next run."""
        self.stale = True
        if self.loop is not None and (self.looking is None or self.looking.done()):
            self.looking = self.loop.create_task(self._look_ahead())

    async def _look_ahead(self):
        """Say what is asked for, until that is what was said."""
        while self.stale:
            self.stale, table = False, self.form.table
            _, text = await in_thread(planned, table, self.state["minutes"]) if table else (None, "")
            if not self.stale:
                self.offer.value = prose(html.escape(text), live=True)

    def run(self):
        """Search with the budget that is set; the parts that are kept already take no time."""
        if self.task is None or self.task.done():
            self.wanted = True
            self.task = self.loop.create_task(self._go())

    def stop(self):
        """Stop; the networks that are being trained end with their epoch."""
        self.wanted, self.stopping = False, True

    def take(self, answer):
        """Show an answer."""
        self.answer = answer
        self.sentence.value = pictures.sentence_of(answer, self.guess)
        self.details.value = pictures.details_of(answer)
        self.picture.layout.display = None
        self.redraw()

    def _new_table(self, change):
        self.stop()
        self._forget()
        self.before = 0.0
        self.moved()

    def _forget(self):
        """There is no answer for this table yet."""
        self.answer = None
        self.sentence.value = self.details.value = ""
        self.picture.layout.display = "none"
        there = self.form.table is not None
        self._tell("Choose a budget, then press Run." if there else "There is no table to search for yet.")

    def _tell(self, text):
        self.told.value = prose(html.escape(text), live=True)

    def _set_running(self, running):
        """One button can be pressed, and gets the focus if the other one has it (in_page.js): so it comes first."""
        self.running = running
        for name in ("stop", "run") if running else ("run", "stop"):
            self.buttons[name].disabled = running == (name == "run")
        self.row.children = (*self.buttons.values(), *[self.bar] * running)

    async def _go(self):
        table = self.form.table
        if table is None:
            return self._forget()
        self._forget()
        self._set_running(True)
        self.begun, self.progress = time.monotonic(), None
        if not self.before:
            self.bar.value = 0.0
        try:
            is_ending = self.work is not None and not self.work.done()
            self.title = "ending the search that was stopped" if is_ending else MEASURING
            while self.wanted and (ending := [one for one in (self.looking, self.work) if one and not one.done()]):
                self._show_progress()  # a network may still be in the epoch in which it was stopped
                await asyncio.wait(ending, timeout=LOOK)
            self.title = MEASURING
            if not self.wanted:  # it was stopped meanwhile
                return self._tell_stopped(table)
            self.stopping = False
            self.work = asyncio.ensure_future(in_thread(self._search, table))
            while not self.work.done() and not self.stopping:
                self._show_progress()
                await asyncio.wait([self.work], timeout=LOOK)
            if self.stopping:
                return self._tell_stopped(table)
            answer = self.work.result()
        except ValueError as error:  # such as too few rows
            return self._tell(f"{error}")
        except Exception as error:
            self._tell(f"This stopped with {type(error).__name__}: {error}")
            raise
        finally:
            self._set_running(False)
        self.take(answer)
        earlier = f", of which {_in_words(self.before)} before it was stopped" if self.before >= 0.5 else ""
        self._tell(f"Done in {_in_words(self._gone())}{earlier}.")
        self.before = 0.0

    def _search(self, table):
        """The Answer; None if it was stopped."""
        try:
            return advise(table, self.state["minutes"], tell=str, watch=self.note)
        except KeyboardInterrupt:
            return None

    def _tell_stopped(self, table):
        if table is not self.form.table:
            return self._forget()
        self._tell(f"Stopped after {_in_words(self._gone())}. {KEPT}{FOR_NOW * in_browser()}")
        self.before = self._gone()

    def _show_progress(self):
        parts, changed = [f"{_in_words(self._gone())} gone"], self.begun
        if progress := self.progress:
            self.title, changed = progress.title, max(self.begun, progress.changed)
            self.bar.value = max(self.bar.value, progress.done)
            parts.append(f"about {_in_words(progress.left)} left")
        text = f"{', '.join(parts)}. Now: {self.title}."
        if (silent := time.monotonic() - changed) > SILENT:
            text += f" No result for {_in_words(silent)}: {WHY_SILENT}"
        if not self.hears:
            text += f" Stop is not heard in this browser.{TO_STOP}."
        self._tell(text)

    def _gone(self):
        """How many seconds the search took so far, and those before it that were stopped."""
        return self.before + time.monotonic() - self.begun

    def note(self, progress):
        """How far it is, as the thread that searches says; KeyboardInterrupt there if it is to stop."""
        self.progress = progress
        if in_browser():  # where there is no other thread to show it
            self.hears = pause()
            self._show_progress()
        if self.stopping:
            raise KeyboardInterrupt

    def _draw(self, figure, state):
        return pictures.draw_answer(figure, self.answer) if self.answer else "No answer yet."

    def fallback(self):
        return self.sentence.value + super().fallback() + self.details.value if self.answer else self.told.value


def _in_words(seconds):
    minutes, seconds = divmod(round(seconds), 60)
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


def show(form, guess=None):
    """The panel. As long as the form holds the example, with a small search's answer for it."""
    search = Search(form, guess)
    if form.is_example:
        search.take(advise(form.table, **FIRST, tell=str))
        search._tell("This is the answer for the example, from a very small search. Bring your table, then press Run.")
    return search
