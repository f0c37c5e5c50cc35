"""The data sets are what their descriptions say, their splits never mix, and a broken file is refused by name."""

import gzip
import hashlib
import os
import pickle
import shutil
import subprocess
import sys
import warnings
from concurrent.futures import ProcessPoolExecutor
from copy import deepcopy
from dataclasses import replace
from multiprocessing import get_context

import numpy as np
import pytest

from helpers import lab
from helpers.lab import Data, Sequences, train_runs
from helpers.lab import data as data_module
from helpers.nn import Examples, stream
from tests.lab.common import SMALL, Noted, same, toy_data, toy_examples

FOLDER = data_module.data_folder()
# loader, its arguments: training pool, validation, test, shape, classes, scale
SETS = {
    "mnist1d": (lab.load_mnist1d, {}, 29000, 1000, 10000, (40,), 10, None),
    "mnist1d canonical": (lab.load_mnist1d, {"canonical": True}, 3000, 1000, 1000, (40,), 10, None),
    "optdigits": (lab.load_optdigits, {}, 3023, 800, 1797, (8, 8), 10, 1 / 16),
    "mnist": (lab.load_mnist, {}, 50000, 10000, 10000, (28, 28), 10, 1 / 255),
    "fashion": (lab.load_fashion, {}, 8000, 2000, 2000, (28, 28), 10, 1 / 255),
    "japanese vowels": (lab.load_japanese_vowels, {}, 180, 90, 370, (29, 12), 9, None),
    "spambase": (lab.load_spambase, {}, 2382, 771, 1444, (57,), 2, None),
    "magic": (lab.load_magic, {}, 13020, 1998, 4002, (10,), 2, None),
}
TABLES = {"spambase": np.log1p, "magic": np.asarray}  # what is done to the file's numbers before they are standardised


@pytest.fixture(scope="module")
def loaded():
    """Each data set, loaded once for the tests that only look at it."""
    return {name: loader(**arguments) for name, (loader, arguments, *_) in SETS.items()}


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """A copy of the small data files that a test may damage; the loaders read from there."""
    (tmp_path / "mnist").mkdir()
    for file in (
        "SHA256SUMS",
        "optdigits.npz",
        "mnist1d.npz",
        "japanese_vowels.npz",
        "mnist/t10k-labels-idx1-ubyte.gz",
    ):
        shutil.copy(FOLDER / file, tmp_path / file)
    monkeypatch.setattr(data_module, "data_folder", lambda: tmp_path)
    return tmp_path


def allow(folder, file):
    """Write the file's present checksum into SHA256SUMS, so that what is inside it is looked at."""
    lines = [line for line in (folder / "SHA256SUMS").read_text().splitlines() if not line.endswith(f"  {file}")]
    lines.append(f"{hashlib.sha256((folder / file).read_bytes()).hexdigest()}  {file}")
    (folder / "SHA256SUMS").write_text("\n".join(lines))


def splits(data):
    return {"train": data.train, "validation": data.validation, "test": data.test}


def in_the_file(name, data):
    """The splits with the file's numbers; a table's rows, which are standardised, are found there by their order."""
    parts = splits(data)
    if name not in TABLES:
        return parts
    with np.load(FOLDER / f"{name}.npz") as file:
        x, y = file["x"], file["y"]
    ours, labels = (np.concatenate([getattr(part, array) for part in parts.values()]) for array in ("x", "labels"))
    rows = np.empty(len(x), int)
    rows[np.lexsort((labels, *ours.T))] = np.lexsort((y, *x.T))
    assert np.array_equal(y[rows], labels)
    rows = np.split(rows, np.cumsum([len(part.x) for part in parts.values()])[:-1])
    with warnings.catch_warnings(action="ignore"):  # that nobody has scaled them
        return {key: replace(part, x=x[found]) for (key, part), found in zip(parts.items(), rows, strict=True)}


def bytes_of(x):
    """Each example's bytes, so that equal ones can be found."""
    return [row.tobytes() for row in x]


def rows_of(*parts):
    """Each example's bytes and label."""
    return [(row, int(label)) for part in parts for row, label in zip(bytes_of(part.x), part.labels, strict=True)]


