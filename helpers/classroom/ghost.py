"""The last run, seen again behind the new one: fainter, dotted, and labelled."""

from dataclasses import dataclass

from matplotlib.collections import Collection
from matplotlib.patches import Patch, PathPatch

TRACE = "trace"  # the gid of whatever is to be seen again: axes.plot(…, gid=TRACE)
STYLE = {"edgecolor": "#555555", "fill": False, "linewidth": 1.5, "linestyle": (0, (1, 1.5)), "zorder": 3}


@dataclass(frozen=True)
class Ghost:
    """What a figure showed. name: what it is called.  state: what made it.  paths: (number of the axes, outline) each.

    It is drawn on a figure that has the same axes, in the same order.
    """

    name: str
    state: dict
    paths: list

    @classmethod
    def of(cls, figure, name, state):
        """The ghost of all that stands on the figure with gid=TRACE: lines, contours, stairs and other patches."""
        marked = [
            (number, artist)
            for number, axes in enumerate(figure.axes)
            for artist in axes.get_children()
            if artist.get_gid() == TRACE
        ]
        return cls(name, state, [(number, path) for number, artist in marked for path in _outlines(artist)])

    def draw(self, figure, state):
        """Draw it; returns a sentence that tells in which settings it differs from `state`."""
        for number, path in self.paths:
            figure.axes[number].add_artist(PathPatch(path, **STYLE))
        first = figure.axes[self.paths[0][0]]
        first.set_title(f"···· {self.name}", loc="right", fontsize=11, color=STYLE["edgecolor"])
        changed = [f"{name}={value!r}" for name, value in self.state.items() if state[name] != value]
        return f"Dotted: {self.name}, with {', '.join(changed) or 'the same settings'}."


def _outlines(artist):
    """What is drawn, as paths in the units of its axes."""
    if isinstance(artist, Collection):
        return artist.get_paths()
    path = artist.get_path()
    return [artist.get_patch_transform().transform_path(path) if isinstance(artist, Patch) else path]
