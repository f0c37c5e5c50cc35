"""Lesson 3, Add dropout: its pictures."""

from dataclasses import replace

import numpy as np

from helpers.classroom.figures import ARMS, FAINT, INK, PARTS, show, subplots
from helpers.classroom.plots import draw_curves, draw_estimates

DROPOUT, TRAINING, VALIDATION, TEST = ARMS["dropout"], PARTS["training"], PARTS["validation"], PARTS["test"]
SIZES = (4, 6, 3)  # neurons of the small network that is drawn, by layer
WITH_COINS = replace(TRAINING, colour="#A8641F", marker="o", line="-.")  # training examples, dropout left on
FIRST = 5  # epochs that the prediction asks about


def show_three_batches():
    """One small network, at three batches: each time other hidden neurons are dropped."""
    figure, grid = subplots(9, 2.9, 1, 3)
    dropped = ((1, 4), (0, 1, 3), (2, 5))
    for batch, (axes, gone) in enumerate(zip(grid, dropped, strict=True), start=1):
        _draw_network(axes, gone)
        axes.set_title(f"batch {batch}", loc="center", fontsize=11)
    figure.suptitle("One network, three batches: each time other neurons stay silent", x=0.01, ha="left")
    return show(
        figure,
        "Three drawings of one network of 4, 6 and 3 neurons, one for each batch. In the first, two of the six hidden "
        "neurons are crossed out, with all their connections; in the second, three; in the third, two others.",
    )


def show_what_is_cut():
    """Three small networks: the whole one, a dropped neuron, and single cut connections."""
    figure, grid = subplots(9, 2.6, 1, 3)
    single = np.random.default_rng(3).random((2, max(SIZES), max(SIZES))) < 0.4
    for axes, title, gone, cut in zip(
        grid,
        ("all are there", "dropout: a neuron goes", "DropConnect: connections go"),
        ((), (1,), ()),
        (None, None, single),
        strict=True,
    ):
        _draw_network(axes, gone, cut)
        axes.set_title(title, loc="center", fontsize=11)
    return show(
        figure,
        "Three drawings of a network of 4, 6 and 3 neurons. In the first all connections are drawn. In the second one "
        "hidden neuron is crossed out, and all connections into it and out of it are dotted. In the third all neurons "
        "are there, but some connections are dotted.",
    )


def _draw_network(axes, gone, cut=None):
    """Columns of neurons, joined by lines. gone: hidden neurons, crossed; cut: True for each connection that is cut."""
    heights = [(np.arange(count) + 0.5) / count for count in SIZES]
    for layer in (0, 1):
        for i, j in np.ndindex(SIZES[layer], SIZES[layer + 1]):
            away = (j if layer == 0 else i) in gone or (cut is not None and cut[layer, i, j])
            ends = [heights[layer][i], heights[layer + 1][j]]
            axes.plot([layer, layer + 1], ends, ":" if away else "-", color=FAINT if away else INK, linewidth=0.8)
    for layer, height in enumerate(heights):
        for neuron, y in enumerate(height):
            away = layer == 1 and neuron in gone
            axes.plot(layer, y, "x" if away else "o", color=DROPOUT.colour if away else INK, markersize=10, mew=2.5)
    axes.axis("off")


def show_one_pass(sizes):
    """What each hidden neuron gives and gets in one pass; sizes: what -> numbers (any, neurons), of each the largest.

    Each row has its own scale: the darker, the larger. Exactly 0 is written.
    """
    largest = np.array([np.abs(values).max(axis=0) for values in sizes.values()])
    figure, axes = subplots(8, 3.0)
    axes.imshow(largest / largest.max(axis=1, keepdims=True), cmap="Greys", vmin=0, vmax=1.6, aspect="auto")
    for row, neuron in zip(*np.nonzero(largest == 0), strict=True):
        axes.text(neuron, row, "0", ha="center", va="center", color=DROPOUT.colour, fontsize=14, weight="bold")
    axes.set(xticks=range(largest.shape[1]), yticks=range(len(sizes)), yticklabels=sizes)
    axes.set_xlabel("hidden neuron")
    told = (
        "each field: the largest number without its sign, of the 100 signals (rows 1 and 2)\n"
        "or of the neuron's weights (rows 3 and 4); darker is larger, each row on its own scale"
    )
    figure.supxlabel(told, x=0.99, ha="right", fontsize=10)
    axes.grid(False)
    zero = np.flatnonzero((largest == 0).all(axis=0))
    others = np.delete(largest, zero, axis=1).min()
    axes.set_title(f"Exactly 0 in every row: neuron {', '.join(map(str, zero))}")
    return show(
        figure,
        f"A table of {len(sizes)} rows ({', '.join(sizes)}) and {largest.shape[1]} hidden neurons. Exactly 0 in every "
        f"row: neuron {', '.join(map(str, zero))}. All other fields are at least {others:.2g}.",
    )


