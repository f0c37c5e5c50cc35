"""Whole trials repeated in blocks: each redraws all that it should and keeps the rest, and a stop loses one block."""

import json
import sys
from dataclasses import dataclass, replace

import numpy as np
import pytest

from helpers.lab import (
    Between,
    Choice,
    Design,
    ResultsError,
    compare,
    crossed_estimate,
    executors,
    load_magic,
    load_optdigits,
    load_spambase,
    margin_from,
    my_seeds,
    network_estimate,
    pilot,
    plan,
    replicate,
    runs,
    tune,
)
from helpers.lab import blocks as stored
from helpers.lab.executors import work
from helpers.lab.replicate import SECONDS, Handmade
from helpers.nn import Examples
from tests.lab.common import SMALL, toy_data, toy_examples

# where `helpers.lab.tune` is, there is also the function of that name
TUNE, REPLICATE = sys.modules["helpers.lab.tune"], sys.modules["helpers.lab.replicate"]
DROPOUT = replace(SMALL, drop_rate=0.3)
SIDES = {
    "dropout": {"8": DROPOUT, "16": replace(DROPOUT, hidden=(16,))},
    "plain": {"4": replace(SMALL, hidden=(4,)), "8": SMALL},
}
SPACE = {"learning_rate": Between(0.003, 0.1, log=True), "drop_rate": Between(0.1, 0.6)}
WHOLE = toy_examples(120, 1)


def load(split, test=None):
    """The toy data, with the validation examples that `split` draws."""
    order = np.random.default_rng(split).permutation(120)
    pool, held_out = (Examples(WHOLE.x[rows], WHOLE.labels[rows], 3) for rows in (order[30:], order[:30]))
    return toy_data(train=replace(pool, draw=40), validation=held_out, test=test or toy_examples(50, 3))


DESIGN = Design(SIDES, SPACE, {"toy": load}, blocks=3, trials=3, finals=4)


@pytest.fixture
def folder(tmp_path, results_folder):
    return tmp_path / "blocks"


def block_by_hand(number, seeds):
    """What a block is, from tune and compare alone."""
    data = load(seeds["split"])
    recipes = {}
    for side, arms in SIDES.items():
        tuned = tune(arms, SPACE, data, 3, seeds["tuning"], grid=seeds["grid"])
        recipes[side] = tuned[max(tuned, key=lambda arm: tuned.best[arm].accuracy)]
    return recipes, compare(recipes, data, seeds["final"], watch=True)


def test_a_block_is_a_search_and_a_choice_for_each_side_and_a_test_of_the_two_chosen(folder):
    result = replicate(DESIGN, folder)
    assert len({block.sides["dropout"].recipe for block in result.blocks["toy"]}) > 1, "the blocks do differ"
    cells, gaps, losses = [], [], []
    for number, block in enumerate(result.blocks["toy"], 1):
        recipes, compared = block_by_hand(number, block.seeds)
        for side, recipe in recipes.items():
            found = block.sides[side]
            assert found.recipe == str(recipe) and str(SIDES[side][found.arm].hidden) in str(recipe) + "(8,)"
            assert np.allclose(found.right, compared.correct(side).mean(axis=0))
            assert np.allclose(found.loss, [run.loss for run in compared.runs[side]])
            last = [run.watched.training_accuracy[-1] for run in compared.runs[side]]
            assert np.allclose(found.training_accuracy, last)
            assert [*found.validation] == [*SIDES[side]]
        cells.append(compared.correct("dropout").mean(axis=0) - compared.correct("plain").mean(axis=0))
        gaps.append(compared.gap("dropout").mean() - compared.gap("plain").mean())
        losses.append(np.mean([run.loss for run in compared.runs["dropout"]]) - found.loss.mean())
    assert np.allclose(result.cells("toy"), cells)
    assert result.difference("toy") == crossed_estimate(result.cells("toy"))
    assert result.difference("toy", 0.99).low < result.difference("toy").low
    assert np.isclose(result.gap("toy").mean, np.mean(gaps))
    expected = network_estimate(losses)
    assert np.allclose([result.loss("toy").mean, result.loss("toy").low], [expected.mean, expected.low])
    means = np.mean(cells, axis=1)
    assert result.wins("toy") == np.mean(means > 0) + np.mean(means == 0) / 2