@pytest.mark.parametrize("name", SETS)
def test_a_data_set_has_the_sizes_and_types_that_its_description_says(loaded, name):
    *_, pool, validation, test, shape, classes, scale = SETS[name]
    data = loaded[name]
    for split, size in zip(splits(data).values(), (pool, validation, test), strict=True):
        assert len(split.x) == len(split.labels) == size
        assert np.prod(split.x.shape[1:]) == np.prod(shape)
        assert split.x.dtype == (np.float32 if scale is None else np.uint8)
        assert split.labels.dtype == np.uint8
        assert np.array_equal(np.unique(split.labels), np.arange(classes))
        assert split.classes == classes == len(data.class_names) == len(set(data.class_names))
        assert getattr(split, "scale", None) == scale
    assert data.shape == shape
    assert len(data.train) == (1000 if "mnist1d" in name else pool)
    assert f"{pool:,}" in repr(data) and data.name in repr(data)


@pytest.mark.parametrize("name", SETS)
def test_no_example_is_in_two_splits_or_twice_in_one_but_in_tables(loaded, name):
    for parts in (splits(loaded[name]), in_the_file(name, loaded[name])):
        every = [bytes_of(split.x) for split in parts.values()]
        distinct = [set(rows) for rows in every]
        assert len(set.union(*distinct)) == sum(map(len, distinct))
        copies = sum(map(len, every)) - sum(map(len, distinct))
        assert copies == {"spambase": 394, "magic": 115}.get(name, 0)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_standardised_with_its_training_rows(name):
    data = SETS[name][0](split=3, train=100)
    raw = {key: TABLES[name](split.x.astype(float)) for key, split in in_the_file(name, data).items()}
    mean, spread = raw["train"].mean(axis=0), raw["train"].std(axis=0)
    for key, split in splits(data).items():
        assert np.allclose(split.x, (raw[key] - mean) / spread, atol=1e-5)


@pytest.mark.parametrize("name", TABLES)
def test_a_tables_splits_have_its_classes_shares(loaded, name):
    shares = [split.labels.mean() for split in splits(loaded[name]).values()]
    assert np.ptp(shares) < (0.001 if name == "magic" else 0.03)  # 69 copies of one e-mail can't be shared out


def test_no_canonical_example_is_in_the_larger_file(loaded):
    larger, canonical = (
        {row for split in splits(loaded[name]).values() for row in bytes_of(split.x)}
        for name in ("mnist1d", "mnist1d canonical")
    )
    assert not larger & canonical


@pytest.mark.parametrize("name", [name for name in SETS if name not in TABLES])
def test_the_splits_hold_the_files_examples_with_the_files_labels(loaded, name):
    if name == "mnist":
        read = data_module._read_idx
        pairs = [
            (read(f"mnist/{part}-images-idx3-ubyte.gz", 3), read(f"mnist/{part}-labels-idx1-ubyte.gz", 1))
            for part in ("train", "t10k")
        ]
    else:
        files = {"mnist1d": "mnist1d_more", "mnist1d canonical": "mnist1d", "fashion": "fashion_10k_2k"}
        pool = "pool" if name == "mnist1d" else "train"
        with np.load(FOLDER / f"{files.get(name, name.replace(' ', '_'))}.npz") as file:
            pairs = [(file[f"x_{part}"], file[f"y_{part}"]) for part in (pool, "test")]
            if name == "japanese vowels":
                lengths = dict(zip(bytes_of(file["x_train"]), file["len_train"], strict=True))
                ours = loaded[name].validation
                assert all(lengths[row] == n for row, n in zip(bytes_of(ours.x), ours.lengths, strict=True))
    truth = [dict(zip(bytes_of(x), labels, strict=True)) for x, labels in pairs]
    data = loaded[name]
    for split, labels in ((data.train, truth[0]), (data.validation, truth[0]), (data.test, truth[1])):
        assert all(labels[row] == label for row, label in zip(bytes_of(split.x), split.labels, strict=True))


