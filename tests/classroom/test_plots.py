"""The course's drawings show the numbers that they were given."""

import numpy as np
import pytest

from helpers.classroom.figures import ARMS, subplots
from helpers.classroom.plots import (
    draw_boundary,
    draw_curves,
    draw_differences,
    draw_estimates,
    draw_heat_map,
    draw_signal,
    plane_around,
    stretch_near_zero,
)
from helpers.lab import Estimate


@pytest.fixture
def axes():
    figure, axes = subplots(4, 3)
    yield axes
    figure.canvas.draw()  # and it can be drawn


def test_a_signal_runs_from_top_to_bottom(axes):
    draw_signal(axes, np.linspace(-1, 1, 40), "7")
    assert axes.lines[0].get_xydata()[0].tolist() == [-1, 0] and axes.yaxis_inverted()
    assert axes.get_title("center") == "7"


def test_curves_show_the_mean_and_a_band_from_lowest_to_highest(axes):
    values = np.array([[0.1, 0.2, 0.3], [0.3, 0.6, 0.9]])
    draw_curves(axes, values, ARMS["dropout"], "validation")
    assert np.allclose(axes.lines[0].get_xydata(), [[1, 20], [2, 40], [3, 60]])
    band = axes.collections[0].get_paths()[0].vertices
    assert {(round(x), round(y)) for x, y in band} >= {(1, 10), (1, 30), (3, 30), (3, 90)}
    assert axes.texts[0].get_text() == "validation" and np.allclose(axes.texts[0].xy, (3, 60))
    assert axes.lines[0].get_marker() == "^" and axes.lines[0].get_color() == ARMS["dropout"].colour


def test_curves_in_a_unit_of_their_own(axes):
    draw_curves(axes, np.array([[2.5, 1.5]]), ARMS["smaller"], "training", unit=1)
    assert axes.lines[0].get_ydata().tolist() == [2.5, 1.5] and axes.lines[0].get_linestyle() == "--"


def test_estimates_show_their_intervals(axes):
    draw_estimates(axes, [8, 16], [Estimate(0.5, 0.4, 0.55), Estimate(0.7, 0.69, 0.8)], ARMS["plain"], "plain")
    assert np.allclose(axes.containers[0].lines[0].get_xydata(), [[8, 50], [16, 70]])
    (bars,) = axes.containers[0].lines[2]
    assert np.allclose([bar[:, 1] for bar in bars.get_segments()], [[40, 55], [69, 80]])


def test_differences_stand_one_below_the_other_with_the_margin(axes):
    found = {"first": Estimate(0.02, 0.01, 0.03), "second": Estimate(-0.005, -0.02, 0.01)}
    draw_differences(axes, found, margin=0.01)
    assert np.allclose(axes.lines[0].get_xydata(), [[1, 0], [3, 0]])
    assert np.allclose(axes.lines[2].get_xydata(), [[-2, 1], [1, 1]])
    assert [text.get_text() for text in axes.texts] == ["+2.0", "-0.5", "margin"]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["first", "second"] and axes.yaxis_inverted()


def test_no_line_strikes_through_a_number_that_lies_on_zero_or_on_the_margin(axes):
    draw_differences(axes, {"on zero": Estimate(0, -0.01, 0.02), "on the margin": Estimate(0.01, 0, 0.02)}, margin=0.01)
    upright, numbers = axes.lines[-2:], axes.texts[:2]
    assert all(number.get_bbox_patch().get_facecolor() == (1, 1, 1, 1) for number in numbers)
    assert min(number.get_zorder() for number in numbers) > max(line.get_zorder() for line in upright)


def test_a_small_difference_can_be_told_from_its_margin_next_to_a_far_larger_one(axes):
    def share_of_width(difference):
        points = axes.transData.transform([[0, 0], [difference, 0]])[:, 0]
        return np.diff(axes.transAxes.inverted().transform(np.c_[points, [0, 0]])[:, 0])[0]

    small, large = Estimate(0.013, -0.006, 0.032), Estimate(0.84, 0.824, 0.856)
    for others, stretched in (({"large": large}, True), ({"alike": Estimate(0.05, -0.01, 0.11)}, False)):
        draw_differences(axes, {"small": small} | others, margin=0.01)
        stretch_near_zero(axes, {"small": small} | others)
        assert (axes.get_xscale() == "symlog") == stretched == ("stretched" in axes.get_xlabel())
        assert axes.get_xlim()[0] < -0.6 and axes.get_xlim()[1] > 100 * max(one.high for one in others.values())
        assert share_of_width(3.2) - share_of_width(1) > 0.1
        axes.clear()


def test_a_heat_map_has_its_numbers_too(axes):
    draw_heat_map(axes, [[1, 2], [3, 40]], ["a", "b"], ["c", "d"])
    assert [text.get_text() for text in axes.texts] == ["1", "2", "3", "40"]
    assert axes.texts[3].get_color() == "white" != axes.texts[0].get_color()
    assert [label.get_text() for label in axes.get_yticklabels()] == ["a", "b"]


def test_the_boundary_lies_where_the_probability_is_one_half(axes):
    x = np.array([[0.0, 0.0], [1.0, 2.0]], np.float32)
    points, edges = plane_around(x)
    assert np.allclose(edges, (-0.3, 1.3, -0.3, 2.3)) and points.dtype == np.float32
    assert np.allclose([points.min(axis=0), points.max(axis=0)], [[-0.3, -0.3], [1.3, 2.3]])
    draw_boundary(axes, 1 / (1 + np.exp(-8 * (points[:, 1] - 1.2))), edges, x, np.array([0, 1]))
    line = np.concatenate([path.vertices for path in axes.collections[0].get_paths()])
    assert np.allclose(line[:, 1], 1.2, atol=0.03)
    top, bottom = axes.images[0].get_array()[-1].mean(), axes.images[0].get_array()[0].mean()
    assert bottom < 0.1 and top > 0.9
    assert [drawn.get_marker() for drawn in axes.lines] == ["o", "^"]


def test_a_network_that_says_the_same_everywhere_has_no_boundary(axes):
    x = np.array([[0.0, 0.0], [1.0, 1.0]], np.float32)
    points, edges = plane_around(x)
    draw_boundary(axes, np.full(len(points), 0.3), edges, x, np.array([0, 1]))
    assert len(axes.collections) == 0
