"""Lesson 5, Against L1, L2 and friends: its pictures, exercises and quiz."""

import html

import numpy as np
from IPython.display import HTML

from helpers.lab import Estimate, load_results
from helpers.lab.experiments import lesson_05 as experiment
from helpers.nn import L1, L2, SGD, ActivityPenalty, Dense, Dropout, Fresh, MaxNorm, Network, Relu

from ..exercises import Exercise
from ..figures import ARMS, INK, Arm, show, subplots
from ..panels.regularisers import hidden_weights, largest_norm
from ..plots import draw_estimates, draw_rows
from ..questions import Quiz, QuizQuestion

OTHER = Arm(INK, "o", "-")
EDGES = np.linspace(-1.5, 1.5, 62)


def full_size(amount):
    """The full-size run's figures for this many training examples."""
    return load_results("lesson-05")["figures"][str(amount)]


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
    found = full_size(amount)
    means = {arm: Estimate.of(found["accuracy"][arm]) for arm in experiment.ALONE}
    return _ranking(means, found["loss"], f"2 × 128, {amount:,} examples")


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
    found = full_size(amount)["accuracy"]
    figure, axes = subplots(8.5, 3.4)
    partners = ["plain", *experiment.PARTNERS]
    without = [Estimate.of(found[partner]) for partner in partners]
    together = [Estimate.of(found["dropout" if p == "plain" else f"dropout + {p}"]) for p in partners]
    for estimates, arm, label, shift in (
        (without, "plain", "dropout off", -0.06),
        (together, "dropout", "dropout on", 0.06),
    ):
        look = Arm(ARMS[arm].colour, ARMS[arm].marker, "none")
        draw_estimates(axes, np.arange(len(partners)) + shift, estimates, look, label)
    axes.set(xticks=range(len(partners)), xticklabels=partners, ylabel="test accuracy (%)")
    axes.legend(loc="upper left")
    differences = {
        "plain": full_size(amount)["minus plain"]["dropout"],
        **full_size(amount)["with dropout minus without"],
    }
    helped = [partner for partner, difference in differences.items() if difference["low"] > experiment.MARGIN]
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


def _l2(w, gradient, strength):
    return gradient + strength * w


W, G = np.array([0.5, -2.0, 0.0, 1.5]), np.array([0.1, 0.2, -0.3, 0.0])

l2_exercise = Exercise(
    "Exercise 1",
    right=_l2,
    cases=((W, G, 0.1), (W, G, 0.0), (-W, G, 0.01)),
    wrong={
        lambda w, gradient, strength: gradient + strength / 2 * w**2: "You added the penalty. The gradient gets its "
        "slope: how the penalty changes with w.",
        lambda w, gradient, strength: gradient - strength * w: "This pushes weights away from zero: the optimizer "
        "goes against the gradient.",
        lambda w, gradient, strength: gradient + strength * np.sign(w): "That is L1's slope: the same for small "
        "weights and large ones.",
        lambda w, gradient, strength: gradient + 2 * strength * w: "The ½ in the penalty is there to cancel the 2.",
        lambda w, gradient, strength: gradient: "You left the gradient as it was.",
    },
)


def _shrink(w, most):
    return np.sign(w) * np.maximum(np.abs(w) - most, 0)


l1_exercise = Exercise(
    "Exercise 2",
    right=_shrink,
    cases=((W, 0.6), (W, 0.0), (np.array([0.05, -0.05, 3.0]), 0.1)),
    wrong={
        lambda w, most: w - most * np.sign(w): "A weight smaller than `most` jumps over zero to the other side. It "
        "should stop there.",
        lambda w, most: np.where(np.abs(w) <= most, 0, w): "The small ones are zero now. But the large ones have to "
        "move, too.",
        lambda w, most: np.clip(w, -most, most): "That limits the size. What is asked for is a step towards zero.",
        lambda w, most: np.maximum(np.abs(w) - most, 0): "The sign is lost: -2 became a positive number.",
        lambda w, most: w * (1 - most): "That is weight decay: a share of each weight, which never reaches zero.",
    },
)

norm_exercise = Exercise(
    "Exercise 3",
    right=1.5,
    wrong={
        2.5: "The limit is for the norm of all incoming weights together, not for each.",
        3: "Its norm is 5, above the limit, so something happens.",
        0.5: "You took 2.5 away. It is scaled: multiplied by limit / norm.",
        2: "That is the other weight.",
        0.6: "That makes the norm 1. The limit is 2.5.",
    },
)

quiz = Quiz(
    QuizQuestion(
        "What does dropout add to the cost?",
        {
            "½ strength · Σ w².": "That is L2. Look at the table of what each adds.",
            "Nothing: it changes the network that is trained.": "The cost is the same function of the outputs. The "
            "outputs are another network's.",
            "The number of dropped units.": "No such number is in the cost.",
        },
        right="Nothing: it changes the network that is trained.",
    ),
    QuizQuestion(
        "Under Adam, L2 and weight decay are …",
        {
            "the same.": "They are under plain SGD. Adam divides L2's pull by the gradient's usual size.",
            "different: Adam rescales L2's pull, and does not touch weight decay's.": "That is why libraries have an "
            "AdamW beside Adam.",
            "both without effect.": "Both pull, each in its way.",
        },
        right="different: Adam rescales L2's pull, and does not touch weight decay's.",
    ),
    QuizQuestion(
        "A table shows dropout + L2 beside L2, but not dropout alone. What can you not say?",
        {
            "Whether dropout adds to L2.": "That you can: one has it, the other has not.",
            "Whether L2 adds to dropout.": "For that you need dropout alone in the table.",
            "Which of its two rows is better.": "That it shows, if it has intervals.",
        },
        right="Whether L2 adds to dropout.",
    ),
    QuizQuestion(
        "The shifted examples won by a wide margin. What follows?",
        {
            "Shifting examples is the best regulariser.": "For signals that may stand anywhere, it is. For your data "
            "something else may leave the label as it is.",
            "Knowing what leaves the label as it is can be worth more than any general regulariser.": "Ask first what "
            "you know about your data.",
            "Dropout is useless.": "It helped the plain network, and costs no knowledge of the data.",
        },
        right="Knowing what leaves the label as it is can be worth more than any general regulariser.",
    ),
)
