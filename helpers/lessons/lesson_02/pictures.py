"""Lesson 2, Overfit it: its pictures."""

import numpy as np

from helpers.classroom.figures import ARMS, FAINT, INK, PARTS, show, subplots
from helpers.classroom.plots import draw_curves, draw_differences, draw_estimates, draw_rows, draw_signal
from helpers.lab import network_estimate
from helpers.lab.differences import Estimate
from helpers.lab.stacks import Curves

from . import experiment

TRAINING, VALIDATION, TEST = PARTS["training"], PARTS["validation"], PARTS["test"]
RATES = {"SGD": 0.06, "Adam": 0.3}  # about the best ones for `walk`
MADE_UP = {  # verdict -> a difference that gets it, where the margin is 1 point, and why
    "holds": (Estimate(0.03, 0.02, 0.04), "the whole bar lies above the margin"),
    "fails": (Estimate(-0.006, -0.018, 0.006), "the whole bar lies below the margin"),
    "undecided": (Estimate(0.014, 0.002, 0.026), "the margin lies inside the bar"),
}


def show_signals(x, labels):
    """One signal of each digit, and below it a second one."""
    figure, grid = subplots(9, 3.6, 2, 10)
    for digit in range(10):
        for row, example in enumerate(np.flatnonzero(labels == digit)[:2]):
            draw_signal(grid[row, digit], x[example], str(digit) if row == 0 else "")
    figure.suptitle("Two signals of each digit, from top to bottom: shifted, stretched, noisy", x=0.01, ha="left")
    return show(
        figure,
        "Two wavy lines for each of the digits 0 to 9. Lines of the same digit share a shape that is hard to see: it "
        "is shifted, stretched and covered by noise.",
    )


def show_error_bar(accuracy, low, high):
    """Ten accuracies as dots, and above them their mean with its interval, from `low` to `high`."""
    mean = accuracy.mean()
    figure, axes = subplots(9, 2.2)
    axes.plot(100 * accuracy, np.zeros(len(accuracy)), TEST.marker, color=TEST.colour, alpha=0.7)
    axes.plot([100 * low, 100 * high], [1, 1], color=INK)
    axes.plot(100 * mean, 1, "o", color=INK)
    axes.set(yticks=[0, 1], yticklabels=["ten networks", "their mean"], ylim=(-0.6, 1.6), xlabel="test accuracy (%)")
    axes.set_title(f"Single networks lie up to {100 * np.ptp(accuracy):.1f} points apart; their mean is known better")
    return show(
        figure,
        f"Ten dots between {accuracy.min():.1%} and {accuracy.max():.1%}; above them their mean, {mean:.1%}, with a "
        f"bar from {low:.1%} to {high:.1%}.",
    )


def show_what_varies(correct):
    """The same networks judged on ten different thousands of test examples. correct: (networks, 10,000)."""
    parts = correct.reshape(len(correct), 10, -1).mean(axis=2)
    figure, axes = subplots(8, 2.8)
    for part in range(10):
        axes.plot(np.full(len(parts), part + 1), 100 * parts[:, part], TEST.marker, color=TEST.colour, alpha=0.4)
    axes.plot(np.arange(1, 11), 100 * parts.mean(axis=0), "_", color=INK, markersize=22, markeredgewidth=2.5)
    spread = 100 * np.ptp(parts.mean(axis=0))
    axes.set(xlabel="which thousand test examples", ylabel="accuracy (%)", xticks=range(1, 11))
    axes.set_title(f"Ten networks, other test examples: their mean moves by up to {spread:.1f} points")
    return show(
        figure,
        f"Ten columns of dots, one for each thousand of the test examples. The columns' means differ by up to "
        f"{spread:.1f} points, although the networks are the same.",
    )


def walk(name, rate):
    """40 steps of "SGD" or "Adam" through a narrow valley, x² + 30 y² over two: the points, (41, 2)."""
    slopes, points = np.array([1.0, 30.0]), [np.array([-9.0, 2.0])]
    mean, square = np.zeros(2), np.zeros(2)
    for step in range(1, 41):
        move = gradient = slopes * points[-1]
        if name == "Adam":
            mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient**2
            move = mean / (1 - 0.9**step) / np.sqrt(square / (1 - 0.999**step))
        points.append(points[-1] - rate * move)
    return np.array(points)


