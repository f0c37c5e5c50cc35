"""What the course draws: curves with bands, estimates with intervals, heat maps, boundaries, digits and signals.

Each draws on axes that it is given. A look is one of `figures.ARMS`, so that an arm looks the same everywhere.
"""

import numpy as np

from .figures import FAINT, INK
from .ghost import TRACE


def draw_signal(axes, signal, title=""):
    """One example of MNIST-1D, from the first number to the last."""
    axes.plot(signal, np.arange(len(signal)), color=INK)
    axes.invert_yaxis()
    axes.set_title(title, loc="center", fontsize=11, pad=4)
    axes.set(xticks=[], yticks=[], xlim=(-4.5, 4.5))
    axes.spines[:].set_visible(False)
    axes.grid(False)


def draw_curves(axes, values, look, label, unit=100, epochs=None):
    """Mean over the networks as a line with markers, and a band from the lowest to the highest.

    values: (networks, epochs), times `unit` (100 makes percent of a fraction).  epochs: their numbers, from 1 without.
    The label stands at the line's right end.
    """
    values = unit * np.asarray(values)
    epochs = np.arange(1, values.shape[1] + 1) if epochs is None else epochs
    mean = values.mean(axis=0)
    axes.plot(epochs, mean, markevery=max(1, len(epochs) // 6), label=label, **look.style)
    axes.fill_between(epochs, values.min(axis=0), values.max(axis=0), color=look.colour, alpha=0.2, linewidth=0)
    axes.annotate(label, (epochs[-1], mean[-1]), (6, 0), textcoords="offset points", va="center", color=look.colour)
    axes.set_xlabel("epoch")


def draw_estimates(axes, x, estimates, look, label):
    """An Estimate at each x, in percent: a marker, and a bar for its interval; a line joins them."""
    mean, low, high = (100 * np.array([getattr(e, part) for e in estimates]) for part in ("mean", "low", "high"))
    axes.errorbar(x, mean, [mean - low, high - mean], label=label, capsize=4, **look.style)


def draw_rows(axes, estimates, looks=None, text=None):
    """Estimates in percent, one a row: a marker, a bar for the interval, and `text` of the mean above the marker.

    estimates: label -> Estimate.  looks: label -> Arm; dots without it.  text: a format for the mean in percent.
    """
    for row, (label, estimate) in enumerate(estimates.items()):
        colour, marker = (looks[label].colour, looks[label].marker) if looks else (INK, "o")
        axes.plot([100 * estimate.low, 100 * estimate.high], [row, row], color=colour)
        axes.plot(100 * estimate.mean, row, marker, color=colour)
        if text:
            place, rounded = (100 * estimate.mean, row), round(100 * estimate.mean, 1) + 0.0  # never -0.0
            look = {"ha": "center", "bbox": {"facecolor": "white", "edgecolor": "none", "pad": 0.5}}  # over any line
            axes.annotate(text.format(rounded), place, (0, 8), textcoords="offset points", **look)
    axes.set(yticks=range(len(estimates)), yticklabels=estimates, ylim=(len(estimates) - 0.5, -0.7 if text else -0.5))
    axes.grid(axis="y", visible=False)


def draw_differences(axes, estimates, margin=None):
    """Differences as dots with their intervals, one a row, in points. estimates: label -> Estimate."""
    draw_rows(axes, estimates, text="{:+.1f}")
    axes.axvline(0, color=FAINT)
    if margin is not None:
        axes.axvline(100 * margin, color=FAINT, linestyle="--")
        axes.annotate("margin", (100 * margin, -0.66), (4, 0), textcoords="offset points", color="#666666", va="top")
    axes.set_xlabel("difference (points)")


def stretch_near_zero(axes, estimates):
    """Where one difference is far larger than another: a scale that gives the few points around 0 half of the width.

    estimates: label -> Estimate, in points on the x-axis.  Where all are of one size, the scale stays as it is.
    """
    farthest = [100 * max(abs(one.low), abs(one.high)) for one in estimates.values()]
    if max(farthest) <= max(20, 10 * min(farthest)):
        return
    low, high = min(-1, 100 * min(one.low for one in estimates.values())), max(farthest)
    axes.set_xscale("symlog", linthresh=5, linscale=1.5)
    ticks = [sign * tick for tick in (1, 2, 5, 10, 20, 50, 100) for sign in (-1, 1) if low <= sign * tick <= high]
    axes.set_xticks([0, *ticks], labels=[0, *ticks])
    axes.set_xticks([], minor=True)
    axes.set_xlim(1.2 * low, 1.4 * high)
    axes.set_xlabel(f"{axes.get_xlabel()}; stretched near 0")


def draw_heat_map(axes, values, rows, columns, text="{:.0f}"):
    """A table in which darker is more; each field has its number, too. values: (len(rows), len(columns))."""
    values = np.asarray(values)
    axes.imshow(values, cmap="Blues", aspect="auto")
    middle = (np.nanmin(values) + np.nanmax(values)) / 2
    for place in np.ndindex(values.shape):
        colour = "white" if values[place] > middle else INK
        axes.text(place[1], place[0], text.format(values[place]), ha="center", va="center", color=colour)
    axes.set(xticks=range(len(columns)), xticklabels=columns, yticks=range(len(rows)), yticklabels=rows)
    axes.grid(False)


def plane_around(x, steps=70):
    """A grid over the plane that holds all of `x` (examples, 2): its points (steps², 2), float32, and its edges."""
    low, high = x.min(axis=0) - 0.3, x.max(axis=0) + 0.3
    across, up = np.meshgrid(*(np.linspace(low[i], high[i], steps, dtype=np.float32) for i in (0, 1)))
    return np.stack([across.ravel(), up.ravel()], axis=1), (low[0], high[0], low[1], high[1])


def draw_boundary(axes, probability, edges, x, labels):
    """Two classes in the plane: where which is predicted, and the examples.

    probability: of class 1 at the points of `plane_around`, (steps²,); edges: as it gives them.
    """
    steps = round(len(probability) ** 0.5)
    level = np.reshape(probability, (steps, steps))
    axes.imshow(level, extent=edges, origin="lower", cmap="PuOr", vmin=-0.3, vmax=1.3, aspect="auto")
    if level.min() < 0.5 < level.max():
        axes.contour(level, levels=[0.5], extent=edges, colors=INK, linewidths=1.5).set_gid(TRACE)
    for label, marker, colour in ((0, "o", "#8c4a00"), (1, "^", "#3d2669")):
        mine = labels == label
        axes.plot(*x[mine].T, marker, color=colour, markersize=5, markeredgecolor="white", markeredgewidth=0.5)
    axes.set(xticks=[], yticks=[], xlim=edges[:2], ylim=edges[2:])
    axes.grid(False)