def test_the_classes_are_as_balanced_as_said(loaded):
    def counts(*parts):
        return np.sum([np.bincount(part.labels) for part in parts], axis=0)

    fashion, vowels = loaded["fashion"], loaded["japanese vowels"]
    assert (counts(fashion.train, fashion.validation) == 1000).all() and (counts(fashion.test) == 200).all()
    assert (counts(vowels.train, vowels.validation) == 30).all()
    assert counts(vowels.test).min() == 24 and counts(vowels.test).max() == 88
    for name, data in loaded.items():
        share = counts(*splits(data).values())
        if name not in TABLES:
            assert (share > 0.7 * share.mean()).all() and (share < 1.7 * share.mean()).all()


@pytest.mark.parametrize("name", ["optdigits", "mnist", "fashion"])
def test_images_become_floats_from_0_to_1_and_only_those_asked_for(loaded, name):
    for split in splits(loaded[name]).values():
        x, labels = split.take(np.arange(500))
        assert x.dtype == np.float32 and x.shape == (500, split.x.shape[1]) and labels.shape == (500,)
        assert x.min() == 0 and x.max() == pytest.approx(1, abs=1e-7)


def test_mnist1d_has_mean_0_and_standard_deviation_1(loaded):
    for name in ("mnist1d", "mnist1d canonical"):
        assert abs(loaded[name].train.x.mean()) < 0.02 and abs(loaded[name].train.x.std() - 1) < 0.02


def test_a_series_is_zero_after_its_end_and_not_before(loaded):
    for split in splits(loaded["japanese vowels"]).values():
        used = np.arange(29) < split.lengths[:, np.newaxis]
        assert np.array_equal(split.x.any(axis=2), used)
        assert split.lengths.min() >= 7 and len(split) == len(split.x)


def test_validation_examples_are_the_same_whatever_else_is_asked_for():
    few, all_of_them = lab.load_mnist1d(train=10), lab.load_mnist1d(train=None)
    assert np.array_equal(few.validation.x, all_of_them.validation.x)
    assert np.array_equal(few.train.x, all_of_them.train.x)
    assert len(few.train) == 10 and len(all_of_them.train) == 29000
    assert few.validation.draw is None and few.test.draw is None


def test_validation_examples_come_from_all_over_the_file():
    """The series lie in the file speaker by speaker: the first or the last 90 of them would be three speakers."""
    assert len(np.unique(lab.load_japanese_vowels().validation.labels)) == 9
    with np.load(FOLDER / "optdigits.npz") as file:
        x = file["x_train"].reshape(3823, 64)
    for split, data in ((0, lab.load_optdigits()), (0, lab.load_optdigits(split=0)), (3, lab.load_optdigits(split=3))):
        chosen = np.sort(stream(split, "validation").permutation(3823)[:800])
        assert np.array_equal(data.validation.x, x[chosen])
        assert np.array_equal(data.train.x, np.delete(x, chosen, axis=0))


@pytest.mark.parametrize("name", SETS)
def test_another_split_holds_out_other_examples_of_the_same_file_and_tests_on_the_same(loaded, name):
    loader, arguments, *_ = SETS[name]
    first, other = in_the_file(name, loaded[name]), in_the_file(name, loader(**arguments, split=1))
    whole, again = (sorted(rows_of(data["train"], data["validation"])) for data in (first, other))
    assert whole == again
    held_out = [set(rows_of(data["validation"])) for data in (first, other)]
    assert len(held_out[0] & held_out[1]) < 1.5 * len(held_out[0]) ** 2 / len(whole)
    assert rows_of(first["test"]) == rows_of(other["test"])


def test_a_seed_draws_the_same_examples_again_and_another_seed_draws_others():
    rows = lab.load_mnist1d(train=50).train.rows([3, 4])
    assert np.array_equal(rows[0], lab.load_mnist1d(train=50).train.rows([3])[0])
    assert len(set(rows[0])) == 50 and len(set(rows[0]) & set(rows[1])) < 5


def test_loaded_arrays_cannot_be_written_to(loaded):
    for data in loaded.values():
        for split in splits(data).values():
            with pytest.raises(ValueError, match="read-only"):
                split.x[0] = 0
            with pytest.raises(ValueError, match="read-only"):
                split.labels[0] = 0


