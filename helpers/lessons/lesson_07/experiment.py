"""Sub-networks: all of them, many averaged, true ensembles next to them, and noise without their learning.

At full size: sub-networks averaged against the whole network, and ensembles of networks trained one by one.
"""

from dataclasses import replace

import numpy as np

from helpers.lab.data import load_mnist1d, load_optdigits
from helpers.lab.differences import Estimate, crossed_estimate, network_estimate
from helpers.lab.full_size import Found, stored_estimates, trained
from helpers.lab.names import UNNAMED
from helpers.lab.recipe import Recipe
from helpers.lab.results import load_results
from helpers.lab.seeds import my_seeds
from helpers.lab.tune import Between, tune
from helpers.nn import Examples, Network, evaluate, softmax, stream

RESULTS = "lesson-07"
SPACE, TRIALS = {"learning_rate": Between(0.0005, 0.1, log=True)}, 8
WIDTHS, AVERAGED = (10, 128, 512), (1, 2, 5, 10, 20, 50, 100, 200, 500)  # hidden neurons; sub-networks
NETWORKS, MEMBERS, EPOCHS = 5, 5, 60  # that are averaged over; in an ensemble
PLACES = {"mnist1d": load_mnist1d, "optdigits": load_optdigits}
TINY = 1e-30  # the least probability whose logarithm is taken


def all_masks(neurons):
    """Every way to keep some of the neurons, (2^neurons, neurons) of booleans; the first keeps none, the last all."""
    return (np.arange(2**neurons)[:, np.newaxis] >> np.arange(neurons) & 1).astype(bool)


def hidden_outputs(network, x):
    """What the neurons of the last hidden layer put out with none of them dropped, (networks, examples, neurons)."""
    x = network.stacked(x)
    for layer in network.layers[:-1]:
        x = layer.forward(x)
    return x


def sub_network(hidden, on, W2, b2):
    """One sub-network's outputs as in training at rate 0.5: the neurons in `on` alone, each counting double."""
    return hidden * on * 2 @ W2 + b2


def is_smaller(masks, hidden):
    """Whether a mask drops a neuron that puts out anything for some of these examples, (masks, networks)."""
    alive = (hidden > 0).any(axis=1)
    return (alive & ~masks[:, np.newaxis]).any(axis=2)


class OneMask:
    """A noise that keeps the same neurons for every example and network."""

    def __init__(self, on):
        self.on = on

    def mask(self, layer, shape, drop_rate):
        return np.broadcast_to(self.on, shape)


class Boosted(Network):
    """Dropout boosting (Warde-Farley et al. 2013): the error of the whole network, sent back through a sub-network."""

    def forward(self, x, noise=None):
        whole = super().forward(x)
        if noise is not None:
            super().forward(x, noise)  # for its masks: the layers keep them for backward
        return whole


class Gaussian:
    """Noise in the place of dropout's masks at rate 0.5 that drops nobody (Srivastava et al. 2014, section 10).

    What a neuron puts out is multiplied by a normal number of mean 1 and variance 1, as dropout's 0 and 2 have.
    """

    def __init__(self, seeds):
        self.streams = [stream(seed, "noise") for seed in seeds]

    def mask(self, layer, shape, drop_rate):
        drawn = np.stack([random.standard_normal(shape[1:], np.float32) for random in self.streams])
        return (1 + drawn) / 2  # which the layer doubles


