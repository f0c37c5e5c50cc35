"""In a browser experiments are smaller, and say so; elsewhere nothing changes."""

import sys

import pytest

from helpers.lab import Recipe, load_optdigits, machine, my_seeds, train_runs
from helpers.lab.names import UNNAMED


@pytest.mark.parametrize(("count", "here"), [(1, 1), (5, 5), (10, 5), (20, 5)])
def test_in_a_browser_there_are_five_networks_at_most(monkeypatch, capsys, count, here):
    everywhere = my_seeds(count)
    monkeypatch.setattr(sys, "platform", "emscripten")
    assert my_seeds(count) == everywhere[:here]
    told = capsys.readouterr().out
    assert told.startswith(f"{here} networks here instead of {count}:") if here < count else not told


def test_elsewhere_there_are_as_many_as_asked_for(capsys):
    assert len(my_seeds(20)) == 20 and not capsys.readouterr().out


def test_who_names_a_learner_gets_all_seeds_in_a_browser_too(monkeypatch):
    monkeypatch.setattr(sys, "platform", "emscripten")
    assert len(my_seeds(20, name=UNNAMED)) == 20


@pytest.fixture
def data(tmp_path, monkeypatch):
    """A data set of 100 training examples, and no results from earlier trainings."""
    monkeypatch.setenv("DROPOUT_COURSE_CACHE", str(tmp_path))
    return load_optdigits(train=100)


def jobs(epochs):
    return [(Recipe(hidden=(8,), epochs=epochs), seed) for seed in my_seeds(2)]


def test_in_a_browser_long_trainings_are_cut_short_in_proportion(monkeypatch, capsys, data):
    mixed = jobs(4) + jobs(8)
    monkeypatch.setattr(machine, "MOST_WORK", sum(2 * epochs * (4000 + 64 * 8 + 8 * 10) for epochs in (4, 8)) / 2)
    assert [len(run.train_loss) for run in train_runs(mixed, data)] == [4, 4, 8, 8] and not capsys.readouterr().out
    monkeypatch.setattr(sys, "platform", "emscripten")
    assert [len(run.train_loss) for run in train_runs(mixed, data)] == [2, 2, 4, 4]
    assert "50% of its epochs here" in capsys.readouterr().out
    assert [len(run.train_loss) for run in train_runs(mixed, data, watch=True)] == [1, 1, 2, 2]
    assert [len(run.train_loss) for run in train_runs(mixed, data, watch=[4])] == [4, 4, 8, 8]


def test_in_a_browser_short_trainings_stay_as_they_are(monkeypatch, capsys, data):
    monkeypatch.setattr(sys, "platform", "emscripten")
    assert [len(run.train_loss) for run in train_runs(jobs(3), data)] == [3, 3] and not capsys.readouterr().out


def test_what_was_found_in_a_browser_says_so(monkeypatch):
    assert machine.as_found_here("8×8 digits") == "8×8 digits"
    monkeypatch.setattr(sys, "platform", "emscripten")
    assert machine.as_found_here("8×8 digits") == "8×8 digits; in a browser, on a smaller scale"
