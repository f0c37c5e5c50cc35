"""Lesson 5, Against L1, L2 and friends: its pictures."""

import html

import numpy as np
from IPython.display import HTML

from helpers.classroom.figures import ARMS, FAINT, INK, Arm, show, subplots
from helpers.classroom.plots import draw_estimates, draw_rows
from helpers.classroom.tables import table
from helpers.nn import L1, L2, SGD, ActivityPenalty, Dense, Dropout, Fresh, MaxNorm, Network, Relu

from . import experiment
from .panel import hidden_weights

OTHER = Arm(INK, "o", "-")
EDGES = np.linspace(-1.5, 1.5, 62)
STAYS_AT = 0.5  # the fence in the opening picture
STRENGTH, LIMIT, RATE = 0.01, 0.5, 0.5  # in the table of what each adds


def show_idea():
    """What holds a weight back, in four sketches: the loss of a network with one weight, and what is done to it."""
    w = np.linspace(-0.6, 1.6, 221)
    loss = (w - 1) ** 2
    costs = {"L2": loss + w**2, "L1": loss + np.abs(w)}
    figure, grid = subplots(10, 3.4, 1, 4, sharey=True)
    titles = ("L2: an elastic lead", "L1: an even pull", "max-norm: a fence", "dropout: shaky ground")
    for axes, title in zip(grid, titles, strict=True):
        look = ARMS[title.partition(":")[0]]
        axes.set_title(title, loc="center", fontsize=12)
        axes.plot(w, loss, color=FAINT, linestyle="--")
        if title.startswith("max-norm"):
            axes.axvspan(STAYS_AT, w[-1], color=look.colour, alpha=0.3, linewidth=0)
            axes.plot(STAYS_AT, (STAYS_AT - 1) ** 2, look.marker, color=look.colour, markersize=11)
        elif title.startswith("dropout"):
            for moved in (-0.5, -0.2, 0.15, 0.45):
                axes.plot(w, (w - 1 - moved) ** 2, color=look.colour, linewidth=1.2)
                axes.plot(1 + moved, 0, look.marker, color=look.colour, markersize=8)
        else:
            cost = costs[title.partition(":")[0]]
            axes.plot(w, cost, color=look.colour, linestyle=look.line)
            axes.plot(w[cost.argmin()], cost.min(), look.marker, color=look.colour, markersize=11)
        axes.set(xlabel="weight", xticks=[0, 1], yticks=[], xlim=(w[0], w[-1]), ylim=(-0.15, 2.6))
    grid[0].set_ylabel("cost")
    return show(
        figure,
        "Four sketches of the cost against one weight. Dashed in each: the loss alone, lowest at weight 1. With L2 "
        "and with L1, the lowest place is halfway to 0. With max-norm, all weights above a fence are forbidden, and "
        "the weight stands at the fence. With dropout, each mask has a valley and a lowest place of its own.",
    )


def what_each_adds(data):
    """kind -> largest change of the outputs, of a weight's gradient, and of a weight after the step.

    Compared with a plain network: one hidden layer of 16, one batch of 100 examples, float64.
    """
    x, labels = data.train.take(np.arange(100), np.float64)
    kinds = {
        "L2": ((), L2(STRENGTH)),
        "L1": ((), L1(STRENGTH)),
        "max-norm": ((), MaxNorm(LIMIT)),
        "activity penalty": ((ActivityPenalty(STRENGTH),), None),
        "dropout": ((Dropout(RATE),), None),
    }
    plain = _after_a_step(x, labels, (), None)
    changes = {}
    for kind, (layers, regulariser) in kinds.items():
        outputs, gradient, projected = _after_a_step(x, labels, layers, regulariser)
        changes[kind] = (
            *(float(np.abs(a - b).max()) for a, b in zip((outputs, gradient), plain, strict=False)),
            projected,
        )
    return changes


