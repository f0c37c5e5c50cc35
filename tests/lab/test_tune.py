"""Settings are chosen fairly: equal trials for all arms, on validation examples, whatever the arms' names and order."""

import sys
from dataclasses import replace

import numpy as np
import pytest

from helpers.lab import Between, Choice, Recipe, Run, compare, executors, runs, train_runs, tune
from tests.lab.common import SMALL, Forbidden, toy_data, toy_examples

tune_module = sys.modules["helpers.lab.tune"]  # where `helpers.lab.tune` is, there is also the function of that name
RATES = Between(0.001, 0.1, log=True)
SPACE = {"learning_rate": RATES, "drop_rate": Between(0.1, 0.6)}
SEEDS = [7, 8]
DROPOUT = replace(SMALL, drop_rate=0.3)


@pytest.fixture
def judged(monkeypatch):
    """Replaces training: a dict of what was asked for, in which "judge" says how accurate a recipe's network is.

    None means that it diverged.
    """
    asked = {"judge": lambda recipe, seed: 0.5, "calls": []}

    def pretend(jobs, data, split, watch=False, executor=None, title=None):
        asked["calls"].append((jobs, split))
        return [pretended(asked["judge"](recipe, seed)) for recipe, seed in jobs]

    monkeypatch.setattr(tune_module, "train_runs", pretend)
    return asked


def pretended(accuracy):
    right = np.arange(1000) < 1000 * (accuracy or 0)
    return Run(np.zeros(1), np.zeros(1), None, 0.0, right, accuracy is None)


def settings(trials, name="learning_rate"):
    return [getattr(trial.recipe, name) for trial in trials]


@pytest.mark.usefixtures("results_folder")
def test_arms_that_are_the_same_come_out_the_same_whatever_their_names_and_order():
    arms = {"first": SMALL, "dropout": DROPOUT, "second": replace(SMALL), "wide": replace(SMALL, hidden=(9,))}
    tuned = tune(arms, SPACE, toy_data(), 5, SEEDS)
    assert tuned["first"] == tuned["second"] and tuned.trials["first"] == tuned.trials["second"]
    assert tuned.edges["first"] == tuned.edges["second"]
    runs.disk.trim(limit=0)
    turned = {"z": SMALL, "a": replace(SMALL, hidden=(9,)), "m": DROPOUT}
    again = tune(turned, SPACE, toy_data(), 5, SEEDS)
    for arm, other in (("first", "z"), ("dropout", "m"), ("wide", "a")):
        assert tuned[arm] == again[other] and tuned.trials[arm] == again.trials[other]
    runs.disk.trim(limit=0)
    assert tune({"alone": DROPOUT}, SPACE, toy_data(), 5, SEEDS)["alone"] == tuned["dropout"]


def test_every_arm_gets_the_same_trials_and_seeds(judged):
    arms = {"plain": SMALL, "dropout": DROPOUT, "wide": replace(DROPOUT, hidden=(99,))}
    tuned = tune(arms, SPACE, toy_data(), 6, SEEDS)
    ((jobs, split),) = judged["calls"]
    assert split == "validation" and len(jobs) == 3 * 6 * 2
    assert all(len(trials) == 6 for trials in tuned.trials.values())
    rates = {arm: settings(trials) for arm, trials in tuned.trials.items()}
    assert rates["plain"] == rates["dropout"] == rates["wide"] and len({*rates["plain"]}) == 6
    assert settings(tuned.trials["dropout"], "drop_rate") == settings(tuned.trials["wide"], "drop_rate")
    for recipe in {recipe for recipe, _ in jobs}:
        assert [seed for other, seed in jobs if other == recipe] == SEEDS
    assert tuned.budget == "each arm: 6 settings, 2 networks each, the best chosen on validation examples"
    assert "6 settings, one network each" in tune(arms, SPACE, toy_data(), 6, [7]).budget


def test_a_setting_that_is_0_is_left_alone_and_nothing_else_is_changed(judged):
    tuned = tune({"plain": SMALL, "dropout": replace(DROPOUT, l2=0.01)}, SPACE, toy_data(), 4, SEEDS)
    for trial in tuned.trials["plain"]:
        assert trial.recipe == replace(SMALL, learning_rate=trial.recipe.learning_rate)
    for trial in tuned.trials["dropout"]:
        changed = {name: getattr(trial.recipe, name) for name in SPACE}
        assert trial.recipe == replace(DROPOUT, l2=0.01, **changed) and changed["drop_rate"] != 0.3


