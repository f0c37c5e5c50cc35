"""Layers in a row, for many networks at a time."""

from copy import deepcopy
from itertools import pairwise

import numpy as np

from .activations import ACTIVATIONS
from .dense import Dense
from .dropout import Dropout
from .loss import softmax_cross_entropy
from .plumbing.buffers import buffers
from .plumbing.checks import check_inputs, check_mlp, check_network, check_noise, check_noise_for, require_seeds
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
        self.layers, self.seeds = list(layers) if np.iterable(layers) else [layers], require_seeds(seeds)
        check_network(self.layers, dtype)
        self.loss_function, self.dtype = loss, np.dtype(dtype)
        self.parameters, self.gradients, self.is_weight = buffers(self.layers, len(self.seeds), self.dtype)
        dense = [layer for layer in self.layers if layer.shapes]
        self.first_dense, self.hidden_dense = dense[0], dense[:-1]
        self.inputs, self.outputs = dense[0].inputs, dense[-1].outputs
        generators = [stream(seed, "weights") for seed in self.seeds]
        for layer in dense:
            layer.weights[:] = [layer.first_weights(generator) for generator in generators]

    def forward(self, x, noise=None):
        """Outputs (logits), (networks, examples, outputs).

        x: (examples, inputs), the same for all networks, or (networks, examples, inputs), of the network's dtype.
        noise: without one the network is evaluated; with one, such as Fresh(seeds), it is trained.
        """
        check_noise(noise)
        x = self.stacked(x)
        for layer in self.layers:
            x = layer.forward(x, noise)
        return x

    def stacked(self, x):
        """`x` checked, as a view with the networks axis in front."""
        check_inputs(self, x)
        return x if x.ndim == 3 else np.broadcast_to(x, (len(self.seeds), *x.shape))

    def backward(self, error, to_inputs=False):
        """Fill `gradients` from the error at the outputs, dL/dlogits, (networks, examples, outputs).

        to_inputs: go on past the first parameters and return dL/dx; training has no use for it.
        """
        for layer in reversed(self.layers):
            if layer is self.first_dense and not to_inputs:
                return layer.backward(error, to_inputs)
            error = layer.backward(error)
        return error

    def gradient(self, x, labels, noise=None):
        """Loss (networks,) and its gradient (networks, size), a view that the next call overwrites.

        labels: whole numbers below `outputs`, (examples,) or (networks, examples).
        noise: such as Fresh(network.seeds); a network with a layer that needs one, such as Dropout, must have one.
        """
        check_noise_for(self.layers, noise)
        loss, error = self.loss_function(self.forward(x, noise), labels)
        self.backward(error)
        return loss, self.gradients

    @property
    def weights_only(self):
        """The parameters with every bias as 0, (networks, size): what penalties act on."""
        return self.parameters * self.is_weight

    __copy__ = deepcopy  # two networks can't share their layers

    def __setstate__(self, state):
        """Finish a copy or an unpickled network: its layers must see into its own buffers."""
        vars(self).update(state)
        self.parameters, self.gradients, _ = buffers(self.layers, len(self.seeds), self.dtype)
        self.parameters[:] = state["parameters"]


def mlp(*sizes, activation="relu", drop_rate=0.0):
    """The layers of a multilayer perceptron: mlp(40, 128, 10) has 40 inputs, 128 hidden neurons and 10 outputs.

    activation: "relu" or "tanh".  drop_rate: of each hidden layer; 0 leaves the Dropout layers out.
    """
    check_mlp(sizes, activation, ACTIVATIONS, drop_rate)
    layers = []
    for inputs, outputs in pairwise(sizes[:-1]):
        layers += [Dense(inputs, outputs), ACTIVATIONS[activation]()]
        if np.any(drop_rate):
            layers.append(Dropout(drop_rate))
    return [*layers, Dense(*sizes[-2:])]
