"""What trials in blocks have in common: five kinds of data, and what the search may choose for every arm."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from .data import load_fashion, load_magic, load_mnist1d, load_optdigits, load_spambase
from .replicate import Design, Handmade, Replicated
from .tune import Between, Choice

LOADERS = {
    "mnist1d": load_mnist1d,
    "optdigits": load_optdigits,
    "fashion": load_fashion,
    "spambase": load_spambase,
    "magic": load_magic,
}
STRENGTHS = {
    "drop_rate": Between(0.05, 0.65),
    "l1": Between(1e-4, 0.5, log=True),
    "l2": Between(1e-4, 0.1, log=True),
    "weight_decay": Between(1e-2, 10, log=True),
    "max_norm": Between(0.1, 15, log=True),
    "activity": Between(1e-4, 1, log=True),
}


def places(amount, *kinds):
    """Data sets with so many training examples, as a Design takes them; of all five kinds unless some are named."""
    return {f"{kind}-{amount}": partial(LOADERS[kind], train=amount) for kind in kinds or LOADERS}


def space(longest, *fixed):
    """What a search may choose, as `tune` takes it: the rate, the epochs, how the rate falls, and every strength.

    longest: the most epochs; a half, a quarter and an eighth of them are tried as well.
    fixed: settings of the recipes that are not to be tuned.
    """
    tried = {
        "learning_rate": Between(0.0005, 0.1, log=True),
        "epochs": Choice([longest // 8, longest // 4, longest // 2, longest]),
        "schedule": Choice(["constant", "cosine"]),
        **STRENGTHS,
    }
    return {setting: options for setting, options in tried.items() if setting not in fixed}


@dataclass(frozen=True)
class BlockTrial:
    """A claim's trial in blocks. designs: one or several, with places of their own, judged together.

    measure: what decides, a function of a Replicated, a place and a confidence that gives an Estimate.
    labels: place -> what a reader calls it, where it says more than a data set and an amount, as those of `places` do.
    lean: the same on a smaller budget at one place, to be made again with other names; None where that is not done.
    """

    designs: tuple[Design | Handmade, ...]
    measure: Callable = Replicated.difference
    labels: dict[str, str] = field(default_factory=dict)
    lean: Design | None = None
