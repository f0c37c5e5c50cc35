"""Results are kept with all that made them, and those in data/results/ are the ones that the ledger names."""

import json
from dataclasses import dataclass

import numpy as np
import pytest

from helpers.lab import Estimate, ResultsError, load_claims, load_optdigits, load_results, results, write_results
from helpers.lessons.lesson_05.experiment import full_size

FIGURES = {"dropout": Estimate(0.7, 0.68, 0.72), "by width": {"8": [0.4, 0.5], "16": np.array([0.5, 0.6])}}
SETTINGS = {"hidden": (64, 64), "epochs": 60, "note": "tuned on validation", "stops early": False, "momentum": None}
RUN = {"figures": FIGURES, "settings": SETTINGS, "seeds": range(10), "seconds": 12.34}


@dataclass
class Made:
    """Data as write_results uses it."""

    name: str = "toy"
    fingerprint: str = "0f" * 32


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(results, "results_folder", lambda: tmp_path / "results")
    return tmp_path / "results"


def write(name="width-sweep", **changed):
    return write_results(name, **{"command": "python -m something", **RUN, **changed})


def mend(name="width-sweep"):
    return f"To get it back: git checkout -- data/results/{name}.json, or download the project again"


def test_the_ledger_names_exactly_the_results_that_there_are():
    named = {claim.figures for claim in load_claims().values() if claim.figures}
    found = {path.stem for path in results.results_folder().glob("*.json")}
    others = {
        "headline",
        "shape",
        "repeats",
        "advice-cost",
        "lesson-07",
        "lesson-08",
    }  # no row has its figures from these
    assert found - others == named
    for name in found:
        load_results(name)  # checks it against the schema


def test_the_ledgers_rows_are_those_of_the_results():
    for claim in load_claims().values():
        if claim.figures:
            found = load_results(claim.figures)["figures"]["claims"][claim.id]
            assert claim.margin == found.get("margin"), claim.id


def test_what_is_written_is_what_is_loaded(folder):
    data = load_optdigits()
    path = write(data=data)
    assert path == folder / "width-sweep.json"
    found = load_results("width-sweep")
    assert found["figures"] == {
        "dropout": {"mean": 0.7, "low": 0.68, "high": 0.72},
        "by width": {"8": [0.4, 0.5], "16": [0.5, 0.6]},
    }
    assert found["settings"] == {**SETTINGS, "hidden": [64, 64]}
    assert found["seeds"] == list(range(10))
    assert (found["command"], found["seconds"], found["schema"]) == ("python -m something", 12.3, 1)
    assert found["data"] == [{"name": "8×8 digits", "fingerprint": data.fingerprint}]


def test_what_computed_it_is_noted(folder):
    write()
    found = load_results("width-sweep")
    assert found["versions"]["numpy"] == np.__version__
    assert set(found["versions"]) == {"dropout-course", "numpy", "python"}
    assert found["blas_threads"] >= 1
    assert found["processor"] not in ("", "unknown")
    assert found["time"].endswith("Z")
    assert found["data"] == []


def test_several_data_sets_are_all_noted(folder):
    write(data=[Made("one"), Made("two")])
    assert [used["name"] for used in load_results("width-sweep")["data"]] == ["one", "two"]


