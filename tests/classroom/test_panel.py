"""The base of all panels: one picture for each move, never a stale one; live ones start, stop and go on."""

import asyncio
import gc
import io
import threading
import time
from types import SimpleNamespace

import ipywidgets
import numpy as np
import pytest
from matplotlib.image import imread

from helpers.classroom import panel as base
from helpers.classroom.challenge import Challenge
from helpers.classroom.figures import PIXELS_PER_INCH
from helpers.classroom.ghost import TRACE
from helpers.classroom.kept_figure import KeptFigure
from helpers.classroom.panel import LivePanel, Panel


def controls():
    return {
        "height": ipywidgets.IntSlider(description="Height", min=1, max=9, value=2),
        "kind": ipywidgets.Dropdown(description="Kind", options=["line", "bars", "picture"]),
    }


def draw(figure, state):
    """Everything that a drawing may put on its axes, and in each kind something else."""
    left, right = figure.subplots(1, 2, width_ratios=[2, 1])
    height = state["height"]
    if state["kind"] == "line":
        left.plot([1, height], label=f"up to {height}")
        left.fill_between([0, 1], [0, 1], [0, height])
        left.annotate("top", (1, height))
        left.legend()
    elif state["kind"] == "bars":
        left.bar([0, 1], [height, 1])
        left.errorbar([0, 1], [height, 1], [0.1, 0.2], fmt="o")
        left.axhline(0.5)
    else:
        left.imshow(np.eye(height))
        left.contour(np.add.outer(np.arange(5), np.arange(5)), levels=[2])
    left.set_title(f"{state['kind']}, {height}")
    right.plot(np.arange(5) * height)
    return f"The {state['kind']} is {height} high."


@pytest.fixture
def panel():
    return Panel("A & B", controls(), draw, size=(6, 2))


def record_messages(widget):
    """A list that receives what the widget sends to the browser: the names of what has changed, per message."""
    sent = []

    def send(message, buffers=None):
        sent.append(set(message["state"]) | {path[0] for path in message["buffer_paths"]})

    widget._send = send
    return sent


def test_the_picture_is_a_png_of_the_size(panel):
    assert imread(io.BytesIO(panel.picture.data)).shape[:2] == (2 * PIXELS_PER_INCH, 6 * PIXELS_PER_INCH)
    assert panel.picture.sentence == "The line is 2 high."


def test_a_move_draws_once_and_sends_picture_sentence_and_settings_together(panel):
    states = []
    panel.draw = lambda figure, state: states.append(state) or draw(figure, state)
    before = panel.picture.data
    sent = record_messages(panel.picture)
    panel.controls["height"].value = 5
    assert states == [{"height": 5, "kind": "line"}]
    assert sent == [{"data", "sentence", "settings"}]
    assert panel.picture.data != before and panel.picture.sentence == "The line is 5 high."


def test_settings_can_be_copied_and_given_back(panel):
    panel.at(height=7, kind="bars")
    assert panel.picture.settings == "height=7, kind='bars'"
    other = Panel("Other", controls(), draw)
    assert eval(f"other.at({other_settings(panel)})") is other  # as a learner does who pastes them
    assert other.state == panel.state and other.picture.sentence == "The bars is 7 high."


def other_settings(panel):
    return panel.picture.settings


def test_a_setting_that_is_no_control_is_named(panel):
    with pytest.raises(ValueError, match="width is no control of this panel. It has: height, kind"):
        panel.at(width=3)


def test_whatever_was_shown_before_the_picture_is_the_same(panel):
    """Otherwise something of an earlier picture has stayed."""
    wanted = {}
    for kind in ("line", "bars", "picture"):
        for height in (2, 5):
            fresh = Panel("Fresh", controls(), draw, size=(6, 2)).at(kind=kind, height=height)
            wanted[kind, height] = fresh.picture.data
    assert len(set(wanted.values())) == 6
    for kind, height in [*wanted, *reversed(wanted)]:
        panel.at(kind=kind, height=height)
        assert panel.picture.data == wanted[kind, height], (kind, height)


