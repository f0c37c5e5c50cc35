"""Claim 22 in blocks: how much narrower dropout makes the gap, on several kinds of data."""

from helpers.lab import Recipe
from helpers.lab.replicate import Design, Replicated
from helpers.lab.standard import BlockTrial, places, space

GAP = Design(
    {"plain": {"2 × 128": Recipe()}, "dropout": {"2 × 128": Recipe(drop_rate=0.2)}},
    space(240),
    places(1000),
    blocks=5,
    trials=12,
)
TRIALS = {"22": BlockTrial((GAP,), Replicated.gap)}
