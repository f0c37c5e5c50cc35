"""A recipe: all that a training depends on, besides the data and the seed."""

from dataclasses import dataclass, fields, replace
from math import cos, pi

import numpy as np

from helpers.nn import (
    ACTIVATIONS,
    L1,
    L2,
    SGD,
    ActivityPenalty,
    Adam,
    Dropout,
    Fresh,
    MaxNorm,
    Network,
    RandomShift,
    Replayed,
    Shared,
    WeightDecay,
    mlp,
    train,
)
from helpers.nn.plumbing.checks import require, require_number, require_whole

OPTIMIZERS = ("adam", "sgd")
MASKS = ("example", "batch", "epoch", "forever")
SCHEDULES = ("constant", "cosine")
OFF_AT_ZERO = ("drop_rate", "input_drop_rate", "l1", "l2", "weight_decay", "max_norm", "activity")
STACKED = (*OFF_AT_ZERO, "learning_rate", "momentum")  # may differ between networks of one stack
CALL = "Recipe(hidden=(64, 64), drop_rate=0.2, learning_rate=0.002)"


@dataclass(frozen=True)
class Recipe:
    """How to build and train a network. Frozen and hashable; a bad value is an error that names the field.

    hidden: neurons of each hidden layer.  drop_rate: the fraction dropped in each hidden layer; input_drop_rate: of
    the inputs.  masks: how long a mask lasts, and for whom: a new one for each "example", or one for the whole
    "batch", "epoch", or "forever".  l1, l2: strengths of these penalties; activity: of the one on the hidden neurons'
    outputs; weight_decay: of the shrinking that is no part of the cost, which with Adam is AdamW's; max_norm: the
    most that a hidden neuron's incoming weights may have as their norm, 0 for no limit.
    early_stopping: True to keep the epoch with the lowest validation loss, "accuracy" the one with the highest
    validation accuracy.  shift: the most places by which training examples are moved.  optimizer: "adam" or "sgd";
    momentum is sgd's.  learning_rate, epochs, batch_size: as in training.  schedule: "constant"; or "cosine", where
    the learning rate of epoch e of n is learning_rate · (1 + cos(π · (e - 1) / n)) / 2.
    """

    hidden: tuple[int, ...] = (128, 128)
    activation: str = "relu"
    drop_rate: float = 0.0
    input_drop_rate: float = 0.0
    masks: str = "example"
    l1: float = 0.0
    l2: float = 0.0
    weight_decay: float = 0.0
    max_norm: float = 0.0
    activity: float = 0.0
    early_stopping: bool | str = False
    shift: int = 0
    optimizer: str = "adam"
    learning_rate: float = 0.002
    schedule: str = "constant"
    momentum: float = 0.0
    epochs: int = 60
    batch_size: int = 100

    def __post_init__(self):
        require(isinstance(self.hidden, tuple), "hidden", repr(self.hidden), "a tuple of widths", CALL)
        self._keep("hidden", tuple(require_whole("a width in hidden", width, 1, CALL) for width in self.hidden))
        choices = {"activation": ACTIVATIONS, "optimizer": OPTIMIZERS, "masks": MASKS, "schedule": SCHEDULES}
        for name, known in choices.items():
            value = getattr(self, name)
            require(isinstance(value, str) and value in known, name, repr(value), f"one of {[*known]}", CALL)
            self._keep(name, str(value))
        for name in ("drop_rate", "input_drop_rate", "momentum"):
            self._keep_number(name, "at least 0 and below 1", lambda value: 0 <= value < 1)
        for name in ("l1", "l2", "weight_decay", "max_norm", "activity"):
            self._keep_number(name, "at least 0", lambda value: value >= 0)
        by_accuracy = isinstance(self.early_stopping, str) and self.early_stopping == "accuracy"
        stops = by_accuracy or isinstance(self.early_stopping, bool | np.bool_)
        require(stops, "early_stopping", repr(self.early_stopping), 'True, False or "accuracy"', CALL)
        self._keep("early_stopping", "accuracy" if by_accuracy else bool(self.early_stopping))
        self._keep("shift", require_whole("shift", self.shift, 0, CALL))
        self._keep_number("learning_rate", "above 0", lambda value: value > 0)
        for name in ("epochs", "batch_size"):
            self._keep(name, require_whole(name, getattr(self, name), 1, CALL))
        used = self.optimizer == "sgd" or self.momentum == 0
        call = 'Recipe(optimizer="sgd", momentum=0.9, learning_rate=0.1)'
        require(used, "momentum", self.momentum, 'left out unless optimizer="sgd"', call)
        require(not self.shift or self.masks != "forever", "shift", self.shift, 'left out with masks="forever"', CALL)

    def _keep_number(self, name, allowed, ok):
        require_number(name, getattr(self, name), allowed, ok, CALL)
        self._keep(name, float(getattr(self, name)))

    def _keep(self, name, value):
        """Python's own type for NumPy's or another, so that equal recipes look and are stored alike."""
        object.__setattr__(self, name, value)

    @property
    def family(self):
        """What recipes must have in common to be trained in one stack."""
        shared = tuple(getattr(self, field.name) for field in fields(self) if field.name not in STACKED)
        return shared, *(getattr(self, name) > 0 for name in OFF_AT_ZERO)

    def __str__(self):
        changed = (f.name for f in fields(self) if getattr(self, f.name) != f.default)
        return f"Recipe({', '.join(f'{name}={getattr(self, name)!r}' for name in changed)})"


