"""Dropout against other regularisers at full size, alone and in pairs, all strengths of an arm tuned together."""

import numpy as np

from ..compare import compare
from ..data import load_mnist1d
from ..differences import network_estimate
from ..recipe import Recipe
from ..seeds import my_seeds
from ..tune import Between, tune
from . import Found, trained, trials

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
TRIALS, MARGIN = 40, 0.01


def arms(**common):
    """Each regulariser alone, and each partner together with dropout."""
    pairs = {f"dropout + {partner}": {**ALONE["dropout"], **ALONE[partner]} for partner in PARTNERS}
    return {arm: Recipe(**settings, **common) for arm, settings in {**ALONE, **pairs}.items()}


def run(executor=None):
    """Tune every arm on 40 settings, test it with ten networks; for two amounts of data."""
    seeds, tuning_seeds = my_seeds(10, name="unnamed"), my_seeds(3, "tuning", "unnamed")
    figures, settings, sets, tried = {"claims": {}}, {}, [], {"17": [], "4": []}
    for amount in AMOUNTS:
        data = load_mnist1d(train=amount)
        sets.append(data)
        tuned = tune(arms(hidden=(128, 128)), SPACE, data, TRIALS, tuning_seeds, executor)
        result = compare(tuned, data, seeds, executor, watch=True)
        rival = max(RIVALS, key=lambda arm: tuned.best[arm].accuracy)
        gaps = {arm: result.gap(arm) for arm in tuned}
        figures[str(amount)] = {
            "accuracy": {arm: result.mean(arm) for arm in tuned},
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
        tried["17"].append(result.difference("dropout", rival))
        tried["4"].append(network_estimate(gaps["plain"] - gaps["dropout"]))
        settings[str(amount)] = {"tuned": {arm: str(recipe) for arm, recipe in tuned.items()}, "edges": tuned.edges}
    settings["budget"] = tuned.budget
    for claim, differences in tried.items():
        few, many = differences
        figures["claims"][claim] = trials(many, MARGIN, **{f"{AMOUNTS[0]} examples": few})
    return Found(figures, settings, seeds, sets)


def norm(recipe, seeds, data):
    """The root mean square of the hidden layers' weights after training, mean over networks."""
    network = trained(recipe, seeds, data)
    weights = np.concatenate([layer.weights.reshape(len(seeds), -1) for layer in network.hidden_dense], axis=1)
    return float(np.sqrt((weights**2).mean(axis=1)).mean())
