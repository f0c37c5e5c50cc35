"""Trials in blocks: the ledger fixes what decides, and the finished blocks are those of the rooms' designs."""

import html
import json
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from helpers.lab import blocks as stored
from helpers.lab import load_claims, load_optdigits, my_seeds
from helpers.lab.folders import results_folder
from helpers.lab.replicate import Handmade, kept, replicate
from helpers.lab.standard import LOADERS, space
from helpers.lab.tune import require_space
from helpers.lessons import places, trials, verdicts
from helpers.lessons.lesson_01 import trials as gradients
from helpers.lessons.lesson_03 import trials as passes
from helpers.nn import Network, mlp, softmax_cross_entropy
from tests.lab.common import toy_data, toy_examples
from tests.notebooks import stated

TRIALS = trials.trials()
FILES = sorted((results_folder() / "trials").glob("*/*.json"))


@pytest.mark.parametrize("claim", TRIALS)
def test_the_ledger_fixes_a_margin_for_each_place_and_the_difference_that_decides(claim):
    row, designs = load_claims()[claim], TRIALS[claim].designs
    places = [place for design in designs for place in design.data_sets]
    assert len(places) == len({*places}), "designs of one claim have places of their own"
    assert {*row.margins} <= {*places} and all(0 < margin <= 0.01 for margin in row.margins.values())
    assert row.primary and len(row.history) > 1
    tried = {path.stem.rpartition("-")[0] for path in FILES if path.parent.name == claim}
    assert tried <= {*row.margins}, "no block without a margin"


def test_each_of_the_five_kinds_is_there_and_a_search_tries_the_same_of_all():
    assert {*LOADERS} == {"mnist1d", "optdigits", "fashion", "spambase", "magic"}
    for claim in ("Q", "17", "22", "23", "W"):
        first, *rest = TRIALS[claim].designs
        assert {*first.data_sets} == {f"{kind}-1000" for kind in LOADERS}
        assert [*map(len, (design.data_sets for design in rest))] in ([], [2])
    require_space(space(240))
    assert space(240)["epochs"].options == (30, 60, 120, 240) and "drop_rate" not in space(240, "drop_rate")


@cache
def fingerprints(load, split):
    return stored.about(load(split=split))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_stored_block_is_its_design_s_and_its_data_are_the_loader_s(path):
    claim, (place, _, number) = path.parent.name, path.stem.rpartition("-")
    (design,) = (design for design in TRIALS[claim].designs if place in design.data_sets)
    block = stored.read_block(path)
    seeds = design.seeds(int(number))
    stored.require_same(block, place=place, number=int(number), settings=design.settings(), seeds=seeds)
    load = design.data_sets[place]
    key = next((known for known in LOADS if same_loader(known, load)), load)
    LOADS.add(key)
    assert block.data == fingerprints(key, seeds["split"])


LOADS = set()


def same_loader(first, second):
    def parts(load):
        return (load.func, load.keywords) if hasattr(load, "func") else (load, {})

    return parts(first) == parts(second)


@pytest.mark.parametrize("claim", TRIALS)
def test_the_ledger_s_verdict_is_the_rule_s_on_the_places_that_are_finished(claim):
    told, found = load_claims()[claim].verdict, trials.verdict(claim)
    if told == "untested":
        assert found is None
    else:
        assert told == trials.decided(claim)
    if found:
        assert told == found.overall.verdict


@pytest.mark.parametrize("claim", [claim for claim in TRIALS if claim not in ("G", "11")])
def test_the_ledger_says_what_was_found_on_each_kind_of_data(claim):
    found = trials.verdict(claim)
    if found:
        assert places.told(claim) in load_claims()[claim].conditions
        shown = html.unescape(places.show_places(claim).data)
        for place, difference in found.differences.items():
            assert f"{places.label(claim, place)}: {difference}, {found.overall.places[place]}" in shown


