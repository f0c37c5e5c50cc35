"""A file that holds no table to learn from is refused: the message names the place, and says what to do."""

import pytest

from helpers.lab import TableError, load_table

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
