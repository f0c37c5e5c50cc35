"""Is one arm better than another, and by how much? A paired difference with its interval, and a verdict.

Two things vary: the networks (first weights, batches, masks, training examples) and the test examples, which are a
sample too. Every network meets every test example, so the two are crossed, and the interval is over both.
"""

from dataclasses import dataclass, field, replace

import numpy as np

from helpers.nn.plumbing.checks import require, require_number

from .tables import require_unmasked

MARGIN = 0.01  # one point of accuracy
WIDTHLESS = 1e-9  # an interval as narrow as that is the rounding of one without width


@dataclass(frozen=True)
class Basis:
    """What an interval was computed from: enough to pool it with other people's.

    values: each network's own mean, (networks,).  mean_squares: of networks, of examples and of the rest; None where
    the interval is over networks alone, and so is `examples`, how many each network was tried on.
    """

    values: tuple[float, ...]
    mean_squares: tuple[float, float, float] | None = None
    examples: int | None = None

    @property
    def ahead(self):
        """How many of the values are above 0; a draw counts half."""
        return float(sum((1 + np.sign(self.values)) / 2))

    def estimate(self, confidence=0.95, mean=None):
        """The Estimate at that confidence. mean: where it is known with fewer roundings than from the values."""
        mean = float(np.mean(self.values) if mean is None else mean)
        if self.mean_squares is None:
            freedom = len(self.values) - 1
            deviation = np.std(self.values, ddof=1) / np.sqrt(len(self.values))
        else:
            variance, freedom = variance_of_mean(*map(np.float64, self.mean_squares), len(self.values), self.examples)
            deviation = np.sqrt(variance)
        half = t_quantile((1 + confidence) / 2, freedom) * deviation
        return Estimate(mean, float(mean - half), float(mean + half), self)

    def redrawn(self, generator):
        """The Basis that other networks might have had on the same examples, by how much these differ.

        Each value is drawn from a normal distribution with the mean and the variance of those that were found.
        """
        values = generator.normal(np.mean(self.values), np.std(self.values, ddof=1), len(self.values))
        squares = self.mean_squares and (float(self.examples * values.var(ddof=1)), *self.mean_squares[1:])
        return replace(self, values=tuple(values.tolist()), mean_squares=squares)


@dataclass(frozen=True)
class Estimate:
    """A mean with its 95 % interval from `low` to `high`, as fractions (0.01 is one point of accuracy).

    basis: what it was computed from, where that is known. Two Estimates of the same mean and interval are equal.
    """

    mean: float
    low: float
    high: float
    basis: Basis | None = field(default=None, compare=False, repr=False)

    @classmethod
    def of(cls, stored):
        """The Estimate in a dict that has mean, low and high, as the results' trials do."""
        return cls(stored["mean"], stored["low"], stored["high"])

    def verdict(self, margin=MARGIN):
        """On the claim that this is more than `margin`, a fraction: "holds", "fails" or "undecided".

        The interval wholly above the margin: it holds; wholly below: it fails; the margin inside it: undecided. So
        is an interval without width: where nothing varied, nothing is known about what does.
        """
        allowed = "a fraction from 0 to 0.5 (0.01 is one point of accuracy)"
        require_number("margin", margin, allowed, lambda margin: 0 <= margin <= 0.5, "verdict(margin=0.01)")
        if self.high - self.low < WIDTHLESS:
            return "undecided"
        if self.low > margin:
            return "holds"
        return "fails" if self.high < margin else "undecided"

    def failure(self, margin=MARGIN):
        """In which way the claim fails, in words; "" if it does not.

        "the other way round": all of the interval below 0.  "real but small": above 0, and below the margin.  "no
        difference that matters": from -margin to the margin, with 0 in it.  "below the margin": no more is known.
        """
        if self.verdict(margin) != "fails":
            return ""
        if self.high < 0:
            return "the other way round"
        if self.low > 0:
            return "real but small"
        return "no difference that matters" if self.low > -margin else "below the margin"

    def as_percent(self):
        """The mean and its interval in percent, for an accuracy rather than a difference."""
        return f"{self.mean:.1%} ({self.low:.1%} to {self.high:.1%})"

    def __str__(self):
        mean, low, high = (round(100 * part, 1) + 0.0 for part in (self.mean, self.low, self.high))  # never -0.0
        return f"{mean:+.1f} points (95 % interval {low:+.1f} to {high:+.1f})"


