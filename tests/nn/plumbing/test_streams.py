"""One source of random numbers for each seed and purpose."""

from itertools import combinations

import numpy as np

from helpers.nn import SGD, Network, examples, mlp, network, noise, stream, train, training
from tests.nn.common import toy_examples

PURPOSES = ["weights", "batches", "masks", "examples"]


def test_equal_seed_and_purpose_give_equal_numbers():
    assert np.array_equal(stream(3, "weights").random(100), stream(3, "weights").random(100))


def test_streams_of_different_seeds_or_purposes_share_no_number():
    # Among 64-bit numbers, two equal ones in 40,000 would be a chance of some 4e-11.
    places = [(seed, purpose) for seed in [0, 1, 2, 3, 2**32, 2**32 + 3] for purpose in PURPOSES]
    drawn = {place: set(stream(*place).bit_generator.random_raw(1000).tolist()) for place in places}
    for one, other in combinations(places, 2):
        assert not drawn[one] & drawn[other], (one, other)


def test_no_two_of_four_thousand_streams_begin_alike():
    # An offset for each purpose, added to the seed, would let one purpose run into another.
    first = {stream(seed, purpose).bit_generator.random_raw() for seed in range(1000) for purpose in PURPOSES}
    assert len(first) == 4000


def test_a_numpy_integer_is_as_good_a_seed_as_an_int():
    assert stream(np.int64(3), "masks").random() == stream(3, "masks").random()


def test_a_stream_leaves_numpys_own_generator_alone():
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    stream(0, "weights").random(10)
    assert np.array_equal(before, np.random.get_state()[1])  # noqa: NPY002


def test_weights_batches_masks_and_examples_each_have_a_stream_of_their_own(monkeypatch):
    asked_for = []
    for module in (network, training, noise, examples):
        monkeypatch.setattr(module, "stream", lambda *place: asked_for.append(place) or stream(*place))
    list(train(Network(mlp(5, 8, 8, 3, drop_rate=0.3), [0, 3]), toy_examples(draw=40), SGD(0.1), 2, batch_size=10))
    assert sorted(asked_for) == sorted((seed, purpose) for seed in (0, 3) for purpose in PURPOSES)
