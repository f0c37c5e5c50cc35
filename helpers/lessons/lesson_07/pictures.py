"""Lesson 7, Many networks in one: its pictures."""

import numpy as np

from helpers.classroom.figures import ARMS, FAINT, INK, Arm, show, subplots
from helpers.classroom.plots import draw_differences
from helpers.lab.differences import crossed_estimate

from . import experiment

PLAIN, DROPOUT = ARMS["plain"], ARMS["dropout"]
NOISE, BOOSTED = Arm("#666666", "D", ":"), Arm("#8C6D31", "v", "-.")
WIDTHS = {"10": Arm("#6BAED6", "o", "-"), "128": Arm("#2171B5", "s", "--"), "512": Arm("#08306B", "^", ":")}
PLACES = {"mnist1d": "signals (MNIST-1D)", "optdigits": "8×8 digits"}


def draw_network(axes, on, numbers=False):
    """Ten hidden neurons between the pixels and the answers; those that are dropped are empty and without lines."""
    places = np.arange(len(on))[::-1]
    middle = (len(on) - 1) / 2
    for place, kept in zip(places, on, strict=True):
        if kept:
            axes.plot([-1, 0, 1], [middle, place, middle], color=FAINT, linewidth=0.8, zorder=1)
    for look, those in (("none", np.logical_not(on)), (DROPOUT.colour, on)):
        drawn = {"markersize": 10, "markerfacecolor": look, "markeredgecolor": FAINT if look == "none" else look}
        axes.plot(np.zeros(np.sum(those)), places[np.asarray(those, bool)], "o", zorder=2, **drawn)
    if numbers:
        for number, place in enumerate(places, 1):
            axes.text(0.28, place, str(number), va="center", fontsize=11)
    axes.plot([-1, 1], [middle] * 2, "s", color=INK, markersize=11, zorder=2)
    axes.set(xlim=(-1.4, 1.4), ylim=(-0.8, len(on) - 0.2))
    axes.axis("off")


def show_networks():
    """One network of ten hidden neurons, and five of the networks inside it."""
    random = np.random.default_rng(7)
    masks = [np.ones(10, bool), *(random.random((5, 10)) < 0.5)]
    figure, grid = subplots(10, 2.9, 1, len(masks), width_ratios=[1.3] + [1] * 5)
    for axes, on in zip(grid, masks, strict=True):
        draw_network(axes, on)
        axes.set_title("the whole" if on.all() else f"{on.sum()} of 10 kept", loc="center", fontsize=12)
    figure.suptitle("Ten hidden neurons, each kept or dropped: 2 × 2 × … × 2 = 1,024 networks", x=0.01, ha="left")
    kept = ", ".join(str(on.sum()) for on in masks[1:])
    return show(
        figure, f"A network with ten hidden neurons, and five of the 1,024 inside it, which keep {kept} of them."
    )


