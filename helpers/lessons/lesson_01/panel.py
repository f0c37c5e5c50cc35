"""Train a small network on handwritten digits and watch: the loss, the accuracy, the digits it gets wrong."""

from dataclasses import dataclass

import ipywidgets
import numpy as np

from helpers.classroom.challenge import Challenge
from helpers.classroom.figures import FAINT, PARTS, draw_images
from helpers.classroom.ghost import TRACE
from helpers.classroom.panel import LivePanel
from helpers.lab import load_optdigits
from helpers.nn import SGD, Network, evaluate, mlp, train

NAME = "digits"
FIND_OUT = "With how few hidden neurons are 90 % of the digits read right? What does a learning rate of 3 do?"
EPOCHS, BATCH_SIZE, SHOWN = 60, 32, 12
GOAL = 0.9  # of the validation digits


@dataclass(frozen=True, eq=False)
class Progress:
    """After one epoch: the training loss, the validation accuracy, and which validation digits are read as what."""

    loss: float
    accuracy: float
    predicted: np.ndarray


def run(data, state):
    """Yield the Progress of one network, epoch by epoch."""
    network = Network(mlp(64, state["hidden"], 10), seeds=[state["seed"]])
    for epoch in train(network, data.train, SGD(state["learning_rate"]), EPOCHS, BATCH_SIZE):
        found = evaluate(network, data.validation)
        yield Progress(float(epoch.loss[0]), float(found.accuracy[0]), found.predicted[0])


def draw(data, figure, state, results):
    """The curves so far on the left, the first digits that are still read wrongly on the right."""
    axes = figure.subplot_mosaic([["loss", "digits"], ["right", "digits"]], width_ratios=[1, 1.1])
    epochs = np.arange(1, len(results) + 1)
    loss, right = ([getattr(result, name) for result in results] for name in ("loss", "accuracy"))
    axes["loss"].plot(epochs, loss, color=PARTS["training"].colour, gid=TRACE)
    axes["loss"].set(ylabel="training\nloss", xlim=(0, EPOCHS), ylim=(0, 2.6), xticklabels=[])
    look = PARTS["validation"]
    axes["right"].plot(epochs, 100 * np.array(right), color=look.colour, linestyle=look.line, gid=TRACE)
    axes["right"].axhline(10, color=FAINT, linewidth=1)
    axes["right"].text(EPOCHS, 15, "guessing", ha="right", color="#666666", fontsize=11)
    axes["right"].set(ylabel="validation\nright (%)", xlabel="epoch", xlim=(0, EPOCHS), ylim=(0, 102))
    neurons = "1 neuron" if state["hidden"] == 1 else f"{state['hidden']} neurons"
    setting = f"constant learning rate {state['learning_rate']}, {neurons.replace('neuron', 'hidden neuron')}"
    if not results:
        axes["loss"].set_title(f"Rate {state['learning_rate']}, {neurons}: press Start")
        axes["digits"].set_title(f"{SHOWN} of the {len(data.validation)} digits to read")
        _draw_digits(data, axes["digits"], np.arange(SHOWN), None)
        return f"Nothing trained yet: {setting}. Guessing gets 10 % right."
    last = results[-1]
    wrong = np.flatnonzero(last.predicted != data.validation.labels)
    axes["loss"].set_title(f"Epoch {len(results)}: {last.accuracy:.1%} right")
    axes["digits"].set_title(f"{len(wrong)} of {len(last.predicted)} still wrong")
    _draw_digits(data, axes["digits"], wrong[:SHOWN], last.predicted)
    return (
        f"After epoch {len(results)} of {EPOCHS}, {setting}: loss {last.loss:.3f}, {last.accuracy:.1%} of the "
        f"{len(last.predicted)} validation digits right. The test's digits are harder: other people wrote them."
    )


def _draw_digits(data, axes, rows, predicted):
    """Some validation digits, each with what it is and what it was read as."""
    images, labels = data.validation.take(rows)
    titles = [str(label) for label in labels]
    if predicted is not None:
        titles = [f"{label} as {read}" for label, read in zip(labels, predicted[rows], strict=True)]
    draw_images(axes, images.reshape(-1, *data.shape), titles, 3, SHOWN // 3)


def fewest_neurons(state, results):
    """The challenge's score: the hidden neurons, as soon as they read as many digits as it asks for."""
    return state["hidden"] if results[-1].accuracy >= GOAL else None


def show(data=None):
    """The panel; data: as load_optdigits returns it, which it does itself without."""
    data = data or load_optdigits()
    controls = {
        "learning_rate": ipywidgets.SelectionSlider(
            description="Learning rate", options=[0.001, 0.01, 0.03, 0.1, 0.3, 0.8, 1.6, 3.0], value=0.1
        ),
        "hidden": ipywidgets.SelectionSlider(
            description="Hidden neurons", options=[1, 2, 3, 4, 5, 6, 8, 12, 16, 32, 64, 128], value=32
        ),
    }
    return LivePanel(
        "Train it yourself",
        controls,
        lambda state: run(data, state),
        lambda figure, state, results: draw(data, figure, state, results),
        size=(9.0, 3.4),
        challenge=Challenge(
            f"at least {GOAL:.0%} of the validation digits right, with the fewest hidden neurons.",
            fewest_neurons,
            better=min,
            text="{} hidden",
        ),
    )
