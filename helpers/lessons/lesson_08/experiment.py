"""Damage at test time: hidden neurons knocked out, inputs blanked, noise, shifts; and how neurons depend on others.

Examples are (examples, features), what hidden layers put out (networks, examples, neurons). At full size: what practice
for each damage gives, and the features of two autoencoders.
"""

import numpy as np

from helpers.lab.data import load_mnist, load_optdigits
from helpers.lab.differences import crossed_estimate
from helpers.lab.full_size import Found, stored_estimates, trained
from helpers.lab.names import UNNAMED
from helpers.lab.recipe import Recipe
from helpers.lab.results import load_results
from helpers.lab.seeds import my_seeds
from helpers.lab.tune import Between, tune
from helpers.nn import Adam, Dense, Dropout, Fresh, Network, Relu, mlp, stream, train
from helpers.nn.layer import Layer

RESULTS = "lesson-08"
HIDDEN, BLANKED, NOISE, SHIFTED = "hidden", "blanked", "noise", "shifted"
ARMS = {
    "plain": Recipe((64, 64)),
    "smaller": Recipe((32, 32)),
    "L2": Recipe((64, 64), l2=0.001),
    "dropout": Recipe((64, 64), drop_rate=0.5),
    "inputs blanked": Recipe((64, 64), input_drop_rate=0.3),
}
SPACE, TRIALS = {"learning_rate": Between(0.0005, 0.1, log=True), "l2": Between(0.0001, 0.1, log=True)}, 8
NETWORKS, EPOCHS, MORE = 5, 60, 10  # MORE epochs for who practises after ordinary training
AMOUNTS = {HIDDEN: (0, 0.25, 0.5, 0.75), BLANKED: (0, 0.15, 0.3, 0.5), NOISE: (0, 0.15, 0.3, 0.5)}
PRACTICE = {HIDDEN: 0.5, BLANKED: 0.3, NOISE: 0.3}  # how much of each damage is practised, and tried in the end
DRAWN, PIXELS, FEATURES, PASSES = 10_000, 28, 256, 20  # digits, their side, hidden neurons and epochs of an autoencoder
SHOWN, RATES = 24, (0.001, 0.003, 0.01, 0.03)  # features kept; learning rates to choose from


def tied(hidden, share, coins):
    """What hidden neurons put out when each is knocked out with probability `share`; coins: from 0 to 1, its shape."""
    return hidden * (coins >= share)


def answers(network, x, share=0.0, random=None):
    """The outputs with a share of the neurons in each hidden layer knocked out, anew for each example and network."""
    x = network.stacked(x)
    for layer in network.layers:
        x = layer.forward(x)
        if isinstance(layer, Relu) and share:
            x = tied(x, share, random.random(x.shape, np.float32))
    return x


def hidden_outputs(network, x):
    """What each hidden layer puts out with nothing knocked out: a list of (networks, examples, neurons)."""
    x, found = network.stacked(x), []
    for layer in network.layers:
        x = layer.forward(x)
        if isinstance(layer, Relu):
            found.append(x)
    return found


def damaged(x, kind, amount, random):
    """The examples damaged.

    kind: "blanked", each input is 0 with probability `amount`; "noise", normal noise of that standard deviation is
    added; "shifted", each example is moved by so many places, in a direction of its own: signals left or right,
    pictures up or down as well. What leaves at one end enters at the other.
    """
    if kind == BLANKED:
        return x * (random.random(x.shape, np.float32) >= amount)
    if kind == NOISE:
        return x + np.float32(amount) * random.normal(size=x.shape).astype(x.dtype)
    side = round(x.shape[1] ** 0.5)
    flat = side**2 != x.shape[1]
    pictures = x[:, np.newaxis] if flat else x.reshape(-1, side, side)
    moved = np.array(
        [
            np.roll(pictures, way * amount, axis).reshape(x.shape)
            for axis in ((2,) if flat else (1, 2))
            for way in (-1, 1)
        ]
    )
    return moved[random.integers(len(moved), size=len(x)), np.arange(len(x))]


def answers_changed(network, x, each=1):
    """The share of answers that change when one hidden neuron is lost, (networks,); a mean over every `each`-th one."""
    before, changed = network.forward(x).argmax(axis=2), []
    places = [place for place, layer in enumerate(network.layers) if isinstance(layer, Relu)]
    for place, hidden in zip(places, hidden_outputs(network, x), strict=True):
        for neuron in range(0, hidden.shape[2], each):
            after = hidden.copy()
            after[..., neuron] = 0
            for layer in network.layers[place + 1 :]:
                after = layer.forward(after)
            changed.append((after.argmax(axis=2) != before).mean(axis=1))
    return np.mean(changed, axis=0)


