"""One clear error for each kind of bad input: the argument, the value, what is allowed, a call that works."""

import numbers
import warnings
from itertools import pairwise

import numpy as np

from ..layer import Layer

# What a number must be, in words and as a function: for require_number and require_numbers.
AT_LEAST_0 = "at least 0", lambda value: value >= 0
ABOVE_0 = "above 0", lambda value: value > 0
FAR = 10  # inputs so large on average were surely not scaled
FRACTION = "at least 0 and below 1", lambda value: (value >= 0) & (value < 1)


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


def _array(value):
    """`value` as an array; a list of lists of different lengths, which NumPy refuses, as one without numbers."""
    try:
        return np.asarray(value)
    except ValueError:
        return np.asarray(None)


def require_number(argument, value, allowed, ok, example):
    """Raise unless `value` is one finite number that is `ok`."""
    number = _array(value)
    fine = number.dtype.kind in "iuf" and number.ndim == 0 and np.isfinite(number) and ok(number)
    require(fine, argument, repr(value), allowed, example)


def require_numbers(argument, value, allowed, ok, example):
    """`value`, a number or one number per network, as an array; `ok` tells which finite numbers are allowed."""
    array = _array(value)
    fine = array.dtype.kind in "iuf" and array.ndim <= 1 and array.size and np.isfinite(array).all() and ok(array).all()
    require(fine, argument, repr(value), f"{allowed} (one number, or one for each network)", example)
    return array


def require_kind(argument, value, does, allowed, example):
    """Raise unless `value` can do what such a thing does: has a method of that name, and is no class."""
    if isinstance(value, type) or not hasattr(value, does):
        found = f"the class {value.__name__}" if isinstance(value, type) else f"of type {type(value).__name__}"
        refuse(argument, found, allowed, example)


def require_seeds(seeds):
    """`seeds` as a list of ints, one for each network; equal seeds are allowed."""
    example = "seeds=[0, 1, 2]"
    listed = list(seeds) if np.iterable(seeds) and not isinstance(seeds, str) else []
    require(listed, "seeds", repr(seeds), "a list of at least one whole number", example)
    return [require_whole("each of seeds", seed, 0, example) for seed in listed]


def per_network(argument, value, like):
    """`value`, one number or one for each network, shaped to act on the networks axis of the array `like`."""
    column = np.asarray(value, like.dtype).reshape(-1, *[1] * (like.ndim - 1))
    if len(column) not in (1, len(like)):
        allowed = f"one number, or {len(like)}: one for each network"
        refuse(argument, f"{len(column)} numbers", allowed, f"{argument}=0.2")
    return column


def require_array(argument, value, dtype):
    """Raise unless `value` is a NumPy array of that dtype."""
    masked = isinstance(value, np.ma.MaskedArray)
    if masked or not (isinstance(value, np.ndarray) and value.dtype == dtype):
        plain = isinstance(value, np.ndarray) and not masked
        found = f"an array of {value.dtype}" if plain else f"a {type(value).__name__}"
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


# Of one class or function each, in the order in which they are read.


def check_dense(inputs, outputs, weight_scale):
    require_whole("inputs", inputs, 1, "Dense(64, 10)")
    require_whole("outputs", outputs, 1, "Dense(64, 10)")
    if weight_scale is not None:
        require_number("weight_scale", weight_scale, *AT_LEAST_0, "Dense(64, 10, weight_scale=0.1)")


def check_network(layers, dtype):
    allowed = np.float32, np.float64, "float32", "float64", float
    require(dtype in allowed, "dtype", repr(dtype), "float32 or float64", "dtype=np.float32")
    example = "Network([Dense(64, 32), Relu(), Dense(32, 10)], seeds=[0])"
    require(all(isinstance(layer, Layer) for layer in layers), "layers", layers, "a list of layers", example)
    dense = [layer for layer in layers if layer.shapes]
    require(dense, "layers", "a list without parameters", "a list with at least one Dense layer", example)
    new = len(set(layers)) == len(layers) and all(layer.index is None for layer in layers)
    require(new, "layers", "a list with a layer used before", "new layers, each used once", example)
    for before, after in pairwise(dense):
        fits = f"{before.outputs}, the outputs of the Dense layer before it"
        require(after.inputs == before.outputs, "inputs of a Dense layer", after.inputs, fits, example)


def check_inputs(network, x):
    require_array("x", x, network.dtype)
    networks, inputs = len(network.seeds), network.inputs
    if x.ndim not in (2, 3) or x.shape[-1] != inputs or x.ndim == 3 and len(x) != networks:
        allowed = f"(examples, {inputs}) or ({networks}, examples, {inputs})"
        refuse("shape of x", x.shape, allowed, f"x.reshape(-1, {inputs})")
    if not x.shape[-2]:
        refuse("shape of x", x.shape, "a batch of at least one example", "x[:100]")


def check_noise(noise):
    if noise is not None:
        require_kind("noise", noise, "mask", "a noise, or None", "noise=Fresh(network.seeds)")


