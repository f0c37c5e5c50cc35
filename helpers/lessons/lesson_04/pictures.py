"""Lesson 4, Why not a smaller network? Its pictures."""

import html
import time

from IPython.display import HTML

from helpers.classroom.figures import ARMS, Arm, show, subplots
from helpers.classroom.plots import (
    draw_boundary,
    draw_differences,
    draw_estimates,
    draw_heat_map,
    draw_rows,
    plane_around,
)
from helpers.nn import Adam, Network, evaluate, mlp, softmax, train

from . import experiment

LOOKS = {0.0: ARMS["plain"], 0.2: ARMS["dropout"], 0.5: Arm("#003B5C", "D", "-.")}
LABELS = {rate: f"rate {rate}" if rate else "without dropout" for rate in LOOKS}
MASKS = {
    "example": "a new one for each example",
    "batch": "a new one for each batch",
    "epoch": "a new one for each epoch",
    "forever": "one for ever",
    "half width": "none: a plain network of half the width",
}


def show_grid(widths, rates, result):
    """Widths by rates, from a Comparison whose arms are called as `experiment.called` does."""
    means = {(width, rate): result.mean(experiment.called(width, rate)) for width in widths for rate in rates}
    return _grid(means, f"{len(result.seeds)} networks each")


def show_full_size(amount):
    """The full-size run's widths by rates."""
    return _grid(full_size_grid(amount), f"Full size, {amount:,} training examples, ten networks each")


def full_size_grid(amount):
    """The full-size run's accuracies with two layers: (width, rate) -> Estimate."""
    found = experiment.full_size(amount)
    return {(w, rate): found.of(w, rate) for w in experiment.WIDTHS for rate in experiment.RATES}


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
    found, width, depths = experiment.full_size(amount), experiment.DEEP_WIDTH, experiment.DEPTHS
    figure, axes = subplots(8, 3.2)
    told, best = [], {}
    for rate in experiment.RATES:
        estimates = [found.of(width, rate, depth) for depth in depths]
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
        found = experiment.full_size(amount).half_width
        estimates = {f"{w} at 0.5 − {w // 2} plain": trial.difference for w, trial in found.items()}
        draw_differences(axes, estimates, experiment.MARGIN)
        holds = sum(trial.verdict == "holds" for trial in found.values())
        axes.set_title(f"{amount:,} examples: dropout wins at {holds} of {len(found)}", loc="center", fontsize=11)
        told.append(f"{amount:,} examples: " + "; ".join(f"{label}: {e}" for label, e in estimates.items()))
    return show(figure, f"Dropout at rate 0.5 minus a plain network of half the width. {'. '.join(told)}.")


def show_masks(amount):
    """How long a mask lasts, from the full-size run: accuracy of each kind."""
    found = experiment.full_size(amount).masks
    figure, axes = subplots(8.5, 3.0)
    estimates = {label: found[kind] for kind, label in MASKS.items()}
    looks = {label: ARMS["plain" if kind == "half width" else "dropout"] for kind, label in MASKS.items()}
    draw_rows(axes, estimates, looks, "{:.1f}%")
    axes.set_xlabel("test accuracy (%)")
    ahead, behind = (100 * (found[kind].mean - found["half width"].mean) for kind in ("example", "forever"))
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
