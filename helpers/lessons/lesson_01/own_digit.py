"""Draw a digit, and have it read by a network that was trained on other people's."""

import ipywidgets
import numpy as np

from helpers.classroom.drawing_pad import DrawingPad
from helpers.classroom.drawn_digit import DOTS, EXAMPLE, FIELD, bitmap, pixels
from helpers.classroom.figures import ARMS, FAINT, draw_image
from helpers.classroom.panel import Panel
from helpers.nn import softmax

NOTE = """<div style="line-height: 1.4; max-width: 85ch"><b>Where it fails, and why.</b> The network has seen the digits
of 30 people, each centred, stretched to a box and thickened by a program; your drawing goes through the same steps.
What none of the 30 wrote, it cannot know: try a 1 with a flag, a 7 with a bar, a digit that lies on its side. And it
cannot say <i>this is no digit</i>: draw a face, and it still shares out 100 % among the ten.</div>"""


def probabilities(network, strokes):
    """What the network gives to each of the ten digits; the mean, if it is a stack of several networks."""
    return softmax(network.forward(pixels(bitmap(strokes)).astype(network.dtype))).mean(axis=0)[0]


def draw(figure, network, strokes):
    """The dots, the pixels counted from them, and how likely each digit is."""
    axes = figure.subplots(1, 3, width_ratios=[1, 1, 1.7])
    dots = bitmap(strokes)
    draw_image(axes[0], dots, f"{DOTS} × {DOTS} dots")
    side = DOTS // FIELD
    draw_image(axes[1], pixels(dots).reshape(side, side), f"{side} × {side} pixels")
    for image in (*axes[0].images, *axes[1].images):
        image.set_clim(0, 1)
    axes[2].set(xticks=range(10), xlim=(-0.6, 9.6), ylim=(0, 103), ylabel="probability (%)")
    axes[2].grid(axis="x", visible=False)
    if not strokes:
        axes[2].set_title("draw a digit")
        return "Nothing is drawn: draw a digit on the sheet."
    percent = 100 * probabilities(network, strokes)
    first, second = np.argsort(percent)[:-3:-1]
    axes[2].bar(range(10), percent, color=np.where(np.arange(10) == first, ARMS["dropout"].colour, FAINT))
    sure = f"{percent[first]:.0f} %" if percent[first] < 99.5 else "more than 99 %"
    axes[2].set_title(f"{sure} a {first}")
    next_best = f" Next comes a {second}, with {percent[second]:.0f} %." if percent[second] >= 1 else ""
    return f"The network reads a {first}, with {sure}.{next_best}"


class OwnDigit(Panel):
    """The sheet, what the network makes of it, and why it may be wrong."""

    settings = ""  # strokes are too long to be copied

    def __init__(self, network):
        pad = DrawingPad(value=EXAMPLE, description="Draw a digit here.", layout={"width": "auto"})
        drawing = lambda figure, state: draw(figure, network, state["strokes"])  # noqa: E731
        super().__init__("Draw a digit", {"strokes": pad}, drawing, size=(7.0, 2.7))
        heading, *_, in_page = self.children
        self.children = heading, ipywidgets.HBox([pad, self.picture]), ipywidgets.HTML(NOTE), in_page
        self.add_class("course-drawing")


def show(network):
    """A sheet to draw on, and what `network`, a trained Network of 64 inputs and ten outputs, reads there."""
    return OwnDigit(network)
