"""What is done to the weights beside the loss: penalties, and a limit to their size."""

from itertools import pairwise

import numpy as np
import pytest

from helpers.nn import L1, L2, SGD, Adam, MaxNorm, Network, WeightDecay, central_differences, mlp, relative_error, train
from tests.nn.common import toy_data, toy_examples

INF, NAN = np.inf, np.nan


def some_network(networks=3, dtype=np.float64, sizes=(5, 8, 6, 3)):
    """A network with biases and gradients other than zero."""
    network = Network(mlp(*sizes), range(networks), dtype=dtype)
    generator = np.random.default_rng(0)
    network.parameters += 0.3 * generator.normal(size=network.parameters.shape)
    network.gradients[:] = generator.normal(size=network.gradients.shape)
    return network


def parts(network, gradient=False):
    """All weights and all biases, two lists of copies, in order."""
    dense = [layer for layer in network.layers if layer.shapes]
    ending = "_gradient" if gradient else ""
    return tuple([getattr(layer, name + ending).copy() for layer in dense] for name in ("weights", "bias"))


def assert_equal(found, expected):
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert np.array_equal(one, other)


def trained(optimizer, *regularisers, networks=3, dtype=np.float64, epochs=3):
    network = some_network(networks, dtype)
    for _ in train(network, toy_examples(), optimizer, epochs, 10, regularisers=regularisers):
        pass
    return network


def acted(regulariser, network, learning_rate=0.1):
    """`network`, after all that a regulariser does in one step."""
    regulariser.add_gradient(network)
    regulariser.before_step(network, learning_rate)
    regulariser.after_step(network, learning_rate)
    return network


# L2 and weight decay


def test_l2_adds_strength_times_the_weight_to_its_gradient_and_nothing_to_a_bias():
    network = some_network()
    weights, biases = parts(network)
    gradients, bias_gradients = parts(network, gradient=True)
    acted(L2(0.25), network)
    found, found_for_biases = parts(network, gradient=True)
    assert_equal(found, [gradient + 0.25 * w for gradient, w in zip(gradients, weights, strict=True)])
    assert_equal(found_for_biases, bias_gradients)
    assert_equal(parts(network)[0] + parts(network)[1], weights + biases)


def test_l2_s_gradient_equals_central_differences_of_the_cost():
    network, (x, labels) = some_network(), toy_data(7)
    x, strength = x.astype(float), np.array([0.3, 0.0, 0.7])

    def cost():
        squares = sum(np.square(weights).sum(axis=(1, 2)) for weights in parts(network)[0])
        return network.loss_function(network.forward(x), labels)[0] + strength / 2 * squares

    network.gradient(x, labels)
    L2(strength).add_gradient(network)
    assert relative_error(network.gradients, central_differences(cost, network.parameters)) < 1e-7


@pytest.mark.parametrize("learning_rate", [0.1, np.array([0.1, 0.2, 0.05])])
def test_l2_is_weight_decay_under_sgd(learning_rate):
    optimizer, strength = SGD(learning_rate), np.array([0.1, 0.5, 1.0])
    found = trained(optimizer, L2(strength)).parameters
    assert np.allclose(found, trained(optimizer, WeightDecay(strength)).parameters, rtol=1e-10, atol=1e-12)
    assert not np.allclose(found, trained(optimizer).parameters, rtol=1e-2)


@pytest.mark.parametrize("optimizer", [Adam(0.01), SGD(0.1, momentum=0.9)], ids=["Adam", "momentum"])
def test_l2_is_not_weight_decay_under_adam_or_with_momentum(optimizer):
    found = trained(optimizer, L2(0.1)).parameters
    assert not np.allclose(found, trained(optimizer, WeightDecay(0.1)).parameters, rtol=1e-2)


