"""How well does each network do, used as it is meant to be used?"""

import warnings

import numpy as np
import pytest

from helpers.nn import (
    SGD,
    Dense,
    Dropout,
    Fresh,
    Network,
    Replayed,
    Shared,
    evaluate,
    mlp,
    softmax,
    train,
)
from helpers.nn import evaluation as evaluation_module
from tests.nn.common import toy_data, toy_examples


def small_network():
    return Network([Dropout(0.2), *mlp(5, 8, 3, drop_rate=0.3)], [0, 1, 2])


def assert_is_the_evaluation_by_hand(found, network, x, labels):
    """x: (networks, examples, inputs), labels: (networks, examples)."""
    for seed in range(3):
        probabilities = softmax(network.forward(x[seed])[seed].astype(float))
        right = probabilities[np.arange(len(labels[seed])), labels[seed]]
        assert np.array_equal(found.predicted[seed], probabilities.argmax(axis=1))
        assert np.array_equal(found.correct[seed], found.predicted[seed] == labels[seed])
        assert found.accuracy[seed] == np.mean(found.predicted[seed] == labels[seed])
        assert np.isclose(found.loss[seed], -np.log(right).mean(), rtol=1e-6)


def test_evaluation_equals_the_one_by_hand():
    network, (x, labels) = small_network(), toy_data()
    found = evaluate(network, toy_examples())
    assert found.accuracy.min() > 0 and found.accuracy.max() < 1
    assert_is_the_evaluation_by_hand(found, network, [x] * 3, [labels] * 3)


def test_each_network_is_evaluated_on_the_examples_that_its_seed_draws():
    network, (x, labels), examples = small_network(), toy_data(), toy_examples(draw=25)
    rows = examples.rows(network.seeds)
    assert_is_the_evaluation_by_hand(evaluate(network, examples), network, x[rows], labels[rows])


@pytest.mark.parametrize("draw", [None, 50])
@pytest.mark.parametrize("size", [1, 7, 59, 60, 61])
def test_the_size_of_a_slice_does_not_matter(monkeypatch, size, draw):
    network, examples = small_network(), toy_examples(draw=draw)
    whole = evaluate(network, examples)
    monkeypatch.setattr(evaluation_module, "SLICE", size)
    sliced = evaluate(network, examples)
    assert np.array_equal(sliced.predicted, whole.predicted) and np.array_equal(sliced.correct, whole.correct)
    assert np.array_equal(sliced.accuracy, whole.accuracy)
    assert np.allclose(sliced.loss, whole.loss, rtol=1e-6)


def test_the_shapes_of_an_evaluation():
    found = evaluate(small_network(), toy_examples())
    assert found.loss.shape == found.accuracy.shape == (3,)
    assert found.predicted.shape == found.correct.shape == (3, 60)


def test_evaluating_leaves_the_network_as_it_is_and_is_the_same_each_time():
    network = small_network()
    parameters, gradients = network.parameters.copy(), network.gradients.copy()
    first, second = evaluate(network, toy_examples()), evaluate(network, toy_examples())
    assert np.array_equal(network.parameters, parameters) and np.array_equal(network.gradients, gradients)
    assert np.array_equal(first.loss, second.loss) and np.array_equal(first.predicted, second.predicted)


def test_evaluating_between_epochs_does_not_change_a_training():
    alone, watched = small_network(), small_network()
    for _ in train(alone, toy_examples(), SGD(0.1), epochs=3, batch_size=10):
        pass
    for _ in train(watched, toy_examples(), SGD(0.1), epochs=3, batch_size=10):
        evaluate(watched, toy_examples())
    assert np.array_equal(alone.parameters, watched.parameters)


def test_an_untrained_network_with_weights_of_zero_takes_the_first_class():
    found = evaluate(Network([Dense(5, 3, weight_scale=0)], [0, 1]), toy_examples())
    assert not found.predicted.any()
    assert np.allclose(found.loss, np.log(3), rtol=1e-6)


@pytest.mark.parametrize("broken", [np.nan, np.inf, 1e38])
def test_a_diverged_network_gets_nothing_right_and_does_not_disturb_the_others(broken):
    network, examples = small_network(), toy_examples()
    healthy = evaluate(network, examples)
    network.parameters[1] = broken
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = evaluate(network, examples)
    assert not np.isfinite(found.loss[1]) and np.isnan(found.accuracy[1]) and not found.correct[1].any()
    for network_left in (0, 2):
        assert found.loss[network_left] == healthy.loss[network_left]
        assert np.array_equal(found.correct[network_left], healthy.correct[network_left])


def test_with_a_noise_units_are_dropped_as_in_training():
    network, (x, labels) = small_network(), toy_data()
    found = evaluate(network, toy_examples(), Fresh(network.seeds))
    logits = network.forward(x, Fresh(network.seeds))
    assert np.array_equal(found.predicted, logits.argmax(axis=2))
    assert np.allclose(found.loss, network.loss_function(logits, labels)[0], rtol=1e-6)


def test_without_a_noise_none_is_dropped():
    network, whole = small_network(), Network(mlp(5, 8, 3), [0, 1, 2])
    assert np.array_equal(network.parameters, whole.parameters)
    found, expected = evaluate(network, toy_examples()), evaluate(whole, toy_examples())
    assert np.array_equal(found.loss, expected.loss) and np.array_equal(found.predicted, expected.predicted)
    assert np.all(evaluate(network, toy_examples(), Fresh([0, 1, 2])).loss != expected.loss)


def test_with_a_mask_kept_for_ever_all_slices_are_judged_by_the_same_sub_network(monkeypatch):
    network, noise = small_network(), Shared(Replayed(Fresh([0, 1, 2])))
    whole = evaluate(network, toy_examples(), noise)
    monkeypatch.setattr(evaluation_module, "SLICE", 7)
    assert np.array_equal(evaluate(network, toy_examples(), noise).predicted, whole.predicted)
    assert not np.array_equal(evaluate(network, toy_examples()).predicted, whole.predicted)