def pair_loss(network, x, pairs, seed):
    """Answers that change when two random neurons of the last hidden layer are lost, as a ratio, (networks,).

    The ratio is to those that change when each of the two is lost alone, both added; over `pairs` pairs.
    """
    hidden, last = hidden_outputs(network, x)[-1], network.layers[-1]
    logits, random = last.forward(hidden), stream(seed, "pairs of neurons")
    before, alone, together = logits.argmax(axis=2), 0, 0

    def changed(lost):
        after = logits - hidden[..., lost] @ last.weights[:, lost]
        return (after.argmax(axis=2) != before).mean(axis=1)

    for _ in range(pairs):
        two = random.choice(hidden.shape[2], 2, replace=False)
        alone = alone + sum(changed(two[[place]]) for place in (0, 1))
        together = together + changed(two)
    return together / alone


def living(hidden):
    """Which neurons of a layer vary at all from example to example, as their numbers. hidden: (examples, neurons)."""
    return np.flatnonzero(hidden.std(axis=0) > 1e-6)


def correlation(hidden):
    """The mean size of the correlations between a layer's neurons, (networks,); one that never varies is left out."""
    found = []
    for of_one in hidden:
        between = np.corrcoef(of_one[:, living(of_one)].T.astype(float))
        found.append(np.abs(between[np.triu_indices(len(between), 1)]).mean())
    return np.array(found)


def read_out(features, labels, penalty, classes):
    """Weights of a linear read-out by ridge regression on the classes as 0 and 1, (features + 1, classes)."""
    inputs = np.column_stack([features, np.ones(len(features))]).astype(float)
    gram = inputs.T @ inputs
    gram[np.diag_indices(len(gram))] += penalty * np.trace(gram) / len(gram)
    return np.linalg.solve(gram, inputs.T @ np.eye(classes)[labels])


def read(features, weights):
    """The classes that a linear read-out gives, (examples,)."""
    return (np.column_stack([features, np.ones(len(features))]) @ weights).argmax(axis=1)


class Noisy(Layer):
    """Adds normal noise to each input while training; amount: its standard deviation."""

    needs_noise = True

    def __init__(self, amount, seed):
        self.amount, self.random = np.float32(amount), stream(seed, "noise on the inputs")

    def forward(self, x, noise=None):
        return x if noise is None else x + self.amount * self.random.standard_normal(x.shape, x.dtype)


def run(executor=None, name=UNNAMED):
    """The settings that validation digits choose, what practice gives, and the features of two autoencoders."""
    data, seeds = load_optdigits(train=1000), my_seeds(NETWORKS, name=name)
    digits = load_mnist(train=DRAWN)
    tuned = tune(ARMS, SPACE, data, TRIALS, my_seeds(2, "tuning", name), executor)
    practice, gains = _practice(tuned, data, seeds)
    figures = {"claims": {}, "practice": practice, "gains": gains, "features": _features(digits, seeds[:1])}
    recipes = {arm: str(recipe) for arm, recipe in tuned.items()}
    return Found(figures, {"recipes": recipes, "budget": tuned.budget, "edges": tuned.edges}, seeds, [data, digits])


def _practice(tuned, data, seeds):
    """Accuracy by damage, who practised what, and amount; and how much more practice reads than plain networks.

    "from the start": the damage is practised in all epochs.  "afterwards": in MORE epochs after ordinary training.
    """
    plain, dropout = (trained(tuned[arm], seeds, data) for arm in ("plain", "dropout"))
    sizes = (data.train.x.shape[1], *ARMS["plain"].hidden, data.train.classes)
    practised = {  # the layers that practise, and a learning rate
        HIDDEN: (lambda: mlp(*sizes, drop_rate=PRACTICE[HIDDEN]), tuned["dropout"].learning_rate),
        BLANKED: (lambda: [Dropout(PRACTICE[BLANKED]), *mlp(*sizes)], tuned["inputs blanked"].learning_rate),
        NOISE: (lambda: [Noisy(PRACTICE[NOISE], seeds[0]), *mlp(*sizes)], tuned["plain"].learning_rate),
    }
    found, gains = {}, {}
    for damage, (layers, rate) in practised.items():
        afterwards, start = Network(layers(), seeds), Network(layers(), seeds)
        afterwards.parameters[:] = plain.parameters
        for network, epochs in ((start, EPOCHS), (afterwards, MORE)):
            for _ in train(network, data.train, Adam(rate), epochs):
                pass
        networks = {"plain": plain, "dropout": dropout, "afterwards": afterwards, "from the start": start}
        right = {
            kind: {amount: _right(network, data, damage, amount, seeds[0]) for amount in AMOUNTS[damage]}
            for kind, network in networks.items()
        }
        found[damage] = {
            kind: {str(amount): float(of.mean()) for amount, of in amounts.items()} for kind, amounts in right.items()
        }
        tried = PRACTICE[damage]
        gains[damage] = {kind: crossed_estimate(right[kind][tried] - right["plain"][tried]) for kind in [*networks][1:]}
    return found, gains