def test_weight_decay_shrinks_weights_by_a_fraction_and_no_bias():
    network = some_network()
    (weights, biases), gradients = parts(network), network.gradients.copy()
    acted(WeightDecay(0.5), network, learning_rate=0.1)
    found, found_biases = parts(network)
    for one, w in zip(found, weights, strict=True):
        assert np.allclose(one, w * 0.95, rtol=1e-15)
    assert_equal(found_biases, biases)
    assert np.array_equal(network.gradients, gradients)


# L1


def by_hand(weight, most):
    """Soft thresholding of one number."""
    if weight > most:
        return weight - most
    return weight + most if weight < -most else 0.0


def test_l1_is_soft_thresholding():
    network = some_network()
    (weights, biases), gradients = parts(network), network.gradients.copy()
    acted(L1(2.0), network, learning_rate=0.1)
    found, found_biases = parts(network)
    assert_equal(found, [np.vectorize(by_hand)(w, 0.1 * 2.0) for w in weights])
    assert_equal(found_biases, biases)
    assert np.array_equal(network.gradients, gradients)


def test_l1_makes_zeros_that_are_exact_and_takes_no_weight_across_zero():
    network = some_network()
    before = np.concatenate([w.ravel() for w in parts(network)[0]])
    acted(L1(2.0), network, learning_rate=0.1)
    after = np.concatenate([w.ravel() for w in parts(network)[0]])
    assert np.array_equal(after == 0, np.abs(before) <= 0.2)
    assert 0 < np.mean(after == 0) < 1
    assert np.all(after * before >= 0) and np.all(np.abs(after) <= np.abs(before))


def test_l1_acts_after_the_step_so_that_zeros_outlast_training():
    for optimizer, strength in ((SGD(0.1), 0.05), (Adam(0.01), 0.5)):
        network = trained(optimizer, L1(strength), dtype=np.float32)
        zeros = np.mean([np.mean(w == 0) for w in parts(network)[0]])
        assert 0.01 < zeros < 0.99
        assert all(np.all(bias != 0) for bias in parts(network)[1])


# MaxNorm


def norms(weights):
    """Of what comes into each unit: (networks, units)."""
    return np.sqrt(np.square(weights).sum(axis=1))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_after_training_with_max_norm_no_hidden_unit_is_above_the_limit(dtype):
    *hidden, _ = parts(trained(SGD(0.5), MaxNorm(0.7), dtype=dtype))[0]
    *free, output = parts(trained(SGD(0.5), dtype=dtype))[0]
    for limited, unlimited in zip(hidden, free, strict=True):
        assert norms(limited).max() <= 0.7 * (1 + 4 * np.finfo(dtype).eps)
        assert norms(unlimited).max() > 0.7
    assert norms(output).max() > 0.7


def test_max_norm_scales_down_what_is_above_and_leaves_the_rest_bit_for_bit():
    network = some_network()
    weights, biases = parts(network)
    limit = np.median(norms(weights[0]))
    acted(MaxNorm(limit), network)
    (*hidden, output), found_biases = parts(network)
    for found, before in zip(hidden, weights[:-1], strict=True):
        above = norms(before) > limit
        assert above.any() and not above.all()
        for one in range(3):
            assert np.array_equal(found[one][:, ~above[one]], before[one][:, ~above[one]])
            expected = before[one][:, above[one]] * (limit / norms(before)[one, above[one]])
            assert np.allclose(found[one][:, above[one]], expected, rtol=1e-14)
    assert_equal([output, *found_biases], [weights[-1], *biases])


def test_an_infinite_limit_is_none():
    network = some_network()
    before = network.parameters.copy()
    assert np.array_equal(acted(MaxNorm(INF), network).parameters, before)
    acted(MaxNorm([0.5, INF, 0.5]), network)
    assert np.array_equal(network.parameters[1], before[1])
    for one in (0, 2):
        assert not np.array_equal(network.parameters[one], before[one])


@pytest.mark.parametrize("limit", [0.5, 3, 1000.0, INF])
def test_a_unit_whose_weights_are_zero_stays_as_it_is(limit):
    network = some_network(dtype=np.float32)
    network.layers[0].weights[:, :, 2] = 0
    acted(MaxNorm(limit), network)
    assert np.isfinite(network.parameters).all() and not network.layers[0].weights[:, :, 2].any()