def test_only_the_two_chosen_are_tested_and_with_seeds_that_tuned_nothing(folder, monkeypatch):
    asked = []

    def noted(jobs, data, split, *rest, **options):
        asked.append((split, jobs))
        return runs.train_runs(jobs, data, split, *rest, **options)

    monkeypatch.setattr(REPLICATE, "train_runs", noted)
    monkeypatch.setattr(TUNE, "train_runs", noted)
    result = replicate(replace(DESIGN, blocks=2), folder)
    assert [split for split, _ in asked] == ["validation", "validation", "test"] * 2
    tested, tuned = ([job for split, jobs in asked if split == kind for job in jobs] for kind in ("test", "validation"))
    assert len(tested) == 2 * 2 * 4 and len(tuned) == 2 * 2 * 2 * 3 * 2
    assert {seed for _, seed in tested}.isdisjoint(seed for _, seed in tuned)
    assert [str(recipe) for recipe, _ in tested[::4]] == [
        side.recipe for block in result.blocks["toy"] for side in block.sides.values()
    ]


class Touched(AssertionError):
    """The test examples were asked for too early."""


@dataclass(frozen=True, eq=False)
class Sealed(Examples):
    """Test examples that may be asked for only while final networks are judged."""

    def take(self, rows=None, dtype=np.float32):
        if not Sealed.opened:
            raise Touched
        return super().take(rows, dtype)


def sealed(split):
    return load(split, toy_examples(50, 3, kind=Sealed))


def test_the_test_rows_are_not_touched_before_a_block_s_final_runs(folder, monkeypatch):
    Sealed.opened = False

    def opening(jobs, data, split, **options):
        assert split == "test" and {seed for _, seed in jobs} <= {*my_seeds(99)}
        Sealed.opened = True
        try:
            return runs.train_runs(jobs, data, split, **options)
        finally:
            Sealed.opened = False

    design = replace(DESIGN, data_sets={"toy": sealed})
    assert plan(design, folder)["toy"] > 0 and pilot(design)["toy"] > 0
    with pytest.raises(RuntimeError, match="Touched"):
        replicate(design, folder)
    assert not folder.exists(), "without final runs there is nothing to keep"
    monkeypatch.setattr(REPLICATE, "train_runs", opening)
    assert len(replicate(design, folder).blocks["toy"]) == 3
    spying = replace(design, data_sets={"toy": lambda split: spied(sealed(split))})
    with pytest.raises(Touched):
        replicate(spying, folder / "other")


def spied(data):
    """Data that somebody has a look at the test rows of."""
    data.test.take()
    return data


def test_each_block_has_seeds_of_its_own_and_more_blocks_change_none():
    few, many = ([replace(DESIGN, blocks=count).seeds(number) for number in range(1, 4)] for count in (3, 9))
    assert few == many
    every = [seed for seeds in few for part in seeds.values() for seed in np.ravel(part).tolist()]
    assert len({*every}) == len(every) == 3 * (1 + 1 + 2 + 4)
    assert replace(DESIGN, name="blue otter").seeds(1)["grid"] == my_seeds(1, "grid", "blue otter")[0]
    assert {*my_seeds(20, "pilot", "unnamed")}.isdisjoint(every)


def test_blocks_differ_in_grid_and_validation_examples(folder, monkeypatch):
    splits, grids, search = [], [], tune

    def noted(arms, space, data, trials, seeds, executor, grid):
        splits.append(data.validation.x.tobytes())
        grids.append((grid, *seeds))
        return search(arms, space, data, trials, seeds, executor, grid)

    monkeypatch.setattr(REPLICATE, "tune", noted)
    replicate(DESIGN, folder)
    assert splits[::2] == splits[1::2] and grids[::2] == grids[1::2], "the sides of a block are treated alike"
    assert len({*splits}) == len({*grids}) == 3


def test_what_is_finished_is_not_done_again_and_a_stop_loses_one_block(folder, monkeypatch, trained):
    write, count = stored.write_block, []

    def stop(*arguments):
        count.append(arguments)
        if len(count) == 3:
            raise KeyboardInterrupt
        write(*arguments)

    design = replace(DESIGN, data_sets={"toy": load, "toy-2": load})
    monkeypatch.setattr(REPLICATE.stored, "write_block", stop)
    with pytest.raises(KeyboardInterrupt):
        replicate(design, folder)
    assert sorted(path.name for path in folder.iterdir()) == ["toy-1.json", "toy-2-1.json"], "first one of each"
    monkeypatch.setattr(REPLICATE.stored, "write_block", write)
    kept = {path: path.read_bytes() for path in folder.iterdir()}
    trained.clear()
    replicate(replace(design, blocks=2), folder)
    assert not trained, "the networks of the block at work were in the cache"
    assert {path: path.read_bytes() for path in kept} == kept
    runs.disk.trim(limit=0)
    again = replicate(replace(design, blocks=2), folder)
    assert not trained, "finished blocks need no cache"
    more = replicate(design, folder)
    assert [block.number for block in more.blocks["toy"]] == [1, 2, 3] and trained
    assert np.array_equal(more.cells("toy")[:2], again.cells("toy"))
    other = replicate(replace(design, blocks={"toy": 3, "toy-2": 2}), folder)
    assert {place: len(blocks) for place, blocks in other.blocks.items()} == {"toy": 3, "toy-2": 2}