@pytest.mark.parametrize(
    "more",
    [
        lambda figure: figure.suptitle("over all"),
        lambda figure: figure.axes[0].twinx().plot([3, 1, 2]),
        lambda figure: figure.add_axes((0.5, 0.5, 0.2, 0.2)).plot([1, 2]),
        lambda figure: figure.text(0.1, 0.1, "a note"),
        lambda figure: figure.colorbar(figure.axes[1].imshow(np.eye(3)), ax=figure.axes),
    ],
)
def test_what_is_not_kept_is_made_anew(more):
    """Figures drawn in unusual ways are slower, and as right."""

    def draw_more(figure, state):
        sentence = draw(figure, state)
        if state["height"] > 4:
            more(figure)
        return sentence

    panel = Panel("More", controls(), draw_more, size=(6, 2))
    plain = panel.picture.data
    panel.at(height=6)
    first = panel.at(height=5).picture.data
    second = panel.at(height=6).at(height=5).picture.data
    assert first == second != plain
    assert panel.at(height=2).picture.data == plain


def test_axes_are_kept_while_the_same_ones_are_asked_for():
    figure = KeptFigure(4, 3)
    axes = figure.subplots(1, 2)
    figure.png()
    figure.wipe()
    again = figure.subplots(1, 2)
    assert list(again) == list(axes) == figure.axes
    figure.wipe()
    named = figure.subplot_mosaic("AB")
    assert list(named) == ["A", "B"] and figure.axes == list(named.values()) != list(axes)
    figure.wipe()
    assert figure.subplot_mosaic("AB") == named
    assert figure.subplot_mosaic("A;B") != named and len(figure.axes) == 2


def test_the_layout_of_the_first_picture_holds():
    figure = KeptFigure(4, 3)
    figure.subplots().set(ylim=(0, 1))
    figure.png()
    place = figure.axes[0].get_position().bounds
    figure.wipe()
    figure.subplots().set(ylim=(0, 10**6), ylabel="a label\nof two lines")
    figure.png()
    assert figure.axes[0].get_position().bounds == place
    figure.wipe()
    figure.subplots(1, 2)
    figure.png()
    assert figure.axes[0].get_position().bounds != place


def test_empty_axes_are_drawn_again_only_when_they_look_different(panel, monkeypatch):
    drawn = []
    monkeypatch.setattr(
        panel.figure.canvas, "draw", lambda: drawn.append(1) or type(panel.figure.canvas).draw(panel.figure.canvas)
    )
    limits = {}

    def with_limits(figure, state):
        axes = figure.subplots()
        axes.plot([0, state["height"]])
        axes.set(ylim=(0, limits["top"]))
        return "drawn"

    panel.draw = with_limits
    for top, height, times in ((9, 1, 1), (9, 2, 1), (9, 3, 1), (5, 3, 2), (5, 4, 2), (9, 4, 3)):
        limits["top"] = top
        panel.at(height=height).redraw()
        assert len(drawn) == times, (top, height)


