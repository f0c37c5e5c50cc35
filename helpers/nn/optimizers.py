"""From a gradient to a step. An optimizer is a setting; what it remembers from step to step is kept beside it.

So one optimizer can serve many trainings, and none of them inherits another's momentum.
"""

from dataclasses import dataclass

import numpy as np

from .checks import per_network, require_number, require_numbers


def _above_zero(value):
    return value > 0


def _fraction(value):
    return (value >= 0) & (value < 1)


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
        return {"velocity": np.zeros_like(parameters)}

    def step(self, parameters, gradients, memory):
        """Change `parameters` in place by one step; all arrays are (networks, size)."""
        velocity = memory["velocity"]
        velocity *= per_network("momentum", self.momentum, parameters)
        velocity += gradients
        parameters -= per_network("learning_rate", self.learning_rate, parameters) * velocity


@dataclass(frozen=True)
class Adam:
    """A step for each parameter of its own: its mean gradient over the root of its mean squared gradient.

    Both means fade with the factors beta1 and beta2 and are corrected for having started at zero; epsilon stands
    outside the root (Kingma and Ba 2015, algorithm 1; PyTorch's formula).
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
        return {"steps": 0, "mean": np.zeros_like(parameters), "mean_square": np.zeros_like(parameters)}

    def step(self, parameters, gradients, memory):
        """Change `parameters` in place by one step; all arrays are (networks, size)."""
        memory["steps"] += 1
        mean, mean_square = memory["mean"], memory["mean_square"]
        mean += (1 - self.beta1) * (gradients - mean)
        mean_square += (1 - self.beta2) * (gradients * gradients - mean_square)
        correction1 = 1 - self.beta1 ** memory["steps"]
        correction2 = 1 - self.beta2 ** memory["steps"]
        step_size = per_network("learning_rate", self.learning_rate, parameters) / correction1
        parameters -= step_size * mean / (np.sqrt(mean_square / correction2) + self.epsilon)
