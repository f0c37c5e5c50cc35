"""Lesson 6, What it won't learn: its pictures."""

from dataclasses import replace

import numpy as np

from helpers.classroom.figures import ARMS, INK, draw_image, show, subplots
from helpers.classroom.plots import (
    draw_boundary,
    draw_curves,
    draw_differences,
    draw_estimates,
    draw_rows,
    plane_around,
    stretch_near_zero,
)
from helpers.lab import crossed_estimate, network_estimate
from helpers.nn import evaluate, softmax

LIE = "#882255"
ANSWERS = {
    "the wrong label": (LIE, "white"),
    "the true digit": ("#44AA99", INK),
    "something else": ("#DDDDDD", INK),
}
WRONG_SHOWN, SHOWN = 4, 12
PLAIN, DROPOUT = ARMS["plain"], ARMS["dropout"]
SLOW = replace(PLAIN, marker="s", line=":")
RIVALS = {
    "plain": PLAIN,
    "dropout": DROPOUT,
    "plain, small (2 × 16)": ARMS["smaller"],
    "plain, slow (a sixth)": SLOW,
    "plain, slow (a tenth)": SLOW,
}


def show_labels(true, noisy):
    """Twelve training digits and the labels they were given, four of them wrong. true, noisy: Data."""
    wrong = np.flatnonzero(true.train.labels != noisy.train.labels)[:WRONG_SHOWN]
    right = np.flatnonzero(true.train.labels == noisy.train.labels)[: SHOWN - WRONG_SHOWN]
    chosen = np.random.default_rng(6).permutation([*wrong, *right])
    images, given = noisy.train.take(chosen)
    figure, grid = subplots(9.5, 1.5, 1, SHOWN)
    for axes, image, label, example in zip(grid, images, given, chosen, strict=True):
        draw_image(axes, image.reshape(true.shape))
        lie = example in wrong
        axes.set_xlabel(f"“{label}” ✗" if lie else f"“{label}”", color=LIE if lie else INK)
    figure.suptitle(f"{WRONG_SHOWN} of these {SHOWN} labels are wrong (✗)", x=0.01, ha="left")
    lies = ", ".join(f"a {true.train.labels[example]} called {noisy.train.labels[example]}" for example in wrong)
    return show(figure, f"{SHOWN} handwritten digits, each with its label; {WRONG_SHOWN} are wrong: {lies}.")


def show_answers(lies, truths):
    """What networks say to training digits with a wrong label. lies, truths: shares, (plain and dropout, networks)."""
    figure, axes = subplots(9, 2.9)
    told = []
    for row, (kind, lie, truth) in enumerate(zip(("plain", "dropout"), lies, truths, strict=True)):
        parts, left = 100 * np.array([lie.mean(), truth.mean(), 1 - lie.mean() - truth.mean()]), 0
        for part, (answer, (colour, ink)) in zip(parts, ANSWERS.items(), strict=True):
            axes.barh(row, part, left=left, color=colour, label=answer if row == 0 else None, height=0.6)
            if part >= 4:
                axes.text(left + part / 2, row, f"{part:.0f}", ha="center", va="center", color=ink)
            left += part
        listed = (f"{answer} {part:.1f}" for answer, part in zip(ANSWERS, parts, strict=True))
        told.append(f"{kind}: {', '.join(listed)}")
    axes.set(yticks=[0, 1], yticklabels=["plain", "dropout"], xlim=(0, 100), ylim=(1.5, -0.5))
    axes.set_xlabel("of 100 training digits with a wrong label")
    axes.grid(False)
    axes.legend(ncols=3, loc="lower left", bbox_to_anchor=(0, 1))
    title = f"Plain repeats {100 * lies[0].mean():.0f} of 100 wrong labels, dropout {100 * lies[1].mean():.0f}"
    axes.set_title(title, pad=32)
    return show(figure, f"What the networks answer to 100 training digits with a wrong label. {'; '.join(told)}.")