def show_all(masks, right, whole):
    """Each sub-network's accuracy by how many neurons it keeps, of one plain and one dropout network; and both wholes.

    right: (masks, networks), the first half plain; whole: (networks,).
    """
    right, kept = np.asarray(right), masks.sum(axis=1)
    half = right.shape[1] // 2
    figure, grid = subplots(10, 4.0, 1, 2, sharey=True)
    jitter = np.random.default_rng(0).uniform(-0.3, 0.3, len(masks))
    five, told = [], []
    for axes, name, look, first in zip(grid, ("plain", "dropout"), (PLAIN, DROPOUT), (0, half), strict=True):
        axes.plot(kept + jitter, 100 * right[:, first], ".", color=look.colour, markersize=4, alpha=0.5)
        mean = [100 * right[kept == count, first].mean() for count in range(kept.max() + 1)]
        axes.plot(range(len(mean)), mean, "_", color=INK, markersize=18, markeredgewidth=2)
        axes.axhline(100 * whole[first], color=INK, linestyle="--")
        above = (right[:, first] > whole[first]).sum()
        axes.annotate(
            f"the whole: {100 * whole[first]:.1f}", (0, 100 * whole[first]), (0, 4), textcoords="offset points"
        )
        axes.set(xlabel="neurons kept", xticks=range(0, 11, 2), ylim=(0, 104))
        axes.set_title(f"{name}: {above} of {len(masks):,} beat the whole")
        own = 100 * right[:, first : first + half]
        five.append(own[kept == 5].mean())
        beat = (right[:, first : first + half] > whole[first : first + half]).sum(axis=0)
        ahead = (own.max(axis=0) - 100 * whole[first : first + half]).max()
        told.append(
            f"{name}: of {half} networks, in {(beat == 0).sum()} none of the {len(masks):,} beats the whole, in any "
            f"one at most {beat.max()}, by {ahead:+.2f} points at most; one alone reads {own.mean():.1f} of 100 on "
            f"average, with five neurons {five[-1]:.1f}; the whole {100 * whole[first : first + half].mean():.1f}"
        )
    grid[0].set_ylabel("new digits right (%)")
    figure.suptitle(
        f"Five neurons, mean of all networks: {five[1]:.0f} of 100 new digits with dropout, {five[0]:.0f} without",
        x=0.01,
        ha="left",
    )
    return show(figure, f"Two clouds of 1,024 dots, each a sub-network; strokes: means. {'; '.join(told)}.")


