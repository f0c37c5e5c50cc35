"""Stop each network where it was best, while the stack it is in goes on."""

import numpy as np

from ..plumbing.checks import require, require_kind


class Best:
    """Keeps the parameters with which each network had its lowest score.

    Use it inside the loop over epochs, and restore afterwards:

        best = Best(network)
        for epoch in train(…):
            best.look(evaluate(network, data.validation).loss)
        best.restore()
    """

    def __init__(self, network):
        require_kind("network", network, "gradient", "a Network", "Best(network)")
        self.network = network
        self.parameters = network.parameters.copy()
        self.score = np.full(len(network.seeds), np.inf)
        self.epoch = np.zeros(len(network.seeds), int)
        self.looks = 0

    def look(self, score):
        """score: (networks,), lower is better; NaN is never better."""
        score, shape = np.asarray(score), self.score.shape
        call = "best.look(evaluate(network, data.validation).loss)"
        require(score.shape == shape, "shape of score", score.shape, f"{shape}: one for each network", call)
        self.looks += 1
        better = score < self.score
        self.score[better] = score[better]
        self.epoch[better] = self.looks
        self.parameters[better] = self.network.parameters[better]

    def restore(self):
        """Put the best parameters back. `epoch`, (networks,), says from which look each comes; 0: none was better."""
        self.network.parameters[:] = self.parameters