CHANGES = {
    "limits": lambda axes, there: axes.set(xlim=(0, 1 + there)),
    "the other way round": lambda axes, there: axes.set(ylim=(1, 0) if there else (0, 1)),
    "scale": lambda axes, there: axes.set(yscale="log" if there else "linear", ylim=(1, 10)),
    "ticks": lambda axes, there: axes.set(xticks=[0, 0.5] if there else [0, 0.7]),
    "tick labels": lambda axes, there: axes.set(xticks=[0, 1], xticklabels=["a", "b"] if there else ["a", "c"]),
    "minor ticks": lambda axes, there: axes.minorticks_on() if there else axes.minorticks_off(),
    "tick style": lambda axes, there: axes.tick_params(labelbottom=not there),
    "label": lambda axes, there: axes.set(xlabel="there" if there else "here"),
    "label's colour": lambda axes, there: axes.set_ylabel("right", color="red" if there else "black"),
    "grid": lambda axes, there: axes.grid(there),
    "spines": lambda axes, there: axes.spines["left"].set_visible(there),
    "ground": lambda axes, there: axes.set_facecolor("#eeeeee" if there else "#ffffff"),
    "shape": lambda axes, there: axes.set_aspect("equal" if there else "auto"),
    "all of it": lambda axes, there: axes.set_axis_on() if there else axes.set_axis_off(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_each_change_of_the_axes_is_seen(change):
    def draw_changed(figure, state):
        axes = figure.subplots()
        axes.plot([0, 1], [1, 2])
        CHANGES[change](axes, state["there"])
        return "drawn"

    def shown(there, anew):
        panel.controls["there"].value = there
        if anew:
            panel.figure._frames_look = "to be drawn anew"
        panel.redraw()
        return panel.picture.data

    panel = Panel("Changes", {"there": ipywidgets.Checkbox(description="There")}, draw_changed, size=(3, 2))
    wanted = {there: shown(there, anew=True) for there in (True, False)}
    assert wanted[True] != wanted[False]
    for there in (True, False, True):
        assert shown(there, anew=False) == wanted[there]


def test_many_moves_leave_nothing_behind(panel):
    def objects_after_a_walk():
        for number in range(9):
            panel.at(height=1 + number, kind=("line", "bars", "picture")[number % 3])
        gc.collect()
        return len(gc.get_objects())

    objects_after_a_walk()
    before = objects_after_a_walk()
    assert objects_after_a_walk() - before < 9  # not one for each move


def test_an_error_while_drawing_is_shown_and_not_swallowed(panel):
    def fails(figure, state):
        if state["height"] == 3:
            raise ZeroDivisionError("three")
        return draw(figure, state)

    panel.draw = fails
    with pytest.raises(ZeroDivisionError):
        panel.controls["height"].value = 3
    assert panel.picture.sentence == "The picture could not be drawn. ZeroDivisionError: three"
    panel.controls["height"].value = 4
    assert panel.picture.sentence == "The line is 4 high."


def test_title_and_sentence_are_escaped_on_paper(panel):
    panel.draw = lambda figure, state: draw(figure, state) and "1 < 2 & 3"
    panel.redraw()
    assert "<b>A &amp; B</b>" in panel.children[0].value
    paper = panel.fallback()
    assert "<figcaption>1 &lt; 2 &amp; 3</figcaption>" in paper and 'alt="1 &lt; 2 &amp; 3"' in paper


# Live panels. A run is counted out by hand: it yields one number after the other, and says when it began.


class Run:
    def __init__(self, length=1000):
        self.began, self.length = [], length

    def __call__(self, state):
        self.began.append(state["pace"])
        for number in range(self.length):
            yield number * state["pace"]


def is_off(panel, button):
    """Whether this button is pale; none is disabled, or it would swallow the keys that are pressed on it."""
    assert not panel.buttons[button].disabled
    return "course-off" in panel.buttons[button]._dom_classes


def live(run, speed=float("inf"), **options):
    pace = ipywidgets.IntSlider(description="Pace", min=1, max=9, value=1)

    def draw(figure, state, results):
        figure.subplots().plot(results)
        return f"pace {state['pace']}: {len(results)} results, the last {results[-1] if results else None}"

    return LivePanel("Live", {"pace": pace}, run, draw, size=(3, 2), speed=speed, **options)


@pytest.fixture(autouse=True)
def picture_at_once(monkeypatch):
    """A picture for every result."""
    monkeypatch.setattr(base, "SECONDS_BETWEEN_PICTURES", -1)


async def until(condition):
    for _ in range(5000):
        if condition():
            return
        await asyncio.sleep(0)
    raise AssertionError("it did not come to that")


def test_before_start_nothing_is_computed():
    run = Run()
    panel = live(run)
    assert run.began == [] and panel.results == []
    assert panel.picture.sentence == "pace 1: 0 results, the last None" and not panel.picture.busy
    assert not is_off(panel, "start") and is_off(panel, "stop")


def test_start_stop_and_go_on():
    async def scene():
        run = Run()
        panel = live(run)
        panel.buttons["start"].click()
        assert is_off(panel, "start") and not is_off(panel, "stop")
        await until(lambda: len(panel.results) == 3)
        assert panel.picture.busy
        panel.buttons["stop"].click()
        await panel.task
        assert not panel.picture.busy
        assert panel.results == [0, 1, 2] and panel.picture.sentence == "pace 1: 3 results, the last 2"
        assert not is_off(panel, "start") and is_off(panel, "stop")
        panel.buttons["start"].click()
        await until(lambda: len(panel.results) == 6)
        panel.stop()
        await panel.task
        assert panel.results == [0, 1, 2, 3, 4, 5] and run.began == [1]

    asyncio.run(scene())


def test_step_computes_one_result_and_stops():
    async def scene():
        run = Run(4)
        panel = live(run)
        panel.buttons["step"].click()
        assert panel.results == [0] and panel.picture.sentence == "pace 1: 1 results, the last 0"
        panel.start()
        await until(lambda: len(panel.results) == 3)
        panel.buttons["step"].click()
        await panel.task
        assert panel.results == [0, 1, 2, 3] and not panel.running and run.began == [1]
        assert panel.picture.sentence == "pace 1: 4 results, the last 3" and not panel.picture.busy
        panel.step()  # there was no more
        assert panel.results == [0, 1, 2, 3]
        panel.step()
        assert panel.results == [0] and run.began == [1, 1]

    asyncio.run(scene())


def test_its_speed_can_be_changed_while_it_runs(monkeypatch):
    """It waits as long as is missing to the time that a result has at this speed."""
    waited, sleep, clock = [], asyncio.sleep, {"now": 100.0}

    async def wait(seconds):
        waited.append(round(seconds, 6))
        clock["now"] += seconds
        await sleep(0)

    def run(state):
        for took in (0.0, 0.04, 0.3, 0.3, 0.0):
            clock["now"] += took
            yield took
            panel.speed.value = {3: 1, 5: float("inf")}.get(len(waited) + 1, panel.speed.value)

    monkeypatch.setattr(base, "time", SimpleNamespace(monotonic=lambda: clock["now"]))
    monkeypatch.setattr(base, "asyncio", SimpleNamespace(sleep=wait, get_running_loop=asyncio.get_running_loop))

    async def scene():
        panel.start()
        await panel.task

    panel = live(run, speed=10)
    asyncio.run(scene())
    assert waited == [0.1, 0.06, 0.7, 0.7, 0.0]


def test_the_picture_grows_with_the_results():
    async def scene():
        panel = live(Run())
        sentences = []
        panel.picture.observe(lambda change: sentences.append(change["new"]), "sentence")
        panel.start()
        await until(lambda: len(panel.results) == 3)
        panel.stop()
        await panel.task
        assert sentences == [f"pace 1: {n} results, the last {n - 1}" for n in (1, 2, 3)]

    asyncio.run(scene())


def test_pictures_are_not_drawn_more_often_than_is_seen(monkeypatch):
    monkeypatch.setattr(base, "SECONDS_BETWEEN_PICTURES", 1000)

    async def scene():
        panel = live(Run(50))
        drawn = []
        panel.picture.observe(lambda change: drawn.append(change["new"]), "sentence")
        panel.start()
        await panel.task
        assert drawn == ["pace 1: 1 results, the last 0", "pace 1: 50 results, the last 49"]

    asyncio.run(scene())


def test_a_run_ends_by_itself_and_start_begins_anew():
    async def scene():
        run = Run(4)
        panel = live(run)
        panel.start()
        await panel.task
        assert panel.results == [0, 1, 2, 3] and not panel.running and not is_off(panel, "start")
        panel.start()
        await panel.task
        assert panel.results == [0, 1, 2, 3] and run.began == [1, 1]

    asyncio.run(scene())


def draws(state):
    """A run that is told by its seed."""
    for number in range(1000):
        yield 100 * state["seed"] + number


@pytest.mark.parametrize(("button", "first"), [("same_draw", 0), ("new_draw", 100)])
def test_a_draw_begins_anew_and_goes_on_if_it_was_running(button, first):
    async def scene():
        panel = live(draws)
        panel.start()
        await until(lambda: len(panel.results) == 3)
        panel.buttons[button].click()
        assert panel.results == [] and panel.picture.sentence == "pace 1: 0 results, the last None"
        await until(lambda: len(panel.results) == 2)
        assert panel.results == [first, first + 1] and panel.running
        panel.stop()
        await panel.task

    asyncio.run(scene())


@pytest.mark.parametrize(("button", "first"), [("same_draw", 0), ("new_draw", 100)])
def test_a_draw_waits_for_start_if_it_was_stopped(button, first):
    async def scene():
        panel = live(draws)
        panel.start()
        await until(lambda: len(panel.results) == 3)
        panel.stop()
        await panel.task
        panel.buttons[button].click()
        await asyncio.sleep(0)
        assert panel.results == [] and not panel.running
        panel.step()
        assert panel.results == [first]

    asyncio.run(scene())


def test_the_draw_is_one_of_the_settings():
    panel = live(draws)
    for _ in range(3):
        panel.buttons["new_draw"].click()
    assert panel.picture.settings == "pace=1, seed=3"
    other = live(draws).at(pace=2, seed=3)
    assert other.state == {"pace": 2, "seed": 3} and other.picture.settings == "pace=2, seed=3"
    other.step()
    assert other.results == [300]
    assert live(draws).at(seed=4).picture.settings == "pace=1, seed=4"


def test_stop_and_start_at_once_go_on_in_one_task():
    async def scene():
        panel = live(Run())
        panel.start()
        await until(lambda: len(panel.results) == 3)
        task = panel.task
        panel.stop()
        panel.start()
        panel.start()
        await until(lambda: len(panel.results) == 6)
        assert panel.task is task
        panel.stop()
        await panel.task
        assert panel.results == [0, 1, 2, 3, 4, 5]

    asyncio.run(scene())


def test_a_move_while_running_starts_from_the_beginning():
    async def scene():
        run = Run()
        panel = live(run)
        panel.start()
        await until(lambda: len(panel.results) == 3)
        panel.controls["pace"].value = 5
        assert panel.picture.sentence == "pace 5: 0 results, the last None"
        await until(lambda: len(panel.results) == 2)
        assert panel.running and panel.results == [0, 5] and run.began == [1, 5]
        panel.stop()
        await panel.task

    asyncio.run(scene())


def test_a_move_while_stopped_forgets_and_waits():
    async def scene():
        run = Run()
        panel = live(run)
        panel.start()
        await until(lambda: len(panel.results) == 3)
        panel.stop()
        await panel.task
        panel.controls["pace"].value = 5
        await asyncio.sleep(0)
        assert panel.results == [] and not panel.running and run.began == [1]

    asyncio.run(scene())


def in_another_thread(action):
    """Do it there, as JupyterLab does, and wait until it has been done there."""
    thread = threading.Thread(target=action)
    thread.start()
    thread.join()


def test_a_panel_draws_in_the_thread_where_it_was_made():
    async def scene():
        drawn = []

        def remember(figure, state):
            drawn.append((threading.current_thread(), state["height"]))
            return draw(figure, state)

        panel = Panel("Here", controls(), remember, size=(3, 2))
        for height in (5, 6, 7):
            in_another_thread(lambda height=height: setattr(panel.controls["height"], "value", height))
        assert [height for _, height in drawn] == [2]
        await asyncio.sleep(0)
        assert [height for _, height in drawn] == [2, 7]  # three quick moves, one picture: the last
        in_another_thread(lambda: panel.at(height=8))
        await asyncio.sleep(0)
        panel.at(height=9)
        assert [height for _, height in drawn] == [2, 7, 8, 9]
        assert {thread for thread, _ in drawn} == {threading.current_thread()}

    asyncio.run(scene())


def test_a_live_panel_computes_in_the_thread_where_it_was_made():
    """Otherwise a new draw may fall into the middle of a result, which then stays."""

    async def scene():
        threads = set()

        def slow(state):
            for number in range(1000):
                threads.add(threading.current_thread())
                time.sleep(0.01)
                yield number

        panel = live(slow)
        in_another_thread(panel.buttons["start"].click)
        await until(lambda: len(panel.results) == 3)
        hand = threading.Thread(target=lambda: [panel.buttons[name].click() for name in ("stop", "same_draw")])
        hand.start()
        await asyncio.sleep(0.1)
        hand.join()
        assert panel.results == [] and not panel.running
        in_another_thread(panel.buttons["step"].click)
        await until(lambda: len(panel.results) == 1)
        assert threads == {threading.current_thread()}

    asyncio.run(scene())


def diverges(state):
    yield 1
    if state["pace"] == 1:
        raise FloatingPointError("The loss is not a number any more: try a lower learning rate")


def breaks(state):
    yield 1
    raise KeyError("oh")


def test_a_run_that_diverges_says_so_in_the_sentence_and_can_be_tried_again():
    async def scene():
        panel = live(diverges)
        panel.start()
        await panel.task  # raises nothing
        assert panel.picture.sentence == "The loss is not a number any more: try a lower learning rate"
        assert not panel.running and not panel.picture.busy and not is_off(panel, "start")
        panel.controls["pace"].value = 2
        assert panel.picture.sentence == "pace 2: 0 results, the last None"
        panel.start()
        await panel.task
        assert panel.picture.sentence == "pace 2: 1 results, the last 1"

    asyncio.run(scene())


def test_an_unexpected_error_is_shown_and_not_swallowed():
    async def scene():
        panel = live(breaks)
        panel.start()
        with pytest.raises(KeyError):
            await panel.task
        assert panel.picture.sentence == "This stopped with KeyError: 'oh'"
        assert not panel.running and not panel.picture.busy and not is_off(panel, "start")

    asyncio.run(scene())


def test_a_step_that_goes_wrong_says_so_too():
    panel = live(breaks)
    panel.step()
    with pytest.raises(KeyError):
        panel.step()
    assert panel.picture.sentence == "This stopped with KeyError: 'oh'"


def test_other_tasks_get_their_turn_after_each_result():
    """Or Stop would be heard only at the end."""

    async def scene():
        panel = live(Run(20))
        turns = []
        panel.start()
        while not panel.task.done():
            turns.append(len(panel.results))
            await asyncio.sleep(0)
        assert turns == list(range(21))

    asyncio.run(scene())


# What was before stays in view, and the best is kept.


def traced(run, **options):
    """A live panel whose line leaves a ghost."""

    def draw(figure, state, results):
        axes = figure.subplots()
        axes.plot(results, gid=TRACE)
        axes.set(xlim=(0, 10), ylim=(0, 99))
        return f"{len(results)} results"

    pace = ipywidgets.IntSlider(description="Pace", min=1, max=9, value=1)
    return LivePanel("Traced", {"pace": pace}, run, draw, size=(3, 2), **options)


def ghost_lines(panel):
    """What is drawn of the ghost: the points of each of its lines."""
    return [path.vertices.tolist() for _, path in panel.ghost.paths] if panel.ghost else []


def test_the_last_run_stays_as_a_ghost_beside_the_new_one():
    panel = traced(Run(3))
    plain = panel.picture.data
    for _ in range(3):
        panel.step()
    assert panel.ghost is None and panel.picture.sentence == "3 results"
    panel.controls["pace"].value = 5
    assert panel.picture.sentence == "0 results Dotted: the last run, with pace=1."
    assert ghost_lines(panel) == [[[0, 0], [1, 1], [2, 2]]] and panel.picture.data != plain
    panel.controls["pace"].value = 6  # nothing has run since: the ghost stays
    assert ghost_lines(panel) == [[[0, 0], [1, 1], [2, 2]]]
    for _ in range(2):
        panel.step()
    panel.buttons["new_draw"].click()
    assert ghost_lines(panel) == [[[0, 0], [1, 6]]]
    assert panel.picture.sentence.endswith("Dotted: the last run, with seed=0.")


def test_the_run_that_comes_after_the_end_has_a_ghost_of_the_same_settings():
    panel = traced(Run(1))
    for _ in range(3):
        panel.step()
    assert panel.results == [0] and panel.picture.sentence == "1 results Dotted: the last run, with the same settings."


def test_a_panel_that_does_not_run_shows_what_it_showed_before():
    def draw_traced(figure, state):
        figure.subplots().plot([0, state["height"]], gid=TRACE)
        return "drawn."

    panel = Panel("Before", controls(), draw_traced, size=(3, 2))
    panel.controls["height"].value = 5
    assert ghost_lines(panel) == [[[0, 0], [1, 2]]]
    assert panel.picture.sentence == "drawn. Dotted: the last settings, with height=2."
    panel.controls["height"].value = 9
    assert ghost_lines(panel) == [[[0, 0], [1, 5]]]


def test_the_best_score_is_kept_with_its_settings():
    challenge = Challenge("reach <20>.", lambda state, results: results[-1] if results[-1] >= 4 else None, max, "{} <<")
    panel = traced(Run(3), challenge=challenge)
    assert panel.goal.value.endswith("reach &lt;20&gt;. <b>Best so far:</b> nothing yet</div>")

    def all_steps(pace):
        panel.controls["pace"].value = pace
        for _ in range(3):
            panel.step()
        return panel.goal.value

    assert all_steps(1).endswith("nothing yet</div>")
    assert all_steps(4).endswith("8 &lt;&lt; (pace=4, seed=0)</div>")
    assert all_steps(3).endswith("8 &lt;&lt; (pace=4, seed=0)</div>")
    panel.new_draw()
    assert all_steps(4).endswith("8 &lt;&lt; (pace=4, seed=0)</div>")  # as good is not better
    assert all_steps(5).endswith("10 &lt;&lt; (pace=5, seed=1)</div>")


def test_the_score_is_that_of_the_settings_with_which_the_run_began():
    """Even if a control has been moved in another thread, and that has not been followed yet."""

    async def scene():
        challenge = Challenge("be fast.", lambda state, results: state["pace"], max, "{}")
        panel = traced(Run(3), challenge=challenge)
        panel.step()
        in_another_thread(lambda: setattr(panel.controls["pace"], "value", 9))
        panel.step()
        assert panel.best == 1 and "pace=1, seed=0" in panel.goal.value

    asyncio.run(scene())


def test_a_panel_that_does_not_run_is_judged_when_it_is_moved():
    challenge = Challenge("be low.", lambda state: state["height"], min, "{}")
    panel = Panel("Low", controls(), draw, challenge=challenge)
    best = []
    for height in (5, 7, 1, 3):
        panel.controls["height"].value = height
        best.append(panel.best)
    assert best == [5, 5, 1, 1]


def test_when_it_is_shown_a_live_panel_is_some_way_into_its_run_and_goes_on_from_there():
    panel = traced(Run(30))
    before, some = panel.picture.data, base.RESULTS_AT_FIRST
    for _ in range(2):  # shown a second time, it stays where it is
        assert f"<figcaption>{some} results</figcaption>" in panel.fallback()
        assert panel.results == [*range(some)] and panel.ghost is None
        assert panel.picture.sentence == f"{some} results" and panel.picture.data != before
    panel.step()
    assert panel.results == [*range(some + 1)]
    panel.same_draw()
    assert panel.results == []


def test_what_is_computed_before_anybody_plays_has_no_score():
    panel = traced(Run(30), challenge=Challenge("go far.", lambda state, results: len(results), max, "{}"))
    panel.fallback()
    assert panel.best is None
    panel.step()
    assert panel.best == base.RESULTS_AT_FIRST + 1


def test_on_paper_a_run_that_diverges_says_so():
    panel = live(diverges)
    assert "The loss is not a number" in panel.fallback() and "The loss is not a number" in panel.picture.sentence
