"""Lesson 1, Build a network: its pictures."""

from itertools import pairwise

import numpy as np

from helpers.classroom.figures import ARMS, FAINT, INK, draw_image, show, subplots
from helpers.classroom.plots import draw_rows
from helpers.nn import SGD, Network, mlp, softmax, train


def network_of(weights):
    """A Network of one, in float64, with these weights: W1, b1, W2, b2, as the lesson has them."""
    network = Network(mlp(64, len(weights[1]), 10), seeds=[0], dtype=np.float64)
    first, _, second = network.layers
    for own, given in zip((first.weights, first.bias, second.weights, second.bias), weights, strict=True):
        own[:] = given
    return network


def show_journey(data):
    """A test digit of `data` on its way through a network that has learned to read: pixels, neurons, probabilities."""
    network = Network(mlp(64, 32, 10), seeds=[0], dtype=np.float64)
    for _ in train(network, data.train, SGD(0.3), epochs=10, batch_size=32):
        pass
    digit = data.test.take(np.array([3]), np.float64)[0]
    probabilities = softmax(network.forward(digit)).ravel()
    hidden = network.layers[1].forward(network.layers[0].forward(network.stacked(digit))).ravel()
    read = int(probabilities.argmax())
    sure = f"{probabilities[read]:.0%}" if probabilities[read] < 0.995 else "more than 99 %"
    figure, (pixels, neurons, outputs) = subplots(9, 3.2, 1, 3, width_ratios=[1, 1, 1.5])
    draw_image(pixels, digit.reshape(8, 8), "64 pixels go in", frame=True)
    columns = 4
    across, down = np.arange(len(hidden)) % columns, np.arange(len(hidden)) // columns
    neurons.scatter(across, down, s=170, c=hidden, cmap="gray_r", edgecolors=FAINT, vmin=0)
    silent = hidden == 0
    neurons.scatter(across[silent], down[silent], s=40, c=FAINT, marker="x")
    neurons.set(xlim=(-1.5, columns + 0.5), ylim=(len(hidden) / columns - 0.3, -0.7))
    neurons.axis("off")
    neurons.set_title(f"→  {len(hidden)} neurons look (× silent)", loc="center", fontsize=11, pad=4)
    bars = outputs.bar(range(10), 100 * probabilities, color=FAINT)
    bars[read].set(color=ARMS["dropout"].colour, edgecolor=INK)
    outputs.set(xticks=range(10), ylim=(0, 105), ylabel="how sure (%)")
    outputs.grid(axis="x", visible=False)
    outputs.set_title("→  ten outputs answer", loc="center", fontsize=11, pad=4)
    figure.suptitle(f"“That is a {read}”: {sure} sure", x=0.01, ha="left")
    return show(
        figure,
        f"A handwritten digit of 8 by 8 pixels goes into {len(hidden)} neurons, dots that are the darker the larger "
        f"their output; {silent.sum()} of them are silent. Ten bars are the answer: {read}, {sure} sure.",
    )


def show_neuron(digit, weights, bias):
    """What one neuron does with one digit: multiply, add up, cut off below zero."""
    products = digit * weights
    total = products.sum() + bias
    figure, axes = subplots(9, 2.8, 1, 4, width_ratios=[1, 1, 1, 1.1])
    reach = np.abs(weights).max()
    draw_image(axes[0], digit.reshape(8, 8), "the pixels", frame=True)
    titles = "× its weights:\norange −, purple +", "= products"
    for place, image, title in zip(axes[1:3], (weights, products), titles, strict=True):
        draw_image(place, image.reshape(8, 8), title, frame=True)
        place.images[0].set(cmap="PuOr", clim=(-reach, reach))
    sums = np.linspace(-3, 3)
    axes[3].plot(sums, np.maximum(sums, 0), color=INK)
    axes[3].plot([total], [max(total, 0)], "o", color=ARMS["dropout"].colour, markersize=10)
    axes[3].set(xlabel=f"sum: {products.sum():.2f} + bias {bias}", ylabel="output")
    axes[3].set_title(f"→ after ReLU: {max(total, 0):.2f}", loc="center", fontsize=11, pad=4)
    figure.suptitle(
        "Ink on purple raises the sum, ink on orange lowers it; below 0, the neuron is silent", x=0.01, ha="left"
    )
    return show(
        figure,
        f"A digit's pixels times a neuron's weights (orange below zero, purple above) give products; their sum, "
        f"{products.sum():.2f}, plus the bias, {bias}, is {total:.2f}, and the neuron's output is that or zero, "
        f"whichever is larger: {max(total, 0):.2f}.",
    )


