"""Lesson 6, What it learns late: its pictures."""

from dataclasses import replace

import numpy as np

from helpers.classroom.figures import ARMS, INK, draw_image, show, subplots
from helpers.classroom.plots import (
    draw_boundary,
    draw_curves,
    draw_differences,
    plane_around,
)
from helpers.lab import crossed_estimate
from helpers.nn import evaluate, softmax

LIE = "#882255"
ANSWERS = {
    "the wrong label": (LIE, "white"),
    "the true digit": ("#44AA99", INK),
    "something else": ("#DDDDDD", INK),
}
WRONG_SHOWN, SHOWN = 4, 12
PLAIN, DROPOUT = ARMS["plain"], ARMS["dropout"]
SLOW = replace(PLAIN, marker="D", line=":")
RIVALS = {"plain": PLAIN, "dropout": DROPOUT, "slow": SLOW, "small": ARMS["smaller"]}


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
    """What networks say to training digits with a wrong label. lies, truths: shares, plain networks, then dropout."""
    kinds = {"plain": "plain", "dropout": "dropout"}
    percent = 100 * np.reshape([lies, truths], (2, 2, -1)).mean(axis=2)
    title = "Plain repeats {:.0f} of 100 wrong labels, dropout {:.0f}".format(*percent[0])
    told = "What the networks answer to 100 training digits with a wrong label"
    return _answers(kinds, percent, [*ANSWERS], title, "of 100 training digits with a wrong label", told)


def show_stamps(stamps, truths):
    """What networks say to new digits with a wrong stamp: its label, or the true one, (networks, digits).

    A third of the networks each: plain, dropout, slow.
    """
    kinds = {"plain": "plain", "dropout": "dropout", "slow": "plain, slow (a sixth)"}
    percent = 100 * np.reshape([stamps.mean(axis=1), truths.mean(axis=1)], (2, 3, -1)).mean(axis=2)
    title = "Plain follows the wrong stamp on {:.0f} of 100 digits, dropout on {:.0f}".format(*percent[0])
    answers = ["the stamp's label", "the true digit", "something else"]
    told = "What the networks answer to 100 new digits with a wrong stamp"
    return _answers(kinds, percent, answers, title, "of 100 new digits with a wrong stamp", told)


def _answers(kinds, percent, answers, title, of, told):
    """A bar for each kind of network, in three parts: of 100 digits, the false answers, the true ones, and the rest.

    kinds: name -> label.  percent: false and true, (2, kinds).
    """
    figure, axes = subplots(9, 1.5 + 0.7 * len(kinds))
    parts, lines = np.stack([*percent, 100 - percent.sum(axis=0)], axis=1), []
    for row, own in enumerate(parts):
        left = 0
        for part, answer, (colour, ink) in zip(own, answers, ANSWERS.values(), strict=True):
            axes.barh(row, part, left=left, color=colour, label=answer if row == 0 else None, height=0.6)
            if part >= 4:
                axes.text(left + part / 2, row, f"{part:.0f}", ha="center", va="center", color=ink)
            left += part
    for kind, own in zip(kinds, parts, strict=True):
        lines.append(f"{kind}: " + ", ".join(f"{answer} {part:.1f}" for answer, part in zip(answers, own, strict=True)))
    rows = len(kinds)
    axes.set(yticks=range(rows), yticklabels=kinds.values(), xlim=(0, 100), ylim=(rows - 0.5, -0.5), xlabel=of)
    axes.grid(False)
    axes.legend(ncols=3, loc="lower left", bbox_to_anchor=(0, 1))
    axes.set_title(title, pad=32)
    return show(figure, f"{told}. {'; '.join(lines)}.")


