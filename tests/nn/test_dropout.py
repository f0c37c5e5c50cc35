"""Dropout, checked at rates other than .5, where the fraction dropped and the fraction kept are not the same.

Each check is a function of a dropout class, so that it can be tried on the faulty ones in faults.py as well.

Where chance decides, the tolerance is 4 standard deviations of what is counted, if each unit has a coin of its own:
- of n units n p are dropped, on average, with standard deviation sqrt(n p (1 - p)) (binomial);
- two independent masks agree on a unit with probability a = p² + (1 - p)², so of n pairs of units, no unit in two
  of them, n a agree, with standard deviation sqrt(n a (1 - a));
- a kept unit is scaled by 1 / (1 - p), so its mean is 1 and its variance p / (1 - p), and the mean of m has standard
  deviation sqrt(p / (1 - p) / m).
That a right dropout fails one such check has a chance of 1 in 16,000; the seeds are fixed, so it never does.
"""

import numpy as np
import pytest

from helpers.nn import Dense, Dropout, Fresh, Network
from tests.nn.faults import FAULTS

NETWORKS, EXAMPLES, UNITS = SHAPE = (4, 100, 50)
RATES = [0.2, 0.7, np.array([0.2, 0.7, 0.1, 0.35])]  # the last: one for each network


def noise():
    return Fresh(range(NETWORKS))


def each_network_s(rate):
    return np.broadcast_to(rate, NETWORKS)


def powers_of_two(seed=0, dtype=np.float64):
    """Positive and negative numbers whose product with any scale is exact, and so is the quotient."""
    generator = np.random.default_rng(seed)
    return (generator.choice([-1.0, 1.0], SHAPE) * 2.0 ** generator.integers(-3, 4, SHAPE)).astype(dtype)


def masks(dropout, rate, calls=1):
    """Which units a layer drops: (calls, networks, examples, units)."""
    layer, coins = dropout(rate), noise()
    return np.stack([layer.forward(np.ones(SHAPE), coins) == 0 for _ in range(calls)])


def assert_agree_as_independent_coins(one, other, rate):
    """Two arrays of booleans, True where dropped."""
    agreement, n = rate**2 + (1 - rate) ** 2, one.size
    assert abs((one == other).sum() - n * agreement) < 4 * np.sqrt(n * agreement * (1 - agreement))


# The checks


def units_are_dropped_as_often_as_the_rate_says(dropout):
    for rate in RATES:
        dropped = masks(dropout, rate)[0].sum(axis=(1, 2))
        p, n = each_network_s(rate), EXAMPLES * UNITS
        assert np.all(abs(dropped - n * p) < 4 * np.sqrt(n * p * (1 - p)))


def kept_units_are_divided_by_the_fraction_kept(dropout):
    for rate in RATES:
        for dtype in (np.float64, np.float32):
            x = powers_of_two(dtype=dtype)
            scales = dropout(rate).forward(x, noise()) / x
            for found, p in zip(scales, each_network_s(rate), strict=True):
                assert set(np.unique(found)) == {0, dtype(1 / (1 - p))}


def the_mean_over_masks_is_the_unit_itself(dropout):
    for rate in RATES:
        y = dropout(rate).forward(np.ones(SHAPE), noise())
        p, m = each_network_s(rate), EXAMPLES * UNITS
        assert np.all(abs(y.mean(axis=(1, 2)) - 1) < 4 * np.sqrt(p / (1 - p) / m))


def networks_have_independent_masks(dropout):
    for rate in (0.2, 0.7):
        dropped = masks(dropout, rate)[0]
        assert_agree_as_independent_coins(dropped[0::2], dropped[1::2], rate)
        assert_agree_as_independent_coins(dropped[:2], dropped[2:], rate)


