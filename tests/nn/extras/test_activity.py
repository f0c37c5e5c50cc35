"""A penalty on what the hidden units say: nothing on the way forward, its slope on the way back."""

import numpy as np
import pytest

from helpers.nn import (
    ActivityPenalty,
    Dense,
    Dropout,
    Fresh,
    Network,
    Relu,
    Replayed,
    Tanh,
    central_differences,
    relative_error,
)

SEEDS = [0, 1, 2]


def numbers(*shape, dtype=np.float64):
    return np.random.default_rng(0).normal(size=shape).astype(dtype)


def test_forward_changes_nothing():
    layer, x = ActivityPenalty(0.5), numbers(3, 7, 4)
    for noise in (None, Fresh(SEEDS)):
        assert np.array_equal(layer.forward(x, noise), numbers(3, 7, 4))
    layer.backward(numbers(3, 7, 4))
    assert np.array_equal(x, numbers(3, 7, 4))


def test_backward_adds_the_sign_times_the_strength_over_the_number_of_examples():
    layer, error = ActivityPenalty(0.5), numbers(1, 4, 2)
    x = np.array([[[3.0, -2.0], [0.0, 1e-9], [-1e9, 0.0], [1.0, 1.0]]])
    layer.forward(x)
    added = np.array([[[1, -1], [0, 1], [-1, 0], [1, 1]]]) * 0.5 / 4
    assert np.array_equal(layer.backward(error), error + added)
    assert np.array_equal(error, numbers(1, 4, 2))


@pytest.mark.parametrize("strength", [0.3, [0.3, 0.0, 0.7]])
@pytest.mark.parametrize("activation", [Relu, Tanh])
def test_the_gradient_equals_central_differences_of_the_loss_and_the_activity_cost(activation, strength):
    penalties = ActivityPenalty(strength), ActivityPenalty(strength)
    layers = [Dense(4, 6), activation(), penalties[0], Dropout(0.2), Dense(6, 5), activation(), penalties[1]]
    network = Network([*layers, Dense(5, 3)], SEEDS, dtype=np.float64)
    network.parameters += 0.1 * numbers(*network.parameters.shape)
    x, labels, noise = numbers(7, 4), np.arange(7) % 3, Replayed(Fresh(SEEDS))

    def cost():
        loss = network.loss_function(network.forward(x, noise), labels)[0]
        return loss + sum(strength * np.abs(layer.x).sum(axis=(1, 2)) / 7 for layer in penalties)

    strength = np.array(strength)
    _, gradient = network.gradient(x, labels, noise)
    assert relative_error(gradient.copy(), central_differences(cost, network.parameters)) < 1e-7


def test_each_network_may_have_a_strength_of_its_own():
    x, error, strengths = numbers(3, 7, 4, dtype=np.float32), np.ones((3, 7, 4), np.float32), [0.1, 0.0, 0.7]
    layer = ActivityPenalty(strengths)
    layer.forward(x)
    together = layer.backward(error)
    for at, strength in enumerate(strengths):
        alone = ActivityPenalty(strength)
        alone.forward(x[at : at + 1])
        assert np.array_equal(together[at], alone.backward(error[at : at + 1])[0])
    assert np.array_equal(together[1], error[1]) and not np.array_equal(together[0], together[2])


@pytest.mark.parametrize("strength", [0.1, np.array([0.1, 0.2, 0.3])])
def test_float32_stays_float32(strength):
    layer, x = ActivityPenalty(strength), numbers(3, 7, 4, dtype=np.float32)
    assert layer.forward(x).dtype == layer.backward(x).dtype == np.float32


@pytest.mark.parametrize("strength", [-0.1, [0.1, -0.1], np.nan, np.inf, "0.1", None, []])
def test_strengths_below_0_and_what_is_no_number_are_refused(strength):
    with pytest.raises(ValueError) as error:
        ActivityPenalty(strength)
    assert f"strength is {strength!r}, but it must be at least 0" in str(error.value)
