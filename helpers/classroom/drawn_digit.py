"""A drawn digit, prepared as those of the 8×8 digits were: centred, stretched, thickened and counted."""

from itertools import pairwise

import numpy as np

DOTS, FIELD = 32, 4  # a bitmap of 32 × 32 dots, counted in fields of 4 × 4
BOX = np.array([16, 28])  # dots: how wide and high the pen's path is made, to which the strokes' width comes
INK, WIDEST = 310, 10  # dots: the data set's strokes were thickened or thinned until there was so much ink
NARROWEST = 0.3  # what is thinner than this share of its other side is not stretched: a 1 would become a beam
EXAMPLE = [  # a 3
    [(0.3, 0.25), (0.42, 0.17), (0.56, 0.17), (0.66, 0.25), (0.65, 0.37), (0.55, 0.45), (0.44, 0.47)],
    [(0.44, 0.47), (0.6, 0.5), (0.7, 0.6), (0.69, 0.74), (0.58, 0.83), (0.42, 0.84), (0.29, 0.76)],
]


def bitmap(strokes):
    """The strokes centred, stretched and thickened as the data set's digits are: DOTS × DOTS, True where there is ink.

    strokes: as a DrawingPad has them.
    """
    if not strokes:
        return np.zeros((DOTS, DOTS), bool)
    low, high = (extreme([point for stroke in strokes for point in stroke], axis=0) for extreme in (np.min, np.max))
    width, height = high - low
    span = np.maximum([width, height], NARROWEST * np.array([height, width]))
    distance = np.full((DOTS, DOTS), np.inf)
    for stroke in strokes:
        points = (np.array(stroke) - (low + high) / 2) * BOX / np.maximum(span, 1e-9) + DOTS / 2
        for start, end in pairwise(points if len(points) > 1 else [*points, *points]):
            distance = np.minimum(distance, _distance(start, end))
    return distance <= min(np.sort(distance, axis=None)[INK - 1], WIDEST / 2)


def _distance(start, end):
    """How far each dot is from the line from start to end."""
    dots, along = np.stack(np.meshgrid(np.arange(DOTS), np.arange(DOTS)), axis=-1) + 0.5 - start, end - start
    share = np.clip(dots @ along / max(along @ along, 1e-9), 0, 1)
    return np.linalg.norm(dots - share[..., np.newaxis] * along, axis=-1)


def pixels(dots):
    """What the network is given: the share of ink in each field, (1, 64), from 0 to 1."""
    fields = dots.reshape(DOTS // FIELD, FIELD, DOTS // FIELD, FIELD)
    return fields.mean(axis=(1, 3)).reshape(1, -1)