def _right(network, data, damage, amount, seed):
    """Which damaged test examples each network gets right, (networks, examples) of 0.0 and 1.0."""
    (x, labels), random = data.test.take(), stream(seed, f"damage: {damage}")
    if damage == HIDDEN:
        logits = answers(network, x, amount, random)
    else:
        logits = network.forward(damaged(x, damage, amount, random))
    return (logits.argmax(axis=2) == labels).astype(float)


def _features(digits, seeds):
    """Two autoencoders, plain and with dropout at rate 0.5: their indices, and what some neurons look for.

    As in Srivastava et al. 2014, section 7.1. Of each, the learning rate with the least error on validation digits, and
    the first SHOWN neurons that any of the 1,000 test digits makes active.
    A feature is PIXELS x PIXELS shades in rows, each a hexadecimal digit; 8 is no weight at all.
    """
    found = {}
    (seen, _), (x, _) = digits.validation.take(np.arange(1000)), digits.test.take(np.arange(1000))
    for kind, drop_rate in (("plain", 0.0), ("dropout", 0.5)):
        network = _autoencoder(drop_rate, digits, seeds)
        best = int(np.argmin(_errors(network, seen)))
        hidden = hidden_outputs(network, x)[0][best]
        alive = (hidden > 0).any(axis=0)
        found[kind] = {
            "learning_rate": RATES[best],
            "error": float(_errors(network, x)[best]),
            "living": int(alive.sum()),
            "active": float((hidden[:, alive] > 0).mean()),
            "correlation": float(correlation(hidden[np.newaxis])[0]),
            "features": [_shades(one) for one in network.first_dense.weights[best].T[alive][:SHOWN]],
        }
    return found


def _autoencoder(drop_rate, digits, seeds):
    """Autoencoders of digits, one for each of RATES, trained to give back what they are shown."""
    pixels, seeds = digits.train.x.shape[1], seeds * len(RATES)
    network = Network([Dense(pixels, FEATURES), Relu(), Dropout(drop_rate), Dense(FEATURES, pixels)], seeds)
    network.parameters *= 0.1  # or a feature still looks like the noise that it began with
    optimizer, noise, shuffle = Adam(np.array(RATES)), Fresh(seeds), stream(seeds[0], "batches")
    memory = optimizer.start(network.parameters)
    own = digits.train.rows(seeds[:1])[0]
    for _ in range(PASSES):
        for rows in np.array_split(shuffle.permutation(own), len(own) // 100):
            x, _ = digits.train.take(rows)
            network.backward((_sigmoid(network.forward(x, noise)) - x) / len(x))  # the error of the cross-entropy
            optimizer.step(network.parameters, network.gradients, memory)
    return network


def _errors(network, x):
    """The mean squared distance of what each autoencoder gives back from what it is shown, (networks,)."""
    return ((_sigmoid(network.forward(x)) - x) ** 2).sum(axis=2).mean(axis=1)


def _sigmoid(outputs):
    return (1 + np.tanh(outputs / 2)) / 2


def _shades(weights):
    """A feature as text: the largest weight, either way, becomes 1 or f."""
    shades = np.round(8 + 7 * weights / np.abs(weights).max()).astype(int)
    return "".join(f"{shade:x}" for shade in shades)


def stored_features():
    """Kind -> the autoencoder's numbers, its features as pictures (count, PIXELS, PIXELS) from -1 to 1 among them."""
    found = load_results(RESULTS)["figures"]["features"]
    return {
        kind: {**one, "features": np.array([_weights(text) for text in one["features"]])} for kind, one in found.items()
    }


def _weights(text):
    return (np.array([int(shade, 16) for shade in text]).reshape(PIXELS, PIXELS) - 8) / 7


def stored_practice():
    """What practice gives: damage -> kind -> amount -> accuracy; and damage -> kind -> how far ahead of plain."""
    found = load_results(RESULTS)["figures"]
    practice = {
        damage: {
            kind: {float(amount): accuracy for amount, accuracy in amounts.items()} for kind, amounts in kinds.items()
        }
        for damage, kinds in found["practice"].items()
    }
    return practice, {damage: stored_estimates(gains) for damage, gains in found["gains"].items()}
