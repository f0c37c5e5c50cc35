"""A network drawn as a network: for each batch some neurons are dropped, and in the end every one has worked."""

import ipywidgets
import numpy as np
from matplotlib.collections import LineCollection

from helpers.classroom.challenge import Challenge
from helpers.classroom.figures import ARMS, FAINT, INK
from helpers.classroom.ghost import TRACE
from helpers.classroom.panel import LivePanel
from helpers.nn import Fresh, Shared

NAME = "lanes"
FIND_OUT = "Each batch drops other neurons. Does everybody get a turn?"
COLUMNS = (4, 8, 6, 3)  # inputs, two hidden layers, outputs
BATCHES = 60
COLOURS = {1: ARMS["dropout"].colour, 2: ARMS["L2"].colour}  # of the hidden layers
UNDER = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}  # a name, so that no line crosses it
SOON = 10  # batches within which the challenge wants every neuron to work


def run(state):
    """Yield, batch by batch, which neurons of the two hidden layers work: one mask for the whole batch."""
    noise = Shared(Fresh([state["seed"]]))
    for _ in range(BATCHES):
        rates = enumerate((state["first"], state["second"]), start=1)
        yield [noise.mask(at, (1, 1, COLUMNS[at]), rate / 100)[0, 0] for at, rate in rates]


def draw(figure, state, results):
    """The network with this batch's neurons on the left, how often each has worked on the right."""
    network, tally = figure.subplots(1, 2, width_ratios=[1.6, 1])
    works = [np.ones(count, bool) for count in COLUMNS]
    if results:
        works[1], works[2] = results[-1]
    _draw_network(network, works)
    counts = [
        np.sum([masks[layer] for masks in results], axis=0) if results else np.zeros(COLUMNS[layer + 1])
        for layer in (0, 1)
    ]
    labels = [f"{name}{neuron + 1}" for name, count in zip("ab", counts, strict=True) for neuron in range(len(count))]
    worked, places = np.concatenate(counts), np.arange(len(labels))
    colours = np.where(places < COLUMNS[1], COLOURS[1], COLOURS[2])
    for bar in tally.barh(places, worked, color=colours):
        bar.set_gid(TRACE)
    tally.set(yticks=places, yticklabels=labels, ylim=(len(labels) - 0.5, -0.5), xlabel="batches worked")
    tally.set_xlim(0, SOON * max(1, -(-len(results) // SOON)))
    tally.grid(axis="y", visible=False)
    if not results:
        rates = f"{state['first']} % and {state['second']} %"
        network.set_title(f"All there; next, about {rates} are dropped")
        tally.set_title("Nobody has worked yet")
        return f"All neurons are there. In each batch about {rates} will be dropped: press Step, or Start."
    dropped = zip("ab", results[-1], strict=True)
    away = [f"{name}{neuron + 1}" for name, mask in dropped for neuron in np.flatnonzero(~mask)]
    idle = [label for label, times in zip(labels, worked, strict=True) if times == 0]
    early = np.concatenate([np.any([masks[layer] for masks in results[:SOON]], axis=0) for layer in (0, 1)]).sum()
    in_time = f" After the first {SOON} batches, {early} of {len(labels)} had worked." if len(results) > SOON else ""
    network.set_title(f"Batch {len(results)}: {len(away)} of {len(labels)} neurons are dropped")
    tally.set_title(f"{len(labels) - len(idle)} of {len(labels)} have worked")
    return (
        f"Batch {len(results)}: {', '.join(away) or 'no neuron'} dropped, with all connections to and from. "
        f"{'Not one batch yet: ' + ', '.join(idle) if idle else 'Every neuron has worked by now'}; "
        f"on average each worked in {worked.mean() / len(results):.0%} of the batches.{in_time}"
    )


def _draw_network(axes, works):
    """Columns of neurons, joined by lines; what is dropped is faint and crossed."""
    heights = [np.linspace(0, 1, len(column) + 2)[1:-1][::-1] for column in works]
    on, off = [], []
    for at in range(len(works) - 1):
        for i, j in np.ndindex(len(works[at]), len(works[at + 1])):
            line = ((at, heights[at][i]), (at + 1, heights[at + 1][j]))
            (on if works[at][i] and works[at + 1][j] else off).append(line)
    axes.add_collection(LineCollection(off, colors="#eeeeee", linewidths=0.6))
    axes.add_collection(LineCollection(on, colors="#8a8a8a", linewidths=0.8))
    for at, (column, height) in enumerate(zip(works, heights, strict=True)):
        axes.plot(np.full(column.sum(), at), height[column], "o", color=INK, markersize=11)
        axes.plot(np.full((~column).sum(), at), height[~column], "x", color=COLOURS.get(at, FAINT), markersize=9)
        for neuron, y in enumerate(height):
            if 0 < at < len(works) - 1:
                name = f"{'_ab'[at]}{neuron + 1}"
                axes.annotate(
                    name, (at, y), (9, 5), textcoords="offset points", fontsize=11, color=COLOURS[at], bbox=UNDER
                )
    columns = ["inputs", "first (a)", "second (b)", "outputs"]
    axes.set(xticks=range(len(works)), xticklabels=columns, yticks=[], ylim=(0, 1))
    for at, colour in COLOURS.items():
        axes.get_xticklabels()[at].set_color(colour)
    axes.set_xlim(-0.3, len(works) - 0.7)
    axes.spines[:].set_visible(False)
    axes.grid(False)


def most_dropped(state, results):
    """The challenge's score: the mean drop rate, if every neuron has worked soon enough."""
    every_unit_has = all(np.any([masks[layer] for masks in results], axis=0).all() for layer in (0, 1))
    return (state["first"] + state["second"]) / 2 if every_unit_has and len(results) <= SOON else None


def show():
    """The panel."""
    controls = {
        name: ipywidgets.IntSlider(description=f"Dropped in the {name} layer (%)", min=0, max=90, step=10, value=value)
        for name, value in (("first", 50), ("second", 20))
    }
    challenge = Challenge(
        f"set both rates as high as you can; every neuron must work at least once in {SOON} batches. Score: the mean "
        "of the two rates.",
        most_dropped,
        better=max,
        text="{:g} %",
    )
    return LivePanel("Who works today?", controls, run, draw, size=(9.0, 3.6), challenge=challenge, speed=3)
