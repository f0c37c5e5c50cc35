"""Which rows are used for what: a sample where there are many, other rows for validation, more rows at the end."""

from dataclasses import replace

import numpy as np

from helpers.nn import Examples, stream

from ..data import Data
from ..tables import commonest_labels, distinct_rows

MOST_ROWS = 20_000  # of each split: of more, a sample is used
PART = 0.9  # of the rows to train on that each final network draws for itself


def sampled(data, most=MOST_ROWS):
    """The same Data, or one with at most so many random rows in each split."""
    splits = [data.train, data.validation, data.test]
    if max(len(split.x) for split in splits) <= most:
        return data
    names = ("train", "validation", "test")
    fewer = [_sample(split, most, name) for split, name in zip(splits, names, strict=True)]
    return Data(data.name, *fewer, data.shape, data.class_names)


def _sample(split, most, name):
    rows = np.sort(stream(0, f"sample of {name}").permutation(len(split.x))[:most])
    draw = None if split.draw is None else min(split.draw, len(rows))
    return Examples(split.x[rows], split.labels[rows], split.classes, draw, split.scale)


def folds(data, most):
    """`data`, and up to most - 1 like it with other rows for validation, which were to train on; no row is in two.

    Few rows for validation tell arms apart badly; so each network that judges a setting has others. Copies of a row
    stay together, and every class has about its share. Columns stay standardised as they are. Where each seed draws its
    own rows (`train=n`), there is `data` alone.
    """
    train, validation = data.train, data.validation
    parts = round(len(train.x) / len(validation.x))
    if train.draw is not None or parts < 2:
        return [data]
    copies = distinct_rows(train.x)
    kinds = commonest_labels(copies, train.labels, train.classes)
    order = stream(0, "folds").permutation(len(kinds))
    order = order[np.argsort(kinds[order], kind="stable")]
    part = np.empty(len(kinds), int)
    part[order] = np.arange(len(kinds)) % parts
    return [data, *(_exchanged(data, part[copies] == number) for number in range(min(parts, most - 1)))]


def _exchanged(data, out):
    """The same with the rows `out` of train, a mask, for validation, and the validation rows to train on."""
    train, validation = data.train, data.validation
    kept = [np.concatenate([getattr(train, part)[~out], getattr(validation, part)]) for part in ("x", "labels")]
    validation = replace(validation, x=train.x[out], labels=train.labels[out])
    train = Examples(*kept, train.classes, None, train.scale)
    return Data(data.name, train, validation, data.test, data.shape, data.class_names)


def for_the_end(data):
    """The Data for the final networks: each draws nine tenths of the rows that were for training or validation.

    Nothing is chosen any more, so validation rows may be learned from, as scikit-learn's searches do as well. And the
    rows drawn are among what varies between final networks. (A bootstrap would draw some twice and leave out a third.)
    Where each seed draws its own rows anyway (`train=n`), it stays as it is.
    """
    train, validation = data.train, data.validation
    if train.draw is not None:
        return data
    x, labels = (np.concatenate([getattr(split, part) for split in (train, validation)]) for part in ("x", "labels"))
    pool = Examples(x, labels, train.classes, max(1, round(PART * len(x))), train.scale)
    return Data(data.name, pool, validation, data.test, data.shape, data.class_names)
