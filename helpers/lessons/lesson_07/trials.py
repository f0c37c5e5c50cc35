"""Claims S, N and 24 in blocks: the best smaller network inside, noise alone, and two halves that share no neuron."""

import numpy as np

from helpers.lab.replicate import Handmade, Replicated
from helpers.lab.standard import BlockTrial, places
from helpers.lab.tune import Between
from helpers.nn import Adam, Fresh, Network, evaluate, mlp, stream, train

from .experiment import Boosted, Gaussian, all_masks, hidden_outputs, is_smaller, sub_network

RATES, TRIED, EPOCHS = Between(0.0005, 0.2, log=True), 10, 120
FEW, MANY = 10, 128  # hidden neurons
HALVES = 20  # random halves, each compared with the other half
SLICE = 500  # examples at a time
COUNTS = {  # by how much a kept neuron counts, given how many are kept
    "doubled": lambda kept: np.full(len(kept), 2.0),
    "not doubled": lambda kept: np.ones(len(kept)),
    "by its size": lambda kept: FEW / np.maximum(kept, 1),
}
NOISES = {
    "Gaussian noise": (Network, MANY, 0.5, Gaussian),
    "plain": (Network, MANY, 0.0),
    "dropout": (Network, MANY, 0.5),
    "boosting": (Boosted, MANY, 0.5),
}


def learned(kind, neurons, drop_rate, noise, rates, seeds, data):
    """A stack of networks of that kind, one hidden layer each, trained at these learning rates."""
    layers = mlp(data.train.x.shape[1], neurons, data.train.classes, drop_rate=drop_rate)
    network = kind(layers, seeds)
    for _ in train(network, data.train, Adam(np.array(rates)), EPOCHS, noise=noise(seeds)):
        pass
    return network


def chosen(kind, neurons, drop_rate, data, seeds, noise=Fresh):
    """The final networks, at the learning rate that validation examples choose, and what a block keeps of that."""
    random, tuning = stream(seeds["grid"], "trials of learning_rate"), seeds["tuning"]
    rates = [RATES.at(part) for part in (np.arange(TRIED) + random.random(TRIED)) / TRIED]
    tried = learned(kind, neurons, drop_rate, noise, np.repeat(rates, len(tuning)), tuning * TRIED, data)
    validation = np.nan_to_num(evaluate(tried, data.validation).accuracy).reshape(TRIED, -1).mean(axis=1)
    rate = rates[int(np.argmax(validation))]
    network = learned(kind, neurons, drop_rate, noise, [rate] * len(seeds["final"]), seeds["final"], data)
    name = f"1 × {neurons}, drop rate {drop_rate}"
    return network, {
        "arm": name,
        "recipe": f"{kind.__name__}, {noise.__name__}, {name}, Adam({rate}), {EPOCHS} epochs",
        "edges": [f"learning_rate={rate}"] if rate in (rates[0], rates[-1]) else [],
        "validation": {name: float(validation.max())},
    }


def tested(network, data):
    """What a block keeps of networks that are tested whole."""
    found = evaluate(network, data.test)
    training = np.nan_to_num(evaluate(network, data.train).accuracy)
    return {"right": found.correct.sum(axis=0), "loss": found.loss, "training_accuracy": training}


def logits_of(network, x, on):
    """Each network's own sub-network on these examples. on: (networks, 1, neurons)."""
    parts = [hidden_outputs(network, x[start : start + SLICE]) for start in range(0, len(x), SLICE)]
    return np.concatenate([sub_network(hidden, on, *_last(network)) for hidden in parts], axis=1)


def find_best(place, data, seeds):
    """Claim S: of each network's smaller networks, the one that is best on validation examples, and the whole.

    Smaller is who lacks a neuron that puts out anything for some training example. How much a kept neuron counts is
    chosen as well; next to it, the best one for each way to count.
    """
    network, about = chosen(Network, FEW, 0.5, data, seeds)
    masks, (W2, b2) = all_masks(FEW), _last(network)
    own, of_own = data.train.take(data.train.rows(network.seeds))
    (seen, shown), (x, labels) = data.validation.take(), data.test.take()
    inside, hidden, in_own = (hidden_outputs(network, those) for those in (seen, x, own))
    smaller = is_smaller(masks, in_own)
    found, best, validated = {}, {}, {}
    whole = tested(network, data)
    whole_right = _accuracy(hidden @ W2 + b2, labels)
    for way, counts in COUNTS.items():
        scales = counts(masks.sum(axis=1)).astype(network.dtype)
        right, beaten = [], []
        for on, scale in zip(masks, scales, strict=True):
            right.append(_accuracy(inside @ (scale * on[:, np.newaxis] * W2) + b2, shown))
            beaten.append(_accuracy(hidden @ (scale * on[:, np.newaxis] * W2) + b2, labels) > whole_right)
        at = np.argmax(np.where(smaller, right, -1), axis=0)  # for each network, its best mask
        validated[way] = np.array(right)[at, np.arange(len(at))]
        best[way] = masks[at][:, np.newaxis] * scales[at][:, np.newaxis, np.newaxis]
        beat = (beaten & smaller).sum(axis=0) / len(masks)
        found[way] = {**about, **_alone(network, hidden * best[way], labels), "training_accuracy": beat}
    ways = np.argmax([*validated.values()], axis=0)
    factors = np.stack([[*best.values()][way][place] for place, way in enumerate(ways)])
    training = _accuracy(in_own * factors @ W2 + b2, of_own)
    chosen_one = {**about, **_alone(network, hidden * factors, labels), "training_accuracy": training}
    return {"smaller": chosen_one, "whole": {**about, **whole}, **found}


