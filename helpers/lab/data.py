"""The data sets: read from the folder data/, checked, and split into training, validation and test examples.

Nothing is downloaded, and nothing is read before a loader is called. In every loader

- the test examples are those that the data set's authors, or we, set apart;
- `validation` examples, the same for every seed, are taken out of the training file. `split`, a whole number, says
  which: 0 unless said, other numbers take out others, and the test examples stay;
- what is left is the pool to train on. With `train=n` each seed draws its own n examples from it, with None all
  seeds train on all of it.

Where each file comes from, and its licence, is in data/README.md, too.
"""

import gzip
import hashlib
import zipfile
import zlib
from copy import copy
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cache, lru_cache
from math import prod
from numbers import Integral

import numpy as np

from helpers.nn import Examples, stream
from helpers.nn.plumbing.checks import require, require_labels, require_whole

from .files import to_get_back
from .folders import data_folder
from .loaded import code_of
from .tables import checked_table, distinct_rows, split_rows, standardised

DIGITS = tuple("0123456789")
CLOTHES = ("T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")
SPEAKERS = tuple(f"speaker {number}" for number in range(1, 10))


class DataFileError(OSError):
    """A file in data/ is missing or damaged; the message says which one, and how to get it back."""


@dataclass(frozen=True, eq=False)
class Sequences:
    """A set of series of unequal length: x (examples, steps, features), float32, zero after each series' end.

    lengths: how many steps of each count, (examples,).  labels: whole numbers below `classes`, (examples,).
    """

    x: np.ndarray
    lengths: np.ndarray
    labels: np.ndarray
    classes: int

    def __post_init__(self):
        example = "Sequences(x, lengths, labels, classes=9)"
        require(self.x.ndim == 3, "shape of x", self.x.shape, "(examples, steps, features)", example)
        require(len(self.x) > 0, "shape of x", self.x.shape, "at least one example: this split is empty", example)
        require(self.x.dtype == np.float32, "dtype of x", self.x.dtype, "float32", "x.astype(np.float32)")
        require(np.isfinite(self.x).all(), "x", "not finite everywhere", "without NaN and inf", example)
        require_labels(self.labels, self.classes, (len(self.x),))
        allowed = f"{(len(self.x),)}: one for each example"
        require(self.lengths.shape == (len(self.x),), "shape of lengths", self.lengths.shape, allowed, example)
        whole, steps = self.lengths.dtype.kind in "iu", self.x.shape[1]
        wrong = self.lengths[(self.lengths < 1) | (self.lengths > steps)] if whole else self.lengths
        allowed = f"whole numbers from 1 to {steps}, the steps of x"
        require(wrong.size == 0, "lengths", f"an array that contains {wrong[:1]}", allowed, example)

    def __len__(self):
        return len(self.x)


