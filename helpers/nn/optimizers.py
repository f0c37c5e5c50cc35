"""From a gradient to a step. An optimizer is a setting; what it remembers from step to step is kept next to it.

So one optimizer can serve many trainings, and none of them inherits another's momentum. All arrays are
(networks, size). A step goes through them in pieces, which only makes it faster: read each loop as if it were run once.
"""

from dataclasses import dataclass

import numpy as np

from .plumbing.checks import check_adam, check_sgd
from .plumbing.fast import column, pieces


@dataclass(frozen=True)
class SGD:
    """Stochastic gradient descent: velocity = momentum · velocity + gradient, step = -learning_rate · velocity.

    learning_rate, momentum: one number, or one for each network. The formula is PyTorch's.
    """

    learning_rate: float
    momentum: float = 0.0
    __post_init__ = check_sgd

    def start(self, parameters):
        """What this optimizer remembers before the first step."""
        return {"velocity": np.zeros_like(parameters)}

    def step(self, parameters, gradients, memory):
        """Change `parameters` in place by one step."""
        momenta = column("momentum", self.momentum, parameters)
        rates = column("learning_rate", self.learning_rate, parameters)
        for w, g, velocity, momentum, rate in pieces(parameters, gradients, memory["velocity"], momenta, rates):
            velocity *= momentum
            velocity += g
            w -= rate * velocity


@dataclass(frozen=True)
class Adam:
    """A step for each parameter of its own: its mean gradient over the root of its mean squared gradient.

        m = beta1 · m + (1 - beta1) · g      m̂ = m / (1 - beta1ᵗ)
        v = beta2 · v + (1 - beta2) · g²     v̂ = v / (1 - beta2ᵗ)      w = w - learning_rate · m̂ / (√v̂ + epsilon)

    where g is the gradient at step t (Kingma and Ba 2015, algorithm 1). The code takes the same step with less work:
    it adds g instead of (1 - beta) · g, and makes up for it by dividing by c = (1 - betaᵗ) / (1 - beta); and it puts
    √c2 into rate and epsilon, once for all parameters.
    """

    learning_rate: float
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    __post_init__ = check_adam

    def start(self, parameters):
        """What this optimizer remembers before the first step."""
        return {"t": 0, "m": np.zeros_like(parameters), "v": np.zeros_like(parameters)}

    def step(self, parameters, gradients, memory):
        """Change `parameters` in place by one step."""
        t = memory["t"] = memory["t"] + 1
        c1, c2 = ((1 - beta**t) / (1 - beta) for beta in (self.beta1, self.beta2))  # m̂ = m / c1, v̂ = v / c2
        rates = column("learning_rate", self.learning_rate, parameters) * (c2**0.5 / c1)
        epsilon = self.epsilon * c2**0.5
        for w, g, m, v, rate in pieces(parameters, gradients, memory["m"], memory["v"], rates):
            m *= self.beta1
            m += g
            v *= self.beta2
            v += g * g
            step = np.sqrt(v)  # and then, in place, rate · m / (√v + epsilon)
            step += epsilon
            np.divide(m, step, out=step)
            step *= rate
            w -= step
