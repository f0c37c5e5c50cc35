"""The base of all panels: a pure function from state to picture, and the controls that make the state.

A panel is keyboard-operable, since its controls are; it has a sentence under the picture that says what it shows
now; and where nothing can be moved, it shows one picture and its sentence. What it showed before stays in view as a
ghost, and it may set a challenge, of which it keeps the best score.

JupyterLab hands to a thread of its own what is done to a widget, or to the thread that runs the cells, as it happens.
Two threads must not draw one figure, so a panel does everything on the loop, and thus the thread, where it was made.
"""

import asyncio
import contextlib
import html
import time
from itertools import islice
from pathlib import Path

import anywidget
import ipywidgets
import traitlets

from helpers.lab.machine import in_browser

from .fallback import WithFallback
from .figures import image_tag
from .ghost import Ghost
from .in_page import InPage
from .kept_figure import KeptFigure

SECONDS_BETWEEN_PICTURES = 0.1  # while training live
RESULTS_AT_FIRST = 20  # of a live panel, before anybody presses Start
SPEEDS = (1, 3, 10, float("inf"))  # results a second, at most


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
    KeptFigure says of them holds. What it draws with gid=TRACE stays, as a ghost, when a control is moved.
    size: of the figure, in inches.  challenge: a Challenge, if there is one.
    """

    running, before = False, "the last settings"

    def __init__(self, title, controls, draw, size=(8.0, 3.4), challenge=None):
        self.controls, self.draw, self.challenge = controls, draw, challenge
        self.ghost, self.drawn, self.best = None, None, None  # `drawn` is the state that the picture shows
        self.figure = KeptFigure(*size)
        self.picture = Picture()
        self.loop, self.follows = _running_loop(), True  # the moves so far
        for control in controls.values():
            if control.has_trait("style"):
                control.style.description_width = "initial"
            control.layout.width = control.layout.width or f"{len(control.description) + 24}ch"
            control.observe(self._move, "value")
        heading = ipywidgets.HTML(f"<b>{html.escape(title)}</b>")
        self.goal = ipywidgets.HTML(challenge.line() if challenge else "").add_class("course-challenge")
        row = ipywidgets.HBox(list(controls.values()), layout={"flex_flow": "row wrap", "grid_gap": "4px 24px"})
        super().__init__([heading, *[self.goal] * bool(challenge), row, self.picture, InPage()])
        self.add_class("course-panel")
        self.redraw()

    @property
    def state(self):
        """What the controls say now: name -> value."""
        return {name: control.value for name, control in self.controls.items()}

    @property
    def settings(self):
        """The state as text, the way `at` takes it."""
        return _as_text(self.state)

    def at(self, **state):
        """The panel itself, its controls set: digit_reader(data).at(learning_rate=0.3) starts there."""
        for name in state:
            if name not in self.controls:
                raise ValueError(f"{name} is no control of this panel. It has: {', '.join(self.controls)}")
        before, follows, self.follows = self.state, self.follows, False  # all of it is one move
        try:
            for name, value in state.items():
                self.controls[name].value = value
        finally:
            self.follows = follows
        if self.state != before:
            self._move(None)
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
        self._keep_ghost()
        self.redraw()
        self._judge(self.state)

    def _keep_ghost(self):
        """What the picture shows is what was before, from here on."""
        ghost = Ghost.of(self.figure, self.before, self.drawn)
        if ghost.paths:
            self.ghost = ghost

    def _judge(self, state, *results):
        """Keep the score, if there is one and it is the best so far."""
        score = self.challenge.score(state, *results) if self.challenge else None
        if score is not None and self.challenge.beats(score, self.best):
            self.best = score
            self.goal.value = self.challenge.line(score, _as_text(state))

    def redraw(self):
        """Draw the state as it is, and send picture and sentence together."""
        try:
            data, sentence = self._drawn()
        except Exception as error:  # the kernel's log, where it goes, is not where a learner looks
            self.picture.sentence = f"The picture could not be drawn. {type(error).__name__}: {error}"
            raise
        with self.picture.hold_sync():
            self.picture.data, self.picture.sentence, self.picture.settings = data, sentence, self.settings
            self.picture.busy = self.running

    def _drawn(self):
        """The picture of the state as it is, a PNG, and its sentence."""
        self.figure.wipe()
        self.drawn = self.state
        sentence = self.draw(self.figure, self.drawn)
        if self.ghost:
            sentence += " " + self.ghost.draw(self.figure, self.drawn)
        return self.figure.png(), sentence

    def fallback(self):
        data, sentence = self._drawn()
        return f"<figure>{image_tag(data, sentence)}<figcaption>{html.escape(sentence)}</figcaption></figure>"


def _as_text(state):
    return ", ".join(f"{name}={value!r}" for name, value in state.items())


def _running_loop():
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


async def in_thread(function, *arguments):
    """What a slow function gives; meanwhile the panel goes on answering: in a browser, when the function pauses."""
    if not in_browser():
        return await asyncio.to_thread(function, *arguments)
    loop = asyncio.get_running_loop()
    found = loop.create_future()

    def call():
        try:
            found.set_result(function(*arguments))
        except Exception as error:
            found.set_exception(error)

    loop.call_soon(call)  # and not in this task, during which no other one can go on
    return await found


class LivePanel(Panel):
    """A panel that computes while you watch, with Start, Stop, and Step, which computes one result.

    When it is first shown, it is some way into the run already, so that there is something to see; Start goes on.

    run(state): yields one result after the other, each within a tenth of a second or so. The state has, besides what
    the controls say, a `seed`, from which the run makes all its draws: *Same draw* begins again with it, *New draw*
    with the next one.
    draw(figure, state, results): draws the results so far. Moving a control starts from the beginning.
    speed: the one of SPEEDS at which it starts.
    """

    before = "the last run"

    def __init__(self, title, controls, run, draw, size=(8.0, 3.4), challenge=None, speed=10):
        self.run, self.results, self.remaining, self.begun, self.seed = run, [], None, None, 0
        self.task, self.problem = None, ""
        self.buttons = {
            name: ipywidgets.Button(description=description, icon=icon, tooltip=tooltip, layout={"width": "auto"})
            for name, description, icon, tooltip in (
                ("start", "Start", "play", "Train, and go on where you stopped"),
                ("stop", "Stop", "stop", "Stop here"),
                ("step", "Step", "step-forward", "One result more"),
                ("same_draw", "Same draw", "refresh", "From the beginning, with the same random numbers"),
                ("new_draw", "New draw", "random", "From the beginning, with other random numbers"),
            )
        }
        self._set_running(False)
        for name, button in self.buttons.items():
            button.on_click(lambda button, name=name: self._at_home(getattr(self, name)))
        paces = [("no limit" if speed == SPEEDS[-1] else f"{speed} a second", speed) for speed in SPEEDS]
        self.speed = ipywidgets.SelectionSlider(description="Speed", options=paces, value=speed)
        self.speed.style.description_width, self.speed.layout.width = "initial", "36ch"
        super().__init__(title, controls, self._draw_results(draw), size, challenge)
        row = {"flex_flow": "row wrap", "grid_gap": "4px"}
        live = ipywidgets.HBox([*self.buttons.values(), self.speed], layout=row)
        self.children = (*self.children[:-2], live.add_class("course-live"), *self.children[-2:])

    @property
    def state(self):
        return super().state | {"seed": self.seed}

    def at(self, seed=None, **state):
        if seed is not None:
            self.seed = seed
            self.moved()
        return super().at(**state)

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

    def same_draw(self):
        """From the beginning, with the same random numbers."""
        self.moved()

    def new_draw(self):
        """From the beginning, with other random numbers."""
        self.seed += 1
        self.moved()

    def moved(self):
        self._forget()
        self.redraw()

    def _draw_results(self, draw):
        """`draw`, as Panel wants it; what went wrong takes the sentence's place."""

        def draw_state(figure, state):
            sentence = draw(figure, state, self.results)
            return self.problem or sentence

        return draw_state

    def _forget(self):
        if self.results:
            self._keep_ghost()
        self.remaining, self.results, self.problem = None, [], ""

    def _set_running(self, running):
        """Start and Stop stay alive, since a disabled button that has the focus swallows every key; one is pale."""
        self.running = running
        for name, is_off in (("start", running), ("stop", not running)):
            change = self.buttons[name].add_class if is_off else self.buttons[name].remove_class
            change("course-off")

    def _compute(self):
        """Compute the next result; whether there was one. After the last, the next call starts anew."""
        if self.remaining is None:
            self._forget()
            self.begun = self.state
            self.remaining = iter(self.run(self.begun))
        result = next(self.remaining, None)
        if result is None:
            self.remaining = None
            return False
        self.results.append(result)
        self._judge(self.begun, self.results)  # the controls may have moved since, and not been followed yet
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
                begun = time.monotonic()
                while self.running and self._compute():
                    if time.monotonic() - drawn > SECONDS_BETWEEN_PICTURES:
                        self.redraw()
                        drawn = time.monotonic()
                    await asyncio.sleep(max(0, begun + 1 / self.speed.value - time.monotonic()))
                    begun = time.monotonic()
        finally:
            self._set_running(False)
            self.redraw()

    def fallback(self):
        """Called when it is shown, here or on paper: without results, it computes some first."""
        if self.remaining is None and not self.results:
            self.begun = self.state
            self.remaining = iter(self.run(self.begun))
            with self._problems_told():
                self.results.extend(islice(self.remaining, RESULTS_AT_FIRST))
            self.redraw()
        return super().fallback()
