"""A table from a file is understood, and split, as its report says."""

import gzip
import json
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.lab import Data, Recipe, Table, TableError, load_table, train_runs
from helpers.lab.files import plain

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


def test_missing_numbers_become_the_median_of_the_training_rows_and_a_feature_says_where(write):
    width = a_table()["width"].astype(object)
    width[::5] = ["", "NA", "n/a", "nan", "?", "NULL"] * 2
    data = load_table(write(a_table(width=width)), label="kind")
    report = data.report
    assert report.features == ("width is missing", "width", "height") and report.missing == {"width": 12}
    assert report.numeric == ("width", "height")
    for part in (data.train, data.validation, data.test):
        flag, values, _ = part.x.T
        assert len(np.unique(values[flag > 0])) <= 1
    seen = data.train.x[data.train.x[:, 0] < 0, 1]
    assert data.train.x[data.train.x[:, 0] > 0, 1][0] == pytest.approx(np.median(seen), abs=1e-5)


def test_a_column_of_texts_has_a_feature_for_each_common_value_of_training_rows(write):
    colours = ["red"] * 300 + ["blue"] * 200 + ["green"] * 90 + [""] * 8 + ["pink", "mauve"]
    data = load_table(write(a_table(600, colour=colours)), label="kind")
    assert data.report.category["colour"][:3] == ("red", "blue", "green")
    named = [f"colour = {value}" for value in data.report.category["colour"]]
    assert data.report.features == ("width", "height", *named, "colour = (another)")
    assert data.report.missing == {"colour": 8}
    for part in (data.train, data.validation, data.test):
        assert ((part.x[:, 2:] > 0).sum(axis=1) == 1).all()


@pytest.mark.parametrize("values", [("True", "False"), ("m", "f"), ("NA", "SA")])
def test_of_two_values_one_feature_says_all(write, values):
    data = load_table(write(a_table(member=np.resize(values, ROWS))), label="kind")
    assert len(data.report.features) == 3 and set(data.report.category["member"]) == set(values)


def test_what_stands_for_a_missing_number_is_a_category_among_names(write):
    data = load_table(write(a_table(place=np.resize(["NA", "EU", "None"], ROWS))), label="kind")
    assert set(data.report.category["place"]) == {"NA", "EU", "None"} and not data.report.missing
    assert "In column 'place', 'NA' is a category like the others." in data.report.notes


def test_a_value_that_no_training_row_has_changes_nothing_there(write):
    colours = np.resize(["red", "blue", "green"], ROWS)
    before = load_table(write(a_table(colour=colours)), label="kind")
    row = int(np.flatnonzero(rows_of(before, "width") == 2)[0])
    place = np.argsort(a_table()["width"])[row]
    changed = colours.astype(object)
    changed[place] = "violet"
    after = load_table(write(a_table(colour=changed)), label="kind")
    common = [after.report.features.index(name) for name in before.report.features]
    assert np.array_equal(after.train.x[:, common], before.train.x)
    assert not np.array_equal(after.test.x[:, common], before.test.x)


def test_a_value_that_is_common_among_other_rows_alone_is_no_feature(write):
    first, second = halves(a_table(100, colour=["red", "blue"] * 20 + ["violet", "blue"] * 30))
    data = load_table(write(first, "first.csv"), label="kind", test=write(second, "second.csv"))
    assert set(data.report.category["colour"]) == {"red", "blue"}
    assert data.report.features[-1] == "colour = (another)"


LEFT_OUT = {
    "an index without a name": ("", range(ROWS), "numbers the rows"),
    "an index from 1": ("number", range(1, ROWS + 1), "numbers the rows"),
    "a constant": ("plant", ["pea"] * ROWS, "the same in every row"),
    "a constant number": ("legs", [4] * ROWS, "the same in every row"),
    "nothing": ("remark", [""] * ROWS, "empty in every row"),
    "texts": ("note", [f"No. {row}, fine" for row in range(ROWS)], "another text in each row, such as 'No. 0, fine'"),
    "dates": ("day", [f"2024-0{1 + row % 9}-11" for row in range(ROWS)], "dates"),
    "times": ("day", [f"{1 + row % 28}.3.2024 11:0{row % 10}" for row in range(ROWS)], "dates"),
}


