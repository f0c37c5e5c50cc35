"""A figure that is drawn again and again, fast: its axes stay, and what is on them goes.

Most of the time for a picture goes into the axes: to make them, lay them out and draw their ticks, labels and grid.
So the axes are kept, the layout of the first picture holds, and the frames (the axes with nothing on them) are drawn
anew only when they look different. What is on the axes is drawn over them.
"""

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from .figures import PIXELS_PER_INCH, compressed, png


class KeptFigure(Figure):
    """A figure whose `subplots` and `subplot_mosaic`, asked the same as for the last picture, give its axes, emptied.

    What a drawing sets besides (limits, labels, ticks, scales) stays: a drawing sets it in every state or in none. A
    figure drawn in another way (with a suptitle, twin axes, …) starts from nothing each time, which is slower.
    """

    def __init__(self, width, height):
        super().__init__(figsize=(width, height), dpi=PIXELS_PER_INCH)
        FigureCanvasAgg(self)
        self._asked = self._given = None  # the last call that made axes, and what it gave
        self._furniture = {}  # what the figure and each of its axes consist of before anything is drawn
        self._frames = self._frames_look = None  # the axes with nothing on them, and what that depends on

    def clear(self, keep_observers=False):
        """Start from nothing: the next picture is laid out anew, as where names on its axes have other lengths."""
        super().clear(keep_observers)
        self._asked = None

    def wipe(self):
        """Take off what was drawn."""
        if not self._is_kept():
            self.clear()
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
            self._furniture = {part: set(part.get_children()) for part in (self, *self.axes)}
            self._frames_look = None
        return self._given

    def _is_kept(self):
        return set(self.get_children()) == self._furniture.get(self)

    def png(self):
        """The figure as the bytes of a PNG."""
        if not self._is_kept():
            self.set_layout_engine("constrained")
            return png(self)
        if self._frames_look is None:
            self.draw_without_rendering()  # which lays it out
            self.set_layout_engine("none")
        look = [_look(axes) for axes in self.axes]
        contents = [artist for axes in self.axes for artist in self._on(axes)]
        if look == self._frames_look:
            self.canvas.restore_region(self._frames)
        else:
            self._draw_frames(contents)
            self._frames_look = look
        for artist in contents:
            artist.draw(self.canvas.get_renderer())
        return compressed(self)

    def _on(self, axes):
        """What is on the axes, titles too, in the order in which it is drawn."""
        added = [part for part in axes.get_children() if isinstance(part, Text) or part not in self._furniture[axes]]
        return sorted(added, key=lambda artist: artist.get_zorder())

    def _draw_frames(self, contents):
        shown = [artist for artist in contents if artist.get_visible()]
        for artist in shown:
            artist.set_visible(False)
        self.canvas.draw()
        self._frames = self.canvas.copy_from_bbox(self.bbox)
        for artist in shown:
            artist.set_visible(True)


def _look(axes):
    """All that the look of empty axes depends on."""
    locator = axes.get_axes_locator()
    axes.apply_aspect(locator and locator(axes, axes.figure.canvas.get_renderer()))
    look = [axes.get_position().bounds, axes.axison, axes.get_facecolor(), axes.get_frame_on(), axes.get_visible()]
    look += [(spine.get_visible(), spine.get_edgecolor(), spine.get_linewidth()) for spine in axes.spines.values()]
    for axis in (axes.xaxis, axes.yaxis):
        label = axis.label
        look += [axis.get_visible(), axis.get_view_interval().tolist(), axis.get_scale(), axis.get_label_position()]
        look += [label.get_text(), label.get_color(), label.get_size(), label.get_visible()]
        for which, places, formatter in (
            ("major", axis.get_majorticklocs(), axis.get_major_formatter()),
            ("minor", axis.get_minorticklocs(), axis.get_minor_formatter()),
        ):
            look += [list(places), formatter.format_ticks(places), axis.get_tick_params(which)]
    return repr(look)
