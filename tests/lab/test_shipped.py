"""What came with the web site is found by recipe, seed and data, whatever version NumPy has, and is trained no more."""

import io
import sys
import zipfile

import numpy as np
import pytest

from helpers.lab import Recipe, cache, load_optdigits, machine, runs, shipped, train_runs
from tests.lab.common import same

ARRAYS = {"a": np.arange(5.0), "b": np.array([True, False])}
JOBS = [(Recipe(hidden=(8,), epochs=4), seed) for seed in (0, 1)]


@pytest.fixture(autouse=True)
def site(tmp_path, monkeypatch):
    """The data folder of a site with nothing in it."""
    monkeypatch.setattr(shipped, "data_folder", lambda: tmp_path)
    return tmp_path


@pytest.fixture
def data():
    return load_optdigits(train=100)


def test_another_numpy_finds_it_too(monkeypatch):
    shipped.add("one", ARRAYS)
    shipped.add("other", {})
    monkeypatch.setattr(np, "__version__", "2.0.2")
    keys = ["one", "none"]
    found = shipped.load_all(keys)
    assert [*found] == keys[:1] and all((found[keys[0]][name] == ARRAYS[name]).all() for name in ARRAYS)


def test_without_an_archive_nothing_is_found():
    assert shipped.load_all(["one"]) == {}


@pytest.fixture
def in_a_browser(results_folder, data, monkeypatch):
    """A browser with time for nothing, whose site came with JOBS: those results."""
    with monkeypatch.context() as there:
        there.setattr(cache, "store", shipped.add)
        elsewhere = train_runs(JOBS, data)
    monkeypatch.setattr(sys, "platform", "emscripten")
    monkeypatch.setattr(machine, "MOST_WORK", 1)
    return elsewhere


@pytest.mark.parametrize("version", [np.__version__, "2.0.2"])
def test_what_came_with_the_site_is_not_trained_in_the_browser(
    in_a_browser, data, trained, capsys, monkeypatch, version
):
    monkeypatch.setattr(np, "__version__", version)
    assert same(train_runs(JOBS, data), in_a_browser) and trained == []
    assert "2 networks here are stored ones" in capsys.readouterr().out


def test_with_something_new_all_train_for_the_same_part_of_their_epochs(in_a_browser, data, capsys):
    new = train_runs([*JOBS, (Recipe(hidden=(9,), epochs=4), 0)], data)
    assert [len(run.train_loss) for run in new] == [1, 1, 1]
    told = capsys.readouterr().out
    assert "0% of its epochs" in told and "stored ones" not in told


def test_that_part_is_of_the_work_of_all(in_a_browser, data, monkeypatch):
    jobs = [*JOBS, (Recipe(hidden=(9,), epochs=4), 0)]
    everything = sum(runs._work(job, data, "validation", False) for job in jobs)
    monkeypatch.setattr(machine, "MOST_WORK", 0.24 * everything)
    assert [len(run.train_loss) for run in train_runs(jobs, data)] == [1, 1, 1]


@pytest.mark.parametrize("damage", ["cut off", "a page", "overwritten", "a folder"])
def test_of_a_damaged_archive_nothing_is_taken_which_is_said_and_training_goes_on(
    in_a_browser, data, trained, site, damage
):
    archive = site / "trained.zip"
    content = archive.read_bytes()
    archive.unlink()
    if damage == "a folder":
        archive.mkdir()
    else:
        overwritten = content[:200] + bytes(50) + content[250:]
        archive.write_bytes({"cut off": content[:-9], "a page": b"<html>", "overwritten": overwritten}[damage])
    with pytest.warns(UserWarning, match="that came with the site are damaged .*; networks are trained here"):
        assert len(train_runs(JOBS, data)) == 2
    assert sum(map(len, trained)) == 2


@pytest.mark.parametrize("damage", ["another's result", "an array alone"])
def test_in_the_archive_a_result_is_believed_only_under_its_own_name(in_a_browser, data, trained, site, damage):
    """Both are whole archives, whose own checksums are right."""
    with zipfile.ZipFile(site / "trained.zip") as archive:
        first, second = archive.namelist()
        content = {name: archive.read(name) for name in (first, second)}
    alone = io.BytesIO()
    np.save(alone, ARRAYS["a"])
    content[first] = content[second] if damage == "another's result" else alone.getvalue()
    with zipfile.ZipFile(site / "trained.zip", "w") as archive:
        for name, part in content.items():
            archive.writestr(name, part)
    with pytest.warns(UserWarning, match="that came with the site are damaged .*; networks are trained here"):
        assert len(train_runs(JOBS, data)) == 2
    assert sum(map(len, trained)) == 2


def test_elsewhere_everything_is_trained(in_a_browser, data, trained, capsys, monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    train_runs(JOBS, data)
    assert sum(map(len, trained)) == 2 and "stored" not in capsys.readouterr().out
