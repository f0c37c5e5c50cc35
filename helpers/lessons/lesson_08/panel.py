"""Tie hidden neurons and damage a digit: what do a plain network and one with dropout read, in 100 tries each?"""

import ipywidgets
import numpy as np

from helpers.classroom.challenge import Challenge
from helpers.classroom.drawing_pad import DrawingPad
from helpers.classroom.drawn_digit import EXAMPLE, bitmap, pixels
from helpers.classroom.figures import ARMS, INK, draw_image
from helpers.classroom.ghost import TRACE
from helpers.classroom.panel import Panel
from helpers.lab import load_optdigits
from helpers.nn import Adam, Network, mlp, softmax, stream, train

from .experiment import BLANKED, NOISE, SHIFTED, answers, damaged

NAME = "kitchen"
FIND_OUT = "Which damage does a network withstand better with dropout, to its own neurons and to the digit?"
OWN, TRIES, FAILS, READS = "your own", 100, 70, 90
PERCENT = range(0, 60, 10)
KINDS = {"pixels blanked": BLANKED, "noise": NOISE, "digit shifted": SHIFTED}
SAID = {BLANKED: "{} % of the pixels blanked", NOISE: "noise of {} % of black", SHIFTED: "shifted by {} pixels"}


def trained_networks():
    """A plain network and one with dropout, trained on digits: name -> a stack of one."""
    data, found = load_optdigits(train=1000), {}
    for kind, drop_rate, rate in (("plain", 0.0, 0.01), ("dropout", 0.5, 0.005)):
        found[kind] = Network(mlp(64, 64, 64, 10, drop_rate=drop_rate), seeds=[0])
        for _ in train(found[kind], data.train, Adam(rate), epochs=60):
            pass
    return found


def digits(networks):
    """A validation digit of each kind that both networks read well, but not best: digit -> its pixels, (1, 64)."""
    x, labels = load_optdigits(train=1000).validation.take()
    sure = np.min([softmax(network.forward(x))[-1] for network in networks.values()], axis=0)
    found = {}
    for digit in range(10):
        mine = np.flatnonzero(labels == digit)
        ordered = mine[np.argsort(sure[mine, digit])]
        found[str(digit)] = x[ordered[3 * len(ordered) // 4]][np.newaxis]
    return found


def tries(x, state):
    """The digit in TRIES draws of the damage that the state says, (TRIES, 64). x: (1, 64)."""
    kind, repeated = KINDS[state["kind"]], np.repeat(x.astype(np.float32), TRIES, axis=0)
    amount = state["amount"] // 10 if kind == SHIFTED else state["amount"] / 100
    return damaged(repeated, kind, amount, stream(0, "damage"))


def read(network, x, state):
    """How often a stack's last network gives each of the ten answers to these tries, its hidden neurons tied, (10,)."""
    logits = answers(network, x, state["tied"] / 100, stream(0, "hands"))[-1]
    return np.bincount(logits.argmax(axis=1), minlength=10)


def draw(figure, networks, x, state):
    """One try at the digit, and what each network reads in all of them."""
    shown = tries(x, state)
    axes = figure.subplots(1, 3, width_ratios=[1, 1.8, 1.8])
    draw_image(axes[0], shown[0].reshape(8, 8), "one of 100 tries")
    axes[0].images[0].set_clim(0, 1)
    told = []
    for place, (kind, network) in zip(axes[1:], networks.items(), strict=True):
        counts = read(network, shown, state)
        place.bar(range(10), counts, 0.8, color=ARMS[kind].colour, hatch="//" if kind == "plain" else None, alpha=0.85)
        place.stairs(counts, np.arange(11) - 0.5, color=INK, linewidth=1, gid=TRACE)
        place.set(xticks=range(10), xlim=(-0.7, 9.7), ylim=(0, 103))
        place.grid(axis="x", visible=False)
        digit = int(counts.argmax()) if state["digit"] == OWN else int(state["digit"])
        place.set_title(f"{kind}: {counts[digit]} %")
        place.set_xlabel(f"read as a {digit} in {counts[digit]} of {TRIES} tries")
        told.append(f"{kind} reads a {digit} in {counts[digit]} of {TRIES} tries")
    axes[1].set_ylabel("tries")
    amount = state["amount"] // 10 if KINDS[state["kind"]] == SHIFTED else state["amount"]
    damage = SAID[KINDS[state["kind"]]].format(amount)
    which = "your drawing" if state["digit"] == OWN else f"a {state['digit']}"
    return f"Shown: {which}, {damage}; {state['tied']} % of the hidden neurons tied; {'; '.join(told)}."


class Kitchen(Panel):
    """The panel, with a sheet to draw a digit of one's own."""

    def __init__(self, networks):
        self.pad = DrawingPad(value=EXAMPLE, description="Draw a digit here.", layout={"width": "auto"})
        self.networks, self.digits = networks, digits(networks)
        controls = {
            "tied": ipywidgets.SelectionSlider(description="Hidden neurons tied (%)", options=PERCENT, value=40),
            "amount": ipywidgets.SelectionSlider(description="Damage to the digit (%)", options=PERCENT, value=10),
            "kind": ipywidgets.Dropdown(description="Kind", options=[*KINDS]),
            "digit": ipywidgets.Dropdown(description="Digit", options=[*self.digits, OWN], value="3"),
        }
        challenge = Challenge(
            f"choose a digit from 0 to 9, and make plain read it in fewer than {FAILS} of {TRIES} tries, while dropout "
            f"still reads it in {READS} or more. Your score is the sum of the two sliders; lower is better.",
            lambda state: least(self.networks, self.digits, state),
            better=min,
            text="{} % damage",
        )
        super().__init__("A strange kitchen", controls, self._draw, (9.5, 3.2), challenge)
        self.pad.observe(lambda _: self.at(digit=OWN) if self.state["digit"] != OWN else self._move(None), "value")
        controls["digit"].observe(lambda _: self._show_pad(), "value")
        *self.above, self.in_page = self.children
        self._show_pad()

    def _show_pad(self):
        """The sheet is there where what is drawn on it is shown."""
        self.children = *self.above, *[self.pad] * (self.state["digit"] == OWN), self.in_page

    def _draw(self, figure, state):
        x = pixels(bitmap(self.pad.value)) if state["digit"] == OWN else self.digits[state["digit"]]
        return draw(figure, self.networks, x, state)


def least(networks, digits, state):
    """The challenge's score: the damage, where plain fails at it and dropout reads on; None otherwise."""
    if state["digit"] == OWN:
        return None
    shown = tries(digits[state["digit"]], state)
    plain, dropout = (read(networks[kind], shown, state)[int(state["digit"])] for kind in ("plain", "dropout"))
    return state["tied"] + state["amount"] if plain < FAILS and dropout >= READS else None


def show(networks=None):
    """The panel; networks: "plain" and "dropout" -> a trained stack, whose last one is asked; without, two are."""
    return Kitchen({kind: networks[kind] for kind in ("plain", "dropout")} if networks else trained_networks())