def _after_a_step(x, labels, layers, regulariser):
    """Outputs, gradient, and how far something moved the weights after the step of SGD."""
    network = Network([Dense(40, 16), Relu(), *layers, Dense(16, 10)], seeds=[0], dtype=np.float64)
    noise = Fresh([0])
    outputs = network.forward(x, noise)
    _, error = network.loss_function(outputs, labels)
    network.backward(error)
    if regulariser:
        regulariser.add_gradient(network)
    optimizer = SGD(0.1)
    optimizer.step(network.parameters, network.gradients, optimizer.start(network.parameters))
    before = network.parameters.copy()
    if regulariser:
        regulariser.after_step(network, 0.1)
    return outputs, network.gradients, float(np.abs(network.parameters - before).max())


COSTS = {
    "L2": "½ · strength · w²",
    "L1": "strength · size of w",
    "max-norm": "nothing",
    "activity penalty": "strength · size of hidden outputs",
    "dropout": "nothing",
}


def show_what_each_adds(data):
    """A table of `what_each_adds`, of what each adds to the cost, and under it of how strong each is."""
    titles = ("", "added to the cost", "outputs change", "gradients change", "weights change after the step")
    rows = [
        (kind, COSTS[kind], *(f"by up to {change:.2g}" if change else "no" for change in changes))
        for kind, changes in what_each_adds(data).items()
    ]
    said = f"Strength of L2, L1 and activity penalty: {STRENGTH:g}. Max-norm's limit: {LIMIT:g}. Drop rate: {RATE:g}."
    return HTML(f"{table(titles, rows)}<p>{said}</p>")


def show_tuned(tuned):
    """What a Tuned chose, a row each, under its budget; and of values on the edge, what that means."""
    strengths = "drop_rate", "l1", "l2", "max_norm", "activity"
    rows = [
        (name, f"{best.accuracy:.1%}", f"{best.recipe.learning_rate:g}", _strength(best.recipe, strengths))
        for name, best in tuned.best.items()
    ]
    said = html.escape(tuned.budget.replace("each arm", "Each", 1))
    if any(tuned.edges.values()):
        names = ", ".join(name for name, edges in tuned.edges.items() if edges)
        said += f". At an edge of what was tried, so that a better value may lie beyond: {html.escape(names)}"
    return HTML(f"<p>{said}.</p>{table(('', 'validation', 'learning rate', 'strength or limit'), rows)}")


def _strength(recipe, strengths):
    values = (getattr(recipe, name) for name in strengths)
    return ", ".join(f"{value:g}" for value in values if value) or "none"


def show_result(result, what, leader=None):
    """A Comparison's networks, best first. The title names no winner, but for the lead of a `leader`, where given."""
    means = {name: result.mean(name) for name in result.runs}
    if leader:
        second = max(estimate.mean for name, estimate in means.items() if leader not in name)
        finding = f"{leader} is {100 * (means[leader].mean - second):.1f} points ahead of all without it"
    else:
        ahead = [name for name in means if means[name].mean > means["plain"].mean]
        finding = f"{len(ahead)} of {len(means) - 1} are ahead of plain"
    return _ranking(means, what, finding)


def show_full_size(amount):
    """The full-size run's regularisers, each alone, best first, with their losses."""
    found = experiment.full_size(amount)
    means = {name: found.accuracy[name] for name in experiment.ALONE}
    ranked = _best_first(means)
    finding = f"highest is {ranked[0]}; dropout is number {ranked.index('dropout') + 1} of {len(ranked)}"
    return _ranking(means, f"2 × 128, {amount:,} examples", finding, found.loss)


def _best_first(means):
    return sorted(means, key=lambda name: means[name].mean, reverse=True)


def _ranking(means, what, finding, loss=None):
    """Accuracies with their intervals, best first, one a row. means: name -> Estimate.  loss: name -> number."""
    ranked = _best_first(means)
    texts = {name: f"{means[name].mean:.1%}" + (f", loss {loss[name]:.2f}" if loss else "") for name in ranked}
    figure, axes = subplots(8.5, 0.9 + 0.42 * len(ranked))
    draw_rows(axes, {name: means[name] for name in ranked}, {name: ARMS.get(name, OTHER) for name in ranked})
    for row, name in enumerate(ranked):
        axes.annotate(texts[name], (1, row), (6, 0), ("axes fraction", "data"), "offset points", va="center")
    axes.set_xlabel("test accuracy (%)")
    axes.set_title(f"{what}: {finding}")
    told = "; ".join(f"{name}: {texts[name]}, interval {means[name].as_percent()}" for name in ranked)
    return show(figure, f"{what}. Test accuracy, best first. {told}.")


