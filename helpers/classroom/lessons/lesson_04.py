"""Lesson 4, Why not a smaller network?: its pictures, exercises and quiz."""

import html
import time

from IPython.display import HTML

from helpers.lab import Estimate, load_results
from helpers.lab.experiments import lesson_04 as experiment
from helpers.nn import Adam, Network, evaluate, mlp, softmax, train

from ..exercises import Exercise
from ..figures import ARMS, Arm, show, subplots
from ..plots import draw_boundary, draw_differences, draw_estimates, draw_heat_map, draw_rows, plane_around
from ..questions import Quiz, QuizQuestion

LOOKS = {0.0: ARMS["plain"], 0.2: ARMS["dropout"], 0.5: Arm("#003B5C", "D", "-.")}
LABELS = {rate: f"rate {rate}" if rate else "without dropout" for rate in LOOKS}
MASKS = {
    "example": "a new one for each example",
    "batch": "a new one for each batch",
    "epoch": "a new one for each epoch",
    "forever": "one for ever",
    "half width": "none: a plain network of half the width",
}


def name(width, rate, depth=2):
    """How the full-size run, too, calls an arm: "2 × 128 at 0.5"."""
    return experiment.name((width,) * depth, rate)


def full_size(amount):
    """The full-size run's figures for this many training examples."""
    return load_results("lesson-04")["figures"][str(amount)]


def tuned(width, rate):
    """The learning rate that the full-size run chose for this arm with 1,000 examples, on validation examples."""
    return tuned_for(name(width, rate))


def tuned_for(arm):
    """The same for any of its arms, such as "forever": two layers of 256 at rate 0.5 with one mask kept for ever."""
    return load_results("lesson-04")["settings"]["1000"]["tuned"][arm]


def champions(arms, amount=1000):
    """The best large network with dropout and the best smaller plain one among `arms`, by the tuning's validation."""
    return experiment.champions(arms, load_results("lesson-04")["settings"][str(amount)]["validation"])


def show_grid(widths, rates, result):
    """Widths by rates, from a Comparison whose arms are called as `name` does."""
    means = {(width, rate): result.mean(name(width, rate)) for width in widths for rate in rates}
    return _grid(means, f"{len(result.seeds)} networks each")


def show_full_size(amount):
    """The full-size run's widths by rates."""
    return _grid(full_size_grid(amount), f"Full size, {amount:,} training examples, ten networks each")


def full_size_grid(amount):
    """The full-size run's accuracies with two layers: (width, rate) -> Estimate."""
    found = full_size(amount)["accuracy"]
    return {(w, rate): Estimate.of(found[name(w, rate)]) for w in experiment.WIDTHS for rate in experiment.RATES}


def _grid(means, what):
    """A heat map, and curves with intervals. means: (width, rate) -> Estimate."""
    widths, rates = (sorted({arm[at] for arm in means}) for at in (0, 1))
    figure, (left, right) = subplots(10, 3.8, 1, 2)
    table = [[100 * means[width, rate].mean for width in widths] for rate in rates]
    draw_heat_map(left, table, [f"rate {rate}" for rate in rates], widths)
    left.set(xlabel="neurons in a layer")
    left.set_title("Test accuracy (%)")
    draw_widths(right, means)
    best = max(means, key=lambda arm: means[arm].mean)
    right.set_title(f"Highest: two layers of {best[0]} at rate {best[1]}")
    rows = "; ".join(
        f"rate {rate}: " + ", ".join(f"width {width} {value:.0f}" for width, value in zip(widths, row, strict=True))
        for rate, row in zip(rates, table, strict=True)
    )
    return show(figure, f"{what}. Test accuracy in percent. {rows}. Highest at width {best[0]}, rate {best[1]}.")


def draw_widths(axes, means):
    """Test accuracy by width, a curve with intervals for each rate. means: (width, rate) -> Estimate."""
    widths, rates = (sorted({arm[at] for arm in means}) for at in (0, 1))
    for rate in rates:
        estimates = [means[width, rate] for width in widths]
        draw_estimates(axes, widths, estimates, LOOKS[rate], LABELS[rate])
    axes.set(xscale="log", xlabel="neurons in a layer", ylabel="test accuracy (%)")
    axes.set_xticks(widths, [str(width) for width in widths])
    axes.minorticks_off()
    axes.legend()


