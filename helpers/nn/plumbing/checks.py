"""One clear error for each kind of bad input: the argument, the value, what is allowed, a call that works."""

import numbers

import numpy as np


def refuse(argument, value, allowed, example):
    """Raise the ValueError that every check of this project raises."""
    raise ValueError(f"{argument} is {value}, but it must be {allowed}. For example: {example}")


def require(ok, argument, value, allowed, example):
    """Refuse the value unless `ok`. Where each step of a training checks, an `if` before `refuse` saves the texts."""
    if not ok:
        refuse(argument, value, allowed, example)


def require_whole(argument, value, least, example):
    """`value` as an int, or a ValueError if it is not a whole number of at least `least`."""
    whole = isinstance(value, numbers.Integral) and not isinstance(value, bool)
    require(whole and value >= least, argument, repr(value), f"a whole number of at least {least}", example)
    return int(value)


def require_number(argument, value, allowed, ok, example):
    """Raise unless `value` is one finite number that is `ok`."""
    number = np.asarray(value)
    fine = number.dtype.kind in "iuf" and number.ndim == 0 and np.isfinite(number) and ok(number)
    require(fine, argument, repr(value), allowed, example)


def require_numbers(argument, value, allowed, ok, example):
    """`value`, a number or one number per network, as an array; `ok` tells which finite numbers are allowed."""
    array = np.asarray(value)
    numeric = array.dtype.kind in "iuf" and array.ndim <= 1 and array.size > 0
    fine = numeric and np.isfinite(array).all() and ok(array).all()
    require(fine, argument, repr(value), f"{allowed} (one number, or one for each network)", example)
    return array


def require_seeds(seeds):
    """`seeds` as a list of ints, one for each network; equal seeds are allowed."""
    example = "seeds=[0, 1, 2]"
    listed = list(seeds) if np.iterable(seeds) and not isinstance(seeds, str) else []
    require(listed, "seeds", repr(seeds), "a list of at least one whole number", example)
    return [require_whole("each of seeds", seed, 0, example) for seed in listed]


def require_array(argument, value, dtype):
    """Raise unless `value` is a NumPy array of that dtype."""
    if not (isinstance(value, np.ndarray) and value.dtype == dtype):
        found = f"an array of {value.dtype}" if isinstance(value, np.ndarray) else f"a {type(value).__name__}"
        refuse(argument, found, f"an array of {dtype}", f"np.asarray({argument}, np.{dtype})")


def require_labels(labels, classes, *shapes):
    """Raise unless `labels`, an array of one of these shapes, are whole numbers from 0 to classes - 1."""
    if labels.shape in shapes and labels.dtype.kind in "iu" and labels.min() >= 0 and labels.max() < classes:
        return
    example = "labels=np.array([0, 2, 1])"
    allowed = " or ".join(map(str, shapes)) + ": one label for each example"
    require(labels.shape in shapes, "shape of labels", labels.shape, allowed, example)
    allowed = f"whole numbers from 0 to {classes - 1}"
    require(labels.dtype.kind in "iu", "labels", f"an array of {labels.dtype}", allowed, example)
    wrong = labels[(labels < 0) | (labels >= classes)]
    refuse("labels", f"an array that contains {wrong[:1]}", allowed, example)


def per_network(argument, value, like):
    """`value`, one number or one for each network, shaped to act on the networks axis of the array `like`."""
    column = np.asarray(value, like.dtype).reshape(-1, *[1] * (like.ndim - 1))
    if len(column) not in (1, len(like)):
        allowed = f"one number, or {len(like)}: one for each network"
        refuse(argument, f"{len(column)} numbers", allowed, f"{argument}=0.2")
    return column
