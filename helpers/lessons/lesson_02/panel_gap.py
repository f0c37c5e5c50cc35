"""Amount of data and width against the gap between training and validation, from lesson 2's full-size run."""

import ipywidgets
import numpy as np

from helpers.classroom.challenge import Challenge
from helpers.classroom.figures import FAINT, INK, PARTS
from helpers.classroom.ghost import TRACE
from helpers.classroom.panel import Panel
from helpers.classroom.plots import draw_estimates

from . import experiment

NAME = "gap"
FIND_OUT = "Is there any number of examples for which a larger network is clearly worse than a smaller one?"
GOAL = 0.5  # of the test examples


def gap_of(cell):
    """By how many points training accuracy lies above validation accuracy at the end."""
    return 100 * (cell.training[-1] - cell.validation[-1])


def smallest_gap(grid, state):
    """The challenge's score: the gap, where the test accuracy is high enough."""
    cell = grid[state["amount"]][state["width"]]
    return gap_of(cell) if cell.test.mean >= GOAL else None


def draw(grid, figure, state):
    """Curves of the pair that is chosen on the left; all widths at this amount of data on the right."""
    amount, width = state["amount"], state["width"]
    cells = grid[amount]
    cell, widths = cells[width], [*cells]
    left, right = figure.subplots(1, 2)
    epochs = np.arange(1, len(cell.training) + 1)
    for name in ("training", "validation"):
        look = PARTS[name]
        percent = 100 * np.array(getattr(cell, name))
        left.plot(epochs, percent, markevery=10, gid=TRACE, **look.style)
        place = epochs[-1], percent[-1]
        left.annotate(name, place, (0, -6), textcoords="offset points", ha="right", va="top")
    gap = gap_of(cell)
    left.set(xlabel="epoch", ylabel="accuracy (%)", xlim=(0, len(epochs)), ylim=(0, 103))
    left.set_title(f"A gap of {gap:.0f} points")
    tests = [cells[w].test for w in widths]
    draw_estimates(right, widths, tests, PARTS["test"], "test")
    right.lines[0].set_gid(TRACE)
    right.axvline(width, color=FAINT)
    right.plot(width, 100 * cell.test.mean, "o", color=INK, markersize=11, fillstyle="none")
    limits = {"xlim": (0.8 * widths[0], 1.25 * widths[-1]), "ylim": (15, 75)}
    right.set(xscale="log", xlabel="neurons in a layer", ylabel="test accuracy (%)", **limits)
    right.set_xticks(widths, [str(w) for w in widths])
    right.minorticks_off()
    best = widths[int(np.argmax([estimate.mean for estimate in tests]))]
    right.set_title(f"With {amount:,} examples width {best} is best")
    return (
        f"{amount:,} training examples, two layers of {width}: {cell.training[-1]:.0%} of the training examples "
        f"right, {cell.validation[-1]:.0%} of the validation examples, a gap of {gap:.0f} points; "
        f"test {cell.test.as_percent()}."
    )


def show():
    """The panel; it shows the stored results of the full-size run."""
    grid = experiment.grid()
    widths = [*next(iter(grid.values()))]
    controls = {
        "amount": ipywidgets.SelectionSlider(
            description="Training examples", options=[(f"{amount:,}", amount) for amount in grid], value=1000
        ),
        "width": ipywidgets.SelectionSlider(description="Neurons in a layer", options=widths, value=64),
    }
    challenge = Challenge(
        f"the smallest gap with at least {GOAL:.0%} of the test examples right.",
        lambda state: smallest_gap(grid, state),
        better=min,
        text="{:.0f} points",
    )
    drawing = lambda figure, state: draw(grid, figure, state)  # noqa: E731
    return Panel("How large is the gap?", controls, drawing, size=(9.0, 3.4), challenge=challenge)
