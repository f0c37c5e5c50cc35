"""An interval covers the truth as often as it says, and a verdict is right where the truth is known: by simulation.

A value is the sum of its network's part, its example's and a rest of its own. `mixes` says how the variance of the mean
is shared out among the three. For normal values the mean and the three mean squares are independent of each other,
and the latter chi-squared, so they are drawn directly; a test shows that whole tables of values give the same.
"""

from functools import cache, partial

import numpy as np
import pytest
from scipy import stats

from helpers.lab import Estimate, Overall, crossed_estimate, joint_verdict, margin_from, network_estimate, overall
from helpers.lab.differences import Basis, mean_squares, t_quantile, variance_of_mean

REPEATS = 20_000
# A method that covers 95 % is measured at 94.5 to 95.5: 3 standard deviations of a fraction, √(.95 · .05 / 20,000).
ERROR = 3 * np.sqrt(0.95 * 0.05 / REPEATS)
SIZES = [(5, 10_000), (5, 1000), (5, 50), (5, 10), (10, 10), (10, 1000), (20, 30), (300, 10), (1000, 5)]
MIXES = [(a / 5, b / 5, (5 - a - b) / 5) for a in range(6) for b in range(6 - a)]
MIXES += [(0.9, 0.1, 0), (0.1, 0.9, 0), (0.8, 0.1, 0.1), (0.1, 0.8, 0.1), (0.1, 0.1, 0.8), (0.02, 0.02, 0.96)]


def expected_squares(networks, examples, mix):
    """What the mean squares are on average, where the mean has variance 1."""
    from_networks, from_examples, rest = np.array(mix) * networks * examples
    return from_networks + rest, from_examples + rest, rest


def drawn(networks, examples, mix, repeats=REPEATS):
    """Means around 0, with variance 1, and their mean squares, each (repeats,)."""
    generator = np.random.default_rng([networks, examples, *(int(100 * part) for part in mix)])
    freedoms = networks - 1, examples - 1, (networks - 1) * (examples - 1)
    squares = [
        square * generator.chisquare(freedom, repeats) / freedom
        for square, freedom in zip(expected_squares(networks, examples, mix), freedoms, strict=True)
    ]
    return generator.normal(size=repeats), squares


def half_widths(squares, networks, examples):
    variance, freedom = variance_of_mean(*squares, networks, examples)
    return stats.t.ppf(0.975, freedom) * np.sqrt(variance)


@cache
def coverage(networks, examples, mix):
    means, squares = drawn(networks, examples, mix)
    return np.mean(np.abs(means) < half_widths(squares, networks, examples))


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]} networks, {size[1]} examples")
def test_of_100_intervals_93_to_97_cover_the_truth_whatever_varies(size):
    found = {mix: coverage(*size, mix) for mix in MIXES}
    assert min(found.values()) > 0.93 + ERROR, found
    assert max(found.values()) < 0.97 - ERROR, found


def test_the_docstring_says_how_often_it_covers():
    found = [coverage(*size, mix) for size in SIZES for mix in MIXES]
    assert (round(100 * min(found)), round(100 * max(found))) == (94, 96)
    for networks, least in ((3, 92), (2, 88)):
        assert round(100 * min(coverage(networks, 1000, mix) for mix in MIXES)) == least
    assert "94 to 96" in " ".join(crossed_estimate.__doc__.split())


def normal_values(networks, examples, mix, repeats):
    generator = np.random.default_rng([networks, examples])
    from_networks, from_examples, rest = np.sqrt(np.array(mix) * (networks, examples, networks * examples))
    values = rest * generator.normal(size=(repeats, networks, examples))
    values += from_networks * generator.normal(size=(repeats, networks, 1))
    values += from_examples * generator.normal(size=(repeats, 1, examples))
    return values


@pytest.mark.parametrize("mix", [(0.5, 0.3, 0.2), (0, 0.5, 0.5), (0.5, 0, 0.5), (0, 0, 1)])
@pytest.mark.parametrize("size", [(5, 40), (30, 6)])
def test_whole_tables_of_values_give_the_same_as_drawn_squares(size, mix):
    values = normal_values(*size, mix, 5000)
    squares = mean_squares(values)
    for square, expected in zip(squares, expected_squares(*size, mix), strict=True):
        assert abs(square.mean() - expected) < 4 * square.std() / np.sqrt(len(square))
    whole = np.mean(np.abs(values.mean(axis=(1, 2))) < half_widths(squares, *size))
    assert abs(whole - coverage(*size, mix)) < 4 * np.sqrt(0.95 * 0.05 * (1 / 5000 + 1 / REPEATS))