@dataclass(frozen=True, eq=False, repr=False)
class Data:
    """A data set, split. train, validation, test: Examples (or Sequences).

    shape: of one example, for drawing it: (8, 8), or (40,).  class_names: one for each label.
    Two are equal if their contents are, which never change: it copies arrays that somebody could still write to, and
    nobody can write to its own. One that a loader made is sent to another process as the call that made it, and loaded
    there; one made by hand, or by dataclasses.replace, is sent with all it holds.
    """

    name: str
    train: Examples | Sequences
    validation: Examples | Sequences
    test: Examples | Sequences
    shape: tuple[int, ...]
    class_names: tuple[str, ...]
    # (loader, arguments); replace() forgets it
    loader_call: tuple | None = field(default=None, init=False, compare=False)

    def __post_init__(self):
        example = "Data(name, train, validation, test, shape=(8, 8), class_names=tuple('0123456789'))"
        whole = isinstance(self.shape, tuple) and all(isinstance(size, Integral) for size in self.shape)
        require(whole, "shape", repr(self.shape), "a tuple of whole numbers, such as (40,)", example)
        for name in ("train", "validation", "test"):
            split = getattr(self, name)
            known = isinstance(split, Examples | Sequences)
            require(known, name, f"a {type(split).__name__}", "Examples, or Sequences", example)
            allowed = f"{prod(self.shape)} numbers each, as shape {self.shape} says"
            fits = prod(split.x.shape[1:]) == prod(self.shape)
            require(fits, f"shape of {name}'s examples", split.x.shape[1:], allowed, example)
            allowed = f"{len(self.class_names)}, the number of class_names"
            require(split.classes == len(self.class_names), f"classes of {name}", split.classes, allowed, example)
        for name, other in (("validation", "train"), ("test", "train"), ("test", "validation")):
            x, other_x = getattr(self, name).x, getattr(self, other).x
            twice = np.shares_memory(x, other_x) or np.array_equal(x, other_x)
            found, allowed = f"made of the same rows as {other}", "a split of its own, with rows that no other has"
            require(not twice, name, found, allowed, "Data.from_arrays(x, y), which splits the rows")
        for name in ("train", "validation", "test"):
            object.__setattr__(self, name, _frozen(getattr(self, name)))

    @classmethod
    def from_arrays(
        cls, x, y, name="table", train=None, validation=0.2, test=0.2, split=0, shape=None, class_names=None
    ):
        """A Data from your own table: x (rows, columns), numbers, and y (rows,), one label for each row.

        y: text or numbers; each value is a class. Labels become 0, 1, … in the order of the sorted values, which are
        the class_names, unless you give others in that order.
        validation, test: a share of the rows, or how many. Each class has the same share in every split, to within one
        row. Equal rows of x are kept together in one split, whatever their labels; where x has such copies, the splits
        have only about the size asked for.
        split: a whole number; another one takes other rows for validation. The rows to test on are always the same.
        train: how many of the remaining rows each seed draws for itself, None for all of them.
        shape: of one example, for drawing it, by default (columns,).

        Each column is standardised: its mean over the training rows is subtracted, and it is divided by its standard
        deviation there. Validation and test rows play no part in that. A column that is constant in training becomes 0.
        Raises ValueError, which names the argument, for a table that this can't be done with.
        """
        x, labels, values = checked_table(x, y)
        names = tuple(map(str, values)) if class_names is None else class_names
        fine = isinstance(names, list | tuple) and all(isinstance(name, str) for name in names)
        fine = fine and len(names) == len(values)
        allowed = f"{len(values)} texts, one for each of y's labels {values[:5]}{' …' if len(values) > 5 else ''}"
        require(fine, "class_names", repr(class_names), allowed, "class_names=None")
        shape = x.shape[1:] if shape is None else shape
        fine = isinstance(shape, tuple) and all(isinstance(size, int) for size in shape)
        fine = fine and prod(shape) == x.shape[1]
        require(fine, "shape", repr(shape), f"a tuple whose product is {x.shape[1]}, x's columns", "shape=None")
        rows = split_rows(distinct_rows(x), labels, names, validation, test, split)
        if train is not None:
            require_whole("train", train, 1, "train=None")
            allowed = f"at most {len(rows[0])}, the rows that validation and test leave"
            require(train <= len(rows[0]), "train", train, allowed, "train=None")
        x = standardised(x, rows[0])
        arrays = [(x[part], labels[part]) for part in rows]
        splits = [Examples(*part, len(values), draw) for part, draw in zip(arrays, (train, None, None), strict=True)]
        return cls(name, *splits, shape, tuple(names))

    @property
    def fingerprint(self):
        """64 hexadecimal digits over all the contents: if anything in it differs, so do they."""
        marks = [_marks(split) for split in (self.train, self.validation, self.test)]
        if vars(self).get("_marks") != marks:
            digest = hashlib.sha256()
            _add(digest, self)
            vars(self).update(_marks=marks, _fingerprint=digest.hexdigest())
        return self._fingerprint

    def __eq__(self, other):
        return isinstance(other, Data) and self.fingerprint == other.fingerprint

    def __hash__(self):
        return hash(self.fingerprint)

    def __repr__(self):
        pool = f" of {len(self.train.x):,}, drawn for each seed" if len(self.train) < len(self.train.x) else ""
        return (
            f"{self.name}: {len(self.train):,} training examples{pool}, {len(self.validation):,} for validation, "
            f"{len(self.test):,} for testing; shape {self.shape}, {len(self.class_names)} classes"
        )

    def __reduce__(self):
        if self.loader_call is not None:
            return _load_again, self.loader_call
        return type(self), tuple(getattr(self, part.name) for part in fields(self) if part.init)


def load_mnist1d(train=1000, validation=1000, canonical=False, split=0):
    """MNIST-1D, the main laboratory: signals shaped like digits, shifted, stretched, sheared and blurred by noise.

    Each of the 40 numbers is the signal's height at one moment, without a unit; together they have a mean of 0 and
    a standard deviation of 1. shape (40,), ten classes, made by a program, so there is no writer behind it.
    By default the pool has 30,000 examples (less those for validation) and the test set 10,000; with
    canonical=True they are the 4,000 and 1,000 that others publish results on.

    Greydanus 2020, "Scaling down deep learning", arXiv:2011.14439. Apache License 2.0.
    """
    call = "load_mnist1d(train=1000, validation=1000, canonical=True)"
    require(isinstance(canonical, bool | np.bool_), "canonical", repr(canonical), "True or False", call)
    file, pool = ("mnist1d.npz", "train") if canonical else ("mnist1d_more.npz", "pool")
    arguments = {"train": train, "validation": validation, "canonical": bool(canonical), "split": split}
    arrays = _read_npz(file, f"x_{pool}", f"y_{pool}", "x_test", "y_test")
    return _split(load_mnist1d, arguments, "MNIST-1D", arrays, (40,), DIGITS)


