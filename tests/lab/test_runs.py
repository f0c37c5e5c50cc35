"""Runs are what training each network alone would give, however they are stacked, and however a network fares."""

import sys
from dataclasses import replace
from unittest.mock import Mock

import numpy as np
import pytest

from helpers.lab import Recipe, Run, executors, runs, stacks, train_runs
from helpers.lab.recipe import build
from helpers.nn import Best, evaluate
from tests.lab.common import SMALL, Forbidden, Spoiled, same, threads_left, toy_data, toy_examples

ARMS = {
    "plain": SMALL,
    "dropout": replace(SMALL, drop_rate=0.3),
    "more dropout": replace(SMALL, drop_rate=0.6, learning_rate=0.01),
    "inputs dropped": replace(SMALL, input_drop_rate=0.2),
    "momentum": replace(SMALL, optimizer="sgd", learning_rate=0.1, momentum=0.9),
    "one mask a batch": replace(SMALL, drop_rate=0.3, masks="batch"),
    "one mask an epoch": replace(SMALL, drop_rate=0.3, masks="epoch"),
    "one mask": replace(SMALL, drop_rate=0.3, input_drop_rate=0.2, masks="forever"),
    "penalties": replace(SMALL, l1=1e-3, l2=1e-2, max_norm=1, activity=0.1),
    "early stopping": replace(SMALL, learning_rate=0.3, early_stopping=True),
    "early stopping by accuracy": replace(SMALL, learning_rate=0.4, early_stopping="accuracy"),
    "weight decay": replace(SMALL, weight_decay=3),
    "cosine": replace(SMALL, learning_rate=0.1, schedule="cosine"),
    "shifted": replace(SMALL, shift=2),
    "wild": replace(SMALL, optimizer="sgd", learning_rate=1e30),
    "wider": replace(SMALL, hidden=(9, 8)),
}
JOBS = [(recipe, seed) for recipe in ARMS.values() for seed in (3, 1, 4)]


def alone(recipe, seed, data, split):
    """What training this network by itself gives, made with helpers.nn and no stack."""
    network, training, kept = build([recipe], [seed], data)
    noise = training.noise if recipe.masks == "forever" else None
    best, epochs = Best(network), []
    for epoch in training:
        epochs.append(epoch)
        seen = evaluate(network, data.validation, noise)
        best.look(1 - seen.accuracy if recipe.early_stopping == "accuracy" else seen.loss)
        if recipe.masks == "epoch":
            kept.forget()
    if recipe.early_stopping:
        best.restore()
    judged = evaluate(network, split, noise)
    loss, accuracy = (np.array([float(getattr(epoch, name)[0]) for epoch in epochs]) for name in ("loss", "accuracy"))
    return Run(loss, accuracy, None, float(judged.loss[0]), judged.correct[0], False)


@pytest.mark.parametrize("split", ["validation", "test"])
@pytest.mark.usefixtures("results_folder")
def test_runs_are_what_training_each_network_alone_gives(split):
    data = toy_data()
    jobs = [job for job in JOBS if job[0] != ARMS["wild"]]
    found = train_runs(jobs, data, split)
    assert same(found, [alone(recipe, seed, data, getattr(data, split)) for recipe, seed in jobs])
    assert len({tuple(run.train_loss) for run in found}) == len(jobs), "they do differ"
    assert [run.accuracy for run in found] == [run.correct.mean() for run in found]


@pytest.mark.parametrize("cores", [1, 2, 3, 64])
def test_they_do_not_depend_on_how_they_are_put_into_stacks(trained, monkeypatch, cores):
    expected = train_runs(JOBS, toy_data(), watch=True)
    monkeypatch.setenv("DROPOUT_COURSE_CACHE", str(runs.disk.cache_folder() / "other"))
    monkeypatch.setattr(executors, "cores", lambda: cores)
    count = len(trained)
    assert same(train_runs(JOBS, toy_data(), watch=True), expected)
    assert len(trained) > count


def test_they_come_in_the_order_of_the_jobs_and_none_is_trained_twice(trained):
    found = train_runs(JOBS, toy_data())
    again = train_runs([*JOBS[::-1], *JOBS], toy_data())
    assert same(again, [*found[::-1], *found])
    assert sum(map(len, trained)) == len(JOBS)
    assert train_runs([], toy_data()) == []


def test_what_is_missing_is_trained_and_nothing_else(trained):
    train_runs(JOBS[::2], toy_data())
    trained.clear()
    train_runs(JOBS, toy_data())
    assert {job for stack in trained for job in stack} == {*JOBS[1::2]}


@pytest.mark.usefixtures("results_folder")
def test_a_split_that_is_not_asked_for_is_not_touched():
    forbidden = [toy_examples(30, seed, kind=Forbidden) for seed in (2, 3)]
    train_runs(JOBS[:3], toy_data(test=forbidden[1]), "validation", watch=True)
    train_runs(JOBS[:3], toy_data(validation=forbidden[0]), "test")


