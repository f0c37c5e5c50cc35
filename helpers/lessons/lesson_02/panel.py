"""Learn labels by heart: six networks, with more and more random labels, and what each of them learns."""

from dataclasses import dataclass

import ipywidgets
import numpy as np

from helpers.classroom.challenge import Challenge
from helpers.classroom.figures import FAINT, INK, PARTS
from helpers.classroom.ghost import TRACE
from helpers.classroom.panel import LivePanel
from helpers.lab import load_mnist1d
from helpers.nn import Adam, Examples, Network, evaluate, mlp, stream, train

NAME = "memory"
FIND_OUT = "With 40 neurons in a layer, up to what share of random labels does a network learn 99 % of those it sees?"
EXAMPLES, EPOCHS, BATCH_SIZE, LEARNING_RATE = 1000, 120, 100, 0.003  # as in the lesson
SHARES = (0, 20, 40, 60, 80, 100)  # percent of the labels that are random
GOAL = 0.99  # of the labels


@dataclass(frozen=True, eq=False)
class Progress:
    """After one epoch, for each of SHARES: how many of the shown labels are repeated, of the true ones found."""

    repeated: np.ndarray
    found: np.ndarray


class OneSetEach(Examples):
    """Examples of which the first network sees the first `draw`, the second the next ones, and so on."""

    def rows(self, seeds):
        return np.arange(len(self.x)).reshape(len(seeds), self.draw)


def with_random_labels(examples, share, seed=0):
    """The first EXAMPLES of `examples`, of whose labels a share is drawn at random."""
    random = stream(seed, "wrong labels")
    x, labels = examples.take(np.arange(EXAMPLES))
    at_random = random.permutation(EXAMPLES) < round(share * EXAMPLES)
    drawn = random.integers(0, examples.classes, EXAMPLES).astype(labels.dtype)
    return Examples(x, np.where(at_random, drawn, labels), examples.classes)


def run(data, state):
    """Yield the Progress of six networks of equal weights, which see equal signals and other labels."""
    sets = [with_random_labels(data.train, share / 100, state["seed"]) for share in SHARES]
    x, labels = (np.concatenate([getattr(part, name) for part in sets]) for name in ("x", "labels"))
    shown = OneSetEach(x, labels, data.train.classes, draw=EXAMPLES)
    layers = mlp(x.shape[1], state["width"], state["width"], shown.classes)
    network = Network(layers, seeds=[state["seed"]] * len(SHARES))
    for epoch in train(network, shown, Adam(LEARNING_RATE), EPOCHS, BATCH_SIZE):
        yield Progress(epoch.accuracy, evaluate(network, data.validation).accuracy)


def draw(figure, state, results):
    """Both curves of the share that is chosen on the left; all shares as they are now on the right."""
    left, right = figure.subplots(1, 2, sharey=True)
    chosen, epochs = SHARES.index(state["share"]), np.arange(1, len(results) + 1)
    shown, true = (
        ("labels it was shown", "repeated", "training"),
        ("true validation labels", "found", "validation"),
    )
    for label, name, part in (shown, true):
        style = PARTS[part].style | {"gid": TRACE}
        percent = 100 * np.array([getattr(result, name) for result in results]).reshape(-1, len(SHARES))
        left.plot(epochs, percent[:, chosen], markevery=10, label=label, **style)
        if results:
            right.plot(SHARES, percent[-1], **style)
            right.plot(SHARES[chosen], percent[-1, chosen], "o", color=INK, markersize=12, fillstyle="none")
    for axes in (left, right):
        axes.axhline(10, color=FAINT)
        axes.set(ylim=(0, 103))
    left.text(EPOCHS, 12, "guessing", ha="right", color="#666666", fontsize=11)
    left.set(xlabel="epoch", ylabel="right (%)", xlim=(0, EPOCHS))
    left.legend(loc="center right")
    right.tick_params(labelleft=True)
    right.set(xlabel="random labels (%)", xlim=(-3, 103), xticks=SHARES)
    start = f"{state['share']} % of {EXAMPLES:,} labels are random; two layers of {state['width']}"
    if not results:
        left.set_title(f"{state['share']} % random, width {state['width']}")
        right.set_title("press Start")
        return f"{start}. Nothing trained yet."
    repeated, found = results[-1].repeated, results[-1].found
    left.set_title(f"Epoch {len(results)}: repeats {repeated[chosen]:.0%}")
    right.set_title(f"All six after epoch {len(results)}")
    return (
        f"{start}. After epoch {len(results)} of {EPOCHS} it repeats {repeated[chosen]:.0%} of the labels it was shown "
        f"and finds {found[chosen]:.0%} of the true validation labels. With no random labels {found[0]:.0%} are found, "
        f"with all of them random {found[-1]:.0%}."
    )


def fewest_neurons(state, results):
    """The challenge's score: the width, as soon as enough of the labels that are all random are repeated."""
    return state["width"] if results[-1].repeated[-1] >= GOAL else None


def show(data=None):
    """The panel; data: as load_mnist1d returns it, which it does itself without."""
    data = data or load_mnist1d(train=1000)
    controls = {
        "share": ipywidgets.SelectionSlider(description="Random labels (%)", options=SHARES, value=100),
        "width": ipywidgets.SelectionSlider(
            description="Neurons in a layer", options=[8, 16, 24, 32, 40, 48, 64, 128], value=64
        ),
    }
    challenge = Challenge(
        f"learn at least {GOAL:.0%} of purely random labels, with the fewest neurons in a layer.",
        fewest_neurons,
        better=min,
        text="{} in a layer",
    )
    size = 9.0, 3.2
    return LivePanel("Memorise it yourself", controls, lambda state: run(data, state), draw, size, challenge)
