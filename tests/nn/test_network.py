"""Layers in a row, for many networks at a time."""

import copy
import pickle

import numpy as np
import pytest

from helpers.nn import (
    SGD,
    Dense,
    Dropout,
    Fresh,
    Network,
    RandomShift,
    Relu,
    Replayed,
    Tanh,
    mlp,
    softmax_cross_entropy,
    train,
)
from tests.nn.common import toy_data, toy_examples


def small_network(seeds=(0, 1), dtype=np.float32):
    return Network([Dense(5, 8), Relu(), Dropout(0.3), Dense(8, 3)], seeds, dtype=dtype)


def test_a_network_is_its_layers_one_after_the_other():
    network, (x, _) = small_network(), toy_data()
    first, _, _, last = network.layers
    for seed in range(2):
        hidden = np.maximum(x @ first.weights[seed] + first.bias[seed], 0)
        assert np.allclose(network.forward(x)[seed], hidden @ last.weights[seed] + last.bias[seed], atol=1e-6)


def test_shared_inputs_equal_the_same_inputs_for_each_network():
    network, (x, labels) = small_network(), toy_data()
    shared = network.gradient(x, labels, Fresh([0, 1]))
    shared = shared[0], shared[1].copy()
    repeated = network.gradient(np.stack([x, x]), np.stack([labels, labels]), Fresh([0, 1]))
    assert np.array_equal(shared[0], repeated[0]) and np.array_equal(shared[1], repeated[1])


def test_each_network_may_see_inputs_of_its_own():
    network, (x, _) = small_network(), toy_data()
    mixed = network.forward(np.stack([x, 2 * x]))
    assert np.array_equal(mixed[0], network.forward(x)[0])
    assert np.array_equal(mixed[1], network.forward(2 * x)[1])


def test_without_a_noise_forward_always_gives_the_same():
    network, (x, _) = small_network(), toy_data()
    evaluated = network.forward(x)
    assert not np.array_equal(network.forward(x, Fresh([0, 1])), evaluated)
    assert np.array_equal(network.forward(x), evaluated)


def test_two_dropout_layers_have_masks_of_their_own():
    first, second = Dropout(0.3), Dropout(0.3)
    network = Network([first, second, Dense(40, 2)], [0])
    network.forward(np.ones((20, 40), np.float32), Replayed(Fresh([0])))
    assert not np.array_equal(first.scaled, second.scaled)


def test_gradients_land_in_their_place_in_the_buffer():
    network, (x, labels) = small_network(), toy_data()
    _, gradients = network.gradient(x, labels, Fresh([0, 1]))
    first, _, _, last = network.layers
    parts = [first.weights_gradient, first.bias_gradient, last.weights_gradient, last.bias_gradient]
    assert np.array_equal(gradients, np.concatenate([part.reshape(2, -1) for part in parts], axis=1))
    assert gradients is network.gradients


def test_gradient_returns_the_loss():
    network, (x, labels) = small_network(), toy_data()
    loss, _ = network.gradient(x, labels, Fresh([0, 1]))
    assert np.array_equal(loss, softmax_cross_entropy(network.forward(x, Fresh([0, 1])), labels)[0])


@pytest.mark.parametrize(
    ("layer", "named"),
    [(Dropout(0.3), "Dropout"), (Dropout([0.0, 0.1]), "Dropout"), (RandomShift(1, [0, 1]), "RandomShift")],
    ids=["a rate", "a rate for one of two", "a shift"],
)
def test_without_a_noise_the_gradient_of_a_network_that_drops_or_shifts_is_refused(layer, named):
    network, (x, labels) = Network([layer, Dense(5, 3)], [0, 1]), toy_data()
    with pytest.raises(ValueError, match=rf"^noise is None.* {named} .*noise=Fresh\(network\.seeds\)"):
        network.gradient(x, labels)
    assert not network.gradients.any()
    network.gradient(x, labels, noise=Fresh(network.seeds))
    assert network.gradients.any()


def test_a_network_that_drops_and_shifts_nothing_needs_no_noise():
    plain = Network([Dense(5, 3)], [0, 1])
    network, (x, labels) = (
        Network([RandomShift(0, [0, 1]), Dropout(0), Dropout([0, 0.0]), Dense(5, 3)], [0, 1]),
        toy_data(),
    )
    assert np.array_equal(network.gradient(x, labels)[1], plain.gradient(x, labels)[1])


