"""One style for all pictures, and `show`, which gives each its text alternative.

Figures are made with `subplots` from here, not with pyplot, which would keep every one of them in memory.
"""

import base64
import html
import io
from dataclasses import dataclass
from pathlib import Path

import matplotlib.style
import numpy as np
from IPython.display import HTML
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import imsave

matplotlib.style.use(Path(__file__).with_name("course.mplstyle"))

PIXELS_PER_INCH = 90  # on the page; the picture itself has twice as many, for sharp screens


@dataclass(frozen=True)
class Arm:
    """How one arm of an experiment, or one part of the data, is drawn, everywhere: never by its colour alone."""

    colour: str
    marker: str
    line: str | tuple

    @property
    def style(self):
        """The look as matplotlib's plot and errorbar take it."""
        return {"color": self.colour, "marker": self.marker, "linestyle": self.line}


# Okabe and Ito's colours, which colour-blind readers can tell apart (jfly.uni-koeln.de/color).
ARMS = {
    "plain": Arm("#D55E00", "o", "-"),
    "smaller": Arm("#E69F00", "s", "--"),
    "dropout": Arm("#0072B2", "^", (0, (8, 1.5))),
    "L1": Arm("#CC79A7", "D", "-."),
    "L2": Arm("#009E73", "v", ":"),
    "max-norm": Arm("#56B4E9", "P", (0, (4, 1, 1, 1, 1, 1))),
}
INK, FAINT = "#222222", "#999999"

# The parts of the data are no arms, so they have looks of their own.
PARTS = {
    "training": Arm("#7A4A1E", "X", "-"),
    "validation": Arm("#332288", "p", (0, (4, 2))),
    "test": Arm(INK, "d", (0, (1, 1))),
}


def subplots(width=8.0, height=3.4, rows=1, columns=1, **options):
    """A new figure of the course's style, `width` × `height` inches, and its axes (as in pyplot.subplots)."""
    figure = Figure(figsize=(width, height), dpi=PIXELS_PER_INCH)
    FigureCanvasAgg(figure)
    return figure, figure.subplots(rows, columns, **options)


def png(figure, dpi=PIXELS_PER_INCH):
    """The figure as the bytes of a PNG, drawn and compressed fast rather than small."""
    figure.set_dpi(dpi)
    figure.canvas.draw()  # savefig would lay it out twice
    return compressed(figure)


def compressed(figure):
    """What the figure's canvas shows, as the bytes of a PNG."""
    buffer = io.BytesIO()
    imsave(buffer, figure.canvas.buffer_rgba(), format="png", pil_kwargs={"compress_level": 1})
    return buffer.getvalue()


def image_tag(data, alt, width=None):
    """An HTML <img> that holds the PNG `data` itself, with the text alternative `alt`."""
    size = f' width="{width}"' if width else ""
    source = f"data:image/png;base64,{base64.b64encode(data).decode()}"
    return f'<img alt="{html.escape(alt)}"{size} style="max-width: 100%; height: auto" src="{source}">'


def show(figure, alt):
    """The figure for the notebook; `alt` says in words what it shows, for those who cannot see it."""
    if not alt.strip():
        raise ValueError('alt is empty, but it must say what the figure shows. For example: show(figure, "It falls.")')
    width = round(figure.get_figwidth() * PIXELS_PER_INCH)
    return HTML(image_tag(png(figure, 2 * PIXELS_PER_INCH), alt, width))


def draw_image(axes, image, title="", frame=False):
    """One grey-scale picture, without ticks.  frame: a line around it, where its edge is as white as the page."""
    axes.imshow(image)
    axes.set_title(title, loc="center", fontsize=11, pad=4)
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set(visible=frame, color=FAINT, linewidth=0.8)
    axes.grid(False)


def draw_images(axes, images, titles, rows, columns):
    """Grey-scale pictures (count, height, width), of values from 0 to 1, in a grid on one axes, each with a title."""
    _, height, width = images.shape
    tall, wide = height + 4, width + 2  # with room for the title, and a gap on both sides
    sheet = np.zeros((rows * tall, columns * wide))
    for number, (image, title) in enumerate(zip(images, titles, strict=True)):
        top, left = tall * (number // columns) + 4, wide * (number % columns) + 1
        sheet[top : top + height, left : left + width] = image
        axes.text(left + (width - 1) / 2, top - 1.3, title, ha="center", fontsize=11)
    axes.imshow(sheet, vmin=0, vmax=1, interpolation="nearest")
    axes.axis("off")
