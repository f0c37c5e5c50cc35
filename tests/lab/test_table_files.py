"""A file that holds no table to learn from is refused: the message names the place, and says what to do."""

import gzip
import io
import os
import pickle
import struct
import zipfile

import numpy as np
import pytest

from helpers.lab import TableError, load_table, table_columns, table_files

GOOD = "".join(f"{number},{number % 7},{'ab'[number % 2]}\n" for number in range(3, 43))
HEADER = "x,y,kind\n"


def changed(old, new):
    """The good table with one change."""
    assert old in HEADER + GOOD
    return (HEADER + GOOD).replace(old, new, 1)


def column(cells, name="z"):
    """The good table with another column in front."""
    lines = (HEADER + GOOD).splitlines()
    return "\n".join(f"{cell},{line}" for cell, line in zip([name, *cells], lines, strict=True))


def only(cells):
    """One column besides the label."""
    return "z,kind\n" + "".join(f"{cell},{'ab'[row % 2]}\n" for row, cell in enumerate(cells))


def labels(cells):
    return "x,kind\n" + "".join(f"{row * 1.5},{cell}\n" for row, cell in enumerate(cells))


BAD = {  # content of t.csv: what the message must say
    "empty": ("", ["is empty", "line of names"]),
    "blank": ("\n \n\n", ["is empty"]),
    "header only": (HEADER, ["no rows"]),
    "one class": (labels("a" * 30), ["same label, 'a'", "'kind'", "two classes"]),
    "no labels": (labels([""] * 30), ["no label in any row", "'kind'"]),
    "a class of one row": (labels("ab" * 10 + "c"), ["1 row of class 'c'", "line 22", "at least 3"]),
    "a name for each row": (labels(f"n{row}" for row in range(40)), ["40 different labels", "names rows", "x, kind"]),
    "no such label": (changed("kind", "Kind"), ["no column 'kind'", "Did you mean 'Kind'?", "x, y, Kind"]),
    "no similar label": (changed("kind", "outcome"), ["no column 'kind'", "x, y, outcome"]),
    "regression": (labels(row / 7 for row in range(400)), ["400 different numbers", "regression", "pandas.qcut"]),
    "whole regression": (labels(range(200)), ["200 different numbers", "regression"]),
    "constants": (only([5] * 40), ["nothing to learn from", "z: it is the same in every row"]),
    "texts": (only(f"a long text {row}" for row in range(3000)), ["nothing to learn from", "1,000 different texts"]),
    "empty columns": (only([""] * 40), ["nothing to learn from", "z: it is empty in every row"]),
    "NaN everywhere": (only(["NaN"] * 40), ["nothing to learn from", "z: it is empty in every row"]),
    "infinity": (changed("\n7,", "\ninf,"), ["infinite", "line 6", "'x'", "drop=['x']"]),
    "minus infinity": (changed("\n7,", "\n-Infinity,"), ["infinite", "line 6", "'x'"]),
    "far": (changed("\n7,", "\n1e300,"), ["1e+300", "line 6", "'x'"]),
    "a word among numbers": (
        changed("\n7,", "\ntwelve,"),
        ["'twelve'", "line 6", "'x'", "categories=['x']", "drop=['x']"],
    ),
    "words among numbers": (
        column(["12", "n/a", "twelve"] + ["3"] * 36 + ["many"]),
        ["'twelve'", "line 4 and 1 more place", "'z'"],
    ),
    "one column": ("kind\na\nb\n", ["one column only", "'kind'", "semicolons"]),
    "spaces": ((HEADER + GOOD).replace(",", " "), ["one column only", "separated by spaces"]),
    "a long line": (changed("\n7,0", "\n7,0,1"), ["4 cells in line 6", "3 in its first line", "quotes"]),
    "a short line": (changed("\n7,0", "\n7"), ["2 cells in line 6", "3 in its first line"]),
    "a quote never closed": (changed("\n7,0", '\n7,"0'), ["line 6", "never closed"]),
    "a text after a quote": (changed("\n7,0", '\n7,"0"1'), ["line 6"]),
    "a name twice": (changed("x,y", "x,x"), ["two columns named 'x'", "1. and the 2."]),
    "a name empty": (changed("x,y", "x,"), ["no name for column 2"]),
    "no header": ("1.5,2,a\n" + GOOD, ["no names in its first line", "'1.5'"]),
    "a web page": ("<!DOCTYPE html>\n<html><body>1,2,3</body></html>", ["a web page", "download"]),
    "a web page after a blank": ("\ufeff\n <HTML>\n", ["a web page"]),
    "JSON": ('[{"x": 1}]', ["JSON", "read_json"]),
    "10,000 columns": (
        ",".join(f"c{place}" for place in range(9999)) + ",kind\n" + ("1," * 9999 + "a\n") * 3,
        ["10,000 columns", "2,000"],
    ),
    "a giant cell": (changed("\n7,0", "\n7," + "0" * 200_000), ["line 6"]),
}


