"""Which units a training step keeps."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.nn import Fresh, Replayed, Shared

SHAPE = (2, 30, 20)


class EveryCoinOnce:
    """In place of a bit generator: each of the 65,536 coins, in order."""

    def random_raw(self, words):
        return np.arange(65536, dtype=np.uint16).view(np.uint64)[:words]


def fresh_with_every_coin_once(networks=1):
    noise = Fresh(range(networks))
    noise.streams = [EveryCoinOnce()] * networks
    return noise


@given(st.floats(0, 1, exclude_max=True))
def test_a_drop_rate_is_met_to_within_1_in_65536(drop_rate):
    dropped = 1 - fresh_with_every_coin_once().mask(0, (1, 256, 256), drop_rate).mean()
    assert abs(dropped - drop_rate) <= 1 / 65536
    if drop_rate < 65535 / 65536:  # otherwise every coin would drop
        assert abs(dropped - drop_rate) <= 0.5 / 65536


@given(st.integers(0, 65535))
def test_a_drop_rate_that_is_a_multiple_of_1_in_65536_is_met_exactly(of_65536):
    dropped = ~fresh_with_every_coin_once().mask(0, (1, 65536, 1), of_65536 / 65536)
    assert dropped.sum() == of_65536


def test_rate_0_drops_nothing_and_the_highest_rate_still_keeps_a_unit():
    noise = fresh_with_every_coin_once(2)
    kept = noise.mask(0, (2, 65536, 1), np.array([0, np.nextafter(1, 0)]))
    assert kept[0].all() and kept[1].sum() == 1


def test_a_mask_is_booleans_of_the_shape_asked_for():
    for units in [1, 3, 4, 5]:  # four coins come out of one number
        mask = Fresh([0, 1]).mask(0, (2, 3, units), 0.4)
        assert mask.dtype == bool and mask.shape == (2, 3, units)


def test_each_network_may_have_a_rate_of_its_own():
    # 600 units, 4 standard deviations sqrt(600 p (1 - p)): 39 at .2, 45 at .7
    dropped = (~Fresh([0, 1]).mask(0, SHAPE, np.array([0.2, 0.7]))).sum(axis=(1, 2))
    assert abs(dropped[0] - 120) < 39 and abs(dropped[1] - 420) < 45


def test_fresh_masks_differ_from_call_to_call_and_from_layer_to_layer():
    noise = Fresh([0, 1])
    masks = [noise.mask(layer, SHAPE, 0.3) for layer in (0, 0, 1)]
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert not np.array_equal(masks[one], masks[other])


def test_fresh_masks_differ_from_network_to_network():
    kept = Fresh([0, 1]).mask(0, SHAPE, 0.3)
    assert not np.array_equal(kept[0], kept[1])


@pytest.mark.parametrize("units", [1, 2, 3, 4, 5, 7])
def test_a_network_s_masks_depend_on_its_own_seed_alone(units):
    together, alone = Fresh(range(10)), Fresh([3])
    for call in range(3):
        mask = together.mask(call, (10, 3, units), np.linspace(0, 0.9, 10))[3]
        assert np.array_equal(mask, alone.mask(call, (1, 3, units), 0.3)[0])


def test_two_fresh_noises_with_equal_seeds_draw_equal_masks():
    assert np.array_equal(Fresh([0, 1]).mask(0, SHAPE, 0.3), Fresh([0, 1]).mask(0, SHAPE, 0.3))


def test_a_replayed_noise_repeats_each_layer_s_mask():
    noise, expected = Replayed(Fresh([0, 1])), Fresh([0, 1])
    masks = {layer: expected.mask(layer, SHAPE, 0.3) for layer in (2, 5)}
    assert not np.array_equal(masks[2], masks[5])
    for layer in (2, 5, 5, 2, 2, 5):
        assert np.array_equal(noise.mask(layer, SHAPE, 0.3), masks[layer])


def test_a_replayed_noise_asks_the_other_one_once_about_each_layer():
    asked = []

    class Asked(Fresh):
        def mask(self, layer, shape, drop_rate):
            asked.append((layer, drop_rate))
            return super().mask(layer, shape, drop_rate)

    noise = Replayed(Asked([0, 1]))
    for layer, drop_rate in ((2, 0.3), (5, 0.7), (5, 0.7), (2, 0.3)):
        noise.mask(layer, SHAPE, drop_rate)
    assert asked == [(2, 0.3), (5, 0.7)]


def test_a_replayed_noise_that_forgets_draws_anew_and_keeps_that():
    noise, expected = Replayed(Fresh([0, 1])), Fresh([0, 1])
    for _ in range(3):
        drawn = {layer: expected.mask(layer, SHAPE, 0.3) for layer in (2, 5)}
        for layer in (2, 5, 2, 5):
            assert np.array_equal(noise.mask(layer, SHAPE, 0.3), drawn[layer])
        noise.forget()
    assert not np.array_equal(noise.mask(2, SHAPE, 0.3), drawn[2])


def test_a_replayed_noise_that_forgot_takes_another_shape():
    noise = Replayed(Fresh([0, 1]))
    noise.mask(0, SHAPE, 0.3)
    noise.forget()
    assert noise.mask(0, (2, 7, 20), 0.3).shape == (2, 7, 20)


def test_a_shared_noise_draws_one_mask_for_all_examples():
    mask = Shared(Fresh([0, 1])).mask(0, SHAPE, 0.3)
    assert mask.dtype == bool and np.array_equal(mask, Fresh([0, 1]).mask(0, (2, 1, 20), 0.3))
    assert np.broadcast_to(mask, SHAPE).shape == SHAPE


def test_shared_masks_are_new_at_each_call_and_differ_from_network_to_network():
    noise = Shared(Fresh([0, 1]))
    masks = np.concatenate([noise.mask(0, SHAPE, 0.5)[:, 0] for _ in range(3)])
    assert len(np.unique(masks, axis=0)) == 6


def test_the_size_of_a_batch_does_not_matter_to_shared_masks():
    small, large = (Shared(Fresh([0, 1])).mask(0, (2, examples, 20), 0.3) for examples in (1, 30))
    assert np.array_equal(small, large)


def test_each_network_may_have_a_rate_of_its_own_in_a_shared_noise():
    # 600 units, 4 standard deviations sqrt(600 p (1 - p)): 39 at .2, 45 at .7
    dropped = (~Shared(Fresh([0, 1])).mask(0, (2, 5, 600), np.array([0.2, 0.7]))).sum(axis=(1, 2))
    assert abs(dropped[0] - 120) < 39 and abs(dropped[1] - 420) < 45


def test_a_shared_and_replayed_noise_keeps_one_mask_for_ever_whatever_the_batch():
    noise = Shared(Replayed(Fresh([0, 1])))
    first = {layer: noise.mask(layer, SHAPE, 0.5) for layer in (0, 1)}
    assert not np.array_equal(first[0], first[1])
    for layer, examples in ((0, 30), (1, 7), (0, 1), (1, 30)):
        assert np.array_equal(noise.mask(layer, (2, examples, 20), 0.5), first[layer])
    noise.noise.forget()
    assert not np.array_equal(noise.mask(0, SHAPE, 0.5), first[0])