def show_depths(amount):
    """The full-size run's depths: does one layer fewer do the job of dropout?"""
    found, width, depths = full_size(amount)["accuracy"], experiment.DEEP_WIDTH, experiment.DEPTHS
    figure, axes = subplots(8, 3.2)
    told, best = [], {}
    for rate in experiment.RATES:
        estimates = [Estimate.of(found[name(width, rate, depth)]) for depth in depths]
        draw_estimates(axes, depths, estimates, LOOKS[rate], LABELS[rate])
        told.append(f"rate {rate}: {', '.join(f'{estimate.mean:.0%}' for estimate in estimates)}")
        best[rate] = max(estimate.mean for estimate in estimates)
    axes.set(xticks=depths, xlabel=f"hidden layers of {width}", ylabel="test accuracy (%)")
    axes.legend()
    top = max(best, key=best.get)
    axes.set_title(f"The best without dropout: {best[0.0]:.0%}; the best of all, at rate {top}: {best[top]:.0%}")
    return show(figure, f"Test accuracy with {depths[0]} to {depths[-1]} hidden layers. {'; '.join(told)}.")


def show_differences(estimates, margin, title):
    """Differences with their intervals, one a row. estimates: label -> Estimate."""
    figure, axes = subplots(8.5, 0.9 + 0.55 * len(estimates))
    draw_differences(axes, estimates, margin)
    axes.set_title(title)
    return show(figure, f"{title}. " + "; ".join(f"{label}: {estimate}" for label, estimate in estimates.items()) + ".")


def show_half_width():
    """Dropout at rate 0.5 on each width, minus a plain network of half that width, from the full-size run."""
    figure, grid = subplots(10, 4.2, 1, 2, sharey=True)
    told = []
    for axes, amount in zip(grid, experiment.AMOUNTS, strict=True):
        found = full_size(amount)["half width"]
        estimates = {f"{w} at 0.5 − {int(w) // 2} plain": Estimate.of(trial) for w, trial in found.items()}
        draw_differences(axes, estimates, experiment.MARGIN)
        holds = sum(trial["verdict"] == "holds" for trial in found.values())
        axes.set_title(f"{amount:,} examples: dropout wins at {holds} of {len(found)}", loc="center", fontsize=11)
        told.append(f"{amount:,} examples: " + "; ".join(f"{label}: {e}" for label, e in estimates.items()))
    return show(figure, f"Dropout at rate 0.5 minus a plain network of half the width. {'. '.join(told)}.")


def show_masks(amount):
    """How long a mask lasts, from the full-size run: accuracy of each kind."""
    found = full_size(amount)["masks"]
    figure, axes = subplots(8.5, 3.0)
    estimates = {label: Estimate.of(found[kind]) for kind, label in MASKS.items()}
    looks = {label: ARMS["plain" if kind == "half width" else "dropout"] for kind, label in MASKS.items()}
    draw_rows(axes, estimates, looks, "{:.1f}%")
    axes.set_xlabel("test accuracy (%)")
    ahead, behind = (100 * (found[kind]["mean"] - found["half width"]["mean"]) for kind in ("example", "forever"))
    axes.set_title(f"Beside half the width: new masks {ahead:+.1f}, one for ever {behind:+.1f}", loc="center")
    told = "; ".join(f"{label}: {estimate.as_percent()}" for label, estimate in estimates.items())
    return show(figure, f"Two layers of 256 at rate 0.5. Test accuracy by how long a mask lasts. {told}.")