def test_results_are_replaced_whole_or_not_at_all(folder, monkeypatch):
    write(figures={"found": 1})
    monkeypatch.setattr("os.replace", lambda *paths: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space left"):
        write(figures={"found": 2})
    assert load_results("width-sweep")["figures"] == {"found": 1}
    assert [path.name for path in folder.iterdir()] == ["width-sweep.json"]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"name": "../claims"}, r"name is '../claims', but it must be like width-sweep"),
        ({"name": "Width"}, "name is 'Width'"),
        ({"name": None}, "name is None"),
        ({"command": ""}, "command is ''"),
        ({"figures": {"a": {"b": [1, float("nan")]}}}, r"figures\['a'\]\['b'\]\[1\] is nan"),
        ({"figures": {"a": {"b": "two\nlines"}}}, r"figures\['a'\] is {'b': 'two\\nlines'}.*one line"),
        ({"figures": 3}, "figures is 3"),
        ({"settings": {"recipe": object()}}, r"settings\['recipe'\] is <object"),
        ({"seeds": []}, "seeds is"),
        ({"seeds": [-1]}, "each of seeds is -1"),
        ({"seconds": -1}, "seconds is -1, but it must be at least 0"),
        ({"seconds": float("inf")}, "seconds is inf"),
        ({"data": Made(fingerprint="abc")}, r"data\[0\]\['fingerprint'\] is 'abc', but it must be 64 hexadecimal"),
        ({"figures": {"long": [0.123456789] * 1000}}, "results is .* bytes, but it must be at most 9,999"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_wrong_argument_is_named_and_nothing_is_written(folder, monkeypatch, changed, message):
    monkeypatch.setattr(results, "MOST_BYTES", 9_999)
    with pytest.raises(ValueError, match=f"(?s){message}.*For example: "):
        write(**changed)
    assert not folder.exists()


def test_missing_results_are_said(folder):
    with pytest.raises(ResultsError, match=rf"data/results/nothing.json cannot be read .*\. {mend('nothing')}"):
        load_results("nothing")


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda found: {**found, "schema": 2}, "a newer version of the course"),
        (lambda found: {**found, "name": "other"}, "it holds the results named other"),
        (lambda found: {**found, "figures": {"a": float("inf")}}, "Infinity is no number"),
        (lambda found: {**found, "time": "yesterday"}, "time is 'yesterday'"),
        (lambda found: {name: found[name] for name in found if name != "seeds"}, "the file has no seeds"),
        (lambda found: [found], "the file is .* but it must be an object"),
    ],
)
def test_damaged_results_are_refused(folder, damage, reason):
    path = write()
    path.write_text(json.dumps(damage(json.loads(path.read_text()))))
    with pytest.raises(ResultsError, match=f"data/results/width-sweep.json is damaged: .*{reason}.*{mend()}"):
        load_results("width-sweep")


def test_results_too_deep_to_look_into_are_refused(folder):
    path = write(figures={"a": 0})
    path.write_text(path.read_text().replace('"a": 0', f'"a": {"[" * 5000}{"]" * 5000}'))
    with pytest.raises(ResultsError, match="nested too deeply"):
        load_results("width-sweep")


def test_half_a_file_is_refused(folder):
    path = write()
    path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(ResultsError, match="it is not JSON"):
        load_results("width-sweep")


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (lambda found: found["figures"]["1000"], r"\['figures'\]\['1000'\], only \['dropout', 'by width'\]"),
        (lambda found: found["figures"]["by width"]["64"], r"\['figures'\]\['by width'\]\['64'\], only \['8', '16'\]"),
        (lambda found: found["settings"]["rates"][1]["b"], r"\['settings'\]\['rates'\]\[1\]\['b'\], only \['a'\]"),
        (lambda found: found["arms"], r"\['arms'\], only \['schema'"),
        (lambda found: Estimate.of(found["figures"]["by width"]), r"\['by width'\]\['mean'\]"),
    ],
)
def test_figures_that_results_do_not_have_are_named_with_the_file_and_what_to_do(folder, asked, reason):
    write(settings={"rates": [0, {"a": 1}]})
    again = "To make it anew: python -m something"
    with pytest.raises(ResultsError, match=f"data/results/width-sweep.json has no .*{reason}.*{mend()}. {again}"):
        asked(load_results("width-sweep"))


def test_a_lesson_asks_for_its_figures_in_the_same_way(folder):
    """Without a word about it in the lessons' own rooms."""
    write("lesson-05")
    with pytest.raises(ResultsError, match=r"lesson-05.json has no \['figures'\]\['1000'\]"):
        full_size(1000)


def test_a_field_that_is_there_twice_is_refused(folder):
    path = write(figures={"a": 0})
    path.write_text(path.read_text().replace('"a": 0', '"a": 0, "a": 1'))
    with pytest.raises(ResultsError, match=f"'a' is in it twice.*{mend()}"):
        load_results("width-sweep")
