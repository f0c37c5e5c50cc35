"""Dropout as it must not be: faults seen in published code, and others like them.

They are kept to show that the checks in test_dropout.py refuse each of them. `FAULTS` says which check does.
"""

import numpy as np

from helpers.nn import Dropout, Fresh


class RateUsedAsKeepProbability(Dropout):
    """Drops what it should keep: a rate of .2 drops 80 %."""

    def __init__(self, drop_rate):
        super().__init__(drop_rate)
        self.drop_rate = 1 - self.drop_rate


class NoRescaling(Dropout):
    """Kept units are not scaled up, neither forward nor backward."""

    def forward(self, x, noise=None):
        super().forward(x, noise)
        self.scaled = np.sign(self.scaled)
        return x * self.scaled


class NeverDrops(Dropout):
    def forward(self, x, noise=None):
        return super().forward(x, None)


class DropsEverything(Dropout):
    def forward(self, x, noise=None):
        super().forward(x, noise)
        self.scaled = 1 if noise is None else np.zeros_like(x)
        return x * self.scaled


class DroppedUnitsAreScaledToo(Dropout):
    """The average of all units is right, but a dropped unit is made small instead of zero."""

    def forward(self, x, noise=None):
        if noise is not None:
            super().forward(x, noise)
            self.scaled = np.where(self.scaled == 0, x.dtype.type(0.01), self.scaled)
            return x * self.scaled
        return super().forward(x)


class _OneMaskAlong(Dropout):
    """Draws for the first place on an axis alone and uses that mask for all."""

    axis = None

    def forward(self, x, noise=None):
        if noise is not None:
            first = np.take(super().forward(x, noise) * 0 + self.scaled, [0], axis=self.axis)
            self.scaled = np.repeat(first, x.shape[self.axis], axis=self.axis)
            return x * self.scaled
        return super().forward(x)


class OneDrawForAWholeRow(_OneMaskAlong):
    axis = 2


class SameMaskForAllExamples(_OneMaskAlong):
    axis = 1


class SameMaskForAllNetworks(_OneMaskAlong):
    axis = 0


class SameMaskEveryStep(Dropout):
    first = None

    def forward(self, x, noise=None):
        super().forward(x, noise)
        if noise is not None:
            self.first = self.scaled if self.first is None or self.first.shape != x.shape else self.first
            self.scaled = self.first.astype(x.dtype)
        return x * self.scaled


class FixedNumberDropped(Dropout):
    """Drops the same number of units in each row: right on average, but no unit has a coin of its own."""

    def forward(self, x, noise=None):
        if noise is None:
            return super().forward(x)
        rank = np.random.default_rng(noise.streams[0].random_raw()).random(x.shape).argsort(axis=2).argsort(axis=2)
        rates = np.broadcast_to(self.drop_rate, len(x)).reshape(-1, 1, 1)
        kept = rank >= np.round(rates * x.shape[2])
        self.scaled = (kept / (1 - rates)).astype(x.dtype)
        return x * self.scaled


class MaskNotAppliedInBackward(Dropout):
    def backward(self, error):
        return error * np.max(self.scaled)


class ScaleMissingInBackward(Dropout):
    def backward(self, error):
        return error * np.sign(self.scaled)


class NewMaskInBackward(Dropout):
    def forward(self, x, noise=None):
        y = super().forward(x, noise)
        super().forward(x, noise)
        return y


class ActiveInEvaluation(Dropout):
    def forward(self, x, noise=None):
        return super().forward(x, Fresh(range(len(x))) if noise is None else noise)


class StaysActiveAfterTraining(Dropout):
    """Right until the first training step, then it goes on with the noise that it has seen."""

    seen = None

    def forward(self, x, noise=None):
        self.seen = self.seen if noise is None else noise
        return super().forward(x, self.seen)


class EvaluationKeepsTheOldMask(Dropout):
    """Evaluates rightly, but goes back through the mask of the last training step."""

    def forward(self, x, noise=None):
        return x if noise is None and hasattr(self, "scaled") else super().forward(x, noise)


class InputModified(Dropout):
    def forward(self, x, noise=None):
        super().forward(x, noise)
        x *= self.scaled
        return x


class ErrorModified(Dropout):
    def backward(self, error):
        error *= self.scaled
        return error


class ResultUpcastToFloat64(Dropout):
    def forward(self, x, noise=None):
        y = super().forward(x, noise)
        self.scaled = self.scaled * np.ones(x.shape)
        return y * np.float64(1)


class OnlyBackwardUpcastToFloat64(Dropout):
    def backward(self, error):
        return super().backward(error) * np.float64(1)


class OneRateForAllNetworks(Dropout):
    def __init__(self, drop_rate):
        super().__init__(drop_rate)
        self.drop_rate = self.drop_rate.mean()


class AcceptsAnyRate(Dropout):
    def __init__(self, drop_rate):
        self.drop_rate = np.asarray(drop_rate)


# Each fault, and the check in test_dropout.py that is there to refuse it (others may, too).
FAULTS = {
    RateUsedAsKeepProbability: "units_are_dropped_as_often_as_the_rate_says",
    NoRescaling: "kept_units_are_divided_by_the_fraction_kept",
    NeverDrops: "units_are_dropped_as_often_as_the_rate_says",
    DropsEverything: "units_are_dropped_as_often_as_the_rate_says",
    DroppedUnitsAreScaledToo: "kept_units_are_divided_by_the_fraction_kept",
    OneDrawForAWholeRow: "units_are_dropped_independently",
    SameMaskForAllExamples: "examples_have_independent_masks",
    SameMaskForAllNetworks: "networks_have_independent_masks",
    SameMaskEveryStep: "the_next_call_has_an_independent_mask",
    FixedNumberDropped: "the_number_dropped_varies_as_coins_do",
    MaskNotAppliedInBackward: "backward_applies_the_same_scaled_mask",
    ScaleMissingInBackward: "backward_applies_the_same_scaled_mask",
    NewMaskInBackward: "backward_applies_the_same_scaled_mask",
    ActiveInEvaluation: "evaluation_changes_nothing",
    StaysActiveAfterTraining: "evaluation_changes_nothing",
    EvaluationKeepsTheOldMask: "evaluation_changes_nothing",
    InputModified: "the_caller_s_arrays_stay_as_they_are",
    ErrorModified: "the_caller_s_arrays_stay_as_they_are",
    ResultUpcastToFloat64: "float32_stays_float32",
    OnlyBackwardUpcastToFloat64: "float32_stays_float32",
    OneRateForAllNetworks: "units_are_dropped_as_often_as_the_rate_says",
    AcceptsAnyRate: "rates_outside_0_to_1_are_refused",
}