@pytest.mark.parametrize(("name", "cells", "reason"), LEFT_OUT.values(), ids=LEFT_OUT)
def test_a_column_that_says_nothing_is_left_out_with_a_reason(write, name, cells, reason):
    table = {name: list(cells)} | a_table()
    data = load_table(write(table), label="kind")
    name = name or "(no name)"
    assert data.report.features == ("width", "height") and reason in data.report.dropped[name]
    (note,) = data.report.notes
    assert name in note and data.report.dropped[name] in note
    assert (name in data.report.text) == ("text" in reason)
    assert (name in data.report.constant) == ("same" in reason)
    assert data == load_table(write(a_table()), label="kind")


def test_columns_may_be_dropped_and_numbers_be_categories(write):
    table = a_table(code=np.resize([101, 205, 330], ROWS), size=np.resize(["S", "M", "38"], ROWS))
    path = write(table)
    data = load_table(path, label="kind", drop=["height"], categories=["code"])
    assert set(data.report.category["code"]) == {"101", "205", "330"}
    assert set(data.report.category["size"]) == {"S", "M", "38"}
    assert data.report.numeric == ("width",) and data.report.dropped == {"height": "you asked for that"}
    for options in ({"drop": ["hight"]}, {"categories": ["hight"]}, {"groups": "hight"}):
        with pytest.raises(TableError, match="'hight'.*Did you mean 'height'"):
            load_table(path, label="kind", **options)
    with pytest.raises(ValueError, match="drop is 'height', but it must be a list"):
        load_table(path, label="kind", drop="height")


COMMAS = {
    "German": (";", ["1,5", "-2,25", "1.234,5", "3"], [1.5, -2.25, 1234.5, 3], "decimal"),
    "German, whole": (";", ["1,500", "2,250", "3,125", "3"], [1.5, 2.25, 3.125, 3], "decimal"),
    "tabs": ("\t", ["1,5", "-2,25", "1.234,5", "3"], [1.5, -2.25, 1234.5, 3], "decimal"),
    "thousands": (",", ["1,500", "-2,250.5", "1,234,567", "3"], [1500, -2250.5, 1234567, 3], "thousands"),
}


@pytest.mark.parametrize(("separator", "cells", "numbers", "kind"), COMMAS.values(), ids=COMMAS)
def test_commas_inside_numbers_are_understood_and_said(write, separator, cells, numbers, kind):
    kinds = np.resize(["a", "b", "b"], ROWS)
    path = write({"z": np.resize(cells, ROWS), "kind": kinds, "w": range(7, 7 + 2 * ROWS, 2)}, separator=separator)
    data = load_table(path, label="kind")
    (note,) = [note for note in data.report.notes if "commas" in note]
    assert f"{kind} commas: {cells[0]} is {numbers[0]:g}" in note
    expected = load_table(write({"z": np.resize(numbers, ROWS), "kind": kinds, "w": range(7, 7 + 2 * ROWS, 2)}), "kind")
    assert np.allclose(data.train.x, expected.train.x, atol=1e-5) and data.report.numeric == ("z", "w")


def test_large_numbers_that_differ_little_are_told_apart(write):
    data = load_table(write(a_table(time=1_700_000_000 + np.arange(ROWS) % 20)), label="kind")
    assert len(np.unique(data.train.x[:, data.report.features.index("time")])) > 10


LABELS = {
    "spaces": (["pea ", " bean", "pea"], ("bean", "pea")),
    "numbers": (["2", "10", "2.0"], ("2", "10")),
    "signs": (["-1", "1", "+1"], ("-1", "1")),
    "truth": (["True", "False", "True"], ("False", "True")),
    "names for nothing": (["None", "NA", "null"], ("NA", "None", "null")),
    "commas": (["a, b", 'c "d"', "e"], ("a, b", 'c "d"', "e")),
}


@pytest.mark.parametrize(("labels", "names"), LABELS.values(), ids=LABELS)
def test_labels_are_texts_or_numbers(write, labels, names):
    assert load_table(write(a_table(kind=np.resize(labels, ROWS))), label="kind").class_names == names


