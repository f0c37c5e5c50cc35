"""From a gradient to a step. An optimizer is a setting; what it remembers from step to step is kept beside it.

So one optimizer can serve many trainings, and none of them inherits another's momentum.
"""

from dataclasses import dataclass

import numpy as np

from .checks import per_network, require_numbers


def _require_learning_rate(optimizer):
    example = f"{type(optimizer).__name__}(learning_rate=0.01)"
    require_numbers("learning_rate", optimizer.learning_rate, "above 0", lambda rate: rate > 0, example)


def _require_fraction(argument, value, example):
    require_numbers(argument, value, "at least 0 and below 1", lambda v: (v >= 0) & (v < 1), example)


@dataclass(frozen=True)
class SGD:
    """Stochastic gradient descent: velocity = momentum · velocity + gradient, step = -learning_rate · velocity.

    learning_rate, momentum: one number, or one for each network. The formula is PyTorch's.
    """

    learning_rate: float
    momentum: float = 0.0

    def __post_init__(self):
        _require_learning_rate(self)
        _require_fraction("momentum", self.momentum, "SGD(0.1, momentum=0.9)")

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
        _require_learning_rate(self)
        _require_fraction("beta1", self.beta1, "Adam(0.001, beta1=0.9)")
        _require_fraction("beta2", self.beta2, "Adam(0.001, beta2=0.999)")
        require_numbers("epsilon", self.epsilon, "above 0", lambda e: e > 0, "Adam(0.001, epsilon=1e-8)")

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