def run(executor=None, name=UNNAMED):
    """Sub-networks averaged, and ensembles, on signals and on digits."""
    seeds, averages, ensembles, tuned, sets = my_seeds(NETWORKS, name=name), {}, {}, {}, []
    arms = {f"dropout {width}": Recipe((width,), drop_rate=0.5, epochs=EPOCHS) for width in WIDTHS}
    wide = max(WIDTHS)
    arms |= {f"plain {width}": Recipe((width,), epochs=EPOCHS) for width in (wide // MEMBERS, wide)}
    for place, load in PLACES.items():
        data = load(train=1000)
        recipes = tune(arms, SPACE, data, TRIALS, my_seeds(2, "tuning", name), executor)
        averages[place] = {
            str(width): _averages(trained(recipes[f"dropout {width}"], seeds, data), data) for width in WIDTHS
        }
        ensembles[place] = _ensembles(recipes, data, seeds)
        tuned[place] = {
            "learning_rate": {arm: recipe.learning_rate for arm, recipe in recipes.items()},
            "budget": recipes.budget,
            "edges": recipes.edges,
        }
        sets.append(data)
    return Found({"claims": {}, "averages": averages, "ensembles": ensembles}, tuned, seeds, sets)


def _judged(probabilities, labels):
    """Which examples are right, and the mean loss. probabilities: (examples, classes)."""
    of_label = probabilities[np.arange(len(labels)), labels]
    return probabilities.argmax(axis=1) == labels, float(-np.log(np.maximum(of_label, TINY)).mean())


def _averages(network, data):
    """Random sub-networks, their probabilities averaged, minus the whole network: by how many there are."""
    x, labels = data.test.take()
    whole, last = evaluate(network, data.test), network.layers[-1]
    right, losses = [], []
    for place, (hidden, seed) in enumerate(zip(hidden_outputs(network, x), network.seeds, strict=True)):
        random, total, own_right, own_losses = stream(seed, "sub-networks"), 0, [], []
        W2, b2 = last.weights[place], last.bias[place]
        for count in range(1, max(AVERAGED) + 1):
            on = random.random((len(W2), 1)) < 0.5
            total = total + softmax((hidden @ (2 * on * W2).astype(W2.dtype) + b2)[np.newaxis])[0]
            if count in AVERAGED:
                one = _judged(total / count, labels)
                own_right.append(one[0])
                own_losses.append(one[1])
        right.append(own_right)
        losses.append(own_losses)
    right, losses = np.array(right, float), np.array(losses)  # (networks, counts, examples), (networks, counts)
    return {
        "whole": {"accuracy": float(whole.accuracy.mean()), "loss": float(whole.loss.mean())},
        "accuracy": {str(count): crossed_estimate(right[:, at] - whole.correct) for at, count in enumerate(AVERAGED)},
        "loss": {str(count): network_estimate(losses[:, at] - whole.loss) for at, count in enumerate(AVERAGED)},
    }


def _ensembles(recipes, data, seeds):
    """Accuracy and loss of single networks and of ensembles, all of one set of examples, and how far each is ahead.

    The differences are to one wide network with dropout.
    """
    wide = max(WIDTHS)
    kinds = {
        "one plain": (f"plain {wide}", 1),
        "five plain, small": (f"plain {wide // MEMBERS}", MEMBERS),
        "five plain": (f"plain {wide}", MEMBERS),
        "one dropout": (f"dropout {wide}", 1),
        "five dropout": (f"dropout {wide}", MEMBERS),
    }
    x, labels = data.test.take()
    found = {kind: [] for kind in kinds}
    for seed, rows in zip(seeds, data.train.rows(seeds), strict=True):
        inputs, of_them = data.train.take(rows)
        same = replace(data, train=Examples(inputs, of_them, data.train.classes))  # for all members
        members = [1000 * (1 + seed) + number for number in range(MEMBERS)]
        said = {
            arm: softmax(trained(recipes[arm], members, same).forward(x)) for arm in {arm for arm, _ in kinds.values()}
        }
        for kind, (arm, count) in kinds.items():
            found[kind].append(_judged(said[arm][:count].mean(axis=0), labels))
    right = {kind: np.array([one for one, _ in of_kind], float) for kind, of_kind in found.items()}
    return {
        kind: {
            "accuracy": float(right[kind].mean()),
            "loss": float(np.mean([loss for _, loss in found[kind]])),
            "ahead": crossed_estimate(right[kind] - right["one dropout"]) if kind != "one dropout" else None,
        }
        for kind in kinds
    }


def averages():
    """How far many sub-networks averaged are ahead: place -> width -> "accuracy" or "loss" -> count -> Estimate.

    Counts and widths are texts.
    """
    found = load_results(RESULTS)["figures"]["averages"]
    return {
        place: {
            width: {part: stored_estimates(of_width[part]) for part in ("accuracy", "loss")}
            for width, of_width in widths.items()
        }
        for place, widths in found.items()
    }


def ensembles():
    """The ensembles: place -> kind -> its accuracy, its loss, and how far it is ahead of one dropout (None: itself)."""
    return {
        place: {
            kind: (one["accuracy"], one["loss"], one["ahead"] and Estimate.of(one["ahead"]))
            for kind, one in kinds.items()
        }
        for place, kinds in load_results(RESULTS)["figures"]["ensembles"].items()
    }