def show_rivals(epochs, found):
    """Wrong labels repeated and new digits right, test by test; and how far dropout is ahead, each stopped in time.

    epochs: (tests,).  found: kind of RIVALS -> shares repeated and right, (networks, tests); and which new digits are
    right when stopped in time, (networks, digits).
    """
    figure, (left, middle, apart) = subplots(10, 4.2, 1, 3, width_ratios=(4, 4, 3))
    told, ends = [], {}
    for kind, (repeats, right, stopped) in found.items():
        half, ends[kind] = 100 * repeats.mean(axis=0)[[len(epochs) // 2 - 1, -1]]
        label = f"{kind}: {ends[kind]:.0f}"
        for axes, values in ((left, repeats), (middle, right)):
            axes.plot(epochs, 100 * values.mean(axis=0), markevery=4, label=label, **RIVALS[kind].style)
        told.append(
            f"{kind}, epoch {epochs[len(epochs) // 2 - 1]}: {half:.1f}, epoch {epochs[-1]}: {ends[kind]:.1f} of 100 "
            f"wrong labels repeated, {100 * right[:, -1].mean():.1f} new digits right; stopped in time "
            f"{100 * stopped.mean():.1f} right"
        )
    left.set(ylabel="wrong labels repeated (%)", xlabel="epoch", ylim=(0, 30))
    left.legend(loc="upper right", bbox_to_anchor=(1.05, 1.02), title=f"epoch {epochs[-1]}")
    middle.set(ylabel="new digits right (%)", xlabel="epoch", ylim=(72, 96))
    level = {kind: 100 * stopped.mean() for kind, (*_, stopped) in found.items()}
    mine = found["dropout"][2]
    others = [kind for kind in found if kind != "dropout"]
    ahead = {kind: crossed_estimate(mine - found[kind][2]) for kind in others}
    draw_differences(apart, ahead)
    apart.set_yticks(range(len(ahead)), [f"{kind}\n({level[kind]:.1f})" for kind in others])
    apart.set_xlabel(f"new digits, stopped:\ndropout ({level['dropout']:.1f}) minus …")
    late = ", ".join(f"{kind} {ends[kind]:.0f}" for kind in ("dropout", "small", "slow"))
    figure.suptitle(f"Wrong labels repeated after {epochs[-1]} epochs: {late} of 100", x=0.01, ha="left")
    told += [f"new digits, stopped in time, dropout minus {kind}: {one}" for kind, one in ahead.items()]
    return show(figure, ". ".join(told) + ".")


def show_epochs(epochs, lies, unseen, right, validation, stop):
    """Wrong labels repeated, new digits right, and the validation accuracy that is seen, epoch by epoch.

    epochs: (tests,).  lies, right, validation: shares, (plain and dropout, networks, tests).  unseen: the same as lies,
    of wrong labels that no network was trained on.  stop: the test at which validation would have stopped each, (plain
    and dropout, networks).
    """
    figure, (left, middle) = subplots(10, 4.3, 1, 2)
    kinds = {"plain": PLAIN, "dropout": DROPOUT}
    for axes, values, name in ((left, lies, "wrong labels repeated (%)"), (middle, right, "accuracy (%)")):
        for (kind, look), own, at in zip(kinds.items(), values, stop, strict=True):
            draw_curves(axes, own, look, kind, epochs=epochs)
            axes.axvline(epochs[at].mean(), color=look.colour, linestyle=":")
        axes.set_ylabel(name)
    for (kind, look), own, at in zip(kinds.items(), validation, stop, strict=True):
        note = f"stop {kind}", (epochs[at].mean(), 0.02), (3, 0), ("data", "axes fraction"), "offset points"
        middle.annotate(*note, color=look.colour)
        draw_curves(middle, own, replace(look, line="--"), kind, epochs=epochs)
    middle.set_ylim(top=101)
    middle.annotate("new digits", (epochs[-1], 100), ha="right", va="top")
    seen = 100 * np.max(np.mean(validation, axis=1))
    label = middle.annotate("validation digits, some labels wrong", (epochs[-1], seen + 2), ha="right", va="bottom")
    label.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 1})
    kept, chance, new = (
        [100 * np.take_along_axis(own, at[:, np.newaxis], axis=1).mean() for own, at in zip(values, stop, strict=True)]
        for values in (lies, unseen, right)
    )
    left.set_title(f"Repeated, stopped: plain {kept[0]:.0f}, dropout {kept[1]:.0f} of 100")
    middle.set_title(f"New digits, stopped: plain {new[0]:.1f}, dropout {new[1]:.1f}")
    figure.supxlabel(
        "bands: from the lowest to the highest of ten networks; dotted: where validation stops them, on average\n"
        f"wrong labels that they never saw, given when stopped: plain {chance[0]:.1f}, dropout {chance[1]:.1f} of 100",
        fontsize=10,
    )
    ends, stops = [100 * own[..., -1].mean(axis=1) for own in (lies, right)], [epochs[own].mean() for own in stop]
    late = 100 * np.mean(right[1], axis=0)[epochs >= 12]
    return show(
        figure,
        f"Left: after {epochs[-1]} epochs the plain networks repeat {ends[0][0]:.0f} of 100 wrong labels, those with "
        f"dropout {ends[0][1]:.0f}. Right: of 100 new digits they read {ends[1][0]:.0f} and {ends[1][1]:.0f}; "
        f"validation stops plain at epoch {stops[0]:.0f}, dropout at epoch {stops[1]:.0f}, on average; stopped there, "
        f"they repeat {kept[0]:.0f} and {kept[1]:.0f} of 100, and read {new[0]:.1f} and {new[1]:.1f} of 100 new "
        f"digits; of 100 wrong labels that they never saw, they give {chance[0]:.1f} and {chance[1]:.1f}. From epoch "
        f"12 on dropout reads {late.min():.0f} to {late.max():.0f} of 100. The highest validation accuracy is "
        f"{seen:.0f}%.",
    )


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
