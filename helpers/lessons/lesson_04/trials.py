"""Claims Q and 23 in blocks: the whole comparison, search and choice included, on several kinds of data."""

from dataclasses import replace

from helpers.lab import Recipe
from helpers.lab.replicate import Design
from helpers.lab.standard import BlockTrial, places, space

SHAPES = ((128,), (16, 16), (32, 32), (64, 64), (128, 128))
PENALTIES = {"plain": {}, "L1": {"l1": 1e-3}, "L2": {"l2": 1e-3}}
SMALLER = {
    f"{len(hidden)} × {hidden[0]} {name}": Recipe(hidden=hidden, **penalty)
    for hidden in SHAPES
    for name, penalty in PENALTIES.items()
}
BIG = {f"2 × {width}": Recipe(hidden=(width, width), drop_rate=0.2) for width in (128, 256)}
EACH = {"dropout": 45, "smaller": 6}  # settings for each arm: 90 a side
FEW = Design({"dropout": BIG, "smaller": SMALLER}, space(240), places(1000), 5, EACH)
LEAN = replace(FEW, space=space(120), data_sets=places(1000, "mnist1d"), trials={"dropout": 15, "smaller": 2})
MANY = replace(FEW, space=space(120), data_sets=places(4000, "mnist1d", "magic"), blocks=3)

HALF = Design(
    {
        "dropout": {"2 × 256 at 0.5": Recipe(hidden=(256, 256), drop_rate=0.5)},
        "half as wide": {"2 × 128": Recipe(hidden=(128, 128))},
    },
    space(240, "drop_rate"),
    places(1000),
    blocks=5,
    trials=12,
)
TRIALS = {"Q": BlockTrial((FEW, MANY), lean=LEAN), "23": BlockTrial((HALF,))}
