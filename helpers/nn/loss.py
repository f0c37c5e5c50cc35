"""How wrong are the outputs, and which way would they have to move?"""

import numpy as np

from .plumbing.checks import require_labels


def largest(logits):
    """logits.max(axis=-1, keepdims=True), the long way round: NumPy is slow along a last axis that is short."""
    return np.ascontiguousarray(logits.swapaxes(-1, -2)).max(axis=-2)[..., np.newaxis]


def softmax(logits):
    """Outputs, (…, classes), turned into probabilities: positive, with sum 1 over the last axis."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def softmax_cross_entropy(logits, labels):
    """The mean over the examples of -log(probability of the right class), in nats, and its gradient.

    logits: (networks, examples, classes); labels: whole numbers, (examples,) or (networks, examples).
    Returns the loss, (networks,), and dL/dlogits = (softmax - one_hot) / examples, of the logits' shape.
    """
    labels = np.asarray(labels)
    examples, classes = logits.shape[-2:]
    require_labels(labels, classes, (examples,), logits.shape[:-1])
    one_hot = labels[..., np.newaxis] == np.arange(classes)
    shifted = logits - largest(logits)
    powers = np.exp(shifted)
    sums = powers.sum(axis=-1, keepdims=True)
    loss = ((np.log(sums) - shifted) * one_hot).sum(axis=(-2, -1)) / examples
    return loss, (powers / sums - one_hot) / examples
