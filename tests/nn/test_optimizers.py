"""From a gradient to a step. That the steps are PyTorch's, over a hundred of them, is tested in test_pytorch.py."""

import numpy as np
import pytest

from helpers.nn import SGD, Adam
from helpers.nn.plumbing import fast
from tests.nn.common import Float32Only

OPTIMIZERS = [SGD(0.1), SGD(0.1, momentum=0.9), Adam(0.01), Adam(0.01, beta1=0.5, beta2=0.9, epsilon=1e-3)]
every_optimizer = pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=str)


def after(optimizer, gradients, networks=1):
    """The parameters, from zero, after one step for each of `gradients`."""
    parameters = np.zeros((networks, np.shape(gradients[0])[-1]))
    memory = optimizer.start(parameters)
    for gradient in gradients:
        optimizer.step(parameters, np.broadcast_to(gradient, parameters.shape), memory)
    return parameters


def test_sgd_goes_against_the_gradient():
    assert np.allclose(after(SGD(0.1), [[2.0, -3.0]]), [[-0.2, 0.3]], rtol=1e-15)


def test_momentum_adds_the_fading_gradients_of_earlier_steps():
    # velocities 1, 1 + .9, 2 + .81 + .9
    assert np.allclose(after(SGD(0.1, momentum=0.9), [[1.0], [1.0], [2.0]]), -0.1 * (1 + 1.9 + 3.71), rtol=1e-14)


def test_without_momentum_nothing_is_remembered():
    assert np.allclose(after(SGD(0.1), [[1.0], [0.0], [0.0]]), -0.1, rtol=1e-15)


def test_adam_s_first_step_is_the_learning_rate_whatever_the_size_of_the_gradient():
    assert np.allclose(after(Adam(0.01), [[1e-3, -1.0, 1e3]]), [[-0.01, 0.01, -0.01]], rtol=1e-4)


def test_adam_by_hand_over_three_steps():
    gradients, m, v, w = [0.5, -2.0, 1.0], 0.0, 0.0, 0.0
    for t, gradient in enumerate(gradients, start=1):
        m = 0.6 * m + 0.4 * gradient
        v = 0.8 * v + 0.2 * gradient**2
        w -= 0.01 * (m / (1 - 0.6**t)) / ((v / (1 - 0.8**t)) ** 0.5 + 0.1)
    adam = Adam(0.01, beta1=0.6, beta2=0.8, epsilon=0.1)
    assert np.allclose(after(adam, [[gradient] for gradient in gradients]), w, rtol=1e-13)


def test_the_defaults_are_those_of_the_paper():
    assert (Adam(0.01).beta1, Adam(0.01).beta2, Adam(0.01).epsilon) == (0.9, 0.999, 1e-8)
    assert SGD(0.01).momentum == 0


@pytest.mark.parametrize("make", [SGD, Adam, lambda rate: SGD(rate, momentum=0.9)], ids=["SGD", "Adam", "momentum"])
def test_each_network_may_have_a_learning_rate_of_its_own(make):
    gradients = [np.array([1.0, -2.0, 0.5]), np.array([0.5, 1.0, 1.0])]
    together = after(make(np.array([0.1, 0.02])), gradients, networks=2)
    assert np.array_equal(together[0], after(make(0.1), gradients)[0])
    assert np.array_equal(together[1], after(make(0.02), gradients)[0])


def test_each_network_may_have_a_momentum_of_its_own():
    gradients = [np.array([1.0, -2.0, 0.5])] * 3
    together = after(SGD(0.1, momentum=[0.9, 0.0]), gradients, networks=2)
    assert np.array_equal(together[0], after(SGD(0.1, momentum=0.9), gradients)[0])
    assert np.array_equal(together[1], after(SGD(0.1), gradients)[0])


@every_optimizer
def test_a_second_training_inherits_nothing_from_the_first(optimizer):
    gradients = [[1.0, -2.0], [0.5, 3.0]]
    assert np.array_equal(after(optimizer, gradients), after(optimizer, gradients))


@every_optimizer
def test_a_step_changes_the_parameters_in_place_and_leaves_the_gradient(optimizer):
    parameters, gradients = np.ones((2, 3)), np.full((2, 3), 2.0)
    memory = optimizer.start(parameters)
    assert optimizer.step(parameters, gradients, memory) is None
    optimizer.step(parameters, gradients, memory)
    assert (parameters < 1).all() and np.array_equal(gradients, np.full((2, 3), 2.0))


@every_optimizer
def test_a_step_calculates_in_float32_if_the_parameters_are_float32(optimizer):
    parameters = np.ones((2, 3), np.float32).view(Float32Only)
    memory = optimizer.start(parameters)
    assert all(isinstance(kept, int) or kept.dtype == np.float32 for kept in memory.values())
    for _ in range(3):
        optimizer.step(parameters, parameters, memory)


@every_optimizer
@pytest.mark.parametrize("shape", [(1, 1), (3, 7), (2, 64), (5, 1)])
@pytest.mark.parametrize("piece", [1, 2, 10, 64])
def test_cut_into_pieces_a_step_gives_the_same_bits(optimizer, shape, piece, monkeypatch):
    def steps():
        generator = np.random.default_rng(0)
        parameters = generator.standard_normal(shape, np.float32)
        memory = optimizer.start(parameters)
        for _ in range(5):
            optimizer.step(parameters, generator.standard_normal(shape, np.float32), memory)
        return parameters

    whole = steps()
    monkeypatch.setattr(fast, "PIECE", piece)
    assert np.array_equal(steps(), whole)
