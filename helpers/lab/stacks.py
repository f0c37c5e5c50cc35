"""Train one stack of networks as their recipes say, and judge each: all that a Run depends on besides helpers.nn."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from helpers.nn import Best, evaluate

from .recipe import build


class Curves(NamedTuple):
    """How one network does after each epoch, with dropout off; each (epochs,), NaN where nobody looked."""

    training_loss: np.ndarray
    training_accuracy: np.ndarray
    validation_loss: np.ndarray
    validation_accuracy: np.ndarray


@dataclass(frozen=True, eq=False)
class Run:
    """What training one network gave.

    train_loss, train_accuracy: (epochs,), with dropout on, as the network trained.  watched: None, or the
    Curves with dropout off.
    loss and correct (examples,): on the split it was judged on, at the end.
    diverged: its loss became NaN or infinite; from then on it has NaN everywhere, and no example right.
    """

    train_loss: np.ndarray
    train_accuracy: np.ndarray
    watched: Curves | None
    loss: float
    correct: np.ndarray
    diverged: bool

    @property
    def accuracy(self):
        """The fraction right on the split it was judged on."""
        return self.correct.mean()


@np.errstate(all="ignore")  # however it is set here, a network that diverges must not disturb the others
def train_stack(task, data, split, watch, advance):
    """Train one network for each (key, recipe, seed). A dict of arrays for each, as it is kept on disk."""
    advance(0.0)
    _, recipes, seeds = zip(*task, strict=True)
    epochs = recipes[0].epochs
    network, training, masks = build(recipes, seeds, data)
    used = training.noise if recipes[0].masks == "forever" else None  # then the sub-network is all there is
    best = Best(network) if recipes[0].early_stopping else None
    looks = range(1, epochs + 1) if watch is True else watch or ()
    loss, accuracy = np.full((2, len(task), epochs), np.nan)
    watched = np.full((len(task), len(Curves._fields) if watch else 0, epochs), np.nan)
    try:
        for at, epoch in enumerate(training):
            loss[:, at], accuracy[:, at] = epoch.loss, epoch.accuracy
            judging = best or at + 1 in looks
            if watch is True:
                watched[:, :2, at] = _both(evaluate(network, data.train, used))
            validation = evaluate(network, data.validation, used) if judging else None
            if watch and judging:
                watched[:, 2:, at] = _both(validation)
                watched[epoch.diverged, :, at] = np.nan
            if best:
                best.look(-validation.accuracy if recipes[0].early_stopping == "accuracy" else validation.loss)
            if recipes[0].masks == "epoch":
                masks.forget()
            advance((at + 1) / epochs)
    except FloatingPointError:  # all have diverged, which is a result too
        pass
    if best:
        best.restore()
    judged = evaluate(network, getattr(data, split), used)
    diverged = np.isnan(loss).any(axis=1) | ~np.isfinite(judged.loss)
    return [
        {
            "train_loss": loss[at],
            "train_accuracy": accuracy[at],
            "watched": watched[at],
            "loss": np.where(diverged[at], np.nan, judged.loss[at]),
            "correct": np.packbits(judged.correct[at] & ~diverged[at]),
            "examples": np.array(judged.correct.shape[1]),
            "diverged": diverged[at],
        }
        for at in range(len(task))
    ]


def _both(evaluation):
    """Loss and accuracy, (networks, 2)."""
    return np.stack([evaluation.loss, evaluation.accuracy], axis=1)


def ends_at(run, recipe, epochs):
    """The place in `run.watched` of the network that a training of so many epochs ends with: the last, or the best.

    run: watched in the last of these epochs at least, and trained as `recipe` says, for so long or longer.
    """
    if recipe.early_stopping:
        _, _, loss, accuracy = (curve[:epochs] for curve in run.watched)
        score = -accuracy if recipe.early_stopping == "accuracy" else loss
        if np.isfinite(score).any():
            return int(np.argmin(np.where(np.isfinite(score), score, np.inf)))
    return epochs - 1


def run_from(arrays):
    """A Run from the arrays kept on disk."""
    correct = np.unpackbits(arrays["correct"], count=int(arrays["examples"])).astype(bool)
    watched = Curves(*arrays["watched"]) if len(arrays["watched"]) else None
    curves = arrays["train_loss"], arrays["train_accuracy"], watched
    return Run(*curves, float(arrays["loss"]), correct, bool(arrays["diverged"]))
