"""Claim 17 in blocks: dropout against weight decay, max-norm and activity penalties on several kinds of data."""

from dataclasses import replace

from helpers.lab import Recipe
from helpers.lab.replicate import Design
from helpers.lab.standard import places, space

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
MANY = replace(FEW, space=space(120), data_sets=places(4000, "mnist1d", "magic"), blocks=3)
DESIGNS = {"17": (FEW, MANY)}
