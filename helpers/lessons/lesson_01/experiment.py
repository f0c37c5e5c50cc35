"""Claim G at full size: a network trained with the right gradient, and one whose hidden gradient is halved."""

from helpers.lab.data import load_optdigits
from helpers.lab.differences import crossed_estimate
from helpers.lab.full_size import Found, trial
from helpers.lab.names import UNNAMED
from helpers.lab.seeds import my_seeds
from helpers.nn import SGD, Network, evaluate, mlp, train

RESULTS = "lesson-01"
RATES = (0.03, 0.1, 0.3, 1.0, 3.0)
HIDDEN, EPOCHS, BATCH_SIZE = 32, 20, 32
MARGIN = 0.01


class HalvedNetwork(Network):
    """Its hidden layer's gradient comes out at half of what it should be."""

    def backward(self, error, to_inputs=False):
        result = super().backward(error, to_inputs)
        self.first_dense.weights_gradient /= 2
        self.first_dense.bias_gradient /= 2
        return result


def _evaluated(kind, rate, seeds, data, split):
    network = kind(mlp(64, HIDDEN, 10), seeds)
    for _ in train(network, data.train, SGD(rate), EPOCHS, BATCH_SIZE):
        pass
    return evaluate(network, split)


def run(executor=None, name=UNNAMED):
    """Choose each one's learning rate on validation examples, then 50 networks each, tested once."""
    data, seeds = load_optdigits(), my_seeds(50, name=name)
    chosen, correct = {}, {}
    for name, kind in (("right", Network), ("halved", HalvedNetwork)):
        tried = [
            _evaluated(kind, rate, my_seeds(5, "tuning", name), data, data.validation).accuracy.mean() for rate in RATES
        ]
        chosen[name] = RATES[tried.index(max(tried))]
        correct[name] = _evaluated(kind, chosen[name], seeds, data, data.test).correct
    difference = crossed_estimate(correct["right"].astype(float) - correct["halved"])
    figures = {
        "claims": {"G": trial(difference, MARGIN)},
        "accuracy": {name: crossed_estimate(values) for name, values in correct.items()},
    }
    settings = {"learning_rates": chosen, "tried": list(RATES), "hidden": HIDDEN, "epochs": EPOCHS}
    return Found(figures, settings, seeds, [data])
