"""A layer of neurons."""

import numpy as np

from helpers.nn import Dense, Network, stream


def a_layer_in_a_network(inputs=4, outputs=3, networks=2):
    layer = Dense(inputs, outputs)
    network = Network([layer], range(networks), dtype=np.float64)
    network.parameters[:] = np.random.default_rng(0).normal(size=network.parameters.shape)
    return layer


def test_each_neuron_adds_up_its_weighted_inputs_and_its_bias():
    layer, x = a_layer_in_a_network(), np.random.default_rng(1).normal(size=(2, 5, 4))
    y = layer.forward(x)
    for network, example, neuron in np.ndindex(y.shape):
        by_hand = sum(x[network, example, i] * layer.weights[network, i, neuron] for i in range(4))
        assert abs(y[network, example, neuron] - by_hand - layer.bias[network, 0, neuron]) < 1e-14


def test_gradients_are_sums_over_the_examples_of_each_network():
    layer, generator = a_layer_in_a_network(), np.random.default_rng(1)
    x, error = generator.normal(size=(2, 5, 4)), generator.normal(size=(2, 5, 3))
    layer.forward(x)
    layer.backward(error)
    for network in range(2):
        by_hand = sum(np.outer(x[network, example], error[network, example]) for example in range(5))
        assert np.allclose(layer.weights_gradient[network], by_hand, rtol=1e-13)
        assert np.allclose(layer.bias_gradient[network, 0], sum(error[network]), rtol=1e-13)


def test_a_second_gradient_replaces_the_first():
    layer, x, error = a_layer_in_a_network(), np.ones((2, 5, 4)), np.ones((2, 5, 3))
    layer.forward(x)
    layer.backward(error)
    layer.backward(error)
    assert np.array_equal(layer.weights_gradient, np.full((2, 4, 3), 5))
    assert np.array_equal(layer.bias_gradient, np.full((2, 1, 3), 5))


def test_the_error_at_the_inputs_is_left_out_if_nobody_asks_for_it():
    layer, x, error = a_layer_in_a_network(), np.ones((2, 5, 4)), np.random.default_rng(1).normal(size=(2, 5, 3))
    layer.forward(x)
    assert np.array_equal(layer.backward(error), error @ layer.weights.swapaxes(1, 2))
    found = layer.weights_gradient.copy(), layer.bias_gradient.copy()
    layer.weights_gradient[:] = layer.bias_gradient[:] = 7
    assert layer.backward(error, to_inputs=False) is None
    assert np.array_equal(layer.weights_gradient, found[0]) and np.array_equal(layer.bias_gradient, found[1])


def first_weights(inputs=200, outputs=300, **scale):
    return Dense(inputs, outputs, **scale).first_weights(stream(0, "weights"))


def test_first_weights_are_normal_with_he_s_standard_deviation():
    # n = 60,000 normal numbers: their standard deviation has itself one of sigma / sqrt(2 n), their mean of
    # sigma / sqrt(n); the share beyond two sigma, 4.55 %, is binomial. Four standard deviations each.
    weights, sigma, n = first_weights(), np.sqrt(2 / 200), 60_000
    assert abs(weights.std() - sigma) < 4 * sigma / np.sqrt(2 * n)
    assert abs(weights.mean()) < 4 * sigma / np.sqrt(n)
    assert abs(np.mean(np.abs(weights) > 2 * sigma) - 0.0455) < 4 * np.sqrt(0.0455 * 0.9545 / n)


def test_weight_scale_is_the_standard_deviation_of_the_first_weights():
    assert np.allclose(first_weights(weight_scale=0.01), first_weights() * 0.01 / np.sqrt(2 / 200), rtol=1e-12)


def test_first_biases_are_zero():
    network = Network([Dense(4, 3), Dense(3, 2)], [0, 1])
    for layer in network.layers:
        assert not layer.bias.any() and layer.weights.all()


def test_sizes_may_be_small_integers_of_numpy():
    sizes = np.array([20, 30], np.uint8)  # whose product is above 255
    small, plain = Network([Dense(*sizes)], [0]), Network([Dense(20, 30)], [0])
    assert np.array_equal(small.parameters, plain.parameters)
