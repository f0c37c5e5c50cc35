"""Lesson 8, A hand behind your back: its pictures."""

import numpy as np

from helpers.classroom.figures import ARMS, FAINT, INK, Arm, draw_image, show, subplots
from helpers.nn import stream

from . import experiment
from .experiment import BLANKED, HIDDEN, NOISE

AFTERWARDS = Arm("#666666", "D", "-.")
FROM_START = Arm("#882255", "P", "--")
LOOKS = ARMS | {"slow plain": AFTERWARDS, "lost pixels": FROM_START}
TITLES = {HIDDEN: "hidden neurons tied (%)", BLANKED: "pixels blanked (%)", NOISE: "noise (% of black)"}


def draw_network(axes, layers):
    """Hidden layers of neurons between the pixels and the answers; layers: which neurons are free, one array each."""
    middle = (len(layers[0]) - 1) / 2
    columns = [np.array([True]), *layers, np.array([True])]
    heights = [np.arange(len(on)) - (len(on) - 1) / 2 + middle for on in columns]
    for place, (on, after) in enumerate(zip(columns, columns[1:], strict=False)):
        for start in heights[place][on]:
            for end in heights[place + 1][after]:
                axes.plot([place, place + 1], [start, end], color=FAINT, linewidth=0.5, zorder=1)
    for place, on in enumerate(layers, 1):
        for look, those in (("none", ~on), (INK, on)):
            drawn = {"markersize": 11, "markerfacecolor": look, "markeredgecolor": FAINT if look == "none" else look}
            axes.plot(np.full(those.sum(), place), heights[place][those], "o", zorder=2, **drawn)
    ends = [0, len(columns) - 1]
    axes.plot(ends, [middle] * 2, "s", color=INK, markersize=13, zorder=2)
    axes.set(xlim=(-0.5, len(columns) - 0.5), ylim=(-0.8, len(layers[0]) - 0.2))
    axes.axis("off")


def show_hands():
    """A network with all of its hidden neurons, and the same with half of them tied."""
    random = np.random.default_rng(3)
    whole = [np.ones(8, bool)] * 2
    half = [random.permutation(np.arange(8) < 4) for _ in range(2)]
    figure, grid = subplots(9, 2.9, 1, 2)
    for axes, layers, title in zip(grid, (whole, half), ("both hands free", "one hand tied"), strict=True):
        draw_network(axes, layers)
        axes.set_title(title, loc="center", fontsize=12)
    figure.suptitle("Half of the hidden neurons fall silent. Does it still read?", x=0.01, ha="left")
    return show(figure, "A network with two hidden layers of eight neurons, and the same with four of each silent.")


def show_tying(shares, accuracy):
    """Accuracy by the share of hidden neurons tied. accuracy: kind -> (shares, networks)."""
    figure, axes = subplots(8.5, 3.9)
    told, half = [], {}
    for kind, of_kind in accuracy.items():
        of_kind, look = 100 * np.asarray(of_kind), LOOKS[kind]
        axes.plot(100 * np.array(shares), of_kind.mean(axis=1), label=kind, **look.style)
        axes.fill_between(
            100 * np.array(shares), of_kind.min(axis=1), of_kind.max(axis=1), color=look.colour, alpha=0.2, linewidth=0
        )
        half[kind] = of_kind.mean(axis=1)[shares.index(0.5)]
        listed = ", ".join(f"{mean:.1f}" for mean in of_kind.mean(axis=1))
        told.append(f"{kind}: {listed}")
    axes.axhline(10, color=FAINT, linestyle=":")
    axes.annotate("guessing", (0, 10), (2, 4), textcoords="offset points", color="#666666")
    axes.set(xlabel="hidden neurons tied (%)", ylabel="new digits right (%)", ylim=(0, 102))
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1), title="mean, and lowest\nto highest of ten")
    axes.set_title("With half of them tied: dropout {dropout:.0f} %, plain {plain:.0f} %".format(**half))
    percent = ", ".join(f"{100 * share:.0f}" for share in shares)
    return show(figure, f"New digits right (%) with {percent} % of the hidden neurons tied. {'; '.join(told)}.")


def show_kitchen(x, kitchens):
    """One digit in each strange kitchen. x: (examples, 64), the first is shown; kitchens: name -> (kind, amount)."""
    figure, grid = subplots(9.5, 2.6, 1, len(kitchens) + 1)
    damaged = [experiment.damaged(x, *kitchen, stream(4, "a picture")) for kitchen in kitchens.values()]
    for axes, digits, title in zip(grid, (x, *damaged), ("as written", *kitchens), strict=True):
        draw_image(axes, digits[0].reshape(8, 8), title, frame=True)
        axes.images[0].set_clim(0, 1)
    figure.suptitle("One digit, damaged in three ways", x=0.01, ha="left")
    return show(figure, f"A digit as it was written, and damaged: {', '.join(kitchens)}.")


