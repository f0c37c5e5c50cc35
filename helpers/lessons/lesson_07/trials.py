"""Claims S, N and 24 in blocks: the best sub-network, noise alone, and two halves that share no neuron."""

import numpy as np

from helpers.lab.replicate import Handmade, Replicated
from helpers.lab.standard import BlockTrial, places
from helpers.lab.tune import Between
from helpers.nn import Adam, Network, evaluate, mlp, stream, train

from .experiment import Boosted, all_masks, hidden_outputs, sub_network

RATES, TRIED, EPOCHS = Between(0.0005, 0.2, log=True), 10, 120
FEW, MANY = 10, 128  # hidden neurons
HALVES = 20  # random halves, each compared with the other half
SLICE = 500  # examples at a time


def learned(kind, neurons, drop_rate, rates, seeds, data):
    """A stack of networks of that kind, one hidden layer each, trained at these learning rates."""
    layers = mlp(data.train.x.shape[1], neurons, data.train.classes, drop_rate=drop_rate)
    network = kind(layers, seeds)
    for _ in train(network, data.train, Adam(np.array(rates)), EPOCHS):
        pass
    return network


def chosen(kind, neurons, drop_rate, data, seeds):
    """The final networks, at the learning rate that validation examples choose, and what a block keeps of that."""
    random, tuning = stream(seeds["grid"], "trials of learning_rate"), seeds["tuning"]
    rates = [RATES.at(part) for part in (np.arange(TRIED) + random.random(TRIED)) / TRIED]
    tried = learned(kind, neurons, drop_rate, np.repeat(rates, len(tuning)), tuning * TRIED, data)
    validation = np.nan_to_num(evaluate(tried, data.validation).accuracy).reshape(TRIED, -1).mean(axis=1)
    rate = rates[int(np.argmax(validation))]
    network = learned(kind, neurons, drop_rate, [rate] * len(seeds["final"]), seeds["final"], data)
    name = f"1 × {neurons}, drop rate {drop_rate}"
    return network, {
        "arm": name,
        "recipe": f"{kind.__name__}, {name}, Adam({rate}), {EPOCHS} epochs",
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
    """Claim S: of each network's sub-networks, the one that is best on validation examples, and the whole."""
    network, about = chosen(Network, FEW, 0.5, data, seeds)
    x, labels = data.validation.take()
    masks = all_masks(FEW)
    right = [(logits_of(network, x, on).argmax(axis=2) == labels).mean(axis=1) for on in masks]
    best = masks[np.argmax(right, axis=0)][:, np.newaxis]
    x, labels = data.test.take()
    logits = logits_of(network, x, best)
    own, of_own = data.train.take(data.train.rows(network.seeds))
    training = (sub_network(hidden_outputs(network, own), best, *_last(network)).argmax(axis=2) == of_own).mean(axis=1)
    alone = {
        "right": (logits.argmax(axis=2) == labels).sum(axis=0),
        "loss": network.loss_function(logits, labels)[0],
        "training_accuracy": training,
    }
    return {"best": {**about, **alone}, "whole": {**about, **tested(network, data)}}


def _last(network):
    return network.layers[-1].weights, network.layers[-1].bias


def find_noise(place, data, seeds):
    """Claim N: masks as in dropout, but the error of the whole network; and a plain network."""
    boosted, of_boosted = chosen(Boosted, MANY, 0.5, data, seeds)
    plain, of_plain = chosen(Network, MANY, 0.0, data, seeds)
    return {"noise alone": {**of_boosted, **tested(boosted, data)}, "plain": {**of_plain, **tested(plain, data)}}


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
TRIALS = {
    "S": BlockTrial(
        (
            design(
                find_best,
                (("best", f"{TEN}, its best sub-network on validation examples"), ("whole", f"{TEN}, all neurons")),
                "",
                0.006,
            ),
        )
    ),
    "N": BlockTrial(
        (
            design(
                find_noise,
                (("noise alone", f"{WIDE} at drop rate 0.5, dropout boosting"), ("plain", WIDE)),
                "",
                0.008,
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