def load_optdigits(train=None, validation=800, split=0):
    """Handwritten digits of 8×8 pixels; the test set's 13 writers wrote none of the training set's.

    A pixel counts the dots of ink in a 4×4 field of the scan, 0 to 16; divided by 16 it is 0 (paper) to 1 (ink).
    shape (8, 8), ten classes; 3,823 examples by 30 writers (less those for validation) and 1,797 to test on. The
    validation examples are by the training set's writers, so the test set is the harder of the two.

    Alpaydin and Kaynak 1998, "Optical recognition of handwritten digits", UCI, doi:10.24432/C50P49. CC BY 4.0.
    """
    arguments = {"train": train, "validation": validation, "split": split}
    arrays = _read_npz("optdigits.npz", "x_train", "y_train", "x_test", "y_test")
    return _split(load_optdigits, arguments, "8×8 digits", arrays, (8, 8), DIGITS, scale=1 / 16)


def load_mnist(train=None, validation=10000, split=0):
    """MNIST, whole: handwritten digits of 28×28 pixels, grey levels 0 (paper) to 255, scaled to 1 (ink).

    shape (28, 28), ten classes; 60,000 examples (less those for validation) and 10,000 to test on.

    LeCun, Bottou, Bengio and Haffner 1998, "Gradient-based learning applied to document recognition",
    doi:10.1109/5.726791; the files are by LeCun, Cortes and Burges, yann.lecun.com/exdb/mnist. CC BY-SA 3.0.
    """
    arguments = {"train": train, "validation": validation, "split": split}
    arrays = [
        _read_idx(f"mnist/{part}-{kind}-ubyte.gz", dimensions)
        for part in ("train", "t10k")
        for kind, dimensions in (("images-idx3", 3), ("labels-idx1", 1))
    ]
    return _split(load_mnist, arguments, "MNIST", arrays, (28, 28), DIGITS, scale=1 / 255)


def load_fashion(train=None, validation=2000, split=0):
    """A part of Fashion-MNIST: photographs of clothes, 28×28 pixels, 0 (background) to 255, scaled to 1.

    shape (28, 28), ten classes; 10,000 examples (less those for validation) and 2,000 to test on, drawn from the
    60,000 and 10,000 of the whole so that each class has 1,000 and 200.

    Xiao, Rasul and Vollgraf 2017, "Fashion-MNIST", arXiv:1708.07747; Zalando SE. MIT licence.
    """
    arguments = {"train": train, "validation": validation, "split": split}
    arrays = _read_npz("fashion_10k_2k.npz", "x_train", "y_train", "x_test", "y_test")
    return _split(load_fashion, arguments, "Fashion-MNIST", arrays, (28, 28), CLOTHES, scale=1 / 255)


def load_spambase(train=None, validation=800, split=0):
    """E-mails, spam or not, told by 57 counts: words and characters that occur, and runs of capital letters.

    48 numbers are percentages of an e-mail's words that are one word, such as "free"; 6 are percentages of its
    characters that are one, such as "!"; the last three are the mean, longest and total length of its runs of capital
    letters, in letters. Most are 0, and a few are a hundred times the mean: so each becomes log(1 + x), and then is
    standardised with the mean and standard deviation of the training rows, without a unit. (Without the logarithm, the
    largest training value of a column lies 17 standard deviations from the mean, with it 9, in the median column.)
    shape (57,), two classes, 39 % spam; 4,597 e-mails, of which 394 are copies of others (69 of one; three have another
    label). Copies stay in one split, so the splits have about the sizes asked for: 1,444 to test on, the same for
    every `split`, about 800 for validation, and the rest, about 2,350, to train on.

    Hopkins, Reeber, Forman and Suermondt 1999, "Spambase", UCI, doi:10.24432/C53G6X. CC BY 4.0.
    """
    arguments = {"train": train, "validation": validation, "split": split}
    x, labels = _read_npz("spambase.npz", "x", "y")
    x, names = np.log1p(x.astype(np.float64)), ("no spam", "spam")
    data = Data.from_arrays(x, labels, "Spambase", test=1400, class_names=names, **arguments)
    return _noted(load_spambase, arguments, data)


