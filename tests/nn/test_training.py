"""Training is an iterator of epochs."""

import warnings

import numpy as np
import pytest

from helpers.nn import SGD, Adam, Dropout, Fresh, Network, Replayed, mlp, softmax_cross_entropy, train
from tests.nn.common import Recorded, WatchedExamples, toy_data, toy_examples

SEEDS = [0, 1, 2]


@pytest.fixture(autouse=True)
def no_warning_escapes():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def small_network(seeds=SEEDS, drop_rate=0.3):
    return Network(mlp(5, 8, 3, drop_rate=drop_rate), seeds)


def watched(draw=None):
    return WatchedExamples(*toy_data(), 3, draw=draw)


def trained(optimizer, seeds=SEEDS, epochs=4, **options):
    """A network after training, and its epochs."""
    network = small_network(seeds)
    return network, list(train(network, options.pop("examples", toy_examples()), optimizer, epochs, 16, **options))


def test_it_learns():
    network = small_network()
    epochs = list(train(network, toy_examples(), Adam(0.02), epochs=30, batch_size=10))
    assert (epochs[0].accuracy < 0.7).all() and (epochs[-1].accuracy > 0.8).all()
    assert (epochs[-1].loss < epochs[0].loss / 2).all()


# Epochs


def test_epochs_are_numbered_from_1_and_as_many_as_asked_for():
    training = train(small_network(), toy_examples(), SGD(0.1), epochs=4, batch_size=16)
    assert len(training) == 4
    assert [epoch.number for epoch in training] == [1, 2, 3, 4]
    assert next(training, "no more") == "no more"


def test_nothing_is_trained_before_the_first_epoch_is_asked_for():
    network = small_network()
    train(network, toy_examples(), SGD(0.1), epochs=4, batch_size=16)
    assert np.array_equal(network.parameters, small_network().parameters)


def test_one_can_break_and_go_on():
    network = small_network()
    training = train(network, toy_examples(), Adam(0.01), epochs=5, batch_size=16)
    for epoch in training:
        if epoch.number == 2:
            break
    assert np.array_equal(network.parameters, trained(Adam(0.01), epochs=2)[0].parameters)
    assert [epoch.number for epoch in training] == [3, 4, 5]
    assert np.array_equal(network.parameters, trained(Adam(0.01), epochs=5)[0].parameters)


def test_an_epoch_kept_does_not_change_when_training_goes_on():
    network = small_network()
    training = train(network, toy_examples(), SGD(0.1), epochs=4, batch_size=16)
    first = next(training)
    before = first.loss.copy(), first.accuracy.copy(), first.diverged.copy()
    network.parameters[1] = np.nan
    assert next(training).diverged[1]
    for now, then in zip((first.loss, first.accuracy, first.diverged), before, strict=True):
        assert np.array_equal(now, then)


def test_a_training_is_one_step_for_each_batch_in_order():
    examples, noise, by_hand = watched(draw=50), Recorded(Fresh(SEEDS)), small_network()
    network, epochs = trained(SGD(0.1, momentum=0.9), examples=examples, noise=noise)
    masks, velocity = iter(noise.drawn), np.zeros_like(by_hand.parameters)

    class Recording:
        def mask(self, layer, shape, drop_rate):
            return next(masks)[1]

    batches = list(examples.asked)
    for epoch in epochs:
        loss_sum, right = 0, 0
        for rows in [batches.pop(0) for _ in range(4)]:
            x, labels = examples.take(rows)
            logits = by_hand.forward(x, Recording())
            loss, error = softmax_cross_entropy(logits, labels)
            loss_sum += loss.astype(float) * rows.shape[1]
            right += (logits.argmax(axis=2) == labels).sum(axis=1)
            by_hand.backward(error)
            velocity = np.float32(0.9) * velocity + by_hand.gradients
            by_hand.parameters -= np.float32(0.1) * velocity
        assert np.array_equal(epoch.loss, loss_sum / 50)
        assert np.array_equal(epoch.accuracy, right / 50)
    assert not batches and next(masks, None) is None
    assert np.array_equal(network.parameters, by_hand.parameters)


