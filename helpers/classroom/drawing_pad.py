"""A sheet to draw on: with a mouse, a finger, a pen, or the keyboard."""

from pathlib import Path

import anywidget
import traitlets


class DrawingPad(anywidget.AnyWidget):
    """Strokes on a square sheet, as they are drawn.

    value: the strokes, each a list of points (x, y), from (0, 0) at the top left to (1, 1) at the bottom right.
    description: what to draw here, for those who cannot see the sheet.
    """

    _esm = Path(__file__).with_name("drawing_pad.js")
    value = traitlets.List().tag(sync=True)
    description = traitlets.Unicode().tag(sync=True)
