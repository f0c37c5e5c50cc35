"""Each kind of bad input gives one clear error, with the argument, the value received and what is allowed.

One table for the whole project. A row: what is wrong, the call, and what the message must say. A call that takes an
argument is given an empty folder.
"""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest

import helpers
from helpers.lab import (
    Between,
    Choice,
    Data,
    DataFileError,
    Design,
    Estimate,
    Recipe,
    advise,
    compare,
    crossed_estimate,
    full_size,
    load_fashion,
    load_japanese_vowels,
    load_magic,
    load_mnist,
    load_mnist1d,
    load_optdigits,
    load_spambase,
    margin_from,
    my_seeds,
    network_estimate,
    overall,
    train_runs,
    tune,
)
from helpers.nn import (
    SGD,
    Adam,
    Best,
    Dense,
    Dropout,
    Examples,
    Fresh,
    Network,
    Relu,
    Replayed,
    Tanh,
    central_differences,
    check_gradient,
    evaluate,
    mlp,
    softmax,
    softmax_cross_entropy,
    stream,
    train,
)
from tests.lab import common as lab
from tests.nn.common import toy_data, toy_examples

X, LABELS = toy_data(60, features=5, classes=3)
DATA = toy_examples(60, features=5, classes=3)
BYTES = np.zeros((60, 5), np.uint8)
NAN, INF = float("nan"), float("inf")


def bad(name, call, argument, value, allowed, error=ValueError):
    """A row of the table. `argument`, `value` and `allowed` are texts that the message must contain, in its parts."""
    return pytest.param(call, error, (argument, value, allowed), id=name)


def network(*layers, **options):
    return Network(list(layers) or mlp(5, 8, 3), options.pop("seeds", [0, 1]), **options)


def changed(array, place, value):
    array = array.copy()
    array[place] = value
    return array


def examples(x=X, labels=LABELS, classes=3, **options):
    return Examples(x, labels, classes, **options)


def gradient(x=X, labels=LABELS, noise=None):
    return network().gradient(x, labels, noise)


def trained(net=None, data=DATA, optimizer=None, epochs=3, batch_size=10, noise=None):
    return list(train(net or network(), data, optimizer or SGD(0.1), epochs, batch_size, noise))


def used_before(layer):
    """`layer`, after it has been put into a network."""
    Network([Dense(5, 8), layer] if not isinstance(layer, Dense) else [layer], [0])
    return layer


KINDS = [
    bad("trained on a Data", lambda: trained(data=lab.toy_data()), "examples", "of type Data", "such as data.train"),
    bad("trained on arrays", lambda: trained(data=(X, LABELS)), "examples", "of type tuple", "such as data.train"),
    bad("trained with its arguments swapped", lambda: train(DATA, network(), SGD(0.1), 3),
        "network", "of type Examples", "a Network"),
    bad("trained on the class Network", lambda: train(Network, DATA, SGD(0.1), 3),
        "network", "the class Network", "a Network"),
    bad("evaluated on arrays", lambda: evaluate(network(), X, LABELS), "examples", "of type ndarray", "such as"),
    bad("evaluated with labels as its noise", lambda: evaluate(network(), DATA, LABELS), "noise", "ndarray", "a noise"),
    bad("an optimizer by its name", lambda: trained(optimizer="adam"), "optimizer", "of type str", "an optimizer"),
    bad("a rate as an optimizer", lambda: trained(optimizer=0.01), "optimizer", "of type float", "an optimizer"),
    bad("the class Adam", lambda: trained(optimizer=Adam), "optimizer", "the class Adam", "an optimizer"),
    bad("a rate as the noise of a training", lambda: trained(noise=0.5), "noise", "of type float", "a noise"),
    bad("a rate as the noise of a step", lambda: gradient(noise=0.5), "noise", "of type float", "a noise"),
    bad("the class of a noise", lambda: network().forward(X, Fresh), "noise", "the class Fresh", "a noise"),
    bad("masked inputs", lambda: examples(np.ma.masked_less(X, 0)), "x", "a MaskedArray", "without a mask"),
    bad("masked labels", lambda: examples(labels=np.ma.masked_less(LABELS, 1)), "labels", "a MaskedArray",
        "without a mask"),
    bad("a batch with a mask", lambda: gradient(np.ma.masked_less(X, 0)), "x", "a MaskedArray", "an array of float32"),
    bad("rates in lists of different lengths", lambda: Dropout([0.1, [0.2]]), "drop_rate", "[0.1, [0.2]]", "below 1"),
    bad("a gradient of nothing checked", lambda: check_gradient(None, X, LABELS), "network", "NoneType", "a Network"),
    bad("the best of nothing", lambda: Best(None), "network", "of type NoneType", "a Network"),
    bad("softmax of nothing", lambda: softmax(None), "logits", "of type NoneType", "an array"),
    bad("cross-entropy of a list", lambda: softmax_cross_entropy([1.0, 2.0], [0]), "logits", "list", "an array"),
    bad("a network of nothing", lambda: Network(None, [0]), "layers", "[None]", "a list of layers"),
    bad("a drop rate of None", lambda: mlp(5, 8, 3, drop_rate=None), "drop_rate", "None", "at least 0 and below 1"),
    bad("a Data of arrays", lambda: lab.toy_data(test=(X, LABELS)), "test", "a tuple", "Examples"),
    bad("a Data whose shape is a number", lambda: replace(lab.toy_data(), shape=6), "shape", "6", "a tuple"),
]  # fmt: skip
FORWARD = "(examples, 5) or (2, examples, 5)"
RATE, ABOVE_0, FRACTION, SEED = "at least 0 and below 1", "above 0", "at least 0 and below 1", "at least 0"

SHAPES = [
    bad("x 1-D", lambda: network().forward(X[0]), "shape of x", "(5,)", FORWARD),
    bad("x 4-D", lambda: network().forward(X[None, None]), "shape of x", "(1, 1, 60, 5)", FORWARD),
    bad("x of too many features", lambda: network().forward(X.reshape(50, 6)), "shape of x", "(50, 6)", FORWARD),
    bad("x for too many networks", lambda: network().forward(np.stack([X] * 3)), "shape of x", "(3, 60, 5)", FORWARD),
    bad("x for one network of two", lambda: network().forward(X[None]), "shape of x", "(1, 60, 5)", FORWARD),
    bad("an empty batch", lambda: gradient(X[:0], LABELS[:0]), "shape of x", "(0, 5)", "at least one example"),
    bad("x a list", lambda: network().forward(X.tolist()), "x", "a list", "an array of float32"),
    bad("x nothing", lambda: network().forward(None), "x", "a NoneType", "an array of float32"),
    bad("x float64", lambda: gradient(X.astype(float)), "x", "an array of float64", "an array of float32"),
    bad("x integers", lambda: gradient(BYTES), "x", "an array of uint8", "an array of float32"),
    bad("x float32 in a float64 network", lambda: network(dtype=np.float64).forward(X), "x", "float32", "float64"),
    bad("checked x 1-D", lambda: check_gradient(network(dtype=np.float64), X[0].astype(float), LABELS[:2]),
        "shape of x", "(5,)", FORWARD),
    bad("checked in float32", lambda: check_gradient(network(), X, LABELS), "array", "float32", "float64"),
    bad("differences of integers", lambda: central_differences(lambda: 0, np.arange(3)), "array", "int64", "float64"),
    bad("differences of a list", lambda: central_differences(lambda: 0, [1.0]), "array", "a list", "float64"),
    bad("examples 1-D", lambda: examples(X[0]), "shape of x", "(5,)", "(examples, features)"),
    bad("images not flat", lambda: examples(X.reshape(60, 5, 1)), "shape of x", "(60, 5, 1)", "(examples, features)"),
    bad("an empty split", lambda: examples(X[:0], LABELS[:0]), "shape of x", "(0, 5)", "at least one example"),
    bad("examples a list", lambda: examples(X.tolist()), "x", "a list", "a NumPy array"),
    bad("trained on other features", lambda: trained(data=toy_examples(features=4)),
        "features of examples", "4", "5, the network's inputs"),
    bad("evaluated on other features", lambda: evaluate(network(), toy_examples(features=4)),
        "features of examples", "4", "5, the network's inputs"),
]  # fmt: skip