def test_mean_squares_are_the_textbook_s():
    values = np.random.default_rng(0).normal(size=(4, 7)) + np.arange(4)[:, np.newaxis]
    by_network, by_example, mean = values.mean(axis=1), values.mean(axis=0), values.mean()
    fitted = by_network[:, np.newaxis] + by_example - mean
    sums = [7 * np.sum((by_network - mean) ** 2), 4 * np.sum((by_example - mean) ** 2), np.sum((values - fitted) ** 2)]
    assert np.isclose(sum(sums), np.sum((values - mean) ** 2))
    assert np.allclose(mean_squares(values), np.array(sums) / [3, 6, 18])


def test_an_estimate_is_made_of_these_parts():
    values = np.random.default_rng(0).normal(size=(2, 5, 30)).cumsum(axis=1)
    for table, half in zip(values, half_widths(mean_squares(values), 5, 30), strict=True):
        found = crossed_estimate(table)
        assert np.allclose([found.mean, found.low, found.high], table.mean() + half * np.array([0, -1, 1]), rtol=1e-4)
    narrow, wide = crossed_estimate(table, confidence=0.5), crossed_estimate(table, confidence=0.99)
    assert wide.low < found.low < narrow.low < found.mean < narrow.high < found.high < wide.high


@pytest.mark.parametrize("freedom", [1, 1.5, 2, 3, 4, 4.7, 10, 100, 5000, 1e7])
def test_quantiles_of_student_s_t(freedom):
    for probability in (0.75, 0.95, 0.975, 0.995):
        assert np.isclose(t_quantile(probability, freedom), stats.t.ppf(probability, freedom), rtol=3e-4)


def outcomes(networks, examples, repeats, effect, spread, shared, seed=0):
    """Which network of two arms got which example right, (arms, repeats, networks, examples), and the true difference.

    A network is right on an example if its skill, the example's ease and chance add up to more than 0. spread: the
    standard deviations of skill and ease (chance has 1).  shared: how much of the ease is the same for both arms.
    """
    generator = np.random.default_rng([networks, examples, seed])
    normal = generator.standard_normal
    skill, ease = spread
    together = shared * ease * normal((repeats, 1, examples), np.float32)
    means = np.array([0.5 + effect, 0.5])
    right = np.empty((2, repeats, networks, examples), bool)
    for arm, mean in enumerate(means):
        total = mean + together + skill * normal((repeats, networks, 1), np.float32)
        total = total + np.sqrt(1 - shared**2) * ease * normal((repeats, 1, examples), np.float32)
        right[arm] = total + normal((repeats, networks, examples), np.float32) > 0
    accuracy = stats.norm.cdf(means / np.sqrt(1 + skill**2 + ease**2))
    return right, accuracy[0] - accuracy[1]


def intervals(values):
    """The mean, the lower and the upper end for each of `values`, (repeats, networks, examples)."""
    half = half_widths(mean_squares(values), *values.shape[1:])
    mean = values.mean(axis=(1, 2))
    return mean, mean - half, mean + half


OUTCOMES = {
    "networks differ much": (5, 500, 0.3, (0.5, 1.0), 0.9),
    "networks differ little": (5, 500, 0.3, (0.05, 1.0), 0.9),
    "networks do not differ": (5, 500, 0.0, (0.0, 2.0), 0.5),
    "chance alone": (5, 500, 0.0, (0.0, 0.0), 0.0),
    "ten networks": (10, 300, 0.1, (0.1, 1.5), 0.8),
    "few examples": (100, 20, 0.3, (0.2, 1.0), 0.5),
}


@pytest.mark.parametrize("case", OUTCOMES)
def test_it_covers_for_what_is_right_or_wrong_too(case):
    networks, examples, *rest = OUTCOMES[case]
    right, truth = outcomes(networks, examples, 2000, *rest)
    error = 3 * np.sqrt(0.95 * 0.05 / 2000)
    difference = right[0].astype(np.float32) - right[1]
    _, low, high = intervals(difference)
    assert 0.93 - error / 2 < np.mean((low < truth) & (truth < high)) < 0.97 + error / 2
    one_arm = stats.norm.cdf(0.5 / np.sqrt(1 + np.square(rest[1]).sum()))
    _, low, high = intervals(right[1].astype(np.float32))
    assert 0.93 - error / 2 < np.mean((low < one_arm) & (one_arm < high)) < 0.97 + error / 2


