"""A table that a learner brings: read, understood, and split into a Data; with a report of what was understood."""

import difflib
from dataclasses import dataclass, field

import numpy as np

from helpers.nn import Examples
from helpers.nn.plumbing.checks import require

from .data import Data
from .table_files import DATE, FAR, MISSING, MOST_CELLS, MOST_WORDS, Column, TableFile, finite_number
from .tables import commonest_labels, distinct_rows, linked, require_share, split_rows, standardised

MOST_VALUES = 20  # of a column of categories that get a feature each
FEWEST_RUNNING = 20  # rows; in fewer, measurements can all differ by chance
RAREST = 5, 0.005  # such a value has so many training rows, and such a share of them; the rest share one feature
MOST_NUMBERS = 100, 20  # different labels that are whole numbers, and other numbers; above, it is a regression
LABELS = ("label", "labels", "class", "target", "y", "outcome", "category", "species", "diagnosis", "type", "quality")


@dataclass(frozen=True)
class Source:
    """Where a table came from, and how pandas reads it as it was read here.

    files: {path: the options that read_csv takes for it}, the table's own and perhaps one with the rows to test on.
    archive: whether they are NumPy's.  label: the column; of_numbers: whether it holds numbers; unlabelled: whether
    rows were left out that have none.  empty: the texts that stood for an empty cell among numbers.
    first: {column of numbers: the first one there}.
    """

    files: dict[str, dict]
    archive: bool
    label: str
    of_numbers: bool
    unlabelled: bool
    empty: tuple[str, ...]
    first: dict[str, float]


@dataclass(frozen=True)
class Report:
    """What was understood of a table.

    rows, columns: of the file or the two files, rows without a label left out.  features: the names of what networks
    are given.  classes: {name: rows}.  numeric: names of columns.  category: {column: its values, the commonest
    first}.  text: columns of texts, and dropped: {column: the reason}, where the texts are, too.  missing: {column:
    empty cells}.  duplicates: how many rows are like an earlier one, and contradictory: how many rows have the
    features of a row with another label.  constant: columns with one value.  running: columns that look like running
    numbers.  imbalance: rows of the commonest class for each row of the rarest.  groups: the column that says which
    rows belong together, or None.  source: the files.  notes: in sentences, what was done.
    """

    rows: int
    columns: int
    features: tuple[str, ...]
    classes: dict[str, int]
    numeric: tuple[str, ...]
    category: dict[str, tuple[str, ...]]
    text: tuple[str, ...]
    dropped: dict[str, str]
    missing: dict[str, int]
    duplicates: int
    contradictory: int
    constant: tuple[str, ...]
    running: tuple[str, ...]
    imbalance: float
    groups: str | None
    source: Source
    notes: tuple[str, ...]


@dataclass(frozen=True, eq=False, repr=False)
class Table(Data):
    """The Data of a table from a file, with a report of what was understood. See `load_table`."""

    report: Report = field(default=None, compare=False)  # two tables are equal if networks are given the same


def table_columns(path):
    """The names of a table's columns, and the one that is likeliest to be its label."""
    names = TableFile(path).names
    likely = [name for word in LABELS for name in names if name.lower() == word]
    return names, (likely or names[-1:])[0]


def load_table(
    path, label=None, test=None, groups=None, validation=0.2, test_share=0.2, split=0, *, drop=(), categories=()
):
    """A Table from a file that nobody has seen: .csv, .tsv or .txt, or .gz of one; or .npz with x and y.

    label: the column that says which class a row belongs to; in an .npz it is y.
    test: another file with the same columns, whose rows are those to test on. Without one, test_share of the rows are.
    groups: a column, such as the patient; rows with the same value in it are in one split. It is no feature.
    validation, test_share, split: as for Data.from_arrays. Each class has its share, copies of a row are in one split.
    drop: columns to leave out.  categories: columns whose numbers are names, such as postcodes.

    Columns of numbers are standardised by the training rows. An empty cell gets the training rows' median, and one more
    feature says where. A column of texts becomes a feature for each of the values that are common in training rows.
    Raises TableError, which says where and what to do, if there is something wrong with a file.
    """
    files = [TableFile(path), *([] if test is None else [TableFile(test)])]
    names = files[0].names
    if label is None:
        label = "y" if files[0].is_archive else _ask_for_label(files[0], path)
    named = {"label": [label], "groups": [] if groups is None else [groups], "drop": drop, "categories": categories}
    for argument, columns in named.items():
        require(not isinstance(columns, str), argument, repr(columns), "a list of columns", f"{argument}=[{columns!r}]")
        for name in columns:
            if name not in names:
                files[0].refuse(f"has no column {name!r}, which {argument} names", _nearest(name, names))
    require(groups != label, "groups", repr(groups), "another column than the label", "groups=None")
    wanted = [name for name in names if name in (label, groups) or name not in drop]
    for file in files[1:]:
        lacking = [name for name in wanted if name not in file.names]
        if lacking:
            file.refuse(f"has no column {lacking[0]!r}, as {files[0].name} has", _nearest(lacking[0], file.names))
    rows, whole = sum(file.rows for file in files), {label, groups}
    columns = {name: Column(rows, name in {*whole, *categories}, name in whole) for name in wanted}
    for file in files:
        file.read(columns)
    shares = {"validation": validation} | ({"test_share": test_share} if test is None else {})
    return _Reading(files, columns, label, groups, shares, split, drop).table()


