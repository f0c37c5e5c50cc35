"""Lesson 4, Why not a smaller network? Its pictures."""

import time

import numpy as np
from IPython.display import HTML

from helpers.classroom.figures import ARMS, FAINT, INK, Arm, show, subplots
from helpers.classroom.plots import (
    draw_differences,
    draw_estimates,
    draw_heat_map,
    draw_rows,
)
from helpers.classroom.tables import table
from helpers.nn import Adam, Network, evaluate, mlp, train

from .. import trials
from . import experiment
from .trials import BIG, EACH, FEW, SMALLER

INPUTS, NEURONS, OUTPUTS = 5, 8, 3  # of the networks in the opening picture
TEAM = 6  # networks of the team with dropout
LOOKS = {0.0: ARMS["plain"], 0.2: ARMS["dropout"], 0.5: Arm("#003B5C", "D", "-.")}
LABELS = {rate: f"rate {rate}" if rate else "without dropout" for rate in LOOKS}
MASKS = {
    "example": "a new half for each example",
    "batch": "a new half for each batch",
    "epoch": "a new half for each epoch",
    "forever": "a fixed half",
    "half width": "no dropout, half as wide",
}


def show_idea():
    """The question as a picture: a smaller network, and a large one with another half switched off each time."""
    random = np.random.default_rng(4)
    halves = [[random.permutation(NEURONS) < NEURONS // 2 for _ in range(2)] for _ in range(2)]
    networks = {
        "the baker's small network": ([np.ones(NEURONS // 2, dtype=bool)] * 2, ARMS["smaller"]),
        "dropout, one example": (halves[0], ARMS["dropout"]),
        "dropout, the next example": (halves[1], ARMS["dropout"]),
    }
    figure, grid = subplots(10, 3.2, 1, 3)
    for axes, (label, (hidden, look)) in zip(grid, networks.items(), strict=True):
        _draw_network(axes, [np.ones(INPUTS, dtype=bool), *hidden, np.ones(OUTPUTS, dtype=bool)], look)
        axes.set_title(label, loc="center")
    return show(
        figure,
        "Three small networks. Left: two hidden layers of four neurons. Middle and right: two hidden layers of eight, "
        "four of which are switched off, other ones in the right-hand picture than in the middle.",
    )


def _draw_network(axes, layers, look):
    """Neurons as circles, and the connections of those that are on. layers: for each, which of its neurons are on."""
    places = [np.arange(len(on)) - (len(on) - 1) / 2 for on in layers]
    for left, (before, after) in enumerate(zip(layers, layers[1:], strict=False)):
        for start in places[left][before]:
            for end in places[left + 1][after]:
                axes.plot([left, left + 1], [start, end], color=look.colour, linewidth=0.6, alpha=0.5)
    for across, (on, up) in enumerate(zip(layers, places, strict=True)):
        hidden = 0 < across < len(layers) - 1
        marker, colour = (look.marker, look.colour) if hidden else ("o", INK)
        axes.plot([across] * on.sum(), up[on], marker, color=colour, markersize=9)
        axes.plot([across] * (~on).sum(), up[~on], marker, color=FAINT, markersize=9, fillstyle="none")
    axes.set(xticks=range(len(layers)), xticklabels=["signal", "hidden", "hidden", "answer"], yticks=[])
    axes.set_ylim(-NEURONS / 2, NEURONS / 2)
    axes.spines[:].set_visible(False)
    axes.grid(False)


def show_answers(answers):
    """Dropout minus plain, and both accuracies. answers: label -> a Comparison of "dropout" and "plain"."""
    found = {}
    for label, result in answers.items():
        dropout, plain = (100 * result.mean(arm).mean for arm in ("dropout", "plain"))
        found[f"{label}:\ndropout {dropout:.0f} %, plain {plain:.0f} %"] = result.difference("dropout", "plain")
    return show_differences(found, experiment.MARGIN, "Dropout at rate 0.2 minus plain: the learning rate decides")


def show_grid(result):
    """Shapes by rates, from a Comparison whose arms are called as `experiment.called` does, and what dropout gains."""
    shapes = list(dict.fromkeys(arm.split(" at ")[0] for arm in result.runs))
    rates = [*LOOKS]
    percents = [[100 * result.mean(f"{shape} at {rate}").mean for shape in shapes] for rate in rates]
    figure, (left, right) = subplots(10.5, 3.8, 1, 2)
    draw_heat_map(left, percents, [LABELS[rate] for rate in rates], _on_two_lines(shapes))
    left.set(xlabel="layers × neurons")
    left.set_title("Test accuracy (%)")
    gains = {
        rate: [result.difference(f"{shape} at {rate}", f"{shape} at 0.0") for shape in shapes] for rate in rates[1:]
    }
    wide = [at for at, shape in enumerate(shapes) if not shape.startswith("1 ")]
    for rate, differences in gains.items():
        draw_estimates(right, wide, [differences[at] for at in wide], LOOKS[rate], LABELS[rate])
        for at in {*range(len(shapes))} - {*wide}:
            draw_estimates(right, [at], [differences[at]], LOOKS[rate], None)
    right.axhline(0, color=FAINT)
    right.set(xlabel="layers × neurons", ylabel="difference (points)")
    right.set_xticks(range(len(shapes)), _on_two_lines(shapes))
    right.legend()
    last = {shapes[at]: 100 * gains[rates[-1]][at].mean for at in (wide[0], wide[-1])}
    found = ", ".join(f"{points:+.0f} at {shape}" for shape, points in last.items())
    right.set_title(f"Rate {rates[-1]} minus none: {found}", fontsize=12)
    differences = "; ".join(f"{shape}: {one}" for shape, one in zip(shapes, gains[rates[-1]], strict=True))
    told = _rows_told(rates, shapes, percents)
    what = f"{len(result.seeds)} networks each. Test accuracy in percent"
    return show(figure, f"{what}. {told}. Rate {rates[-1]} minus none: {differences}.")


def _on_two_lines(shapes):
    """Shapes such as "2 × 128", for a narrow column."""
    return [shape.replace("× ", "×\n") for shape in shapes]


def _rows_told(rates, columns, percents):
    """The numbers of a heat map as a text."""
    return "; ".join(
        f"rate {rate}: " + ", ".join(f"{column} has {value:.0f}" for column, value in zip(columns, row, strict=True))
        for rate, row in zip(rates, percents, strict=True)
    )


def show_full_size(amount):
    """The full-size run's accuracies with two layers, widths by rates."""
    found, widths, rates = experiment.full_size(amount), experiment.WIDTHS, experiment.RATES
    percents = [[100 * found.of(width, rate).mean for width in widths] for rate in rates]
    figure, axes = subplots(8, 2.6)
    draw_heat_map(axes, percents, [LABELS[rate] for rate in rates], widths)
    axes.set(xlabel="neurons in each of two layers")
    axes.set_title(f"Test accuracy (%) with {amount:,} training examples")
    told = _rows_told(rates, [f"width {width}" for width in widths], percents)
    return show(figure, f"Full size, {amount:,} training examples, ten networks each. Percent right. {told}.")


def show_depths():
    """The full-size run's depths, with both amounts of data: does one layer fewer do the job of dropout?"""
    width, depths = experiment.DEEP_WIDTH, experiment.DEPTHS
    figure, grid = subplots(10, 3.6, 1, 2)
    told = []
    for axes, amount in zip(grid, experiment.AMOUNTS, strict=True):
        found, steps = experiment.full_size(amount), []
        for rate in experiment.RATES:
            estimates = [found.of(width, rate, depth) for depth in depths]
            draw_estimates(axes, depths, estimates, LOOKS[rate], LABELS[rate])
            numbers = ", ".join(f"{estimate.mean:.0%}" for estimate in estimates)
            told.append(f"{amount:,} examples, rate {rate}: {numbers}")
            steps.append(f"{LABELS[rate]} {100 * (estimates[1].mean - estimates[0].mean):+.0f}")
        axes.set(xticks=depths, xlabel=f"hidden layers of {width}", ylabel="test accuracy (%)")
        axes.legend()
        axes.set_title(f"{amount:,} examples. Two layers minus one:\n{', '.join(steps)}", fontsize=11)
    return show(figure, f"Test accuracy with {depths[0]} to {depths[-1]} hidden layers. {'; '.join(told)}.")


def show_differences(estimates, margin, title):
    """Differences with their intervals, one a row. estimates: label -> Estimate.  title: what they say."""
    figure, axes = subplots(8.5, 0.9 + 0.55 * len(estimates))
    draw_differences(axes, estimates, margin)
    axes.set_title(title)
    return show(figure, f"{title}. " + "; ".join(f"{label}: {estimate}" for label, estimate in estimates.items()) + ".")


def show_best(best):
    """The best network of each kind, small or large, plain or with dropout. best: kind -> (name, accuracy)."""
    kinds = {title: [kind for kind in best if title in kind] for title in ("plain", "with dropout")}
    cells = {kind: f"{name}: {accuracy.mean:.1%}" for kind, (name, accuracy) in best.items()}
    rows = [(title, *(cells[kind] for kind in row)) for title, row in kinds.items()]
    return HTML(table(("the best network", "small", "large"), rows))


def show_rivals(leads):
    """The big network's lead over each rival, and from how many tries; last, the rivals of the trial in blocks.

    leads: rival -> (how many settings were tried for it, how many for all networks of its side, the lead, an Estimate).
    """
    tries = experiment.TRIALS
    rows = {
        rival: (str(experiment.CONTROL.epochs), f"{tries} : {each}", f"{tries * TEAM} : {side}", lead)
        for rival, (each, side, lead) in leads.items()
    }
    larger, most = trials.verdict("Q").differences["mnist1d-1000"], max(FEW.space["epochs"].options)
    each, side = EACH.values(), (EACH["dropout"] * len(BIG), EACH["smaller"] * len(SMALLER))
    rows["the ledger's: plain, L1 or L2"] = (f"up to {most}", "{} : {}".format(*each), "{} : {}".format(*side), larger)
    figure, axes = subplots(10, 1.3 + 0.55 * len(rows))
    draw_differences(axes, {rival: lead for rival, (*_, lead) in rows.items()}, experiment.MARGIN)
    columns = {80: "epochs", 190: "tries a network,\nbig : rival", 290: "tries a side,\nbig : rival"}
    for column, (place, title) in enumerate(columns.items()):
        for row, text in ((-0.75, title), *enumerate(cells[column] for cells in rows.values())):
            at = {"xytext": (place, 0), "textcoords": "offset points", "ha": "right", "va": "center"}
            axes.annotate(text, (1, row), xycoords=("axes fraction", "data"), **at)
    axes.set_xlabel("lead of the big network (points)")
    axes.set_title("Who leads depends on the rival, and on the tries", pad=16)
    told = "; ".join(
        f"{rival}, {epochs} epochs, tries for each network {network}, for each side {side}: {lead}"
        for rival, (epochs, network, side, lead) in rows.items()
    )
    return show(figure, f"The big network's lead over each rival, and the tries, big : rival. {told}.")


def show_half_width():
    """Dropout at rate 0.5 on each width, minus a plain network of half that width, from the full-size run."""
    figure, grid = subplots(10, 4.2, 1, 2, sharex=True, sharey=True)
    told = []
    for axes, amount in zip(grid, experiment.AMOUNTS, strict=True):
        found = experiment.full_size(amount).half_width
        estimates = {f"{w} at 0.5 − {w // 2} plain": trial.difference for w, trial in found.items()}
        draw_differences(axes, estimates, experiment.MARGIN)
        holds = sum(trial.verdict == "holds" for trial in found.values())
        axes.set_title(f"{amount:,} examples: ahead by > 1 point at {holds} of {len(found)}", loc="center", fontsize=11)
        told.append(f"{amount:,} examples: " + "; ".join(f"{label}: {e}" for label, e in estimates.items()))
    return show(figure, f"Dropout at rate 0.5 minus a plain network of half the width. {'. '.join(told)}.")


def show_masks(found):
    """How long a mask lasts. found: some of MASKS, the first and the last two among them -> accuracy, an Estimate."""
    figure, axes = subplots(8.5, 0.8 + 0.48 * len(found))
    estimates = {label: found[kind] for kind, label in MASKS.items() if kind in found}
    looks = {label: ARMS["smaller" if kind == "half width" else "dropout"] for kind, label in MASKS.items()}
    draw_rows(axes, estimates, looks, "{:.1f}%")
    axes.set_xlabel("test accuracy (%)")
    ahead = 100 * (found["example"].mean - found["half width"].mean)
    axes.set_title(f"New halves, compared with half the width: {ahead:+.1f} points")
    told = "; ".join(f"{label}: {estimate.as_percent()}" for label, estimate in estimates.items())
    return show(figure, f"Two layers of 256 at rate 0.5. Test accuracy by how long a mask lasts. {told}.")


def show_costs(data, recipes, seconds=0.1):
    """What each network has: parameters, memory, time to train a step and to predict. recipes: label -> Recipe."""
    titles = ("", "parameters", "their memory", "a training step", "1,000 predictions")
    rows = []
    for label, recipe in recipes.items():
        sizes = data.train.x.shape[1], *recipe.hidden, data.train.classes
        network = Network(mlp(*sizes, drop_rate=recipe.drop_rate), seeds=[0])
        steps = len(data.train) // 100
        training = _seconds(lambda network=network: next(train(network, data.train, Adam(0.001), 1)), seconds) / steps
        predicting = _seconds(lambda network=network: evaluate(network, data.validation), seconds)
        size = network.parameters.size
        cells = f"{size:,}", f"{4 * size / 1024:,.0f} KB", f"{1e3 * training:.2f} ms", f"{1e3 * predicting:.1f} ms"
        rows.append((label, *cells))
    return HTML(table(titles, rows, align="right"))


def _seconds(work, at_most):
    """The shortest time that `work` takes, in tries of `at_most` seconds together."""
    times, end = [], time.perf_counter() + at_most
    while not times or time.perf_counter() < end:
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)