def joint_verdict(first, *others):
    """The verdict on a claim that was tried under several conditions, from each one's verdict; see `overall`, too.

    It is the first condition's; but "depends" where another one decides otherwise. "undecided" decides nothing.
    """
    return "depends" if len({first, *others} - {"undecided"}) > 1 else first


@dataclass(frozen=True)
class Overall:
    """The verdict on a claim that was tried in several places, and what was found at each.

    places: place -> its own verdict, at 95 % confidence, with the way in which it fails.
    """

    verdict: str
    places: dict[str, str]

    def __str__(self):
        found = {}
        for place, own in self.places.items():
            found.setdefault(own, []).append(place)
        parts = (f"{own}: {', '.join(where)}" for own, where in found.items())
        return f"{self.verdict} ({'; '.join(parts)})"


def overall(places, estimate, margin=MARGIN):
    """The Overall verdict on a claim tried in several places: on data sets, with amounts of data, against rivals.

    places: their names.  estimate: a function of a place and a confidence that gives an Estimate.  margin: one
    number, or place -> number.

    It holds if it holds everywhere. It fails if it fails somewhere and holds nowhere, and it depends if it holds at
    one place and fails at another, both at a confidence of 1 - 0.05 / places: with more places, there are more
    chances to fail at one by chance. Else it is undecided.

    In simulations (tests/lab/test_differences.py) with five blocks at each of five places, fewer than 5 of 100
    verdicts are a wrong "holds", a wrong "fails" or a wrong "depends"; with three blocks at each, up to 6 are a wrong
    "fails", so let those be two places at most. It takes much to hold everywhere. With 10,000 test rows and blocks
    that differ by 0.6 points, three times the margin everywhere holds in 95 of 100 trials or more, twice the margin in
    20, with ten blocks in 80; no difference fails in 90. With 1,400 to 2,000 rows, near a ceiling, or where one
    search differs much from the next, even three times the margin holds in 10 and five times in 60; no difference
    fails in 70. The others stay undecided: then it takes more blocks.
    """
    call = 'overall(["optdigits", "magic"], lambda place, confidence: crossed_estimate(cells[place], confidence))'
    places = list(places)
    require(places and len({*places}) == len(places), "places", places, "one at least, all different", call)
    margins = margin if isinstance(margin, dict) else dict.fromkeys(places, margin)
    require({*margins} >= {*places}, "margin", margin, f"a number, or one for each of {places}", "margin=0.01")
    usual = {place: estimate(place, 0.95) for place in places}
    own = {place: found.verdict(margins[place]) for place, found in usual.items()}
    strict = {place: estimate(place, 1 - 0.05 / len(places)).verdict(margins[place]) for place in places}
    if {*own.values()} == {"holds"}:
        verdict = "holds"
    elif "fails" in strict.values() and "holds" in strict.values():
        verdict = "depends"
    else:
        verdict = "fails" if "fails" in strict.values() and "holds" not in own.values() else "undecided"
    ways = {place: found.failure(margins[place]) for place, found in usual.items()}
    return Overall(verdict, {place: f"{own[place]}, {ways[place]}" if ways[place] else own[place] for place in places})


def margin_from(validation_error):
    """The margin on a data set: one point, or a tenth of the rival's validation error if that is less.

    Near the ceiling a whole point is out of reach. validation_error: a fraction, found in a pilot that is not used
    again. To one digit, for the ledger.
    """
    fraction = "a fraction from 0 to 1"
    require_number("validation_error", validation_error, fraction, lambda error: 0 <= error <= 1, "margin_from(0.06)")
    return min(MARGIN, float(f"{validation_error / 10:.1g}"))


