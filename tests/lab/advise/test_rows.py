"""Which rows are used for what: none is on two sides, copies stay together, and what is drawn is said."""

import tracemalloc

import numpy as np
import pytest

from helpers.lab import Data
from helpers.lab.advise.rows import folds, for_the_end, sampled
from helpers.nn import Examples
from tests.lab.common import toy_data, toy_examples


def table(rows=400, copies=40):
    generator = np.random.default_rng(0)
    x = generator.normal(size=(rows, 3))
    x[-copies:] = x[:copies]
    return Data.from_arrays(x, generator.integers(0, 2, rows))


def rows_of(split):
    return {row.tobytes() for row in split.x}


def test_a_sample_has_so_many_rows_of_each_split_and_of_no_other():
    data = table()
    fewer = sampled(data, 50)
    assert sampled(data, 400) is data
    for name in ("train", "validation", "test"):
        assert len(getattr(fewer, name)) == 50
        assert rows_of(getattr(fewer, name)) <= rows_of(getattr(data, name))
    assert len(sampled(toy_data(draw=40), 30).train) == 30


def test_a_sampled_row_keeps_its_label_and_each_split_that_is_large_is_sampled():
    train, large = toy_data(draw=None).train, toy_examples(200, 5)
    data = toy_data(draw=None, test=large)
    fewer = sampled(data, 100)
    assert len(fewer.train) == len(train) and len(fewer.test) == 100
    labels = {row.tobytes(): label for row, label in zip(large.x, large.labels, strict=True)}
    found = zip(fewer.test.x, fewer.test.labels, strict=True)
    assert all(labels[row.tobytes()] == label for row, label in found)


def test_each_fold_has_its_share_of_a_rare_class():
    generator = np.random.default_rng(0)
    data = Data.from_arrays(generator.normal(size=(1000, 3)), np.arange(1000) % 50 == 0)
    for one in folds(data, 4):
        assert one.validation.labels.sum() == 4, "a fifth of 20"


def test_a_sample_of_a_large_table_takes_little_memory_next_to_it():
    rows = np.random.default_rng(0).normal(size=(100_000, 20)).astype(np.float32)
    parts = rows[:80_000], rows[80_000:90_000], rows[90_000:]
    data = Data("large", *(Examples(x, np.arange(len(x)) % 2, 2) for x in parts), (20,), ("a", "b"))
    tracemalloc.start()
    try:
        fewer = sampled(data, 2000)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(fewer.train) == 2000 and peak < rows.nbytes / 2


def test_folds_share_no_validation_row_and_no_copy_is_on_both_sides():
    data = table()
    found = folds(data, 4)
    assert len(found) == 4 and found[0] is data
    for one in found:
        assert not rows_of(one.train) & rows_of(one.validation)
        assert len(one.train) + len(one.validation) == len(data.train) + len(data.validation)
        assert one.test.x.tobytes() == data.test.x.tobytes()
        assert abs(one.validation.labels.mean() - data.validation.labels.mean()) < 0.1
        assert one.validation.labels.shape == (len(one.validation.x),)
    for at, one in enumerate(found):
        assert not any(rows_of(one.validation) & rows_of(other.validation) for other in found[:at])


def test_a_row_keeps_its_label_in_every_fold_and_at_the_end():
    data = toy_data(draw=None)
    known = [zip(split.x, split.labels, strict=True) for split in (data.train, data.validation)]
    labels = {row.tobytes(): label for pairs in known for row, label in pairs}
    for one in [*folds(data, 4), for_the_end(data)]:
        for split in (one.train, one.validation):
            assert all(labels[row.tobytes()] == label for row, label in zip(split.x, split.labels, strict=True))


@pytest.mark.parametrize("change", [lambda data: folds(data, 4)[0], for_the_end])
def test_where_each_seed_draws_its_rows_it_goes_on_so(change):
    data = toy_data(draw=40)
    assert change(data) is data and len(folds(data, 4)) == 1


def test_at_the_end_each_network_draws_most_of_the_rows_that_are_not_for_testing():
    data, end = toy_data(draw=None), for_the_end(toy_data(draw=None))
    assert rows_of(end.train) == rows_of(data.train) | rows_of(data.validation)
    assert len(end.train) == 108, "nine tenths of 90 and 30"
    first, second = end.train.rows([1, 2])
    assert len({*first}) == 108 and {*first} != {*second}
    assert end.test.x.tobytes() == data.test.x.tobytes()