@pytest.mark.usefixtures("results_folder")
def test_watched_curves_are_those_of_each_epoch_without_dropout():
    recipe, data = ARMS["dropout"], toy_data()
    (run,) = train_runs([(recipe, 3)], data, watch=True)
    network, training, _ = build([recipe], [3], data)
    expected = []
    for _ in training:
        seen = [evaluate(network, examples) for examples in (data.train, data.validation)]
        expected.append([part[0] for found in seen for part in (found.loss, found.accuracy)])
    assert np.array_equal(run.watched, np.transpose(expected))
    assert run.watched.validation_accuracy[-1] == run.accuracy and run.watched.validation_loss[-1] == run.loss
    assert train_runs([(recipe, 3)], data)[0].watched is None


@pytest.mark.usefixtures("results_folder")
def test_some_epochs_may_be_watched_on_validation_examples_alone():
    data = toy_data()
    (whole,) = train_runs([(SMALL, 3)], data, watch=True)
    (run,) = train_runs([(SMALL, 3)], data, watch=(1, 3, 9))
    assert np.isnan(run.watched.training_loss).all() and np.isnan(run.watched.training_accuracy).all()
    for found, expected in zip(run.watched[2:], whole.watched[2:], strict=True):
        assert np.array_equal(found, [expected[0], np.nan, expected[2]], equal_nan=True)


@pytest.mark.usefixtures("results_folder")
def test_a_network_that_diverges_is_marked_wrong_everywhere_and_disturbs_no_other():
    tame, wild = replace(ARMS["wild"], learning_rate=0.1), ARMS["wild"]
    data = toy_data()
    found = train_runs([(tame, 3), (wild, 3), (tame, 1)], data, watch=True)
    assert [run.diverged for run in found] == [False, True, False]
    assert not found[1].correct.any() and found[1].accuracy == 0 and np.isnan(found[1].loss)
    assert np.isnan(found[1].train_loss[1:]).all() and np.isnan(np.array(found[1].watched)[:, 1:]).all()
    assert np.isfinite(found[0].watched).all() and found[0].accuracy > 0.4
    runs.disk.trim(limit=0)
    assert same(found, [train_runs([job], data, watch=True)[0] for job in [(tame, 3), (wild, 3), (tame, 1)]])


@pytest.mark.usefixtures("results_folder")
def test_divergence_in_the_very_last_step_counts_too():
    recipe = replace(ARMS["wild"], epochs=1, batch_size=40)
    (run,) = train_runs([(recipe, 3)], toy_data())
    assert np.isfinite(run.train_loss).all(), "the loss was taken before the step"
    assert run.diverged and not run.correct.any() and np.isnan(run.loss)


@pytest.mark.usefixtures("results_folder")
def test_who_diverged_once_stays_diverged(monkeypatch):
    """Even if the network itself comes back to its senses."""

    def nearly(*arguments):
        network, training, kept = build(*arguments)
        lost = np.array([True, False])
        return network, (replace(e, loss=np.where(lost, np.nan, e.loss), diverged=lost) for e in training), kept

    monkeypatch.setattr(stacks, "build", nearly)
    monkeypatch.setattr(executors, "require_as_loaded", lambda: None)  # it would notice
    monkeypatch.setattr(executors, "cores", lambda: 1)
    lost, kept = train_runs([(SMALL, 3), (SMALL, 1)], toy_data(), watch=True)
    assert lost.diverged and not lost.correct.any() and np.isnan(lost.loss) and np.isnan(lost.watched).all()
    assert not kept.diverged and kept.correct.any() and np.isfinite(kept.watched).all()


@pytest.mark.usefixtures("results_folder")
def test_how_numpy_treats_errors_makes_no_difference():
    sure = replace(SMALL, optimizer="sgd", learning_rate=30.0)  # some of its probabilities are less than any float
    expected = train_runs([*JOBS, (sure, 3)], toy_data())
    assert not expected[-1].diverged
    runs.disk.trim(limit=0)
    with np.errstate(all="raise"):
        assert same(train_runs([*JOBS, (sure, 3)], toy_data()), expected)


@pytest.mark.usefixtures("results_folder")
def test_a_browser_without_processes_gives_the_same(monkeypatch):
    expected = train_runs(JOBS, toy_data())
    runs.disk.trim(limit=0)

    def refuse(*arguments, **options):
        raise AssertionError("a process is wanted")

    monkeypatch.setattr("loky.get_reusable_executor", refuse)
    monkeypatch.setattr(executors, "WORTH_PROCESSES", 0)
    monkeypatch.setattr(executors, "cores", lambda: 2)
    with pytest.raises(AssertionError, match="a process is wanted"):
        train_runs(JOBS, toy_data())
    monkeypatch.setattr(sys, "platform", "emscripten")
    monkeypatch.setattr("multiprocessing.resource_tracker.ensure_running", refuse)
    assert same(train_runs(JOBS, toy_data()), expected)


