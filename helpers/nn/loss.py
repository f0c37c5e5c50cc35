"""How wrong are the outputs, and which way would they have to move?"""

import numpy as np

from .plumbing.checks import require_labels
from .plumbing.fast import largest


def softmax(logits):
    """Outputs, (…, classes), turned into probabilities: positive, with sum 1 over the last axis."""
    return softmax_and_surprise(logits)[0]


def softmax_and_surprise(logits):
    """The probability of each class, exp(logit) / the sum of all exp(logit), and its surprise, -log(probability).

    logits: the network's raw outputs, one for each class. Subtracting the largest from all of them leaves
    probability and surprise as they are, and keeps exp from overflowing.
    """
    shifted = logits - largest(logits)
    powers = np.exp(shifted)
    sums = powers.sum(axis=-1, keepdims=True)
    return powers / sums, np.log(sums) - shifted


def softmax_cross_entropy(logits, labels):
    """The mean over the examples of -log(probability of the right class), in nats, and its gradient.

    logits: (networks, examples, classes); labels: whole numbers, (examples,) or (networks, examples).
    Returns the loss, (networks,), and dL/dlogits = (softmax - one_hot) / examples, of the logits' shape.
    """
    probabilities, surprise = softmax_and_surprise(logits)
    labels = np.asarray(labels)
    examples, classes = logits.shape[-2:]
    require_labels(labels, classes, (examples,), logits.shape[:-1])
    one_hot = labels[..., np.newaxis] == np.arange(classes)
    loss = (surprise * one_hot).sum(axis=(-2, -1)) / examples
    return loss, (probabilities - one_hot) / examples