def test_a_bootstrap_over_five_networks_covers_too_little():
    networks, repeats = 5, 2000
    generator = np.random.default_rng(0)
    accuracy = generator.normal(size=(repeats, networks))
    draws = generator.integers(networks, size=(1000, networks))
    low, high = np.quantile(accuracy[:, draws].mean(axis=2), (0.025, 0.975), axis=1)
    assert np.mean((low < 0) & (high > 0)) < 0.87
    assert coverage(networks, 1000, (1, 0, 0)) > 0.94


def test_an_interval_over_the_networks_alone_forgets_the_examples():
    means, squares = drawn(10, 1000, (0.3, 0.5, 0.2))
    alone = stats.t.ppf(0.975, 9) * np.sqrt(squares[0] / (10 * 1000))
    assert np.mean(np.abs(means) < alone) < 0.9
    assert coverage(10, 1000, (0.3, 0.5, 0.2)) > 0.94


@pytest.mark.parametrize("networks", [2, 3, 5, 10, 30])
def test_an_interval_over_networks_alone_is_the_textbook_s(networks):
    values = np.random.default_rng(networks).normal(0.3, 0.1, networks)
    low, high = stats.t.interval(0.95, networks - 1, values.mean(), stats.sem(values))
    found = network_estimate(list(values))
    assert np.allclose(
        [found.mean, found.low, found.high], [values.mean(), low, high], rtol=0, atol=1e-3 * (high - low)
    )


def test_of_100_intervals_over_networks_alone_95_cover_the_truth():
    repeats, truth = 3000, 0.3
    tables = np.random.default_rng(0).normal(truth, 0.1, (repeats, 5))
    found = [network_estimate(values) for values in tables]
    covered = np.mean([one.low < truth < one.high for one in found])
    assert abs(covered - 0.95) < 3 * np.sqrt(0.95 * 0.05 / repeats)


@pytest.mark.parametrize("values", [[0.1], [], 0.1, [[0.1, 0.2], [0.3, 0.4]]])
def test_an_interval_over_networks_alone_needs_two_or_more(values):
    with pytest.raises(ValueError, match="a list of at least two numbers, one for each network"):
        network_estimate(values)


def verdicts(truth, networks, examples, mix, margin):
    """How often an effect of `truth` holds, fails, and is undecided; the mean has a standard deviation of 1."""
    means, squares = drawn(networks, examples, mix)
    means, half = means + truth, half_widths(squares, networks, examples)
    holds, fails = np.mean(means - half > margin), np.mean(means + half < margin)
    return holds, fails, 1 - holds - fails


@pytest.mark.parametrize("mix", [(1, 0, 0), (0.4, 0.4, 0.2), (0.1, 0.8, 0.1), (0, 0, 1)])
@pytest.mark.parametrize("size", [(5, 1000), (10, 1000), (100, 20)])
def test_verdicts_are_right_where_the_truth_is_known(size, mix):
    margin = 1
    assert verdicts(margin + 9, *size, mix, margin)[0] > 0.995
    assert verdicts(margin - 9, *size, mix, margin)[1] > 0.995
    holds, fails, _ = verdicts(margin, *size, mix, margin)  # of two wrong ways to decide, each gets half of 3 to 7 %
    assert max(holds, fails) < 0.035
    assert (
        verdicts(margin - 0.5, *size, mix, margin)[0] < 0.025 and verdicts(margin + 0.5, *size, mix, margin)[1] < 0.025
    )


@pytest.mark.parametrize("mix", [(1, 0, 0), (0.5, 0, 0.5), (0.4, 0.4, 0.2), (0.1, 0.8, 0.1), (0, 0, 1)])
@pytest.mark.parametrize("size", [(5, 1000), (10, 1000), (20, 1000)])
def test_undecided_is_no_more_frequent_than_it_must(size, mix):
    networks, error = size[0], 3 * np.sqrt(0.25 / REPEATS)
    for effect in (1, 2, 3, 4, 5):  # in standard deviations of the mean, with a margin of 0
        undecided = verdicts(effect, *size, mix, 0)[2]
        # However the variance is shared out, no worse than the exact test of these networks on endless examples.
        critical = stats.t.ppf(0.975, networks - 1)
        exact = stats.nct.cdf(critical, networks - 1, effect) - stats.nct.cdf(-critical, networks - 1, effect)
        assert undecided < exact + error
        # An oracle who knows all variances decides a little more often; the more so, the fewer the networks.
        oracle = stats.norm.cdf(1.96 - effect) - stats.norm.cdf(-1.96 - effect)
        assert undecided < oracle + (1.25 / networks if mix[1] < 0.8 else 0.02) + error