def test_processes_are_started_for_work_of_half_a_second_and_on_more_than_one_core(monkeypatch):
    asked = []
    monkeypatch.setattr("loky.get_reusable_executor", lambda *asked_for, **options: asked.append(asked_for) or Mock())
    for cores, hidden, seeds in ((2, (8,), 3), (1, (64, 64), 10), (2, (64, 64), 10), (3, (256, 256), 2)):
        monkeypatch.setattr(executors, "cores", lambda found=cores: found)
        recipe = replace(SMALL, hidden=hidden, epochs=60)
        task = [("key", recipe, seed) for seed in range(seeds)]
        executors.workers(executors.work(task, toy_data(train=toy_examples(500, 1))))
    assert asked == [(2,), (3,)]


def tasks_for(counts, monkeypatch, cores=2, data=None, **options):
    """The tasks for so many seeds of each recipe."""
    monkeypatch.setattr(executors, "cores", lambda: cores)
    jobs = [(recipe, seed) for recipe, count in counts.items() for seed in range(count)]
    missing = {f"{recipe} {seed}": (recipe, seed) for recipe, seed in jobs}
    tasks = executors.tasks(missing, data or toy_data(**options))
    assert sorted(key for task in tasks for key, *_ in task) == sorted(missing)
    assert all(len({recipe.family for _, recipe, _ in task}) == 1 for task in tasks)
    return tasks


def sizes(tasks):
    return [len(task) for task in tasks]


def test_every_core_has_work_and_there_are_no_more_stacks_than_that(monkeypatch):
    found = {(1, 10): [10], (2, 10): [5, 5], (4, 10): [2, 2, 3, 3], (8, 3): [1, 1, 1], (2, 1): [1]}
    for (cores, count), expected in found.items():
        assert sorted(sizes(tasks_for({SMALL: count}, monkeypatch, cores))) == expected


def test_settings_of_one_network_share_a_stack_and_widths_do_not(monkeypatch):
    rates = {replace(SMALL, learning_rate=rate, drop_rate=rate): 2 for rate in (0.1, 0.2, 0.3, 0.4)}
    assert sizes(tasks_for(rates, monkeypatch)) == [4, 4]
    widths = {replace(SMALL, hidden=(width,)): 4 for width in (4, 5, 6)}
    assert sizes(tasks_for(widths, monkeypatch)) == [2] * 6


def test_small_networks_are_put_into_large_stacks_and_large_ones_into_small(monkeypatch):
    for hidden, most in (((8,), 20), ((128, 128), 13), ((256, 256), 3), ((512, 512), 2), ((2000, 2000), 2)):
        found = sizes(tasks_for({replace(SMALL, hidden=hidden): 100}, monkeypatch))
        assert max(found) == most and max(found) - min(found) <= 1


def test_the_longest_come_first(monkeypatch):
    recipes = {replace(SMALL, epochs=epochs, hidden=hidden): 2 for epochs in (1, 50) for hidden in ((4,), (99, 99))}
    tasks = tasks_for(recipes, monkeypatch)
    found = [(task[0][1].epochs, task[0][1].hidden) for task in tasks[::2]]
    assert found == [(50, (99, 99)), (50, (4,)), (1, (99, 99)), (1, (4,))]


def test_a_task_that_fails_is_named_and_no_other_goes_on(results_folder):
    threads = threads_left()
    data = toy_data(train=toy_examples(90, 1, kind=Spoiled))
    jobs = [(replace(SMALL, epochs=10_000, learning_rate=rate), seed) for rate in (0.25, 0.5) for seed in (17, 18)]
    with pytest.raises(RuntimeError, match="KeyError: 'spoiled'") as caught:
        train_runs(jobs, data)
    message = str(caught.value)
    named = [part in message for part in ("learning_rate=0.25", "learning_rate=0.5", "hidden=(8,)", "epochs=10000")]
    assert any(named[:2]) and all(named[2:]) and "17" in message and "18" in message
    assert isinstance(caught.value.__cause__, KeyError)
    assert threads_left() == threads
    assert not results_folder.exists()


@pytest.mark.usefixtures("results_folder")
@pytest.mark.parametrize("platform", [sys.platform, "emscripten"])
def test_progress_is_shown_and_leaves_neither_a_line_nor_a_thread(monkeypatch, capsys, platform):
    threads = threads_left()
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(executors, "cores", lambda: 2)
    train_runs([(SMALL, 0)], toy_data())
    assert capsys.readouterr().err == "", "it is over before anybody could look"
    monkeypatch.setattr(executors, "DELAY", 0)
    monkeypatch.setattr(executors, "LOOK", 0.02)
    monkeypatch.setattr(executors, "REDRAW", 0.02)
    recipe = Recipe(hidden=(100, 100), epochs=100, batch_size=1)
    assert executors.work([("", recipe, 0)], toy_data()) > executors.WORTH_PROCESSES, "so that another process does it"
    train_runs([(recipe, 0)], toy_data(), title="trying it out")
    out, err = capsys.readouterr()
    lines = [line for line in err.split("\r") if line.strip()]
    shown = [int(line.split(":")[1].split("%")[0]) for line in lines]
    assert out == "" and lines[0].startswith("trying it out:") and "to go" in lines[-1]
    assert len(set(shown)) > 2 and shown == sorted(shown) and shown[0] < 50
    assert err.endswith("\r") and not err.split("\r")[-2].strip()
    assert threads_left() == threads