CHANGES = {
    "trials": {"trials": 4},
    "space": {"space": {**SPACE, "learning_rate": Between(0.003, 0.2, log=True)}},
    "sides": {"sides": {**SIDES, "plain": {"4": replace(SMALL, hidden=(4,)), "8": replace(SMALL, l2=0.1)}}},
    "networks": {"networks": 3},
    "finals": {"finals": 5},
    "name": {"name": "blue otter"},
}


@pytest.mark.parametrize("change", CHANGES)
def test_blocks_of_another_design_are_refused(folder, change):
    replicate(replace(DESIGN, blocks=2), folder)
    with pytest.raises(ResultsError, match="toy-1.json was made with other settings.*Give another folder"):
        replicate(replace(DESIGN, blocks=2, **CHANGES[change]), folder)


def test_a_file_under_another_block_s_name_is_refused(folder):
    replicate(replace(DESIGN, blocks=2), folder)
    (folder / "toy-2.json").replace(folder / "toy-3.json")
    with pytest.raises(ResultsError, match="made with other number: 2, not 3"):
        replicate(DESIGN, folder)


def test_blocks_of_other_data_are_not_added_to(folder):
    replicate(replace(DESIGN, blocks=2), folder)
    other = replace(DESIGN, data_sets={"toy": lambda split: load(split + 1)})
    assert len(replicate(replace(other, blocks=2), folder).blocks["toy"]) == 2, "with nothing to add no data is read"
    with pytest.raises(ResultsError, match="toy-1.json was made with other data"):
        replicate(other, folder)


def test_progress_is_that_of_the_blocks(folder, monkeypatch, capsys):
    monkeypatch.setattr(executors, "DELAY", 0)
    monkeypatch.setattr(executors, "REDRAW", 0)
    replicate(replace(DESIGN, blocks=4), folder)
    lines = [line for line in capsys.readouterr().err.split("\r") if "blocks:" in line]
    shown = [int(line.split("blocks:")[1].split("%")[0]) for line in lines]
    assert sorted({*shown}) == [0, 25, 50, 75, 100] and shown == sorted(shown)


def test_blocks_whose_test_rows_differ_are_refused_before_they_are_trained(folder, trained):
    moving = replace(DESIGN, data_sets={"toy": lambda split: load(split, toy_examples(50, split % 1000))})
    with pytest.raises(ValueError, match="data_sets.'toy'. is one whose test rows change with split="):
        replicate(moving, folder)
    assert sum(map(len, trained)) <= 2 * (2 * 3 * 2 + 4), "one block"
    assert [path.name for path in folder.iterdir()] == ["toy-1.json"]


def test_more_than_two_sides_are_kept_and_the_first_two_compared(folder):
    def find(place, data, seeds):
        right = {"first": 3, "second": 1, "third": 2}
        rest = {"arm": "a", "recipe": "r", "edges": [], "validation": {}, "loss": [1.0] * 5}
        return {
            side: {**rest, "right": np.full(data.test.x.shape[0], of_side), "training_accuracy": [of_side / 5] * 5}
            for side, of_side in right.items()
        }

    sides = {side: {side: side} for side in ("first", "second", "third")}
    described = {"sides": sides, "space": {}, "trials": dict.fromkeys(sides, 2)}
    result = replicate(Handmade(DESIGN.data_sets, find, described, 0.001, blocks=2), folder)
    assert result.difference("toy").mean == pytest.approx(0.4)
    assert result.between("third", "second").difference("toy").mean == pytest.approx(0.2)
    assert result.between("second", "first").fitted("toy").mean == pytest.approx(-0.4)
    assert "first minus second" in result.table()


