"""Learn labels by heart: choose what share of them is drawn by lot, and watch what is learned."""

from dataclasses import dataclass

import ipywidgets
import numpy as np

from helpers.classroom.figures import FAINT, PARTS
from helpers.classroom.panel import LivePanel
from helpers.lab import load_mnist1d
from helpers.nn import Adam, Examples, Network, evaluate, mlp, stream, train

EXAMPLES, EPOCHS, BATCH_SIZE = 1000, 100, 100


@dataclass(frozen=True)
class Progress:
    """After one epoch: the share of the shown labels repeated, and of the true validation labels found."""

    repeated: float
    found: float


def with_random_labels(examples, share, seed=0):
    """The first EXAMPLES of `examples`, of whose labels a share is drawn by lot."""
    random = stream(seed, "wrong labels")
    x, labels = examples.take(np.arange(EXAMPLES))
    by_lot = random.permutation(EXAMPLES) < round(share * EXAMPLES)
    drawn = random.integers(0, examples.classes, EXAMPLES).astype(labels.dtype)
    return Examples(x, np.where(by_lot, drawn, labels), examples.classes)


def run(data, state):
    """Yield the Progress of one network, epoch by epoch."""
    shown = with_random_labels(data.train, state["share"] / 100)
    network = Network(mlp(shown.x.shape[1], state["width"], state["width"], shown.classes), seeds=[0])
    for epoch in train(network, shown, Adam(0.005), EPOCHS, BATCH_SIZE):
        yield Progress(float(epoch.accuracy[0]), float(evaluate(network, data.validation).accuracy[0]))


def draw(figure, state, results):
    """Both curves so far."""
    axes = figure.subplots()
    epochs = np.arange(1, len(results) + 1)
    shown, true = (
        ("labels it was shown", "repeated", "training"),
        ("true validation labels", "found", "validation"),
    )
    for label, name, part in (shown, true):
        look = PARTS[part]
        percent = [100 * getattr(result, name) for result in results]
        axes.plot(epochs, percent, markevery=10, label=label, **look.style)
    axes.axhline(10, color=FAINT)
    axes.annotate("guessing", (EPOCHS, 10), (0, 3), textcoords="offset points", ha="right", color="#666666")
    axes.set(xlabel="epoch", ylabel="right (%)", xlim=(0, EPOCHS), ylim=(0, 103))
    axes.legend(loc="center right")
    start = f"{state['share']} % of {EXAMPLES:,} labels are drawn by lot; two layers of {state['width']}"
    if not results:
        axes.set_title(f"{state['share']} % of the labels by lot, width {state['width']}: press Start")
        return f"{start}. Nothing trained yet."
    last = results[-1]
    axes.set_title(f"Epoch {len(results)}: repeats {last.repeated:.0%} of what it was shown")
    return (
        f"{start}. After epoch {len(results)} of {EPOCHS} it repeats {last.repeated:.0%} of the labels it was shown "
        f"and finds {last.found:.0%} of the true validation labels."
    )


def show(data=None):
    """The panel; data: as load_mnist1d returns it, which it does itself without."""
    data = data or load_mnist1d(train=1000)
    controls = {
        "share": ipywidgets.IntSlider(description="Random labels (%)", min=0, max=100, step=10, value=100),
        "width": ipywidgets.SelectionSlider(description="Neurons in a layer", options=[8, 16, 32, 64, 128], value=64),
    }
    return LivePanel("Memorise it yourself", controls, lambda state: run(data, state), draw, size=(8.0, 3.2))
