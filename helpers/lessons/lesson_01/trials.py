"""Claim G in blocks: five wrong gradients, each against the right one: of which would you see it?"""

import numpy as np

from helpers.lab.data import load_optdigits
from helpers.lab.replicate import Handmade
from helpers.lab.standard import BlockTrial
from helpers.lab.tune import Between
from helpers.nn import SGD, Network, evaluate, mlp, stream, train
from helpers.nn.activations import Relu

from .experiment import BATCH_SIZE, EPOCHS, HIDDEN, HalvedNetwork

RATES, TRIED = Between(0.01, 10, log=True), 12


class Frozen(Network):
    """Its hidden layer's gradient is 0: only the last layer learns."""

    def backward(self, error, to_inputs=False):
        result = super().backward(error, to_inputs)
        self.first_dense.weights_gradient[:] = self.first_dense.bias_gradient[:] = 0
        return result


class TurnedRound(Network):
    """Its hidden layer's gradient has the wrong sign."""

    def backward(self, error, to_inputs=False):
        result = super().backward(error, to_inputs)
        self.first_dense.weights_gradient *= -1
        self.first_dense.bias_gradient *= -1
        return result


class NoBias(Network):
    """The gradient of all biases is 0."""

    def backward(self, error, to_inputs=False):
        result = super().backward(error, to_inputs)
        self.gradients *= self.is_weight
        return result


class NoBend(Network):
    """Backwards, its ReLU passes on all of the error, also where x < 0."""

    def backward(self, error, to_inputs=False):
        for layer in self.layers:
            if isinstance(layer, Relu):
                layer.positive = np.True_
        return super().backward(error, to_inputs)


FAULTS = {"halved": HalvedNetwork, "no-bias": NoBias, "no-bend": NoBend, "frozen": Frozen, "turned-round": TurnedRound}


def trained(kind, rate, seeds, data):
    """Networks of that kind, one for each seed, trained on all of the data's training examples."""
    network = kind(mlp(64, HIDDEN, 10), seeds)
    try:
        for _ in train(network, data.train, SGD(rate), EPOCHS, BATCH_SIZE):
            pass
    except FloatingPointError:  # all have diverged, which is a result too
        pass
    return network


def find(fault, data, seeds):
    """Choose each side's learning rate on validation examples, and test it: what a Handmade asks for."""
    random, found = stream(seeds["grid"], "trials of learning_rate"), {}
    rates = [RATES.at(part) for part in (np.arange(TRIED) + random.random(TRIED)) / TRIED]
    for side, kind in (("right", Network), ("wrong", FAULTS[fault])):
        tried = [evaluate(trained(kind, rate, seeds["tuning"], data), data.validation) for rate in rates]
        validation = [float(np.nan_to_num(one.accuracy).mean()) for one in tried]
        rate = rates[int(np.argmax(validation))]
        network = trained(kind, rate, seeds["final"], data)
        tested, training = evaluate(network, data.test), evaluate(network, data.train)
        arm = kind.__name__
        found[side] = {
            "arm": arm,
            "recipe": f"mlp(64, {HIDDEN}, 10), SGD({rate}), {EPOCHS} epochs, batches of {BATCH_SIZE}",
            "edges": [f"learning_rate={rate}"] if rate in (rates[0], rates[-1]) else [],
            "validation": {arm: max(validation)},
            "right": tested.correct.sum(axis=0),
            "loss": tested.loss,
            "training_accuracy": np.nan_to_num(training.accuracy),
        }
    return found


DESCRIBED = {
    "sides": {"right": {"Network": "the right gradient"}, "wrong": {"fault": "the one that the place names"}},
    "space": {"learning_rate": str(RATES)},
    "trials": {"right": TRIED, "wrong": TRIED},
}
TRIALS = {"G": BlockTrial((Handmade(dict.fromkeys(FAULTS, load_optdigits), find, DESCRIBED, hours_each=0.01),))}
