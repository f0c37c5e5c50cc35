"""While training, signals are moved a little to the left or right, each at random."""

import numpy as np
import pytest

from helpers.nn import SGD, Fresh, Network, RandomShift, mlp, train
from tests.nn.common import toy_examples

SEEDS = [0, 1, 2]
NETWORKS, EXAMPLES, FEATURES = SHAPE = (3, 200, 11)
NOISE = Fresh(SEEDS)


def numbers(seed=0, dtype=np.float64):
    return np.random.default_rng(seed).normal(size=SHAPE).astype(dtype)


def shifts(layer, networks=NETWORKS, features=FEATURES):
    """By how many places to the right each example is moved, (networks, examples), at most half the features."""
    one_hot = np.zeros((networks, EXAMPLES, features))
    one_hot[..., features // 2] = 1
    moved = layer.forward(one_hot, NOISE)
    assert np.array_equal(moved.sum(axis=2), np.ones((networks, EXAMPLES)))
    return moved.argmax(axis=2) - features // 2


def test_evaluation_changes_nothing():
    layer, x = RandomShift(3, SEEDS), numbers()
    for _ in range(2):
        assert np.array_equal(layer.forward(x), x) and np.array_equal(layer.backward(x), x)
        layer.forward(x, NOISE)  # and now once more, after a training step


@pytest.mark.parametrize("most", [1, 2, 5])
def test_each_shift_up_to_the_most_occurs_and_none_beyond(most):
    for found in shifts(RandomShift(most, SEEDS)):
        assert set(found) == set(range(-most, most + 1))


def test_what_leaves_at_one_end_enters_at_the_other():
    x, found = numbers(), shifts(RandomShift(3, SEEDS))
    moved = RandomShift(3, SEEDS).forward(x, NOISE)
    for network, example in np.ndindex(NETWORKS, EXAMPLES):
        assert np.array_equal(moved[network, example], np.roll(x[network, example], found[network, example]))


def test_more_places_than_there_are_go_round():
    x = numbers()[..., :2]
    moved = RandomShift(9, SEEDS).forward(x, NOISE)
    assert np.array_equal(np.sort(moved, axis=2), np.sort(x, axis=2))


def test_at_most_0_changes_nothing():
    assert np.array_equal(RandomShift(0, SEEDS).forward(numbers(), NOISE), numbers())


def test_backward_is_the_adjoint_of_forward():
    layer, x, error = RandomShift(3, SEEDS), numbers(0), numbers(1)
    for noise in (NOISE, NOISE, None):
        there, back = np.sum(layer.forward(x, noise) * error), np.sum(x * layer.backward(error))
        assert np.isclose(there, back, rtol=1e-10)


def test_backward_moves_back_what_forward_moved():
    layer = RandomShift(3, SEEDS)
    assert np.array_equal(layer.backward(layer.forward(numbers(), NOISE)), numbers())


def test_examples_calls_and_networks_have_shifts_of_their_own():
    layer = RandomShift(3, SEEDS)
    first, second = shifts(layer), shifts(layer)
    assert len(np.unique(first, axis=0)) == NETWORKS
    assert not np.array_equal(first, second)


def test_a_network_s_shifts_depend_on_its_own_seed_alone():
    together, alone = RandomShift(3, [5, 1, 2]), RandomShift(3, [1])
    for _ in range(2):
        assert np.array_equal(shifts(together)[1], shifts(alone, networks=1)[0])
    assert np.array_equal(shifts(RandomShift(3, SEEDS)), shifts(RandomShift(3, SEEDS)))


def test_a_noise_is_not_drawn_from():
    noise = Fresh(SEEDS)
    RandomShift(3, SEEDS).forward(numbers(), noise)
    assert np.array_equal(noise.mask(0, SHAPE, 0.5), Fresh(SEEDS).mask(0, SHAPE, 0.5))


def test_evaluation_draws_nothing():
    layer = RandomShift(3, SEEDS)
    layer.forward(numbers())
    assert np.array_equal(shifts(layer), shifts(RandomShift(3, SEEDS)))


def test_the_caller_s_arrays_stay_as_they_are():
    layer, x, error = RandomShift(3, SEEDS), numbers(0), numbers(1)
    for noise in (NOISE, None):
        layer.forward(x, noise)
        layer.backward(error)
        assert np.array_equal(x, numbers(0)) and np.array_equal(error, numbers(1))


def test_examples_are_the_same_after_a_training():
    examples, expected = toy_examples(), toy_examples()
    list(train(Network([RandomShift(2, [0, 1]), *mlp(5, 8, 3)], [0, 1]), examples, SGD(0.1), 2, 10))
    assert np.array_equal(examples.x, expected.x)


def test_float32_stays_float32():
    layer, x = RandomShift(3, SEEDS), numbers(dtype=np.float32)
    assert layer.forward(x, NOISE).dtype == layer.backward(x).dtype == np.float32


@pytest.mark.parametrize("most", [-1, 1.0, "1", None, True])
def test_what_is_no_number_of_places_is_refused(most):
    with pytest.raises(ValueError) as error:
        RandomShift(most, SEEDS)
    assert f"most is {most!r}, but it must be a whole number of at least 0" in str(error.value)


def test_another_number_of_networks_than_of_seeds_is_refused():
    with pytest.raises(ValueError, match="number of networks is 3, but it must be 1, the number of its seeds"):
        RandomShift(2, [0]).forward(numbers(), NOISE)