def show_network(inputs=64, hidden=32, outputs=10):
    """The shapes of the arrays, from pixels to outputs."""
    figure, axes = subplots(9, 2.6)
    axes.set(xlim=(0, 10), ylim=(-0.2, 3))
    axes.axis("off")
    columns = [(0.7, inputs, "pixels"), (4.9, hidden, "hidden neurons"), (9.1, outputs, "outputs")]
    dots = {centre: np.linspace(0.3, 2.2, min(count, 10)) for centre, count, name in columns}
    for (left, *_), (right, *_) in pairwise(columns):
        for low in dots[left]:
            axes.plot([left, right], [[low] * len(dots[right]), dots[right]], color=FAINT, linewidth=0.4, zorder=1)
    for centre, count, name in columns:
        axes.plot([centre] * len(dots[centre]), dots[centre], "o", color=INK, markersize=8, zorder=2)
        axes.text(centre, 2.5, f"{count} {name}", ha="center", fontsize=13)
        if count > len(dots[centre]):
            axes.text(centre, -0.05, "⋮", ha="center", va="center", fontsize=14)
    for middle, name, above, below in ((2.8, 1, inputs, hidden), (7.0, 2, hidden, outputs)):
        box = {"facecolor": "white", "edgecolor": FAINT, "boxstyle": "round"}
        shapes = f"W{name}: {above} × {below}\nb{name}: {below}"
        axes.text(middle, 1.3, shapes, ha="center", va="center", bbox=box, zorder=3)
    axes.set_title("Every pixel feeds every hidden neuron, every hidden neuron every output")
    return show(
        figure,
        f"{inputs} pixels, {hidden} hidden neurons, {outputs} outputs, drawn as columns of dots, each dot joined to "
        f"all of the next column. Weights W1 are {inputs} by {hidden}, W2 are {hidden} by {outputs}.",
    )


def show_pull():
    """From the right digit's output to the pull on it: the probability p after softmax, each loss of p, each pull."""
    output = np.linspace(-8, 8, 300)
    probability = np.linspace(0.002, 0.998, 300)
    figure, (before, losses, pulls) = subplots(10, 3.2, 1, 3)
    cross, square = ARMS["dropout"], ARMS["plain"]
    before.plot(output, 1 / (1 + 9 * np.exp(-output)), color=INK)
    before.set(xlabel="right output (the others: 0)", ylabel="p, after softmax")
    before.set_title("Softmax: flat at the left")
    losses.plot(probability, -np.log(probability), color=cross.colour, label="cross-entropy, $-\\ln p$")
    losses.plot(probability, (1 - probability) ** 2, "--", color=square.colour, label="squared error, $(1-p)^2$")
    losses.set(ylabel="loss", title="$-\\ln p$ is steep there …")
    pulls.plot(probability, 1 - probability, color=cross.colour, label="cross-entropy")
    pull = 2 * probability * (1 - probability) ** 2
    pulls.plot(probability, pull, "--", color=square.colour, label="squared error")
    pulls.set(ylabel="pull on the right output", title="… so it pulls hardest there")
    for axes in (losses, pulls):
        axes.set_xlabel("p: probability of the right digit")
        axes.legend()
    return show(
        figure,
        "Left, the probability p of the right digit against its output: it is flat where p is near zero. Middle, the "
        "loss against p: cross-entropy grows without end towards probability zero, squared error stays below one. "
        "Right, the pull on the output: at probability zero cross-entropy pulls with 1, squared error with 0, although "
        "the answer could not be more wrong.",
    )