def crossed_estimate(values, confidence=0.95):
    """The Estimate of the mean of `values` (networks, examples), over networks and examples crossed.

    Made for five networks or more: in simulations (tests/lab/test_differences.py) the true mean is inside for 94 to 96
    of 100 intervals, whatever part of the variance is the networks', the examples' or the rest's; with three
    networks for as few as 92, with two for 88. Values that are all equal have an interval without width.
    """
    call = "crossed_estimate(result.correct('dropout'))"
    require_unmasked("values", values, call)
    values = np.asarray(values)
    numbers = values.dtype.kind in "biuf" and np.isfinite(values).all()
    require(numbers, "values", f"an array of {values.dtype}", "an array of finite numbers", call)
    fits = values.ndim == 2 and min(values.shape) > 1
    require(fits, "shape of values", values.shape, "(networks, examples), two at least of each", call)
    require_number("confidence", confidence, "between 0 and 1", lambda share: 0 < share < 1, call)
    basis = Basis(tuple(values.mean(axis=1).tolist()), tuple(map(float, mean_squares(values))), values.shape[1])
    return basis.estimate(confidence, values.mean())


def network_estimate(values, confidence=0.95):
    """The Estimate of the mean of `values` (networks,), over networks alone: for what is not counted on test examples.

    Of numbers that are fractions, such as the accuracy on each network's own training examples.
    """
    require_unmasked("values", values, "network_estimate(values.compressed())")
    values, example = np.asarray(values), "a list of at least two numbers, one for each network"
    fine = values.dtype.kind in "biuf" and values.ndim == 1 and len(values) > 1
    require(fine, "values", repr(values), "numbers (networks,), two or more", example)
    allowed = "finite (a network that diverged has none: lower the learning rate, or leave it out and say so)"
    require(np.isfinite(values).all(), "values", repr(values), allowed, "network_estimate(values[np.isfinite(values)])")
    return Basis(tuple(values.tolist())).estimate(confidence, values.mean())


def mean_squares(values):
    """The mean squares of networks, of examples and of the rest, each (…), from `values` (…, networks, examples).

    With v the variance of one value that is due to its network, to its example, and to neither (the rest), they are
    on average rest + examples · networks' v, rest + networks · examples' v, and rest: the two-way analysis of variance.
    """
    networks, examples = values.shape[-2:]
    by_network, by_example = values.mean(axis=-1, keepdims=True), values.mean(axis=-2, keepdims=True)
    rest = values - by_network - by_example + values.mean(axis=(-2, -1), keepdims=True)
    square_rest = (rest * rest).sum(axis=(-2, -1)) / ((networks - 1) * (examples - 1))
    square_networks = examples * by_network.var(axis=(-2, -1), ddof=1)
    square_examples = networks * by_example.var(axis=(-2, -1), ddof=1)
    return square_networks, square_examples, square_rest


def variance_of_mean(square_networks, square_examples, square_rest, networks, examples):
    """The variance of the mean, and its degrees of freedom, from the mean squares.

    (networks' + examples' - rest's) / (networks · examples) is right on average, but by chance it can come out far too
    small, even below 0. So the larger of the first two counts as no smaller than the rest, and the sum as no smaller
    than a tenth of the rest. (To hold both of them up to the rest, as is often done, makes intervals too wide: 98 of
    100 cover where networks differ by the rest alone.) The degrees of freedom are Satterthwaite's (1946, "An
    approximate distribution of estimates of variance components", equation 17).
    """
    smaller, larger = np.minimum(square_networks, square_examples), np.maximum(square_networks, square_examples)
    total = np.maximum(smaller + np.maximum(larger - square_rest, 0), 0.1 * square_rest)
    parts = square_networks**2 / (networks - 1) + square_examples**2 / (examples - 1)
    parts = parts + square_rest**2 / ((networks - 1) * (examples - 1))
    freedom = total**2 / np.maximum(parts, np.finfo(float).tiny)
    return total / (networks * examples), np.maximum(freedom, min(networks, examples) - 1)


def t_quantile(probability, freedom):
    """The quantile of Student's t with `freedom` degrees of freedom, at least 1.

    With t = √freedom · tan(angle), the density of the angle is proportional to cos(angle)^(freedom - 1).
    """
    freedom = min(freedom, 10_000)  # with more, it is the normal distribution's to four digits
    angles = np.linspace(0, np.pi / 2, 10_001)
    density = np.cos(angles) ** (freedom - 1)
    area = np.append(0, np.cumsum(density[1:] + density[:-1]))
    angle = np.interp((2 * probability - 1) * area[-1], area, angles)
    return np.sqrt(freedom) * np.tan(angle)