class Cosine(train):
    """Training whose learning rate falls from epoch to epoch along half a cosine, as a recipe's schedule says."""

    def __init__(self, network, examples, optimizer, *settings):
        super().__init__(network, examples, optimizer, *settings)
        self.first, self.done = optimizer, 0

    def __next__(self):
        if self.done < self.epochs:
            part = (1 + cos(pi * self.done / self.epochs)) / 2
            self.optimizer = replace(self.first, learning_rate=part * self.first.learning_rate)
            self.done += 1
        return super().__next__()


def build(recipes, seeds, data):
    """One network for each pair of recipe and seed, in one stack; the recipes are of one family.

    Returns the Network, its training, an iterator of epochs, and the Replayed noise that keeps its masks, or None.
    """
    first = recipes[0]
    assert all(recipe.family == first.family for recipe in recipes)
    stacked = {name: np.array([getattr(recipe, name) for recipe in recipes]) for name in STACKED}
    network = Network(_layers(first, stacked, seeds, data), seeds)
    if first.optimizer == "adam":
        optimizer = Adam(stacked["learning_rate"])
    else:
        optimizer = SGD(stacked["learning_rate"], stacked["momentum"])
    kinds = {"l1": L1, "l2": L2, "weight_decay": WeightDecay, "max_norm": MaxNorm}
    regularisers = [kind(stacked[name]) for name, kind in kinds.items() if getattr(first, name)]
    noise, kept = Fresh(seeds), None
    if first.masks in ("epoch", "forever"):
        noise = kept = Replayed(noise)
    if first.masks != "example":
        noise = Shared(noise)
    kind = Cosine if first.schedule == "cosine" else train
    return network, kind(network, data.train, optimizer, first.epochs, first.batch_size, noise, regularisers), kept


def _layers(recipe, stacked, seeds, data):
    """The layers, with what the recipe puts before the first and behind each activation."""
    sizes = (data.train.x.shape[1], *recipe.hidden, data.train.classes)
    layers = []
    if recipe.shift:
        layers.append(RandomShift(recipe.shift, seeds))
    if recipe.input_drop_rate:
        layers.append(Dropout(stacked["input_drop_rate"]))
    for layer in mlp(*sizes, activation=recipe.activation, drop_rate=stacked["drop_rate"] if recipe.drop_rate else 0):
        layers.append(layer)
        if recipe.activity and isinstance(layer, ACTIVATIONS[recipe.activation]):
            layers.append(ActivityPenalty(stacked["activity"]))
    return layers