def test_every_file_has_a_checksum_and_every_checksum_a_file():
    kept_by_hand_or_program = {"README.md", "SHA256SUMS", "claims.toml"}
    files = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file()}
    files = {file for file in files if not file.startswith("results/")} - kept_by_hand_or_program
    lines = [line.split("  ") for line in (FOLDER / "SHA256SUMS").read_text().splitlines()]
    assert files == {name for _, name in lines} and len(lines) == len(files) == 12
    for checksum, name in lines:
        assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == checksum
        described = "mnist/*.gz" if name.startswith("mnist/") else name
        assert f"`{described}`" in (FOLDER / "README.md").read_text(encoding="utf-8")


# Fingerprints, and the way to another process


def test_fingerprints_differ_with_every_argument_and_file(loaded):
    others = [
        lab.load_mnist1d(train=999),
        lab.load_mnist1d(train=None),
        lab.load_mnist1d(train=29000),
        lab.load_mnist1d(validation=999),
        lab.load_optdigits(train=3023),
        lab.load_optdigits(validation=801),
        lab.load_japanese_vowels(validation=91),
        lab.load_mnist1d(split=1),
        lab.load_magic(split=1),
        lab.load_magic(train=13020),
        lab.load_japanese_vowels(split=2),
    ]
    prints = [data.fingerprint for data in (*loaded.values(), *others)]
    assert len(set(prints)) == len(prints)
    assert all(len(print_) == 64 and int(print_, 16) for print_ in prints)


def test_equal_calls_give_equal_fingerprints(loaded):
    again = lab.load_mnist1d(1000, np.int64(1000))
    assert again.fingerprint == loaded["mnist1d"].fingerprint
    assert again == loaded["mnist1d"] and hash(again) == hash(loaded["mnist1d"]) and again is not loaded["mnist1d"]
    assert again != loaded["optdigits"] and again != "MNIST-1D"


def test_a_fingerprint_follows_the_file(copied):
    before = lab.load_optdigits().fingerprint
    with np.load(copied / "optdigits.npz") as file:
        arrays = dict(file)
    arrays["x_test"][5, 3, 3] ^= 1
    np.savez(copied / "optdigits.npz", **arrays)
    allow(copied, "optdigits.npz")
    data_module._checked.cache_clear()
    assert lab.load_optdigits().fingerprint != before


def test_a_fingerprint_follows_changed_contents(loaded):
    data = loaded["optdigits"]
    data.fingerprint  # noqa: B018 - so that a remembered one could be passed on
    labels = data.train.labels.copy()
    labels[7] = (labels[7] + 1) % 10
    noisy = replace(data, train=replace(data.train, labels=labels))
    assert noisy.fingerprint != data.fingerprint
    assert np.array_equal(pickle.loads(pickle.dumps(noisy)).train.labels, labels)
    assert replace(data, train=replace(data.train, scale=1 / 8)).fingerprint != data.fingerprint
    vowels = loaded["japanese vowels"]
    longer = replace(vowels.test, lengths=np.minimum(vowels.test.lengths + 1, 29))
    assert replace(vowels, test=longer).fingerprint != vowels.fingerprint
    assert replace(data, train=data.validation, validation=data.train).fingerprint != data.fingerprint


def _described(data):
    """What another process sees of a Data sent to it, and how many it has loaded by then."""
    return data.fingerprint, len(data.train), data_module._load_again.cache_info().misses


def test_data_are_small_to_send_and_the_same_in_another_process(loaded):
    for data in loaded.values():
        assert len(pickle.dumps(data)) < 300
    sent = [lab.load_mnist1d(canonical=True, split=4), lab.load_magic(2000, 1000, split=5)] * 2
    noisy = replace(loaded["optdigits"], test=replace(loaded["optdigits"].test, scale=1 / 8))
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        answers = list(pool.map(_described, [*sent, noisy]))
    loads = (1, 2, 2, 2)  # by then: the second time each is there already
    assert answers[:4] == [(data.fingerprint, len(data.train), n) for data, n in zip(sent, loads, strict=True)]
    assert answers[4][0] == noisy.fingerprint


