"""Training is an iterator of epochs: `for epoch in train(…)`. Break to stop, go on with the same iterator later."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .extras.regularisers import require_regularisers
from .noise import Fresh
from .plumbing.checks import check_some_left, check_training
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


class train(Iterator):
    """Train all networks of `network` together, on `examples`, and yield an Epoch after each pass.

    examples: each seed draws its own, and shuffles them anew each epoch. The last batch may be smaller.
    noise: what dropout draws from; by default Fresh(network.seeds).  regularisers: such as [L2(0.001), MaxNorm(3)].
    A network whose loss becomes NaN or infinite is marked as diverged and stays so; the others go on. If all
    have, it stops with a FloatingPointError, which names the epoch and the learning rate. `len` of a training is its
    number of epochs.

    Between two epochs `optimizer` may be replaced, by one with another learning rate for example. What goes on from
    epoch to epoch: the network's parameters, `memory` (the optimizer's), and the streams in `shuffles` and `noise`.
    """

    def __init__(self, network, examples, optimizer, epochs, batch_size=100, noise=None, regularisers=()):
        check_training(network, examples, optimizer, epochs, batch_size, noise)
        self.network, self.examples, self.optimizer = network, examples, optimizer
        self.epochs, self.batch_size = int(epochs), int(batch_size)
        self.noise = Fresh(network.seeds) if noise is None else noise
        self.regularisers = require_regularisers(regularisers)
        keep_freed_memory()
        self.shuffles = [stream(seed, "batches") for seed in network.seeds]
        self.memory = optimizer.start(network.parameters)
        self._remaining = self._run()

    def __len__(self):
        return self.epochs

    def __next__(self):
        return next(self._remaining)

    def _run(self):
        rows = self.examples.rows(self.network.seeds)
        diverged = np.zeros(len(rows), bool)
        for number in range(1, self.epochs + 1):
            order = np.stack([shuffle.permutation(mine) for shuffle, mine in zip(self.shuffles, rows, strict=True)])
            loss, accuracy = self._pass(order)
            diverged = diverged | ~np.isfinite(loss)  # a new array, since each Epoch keeps its own
            check_some_left(diverged, number, self.optimizer)
            yield Epoch(number, np.where(diverged, np.nan, loss), np.where(diverged, np.nan, accuracy), diverged)

    @np.errstate(over="ignore", invalid="ignore")  # a network that diverges must not disturb the others
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
