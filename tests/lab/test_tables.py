"""A table's splits share no row and no copy of one, classes keep their shares, nothing is learned from test rows."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.lab import Data, Recipe, train_runs
from helpers.lab.tables import checked_table, distinct_rows, split_rows, standardised

SHARES = st.floats(0.15, 0.4)
SPLITS = st.integers(0, 5)


def a_table(seed, sizes, columns=3):
    """Distinct rows, `sizes` of each class, in any order."""
    random = np.random.default_rng(seed)
    labels = random.permutation(np.repeat(np.arange(len(sizes)), sizes))
    return random.normal(size=(len(labels), columns)) * 10.0 ** random.integers(-3, 4, columns) + 5, labels


@st.composite
def tables(draw):
    """A table of distinct rows, with labels."""
    sizes = draw(st.lists(st.integers(7, 40), min_size=2, max_size=4))
    return a_table(draw(st.integers(0, 99)), sizes, draw(st.integers(1, 4)))


@st.composite
def tables_with_copies(draw):
    """A table of which some rows have copies, one in three of these with another label, as whole numbers."""
    x, labels = draw(tables())
    random = np.random.default_rng(draw(st.integers(0, 99)))
    rows = random.permutation(np.repeat(np.arange(len(x)), random.choice([1, 1, 1, 3, 9], len(x))))
    x, labels = np.arange(x.size).reshape(x.shape)[rows], labels[rows]
    copied = np.flatnonzero(np.bincount(rows)[rows] > 1)
    changed = copied[:: draw(st.integers(5, 9))]
    labels[changed] = (labels[changed] + 1) % (labels.max() + 1)
    return x, labels


def split_up(x, labels, validation=0.2, test=0.2, split=0):
    x, labels, values = checked_table(x, labels)
    return split_rows(distinct_rows(x), labels, list(map(str, values)), validation, test, split)


@given(tables(), SHARES, SHARES, SPLITS)
def test_each_row_is_in_one_split_and_each_class_has_its_share_in_every_split(table, validation, test, split):
    x, labels = table
    rows = split_up(x, labels, validation, test, split)
    assert np.array_equal(np.sort(np.concatenate(rows)), np.arange(len(x)))
    assert all(np.array_equal(part, np.sort(part)) for part in rows)
    sizes = np.bincount(labels)
    for part, share in zip(rows[1:], (validation, test), strict=True):
        counts = np.bincount(labels[part], minlength=len(sizes))
        assert (abs(counts - share * sizes) <= 1).all() and counts.min() > 0
        assert abs(len(part) - share * len(x)) < 0.501  # a half may be rounded either way
    assert np.bincount(labels[rows[0]], minlength=len(sizes)).min() > 0


@given(tables_with_copies(), SHARES, SHARES, SPLITS)
def test_all_copies_of_a_row_are_in_one_split_whatever_their_labels(table, validation, test, split):
    x, labels = table
    parts = [set(map(tuple, x[rows])) for rows in split_up(x, labels, validation, test, split)]
    assert len(set.union(*parts)) == sum(map(len, parts))
    for part, share in zip(parts[1:], (validation, test), strict=True):
        assert abs(len(part) - share * len(set.union(*parts))) <= labels.max() + 1


@given(tables_with_copies(), SHARES, SHARES, SPLITS)
def test_rows_to_test_on_depend_neither_on_the_split_nor_on_validation(table, validation, test, split):
    expected = split_up(*table, test=test)[2]
    assert np.array_equal(split_up(*table, validation, test, split)[2], expected)


def test_another_split_holds_out_other_rows_and_the_same_one_the_same():
    x, labels = a_table(0, (300, 200))
    held_out = [set(split_up(x, labels, split=split)[1]) for split in (0, 1, 2, 0)]
    assert held_out[0] == held_out[3]
    for first, second in ((0, 1), (0, 2), (1, 2)):
        assert 10 < len(held_out[first] & held_out[second]) < 45  # by chance 25 ± 4


def test_rows_to_test_and_validate_on_come_from_all_over_the_table():
    labels = np.repeat([0, 1], 500)
    for rows in split_up(np.arange(1000)[:, np.newaxis], labels)[1:]:
        assert all(abs((rows // 100 == part).sum() - 20) < 16 for part in range(10))  # 4 standard deviations


@pytest.mark.filterwarnings("ignore:The inputs are large")
@given(tables(), SPLITS, st.sampled_from(["validation", "test"]), st.floats(-1e6, 1e6))
def test_a_changed_row_that_is_not_for_training_changes_nothing_there(table, split, name, added):
    x, labels = table
    _, *held_out = split_up(x, labels, split=split)
    before = Data.from_arrays(x, labels, split=split)
    changed = x.copy()
    changed[dict(zip(("validation", "test"), held_out, strict=True))[name][0]] += added + 0.12345
    after = Data.from_arrays(changed, labels, split=split)
    assert np.array_equal(before.train.x, after.train.x) and np.array_equal(before.train.labels, after.train.labels)
    assert not np.array_equal(getattr(before, name).x, getattr(after, name).x)
    other = {"validation": "test", "test": "validation"}[name]
    assert np.array_equal(getattr(before, other).x, getattr(after, other).x)


@given(tables(), SPLITS)
def test_columns_have_mean_0_and_standard_deviation_1_over_the_training_rows(table, split):
    x, labels = table
    data, rows = Data.from_arrays(x, labels, split=split), split_up(x, labels, split=split)
    mean, spread = x[rows[0]].mean(axis=0), x[rows[0]].std(axis=0)
    for part, found in zip(rows, (data.train, data.validation, data.test), strict=True):
        assert found.x.dtype == np.float32
        assert np.allclose(found.x, (x[part] - mean) / spread, atol=1e-4)
        assert np.array_equal(found.labels, labels[part])


@pytest.mark.parametrize("value", [0, 0.1, -1e20, 1e-300])
def test_a_column_that_is_constant_in_training_becomes_0_everywhere(value):
    x, labels = a_table(1, (20, 30))
    rows = split_up(x, labels)
    x = np.insert(x, 1, value, axis=1)
    x[rows[2][0], 1] = 7
    data = Data.from_arrays(x, labels)
    assert all((part.x[:, 1] == 0).all() for part in (data.train, data.validation, data.test))
    assert data.train.x[:, [0, 2, 3]].std(axis=0) == pytest.approx(1, abs=1e-5)
    assert (standardised(np.array([[5e-324], [0.0]]), [0, 1]) == 0).all()  # its standard deviation is rounded to 0


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        (lambda y: np.array(["yes", "no", "ä"])[y], ("no", "yes", "ä")),
        (lambda y: ["one" if label else "two" for label in y], ("one", "two")),
        (lambda y: np.array(["b", "c", "a"], dtype=object)[y], ("a", "b", "c")),
        (lambda y: y * 5 - 3, ("-3", "2", "7")),
        (lambda y: [[1, 2.5, True][label] for label in y], ("1.0", "2.5")),
        (lambda y: y == 1, ("False", "True")),
        (lambda y: list(y == 1), ("False", "True")),
    ],
)
def test_labels_of_any_kind_are_numbered_in_their_order(labels, names):
    x, y = a_table(2, (20, 30, 40))
    given_labels = labels(y)
    data = Data.from_arrays(x, given_labels)
    assert data.class_names == names and data.shape == (3,) and data.name == "table"
    for rows, part in zip(split_up(x, given_labels), (data.train, data.validation, data.test), strict=True):
        assert part.classes == len(names) and part.labels.dtype == np.uint8
        labels_of_rows = np.array(list(given_labels))[rows]
        assert [names[label] for label in part.labels] == [str(label) for label in labels_of_rows.tolist()]


def test_more_classes_than_a_byte_can_number_are_kept_apart():
    labels = np.repeat(np.arange(300), 3)
    data = Data.from_arrays(np.arange(900)[:, np.newaxis], labels, validation=300, test=300)
    assert np.array_equal(np.sort(data.test.labels), np.arange(300))


@pytest.mark.parametrize(("validation", "test"), [(0.1, 0.1), (0.4, 0.5), (0.2, 0.75), (0.75, 0.2)])
def test_a_class_with_three_rows_has_one_in_each_split(validation, test):
    x, labels = a_table(3, (3, 200, 3))
    for rows in split_up(x, labels, validation, test):
        assert set(labels[rows]) == {0, 1, 2}


def test_the_rows_left_over_go_to_the_classes_that_lack_most():
    x, labels = a_table(8, (41, 49))
    assert [list(np.bincount(labels[rows])) for rows in split_up(x, labels)] == [[25, 29], [8, 10], [8, 10]]


def test_shares_and_numbers_of_rows_ask_for_the_same():
    x, labels = a_table(4, (60, 40))
    assert Data.from_arrays(x, labels, validation=0.3, test=0.1) == Data.from_arrays(x, labels, validation=30, test=10)


def test_minus_0_is_a_copy_of_0():
    x = np.repeat(np.arange(30.0), 2)[:, np.newaxis]
    x[1] = -0.0
    for split in range(10):
        found = [rows for rows in split_up(x, np.arange(60) // 2 % 2, split=split) if {0, 1} & set(rows)]
        assert len(found) == 1 and {0, 1} <= set(found[0])


def test_a_table_may_be_drawn_as_pictures_drawn_from_for_each_seed_and_given_names():
    x, labels = a_table(5, (60, 40), columns=6)
    data = Data.from_arrays(x, labels, "own", train=20, shape=(2, 3), class_names=["left", "right"])
    assert (data.name, data.shape, data.class_names) == ("own", (2, 3), ("left", "right"))
    assert len(data.train) == 20 and len(data.train.x) == 60
    assert data.validation.draw is None and data.test.draw is None


def test_the_table_given_is_left_as_it_is_and_what_is_made_of_it_cannot_be_written_to():
    x, labels = a_table(6, (60, 40))
    copy = x.copy()
    data = Data.from_arrays(x, labels)
    assert np.array_equal(x, copy) and x.flags.writeable
    for part in (data.train, data.validation, data.test):
        assert not part.x.flags.writeable and not part.labels.flags.writeable


@pytest.mark.usefixtures("results_folder")
def test_networks_are_trained_on_a_table_as_on_any_data_here_or_elsewhere():
    x, labels = a_table(7, (60, 40))
    x[:, 0] += 1000 * labels
    data = Data.from_arrays(x.astype(np.int32), np.array(["a", "b"])[labels])
    assert pickle.loads(pickle.dumps(data)) == data
    (run,) = train_runs([(Recipe(hidden=(8,), epochs=60, batch_size=10), 0)], data, "test")
    assert run.accuracy > 0.9