def test_nothing_is_loaded_at_import_neither_data_nor_pictures_nor_widgets():
    program = (
        "import sys, builtins, io\n"
        "import numpy\n"
        "opened = []\n"
        "sys.addaudithook(lambda event, found: opened.append(str(found[0])) if event == 'open' else None)\n"
        "import helpers.lab\n"
        "print([file for file in opened if '.npz' in file or '.gz' in file or 'SHA256' in file],\n"
        "      [name for name in ('matplotlib', 'ipywidgets', 'IPython', 'tqdm.notebook') if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=FOLDER.parent
    )
    assert done.stdout.strip() == "[] []"


# Broken files


BREAKS = {
    "missing": (lambda path: path.unlink(), "is missing"),
    "a folder": (lambda path: (path.unlink(), path.mkdir()), "cannot be read|is missing"),
    "empty": (lambda path: path.write_bytes(b""), "is damaged"),
    "cut off": (lambda path: path.write_bytes(path.read_bytes()[:-100]), "is damaged"),
    "a bit flipped": (
        lambda path: path.write_bytes(bytes([*(b := path.read_bytes())[:2000], b[2000] ^ 1, *b[2001:]])),
        "is damaged",
    ),
}


@pytest.mark.parametrize("kind", BREAKS)
@pytest.mark.parametrize("file", ["optdigits.npz", "japanese_vowels.npz", "mnist/t10k-labels-idx1-ubyte.gz"])
def test_a_broken_file_is_named_with_the_way_to_mend_it(copied, file, kind):
    damage, trouble = BREAKS[kind]
    damage(copied / file)
    with pytest.raises(lab.DataFileError, match=trouble) as error:
        data_module._read_idx(file, 1) if file.endswith("gz") else data_module._read_npz(file, "x_train")
    assert str(error.value).startswith(f"data/{file} ")
    assert f"git checkout -- data/{file}, or download the project again" in str(error.value)
    assert str(pickle.loads(pickle.dumps(error.value))) == str(error.value)  # so it comes back from another process


def test_a_loader_works_again_once_its_file_is_mended(copied):
    (copied / "optdigits.npz").unlink()
    with pytest.raises(lab.DataFileError, match=r"data/optdigits.npz is missing"):
        lab.load_optdigits()
    shutil.copy(FOLDER / "optdigits.npz", copied)
    assert len(lab.load_optdigits().test) == 1797


def test_a_missing_or_short_list_of_checksums_is_named(copied):
    (copied / "SHA256SUMS").write_text("nonsense\n\n")
    with pytest.raises(lab.DataFileError, match=r"data/SHA256SUMS has no line for optdigits.npz.*data/SHA256SUMS"):
        lab.load_optdigits()
    (copied / "SHA256SUMS").unlink()
    with pytest.raises(lab.DataFileError, match=r"data/SHA256SUMS cannot be read.*checkout -- data/SHA256SUMS"):
        lab.load_optdigits()


class Trap:
    """Unpickling one writes the file `sprung`."""

    def __init__(self, sprung):
        self.sprung = sprung

    def __reduce__(self):
        return open, (str(self.sprung), "w")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes in folders")
@pytest.mark.parametrize("file", ["optdigits.npz", "SHA256SUMS"])
def test_a_pipe_in_a_files_place_is_not_waited_for(copied, file):
    (copied / file).unlink()
    os.mkfifo(copied / file)
    with pytest.raises(lab.DataFileError, match=rf"data/{file} is a pipe, not a file.*git checkout -- data/{file}"):
        lab.load_optdigits()


def test_a_pickle_is_refused_and_never_run_even_with_the_right_checksum(copied):
    trapped = np.array([Trap(copied / "sprung")], dtype=object)
    np.savez(copied / "optdigits.npz", x_train=trapped, y_train=trapped, x_test=trapped, y_test=trapped)
    for content in ((copied / "optdigits.npz").read_bytes(), pickle.dumps(Trap(copied / "sprung"))):
        (copied / "optdigits.npz").write_bytes(content)
        allow(copied, "optdigits.npz")
        data_module._checked.cache_clear()
        with pytest.raises(lab.DataFileError, match=r"data/optdigits.npz is not the NumPy archive .*git checkout"):
            lab.load_optdigits()
    assert not (copied / "sprung").exists()


