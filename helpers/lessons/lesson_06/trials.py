"""Claim 22 in blocks: how much narrower dropout makes the gap, on several kinds of data."""

from helpers.lab import Recipe
from helpers.lab.replicate import Design
from helpers.lab.standard import places, space

GAP = Design(
    {"plain": {"2 × 128": Recipe()}, "dropout": {"2 × 128": Recipe(drop_rate=0.2)}},
    space(240),
    places(1000),
    blocks=5,
    trials=12,
)
DESIGNS = {"22": (GAP,)}
