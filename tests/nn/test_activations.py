"""What a neuron does with its sum."""

import numpy as np

from helpers.nn import ACTIVATIONS, Relu, Tanh, central_differences, relative_error


def test_relu_is_the_larger_of_x_and_zero():
    assert np.array_equal(Relu().forward(np.array([-2.0, -0.5, 0.0, 0.5, 3.0])), [0, 0, 0, 0.5, 3])


def test_relu_lets_the_error_through_only_where_x_is_above_zero():
    relu = Relu()
    relu.forward(np.array([-2.0, -0.5, 0.0, 0.5, 3.0]))
    assert np.array_equal(relu.backward(np.array([1.0, 2, 3, 4, 5])), [0, 0, 0, 4, 5])


def test_tanh_is_tanh():
    x = np.linspace(-3, 3, 7)
    assert np.allclose(Tanh().forward(x), (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x)), rtol=1e-15)


def test_tanh_passes_on_the_error_times_its_slope():
    tanh, x, error = Tanh(), np.linspace(-2, 2, 9), np.linspace(1, 2, 9)
    numeric = central_differences(lambda: np.sum(tanh.forward(x) * error), x)
    tanh.forward(x)
    assert relative_error(tanh.backward(error), numeric) < 1e-9


def test_not_a_number_stays_visible():
    for activation in ACTIVATIONS.values():
        assert np.isnan(activation().forward(np.array([np.nan]))).all()


def test_the_names_of_the_activations():
    assert sorted(ACTIVATIONS) == ["relu", "tanh"]
    assert (ACTIVATIONS["relu"], ACTIVATIONS["tanh"]) == (Relu, Tanh)