def show_rivals(repeats, right):
    """Wrong labels repeated and new digits right, of each of RIVALS; and how far dropout is ahead of the last three.

    repeats: for each, shares, (networks,).  right: for each, which digits were right, (networks, digits).
    """
    figure, (left, middle, apart) = subplots(10, 3.4, 1, 3)
    told, found = [], []
    for axes, estimate, values, name in (
        (left, network_estimate, repeats, "wrong labels repeated (%)"),
        (middle, crossed_estimate, right, "new digits right (%)"),
    ):
        estimates = {kind: estimate(own) for kind, own in zip(RIVALS, values, strict=True)}
        draw_rows(axes, estimates, RIVALS, "{:.0f}")
        axes.set_xlabel(name)
        told.append(f"{name}: {'; '.join(f'{kind}: {one.as_percent()}' for kind, one in estimates.items())}")
        found.append([100 * one.mean for one in estimates.values()])
    left.set(xlim=(0, 100))
    middle.set(yticklabels=[], xlim=(None, 94))
    kinds = [kind.removeprefix("plain, ") for kind in RIVALS][2:]
    ahead = {kind: crossed_estimate(right[1].astype(float) - own) for kind, own in zip(kinds, right[2:], strict=True)}
    draw_differences(apart, ahead)
    apart.set(xlabel="new digits (points),\ndropout minus …", ylim=(2.5, -2.7))
    fewer = ", ".join(f"{100 * one.mean:+.1f}" for one in ahead.values())
    title = f"Small and slow repeat {min(found[0][2:]):.0f} to {max(found[0][2:]):.0f} of 100"
    figure.suptitle(f"{title}; on new digits dropout is ahead by {fewer}", x=0.01, ha="left")
    told += [f"new digits, dropout minus {kind}: {one}" for kind, one in ahead.items()]
    return show(figure, ". ".join(told) + ".")


def show_half(kept):
    """Of the labels that each network had learned, how many it still gives with half of its neurons off.

    kept: shares, (right and wrong labels, kinds, networks), of RIVALS without the small one.
    """
    figure, axes = subplots(9, 3.6)
    kinds, told = [kind for kind in RIVALS if "small" not in kind], []
    for place, (name, shares, answer) in enumerate(
        zip(("right labels", "wrong labels"), kept, ("the true digit", "the wrong label"), strict=True)
    ):
        colour, ink = ANSWERS[answer]
        percent = 100 * np.mean(shares, axis=1)
        rows = np.arange(len(kinds)) + 0.4 * place - 0.2
        axes.barh(rows, percent, color=colour, height=0.38, label=name)
        for row, part in zip(rows, percent, strict=True):
            axes.text(part - 1, row, f"{part:.0f}", ha="right", va="center", color=ink)
        told.append(f"{name}: {', '.join(f'{kind} {part:.0f}' for kind, part in zip(kinds, percent, strict=True))}")
    axes.set(yticks=range(len(kinds)), yticklabels=kinds, xlim=(0, 100), ylim=(len(kinds) - 0.5, -0.5))
    axes.set_xlabel("of 100 labels that a network had learned, how many it still gives")
    axes.grid(False)
    axes.legend(ncols=2, loc="lower left", bbox_to_anchor=(0, 1))
    axes.set_title("With half of the neurons off, only dropout keeps most right labels", pad=32)
    return show(figure, f"Still given with half of the neurons off, of 100 labels learned: {'; '.join(told)}.")


