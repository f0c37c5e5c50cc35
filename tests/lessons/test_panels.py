"""What holds of every panel: the same settings give the same picture, whole, with a sentence of its own."""

import importlib
import re
from pathlib import Path

import ipywidgets
import numpy as np
import pytest

from helpers import lessons
from helpers.classroom.panel import LivePanel
from tests import notebooks

# Every file panel*.py in a lesson's room has a function `show`, which gives the panel.
PANELS = {
    f"{path.parent.name}.{path.stem}": importlib.import_module(f"helpers.lessons.{path.parent.name}.{path.stem}")
    for path in sorted(Path(lessons.__file__).parent.glob("lesson_*/panel*.py"))
}
RESULTS = 5  # of a live panel, from each of which its picture is tried


def positions(control):
    """All values that a control can take."""
    if isinstance(control, ipywidgets.Checkbox | ipywidgets.ToggleButton):
        return [False, True]
    if hasattr(control, "options"):
        return [option[1] if isinstance(option, tuple) else option for option in control.options]
    return [
        type(control.value)(value) for value in np.arange(control.min, control.max + control.step / 2, control.step)
    ]


def pictures(panel):
    """The picture that it shows now and, of a live panel, the picture after some results; drawn wholly anew."""

    def drawn_anew():
        panel.redraw()
        fast = panel.picture.data
        panel.figure._frames_look = "to be drawn anew"
        panel.redraw()
        assert panel.picture.data == fast, "what was kept of the last picture does not fit this one"
        return fast

    panel.moved()
    panel.ghost = None
    shown = [drawn_anew()]
    if isinstance(panel, LivePanel):
        compute(panel)
        shown.append(drawn_anew())
    return shown


def compute(panel):
    """Some results of a live panel, without a picture of each."""
    run = panel.run(panel.state)
    for _ in range(RESULTS):
        panel.results = [*panel.results, next(run)]


def cut_off(figure):
    """What of the figure lies outside of it, (artist, how many pixels), and the titles that lie on others."""
    renderer = figure.canvas.get_renderer()
    found = []
    for axes in figure.axes:
        titles = [axes.title, axes._left_title, axes._right_title]
        for artist in [axes, *axes.texts, *titles, axes.xaxis.label, axes.yaxis.label]:
            box = artist.get_tightbbox(renderer)
            if box is not None and box.width and box.height:
                over = max(-box.x0, -box.y0, box.x1 - figure.bbox.x1, box.y1 - figure.bbox.y1)
                found += [(str(artist), round(over))] if over > 2 else []
    titles = [title for axes in figure.axes for title in (axes._left_title, axes._right_title) if title.get_text()]
    boxes = [title.get_window_extent(renderer) for title in titles]
    over_others = [title.get_text() for title, box in zip(titles, boxes, strict=True) if box.count_overlaps(boxes) > 1]
    return found + over_others


def test_every_panel_is_tried_here():
    shown = re.findall(r"^(panel\w*)\.show\(", "\n".join(sources()), re.MULTILINE)
    assert len(shown) == len(PANELS) >= 6


def sources():
    """The code of all notebooks."""
    return [cell.source for name in notebooks.NAMES for cell in notebooks.code_cells(notebooks.read(name))]


@pytest.fixture(scope="module", params=PANELS)
def panel(request):
    return PANELS[request.param].show()


def test_each_control_has_a_label(panel):
    labels = [control.description for control in panel.controls.values()]
    assert all(labels) and len(set(labels)) == len(labels)


def test_the_picture_does_not_depend_on_what_was_shown_before(panel):
    ends = [{name: positions(control)[end] for name, control in panel.controls.items()} for end in (0, -1)]
    first = [pictures(panel.at(**state)) for state in ends]
    assert pictures(panel.at(**ends[0])) == first[0]
    assert pictures(panel.at(**ends[1])) == first[1]
    assert cut_off(panel.figure) == []


def test_what_was_shown_before_stays_as_a_ghost(panel):
    """Also of the second move, and of another draw; and it lies within its axes, named."""
    name, control = list(panel.controls.items())[-1]
    moves = [lambda value=value: panel.at(**{name: value}) for value in positions(control)[:3]]
    if isinstance(panel, LivePanel):
        moves += [panel.new_draw, panel.new_draw]
    panel.moved()
    panel.ghost = None
    ghosts = []
    for move in moves:
        if isinstance(panel, LivePanel):
            compute(panel)
        panel.redraw()
        shown = panel.picture.data
        move()
        if isinstance(panel, LivePanel):
            compute(panel)
        panel.redraw()
        assert f"Dotted: {panel.before}, with" in panel.picture.sentence
        assert panel.picture.data != shown and cut_off(panel.figure) == []
        ghosts.append([path.vertices.tolist() for _, path in panel.ghost.paths])
    assert all(ghost != later for ghost, later in zip(ghosts, ghosts[1:], strict=False))
    panel.moved()
    panel.ghost = None


def test_on_paper_it_is_past_the_beginning(panel):
    panel.moved()
    panel.ghost = None
    panel.redraw()
    untrained = panel.picture.sentence
    assert (untrained in panel.fallback()) == (not isinstance(panel, LivePanel))


def test_another_draw_is_another_run_and_the_same_draw_the_same(panel):
    if not isinstance(panel, LivePanel):
        pytest.skip("it shows stored results, the mean over many draws")
    panel.at(seed=0)
    runs = [pictures(panel)]
    for draw in (panel.same_draw, panel.new_draw):
        draw()
        runs.append(pictures(panel))
    first, same, other = runs
    assert first == same and first[-1] != other[-1]
    panel.at(seed=0)


def test_each_sets_a_challenge(panel):
    assert panel.challenge.task.endswith(".") and panel.goal in panel.children
    if isinstance(panel, LivePanel):
        compute(panel)
        panel._judge(panel.state, panel.results)  # whatever the score is, it is a number or nothing
        assert panel.best is None or panel.challenge.text.format(panel.best)
        panel.moved()
        panel.ghost = None


def test_each_setting_has_a_whole_picture_and_a_sentence_of_its_own(panel):
    for name, control in panel.controls.items():
        before, sentences, seen = control.value, set(), set()
        for value in positions(control):
            panel.at(**{name: value})
            assert cut_off(panel.figure) == [], (name, value)
            sentences.add(panel.picture.sentence)
            seen.add(panel.picture.data)
        assert len(sentences) == len(seen) == len(positions(control)), name
        control.value = before