def test_an_arm_shuffled_with_the_other_has_no_effect():
    right, truth = outcomes(10, 300, 2000, 0.5, (0.1, 1.0), 0.9)
    difference = right[0].astype(np.float32) - right[1]
    swapped = np.random.default_rng(1).choice(np.array([-1, 1], np.float32), size=(2000, 10, 1))
    _, low, high = intervals(difference * swapped)
    assert 0.93 < np.mean((low < 0) & (high > 0)) < 0.97
    error = 3 * np.sqrt(0.025 * 0.975 / 2000)
    assert np.mean(low > 0) < 0.035 + error and np.mean(low > 0.01) < 0.025 + error
    _, low, _ = intervals(difference)  # while unshuffled there is one
    assert truth > 0.05 and np.mean(low > 0.01) > 0.9


TABLES = {
    "all equal": (np.full((5, 10), 0.1), (0.1, 0.1)),
    "all right": (np.ones((5, 10), bool), (1, 1)),
    "two equal networks": (np.tile([[0.0, 1, 1, 1]], (2, 1)), (-0.05, 1.55)),
    "constant rows": (np.repeat([[0.0], [1], [2]], 50, axis=1), (-1.5, 3.5)),
    "constant columns": (np.repeat([[0.0, 1, 2]], 50, axis=0), (-1.5, 3.5)),
    "two by two": (np.array([[0, 1], [1, 1]]), (-6, 7)),
    "equal networks and equal examples": (np.eye(2), (-3, 4)),
    "five equal networks that differ everywhere": (np.eye(5), (0, 0.4)),
    "one wrong answer": (np.arange(5000).reshape(5, 1000) > 0, (0.999, 1.0005)),
}


@pytest.mark.parametrize("name", TABLES)
def test_extreme_tables_give_sensible_intervals(name):
    values, (least, most) = TABLES[name]
    found = crossed_estimate(values)
    assert least - 1e-9 <= found.low <= found.mean <= found.high <= most + 1e-9
    assert np.isclose(found.mean, values.mean())
    assert found.high - found.low > 1e-3 or name.startswith(("all", "one wrong"))
    assert (found.high > found.low + 1e-9) == (not name.startswith("all"))


def test_the_scale_and_the_origin_make_no_difference():
    values = np.random.default_rng(0).normal(size=(5, 20))
    found, scaled = crossed_estimate(values), crossed_estimate(1000 * values + 7)
    assert np.allclose([scaled.low, scaled.high], [1000 * found.low + 7, 1000 * found.high + 7])
    turned = crossed_estimate(values.T[:, ::-1])
    assert np.allclose([turned.low, turned.high], [found.low, found.high])


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.011, 0.05, "holds"),
        (0.01, 0.05, "undecided"),
        (-0.05, 0.05, "undecided"),
        (-0.05, 0.01, "undecided"),
        (-0.005, 0.009, "fails"),
        (-0.5, -0.1, "fails"),
    ],
)
def test_a_verdict_is_where_the_interval_lies_beside_the_margin(low, high, verdict):
    assert Estimate(0.02, low, high).verdict() == verdict
    assert Estimate(0.02, low + 0.02, high + 0.02).verdict(margin=0.03) == verdict


@pytest.mark.parametrize("where", [-0.3, 0.0, 0.009, 0.01, 0.3])
def test_an_interval_without_width_decides_nothing(where):
    assert Estimate(where, where, where).verdict() == "undecided"
    assert crossed_estimate(np.full((5, 1400), where)).verdict() == "undecided"
    assert Estimate(where, where, where).failure() == ""


def test_rounding_is_no_width():
    rounded = network_estimate([0.1] * 3)
    assert 0 < rounded.high - rounded.low < 1e-15 and rounded.verdict() == "undecided"


