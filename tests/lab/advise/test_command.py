"""`python -m helpers.lab.advise FILE.csv --label COLUMN`: the last line is the answer as JSON."""

import json
import subprocess
import sys

import numpy as np
import pytest

from helpers.lab.advise import __main__ as command
from tests.lab.common import PROJECT, toy_examples


@pytest.fixture
def file(tmp_path):
    """A table of 200 rows, a CSV."""
    examples = toy_examples(200, 1)
    rows = zip(examples.x, examples.labels, strict=True)
    lines = [f"{','.join(f'{x:.4f}' for x in row)},{'abc'[label]}" for row, label in rows]
    path = tmp_path / "flowers.csv"
    path.write_text("\n".join(["one,two,three,four,five,six,kind", *lines]), encoding="utf-8")
    return path


def run(monkeypatch, *arguments):
    monkeypatch.setattr("sys.argv", ["helpers.lab.advise", *map(str, arguments)])
    command.main()


@pytest.mark.usefixtures("small", "results_folder")
def test_a_file_gets_its_answer(file, tmp_path, monkeypatch, capsys):
    out = tmp_path / "answer.json"
    run(monkeypatch, file, "--label", "kind", "--settings", 2, "--seeds", 2, "--json", out)
    printed = capsys.readouterr().out
    answer = json.loads(printed.splitlines()[-1])
    assert answer == json.loads(out.read_text(encoding="utf-8"))
    assert (answer["rows"], answer["features"], answer["classes"]) == (200, 6, ["a", "b", "c"])
    assert answer["recommendation"] in answer["arms"] and answer["sentence"] in printed
    assert answer["plan"]["settings"] == 2


@pytest.mark.usefixtures("small", "results_folder")
def test_rows_of_a_group_stay_where_the_table_puts_them(file, monkeypatch, capsys):
    asked = []
    monkeypatch.setattr(command, "advise", lambda *arguments: asked.append(arguments) or sys.exit(0))
    for more in ([], ["--groups", "kindred"]):
        lines = file.read_text(encoding="utf-8").splitlines()
        lines[0] = f"{lines[0]},kindred"
        lines[1:] = [f"{line},{np.base_repr(at, 36)}x" for at, line in enumerate(lines[1:])]
        named = file.with_name("grouped.csv")
        named.write_text("\n".join(lines), encoding="utf-8")
        with pytest.raises(SystemExit):
            run(monkeypatch, named, "--label", "kind", *more)
    assert [arguments[-1] for arguments in asked] == [False, True]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--label", "king"], "king"),
        (["--label", "kind", "--minutes", "-1"], "minutes is -1.0, but it must be above 0"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(file, monkeypatch, arguments, said):
    with pytest.raises(SystemExit) as ended:
        run(monkeypatch, file, *arguments)
    assert said in ended.value.code and "Traceback" not in ended.value.code


def test_who_stops_it_is_told_that_nothing_is_lost(file, monkeypatch, capsys):
    def stopped(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "advise", stopped)
    with pytest.raises(SystemExit) as ended:
        run(monkeypatch, file, "--label", "kind")
    assert ended.value.code == 130 and "What was trained is kept" in capsys.readouterr().err


def test_it_is_a_command():
    program = [sys.executable, "-W", "error", "-m", "helpers.lab.advise", "--help"]
    done = subprocess.run(program, cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 0 and done.stderr == ""
    for option in ("--label", "--test", "--minutes", "--seeds", "--scheduler", "--json", "--settings", "--groups"):
        assert option in done.stdout
