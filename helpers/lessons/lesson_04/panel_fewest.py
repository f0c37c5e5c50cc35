"""Signals read with as few neurons as possible: choose a shape, a drop rate and a learning rate, and watch."""

from dataclasses import dataclass

import ipywidgets
import numpy as np

from helpers.classroom.challenge import Challenge
from helpers.classroom.figures import FAINT, PARTS
from helpers.classroom.ghost import TRACE
from helpers.classroom.panel import LivePanel
from helpers.lab import Recipe, load_mnist1d
from helpers.lab.recipe import build
from helpers.nn import evaluate

NAME = "fewest"
FIND_OUT = "With how few neurons can you read 48 of 100 signals, and does a drop rate help?"
NETWORKS, EPOCHS, GOAL = 3, 60, 0.48
WIDTHS, DEPTHS, RATES = (8, 16, 32, 64, 128, 256), (1, 2, 3, 4), (0.0, 0.1, 0.2, 0.3, 0.5)
LEARNING_RATES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.04)
MASKS = {"for each example": "example", "for each batch": "batch", "for each epoch": "epoch", "only once": "forever"}


@dataclass(frozen=True)
class Progress:
    """After one epoch: the mean accuracy of the networks on both parts of the data, dropout off."""

    training: float
    validation: float


def run(data, state):
    """Yield the Progress of three networks, epoch by epoch."""
    settings = {name: state[name] for name in ("drop_rate", "masks", "learning_rate")}
    recipe = Recipe((state["width"],) * state["depth"], **settings, epochs=EPOCHS)
    first = NETWORKS * state["seed"]
    network, training, _ = build([recipe] * NETWORKS, range(first, first + NETWORKS), data)
    for _ in training:
        yield Progress(*(float(evaluate(network, part).accuracy.mean()) for part in (data.train, data.validation)))


def neurons(state):
    """How many hidden neurons the network has."""
    return state["depth"] * state["width"]


def named(state):
    """The network in words."""
    when = next(text for text, masks in MASKS.items() if masks == state["masks"])
    shape = f"{state['depth']} × {state['width']}"
    return f"{shape}, drop rate {state['drop_rate']}, drawn {when}, learning rate {state['learning_rate']}"


def draw(figure, state, results):
    """Both curves so far, and the goal."""
    axes = figure.subplots()
    epochs = np.arange(1, len(results) + 1)
    for name, look in ((name, PARTS[name]) for name in ("training", "validation")):
        percent = [100 * getattr(result, name) for result in results]
        axes.plot(epochs, percent, markevery=10, label=name, gid=TRACE, **look.style)
    axes.axhline(100 * GOAL, color=FAINT, linestyle="--")
    axes.annotate(f"goal: {GOAL:.0%}", (EPOCHS, 100 * GOAL), (0, 3), textcoords="offset points", ha="right")
    axes.set(xlabel="epoch", ylabel="accuracy (%)", xlim=(0, EPOCHS), ylim=(0, 103))
    axes.legend(loc="upper left")
    axes.set_title(f"{neurons(state)} hidden neurons")
    axes.text(EPOCHS, 3, named(state), ha="right", fontsize=11)
    if not results:
        return f"{neurons(state)} hidden neurons: {named(state)}. Press Start."
    last = results[-1]
    return (
        f"{neurons(state)} hidden neurons: {named(state)}. Epoch {len(results)} of {EPOCHS}: training "
        f"{last.training:.1%}, validation {last.validation:.1%}."
    )


def fewest(state, results):
    """The challenge's score: the number of hidden neurons, if in the end validation accuracy has reached the goal."""
    return neurons(state) if len(results) == EPOCHS and results[-1].validation >= GOAL else None


def show(data=None):
    """The panel; data: as load_mnist1d returns it, which it does itself without."""
    data = data or load_mnist1d(train=1000)
    slider = ipywidgets.SelectionSlider
    controls = {
        "width": slider(description="Neurons in a layer", options=WIDTHS, value=32),
        "depth": slider(description="Layers", options=DEPTHS, value=2),
        "drop_rate": slider(description="Drop rate", options=RATES, value=0.0),
        "masks": ipywidgets.Dropdown(description="Dropped neurons drawn", options=MASKS.items(), value="example"),
        "learning_rate": slider(description="Learning rate", options=LEARNING_RATES, value=0.01),
    }
    challenge = Challenge(
        f"read {GOAL:.0%} of the validation signals right after {EPOCHS} epochs, with as few neurons as you can.",
        fewest,
        better=min,
        text="{} neurons",
    )
    size = 9.0, 3.2
    return LivePanel("With how few?", controls, lambda state: run(data, state), draw, size, challenge)