def show_number_dropped(dropped, neurons, drop_rate):
    """How many neurons were dropped, in many draws."""
    figure, axes = subplots(8, 2.8)
    counts = np.bincount(dropped, minlength=neurons + 1) / len(dropped)
    low, high = dropped.min(), dropped.max()
    axes.bar(np.arange(low, high + 1), 100 * counts[low : high + 1], color=DROPOUT.colour)
    axes.axvline(drop_rate * neurons, color=INK, linestyle="--")
    axes.set(xlabel=f"neurons dropped, of {neurons}", ylabel="draws (%)")
    exactly = np.mean(dropped == round(drop_rate * neurons))
    axes.set_title(
        f"Between {low} and {high} neurons go; exactly {drop_rate * neurons:.0f} in {exactly:.0%} of the draws"
    )
    return show(
        figure,
        f"A histogram of how many of {neurons} neurons are dropped: from {low} to {high}, most often near "
        f"{drop_rate * neurons:.0f}, marked by a dashed line.",
    )


def show_rates(rates, result):
    """By drop rate: training accuracy with dropout on, the same with it off, and test accuracy."""
    arms = list(result.runs)
    on = [100 * np.mean([run.train_accuracy[-1] for run in result.runs[arm]]) for arm in arms]
    off = [100 * np.mean([run.watched.training_accuracy[-1] for run in result.runs[arm]]) for arm in arms]
    test = [result.mean(arm) for arm in arms]
    figure, axes = subplots(8, 3.7)
    axes.plot(rates, off, **TRAINING.style)
    axes.plot(rates, on, **WITH_COINS.style)
    draw_estimates(axes, rates, test, TEST, None)
    axes.set(xlabel="drop rate", ylabel="accuracy (%)", ylim=(0, 103), xticks=rates)
    percent = [100 * estimate.mean for estimate in test]
    for at, height, offset, look, label in (
        (2, off[2], (8, 6), TRAINING, "training, dropout off"),
        (0, on[1], (-4, -26), WITH_COINS, "training, dropout on"),
        (0, percent[1], (-4, -32), TEST, "test, dropout off"),
    ):
        axes.annotate(label, (rates[at], height), offset, textcoords="offset points", color=look.colour)
    minus_0 = {rate: result.difference(arm, arms[0]) for rate, arm in zip(rates[1:], arms[1:], strict=True)}
    intervals = [f"{r}: {100 * d.mean:+.1f} ({100 * d.low:+.1f} to {100 * d.high:+.1f})" for r, d in minus_0.items()]
    best = rates[int(np.argmax(percent))]
    epochs = len(result.runs[arms[0]][0].train_accuracy)
    told = f"After {epochs} epochs, {best} is best on test examples. Points more than at 0, and 95 % intervals:"
    axes.set_title(f"{told}\n{'   '.join(intervals)}", fontsize=11)
    compared = [f"drop rate {rate} minus 0: {difference}" for rate, difference in minus_0.items()]
    rows = zip(rates, off, on, percent, strict=True)
    told = "; ".join(f"rate {rate}: {a:.0f}, {b:.0f}, {c:.0f} %" for rate, a, b, c in rows)
    return show(
        figure,
        f"Training accuracy with dropout off, with it on, and test accuracy, by drop rate. {told}. On test "
        f"examples, {'; '.join(compared)}.",
    )


