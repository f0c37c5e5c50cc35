"""The base of all panels: a pure function from state to picture, and the controls that make the state.

A panel is keyboard-operable, since its controls are; it has a sentence under the picture that says what it shows
now; and where nothing can be moved, it shows the picture and the sentence as they stand.

JupyterLab hands to a thread of its own what is done to a widget, or to the thread that runs the cells, as it happens.
Two threads must not draw one figure, so a panel does everything on the loop, and thus the thread, where it was made.
"""

import asyncio
import contextlib
import html
import time
from pathlib import Path

import anywidget
import ipywidgets
import traitlets

from .fallback import WithFallback
from .figures import image_tag
from .in_page import InPage
from .kept_figure import KeptFigure

SECONDS_BETWEEN_PICTURES = 0.1  # while training live


class Picture(anywidget.AnyWidget):
    """A PNG, the sentence under it, and the settings that made it."""

    _esm = Path(__file__).with_name("picture.js")
    data = traitlets.Bytes().tag(sync=True)
    sentence = traitlets.Unicode().tag(sync=True)
    settings = traitlets.Unicode().tag(sync=True)
    busy = traitlets.Bool(False).tag(sync=True)


class Panel(WithFallback, ipywidgets.VBox):
    """A picture that follows its controls.

    title: a heading.  controls: name -> an ipywidgets control with a description.
    draw(figure, state): draws on the figure and returns the sentence that goes under it; `state` is a dict from
    control name to value. The fast way to draw is on axes from `figure.subplots` or `figure.subplot_mosaic`: what
    KeptFigure says of them holds.  size: of the figure, in inches.
    """

    running = False

    def __init__(self, title, controls, draw, size=(8.0, 3.4)):
        self.controls, self.draw = controls, draw
        self.figure = KeptFigure(*size)
        self.picture = Picture()
        self.loop, self.follows = _running_loop(), True  # the moves so far
        for control in controls.values():
            control.style.description_width = "initial"
            control.layout.width = control.layout.width or f"{len(control.description) + 30}ch"
            control.observe(self._move, "value")
        heading = ipywidgets.HTML(f"<b>{html.escape(title)}</b>")
        row = ipywidgets.HBox(list(controls.values()), layout={"flex_flow": "row wrap", "grid_gap": "4px 24px"})
        super().__init__([heading, row, self.picture, InPage()])
        self.add_class("course-panel")
        self.redraw()

    @property
    def state(self):
        """What the controls say now: name -> value."""
        return {name: control.value for name, control in self.controls.items()}

    @property
    def settings(self):
        """The state as text, the way `at` takes it."""
        return ", ".join(f"{name}={value!r}" for name, value in self.state.items())

    def at(self, **state):
        """The panel itself, its controls set: digit_reader(data).at(learning_rate=0.3) starts there."""
        for name, value in state.items():
            if name not in self.controls:
                raise ValueError(f"{name} is no control of this panel. It has: {', '.join(self.controls)}")
            self.controls[name].value = value
        return self

    def _move(self, change):
        """A control has changed. Moves that come faster than pictures are followed together."""
        if self.follows:
            self.follows = False
            self._at_home(self._follow)

    def _follow(self):
        self.follows = True
        self.moved()

    def _at_home(self, action):
        """Do it on the loop where the panel was made; at once, if this is it."""
        if self.loop in (None, _running_loop()):
            action()
        else:
            self.loop.call_soon_threadsafe(action)

    def moved(self):
        """A control has changed, and this is the place to follow."""
        self.redraw()

    def redraw(self):
        """Draw the state as it is, and send picture and sentence together."""
        try:
            self.figure.wipe()
            sentence = self.draw(self.figure, self.state)
            data = self.figure.png()
        except Exception as error:  # the kernel's log, where it goes, is not where a learner looks
            self.picture.sentence = f"The picture could not be drawn. {type(error).__name__}: {error}"
            raise
        with self.picture.hold_sync():
            self.picture.data, self.picture.sentence, self.picture.settings = data, sentence, self.settings
            self.picture.busy = self.running

    def fallback(self):
        sentence = self.picture.sentence
        caption = f"<figcaption>{html.escape(sentence)}</figcaption>"
        return f"<figure>{image_tag(self.picture.data, sentence)}{caption}</figure>"


def _running_loop():
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


class LivePanel(Panel):
    """A panel that computes while you watch, with Start, Stop, Reset, and Step, which computes one result.

    run(state): yields one result after the other, each within a tenth of a second or so.
    draw(figure, state, results): draws the results so far. Moving a control starts from the beginning.
    pause: seconds to wait after each result, where it would be over too fast to watch.
    """

    def __init__(self, title, controls, run, draw, size=(8.0, 3.4), pause=0.0):
        self.pause = pause
        self.run, self.results, self.remaining = run, [], None
        self.running, self.task, self.problem = False, None, ""
        self.buttons = {
            "start": ipywidgets.Button(description="Start", icon="play"),
            "stop": ipywidgets.Button(description="Stop", icon="stop", disabled=True),
            "reset": ipywidgets.Button(description="Reset", icon="refresh"),
            "step": ipywidgets.Button(description="Step", icon="step-forward"),
        }
        for name, button in self.buttons.items():
            button.on_click(lambda button, name=name: self._at_home(getattr(self, name)))
        super().__init__(title, controls, lambda figure, state: self._sentence(draw(figure, state, self.results)), size)
        buttons = ipywidgets.HBox(list(self.buttons.values())).add_class("course-live")
        self.children = (*self.children[:2], buttons, *self.children[2:])

    def start(self):
        """Go on from where we are; after the end, start anew."""
        self._set_running(True)
        if self.task is None or self.task.done():
            self.task = asyncio.get_running_loop().create_task(self._go())

    def stop(self):
        """Stop after the result that is being computed; Start goes on from there."""
        self._set_running(False)

    def step(self):
        """Compute one result more, and stop."""
        self.stop()
        try:
            with self._problems_told():
                self._compute()
        finally:
            self.redraw()

    def reset(self):
        """Stop, and forget what was computed."""
        self.stop()
        self.moved()

    def moved(self):
        self._forget()
        self.redraw()

    def _sentence(self, drawn):
        return self.problem or drawn

    def _forget(self):
        self.remaining, self.results, self.problem = None, [], ""

    def _set_running(self, running):
        self.running = running
        self.buttons["start"].disabled, self.buttons["stop"].disabled = running, not running

    def _compute(self):
        """Compute the next result; whether there was one. After the last, the next call starts anew."""
        if self.remaining is None:
            self._forget()
            self.remaining = iter(self.run(self.state))
        result = next(self.remaining, None)
        if result is None:
            self.remaining = None
            return False
        self.results.append(result)
        return True

    @contextlib.contextmanager
    def _problems_told(self):
        """Put what goes wrong under the picture."""
        try:
            yield
        except FloatingPointError as error:  # a finding, such as a learning rate at which training diverges
            self.remaining, self.problem = None, str(error)
        except Exception as error:
            self.remaining, self.problem = None, f"This stopped with {type(error).__name__}: {error}"
            raise

    async def _go(self):
        """Compute, draw now and then, and give way to the buttons after each result."""
        drawn = 0.0
        try:
            with self._problems_told():
                while self.running and self._compute():
                    if time.monotonic() - drawn > SECONDS_BETWEEN_PICTURES:
                        self.redraw()
                        drawn = time.monotonic()
                    await asyncio.sleep(self.pause)
        finally:
            self._set_running(False)
            self.redraw()