DTYPES_AND_VALUES = [
    bad("float64 images", lambda: examples(X.astype(float)), "dtype of x", "float64", "float32"),
    bad("integer images without a scale", lambda: examples(BYTES), "dtype of x", "uint8", "integers, with a scale"),
    bad("float images with a scale", lambda: examples(scale=1 / 255), "dtype of x", "float32", "an integer type"),
    bad("a scale of 0", lambda: examples(BYTES, scale=0), "scale", "0", ABOVE_0),
    bad("a scale that is not a number", lambda: examples(BYTES, scale=NAN), "scale", "nan", ABOVE_0),
    bad("a scale for each feature", lambda: examples(BYTES, scale=np.ones(5)), "scale", "array([1., 1.", ABOVE_0),
    bad("NaN in an example", lambda: examples(changed(X, (17, 2), NAN)), "x", "number [17]", "without NaN and inf"),
    bad("inf in an example", lambda: examples(changed(X, (23, 0), INF)), "x", "number [23]", "without NaN and inf"),
    bad("-inf in three examples", lambda: examples(changed(X, ([30, 9, 41], 4), -INF)),
        "x", "not finite in 3 examples, the first of them number [9]", "without NaN and inf"),
]  # fmt: skip

LABEL = "whole numbers from 0 to 2"
LABELS_AND_DRAWS = [
    bad("a label too high", lambda: examples(labels=changed(LABELS, 7, 3)), "labels", "[3]", LABEL),
    bad("a label below 0", lambda: examples(labels=changed(LABELS, 7, -1)), "labels", "[-1]", LABEL),
    bad("labels of floats", lambda: examples(labels=LABELS.astype(float)), "labels", "an array of float64", LABEL),
    bad("labels of truth values", lambda: examples(labels=LABELS > 1), "labels", "an array of bool", LABEL),
    bad("labels a list", lambda: examples(labels=LABELS.tolist()), "labels", "a list", "a NumPy array"),
    bad("too few labels", lambda: examples(labels=LABELS[:9]), "shape of labels", "(9,)", "(60,): one label for each"),
    bad("one-hot labels", lambda: examples(labels=np.eye(3, dtype=int)[LABELS]), "shape of labels", "(60, 3)", "(60,)"),
    bad("no classes", lambda: examples(classes=0), "classes", "0", "a whole number of at least 1"),
    bad("classes a float", lambda: examples(classes=3.0), "classes", "3.0", "a whole number of at least 1"),
    bad("more classes than outputs in training", lambda: trained(data=toy_examples(classes=4)),
        "classes of examples", "4", "at most 3, the network's outputs"),
    bad("a label without an output in evaluation", lambda: evaluate(network(), toy_examples(classes=4)),
        "labels", "[3]", LABEL),
    bad("a batch's label too high", lambda: gradient(labels=changed(LABELS, 7, 3)), "labels", "[3]", LABEL),
    bad("a batch's label below 0", lambda: gradient(labels=changed(LABELS, 7, -1)), "labels", "[-1]", LABEL),
    bad("a batch's labels of floats", lambda: gradient(labels=LABELS / 1), "labels", "an array of float64", LABEL),
    bad("no labels", lambda: gradient(labels=None), "shape of labels", "()", "one label for each example"),
    bad("a batch's labels too few", lambda: gradient(labels=LABELS[:9]), "shape of labels", "(9,)", "(60,) or (2, 60)"),
    bad("a batch's labels one-hot", lambda: gradient(labels=np.eye(3, dtype=int)[LABELS]),
        "shape of labels", "(60, 3)", "(60,) or (2, 60)"),
    bad("a loss's label too high", lambda: softmax_cross_entropy(np.zeros((2, 4, 3)), [0, 1, 2, 3]),
        "labels", "[3]", LABEL),
    bad("checked with a label too high", lambda: check_gradient(network(), X, changed(LABELS, 7, 3)),
        "labels", "[3]", LABEL),
    bad("more training examples than there are", lambda: examples(draw=61), "draw", "61", "at most 60"),
    bad("no training examples", lambda: examples(draw=0), "draw", "0", "a whole number of at least 1"),
    bad("half an example", lambda: examples(draw=20.5), "draw", "20.5", "a whole number of at least 1"),
]  # fmt: skip

DROP_RATES = [
    bad("a drop rate of 1", lambda: Dropout(1.0), "drop_rate", "1.0", RATE),
    bad("a drop rate below 0", lambda: Dropout(-0.1), "drop_rate", "-0.1", RATE),
    bad("a drop rate in per cent", lambda: Dropout(20), "drop_rate", "20", RATE),
    bad("a drop rate that is not a number", lambda: Dropout(NAN), "drop_rate", "nan", RATE),
    bad("a drop rate as text", lambda: Dropout("0.2"), "drop_rate", "'0.2'", RATE),
    bad("no drop rate", lambda: Dropout(None), "drop_rate", "None", RATE),
    bad("a drop rate that is a truth value", lambda: Dropout(False), "drop_rate", "False", RATE),
    bad("one wrong drop rate among them", lambda: Dropout([0.2, 1.0]), "drop_rate", "[0.2, 1.0]", "one for each"),
    bad("an empty list of drop rates", lambda: Dropout([]), "drop_rate", "[]", "one for each network"),
    bad("drop rates in two dimensions", lambda: Dropout([[0.2, 0.5]]), "drop_rate", "[[0.2, 0.5]]", "one for each"),
    bad("a drop rate of 1 in mlp", lambda: mlp(5, 8, 3, drop_rate=1.0), "drop_rate", "1.0", RATE),
    bad("a drop rate of NaN in mlp", lambda: mlp(5, 8, 3, drop_rate=NAN), "drop_rate", "nan", RATE),
    bad("a drop rate as text in mlp", lambda: mlp(5, 8, 3, drop_rate="0.2"), "drop_rate", "'0.2'", RATE),
    bad("three drop rates for two networks", lambda: trained(network(*mlp(5, 8, 3, drop_rate=[0.1, 0.2, 0.3]))),
        "drop_rate", "3 numbers", "2: one for each network"),
    bad("a noise for three networks", lambda: trained(network(*mlp(5, 8, 3, drop_rate=0.2)), noise=Fresh([0, 1, 2])),
        "Fresh's number of networks", "2", "3, the number of its seeds"),
    bad("a replayed mask for another batch size",
        lambda: trained(network(*mlp(5, 8, 3, drop_rate=0.2)), batch_size=50, noise=Replayed(Fresh([0, 1]))),
        "shape of the mask", "(2, 10, 8)", "(2, 50, 8)"),
]  # fmt: skip

