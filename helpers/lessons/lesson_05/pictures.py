"""Lesson 5, Against L1, L2 and friends: its pictures."""

import html

import numpy as np
from IPython.display import HTML

from helpers.classroom.figures import ARMS, INK, Arm, show, subplots
from helpers.classroom.plots import draw_estimates, draw_rows
from helpers.nn import L1, L2, SGD, ActivityPenalty, Dense, Dropout, Fresh, MaxNorm, Network, Relu

from . import experiment
from .panel import hidden_weights, largest_norm

OTHER = Arm(INK, "o", "-")
EDGES = np.linspace(-1.5, 1.5, 62)


def what_each_adds(data):
    """kind -> largest change, beside the plain network, of its outputs, of a weight's gradient, and after an SGD step.

    One hidden layer of 16, one batch of 100 examples, float64.
    """
    x, labels = data.train.take(np.arange(100), np.float64)
    kinds = {
        "L2": ((), L2(0.01)),
        "L1": ((), L1(0.01)),
        "max-norm": ((), MaxNorm(0.5)),
        "activity penalty": ((ActivityPenalty(0.01),), None),
        "dropout": ((Dropout(0.5),), None),
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
    """Outputs, gradient, and how far weights were moved after the step by something else than the step."""
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
    "L2": "strength / 2 · Σ w²",
    "L1": "strength · Σ |w|",
    "max-norm": "nothing",
    "activity penalty": "strength · Σ |unit's output|",
    "dropout": "nothing",
}


def show_what_each_adds(data):
    """A table of `what_each_adds`, and what each adds to the cost."""
    titles = ("", "adds to the cost", "outputs change", "gradients change", "weights change after the step")
    rows = "".join(f"<th>{title}</th>" for title in titles)
    for kind, changes in what_each_adds(data).items():
        cells = [kind, COSTS[kind], *("not at all" if change == 0 else f"by up to {change:.2g}" for change in changes)]
        rows += "</tr><tr>" + "".join(f'<td style="text-align: left">{html.escape(cell)}</td>' for cell in cells)
    return HTML(f"<table><tr>{rows}</tr></table>")


def show_result(result, what):
    """A Comparison's arms, best first."""
    means = {arm: result.mean(arm) for arm in result.runs}
    loss = {arm: float(np.mean([run.loss for run in runs])) for arm, runs in result.runs.items()}
    return _ranking(means, loss, what)


def show_full_size(amount):
    """The full-size run's regularisers, each alone, best first."""
    found = experiment.full_size(amount)
    means = {arm: found.accuracy[arm] for arm in experiment.ALONE}
    return _ranking(means, found.loss, f"2 × 128, {amount:,} examples")


def _ranking(means, loss, what):
    """Accuracies with their intervals, one a row, and the loss beside each. means: arm -> Estimate."""
    ranked = sorted(means, key=lambda arm: means[arm].mean, reverse=True)
    figure, axes = subplots(8.5, 0.9 + 0.42 * len(ranked))
    draw_rows(axes, {arm: means[arm] for arm in ranked}, {arm: ARMS.get(arm, OTHER) for arm in ranked})
    for row, arm in enumerate(ranked):
        text = f"{means[arm].mean:.1%}, loss {loss[arm]:.2f}"
        axes.annotate(text, (1, row), (6, 0), ("axes fraction", "data"), "offset points", va="center")
    axes.set_xlabel("test accuracy (%)")
    place = ranked.index("dropout") + 1
    axes.set_title(f"{what}: highest is {ranked[0]}; dropout is number {place} of {len(ranked)}")
    told = "; ".join(f"{arm} {means[arm].as_percent()}, loss {loss[arm]:.2f}" for arm in ranked)
    return show(figure, f"{what}. Test accuracy, best first, and test loss. {told}.")


def show_pairs(amount):
    """The full-size run's pairs: each partner without dropout and with it."""
    found = experiment.full_size(amount)
    figure, axes = subplots(8.5, 3.4)
    partners = ["plain", *experiment.PARTNERS]
    without = [found.accuracy[partner] for partner in partners]
    together = [found.accuracy["dropout" if p == "plain" else f"dropout + {p}"] for p in partners]
    for estimates, arm, label, shift in (
        (without, "plain", "dropout off", -0.06),
        (together, "dropout", "dropout on", 0.06),
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
    axes.set_title(f"{amount:,} examples: dropout adds more than a point to {', '.join(helped) or 'none of them'}")
    told = "; ".join(
        f"{p}: {a.mean:.1%} without dropout, {b.mean:.1%} with it"
        for p, a, b in zip(partners, without, together, strict=True)
    )
    return show(figure, f"{amount:,} training examples, both strengths tuned together. {told}.")


def show_weights(networks):
    """Histograms of the hidden weights, side by side. networks: arm -> a trained Network."""
    figure, grid = subplots(10, 4.4, 2, 3, sharex=True, sharey=True)
    told = []
    for axes, (arm, network) in zip(grid.ravel(), networks.items(), strict=True):
        weights = hidden_weights(network)
        counts, _ = np.histogram(weights.clip(EDGES[0], EDGES[-1]), EDGES)
        axes.stairs(100 * counts / len(weights), EDGES, color=ARMS.get(arm, OTHER).colour, fill=True)
        zeros, size, norm = np.mean(weights == 0), np.sqrt(np.mean(weights**2)), largest_norm(network)
        told.append(f"{arm}: {zeros:.0%} exactly 0, mean size {size:.2f}, largest norm {norm:.1f}")
        some_zeros = f", {zeros:.0%} are 0" if zeros else ""
        axes.set_title(f"{arm}: size {size:.2f}, norms up to {norm:.1f}{some_zeros}", loc="center", fontsize=10)
        axes.set(yscale="log", ylim=(0.01, 110))
    figure.supxlabel("hidden weights (size: root of the mean square)", fontsize=11)
    figure.supylabel("share (%), log scale", fontsize=11)
    return show(figure, f"Histograms of the hidden layers' weights after training. {'; '.join(told)}.")