def npz_without_labels(path):
    np.savez(path, x_train=np.zeros((1, 8, 8), np.uint8))


def plain_npy(path):
    with open(path, "wb") as file:
        np.save(file, np.zeros(3))


def no_zip(path):
    path.write_bytes(b"PK\3\4 no zip")


@pytest.mark.parametrize("write", [npz_without_labels, plain_npy, no_zip])
def test_an_archive_of_another_kind_is_named_even_with_the_right_checksum(copied, write):
    write(copied / "optdigits.npz")
    allow(copied, "optdigits.npz")
    with pytest.raises(lab.DataFileError, match=r"data/optdigits.npz is not the NumPy archive"):
        lab.load_optdigits()


LABELS = "mnist/t10k-labels-idx1-ubyte.gz"
IDX = bytes.fromhex("00000801 00002710") + bytes(10000)


IDX_BREAKS = {
    "cut off": (gzip.compress(IDX)[:-20], "gzip"),
    "wrong gzip sum": (gzip.compress(IDX)[:-8] + bytes(8), "gzip"),
    "garbled": (gzip.compress(IDX)[:20] + bytes(20) + gzip.compress(IDX)[40:], "gzip"),
    "not gzipped": (IDX, "gzip"),
    "empty": (gzip.compress(b""), "magic number 0, not 2049"),
    "images": (gzip.compress(bytes.fromhex("00000803") + IDX[4:]), "magic number 2051, not 2049"),
    "signed bytes": (gzip.compress(bytes.fromhex("00000901") + IDX[4:]), "magic number 2305, not 2049"),
    "a byte short": (gzip.compress(IDX[:-1]), "10,007 bytes, not 10,008 bytes"),
    "a byte long": (gzip.compress(IDX + b"\0"), "10,009 bytes, not 10,008 bytes"),
    "half a header": (gzip.compress(IDX[:6]), "6 bytes, not 8 bytes"),
}


@pytest.mark.parametrize("kind", IDX_BREAKS)
def test_an_idx_file_is_parsed_strictly_even_with_the_right_checksum(copied, kind):
    content, trouble = IDX_BREAKS[kind]
    (copied / LABELS).write_bytes(content)
    allow(copied, LABELS)
    with pytest.raises(lab.DataFileError, match=rf"data/{LABELS} is not the .*{trouble}"):
        data_module._read_idx(LABELS, 1)


def test_a_file_is_hashed_once_in_a_process(copied, monkeypatch):
    counted = []
    digest = hashlib.file_digest
    monkeypatch.setattr(hashlib, "file_digest", lambda *args: counted.append(1) or digest(*args))
    lab.load_optdigits()
    lab.load_optdigits(validation=10)
    assert len(counted) == 1


# Data and Sequences that somebody else makes


def test_splits_that_do_not_fit_the_description_are_refused(loaded):
    data = loaded["optdigits"]
    with pytest.raises(ValueError, match=r"shape of train's examples is \(64,\), but it must be 63"):
        replace(data, shape=(7, 9))
    with pytest.raises(ValueError, match="classes of train is 10, but it must be 2"):
        replace(data, class_names=("odd", "even"))
    other = Examples(np.zeros((3, 5), np.float32), np.zeros(3, int), 10)
    with pytest.raises(ValueError, match=r"shape of test's examples is \(5,\)"):
        replace(data, test=other)


