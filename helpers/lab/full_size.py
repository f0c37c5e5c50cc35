"""What the full-size experiments have in common: what each gives, and how a stored trial of a claim is read.

Each lesson has one in its room, `experiment.py`: `run(executor, name)` finds, and returns a Found; other functions
there read what the project's own run has found.
"""

from dataclasses import dataclass, field

from helpers.nn.plumbing.checks import require, require_seeds

from .claims import find_claim
from .data import Data
from .differences import Estimate, joint_verdict
from .recipe import Recipe, build
from .results import load_results
from .runs import require_batch, require_data

CALL = "trained(Recipe(hidden=(64,), epochs=5), my_seeds(3), load_mnist1d(train=1000))"


@dataclass(frozen=True)
class Found:
    """figures and settings: dicts of numbers and texts.  seeds: of the final networks.  data: what it was found on."""

    figures: dict
    settings: dict
    seeds: list[int]
    data: list[Data]


@dataclass(frozen=True)
class Trial:
    """A difference, judged: by the margin fixed in advance, and where there are others, by their verdicts as well.

    others: the same under other conditions, condition -> Trial.
    """

    difference: Estimate
    margin: float
    verdict: str
    others: dict = field(default_factory=dict)

    @classmethod
    def of(cls, stored):
        """The Trial in a dict that `trial` or `trials` made."""
        others = {condition: cls.of(one) for condition, one in stored.get("others", {}).items()}
        return cls(Estimate.of(stored), stored["margin"], stored["verdict"], others)


def trial(difference: Estimate, margin):
    """What the ledger needs of a claim's primary difference: its mean, its interval, the margin, the verdict."""
    found = {"mean": difference.mean, "low": difference.low, "high": difference.high}
    return {**found, "margin": margin, "verdict": difference.verdict(margin)}


def trials(primary, margin, **others):
    """The same where a claim is tried under several conditions: the primary one's trial, and the others' next to it.

    primary: an Estimate; others: name -> Estimate. The verdict is joint_verdict's.
    """
    first = trial(primary, margin)
    found = {name: trial(difference, margin) for name, difference in others.items()}
    verdict = joint_verdict(first["verdict"], *(other["verdict"] for other in found.values()))
    return {**first, "others": found, "verdict": verdict}


def stored_trial(claim):
    """The Trial of the claim of that id, from the results that the ledger names for it."""
    return Trial.of(load_results(find_claim(claim).figures)["figures"]["claims"][claim])


def stored_estimates(stored):
    """The Estimates in a dict: name -> Estimate."""
    return {name: Estimate.of(one) for name, one in stored.items()}


def stored_trials(stored):
    """The Trials in a dict: name -> Trial."""
    return {name: Trial.of(one) for name, one in stored.items()}


def trained(recipe, seeds, data):
    """A Network that holds one network for each of `seeds`, trained for all of the recipe's epochs.

    Raises ValueError for what is no Recipe, no list of seeds, or no Data of Examples, enough for one batch.
    """
    require(isinstance(recipe, Recipe), "recipe", repr(recipe), "a Recipe", CALL)
    seeds = require_seeds(seeds)
    require_data(data, CALL)
    require_batch(recipe, data)
    network, training, _ = build([recipe] * len(seeds), seeds, data)
    for _ in training:
        pass
    return network
