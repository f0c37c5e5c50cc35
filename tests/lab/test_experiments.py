"""The full-size experiments: each runs, in small; and the ledger says what their results say."""

import importlib

import pytest

from helpers.lab import VERDICTS, Estimate, Recipe, load_claims, load_results, my_seeds
from helpers.lab import run as command
from helpers.lab.experiments import Found, trials
from helpers.lab.seeds import PURPOSES

SMALL = {
    1: {"RATES": (0.1, 0.3), "HIDDEN": 4, "EPOCHS": 1},
    2: {"WIDTHS": (4, 8), "AMOUNTS": (100,), "SMALL": "4", "LARGE": "8", "TRIALS": 2, "GRID": Recipe(epochs=2)},
    3: {"RATES": (0.0, 0.5), "TRIALS": 2},
    4: {
        "WIDTHS": (64, 128),
        "NARROW": 128,
        "DEPTHS": (1,),
        "AMOUNTS": (100,),
        "TRIALS": 2,
        "MOONS": Recipe(epochs=2, batch_size=50),
        "LONG": 3,
    },
    5: {"AMOUNTS": (100, 120), "TRIALS": 2, "MORE": 2},
}


def two_seeds(count, purpose="final", name=None):
    return my_seeds(min(count, 2), purpose, "unnamed")


@pytest.mark.parametrize("lesson", command.lessons())
def test_each_runs_in_small(lesson, monkeypatch):
    experiment = importlib.import_module(f"helpers.lab.experiments.lesson_{lesson:02}")
    for name, value in SMALL[lesson].items():
        assert hasattr(experiment, name)
        monkeypatch.setattr(experiment, name, value)
    monkeypatch.setattr(experiment, "my_seeds", two_seeds)
    found = experiment.run()
    assert isinstance(found, Found) and len(found.seeds) == 2
    claims = load_claims()
    for claim, trial in found.figures["claims"].items():
        assert lesson in claims[claim].lessons
        assert trial["verdict"] in VERDICTS and trial["low"] <= trial["mean"] <= trial["high"]
        assert trial["margin"] == claims[claim].margin, "the margin that the ledger states beforehand"


def test_a_claim_tried_under_several_conditions_has_them_all_beside_it_and_one_verdict():
    good, bad = Estimate(0.05, 0.04, 0.06), Estimate(-0.05, -0.06, -0.04)
    found = trials(good, 0.01, few=bad, many=good)
    assert found["verdict"] == "depends" and found["mean"] == 0.05
    assert {name: other["verdict"] for name, other in found["others"].items()} == {"few": "fails", "many": "holds"}
    assert trials(good, 0.01, many=good)["verdict"] == "holds"


def test_the_seeds_are_the_same_whatever_name_a_learner_has_chosen(monkeypatch, tmp_path):
    monkeypatch.setenv("DROPOUT_COURSE_EVIDENCE", str(tmp_path))
    (tmp_path / "name.txt").write_text("blue-otter")
    for purpose in PURPOSES:
        assert my_seeds(3, purpose, "unnamed") != my_seeds(3, purpose)
        assert my_seeds(3, purpose, "unnamed")[0] < 10_000 * len(PURPOSES)


def test_the_ledger_says_what_the_results_say():
    told = [claim for claim in load_claims().values() if claim.figures]
    assert told
    for claim in told:
        results = load_results(claim.figures)
        assert results["figures"]["claims"][claim.id]["verdict"] == claim.verdict
        assert results["command"] == claim.command
        assert claim.verdict in VERDICTS
