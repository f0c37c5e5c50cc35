"""Choose regularisers and their strengths, and watch the curves, the gap and the weights."""

from dataclasses import dataclass
from textwrap import fill

import ipywidgets
import numpy as np

from helpers.classroom.challenge import Challenge
from helpers.classroom.figures import INK, PARTS
from helpers.classroom.ghost import TRACE
from helpers.classroom.panel import LivePanel
from helpers.lab import Recipe, load_mnist1d
from helpers.lab.recipe import build
from helpers.nn import evaluate

NAME = "strengths"
FIND_OUT = "Which of the five brings training and validation together, and at what price?"
NETWORKS, EPOCHS, LEARNING_RATE = 3, 60, 0.005
STRENGTHS = {  # setting -> what it is called, and what can be chosen
    "drop_rate": ("Drop rate", (0, 0.1, 0.2, 0.3, 0.5, 0.7)),
    "l1": ("L1", (0, 0.01, 0.03, 0.1, 0.3, 1)),
    "l2": ("L2", (0, 0.0003, 0.001, 0.003, 0.01, 0.03)),
    "max_norm": ("Max-norm", (0, 4, 3, 2, 1, 0.5)),
    "activity": ("Activity penalty", (0, 0.001, 0.003, 0.01, 0.03, 0.1)),
}
EDGES = np.linspace(-1, 1, 42)


@dataclass(frozen=True, eq=False)
class Progress:
    """After one epoch, means over the networks: both accuracies, dropout off, and the hidden layers' weights.

    weights: the share in each bin of EDGES, those beyond it in the last bins; zeros: the share that is exactly 0;
    norm: the largest norm of a hidden neuron's incoming weights.
    """

    training: float
    validation: float
    weights: np.ndarray
    zeros: float
    norm: float


def run(data, state):
    """Yield the Progress of three networks, epoch by epoch."""
    strengths = {name: state[name] for name in STRENGTHS}
    recipe = Recipe((64, 64), **strengths, learning_rate=LEARNING_RATE, epochs=EPOCHS)
    first = NETWORKS * state["seed"]
    network, training, _ = build([recipe] * NETWORKS, range(first, first + NETWORKS), data)
    for _ in training:
        weights = hidden_weights(network)
        counts, _ = np.histogram(weights.clip(EDGES[0], EDGES[-1]), EDGES)
        seen = (float(evaluate(network, part).accuracy.mean()) for part in (data.train, data.validation))
        yield Progress(*seen, counts / len(weights), float(np.mean(weights == 0)), largest_norm(network))


def hidden_weights(network):
    """All weights of the hidden layers of all networks, in a row."""
    return np.concatenate([layer.weights.ravel() for layer in network.hidden_dense])


def largest_norm(network):
    """The largest norm of a hidden neuron's incoming weights."""
    return float(max(np.sqrt(np.square(layer.weights).sum(axis=1)).max() for layer in network.hidden_dense))


def named(state):
    """The regularisers that are on, as text."""
    on = [f"{label} {state[name]:g}" for name, (label, _) in STRENGTHS.items() if state[name]]
    return " + ".join(on) or "nothing added"


def draw(figure, state, results):
    """Both curves so far on the left, the weights now on the right."""
    left, right = figure.subplots(1, 2)
    epochs = np.arange(1, len(results) + 1)
    for name in ("training", "validation"):
        look = PARTS[name]
        percent = [100 * getattr(result, name) for result in results]
        left.plot(epochs, percent, markevery=10, label=name, gid=TRACE, **look.style)
    left.set(xlabel="epoch", ylabel="accuracy (%)", xlim=(0, EPOCHS), ylim=(0, 126), yticks=range(0, 101, 20))
    left.legend(loc="lower right")
    right.set(xlabel="hidden weights", ylabel="share (%)", xlim=(-1.05, 1.05), yscale="log", ylim=(0.01, 110))
    right.set_yticks([0.01, 0.1, 1, 10, 100], ["0.01", "0.1", "1", "10", "100"])
    left.text(1, 124, fill(named(state), 42, break_on_hyphens=False), va="top", fontsize=11)  # above all curves
    if not results:
        left.set_title("Two layers of 64")
        right.set_title("press Start")
        return f"{named(state)}; nothing trained yet. Two layers of 64, 1,000 examples, learning rate {LEARNING_RATE}."
    last = results[-1]
    right.stairs(100 * last.weights, EDGES, color=INK, fill=True, gid=TRACE)
    right.set_title(f"exactly 0: {last.zeros:.0%}; largest norm {last.norm:.1f}")
    gap = 100 * (last.training - last.validation)
    left.set_title(f"Epoch {len(results)}: a gap of {gap:.0f} points")
    return (
        f"{named(state)}, epoch {len(results)} of {EPOCHS}: training {last.training:.0%}, validation "
        f"{last.validation:.0%}, a gap of {gap:.0f} points. {last.zeros:.0%} of the hidden weights are exactly 0, and "
        f"the largest norm of a neuron's incoming weights is {last.norm:.1f}."
    )


def reached(state, results):
    """The challenge's score: validation accuracy in the end, without L2, in percent."""
    counts = len(results) == EPOCHS and not state["l2"]
    return 100 * results[-1].validation if counts else None


def show(data=None):
    """The panel; data: as load_mnist1d returns it, which it does itself without."""
    data = data or load_mnist1d(train=1000)
    controls = {
        name: ipywidgets.SelectionSlider(
            description=label, options=[(f"{value:g}" if value else "off", value) for value in values], value=0
        )
        for name, (label, values) in STRENGTHS.items()
    }
    challenge = Challenge(
        f"with L2 off, reach the highest validation accuracy after {EPOCHS} epochs. Of many tries, the best was lucky, "
        "too: on test examples, expect less.",
        reached,
        better=max,
        text="{:.1f} %",
    )
    size = 9.0, 3.2
    return LivePanel("Hold it back", controls, lambda state: run(data, state), draw, size, challenge)