@pytest.mark.parametrize(
    ("low", "high", "failure"),
    [
        (-0.05, -0.001, "the other way round"),
        (-0.005, -0.001, "the other way round"),
        (-0.009, 0.009, "no difference that matters"),
        (-0.009, 0.0, "no difference that matters"),
        (0.001, 0.009, "real but small"),
        (0.0, 0.009, "no difference that matters"),
        (-0.01, 0.009, "below the margin"),
        (-0.05, 0.005, "below the margin"),
        (-0.005, 0.02, ""),
        (0.02, 0.03, ""),
    ],
)
def test_fails_says_in_which_way(low, high, failure):
    assert Estimate(0, low, high).failure() == failure
    assert Estimate(0, 10 * low, 10 * high).failure(margin=0.1) == failure


@pytest.mark.parametrize(
    ("error", "margin"), [(0.5, 0.01), (0.1, 0.01), (0.0962, 0.01), (0.0651, 0.007), (0.0234, 0.002), (0.0041, 0.0004)]
)
def test_the_margin_is_a_point_or_a_tenth_of_the_rival_s_error_to_one_digit(error, margin):
    assert margin_from(error) == margin


@pytest.mark.parametrize(
    ("verdicts", "joint"),
    [
        (["holds"], "holds"),
        (["fails", "fails"], "fails"),
        (["holds", "fails"], "depends"),
        (["fails", "holds", "undecided"], "depends"),
        (["holds", "undecided"], "holds"),
        (["undecided", "holds"], "undecided"),
        (["undecided", "holds", "fails"], "depends"),
    ],
)
def test_a_claim_tried_under_several_conditions_depends_where_they_decide_differently(verdicts, joint):
    assert joint_verdict(*verdicts) == joint


HOLDS, NEARLY, UNSURE, LEANS, FAILS = ((0.03, 0.01), (0.03, 0.0195), (0, 0.02), (-0.01, 0.0195), (-0.02, 0.01))


def verdict_from(parts, margin=0.01):
    """From means and half-widths; at the stricter confidence the intervals are half as wide again."""

    def estimate(place, confidence):
        assert confidence in (0.95, 1 - 0.05 / len(parts))
        mean, half = parts[place]
        half *= 1.5 if confidence > 0.95 else 1
        return Estimate(mean, mean - half, mean + half)

    return overall(range(len(parts)), estimate, margin)


@pytest.mark.parametrize(
    ("parts", "verdict"),
    [
        ([HOLDS], "holds"),
        ([FAILS], "fails"),
        ([UNSURE], "undecided"),
        ([LEANS], "fails"),  # one place alone is judged at 95 %
        ([HOLDS, HOLDS], "holds"),
        ([HOLDS, NEARLY], "holds"),
        ([HOLDS, UNSURE], "undecided"),
        ([FAILS, FAILS], "fails"),
        ([FAILS, UNSURE], "fails"),
        ([LEANS, UNSURE], "undecided"),
        ([LEANS, LEANS], "undecided"),
        ([HOLDS, FAILS], "depends"),
        ([HOLDS, UNSURE, FAILS], "depends"),
        ([NEARLY, FAILS], "undecided"),  # it may well hold at one, so that it does not simply fail
        ([HOLDS, LEANS], "undecided"),
    ],
)
def test_over_several_places_the_rule_decides(parts, verdict):
    assert verdict_from(parts).verdict == verdict
    assert verdict_from(parts[::-1]).verdict == verdict


def test_each_place_has_its_margin_and_is_named():
    parts = {"digits": (0.03, 0.01), "magic": (0.004, 0.001), "spam": (0.004, 0.001), "toy": (0, 0.1)}

    def estimate(place, confidence):
        mean, half = parts[place]
        return Estimate(mean, mean - half, mean + half)

    found = overall(parts, estimate, {"digits": 0.01, "magic": 0.01, "spam": 0.002, "toy": 0.01})
    assert found == Overall(
        "depends", {"digits": "holds", "magic": "fails, real but small", "spam": "holds", "toy": "undecided"}
    )
    assert str(found) == "depends (holds: digits, spam; fails, real but small: magic; undecided: toy)"
    assert overall(parts, estimate).places["spam"] == "fails, real but small"


