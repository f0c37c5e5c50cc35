"""A layer of neurons, each connected to every input."""

import numpy as np

from .layer import Layer
from .plumbing.checks import check_dense


class Dense(Layer):
    """y = x W + b, for each network with its own W and b.

    x: (networks, examples, inputs), y: (networks, examples, outputs),
    weights: (networks, inputs, outputs), bias: (networks, 1, outputs); their gradients have the same shapes.
    The network keeps all its parameters in one array; these are views into it: change one, and the other changes.
    (`.mT` swaps the last two axes.)

    First weights are normal with standard deviation `weight_scale`, by default sqrt(2 / inputs), which keeps the
    size of the signal from one ReLU layer to the next (He et al. 2015, equation 10); first biases are zero.
    """

    weights = bias = weights_gradient = bias_gradient = None  # until the layer is in a network

    def __init__(self, inputs, outputs, weight_scale=None):
        check_dense(inputs, outputs, weight_scale)
        self.inputs, self.outputs = int(inputs), int(outputs)
        self.weight_scale = np.sqrt(2 / self.inputs) if weight_scale is None else weight_scale
        self.shapes = {"weights": (self.inputs, self.outputs), "bias": (1, self.outputs)}

    def first_weights(self, generator):
        """The weights, (inputs, outputs), of one network before training."""
        return generator.normal(0, self.weight_scale, (self.inputs, self.outputs))

    def forward(self, x, noise=None):
        self.x = x
        y = x @ self.weights
        y += self.bias
        return y

    def backward(self, error, to_inputs=True):
        """dL/dW = xᵀ dL/dy, dL/db = the sum of dL/dy over the examples, and, to_inputs, dL/dx = dL/dy Wᵀ."""
        np.matmul(self.x.mT, error, out=self.weights_gradient)
        np.sum(error, axis=1, keepdims=True, out=self.bias_gradient)
        return error @ self.weights.mT if to_inputs else None
