"""What somebody puts in the place of the code that computes a Run is noticed, and its results are not kept."""

import importlib

import pytest

import helpers.nn
from helpers.lab import recipe, stacks, train_runs
from helpers.lab.loaded import require_as_loaded
from tests.lab.common import SMALL, toy_data

RATE = helpers.nn.Adam.__init__.__defaults__


def other(*arguments, **options):
    raise AssertionError("this is never called")


CHANGES = {
    "a function": (helpers.nn.training, "train", other),
    "a function where it is used": (stacks, "evaluate", other),
    "a function by an object": (recipe, "build", type("Mine", (), {"__call__": other})()),
    "a method": (helpers.nn.Dropout, "forward", lambda self, x, noise=None: x),
    "a method's code": (helpers.nn.Dense.forward, "__code__", (lambda self, x, noise=None: x).__code__),
    "a default": (helpers.nn.Adam.__init__, "__defaults__", (*RATE[:-1], 0.5) if RATE else (0.5,)),
    "a property": (helpers.nn.Network, "forward", property(other)),
    "a class": (helpers.nn.dense, "Dense", type("Dense", (helpers.nn.Dense,), {})),
    "a constant": (helpers.nn.evaluation, "SLICE", 7),
    "a class where it is used": (recipe, "Dropout", helpers.nn.Dense),
}


@pytest.mark.parametrize("change", CHANGES)
def test_nothing_is_trained_with_another_s_code_as_if_it_were_ours(monkeypatch, results_folder, trained, change):
    monkeypatch.setattr(*CHANGES[change])
    with pytest.raises(RuntimeError, match=r"is not the course's own any more, and results .* Restart the kernel"):
        train_runs([(SMALL, 0)], toy_data())
    assert not trained and not [*results_folder.rglob("*.result")]
    monkeypatch.undo()
    require_as_loaded()


def test_the_same_code_loaded_again_is_no_change(monkeypatch):
    for name in ("Dropout", "Layer"):  # put back afterwards, for the tests to come
        monkeypatch.setattr(helpers.nn.dropout, name, getattr(helpers.nn.dropout, name))
    before = helpers.nn.dropout.Dropout
    importlib.reload(helpers.nn.dropout)
    assert helpers.nn.dropout.Dropout is not before
    require_as_loaded()
