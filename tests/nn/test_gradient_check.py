"""Is the gradient right, and would the checker notice if it were not?"""

import numpy as np
import pytest

from helpers.nn import (
    Dense,
    Dropout,
    Fresh,
    Network,
    Relu,
    Replayed,
    Tanh,
    central_differences,
    check_gradient,
    mlp,
    relative_error,
    softmax_cross_entropy,
)
from tests.nn.common import assert_clear_of_corners, assert_some_dropped_and_some_kept
from tests.nn.faults import MaskNotAppliedInBackward, NewMaskInBackward, NoRescaling, ScaleMissingInBackward

SEEDS = [0, 1, 2]
LIMIT = 1e-7

NETWORKS = {
    "softmax regression": lambda: [Dense(4, 3)],
    "relu": lambda: mlp(4, 6, 3),
    "tanh": lambda: mlp(4, 6, 3, activation="tanh"),
    "relu, rate .2": lambda: mlp(4, 6, 5, 3, drop_rate=0.2),
    "relu, rate .7": lambda: mlp(4, 9, 3, drop_rate=0.7),
    "tanh, rate .3": lambda: mlp(4, 6, 5, 3, activation="tanh", drop_rate=0.3),
    "relu, a rate for each network": lambda: mlp(4, 6, 5, 3, drop_rate=[0.2, 0.7, 0.0]),
    "dropout of the inputs": lambda: [Dropout(0.3), *mlp(4, 6, 3, drop_rate=0.2)],
    "dropout before the activation": lambda: [Dense(4, 6), Dropout(0.2), Tanh(), Dense(6, 5), Relu(), Dense(5, 3)],
    "activations at both ends": lambda: [Tanh(), Dense(4, 5), Relu(), Dense(5, 3), Tanh()],
}


def prepared(layers, seed=0):
    """A network with biases other than zero, inputs, labels and masks: (network, x, labels, noise)."""
    network = Network(layers, SEEDS, dtype=np.float64)
    generator = np.random.default_rng(seed)
    network.parameters += 0.1 * generator.normal(size=network.parameters.shape)
    x, labels = generator.normal(size=(7, network.inputs)), generator.integers(0, network.outputs, 7)
    return network, x, labels, Replayed(Fresh(SEEDS))


@pytest.mark.parametrize("layers", NETWORKS.values(), ids=NETWORKS.keys())
def test_each_gradient_equals_its_central_differences(layers):
    network, x, labels, noise = prepared(layers())
    assert_clear_of_corners(network, x, noise)
    assert_some_dropped_and_some_kept(network, noise)
    errors = check_gradient(network, x, labels, noise)
    assert len(errors) == 1 + sum(len(layer.shapes) for layer in network.layers)
    assert max(errors.values()) < LIMIT, errors


def test_inputs_and_labels_of_each_network_s_own():
    network, _, _, noise = prepared(mlp(4, 6, 3, drop_rate=0.3))
    generator = np.random.default_rng(2)
    x, labels = generator.normal(size=(3, 7, 4)), generator.integers(0, 3, (3, 7))
    assert_clear_of_corners(network, x, noise)
    assert max(check_gradient(network, x, labels, noise).values()) < LIMIT


def test_the_evaluated_network_has_a_gradient_too():
    network, x, labels, _ = prepared(mlp(4, 6, 3, drop_rate=0.3))
    assert_clear_of_corners(network, x, None)
    assert max(check_gradient(network, x, labels).values()) < LIMIT


def test_the_parameters_and_inputs_are_restored():
    network, x, labels, noise = prepared(mlp(4, 6, 3, drop_rate=0.3))
    parameters, inputs = network.parameters.copy(), x.copy()
    check_gradient(network, x, labels, noise)
    assert np.array_equal(network.parameters, parameters) and np.array_equal(x, inputs)


# The checker refuses wrong gradients, and says where


def refused(layers, **options):
    """The names of the arrays whose gradient is refused."""
    network, x, labels, noise = prepared(layers)
    network.loss_function = options.get("loss", network.loss_function)
    assert_clear_of_corners(network, x, noise)
    errors = check_gradient(network, x, labels, noise)
    return [name for name, error in errors.items() if not error < LIMIT]


@pytest.mark.parametrize("fault", [MaskNotAppliedInBackward, ScaleMissingInBackward], ids=lambda f: f.__name__)
def test_a_gradient_without_the_mask_or_the_scale_is_refused_below_the_dropout(fault):
    layers = [Dense(4, 6), Relu(), fault(0.3), Dense(6, 3)]
    assert refused(layers) == ["inputs", "layer 0 weights", "layer 0 bias"]


