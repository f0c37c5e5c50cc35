"""Seed 3 among ten networks is seed 3 alone, bit for bit, at one BLAS thread (more change the last bits).

So error bars over ten seeds cost one call, and a run can be cut into chunks of seeds without changing a result.
"""

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from helpers.nn import SGD, Adam, Dense, Dropout, Examples, Network, Relu, Tanh, evaluate, mlp, train


@pytest.fixture(autouse=True)
def one_blas_thread():
    with threadpool_limits(1):
        yield


def data(features, classes, draw, examples=130):
    generator = np.random.default_rng(0)
    x = generator.normal(size=(examples, features)).astype(np.float32)
    return Examples(x, generator.integers(0, classes, examples), classes, draw=draw)


def run(layers, seeds, optimizer, batch_size=16, draw=None, epochs=4, dtype=np.float32):
    """Everything that a training gives, a dict of arrays with the networks axis in front."""
    network = Network(layers, seeds, dtype=dtype)
    start = network.parameters.copy()
    examples = data(network.inputs, network.outputs, draw)
    passed = list(train(network, examples, optimizer, epochs, batch_size))
    own, all_of_them = evaluate(network, examples), evaluate(network, data(network.inputs, network.outputs, None))
    return {
        "first parameters": start,
        "parameters": network.parameters,
        "loss": np.stack([epoch.loss for epoch in passed], axis=1),
        "accuracy": np.stack([epoch.accuracy for epoch in passed], axis=1),
        "evaluated loss": np.stack([own.loss, all_of_them.loss], axis=1),
        "evaluated accuracy": np.stack([own.accuracy, all_of_them.accuracy], axis=1),
        "predicted": np.concatenate([own.predicted, all_of_them.predicted], axis=1),
        "correct": np.concatenate([own.correct, all_of_them.correct], axis=1),
    }


def assert_equal_to_the_bit(together, places, alone):
    for name in together:
        assert np.array_equal(together[name][places], alone[name]), name


OPTIMIZERS = {"momentum": SGD(0.05, momentum=0.9), "Adam": Adam(0.01)}
every_optimizer = pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS.keys())

# Sizes that BLAS handles in blocks, and odd ones that leave a rest, down to 1.
RUNS = {
    "round": (lambda: mlp(40, 64, 64, 10, drop_rate=0.2), {"batch_size": 10}),
    "drawn, last batch smaller": (lambda: mlp(40, 64, 10, drop_rate=0.2), {"draw": 100, "batch_size": 32}),
    "odd": (lambda: mlp(13, 37, 7, 3, drop_rate=0.7), {"draw": 101, "batch_size": 17}),
    "last batch of one": (lambda: mlp(9, 33, 3, drop_rate=0.3), {"draw": 97, "batch_size": 32}),
    "batches of one": (lambda: mlp(5, 17, 2, drop_rate=0.3), {"draw": 20, "batch_size": 1}),
    "one unit": (lambda: mlp(1, 1, 2, drop_rate=0.3), {"draw": 67, "batch_size": 7}),
    "wide": (lambda: mlp(17, 257, 11, drop_rate=0.5), {"draw": 99, "batch_size": 50}),
    "softmax regression": (lambda: mlp(31, 10), {"batch_size": 19}),
    "tanh": (lambda: mlp(13, 37, 7, 3, activation="tanh", drop_rate=0.7), {"draw": 101, "batch_size": 17}),
    "inputs dropped": (lambda: [Dropout(0.2), Dense(11, 19), Relu(), Dropout(0.4), Dense(19, 5), Tanh()], {}),
    "float64": (lambda: mlp(13, 37, 7, 3, drop_rate=0.7), {"draw": 101, "batch_size": 17, "dtype": np.float64}),
}


@every_optimizer
@pytest.mark.parametrize(("layers", "options"), RUNS.values(), ids=RUNS.keys())
def test_seed_3_among_ten_networks_is_seed_3_alone(layers, options, optimizer):
    together = run(layers(), range(10), optimizer, **options)
    assert_equal_to_the_bit(together, [3], run(layers(), [3], optimizer, **options))


def test_a_network_does_not_depend_on_its_place_or_on_its_neighbours():
    together = run(mlp(13, 37, 3, drop_rate=0.7), range(10), Adam(0.01), draw=101)
    other_places = run(mlp(13, 37, 3, drop_rate=0.7), [8, 3, 99, 0], Adam(0.01), draw=101)
    for place, seed in ((0, 8), (1, 3), (3, 0)):
        assert_equal_to_the_bit(together, seed, {name: found[place] for name, found in other_places.items()})


def test_different_seeds_give_different_networks():
    found = run(mlp(13, 37, 3, drop_rate=0.7), range(10), Adam(0.01), draw=101)
    for name in ("first parameters", "parameters", "loss", "predicted"):
        assert len(np.unique(found[name], axis=0)) == 10, name


@every_optimizer
def test_ten_seeds_at_seven_rates_in_one_call_are_seven_calls(optimizer):
    rates = [0.0, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9]
    together = run(mlp(13, 37, 3, drop_rate=np.repeat(rates, 10)), [*range(10)] * 7, optimizer, draw=50)
    for place, rate in enumerate(rates):  # at rate 0, mlp leaves the Dropout layer out
        alone = run(mlp(13, 37, 3, drop_rate=rate), range(10), optimizer, draw=50)
        assert_equal_to_the_bit(together, slice(10 * place, 10 * place + 10), alone)


def test_three_learning_rates_in_one_call_are_three_calls():
    rates = [0.001, 0.01, 0.1]
    for make in (Adam, SGD):
        together = run(mlp(13, 37, 3, drop_rate=0.2), [3, 3, 3], make(np.array(rates)), draw=50)
        for place, rate in enumerate(rates):
            assert_equal_to_the_bit(together, [place], run(mlp(13, 37, 3, drop_rate=0.2), [3], make(rate), draw=50))
