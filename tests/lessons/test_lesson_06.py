"""Lesson 6 has experiments so far; what they found is told, and tested, in lessons 3 and 4."""

import pytest

from helpers.lab import Recipe, load_mnist1d, my_seeds
from helpers.lab.full_size import stored_trial
from helpers.lab.standard import space
from helpers.lessons.lesson_06 import experiment, trials
from helpers.nn import Network, mlp
from tests.lessons.common import check_run, shrink


def test_the_stored_run_has_what_the_room_says_it_has():
    full = experiment.full_size()
    assert {"0.0", "0.1", "0.5", "faster"} == set(full.accuracy)
    assert set(full.moons) == set(experiment.SPREADS) and set(full.long) == {"0.0", "0.5"}
    for fits in full.moons.values():
        assert set(fits) == {"0.0", "0.1", "0.5", "small"}
        assert all(len(fit.training) == 10 and fit.test.low < fit.test.mean < fit.test.high for fit in fits.values())


def test_its_conditions_are_those_that_its_settings_make():
    assert set(stored_trial("21").others) == {
        "spread 0.4, rate 0.5",
        "spread 0.3, rate 0.1",
        "spread 0.3, rate 0.5",
        "spread 0.4, rate 0.5, 4000 epochs",
    }
    assert set(stored_trial("22").others) == {"rate 0.1", "rate 0.1, plain at 0.03"}


def test_its_experiment_runs_in_small(monkeypatch):
    shrink(monkeypatch, experiment, TRIALS=2, MOONS=Recipe(epochs=2, batch_size=50), LONG=3)
    check_run(experiment)


def test_a_share_of_the_labels_is_wrong_in_training_and_validation_alone():
    true = load_mnist1d(train=500)
    noisy, other = (experiment.with_wrong_labels(true, 0.3, seed) for seed in (0, 1))
    for part in ("train", "validation"):
        labels, before = getattr(noisy, part).labels, getattr(true, part).labels
        assert (labels != before).mean() == pytest.approx(0.3, abs=0.04)
        assert {*(labels - before)[labels != before] % 10} == {*range(1, 10)}, "any other label"
        assert (labels != getattr(other, part).labels).mean() > 0.3
    assert noisy.test == true.test and noisy.train.x is true.train.x


def test_noise_alone_is_counted():
    """A network that answers 1 to everything repeats the labels that are 1 by mistake, and no others."""
    data = experiment.with_wrong_labels(load_mnist1d(train=500), 0.3)
    true, network = load_mnist1d(train=500).train.labels, Network(mlp(40, 10), my_seeds(3))
    network.parameters[:] = 0
    network.layers[-1].bias[..., 1] = 1
    rows = data.train.rows(network.seeds)
    wrong = (data.train.labels != true)[rows]
    expected = [(labels[mine] == 1).mean() for labels, mine in zip(data.train.labels[rows], wrong, strict=True)]
    assert trials.counted(network, data, true)["training_accuracy"] == expected


def test_blocks_of_both_trials_run_in_small(monkeypatch):
    short = {"learning_rate": space(8)["learning_rate"], "epochs": space(8)["epochs"]}
    monkeypatch.setattr(trials, "space", lambda longest: short)
    for name in ("TUNED_TRIED", "FITTED_TRIED"):
        monkeypatch.setattr(trials, name, 2)
    designs = [trials.repeating("spambase", 1)]
    designs += [trials.fitting("here", trials.load_moons, trials.bayes_labels, Recipe((8,), epochs=2), 0.5, 1)]
    for design in designs:
        ((place, load),) = design.data_sets.items()
        seeds = design.seeds(1)
        found = design.found(place, load(split=seeds["split"]), seeds, None)
        assert [*found] == ["plain", "dropout"]
        for side in found.values():
            assert len(side["training_accuracy"]) == 5 and all(0 <= share <= 1 for share in side["training_accuracy"])