def load_magic(train=None, validation=2000, split=0):
    """Simulated showers of particles in the air, seen by a telescope: did a gamma ray or a hadron begin them?

    The picture of a shower is an ellipse; the 10 numbers are its length and width (mm), the logarithm (base 10) of its
    light (photons), the shares of light in its two brightest pixels and in the brightest, the distance from its centre
    to the brightest pixel (mm), the third roots of its third moments along and across (mm), the angle to the line
    towards the source (degrees), and the distance to the source (mm). Each is standardised with the mean and standard
    deviation of the training rows, and so without a unit.
    shape (10,), two classes, 65 % gamma rays; 19,020 showers, of which 115 are copies of others. Copies stay in one
    split, so the splits have about the sizes asked for: 4,000 to test on, the same for every `split`, about 2,000 for
    validation, and the rest, about 13,000, to train on.

    Bock 2004, "MAGIC gamma telescope", UCI, doi:10.24432/C52C8B. CC BY 4.0.
    """
    arguments = {"train": train, "validation": validation, "split": split}
    x, labels = _read_npz("magic.npz", "x", "y")
    data = Data.from_arrays(x, labels, "MAGIC", test=4000, class_names=("gamma ray", "hadron"), **arguments)
    return _noted(load_magic, arguments, data)


def load_japanese_vowels(validation=90, split=0):
    """Nine men say two Japanese vowels, /ae/: whose voice is it? Series of 7 to 29 steps, 12 numbers a step.

    A step is 6.4 ms of sound; its 12 numbers (LPC cepstrum coefficients) sum up its spectrum, without a unit.
    The splits are Sequences; shape (29, 12), nine classes; 270 examples, 30 a speaker (less those for validation),
    and 370 to test on, 24 to 88 a speaker, said by the same men at another time.

    Kudo, Toyama and Shimbo 1999, "Multidimensional curve classification using passing-through regions",
    doi:10.1016/S0167-8655(99)00077-X; UCI, doi:10.24432/C5NS47. CC BY 4.0.
    """
    names = [f"{array}_{part}" for part in ("train", "test") for array in ("x", "len", "y")]
    arrays = _read_npz("japanese_vowels.npz", *names)
    arguments = {"validation": validation, "split": split}
    pool, held_out, test = _hold_out(load_japanese_vowels, arguments, arrays[:3], arrays[3:])
    splits = [Sequences(*split, classes=9) for split in (pool, held_out, test)]
    return _noted(load_japanese_vowels, arguments, Data("Japanese vowels", *splits, (29, 12), SPEAKERS))


def _split(loader, arguments, name, arrays, shape, class_names, scale=None):
    """The Data of a loader whose arrays are x and labels of the training file, then x and labels to test on."""
    train = arguments["train"]
    pool, held_out, test = _hold_out(loader, arguments, arrays[:2], arrays[2:])
    if train is not None:
        size = len(pool[0])
        require_whole("train", train, 1, f"{loader.__name__}(train={min(size, 1000)})")
        allowed = f"at most {size}, since {len(held_out[0])} of {size + len(held_out[0])} are for validation"
        require(train <= size, "train", train, allowed, f"{loader.__name__}(train={min(size, 1000)})")
    splits = [
        Examples(x.reshape(len(x), -1), labels, len(class_names), draw, scale)
        for (x, labels), draw in ((pool, train), (held_out, None), (test, None))
    ]
    return _noted(loader, arguments, Data(name, *splits, shape, class_names))


def _hold_out(loader, arguments, pool, test):
    """Three lists of arrays: the pool's other examples, its validation ones, the test's."""
    size, validation, split = len(pool[0]), arguments["validation"], arguments["split"]
    call = f"{loader.__name__}(validation={size // 5})"
    require_whole("validation", validation, 1, call)
    allowed = f"at most {size - 1}, so that some of the {size} examples are left to train on"
    require(validation < size, "validation", validation, allowed, call)
    require_whole("split", split, 0, f"{loader.__name__}(split=1)")
    order = stream(split, "validation").permutation(size)
    splits = [[array[np.sort(rows)] for array in pool] for rows in (order[validation:], order[:validation])]
    return *splits, test


def _noted(loader, arguments, data):
    """The Data, with a note of the call that loads it."""
    object.__setattr__(data, "loader_call", (loader, tuple(arguments.values())))
    return data


def _frozen(split):
    """The split, with a copy that nobody can write to of each of its arrays that somebody could write to."""
    parts = {part.name: getattr(split, part.name) for part in fields(split)}
    changeable = {name: part for name, part in parts.items() if isinstance(part, np.ndarray) and not _is_fixed(part)}
    copies = {
        name: np.frombuffer(memoryview(part.tobytes()), part.dtype).reshape(part.shape)
        for name, part in changeable.items()
    }
    frozen = copy(split)  # and not replace, which would check all of it, and warn of it, a second time
    vars(frozen).update(copies)
    return frozen if copies else split


