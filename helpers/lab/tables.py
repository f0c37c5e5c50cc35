"""A table of numbers with a label for each row: checked, its rows split, its columns standardised.

Rows that are equal in every column are copies. They go into one split together, whatever their labels: a network that
is tested on a copy of what it was trained on is tested on nothing new.
"""

import numbers

import numpy as np

from helpers.nn import stream
from helpers.nn.plumbing.checks import refuse, require, require_whole

CALL = "Data.from_arrays(x, y)"
TABLE = "a table: (rows, columns)"


def checked_table(x, y):
    """x (rows, columns) as float64, the labels of its rows as whole numbers from 0, and what these stand for, sorted.

    x: real numbers, finite and within float32's range.  y (rows,): text or finite numbers, of two classes at least.
    """
    x, labels = _numbers(x), _plain_labels(y)
    allowed = f"{len(x)}, the number of x's rows: one label for each"
    require(len(labels) == len(x), "length of y", len(labels), allowed, CALL)
    values, labels = np.unique(labels, return_inverse=True)
    found, allowed = f"{values.tolist()[0]!r} in every row", "of at least two classes"
    require(len(values) > 1, "y", found, allowed, 'y=["spam", "no spam", "spam"]')
    return x, labels.astype(np.uint8 if len(values) <= 256 else np.int64), values.tolist()


def split_rows(copies, labels, class_names, validation, test, split):
    """Three arrays of row numbers: to train on, for validation, to test on.

    copies: which of the distinct rows each row is, as `distinct_rows` says; those go into one split together.

    validation, test: a share of the rows, or how many. Each split has its share of every class's distinct rows, to
    within one row, and at least one. Copies of a row come along with it, so where there are copies the number of rows
    is only about what was asked for.
    test=None: these rows are for training and validation alone, and those to test on are empty.
    split: which rows are for validation; those to test on depend neither on it nor on `validation`.
    """
    classes = len(class_names)
    kinds = commonest_labels(copies, labels, classes)
    sizes = np.bincount(kinds, minlength=classes)
    wanted = {"validation": validation} if test is None else {"validation": validation, "test": test}
    least = len(wanted) + 1
    for name, size in zip(class_names, sizes, strict=True):
        found, allowed = f"the label of {size} of x's distinct rows", f"that of at least {least}: one for each split"
        require(
            size >= least, f"class {name!r} in y", found, allowed, "leave out so rare a class, or join it to another"
        )
    shares = {name: require_share(name, value, len(copies), classes) for name, value in wanted.items()}
    held_out, allowed = (
        round(sum(shares.values()) * len(copies)),
        f"fewer than {len(copies)}, so that some are left to train on",
    )
    require(held_out < len(copies), "validation + test", f"{held_out} rows", allowed, "validation=0.2, test=0.2")
    seeds = {"test": 0, "validation": require_whole("split", split, 0, "split=1")}
    splits = np.zeros(len(kinds), np.uint8)  # of each distinct row: 0 to train on, 1 for validation, 2 to test on
    for place, name in reversed([*enumerate(wanted, 1)]):
        random = stream(seeds[name], name)
        free = [np.flatnonzero((kinds == kind) & (splits == 0)) for kind in range(classes)]
        counts = _counts(shares[name] * sizes, np.array([len(rows) for rows in free]) - place)  # later splits need one
        for rows, count in zip(free, counts, strict=True):
            splits[random.permutation(rows)[:count]] = place
    return [np.flatnonzero(splits[copies] == place) for place in range(3)]


