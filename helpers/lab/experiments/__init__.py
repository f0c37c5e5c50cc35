"""The full-size experiment behind each lesson, one file a lesson: what the ledger's verdicts rest on.

Each has a function `run(executor)` that returns what it found, a Found; `python -m helpers.lab.run LESSON` runs it
and writes data/results/. What is trained is kept in the cache, so a run that was cut off goes on where it was.
"""

from dataclasses import dataclass

from ..data import Data
from ..differences import Estimate, joint_verdict
from ..recipe import build


@dataclass(frozen=True)
class Found:
    """figures and settings: dicts of numbers and texts.  seeds: of the final networks.  data: what it was found on."""

    figures: dict
    settings: dict
    seeds: list[int]
    data: list[Data]


def trial(difference: Estimate, margin):
    """What the ledger needs of a claim's primary difference: its mean, its interval, the margin, the verdict."""
    found = {"mean": difference.mean, "low": difference.low, "high": difference.high}
    return {**found, "margin": margin, "verdict": difference.verdict(margin)}


def trials(primary, margin, **others):
    """The same where a claim is tried under several conditions: the primary one's trial, and the others' beside it.

    primary: an Estimate; others: name -> Estimate. The verdict is joint_verdict's.
    """
    first = trial(primary, margin)
    found = {name: trial(difference, margin) for name, difference in others.items()}
    verdict = joint_verdict(first["verdict"], *(other["verdict"] for other in found.values()))
    return {**first, "others": found, "verdict": verdict}


def trained(recipe, seeds, data):
    """A Network that holds one network for each of `seeds`, trained as the recipe says."""
    network, training, _ = build([recipe] * len(seeds), seeds, data)
    for _ in training:
        pass
    return network