def show_epochs(epochs, lies, right, validation, stop):
    """Wrong labels repeated, new digits right, and the validation accuracy that is seen, epoch by epoch.

    epochs: (looks,).  lies, right, validation: shares, (plain and dropout, networks, looks).  stop: the look at which
    validation would have stopped each, (plain and dropout, networks).
    """
    figure, (left, middle) = subplots(10, 4.3, 1, 2)
    ends, kept = [], []
    for axes, values, name in ((left, lies, "wrong labels repeated (%)"), (middle, right, "accuracy (%)")):
        for kind, look, own, at in zip(("plain", "dropout"), (PLAIN, DROPOUT), values, stop, strict=True):
            draw_curves(axes, own, look, kind, epochs=epochs)
            axes.axvline(epochs[at].mean(), color=look.colour, linestyle=":")
        axes.set_ylabel(name)
        ends.append([100 * own[:, -1].mean() for own in values])
        stopped = (np.take_along_axis(own, at[:, np.newaxis], axis=1) for own, at in zip(values, stop, strict=True))
        kept.append([100 * own.mean() for own in stopped])
    stops, late = [epochs[own].mean() for own in stop], 100 * np.mean(right[1], axis=0)[epochs >= 12]
    for kind, look, at in zip(("plain", "dropout"), (PLAIN, DROPOUT), stops, strict=True):
        note = f"stop {kind}", (at, 0.02), (3, 0), ("data", "axes fraction"), "offset points"
        middle.annotate(*note, color=look.colour)
    for kind, look, own in zip(("plain", "dropout"), (PLAIN, DROPOUT), validation, strict=True):
        draw_curves(middle, own, replace(look, line="--"), kind, epochs=epochs)
    middle.set_ylim(top=101)
    middle.annotate("new digits", (epochs[-1], 100), ha="right", va="top")
    seen = 100 * np.max(np.mean(validation, axis=1))
    label = middle.annotate("validation digits, some labels wrong", (epochs[-1], seen + 2), ha="right", va="bottom")
    label.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 1})
    left.set_title(f"Stopped in time, {kept[0][0]:.0f} and {kept[0][1]:.0f} of 100 repeated")
    middle.set_title(f"Stopped in time, {kept[1][0]:.0f} and {kept[1][1]:.0f} new digits right")
    figure.supxlabel(
        "bands: from the lowest to the highest of ten networks; dotted: where validation stops them, on average",
        fontsize=10,
    )
    return show(
        figure,
        f"Left: after {epochs[-1]} epochs the plain networks repeat {ends[0][0]:.0f} of 100 wrong labels, those with "
        f"dropout {ends[0][1]:.0f}. Right: of 100 new digits they read {ends[1][0]:.0f} and {ends[1][1]:.0f}; "
        f"validation stops plain at epoch {stops[0]:.0f}, dropout at epoch {stops[1]:.0f}, on average; stopped there, "
        f"they repeat {kept[0][0]:.0f} and {kept[0][1]:.0f} of 100, and read {kept[1][0]:.0f} and {kept[1][1]:.0f} of "
        f"100 new digits. From epoch 12 on dropout reads {late.min():.0f} to {late.max():.0f} of 100. The highest "
        f"validation accuracy is {seen:.0f}%.",
    )


def show_stamps(found, gaps):
    """New digits read without a stamp and with a wrong one, by its strength.

    found: kind -> stamp -> Estimate, kinds plain, dropout, slow.  gaps: stamp -> plain minus dropout.
    """
    figure, (axes, apart) = subplots(10, 3.8, 1, 2, width_ratios=(3, 2))
    for (kind, estimates), look in zip(found.items(), (PLAIN, DROPOUT, SLOW), strict=True):
        draw_estimates(axes, range(len(estimates)), estimates.values(), look, kind)
    axes.set(xticks=range(len(gaps)), xticklabels=gaps, ylim=(0, 103), ylabel="new digits right (%)")
    axes.set_xlabel("wrong stamp")
    axes.legend(loc="lower left")
    strongest = [*gaps][-1]
    plain, dropout = (round(100 * found[kind][strongest].mean) for kind in ("plain", "dropout"))
    axes.set_title(f"The strongest wrong stamp leaves plain {plain}, dropout {dropout}")
    draw_differences(apart, gaps)
    stretch_near_zero(apart, gaps)
    apart.set_title("Plain minus dropout")
    told = [f"{stamp}, {kind}: {one.as_percent()}" for kind, own in found.items() for stamp, one in own.items()]
    told += [f"{stamp}, plain minus dropout: {one}" for stamp, one in gaps.items()]
    return show(figure, f"New digits right. {'; '.join(told)}.")


def show_boundaries(networks, data):
    """Boundaries side by side on the same moons. networks: label -> (a trained Network, the place of one in it)."""
    figure, grid = subplots(10, 3.1, 1, len(networks))
    told = []
    for axes, (label, (network, at)) in zip(grid, networks.items(), strict=True):
        x, labels = data.train.take(data.train.rows([network.seeds[at]])[0])
        plane, edges = plane_around(x, steps=50)
        draw_boundary(axes, softmax(network.forward(plane))[at, :, 1], edges, x, labels)
        training, test = (float(evaluate(network, part).accuracy[at]) for part in (data.train, data.test))
        axes.set_title(f"{label}\ntraining {training:.0%}, test {test:.0%}", loc="center", fontsize=11)
        told.append(f"{label}: training {training:.0%}, test {test:.0%}")
    return show(figure, f"Decision boundaries on the same points of two noisy moons. {'; '.join(told)}.")
