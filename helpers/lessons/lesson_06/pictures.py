"""Lesson 6, What it learns late: its pictures."""

import numpy as np

from helpers.classroom.figures import ARMS, INK, Arm, draw_image, show, subplots
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
TOP = 30  # percent: above it, only the plain networks
PLAIN, DROPOUT = ARMS["plain"], ARMS["dropout"]
SLOW = Arm("#666666", "D", ":")
RIVALS = {"plain": PLAIN, "dropout": DROPOUT, "slow": SLOW, "small": ARMS["smaller"]}


def show_labels(true, noisy):
    """Twelve training digits and the labels they were given, four of them wrong. true, noisy: Data."""
    wrong = np.flatnonzero(true.train.labels != noisy.train.labels)[:WRONG_SHOWN]
    right = np.flatnonzero(true.train.labels == noisy.train.labels)[: SHOWN - WRONG_SHOWN]
    chosen = np.random.default_rng(6).permutation([*wrong, *right])
    images, given = noisy.train.take(chosen)
    figure, grid = subplots(9.5, 1.95, 1, SHOWN)
    for axes, image, label, example in zip(grid, images, given, chosen, strict=True):
        draw_image(axes, image.reshape(true.shape))
        lie = example in wrong
        called = f"“{label}” ✗\n(a {true.train.labels[example]})" if lie else f"“{label}”"
        axes.set_xlabel(called, color=LIE if lie else INK)
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
    kinds = {"plain": "plain", "dropout": "dropout", "slow": "slow"}
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
    figure, (left, middle, apart) = subplots(10.5, 4.2, 1, 3, width_ratios=(4, 4, 3.2))
    told, ends = [], {}
    for kind, (repeats, right, stopped) in found.items():
        half, ends[kind] = 100 * repeats.mean(axis=0)[[len(epochs) // 2 - 1, -1]]
        label = f"{kind}: {ends[kind]:.0f}" + " (above)" * bool(ends[kind] > TOP)
        for axes, values in ((left, repeats), (middle, right)):
            axes.plot(epochs, 100 * values.mean(axis=0), markevery=4, label=label, **RIVALS[kind].style)
        told.append(
            f"{kind}, epoch {epochs[len(epochs) // 2 - 1]}: {half:.1f}, epoch {epochs[-1]}: {ends[kind]:.1f} of 100 "
            f"wrong labels repeated, {100 * right[:, -1].mean():.1f} new digits right; stopped in time "
            f"{100 * stopped.mean():.1f} right"
        )
    left.set(ylabel="wrong labels repeated (%)", xlabel="epoch", ylim=(0, TOP))
    left.legend(loc="upper right", bbox_to_anchor=(1.05, 1.02), title=f"epoch {epochs[-1]}")
    middle.set(ylabel="new digits right (%)", xlabel="epoch", ylim=(68, 94))
    middle.legend(found, loc="lower left", ncols=2)
    level = {kind: 100 * stopped.mean() for kind, (*_, stopped) in found.items()}
    mine = found["dropout"][2]
    others = [kind for kind in found if kind != "dropout"]
    ahead = {kind: crossed_estimate(mine - found[kind][2]) for kind in others}
    draw_differences(apart, ahead)
    apart.set_yticks(range(len(ahead)), [f"{kind}:\n{level[kind]:.1f}" for kind in others])
    apart.set_xlabel(f"dropout's {level['dropout']:.1f}\nminus it (points)")
    apart.set_title("new digits, stopped in time", fontsize=11, loc="right")
    late, read = (
        ", ".join(f"{kind} {of[kind]:{form}}" for kind in ("small", "dropout"))
        for of, form in ((ends, ".0f"), (level, ".1f"))
    )
    title = f"Of 100 wrong labels repeated after {epochs[-1]} epochs: {late}; of 100 new digits right, stopped: {read}"
    figure.suptitle(title, x=0.01, ha="left", fontsize=11.5)
    told += [f"new digits, stopped in time, dropout minus {kind}: {one}" for kind, one in ahead.items()]
    return show(figure, ". ".join(told) + ".")


def show_epochs(epochs, lies, unseen, right, validation, stop):
    """Wrong labels repeated, new digits right, and the validation accuracy that is seen, epoch by epoch.

    epochs: (tests,).  lies, right, validation: shares, (plain and dropout, networks, tests).  unseen: the same as lies,
    of wrong labels that no network was trained on.  stop: the test at which validation would have stopped each, (plain
    and dropout, networks).
    """
    figure, grid = subplots(10.5, 4.2, 1, 3)
    kinds = {"plain": PLAIN, "dropout": DROPOUT}
    parts = {"wrong labels repeated": lies, "validation, some labels wrong": validation, "new digits right": right}
    for axes, (part, values) in zip(grid, parts.items(), strict=True):
        for row, ((kind, look), own, at) in enumerate(zip(kinds.items(), values, stop, strict=True)):
            draw_curves(axes, own, look, kind, epochs=epochs)
            low, high, height = epochs[at].min(), epochs[at].max(), 0.04 + 0.06 * row  # of the axes, for the stops
            of = {"color": look.colour, "transform": axes.get_xaxis_transform()}
            axes.plot([low, high], [height] * 2, linewidth=3, solid_capstyle="round", **of)
            axes.plot(epochs[at].mean(), height, look.marker, **of)
        low, high = axes.get_ylim()
        axes.set_ylim(low - 0.16 * (high - low), high)
        axes.set_title(f"{part} (%)", fontsize=11)
    grid[0].set_yticks(range(0, 101, 20))
    seen = 100 * np.max(np.mean(validation, axis=1))
    kept, chance, new = (
        [100 * np.take_along_axis(own, at[:, np.newaxis], axis=1).mean() for own, at in zip(values, stop, strict=True)]
        for values in (lies, unseen, right)
    )
    plain = 100 * np.mean(lies[0], axis=0)
    figure.suptitle(
        f"Plain repeats {plain[-1]:.0f} of 100 wrong labels after {epochs[-1]} epochs, {kept[0]:.0f} where it is "
        f"stopped in time",
        x=0.01,
        ha="left",
    )
    figure.supxlabel(
        "bands: from the lowest to the highest of ten networks; bars at the bottom: where validation stops them, "
        "from first to last, and on average",
        fontsize=10,
    )
    learned, late = (epochs[np.argmax(plain >= part * plain[-1])] for part in (0.1, 0.9))
    ends, stops = [100 * own[..., -1].mean(axis=1) for own in (lies, right)], [epochs[own].mean() for own in stop]
    on = 100 * np.mean(right[1], axis=0)[epochs >= 12]
    return show(
        figure,
        f"Left: after {epochs[-1]} epochs the plain networks repeat {ends[0][0]:.0f} of 100 wrong labels, those with "
        f"dropout {ends[0][1]:.0f}; plain learns most of them from epoch {learned} to epoch {late}. Right: of 100 new "
        f"digits they read {ends[1][0]:.0f} and {ends[1][1]:.0f}; validation stops plain at epoch {stops[0]:.0f}, "
        f"dropout at epoch {stops[1]:.0f}, on average; stopped there, they repeat {kept[0]:.0f} and {kept[1]:.0f} of "
        f"100, and read {new[0]:.1f} and {new[1]:.1f} of 100 new digits; of 100 wrong labels that they never saw, they "
        f"give {chance[0]:.1f} and {chance[1]:.1f}. From epoch "
        f"12 on dropout reads {on.min():.0f} to {on.max():.0f} of 100. The highest validation accuracy is "
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