def test_the_noise_is_by_default_a_fresh_one_from_the_network_s_seeds():
    default, given = trained(SGD(0.1)), trained(SGD(0.1), noise=Fresh(SEEDS))
    assert np.array_equal(default[0].parameters, given[0].parameters)


def test_masks_are_new_in_each_step():
    noise = Recorded(Fresh(SEEDS))
    trained(SGD(0.1), noise=noise)
    masks = [mask.tobytes() for _, mask in noise.drawn]
    assert len(masks) == len(set(masks)) == 16


def test_another_noise_can_be_given():
    examples, network = toy_examples(48), small_network()
    list(train(network, examples, SGD(0.1), 2, 16, noise=Replayed(Fresh(SEEDS))))
    fresh = small_network()
    list(train(fresh, examples, SGD(0.1), 2, 16))
    assert not np.array_equal(network.parameters, fresh.parameters)


# Batches


@pytest.mark.parametrize("draw", [None, 50])
def test_each_epoch_shows_each_network_each_of_its_examples_once_in_a_new_order(draw):
    examples = watched(draw)
    trained(SGD(0.1), examples=examples)
    size = len(examples)
    assert [rows.shape[1] for rows in examples.asked] == 4 * [16, 16, 16, size - 48]
    orders = np.concatenate(examples.asked, axis=1).reshape(3, 4, size)
    mine = np.sort(examples.rows(SEEDS), axis=1)
    for epoch in range(4):
        assert np.array_equal(np.sort(orders[:, epoch], axis=1), mine)
    assert len(np.unique(orders.reshape(12, size), axis=0)) == 12


def test_examples_change_their_company_from_epoch_to_epoch():
    # Shuffling batches, or where they start, would leave the same examples together.
    examples = watched()
    trained(SGD(0.1), examples=examples)
    batches = {frozenset(rows[network].tolist()) for rows in examples.asked for network in range(3)}
    assert len(batches) == 3 * len(examples.asked)


def test_the_first_epoch_is_shuffled_too():
    examples = watched()
    trained(SGD(0.1), examples=examples, epochs=1)
    for order in np.concatenate(examples.asked, axis=1):
        assert not np.array_equal(order, np.arange(60))


def test_one_batch_may_hold_all_examples():
    network = small_network(drop_rate=0)
    x, labels = toy_data()
    list(train(network, toy_examples(), SGD(0.1), epochs=1, batch_size=60))
    once = small_network(drop_rate=0)
    once.parameters -= 0.1 * once.gradient(x, labels)[1]
    assert np.allclose(network.parameters, once.parameters, rtol=0, atol=1e-6)


@pytest.mark.parametrize("draw", [None, 40])
def test_arms_with_equal_seeds_see_equal_examples_in_equal_batches(draw):
    plain, dropout = watched(draw), watched(draw)
    tanh = Network(mlp(5, 16, 16, 3, activation="tanh", drop_rate=[0.2, 0.7, 0.0]), SEEDS)
    list(train(small_network(drop_rate=0), plain, SGD(0.1), epochs=3, batch_size=16))
    list(train(tanh, dropout, Adam(0.01), epochs=3, batch_size=16))
    for one, other in zip(plain.asked, dropout.asked, strict=True):
        assert np.array_equal(one, other)


def test_seeds_see_their_batches_whatever_the_other_seeds_are():
    together, alone = watched(40), watched(40)
    trained(SGD(0.1), examples=together)
    trained(SGD(0.1), seeds=[2], examples=alone)
    for rows, mine in zip(together.asked, alone.asked, strict=True):
        assert np.array_equal(rows[2], mine[0]) and not np.array_equal(rows[1], mine[0])


# float32