DAMAGE = {
    "too many right": lambda found: found["sides"]["plain"].update(right="5" * 50),
    "no digit": lambda found: found["sides"]["plain"].update(right="x" * 50),
    "a row less": lambda found: found["sides"]["plain"].update(right="1" * 49),
    "a loss less": lambda found: found["sides"]["plain"]["loss"].pop(),
    "a training accuracy less": lambda found: found["sides"]["plain"]["training_accuracy"].pop(),
    "one side": lambda found: found["sides"].pop("plain"),
    "no seeds": lambda found: found.pop("seeds"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_block_is_said(folder, damage):
    replicate(replace(DESIGN, blocks=2), folder)
    path = folder / "toy-2.json"
    found = json.loads(path.read_text())
    DAMAGE[damage](found)
    path.write_text(json.dumps(found))
    with pytest.raises(ResultsError, match="toy-2.json is damaged: .*Delete it to have the block made again"):
        replicate(DESIGN, folder)


@pytest.mark.parametrize("load", [load_spambase, load_magic, load_optdigits])
def test_the_test_rows_are_known_again_however_their_columns_are_standardised(load):
    first, second = load(split=1), load(split=2)
    same = stored.about(first)["test_rows"]
    assert stored.about(second)["test_rows"] == same
    for part in ("x", "labels"):
        other = getattr(first.test, part).copy()
        place = np.flatnonzero((other != other[0]).reshape(len(other), -1).any(axis=1))[-1]
        other[[0, place]] = other[[place, 0]]
        assert stored.about(replace(first, test=replace(first.test, **{part: other})))["test_rows"] != same


def test_a_block_says_all_that_made_it_and_is_small(folder):
    big = replace(DESIGN, data_sets={"toy": lambda split: load(split, toy_examples(10_000, 3))}, blocks=2)
    replicate(big, folder)
    path = folder / "toy-1.json"
    assert path.stat().st_size < 30_000
    found = json.loads(path.read_text())
    assert found["settings"]["sides"]["plain"]["8"] == str(SMALL)
    assert found["settings"]["space"]["drop_rate"] == "Between(low=0.1, high=0.6, log=False)"
    assert found["data"]["fingerprint"] == load(found["seeds"]["split"], toy_examples(10_000, 3)).fingerprint
    assert {"versions", "time", "processor", "seconds"} <= {*found}


def test_a_final_network_that_diverges_is_right_nowhere_and_its_loss_is_said(folder, monkeypatch):
    def spoil(jobs, data, split, **options):
        found = runs.train_runs(jobs, data, split, **options)
        lost = replace(found[0], loss=np.nan, correct=np.zeros(50, bool), diverged=True)
        return [lost, *found[1:]]

    monkeypatch.setattr(REPLICATE, "train_runs", spoil)
    result = replicate(DESIGN, folder)
    side = result.blocks["toy"][0].sides["dropout"]
    assert np.isnan(side.loss[0]) and side.training_accuracy[0] == 0 and side.right.max() <= 0.75
    assert result.loss("toy") is None and "infinite, one diverged" in result.table()


def test_plan_counts_what_is_missing_and_agrees_with_what_is_trained(folder, trained):
    space = {**SPACE, "epochs": Choice([2, 5]), "schedule": Choice(["constant", "cosine"])}
    design = replace(DESIGN, space=space, data_sets={"toy": load, "toy-2": load}, trials=4)
    hours = plan(design, folder)
    assert hours["toy"] == hours["toy-2"] > 0 and not trained
    replicate(replace(design, data_sets={"toy": load}), folder)
    works = [(seed, work([(None, recipe, seed)], load(0))) for stack in trained for recipe, seed in stack]
    tuning = sum(found for seed, found in works if seed in my_seeds(99, "tuning"))
    finals = sum(found for seed, found in works if seed not in my_seeds(99, "tuning"))
    longest = [
        max(work([(None, replace(arm, epochs=5), 0)], load(0)) for arm in arms.values()) for arms in SIDES.values()
    ]
    assert finals <= 3 * 4 * sum(longest)
    assert np.isclose(hours["toy"], (tuning + 2 * 3 * 4 * sum(longest)) * SECONDS / 3600)
    after = plan(replace(design, blocks=4), folder)
    assert np.isclose(after["toy"], hours["toy"] / 3, rtol=0.2) and after["toy-2"] > hours["toy-2"]


def test_the_constant_of_the_plan_is_within_half_of_what_was_measured():
    """Seconds for a network of 1,000 examples and 60 epochs on one core."""
    measured = {
        (40, 128): 0.18, (40, 256): 0.55, (40, 512): 1.9, (784, 128): 0.57, (784, 256): 1.3, (784, 512): 3.3,
    }  # fmt: skip
    for (inputs, width), seconds in measured.items():
        weights = inputs * width + width * width + width * 10
        assert 0.9 < 60 * 10 * (4000 + weights) * SECONDS / seconds < 1.5


def test_a_pilot_gives_the_rival_s_validation_error_with_seeds_of_its_own(folder):
    split, grid, *seeds = my_seeds(4, "pilot", "unnamed")
    tuned = tune(SIDES["plain"], SPACE, load(split), 3, seeds, grid=grid)
    assert pilot(DESIGN) == {"toy": 1 - max(best.accuracy for best in tuned.best.values())}
    assert not folder.exists()
    assert margin_from(pilot(DESIGN)["toy"]) == 0.01


def test_the_table(folder):
    result = replicate(replace(DESIGN, data_sets={"toy": load, "toy-2": load}), folder)
    first, second, _ = result.table({"toy": 0.01, "toy-2": 0.005}).splitlines()
    assert first == f"dropout minus plain: {result.overall({'toy': 0.01, 'toy-2': 0.005})}"
    assert second.startswith(f"toy: {result.difference('toy')} on 50 test rows; ahead in ")
    assert " of 3 blocks; loss " in second and second.endswith(" nats")
