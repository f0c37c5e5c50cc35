"""The benchmarks run, do the work that they say they time, and print one JSON object last. Nothing here is timed."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import stacking
from helpers.nn import Adam

TINY = stacking.Case((4, 6, 5, 3), batch=7, networks=2, steps=3)


def test_stacking_runs_and_prints_its_ratios_as_json_last():
    pytest.importorskip("sklearn")
    command = [sys.executable, "-m", "benchmarks.stacking", "--rounds", "1", "--steps", "2"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1])
    results = json.loads(done.stdout.splitlines()[-1])
    assert list(results) == ["64-256-10/32", "40-128-128-10/100"]
    for found in results.values():
        assert list(found) == ["ours_over_products", "torch_over_ours", "sklearn_over_ours"]
        assert found["ours_over_products"] > 0 and found["sklearn_over_ours"] > 0
        assert (found["torch_over_ours"] is None) == ("torch missing" in done.stdout)
    assert f"numpy {np.__version__}" in done.stdout and "10 networks, 1 thread each" in done.stdout
    assert done.stderr == ""


def test_the_ratios_are_quotients_of_medians():
    times = {"products": [2.0, 4.0, 90.0], "ours": [8.0, 1.0, 9.0], "torch": [24.0, 24.0, 1.0], "sklearn": [20.0] * 3}
    assert stacking.ratios(times) == {"ours_over_products": 2, "torch_over_ours": 3, "sklearn_over_ours": 2.5}


def test_a_missing_peer_has_no_ratio_and_the_table_says_so(monkeypatch):
    for package in ("torch", "sklearn", "sklearn.neural_network"):
        monkeypatch.setitem(sys.modules, package, None)  # so that importing it fails
    times = stacking.measure(TINY, rounds=2)
    assert len(times["ours"]) == len(times["products"]) == 2 and times["torch"] == times["sklearn"] == []
    found = stacking.ratios(times)
    assert found["ours_over_products"] > 0 and found["torch_over_ours"] is found["sklearn_over_ours"] is None
    assert stacking.table(TINY, times).count("not installed") == 3


def test_the_products_are_those_of_a_training_step(monkeypatch):
    """Forward; then backward, for each layer its weights' gradient and its inputs' error, but for the first layer."""
    shapes = []
    matmul = np.matmul

    def recorded(a, b, out=None):
        shapes.append((a.shape, b.shape, a.dtype, b.dtype))
        return matmul(a, b, out=out)

    run = stacking.products(TINY)
    monkeypatch.setattr(np, "matmul", recorded)
    run()
    products = [((2, 7, i), (2, i, o)) for i, o in ((4, 6), (6, 5), (5, 3))]
    products += [((2, 5, 7), (2, 7, 3)), ((2, 7, 3), (2, 3, 5)), ((2, 6, 7), (2, 7, 5)), ((2, 7, 5), (2, 5, 6))]
    products += [((2, 4, 7), (2, 7, 6))]
    assert [shape[:2] for shape in shapes] == products * TINY.steps
    assert {dtype for shape in shapes for dtype in shape[2:]} == {np.dtype(np.float32)}


def counted(monkeypatch, owner, method):
    """A list that gets longer with each call of the method."""
    calls = []
    original = getattr(owner, method)
    monkeypatch.setattr(owner, method, lambda *args, **kwargs: calls.append(args[0]) or original(*args, **kwargs))
    return calls


def test_ours_makes_the_steps_for_all_networks_at_once(monkeypatch):
    run = stacking.ours(TINY)
    calls = counted(monkeypatch, Adam, "step")
    epoch = run()
    assert len(calls) == TINY.steps and epoch.loss.shape == (TINY.networks,)


def test_pytorch_makes_the_steps_for_each_network_with_dropout(monkeypatch):
    torch = pytest.importorskip("torch")
    run = stacking.torch_eager(TINY)
    calls = counted(monkeypatch, torch.optim.Adam, "step")
    masks = counted(monkeypatch, torch.nn.Dropout, "forward")
    run()
    assert len(calls) == TINY.steps * TINY.networks and len(set(map(id, calls))) == TINY.networks
    assert len(masks) == 2 * len(calls) and {mask.p for mask in masks} == {0.2} and all(mask.training for mask in masks)
    weights = calls[0].param_groups[0]["params"][0::2]
    assert [tuple(weight.shape) for weight in weights] == [(6, 4), (5, 6), (3, 5)]
    assert {weight.dtype for weight in weights} == {torch.float32}


def test_scikit_learn_makes_the_steps_for_each_network_in_float32(monkeypatch):
    optimizers = pytest.importorskip("sklearn.neural_network._stochastic_optimizers")
    run = stacking.sklearn_mlp(TINY)
    calls = counted(monkeypatch, optimizers.AdamOptimizer, "update_params")
    run()
    assert len(calls) == TINY.steps * TINY.networks and len(set(map(id, calls))) == TINY.networks
    assert [moments.shape for moments in calls[0].ms[:3]] == [(4, 6), (6, 5), (5, 3)]
    assert {moments.dtype for moments in calls[0].ms} == {np.dtype(np.float32)}