def test_a_row_without_a_label_is_left_out_and_said(write):
    kinds = a_table()["kind"].astype(object)
    kinds[[4, 9]] = ["", "  "]
    data = load_table(write(a_table(kind=kinds)), label="kind")
    assert data.report.rows == ROWS - 2 == len(data.train) + len(data.validation) + len(data.test)
    assert data.report.notes == ("Left out: 2 rows without a label (the first: line 6).",)


def test_labels_that_differ_in_capitals_alone_are_pointed_out(write):
    data = load_table(write(a_table(kind=np.resize(["pea", "Pea", "bean"], ROWS))), label="kind")
    assert data.report.notes == ("'Pea' and 'pea' were taken for different classes.",)


@pytest.mark.parametrize("names", [("1", "2"), ("x", "y")])
def test_a_copy_of_the_label_under_another_name_is_pointed_out(write, names):
    table = a_table()
    code = np.where(table["kind"] == "pea", *names)
    (note,) = load_table(write(table | {"code": code}), label="kind").report.notes
    assert note.startswith("Column 'code' tells the label in other words") and "drop=['code']" in note
    code[0] = names[code[0] == names[0]]
    assert load_table(write(table | {"code": code}), label="kind").report.notes == ()


def test_equal_rows_are_counted_and_are_in_one_split(write):
    table = {name: np.resize(cells, 3 * ROWS) for name, cells in a_table().items()}
    table["kind"][2 * ROWS] = {"pea": "bean", "bean": "pea"}[table["kind"][0]]
    data = load_table(write(table), label="kind")
    assert (data.report.duplicates, data.report.contradictory) == (2 * ROWS, 3)
    words = "Rows equal to an earlier one: 120. Equal rows are in one split. 3 rows have an equal with another label."
    assert data.report.notes == (words,)
    splits = [set(map(tuple, part.x.tolist())) for part in (data.train, data.validation, data.test)]
    assert sum(map(len, splits)) == len(set.union(*splits)) == ROWS


@pytest.mark.parametrize("classes", ["mixed", "one a group"])
@pytest.mark.parametrize("split", [0, 1])
def test_a_group_is_in_one_split_and_is_no_feature(write, classes, split):
    patients = np.repeat([f"p{number}" for number in range(20)], 6)
    kinds = np.resize(["ill", "well"], 120) if classes == "mixed" else np.repeat(["ill", "well"] * 10, 6)
    table = a_table(120, number=np.repeat(np.arange(20.0) ** 2, 6), patient=patients, kind=kinds)
    data = load_table(write(table), label="kind", groups="patient", split=split)
    assert data.report.features == ("width", "height", "number")
    splits = [set(part.x[:, 2].tolist()) for part in (data.train, data.validation, data.test)]
    assert sum(map(len, splits)) == len(set.union(*splits)) == 20 and min(map(len, splits)) >= 2
    assert "Rows with the same 'patient' are in one split. The column itself is no feature." in data.report.notes


def test_equal_rows_join_their_groups(write):
    table = a_table(120, patient=np.repeat(np.arange(20), 6))
    for name in ("width", "height", "kind"):
        table[name][6::6] = table[name][5:-1:6]  # the first row of each patient is the last one of the patient before
    with pytest.raises(TableError, match="has 1 group to train and validate on and to test on"):
        load_table(write(table), label="kind", groups="patient")


def test_each_row_needs_a_group(write):
    patients = np.repeat(np.arange(20), 3).astype(object)
    patients[7] = ""
    with pytest.raises(TableError, match="no group in line 9, column 'patient'"):
        load_table(write(a_table(patient=patients)), label="kind", groups="patient")


def halves(table):
    return [{name: cells[part] for name, cells in table.items()} for part in (slice(0, 40), slice(40, None))]