def show_committee(alone, committee, whole, same):
    """Of 100 new digits: one sub-network alone, all 1,024 averaged, and the whole. Each: (networks,), plain first.

    same: how often the average and the whole give the same digit.
    """
    figure, axes = subplots(9, 2.9)
    told, rows, alike = [], {}, {}
    for name, part in (("plain", slice(None, len(whole) // 2)), ("dropout", slice(len(whole) // 2, None))):
        values = [100 * np.mean(each[part]) for each in (alone, committee, whole)]
        rows[name] = values
        alike[name] = 100 * np.mean(same[part])
        told.append(
            f"{name}: one alone {values[0]:.1f}, all averaged {values[1]:.1f}, the whole {values[2]:.1f}; the last two "
            f"give the same digit on {alike[name]:.0f} of 100"
        )
    labels = ("one alone, on average", "all 1,024, averaged", "the whole network")
    for at, (name, look) in enumerate((("plain", PLAIN), ("dropout", DROPOUT))):
        places = np.arange(3) + 0.38 * at
        axes.barh(places, rows[name], 0.34, color=look.colour, label=name, hatch="//" if at == 0 else None, alpha=0.85)
        for place, value in zip(places, rows[name], strict=True):
            axes.text(value + 0.8, place, f"{value:.0f}", va="center")
    axes.set(yticks=np.arange(3) + 0.19, yticklabels=labels, xlim=(0, 108), xlabel="of 100 new digits right")
    axes.invert_yaxis()
    axes.grid(axis="y", visible=False)
    axes.legend(loc="lower left", bbox_to_anchor=(0.62, 1.0), ncols=2)
    one, many, all_of_it = rows["dropout"]
    figure.suptitle(
        f"Dropout: {one:.0f} alone, {many:.0f} together; {alike['dropout']:.0f} of 100 answers are the whole's",
        x=0.01,
        ha="left",
    )
    return show(figure, f"Of 100 new digits right, means of the networks. {'; '.join(told)}.")


def show_averages():
    """Stored: how far k sub-networks, their probabilities averaged, are ahead of the whole, in accuracy and in loss."""
    found = experiment.averages()
    figure, grid = subplots(10.5, 6.4, 2, 2, sharex=True)
    told = []
    for column, (place, title) in enumerate(PLACES.items()):
        for row, part in enumerate(("accuracy", "loss")):
            axes, unit = grid[row, column], 100 if part == "accuracy" else 1
            for at, (width, look) in enumerate(WIDTHS.items()):
                estimates = found[place][width][part]
                counts = np.array([int(count) for count in estimates]) * 1.04**at
                mean, low, high = (
                    unit * np.array([getattr(one, end) for one in estimates.values()])
                    for end in ("mean", "low", "high")
                )
                axes.errorbar(
                    counts, mean, [mean - low, high - mean], capsize=3, label=f"{width} neurons", **look.style
                )
                shown = [f"{unit * estimates[count].mean:+.2f}" for count in ("1", "50", "500")]
                told.append(f"{title}, {part}, {width} neurons: {', '.join(shown)}")
            axes.axhline(0, color=INK, linestyle="--")
            axes.set_xscale("log")
            axes.set_xticks([1, 10, 100, 500], [1, 10, 100, 500])
            axes.set_xticks([], minor=True)
        grid[0, column].set(ylim=(-12, 3))
        grid[0, column].set_title(title, fontsize=12)
        grid[1, column].set_xlabel("sub-networks averaged")
    grid[0, 0].set_ylabel("accuracy, averaged\nminus whole (points)")
    grid[1, 0].set_ylabel("log-loss, averaged\nminus whole (less is better)")
    grid[0, 1].legend(loc="lower right")
    figure.suptitle(
        "No average reads clearly more than the whole; in wide layers its log-loss is lower",
        x=0.01,
        ha="left",
    )
    return show(figure, f"1, 50 and 500 sub-networks averaged, minus the whole. {'; '.join(told)}.")


def show_ensembles():
    """Stored: ensembles of networks that were trained one by one, compared with one network with dropout."""
    found = experiment.ensembles()
    figure, grid = subplots(10.5, 3.3, 1, 2)
    told = []
    for axes, (place, title) in zip(grid, PLACES.items(), strict=True):
        kinds = found[place]
        ahead = {f"{kind}: {100 * accuracy:.1f}": one for kind, (accuracy, _, one) in kinds.items() if one}
        draw_differences(axes, ahead)
        accuracy, *_ = kinds["one dropout"]
        axes.set_title(f"{title}: one dropout {100 * accuracy:.1f}", fontsize=12)
        axes.set_xlabel("minus one dropout network (points)")
        listed = (f"{kind} {100 * right:.1f} % (log-loss {loss:.2f})" for kind, (right, loss, _) in kinds.items())
        told.append(f"{title}: {', '.join(listed)}")
    figure.suptitle("On signals five networks read more than one, and five with dropout the most", x=0.01, ha="left")
    return show(figure, f"Stored with the course, five of each. {'; '.join(told)}.")


def show_noises(right):
    """Plain, and with each kind of noise, on new signals. right: kind -> which are right, (networks, signals)."""
    looks = {"plain": PLAIN, "Gaussian noise": NOISE, "dropout": DROPOUT, "boosting": BOOSTED}
    figure, (left, apart) = subplots(10, 3.3, 1, 2, width_ratios=(3, 2))
    told = {kind: 100 * of_kind.mean() for kind, of_kind in right.items()}
    for row, (kind, of_kind) in enumerate(right.items()):
        own = 100 * of_kind.mean(axis=1)
        left.plot(own, [row] * len(own), looks[kind].marker, color=looks[kind].colour, alpha=0.6)
        left.text(own.max() + 0.4, row, f"{told[kind]:.1f}", va="center")
    left.set(yticks=range(len(right)), yticklabels=right, ylim=(len(right) - 0.5, -0.5), xlabel="new signals right (%)")
    left.grid(axis="y", visible=False)
    left.margins(x=0.12)
    ahead = {f"{kind} − plain": crossed_estimate(right[kind] - right["plain"]) for kind in [*right][1:]}
    draw_differences(apart, ahead)
    listed = ", ".join(f"{kind} {100 * one.mean:+.1f}" for kind, one in zip([*right][1:], ahead.values(), strict=True))
    figure.suptitle(f"Compared with plain, in points: {listed}", x=0.01, ha="left")
    listed = "; ".join(f"{kind} {value:.1f}" for kind, value in told.items())
    differences = "; ".join(f"{kind}: {one}" for kind, one in ahead.items())
    return show(figure, f"Of 100 new signals right: {listed}. {differences}.")
