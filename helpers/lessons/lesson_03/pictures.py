"""Lesson 3, Add dropout: its pictures."""

import html

import numpy as np
from IPython.display import HTML

from helpers.classroom.figures import ARMS, FAINT, INK, PARTS, show, subplots
from helpers.nn import L2, SGD, Adam, Examples, Fresh, Network, Replayed, Shared, mlp, train

LEFT = '<td style="text-align: left">{}</td>'
DROPOUT, TRAINING, TEST = ARMS["dropout"], PARTS["training"], PARTS["test"]


def show_number_dropped(dropped, units, drop_rate):
    """How many units were dropped, in many draws."""
    figure, axes = subplots(8, 2.8)
    counts = np.bincount(dropped, minlength=units + 1) / len(dropped)
    low, high = dropped.min(), dropped.max()
    axes.bar(np.arange(low, high + 1), 100 * counts[low : high + 1], color=DROPOUT.colour)
    axes.axvline(drop_rate * units, color=INK, linestyle="--")
    axes.set(xlabel=f"units dropped, of {units}", ylabel="draws (%)")
    exactly = np.mean(dropped == round(drop_rate * units))
    axes.set_title(f"Between {low} and {high} units go; exactly {drop_rate * units:.0f} in {exactly:.0%} of the draws")
    return show(
        figure,
        f"A histogram of how many of {units} units are dropped: from {low} to {high}, most often near "
        f"{drop_rate * units:.0f}, marked by a dashed line.",
    )


def show_what_is_cut():
    """Three small networks: a dropped unit, single cut connections, and the whole network."""
    figure, grid = subplots(9, 2.6, 1, 3)
    random = np.random.default_rng(3)
    titles = ("everybody is there", "dropout: a unit goes", "DropConnect: connections go")
    for axes, title in zip(grid, titles, strict=True):
        gone = 1 if "a unit" in title else None
        for layer, (left, right) in enumerate(((3, 4), (4, 2))):
            for i, j in np.ndindex(left, right):
                cut = (j if layer == 0 else i) == gone or ("connections go" in title and random.random() < 0.4)
                ends = [(i + 0.5) / left, (j + 0.5) / right]
                axes.plot([layer, layer + 1], ends, ":" if cut else "-", color=FAINT if cut else INK, linewidth=1)
        for layer, units in enumerate((3, 4, 2)):
            for unit in range(units):
                away = layer == 1 and unit == gone
                axes.plot(
                    layer, (unit + 0.5) / units, "x" if away else "o", color=FAINT if away else INK, markersize=10
                )
        axes.set_title(title, loc="center", fontsize=11)
        axes.axis("off")
    return show(
        figure,
        "Three drawings of a network of 3, 4 and 2 units. In the first all connections are drawn. In the second one "
        "hidden unit is crossed out and its three incoming and two outgoing connections are dotted. In the third all "
        "units are there, but some connections are dotted.",
    )


def moves(data, optimizer, regularisers=(), own_masks=False):
    """How far the weights into and out of one dropped unit move in a step in which it is dropped.

    One hidden layer, batches of 20. In the first step every unit works, in the second the unit is dropped for all of
    the batch, or, with own_masks, each example has a mask of its own. Returns the largest change of any such weight.
    """
    unit = 5
    network = Network(mlp(40, 16, 10, drop_rate=0.5), seeds=[0], dtype=np.float64)
    noise = Replayed(Fresh([0])) if own_masks else Shared(Replayed(Fresh([0])))
    masks = noise if own_masks else noise.noise
    masks.masks[2] = np.ones((1, 20 if own_masks else 1, 16), bool)
    x, labels = data.train.take(np.arange(20))
    steps = train(network, Examples(x, labels, 10), optimizer, 2, 20, noise, regularisers)
    next(steps)
    masks.masks[2] = Fresh([1]).mask(2, masks.masks[2].shape, 0.5)
    if not own_masks:
        masks.masks[2][:, :, unit] = False
    first, last = network.layers[0], network.layers[-1]
    before = np.concatenate([first.weights[0, :, unit], last.weights[0, unit]])
    next(steps)
    return float(np.abs(np.concatenate([first.weights[0, :, unit], last.weights[0, unit]]) - before).max())


def show_moves(data):
    """Whether a dropped unit's weights move, by what else happens in the step."""
    cases = {
        "plain SGD": (SGD(0.1),),
        "SGD with momentum 0.9": (SGD(0.1, momentum=0.9),),
        "Adam": (Adam(0.01),),
        "plain SGD and L2": (SGD(0.1), [L2(0.01)]),
        "plain SGD, each example with its own mask": (SGD(0.1), (), True),
    }
    rows = ""
    for name, case in cases.items():
        moved = moves(data, *case)
        answer = f"they move, by up to {moved:.1g}" if moved else "they do not move at all"
        rows += f"<tr>{LEFT.format(html.escape(name))}{LEFT.format(answer)}</tr>"
    return HTML(f"<table><tr><th>a step with</th><th>the dropped unit's weights</th></tr>{rows}</table>")


def show_rates(rates, result):
    """By drop rate: training accuracy with dropout on, the same with it off, and test accuracy."""
    arms = list(result.runs)
    on = [[run.train_accuracy[-1] for run in result.runs[arm]] for arm in arms]
    off = [[run.watched.training_accuracy[-1] for run in result.runs[arm]] for arm in arms]
    test = [result.mean(arm) for arm in arms]
    figure, axes = subplots(8, 3.6)
    axes.plot(rates, 100 * np.mean(off, axis=1), "s-", color=TRAINING.colour, label="training examples, dropout off")
    axes.plot(rates, 100 * np.mean(on, axis=1), "o:", color=TRAINING.colour, label="training examples, dropout on")
    mean, low, high = (100 * np.array([getattr(e, part) for e in test]) for part in ("mean", "low", "high"))
    axes.errorbar(rates, mean, [mean - low, high - mean], label="test examples", capsize=4, **TEST.style)
    axes.set(xlabel="drop rate", ylabel="accuracy (%)", ylim=(0, 103), xticks=rates)
    axes.legend(loc="lower left")
    axes.set_title(f"Test accuracy at these rates: {', '.join(f'{percent:.0f}' for percent in mean)} %")
    rows = zip(rates, 100 * np.mean(off, axis=1), 100 * np.mean(on, axis=1), mean, strict=True)
    told = "; ".join(f"rate {rate}: {a:.0f}, {b:.0f}, {c:.0f} %" for rate, a, b, c in rows)
    return show(figure, f"Training accuracy with dropout off, with it on, and test accuracy, by drop rate. {told}.")