def show_backward_step(hidden=0.5, weights=(1, -0.5), given=(0.8, 0.2), right=(0, 1), digits=(3, 5)):
    """A hidden neuron and two outputs: how their errors come back to it, and the gradients of the weights between.

    hidden: the neuron's output.  weights: to the outputs of the `digits`, which `given` and `right` are about.
    """
    errors = np.subtract(given, right)
    back = weights @ errors
    figure, axes = subplots(9, 3.1)
    axes.set(xlim=(0, 10), ylim=(0, 4))
    axes.axis("off")
    colour, box = ARMS["plain"].colour, {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
    circle = {"s": 1500, "facecolor": "white", "edgecolor": INK, "zorder": 3}
    axes.scatter(2, 2, **circle)
    axes.text(2, 2, _signed(hidden, ""), ha="center", va="center", zorder=4, fontsize=12)
    axes.text(2, 2.85, "hidden neuron's\noutput", ha="center", va="center", fontsize=11)
    axes.text(2, 1.0, f"error {_signed(back)}", ha="center", va="center", color=colour, fontsize=13, weight="bold")
    for height, weight, share, target, error, digit in zip(
        (3.3, 0.7), weights, given, right, errors, digits, strict=True
    ):
        axes.scatter(6.4, height, **circle)
        axes.text(6.4, height, f"digit\n{digit}", ha="center", va="center", zorder=4, fontsize=11)
        slope = (height - 2) / 4.4
        axes.plot([2, 6.4], [2, height], color=FAINT, zorder=1)
        axes.text(4.9, 2 + 2.9 * slope, f"weight {_signed(weight, '')}", ha="center", va="center", bbox=box, zorder=2)
        gradient = f"gradient {hidden:g} · ({_signed(error)}) = {_signed(hidden * error)}"
        below = -0.42 if slope > 0 else 0.42
        axes.text(4.55, 2 + 2.9 * slope + below, gradient, va="center", color=ARMS["dropout"].colour, fontsize=11)
        arrow = {"arrowstyle": "->", "color": colour, "linewidth": 1.8, "shrinkA": 22, "shrinkB": 22}
        bend = {**arrow, "connectionstyle": f"arc3,rad={0.25 if slope > 0 else -0.25}"}
        axes.annotate("", (2, 2), (6.4, height), arrowprops=bend, zorder=1)
        axes.text(
            3.8,
            2 + (2.05 if slope > 0 else -2.05) * 0.72,
            f"{_signed(weight, '')} · ({_signed(error)}) = {_signed(weight * error)}",
            ha="center",
            va="center",
            color=colour,
            bbox=box,
            zorder=2,
        )
        axes.text(6.95, height + 0.22, f"probability {share:g}, right is {target:g}", va="center")
        axes.text(6.95, height - 0.28, f"error {_signed(error)}", va="center", color=colour, fontsize=13, weight="bold")
    axes.text(7.3, 2, "the other eight outputs:\nprobability 0, error 0", va="center", color="#666666", fontsize=11)
    axes.set_title("The errors come back through the same weights")
    told = "; ".join(
        f"output {digit} has probability {share:g}, right is {target:g}, error {_signed(error)}, "
        f"weight {_signed(weight, '')}, gradient of this weight {_signed(hidden * error)}"
        for digit, share, target, error, weight in zip(digits, given, right, errors, weights, strict=True)
    )
    return show(
        figure,
        f"A hidden neuron with the output {hidden:g}, and two outputs, with softmax behind them. {told}. Each error "
        f"comes back times its weight: the hidden neuron's error is {_signed(back)}.",
    )


def _signed(number, sign="+"):
    """A number with its sign, the minus as in print; `sign`: that of one above zero."""
    return f"{number:{sign}.3g}".replace("-", "−")


def show_runs(accuracy):
    """The test accuracy of each run, a column of marks for each gradient; a line joins those of one seed.

    accuracy: two names -> (runs,), of the same seeds.
    """
    figure, axes = subplots(8, 3.2)
    percent = 100 * np.array([*accuracy.values()])
    columns = np.arange(len(percent))[:, np.newaxis] + np.linspace(-0.12, 0.12, percent.shape[1])
    axes.plot(columns, percent, color=FAINT, linewidth=0.8, zorder=1)
    for place, (values, look) in enumerate(zip(percent, (ARMS["dropout"], ARMS["plain"]), strict=True)):
        axes.plot(columns[place], values, look.marker, color=look.colour, alpha=0.7)
        axes.plot([place - 0.25, place + 0.25], [values.mean()] * 2, color=look.colour)
        side, towards = (-0.28, "right") if place == 0 else (0.28, "left")
        axes.text(place + side, values.mean(), f"mean {values.mean():.1f}", va="center", ha=towards)
    low, high = min(94, percent.min() - 0.2), percent.max() + 0.2
    axes.set(xticks=range(len(accuracy)), xticklabels=accuracy, xlim=(-0.7, len(accuracy) - 0.3), ylim=(low, high))
    axes.set(
        ylabel=f"test digits right (%),\nfrom {low:.0f} % up",
        xlabel="a mark is a network; a line joins two of one seed",
    )
    axes.grid(axis="x", visible=False)
    listed = ", ".join(f"{name} {values.mean():.1f} %" for name, values in zip(accuracy, percent, strict=True))
    axes.set_title(f"Read right, mean of {percent.shape[1]} networks: {listed}")
    lowest = ", ".join(f"{name} {values.min():.1f} %" for name, values in zip(accuracy, percent, strict=True))
    return show(
        figure,
        f"Test accuracy of each of {percent.shape[1]} networks for each gradient, those of one seed joined, with the "
        f"mean: {listed}. The lowest: {lowest}.",
    )


def show_lies(found):
    """What each wrong gradient costs, in blocks, against the margin. found: the trials' Verdict on claim G."""
    names = {
        "turned-round": "hidden layer's gradient with the wrong sign",
        "frozen": "hidden layer's gradient set to 0",
        "no-bend": "silent neurons get an error, too",
        "halved": "hidden layer's gradient halved",
        "no-bias": "gradients of the biases set to 0",
    }
    told = {"holds": "seen", "undecided": "undecided", "fails": "not seen"}
    figure, axes = subplots(9, 3.6)
    differences = {name: found.differences[fault] for fault, name in names.items()}
    verdicts = {name: told[found.overall.places[fault].split()[0].rstrip(":,")] for fault, name in names.items()}
    draw_rows(axes, differences, dict.fromkeys(differences, ARMS["dropout"]), text="{:.1f}")
    for row, verdict in enumerate(verdicts.values()):
        axes.text(1.02, row, verdict, transform=axes.get_yaxis_transform(), va="center")
    axes.axvline(1, color=INK, linestyle=":")
    axes.annotate("the margin, 1 of 100", (1, -0.4), xytext=(6, 0), textcoords="offset points", fontsize=10)
    axes.set_xscale("symlog", linthresh=2, linscale=1.5)
    axes.set_xlim(-3, 100)
    axes.set_xticks([0, 1, 2, 10, 100], labels=["0", "1", "2", "10", "100"])
    axes.set_xticks([], minor=True)
    axes.set_xlabel("test digits lost, of 100 (compressed beyond 2)")
    seen = [*verdicts.values()].count("seen")
    axes.set_title(f"{seen} of {len(names)} lies are seen")
    listed = "; ".join(f"{name}: {differences[name]}, {verdict}" for name, verdict in verdicts.items())
    return show(figure, f"Accuracy lost by each wrong gradient, right minus wrong. {listed}.")