@pytest.mark.parametrize(("content", "said"), BAD.values(), ids=BAD)
def test_a_bad_file_is_refused_in_words(tmp_path, content, said):
    path = tmp_path / "t.csv"
    path.write_bytes(content.encode())
    with pytest.raises(TableError) as refused:
        load_table(path, label="kind")
    message = str(refused.value)
    assert message.startswith("t.csv ") and [words for words in said if words not in message] == []
    assert message.endswith((".", ")", "]")) and len(message) < 500


class Evil:
    """What a pickle can do: run a program as it is opened."""

    def __reduce__(self):
        return os.mkdir, ("run by a pickle",)


X, Y = np.random.default_rng(0).normal(size=(40, 3)), np.arange(40) % 2


def npz(**arrays):
    content = io.BytesIO()
    np.savez_compressed(content, **arrays)
    return content.getvalue()


def archive(**members):
    """A zip archive of arrays whose bytes are given."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        for name, member in members.items():
            file.writestr(f"{name}.npy", member)
    return content.getvalue()


def npy(shape, descr="<f8", values=b""):
    """The bytes of an array whose header says anything."""
    header = repr({"descr": descr, "fortran_order": False, "shape": shape}).encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + values


def bomb():
    """An array of 2 GB of zeros, in 2 MB."""
    content = io.BytesIO()
    with (
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file,
        file.open("x.npy", "w", force_zip64=True) as member,
    ):
        member.write(npy((250_000_000, 1)))
        for _ in range(120):
            member.write(bytes(1 << 24))
    return content.getvalue()


PROGRAM = b"\x93NUMPY\x01\x00\x20\x00" + b"__import__('os').mkdir('x')     \n"
GOOD_NPZ = npz(x=X, y=Y)
BAD_ARCHIVES = {  # content of t.npz: what the message must say
    "no zip": (b"x,y\n1,2\n", ["is not the NumPy archive", "np.savez"]),
    "cut off": (GOOD_NPZ[:-30], ["is not the NumPy archive"]),
    "a flipped bit": (GOOD_NPZ[:300] + bytes([GOOD_NPZ[300] ^ 8]) + GOOD_NPZ[301:], ["damaged"]),
    "a pickle": (npz(x=X, y=np.array([Evil()] * 40)), ["a pickle in its array y", "astype(str)"]),
    "a pickle as x": (npz(x=np.array([[Evil()]] * 40), y=Y), ["a pickle in its array x"]),
    "no y": (npz(x=X, labels=Y), ["no array y", "x, labels"]),
    "no x": (npz(y=Y), ["no array x"]),
    "x without columns": (npz(x=X[:, 0], y=Y), ["shape (40,)", "(rows, columns)"]),
    "too few labels": (npz(x=X, y=Y[:30]), ["shape (30,)", "40 rows"]),
    "texts": (npz(x=X.astype(str), y=Y), ["array x of <U", "real numbers"]),
    "complex": (npz(x=X * 1j, y=Y), ["complex128"]),
    "an infinity": (npz(x=np.where(X[7, 1] == X, np.inf, X), y=Y), ["infinite", "row 7", "'column 1'"]),
    "a bomb": (bomb(), ["array x of 2,013 MB", "1,000 MB"]),
    "a lie about its size": (archive(x=npy((10**12, 3)), y=npy((40,))), ["array x that is shorter than it says"]),
    "a program for a header": (
        archive(x=b"\x93NUMPY\x01\x00\x20\x00" + b"__import__('os').mkdir('x')     \n"),
        ["damaged array x"],
    ),
    "no array": (archive(x=b"hello"), ["damaged array x"]),
    "no labels": (npz(x=X, y=np.full(40, np.nan)), ["no label in any row"]),
    "2,001 columns": (npz(x=np.zeros((3, 2001)), y=Y[:3]), ["2,002 columns"]),
    "regression": (npz(x=np.tile(X, (9, 1)), y=np.arange(360) / 7), ["regression"]),
}


@pytest.mark.parametrize(("content", "said"), BAD_ARCHIVES.values(), ids=BAD_ARCHIVES)
def test_a_bad_archive_is_refused_in_words_and_nothing_in_it_is_run(tmp_path, monkeypatch, content, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.npz").write_bytes(content)
    with pytest.raises(TableError) as refused:
        load_table("t.npz")
    message = str(refused.value)
    assert message.startswith("t.npz ") and [words for words in said if words not in message] == []
    assert [path.name for path in tmp_path.iterdir()] == ["t.npz"]


def test_the_pickle_would_have_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    pickle.loads(pickle.dumps(Evil()))
    assert (tmp_path / "run by a pickle").is_dir()


PATHS = {
    "zzz": ["does not exist", "looked for in"],
    "god.csv": ["does not exist", "'good.csv'"],
    "no folder/t.csv": ["does not exist"],
    "folder.csv": ["is a folder"],
    "pipe.csv": ["a pipe"],
    "a" * 300: ["cannot be opened"],
    "cut.csv.gz": ["cannot be read", "damaged"],
    "workbook.xlsx": ["an Excel workbook", "CSV"],
    "numbers.npy": ["a single NumPy array", "np.savez"],
    "noise.csv": ["is not a text file"],
    "odd.csv": ["UTF-16"],
}


@pytest.fixture
def bad_paths(tmp_path, monkeypatch):
    """A folder with what its files' names say."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.csv").write_text(HEADER + GOOD)
    (tmp_path / "folder.csv").mkdir()
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "cut.csv.gz").write_bytes(gzip.compress((HEADER + GOOD).encode())[:-20])
    with zipfile.ZipFile(tmp_path / "workbook.xlsx", "w") as workbook:
        workbook.writestr("xl/workbook.xml", "<workbook/>")
    np.save(tmp_path / "numbers.npy", X)
    (tmp_path / "noise.csv").write_bytes(np.random.default_rng(0).bytes(5000))
    (tmp_path / "odd.csv").write_bytes((HEADER + GOOD).encode("utf-16")[:-1])
    return tmp_path