SEEDS = [
    bad("no seeds", lambda: network(seeds=[]), "seeds", "[]", "at least one whole number"),
    bad("seeds not a list", lambda: network(seeds=3), "seeds", "3", "a list of"),
    bad("seeds as text", lambda: network(seeds="123"), "seeds", "'123'", "a list of"),
    bad("seeds nothing", lambda: network(seeds=None), "seeds", "None", "a list of"),
    bad("a seed below 0", lambda: network(seeds=[0, -1]), "seeds", "-1", SEED),
    bad("a seed with a fraction", lambda: network(seeds=[0, 1.5]), "seeds", "1.5", SEED),
    bad("a seed as a float", lambda: network(seeds=[0, 1.0]), "seeds", "1.0", SEED),
    bad("a seed that is a truth value", lambda: network(seeds=[True]), "seeds", "True", SEED),
    bad("a noise without seeds", lambda: Fresh([]), "seeds", "[]", "at least one whole number"),
    bad("a noise with a seed below 0", lambda: Fresh([-1]), "seeds", "-1", SEED),
    bad("examples for a seed below 0", lambda: examples(draw=5).rows([-1]), "seed", "-1", SEED),
    bad("a stream's seed below 0", lambda: stream(-1, "weights"), "seed", "-1", SEED),
    bad("a stream's seed a float", lambda: stream(1.0, "weights"), "seed", "1.0", SEED),
    bad("a stream for no purpose", lambda: stream(0, ""), "purpose", "''", "a word"),
    bad("a stream's purpose a number", lambda: stream(0, 1), "purpose", "1", "a word"),
]

ONCE, FITS = "new layers, each used once", "8, the outputs of the Dense layer before it"
LAYERS = [
    bad("an unknown activation", lambda: mlp(5, 8, 3, activation="sigmoid"), "activation", "'sigmoid'", "relu"),
    bad(
        "a list of activations", lambda: mlp(5, 8, 3, activation=["relu"]), "activation", "['relu']", "['relu', 'tanh']"
    ),
    bad("an activation's class", lambda: mlp(5, 8, 3, activation=Relu), "activation", "Relu", "['relu', 'tanh']"),
    bad("one size only", lambda: mlp(5), "sizes", "(5,)", "two or more"),
    bad("no sizes", lambda: mlp(), "sizes", "()", "two or more"),
    bad("a layer without units", lambda: mlp(5, 0, 3), "outputs", "0", "a whole number of at least 1"),
    bad("half a unit", lambda: Dense(5, 2.5), "outputs", "2.5", "a whole number of at least 1"),
    bad("inputs as text", lambda: Dense("5", 3), "inputs", "'5'", "a whole number of at least 1"),
    bad("a weight scale below 0", lambda: Dense(5, 3, weight_scale=-1), "weight_scale", "-1", "at least 0"),
    bad("a weight scale of NaN", lambda: Dense(5, 3, weight_scale=NAN), "weight_scale", "nan", "at least 0"),
    bad("layers that do not fit", lambda: network(Dense(5, 8), Relu(), Dense(7, 3)), "inputs of a Dense", "7", FITS),
    bad("no layers", lambda: Network([], [0]), "layers", "without parameters", "at least one Dense layer"),
    bad("nothing to learn", lambda: network(Relu(), Dropout(0.2)), "layers", "without", "at least one Dense layer"),
    bad("a layer's class", lambda: network(Dense(5, 3), Relu), "layers", "Relu", "a list of layers"),
    bad("a size for a layer", lambda: network(Dense(5, 3), 3), "layers", "3]", "a list of layers"),
    bad("a layer twice", lambda: network(*[Dense(5, 5)] * 2), "layers", "used before", ONCE),
    bad("a Relu twice", lambda: network(*[Dense(5, 5), relu := Relu(), Dense(5, 5), relu]), "layers", "used", ONCE),
    bad("another network's Dense", lambda: network(used_before(Dense(5, 3))), "layers", "used before", ONCE),
    bad("another network's Tanh", lambda: network(Dense(5, 3), used_before(Tanh())), "layers", "used before", ONCE),
    bad("another network's Dropout", lambda: network(Dense(5, 3), used_before(Dropout(0.2))), "layers", "used", ONCE),
    bad("a network of integers", lambda: network(dtype=int), "dtype", "int", "float32 or float64"),
    bad("a network of no dtype", lambda: network(dtype="x"), "dtype", "'x'", "float32 or float64"),
    bad("a network of float16", lambda: network(dtype=np.float16), "dtype", "float16", "float32 or float64"),
]

OPTIMIZERS = [
    bad("a learning rate of 0", lambda: SGD(0), "learning_rate", "0", ABOVE_0),
    bad("a learning rate below 0", lambda: SGD(-0.1), "learning_rate", "-0.1", ABOVE_0),
    bad("a learning rate of NaN", lambda: Adam(NAN), "learning_rate", "nan", ABOVE_0),
    bad("a learning rate of inf", lambda: Adam(INF), "learning_rate", "inf", ABOVE_0),
    bad("a learning rate as text", lambda: Adam("0.1"), "learning_rate", "'0.1'", ABOVE_0),
    bad("Adam's learning rate of 0", lambda: Adam([0.1, 0.0]), "learning_rate", "[0.1, 0.0]", "one for each network"),
    bad("three learning rates for two networks", lambda: trained(optimizer=SGD([0.1, 0.2, 0.3])),
        "learning_rate", "3 numbers", "2: one for each network"),
    bad("Adam's three learning rates for two networks", lambda: trained(optimizer=Adam([0.1, 0.2, 0.3])),
        "learning_rate", "3 numbers", "2: one for each network"),
    bad("a momentum of 1", lambda: SGD(0.1, momentum=1), "momentum", "1", FRACTION),
    bad("a momentum below 0", lambda: SGD(0.1, momentum=-0.5), "momentum", "-0.5", FRACTION),
    bad("three momenta for two networks", lambda: trained(optimizer=SGD(0.1, momentum=[0.1, 0.2, 0.3])),
        "momentum", "3 numbers", "2: one for each network"),
    bad("a beta1 of 1", lambda: Adam(0.1, beta1=1.0), "beta1", "1.0", FRACTION),
    bad("a beta2 of 1", lambda: Adam(0.1, beta2=1.0), "beta2", "1.0", FRACTION),
    bad("a beta1 for each network", lambda: Adam(0.1, beta1=[0.9, 0.8]), "beta1", "[0.9, 0.8]", "one number"),
    bad("an epsilon of 0", lambda: Adam(0.1, epsilon=0), "epsilon", "0", ABOVE_0),
]  # fmt: skip

