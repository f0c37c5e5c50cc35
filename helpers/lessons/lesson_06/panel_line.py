"""Noisy moons in the plane: watch where the network draws the line, and what dropout does to it."""

from dataclasses import dataclass
from functools import lru_cache

import ipywidgets
import numpy as np

from helpers.classroom.challenge import Challenge
from helpers.classroom.panel import LivePanel
from helpers.classroom.plots import draw_boundary, plane_around
from helpers.lab import moons
from helpers.nn import Adam, Network, evaluate, mlp, softmax, train

NAME = "line"
FIND_OUT = "Without dropout, does a wide network go round single points? At which drop rate does it stop doing so?"
EPOCHS, MOST_EPOCHS_A_PICTURE = 800, 10
WORK_A_PICTURE = 3 * 10**6  # weights times steps: about a twentieth of a second


@dataclass(frozen=True, eq=False)
class Progress:
    """After some epochs: the probability of class 1 over the plane, and both accuracies."""

    epoch: int
    probability: np.ndarray
    training: float
    test: float


@lru_cache
def examples_of(points, spread, seed):
    """The moons with so many points and so much spread: Data, and what the seed draws, x (points, 2) and labels."""
    data = moons(points, spread, test=2000)
    return data, *data.train.take(data.train.rows([seed])[0])


def run(state):
    """Yield the Progress of one network, every few epochs: the more, the faster they are."""
    data, x, _ = examples_of(state["points"], state["spread"], state["seed"])
    points, _ = plane_around(x)
    layers = mlp(2, *[state["width"]] * state["depth"], 2, drop_rate=state["drop_rate"])
    network = Network(layers, seeds=[state["seed"]])
    batch_size = batch_size_for(state["points"])
    every = epochs_a_picture(network.parameters.size, state["points"] // batch_size)
    for epoch in train(network, data.train, Adam(0.005), EPOCHS, batch_size):
        if epoch.number % every == 0:
            probability = softmax(network.forward(points))[0, :, 1]
            seen = (float(evaluate(network, examples).accuracy[0]) for examples in (data.train, data.test))
            yield Progress(epoch.number, probability, *seen)


def batch_size_for(points):
    """Two steps an epoch, whatever the number of points, or many points would take too long; few points take one."""
    return max(20, points // 2)


def epochs_a_picture(weights, steps):
    """How many epochs, of so many steps each, there are from one picture to the next; EPOCHS is a multiple of it."""
    allowed = min(MOST_EPOCHS_A_PICTURE, WORK_A_PICTURE // (weights * steps))
    return max(every for every in range(1, max(allowed, 1) + 1) if EPOCHS % every == 0)


def draw(figure, state, results):
    """The plane with the examples, and the boundary so far."""
    axes = figure.subplots()
    _, x, labels = examples_of(state["points"], state["spread"], state["seed"])
    points, edges = plane_around(x)
    network = f"{state['depth']} × {state['width']} neurons, drop rate {state['drop_rate']}"
    if not results:
        draw_boundary(axes, np.full(len(points), 0.5), edges, x, labels)
        axes.set_title(f"{network}: press Start")
        return f"{state['points']} points of two noisy moons (spread {state['spread']}). {network}; not trained yet."
    last = results[-1]
    draw_boundary(axes, last.probability, edges, x, labels)
    axes.set_title(f"Epoch {last.epoch}: training {last.training:.0%}, test {last.test:.1%}")
    return (
        f"{network}, {state['points']} points with spread {state['spread']}, after {last.epoch} epochs: "
        f"{last.training:.0%} of the points it trains on are right, {last.test:.1%} of 2,000 others."
    )


def most_fitted(state, results):
    """The challenge's score: the share of the points it trains on that are right, where there are enough of them."""
    return results[-1].training if state["points"] >= 500 and state["spread"] >= 0.3 else None


def show():
    """The panel."""
    slider = ipywidgets.SelectionSlider
    controls = {
        "width": slider(description="Width", options=[2, 4, 8, 16, 32, 64, 128, 256], value=256),
        "depth": slider(description="Depth", options=[1, 2, 3, 4], value=2),
        "drop_rate": slider(description="Drop rate", options=[0.0, 0.1, 0.2, 0.3, 0.5, 0.7], value=0.0),
        "spread": slider(description="Spread", options=[0.1, 0.2, 0.3, 0.4, 0.5], value=0.4),
        "points": slider(description="Points", options=[20, 50, 100, 200, 500], value=100),
    }
    challenge = Challenge(
        "500 points of spread 0.3 or more, all of them right in training.",
        most_fitted,
        better=max,
        text="{:.1%} of them",
    )
    return LivePanel("Draw the line", controls, run, draw, size=(7.0, 3.6), challenge=challenge)
