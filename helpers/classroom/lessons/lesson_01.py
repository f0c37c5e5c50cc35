"""Lesson 1, Build a network: its pictures, exercises and quiz."""

from itertools import pairwise

import numpy as np

from ..exercises import Exercise
from ..figures import ARMS, FAINT, INK, draw_image, show, subplots
from ..questions import Quiz, QuizQuestion


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


def _tanh_error(hidden, error):
    return error * (1 - hidden**2)


parameters_exercise = Exercise(
    "Exercise 1",
    right=64 * 32 + 32 + 32 * 10 + 10,
    wrong={
        64 * 32 + 32 * 10: "You counted the weights. Each hidden neuron and each output has a bias, too.",
        64 + 32 + 10: "You counted pixels and neurons. Each arrow between them has a weight of its own.",
        64 * 32 + 32: "That is the first layer. Don't forget the second.",
        64 * 32 * 10: "The layers follow one another: add their numbers, don't multiply them.",
    },
)

tanh_exercise = Exercise(
    "Exercise 2",
    right=_tanh_error,
    cases=((np.array([[0.5, -0.2, 0.0]]), np.array([[1.0, 2.0, 3.0]])), (np.array([[0.9]]), np.array([[-1.0]]))),
    wrong={
        lambda hidden, error: error * (hidden > 0): "That is ReLU's rule. tanh has no corner: its slope is "
        "1 - hidden**2.",
        lambda hidden, error: error * (1 - np.tanh(hidden) ** 2): "`hidden` has been through tanh already; you apply "
        "it twice. The slope is 1 - hidden**2.",
        lambda hidden, error: 1 - hidden**2: "That is the slope alone. The error that comes from above has to be "
        "multiplied by it.",
        lambda hidden, error: error * (1 - hidden): "Close: it is the square of hidden that is taken from 1.",
    },
)


def suspects(backward):
    """Three backward steps made from the right one, of which one is still right."""

    def forgets_the_mean(x, labels, weights):
        return [gradient * len(labels) for gradient in backward(x, labels, weights)]

    def averages_a_bias(x, labels, weights):
        dW1, db1, dW2, db2 = backward(x, labels, weights)
        return [dW1, db1 / len(labels), dW2, db2]

    return {"A": forgets_the_mean, "B": averages_a_bias, "C": backward}


suspects_exercise = Exercise(
    "Exercise 3",
    right="C",
    wrong={
        "A": "Its four errors are the same and large: every array is too big by the same factor. It adds up over the "
        "examples where the loss takes the mean.",
        "B": "Three of its arrays agree, one doesn't: look at b1. One wrong array is enough.",
    },
)

quiz = Quiz(
    QuizQuestion(
        "What does the bend (ReLU) between the two layers do?",
        {
            "It makes the network faster.": "It costs a little time. What would two layers without it amount to?",
            "Without it, two layers could do no more than one.": "Two matrix products in a row are one matrix "
            "product. The bend is what makes depth worth having.",
            "It keeps the outputs between 0 and 1.": "That is softmax's work. ReLU's output has no upper limit.",
        },
        right="Without it, two layers could do no more than one.",
    ),
    QuizQuestion(
        "Your training loss falls and the accuracy is 94 %. Is the gradient right?",
        {
            "Yes, or it would not learn.": "You saw a network that learns well with a gradient that is half of what "
            "it should be.",
            "Nobody knows before it is checked.": "Falling loss is a weak test. Central differences are a strong one.",
            "No, or it would be 100 %.": "A right gradient does not promise 100 % on digits never seen.",
        },
        right="Nobody knows before it is checked.",
    ),
    QuizQuestion(
        "Why not measure the error by squares?",
        {
            "Squares are slow to compute.": "They are faster. Look at the picture of the pull again.",
            "A sure and wrong answer would hardly be pulled back.": "At probability 0 squared error pulls with 0, "
            "cross-entropy with 1.",
            "Squares can't be differentiated.": "They can: that is not what is wrong with them here.",
        },
        right="A sure and wrong answer would hardly be pulled back.",
    ),
    QuizQuestion(
        "Why did we test on digits by other writers?",
        {
            "To see whether it reads digits, or only these people's digits.": "The number that counts is the one on "
            "what the network has never seen.",
            "Because there were not enough training digits.": "There were over 3,000. What would testing on them show?",
            "To make the result look better.": "It makes it look worse, and more honest.",
        },
        right="To see whether it reads digits, or only these people's digits.",
    ),
)
