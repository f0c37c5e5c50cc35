"""Wrong labels and misleading stamps: three networks learn from them, and one watches who falls for what."""

from dataclasses import dataclass
from functools import lru_cache

import ipywidgets
import numpy as np

from helpers.classroom.challenge import Challenge
from helpers.classroom.figures import INK, PARTS, Arm
from helpers.classroom.ghost import TRACE
from helpers.classroom.panel import LivePanel
from helpers.lab import load_optdigits
from helpers.nn import Adam, Network, evaluate, mlp, train

from .exercises import share
from .experiment import repeated, stamped, with_wrong_labels
from .pictures import LIE

NAME = "labels"
FIND_OUT = "Half of the labels are wrong: at which drop rate does the network read most digits right all the same?"
NETWORKS, EPOCHS, STAMPED, LEAST = 3, 60, 0.3, 50
CURVES = {  # what is drawn, in which look, and which setting asks for it
    "repeated": ("wrong labels repeated", Arm(LIE, "o", "-"), "wrong"),
    "seen": ("validation, as labelled", PARTS["validation"], "wrong"),
    "right": ("validation digits right", Arm("#44AA99", "s", "-"), "width"),
    "misled": ("… with a wrong stamp", Arm(INK, "D", "-."), "stamp"),
}


@dataclass(frozen=True)
class Progress:
    """After one epoch, means of three networks, dropout off.

    repeated: the share of wrong labels; NaN where there are none.  seen, right: of validation digits, by the labels
    that they were given, some of them wrong, and by their true ones.  misled: the latter with a wrong stamp.
    """

    repeated: float
    seen: float
    right: float
    misled: float


@lru_cache(maxsize=8)
def sets(data, wrong, stamp, seed):
    """What to train on, and the true labels of its pool; the labels that validation digits were given, and these

    digits, with their true labels, without stamps and with wrong ones.
    """
    noisy, new = with_wrong_labels(data, wrong / 100, seed), data.validation
    train = stamped(noisy.train, noisy.train.labels, stamp, STAMPED, seed)
    misleading = stamped(new, (new.labels + 1) % 10, stamp)
    return train, data.train.labels, noisy.validation.labels, stamped(new, new.labels, 0), misleading


def run(data, state):
    """Yield the Progress of three networks, epoch by epoch."""
    shown, true, given, plain, misleading = sets(data, state["wrong"], state["stamp"], state["seed"])
    first = NETWORKS * state["seed"]
    layers = mlp(shown.x.shape[1], state["width"], state["width"], 10, drop_rate=state["drop_rate"])
    network = Network(layers, range(first, first + NETWORKS))
    for _ in train(network, shown, Adam(0.003), EPOCHS):
        lies = np.nan
        if state["wrong"]:
            lies = float(repeated([evaluate(network, shown)], network.seeds, shown, true, share).mean())
        new, misled = (evaluate(network, digits) for digits in (plain, misleading))
        seen = float((new.predicted == given).mean())
        yield Progress(lies, seen, float(new.accuracy.mean()), float(misled.accuracy.mean()))


def best_epoch(results):
    """The epoch at which validation, as labelled, is highest so far."""
    return 1 + int(np.argmax([result.seen for result in results]))


def draw(figure, state, results):
    """The curves so far: those that the settings ask for."""
    axes = figure.subplots()
    epochs = np.arange(1, len(results) + 1)
    for name, (label, look, setting) in CURVES.items():
        if state[setting]:
            percent = [100 * getattr(result, name) for result in results]
            axes.plot(epochs, percent, markevery=10, label=label, gid=TRACE, **look.style)
    if results:
        axes.axvline(best_epoch(results), color=PARTS["validation"].colour, linestyle=":", label="as labelled: highest")
    axes.set(xlabel="epoch", ylabel="%", xlim=(0, EPOCHS), ylim=(0, 103))
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    stamps = f"stamps of strength {state['stamp']}" if state["stamp"] else "no stamps"
    settings = f"{state['wrong']} % wrong labels", stamps, f"2 × {state['width']}, drop rate {state['drop_rate']}"
    axes.text(1.03, 0.05, "\n".join(settings), transform=axes.transAxes, fontsize=11, linespacing=1.5)
    if not results:
        axes.set_title("Press Start")
        return f"{', '.join(settings)}. Nothing trained yet."
    last, best = results[-1], best_epoch(results)
    stopped = results[best - 1].right
    axes.set_title(f"Epoch {len(results)}: {last.right:.0%} of validation digits right; epoch {best}: {stopped:.0%}")
    parts = [
        f"{last.right:.0%} of the validation digits are right",
        f"{stopped:.0%} at epoch {best}, where validation, as labelled, is highest",
    ]
    if state["wrong"]:
        parts.append(f"{last.repeated:.0%} of the wrong labels are repeated")
    if state["stamp"]:
        parts.append(f"with a wrong stamp {last.misled:.0%} of them are right")
    return f"{', '.join(settings)}. Epoch {len(results)} of {EPOCHS}: {'; '.join(parts)}."


def most_right(state, results):
    """The challenge's score: validation digits right where labelled validation stops it, if enough labels are wrong."""
    return results[best_epoch(results) - 1].right if state["wrong"] >= LEAST and len(results) == EPOCHS else None


def show(data=None):
    """The panel; data: as load_optdigits returns it, which it does itself without."""
    data = data or load_optdigits(train=1000)
    slider = ipywidgets.SelectionSlider
    controls = {
        "wrong": slider(description="Wrong labels (%)", options=[0, 10, 20, 30, 40, 50, 60, 70, 80, 90], value=30),
        "drop_rate": slider(description="Drop rate", options=[0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8], value=0.0),
        "width": slider(description="Neurons in a layer", options=[16, 32, 64, 128, 256], value=128),
        "stamp": slider(description="Strength of the stamps", options=[0, 1, 2, 4, 8], value=0),
    }
    challenge = Challenge(
        f"with at least {LEAST} % wrong labels, as many validation digits right as you can where validation, as "
        f"labelled, is highest in {EPOCHS} epochs.",
        most_right,
        better=max,
        text="{:.1%} right",
    )
    return LivePanel("Who falls for it?", controls, lambda state: run(data, state), draw, (9.0, 3.2), challenge)
