"""What a full-size experiment says of a claim, and that it is read again as it was said."""

import json
from dataclasses import replace

import numpy as np
import pytest

from helpers.lab import Estimate, Recipe, load_claims, load_mnist1d, my_seeds, results, write_results
from helpers.lab.full_size import Trial, stored_estimates, stored_trial, stored_trials, trained, trial, trials
from helpers.nn import evaluate
from tests.lab.common import SMALL, toy_data

GOOD, BAD, BETWEEN = Estimate(0.05, 0.04, 0.06), Estimate(-0.05, -0.06, -0.04), Estimate(0.02, -0.01, 0.05)


def through_a_file(found):
    return json.loads(json.dumps(found))


@pytest.mark.parametrize("margin", [0.0, 0.01, 0.045, 0.07])
def test_a_trial_holds_the_difference_the_margin_and_what_follows_from_them(margin):
    expected = {"mean": 0.05, "low": 0.04, "high": 0.06, "margin": margin, "verdict": GOOD.verdict(margin)}
    assert trial(GOOD, margin) == expected
    assert Trial.of(through_a_file(expected)) == Trial(GOOD, margin, expected["verdict"])


def test_other_conditions_are_judged_by_the_same_margin_beside_the_first_and_make_one_verdict():
    found = trials(GOOD, 0.03, few=BAD, between=BETWEEN)
    assert found == trial(GOOD, 0.03) | {
        "verdict": "depends",
        "others": {"few": trial(BAD, 0.03), "between": trial(BETWEEN, 0.03)},
    }
    read = Trial.of(through_a_file(found))
    assert (read.difference, read.margin, read.verdict) == (GOOD, 0.03, "depends")
    assert read.others == {"few": Trial(BAD, 0.03, "fails"), "between": Trial(BETWEEN, 0.03, "undecided")}


@pytest.mark.parametrize(("first", "other", "verdict"), [(GOOD, GOOD, "holds"), (BETWEEN, BAD, "undecided")])
def test_the_verdict_of_several_is_the_first_s_where_none_decides_otherwise(first, other, verdict):
    assert trials(first, 0.01, other=other)["verdict"] == verdict


def test_several_are_read_at_once():
    names = {"few": GOOD, "many": BAD}
    made = {name: trial(one, 0.01) for name, one in names.items()}
    assert stored_estimates(through_a_file(made)) == names
    assert stored_trials(through_a_file(made)) == {
        "few": Trial(GOOD, 0.01, "holds"),
        "many": Trial(BAD, 0.01, "fails"),
    }


def test_the_trial_of_a_claim_is_read_from_the_results_that_the_ledger_names(monkeypatch, tmp_path):
    monkeypatch.setattr(results, "results_folder", lambda: tmp_path)
    figures = {"claims": {"Q": trial(GOOD, 0.01), "23": trial(BAD, 0.01)}}  # both of one lesson
    write_results(load_claims()["Q"].figures, "python -m it", figures, {}, my_seeds(2), seconds=1)
    assert stored_trial("Q") == Trial(GOOD, 0.01, "holds")
    assert stored_trial("23") == Trial(BAD, 0.01, "fails")


def test_all_epochs_are_trained_and_each_network_from_its_own_seed():
    data, longer = toy_data(), replace(SMALL, epochs=10)
    network = trained(longer, [3, 1], data)
    assert np.array_equal(network.parameters[1:], trained(longer, [1], data).parameters)
    assert (evaluate(network, data.train).loss < evaluate(trained(SMALL, [3, 1], data), data.train).loss).all()


def test_the_call_that_errors_recommend_works():
    names = {"trained": trained, "Recipe": Recipe, "my_seeds": my_seeds, "load_mnist1d": load_mnist1d}
    with pytest.raises(ValueError, match="recipe is None") as caught:
        trained(None, [1], toy_data())
    call = str(caught.value).partition("For example: ")[2]
    assert len(eval(call, names).parameters) == 3