# A block's cells: five networks of each of two sides, and what varies is the standard deviation of (the block: grid,
# validation rows and choice; a test row; the rest of a cell), for accuracies of about 70 % and of about 95 %.
TYPICAL, WILD, CEILING = (0.006, 0.16, 0.22), (0.03, 0.16, 0.22), (0.003, 0.06, 0.10)
# Rows, what varies, and the margin; a point of five on each of which two procedures are compared.
FIVE = [(10_000, TYPICAL, 0.01), (2000, TYPICAL, 0.01), (1797, CEILING, 0.003), (1400, CEILING, 0.005)]
FIVE += [(4000, WILD, 0.01)]


def blocks_drawn(generator, truth, rows, spread, blocks, repeats):
    """Means of `blocks` × `rows` cells around `truth`, and their mean squares, each (repeats,)."""
    block, row, rest = np.square(spread)
    freedoms = blocks - 1, rows - 1, (blocks - 1) * (rows - 1)
    expected = rows * block + rest, blocks * row + rest, rest
    squares = [
        square * generator.chisquare(freedom, repeats) / freedom
        for square, freedom in zip(expected, freedoms, strict=True)
    ]
    variance = block / blocks + row / rows + rest / (blocks * rows)
    return truth + np.sqrt(variance) * generator.standard_normal(repeats), squares


def _one_of(found, at, place, confidence):
    return Estimate(*(ends[at] for ends in found[place, confidence]))


def overall_drawn(truths, blocks=5, repeats=4000, seed=0):
    """How often each verdict is given where the true differences are `truths`, in margins, on the first of FIVE."""
    generator, found = np.random.default_rng([seed, blocks]), {}
    for place, (truth, (rows, spread, margin)) in enumerate(zip(truths, FIVE, strict=False)):
        means, squares = blocks_drawn(generator, truth * margin, rows, spread, blocks, repeats)
        variance, freedom = variance_of_mean(*squares, blocks, rows)
        for confidence in (0.95, 1 - 0.05 / len(truths)):
            half = stats.t.ppf((1 + confidence) / 2, freedom) * np.sqrt(variance)
            found[place, confidence] = means, means - half, means + half
    margins = {place: FIVE[place][2] for place in range(len(truths))}
    verdicts = [overall(margins, partial(_one_of, found, at), margins).verdict for at in range(repeats)]
    return {verdict: verdicts.count(verdict) / repeats for verdict in ("holds", "fails", "depends", "undecided")}


@pytest.mark.parametrize("spread", [TYPICAL, WILD, CEILING, (0, 0.16, 0.22), (0.006, 0, 0.22)], ids=str)
@pytest.mark.parametrize("rows", [1400, 10_000])
@pytest.mark.parametrize("blocks", [3, 5])
def test_intervals_over_blocks_and_rows_cover(blocks, rows, spread):
    means, squares = blocks_drawn(np.random.default_rng(0), 0.0, rows, spread, blocks, REPEATS)
    covered = np.mean(np.abs(means) < half_widths(squares, blocks, rows))
    assert 0.93 - ERROR < covered < 0.97 + ERROR if blocks > 3 else 0.915 < covered < 0.985


# Truths in margins, and the verdicts that are wrong there.
KNOWN = {
    "none anywhere": ([0] * 5, {"holds", "depends"}),
    "at the margin everywhere": ([1] * 5, {"holds", "fails", "depends"}),
    "just above the margin everywhere": ([1.01] * 5, {"fails", "depends"}),
    "twice the margin everywhere": ([2] * 5, {"fails", "depends"}),
    "ten times the margin, but at the margin on one": ([10, 10, 10, 10, 1], {"holds", "fails", "depends"}),
    "ten times the margin, but at it where little varies": ([1, 10, 10, 10, 10], {"holds", "fails", "depends"}),
    "none but on one ten times the margin": ([10, 0, 0, 0, 0], {"holds", "fails"}),
    "one alone, at the margin": ([1], {"holds", "fails", "depends"}),
    "two amounts of data, at the margin on one": ([5, 1], {"holds", "fails", "depends"}),
    "two amounts of data, at the margin on both": ([1, 1], {"holds", "fails", "depends"}),
}


@pytest.mark.parametrize(("truth", "blocks"), [(t, n) for t in KNOWN for n in (3, 5) if n == 5 or len(KNOWN[t][0]) < 3])
def test_of_100_verdicts_over_places_fewer_than_5_are_wrong_in_any_one_way(truth, blocks):
    truths, wrong = KNOWN[truth]
    found = overall_drawn(truths, blocks)
    assert all(found[verdict] < 0.05 for verdict in wrong)