TRAINING = [
    bad("a batch size of 0", lambda: trained(batch_size=0), "batch_size", "0", "a whole number of at least 1"),
    bad("a batch size with a fraction", lambda: trained(batch_size=2.5), "batch_size", "2.5", "a whole number"),
    bad("a batch larger than the data", lambda: trained(batch_size=61), "batch_size", "61", "at most 60"),
    bad("a batch larger than the draw", lambda: trained(data=toy_examples(draw=9)), "batch_size", "10", "at most 9"),
    bad("no epochs", lambda: trained(epochs=0), "epochs", "0", "a whole number of at least 1"),
    bad("half an epoch", lambda: trained(epochs=0.5), "epochs", "0.5", "a whole number of at least 1"),
    bad("every network diverged", lambda: trained(optimizer=SGD(1e30)),
        "epoch 1", "learning_rate=1e+30", "smaller learning_rate", error=FloatingPointError),
]  # fmt: skip


WHOLE, MEND = "a whole number of at least 1", "git checkout -- data/"
LOADERS = [
    bad("0 to train on", lambda: load_mnist1d(train=0), "train", "0", WHOLE),
    bad("fewer than 0 to train on", lambda: load_optdigits(train=-5), "train", "-5", WHOLE),
    bad("1,000.0 to train on", lambda: load_mnist1d(train=1000.0), "train", "1000.0", WHOLE),
    bad("text to train on", lambda: load_fashion(train="all"), "train", "'all'", WHOLE),
    bad("a truth value to train on", lambda: load_optdigits(train=True), "train", "True", WHOLE),
    bad("more to train on than MNIST-1D has", lambda: load_mnist1d(train=29001), "train", "29001",
        "at most 29000, since 1000 of 30000 are for validation"),
    bad("more to train on than the canonical file has", lambda: load_mnist1d(3001, canonical=True), "train", "3001",
        "at most 3000, since 1000 of 4000 are for validation"),
    bad("more to train on than MNIST has", lambda: load_mnist(train=50001), "train", "50001", "at most 50000"),
    bad("more to train on than Fashion-MNIST has", lambda: load_fashion(8001), "train", "8001", "at most 8000"),
    bad("more to train on than validation leaves", lambda: load_optdigits(24, 3800), "train", "24",
        "at most 23, since 3800 of 3823 are for validation"),
    bad("0 for validation", lambda: load_optdigits(validation=0), "validation", "0", WHOLE),
    bad("no validation", lambda: load_mnist1d(validation=None), "validation", "None", WHOLE),
    bad("a fraction for validation", lambda: load_fashion(validation=0.2), "validation", "0.2", WHOLE),
    bad("all for validation", lambda: load_japanese_vowels(270), "validation", "270", "at most 269"),
    bad("more for validation than there are", lambda: load_mnist1d(1, 4001, True), "validation", "4001",
        "at most 3999, so that some of the 4000 examples are left"),
    bad("0 series for validation", lambda: load_japanese_vowels(0), "validation", "0", WHOLE),
    bad("a split below 0", lambda: load_optdigits(split=-1), "split", "-1", "a whole number of at least 0"),
    bad("a split without a number", lambda: load_japanese_vowels(split=None), "split", "None", "a whole number"),
    bad("canonical as text", lambda: load_mnist1d(canonical="no"), "canonical", "'no'", "True or False"),
    bad("canonical a number", lambda: load_mnist1d(1000, 1000, 1000), "canonical", "1000", "True or False"),
]  # fmt: skip


ROWS, WORDS = np.arange(120.0).reshape(60, 2), ["spam", "eggs", "ham"] * 20
SHARE, ALL_ALIKE = "a share of the rows, above 0 and below 1, or how many", "text in all rows, or a number in all rows"


def from_arrays(x=ROWS, y=WORDS, **options):
    return Data.from_arrays(x, y, **options)


TABLES = [
    bad("a row without a label", lambda: from_arrays(y=WORDS[1:]), "length of y", "59", "60, the number of x's rows"),
    bad("a table of one column, flat", lambda: from_arrays(ROWS[:, 0]), "shape of x", "(60,)", "(rows, columns)"),
    bad("a table of pictures", lambda: from_arrays(ROWS[:, :, np.newaxis]), "shape of x", "(60, 2, 1)", "(rows, "),
    bad("a table without rows", lambda: from_arrays(ROWS[:0], []), "shape of x", "(0, 2)", "at least one row"),
    bad("a table without columns", lambda: from_arrays(ROWS[:, :0]), "shape of x", "(60, 0)", "at least one row and"),
    bad("a table with a ragged edge", lambda: from_arrays([[1, 2], [3]]), "x", "rows of unequal length", "a table"),
    bad("a table of objects", lambda: from_arrays(ROWS.astype(object)), "dtype of x", "object", "real numbers"),
    bad("a table with a mask", lambda: from_arrays(np.ma.masked_less(ROWS, 9)), "x", "a MaskedArray", "without a mask"),
    bad("labels of a table with a mask", lambda: from_arrays(y=np.ma.masked_less(range(60), 9)), "y", "a MaskedArray",
        "without a mask"),
    bad("a table of text", lambda: from_arrays(ROWS.astype(str)), "dtype of x", "<U", "columns of text must be"),
    bad("a table of complex numbers", lambda: from_arrays(ROWS * 1j), "dtype of x", "complex128", "real numbers"),
    bad("a table with a NaN", lambda: from_arrays(changed(ROWS, (7, 1), NAN)),
        "x in row 7, column 1", "nan", "finite"),
    bad("a table with many inf", lambda: from_arrays(changed(ROWS, slice(9, 60), -INF)),
        "x in row 9, column 0", "-inf (and 101 more", "finite"),
    bad("a table beyond float32", lambda: from_arrays(changed(ROWS, (7, 1), 1e39)),
        "x in row 7, column 1", "1e+39", "within float32's range"),
    bad("one-hot labels of a table", lambda: from_arrays(y=np.eye(60)), "shape of y", "(60, 60)", "one label for each"),
    bad("no labels for a table", lambda: from_arrays(y=None), "shape of y", "()", "(rows,)"),
    bad("one class in a table", lambda: from_arrays(y=["spam"] * 60), "y", "'spam' in every row", "two classes"),
    bad("a class in two rows of a table", lambda: from_arrays(y=["spam"] * 58 + ["eggs"] * 2),
        "class 'eggs' in y", "2 of x's distinct rows", "at least 3"),
    bad("a class in one row and its copies", lambda: from_arrays(np.minimum(ROWS, 100), [0] * 50 + [1] * 10),
        "class '1' in y", "1 of x's distinct rows", "at least 3"),
    bad("quantities for labels", lambda: from_arrays(y=np.linspace(0, 1, 60)),
        "class '0.0' in y", "1 of x's distinct", "3"),
    bad("a table all alike", lambda: from_arrays(np.zeros((60, 2))),
        "class 'eggs' in y", "1 of x's distinct rows", "3"),
    bad("three rows in all", lambda: from_arrays(ROWS[:3], [0, 1, 0]), "class '0' in y", "2 of x's distinct rows", "3"),
    bad("a label missing", lambda: from_arrays(y=[*WORDS[:59], None]), "y in row 59", "None", ALL_ALIKE),
    bad("the first label missing", lambda: from_arrays(y=[None, *WORDS[1:]]), "y in row 0", "None", ALL_ALIKE),
    bad("a number among text", lambda: from_arrays(y=[*WORDS[:59], 1]), "y in row 59", "1, where row 0", ALL_ALIKE),
    bad("NaN among text", lambda: from_arrays(y=[*WORDS[:59], NAN]), "y in row 59", "nan, where row 0", ALL_ALIKE),
    bad("NaN among labels", lambda: from_arrays(y=[0, 1, NAN] * 20), "y in row 2", "nan", "finite"),
    bad("dates for labels", lambda: from_arrays(y=np.zeros(60, "M8[D]")), "dtype of y", "datetime64", "text or real"),
    bad("none of a table to test on", lambda: from_arrays(test=0), "test", "0", SHARE),
    bad("all of a table to test on", lambda: from_arrays(test=1.0), "test", "1.0", SHARE),
    bad("a truth value to test on", lambda: from_arrays(test=True), "test", "True", SHARE),
    bad("text to validate on", lambda: from_arrays(validation="20 %"), "validation", "'20 %'", SHARE),
    bad("NaN to validate on", lambda: from_arrays(validation=NAN), "validation", "nan", SHARE),
    bad("more rows for validation than any table has", lambda: from_arrays(validation=10**400),
        "validation", "1000", "of the 60 rows"),
    bad("fewer rows to test on than classes", lambda: from_arrays(test=2), "test", "2", "at least 3 of the 60 rows"),
    bad("less of a table than classes", lambda: from_arrays(validation=0.04),
        "validation", "0.04", "at least 3 of the"),
    bad("nothing left of a table", lambda: from_arrays(validation=0.5, test=30),
        "validation + test", "60", "fewer than"),
    bad("a table's split below 0", lambda: from_arrays(split=-1), "split", "-1", "a whole number of at least 0"),
    bad("more to train on than a table has", lambda: from_arrays(train=37), "train", "37", "at most 36, the rows that"),
    bad("0 of a table to train on", lambda: from_arrays(train=0), "train", "0", WHOLE),
    bad("a shape of other size", lambda: from_arrays(shape=(2, 2)), "shape", "(2, 2)", "a tuple whose product is 2"),
    bad("a shape that is a number", lambda: from_arrays(shape=2), "shape", "2", "a tuple whose product is 2"),
    bad("a name too few", lambda: from_arrays(class_names=("a", "b")), "class_names", "('a', 'b')", "3 texts, one for"),
    bad("a text of names", lambda: from_arrays(class_names="abc"), "class_names", "'abc'", "['eggs', 'ham', 'spam']"),
    bad("numbers for names", lambda: from_arrays(class_names=(1, 2, 3)), "class_names", "(1, 2, 3)", "3 texts"),
    bad("more to train on than Spambase has", lambda: load_spambase(5000), "train", "5000", "at most 2382"),
    bad("more for validation than MAGIC has", lambda: load_magic(validation=20000), "validation", "20000",
        "of the 19020 rows"),
]  # fmt: skip


