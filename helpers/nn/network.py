"""Layers in a row, for many networks at a time."""

from copy import deepcopy
from itertools import pairwise
from math import prod

import numpy as np

from .activations import ACTIVATIONS
from .dense import Dense
from .dropout import Dropout
from .layer import Layer
from .loss import softmax_cross_entropy
from .plumbing.checks import refuse, require, require_array, require_seeds
from .plumbing.streams import stream


class Network:
    """As many networks as there are seeds, alike but for their weights, in one stack.

    layers: a list such as [Dense(40, 128), Relu(), Dropout(0.2), Dense(128, 10)].
    seeds: one whole number for each network; the first weights come from the stream (seed, "weights").
    loss: a function like softmax_cross_entropy.  dtype: np.float32, or np.float64 to check gradients.

    `parameters` and `gradients` are (networks, size): one flat buffer each. A layer's weights are a view into
    it, so an optimizer or a snapshot needs no loop over layers.
    """

    def __init__(self, layers, seeds, loss=softmax_cross_entropy, dtype=np.float32):
        self.layers = list(layers)
        self.seeds = require_seeds(seeds)
        self.loss_function = loss
        self.dtype = np.dtype(dtype)
        floats = self.dtype in (np.float32, np.float64)
        require(floats, "dtype", self.dtype, "float32 or float64", "dtype=np.float32")
        example = "Network([Dense(64, 32), Relu(), Dense(32, 10)], seeds=[0])"
        known = all(isinstance(layer, Layer) for layer in self.layers)
        require(known, "layers", self.layers, "a list of layers", example)
        dense = [layer for layer in self.layers if layer.shapes]
        require(dense, "layers", "a list without parameters", "a list with at least one Dense layer", example)
        new = len(set(self.layers)) == len(self.layers) and all(layer.index is None for layer in self.layers)
        require(new, "layers", "a list with a layer used before", "new layers, each used once", example)
        for before, after in pairwise(dense):
            fits = f"{before.outputs}, the outputs of the Dense layer before it"
            require(after.inputs == before.outputs, "inputs of a Dense layer", after.inputs, fits, example)
        self.inputs, self.outputs = dense[0].inputs, dense[-1].outputs
        self.first_dense, self.hidden_dense = dense[0], dense[:-1]
        self._allocate()
        generators = [stream(seed, "weights") for seed in self.seeds]
        for layer in dense:
            layer.weights[:] = [layer.first_weights(generator) for generator in generators]

    def _allocate(self):
        """Make the two flat buffers, and give each layer its views into them."""
        size = sum(prod(shape) for layer in self.layers for shape in layer.shapes.values())
        self.parameters = np.zeros((len(self.seeds), size), self.dtype)
        self.gradients = np.zeros_like(self.parameters)
        self.is_weight = np.zeros(size, bool)
        start = 0
        for index, layer in enumerate(self.layers):
            layer.index = index
            for name, shape in layer.shapes.items():
                stop = start + prod(shape)
                self.is_weight[start:stop] = name == "weights"
                setattr(layer, name, self.parameters[:, start:stop].reshape(-1, *shape))
                setattr(layer, f"{name}_gradient", self.gradients[:, start:stop].reshape(-1, *shape))
                start = stop

    @property
    def weights_only(self):
        """The parameters with every bias as 0, (networks, size): what penalties act on."""
        return self.parameters * self.is_weight

    def __setstate__(self, state):
        """Finish a copy or an unpickled network: its layers must see into its own buffers."""
        vars(self).update(state)
        parameters = self.parameters
        self._allocate()
        self.parameters[:] = parameters

    def __copy__(self):
        """A deep copy: two networks can't share their layers."""
        return deepcopy(self)

    def forward(self, x, noise=None):
        """Outputs (logits), (networks, examples, outputs).

        x: (examples, inputs), the same for all networks, or (networks, examples, inputs), of the network's dtype.
        noise: without one the network is evaluated; with one, such as Fresh(seeds), it is trained.
        """
        x = self.stacked(x)
        for layer in self.layers:
            x = layer.forward(x, noise)
        return x

    def stacked(self, x):
        """`x` checked, as a view with the networks axis in front."""
        networks = len(self.seeds)
        require_array("x", x, self.dtype)
        fits = x.ndim in (2, 3) and x.shape[-1] == self.inputs and (x.ndim == 2 or len(x) == networks)
        if not fits:
            allowed = f"(examples, {self.inputs}) or ({networks}, examples, {self.inputs})"
            refuse("shape of x", x.shape, allowed, f"x.reshape(-1, {self.inputs})")
        require(x.shape[-2] > 0, "shape of x", x.shape, "a batch of at least one example", "x[:100]")
        return x if x.ndim == 3 else np.broadcast_to(x, (networks, *x.shape))

    def backward(self, error, to_inputs=False):
        """Fill `gradients` from the error at the outputs, dL/dlogits, (networks, examples, outputs).

        to_inputs: go on past the first parameters and return dL/dx; training has no use for it.
        """
        for layer in reversed(self.layers):
            layer.add_up(error)
            if layer is self.first_dense and not to_inputs:
                return None
            error = layer.backward(error)
        return error

    def gradient(self, x, labels, noise=None):
        """Loss (networks,) and its gradient (networks, size), a view that the next call overwrites.

        labels: whole numbers below `outputs`, (examples,) or (networks, examples).
        """
        loss, error = self.loss_function(self.forward(x, noise), labels)
        self.backward(error)
        return loss, self.gradients


def mlp(*sizes, activation="relu", drop_rate=0.0):
    """The layers of a multilayer perceptron: mlp(40, 128, 10) has 40 inputs, 128 hidden units and 10 outputs.

    activation: "relu" or "tanh".  drop_rate: of each hidden layer; 0 leaves the Dropout layers out.
    """
    example = 'mlp(40, 128, 10, activation="relu", drop_rate=0.2)'
    require(len(sizes) >= 2, "sizes", sizes, "two or more: inputs, hidden layers, outputs", example)
    require(activation in ACTIVATIONS, "activation", repr(activation), f"one of {sorted(ACTIVATIONS)}", example)
    layers = []
    for inputs, outputs in pairwise(sizes[:-1]):
        layers += [Dense(inputs, outputs), ACTIVATIONS[activation]()]
        if np.any(drop_rate):
            layers.append(Dropout(drop_rate))
    return [*layers, Dense(*sizes[-2:])]
