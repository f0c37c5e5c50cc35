"""Training is an iterator of epochs: `for epoch in train(…)`. Break to stop, go on with the same iterator later."""

from dataclasses import dataclass

import numpy as np

from .extras.regularisers import Regulariser
from .noise import Fresh
from .plumbing.checks import require, require_whole
from .plumbing.memory import keep_freed_memory
from .plumbing.streams import stream


@dataclass(frozen=True, eq=False)
class Epoch:
    """One pass over the training examples; each array is (networks,).

    loss and accuracy are means over the epoch's batches, each taken before its step and with dropout on: the
    network as it trains. `evaluate` tells how it does when used. Both are NaN where a network has diverged.
    """

    number: int
    loss: np.ndarray
    accuracy: np.ndarray
    diverged: np.ndarray


class train:
    """Train all networks of `network` together, on `examples`, and yield an Epoch after each pass.

    examples: each seed draws its own, and shuffles them anew each epoch. The last batch may be smaller.
    noise: what dropout draws from; by default Fresh(network.seeds).  regularisers: such as [L2(0.001), MaxNorm(3)].
    A network whose loss becomes NaN or infinite is marked as diverged and stays so; the others go on. If all
    have, FloatingPointError names the epoch and the learning rate. Its length is the number of epochs.

    Between two epochs `optimizer` may be replaced, by one with another learning rate for example. What goes on from
    epoch to epoch: the network's parameters, `memory` (the optimizer's), and the streams in `shuffles` and `noise`.
    """

    def __init__(self, network, examples, optimizer, epochs, batch_size=100, noise=None, regularisers=()):
        call = "train(network, data.train, Adam(0.002), epochs=60, batch_size=100)"
        allowed = f"{network.inputs}, the network's inputs"
        require(examples.x.shape[1] == network.inputs, "features of examples", examples.x.shape[1], allowed, call)
        allowed = f"at most {network.outputs}, the network's outputs"
        require(examples.classes <= network.outputs, "classes of examples", examples.classes, allowed, call)
        require_whole("batch_size", batch_size, 1, call)
        allowed = f"at most {len(examples)}, the number of training examples"
        require(batch_size <= len(examples), "batch_size", batch_size, allowed, call)
        self.epochs = require_whole("epochs", epochs, 1, call)
        self.network, self.examples, self.optimizer, self.batch_size = (network, examples, optimizer, batch_size)
        self.noise = Fresh(network.seeds) if noise is None else noise
        self.regularisers = list(regularisers) if np.iterable(regularisers) else [None]
        known = all(isinstance(regulariser, Regulariser) for regulariser in self.regularisers)
        require(known, "regularisers", repr(regularisers), "a list of regularisers", "regularisers=[L2(0.001)]")
        keep_freed_memory()
        self.memory = optimizer.start(network.parameters)
        self.shuffles = [stream(seed, "batches") for seed in network.seeds]
        self._remaining = self._run()

    def __len__(self):
        return self.epochs

    def __iter__(self):
        return self

    def __next__(self):
        return next(self._remaining)

    def _run(self):
        network = self.network
        rows = self.examples.rows(network.seeds)
        diverged = np.zeros(len(network.seeds), bool)
        for number in range(1, self.epochs + 1):
            order = np.stack([shuffle.permutation(mine) for shuffle, mine in zip(self.shuffles, rows, strict=True)])
            with np.errstate(over="ignore", invalid="ignore"):
                loss, accuracy = self._pass(order)
            diverged |= ~np.isfinite(loss)
            if diverged.all():
                raise FloatingPointError(
                    f"the loss of every network became NaN or infinite in epoch {number}, with {self.optimizer}. "
                    "Try a smaller learning_rate, for example Adam(learning_rate=0.001)."
                )
            loss, accuracy = (np.where(diverged, np.nan, loss), np.where(diverged, np.nan, accuracy))
            yield Epoch(number, loss, accuracy, diverged.copy())

    def _pass(self, order):
        """One epoch: a step for each batch of `order`, (networks, examples). Mean loss and accuracy, (networks,)."""
        network, examples = self.network, order.shape[1]
        loss_sum, right = np.zeros((2, len(order)))
        for start in range(0, examples, self.batch_size):
            x, labels = self.examples.take(order[:, start : start + self.batch_size], network.dtype)
            logits = network.forward(x, self.noise)
            loss, error = network.loss_function(logits, labels)
            network.backward(error)
            for regulariser in self.regularisers:
                regulariser.add_gradient(network)
            for regulariser in self.regularisers:
                regulariser.before_step(network, self.optimizer.learning_rate)
            self.optimizer.step(network.parameters, network.gradients, self.memory)
            for regulariser in self.regularisers:
                regulariser.after_step(network, self.optimizer.learning_rate)
            loss_sum += loss * labels.shape[1]
            right += (logits.argmax(axis=2) == labels).sum(axis=1)
        return loss_sum / examples, right / examples
