"""One clear error for each kind of bad input. Which calls are refused is tested in test_bad_input.py."""

import numpy as np
import pytest

from helpers.nn.plumbing.checks import per_network, require, require_numbers, require_seeds, require_whole


def test_an_error_names_the_argument_the_value_what_is_allowed_and_a_call_that_works():
    with pytest.raises(ValueError) as error:
        require(False, "drop_rate", 1.0, "below 1", "Dropout(0.2)")
    assert str(error.value) == "drop_rate is 1.0, but it must be below 1. For example: Dropout(0.2)"


def test_what_is_right_passes_in_silence():
    assert require(True, "drop_rate", 0.2, "below 1", "Dropout(0.2)") is None


def test_whole_numbers_of_numpy_become_ints():
    assert type(require_whole("epochs", np.int32(3), 1, "epochs=3")) is int


def test_seeds_may_be_a_list_a_range_an_array_or_a_generator():
    for seeds in ([0, 1, 2], range(3), np.arange(3), (seed for seed in range(3))):
        assert require_seeds(seeds) == [0, 1, 2]


def test_equal_seeds_are_allowed():
    assert require_seeds([3, 3]) == [3, 3]


def test_numbers_may_be_one_or_one_for_each_network():
    for value in (0.2, [0.2, 0.7], np.array([0.2, 0.7]), np.float32(0.2), 0):
        array = require_numbers("drop_rate", value, "above 0", lambda v: v >= 0, "Dropout(0.2)")
        assert np.array_equal(array, value)


@pytest.mark.parametrize("shape", [(2, 5), (2, 4, 5)])
def test_one_number_for_each_network_acts_on_the_networks_axis(shape):
    like = np.ones(shape, np.float32)
    assert np.array_equal((like * per_network("rate", [3, 7], like))[0], np.full(shape[1:], 3))
    assert np.array_equal((like * per_network("rate", [3, 7], like))[1], np.full(shape[1:], 7))
    assert np.array_equal(like * per_network("rate", 3, like), np.full(shape, 3))


def test_one_number_for_each_network_takes_the_dtype_of_what_it_acts_on():
    like = np.ones((2, 5), np.float32)
    assert per_network("rate", [0.2, 0.7], like).dtype == np.float32
