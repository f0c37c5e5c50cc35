"""Lesson 5, Against L1, L2 and friends: its pictures."""

import html
from dataclasses import dataclass

import numpy as np
from IPython.display import HTML

from helpers.classroom.figures import ARMS, FAINT, INK, Arm, show, subplots
from helpers.classroom.plots import draw_differences, draw_estimates, draw_rows
from helpers.classroom.tables import table
from helpers.lab import Recipe
from helpers.lab.full_size import stored_trial
from helpers.lessons import trials
from helpers.nn import L1, L2, SGD, ActivityPenalty, Dense, Dropout, Fresh, MaxNorm, Network, Relu

from . import experiment
from .panel import hidden_weights

OTHER = Arm(INK, "o", "-")
LOOKS = ARMS | {"shift": Arm(INK, "*", "-"), "shift + dropout": Arm(INK, "X", "-")}
EDGES = np.linspace(-1.5, 1.5, 62)
SAME_DATA = "mnist1d-1000"  # of the trials in blocks: what the lesson trains on
STAYS_AT = 0.5  # the fence in the opening picture
ON = "neuron on, its\noutput doubled"  # by inverted dropout, so that half of the weight is enough
STRENGTH, LIMIT, RATE, LEARNING_RATE = 0.01, 0.5, 0.5, 0.1  # in the table of what each adds


def show_idea():
    """What holds a weight back, in four sketches: the loss of a network with one weight, and what is done to it.

    Dropout's: input, target and drop rate 1, 1 and 0.5, so that half of the time the output is 2 w, or else 0.
    """
    w = np.linspace(-0.6, 1.6, 221)
    loss = (w - 1) ** 2
    kept, dropped = (2 * w - 1) ** 2, np.ones_like(w)
    costs = {"L2": loss + w**2, "L1": loss + np.abs(w), "dropout": (kept + dropped) / 2}
    figure, grid = subplots(10, 3.8, 1, 4, sharey=True)
    titles = ("L2: an elastic lead", "L1: an even pull", "max-norm: a fence", "dropout: shaky ground")
    for axes, title in zip(grid, titles, strict=True):
        name = title.partition(":")[0]
        look = ARMS[name]
        axes.set_title(title, loc="center", fontsize=12)
        axes.plot(w, loss, color=FAINT, linestyle="--")
        if name == "max-norm":
            axes.axvspan(STAYS_AT, w[-1], color=look.colour, alpha=0.3, linewidth=0)
            axes.plot(STAYS_AT, (STAYS_AT - 1) ** 2, look.marker, color=look.colour, markersize=11)
        else:
            axes.plot(w, costs[name], color=look.colour, linestyle=look.line)
            lowest = costs[name].argmin()
            axes.plot(w[lowest], costs[name][lowest], look.marker, color=look.colour, markersize=11)
        axes.set(xlabel="weight", xticks=[0, 1], yticks=[], xlim=(w[0], w[-1]), ylim=(-0.6, 2.6))
    for ground in (kept, dropped):
        grid[-1].plot(w, ground, color=ARMS["dropout"].colour, linewidth=1)
    labels = {"neuron off": (0.5, 1.03, "bottom"), "mean": (0.5, 0.62, "bottom"), ON: (0.5, -0.06, "top")}
    for label, (x, y, side) in labels.items():
        grid[-1].annotate(label, (x, y), color=ARMS["dropout"].colour, va=side, ha="center", fontsize=11)
    grid[0].annotate("loss alone", (1, -0.06), ha="center", va="top", color="#666666", fontsize=11)
    grid[0].set_ylabel("cost")
    figure.suptitle("Left free, the weight ends at 1; held, it ends at the mark, halfway to 0", fontsize=13)
    return show(
        figure,
        "Four sketches of the cost against one weight. Dashed in each: the loss alone, lowest at weight 1. With L2 "
        "and with L1, the lowest place is halfway to 0. With max-norm, all weights above a fence are forbidden, and "
        "the weight stands at the fence. With dropout, the neuron is now on, its output doubled, so that the valley is "
        "halfway to 0; now off, with flat ground. The mean of the two is lowest halfway to 0.",
    )


@dataclass(frozen=True)
class Added:
    """What something adds to one step of SGD, compared with a plain network.

    cost: added to it.  outputs, gradient: the largest change of one of them.  after: the farthest that it moves a
    weight once the step is done.
    """

    cost: float
    outputs: float
    gradient: float
    after: float