def test_without_hidden_layers_max_norm_has_nothing_to_do():
    network = some_network(sizes=(5, 3))
    before = network.parameters.copy()
    assert np.array_equal(acted(MaxNorm(0.01), network).parameters, before)


# All of them

KINDS = [L1, L2, WeightDecay, MaxNorm]
every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


@every_kind
@pytest.mark.parametrize("optimizer", [SGD(0.1), Adam(0.01)], ids=["SGD", "Adam"])
def test_a_value_for_each_network_is_as_many_separate_calls(kind, optimizer):
    values = [0.1, 0.9, 0.5]
    together = trained(optimizer, kind(np.array(values)), dtype=np.float32)
    alone = [trained(optimizer, kind(value), dtype=np.float32).parameters[at] for at, value in enumerate(values)]
    assert np.array_equal(together.parameters, np.stack(alone))
    first, second = (trained(optimizer, kind(value), dtype=np.float32).parameters for value in (0.1, 0.9))
    assert not np.array_equal(first, second)


@every_kind
@pytest.mark.parametrize("value", [0.3, np.float64(0.3), np.array([0.3, 0.2, 0.1])])
def test_float32_stays_float32(kind, value):
    network = acted(kind(value), some_network(dtype=np.float32), learning_rate=np.array([0.1, 0.2, 0.3]))
    assert network.parameters.dtype == network.gradients.dtype == np.float32
    assert np.shares_memory(network.layers[0].weights, network.parameters)


@every_kind
@pytest.mark.parametrize("value", [-0.1, [0.1, -0.1], NAN, -INF, "0.1", None, [], [[0.1]], True])
def test_values_out_of_range_are_refused(kind, value):
    argument, allowed = ("limit", "above 0") if kind is MaxNorm else ("strength", "at least 0")
    with pytest.raises(ValueError) as error:
        kind(value)
    for part in (f"{argument} is {value!r}", allowed, "one number, or one for each network", f"{kind.__name__}("):
        assert part in str(error.value)


def test_a_strength_may_be_0_but_not_infinite_and_a_limit_the_other_way_round():
    for kind in (L1, L2, WeightDecay):
        network = some_network()
        parameters, gradients = network.parameters.copy(), network.gradients.copy()
        acted(kind(0), network)
        assert np.array_equal(network.parameters, parameters) and np.array_equal(network.gradients, gradients)
        with pytest.raises(ValueError, match="strength is inf, but it must be at least 0"):
            kind(INF)
    for limit in (0, [3, 0], [INF, 0], [INF, NAN]):
        with pytest.raises(ValueError, match="limit is .*, but it must be above 0"):
            MaxNorm(limit)


@every_kind
def test_values_for_another_number_of_networks_are_refused(kind):
    with pytest.raises(ValueError, match="2 numbers, but it must be one number, or 3: one for each network"):
        acted(kind([0.1, 0.2]), some_network())


@pytest.mark.parametrize("wrong", [[0.1], [L2], [L2(0.1), "l1"], [None], L2(0.1), None, 0.1])
def test_a_training_refuses_what_is_not_a_list_of_regularisers(wrong):
    with pytest.raises(ValueError) as error:
        train(some_network(), toy_examples(), SGD(0.1), 1, 10, regularisers=wrong)
    assert f"regularisers is {wrong!r}, but it must be a list of regularisers" in str(error.value)


def test_all_regularisers_of_a_training_act_and_in_their_order():
    options = (), (L1(0.05),), (L1(0.05), MaxNorm(0.7)), (MaxNorm(0.7), L1(0.05)), (L2(0.1), L1(0.05), MaxNorm(0.7))
    found = [trained(SGD(0.1), *regularisers).parameters for regularisers in options]
    for one, other in pairwise(found):
        assert not np.array_equal(one, other)