def test_more_settings_in_the_space_do_not_change_what_is_tried_of_the_others(judged):
    arms = {"dropout": DROPOUT}
    few = tune(arms, {"learning_rate": RATES}, toy_data(), 7, SEEDS)
    many = tune(arms, {"drop_rate": Between(0.1, 0.2), "learning_rate": RATES}, toy_data(), 7, SEEDS)
    assert settings(few.trials["dropout"]) == settings(many.trials["dropout"])
    orders = [np.argsort(settings(many.trials["dropout"], name)).tolist() for name in SPACE]
    assert orders[0] != orders[1], "each setting has an order of its own"


@pytest.mark.parametrize("trials", [2, 9, 50])
@pytest.mark.parametrize("between", [RATES, Between(0.1, 0.6), Between(0, 0.5)], ids=str)
def test_one_value_is_tried_in_each_equal_part_of_the_range(judged, between, trials):
    name = "learning_rate" if between.log else "drop_rate"
    tuned = tune({"dropout": DROPOUT}, {**SPACE, name: between}, toy_data(), trials, SEEDS)
    values = np.array(settings(tuned.trials["dropout"], name))
    scale = np.log if between.log else np.asarray
    low, high = scale(between.low), scale(between.high)
    part = np.sort((scale(values) - low) / (high - low) * trials)
    assert np.all(np.abs(part - np.arange(trials) - 0.5) < 0.5 + 0.01 * trials)  # rounded to three digits
    assert between.low <= values.min() and values.max() <= between.high
    assert [float(f"{value:.3g}") for value in values] == values.tolist()
    assert trials < 9 or not np.array_equal(values, np.sort(values))


def test_rounding_does_not_leave_the_range():
    assert Between(0.1, 0.99996).at(0.9999999) == 0.99996
    assert Between(0.12345, 1).at(0) == 0.12345


def test_the_best_mean_over_the_seeds_is_chosen(judged):
    judged["judge"] = lambda recipe, seed: {7: 0.9, 8: 0.1}[seed] if recipe.learning_rate < 0.01 else 0.6
    tuned = tune({"plain": SMALL}, SPACE, toy_data(), 9, SEEDS)
    assert tuned["plain"].learning_rate > 0.01
    assert {trial.accuracy for trial in tuned.trials["plain"]} == {0.5, 0.6}


def test_of_equally_good_trials_the_first_is_chosen(judged):
    judged["judge"] = lambda recipe, seed: 0.6 if recipe.learning_rate > 0.004 else 0.5
    tuned = tune({"plain": SMALL}, SPACE, toy_data(), 9, SEEDS)
    good = [trial.recipe for trial in tuned.trials["plain"] if trial.recipe.learning_rate > 0.004]
    assert tuned["plain"] == good[0] and len(good) > 3


def test_a_best_value_on_the_edge_is_reported(judged):
    judged["judge"] = lambda recipe, seed: recipe.learning_rate
    tuned = tune({"plain": SMALL, "dropout": DROPOUT}, SPACE, toy_data(), 9, SEEDS)
    highest = max(settings(tuned.trials["plain"]))
    assert tuned.edges["plain"] == [f"learning_rate={highest}"]
    assert tuned.edges["dropout"][-1] == f"learning_rate={highest}"
    judged["judge"] = lambda recipe, seed: 1 - recipe.learning_rate
    lowest = min(settings(tuned.trials["plain"]))
    assert tune({"plain": SMALL}, SPACE, toy_data(), 9, SEEDS).edges["plain"] == [f"learning_rate={lowest}"]
    judged["judge"] = lambda recipe, seed: 1 - abs(recipe.learning_rate - 0.01) - abs(recipe.drop_rate - 0.3)
    assert tune({"plain": SMALL, "dropout": DROPOUT}, SPACE, toy_data(), 9, SEEDS).edges == {"plain": [], "dropout": []}
    judged["judge"] = lambda recipe, seed: recipe.drop_rate
    edges = tune({"dropout": DROPOUT}, SPACE, toy_data(), 9, SEEDS).edges["dropout"]
    assert "drop_rate=" in edges[0] and len(edges) in (1, 2)