def test_the_page_of_verdicts_is_what_its_maker_makes():
    text = verdicts.PAGE.read_text()
    assert text == verdicts.page(), "run: python -m helpers.lessons.verdicts"
    headings = [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")]
    anchors = {heading.lower().replace(":", "").replace(" ", "-") for heading in headings} | {"the-verdicts"}
    links = [line.split("](#")[1].split(")")[0] for line in text.splitlines() if line.startswith("| [")]
    assert len(links) == len(load_claims()) and {*links} == anchors


def test_a_handmade_trial_is_repeated_like_any_other(tmp_path, monkeypatch):
    asked = []

    def find(place, data, seeds):
        asked.append((place, data.fingerprint, seeds["final"]))
        side = {"arm": "one", "recipe": "by hand", "edges": [], "validation": {"one": 0.5}, "loss": [1.0, 1.0]}
        side = {**side, "training_accuracy": [0.9, 1.0]}
        wrong = {**side, "training_accuracy": [0.5, 0.6]}
        return {"right": {**side, "right": np.full(50, 2)}, "wrong": {**wrong, "right": np.full(50, 1)}}

    described = {
        "sides": {"right": {"one": "it"}, "wrong": {"one": "it"}},
        "space": {"learning_rate": "some"},
        "trials": {"right": 2, "wrong": 2},
    }

    def load(split):
        return toy_data(validation=toy_examples(30, split % 1000))

    trial = Handmade({"here": load, "there": load}, find, described, 0.5, blocks=2, finals=2)
    result = replicate(trial, tmp_path)
    assert [place for place, *_ in asked] == ["here", "there"] * 2
    assert [seeds for *_, seeds in asked[::2]] == [my_seeds(2), my_seeds(4)[2:]]
    assert len({fingerprint for _, fingerprint, _ in asked}) == 2, "each block has validation examples of its own"
    assert result.cells("there").shape == (2, 50) and (result.cells("there") == 0.5).all()
    assert result.fitted("there").mean == pytest.approx(0.4)
    (tmp_path / "there-2.json").unlink()
    assert [*kept(trial, tmp_path).blocks] == ["here"], "only places with all of their blocks"
    replicate(trial, tmp_path)
    assert len(asked) == 5, "what is finished is not done again"


@pytest.mark.parametrize("fault", gradients.FAULTS)
def test_each_wrong_gradient_is_wrong_in_the_way_that_its_name_says(fault):
    x, labels = toy_examples(40, 1).take(dtype=np.float64)
    layers = [x.shape[1], 8, 3]
    right, wrong = (kind(mlp(*layers), [0, 1], dtype=np.float64) for kind in (Network, gradients.FAULTS[fault]))
    right.gradient(x, labels)
    wrong.gradient(x, labels)
    hidden, last = wrong.first_dense, wrong.layers[-1]
    true_hidden, true_last = right.first_dense, right.layers[-1]
    factor = {"halved": 0.5, "frozen": 0, "turned-round": -1}.get(fault, 1)
    assert np.allclose(last.weights_gradient, true_last.weights_gradient), "the last layer's is right"
    if fault == "no-bend":
        _, error = softmax_cross_entropy(right.forward(x), labels)
        assert np.allclose(hidden.weights_gradient, x.T @ (error @ true_last.weights.mT))
        assert not np.allclose(hidden.weights_gradient, true_hidden.weights_gradient)
    else:
        assert np.allclose(hidden.weights_gradient, factor * true_hidden.weights_gradient)
    assert np.allclose(last.bias_gradient, 0 if fault == "no-bias" else true_last.bias_gradient)


def test_the_trial_of_gradients_finds_sides_that_a_block_can_keep(tmp_path, monkeypatch):
    monkeypatch.setattr(gradients, "TRIED", 2)
    monkeypatch.setattr(gradients, "EPOCHS", 1)
    (trial,) = gradients.TRIALS["G"].designs
    small = replace(trial, data_sets={"frozen": lambda split: load_optdigits(200, split=split)}, blocks=2, finals=2)
    result = replicate(small, tmp_path)
    block = result.blocks["frozen"][0]
    assert [*block.sides] == ["right", "wrong"] and block.sides["wrong"].arm == "Frozen"
    assert json.loads((tmp_path / "frozen-1.json").read_text())["sides"]["right"]["right"][0] in "012"


def test_twenty_passes_averaged_lose_less_than_one(tmp_path, monkeypatch):
    monkeypatch.setattr(passes, "TRIED", 2)
    monkeypatch.setattr(passes, "space", lambda longest: {**space(8), "learning_rate": space(8)["learning_rate"]})
    (trial,) = passes.TRIALS["11"].designs
    result = replicate(replace(trial, blocks=2, finals=2), tmp_path)
    one, twenty = (result.difference(place).mean for place in passes.PASSES)
    assert one > twenty, "averaging brings the noisy network nearer to the one with dropout off"
    off = [result.blocks[place][0].sides["off"].right for place in passes.PASSES]
    assert np.array_equal(*off), "with dropout off both places test the same networks"


def test_the_ledger_says_what_each_fault_costs():
    found, told = trials.verdict("G"), load_claims()["G"].conditions
    points = {fault: round(100 * one.mean, 1) for fault, one in found.differences.items()}
    turned, frozen = stated(told, "# points.* 10"), stated(told, "in the hidden layer #")
    assert (turned, frozen) == (round(points["turned-round"]), round(points["frozen"]))
    rest = stated(told, r"biases #"), *stated(told, r"Halved \(#\).*bend \(#\)")
    assert rest == (points["no-bias"], points["halved"], points["no-bend"])
    assert [fault for fault, own in found.overall.places.items() if own == "undecided"] == ["halved", "no-bend"]


def test_the_ledger_says_what_noisy_passes_lose():
    found, told = trials.verdict("11"), load_claims()["11"].conditions
    points = {place: round(100 * one.mean, 1) for place, one in found.differences.items()}
    assert points["one-pass"] == stated(told, "noisy pass loses # points")
    assert points["twenty-passes"] == stated(told, "averaged, lose #")
    assert found.overall.places["twenty-passes"] == "fails, real but small"
