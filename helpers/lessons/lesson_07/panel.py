"""Switch neurons off, by hand or at random: what do this sub-network, many averaged and the whole say to a digit?"""

import ipywidgets
import numpy as np

from helpers.classroom.challenge import Challenge
from helpers.classroom.drawing_pad import DrawingPad
from helpers.classroom.drawn_digit import EXAMPLE, bitmap, pixels
from helpers.classroom.figures import ARMS, FAINT, INK, draw_image
from helpers.classroom.ghost import TRACE
from helpers.classroom.panel import Panel
from helpers.lab import load_optdigits
from helpers.nn import Adam, Network, mlp, softmax, stream, train

from .experiment import hidden_outputs, sub_network
from .pictures import draw_network

NAME = "switches"
FIND_OUT = "How few of ten neurons still read a digit? How many random sub-networks, averaged, read as the whole?"
NEURONS, OWN, SURE = 10, "your own", 0.8
AVERAGED = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]


def trained_network():
    """A network with ten hidden neurons, trained with dropout on digits."""
    network = Network(mlp(64, NEURONS, 10, drop_rate=0.5), seeds=[0])
    for _ in train(network, load_optdigits(train=1000).train, Adam(0.01), epochs=60):
        pass
    return network


def digits(network):
    """A validation digit of each kind that the whole reads well, but not best: digit -> its pixels, (1, 64)."""
    x, labels = load_optdigits(train=1000).validation.take(dtype=network.dtype)
    sure, found = softmax(network.forward(x))[-1], {}
    for digit in range(10):
        mine = np.flatnonzero(labels == digit)
        ordered = mine[np.argsort(sure[mine, digit])]
        found[str(digit)] = x[ordered[3 * len(ordered) // 4]][np.newaxis]
    return found


def answers(network, x, on, averaged):
    """What this sub-network gives to each of the ten digits, so many random ones on average, and the whole: (10,) each.

    network: the last of the stack is asked.  x: (1, 64).  on: (10,), which neurons are kept.
    """
    hidden, last = hidden_outputs(network, x.astype(network.dtype))[-1], network.layers[-1]
    W2, b2 = last.weights[-1], last.bias[-1]
    random = (stream(0, "sub-networks").random((max(AVERAGED), NEURONS)) < 0.5)[:averaged]
    alone, many = (softmax(sub_network(hidden, those, W2, b2)[np.newaxis])[0] for those in (on, random))
    return alone[0], many.mean(axis=0), softmax((hidden @ W2 + b2)[np.newaxis])[0, 0]


def draw(figure, network, x, state):
    """The digit, which neurons are on, and the three answers as bars and markers."""
    axes = figure.subplots(1, 3, width_ratios=[1, 0.8, 2.6])
    on = kept(state)
    alone, many, whole = answers(network, x, on, state["averaged"])
    draw_image(axes[0], x.reshape(8, 8), "the digit")
    axes[0].images[0].set_clim(0, 1)
    draw_network(axes[1], on, numbers=True)
    axes[1].set_title(f"{on.sum()} on", loc="center", fontsize=11)
    axes[2].bar(range(10), 100 * alone, 0.8, color=FAINT, label="this sub-network")
    axes[2].stairs(100 * alone, np.arange(11) - 0.5, color=INK, linewidth=1, gid=TRACE)
    look = ARMS["dropout"]
    axes[2].plot(range(10), 100 * many, "D", color=ARMS["smaller"].colour, label=f"{state['averaged']} averaged")
    axes[2].plot(range(10), 100 * whole, look.marker, color=look.colour, markersize=9, label="the whole")
    axes[2].set(xticks=range(10), xlim=(-0.7, 9.7), ylim=(0, 103), ylabel="probability (%)")
    axes[2].grid(axis="x", visible=False)
    axes[2].legend(loc="upper left", bbox_to_anchor=(1, 1))
    first = int(alone.argmax())
    axes[2].set_title(f"this sub-network: {100 * alone[first]:.0f} % a {first}")
    numbers = ", ".join(str(number) for number in np.flatnonzero(on) + 1) or "none"
    shown = "your drawing" if state["digit"] == OWN else f"a {state['digit']}"
    others = (
        f"{name} {100 * of.max():.0f} % a {of.argmax()}"
        for name, of in ((f"{state['averaged']} random sub-networks averaged say", many), ("the whole says", whole))
    )
    active = ", ".join(map(str, np.flatnonzero(hidden_outputs(network, x.astype(network.dtype))[-1, 0] > 0) + 1))
    return (
        f"Shown: {shown}. Only these neurons put out anything for it: {active or 'none'}. Neurons on: {numbers}. "
        f"They say {100 * alone[first]:.0f} % a {first}; {'; '.join(others)}."
    )


def kept(state):
    """Which neurons are on, (10,)."""
    return np.array([state[f"n{number}"] for number in range(1, NEURONS + 1)])


class Switches(Panel):
    """The panel, with a sheet to draw a digit of one's own, and a button that switches at random."""

    def __init__(self, network):
        self.pad = DrawingPad(value=EXAMPLE, description="Draw a digit here.", layout={"width": "auto"})
        self.network, self.digits, self.draws = network, digits(network), 0
        switches = {
            f"n{number}": ipywidgets.ToggleButton(value=number <= 7, description=str(number), layout={"width": "44px"})
            for number in range(1, NEURONS + 1)
        }
        slider = ipywidgets.SelectionSlider(description="Random ones averaged", options=AVERAGED, value=100)
        digit = ipywidgets.Dropdown(description="Digit", options=[*self.digits, OWN], value="3")
        challenge = Challenge(
            f"the fewest neurons that still give one of the digits 0 to 9 at least {SURE:.0%}.",
            lambda state: fewest(network, self.digits, state),
            better=min,
            text="{} neurons",
        )
        controls = {**switches, "averaged": slider, "digit": digit}
        super().__init__("Ten switches", controls, self._draw, (9.5, 3.0), challenge)
        self.at_random = ipywidgets.Button(description="Switch at random", layout={"width": "200px"})
        self.at_random.on_click(lambda _: self.switch_at_random())
        self.pad.observe(lambda _: self.at(digit=OWN) if self.state["digit"] != OWN else self._move(None), "value")
        digit.observe(lambda _: self._show_pad(), "value")
        *self.above, self.in_page = self.children
        self.above.insert(-1, self.at_random)
        self._show_pad()

    def _show_pad(self):
        """The sheet is there where what is drawn on it is shown."""
        self.children = *self.above, *[self.pad] * (self.state["digit"] == OWN), self.in_page

    def _draw(self, figure, state):
        x = pixels(bitmap(self.pad.value)) if state["digit"] == OWN else self.digits[state["digit"]]
        return draw(figure, self.network, x, state)

    def switch_at_random(self):
        """The next random mask, as dropout draws one."""
        self.draws += 1
        coins = stream(self.draws, "switches").random(NEURONS) < 0.5
        self.at(**{f"n{number}": bool(coin) for number, coin in enumerate(coins, 1)})


def fewest(network, digits, state):
    """The challenge's score: how many neurons are on, where they give the right digit enough; None otherwise."""
    if state["digit"] == OWN:
        return None
    alone, *_ = answers(network, digits[state["digit"]], kept(state), 1)
    return int(kept(state).sum()) if alone[int(state["digit"])] >= SURE else None


def show(network=None):
    """The panel; network: a trained stack with ten hidden neurons, whose last one is asked; without, one is trained."""
    return Switches(network or trained_network())
