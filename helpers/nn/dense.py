"""A layer of neurons, each connected to every input."""

import numpy as np

from .layer import Layer
from .plumbing.checks import require_number, require_whole


class Dense(Layer):
    """y = x W + b, for each network with its own W and b.

    x: (networks, examples, inputs), y: (networks, examples, outputs),
    weights: (networks, inputs, outputs), bias: (networks, 1, outputs).
    The network that the layer is put into owns these arrays; the layer sees its part of them.

    First weights are normal with standard deviation `weight_scale`, by default sqrt(2 / inputs), which keeps the
    size of the signal from one ReLU layer to the next (He et al. 2015, equation 10); first biases are zero.
    """

    def __init__(self, inputs, outputs, weight_scale=None):
        self.inputs = require_whole("inputs", inputs, 1, "Dense(64, 10)")
        self.outputs = require_whole("outputs", outputs, 1, "Dense(64, 10)")
        self.weight_scale = np.sqrt(2 / inputs) if weight_scale is None else weight_scale
        example = "Dense(64, 10, weight_scale=0.1)"
        require_number("weight_scale", self.weight_scale, "at least 0", lambda scale: scale >= 0, example)
        self.shapes = {"weights": (inputs, outputs), "bias": (1, outputs)}

    def first_weights(self, generator):
        """The weights, (inputs, outputs), of one network before training."""
        return generator.normal(0, self.weight_scale, (self.inputs, self.outputs))

    def forward(self, x, noise=None):
        self.x = x
        y = x @ self.weights
        y += self.bias
        return y

    def backward(self, error):
        """dL/dx = dL/dy Wᵀ."""
        return error @ self.weights.swapaxes(1, 2)

    def add_up(self, error):
        """dL/dW = xᵀ dL/dy, and dL/db = the sum of dL/dy over the examples, written where the network keeps them."""
        np.matmul(self.x.swapaxes(1, 2), error, out=self.weights_gradient)
        np.sum(error, axis=1, keepdims=True, out=self.bias_gradient)
