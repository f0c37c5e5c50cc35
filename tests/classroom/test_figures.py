"""One style, a text alternative for each picture, and arms that every reader can tell apart."""

import base64
import io
import re
import subprocess
import sys
from itertools import combinations

import matplotlib
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.image import imread

from helpers.classroom.figures import ARMS, FAINT, INK, PARTS, PIXELS_PER_INCH, draw_images, png, show, subplots

# How colour-blind eyes see linear RGB: Machado, Oliveira and Fernandes 2009, table 1, severity 1.
EYES = {
    "most": np.eye(3),
    "protanope": np.array([[0.1523, 1.0526, -0.2049], [0.1145, 0.7863, 0.0992], [-0.0039, -0.0481, 1.0520]]),
    "deuteranope": np.array([[0.3673, 0.8606, -0.2280], [0.2801, 0.6725, 0.0474], [-0.0118, 0.0429, 0.9689]]),
}
SRGB_TO_XYZ = np.array([[0.4125, 0.3576, 0.1804], [0.2127, 0.7152, 0.0722], [0.0193, 0.1192, 0.9503]])
WHITE = np.array([0.9505, 1.0, 1.0891])
LOOKS = ARMS | PARTS
EASY_TO_TELL = 15  # CIELAB units; two colours side by side are just told apart at some 2


def lightness_and_colour(colour, eyes):
    """CIELAB coordinates of what `eyes` see."""
    value = np.array(to_rgb(colour))
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    share = SRGB_TO_XYZ @ np.clip(EYES[eyes] @ linear, 0, 1) / WHITE
    x, y, z = np.where(share > 0.008856, np.cbrt(share), (903.3 * share + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def distance(one, other, eyes):
    return float(np.linalg.norm(lightness_and_colour(one, eyes) - lightness_and_colour(other, eyes)))


def test_the_simulated_eyes_see_as_they_should():
    assert distance("#000000", "#ffffff", "most") == pytest.approx(100, abs=0.1)
    for eyes in EYES:
        assert distance("#808080", "#808080", eyes) == 0
    assert distance("#cc0000", "#4c6900", "most") > 80  # red and olive green
    assert min(distance("#cc0000", "#4c6900", "protanope"), distance("#cc0000", "#7a6500", "deuteranope")) < 40


@pytest.mark.parametrize("eyes", EYES)
def test_any_two_arms_or_parts_have_colours_that_can_be_told_apart(eyes):
    for one, other in combinations(LOOKS, 2):
        assert distance(LOOKS[one].colour, LOOKS[other].colour, eyes) > EASY_TO_TELL, (one, other)


def test_common_red_and_green_would_be_refused():
    assert distance("#2ca02c", "#d62728", "deuteranope") < EASY_TO_TELL < distance("#2ca02c", "#d62728", "most")


@pytest.mark.parametrize("part", ["colour", "marker", "line"])
def test_any_two_arms_and_any_two_parts_differ_in_more_than_their_colour(part):
    for looks, count in ((ARMS, 6), (PARTS, 3)):
        assert len({str(getattr(look, part)) for look in looks.values()}) == len(looks) == count


def test_every_arm_and_part_stands_out_from_the_paper():
    for look in LOOKS.values():
        assert distance(look.colour, "#ffffff", "most") > 30
    assert distance(INK, FAINT, "most") > 30


def test_a_figure_needs_a_text_alternative():
    figure, _ = subplots()
    for alt in ("", "  \n"):
        with pytest.raises(ValueError, match="alt is empty"):
            show(figure, alt)


def shown_image(html):
    return base64.b64decode(re.search(r'src="data:image/png;base64,([^"]+)"', html).group(1))


def test_a_figure_is_shown_with_its_text_alternative_escaped_and_sharp():
    figure, _ = subplots(5, 2)
    html = show(figure, '5 < 6 & "so" it falls').data
    assert 'alt="5 &lt; 6 &amp; &quot;so&quot; it falls"' in html and 'width="450"' in html
    assert imread(io.BytesIO(shown_image(html))).shape[:2] == (2 * 2 * PIXELS_PER_INCH, 5 * 2 * PIXELS_PER_INCH)


def test_a_picture_shows_what_was_drawn():
    figure, axes = subplots(2, 2)
    empty = imread(io.BytesIO(png(figure)))
    assert empty.shape[:2] == (2 * PIXELS_PER_INCH, 2 * PIXELS_PER_INCH)
    axes.set_xlim(0, 1)
    axes.axvspan(0.4, 0.6, color="red")
    red = (imread(io.BytesIO(png(figure)))[..., :3] == (1, 0, 0)).all(axis=-1)
    assert 0.05 < red.mean() < 0.25


def test_pyplot_stays_out():
    """It would keep every figure in memory, and show a figure a second time, without its text alternative."""
    code = "import sys, helpers.classroom.figures, helpers.classroom.panel as b; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "matplotlib.figure" in done.stdout.split() and "matplotlib.pyplot" not in done.stdout.split()


def test_the_style_is_in_force():
    figure, axes = subplots()
    axes.plot([0, 1])
    assert matplotlib.rcParams["font.size"] >= 12
    assert not axes.spines["top"].get_visible() and not axes.spines["right"].get_visible()
    assert axes.xaxis.get_gridlines()[0].get_visible() and axes.get_axisbelow()
    assert figure.get_layout_engine() is not None and axes.lines[0].get_linewidth() == 2


def test_images_stand_in_rows_each_under_its_title():
    figure, axes = subplots(4, 3)
    images = np.zeros((5, 8, 8))
    images[4] = 1
    draw_images(axes, images, list("abcde"), 2, 3)
    sheet = axes.images[0].get_array()
    assert sheet.sum() == 64 and sheet[-8:, 11:19].sum() == 64  # the fifth: second row, second column
    assert [text.get_text() for text in axes.texts] == list("abcde")
    assert [text.get_position()[0] for text in axes.texts] == [4.5, 14.5, 24.5, 4.5, 14.5]


def test_no_images_leave_an_empty_sheet():
    _, axes = subplots()
    draw_images(axes, np.zeros((0, 8, 8)), [], 2, 3)
    assert axes.images[0].get_array().shape == (24, 30)