def show_costs(data, networks, seconds=0.1):
    """What each network has: parameters, memory, time to train a step and to predict. networks: label -> widths."""
    titles = ("", "parameters", "their memory", "a training step", "1,000 predictions")
    rows = "".join(f"<th>{title}</th>" for title in titles)
    for label, hidden in networks.items():
        network = Network(mlp(data.train.x.shape[1], *hidden, data.train.classes), seeds=[0])
        steps = len(data.train) // 100
        training = _seconds(lambda network=network: next(train(network, data.train, Adam(0.001), 1)), seconds) / steps
        predicting = _seconds(lambda network=network: evaluate(network, data.validation), seconds)
        size = network.parameters.size
        cells = f"{size:,}", f"{4 * size / 1024:,.0f} KB", f"{1e3 * training:.2f} ms", f"{1e3 * predicting:.1f} ms"
        rows += "</tr><tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in (label, *cells))
    return HTML(f"<table><tr>{rows}</tr></table>")


def _seconds(work, at_most):
    """The shortest time that `work` takes, in tries of `at_most` seconds together."""
    times, end = [], time.perf_counter() + at_most
    while not times or time.perf_counter() < end:
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


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


part_exercise = Exercise(
    "Exercise 1",
    right="validation",
    wrong={
        "test": "Then the test is no longer about something never seen: you have chosen what happens to suit it.",
        "training": "On training examples the network that learns by heart always wins.",
        "seeds": "Trying seeds until one is good is choosing luck.",
    },
)

half_exercise = Exercise(
    "Exercise 2",
    right=256,
    wrong={
        320: "That is the whole layer. How many of its units work in each pass, on average?",
        64: "So many are switched off. Count those that work.",
        160: "That would be rate 0.5.",
        400: "Fewer, not more: dropout switches units off.",
    },
)


def _verdict(low, high, margin):
    return "holds" if low > margin else "fails" if high < margin else "undecided"


verdict_exercise = Exercise(
    "Exercise 3",
    right=_verdict,
    cases=(
        (0.02, 0.05, 0.01),
        (-0.01, 0.005, 0.01),
        (0.0, 0.03, 0.01),
        (0.005, 0.03, 0.01),
        (-0.05, -0.02, 0.01),
        (-0.02, 0.02, 0.01),
    ),
    wrong={
        lambda low, high, margin: "holds" if low > 0 else "fails" if high < 0 else "undecided": "You compare with 0. "
        "The claim is about the margin that was said beforehand.",
        lambda low, high, margin: "holds" if (low + high) / 2 > margin else "fails": "You look at the middle. Then "
        "nothing is ever undecided, and luck decides.",
        lambda low, high, margin: "holds" if high > margin else "fails": "The interval has to be above the margin as "
        "a whole, with its lower end.",
        lambda low, high, margin: "holds" if low > margin else "fails": "And where the margin lies inside the "
        "interval? Then it is undecided.",
    },
)

quiz = Quiz(
    QuizQuestion(
        "Why must the learning rate be tuned for each arm?",
        {
            "To get the best accuracy in the world.": "It is about the comparison: who is helped by the one we happen "
            "to take?",
            "One fixed value may suit one arm and not the other.": "Then you compare learning rates and call it "
            "dropout.",
            "Because dropout needs no learning rate.": "It does, often a different one.",
        },
        right="One fixed value may suit one arm and not the other.",
    ),
    QuizQuestion(
        "What does one random mask, kept for ever, amount to?",
        {
            "To dropout.": "Dropout draws anew. Look at the picture of how long a mask lasts.",
            "To a smaller network, chosen by lot.": "The units that are away never learn and never work.",
            "To an average over networks.": "There is only one here.",
        },
        right="To a smaller network, chosen by lot.",
    ),
    QuizQuestion(
        "Whom does dropout hurt?",
        {
            "Nobody: at worst it does nothing.": "Look at the left end of the curves.",
            "Networks with too few units for the rate.": "Of 8 units even rate 0.2 takes too many; 32 gained most "
            "from it.",
            "Large networks.": "They gain most.",
        },
        right="Networks with too few units for the rate.",
    ),
    QuizQuestion(
        "When is the smaller network the right choice?",
        {
            "When it must be fast and light, and a little accuracy may go.": "It has fewer parameters and needs less "
            "time and memory, for ever.",
            "When the large one overfits.": "Then regularise it: the small one was worse on new examples.",
            "Always: simple is better.": "Simple is cheaper. Whether it is better was what we tried.",
        },
        right="When it must be fast and light, and a little accuracy may go.",
    ),
)
