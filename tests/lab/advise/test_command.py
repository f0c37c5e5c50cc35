"""`python -m helpers.lab.advise FILE.csv --label COLUMN`: the last line is the answer as JSON."""

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from helpers.lab import cache
from helpers.lab.advise import __main__ as command
from helpers.lab.executors import cluster, workers_of
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
    assert answer["plan"]["settings"] == 2 and "--settings 2" in printed
    understood, program, sentence = map(printed.index, ("classes: a ", "import pandas", answer["sentence"]))
    assert understood < program < sentence, "what matters most comes last, before the JSON"


@pytest.mark.usefixtures("small", "results_folder")
def test_what_was_understood_is_told_with_the_options_that_change_it(tmp_path, monkeypatch, capsys):
    numbers = range(60)
    cells = (f"{501 + 7 * at},2024-03-{1 + at % 28:02},note {at},{at % 2},{at % 30},{'ab'[at % 2]}" for at in numbers)
    path = tmp_path / "visits.csv"
    path.write_text("\n".join(["id,day,text,ward,age,kind", *cells]), encoding="utf-8")
    run(monkeypatch, path, "--label", "kind", "--settings", 2, "--seeds", 2)
    printed = capsys.readouterr().out
    summary = "60 rows; 3 features, made of 3 columns of numbers and 0 of categories; classes: a 30, b 30."
    assert printed.startswith(summary) and "- Column 'text' was left out: it looks like a running number" in printed
    for said in ("'id' looks like a running number", "leave it out: --drop 'id'", "'day' was left out: it holds dates"):
        assert said in printed
    run(monkeypatch, path, "--label", "kind", "--settings", 2, "--seeds", 2, "--drop", "id", "--categories", "ward")
    printed = capsys.readouterr().out
    assert "made of 1 column of numbers and 1 of categories" in printed and "'id' looks" not in printed


@pytest.mark.usefixtures("small", "results_folder")
def test_where_there_is_nothing_to_learn_no_program_is_given(tmp_path, monkeypatch, capsys):
    random = np.random.default_rng(0)
    rows = [f"{random.normal():.3f},{'ab'[random.integers(2)]}" for _ in range(200)]
    path = tmp_path / "noise.csv"
    path.write_text("\n".join(["x,kind", *rows]), encoding="utf-8")
    run(monkeypatch, path, "--label", "kind", "--settings", 2, "--seeds", 2)
    printed = capsys.readouterr().out
    assert "Nothing to learn here" in printed and "import pandas" not in printed


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Which column holds the classes? There are one, two, three, four, five, six, kind. For example: --label"),
        (["--label", "king"], "king"),
        (["--label", "kind", "--minutes", "-1"], "minutes is -1.0, but it must be above 0"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(file, monkeypatch, arguments, said):
    with pytest.raises(SystemExit) as ended:
        run(monkeypatch, file, *arguments)
    assert said in ended.value.code and "Traceback" not in ended.value.code


@pytest.mark.usefixtures("small", "results_folder")
def test_an_answer_that_cannot_be_written_is_printed_all_the_same(file, tmp_path, monkeypatch, capsys):
    with pytest.raises(SystemExit) as ended:
        run(monkeypatch, file, "--label", "kind", "--settings", 2, "--seeds", 2, "--json", tmp_path / "no" / "a.json")
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["rows"] == 200
    assert "could not be written into" in ended.value.code and "No such file" in ended.value.code


def test_a_process_that_is_killed_is_said_in_a_line(file, monkeypatch):
    def killed(*arguments, tell):
        raise RuntimeError("A process was ended.")

    monkeypatch.setattr(command, "advise", killed)
    with pytest.raises(SystemExit) as ended:
        run(monkeypatch, file, "--label", "kind")
    assert ended.value.code == "A process was ended."


def test_who_stops_it_is_told_that_nothing_is_lost(file, monkeypatch, capsys):
    def stopped(*arguments, tell):
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "advise", stopped)
    with pytest.raises(SystemExit) as ended:
        run(monkeypatch, file, "--label", "kind")
    assert ended.value.code == 130 and "What was trained is kept" in capsys.readouterr().err


def answer(printed):
    """The last line, without what is another one each time."""
    return json.loads(printed.splitlines()[-1]) | {"seconds": None}


SMALL = """
import pytest
from helpers.lab.advise import __main__ as command
from tests.lab.advise.conftest import make_small
make_small(pytest.MonkeyPatch())
command.main()
"""  # the command, with the fixture `small`


def test_who_is_killed_goes_on_from_there(file, tmp_path):
    def begun(folder):
        program = [sys.executable, "-c", SMALL, file, "--label", "kind", "--settings", "3", "--seeds", "2"]
        environment = os.environ | {"DROPOUT_COURSE_CACHE": str(tmp_path / folder)}
        return subprocess.Popen(program, cwd=PROJECT, stdout=subprocess.PIPE, text=True, env=environment)

    def kept(folder):
        return {path.name: path.stat().st_ino for path in (tmp_path / folder).glob("*.result")}

    whole, killed = begun("whole").communicate()[0], begun("killed")
    with killed:
        while len(kept("killed")) < 20:
            assert killed.poll() is None, "it ended before it was killed"
            time.sleep(0.01)
        killed.kill()
    before = kept("killed")
    again = begun("killed").communicate()[0]
    assert answer(again) == answer(whole)
    assert 20 <= len(before) < len(kept("killed")) == len(kept("whole")), "it was killed in the midst of it"
    assert before.items() <= kept("killed").items(), "nothing is done twice"


@pytest.mark.filterwarnings("ignore:::distributed")
@pytest.mark.usefixtures("small")
def test_a_worker_of_a_cluster_that_is_killed_loses_nothing(file, tmp_path, monkeypatch, capsys):
    distributed = pytest.importorskip("distributed")
    stored, store = [], cache.store
    arguments = file, "--label", "kind", "--settings", 3, "--seeds", 2
    options = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": ":0"}
    with distributed.LocalCluster(**options) as two, distributed.Client(two) as client:
        with cluster(two.scheduler_address) as executor:
            assert workers_of(executor) == 2
        first = next(iter(client.run(os.getpid).values()))

        def counted(key, arrays):
            stored.append(key)
            if len(stored) == 12:
                os.kill(first, signal.SIGKILL)
            store(key, arrays)

        monkeypatch.setattr(cache, "store", counted)
        monkeypatch.setenv("DROPOUT_COURSE_CACHE", str(tmp_path / "cluster"))
        run(monkeypatch, *arguments, "--scheduler", two.scheduler_address)
        assert first not in client.run(os.getpid).values(), "it was killed"
    with_cluster = answer(capsys.readouterr().out)
    assert len({*stored}) == len(stored) > 80
    monkeypatch.setenv("DROPOUT_COURSE_CACHE", str(tmp_path / "alone"))
    run(monkeypatch, *arguments)
    assert with_cluster == answer(capsys.readouterr().out)


def test_it_is_a_command():
    program = [sys.executable, "-W", "error", "-m", "helpers.lab.advise", "--help"]
    done = subprocess.run(program, cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 0 and done.stderr == ""
    for option in ("--label", "--test", "--minutes", "--seeds", "--scheduler", "--json", "--settings", "--groups"):
        assert option in done.stdout