@pytest.mark.parametrize(("name", "said"), PATHS.items(), ids=[name[:20] for name in PATHS])
@pytest.mark.usefixtures("bad_paths")
def test_what_is_no_table_is_refused_in_words(name, said):
    with pytest.raises(TableError) as refused:
        load_table(name, label="kind")
    assert [words for words in said if words not in str(refused.value)] == []


def test_a_file_that_may_not_be_read_is_refused(bad_paths, monkeypatch):
    def refuse(path, mode):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(table_files, "open", refuse, raising=False)  # the tests may be run by somebody who may read all
    with pytest.raises(TableError, match=r"good.csv cannot be opened \(Permission denied\)"):
        load_table("good.csv", label="kind")


@pytest.mark.parametrize("path", [None, 7, b"good.csv"])
def test_a_path_is_a_text(path):
    with pytest.raises(TableError, match="a file's name"):
        load_table(path, label="kind")


@pytest.mark.parametrize("pack", [gzip.compress, bytes])
def test_a_file_too_large_is_refused_before_it_is_kept(tmp_path, monkeypatch, pack):
    monkeypatch.setattr(table_files, "MOST_BYTES", 10**6)
    (tmp_path / "t.csv.gz").write_bytes(pack((HEADER + "1,2,a\n" * 200_000).encode()))
    with pytest.raises(TableError, match="too large"):
        load_table(tmp_path / "t.csv.gz", label="kind")


def test_jupyter_shows_the_message_alone():
    lines = TableError("t.csv is empty. Fill it.")._render_traceback_()
    assert lines == ["TableError: t.csv is empty. Fill it."]


def test_without_a_label_the_columns_are_listed_and_the_likeliest_is_named(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(HEADER.replace("x", "Class") + GOOD)
    assert table_columns(path) == (["Class", "y", "kind"], "Class")
    with pytest.raises(TableError, match="t.csv has the columns Class, y, kind. .*label='Class'"):
        load_table(path)
    path.write_text(HEADER.replace("y", "z") + GOOD)
    assert table_columns(path)[1] == "kind"


@pytest.mark.parametrize("y", [Y, Y.astype(float), Y == 1, np.array(["no", "yes"])[Y], Y[:, np.newaxis]])
@pytest.mark.parametrize("x", [X, X.astype(np.float32), (X * 9).astype(np.int8), X.reshape(40, 1, 3)])
def test_an_archive_is_read(tmp_path, x, y):
    path = tmp_path / "own.npz"
    np.savez(path, x=x, y=y)
    data = load_table(path)
    assert data.report.features == ("column 0", "column 1", "column 2") and data.name == "own"
    assert len(data.class_names) == 2 and data.report.rows == 40
    (tmp_path / "own.npz").rename(tmp_path / "own")
    assert load_table(tmp_path / "own") == data


ENCODINGS = {"latin-1": "é", "cp1252": "é“", "utf-8": "é€", "utf-8-sig": "é€", "utf-16": "é€", "utf-16-le": "é€"}


@pytest.mark.parametrize(("encoding", "letters"), ENCODINGS.items())
def test_letters_are_read_whatever_they_are_encoded_as(tmp_path, encoding, letters):
    path = tmp_path / "t.csv"
    path.write_bytes((HEADER + GOOD).replace("kind", letters).replace("b", letters).encode(encoding))
    data = load_table(path, label=letters)
    assert data.class_names == ("a", letters)
    assert ("not in UTF-8" in " ".join(data.report.notes)) == (encoding in ("latin-1", "cp1252"))


@pytest.mark.parametrize("name", ["t.csv", "t.tsv", "t.txt", "t"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|", ", "])
def test_the_separator_is_found(tmp_path, name, separator):
    (tmp_path / name).write_text((HEADER + GOOD).replace(",", separator))
    assert load_table(tmp_path / name, label="kind").report.features == ("x", "y")


def test_a_separator_that_more_lines_fit_is_preferred(tmp_path):
    rows = "".join(f"{row};{'ab'[row % 2]}{',' * (row % 3 > 0)}\n" for row in range(3, 43))
    (tmp_path / "t.csv").write_text(f"x,;kind\n{rows}")
    data = load_table(tmp_path / "t.csv", label="kind")
    assert data.report.features == ("x,",) and data.class_names == ("a", "a,", "b", "b,")