def from_folder(folder, load, content=None, sums=""):
    """What `load` gives with a data folder that holds optdigits.npz, unless content is None, and SHA256SUMS."""
    if content is not None:
        (folder / "optdigits.npz").write_bytes(content)
    (folder / "SHA256SUMS").write_text(sums)
    with patch("helpers.lab.data.data_folder", return_value=folder):
        return load()


FILE = "data/optdigits.npz"
SUM_OF_NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
DATA_FILES = [
    bad("a missing file", lambda folder: from_folder(folder, load_optdigits),
        FILE, "is missing", MEND + "optdigits.npz", error=DataFileError),
    bad("a missing gzip file", lambda folder: from_folder(folder, load_mnist),
        "data/mnist/train-images", "is missing", MEND + "mnist/train-images-idx3-ubyte.gz", error=DataFileError),
    bad("a damaged file", lambda folder: from_folder(folder, load_optdigits, b"x", f"{'0' * 64}  optdigits.npz\n"),
        FILE, "is damaged", MEND + "optdigits.npz", error=DataFileError),
    bad("a file without a checksum", lambda folder: from_folder(folder, load_optdigits, b""),
        "data/SHA256SUMS", "has no line for optdigits.npz", MEND + "SHA256SUMS", error=DataFileError),
    bad("a file of another kind",
        lambda folder: from_folder(folder, load_optdigits, b"", f"{SUM_OF_NOTHING}  optdigits.npz\n"),
        FILE, "is not the NumPy archive", MEND + "optdigits.npz", error=DataFileError),
]  # fmt: skip


WHOLE_1, BELOW_1, WIDTH = "a whole number of at least 1", "at least 0 and below 1", "a width in hidden"
RECIPES = [
    bad("hidden widths in a list", lambda: Recipe(hidden=[64, 64]), "hidden", "[64, 64]", "a tuple of widths"),
    bad("hidden one number", lambda: Recipe(hidden=64), "hidden", "64", "a tuple of widths"),
    bad("hidden as text", lambda: Recipe(hidden="64"), "hidden", "'64'", "a tuple of widths"),
    bad("a width below 0", lambda: Recipe(hidden=(64, -8)), WIDTH, "-8", WHOLE_1),
    bad("a width of 0", lambda: Recipe(hidden=(0,)), WIDTH, "0", WHOLE_1),
    bad("half a width", lambda: Recipe(hidden=(64, 2.5)), WIDTH, "2.5", WHOLE_1),
    bad("a width that is a truth value", lambda: Recipe(hidden=(True,)), WIDTH, "True", WHOLE_1),
    bad("a recipe's unknown activation", lambda: Recipe(activation="sigmoid"), "activation", "'sigmoid'", "'relu'"),
    bad("a recipe's activation a class", lambda: Recipe(activation=Relu), "activation", "Relu", "'relu'"),
    bad("a recipe's activation a list", lambda: Recipe(activation=["relu"]), "activation", "['relu']", "one of"),
    bad("an unknown optimizer", lambda: Recipe(optimizer="Adam"), "optimizer", "'Adam'", "['adam', 'sgd']"),
    bad("an optimizer object", lambda: Recipe(optimizer=SGD(0.1)), "optimizer", "SGD", "['adam', 'sgd']"),
    bad("unknown masks", lambda: Recipe(masks="row"), "masks", "'row'", "'forever'"),
    bad("a recipe's drop rate of 1", lambda: Recipe(drop_rate=1.0), "drop_rate", "1.0", BELOW_1),
    bad("a recipe's drop rate below 0", lambda: Recipe(drop_rate=-0.1), "drop_rate", "-0.1", BELOW_1),
    bad("a recipe's drop rate of NaN", lambda: Recipe(drop_rate=NAN), "drop_rate", "nan", BELOW_1),
    bad("a recipe's drop rate as text", lambda: Recipe(drop_rate="0.2"), "drop_rate", "'0.2'", BELOW_1),
    bad("a recipe's drop rate for each network", lambda: Recipe(drop_rate=[0.2]), "drop_rate", "[0.2]", BELOW_1),
    bad("a recipe's drop rate a truth value", lambda: Recipe(drop_rate=True), "drop_rate", "True", BELOW_1),
    bad("an input drop rate of 1", lambda: Recipe(input_drop_rate=1), "input_drop_rate", "1", BELOW_1),
    bad("a recipe's learning rate of 0", lambda: Recipe(learning_rate=0), "learning_rate", "0", ABOVE_0),
    bad("a recipe's learning rate of inf", lambda: Recipe(learning_rate=INF), "learning_rate", "inf", ABOVE_0),
    bad("a recipe's learning rate complex", lambda: Recipe(learning_rate=1j), "learning_rate", "1j", ABOVE_0),
    bad("a recipe's momentum of 1", lambda: Recipe(optimizer="sgd", momentum=1), "momentum", "1", BELOW_1),
    bad("momentum for Adam", lambda: Recipe(momentum=0.9), "momentum", "0.9", 'left out unless optimizer="sgd"'),
    bad("epochs a truth value", lambda: Recipe(epochs=True), "epochs", "True", WHOLE_1),
    bad("epochs a float", lambda: Recipe(epochs=60.0), "epochs", "60.0", WHOLE_1),
    bad("a recipe without epochs", lambda: Recipe(epochs=0), "epochs", "0", WHOLE_1),
    bad("a recipe's batch size of 0", lambda: Recipe(batch_size=0), "batch_size", "0", WHOLE_1),
    bad("a recipe's batch size as text", lambda: Recipe(batch_size="10"), "batch_size", "'10'", WHOLE_1),
    bad("a penalty below 0", lambda: Recipe(l2=-1e-3), "l2", "-0.001", "at least 0"),
    bad("an L1 penalty of NaN", lambda: Recipe(l1=NAN), "l1", "nan", "at least 0"),
    bad("a max-norm below 0", lambda: Recipe(max_norm=-3), "max_norm", "-3", "at least 0"),
    bad("an activity penalty as text", lambda: Recipe(activity="1"), "activity", "'1'", "at least 0"),
    bad("early stopping a number", lambda: Recipe(early_stopping=1), "early_stopping", "1", 'or "accuracy"'),
    bad("early stopping by error", lambda: Recipe(early_stopping="error"), "early_stopping", "'error'", "True, False"),
    bad("an unknown schedule", lambda: Recipe(schedule="step"), "schedule", "'step'", "['constant', 'cosine']"),
    bad("a weight decay below 0", lambda: Recipe(weight_decay=-1), "weight_decay", "-1", "at least 0"),
    bad("half a place of shift", lambda: Recipe(shift=0.5), "shift", "0.5", "a whole number of at least 0"),
    bad("a shift with one mask for ever", lambda: Recipe(shift=1, masks="forever"), "shift", "1", "left out with"),
]  # fmt: skip

