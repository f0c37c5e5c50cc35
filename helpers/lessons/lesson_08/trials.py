"""Claims 1, 2 and 6 in blocks: what damage costs, how much neurons depend on others, and read-outs from a few of them.

Two networks each: plain, and with dropout at rate 0.5, both at the learning rate that validation examples choose.
"""

from functools import partial

import numpy as np

from helpers.lab.replicate import Handmade, Replicated
from helpers.lab.standard import LOADERS, BlockTrial, places
from helpers.lab.tune import Between, values_to_try
from helpers.nn import Adam, Network, evaluate, mlp, stream, train

from .experiment import (
    BLANKED,
    NOISE,
    SHIFTED,
    answers,
    answers_changed,
    correlation,
    damaged,
    hidden_outputs,
    living,
    read,
    read_out,
)

WIDTH, DROP_RATE, EPOCHS = 128, 0.5, 120  # two hidden layers of WIDTH
RATES, TRIED = Between(0.0005, 0.1, log=True), 8
HIDDEN, WRITERS = "hidden", "writers"
AMOUNTS = {
    "optdigits": {HIDDEN: 0.5, BLANKED: 0.3, NOISE: 0.3, SHIFTED: 1, WRITERS: None},
    "mnist1d": {HIDDEN: 0.5, BLANKED: 0.3, NOISE: 0.5, SHIFTED: 2},
}
KINDS = {"optdigits": "8×8 digits", "mnist1d": "MNIST-1D"}
_latest = {}  # the last pair that was trained: several places try the same one
CHANGED, CORRELATED = "changed", "correlated"
ROWS, EACH = 1000, 4  # test examples, and every fourth neuron, with which the loss of one is tried
FEW, PENALTIES = 16, (0.001, 0.01, 0.1, 1)  # neurons that a read-out is given; its penalties to choose from


def learned(drop_rate, rates, seeds, data):
    """A stack of networks, two hidden layers each, trained at these learning rates."""
    layers = mlp(data.train.x.shape[1], WIDTH, WIDTH, data.train.classes, drop_rate=drop_rate)
    network = Network(layers, seeds)
    for _ in train(network, data.train, Adam(np.array(rates)), EPOCHS):
        pass
    return network


def chosen(drop_rate, data, seeds):
    """The final networks, at the learning rate that validation examples choose, and what a block keeps of that."""
    rates, tuning = values_to_try("learning_rate", RATES, TRIED, seeds["grid"]), seeds["tuning"]
    tried = learned(drop_rate, np.repeat(rates, len(tuning)), tuning * TRIED, data)
    validation = np.nan_to_num(evaluate(tried, data.validation).accuracy).reshape(TRIED, -1).mean(axis=1)
    rate, name = rates[int(np.argmax(validation))], f"2 × {WIDTH}, drop rate {drop_rate}"
    network = learned(drop_rate, [rate] * len(seeds["final"]), seeds["final"], data)
    return network, {
        "arm": name,
        "recipe": f"{name}, Adam({rate}), {EPOCHS} epochs",
        "edges": [f"learning_rate={rate}"] if rate in (min(rates), max(rates)) else [],
        "validation": {name: float(validation.max())},
    }


def pair(data, seeds):
    """Side -> its final networks, and what a block keeps of how they were chosen."""
    asked = data.fingerprint, repr(seeds)
    if asked not in _latest:
        _latest.clear()
        _latest[asked] = {side: chosen(rate, data, seeds) for side, rate in (("plain", 0.0), ("dropout", DROP_RATE))}
    return _latest[asked]


def judged(network, logits, labels):
    """What a block keeps of what networks answer to the test rows."""
    right = (logits.argmax(axis=2) == labels).sum(axis=0)
    return {"right": right, "loss": network.loss_function(logits, labels)[0]}


def find_damage(place, data, seeds):
    """Claim 1: the test rows damaged, and as training_accuracy the accuracy on the same rows undamaged.

    For other writers, who wrote the test rows, the undamaged ones are the validation examples.
    """
    kind, damage = place.split("-")
    amount, found = AMOUNTS[kind][damage], {}
    x, labels = data.test.take()
    for side, (network, about) in pair(data, seeds).items():
        random = stream(seeds["final"][0], f"damage: {damage}")  # the same for both sides
        if damage == HIDDEN:
            logits = answers(network, x, amount, random)
        else:
            logits = network.forward(x if damage == WRITERS else damaged(x, damage, amount, random))
        whole = evaluate(network, data.validation if damage == WRITERS else data.test).accuracy
        found[side] = {**about, **judged(network, logits, labels), "training_accuracy": whole}
    return found