def show_prices(prices, kitchen):
    """What each damage costs, in points; the title is about `kitchen`. prices: kind -> damage -> (networks, digits)."""
    kinds, damages = [*prices], [*next(iter(prices.values()))]
    cost = {kind: {damage: 100 * np.mean(prices[kind][damage]) for damage in damages} for kind in kinds}
    figure, grid = subplots(11, 1.3 + 0.3 * len(kinds), 1, len(damages), sharex=True, sharey=True)
    for axes, damage in zip(grid, damages, strict=True):
        for place, kind in enumerate(kinds):
            axes.barh(place, cost[kind][damage], 0.7, color=LOOKS[kind].colour, alpha=0.85)
            axes.text(cost[kind][damage] + 1.5, place, f"{cost[kind][damage]:.1f}", va="center")
        axes.set_title(damage, fontsize=11)
        axes.grid(axis="y", visible=False)
    grid[0].set(yticks=range(len(kinds)), yticklabels=kinds, xlim=(0, 72), xticks=(0, 20, 40, 60))
    grid[0].invert_yaxis()
    figure.supxlabel("what it costs (points)", fontsize=11)
    listed = ", ".join(f"{kind} {of_kind[kitchen]:.0f}" for kind, of_kind in cost.items())
    figure.suptitle(f"Points lost with {kitchen}: {listed}", x=0.01, ha="left")
    told = (
        f"{kind}: {', '.join(f'{damage} {value:.1f}' for damage, value in of_kind.items())}"
        for kind, of_kind in cost.items()
    )
    return show(figure, f"What each damage costs, in points. {'; '.join(told)}.")


def show_practice():
    """Stored: accuracy by the amount of damage, for networks that practised it, and for those that did not."""
    practice, gains = experiment.stored_practice()
    looks = {
        "plain": ("plain", ARMS["plain"]),
        "dropout": ("dropout", ARMS["dropout"]),
        "from the start": ("this damage, all 60 epochs", FROM_START),
        "afterwards": ("plain, then 10 epochs of it", AFTERWARDS),
    }
    figure, grid = subplots(11, 3.8, 1, 3, sharey=True)
    told = []
    for axes, (damage, kinds) in zip(grid, practice.items(), strict=True):
        for kind, (label, look) in looks.items():
            if (damage, kind) != (HIDDEN, "from the start"):  # that is dropout itself
                axes.plot(
                    [100 * amount for amount in kinds[kind]],
                    [100 * one for one in kinds[kind].values()],
                    label=label,
                    **look.style,
                )
        axes.set_xlabel(TITLES[damage])
        told.append(f"{TITLES[damage]}: {', '.join(f'{kind} {one}' for kind, one in gains[damage].items())}")
    grid[0].set(ylabel="new digits right (%)", ylim=(20, 100))
    figure.legend(*grid[1].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    figure.suptitle("Each damage is best withstood by those that practised it", x=0.01, ha="left")
    return show(figure, f"How much more is read than by plain networks. {'; '.join(told)}.")


def show_features():
    """Stored: what the first hidden neurons of two autoencoders look for in a digit."""
    found = experiment.stored_features()
    figure, grid = subplots(10.5, 3.9, 1, 2)
    told = []
    for axes, (kind, one) in zip(grid, found.items(), strict=True):
        count, side, _ = one["features"].shape
        framed = np.pad(one["features"], ((0, 0), (1, 1), (1, 1)), constant_values=1.0)
        sheet = framed.reshape(4, count // 4, side + 2, side + 2).swapaxes(1, 2).reshape(4 * (side + 2), -1)
        axes.imshow(sheet, vmin=-1, vmax=1, cmap="gray", interpolation="nearest")
        axes.axis("off")
        axes.set_title(kind, fontsize=12)
        told.append(
            f"{kind}: {one['living']} neurons live, {100 * one['active']:.0f} % of them active for a digit, "
            f"correlation {one['correlation']:.2f}, squared error {one['error']:.1f}"
        )
    figure.suptitle("24 hidden neurons each: with dropout, they look at spots and strokes", x=0.01, ha="left")
    return show(figure, f"Weights of 24 hidden neurons as pictures of 28 × 28. {'; '.join(told)}.")


def show_planted(right):
    """Who keeps a planted dependency. right: kind -> what is broken -> (networks,)."""
    figure, axes = subplots(9, 2.9)
    looks = {"plain": ARMS["plain"], "hidden neurons dropped": ARMS["dropout"], "inputs dropped": FROM_START}
    told, broken = [], [*next(iter(right.values()))]
    for at, (kind, of_kind) in enumerate(right.items()):
        values = [100 * np.mean(of_kind[part]) for part in broken]
        places = np.arange(len(values)) + 0.27 * at
        hatch = (None, "//", "..")[at]
        axes.barh(places, values, 0.24, color=looks[kind].colour, label=kind, hatch=hatch, alpha=0.85)
        for place, value in zip(places, values, strict=True):
            axes.text(value + 0.8, place, f"{value:.0f}", va="center")
        told.append(f"{kind}: {', '.join(f'{part} {value:.1f}' for part, value in zip(broken, values, strict=True))}")
    axes.axvline(50, color=INK, linestyle=":")
    axes.set(
        yticks=np.arange(len(broken)) + 0.27, yticklabels=broken, xlim=(0, 108), xlabel="of 100 right; dotted: guessing"
    )
    axes.invert_yaxis()
    axes.grid(axis="y", visible=False)
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    plain, *_, inputs = (100 * np.mean(of_kind["pair broken"]) for of_kind in right.values())
    axes.set_title(f"Pair broken: plain {plain:.0f}, with inputs dropped {inputs:.0f} of 100")
    return show(figure, f"Of 100 right. {'; '.join(told)}.")