NAME, PURPOSE = "a made-up name", "('final', 'tuning', 'grid', 'split', 'pilot')"
WHOLE_SEEDS = [
    bad("seeds for 0 networks", lambda: my_seeds(0), "count", "0", WHOLE_1),
    bad("seeds for half a network", lambda: my_seeds(2.5), "count", "2.5", WHOLE_1),
    bad("seeds for True", lambda: my_seeds(True), "count", "True", WHOLE_1),
    bad("more seeds than a learner has", lambda: my_seeds(10_001), "count", "10001", "at most 10000"),
    bad("half a seed in a browser", lambda: my_seeds(10, in_a_browser=2.5), "in_a_browser", "2.5", WHOLE_1),
    bad("no seed in a browser", lambda: my_seeds(10, in_a_browser=0), "in_a_browser", "0", WHOLE_1),
    bad("seeds for an unknown purpose", lambda: my_seeds(5, "testing"), "purpose", "'testing'", PURPOSE),
    bad("seeds for a list of purposes", lambda: my_seeds(5, ["final"]), "purpose", "['final']", PURPOSE),
    bad("seeds for an empty name", lambda: my_seeds(5, name=""), "name", "''", NAME),
    bad("seeds for blanks", lambda: my_seeds(5, name=" \t"), "name", "' \\t'", NAME),
    bad("seeds for a number", lambda: my_seeds(5, name=7), "name", "7", NAME),
]

TABLE, TWO_OF_EACH = np.eye(5), "(networks, examples), two at least of each"
ESTIMATES = [
    bad("accuracies alone", lambda: crossed_estimate(TABLE.mean(axis=1)), "shape of values", "(5,)", TWO_OF_EACH),
    bad("values of one network", lambda: crossed_estimate(TABLE[:1]), "shape of values", "(1, 5)", TWO_OF_EACH),
    bad("values of one example", lambda: crossed_estimate(TABLE[:, :1]), "shape of values", "(5, 1)", TWO_OF_EACH),
    bad("values of no example", lambda: crossed_estimate(TABLE[:, :0]), "shape of values", "(5, 0)", TWO_OF_EACH),
    bad("values with NaN", lambda: crossed_estimate(changed(TABLE, 0, NAN)), "values", "float64", "finite numbers"),
    bad("values behind a mask", lambda: crossed_estimate(np.ma.masked_less(TABLE, 1)), "values", "a MaskedArray",
        "without a mask"),
    bad("a network behind a mask", lambda: network_estimate(np.ma.masked_less([0.1, 0.9], 0.5)), "values",
        "a MaskedArray", "without a mask"),
    bad("values as text", lambda: crossed_estimate([["a", "b"]] * 2), "values", "<U1", "finite numbers"),
    bad("values nothing", lambda: crossed_estimate(None), "values", "object", "finite numbers"),
    bad("a confidence in per cent", lambda: crossed_estimate(TABLE, 95), "confidence", "95", "between 0 and 1"),
    bad("a confidence of 1", lambda: crossed_estimate(TABLE, 1.0), "confidence", "1.0", "between 0 and 1"),
    bad("a margin below 0", lambda: Estimate(0, -1, 1).verdict(-0.01), "margin", "-0.01", "0 to 0.5"),
    bad("a margin of NaN", lambda: Estimate(0, -1, 1).verdict(NAN), "margin", "nan", "0 to 0.5"),
    bad("a margin as text", lambda: Estimate(0, -1, 1).verdict("1 point"), "margin", "'1 point'", "0 to 0.5"),
    bad("two margins", lambda: Estimate(0, -1, 1).verdict([0, 1]), "margin", "[0, 1]", "0 to 0.5"),
    bad("a margin in per cent", lambda: margin_from(6), "validation_error", "6", "a fraction from 0 to 1"),
    bad("an error of NaN", lambda: margin_from(NAN), "validation_error", "nan", "a fraction from 0 to 1"),
    bad("no places", lambda: overall([], None), "places", "[]", "one at least"),
    bad("a place twice", lambda: overall(["a", "a"], None), "places", "['a', 'a']", "all different"),
    bad("a place without a margin", lambda: overall(["a", "b"], None, {"a": 0.01}), "margin", "{'a'", "one for each"),
    bad("an estimate of a word", lambda: network_estimate("x"), "values", "'x'", "numbers (networks,), two or more"),
]  # fmt: skip

ARMS, RATES = {"plain": lab.SMALL}, {"learning_rate": Between(1e-3, 1e-1, log=True)}
TWO_SEEDS, NAMED = "at least two, all different", "a dict from names to Recipes"


def compared(arms=ARMS, data=None, seeds=(1, 2), **options):
    return compare(arms, data or lab.toy_data(), seeds, **options)


