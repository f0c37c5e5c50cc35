"""What the tests of experiments share."""

import pytest

from helpers.lab import executors


@pytest.fixture
def results_folder(tmp_path, monkeypatch):
    """An empty folder in which results are kept for this test alone."""
    folder = tmp_path / "kept results"
    monkeypatch.setenv("DROPOUT_COURSE_CACHE", str(folder))
    return folder


@pytest.fixture
def trained(results_folder, monkeypatch):
    """The stacks that are really trained, each a list of (recipe, seed), while the test looks on."""
    stacks, train_stack = [], executors.train_stack

    def noted(task, *arguments):
        stacks.append([(recipe, seed) for _, recipe, seed in task])
        return train_stack(task, *arguments)

    monkeypatch.setattr(executors, "train_stack", noted)
    return stacks
