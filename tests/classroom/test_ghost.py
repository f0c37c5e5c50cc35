"""The last run: whatever was marked is seen again, where it was, in the units of its axes."""

import numpy as np
import pytest

from helpers.classroom.ghost import TRACE, Ghost
from helpers.classroom.kept_figure import KeptFigure

X = np.linspace(0, 1, 5)
KINDS = {
    "line": lambda axes: axes.plot(X, X**2),
    "bars": lambda axes: axes.bar([0, 1], [0.5, 1], width=0.5),
    "stairs": lambda axes: [axes.stairs([0.2, 0.7], [0, 0.5, 1])],
    "contour": lambda axes: [axes.contour(X, X, np.add.outer(X, X), levels=[0.9])],
}


@pytest.mark.parametrize("kind", KINDS)
def test_its_outlines_lie_where_the_trace_lay(kind):
    figure = KeptFigure(4, 3)
    left, right = figure.subplots(1, 2)
    left.plot([5, 6])  # not marked
    marked = KINDS[kind](right)
    for artist in marked:
        artist.set_gid(TRACE)
    ghost = Ghost.of(figure, "the last run", {"height": 1})
    assert {number for number, _ in ghost.paths} == {1} and len(ghost.paths) == len(marked)
    points = np.concatenate([path.vertices for _, path in ghost.paths])
    right.relim()
    box = right.dataLim if kind != "contour" else None
    if box:
        assert np.allclose([points.min(axis=0), points.max(axis=0)], [box.min, box.max])
    else:
        assert np.allclose(points.sum(axis=1), 0.9)


def test_it_is_drawn_dotted_and_named_and_leaves_no_ghost_itself():
    figure = KeptFigure(4, 3)
    figure.subplots().plot([0, 1], [3, 4], gid=TRACE)
    ghost = Ghost.of(figure, "the last run", {"height": 1, "kind": "a"})
    figure.wipe()
    axes = figure.subplots()
    axes.set(xlim=(0, 1), ylim=(0, 1))
    assert ghost.draw(figure, {"height": 2, "kind": "a"}) == "Dotted: the last run, with height=1."
    (patch,) = axes.patches
    assert patch.get_linestyle() not in ("-", "solid") and not patch.get_fill()
    assert "the last run" in axes.get_title("right")
    assert axes.get_ylim() == (0, 1), "it stretches no axes"
    assert Ghost.of(figure, "the last run", {}).paths == []
    figure.wipe()
    assert not axes.patches and axes.get_title("right") == ""