def tuned(space, arms=ARMS, trials=3, seeds=(1, 2), data=None):
    return tune(arms, space, data or lab.toy_data(), trials, seeds)


EXPERIMENTS = [
    bad("arms in a list", lambda: compared([lab.SMALL]), "arms", "[Recipe(", NAMED),
    bad("no arms", lambda: compared({}), "arms", "{}", "with at least one"),
    bad("an arm that is no recipe", lambda: compared({"plain": {"hidden": (8,)}}), "arms", "{'hidden'", NAMED),
    bad("an arm without a name", lambda: compared({0: lab.SMALL}), "arms", "{0: ", NAMED),
    bad("one seed", lambda: compared(seeds=[1]), "seeds", "[1]", TWO_SEEDS),
    bad("a seed twice", lambda: compared(seeds=[1, 2, 1]), "seeds", "[1, 2, 1]", TWO_SEEDS),
    bad("a number of seeds", lambda: compared(seeds=10), "seeds", "10", "a list of"),
    bad("a compared seed below 0", lambda: compared(seeds=[1, -2]), "seeds", "-2", "at least 0"),
    bad("examples for data", lambda: compared(data=DATA), "data", "of type Examples", "a Data"),
    bad("a loader for data", lambda: compared(data=load_mnist1d), "data", "of type function", "a Data"),
    bad("series for data", lambda: compared(data=load_japanese_vowels()), "data", "made of Sequences", "of Examples"),
    bad("a recipe's batch larger than the draw", lambda: compared({"plain": Recipe()}),
        "batch_size", "100", "at most 40"),
    bad("an executor's class", lambda: compared(executor=ThreadPoolExecutor), "executor", "ThreadPool", "Executor, or"),
    bad("a number of threads", lambda: compared(executor=2), "executor", "2", "a concurrent.futures.Executor, or None"),
    bad("an arm that is not there", lambda: compared().difference("plain", "dropout"),
        "arm", "'dropout'", "one of ['plain']"),
    bad("an arm in a list", lambda: compared().mean(["plain"]), "arm", "['plain']", "one of ['plain']"),
    bad("the accuracy of no arm", lambda: compared().mean("dropout"), "arm", "'dropout'", "one of ['plain']"),
    bad("the gap of no arm", lambda: compared(watch=True).gap("dropout"), "arm", "'dropout'", "one of ['plain']"),
    bad("a gap that was not watched", lambda: compared().gap("plain"), "result", "not watched", "watch=True"),
    bad("the divergence of no arm", lambda: compared().diverged("dropout"), "arm", "'dropout'", "one of ['plain']"),
    bad("recipes for jobs", lambda: train_runs([lab.SMALL], lab.toy_data()), "jobs", "[Recipe(", "a list of pairs"),
    bad("one pair for jobs", lambda: train_runs((lab.SMALL, 0), lab.toy_data()), "jobs", "[Recipe(", "a list of pairs"),
    bad("a job's seed below 0", lambda: train_runs([(lab.SMALL, -1)], lab.toy_data()), "a seed in jobs", "-1", SEED),
    bad("a job's seed as text", lambda: train_runs([(lab.SMALL, "1")], lab.toy_data()), "a seed in jobs", "'1'", SEED),
    bad("an epoch 0 to watch", lambda: train_runs([(lab.SMALL, 0)], lab.toy_data(), watch=(0, 1)),
        "an epoch in watch", "0", WHOLE_1),
    bad("judged on the training examples", lambda: train_runs([(lab.SMALL, 0)], lab.toy_data(), "train"),
        "split", "'train'", '"validation" and "test"'),
]  # fmt: skip

TOY = lab.toy_data()
FULLY_TRAINED = [
    bad("settings for a recipe", lambda: full_size.trained({"hidden": (8,)}, [1], TOY),
        "recipe", "{'hidden'", "a Recipe"),
    bad("recipes in a list", lambda: full_size.trained([lab.SMALL], [1], TOY), "recipe", "[Recipe(", "a Recipe"),
    bad("the class Recipe", lambda: full_size.trained(Recipe, [1], TOY), "recipe", "Recipe'>", "a Recipe"),
    bad("a number of networks", lambda: full_size.trained(lab.SMALL, 10, TOY), "seeds", "10", "a list of"),
    bad("no seeds to train from", lambda: full_size.trained(lab.SMALL, [], TOY), "seeds", "[]", "at least one"),
    bad("seeds in a text", lambda: full_size.trained(lab.SMALL, "12", TOY), "seeds", "'12'", "a list of"),
    bad("a trained seed below 0", lambda: full_size.trained(lab.SMALL, [1, -2], TOY),
        "each of seeds", "-2", "at least 0"),
    bad("a trained seed with a fraction", lambda: full_size.trained(lab.SMALL, [1.5], TOY),
        "each of seeds", "1.5", "a whole number"),
    bad("seeds and data exchanged", lambda: full_size.trained(lab.SMALL, TOY, [1]), "seeds", "toy: 40", "a list of"),
    bad("examples to train on", lambda: full_size.trained(lab.SMALL, [1], DATA), "data", "of type Examples", "a Data"),
    bad("a loader to train on", lambda: full_size.trained(lab.SMALL, [1], load_mnist1d),
        "data", "of type function", "a Data"),
    bad("series to train on", lambda: full_size.trained(lab.SMALL, [1], load_japanese_vowels()),
        "data", "made of Sequences", "of Examples"),
    bad("a batch larger than all", lambda: full_size.trained(Recipe(), [1], TOY), "batch_size", "100", "at most 40"),
]  # fmt: skip

