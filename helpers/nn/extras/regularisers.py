"""What is done to the weights, besides lowering the loss: penalties, and a limit to their size. Biases are left alone.

Strengths and limits are one number, or one for each network.
"""

from dataclasses import dataclass

import numpy as np

from ..plumbing.checks import ABOVE_0, AT_LEAST_0, per_network, require, require_numbers


class Regulariser:
    """May act in three places of a training step; each does nothing unless a subclass says what."""

    def add_gradient(self, network):
        """Before the optimizer's step: add to `network.gradients` what belongs to the cost."""

    def before_step(self, network, learning_rate):
        """Then, still before that step: change the weights themselves."""

    def after_step(self, network, learning_rate):
        """After the optimizer's step: change the weights themselves."""


def require_regularisers(regularisers):
    """`regularisers` as a list."""
    listed = list(regularisers) if np.iterable(regularisers) else [None]
    known = all(isinstance(regulariser, Regulariser) for regulariser in listed)
    require(known, "regularisers", repr(regularisers), "a list of regularisers", "regularisers=[L2(0.001)]")
    return listed


@dataclass(frozen=True)
class Penalty(Regulariser):
    """What makes large weights costly, by as much as its strength says."""

    strength: float

    def __post_init__(self):
        require_numbers("strength", self.strength, *AT_LEAST_0, f"{type(self).__name__}(strength=0.001)")

    def times(self, learning_rate, network):
        """strength · learning_rate, (networks, 1), or (1, 1) if it is the same for all."""
        like = network.parameters
        return per_network("strength", self.strength, like) * per_network("learning_rate", learning_rate, like)


class L2(Penalty):
    """Adds strength / 2 · Σ w² to the cost: strength · w to each weight's gradient.

    Under SGD without momentum this is WeightDecay. Under Adam it is not: Adam divides it by the gradient's usual
    size like everything else (Loshchilov and Hutter 2019, section 2).
    """

    def add_gradient(self, network):
        network.gradients += per_network("strength", self.strength, network.parameters) * network.weights_only


class WeightDecay(Penalty):
    """Shrinks each weight by the fraction learning_rate · strength before each step, whatever the optimizer."""

    def before_step(self, network, learning_rate):
        network.parameters -= self.times(learning_rate, network) * network.weights_only


class L1(Penalty):
    """Adds strength · Σ |w| to the cost, by a proximal step.

    After each step every weight moves towards zero by learning_rate · strength, and stops there (soft thresholding;
    Parikh and Boyd 2014, section 6.5.2). So zeros are exact, and the corner of |w| needs no slope.
    """

    def after_step(self, network, learning_rate):
        most = self.times(learning_rate, network)
        network.parameters -= np.clip(network.weights_only, -most, most)


@dataclass(frozen=True)
class MaxNorm(Regulariser):
    """After each step, scales down the incoming weights of any hidden neuron whose norm is above `limit`.

    The output layer is left alone (Srivastava et al. 2014, section 5.1). A limit may be infinite. Dropout there has the
    weights halved at test time at rate 0.5, here neurons are doubled in training; so the paper's limit of 2 is 1 here.
    """

    limit: float

    def __post_init__(self):
        infinite = np.asarray(self.limit) == np.inf
        limits = np.where(infinite, 1, self.limit) if np.any(infinite) else self.limit
        require_numbers("limit", limits, *ABOVE_0, "MaxNorm(limit=3)")

    def after_step(self, network, learning_rate):
        for layer in network.hidden_dense:
            norm = np.sqrt(np.square(layer.weights).sum(axis=1, keepdims=True))
            limit = per_network("limit", self.limit, layer.weights)
            layer.weights *= np.divide(limit, norm, out=np.ones_like(norm), where=norm > limit)