def test_a_gradient_through_another_mask_is_refused():
    class OtherMask(Dropout):
        def backward(self, error):
            return error * np.roll(self.scaled, 1, axis=1)

    assert "layer 0 weights" in refused([Dense(4, 6), Relu(), OtherMask(0.3), Dense(6, 3)])


def test_a_consistent_fault_is_not_the_checker_s_business():
    # Both directions forget the scale, or a replayed noise gives the same mask twice: the gradient fits the loss.
    for fault in (NoRescaling, NewMaskInBackward):
        assert refused([Dense(4, 6), Relu(), fault(0.3), Dense(6, 3)]) == []


class Off(Dense):
    """A Dense layer with one gradient, or one number of it, off by a part in a thousand."""

    def __init__(self, *sizes, array, place=...):
        super().__init__(*sizes)
        self.array, self.place = array, place

    def backward(self, error, to_inputs=True):
        below = super().backward(error, to_inputs)
        getattr(self, f"{self.array}_gradient")[self.place] *= 1.001
        return below


@pytest.mark.parametrize("place", [..., (1, 0, 2)], ids=["all", "one number"])
@pytest.mark.parametrize("array", ["weights", "bias"])
def test_a_gradient_off_by_a_part_in_a_thousand_is_refused(array, place):
    assert refused([Dense(4, 6), Tanh(), Off(6, 3, array=array, place=place)]) == [f"layer 2 {array}"]


def test_an_error_off_by_a_part_in_a_thousand_is_refused_below():
    class OffBelow(Relu):
        def backward(self, error):
            return 1.001 * super().backward(error)

    assert refused([Dense(4, 6), OffBelow(), Dense(6, 3)]) == ["inputs", "layer 0 weights", "layer 0 bias"]


def test_a_relu_whose_derivative_is_always_1_is_refused():
    # Seen in a well-known tutorial: it asks whether ReLU's output, not its input, is at least 0.
    class OutputAtLeastZero(Relu):
        def forward(self, x, noise=None):
            y = super().forward(x)
            self.positive = y >= 0
            return y

    assert "layer 0 weights" in refused([Dense(4, 6), OutputAtLeastZero(), Dense(6, 3)])


def test_a_sum_over_the_examples_in_place_of_the_mean_is_refused():
    def summed_gradient(logits, labels):
        loss, error = softmax_cross_entropy(logits, labels)
        return loss, error * len(labels)

    assert len(refused(mlp(4, 6, 3), loss=summed_gradient)) == 5


def test_gradients_of_one_network_in_another_s_place_are_refused():
    class WrongNetwork(Dense):
        def backward(self, error, to_inputs=True):
            super().backward(np.roll(error, 1, axis=0))
            return error @ self.weights.mT

    assert refused([Dense(4, 6), Tanh(), WrongNetwork(6, 3)]) == ["layer 2 weights", "layer 2 bias"]


def test_not_a_number_is_refused():
    class Broken(Tanh):
        def backward(self, error):
            return error * np.nan

    assert refused([Dense(4, 6), Broken(), Dense(6, 3)]) == ["inputs", "layer 0 weights", "layer 0 bias"]


# Its parts


def test_central_differences_of_a_known_function():
    array = np.array([[1.0, -2.0], [3.0, 0.5]])
    before = array.copy()
    assert np.allclose(central_differences(lambda: np.sum(array**3), array), 3 * before**2, rtol=1e-9)
    assert np.array_equal(array, before)


def test_central_differences_are_exact_for_a_parabola_with_any_step():
    # One-sided differences would be off by the step.
    array = np.array([1.0, -2.0])
    assert np.allclose(central_differences(lambda: np.sum(array**2), array, step=0.5), [2, -4], rtol=1e-14)


def test_central_differences_add_up_the_losses_of_all_networks():
    array = np.array([1.0, -2.0])
    assert np.allclose(central_differences(lambda: np.array([array[0], 3 * array[0]]), array), [4, 0], atol=1e-9)


def test_relative_error_is_0_if_equal_1_if_opposite_and_small_if_close():
    a = np.array([[3.0, -4.0]])
    assert relative_error(a, a) == 0
    assert relative_error(a, -a) == 1
    assert relative_error(0 * a, 0 * a) == 0
    assert relative_error(a, 0 * a) == 1
    assert np.isclose(relative_error(a, 1.001 * a), 0.001 / 2.001, rtol=1e-12)
    assert np.isnan(relative_error(a, np.nan * a))