def check_noise_for(layers, noise):
    """Refuse to go on without dropout in silence, which is the commonest fault of a training written by hand."""
    idle = next((type(layer).__name__ for layer in layers if layer.needs_noise and noise is None), None)
    allowed = f"a noise, or {idle} does nothing"
    require(not idle, "noise", noise, allowed, "network.gradient(x, labels, noise=Fresh(network.seeds))")


def check_mlp(sizes, activation, activations, drop_rate):
    example = 'mlp(40, 128, 10, activation="relu", drop_rate=0.2)'
    require_numbers("drop_rate", drop_rate, *FRACTION, example)
    require(len(sizes) >= 2, "sizes", sizes, "two or more: inputs, hidden layers, outputs", example)
    require(activation in [*activations], "activation", repr(activation), f"one of {sorted(activations)}", example)


def check_sgd(sgd):
    require_numbers("learning_rate", sgd.learning_rate, *ABOVE_0, "SGD(0.1, momentum=0.9)")
    require_numbers("momentum", sgd.momentum, *FRACTION, "SGD(0.1, momentum=0.9)")


def check_adam(adam):
    example = "Adam(0.001, beta1=0.9, beta2=0.999, epsilon=1e-8)"
    require_numbers("learning_rate", adam.learning_rate, *ABOVE_0, example)
    for name, (allowed, ok) in (("beta1", FRACTION), ("beta2", FRACTION), ("epsilon", ABOVE_0)):
        require_number(name, getattr(adam, name), f"one number {allowed}", ok, example)


def check_examples(examples):
    x, labels, scale, draw = examples.x, examples.labels, examples.scale, examples.draw
    example = "Examples(x.reshape(len(x), -1).astype(np.float32), labels, classes=10)"
    for name, array in (("x", x), ("labels", labels)):
        plain = isinstance(array, np.ndarray) and not isinstance(array, np.ma.MaskedArray)
        require(plain, name, f"a {type(array).__name__}", "a NumPy array, without a mask", example)
    require(x.ndim == 2, "shape of x", x.shape, "(examples, features)", example)
    require(len(x) > 0, "shape of x", x.shape, "at least one example: this split is empty", example)
    if scale is None:
        require(x.dtype == np.float32, "dtype of x", x.dtype, "float32 (or integers, with a scale)", example)
        bad = np.flatnonzero(~np.isfinite(x).all(axis=1))
        found = f"not finite in {len(bad)} examples, the first of them number {bad[:1]}"
        require(len(bad) == 0, "x", found, "without NaN and inf", "x[np.isfinite(x).all(axis=1)]")
    else:
        require_number("scale", scale, *ABOVE_0, "scale=1 / 255")
        require(x.dtype.kind in "iu", "dtype of x", x.dtype, "an integer type, since a scale is given", example)
    usual = np.linalg.norm(x) / x.size**0.5 if scale is None else float(np.abs(x).max()) * scale
    if usual > FAR:
        advice = "Networks learn best from numbers around 1: give bytes a scale=1 / 255, standardise a table's columns."
        warnings.warn(f"The inputs are large, of about {usual:.4g}. {advice}", stacklevel=3)
    require_whole("classes", examples.classes, 1, example)
    require_labels(labels, examples.classes, (len(x),))
    if draw is not None:
        require_whole("draw", draw, 1, "draw=1000")
        allowed = f"at most {len(x)}, the number of examples there are"
        require(draw <= len(x), "draw", draw, allowed, f"draw={len(x)}")


def check_data(network, examples, noise, example):
    """What `train` and `evaluate` are given, before anything is computed."""
    require_kind("network", network, "gradient", "a Network", example)
    require_kind("examples", examples, "rows", "Examples, such as data.train", example)
    check_noise(noise)
    features, allowed = examples.x.shape[1], f"{network.inputs}, the network's inputs"
    require(features == network.inputs, "features of examples", features, allowed, example)


def check_training(network, examples, optimizer, epochs, batch_size, noise):
    example = "train(network, data.train, Adam(0.002), epochs=60, batch_size=100)"
    check_data(network, examples, noise, example)
    require_kind("optimizer", optimizer, "step", "an optimizer", example)
    allowed = f"at most {network.outputs}, the network's outputs"
    require(examples.classes <= network.outputs, "classes of examples", examples.classes, allowed, example)
    require_whole("batch_size", batch_size, 1, example)
    allowed = f"at most {len(examples)}, the number of training examples"
    require(batch_size <= len(examples), "batch_size", batch_size, allowed, example)
    require_whole("epochs", epochs, 1, example)


def check_some_left(diverged, number, optimizer):
    if diverged.all():
        found = f"the loss of every network became NaN or infinite in epoch {number}, with {optimizer}. "
        raise FloatingPointError(found + "Try a smaller learning_rate, for example Adam(learning_rate=0.001).")


def check_streams(owner, networks, streams, example):
    if networks != len(streams):
        refuse(f"{owner}'s number of networks", networks, f"{len(streams)}, the number of its seeds", example)


def check_mask(mask, shape):
    allowed = f"that of the first call, {mask.shape}"
    require(mask.shape == tuple(shape), "shape of the mask", tuple(shape), allowed, "Replayed(Fresh(seeds))")