def test_a_trial_whose_networks_diverge_breaks_nothing_and_is_never_chosen(judged):
    judged["judge"] = lambda recipe, seed: None if recipe.learning_rate > 0.01 else 0.0
    tuned = tune({"plain": SMALL}, SPACE, toy_data(), 9, SEEDS)
    assert tuned["plain"].learning_rate < 0.01, "even one that is right nowhere is better"
    assert {trial.diverged for trial in tuned.trials["plain"]} == {0.0, 1.0}
    judged["judge"] = lambda recipe, seed: None if seed == 7 else 0.5
    assert tune({"plain": SMALL}, SPACE, toy_data(), 9, SEEDS).best["plain"].diverged == 0.5
    judged["judge"] = lambda recipe, seed: None if recipe.drop_rate else 0.5
    with pytest.raises(FloatingPointError, match="arm 'dropout' diverged, in every trial.*smaller learning rates"):
        tune({"plain": SMALL, "dropout": DROPOUT}, SPACE, toy_data(), 9, SEEDS)


@pytest.mark.usefixtures("results_folder")
def test_networks_that_really_diverge(trained):
    wild = Recipe(hidden=(8,), optimizer="sgd", epochs=2, batch_size=10)
    tuned = tune({"wild": wild}, {"learning_rate": Between(0.01, 1e12, log=True)}, toy_data(), 6, SEEDS)
    assert tuned["wild"].learning_rate < 1e3 and tuned.best["wild"].diverged == 0
    assert max(trial.diverged for trial in tuned.trials["wild"]) == 1


@pytest.mark.usefixtures("results_folder")
def test_the_test_examples_are_not_touched():
    data = toy_data(test=toy_examples(50, 3, kind=Forbidden))
    tuned = tune({"plain": SMALL, "dropout": DROPOUT}, SPACE, data, 3, SEEDS)
    with pytest.raises(RuntimeError, match="may not be touched"):
        compare(tuned, data, [1, 2])


@pytest.mark.parametrize("cores", [1, 2])
def test_settings_and_seeds_share_stacks_as_far_as_widths_allow(trained, monkeypatch, cores):
    monkeypatch.setattr(executors, "cores", lambda: cores)
    arms = {"plain": SMALL, "dropout": DROPOUT, "more dropout": replace(DROPOUT, drop_rate=0.5)}
    tune(arms, SPACE, toy_data(), 9, SEEDS)
    assert len(trained) == 2 * cores, "plain ones and those with dropout, which are the same twice"
    trained.clear()
    widths = {str(width): replace(SMALL, hidden=(width,)) for width in (3, 4, 5)}
    tune(widths, SPACE, toy_data(), 9, SEEDS)
    assert len(trained) == 3 * cores and sum(map(len, trained)) == 3 * 9 * 2


@pytest.mark.usefixtures("results_folder")
def test_what_is_tuned_goes_straight_into_compare():
    tuned = tune({"plain": SMALL, "dropout": DROPOUT}, SPACE, toy_data(), 3, SEEDS)
    assert isinstance(tuned, dict) and [*tuned] == ["plain", "dropout"]
    assert compare(tuned, toy_data(), [1, 2]).seeds == [1, 2]


def test_the_table(judged):
    judged["judge"] = lambda recipe, seed: 0.5 + recipe.drop_rate if recipe.drop_rate < 0.3 else 0.1
    tuned = tune({"plain": SMALL, "dropout": DROPOUT}, SPACE, toy_data(), 9, SEEDS)
    budget, plain, dropout = tuned.table().splitlines()
    assert budget == tuned.budget
    assert plain.startswith(f"plain    50.0%  {tuned['plain']}")
    assert dropout.startswith(f"dropout  {tuned.best['dropout'].accuracy:.1%}  Recipe(hidden=(8,), drop_rate=0.2")
    for arm, line in (("plain", plain), ("dropout", dropout)):
        edges = ", ".join(tuned.edges[arm])
        assert line.endswith(f"   on the edge: {edges}" if edges else ")")
    judged["judge"] = lambda recipe, seed: recipe.learning_rate
    assert "   on the edge: learning_rate=0." in tune({"plain": SMALL}, SPACE, toy_data(), 9, SEEDS).table()


GRID_0 = [0.0115, 0.00368, 0.00104, 0.0379, 0.0581]  # figures that texts quote were found with it


def test_grid_0_is_the_one_there_always_was(judged):
    assert settings(tune({"plain": SMALL}, SPACE, toy_data(), 5, SEEDS).trials["plain"]) == GRID_0
    assert settings(tune({"plain": SMALL}, SPACE, toy_data(), 5, SEEDS, grid=0).trials["plain"]) == GRID_0


def test_another_grid_tries_other_values_of_every_setting_in_another_order(judged):
    grids = [tune({"dropout": DROPOUT}, SPACE, toy_data(), 9, SEEDS, grid=grid).trials["dropout"] for grid in (0, 1, 2)]
    for name in SPACE:
        values = [settings(trials, name) for trials in grids]
        assert len({*sum(values, [])}) >= 25, "but for rounding, all are different"
        assert len({tuple(np.argsort(tried)) for tried in values}) == 3