def test_the_docstring_says_what_the_rule_finds(monkeypatch):
    assert overall_drawn([0] * 5)["fails"] > 0.7 and round(overall_drawn([3] * 5)["holds"], 1) == 0.1
    assert round(overall_drawn([5] * 5)["holds"], 1) == 0.6
    assert 0.05 < overall_drawn([1] * 5, blocks=3, repeats=20_000)["fails"] < 0.065
    monkeypatch.setattr(f"{__name__}.FIVE", FIVE[:1] * 5)
    assert overall_drawn([0] * 5)["fails"] > 0.9 and overall_drawn([3] * 5)["holds"] > 0.95
    assert round(overall_drawn([2] * 5)["holds"], 1) == 0.2 and round(overall_drawn([2] * 5, 10)["holds"], 1) == 0.8
    said = " ".join(overall.__doc__.split())
    for part in ("three times the margin everywhere holds in 95", "twice the margin in 20, with ten blocks in 80"):
        assert part in said


def counted(generator, repeats, blocks, rows, networks, mean, effect, spread):
    """Cells of real counts, (repeats, blocks, rows), and the true difference.

    A network is right where the sum of `mean`, the side's effect and normal parts of its block, of the row (the same
    for both sides, and the side's own) and of chance is above 0; spread: the parts' standard deviations.
    """
    block, together, own = spread
    ease = together * generator.standard_normal((repeats, 1, rows), np.float32)
    cells, accuracy = 0, []
    for sign, centre in ((1, mean + effect), (-1, mean)):
        level = centre + ease + own * generator.standard_normal((repeats, 1, rows), np.float32)
        level = level + block * generator.standard_normal((repeats, blocks, 1), np.float32)
        cells = cells + sign * generator.binomial(networks, stats.norm.cdf(level)) / networks
        accuracy.append(stats.norm.cdf(centre / np.sqrt(1 + np.square(spread).sum())))
    return cells, accuracy[0] - accuracy[1]


@pytest.mark.parametrize(("mean", "effect"), [(0.8, 0.0), (0.8, 0.1), (3.0, 0.1)])
def test_intervals_cover_for_five_networks_counted_in_each_block_too(mean, effect):
    generator, covered, repeats = np.random.default_rng(0), [], 200
    for _ in range(5):
        cells, truth = counted(generator, repeats, 5, 1400, 5, mean, effect, (0.03, 1.2, 0.5))
        _, low, high = intervals(cells)
        covered += [*((low < truth) & (truth < high))]
    error = 3 * np.sqrt(0.95 * 0.05 / len(covered))
    assert 0.93 - error / 2 < np.mean(covered) < 0.97 + error / 2


def test_an_estimate_knows_what_it_was_computed_from():
    values = np.random.default_rng(0).normal(size=(5, 40))
    crossed, over_networks = crossed_estimate(values), network_estimate(values.mean(axis=1))
    assert crossed.basis.values == over_networks.basis.values == tuple(values.mean(axis=1))
    assert crossed.basis.mean_squares == tuple(map(float, mean_squares(values))) and crossed.basis.examples == 40
    assert over_networks.basis.mean_squares is over_networks.basis.examples is None
    assert crossed == Estimate(crossed.mean, crossed.low, crossed.high) and "basis" not in repr(crossed)


def test_an_estimate_as_text():
    estimate = Estimate(0.0234, -0.0046, 0.0506)
    assert str(estimate) == "+2.3 points (95 % interval -0.5 to +5.1)"
    assert Estimate(0.7, 0.65, 0.754).as_percent() == "70.0% (65.0% to 75.4%)"


@pytest.mark.parametrize("margin", [1, 0.51, 5, -0.01, "1 point", None, float("nan")])
def test_a_margin_that_is_no_fraction_is_refused_with_one_that_is(margin):
    """One percent is 0.01: with a margin of 1 every claim would fail."""
    with pytest.raises(ValueError, match=r"margin is .* a fraction from 0 to 0\.5 \(0\.01 is one point.*margin=0\.01"):
        Estimate(0.02, 0.015, 0.025).verdict(margin)
    assert Estimate(0.6, 0.55, 0.65).verdict(0.5) == "holds"


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_network_without_a_number_is_refused(value):
    with pytest.raises(ValueError, match=r"values is .*, but it must be finite \(a network that diverged has none"):
        network_estimate([0.5, value])


def test_a_draw_counts_half():
    assert Basis((0.2, -0.1, 0.0)).ahead == 1.5
