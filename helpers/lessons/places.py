"""What a trial in blocks found on each kind of data, in words and as a picture."""

from helpers.classroom.figures import ARMS, FAINT, INK, show, subplots
from helpers.classroom.plots import draw_rows, stretch_near_zero

from . import trials

KINDS = {
    "mnist1d": "MNIST-1D",
    "optdigits": "8×8 digits",
    "fashion": "clothes",
    "spambase": "spam",
    "magic": "gamma rays",
}


def label(claim, place):
    """A place as a reader knows it: by its trial's label, or the data set and, unless it is 1,000, the amount."""
    labels = trials.trials()[claim].labels
    if place in labels:
        return labels[place]
    kind, _, amount = place.rpartition("-")
    return KINDS[kind] if amount == "1000" else f"{KINDS[kind]} with {int(amount):,}"


def told(claim):
    """The difference at each place whose blocks are finished, in points, in the ledger's words."""
    found = trials.verdict(claim).differences
    return ", ".join(f"{label(claim, place)} {round(100 * one.mean, 1) + 0.0:+.1f}" for place, one in found.items())


def show_places(claim):
    """The difference at each place whose blocks are finished, with its interval, its margin and its own verdict."""
    found = trials.verdict(claim)
    names = {place: label(claim, place) for place in found.differences}
    figure, axes = subplots(8.5, 1.3 + 0.5 * len(names))
    draw_rows(axes, {names[place]: one for place, one in found.differences.items()}, {}, "{:+.1f}")
    blue = ARMS["dropout"].colour
    for row, place in enumerate(names):
        margin = 100 * found.margins[place]
        axes.plot([margin] * 2, [row + 0.05, row + 0.4], color=blue, linewidth=2)
        axes.annotate(f"{margin:.1f}", (margin, row + 0.4), (3, 0), textcoords="offset points", color=blue, fontsize=9)
        own = found.overall.places[place]
        axes.annotate(own, (1, row), (8, 0), ("axes fraction", "data"), "offset points", va="center", fontsize=10)
    axes.axvline(0, color=FAINT)
    smaller = ", smaller where few answers are wrong" if len({*found.margins.values()}) > 1 else ""
    axes.set_xlabel(f"difference (points); blue stroke: the margin{smaller}", color=INK)
    stretch_near_zero(axes, found.differences)
    held = [*found.overall.places.values()].count("holds")
    axes.set_title(f"Claim {claim}: {found.overall.verdict}. It holds in {held} of {len(names)} rows")
    listed = "; ".join(
        f"{names[place]}: {one}, {found.overall.places[place]}" for place, one in found.differences.items()
    )
    return show(figure, f"Claim {claim} in blocks. {listed}.")
