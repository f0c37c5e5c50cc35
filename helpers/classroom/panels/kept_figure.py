"""A figure that is drawn again and again, fast: its axes stay, and what is on them goes."""

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from ..figures import PIXELS_PER_INCH, png


class KeptFigure(Figure):
    """A figure whose `subplots` and `subplot_mosaic`, asked the same as for the last picture, give its axes, emptied.

    To make axes with their ticks and lay them out takes several times as long as to draw them. So they are kept, and
    the layout of the first picture holds. What a drawing sets besides (limits, labels, ticks, scales) stays: a drawing
    sets it in every state or in none. A figure drawn in another way (with a suptitle, twin axes, …) starts from
    nothing each time, which is slower.
    """

    def __init__(self, width, height):
        super().__init__(figsize=(width, height), dpi=PIXELS_PER_INCH)
        FigureCanvasAgg(self)
        self._asked = self._given = None  # the last call that made axes, and what it gave
        self._furniture = {}  # what the figure and each of its axes consist of before anything is drawn

    def wipe(self):
        """Take off what was drawn."""
        if not self._is_kept():
            self.clear()
            self._asked = None
            return
        for axes in self.axes:
            for artist in axes.get_children():
                if artist not in self._furniture[axes]:
                    artist.remove()
            for place in ("left", "center", "right"):
                axes.set_title("", loc=place)
            axes.containers.clear()
            axes.set_prop_cycle(None)
            axes.set_aspect("auto")
            axes.xaxis.set_inverted(False)
            axes.yaxis.set_inverted(False)
            axes.relim()
            axes.autoscale()

    def subplots(self, *shape, **options):
        return self._keep(super().subplots, shape, options)

    def subplot_mosaic(self, *shape, **options):
        return self._keep(super().subplot_mosaic, shape, options)

    def _keep(self, make, shape, options):
        asked = make.__name__, repr(shape), repr(options)
        if asked != self._asked:
            self.clear()
            self.set_layout_engine("constrained")
            self._asked, self._given = asked, make(*shape, **options)
            self._furniture = {part: part.get_children() for part in (self, *self.axes)}
        return self._given

    def png(self):
        """The figure as the bytes of a PNG."""
        if not self._is_kept():
            self.set_layout_engine("constrained")
            return png(self)
        data = png(self)
        self.set_layout_engine("none")
        return data

    def _is_kept(self):
        return self.get_children() == self._furniture.get(self)