def find_dependence(place, data, seeds):
    """Claim 2: as training_accuracy, how many answers change when one neuron is lost, or the neurons' correlation."""
    x, labels = data.test.take()
    found = {}
    for side, (network, about) in pair(data, seeds).items():
        if place.endswith(CHANGED):
            index = answers_changed(network, x[:ROWS], EACH)
        else:
            index = np.mean([correlation(hidden) for hidden in hidden_outputs(network, x[:ROWS])], axis=0)
        found[side] = {**about, **judged(network, network.forward(x), labels), "training_accuracy": index}
    return found


def find_read_out(place, data, seeds):
    """Claim 6: a linear read-out from FEW random living neurons of the last hidden layer, one subset a network."""
    found = {}
    x, labels = data.test.take()
    seen, of_seen = data.validation.take()
    for side, (network, about) in pair(data, seeds).items():
        own, of_own = data.train.take(data.train.rows(network.seeds))
        layers = [hidden_outputs(network, examples)[-1] for examples in (own, seen, x)]
        logits, training, validation = [], [], []
        for number, seed in enumerate(network.seeds):
            few = stream(seed, "neurons to read").permutation(living(layers[0][number]))[:FEW]
            of_train, of_validation, of_test = (layer[number][:, few] for layer in layers)
            tried = [read_out(of_train, of_own[number], penalty, data.train.classes) for penalty in PENALTIES]
            scores = [(read(of_validation, weights) == of_seen).mean() for weights in tried]
            best = tried[int(np.argmax(scores))]
            logits.append(np.column_stack([of_test, np.ones(len(x))]) @ best)
            training.append((read(of_train, best) == of_own[number]).mean())
            validation.append(max(scores))
        told = {"training_accuracy": np.array(training), "validation": {about["arm"]: float(np.mean(validation))}}
        found[side] = {**about, **judged(network, np.array(logits), labels), **told}
    return dict(reversed(found.items()))


def design(find, data_sets, sides, note, hours):
    """A trial with five blocks at each of these places."""
    networks = {"plain": f"2 × {WIDTH}", "dropout": f"2 × {WIDTH} at drop rate {DROP_RATE}"}
    described = {
        "sides": {
            side: {side: f"{networks[side]}, {EPOCHS} epochs, learning rate chosen on validation examples; {note}"}
            for side in sides
        },
        "space": {"learning_rate": str(RATES)},
        "trials": dict.fromkeys(sides, TRIED),
    }
    return Handmade(data_sets, find, described, hours)


def data_sets(parts):
    """place -> how its data are loaded, from kind of data -> what is tried on it."""
    return {f"{kind}-{part}": partial(LOADERS[kind], train=1000) for kind, of_kind in parts.items() for part in of_kind}


DAMAGES = {
    HIDDEN: "half of the hidden neurons",
    BLANKED: "inputs blanked",
    NOISE: "noise",
    SHIFTED: "shifted",
    WRITERS: "other writers",
}
INDICES = {CHANGED: "answers changed", CORRELATED: "correlation"}
TRIALS = {
    "1": BlockTrial(
        (
            design(
                find_damage,
                data_sets(AMOUNTS),
                ("plain", "dropout"),
                f"damage: {AMOUNTS}; training accuracy: on the same rows undamaged",
                0.003,
            ),
        ),
        Replicated.gap,
        {f"{kind}-{part}": f"{KINDS[kind]}: {DAMAGES[part]}" for kind in AMOUNTS for part in AMOUNTS[kind]},
    ),
    "2": BlockTrial(
        (
            design(
                find_dependence,
                data_sets(dict.fromkeys(AMOUNTS, INDICES)),
                ("plain", "dropout"),
                "training accuracy: the index that the place names",
                0.005,
            ),
        ),
        Replicated.fitted,
        {f"{kind}-{part}": f"{KINDS[kind]}: {INDICES[part]}" for kind in AMOUNTS for part in INDICES},
    ),
    "6": BlockTrial(
        (
            design(
                find_read_out,
                places(1000, "optdigits", "mnist1d"),
                ("dropout", "plain"),
                f"a linear read-out from {FEW} random living neurons of the last hidden layer",
                0.008,
            ),
        )
    ),
}
