"""Softmax and cross-entropy."""

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from helpers.nn import softmax, softmax_cross_entropy

LOGITS = arrays(np.float64, array_shapes(min_dims=1, max_dims=3), elements=st.floats(-1e4, 1e4))
NETWORKS, EXAMPLES, CLASSES = SHAPE = (3, 7, 4)


def some_logits_and_labels(seed=0):
    generator = np.random.default_rng(seed)
    return 3 * generator.normal(size=SHAPE), generator.integers(0, CLASSES, (NETWORKS, EXAMPLES))


@given(LOGITS)
def test_softmax_gives_probabilities(logits):
    probabilities = softmax(logits)
    assert np.allclose(probabilities.sum(axis=-1), 1, rtol=0, atol=1e-12)
    assert (probabilities >= 0).all()


@given(LOGITS, st.integers(-100, 100))
def test_softmax_does_not_change_if_all_logits_move_together(logits, shift):
    assert np.allclose(softmax(np.round(logits) + shift), softmax(np.round(logits)), rtol=0, atol=1e-12)


def test_softmax_of_logarithms_gives_their_proportions():
    assert np.allclose(softmax(np.log([[1.0, 2.0, 5.0]])), [[0.125, 0.25, 0.625]], rtol=1e-15)


def test_loss_is_the_mean_surprise_at_the_right_class():
    logits = np.log([[[1.0, 2.0, 5.0], [6.0, 1.0, 1.0]]])
    loss, _ = softmax_cross_entropy(logits, np.array([1, 0]))
    assert np.allclose(loss, -(np.log(0.25) + np.log(0.75)) / 2, rtol=1e-15)


def test_equal_logits_cost_the_logarithm_of_the_number_of_classes():
    loss, _ = softmax_cross_entropy(np.zeros(SHAPE), np.zeros(EXAMPLES, int))
    assert np.allclose(loss, np.log(CLASSES), rtol=1e-15)


def test_loss_and_gradient_equal_those_of_autograd():
    logits, labels = some_logits_and_labels()

    def oracle(logits, labels):
        right = logits[anp.arange(EXAMPLES), labels]
        return anp.mean(anp.log(anp.sum(anp.exp(logits), axis=1)) - right)

    loss, error = softmax_cross_entropy(logits, labels)
    for network in range(NETWORKS):
        assert abs(loss[network] - oracle(logits[network], labels[network])) < 1e-14
        assert np.allclose(error[network], grad(oracle)(logits[network], labels[network]), rtol=0, atol=1e-15)


def test_shared_labels_equal_the_same_labels_for_each_network():
    logits, labels = some_logits_and_labels()
    shared = softmax_cross_entropy(logits, labels[0])
    repeated = softmax_cross_entropy(logits, np.tile(labels[0], (NETWORKS, 1)))
    assert np.array_equal(shared[0], repeated[0]) and np.array_equal(shared[1], repeated[1])


def test_as_many_networks_as_examples_are_no_cause_for_confusion():
    logits, labels = np.log([[[1.0, 3.0], [3.0, 1.0]], [[1.0, 1.0], [1.0, 1.0]]]), np.array([[1, 1], [0, 1]])
    loss, _ = softmax_cross_entropy(logits, labels)
    assert np.allclose(loss, [-(np.log(0.75) + np.log(0.25)) / 2, np.log(2)], rtol=1e-15)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_huge_logits_neither_overflow_nor_lose_the_loss(dtype):
    logits = np.array([[[1e4, -1e4], [1e4, -1e4]]], dtype)
    with np.errstate(all="raise", under="ignore"):
        loss, error = softmax_cross_entropy(logits, np.array([0, 1]))
        assert np.array_equal(softmax(logits)[0, 0], [1, 0])
    assert loss[0] == 1e4  # the mean of 0 and 20,000
    assert np.array_equal(error, [[[0, 0], [0.5, -0.5]]])


def test_float32_stays_float32():
    logits, labels = some_logits_and_labels()
    loss, error = softmax_cross_entropy(logits.astype(np.float32), labels)
    assert loss.dtype == error.dtype == softmax(logits.astype(np.float32)).dtype == np.float32


def test_logits_stay_as_they_are():
    logits, labels = some_logits_and_labels()
    softmax_cross_entropy(logits, labels)
    softmax(logits)
    assert np.array_equal(logits, some_logits_and_labels()[0])
