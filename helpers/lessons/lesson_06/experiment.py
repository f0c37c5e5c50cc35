"""Claims 21 and 22 at full size: does dropout lower capacity, and does it narrow the gap?"""

from dataclasses import dataclass, replace

import numpy as np

from helpers.lab.compare import compare
from helpers.lab.data import load_mnist1d
from helpers.lab.differences import Estimate, network_estimate
from helpers.lab.full_size import Found, trials
from helpers.lab.moons import moons
from helpers.lab.names import UNNAMED
from helpers.lab.recipe import Recipe
from helpers.lab.results import load_results
from helpers.lab.seeds import my_seeds
from helpers.lab.tune import Between, tune
from helpers.nn import stream

RESULTS = "lesson-06"
MARGIN = 0.01
PLAIN, LOW, HALF = GAP_RATES = (0.0, 0.1, 0.5)
SPACE, TRIALS = {"learning_rate": Between(0.001, 0.1, log=True)}, 8
FASTER = Recipe(learning_rate=0.03)  # plain: about the fastest that the search for the regularisers finds as good
SPREADS, CAPACITY_RATES = (0.4, 0.3), (0.1, 0.5)
MOONS = Recipe(hidden=(256, 256), learning_rate=0.003, epochs=1000, batch_size=50)
SMALL = (4, 4)  # what a small network is on the moons
LONG = 4000  # epochs: can dropout fit everything if trained long?


def with_wrong_labels(data, share, seed=0):
    """The Data with a share of wrong labels, drawn at random, for training and validation. The test's stay true."""
    return replace(data, **{part: _mislabelled(getattr(data, part), share, seed) for part in ("train", "validation")})


def _mislabelled(examples, share, seed):
    random, count = stream(seed, "wrong labels"), len(examples.labels)
    wrong, others = random.random(count) < share, random.integers(1, examples.classes, count)
    return replace(examples, labels=np.where(wrong, (examples.labels + others) % examples.classes, examples.labels))


def stamped(examples, digits, strength, share=1.0, seed=0):
    """The Examples with ten more inputs, a stamp: that of its digit is `strength`, the others are 0.

    digits: what is stamped on each.  share: of the examples that get a stamp at all, drawn at random.
    """
    has_one = stream(seed, "stamps").random(len(digits)) < share
    stamps = np.eye(10)[digits] * has_one[:, np.newaxis] * strength / (examples.scale or 1)
    return replace(examples, x=np.concatenate([examples.x, stamps.astype(examples.x.dtype)], axis=1))


def repeated(looks, seeds, given, true, share):
    """The share of the wrong labels that each network gives, (looks, networks), as `share` counts it.

    looks: Evaluations on the Examples `given`, of networks with these seeds.  true: the true labels of their pool.
    """
    mine = given.rows(seeds)
    shown, wrong = given.labels[mine], given.labels[mine] != true[mine]
    return np.array([[share(*one) for one in zip(look.predicted, shown, wrong, strict=True)] for look in looks])


def run(executor=None, name=UNNAMED):
    """The gap at each rate, 20 networks each, compared with two plain networks; then the moons, ten networks each."""
    data, seeds = load_mnist1d(train=1000), my_seeds(20, name=name)
    gaps, tuned, narrower = _gaps(data, seeds, my_seeds(3, "tuning", name), executor)
    capacity, less = _capacity(seeds[:10], executor)
    figures = {"claims": {"21": less, "22": narrower}, **gaps, "moons": capacity}
    settings = {
        "tuned": {rate: recipe.learning_rate for rate, recipe in tuned.items()},
        "budget": tuned.budget,
        "edges": tuned.edges,
        "moons": str(MOONS),
    }
    return Found(figures, settings, seeds, [data])


def _gaps(data, seeds, tuning_seeds, executor):
    """Gaps, the tuned arms, and how much narrower dropout makes the gap.

    How wide a plain network's gap is depends on its learning rate. So dropout's is compared with two of them.
    """
    arms = {str(rate): Recipe(drop_rate=rate) for rate in GAP_RATES}
    tuned = tune(arms, SPACE, data, TRIALS, tuning_seeds, executor)
    result = compare({**tuned, "faster": FASTER}, data, seeds, executor, watch=True)
    gap = {arm: result.gap(arm) for arm in result.runs}
    others = {
        f"rate {LOW}": network_estimate(gap[str(PLAIN)] - gap[str(LOW)]),
        f"rate {LOW}, plain at {FASTER.learning_rate}": network_estimate(gap["faster"] - gap[str(LOW)]),
    }
    figures = {
        "accuracy": {arm: result.mean(arm) for arm in result.runs},
        "gap": {arm: network_estimate(values) for arm, values in gap.items()},
    }
    return figures, tuned, trials(network_estimate(gap[str(PLAIN)] - gap[str(HALF)]), MARGIN, **others)


def _capacity(seeds, executor):
    """Moons, trained long: how much of its training examples each fits in the end, dropout off; by spread, by arm."""
    figures, less = {}, {}
    for spread in SPREADS:
        arms = {str(rate): replace(MOONS, drop_rate=rate) for rate in (0.0, *CAPACITY_RATES)}
        arms["small"] = replace(MOONS, hidden=SMALL)
        result = compare(arms, moons(spread=spread), seeds, executor, watch=True)
        fitted = _fitted(result)
        figures[str(spread)] = {arm: {"training": fitted[arm], "test": result.mean(arm)} for arm in arms}
        for rate in CAPACITY_RATES:
            less[f"spread {spread}, rate {rate}"] = network_estimate(np.subtract(fitted["0.0"], fitted[str(rate)]))
    spread, rate = SPREADS[0], CAPACITY_RATES[-1]
    arms = {str(r): replace(MOONS, drop_rate=r, epochs=LONG) for r in (0.0, rate)}
    long = figures["long"] = _fitted(compare(arms, moons(spread=spread), seeds, executor, watch=True))
    less[f"spread {spread}, rate {rate}, {LONG} epochs"] = network_estimate(np.subtract(long["0.0"], long[str(rate)]))
    primary, *_ = less
    return figures, trials(less.pop(primary), MARGIN, **less)


def _fitted(result):
    """The fraction of its training examples that each network gets right in the end, dropout off: arm -> fractions."""
    return {arm: [run.watched.training_accuracy[-1] for run in runs] for arm, runs in result.runs.items()}


@dataclass(frozen=True)
class Fit:
    """An arm on the moons: the fraction of its training examples that each network fits, and its test accuracy."""

    training: list[float]
    test: Estimate


@dataclass(frozen=True)
class FullSize:
    """The stored run.

    accuracy: of each rate, and of "faster", the plain network at a higher learning rate.
    moons: spread -> rate, or "small" -> Fit.  long: rate -> the fractions fitted after LONG epochs.
    """

    accuracy: dict[str, Estimate]
    moons: dict[float, dict[str, Fit]]
    long: dict[str, list[float]]


def full_size():
    """The stored run as a FullSize."""
    found = load_results(RESULTS)["figures"]
    return FullSize(
        {arm: Estimate.of(one) for arm, one in found["accuracy"].items()},
        {
            spread: {
                arm: Fit(fit["training"], Estimate.of(fit["test"])) for arm, fit in found["moons"][str(spread)].items()
            }
            for spread in SPREADS
        },
        found["moons"]["long"],
    )
