"""The shape of dropout's curves, with intervals: test error against rate, amount of data and width.

    python -m benchmarks.shape

As in the paper (Srivastava et al. 2014, JMLR 15:1929-1958, figures 9 and 10), with MNIST-1D in place of MNIST. Rate
and width come from the full-size results of lessons 3 and 4; the amount of data is run here, each point tuned by
itself, and kept in data/results/shape.json.
"""

import argparse
import time
from dataclasses import replace
from pathlib import Path

from helpers.classroom.figures import png, subplots
from helpers.classroom.plots import draw_estimates
from helpers.lab import Between, Estimate, Recipe, compare, load_mnist1d, load_results, my_seeds, tune, write_results
from helpers.lab.full_size import stored_estimates
from helpers.lessons.lesson_03 import experiment as lesson_03
from helpers.lessons.lesson_04 import experiment as lesson_04
from helpers.lessons.lesson_04.pictures import LABELS, LOOKS

COMMAND = "python -m benchmarks.shape"
RATES, AMOUNTS = (0.0, 0.2, 0.5), (100, 250, 500, 1000, 2000, 4000, 8000)
EPOCHS, UPDATES = 60, 1200  # at least as many of both
BASE = Recipe(hidden=(256, 256), batch_size=100)
SPACE = {"learning_rate": Between(0.0003, 0.1, log=True)}
TRIALS, NETWORKS = 8, 10


def run(amount):
    """Test accuracies with so many training examples, arm -> Estimate; how they were tuned; and the Data."""
    data = load_mnist1d(train=amount)
    epochs = max(EPOCHS, -(-UPDATES * BASE.batch_size // amount))
    arms = {LABELS[rate]: replace(BASE, drop_rate=rate, epochs=epochs) for rate in RATES}
    tuned = tune(arms, SPACE, data, TRIALS, my_seeds(2, "tuning", "unnamed"))
    result = compare(tuned, data, my_seeds(NETWORKS, name="unnamed"))
    chosen = {arm: recipe.learning_rate for arm, recipe in tuned.items()}
    settings = {"epochs": epochs, "learning rates": chosen, "edges": tuned.edges, "budget": tuned.budget}
    return {arm: result.mean(arm) for arm in arms}, settings, data


def errors(accuracies):
    """Estimates of the error, from those of the accuracy."""
    return [Estimate(1 - found.mean, 1 - found.high, 1 - found.low) for found in accuracies]


def stored():
    """The stored run's accuracies: amount -> arm -> Estimate."""
    found = load_results("shape")["figures"]["accuracy"]
    return {int(amount): stored_estimates(arms) for amount, arms in found.items()}


def draw(by_amount):
    """Test error against rate, amount of data and width, side by side. by_amount: as `stored` gives it."""
    figure, (rate_axes, amount_axes, width_axes) = subplots(13, 4.2, 1, 3, sharey=True)
    by_rate = lesson_03.full_size().accuracy
    draw_estimates(rate_axes, [*by_rate], errors(by_rate.values()), LOOKS[0.2], None)
    rate_axes.set(xlabel="drop rate", ylabel="test error (%)", title="Rate (2 × 128, 1,000 examples)")
    by_width = lesson_04.full_size(4000)
    amounts = {rate: {amount: by_amount[amount][LABELS[rate]] for amount in AMOUNTS} for rate in RATES}
    widths = {rate: {width: by_width.of(width, rate) for width in lesson_04.WIDTHS} for rate in RATES}
    for axes, curves, title, xlabel in (
        (amount_axes, amounts, "Amount of data (2 × 256)", "training examples"),
        (width_axes, widths, "Width (4,000 examples)", "neurons in each of two layers"),
    ):
        for rate, curve in curves.items():
            draw_estimates(axes, [*curve], errors(curve.values()), LOOKS[rate], LABELS[rate])
        axes.set(xscale="log", xlabel=xlabel, title=title)
        axes.set_xticks([*curve], [f"{number:,}" for number in curve])
        axes.minorticks_off()
        axes.legend()
    return figure


def report(by_amount):
    """The errors by amount of data, in percent with their intervals, as a table for Markdown."""
    lines = [f"| examples | {' | '.join(LABELS[rate] for rate in RATES)} |", "| --- " * (1 + len(RATES)) + "|"]
    for amount, found in by_amount.items():
        row = " | ".join(error.as_percent() for error in errors(found.values()))
        lines.append(f"| {amount:,} | {row} |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__.splitlines()[0])
    parser.add_argument("--to", type=Path, default=Path(__file__).with_name("shape.png"), help="the picture's path")
    to, start = parser.parse_args().to, time.perf_counter()
    accuracy, settings, used = {}, {}, []
    for amount in AMOUNTS:
        accuracy[str(amount)], settings[str(amount)], data = run(amount)
        used.append(data)
    seconds = time.perf_counter() - start
    write_results("shape", COMMAND, {"accuracy": accuracy}, settings, my_seeds(NETWORKS, name="unnamed"), seconds, used)
    by_amount = stored()
    to.write_bytes(png(draw(by_amount), 110))
    print(report(by_amount))


if __name__ == "__main__":
    main()