def show_adam():
    """Gradient descent and Adam in a narrow valley, each at about its best learning rate."""
    figure, axes = subplots(9, 3.2)
    across, up = np.meshgrid(np.linspace(-10, 3, 100), np.linspace(-3, 3, 100))
    axes.contour(across, up, (across**2 + 30 * up**2) / 2, levels=12, colors=FAINT, linewidths=0.6)
    for (name, rate), look in zip(RATES.items(), (ARMS["plain"], ARMS["dropout"]), strict=True):
        axes.plot(*walk(name, rate).T, markersize=4, label=f"{name}, learning rate {rate}", **look.style)
    axes.plot(0, 0, "*", color=INK, markersize=14)
    axes.annotate(
        "a grey line joins points of equal loss", (-9.8, -2.6), color="#666666", fontsize=9, backgroundcolor="white"
    )
    axes.set(xlabel="a weight with a gentle slope", ylabel="a weight with a steep slope", xlim=(-10, 3), ylim=(-3, 3))
    axes.legend()
    axes.set_title("40 steps, each at about its best rate: SGD jumps, then creeps; Adam curves to the bottom")
    return show(
        figure,
        "Contour lines of a narrow valley, each joining points of equal loss, with a star at its lowest point. SGD's "
        "path jumps between the steep sides and creeps along; Adam's takes steps of similar size in both directions, "
        "crosses the valley's floor a few times, and reaches the star's surroundings.",
    )


def show_parting(runs):
    """Training and validation, epoch by epoch. runs: Runs that were watched."""
    curves = Curves(*np.stack([run.watched for run in runs], axis=1))
    figure, (left, right) = subplots(10, 3.4, 1, 2)
    for axes, training, validation, unit, name in (
        (left, curves.training_loss, curves.validation_loss, 1, "loss"),
        (right, curves.training_accuracy, curves.validation_accuracy, 100, "accuracy (%)"),
    ):
        draw_curves(axes, training, TRAINING, "training", unit=unit)
        draw_curves(axes, validation, VALIDATION, "validation", unit=unit)
        axes.set(ylabel=name, xlim=(0, training.shape[1]))
    lowest = int(curves.validation_loss.mean(axis=0).argmin()) + 1
    left.set_title(f"Validation loss is lowest at epoch {lowest}, then climbs")
    accuracy = curves.validation_accuracy.mean(axis=0)
    there, best = 100 * accuracy[lowest - 1], 100 * accuracy.max()
    right.set_title(f"Validation: {there:.1f} % there, {best:.1f} % at its best")
    for axes, epoch, height, side, told in (
        (left, lowest, 0, "right", f"epoch {lowest}"),
        (right, lowest, 0.82, "left", f"epoch {lowest}:\n{there:.1f} %"),
    ):
        axes.axvline(epoch, color=FAINT)
        place = {"xycoords": axes.get_xaxis_transform(), "textcoords": "offset points"}
        across, align = (4, "left") if side == "right" else (-4, "right")
        axes.annotate(told, (epoch, height), (across, 4), color="#666666", fontsize=10, ha=align, **place)
    ends = Curves(*(curve[:, -1].mean() for curve in curves))
    known, found, end = 100 * ends.training_accuracy, 100 * ends.validation_accuracy, accuracy.size
    right.annotate("", (0.96 * end, found), (0.96 * end, known), arrowprops={"arrowstyle": "<->", "color": INK})
    right.annotate(f"gap: {known - found:.0f} points", (0.94 * end, (known + found) / 2), ha="right", va="center")
    note = {"xycoords": "axes fraction", "ha": "right", "va": "center", "color": "#666666"}
    left.annotate("bands: from the lowest to\nthe highest network", (0.98, 0.4), **note)
    return show(
        figure,
        f"Left, training loss falls to {ends.training_loss:.2f} while validation loss falls until epoch {lowest} and "
        f"then climbs to {ends.validation_loss:.1f}. Right, training accuracy reaches {ends.training_accuracy:.0%}, "
        f"validation accuracy {ends.validation_accuracy:.0%}: {there:.1f} % at epoch {lowest}, {best:.1f} % at its "
        "best. The bands hold all networks.",
    )


