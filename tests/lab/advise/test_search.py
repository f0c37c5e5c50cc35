"""Successive halving: who goes on, for how long, judged by whom. No network is trained: each has a known accuracy."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from helpers.lab import Recipe
from helpers.lab.advise.search import judged, search
from helpers.lab.stacks import Run

ROOM = sys.modules["helpers.lab.advise.search"]
PLAN = {"kept": (6, 2, 1), "networks": (1, 2, 4), "longer": 3}
BEGUN = SimpleNamespace(begin=lambda title: None)  # a Progress that nobody looks at
FOLDS, SEEDS = ["first", "second", "third"], [11, 12, 13, 14]


@pytest.fixture
def trained(monkeypatch):
    """What was trained, (learning rate, epochs, seed, fold, split); the higher the rate and the longer, the better."""
    found = []

    def train_runs(jobs, data, split, **options):
        found.extend((recipe.learning_rate, recipe.epochs, seed, data, split) for recipe, seed in jobs)
        shares = [recipe.learning_rate / 10 + recipe.epochs / 1000 for recipe, _ in jobs]
        return [Run(None, None, None, 1 - share, np.arange(1000) < 1000 * share, False) for share in shares]

    monkeypatch.setattr(ROOM, "train_runs", train_runs)
    return found


def searched(rates=range(1, 7), **plan):
    recipes = [Recipe(learning_rate=rate, epochs=10) for rate in rates]
    plan = SimpleNamespace(first=lambda grid: {"arm": recipes}, round_title=str, **PLAN | plan)
    return search(plan, FOLDS, SEEDS, 0, None, BEGUN)["arm"]


def test_the_best_go_on_as_they_are_and_longer_and_the_best_of_all_is_chosen(trained):
    found = searched()
    assert (found.recipe.learning_rate, found.recipe.epochs, found.tried) == (6, 90, 6)
    by_seed = {seed: {(rate, epochs) for rate, epochs, its, *_ in trained if its == seed} for seed in SEEDS}
    rounds = {(rate, 10) for rate in range(1, 7)}, {(5, 10), (5, 30), (6, 10), (6, 30)}, {(6, 30), (6, 90)}
    assert by_seed[11] == set.union(*rounds) and by_seed[12] == rounds[1] | rounds[2]
    assert by_seed[13] == by_seed[14] == rounds[2]


def test_each_network_judges_on_rows_of_its_own_for_validation(trained):
    found = searched()
    assert {(seed, fold) for *_, seed, fold, _ in trained} == {*zip(SEEDS, [*FOLDS, "first"], strict=True)}
    assert {split for *_, split in trained} == {"validation"}
    assert len(found.correct) == 4 and all(right.mean() == pytest.approx(0.69) for right in found.correct)


def test_of_equally_accurate_ones_that_with_less_loss_is_chosen(monkeypatch):
    def train_runs(jobs, data, split, **options):
        return [Run(None, None, None, recipe.learning_rate, np.ones(8, bool), False) for recipe, _ in jobs]

    monkeypatch.setattr(ROOM, "train_runs", train_runs)
    assert searched([3, 1, 2]).recipe.learning_rate == 1


def test_one_that_diverged_is_not_chosen(monkeypatch):
    def train_runs(jobs, data, split, **options):
        lost = [recipe.learning_rate > 2 for recipe, _ in jobs]
        return [Run(None, None, None, np.nan if gone else 0.5, np.arange(8) < 4 * (not gone), gone) for gone in lost]

    monkeypatch.setattr(ROOM, "train_runs", train_runs)
    assert searched([9, 1, 8]).recipe.learning_rate == 1
    assert searched([9, 8]).recipe.learning_rate == 9, "all did: the first, which then has no row right"


def test_runs_come_back_by_recipe(trained):
    recipes = [Recipe(learning_rate=rate) for rate in (1, 2)]
    found = judged(recipes, FOLDS, SEEDS[:2], None, "a title", BEGUN)
    assert [*found] == recipes and all(len(runs) == 2 for runs in found.values())
    assert found[recipes[1]][0].accuracy > found[recipes[0]][0].accuracy
