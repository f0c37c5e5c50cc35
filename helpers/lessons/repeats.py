"""Would other seeds have given another verdict? `python -m helpers.lessons.repeats`.

Two trials in blocks are made again, search and choice included, on a smaller budget, with twenty other names; every
trial in blocks is simulated two hundred times from how much its blocks differ. It may be stopped and started again.
"""

import argparse
import tempfile
import time
from collections import Counter
from dataclasses import replace
from functools import cache

import numpy as np

from helpers.classroom.figures import INK, subplots
from helpers.classroom.judge import LOOKS
from helpers.lab import Estimate, load_claims, load_results, write_results
from helpers.lab.claims import find_claim
from helpers.lab.differences import overall
from helpers.lab.executors import cluster
from helpers.lab.folders import results_folder
from helpers.lab.replicate import plan, replicate

from . import trials

COMMAND = "python -m helpers.lessons.repeats"
NAMES = tuple(f"repeat-{number:02}" for number in range(1, 21))
TIMES = 200
MOST_FLIPS = 1 / 20  # more often, and a claim is to be worded anew
INKS = {"holds": "white", "depends": INK, "undecided": INK, "fails": INK}  # readable on each verdict's colour


def lean():
    """The trials that are made again, each at one place: claim -> Design."""
    return {claim: trial.lean for claim, trial in trials.trials().items() if trial.lean}


def found():
    """What was found so far with other names: claim -> name -> Estimate."""
    if not (results_folder() / "repeats.json").exists():
        return {claim: {} for claim in lean()}
    stored = load_results("repeats")["figures"]["trained"]
    return {claim: {name: Estimate.of(one) for name, one in names.items()} for claim, names in stored.items()}


def trained():
    """How often each verdict came out with other names: claim -> verdict -> number."""
    margins = {
        claim: find_claim(claim).margins[place] for claim, design in lean().items() for place in design.data_sets
    }
    return {claim: Counter(one.verdict(margins[claim]) for one in names.values()) for claim, names in found().items()}


@cache
def simulated(claim, times=TIMES):
    """How often each verdict comes out if blocks differ as they did: verdict -> number.

    What was found counts as the truth; the test rows stay, as they do with other seeds.
    """
    verdict, generator, counted = trials.verdict(claim), np.random.default_rng(0), Counter()
    for _ in range(times):
        bases = {place: one.basis.redrawn(generator) for place, one in verdict.differences.items()}
        again = overall(bases, lambda place, confidence, of=bases: of[place].estimate(confidence), verdict.margins)
        counted[again.verdict] += 1
    return counted


def flips(counted):
    """In what fraction of the repetitions "holds" and "fails" contradict each other: the rarer of the two."""
    return min(counted["holds"], counted["fails"]) / counted.total()


def run(executor=None, names=NAMES):
    """Make the lean trials with each name for which they are missing; what is found is kept after each one."""
    start, all_found = time.perf_counter(), found()
    for name in names:
        for claim, design in lean().items():
            if name not in all_found[claim]:
                # The cache keeps what is trained; of the blocks only the difference is kept.
                with tempfile.TemporaryDirectory() as folder:
                    (place,), result = design.data_sets, replicate(replace(design, name=name), folder, executor)
                all_found[claim][name] = result.difference(place)
                _write(all_found, time.perf_counter() - start)


def _write(all_found, seconds):
    told = {
        claim: {name: {"mean": one.mean, "low": one.low, "high": one.high} for name, one in names.items()}
        for claim, names in all_found.items()
    }
    settings = {claim: design.settings() for claim, design in lean().items()}
    seeds = [seed for name in NAMES for seed in replace(next(iter(lean().values())), name=name).seeds(1)["final"]]
    write_results("repeats", COMMAND, {"trained": told}, settings, seeds, seconds)


def picture():
    """How often each verdict came out, a row for each claim: a figure and its text alternative."""
    ledger = load_claims()
    rows = {
        f"{claim} ({ledger[claim].verdict})": simulated(claim) for claim in trials.trials() if trials.verdict(claim)
    }
    rows |= {f"{claim}, trained anew": counted for claim, counted in trained().items() if counted}
    figure, axes = subplots(9, 1.2 + 0.45 * len(rows))
    told = []
    for row, (label, counted) in enumerate(rows.items()):
        left = 0.0
        for verdict, ink in INKS.items():
            share = 100 * counted[verdict] / counted.total()
            mark, colour = LOOKS[verdict]
            axes.barh(row, share, left=left, color=colour, edgecolor="white")
            said = f"{mark} {verdict}" if share >= 12 else mark if share >= 3 else ""
            axes.annotate(said, (left + share / 2, row), ha="center", va="center", color=ink, fontsize=10)
            left += share
        told.append(f"{label}: " + ", ".join(f"{verdict} {counted[verdict]}" for verdict in INKS if counted[verdict]))
    axes.set(yticks=range(len(rows)), yticklabels=rows, ylim=(len(rows) - 0.5, -0.5), xlim=(0, 100))
    axes.grid(visible=False)
    axes.set_xlabel("of 100 repetitions with other seeds", color=INK)
    turned = [label for label, counted in rows.items() if flips(counted) > MOST_FLIPS]
    axes.set_title(f"With other seeds, {', '.join(turned) or 'no claim'} turns from holds to fails, or back")
    return figure, f"How often each verdict came out again. {'; '.join(told)}."


def main():
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__.splitlines()[0])
    parser.add_argument("--plan", action="store_true", help="print the hours of one core that it takes, and stop")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="of a Dask cluster (dask.distributed) to train on")
    asked = parser.parse_args()
    if asked.plan:
        for claim, names in found().items():
            hours = sum(plan(lean()[claim], "nowhere").values()) * (len(NAMES) - len(names))
            print(f"{claim:<4} {hours:5.2f} hours of one core")
    else:
        with cluster(asked.scheduler) as executor:
            run(executor)
        for claim, counted in trained().items():
            print(claim, dict(counted))


if __name__ == "__main__":
    main()