def distinct_rows(x):
    """Which of the distinct rows, in the table's order, each row is. x: (rows, columns), or (rows,) for one column."""
    _, first, copies = np.unique(x, axis=0 if x.ndim > 1 else None, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[copies.ravel()]


def commonest_labels(copies, labels, classes):
    """The commonest label of each distinct row."""
    votes = np.bincount(copies * classes + labels, minlength=(copies.max() + 1) * classes)
    return votes.reshape(-1, classes).argmax(axis=1)


def standardised(x, rows):
    """x as float32, each column with a mean of 0 and a standard deviation of 1 over `rows`.

    A column that is constant over them becomes 0 everywhere, since nothing can be learned from it.
    """
    seen = x[rows]
    spread = seen.std(axis=0)
    constant = (seen == seen[0]).all(axis=0) | (spread == 0)
    return np.where(constant, 0, (x - seen.mean(axis=0)) / np.where(constant, 1, spread)).astype(np.float32)


def linked(*keys):
    """A number for each row, equal for two rows if steps between rows with an equal key lead from one to the other.

    keys: arrays (rows,) of whole numbers from 0, such as which copy or which group a row is.
    """
    found, before = keys[0], None
    while before is None or not np.array_equal(found, before):
        before = found
        for key in keys:
            least = np.full(key.max() + 1, len(found) + found.max())
            np.minimum.at(least, key, found)
            found = least[key]
    return distinct_rows(found)


def require_share(argument, value, rows, classes):
    """`value`, a share of the rows or how many of them, as a share."""
    whole = isinstance(value, numbers.Integral) and not isinstance(value, bool) and value >= 1
    share = isinstance(value, numbers.Real) and not isinstance(value, numbers.Integral) and 0 < value < 1
    allowed = "a share of the rows, above 0 and below 1, or how many, a whole number of at least 1"
    require(whole or share, argument, repr(value), allowed, f"{argument}=0.2")
    wanted = value if whole else value * rows
    allowed = f"at least {classes} of the {rows} rows, one of each class"
    require(rows >= wanted >= classes, argument, value, allowed, f"{argument}={classes}")
    return wanted / rows


def require_unmasked(argument, value, example):
    """Raise if `value` is an array of NumPy's with a mask: as a plain array it would show what the mask hides."""
    masked = isinstance(value, np.ma.MaskedArray)
    require(not masked, argument, "a MaskedArray", "a NumPy array, without a mask", example)


def _numbers(x):
    """x as float64."""
    require_unmasked("x", x, "fine = ~np.ma.getmaskarray(x).any(axis=1), then x.data[fine] and y[fine]")
    try:
        x = np.asarray(x)
    except ValueError:
        x = None
    require(x is not None, "x", "a list of rows of unequal length", TABLE, CALL)
    require(x.ndim == 2, "shape of x", x.shape, TABLE, "x.reshape(len(x), -1)")
    require(x.size > 0, "shape of x", x.shape, "at least one row and one column", CALL)
    allowed = "a type of real numbers; columns of text must be left out, or turned into numbers"
    require(x.dtype.kind in "biuf", "dtype of x", x.dtype, allowed, "x.astype(np.float64)")
    bad = np.argwhere(~(np.abs(x.astype(np.float64)) <= np.finfo(np.float32).max))
    if len(bad):
        row, column = bad[0]
        more = f" (and {len(bad) - 1:,} more places are like it)" if len(bad) > 1 else ""
        mend = "fine = (np.abs(x) < 1e38).all(axis=1), then x[fine] and y[fine]"
        refuse(f"x in row {row}, column {column}", f"{x[row, column]}{more}", "finite, within float32's range", mend)
    return x.astype(np.float64)


def _plain_labels(y):
    """y (rows,) as an array of text or of finite numbers."""
    require_unmasked("y", y, "fine = ~np.ma.getmaskarray(y), then x[fine] and y.data[fine]")
    labels = np.asarray(y) if hasattr(y, "dtype") else np.asarray(y, dtype=object)  # in a list, 1 and "1" may both be
    require(labels.ndim == 1, "shape of y", labels.shape, "(rows,): one label for each row", "y=table[:, 0]")
    if labels.dtype.kind in "OT":
        kinds = [_kind(label) for label in labels]
        wrong = [row for row, kind in enumerate(kinds) if kind is None or kind != kinds[0]]
        if wrong:
            row, allowed = wrong[0], "text in all rows, or a number in all rows"
            found = f"{labels[row]!r}" + ("" if kinds[row] is None else f", where row 0 has {labels[0]!r}")
            refuse(f"y in row {row}", found, allowed, "y=[str(label) for label in y]")
        labels = np.array(labels.tolist())
    allowed = "text or real numbers"
    require(labels.dtype.kind in "Ubiuf", "dtype of y", labels.dtype, allowed, "y=[str(label) for label in y]")
    bad = np.flatnonzero(~np.isfinite(labels)) if labels.dtype.kind == "f" else []
    if len(bad):
        refuse(f"y in row {bad[0]}", labels[bad[0]], "finite", "fine = np.isfinite(y), then x[fine] and y[fine]")
    return labels


def _kind(label):
    """Whether a label is text or a number, or None if it is neither."""
    return "text" if isinstance(label, str) else "number" if isinstance(label, numbers.Real | np.bool_) else None


def _counts(wanted, most):
    """Whole numbers with the sum of `wanted`, each next to its own there, and from 1 to `most`, which comes first."""
    counts = np.clip(np.floor(wanted).astype(int), 1, most)
    order = np.argsort(counts - wanted, kind="stable")
    order = order[(counts < most)[order]]
    counts[order[: max(0, round(wanted.sum()) - counts.sum())]] += 1
    return counts