def test_a_loss_of_one_s_own_takes_any_labels():
    def squared_error(outputs, targets):
        distance = outputs - targets[:, np.newaxis]
        return (distance**2).mean(axis=(1, 2)), 2 * distance / distance[0].size

    network = Network([Dense(1, 1)], [0, 1, 2], loss=squared_error)
    x = np.linspace(-1, 1, 20, dtype=np.float32)[:, np.newaxis]
    for _ in range(200):
        network.parameters -= 0.3 * network.gradient(x, 2 * x[:, 0] - 1)[1]
    assert np.allclose(network.parameters, [[2, -1]], atol=1e-4)


def test_layers_before_the_first_parameters_are_skipped_unless_asked_for():
    class Untouched(Relu):
        def backward(self, error):
            raise AssertionError("there is nothing to learn here")

    class First(Dense):
        def backward(self, error, to_inputs=True):
            asked.append(to_inputs)
            return super().backward(error, to_inputs)

    network, asked = Network([Untouched(), First(5, 8), Relu(), First(8, 3)], [0]), []
    x, labels = toy_data()
    network.gradient(x, labels)
    assert asked == [True, False]
    with pytest.raises(AssertionError, match="nothing to learn"):
        network.backward(np.ones((1, 60, 3), np.float32), to_inputs=True)


def test_equal_seeds_start_from_equal_weights_with_and_without_dropout():
    plain = Network(mlp(5, 8, 6, 3), range(4))
    dropout = Network(mlp(5, 8, 6, 3, drop_rate=0.3), range(4))
    tanh = Network([Dropout(0.2), Dense(5, 8), Tanh(), Dense(8, 6), Tanh(), Dense(6, 3)], range(4))
    assert np.array_equal(plain.parameters, dropout.parameters)
    assert np.array_equal(plain.parameters, tanh.parameters)


def test_other_seeds_start_from_other_weights():
    weights = Network(mlp(5, 8, 3), range(4)).layers[0].weights
    assert len(np.unique(weights)) == weights.size


def test_layers_start_from_different_weights():
    first, last = Network([Dense(5, 5), Dense(5, 5)], [0]).layers
    assert not np.isin(first.weights, last.weights).any()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_network_calculates_in_the_dtype_it_was_given(dtype):
    network, (x, labels) = small_network(dtype=dtype), toy_data()
    loss, gradient = network.gradient(x.astype(dtype), labels, Fresh([0, 1]))
    logits = network.forward(x.astype(dtype))
    assert network.parameters.dtype == loss.dtype == gradient.dtype == logits.dtype == dtype


def test_the_caller_s_arrays_stay_as_they_are():
    network, (x, labels) = Network([Dropout(0.3), *mlp(5, 8, 3)], [0, 1]), toy_data()
    before = network.parameters.copy()
    network.gradient(x, labels, Fresh([0, 1]))
    network.gradient(np.stack([x, x]), labels, Fresh([0, 1]))
    assert np.array_equal(x, toy_data()[0]) and np.array_equal(labels, toy_data()[1])
    assert np.array_equal(network.parameters, before)


@pytest.mark.parametrize(
    "duplicate",
    [copy.copy, copy.deepcopy, lambda network: pickle.loads(pickle.dumps(network))],
    ids=["copy", "deepcopy", "pickle"],
)
def test_a_copy_trains_like_the_original_and_apart_from_it(duplicate):
    original = small_network()
    network = duplicate(original)
    before = original.parameters.copy()
    for _ in train(network, toy_examples(), SGD(0.1), epochs=2, batch_size=10):
        pass
    assert np.array_equal(original.parameters, before)
    for _ in train(original, toy_examples(), SGD(0.1), epochs=2, batch_size=10):
        pass
    assert np.array_equal(original.parameters, network.parameters) and not np.array_equal(before, network.parameters)
    assert np.array_equal(original.forward(toy_data()[0]), network.forward(toy_data()[0]))


def test_mlp_puts_an_activation_and_dropout_behind_each_hidden_layer():
    layers = mlp(5, 8, 6, 3, activation="tanh", drop_rate=0.3)
    assert [type(layer) for layer in layers] == [Dense, Tanh, Dropout, Dense, Tanh, Dropout, Dense]
    sizes = [(layer.inputs, layer.outputs) for layer in layers if isinstance(layer, Dense)]
    assert sizes == [(5, 8), (8, 6), (6, 3)]
    assert layers[2].drop_rate == layers[5].drop_rate == 0.3


def test_mlp_without_a_rate_has_no_dropout_and_relu():
    assert [type(layer) for layer in mlp(5, 8, 3)] == [Dense, Relu, Dense]
    assert [type(layer) for layer in mlp(5, 3)] == [Dense]


def test_mlp_gives_each_network_its_rate():
    layers = mlp(5, 8, 3, drop_rate=[0, 0.2, 0.7])
    assert np.array_equal(layers[2].drop_rate, [0, 0.2, 0.7])
