"""The question itself at full size: widths, depths and rates, each tuned; and how long a mask should last."""

from dataclasses import dataclass, replace

from helpers.lab.compare import compare
from helpers.lab.data import load_mnist1d
from helpers.lab.differences import Estimate
from helpers.lab.full_size import Found, Trial, stored_estimates, stored_trials, trial, trials
from helpers.lab.names import UNNAMED
from helpers.lab.recipe import Recipe
from helpers.lab.results import load_results
from helpers.lab.seeds import my_seeds
from helpers.lab.tune import Between, tune

RESULTS = "lesson-04"
WIDTHS = (8, 16, 32, 64, 128, 256, 512)
DEPTHS = (1, 2, 3, 4)
DEEP_WIDTH = 128
RATES = (0.0, 0.2, 0.5)
AMOUNTS = (1000, 4000)
SPACE = {"learning_rate": Between(0.0003, 0.3, log=True)}
TRIALS, MARGIN = 9, 0.01
CONTROL = Recipe(hidden=(256, 256), drop_rate=0.5)
MASKS = ("example", "batch", "epoch", "forever")
NARROW = 32  # where half of the neurons are few


def grid():
    """The arms: every width at two layers, every depth at one width, at each rate; and the half-width control."""
    shapes = {(width,) * 2 for width in WIDTHS} | {(DEEP_WIDTH,) * depth for depth in DEPTHS}
    return {
        called(hidden[0], rate, len(hidden)): Recipe(hidden=hidden, drop_rate=rate)
        for hidden in sorted(shapes)
        for rate in RATES
    }


def called(width, rate, depth=2):
    """What an arm is called: "2 × 128 at 0.5"."""
    return f"{depth} × {width} at {rate}"


def run(executor=None, name=UNNAMED):
    """Every arm tuned on 9 settings and tested with ten networks, for two amounts of data."""
    seeds, tuning_seeds = my_seeds(10, name=name), my_seeds(3, "tuning", name)
    figures, settings, sets = {"claims": {}}, {"margin": MARGIN}, []
    for amount in AMOUNTS:
        data = load_mnist1d(train=amount)
        sets.append(data)
        tuned = tune(grid(), SPACE, data, TRIALS, tuning_seeds, executor)
        result = compare(tuned, data, seeds, executor)
        big, small = champions(tuned, {arm: best.accuracy for arm, best in tuned.best.items()})
        found = {
            "accuracy": {arm: result.mean(arm) for arm in tuned},
            "big": big,
            "small": small,
            "big minus small": trial(result.difference(big, small), MARGIN),
            "half width": {
                str(width): trial(result.difference(called(width, 0.5), called(width // 2, 0.0)), MARGIN)
                for width in WIDTHS[1:]
            },
        }
        masks = {kind: replace(CONTROL, masks=kind) for kind in MASKS}
        chosen = tune(masks, SPACE, data, TRIALS, tuning_seeds, executor)
        chosen["half width"] = tuned[called(128, 0.0)]
        lasting = compare(chosen, data, seeds, executor)
        found["masks"] = {kind: lasting.mean(kind) for kind in chosen}
        found["masks minus forever"] = {
            kind: trial(lasting.difference(kind, "forever"), MARGIN) for kind in chosen if kind != "forever"
        }
        for kind in ("example", "epoch"):
            found[f"{kind} minus half width"] = trial(lasting.difference(kind, "half width"), MARGIN)
        figures[str(amount)] = found
        settings[str(amount)] = {
            "tuned": {arm: recipe.learning_rate for arm, recipe in (tuned | chosen).items()},
            "validation": {arm: best.accuracy for arm, best in (tuned.best | chosen.best).items()},
            "budget": tuned.budget,
            "edges": {arm: edge for arm, edge in (tuned.edges | chosen.edges).items() if edge},
        }
    few, many = (figures[str(amount)] for amount in (AMOUNTS[0], AMOUNTS[-1]))
    others = {
        f"{AMOUNTS[0]} examples": few["example minus half width"],
        "minus one mask": many["masks minus forever"]["example"],
        f"2 × {NARROW}": many["half width"][str(NARROW)],
        "a mask for each epoch": many["epoch minus half width"],
    }
    others = {condition: Estimate.of(found) for condition, found in others.items()}
    figures["claims"]["Q"] = many["big minus small"]
    figures["claims"]["23"] = trials(Estimate.of(many["example minus half width"]), MARGIN, **others)
    return Found(figures, settings, seeds, sets)


def champions(arms, validation):
    """The best arm with dropout that is not the smallest, and the best plain one smaller than it, by validation.

    arms: name -> Recipe.  validation: name -> the accuracy that it was chosen for.
    """
    neurons = {arm: sum(recipe.hidden) for arm, recipe in arms.items()}
    plain = [arm for arm in arms if not arms[arm].drop_rate]
    smallest = min(neurons[arm] for arm in plain)
    big = max((arm for arm in arms if arms[arm].drop_rate and neurons[arm] > smallest), key=validation.get)
    return big, max((arm for arm in plain if neurons[arm] < neurons[big]), key=validation.get)


@dataclass(frozen=True)
class FullSize:
    """The stored run with one amount of training examples; an arm is called as `called` does.

    big, small: the arms that validation chose, with dropout and without.  half_width: width -> dropout at 0.5 minus a
    plain network of half that width.  masks: how long a mask lasts, or "half width" -> accuracy.
    learning_rate, validation: arm, or kind of mask -> the rate that was chosen, and the accuracy for which it was.
    """

    accuracy: dict[str, Estimate]
    big: str
    small: str
    big_minus_small: Trial
    half_width: dict[int, Trial]
    masks: dict[str, Estimate]
    learning_rate: dict[str, float]
    validation: dict[str, float]
    budget: str

    def of(self, width, rate, depth=2):
        """The accuracy of `depth` layers of this width at this rate."""
        return self.accuracy[called(width, rate, depth)]


def full_size(amount):
    """The stored run with so many training examples as a FullSize."""
    stored = load_results(RESULTS)
    found, settings = stored["figures"][str(amount)], stored["settings"][str(amount)]
    return FullSize(
        stored_estimates(found["accuracy"]),
        found["big"],
        found["small"],
        Trial.of(found["big minus small"]),
        {int(width): one for width, one in stored_trials(found["half width"]).items()},
        stored_estimates(found["masks"]),
        settings["tuned"],
        settings["validation"],
        settings["budget"],
    )
