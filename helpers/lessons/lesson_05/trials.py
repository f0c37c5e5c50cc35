"""Claims 17, L and 4 in blocks: dropout against other regularisers; and how much narrower it makes the gap."""

from dataclasses import replace

from helpers.lab import Recipe
from helpers.lab.replicate import Design, Replicated
from helpers.lab.standard import BlockTrial, places, space

RIVALS = {
    "L2": Recipe(l2=1e-3),
    "weight decay": Recipe(weight_decay=0.1),
    "max-norm": Recipe(max_norm=2.0),
    "activity": Recipe(activity=1e-3),
}
FEW = Design(
    {"dropout": {"dropout": Recipe(drop_rate=0.2)}, "rivals": RIVALS},
    space(240),
    places(1000),
    blocks=5,
    trials={"dropout": 80, "rivals": 20},
)
LEAN = replace(FEW, space=space(120), data_sets=places(1000, "mnist1d"), trials={"dropout": 32, "rivals": 8})
MANY = replace(FEW, space=space(120), data_sets=places(4000, "mnist1d", "magic"), blocks=3)
EVEN = replace(
    FEW,
    sides={"dropout": FEW.sides["dropout"], "L2": {"L2": RIVALS["L2"]}},
    data_sets=places(1000, "mnist1d", "optdigits"),
    trials=80,
)
PLAIN = Design(
    {"plain": {"2 × 128": Recipe()}, "dropout": {"2 × 128": Recipe(drop_rate=0.2)}},
    space(240),
    places(1000, "mnist1d"),
    blocks=5,
    trials=12,
)
PLAIN_MANY = replace(PLAIN, space=space(120), data_sets=places(4000, "mnist1d"))
TRIALS = {
    "17": BlockTrial((FEW, MANY), lean=LEAN),
    "L": BlockTrial((EVEN,)),
    "4": BlockTrial((PLAIN, PLAIN_MANY), Replicated.gap),
}
