"""The arms: what is tried on a table, the simplest first. For each a recipe to start from, and what is searched.

An arm is simpler than another if it has fewer things to set; of two with as many, if its network is smaller.
"""

from dataclasses import replace
from typing import NamedTuple

from ..recipe import Recipe
from ..tune import Between, Choice

COMMONEST, LINEAR, PLAIN, COCKTAIL, TREES = (
    "commonest class",
    "no hidden layer",
    "plain big",
    "cocktail",
    "gradient-boosted trees",
)
L2 = Between(1e-5, 3e-2, log=True)
MAX_NORM = Between(0.3, 4, log=True)
DROPOUT = {"drop_rate": Between(0.05, 0.65), "input_drop_rate": Choice([0.0, 0.05, 0.1, 0.2])}
# A part of the mix of all is searched with "off" among its values, so that it need not be in what comes out.
PARTS = {
    "drop_rate": Choice([0.0, 0.1, 0.2, 0.35, 0.5]),
    "input_drop_rate": Choice([0.0, 0.05, 0.1, 0.2]),
    "l2": Choice([0.0, 1e-4, 3e-4, 1e-3]),
    "weight_decay": Choice([0.0, 0.03, 0.1, 0.3, 1.0]),
    "max_norm": Choice([0.0, 1.0, 2.0]),
}
WORDS = {  # how a sentence calls them
    COMMONEST: "the commonest class, whatever the row",
    LINEAR: "a network without a hidden layer",
    "best smaller": "a smaller network",
    "best smaller + L2": "a smaller network with L2",
    PLAIN: "the plain big network",
    "L2": "the big network with L2",
    "max-norm": "the big network with max-norm",
    "dropout": "the big network with dropout",
    "dropout + L2": "the big network with dropout and L2",
    "dropout + max-norm": "the big network with dropout and max-norm",
    COCKTAIL: "the mix of all (dropout, L2, weight decay and max-norm, searched together)",
    TREES: TREES,
}
MIX = "mix of all"


def label(arm):
    """What an arm is called in a table or a picture."""
    return MIX if arm == COCKTAIL else arm


class Arm(NamedTuple):
    """recipe: to start from; a setting that is 0 in it is not that arm's.  space: setting -> Between or Choice."""

    recipe: Recipe
    space: dict


def network_arms(width, batch_size, epochs):
    """The arms that are trained, name -> Arm, the simplest first; all but the commonest class and the trees.

    width: of each of the two hidden layers of the big network.  epochs: to begin with.
    The rate always falls along half a cosine, which ends a training well after any number of epochs; the mix of all
    may keep it constant.
    """

    def arm(space, lowest=3e-4, highest=2e-2, **settings):
        common = {"hidden": big, "schedule": "cosine", "batch_size": batch_size, "epochs": epochs}
        return Arm(Recipe(**common | settings), {"learning_rate": Between(lowest, highest, log=True), **space})

    big = (width, width)
    smaller = [(width // 16,), (width // 4,), (width // 2,), (width // 16,) * 2, (width // 8,) * 2, (width // 4,) * 2]
    shapes = Choice([(width // 2,) * 2, big, (width,) * 3])
    dropped = {"drop_rate": 0.2, "input_drop_rate": 0.1}
    return {
        LINEAR: arm({"l2": L2}, 1e-3, 1e-1, hidden=(), l2=1e-4),
        "best smaller": arm({"hidden": Choice(smaller)}, hidden=smaller[1]),
        "best smaller + L2": arm({"hidden": Choice(smaller), "l2": L2}, hidden=smaller[1], l2=1e-4),
        PLAIN: arm({}),
        "L2": arm({"l2": L2}, l2=1e-4),
        "max-norm": arm({"max_norm": MAX_NORM}, max_norm=1),
        "dropout": arm(DROPOUT, **dropped),
        "dropout + L2": arm({**DROPOUT, "l2": L2}, l2=1e-4, **dropped),
        "dropout + max-norm": arm({**DROPOUT, "max_norm": MAX_NORM}, max_norm=1, **dropped),
        COCKTAIL: arm(
            {**PARTS, "hidden": shapes, "schedule": Choice(["cosine", "constant"])},
            **dropped,
            l2=1e-4,
            weight_decay=0.1,
            max_norm=1,
        ),
    }


def without_each_part(recipe, plain):
    """The chosen recipe of the mix of all with one part taken out, for each part that it has: part -> Recipe.

    plain: the recipe of the plain big network, whose value takes the part's place.
    """
    values = {name: getattr(plain, name) for name in (*PARTS, "hidden", "schedule")}
    return {name: replace(recipe, **{name: value}) for name, value in values.items() if getattr(recipe, name) != value}
