"""What the tests of advice share: a plan so small that it takes a second."""

import pytest

from helpers.lab.advise import plan, trees
from helpers.lab.tune import Choice


def make_small(patch):
    """Replace the plan's constants; the order of what is done stays."""
    for name, value in {"WIDTH": 32, "STEPS": 1, "NETWORKS": (1, 1, 2), "LONGER": 2}.items():
        patch.setattr(plan, name, value)
    patch.setattr(trees, "SPACE", {**trees.SPACE, "max_iter": Choice([3, 6])})


@pytest.fixture
def small(monkeypatch):
    make_small(monkeypatch)