LENGTHS = Choice([3, 1, 6, 2])
MANY = {
    "plain": SMALL,
    "dropout": DROPOUT,
    "stopped": replace(SMALL, early_stopping=True),
    "stopped by accuracy": replace(SMALL, early_stopping="accuracy"),
    "tanh": replace(SMALL, activation="tanh"),
}
WILD = replace(SMALL, optimizer="sgd")


def test_epochs_are_read_off_the_longest_training_as_if_each_had_been_trained(trained):
    """To the last bit: shorter trainings are the beginnings of longer ones, and one that diverges does so in time."""
    space = {"learning_rate": Between(0.01, 0.5, log=True), "epochs": LENGTHS}
    tuned = tune(MANY, space, toy_data(), 4, SEEDS)
    wild = tune({"wild": WILD}, {**space, "learning_rate": Between(0.1, 1e9, log=True)}, toy_data(), 20, SEEDS)
    assert {recipe.epochs for stack in trained for recipe, _ in stack} == {6}
    assert sum(map(len, trained)) == 2 * (5 * 4 + 20)
    found = [*sum(tuned.trials.values(), []), *wild.trials["wild"]]
    assert [trial.recipe.epochs for trial in found] == 40 * [1, 2, 3, 6]
    for trial in found:
        alone = train_runs([(trial.recipe, seed) for seed in SEEDS], toy_data())
        assert trial.accuracy == np.mean([run.accuracy for run in alone])
        assert trial.diverged == np.mean([run.diverged for run in alone])
    changes = [{trial.accuracy for trial in found[at : at + 4]} for at in range(0, 80, 4)]
    assert sum(len(accuracies) > 1 for accuracies in changes) > 10, "and the number of epochs does make a difference"
    divergence = [{trial.diverged for trial in found[at : at + 4]} for at in range(80, 160, 4)]
    assert any(len(parts) > 1 for parts in divergence), "some diverge on the way"


def test_a_falling_rate_has_a_training_of_its_own_for_each_number_of_epochs(trained):
    space = {"learning_rate": RATES, "epochs": LENGTHS, "schedule": Choice(["constant", "cosine"])}
    tuned = tune({"plain": SMALL}, space, toy_data(), 8, SEEDS)
    recipes = {recipe for stack in trained for recipe, _ in stack}
    assert len(recipes) == 8 and sum(map(len, trained)) == 16
    falling = [trial for trial in tuned.trials["plain"] if trial.recipe.schedule == "cosine"]
    assert len(falling) == 4 and len(tuned.trials["plain"]) == 4 * 4 + 4
    assert {trial.recipe for trial in falling} == {recipe for recipe in recipes if recipe.schedule == "cosine"}
    assert len({trial.recipe.epochs for trial in falling}) > 1
    for trial in falling:
        alone = train_runs([(trial.recipe, seed) for seed in SEEDS], toy_data())
        assert trial.accuracy == np.mean([run.accuracy for run in alone])
    assert tuned.budget == (
        "each arm: 8 settings, 2 networks each, the best chosen on validation examples; one training at a constant "
        "learning rate counts once, and is judged after 1, 2, 3 and 6 epochs; one at a falling rate is judged at its "
        "end alone"
    )
    fixed = tune({"plain": SMALL}, {"learning_rate": RATES, "epochs": LENGTHS}, toy_data(), 2, SEEDS)
    assert "after 1, 2, 3 and 6 epochs" in fixed.budget and "falling" not in fixed.budget


def test_each_option_is_tried_as_often_as_the_others(judged):
    space = {"learning_rate": RATES, "schedule": Choice(["constant", "cosine"]), "batch_size": Choice((5, 10, 20))}
    trials = tune({"plain": SMALL}, space, toy_data(), 12, SEEDS).trials["plain"]
    for name, count in (("schedule", 6), ("batch_size", 4)):
        values = settings(trials, name)
        assert {values.count(value) for value in values} == {count}
    assert len({(trial.recipe.schedule, trial.recipe.batch_size) for trial in trials}) > 3


@pytest.mark.usefixtures("results_folder")
def test_the_most_epochs_as_the_best_are_on_the_edge():
    space = {"learning_rate": Between(0.002, 0.003), "epochs": Choice([1, 2, 30])}
    tuned = tune({"plain": SMALL}, space, toy_data(), 2, SEEDS)
    assert tuned["plain"].epochs == 30 and "epochs=30" in tuned.edges["plain"]