def show_widths():
    """Training and test accuracy of the stored run's networks with 1,000 examples, by their width."""
    cells = experiment.grid()[1000]
    known, tested = [100 * cell.training[-1] for cell in cells.values()], [cell.test for cell in cells.values()]
    figure, axes = subplots(9, 3.4)
    axes.plot([*cells], known, label="its own examples", **TRAINING.style)
    draw_estimates(axes, [*cells], tested, TEST, "new signals")
    for width, estimate in zip(cells, tested, strict=True):
        place = width, 100 * estimate.high
        axes.annotate(f"{100 * estimate.mean:.1f}", place, (0, 7), textcoords="offset points", ha="center")
    xlabel = f"neurons in a layer (all at learning rate {experiment.GRID.learning_rate:g})"
    axes.set(xscale="log", xlabel=xlabel, ylabel="right (%)", ylim=(25, 105))
    axes.set_xticks([*cells], [f"{width}" for width in cells], minor=False)
    axes.minorticks_off()
    axes.legend(loc="center right", bbox_to_anchor=(1, 0.72))
    first = next(width for width, percent in zip(cells, known, strict=True) if percent > 99.9)
    axes.set_title(f"From {first} neurons on, all know their examples; on new signals, {max(cells)} are best")
    rows = "; ".join(
        f"{width}: training {percent:.0f} %, test {estimate.as_percent()}"
        for width, percent, estimate in zip(cells, known, tested, strict=True)
    )
    return show(figure, f"Accuracy against {xlabel}. {rows}.")


def show_random_labels(examples, true_labels, accuracy, test_accuracy):
    """Some signals with the labels they were given, and how many such labels are learned, epoch by epoch.

    examples: Examples with shuffled labels.  accuracy: on them, (networks, epochs).  test_accuracy: at the end.
    """
    figure, (*signals, axes) = subplots(10, 3.0, 1, 5, width_ratios=[1, 1, 1, 1, 9])
    for number, place in enumerate(signals):
        draw_signal(place, examples.x[number], f"a {true_labels[number]},\ncalled {examples.labels[number]}")
    draw_curves(axes, accuracy, TRAINING, "training")
    axes.axhline(10, color=FAINT)
    end, learned, found = accuracy.shape[1], accuracy[:, -1].mean(), test_accuracy.mean()
    axes.annotate("guessing: 10 %", (end / 2, 12), ha="center", color="#666666")
    axes.plot(end, 100 * found, TEST.marker, color=TEST.colour, markersize=9, clip_on=False)
    place = {"textcoords": "offset points", "va": "center", "color": TEST.colour}
    axes.annotate("new\nsignals", (end, 100 * found), (9, 0), **place)
    axes.set(ylabel="right (%)", ylim=(0, 105), xlim=(0, end))
    axes.set_title(f"{learned:.0%} of the nonsense is learned; {found:.0%} of new signals are right")
    return show(
        figure,
        f"Four signals with the labels that they got at random. The training accuracy on such labels climbs from "
        f"guessing to {learned:.0%}; the test accuracy is {found:.0%}, which is guessing.",
    )


def show_by_heart(result):
    """How many of its own examples each arm of `result` knows in the last epoch, and how many test examples."""
    known = {arm: network_estimate([run.train_accuracy[-1] for run in runs]) for arm, runs in result.runs.items()}
    new = {arm: result.mean(arm) for arm in known}
    figure, axes = subplots(9, 3.2)
    for found, look, name in ((known, TRAINING, "its own examples"), (new, TEST, "new signals")):
        draw_rows(axes, found, dict.fromkeys(found, look), "{:.0f} %")
        axes.plot([], [], look.marker, color=look.colour, label=name)
    axes.plot([], [], color=INK, label="error bar of the mean")
    axes.set(xlim=(0, 105), xlabel="right (%)")
    axes.legend(loc="upper left")
    least = min(known, key=lambda arm: known[arm].mean)
    axes.set_title(f"Of its own examples, the {least} network can't learn all by heart")
    listed = (f"{arm}: training {known[arm].mean:.0%}, test {new[arm].mean:.1%}" for arm in known)
    return show(figure, f"How much each knows of its own examples, and of new ones. {'; '.join(listed)}.")


def show_verdicts():
    """Three made-up differences, one for each verdict."""
    figure, axes = subplots(9, 2.8)
    bars = {f"{verdict}:\n{why}": bar for verdict, (bar, why) in MADE_UP.items()}
    draw_differences(axes, bars, margin=0.01)
    axes.set_title("Where does the bar lie, compared with the margin?")
    listed = "; ".join(f"{verdict}, where {why}, {bar}" for verdict, (bar, why) in MADE_UP.items())
    return show(figure, f"Three made-up differences with their error bars, and the margin of 1 point: {listed}.")
