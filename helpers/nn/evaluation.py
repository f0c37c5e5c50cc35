"""How well does each network do, used as it is meant to be used: without noise?"""

from dataclasses import dataclass

import numpy as np

from .plumbing.checks import check_data

SLICE = 250  # examples at a time, so that a large test set needs little memory


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The result of `evaluate`. loss and accuracy: (networks,); predicted and correct: (networks, examples).

    A network that has diverged has NaN for its loss and accuracy, and no example correct.
    """

    loss: np.ndarray
    accuracy: np.ndarray
    predicted: np.ndarray
    correct: np.ndarray


@np.errstate(over="ignore", invalid="ignore")  # a network that has diverged must not disturb the others
def evaluate(network, examples, noise=None):
    """The Evaluation of each network on `examples`; where `examples.draw` is set, on those that its own seed draws.

    noise: none, for the network as it is used; with one, neurons are dropped as in training.
    """
    check_data(network, examples, noise, "evaluate(network, data.test)")
    rows = examples.rows(network.seeds)
    loss, predicted, correct = np.zeros(len(rows)), [], []
    for start in range(0, rows.shape[1], SLICE):
        part = rows[:, start : start + SLICE] if examples.draw else rows[0, start : start + SLICE]
        x, labels = examples.take(part, network.dtype)
        logits = network.forward(x, noise)
        loss += network.loss_function(logits, labels)[0] * labels.shape[-1]
        predicted.append(logits.argmax(axis=2))
        correct.append(predicted[-1] == labels)
    finite = np.isfinite(loss)
    correct = np.concatenate(correct, axis=1) & finite[:, np.newaxis]
    accuracy = np.where(finite, correct.mean(axis=1), np.nan)
    return Evaluation(loss / rows.shape[1], accuracy, np.concatenate(predicted, axis=1), correct)