def test_float32_stays_float32_from_end_to_end():
    class Spy:
        """An optimizer that notes the dtype of what it is given and of what it remembers."""

        def __init__(self, optimizer):
            self.start, self._step, self.dtypes = optimizer.start, optimizer.step, set()

        def step(self, parameters, gradients, memory):
            self._step(parameters, gradients, memory)
            arrays = [parameters, gradients, *memory.values()]
            self.dtypes |= {array.dtype for array in arrays if isinstance(array, np.ndarray)}

    for optimizer in (Spy(SGD([0.1, 0.2, 0.3], momentum=0.9)), Spy(Adam(0.01))):
        network = Network([Dropout(0.1), *mlp(5, 8, 6, 3, drop_rate=[0.2, 0.7, 0.0])], SEEDS)
        seen = set()
        for layer in network.layers:
            for name in ("forward", "backward"):
                step = getattr(layer, name)

                def watching(array, *others, step=step, seen=seen):
                    result = step(array, *others)
                    seen.update(found.dtype for found in (array, result) if found is not None)
                    return result

                setattr(layer, name, watching)
        list(train(network, toy_examples(), optimizer, epochs=2, batch_size=16))
        assert seen == optimizer.dtypes == {np.dtype(np.float32)}


# Networks that diverge

HUGE = 1e30


@pytest.mark.parametrize("optimizer", [SGD, Adam])
def test_a_network_that_diverges_is_marked_and_disturbs_no_other(optimizer):
    network, epochs = trained(optimizer(np.array([0.05, HUGE, 0.02])))
    quiet, calm = trained(optimizer(np.array([0.05, 0.001, 0.02])))
    for epoch, expected in zip(epochs, calm, strict=True):
        assert np.array_equal(epoch.diverged, [False, True, False])
        assert np.isnan(epoch.loss[1]) and np.isnan(epoch.accuracy[1])
        for one in (0, 2):
            assert epoch.loss[one] == expected.loss[one] and epoch.accuracy[one] == expected.accuracy[one]
    for one in (0, 2):
        assert np.array_equal(network.parameters[one], quiet.parameters[one])


@pytest.mark.parametrize("worst", [np.nan, np.inf])
def test_a_network_that_diverged_stays_marked_even_if_its_loss_comes_back(worst):
    network, added = small_network(), np.zeros(3)

    def loss(logits, labels):
        found, error = softmax_cross_entropy(logits, labels)
        return found + added, error

    network.loss_function = loss
    training = train(network, toy_examples(), SGD(0.1), epochs=3, batch_size=16)
    assert not next(training).diverged.any()
    added[1] = worst
    assert np.array_equal(next(training).diverged, [False, True, False])
    added[1] = 0
    last = next(training)
    assert np.array_equal(last.diverged, [False, True, False])
    assert np.isnan(last.loss[1]) and np.isnan(last.accuracy[1])
    assert np.isfinite(network.parameters).all() and np.isfinite(last.loss[[0, 2]]).all()


@pytest.mark.parametrize("optimizer", [SGD(HUGE), Adam(HUGE), SGD([HUGE, 2 * HUGE, HUGE])], ids=str)
def test_if_all_networks_diverge_the_error_names_the_epoch_and_the_learning_rate(optimizer):
    training = train(small_network(), toy_examples(), optimizer, epochs=4, batch_size=16)
    with pytest.raises(FloatingPointError, match=r"epoch 1\b.*learning_rate=\[?1e\+30"):
        next(training)


def test_the_epoch_named_is_the_one_in_which_the_last_network_diverged():
    network = small_network()
    training = train(network, toy_examples(), SGD(0.1), epochs=4, batch_size=16)
    next(training)
    network.parameters[:2] = np.nan
    assert np.array_equal(next(training).diverged, [True, True, False])
    network.parameters[2] = np.inf
    with pytest.raises(FloatingPointError, match=r"epoch 3\b.*learning_rate=0.1\b"):
        next(training)
    assert next(training, "no more") == "no more"