@pytest.mark.parametrize(
    "second",
    [
        lambda first: first,
        lambda first: replace(first, labels=1 - first.labels),
        lambda first: replace(first, x=first.x.copy()),
        lambda first: Examples(first.x[7:], first.labels[7:], 2),
        lambda first: Examples(first.x[::-2], first.labels[::-2], 2),
    ],
    ids=["the same object", "the same rows", "a copy", "a part", "every other row, backwards"],
)
@pytest.mark.parametrize(("name", "other"), [("validation", "train"), ("test", "train"), ("test", "validation")])
def test_the_same_split_given_twice_is_refused(second, name, other):
    table, labels = np.random.default_rng(0).normal(size=(60, 4)).astype(np.float32), np.arange(60) % 2
    parts = {"train": slice(0, 40, 2), "validation": slice(1, 40, 2), "test": slice(40, 60)}  # of one array: fine
    parts = {part: Examples(table[rows], labels[rows], 2) for part, rows in parts.items()}
    assert len(lab.Data("toy", **parts, shape=(4,), class_names=("a", "b")).test) == 20
    with pytest.raises(ValueError, match=f"^{name} is made of the same rows as {other}, but it must be a split of its"):
        lab.Data("toy", **parts | {name: second(parts[other])}, shape=(4,), class_names=("a", "b"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"x": np.zeros((2, 3), np.float32)}, r"shape of x is \(2, 3\)"),
        ({"x": np.zeros((0, 3, 1), np.float32)}, "this split is empty"),
        ({"x": np.zeros((2, 3, 1))}, "dtype of x is float64"),
        ({"x": np.full((2, 3, 1), np.nan, np.float32)}, "x is not finite"),
        ({"lengths": np.array([1, 2, 3])}, r"shape of lengths is \(3,\)"),
        ({"lengths": np.array([1, 4])}, r"lengths is an array that contains \[4\].* from 1 to 3"),
        ({"lengths": np.array([0, 1])}, r"lengths is an array that contains \[0\]"),
        ({"lengths": np.array([1.0, 2.0])}, "lengths is an array that contains"),
        ({"labels": np.array([0])}, r"shape of labels is \(1,\)"),
        ({"labels": np.array([0, 2])}, r"labels is an array that contains \[2\]"),
    ],
)
def test_wrong_sequences_are_refused(change, message):
    right = {"x": np.zeros((2, 3, 1), np.float32), "lengths": np.array([1, 3]), "labels": np.array([0, 1])}
    assert len(lab.Sequences(**right, classes=2)) == 2
    with pytest.raises(ValueError, match=message):
        lab.Sequences(**right | change, classes=2)


def read_only(array):
    array.flags.writeable = False
    return array


def a_view_of(array):
    return array, read_only(array[:])


def a_buffer_of(array):
    buffer = bytearray(array.tobytes())
    held, given = (np.frombuffer(buffer, array.dtype).reshape(array.shape) for _ in "12")
    while isinstance(given.base, np.ndarray):
        given = given.base
    return held, read_only(given).reshape(array.shape)


def frozen_after_a_view_of_it(array):
    return array[:], read_only(array)


def unpickled_and_frozen_after_a_view_of_it(array):
    return frozen_after_a_view_of_it(pickle.loads(pickle.dumps(array, protocol=4)))


HELD = {  # what the caller can still write to, and what of it is handed over
    "itself": lambda array: (array, array),
    "what it is a view of": a_view_of,
    "what a view is a view of": lambda array: (array, a_view_of(a_view_of(array)[1])[1]),
    "a buffer": a_buffer_of,
    "an earlier view of it": frozen_after_a_view_of_it,
    "an earlier view of what was unpickled": unpickled_and_frozen_after_a_view_of_it,
}


@pytest.mark.parametrize("held", HELD)
@pytest.mark.parametrize("part", ["x", "labels"])
def test_what_is_done_to_the_arrays_afterwards_does_not_change_data_made_by_hand(trained, part, held):
    split = toy_examples(90, 1, draw=40)
    array, given = HELD[held](getattr(split, part))
    data = toy_data(train=replace(split, **{part: given}))
    before = getattr(data.train, part).copy()
    first = train_runs([(SMALL, 0)], data)
    array[:] = 0
    assert np.array_equal(getattr(data.train, part), before)
    assert same(train_runs([(SMALL, 0)], data), first) and len(trained) == 1
    train_runs([(SMALL, 0)], toy_data(train=replace(split, **{part: array})))
    assert len(trained) == 2, "in other data they count"


