"""Claim W in blocks: small networks against large ones, on several kinds of data."""

from helpers.lab import Recipe
from helpers.lab.replicate import Design
from helpers.lab.standard import BlockTrial, places, space


def arms(*widths):
    """Networks with two layers of each of these widths."""
    return {f"2 × {width}": Recipe(hidden=(width, width)) for width in widths}


SIZES = Design({"small": arms(8, 16), "large": arms(128, 256)}, space(240), places(1000), blocks=5, trials=12)
TRIALS = {"W": BlockTrial((SIZES,))}