def what_each_adds(data):
    """kind -> Added: one hidden layer of 16, one batch of 100 examples, float64."""
    x, labels = data.train.take(np.arange(100), np.float64)
    kinds = {
        "L2": ((), L2(STRENGTH)),
        "L1": ((), L1(STRENGTH)),
        "max-norm": ((), MaxNorm(LIMIT)),
        "activity penalty": ((ActivityPenalty(STRENGTH),), None),
        "dropout": ((Dropout(RATE),), None),
    }
    network = _small(())
    hidden = network.layers[1].forward(network.layers[0].forward(np.broadcast_to(x, (1, *x.shape))))
    costs = {
        "L2": STRENGTH / 2 * (network.weights_only**2).sum(),
        "L1": STRENGTH * np.abs(network.weights_only).sum(),
        "activity penalty": STRENGTH * np.abs(hidden).sum() / len(x),
    }
    plain_outputs, plain_gradient, _ = _step(x, labels, (), None)
    found = {}
    for kind, (layers, regulariser) in kinds.items():
        outputs, gradient, after = _step(x, labels, layers, regulariser)
        changes = (float(np.abs(a - b).max()) for a, b in ((outputs, plain_outputs), (gradient, plain_gradient)))
        found[kind] = Added(float(costs.get(kind, 0)), *changes, after)
    return found


def _small(layers):
    return Network([Dense(40, 16), Relu(), *layers, Dense(16, 10)], seeds=[0], dtype=np.float64)


def _step(x, labels, layers, regulariser):
    """Outputs, gradient, and how far something moved the weights after the step of SGD."""
    network = _small(layers)
    outputs = network.forward(x, Fresh([0]))
    _, error = network.loss_function(outputs, labels)
    network.backward(error)
    if regulariser:
        regulariser.add_gradient(network)
    optimizer = SGD(LEARNING_RATE)
    optimizer.step(network.parameters, network.gradients, optimizer.start(network.parameters))
    before = network.parameters.copy()
    if regulariser:
        regulariser.after_step(network, LEARNING_RATE)
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
    titles = ("", "adds to the cost", "changes the outputs", "changes the gradient", "moves weights after the step")
    rows = [
        (kind, COSTS[kind], *(f"by up to {change:.2g}" if change else "no" for change in changes))
        for kind, added in what_each_adds(data).items()
        for changes in [(added.outputs, added.gradient, added.after)]
    ]
    said = (
        f"One step with learning rate {LEARNING_RATE:g}. Strength of L2, L1 and activity penalty: {STRENGTH:g} (so L1 "
        f"moves a weight by {LEARNING_RATE:g} · {STRENGTH:g}). Max-norm's limit: {LIMIT:g} (the norm of two weights, 3 "
        f"and 4, is √(3² + 4²) = 5). Drop rate: {RATE:g}. “Outputs” are those before the step."
    )
    return HTML(f"{table(titles, rows)}<p>{said}</p>")


def show_tuned(tuned):
    """What a Tuned chose, a row each, under its budget; and of values on the edge, what that means."""
    rows = [
        (name, f"{best.accuracy:.1%}", f"{best.recipe.learning_rate:g}", _own(best.recipe))
        for name, best in tuned.best.items()
    ]
    said = html.escape(tuned.budget.replace("each arm", "Each", 1))
    said += ". All try the same learning rates, and each keeps the one that suits it"
    if any(tuned.edges.values()):
        names = ", ".join(name for name, edges in tuned.edges.items() if edges)
        said += f". At an edge of what was tried, so that a better value may lie beyond: {html.escape(names)}"
    return HTML(f"<p>{said}.</p>{table(('', 'validation', 'learning rate', 'its own setting'), rows)}")


OWN = {"drop_rate": "drop rate", "l1": "strength", "l2": "strength", "max_norm": "limit", "activity": "strength"}


def _own(recipe):
    values = {called: getattr(recipe, name) for name, called in OWN.items() if getattr(recipe, name)}
    return ", ".join(f"{called} {value:g}" for called, value in values.items()) or "none"


