"""Dropout against other regularisers at full size, alone and in pairs, all strengths of an arm tuned together."""

from dataclasses import dataclass

import numpy as np

from helpers.lab.compare import compare
from helpers.lab.data import load_mnist1d
from helpers.lab.differences import Estimate, network_estimate
from helpers.lab.full_size import Found, stored_estimates, trained, trials
from helpers.lab.names import UNNAMED
from helpers.lab.recipe import Recipe
from helpers.lab.results import load_results
from helpers.lab.seeds import my_seeds
from helpers.lab.tune import Between, Tuned, tune

RESULTS = "lesson-05"
AMOUNTS = (1000, 4000)
ALONE = {
    "plain": {},
    "dropout": {"drop_rate": 0.2},
    "L1": {"l1": 0.001},
    "L2": {"l2": 0.001},
    "max-norm": {"max_norm": 2.0},
    "activity": {"activity": 0.001},
    "early stopping": {"early_stopping": True},
    "shift": {"shift": 4},
}
PARTNERS = ("L1", "L2", "max-norm", "shift")
RIVALS = ("L2", "max-norm", "activity")
SPACE = {
    "learning_rate": Between(0.0005, 0.1, log=True),
    "drop_rate": Between(0.05, 0.65),
    "l1": Between(1e-5, 1, log=True),
    "l2": Between(1e-4, 0.3, log=True),
    "max_norm": Between(0.1, 15, log=True),
    "activity": Between(1e-6, 0.1, log=True),
}
TRIALS, MORE, MARGIN = 40, 12, 0.01


def arms(**common):
    """Each regulariser alone, and each partner together with dropout."""
    pairs = {f"dropout + {partner}": {**ALONE["dropout"], **ALONE[partner]} for partner in PARTNERS}
    return {arm: Recipe(**settings, **common) for arm, settings in {**ALONE, **pairs}.items()}


def run(executor=None, name=UNNAMED):
    """Tune every arm on 40 settings and 12 more around the best, test it with ten networks; for two amounts of data.

    How wide the plain network's gap is depends on its learning rate. So dropout's gap is compared with those of the
    slowest and the fastest plain networks that are as good, too.
    """
    seeds, tuning_seeds = my_seeds(10, name=name), my_seeds(3, "tuning", name)
    figures, settings, sets, tried = {"claims": {}}, {}, [], {"17": {}, "4": {}}
    for amount in AMOUNTS:
        data = load_mnist1d(train=amount)
        sets.append(data)
        tuned = search(arms(hidden=(128, 128)), data, tuning_seeds, executor)
        others = as_good(tuned.trials["plain"])
        result = compare({**tuned, **others}, data, seeds, executor, watch=True)
        rival = max(RIVALS, key=lambda arm: tuned.best[arm].accuracy)
        gaps = {arm: result.gap(arm) for arm in result.runs}
        figures[str(amount)] = {
            "accuracy": {arm: result.mean(arm) for arm in result.runs},
            "minus plain": {arm: result.difference(arm, "plain") for arm in tuned if arm != "plain"},
            "with dropout minus without": {
                partner: result.difference(f"dropout + {partner}", partner) for partner in PARTNERS
            },
            "with partner minus dropout": {
                partner: result.difference(f"dropout + {partner}", "dropout") for partner in PARTNERS
            },
            "loss": {arm: float(np.mean([one.loss for one in result.runs[arm]])) for arm in tuned},
            "gap": {arm: network_estimate(values) for arm, values in gaps.items()},
            "norm": {arm: norm(recipe, seeds[:5], data) for arm, recipe in tuned.items()},
            "rival": rival,
        }
        tried["17"][f"{amount} examples"] = result.difference("dropout", rival)
        for arm in ("plain", *others):
            tried["4"][f"{amount} examples, {arm}"] = network_estimate(gaps[arm] - gaps["dropout"])
        chosen = {arm: str(recipe) for arm, recipe in (tuned | others).items()}
        settings[str(amount)] = {"tuned": chosen, "edges": tuned.edges}
    settings["budget"] = tuned.budget
    figures["claims"]["17"] = trials(tried["17"].pop(f"{AMOUNTS[1]} examples"), MARGIN, **tried["17"])
    figures["claims"]["4"] = trials(tried["4"].pop(f"{AMOUNTS[1]} examples, plain"), MARGIN, **tried["4"])
    return Found(figures, settings, seeds, sets)


def search(arms, data, seeds, executor=None):
    """A Tuned of TRIALS settings from the whole of SPACE for each arm, and MORE around the best of them."""
    first = tune(arms, SPACE, data, TRIALS, seeds, executor)
    found = {}
    for arm, recipe in first.items():
        space = {
            name: around(between, getattr(recipe, name)) for name, between in SPACE.items() if getattr(recipe, name)
        }
        found[arm] = first.trials[arm] + tune({arm: recipe}, space, data, MORE, seeds, executor).trials[arm]
    networks = f"{len(seeds)} networks each, the best chosen on validation examples"
    return Tuned(found, f"each arm: {TRIALS} settings and {MORE} more around the best of them, {networks}")


def around(between, value):
    """The third of the range that has `value` in its middle, or what is inside of it."""
    if between.log:
        reach = (between.high / between.low) ** (1 / 6)
        return Between(max(between.low, value / reach), min(between.high, value * reach), log=True)
    reach = (between.high - between.low) / 6
    return Between(max(between.low, value - reach), min(between.high, value + reach))


def as_good(trials):
    """Of the recipes that came within MARGIN of the best: those with the lowest and the highest learning rate."""
    least = max(trial.accuracy for trial in trials) - MARGIN
    recipes = [trial.recipe for trial in trials if trial.accuracy > least]
    recipes.sort(key=lambda recipe: recipe.learning_rate)
    return {"plain, slowest": recipes[0], "plain, fastest": recipes[-1]}


def norm(recipe, seeds, data):
    """The root mean square of the hidden layers' weights after training, mean over networks."""
    network = trained(recipe, seeds, data)
    weights = np.concatenate([layer.weights.reshape(len(seeds), -1) for layer in network.hidden_dense], axis=1)
    return float(np.sqrt((weights**2).mean(axis=1)).mean())


@dataclass(frozen=True)
class FullSize:
    """The stored run with one amount of training examples; each dict is arm, or partner of dropout -> value.

    loss: on test examples, mean over the networks.
    """

    accuracy: dict[str, Estimate]
    minus_plain: dict[str, Estimate]
    with_dropout_minus_without: dict[str, Estimate]
    loss: dict[str, float]


def full_size(amount):
    """The stored run with so many training examples as a FullSize."""
    found = load_results(RESULTS)["figures"][str(amount)]
    return FullSize(
        stored_estimates(found["accuracy"]),
        stored_estimates(found["minus plain"]),
        stored_estimates(found["with dropout minus without"]),
        found["loss"],
    )
