"""Lesson 6 has experiments so far; what they found is told, and tested, in lessons 3 and 4."""

from helpers.lab import Recipe
from helpers.lab.full_size import stored_trial
from helpers.lessons.lesson_06 import experiment
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
