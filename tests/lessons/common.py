"""What the tests of the lessons' experiments share: each is run in small."""

from helpers.lab import VERDICTS, load_claims, my_seeds
from helpers.lab.full_size import Found


def two_seeds(count, purpose="final", name=None):
    return my_seeds(min(count, 2), purpose, name)


def shrink(monkeypatch, experiment, **small):
    """Give the experiment of a room these settings in place of its own, and two seeds."""
    for name, value in small.items():
        assert hasattr(experiment, name)
        monkeypatch.setattr(experiment, name, value)
    monkeypatch.setattr(experiment, "my_seeds", two_seeds)


def check_run(experiment):
    """Run it, and look at what it gives for the ledger."""
    found, lesson = experiment.run(name="unnamed"), int(experiment.RESULTS.removeprefix("lesson-"))
    assert isinstance(found, Found) and found.seeds == my_seeds(2, name="unnamed")
    claims = load_claims()
    for claim, trial in found.figures["claims"].items():
        assert lesson in claims[claim].lessons
        assert trial["verdict"] in VERDICTS and trial["low"] <= trial["mean"] <= trial["high"]
        assert trial["margin"] == claims[claim].margin, "the margin that the ledger fixes in advance"