def _ask_for_label(file, path):
    names, likely = table_columns(path)
    listed = ", ".join(names[:50]) + (" …" if len(names) > 50 else "")
    advice = f"Say which one is to be predicted. For example: load_table({str(path)!r}, label={likely!r})"
    file.refuse(f"has the columns {listed}", advice)


def _nearest(name, names):
    """Which columns there are, and which one may be meant."""
    same = [other for other in names if other.lower() == str(name).lower().strip()]
    near = [*same, *difflib.get_close_matches(str(name), names, 1, 0.5)]
    listed = ", ".join(names[:20]) + (" …" if len(names) > 20 else "")
    return (f"Did you mean {near[0]!r}? " if near else "") + f"Its columns are: {listed}."


def _all_differ(numbers):
    """Whether they do; where float32 is too coarse for whole numbers so large, whether nearly all do."""
    exact = np.ptp(numbers) < 2**24
    return len(np.unique(numbers)) >= len(numbers) * (1 if exact else 0.99)


def times(count, thing):
    """How many there are, in words: 1 row, 2 rows."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


class _Reading:
    """A table that is being understood: what its columns hold, what was done with them, and the sentences that say so.

    columns: {name: Column}, all rows of the first file and then those of the second; each is let go once understood.
    """

    def __init__(self, files, columns, label, groups, shares, split, drop):
        self.files, self.file, self.columns = files, files[0], columns
        self.label, self.groups, self.shares, self.split = label, groups, shares, split
        self.notes = [f"{file.name}: {note}" for file in files for note in file.notes]
        self.dropped = dict.fromkeys(drop, "you asked for that")
        self.missing, self.text, self.constant, self.numeric, self.category = {}, [], [], [], {}
        self.empty, self.first, self.of_numbers, self.running = {"": None}, {}, False, []

    def table(self):
        labels, classes = self._labels()
        self.kept = np.flatnonzero(labels >= 0)
        labels = labels[self.kept].astype(np.uint8 if len(classes) <= 256 else np.int64)
        groups = None if self.groups is None else self._groups()
        found = {name: values for name in [*self.columns] if (values := self._values(name, self.columns.pop(name)))}
        if not found:
            reasons = "; ".join(f"{name}: {reason}" for name, reason in [*self.dropped.items()][:5])
            self.file.refuse(f"has nothing to learn from ({reasons})", "A column must hold numbers or categories.")
        self._note_copies_of_label(found, labels, len(classes))
        copies = self._copies(found)
        duplicates, contradictory = self._duplicates(copies, labels, len(classes))
        rows = self._rows(copies if groups is None else linked(copies, groups), labels, classes)
        names, arrays = self._features(found, rows)
        sizes = np.bincount(labels, minlength=len(classes))
        report = Report(
            rows=len(labels),
            columns=len(self.file.names),
            features=tuple(names),
            classes=dict(zip(classes, sizes.tolist(), strict=True)),
            numeric=tuple(self.numeric),
            category=self.category,
            text=tuple(self.text),
            dropped=self.dropped,
            missing=self.missing,
            duplicates=duplicates,
            contradictory=contradictory,
            constant=tuple(self.constant),
            running=tuple(self.running),
            imbalance=float(sizes.max() / sizes.min()),
            groups=self.groups,
            source=self._source(),
            notes=tuple(self.notes),
        )
        splits = [Examples(x, labels[part], len(classes)) for x, part in zip(arrays, rows, strict=True)]
        return Table(self.file.path.stem, *splits, (len(names),), tuple(classes), report)

    def _source(self):
        """How pandas reads the files as they were read here."""
        files = {str(file.path): {} if file.is_archive else file.options() for file in self.files}
        unlabelled = len(self.kept) < sum(file.rows for file in self.files)
        empty = tuple(self.empty)
        return Source(files, self.file.is_archive, self.label, self.of_numbers, unlabelled, empty, self.first)

    def _where(self, row):
        """The file and the line of a row."""
        for file in self.files:
            if row < file.rows:
                return file.where(row) + (f" of {file.name}" if file is not self.file else "")
            row -= file.rows

    # What stands in the columns.

    def _labels(self):
        """The class of each row as a number, -1 where it has no label; and the classes' names."""
        column, name = self.columns.pop(self.label), self.label
        words = [*column.words]
        numbers = {word: number for word in words if (number := finite_number(word)) is not None}
        if numbers and all(word in numbers or word.lower() in MISSING for word in words):
            values = sorted(set(numbers.values()))
            self._refuse_regression(values, len(column.codes))
            self.of_numbers = True
            self.empty |= dict.fromkeys(word for word in words if word not in numbers)
            order = {word: values.index(number) for word, number in numbers.items()}
            classes = [f"{value:.12g}" for value in values]
        else:
            classes = sorted(word for word in words if word)
            order = {word: place for place, word in enumerate(classes)}
            self._note_alike(classes)
        labels = np.array([order.get(word, -1) for word in words])[column.codes]
        without = np.flatnonzero(labels < 0)
        if len(without):
            there = f"{times(len(without), 'row')} without a label (the first: {self._where(without[0])})"
            self.notes.append(f"Left out: {there}.")
        if len(classes) < 2:
            found = f"the same label, {classes[0]!r}, in all rows" if classes else "no label in any row"
            self.file.refuse(f"has {found} of column {name!r}", "There must be at least two classes.")
        if len(classes) > max(10, len(labels) / 3):
            trouble = f"has {len(classes):,} different labels in {len(labels):,} rows of column {name!r}"
            self.file.refuse(trouble, f"It names rows, not classes. {_nearest('', self.file.names)}")
        counts = np.bincount(labels[labels >= 0])
        rare = counts.argmin()
        if counts[rare] < 3:
            there = f"{self._where(np.flatnonzero(labels == rare)[0])}, column {name!r}"
            trouble = f"has only {times(counts[rare], 'row')} of class {classes[rare]!r} ({there})"
            self.file.refuse(trouble, "A class needs at least 3: leave such rows out, or join them to another class.")
        return labels, classes

    def _refuse_regression(self, values, rows):
        most = MOST_NUMBERS[any(value % 1 for value in values)]
        if len(values) > min(most, max(10, rows / 10)):
            trouble = f"has {len(values):,} different numbers in its label {self.label!r}, which makes it a regression"
            ranges = f"table['range'] = pandas.qcut(table[{self.label!r}], 3, labels=['low', 'middle', 'high'])"
            self.file.refuse(trouble, f"Here networks tell classes apart. Make classes of the numbers: {ranges}")

    def _note_alike(self, classes):
        folded = {}
        for name in classes:
            folded.setdefault(name.lower(), []).append(repr(name))
        for alike in folded.values():
            if len(alike) > 1:
                self.notes.append(f"{' and '.join(alike)} were taken for different classes.")

    def _groups(self):
        column = self.columns.pop(self.groups)
        groups = column.codes[self.kept]
        without = np.flatnonzero(groups == column.words.get("", -1))
        if len(without):
            there = self._where(self.kept[without[0]])
            self.file.refuse(f"has no group in {there}, column {self.groups!r}", "Each row must have one.")
        self.notes.append(f"Rows with the same {self.groups!r} are in one split. The column itself is no feature.")
        return distinct_rows(groups)

    def _values(self, name, column):
        """The numbers in a column's rows, or their codes and what these stand for; None if they make no feature."""
        if column.is_endless():
            return self._no_texts(name, [*column.words])
        if column.codes is None:
            return self._numbers(name, column)
        blank = np.array([word.lower() in MISSING for word in column.words])
        counts = np.bincount(column.codes[column.codes >= 0], minlength=len(blank))
        numbers, texts = len(column.codes) - counts.sum(), counts[~blank].sum()
        if not texts:
            return self._numbers(name, column)
        if numbers < texts:
            return self._categories(name, column)
        row = np.flatnonzero(np.isin(column.codes, np.flatnonzero(~blank)))[0]
        word = [*column.words][column.codes[row]]
        more = f" and {times(texts - 1, 'more place')}" if texts > 1 else ""
        trouble = f"has a text among the numbers of column {name!r}: {word[:40]!r} in {self._where(row)}{more}"
        advice = f"Correct it or leave the cell empty. Or, if all are names: categories=[{name!r}]. Or drop=[{name!r}]."
        self.file.refuse(trouble, advice)

    def _numbers(self, name, column):
        if column.far:
            row, number = column.far
            trouble = f"has {'an infinite number' if np.isinf(number) else f'{number:g}'} in {self._where(row)}"
            advice = f"Correct it, leave the cell empty, or drop=[{name!r}]. Numbers must lie within ±{FAR:g}."
            self.file.refuse(f"{trouble}, column {name!r}", advice)
        numbers = self._of_kept(column.numbers)
        missing = int(np.isnan(numbers).sum())
        if missing == len(numbers):
            return self._leave_out(name, "it is empty in every row")
        if not missing and (numbers == numbers[0]).all():
            self.constant.append(name)
            return self._leave_out(name, "it is the same in every row")
        if column.first in (0, 1) and (np.diff(column.numbers[: self.file.rows]) == 1).all() and self.file.rows > 2:
            return self._leave_out(name, "it numbers the rows")
        if column.whole and len(numbers) >= FEWEST_RUNNING and not missing and _all_differ(numbers):
            self.running.append(name)
            trouble = f"Column {name!r} looks like a running number: a whole number, another one in each row"
            self.notes.append(f"{trouble}. It says nothing of a new row, so leave it out: drop=[{name!r}].")
        if missing:
            self.missing[name] = missing
        self.empty |= dict.fromkeys(column.words)
        self.first[name] = float(column.first)
        self.numeric.append(name)
        return (numbers,)

    def _categories(self, name, column):
        codes, words = column.codes, column.words
        if (codes < 0).any():  # numbers among names are names, too
            numbers, places = np.unique(column.numbers[codes < 0].astype(float), return_inverse=True)
            added = [words.setdefault(f"{number + column.first:.9g}", len(words)) for number in numbers]
            codes[codes < 0] = np.array(added)[places]
        codes, empty, words = self._of_kept(codes), words.get("", -1), [*words]
        counts = np.bincount(codes, minlength=len(words))
        seen = [word for word, count in zip(words, counts, strict=True) if count and word]
        missing = int((codes == empty).sum())
        if sum(bool(DATE.fullmatch(word)) for word in seen) > 0.9 * len(seen):
            return self._leave_out(name, "it holds dates; make numbers of them, such as the month or an age")
        if len(seen) > MOST_WORDS or len(seen) > max(10, (len(codes) - missing) / 2):
            return self._no_texts(name, seen)
        if len(seen) + (missing > 0) < 2:
            self.constant.append(name)
            return self._leave_out(name, "it is the same in every row")
        for word in seen:
            if word.lower() in MISSING:
                self.notes.append(f"In column {name!r}, {word!r} is a category like the others.")
        if missing:
            self.missing[name] = missing
        self.category[name] = ()
        return codes, words

    def _of_kept(self, values):
        return values if len(self.kept) == len(values) else values[self.kept]

    def _no_texts(self, name, words):
        self.text.append(name)
        if len(words) == len(self.kept):
            example = f"another text in each row, such as {words[0][:30]!r}"
            return self._leave_out(name, f"it looks like a running number or a name of the row: {example}")
        many = f"more than {MOST_WORDS:,}" if len(words) > MOST_WORDS else f"{len(words):,}"
        self._leave_out(name, f"it holds {many} different texts, such as {words[0][:30]!r}")

    def _leave_out(self, name, reason):
        self.dropped[name] = reason
        self.notes.append(f"Column {name!r} was left out: {reason}.")

    def _note_copies_of_label(self, found, labels, classes):
        """Say which columns tell the label under other names."""
        for name, (values, *_) in found.items():
            if len(np.unique(values[:1000])) <= classes:
                values = distinct_rows(values)
                pairs = np.unique(values * classes + labels)
                if len(pairs) == classes == values.max() + 1:
                    trouble = f"Column {name!r} tells the label in other words"
                    self.notes.append(f"{trouble}. If it is not known before the label is, drop=[{name!r}].")

    # Which rows are in which split.

    def _copies(self, found):
        """Which of the distinct rows each row is, distinct in what networks may be given."""
        import pandas

        mixed = np.zeros(len(self.kept), np.uint64)
        for values, *_ in found.values():
            mixed = mixed * np.uint64(0x9E3779B97F4A7C15) + pandas.util.hash_array(values + 0)  # -0.0 + 0 is 0.0
        return distinct_rows(mixed)

    def _duplicates(self, copies, labels, classes):
        """How many rows are like an earlier one, and how many have equals with another label."""
        kinds = np.bincount(np.unique(copies * classes + labels) // classes)
        duplicates, contradictory = len(copies) - len(kinds), int((kinds > 1)[copies].sum())
        if duplicates:
            also = f" {contradictory:,} rows have an equal with another label." if contradictory else ""
            self.notes.append(f"Rows equal to an earlier one: {duplicates:,}. Equal rows are in one split.{also}")
        return duplicates, contradictory

    def _rows(self, together, labels, classes):
        """Three arrays of row numbers; rows with an equal number in `together` are in one."""
        ours = self.kept < self.file.rows
        given = np.flatnonzero(~ours)
        if len(self.files) > 1:
            twice = ours & np.isin(together, together[given])
            if twice.any():
                why = "since equal rows, or rows of their group, are there to test on"
                trouble = f"Left out: {times(twice.sum(), 'row')} of {self.file.name}"
                self.notes.append(f"{trouble}, {why}.")
            ours &= ~twice
            if not ours.any() or not len(given):
                empty = self.files[not len(given)].name
                self.file.refuse(f"and {self.files[1].name} leave no row of {empty}", "They must be different rows.")
        ours = np.flatnonzero(ours)
        together, labels, least = distinct_rows(together[ours]), labels[ours], len(self.shares) + 1
        for argument, share in self.shares.items():
            require_share(argument, share, len(ours), len(classes))
        strata, names = labels, classes
        counts = np.bincount(commonest_labels(together, labels, len(classes)), minlength=len(classes))
        if counts.min() < least and self.groups is not None:  # where groups have several classes, few have a rare one
            strata, names, counts = np.zeros_like(labels), ["any"], np.array([together.max() + 1])
        if counts.min() < least:
            few, rare = counts.min(), classes[counts.argmin()]
            found = f"{times(few, 'distinct row')} of class {rare!r}" if self.groups is None else times(few, "group")
            trouble = f"has {found} to train and validate on" + " and to test on" * (least == 3)
            self.file.refuse(trouble, f"There must be at least {least}.")
        shares = self.shares["validation"], self.shares.get("test_share")
        rows = [ours[part] for part in split_rows(together, strata, names, *shares, self.split)]
        lacking = [name for kind, name in enumerate(classes) if kind not in labels[np.searchsorted(ours, rows[0])]]
        if lacking:
            self.file.refuse(f"has no row of class {lacking[0]!r} left to train on", "Too few groups have it.")
        return [*rows[:2], given] if len(self.files) > 1 else rows

    # What networks are given.

    def _features(self, found, rows):
        """The features' names, and the arrays of the three splits."""
        names, columns = [], []
        for name in [*found]:
            for feature, values in self._of_column(name, rows[0], *found.pop(name)):
                names.append(feature)
                columns.append(standardised(values[:, np.newaxis], rows[0])[:, 0])
                if len(columns) * len(values) > MOST_CELLS:
                    trouble = f"becomes more than {MOST_CELLS:,} numbers with column {name!r}"
                    self.file.refuse(trouble, "Take a sample of its rows, or drop columns.")
        arrays = [np.empty((len(part), len(names)), np.float32) for part in rows]
        for place, _ in enumerate(names):
            values = columns.pop(0)
            for x, part in zip(arrays, rows, strict=True):
                x[:, place] = values[part]
        return names, arrays

    def _of_column(self, name, train, values, words=None):
        """(name, values) of each feature that a column becomes."""
        if words is None:
            empty = np.isnan(values)
            if empty.any():
                seen = values[train][~empty[train]]
                yield f"{name} is missing", empty.astype(float)
                values = np.where(empty, np.median(seen) if len(seen) else 0, values)
            yield name, values.astype(float)
            return
        counts = np.bincount(values[train], minlength=len(words))
        common = np.flatnonzero(counts >= max(RAREST[0], RAREST[1] * len(train)))
        common = common[np.argsort(-counts[common], kind="stable")][:MOST_VALUES]
        self.category[name] = tuple(words[code] or "(empty)" for code in common)
        rest = ~np.isin(values, common)
        for code, value in zip(common, self.category[name], strict=True):
            if rest.any() or len(common) != 2 or code != common[0]:  # of two values, one says all
                yield f"{name} = {value}", (values == code).astype(float)
        if rest.any():
            yield f"{name} = (another)", rest.astype(float)