def show_shifted(signals):
    """One signal, moved. signals: places -> the signal, (features,)."""
    figure, grid = subplots(8.5, 3.2, 1, len(signals), sharey=True)
    for axes, (places, signal) in zip(grid, signals.items(), strict=True):
        axes.plot(signal, color=INK)
        axes.set_title(f"{abs(places)} places to the {'left' if places < 0 else 'right'}" if places else "as it was")
        axes.set_xlabel("place")
    grid[0].set_ylabel("signal")
    figure.suptitle("Moved to the side, it keeps its shape", fontsize=13)
    told = ", ".join(f"{places:+d}" for places in signals)
    return show(figure, f"One signal, moved to the right by {told} places. Its shape stays the same.")


def show_pairs(amount):
    """The full-size run's pairs: each partner without dropout and with it."""
    found = experiment.full_size(amount)
    figure, axes = subplots(8.5, 3.4)
    partners = ["plain", *experiment.PARTNERS]
    without = [found.accuracy[partner] for partner in partners]
    together = [found.accuracy["dropout" if p == "plain" else f"dropout + {p}"] for p in partners]
    for estimates, arm, label, shift in (
        (without, "plain", "without dropout", -0.06),
        (together, "dropout", "with dropout", 0.06),
    ):
        look = Arm(ARMS[arm].colour, ARMS[arm].marker, "none")
        draw_estimates(axes, np.arange(len(partners)) + shift, estimates, look, label)
    axes.set(xticks=range(len(partners)), xticklabels=partners, ylabel="test accuracy (%)")
    axes.legend(loc="upper left")
    differences = {
        "plain": found.minus_plain["dropout"],
        **found.with_dropout_minus_without,
    }
    helped = [partner for partner, difference in differences.items() if difference.low > experiment.MARGIN]
    axes.set_title(
        f"{amount:,} examples: dropout surely adds more than a point to {', '.join(helped) or 'none of them'}"
    )
    told = "; ".join(
        f"{p}: {a.mean:.1%} without dropout, {b.mean:.1%} with it"
        for p, a, b in zip(partners, without, together, strict=True)
    )
    return show(figure, f"{amount:,} training examples, both strengths tuned together. {told}.")


def show_weights(networks):
    """Histograms of the hidden weights, side by side. networks: name -> a trained Network."""
    figure, grid = subplots(10, 5, 2, 2, sharex=True, sharey=True)
    told, zeros = [], {}
    for axes, (name, network) in zip(grid.ravel(), networks.items(), strict=True):
        weights = hidden_weights(network)
        counts, _ = np.histogram(weights.clip(EDGES[0], EDGES[-1]), EDGES)
        axes.stairs(100 * counts / len(weights), EDGES, color=ARMS.get(name, OTHER).colour, fill=True)
        zeros[name], size = float(np.mean(weights == 0)), np.sqrt(np.mean(weights**2))
        told.append(f"{name}: {zeros[name]:.0%} exactly 0, typical size {size:.2f}")
        axes.set_title(f"{name}: typical size {size:.2f}, {zeros[name]:.0%} are 0", loc="center", fontsize=11)
        axes.set(yscale="log", ylim=(0.01, 110))
        axes.set_yticks([0.01, 0.1, 1, 10, 100], ["0.01", "0.1", "1", "10", "100"])
    some = " and ".join(f"{name} ({share:.0%})" for name, share in zeros.items() if share) or "none of them"
    figure.suptitle(f"Weights that are exactly 0: {some}", fontsize=13)
    figure.supxlabel("hidden weights (typical size: the root of their mean square)", fontsize=11)
    figure.supylabel("share (%)", fontsize=11)
    return show(figure, f"Histograms of the hidden layers' weights after training. {'; '.join(told)}.")
