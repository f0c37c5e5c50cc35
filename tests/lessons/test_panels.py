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
    shown = [drawn_anew()]
    if isinstance(panel, LivePanel):
        run = panel.run(panel.state)
        for _ in range(RESULTS):
            panel.results = [*panel.results, next(run)]
        shown.append(drawn_anew())
    return shown


def cut_off(figure):
    """What of the figure lies outside of it: (artist, how many pixels)."""
    renderer = figure.canvas.get_renderer()
    found = []
    for axes in figure.axes:
        for artist in [axes, *axes.texts, axes.title, axes._left_title, axes.xaxis.label, axes.yaxis.label]:
            box = artist.get_tightbbox(renderer)
            if box is not None and box.width and box.height:
                over = max(-box.x0, -box.y0, box.x1 - figure.bbox.x1, box.y1 - figure.bbox.y1)
                found += [(str(artist), round(over))] if over > 2 else []
    return found


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
