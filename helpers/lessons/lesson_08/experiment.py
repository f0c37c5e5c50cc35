"""Damage at test time: hidden neurons knocked out, inputs blanked, noise, shifts; and how neurons depend on others.

Examples are (examples, features), what hidden layers put out (networks, examples, neurons).
"""

import numpy as np

from helpers.nn import Relu

BLANKED, NOISE, SHIFTED = "blanked", "noise", "shifted"


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


def correlation(hidden):
    """The mean size of the correlations between a layer's neurons, (networks,); one that never varies is left out."""
    found = []
    for of_one in hidden:
        living = of_one[:, of_one.std(axis=0) > 1e-6]
        between = np.corrcoef(living.T.astype(float))
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