@pytest.mark.parametrize("made", ["by hand", "copied", "pickled", "replaced"])
def test_nobody_can_write_to_the_arrays_of_data(made):
    data = toy_data()
    assert data.fingerprint, "which it remembers from now on"
    found = {
        "by hand": lambda: data,
        "copied": lambda: deepcopy(data),
        "pickled": lambda: pickle.loads(pickle.dumps(data)),
        "replaced": lambda: replace(data, name="other", train=toy_examples(90, 1)),
    }[made]()
    for split in (found.train, found.validation, found.test):
        for array in (split.x, split.labels):
            with pytest.raises(ValueError, match="read-only"):
                array[:1] = 0
            with pytest.raises(ValueError, match="cannot set WRITEABLE"):
                array.flags.writeable = True
    assert (found == data) == (made != "replaced")


def test_series_cannot_be_written_to_either():
    x, lengths, labels = np.ones((2, 3, 1), np.float32), np.array([1, 3]), np.array([0, 1])
    others = [Sequences(x + more, lengths, labels, 2) for more in (1, 2)]
    data = Data("toy", Sequences(x, lengths, labels, 2), *others, (3, 1), ("a", "b"))
    x[:], lengths[:], labels[:] = 0, 2, 0
    assert (data.train.x == 1).all() and [*data.train.lengths, *data.train.labels] == [1, 3, 0, 1]


def test_arrays_that_nobody_can_write_to_are_not_copied():
    x = np.frombuffer(memoryview(bytes(48)), np.float32).reshape(2, 6)
    labels = np.frombuffer(memoryview(bytes(2)), np.uint8)
    split = Examples(x, labels, 3)
    data = toy_data(train=split)
    assert data.train.x is x and data.train.labels is labels


LAYOUTS = {  # what can be set of an array that cannot be written to
    "the type of its numbers": ("x", "dtype", np.int32),
    "the way through its rows": ("x", "strides", (0, 4)),
    "the way through its labels": ("labels", "strides", (0,)),
    "all of it": ("x", "__setstate__", (1, (90, 6), np.dtype(np.float32), False, bytes(90 * 6 * 4))),
}


@pytest.mark.filterwarnings("ignore:Setting the strides:DeprecationWarning")
@pytest.mark.parametrize("change", LAYOUTS)
def test_another_layout_of_an_array_makes_other_data(change):
    data = toy_data()
    before = data.fingerprint
    assert data.fingerprint == before
    part, name, value = LAYOUTS[change]
    array = getattr(data.train, part)
    if name == "__setstate__":
        array.__setstate__(value)
    else:
        setattr(array, name, value)
    assert data.fingerprint != before and data != toy_data()


def test_a_split_put_in_another_s_place_makes_other_data():
    data = toy_data()
    before = data.fingerprint
    object.__setattr__(data.train, "draw", 41)
    first = data.fingerprint
    object.__setattr__(data, "train", toy_examples(90, 4, draw=41))
    assert len({before, first, data.fingerprint}) == 3


SHIFT = 0


def flipped(sign=-1, more=0.0):
    """A class of examples that takes others than it holds."""

    class Flipped(Examples):
        def take(self, rows=None, dtype=np.float32):
            x, labels = super().take(rows, dtype)
            return sign * x + SHIFT + more, labels

    return Flipped


def test_how_examples_of_another_class_are_taken_counts_as_well(trained, monkeypatch):
    def run(*kind):
        return train_runs([(SMALL, 0)], toy_data(train=toy_examples(90, 1, draw=40, kind=flipped(*kind))))

    plain = train_runs([(SMALL, 0)], toy_data())
    first = run()
    assert not same(first, plain) and same(run(), first) and len(trained) == 2
    assert not same(run(-1, 0.5), first) and len(trained) == 3, "what the class was made with counts"
    data = toy_data(train=toy_examples(90, 1, draw=40, kind=flipped()))
    assert same(train_runs([(SMALL, 0)], data), first) and len(trained) == 3
    monkeypatch.setitem(globals(), "SHIFT", 1)
    assert not same(train_runs([(SMALL, 0)], data), first) and len(trained) == 4, "and the constants that it uses"


def test_the_fingerprint_of_a_class_is_the_same_in_another_process():
    data = toy_data(train=toy_examples(90, 1, kind=Noted))
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        assert pool.submit(fingerprint_of, data).result() == data.fingerprint != toy_data(draw=None).fingerprint


def fingerprint_of(data):
    return data.fingerprint