def _is_fixed(array):
    """Whether an array is on top of a memoryview of bytes, and so cannot be written to, by itself or through another.

    Of any other read-only array there may be a view from before it was one, which can be written to. That goes for an
    array on top of bytes, too: one that was unpickled is, and can be written to nevertheless.
    """
    while isinstance(array, np.ndarray):
        array = array.base
    return isinstance(array, memoryview) and isinstance(array.obj, bytes)


@lru_cache(maxsize=2)
def _load_again(loader, arguments):
    """What another process does with a Data sent to it; it keeps the last two, since tasks come in rows."""
    return loader(*arguments)


def _marks(split):
    """What shows that a split is not any more what it was, without a look at its numbers: x.strides can be set."""
    return [*_own_code(split), *(getattr(part, "__array_interface__", part) for part in vars(split).values())]


def _own_code(value):
    """How the classes work that somebody made of Examples or Sequences: they may take other rows, or change them."""
    kinds = type(value).__mro__ if isinstance(value, Examples | Sequences) else ()
    return [code_of(kind) for kind in kinds if kind not in (Examples, Sequences, object)]


def _add(digest, value):
    """Feed `value` to `digest`: an array with its type and shape, a dataclass field by field."""
    if isinstance(value, np.ndarray):
        digest.update(f"array {value.dtype.str} {value.shape}:".encode())
        digest.update(np.ascontiguousarray(value))
    elif is_dataclass(value):
        for code in _own_code(value):
            digest.update(f"{code!r};".encode())
        for part in fields(value):
            if part.compare:
                digest.update(f"{part.name}=".encode())
                _add(digest, getattr(value, part.name))
    else:
        digest.update(f"{value!r};".encode())


def _broken(file, trouble):
    return DataFileError(f"data/{file} {trouble}. {to_get_back(f'data/{file}')}")


@cache
def _checked(folder, file):
    """The path of `file`, once its contents have been found to be what data/SHA256SUMS says."""
    for name in (file, "SHA256SUMS"):
        if (folder / name).is_fifo():  # whoever opens one waits until somebody writes into it
            raise _broken(name, "is a pipe, not a file")
    try:
        with open(folder / file, "rb") as stored:
            found = hashlib.file_digest(stored, "sha256").hexdigest()
    except FileNotFoundError:
        raise _broken(file, "is missing") from None
    except OSError as error:
        raise _broken(file, f"cannot be read ({error.strerror})") from None
    try:
        lines = (folder / "SHA256SUMS").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        raise _broken("SHA256SUMS", f"cannot be read ({error.strerror})") from None
    expected = {name: checksum for checksum, name in (line.split() for line in lines if len(line.split()) == 2)}
    if file not in expected:
        raise _broken("SHA256SUMS", f"has no line for {file}")
    if found != expected[file]:
        raise _broken(file, f"is damaged: its SHA-256 checksum starts with {found[:8]}, not {expected[file][:8]}")
    return folder / file


def _read_npz(file, *names):
    """The arrays `names` of a NumPy archive; never unpickled, since a pickle can run any program."""
    try:
        with open(_checked(data_folder(), file), "rb") as stored, np.load(stored, allow_pickle=False) as archive:
            return [archive[name] for name in names]
    except (ValueError, KeyError, EOFError, AttributeError, TypeError, zipfile.BadZipFile, zlib.error) as error:
        raise _broken(file, f"is not the NumPy archive that it should be ({error})") from None


def _read_idx(file, dimensions):
    """The bytes of a gzipped IDX file as an array: a magic number 0x0000080d, d big-endian sizes, the numbers."""
    try:
        content = gzip.decompress(_checked(data_folder(), file).read_bytes())
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise _broken(file, f"is not the gzip file that it should be ({error})") from None
    magic, header = 0x0800 + dimensions, 4 * (1 + dimensions)
    found, *shape = (int.from_bytes(content[start : start + 4], "big") for start in range(0, header, 4))
    if found != magic:
        raise _broken(file, f"is not the IDX file that it should be (magic number {found}, not {magic})")
    if len(content) != header + prod(shape):
        wanted = f"{header + prod(shape):,} bytes for an array of {tuple(shape)}"
        raise _broken(file, f"is not the IDX file that it should be ({len(content):,} bytes, not {wanted})")
    return np.frombuffer(content, np.uint8, offset=header).reshape(shape)
