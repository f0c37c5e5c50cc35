"""Try a claim in blocks, on several kinds of data: `python -m helpers.lessons.trials Q`.

Each finished block is a file in data/results/trials/, so that it may be stopped and started again.
"""

import argparse
import importlib
from dataclasses import dataclass, replace
from pathlib import Path

from helpers.lab.claims import find_claim
from helpers.lab.differences import Estimate, Overall, margin_from, overall
from helpers.lab.evidence import UNNAMED, one_spelling
from helpers.lab.folders import data_folder
from helpers.lab.full_size import stored_trial
from helpers.lab.replicate import Replicated, kept, pilot, plan, replicate

from .__main__ import cluster

COMMAND = "python -m helpers.lessons.trials"


def trials():
    """Every trial in blocks, from the lessons' rooms: claim -> BlockTrial."""
    found = {}
    for path in sorted(Path(__file__).parent.glob("*/trials.py")):
        found |= importlib.import_module(f"helpers.lessons.{path.parent.name}.trials").TRIALS
    return found


def folder(claim, name=UNNAMED):
    """Where a claim's blocks are kept."""
    return data_folder() / "results" / "trials" / (claim if name == UNNAMED else f"{claim}-{name}")


def run(claim, executor=None, name=UNNAMED, only=()):
    """Carry out the blocks of a claim that are missing, at all of its places or `only` at some: a Replicated."""
    found = {}
    for design in chosen(claim, name, only):
        found |= replicate(design, folder(claim, name), executor).blocks
    return Replicated(found)


def chosen(claim, name=UNNAMED, only=()):
    """The claim's Designs, with the seeds of `name`, and no other places than `only`, if there are any."""
    for design in trials()[claim].designs:
        places = {place: load for place, load in design.data_sets.items() if place in only or not only}
        if places:
            yield replace(design, name=name, data_sets=places)


@dataclass(frozen=True)
class Verdict:
    """What a trial in blocks found: overall, and place -> difference, margin, own verdict and blocks ahead of all.

    finished: whether every place has all of its blocks; before, the verdict is only that so far.
    """

    overall: Overall
    differences: dict[str, Estimate]
    margins: dict[str, float]
    ahead: dict[str, str]
    finished: bool


def verdict(claim, name=UNNAMED):
    """The Verdict on a claim from the blocks that are kept; None while no place is finished."""
    trial, found, places = trials()[claim], {}, []
    for design in chosen(claim, name):
        found |= kept(design, folder(claim, name)).blocks
        places += design.data_sets
    if not found:
        return None
    result, margins = Replicated(found), find_claim(claim).margins

    def measured(place, confidence):
        return trial.measure(result, place, confidence)

    differences = {place: measured(place, 0.95) for place in found}
    return Verdict(
        overall(found, measured, margins),
        differences,
        {place: margins[place] for place in found},
        {place: f"{one.basis.ahead:g} of {len(found[place])}" for place, one in differences.items()},
        len(found) == len(places),
    )


def decided(claim):
    """The verdict that the ledger must have: from the blocks of all finished places, or from the one full-size run."""
    found = verdict(claim) if claim in trials() else None
    return found.overall.verdict if found else stored_trial(claim).verdict


def main():
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__.splitlines()[0])
    parser.add_argument("claim", choices=trials(), help="the claim's id")
    parser.add_argument("--plan", action="store_true", help="print the hours of one core that it takes, and stop")
    parser.add_argument("--pilot", action="store_true", help="print margins from blocks of their own, and stop")
    parser.add_argument("--only", metavar="PLACE", nargs="+", default=(), help="such as mnist1d-1000")
    parser.add_argument("--name", type=one_spelling, default=UNNAMED, help="a made-up name: other seeds")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="of a Dask cluster (dask.distributed) to train on")
    asked = parser.parse_args()
    one = asked.claim, asked.name, asked.only
    if asked.plan:
        hours = {place: of for design in chosen(*one) for place, of in plan(design, folder(*one[:2])).items()}
        for place, of_place in {**hours, "in total": sum(hours.values())}.items():
            print(f"{place:<16} {of_place:5.2f} hours of one core")
    elif asked.pilot:
        with cluster(asked.scheduler) as executor:
            for design in chosen(*one):
                for place, error in pilot(design, executor).items():
                    print(f"{place:<16} validation error {error:.1%}, margin {margin_from(error)}")
    else:
        with cluster(asked.scheduler) as executor:
            run(asked.claim, executor, asked.name, asked.only)
        found = verdict(asked.claim, asked.name)
        if found:
            print(found.overall, *(f"{place}: {found.differences[place]}" for place in found.differences), sep="\n")


if __name__ == "__main__":
    main()