def examples_have_independent_masks(dropout):
    for rate in (0.2, 0.7):
        dropped = masks(dropout, rate)[0]
        assert_agree_as_independent_coins(dropped[:, 0::2], dropped[:, 1::2], rate)
        assert_agree_as_independent_coins(dropped[:, : EXAMPLES // 2], dropped[:, EXAMPLES // 2 :], rate)


def units_are_dropped_independently(dropout):
    for rate in (0.2, 0.7):
        dropped = masks(dropout, rate)[0]
        assert_agree_as_independent_coins(dropped[:, :, 0::2], dropped[:, :, 1::2], rate)
        assert_agree_as_independent_coins(dropped[:, :, : UNITS // 2], dropped[:, :, UNITS // 2 :], rate)


def the_number_dropped_varies_as_coins_do(dropout):
    # The number dropped in a row of U units has variance v = U p (1 - p). Over r rows the mean squared distance from
    # U p is v, with standard deviation sqrt((k - v²) / r), where k = v (1 + 3 (U - 2) p (1 - p)) is the binomial's
    # fourth central moment.
    for p in (0.2, 0.7):
        counts = masks(dropout, p)[0].sum(axis=2)
        v = UNITS * p * (1 - p)
        k = v * (1 + 3 * (UNITS - 2) * p * (1 - p))
        spread = np.mean((counts - UNITS * p) ** 2)
        assert abs(spread - v) < 4 * np.sqrt((k - v * v) / counts.size)


def the_next_call_has_an_independent_mask(dropout):
    for rate in (0.2, 0.7):
        first, second, third = masks(dropout, rate, calls=3)
        assert_agree_as_independent_coins(first, second, rate)
        assert_agree_as_independent_coins(first, third, rate)


def backward_applies_the_same_scaled_mask(dropout):
    for rate in RATES:
        layer, coins, x, error = dropout(rate), noise(), powers_of_two(0), powers_of_two(1)
        for _ in range(2):
            scaled_mask = layer.forward(x, coins) / x
            assert np.array_equal(layer.backward(error), error * scaled_mask)


def evaluation_changes_nothing(dropout):
    for rate in RATES:
        layer, x, error = dropout(rate), powers_of_two(0), powers_of_two(1)
        for _ in range(2):
            assert np.array_equal(layer.forward(x), x)
            assert np.array_equal(layer.backward(error), error)
            layer.forward(x, noise())  # and now once more, after a training step


def rate_0_changes_nothing(dropout):
    layer, x, error = dropout(0), powers_of_two(0), powers_of_two(1)
    assert np.array_equal(layer.forward(x, noise()), x)
    assert np.array_equal(layer.backward(error), error)


def rates_outside_0_to_1_are_refused(dropout):
    for rate in (1.0, 1, -0.1, 1.5, np.nan, np.inf, "0.2", None, [0.2, 1.0], [], [[0.2]]):
        try:
            dropout(rate)
        except ValueError as error:
            assert "drop_rate" in str(error)
        else:
            raise AssertionError(f"a rate of {rate} was accepted")


def the_caller_s_arrays_stay_as_they_are(dropout):
    layer, x, error = dropout(0.2), powers_of_two(0), powers_of_two(1)
    for coins in (noise(), None):
        layer.forward(x, coins)
        layer.backward(error)
        assert np.array_equal(x, powers_of_two(0))
        assert np.array_equal(error, powers_of_two(1))


def float32_stays_float32(dropout):
    for rate in RATES:
        layer, x = dropout(rate), powers_of_two(dtype=np.float32)
        for coins in (noise(), None):
            assert layer.forward(x, coins).dtype == np.float32
            assert layer.backward(x).dtype == np.float32


CHECKS = [
    units_are_dropped_as_often_as_the_rate_says,
    kept_units_are_divided_by_the_fraction_kept,
    the_mean_over_masks_is_the_unit_itself,
    networks_have_independent_masks,
    examples_have_independent_masks,
    units_are_dropped_independently,
    the_number_dropped_varies_as_coins_do,
    the_next_call_has_an_independent_mask,
    backward_applies_the_same_scaled_mask,
    evaluation_changes_nothing,
    rate_0_changes_nothing,
    rates_outside_0_to_1_are_refused,
    the_caller_s_arrays_stay_as_they_are,
    float32_stays_float32,
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_our_dropout(check):
    check(Dropout)


@pytest.mark.parametrize(("fault", "check"), FAULTS.items(), ids=lambda value: getattr(value, "__name__", None))
def test_a_faulty_dropout_is_refused(fault, check):
    with pytest.raises(AssertionError):
        {each.__name__: each for each in CHECKS}[check](fault)


@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:invalid value")
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_no_check_is_there_in_vain(check):
    def refuses(fault):
        try:
            check(fault)
        except AssertionError:
            return True
        return False

    assert any(refuses(fault) for fault in FAULTS)


def test_dropout_in_a_network_drops_the_units_of_the_layer_before():
    first, dropout, last = Dense(6, 8), Dropout(0.3), Dense(8, 3)
    network = Network([first, dropout, last], [0, 1], dtype=np.float64)
    x = np.random.default_rng(0).normal(size=(5, 6))
    network.forward(x, Fresh([0, 1]))
    kept = Fresh([0, 1]).mask(1, (2, 5, 8), 0.3)
    assert np.array_equal(last.x == 0, ~kept)
    assert np.allclose(last.x, (x @ first.weights + first.bias) * kept / 0.7, rtol=1e-15)
