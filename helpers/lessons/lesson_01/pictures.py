"""Lesson 1, Build a network: its pictures."""

from itertools import pairwise

import numpy as np

from helpers.classroom.figures import ARMS, FAINT, INK, draw_image, show, subplots
from helpers.nn import SGD, Network, mlp, softmax, train


def trained(data, hidden=32, epochs=10):
    """A network that reads the digits of `data`, as its four arrays: W1, b1, W2, b2."""
    network = Network(mlp(64, hidden, 10), seeds=[0], dtype=np.float64)
    for _ in train(network, data.train, SGD(0.3), epochs, batch_size=32):
        pass
    first, _, second = network.layers
    return [array[0] for array in (first.weights, first.bias[0], second.weights, second.bias[0])]


def show_journey(digit, weights):
    """One digit (64,) on its way through a network, whose weights are W1, b1, W2, b2: pixels, neurons, probabilities."""
    W1, b1, W2, b2 = weights
    hidden = np.maximum(digit @ W1 + b1, 0).ravel()
    probabilities = softmax((hidden @ W2 + b2).reshape(1, 1, -1)).ravel()
    read = int(probabilities.argmax())
    figure, (pixels, neurons, outputs) = subplots(9, 3.2, 1, 3, width_ratios=[1, 1, 1.5])
    draw_image(pixels, digit.reshape(8, 8), "64 pixels go in")
    columns = 4
    across, down = np.arange(len(hidden)) % columns, np.arange(len(hidden)) // columns
    neurons.scatter(across, down, s=170, c=hidden, cmap="gray_r", edgecolors=FAINT, vmin=0)
    neurons.set(xlim=(-1.5, columns + 0.5), ylim=(len(hidden) / columns - 0.3, -0.7))
    neurons.axis("off")
    neurons.set_title(f"→  {len(hidden)} neurons look", loc="center", fontsize=11, pad=4)
    bars = outputs.bar(range(10), 100 * probabilities, color=FAINT)
    bars[read].set(color=ARMS["dropout"].colour, edgecolor=INK)
    outputs.set(xticks=range(10), ylim=(0, 105), ylabel="how sure (%)")
    outputs.grid(axis="x", visible=False)
    outputs.set_title("→  ten outputs answer", loc="center", fontsize=11, pad=4)
    figure.suptitle(f"“That is a {read}”: {probabilities[read]:.0%} sure", x=0.01, ha="left")
    silent = int((hidden == 0).sum())
    return show(
        figure,
        f"A handwritten digit of 8 by 8 pixels goes into {len(hidden)} neurons, drawn as dots, the darker the more they "
        f"say; {silent} of them are silent. Ten bars are the answer: {read} with {probabilities[read]:.0%}.",
    )


def show_digits(images, labels, columns=10):
    """A row or more of digits, each with its label."""
    rows = -(-len(images) // columns)
    figure, grid = subplots(9, 1.15 * rows, rows, columns)
    for axes, image, label in zip(grid.flat, images, labels, strict=True):
        draw_image(axes, image.reshape(8, 8), str(label))
    return show(figure, f"{len(images)} handwritten digits of 8 by 8 grey pixels: {', '.join(map(str, labels))}.")


def show_neuron(digit, weights, bias):
    """What one neuron does with one digit: multiply, add up, cut off below zero."""
    products = digit * weights
    total = products.sum() + bias
    figure, axes = subplots(9, 3.0, 1, 4, width_ratios=[1, 1, 1, 1.1])
    reach = np.abs(weights).max()
    draw_image(axes[0], digit.reshape(8, 8), "the pixels")
    for place, image, title in ((1, weights, "× its weights"), (2, products, "= products")):
        draw_image(axes[place], image.reshape(8, 8), title)
        axes[place].images[0].set(cmap="PuOr", clim=(-reach, reach))
    sums = np.linspace(-3, 3)
    axes[3].plot(sums, np.maximum(sums, 0), color=INK)
    axes[3].plot([total], [max(total, 0)], "o", color=ARMS["dropout"].colour, markersize=10)
    axes[3].set(xlabel=f"the sum: {total:.2f}", ylabel="the neuron says")
    axes[3].set_title(f"→ {max(total, 0):.2f}", loc="center", fontsize=11, pad=4)
    figure.suptitle("A neuron weighs each pixel, adds up, and is silent below zero", x=0.01, ha="left")
    return show(
        figure,
        f"A digit's pixels times a neuron's weights (orange below zero, purple above) give products; their sum plus "
        f"the bias is {total:.2f}, and the neuron's output is that or zero, whichever is larger: {max(total, 0):.2f}.",
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
    """How hard each loss pulls the right output upwards, by the probability that it has now."""
    probability = np.linspace(0.002, 0.998, 300)
    figure, (left, right) = subplots(9, 3.2, 1, 2)
    cross, square = ARMS["dropout"], ARMS["plain"]
    left.plot(probability, -np.log(probability), color=cross.colour, label="cross-entropy")
    left.plot(probability, (1 - probability) ** 2, "--", color=square.colour, label="squared error")
    left.set(ylabel="loss", title="Cross-entropy punishes being sure and wrong")
    right.plot(probability, 1 - probability, color=cross.colour, label="cross-entropy")
    pull = 2 * probability * (1 - probability) ** 2
    right.plot(probability, pull, "--", color=square.colour, label="squared error")
    right.set(ylabel="pull on the output", title="… and pulls hardest there")
    for axes in (left, right):
        axes.set_xlabel("probability given to the right digit")
        axes.legend()
    return show(
        figure,
        "Left, the loss against the probability of the right digit: cross-entropy grows without end towards "
        "probability zero, squared error stays below one. Right, the pull on the output: at probability zero "
        "cross-entropy pulls with 1, squared error with 0, although the answer could not be more wrong.",
    )


def show_runs(accuracy):
    """The test accuracy of each run, a column of dots for each gradient. accuracy: name -> (runs,)."""
    figure, axes = subplots(8, 3.4)
    looks = [ARMS["dropout"], ARMS["plain"], ARMS["smaller"]]
    for place, (values, look) in enumerate(zip(accuracy.values(), looks, strict=False)):
        across = place + np.linspace(-0.12, 0.12, len(values))
        axes.plot(across, 100 * values, look.marker, color=look.colour, alpha=0.7)
        axes.plot([place - 0.25, place + 0.25], [100 * values.mean()] * 2, color=look.colour)
        axes.annotate(f"{values.mean():.1%}", (place + 0.28, 100 * values.mean()), va="center")
    axes.set(xticks=range(len(accuracy)), xticklabels=accuracy, xlim=(-0.5, len(accuracy)))
    axes.set_ylabel("test digits right (%)")
    axes.grid(axis="x", visible=False)
    listed = "; ".join(f"{name} {values.mean():.1%}" for name, values in accuracy.items())
    runs = len(values)
    axes.set_title(f"{runs} runs each, mean accuracy: {listed}")
    return show(figure, f"Test accuracy of each of {runs} runs as dots, with the mean: {listed}.")
