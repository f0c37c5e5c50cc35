"""What other seeds would have given: simulated from the blocks that there are, and trained anew."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from helpers.lab import Estimate, crossed_estimate, load_claims, network_estimate
from helpers.lab.differences import Basis
from helpers.lessons import repeats, trials, verdicts


@pytest.fixture
def results(tmp_path, monkeypatch):
    monkeypatch.setattr("helpers.lab.results.results_folder", lambda: tmp_path)
    monkeypatch.setattr(repeats, "results_folder", lambda: tmp_path)


def test_an_estimate_made_again_from_its_basis_is_the_same():
    table = np.random.default_rng(1).normal(size=(5, 40))
    for estimate, values in ((crossed_estimate, table), (network_estimate, table[:, 0])):
        for confidence in (0.95, 0.99):
            found = estimate(values, confidence)
            again = found.basis.estimate(confidence)
            assert (again.mean, again.low, again.high) == pytest.approx((found.mean, found.low, found.high))


def test_a_redrawn_basis_differs_as_much_as_the_blocks_do():
    table = np.random.default_rng(2).normal(0.02, 0.01, (5, 1)) + np.random.default_rng(3).normal(size=(5, 400))
    basis, generator = crossed_estimate(table).basis, np.random.default_rng(4)
    drawn = [basis.redrawn(generator) for _ in range(4000)]
    assert np.mean([one.values for one in drawn]) == pytest.approx(np.mean(basis.values), abs=2e-3)
    assert np.std([one.values for one in drawn]) == pytest.approx(np.std(basis.values, ddof=1), rel=0.03)
    first = drawn[0]
    assert first.mean_squares[0] == pytest.approx(400 * np.var(first.values, ddof=1))
    assert first.mean_squares[1:] == basis.mean_squares[1:] and first.examples == 400
    alone = replace(basis, mean_squares=None, examples=None).redrawn(generator)
    assert alone.mean_squares is None and len(alone.values) == 5


def verdict_of(monkeypatch, means, spread):
    """Let the trial of claim "X" have found these means, place by place, in blocks that differ by `spread`."""
    steps = spread * np.array([-1, -0.5, 0, 0.5, 1])
    found = {place: Basis(tuple(mean + steps)).estimate() for place, mean in means.items()}
    margins = dict.fromkeys(found, 0.01)
    monkeypatch.setattr(trials, "verdict", lambda claim: trials.Verdict(None, found, margins, {}, True))
    repeats.simulated.cache_clear()
    return repeats.simulated("X", 100)


def test_a_clear_finding_comes_out_again_and_one_on_the_margin_does_not(monkeypatch):
    try:
        assert verdict_of(monkeypatch, {"here": 0.1, "there": 0.2}, 0.001) == {"holds": 100}
        assert verdict_of(monkeypatch, {"here": 0.1, "there": -0.2}, 0.001) == {"depends": 100}
        counted = verdict_of(monkeypatch, {"here": 0.02}, 0.008)
        assert counted["holds"] > 20 and counted["undecided"] > 20 and repeats.flips(counted) == 0
    finally:
        repeats.simulated.cache_clear()
    assert repeats.flips(Counter(holds=14, fails=2, undecided=4)) == 0.1


def test_no_claim_goes_from_holds_to_fails_more_than_once_in_twenty():
    rows = [repeats.simulated(claim) for claim in trials.trials() if trials.verdict(claim)]
    rows += [counted for counted in repeats.trained().values() if counted]
    assert rows and max(map(repeats.flips, rows)) <= repeats.MOST_FLIPS


def test_lean_trials_are_the_whole_procedure_of_q_and_17_at_a_place_that_has_a_margin():
    assert {*repeats.lean()} == {"Q", "17"}
    for claim, design in repeats.lean().items():
        whole = trials.trials()[claim].designs[0]
        assert design.sides == whole.sides and design.blocks == whole.blocks == 5
        assert {*design.data_sets} <= {*load_claims()[claim].margins}
        seeds = [replace(design, name=name).seeds(1)["grid"] for name in (*repeats.NAMES, "unnamed")]
        assert len({*seeds}) == len(repeats.NAMES) + 1 == 21


def test_what_was_found_is_kept_after_each_name_and_not_made_again(results, monkeypatch):
    asked = []

    class Made:
        def difference(self, place):
            return Estimate(0.03, 0.02, 0.04)

    def replicate(design, folder, executor):
        asked.append(design.name)
        if len(asked) == 3:
            raise KeyboardInterrupt
        return Made()

    monkeypatch.setattr(repeats, "replicate", replicate)
    with pytest.raises(KeyboardInterrupt):
        repeats.run(names=["one", "two"])
    assert repeats.trained() == {"Q": {"holds": 1}, "17": {"holds": 1}}
    repeats.run(names=["one", "two"])
    assert asked == ["one", "one", "two", "two", "two"]
    assert repeats.trained() == {"Q": {"holds": 2}, "17": {"holds": 2}}
    monkeypatch.undo()
    monkeypatch.setattr(repeats, "trained", lambda: {"Q": Counter(holds=2)})
    assert "Trained anew with 2 other names: holds 2." in verdicts.page()


def test_the_picture_shows_every_verdict_that_came_out():
    figure, told = repeats.picture()
    (axes,) = figure.axes
    rows = [label.get_text() for label in axes.get_yticklabels()]
    assert rows and all(f"{row}: " in told for row in rows)
    ends = Counter()
    for bar in axes.patches:
        row = round(bar.get_y() + bar.get_height() / 2)
        assert bar.get_x() == pytest.approx(ends[row]), "each begins where the one before ends"
        ends[row] += bar.get_width()
    assert [*ends.values()] == pytest.approx([100] * len(rows))
    assert f"![{told}](data/results/repeats.png)" in verdicts.PAGE.read_text()
    assert verdicts.PICTURE.stat().st_size > 5000
