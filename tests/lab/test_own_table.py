"""A table from a file is understood, and split, as its report says."""

import gzip

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.lab import Data, Table, load_table

pytestmark = pytest.mark.filterwarnings("ignore:The inputs are large")
ROWS = 60


def csv_of(columns, separator=","):
    """A text file of columns {name: cells}; cells that need it stand in quotes."""
    rows = zip(*([name, *cells] for name, cells in columns.items()), strict=True)

    def quoted(cell):
        cell = str(cell)
        return '"' + cell.replace('"', '""') + '"' if any(mark in cell for mark in separator + '"\n\r') else cell

    return "".join(separator.join(map(quoted, row)) + "\n" for row in rows)


def a_table(rows=ROWS, **columns):
    """Two columns of numbers and a label, and others, which may replace these."""
    random = np.random.default_rng(0)
    width, height = (random.normal(size=rows).round(4) for _ in range(2))
    found = {"width": width, "height": height, "kind": np.where(width + height > 0, "pea", "bean")}
    return found | columns


@pytest.fixture
def write(tmp_path):
    """Write a table into a file, and give its path."""

    def write(columns, name="seeds.csv", separator=","):
        path = tmp_path / name
        path.write_text(csv_of(columns, separator), encoding="utf-8")
        return path

    return write


def rows_of(data, feature):
    """Which split each row is in, by a feature of which each row has another value; in the feature's order."""
    place = data.report.features.index(feature)
    parts = [getattr(data, name).x[:, place] for name in ("train", "validation", "test")]
    order = np.argsort(np.concatenate(parts))
    return np.repeat(np.arange(3), [len(part) for part in parts])[order]


def test_a_table_is_standardised_and_its_report_says_what_was_understood(write):
    table = a_table()
    data = load_table(write(table), label="kind")
    assert isinstance(data, Data) and isinstance(data, Table)
    assert (data.name, data.shape, data.class_names) == ("seeds", (2,), ("bean", "pea"))
    assert data.train.x.mean(axis=0) == pytest.approx(0, abs=1e-5)
    assert data.train.x.std(axis=0) == pytest.approx(1, abs=1e-5)
    report = data.report
    assert (report.rows, report.columns, report.features) == (ROWS, 3, ("width", "height"))
    beans = int((table["kind"] == "bean").sum())
    assert report.classes == {"bean": beans, "pea": ROWS - beans}
    assert report.imbalance == max(beans, ROWS - beans) / min(beans, ROWS - beans)
    assert (report.numeric, report.category, report.dropped) == (("width", "height"), {}, {})
    assert (report.missing, report.duplicates, report.contradictory, report.notes) == ({}, 0, 0, ())


def test_it_is_the_table_that_from_arrays_makes(write):
    table = a_table()
    found = load_table(write(table), label="kind", split=2)
    x = np.column_stack([table["width"], table["height"]])
    expected = Data.from_arrays(x, table["kind"], "seeds", split=2)
    for name in ("train", "validation", "test"):
        ours, theirs = getattr(found, name), getattr(expected, name)
        assert np.array_equal(ours.labels, theirs.labels) and np.allclose(ours.x, theirs.x, atol=1e-5)


NAMES = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=8)
NUMBERS = st.floats(-1e6, 1e6, width=32).map(lambda number: number + 0.0)


@given(st.lists(NUMBERS, min_size=30, max_size=60, unique=True), st.sampled_from(",;\t|"), st.data())
def test_what_was_written_is_read(tmp_path_factory, numbers, separator, data):
    """Any names, any separator, any line ends, any of the usual encodings, packed or not."""
    plain_name = NAMES.filter(lambda name: not name.replace(".", "").replace(",", "").strip("+-").isdigit())
    numbers = [0.25, *numbers]  # or they may number the rows
    feature, label = data.draw(st.lists(plain_name, min_size=2, max_size=2, unique=True))
    classes = data.draw(st.lists(NAMES.map("c{}".format), min_size=2, max_size=2, unique=True))
    kinds = [classes[place % 2] for place in range(len(numbers))]
    text = csv_of({feature: numbers, label: kinds}, separator)
    text = text.replace("\n", data.draw(st.sampled_from(["\n", "\r\n"])))
    content = text.encode(data.draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])))
    packed = data.draw(st.booleans())
    path = tmp_path_factory.mktemp("table") / ("t.csv.gz" if packed else "t.csv")
    path.write_bytes(gzip.compress(content) if packed else content)
    found = load_table(path, label=label)
    assert found.report.numeric == (feature,) and found.report.features == (feature,)
    assert list(found.report.classes) == sorted(classes) and not found.report.missing
    read = np.concatenate([found.train.x, found.validation.x, found.test.x])[:, 0]
    labels = np.concatenate([found.train.labels, found.validation.labels, found.test.labels])
    by_number = np.argsort(numbers)
    assert (np.diff(np.sort(read)) >= 0).all()
    if len(np.unique(read)) == len(read):
        assert [sorted(classes)[kind] for kind in labels[np.argsort(read)]] == [kinds[row] for row in by_number]