def test_a_file_to_test_on_gives_the_test_rows_and_nothing_else(write):
    first, second = halves(a_table(100))
    paths = write(first, "first.csv"), write({name: second[name] for name in reversed(second)}, "second.csv")
    data = load_table(paths[0], label="kind", test=paths[1])
    assert (len(data.train) + len(data.validation), len(data.test)) == (40, 60)
    shown = data.test.x[:, 0] - data.test.x[:, 0].min()
    assert np.allclose(
        shown / shown.max(), (second["width"] - second["width"].min()) / np.ptp(second["width"]), atol=1e-4
    )
    second["width"] = second["width"] + 100
    changed = load_table(paths[0], label="kind", test=write(second, "second.csv"))
    assert np.array_equal(changed.train.x, data.train.x) and np.array_equal(changed.validation.x, data.validation.x)


def test_rows_that_are_there_to_test_on_are_not_trained_on(write):
    first, second = halves(a_table(100))
    both = {name: np.concatenate([cells, second[name][:5]]) for name, cells in first.items()}
    data = load_table(write(both, "first.csv"), label="kind", test=write(second, "second.csv"))
    assert (len(data.train) + len(data.validation), len(data.test)) == (40, 60)
    assert "Left out: 5 rows of first.csv" in data.report.notes[-1]
    with pytest.raises(TableError, match="leave no row of first.csv"):
        load_table(write(first, "first.csv"), label="kind", test=write(first, "second.csv"))


def test_a_fault_of_the_file_to_test_on_is_said_of_it(write):
    first, second = halves(a_table(100))
    path = write(first, "first.csv")
    lacking = {name: cells for name, cells in second.items() if name != "height"}
    with pytest.raises(TableError, match="second.csv has no column 'height', as first.csv has"):
        load_table(path, label="kind", test=write(lacking, "second.csv"))
    second["width"] = second["width"].astype(object)
    second["width"][3] = "wide"
    with pytest.raises(TableError, match="'wide' in line 5 of second.csv"):
        load_table(path, label="kind", test=write(second, "second.csv"))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"validation": 1.5}, "validation is 1.5"),
        ({"test_share": 0}, "test_share is 0"),
        ({"test_share": 0.001}, "test_share is 0.001"),
        ({"validation": 0.6, "test_share": 0.6}, "validation"),
        ({"split": -1}, "split is -1"),
        ({"groups": "kind"}, "groups is 'kind'"),
    ],
)
def test_a_wrong_argument_is_named(write, options, said):
    with pytest.raises(ValueError, match=said):
        load_table(write(a_table()), label="kind", **options)


def test_a_class_of_few_distinct_rows_is_refused(write):
    table = a_table()
    table["kind"][:4] = "rare"
    for name in ("width", "height"):
        table[name][:4] = table[name][0]
    with pytest.raises(TableError, match="has 1 distinct row of class 'rare' to train .* at least 3"):
        load_table(write(table), label="kind")


@pytest.mark.usefixtures("results_folder")
def test_networks_are_trained_on_it_and_it_is_sent_and_written_down_with_its_report(write):
    data = load_table(write(a_table(300)), label="kind")
    copy = pickle.loads(pickle.dumps(data))
    assert copy == data and copy.report == data.report
    report = plain("report", data.report, "data.report")
    assert json.loads(json.dumps(report)) == report and report["classes"] == data.report.classes
    (run,) = train_runs([(Recipe(hidden=(8,), epochs=30, batch_size=10), 0)], data, "test")
    assert run.accuracy > 0.8


@pytest.mark.parametrize(
    ("cells", "looks_so"),
    [
        (lambda row: 10_007 + 3 * row, True),
        (lambda row: 10**9 + 999_983 * (row * 7 % ROWS), True),  # in any order, and large
        (lambda row: f"{10_007 + 3 * row}.5", False),
        (lambda row: row // 2 + 5, False),
        (lambda row: row + 5 if row else "", False),
    ],
)
def test_a_column_that_looks_like_a_running_number_is_pointed_out(write, cells, looks_so):
    path = write({"customer": [cells(row) for row in range(ROWS)]} | a_table())
    report = load_table(path, "kind").report
    assert report.running == ("customer",) * looks_so
    assert any("leave it out: drop=['customer']" in note for note in report.notes) is looks_so
    left = load_table(path, "kind", drop=["customer"]).report
    assert left.running == () and "customer" not in left.features