def show_curves(runs):
    """While networks train: accuracy on training examples with dropout off and on, and on validation examples."""
    off = np.array([run.watched.training_accuracy for run in runs])
    on = np.array([run.train_accuracy for run in runs])
    validation = np.array([run.watched.validation_accuracy for run in runs])
    figure, axes = subplots(8, 3.8)
    draw_curves(axes, off, TRAINING, "training, dropout off")
    draw_curves(axes, on, WITH_COINS, "training, dropout on")
    draw_curves(axes, validation, VALIDATION, "validation, dropout off")
    epochs = on.shape[1]
    ahead = 100 * (validation[:, :FIRST].mean() - on[:, :FIRST].mean())
    axes.axvspan(0.5, FIRST + 0.5, color=FAINT, alpha=0.2, linewidth=0)
    axes.set(ylabel="accuracy (%)", xlim=(0.5, 1.36 * epochs), ylim=(0, None))
    axes.set_xlabel("epoch (bands: from the lowest to the highest network)")
    axes.set_xticks([1, *range(10, epochs + 1, 10)])
    told = f"Validation minus training with dropout on, in the first {FIRST} epochs (grey): {ahead:+.1f} points"
    axes.set_title(told, loc="right", fontsize=12)
    highest = int((off.mean(axis=0) > np.maximum(on.mean(axis=0), validation.mean(axis=0))).sum())
    last = ", ".join(f"{100 * values[:, -1].mean():.0f} %" for values in (off, on, validation))
    return show(
        figure,
        f"Three curves over {epochs} epochs: training accuracy with dropout off, with it on, and validation accuracy; "
        f"at the end {last}. {told}. Training with dropout off is above both in {highest} of {epochs} epochs.",
    )


def show_moments(means):
    """Four accuracies in the first epochs, as fractions, and the step from each to the next. means: training while the
    epoch runs, dropout on; and at its end: training with dropout on, training with it off, validation with it off.
    """
    percent = 100 * np.asarray(means)
    rows = {
        "training, dropout on, the epoch's average": WITH_COINS,
        "training, dropout on, at its end": WITH_COINS,
        "training, dropout off, at its end": TRAINING,
        "validation, dropout off, at its end": VALIDATION,
    }
    figure, axes = subplots(8, 3.0)
    steps = dict(zip(("end of epoch", "dropout off", "new examples"), np.diff(percent), strict=True))
    arrow = {"arrowstyle": "->", "color": INK, "shrinkA": 6, "shrinkB": 6}
    for height, (why, step) in enumerate(steps.items()):
        before, after = percent[height : height + 2]
        axes.annotate("", (after, height + 1), (before, height), arrowprops=arrow)
        at_the_edge = {"transform": axes.get_yaxis_transform(), "ha": "right", "va": "center"}
        axes.text(1, height + 0.5, f"{why}: {step:+.1f}", fontsize=11, **at_the_edge)
    from_the_right = (False, *(np.diff(percent) < 0))  # where an arrow comes from there, the number stands on the left
    for height, (accuracy, look, left) in enumerate(zip(percent, rows.values(), from_the_right, strict=True)):
        axes.plot(accuracy, height, look.marker, color=look.colour, markersize=9)
        place = {"xytext": (-9, 0), "ha": "right", "va": "center"} if left else {"xytext": (9, 2)}
        axes.annotate(f"{accuracy:.1f}", (accuracy, height), textcoords="offset points", **place)
    axes.set(yticks=range(len(rows)), yticklabels=rows, ylim=(3.5, -0.7), xlim=(percent.min() - 3, percent.max() + 13))
    axes.set_xlabel(f"accuracy (%), mean of the first {FIRST} epochs\n(in another order the steps would differ)")
    axes.grid(axis="y", visible=False)
    parts = ", ".join(f"{why} {step:+.1f}" for why, step in steps.items())
    axes.set_title(
        f"{parts[0].upper()}{parts[1:]}: together {percent[-1] - percent[0]:+.1f} points", loc="right", fontsize=12
    )
    told = "; ".join(f"{label}: {accuracy:.1f} %" for label, accuracy in zip(rows, percent, strict=True))
    return show(
        figure,
        f"Four accuracies, each a mean of the first {FIRST} epochs, with an arrow from each to the next. {told}. The "
        f"steps in points: {parts}, together {percent[-1] - percent[0]:+.1f}.",
    )