def _accuracy(logits, labels):
    return (logits.argmax(axis=2) == labels).mean(axis=1)


def _alone(network, hidden, labels):
    W2, b2 = _last(network)
    logits = hidden @ W2 + b2
    return {"right": (logits.argmax(axis=2) == labels).sum(axis=0), "loss": network.loss_function(logits, labels)[0]}


def _last(network):
    return network.layers[-1].weights, network.layers[-1].bias


def find_noise(place, data, seeds):
    """Claim N: noise that drops nobody, and a plain network; next to them dropout, and dropout boosting."""
    found = {}
    for side, way in NOISES.items():
        network, about = chosen(*way[:3], data, seeds, *way[3:])
        found[side] = {**about, **tested(network, data)}
    return found


def agreement(network, x, seed):
    """How often a random half of the neurons and the other half give the same answer, (networks,), over HALVES."""
    random, agree = stream(seed, "halves"), []
    for _ in range(HALVES):
        on = np.argsort(random.random((len(network.seeds), 1, MANY)), axis=2) < MANY // 2
        one, other = (logits_of(network, x, half).argmax(axis=2) for half in (on, ~on))
        agree.append((one == other).mean(axis=1))
    return np.mean(agree, axis=0)


def find_agreement(place, data, seeds):
    """Claim 24: whether two halves without a common neuron answer alike, with dropout and without."""
    found, (x, _) = {}, data.test.take()
    for side, rate in (("dropout", 0.5), ("plain", 0.0)):
        network, about = chosen(Network, MANY, rate, data, seeds)
        alike = agreement(network, x[:2000], seeds["final"][0])
        found[side] = {**about, **tested(network, data), "training_accuracy": alike}
    return found


def design(find, sides, note, hours):
    """A trial on signals and on digits, five blocks each."""
    described = {
        "sides": {side: {side: f"{told}, {EPOCHS} epochs, rate chosen by validation{note}"} for side, told in sides},
        "space": {"learning_rate": str(RATES)},
        "trials": {side: TRIED for side, _ in sides},
    }
    return Handmade(places(1000, "mnist1d", "optdigits"), find, described, hours)


TEN, WIDE = f"1 × {FEW} at drop rate 0.5", f"1 × {MANY}"
BEST = f"{TEN}, best on validation examples of the sub-networks that lack a living neuron"
BEAT = "; training accuracy: the share of the 1,024 that are smaller and beat the whole on the test"
TRIALS = {
    "S": BlockTrial(
        (
            design(
                find_best,
                (
                    ("smaller", f"{BEST}, kept ones doubled, not doubled or times 10/kept"),
                    ("whole", f"{TEN}, all neurons"),
                    ("doubled", f"{BEST}, kept ones doubled{BEAT}"),
                    ("not doubled", f"{BEST}, kept ones as they are{BEAT}"),
                    ("by its size", f"{BEST}, kept ones times 10/kept{BEAT}"),
                ),
                "",
                0.02,
            ),
        )
    ),
    "N": BlockTrial(
        (
            design(
                find_noise,
                (
                    ("Gaussian noise", f"{WIDE}, outputs of neurons times numbers from N(1, 1)"),
                    ("plain", WIDE),
                    ("dropout", f"{WIDE} at drop rate 0.5"),
                    ("boosting", f"{WIDE} at drop rate 0.5, dropout boosting"),
                ),
                "",
                0.016,
            ),
        )
    ),
    "24": BlockTrial(
        (
            design(
                find_agreement,
                (("dropout", f"{WIDE} at drop rate 0.5"), ("plain", WIDE)),
                "; training accuracy: how often two halves without a common neuron agree",
                0.009,
            ),
        ),
        Replicated.fitted,
    ),
}