def show_result(result, what, leader=None):
    """A Comparison's networks, best first. The title names no winner, but for the lead of a `leader`, where given."""
    means = {name: result.mean(name) for name in result.runs}
    if leader:
        second = max(estimate.mean for name, estimate in means.items() if leader not in name)
        finding = f"{leader} is {100 * (means[leader].mean - second):.0f} points ahead of all without it"
    else:
        ahead = [
            name
            for name in means
            if name != "plain" and result.difference(name, "plain").verdict(experiment.MARGIN) == "holds"
        ]
        finding = f"ahead of plain by more than 1 point (whole interval):\n{', '.join(ahead) or 'none'}"
    return _ranking(means, what, finding)


def show_trials(live):
    """Dropout minus its best rival three times, by tries and epochs. live: the lesson's, ten tries each; an Estimate.

    The others are the full-size run's and, of the trials in blocks, that on the same kind of data.
    """
    (design,) = trials.chosen("17", only=[SAME_DATA])
    epochs, longest = Recipe().epochs, max(design.space["epochs"].options)
    rows = {
        f"yours: 10 tries each,\n{epochs} epochs, 2 × 64": live,
        f"{experiment.TRIALS + experiment.MORE} tries each,\n{epochs} epochs, 2 × 128": (
            stored_trial("17").others["1000 examples"].difference
        ),
        f"five trials, {design.trials_of('dropout')} tries for dropout,\n"
        f"{design.trials_of('rivals')} for each rival, up to {longest} epochs, 2 × 128": (
            trials.verdict("17").differences[SAME_DATA]
        ),
    }
    figure, axes = subplots(9.5, 3.2)
    draw_differences(axes, rows, experiment.MARGIN)
    verdicts = [one.verdict(experiment.MARGIN) for one in rows.values()]
    for row, verdict in enumerate(verdicts):
        axes.annotate(f"rule: {verdict}", (1, row), (8, 0), ("axes fraction", "data"), "offset points", va="center")
    axes.set_xlabel("dropout minus the best of its rivals (points)")
    least, most = (100 * end(one.mean for one in rows.values()) for end in (min, max))
    axes.set_title(f"Other tries and epochs, another answer: {least:+.1f} to {most:+.1f} points")
    told = "; ".join(
        f"{' '.join(what.split())}: {one}, {verdict}"
        for (what, one), verdict in zip(rows.items(), verdicts, strict=True)
    )
    return show(figure, f"Dropout minus the best of its rivals, and the margin of 1 point. {told}.")


def show_full_size(amount):
    """The full-size run's regularisers, each alone, best first, with their losses."""
    found = experiment.full_size(amount)
    means = {name: found.accuracy[name] for name in experiment.ALONE}
    ranked = _best_first(means)
    rival = max(experiment.RIVALS, key=lambda name: means[name].mean)
    lead = 100 * (means["dropout"].mean - means[rival].mean)
    finding = f"{ranked[0]} is highest; dropout minus {rival} is {lead:+.1f} points"
    return _ranking(means, f"2 × 128, {amount:,} examples", finding, found.loss)


def _best_first(means):
    return sorted(means, key=lambda name: means[name].mean, reverse=True)


def _ranking(means, what, finding, loss=None):
    """Accuracies with their intervals, best first, one a row. means: name -> Estimate.  loss: name -> number."""
    ranked = _best_first(means)
    texts = {name: f"{means[name].mean:.1%}" + (f", loss {loss[name]:.2f}" if loss else "") for name in ranked}
    figure, axes = subplots(8.5, 0.9 + 0.42 * len(ranked))
    draw_rows(axes, {name: means[name] for name in ranked}, {name: LOOKS.get(name, OTHER) for name in ranked})
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
    axes.set_title(f"{amount:,} examples: dropout adds more than 1 point to {', '.join(helped) or 'none of them'}")
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
        axes.set_title(f"{name}: typical size {size:.2f}, {zeros[name]:.0%} exactly 0", loc="center", fontsize=11)
        axes.set(yscale="log", ylim=(0.01, 110))
        axes.set_yticks([0.01, 0.1, 1, 10, 100], ["0.01", "0.1", "1", "10", "100"])
    some = " and ".join(f"{name} ({share:.0%})" for name, share in zeros.items() if share) or "none of them"
    figure.suptitle(f"Weights that are exactly 0: {some}", fontsize=13)
    figure.supxlabel(
        "hidden weights; the bar at 0 also holds those close to 0 (typical size: root of the mean square)", fontsize=11
    )
    figure.supylabel("share (%), logarithmic", fontsize=11)
    return show(figure, f"Histograms of the hidden layers' weights after training. {'; '.join(told)}.")
