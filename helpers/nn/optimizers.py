"""From a gradient to a step. An optimizer is a setting; what it remembers from step to step is kept beside it.

So one optimizer can serve many trainings, and none of them inherits another's momentum.

Both steps go through the parameters piece by piece and write into one scratch array. The numbers are the same, to the
last bit, as in one go; but what a piece needs stays in the processor's cache. For large networks that takes a quarter
of the time.
"""

from dataclasses import dataclass

import numpy as np

from .plumbing.checks import per_network, require_number, require_numbers


def _above_zero(value):
    return value > 0


def _fraction(value):
    return (value >= 0) & (value < 1)


PIECE = 2**18  # numbers: with four more arrays, 5 MB


def _pieces(networks, size):
    """Slices that cut an array (networks, size) into pieces of about PIECE numbers: some rows, or a part of a row."""
    rows, columns = max(1, PIECE // size), min(size, PIECE)
    for row in range(0, networks, rows):
        for column in range(0, size, columns):
            yield slice(row, row + rows), slice(column, column + columns)


def _scratch(parameters):
    """Memory for what is in between, as large as the largest piece."""
    rows, columns = next(_pieces(*parameters.shape))
    return np.empty_like(parameters[rows, columns])


def _column(argument, value, parameters):
    """`value`, one number or one for each network, as (networks, 1)."""
    return per_network(argument, value, parameters) * np.ones((len(parameters), 1), parameters.dtype)


@dataclass(frozen=True)
class SGD:
    """Stochastic gradient descent: velocity = momentum · velocity + gradient, step = -learning_rate · velocity.

    learning_rate, momentum: one number, or one for each network. The formula is PyTorch's.
    """

    learning_rate: float
    momentum: float = 0.0

    def __post_init__(self):
        example = "SGD(0.1, momentum=0.9)"
        require_numbers("learning_rate", self.learning_rate, "above 0", _above_zero, example)
        require_numbers("momentum", self.momentum, "at least 0 and below 1", _fraction, example)

    def start(self, parameters):
        """What this optimizer remembers before the first step."""
        return {"velocity": np.zeros_like(parameters), "scratch": _scratch(parameters)}

    def step(self, parameters, gradients, memory):
        """Change `parameters` in place by one step; all arrays are (networks, size)."""
        momentum = _column("momentum", self.momentum, parameters)
        learning_rate = _column("learning_rate", self.learning_rate, parameters)
        for piece in _pieces(*parameters.shape):
            velocity, rows = memory["velocity"][piece], piece[0]
            step = memory["scratch"][: velocity.shape[0], : velocity.shape[1]]
            velocity *= momentum[rows]
            velocity += gradients[piece]
            np.multiply(learning_rate[rows], velocity, out=step)
            parameters[piece] -= step


@dataclass(frozen=True)
class Adam:
    """A step for each parameter of its own: its mean gradient over the root of its mean squared gradient.

    Both means fade with the factors beta1 and beta2 and are corrected for having started at zero; epsilon stands
    outside the root (Kingma and Ba 2015, algorithm 1; PyTorch's formula). A mean is kept as a fading sum, which
    divided by 1 + beta + beta² + …, as many terms as there were steps, is the corrected mean.
    """

    learning_rate: float
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8

    def __post_init__(self):
        example = "Adam(0.001, beta1=0.9, beta2=0.999, epsilon=1e-8)"
        require_numbers("learning_rate", self.learning_rate, "above 0", _above_zero, example)
        require_number("beta1", self.beta1, "one number, at least 0 and below 1", _fraction, example)
        require_number("beta2", self.beta2, "one number, at least 0 and below 1", _fraction, example)
        require_number("epsilon", self.epsilon, "one number above 0", _above_zero, example)

    def start(self, parameters):
        """What this optimizer remembers before the first step."""
        fading = {name: np.zeros_like(parameters) for name in ("sum", "square_sum")}
        return {"steps": 0, **fading, "scratch": _scratch(parameters)}

    def step(self, parameters, gradients, memory):
        """Change `parameters` in place by one step; all arrays are (networks, size)."""
        memory["steps"] += 1
        terms1, terms2 = ((1 - beta ** memory["steps"]) / (1 - beta) for beta in (self.beta1, self.beta2))
        # learning_rate · (sum / terms1) / (√(square_sum / terms2) + epsilon), with the constants drawn together
        step_size = _column("learning_rate", self.learning_rate, parameters) * (terms2**0.5 / terms1)
        epsilon = self.epsilon * terms2**0.5
        for piece in _pieces(*parameters.shape):
            gradient, sums, square_sums = gradients[piece], memory["sum"][piece], memory["square_sum"][piece]
            scratch = memory["scratch"][: gradient.shape[0], : gradient.shape[1]]
            sums *= self.beta1
            sums += gradient
            square_sums *= self.beta2
            square_sums += np.multiply(gradient, gradient, out=scratch)
            root = np.sqrt(square_sums, out=scratch)
            root += epsilon
            step = np.divide(sums, root, out=scratch)
            step *= step_size[piece[0]]
            parameters[piece] -= step
