"""Each network is kept where it was best, while the others go on."""

import numpy as np
import pytest

from helpers.nn import SGD, Best, Examples, Network, evaluate, mlp, train
from tests.nn.common import toy_data

NAN = np.nan


def looked(*scores):
    """A network whose parameters are all 1 at the first look, 2 at the second and so on, and its Best."""
    network = Network(mlp(2, 3, 2), range(len(scores[0])))
    network.parameters[:] = 0
    best = Best(network)
    for at, score in enumerate(scores, start=1):
        network.parameters[:] = at
        best.look(np.array(score))
    return network, best


def restored(*scores):
    """From which look the parameters of each network come, a list."""
    network, best = looked(*scores)
    best.restore()
    assert np.all(network.parameters == network.parameters[:, :1])
    assert best.epoch.tolist() == network.parameters[:, 0].tolist()
    return best.epoch.tolist()


def test_each_network_gets_its_own_best_back():
    assert restored([3, 1, 2], [2, 2, 1], [1, 3, 4]) == [3, 1, 2]


def test_nan_is_never_better_and_never_stands_in_the_way():
    assert restored([1, NAN, NAN], [NAN, 3, NAN], [2, 2, NAN]) == [1, 3, 0]


def test_a_network_without_a_finite_score_keeps_what_it_had_at_the_start():
    assert restored([np.inf, 1], [NAN, 2]) == [0, 1]


def test_of_equal_scores_the_first_counts():
    assert restored([2, 1, 0.5], [1, 1, 0.5], [1, 2, 0.5]) == [2, 1, 1]


def test_a_score_below_0_can_be_the_best():
    assert restored([0, -1], [-2, -1]) == [2, 1]


def test_its_scores_are_the_lowest():
    _, best = looked([3, 1, NAN], [2, 2, 5], [4, 3, 6])
    assert best.score.tolist() == [2, 1, 5]


def test_looking_changes_no_parameter_and_restoring_twice_is_restoring_once():
    network, best = looked([1, 2], [2, 1])
    assert np.all(network.parameters == 2)
    for _ in range(2):
        best.restore()
        assert network.parameters[:, 0].tolist() == [1, 2]
    network.parameters[:] = 7
    best.restore()
    assert network.parameters[:, 0].tolist() == [1, 2]


def test_the_layers_see_what_was_restored():
    network, best = looked([1, 2], [2, 1])
    best.restore()
    assert network.layers[0].weights[:, 0, 0].tolist() == [1, 2]


def test_after_a_training_each_network_does_as_well_as_in_its_best_epoch():
    network = Network(mlp(5, 30, 3), range(4))
    best, losses, parameters = Best(network), [], []
    x, labels = toy_data(90)
    training, validation = Examples(x[:40], labels[:40], 3), Examples(x[40:], labels[40:], 3)
    for _ in train(network, training, SGD(0.5), epochs=6, batch_size=10):
        losses.append(evaluate(network, validation).loss)
        parameters.append(network.parameters.copy())
        best.look(losses[-1])
    best.restore()
    assert len(set(best.epoch)) > 1 and min(best.epoch) < 6
    assert best.epoch.tolist() == (np.argmin(losses, axis=0) + 1).tolist()
    assert np.array_equal(evaluate(network, validation).loss, np.min(losses, axis=0))
    for one, epoch in enumerate(best.epoch):
        assert np.array_equal(network.parameters[one], parameters[epoch - 1][one])


def test_a_list_of_scores_will_do():
    _, best = looked([3, 1])
    best.look([2.0, 2.0])
    assert best.score.tolist() == [2, 1] and best.epoch.tolist() == [2, 1]


def test_what_is_looked_at_is_copied():
    _, best = looked([3, 1])
    score = np.array([2.0, 0.5])
    best.look(score)
    score[:] = -1
    assert best.score.tolist() == [2, 0.5]


@pytest.mark.parametrize("score", [1.0, np.ones(2), np.ones(1), np.ones((3, 1)), np.ones((1, 3)), []])
def test_scores_of_another_shape_are_refused(score):
    best = Best(Network(mlp(2, 3, 2), range(3)))
    with pytest.raises(ValueError) as error:
        best.look(score)
    assert f"shape of score is {np.shape(score)}, but it must be (3,): one for each network" in str(error.value)
    assert best.looks == 0