SPACE, WILD = "a dict from settings", replace(lab.SMALL, optimizer="sgd")
TUNING = [
    bad("a space without a learning rate", lambda: tuned({"drop_rate": Between(0.1, 0.5)}),
        "space", "['drop_rate']", "with learning_rate in it"),
    bad("an empty space", lambda: tuned({}), "space", "[]", "with learning_rate in it"),
    bad("a space that is a list", lambda: tuned(["learning_rate"]), "space", "['learning_rate']", SPACE),
    bad("a space of pairs", lambda: tuned({"learning_rate": (0.001, 0.1)}), "space", "(0.001, 0.1)", "to Between("),
    bad("a setting that no recipe has", lambda: tuned({**RATES, "drop": Between(0, 1)}), "space", "'drop'", SPACE),
    bad("a choice of what no recipe has", lambda: tuned({**RATES, "drop": Choice([0, 1])}), "space", "'drop'", SPACE),
    bad("a choice with a bad option", lambda: tuned({**RATES, "epochs": Choice([3, 0])}), "epochs", "0", WHOLE_1),
    bad("a choice of one", lambda: Choice([30]), "options", "[30]", "at least two, all different"),
    bad("a choice of one thing twice", lambda: Choice([30, 30]), "options", "[30, 30]", "all different"),
    bad("a choice as text", lambda: Choice("constant"), "options", "'constant'", "a list of at least two"),
    bad("no data to advise on", lambda: advise(X), "data", "of type ndarray", "a Data, such as a loader gives"),
    bad("no time to advise", lambda: advise(lab.toy_data(), minutes=0), "minutes", "0", "above 0"),
    bad("minutes in words", lambda: advise(lab.toy_data(), minutes="five"), "minutes", "'five'", "above 0"),
    bad("advice from one seed", lambda: advise(lab.toy_data(), seeds=1), "seeds", "1", "a whole number of at least 2"),
    bad("too many seeds", lambda: advise(lab.toy_data(), seeds=1001), "seeds", "1001", "at most 1,000"),
    bad("a single setting", lambda: advise(lab.toy_data(), settings=1), "settings", "1", "at least 2"),
    bad("half a setting", lambda: advise(lab.toy_data(), settings=2.5), "settings", "2.5", "a whole number"),
    bad("advised by no executor", lambda: advise(lab.toy_data(), executor=2, settings=2), "executor", "2",
        "concurrent.futures.Executor, or None"),
    bad("a grid below 0", lambda: tune(ARMS, RATES, lab.toy_data(), 3, [1], grid=-1), "grid", "-1", SEED),
    bad("a setting in whole numbers", lambda: tuned({**RATES, "epochs": Between(1, 9)}), "space", "'epochs'", SPACE),
    bad("a space up to a drop rate of 1", lambda: tuned({**RATES, "drop_rate": Between(0.1, 1)}),
        "drop_rate", "1", BELOW_1),
    bad("a space from a learning rate of 0", lambda: tuned({"learning_rate": Between(0, 1)}),
        "learning_rate", "0", ABOVE_0),
    bad("one trial", lambda: tuned(RATES, trials=1), "trials", "1", "a whole number of at least 2"),
    bad("trials a float", lambda: tuned(RATES, trials=9.0), "trials", "9.0", "a whole number of at least 2"),
    bad("no tuning seeds", lambda: tuned(RATES, seeds=[]), "seeds", "[]", "at least one whole number"),
    bad("a tuning seed twice", lambda: tuned(RATES, seeds=[3, 3]), "seeds", "[3, 3]", "all different"),
    bad("no arms to tune", lambda: tuned(RATES, {}), "arms", "{}", "with at least one"),
    bad("examples to tune on", lambda: tuned(RATES, data=DATA), "data", "of type Examples", "a Data"),
    bad("every trial diverged", lambda: tuned({"learning_rate": Between(1e29, 1e30)}, {"wild": WILD}),
        "arm 'wild' diverged", "in every trial", "smaller learning rates", error=FloatingPointError),
    bad("an empty range", lambda: Between(0.1, 0.1), "high", "0.1", "above low, 0.1"),
    bad("a range upside down", lambda: Between(0.2, 0.1), "high", "0.1", "above low, 0.2"),
    bad("a range from 0 with log", lambda: Between(0, 0.1, log=True), "low", "0", "above 0 where log=True"),
    bad("a range from NaN", lambda: Between(NAN, 0.1), "low", "nan", "a number"),
    bad("a range up to inf", lambda: Between(0.1, INF), "high", "inf", "above low"),
    bad("a range in text", lambda: Between("0.1", 0.2), "low", "'0.1'", "a number"),
]  # fmt: skip

TWO_SIDES = {"dropout": {"8": lab.SMALL, "9": lab.SMALL}, "plain": {"4": lab.SMALL, "5": lab.SMALL, "6": lab.SMALL}}
EACH = {"dropout": 3, "plain": 2}


def design(sides=TWO_SIDES, space=RATES, data_sets=None, blocks=5, trials=EACH, **options):
    return Design(sides, space, {"toy": lab.toy_data} if data_sets is None else data_sets, blocks, trials, **options)


PLACE = "a dict from names of small letters, digits and hyphens"
BLOCKS = [
    bad("three sides", lambda: design({**TWO_SIDES, "more": ARMS}), "sides", "'more'", "a dict of two"),
    bad("a list of sides", lambda: design([ARMS, ARMS]), "sides", "[{'plain'", "a dict of two"),
    bad("a side without arms", lambda: design({"a": ARMS, "b": {}}), "arms", "{}", "with at least one"),
    bad("a design without a learning rate", lambda: design(space={}), "space", "[]", "with learning_rate in it"),
    bad("no data sets", lambda: design(data_sets={}), "data_sets", "{}", PLACE),
    bad("data for a function", lambda: design(data_sets={"toy": lab.toy_data()}), "data_sets", "'toy'", PLACE),
    bad("a place that names no file", lambda: design(data_sets={"../toy": lab.toy_data}), "data_sets", "../toy", PLACE),
    bad("one block", lambda: design(blocks=1), "blocks", "1", "a whole number of at least 2"),
    bad("blocks for another place", lambda: design(blocks={"magic": 5}), "blocks", "{'magic': 5}", "each of ['toy']"),
    bad("trials for one side", lambda: design(trials={"plain": 2}), "trials", "{'plain': 2}", "['dropout', 'plain']"),
    bad("more trials for one side", lambda: design(trials=12), "trials", "12",
        "as many in total for both sides ('dropout' has 2 arms with 12 settings each, 24 in total; "
        "'plain' has 3 arms with 12 settings each, 36 in total)"),
    bad("no tuning networks", lambda: design(networks=0), "networks", "0", WHOLE_1),
    bad("no final networks", lambda: design(finals=0), "finals", "0", WHOLE_1),
    bad("ten final networks", lambda: design(finals=10), "finals", "10", "at most 9"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("call", "error", "parts"),
    [
        *KINDS,
        *SHAPES,
        *DTYPES_AND_VALUES,
        *LABELS_AND_DRAWS,
        *DROP_RATES,
        *SEEDS,
        *LAYERS,
        *OPTIMIZERS,
        *TRAINING,
        *LOADERS,
        *TABLES,
        *DATA_FILES,
        *RECIPES,
        *WHOLE_SEEDS,
        *ESTIMATES,
        *EXPERIMENTS,
        *FULLY_TRAINED,
        *TUNING,
        *BLOCKS,
    ],
)
def test_bad_input_gives_one_clear_error(call, error, parts, tmp_path):
    with pytest.raises(Exception) as caught:
        call(*[tmp_path] * call.__code__.co_argcount)
    found, message = caught.value, str(caught.value)
    assert type(found) is error
    if error is ValueError:  # "epochs is 0, but it must be a whole number of at least 1. For example: …"
        texts = re.fullmatch(r"(.*?) is (.*), but it must be (.*)\. For example: .+", message, re.DOTALL).groups()
    else:
        texts = [message] * 3
    for part, text in zip(parts, texts, strict=True):
        assert part in text
    shown_with_it = found.__cause__ or (None if found.__suppress_context__ else found.__context__)
    assert shown_with_it is None, "it must be one error, not a chain of them"
    raised_in = Path(caught.traceback[-1].path)
    assert raised_in.is_relative_to(Path(helpers.__path__[0])), "it must be our error, not one of NumPy's"


def test_the_table_names_no_row_twice():
    rows = test_bad_input_gives_one_clear_error.pytestmark[0].args[1]
    assert len({row.id for row in rows}) == len(rows)


def test_a_bad_call_is_refused_before_anything_is_trained():
    net = network()
    for arguments in ({"epochs": 0}, {"batch_size": 61}, {"data": toy_examples(features=4)}):
        with pytest.raises(ValueError):
            trained(net, **arguments)
    assert np.array_equal(net.parameters, network().parameters)
