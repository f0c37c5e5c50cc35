"""Arms are compared fairly: equal starts, data and batches; the test examples touched once, when all is trained."""

from dataclasses import replace
from itertools import groupby

import numpy as np
import pytest

from helpers.lab import Comparison, Recipe, Run, compare, crossed_estimate, executors, runs
from helpers.lab.recipe import build
from helpers.nn import Adam, Network, evaluate, mlp, train
from tests.lab.common import SMALL, Forbidden, Noted, same, toy_data, toy_examples

pytestmark = pytest.mark.usefixtures("results_folder")
SEEDS = [3, 1, 4]
ARMS = {"plain": SMALL, "dropout": replace(SMALL, drop_rate=0.4), "L2": replace(SMALL, l2=0.01)}


def noted_data():
    """A Data whose splits note, in one list, when they are asked for what."""
    asked = []
    sizes = {"train": (90, 40), "validation": (30, None), "test": (50, None)}
    splits = {
        name: toy_examples(size, seed, draw=draw, kind=Noted, name=name, asked=asked)
        for seed, (name, (size, draw)) in enumerate(sizes.items())
    }
    return toy_data(**splits), asked


def test_a_result_is_what_training_each_seed_alone_gives():
    """Spelled out in helpers.nn, with none of helpers.lab."""
    data = toy_data()
    result = compare({"dropout": ARMS["dropout"]}, data, SEEDS)
    for seed, run in zip(SEEDS, result.runs["dropout"], strict=True):
        network = Network(mlp(6, 8, 3, drop_rate=0.4), [seed])
        for _ in train(network, data.train, Adam(0.002), epochs=3, batch_size=10):
            pass
        assert np.array_equal(run.correct, evaluate(network, data.test).correct[0])


def test_neither_the_other_arms_nor_the_other_seeds_make_a_difference():
    data = toy_data()
    result = compare(ARMS, data, SEEDS)
    turned = compare(dict(reversed(ARMS.items())), data, SEEDS[::-1])
    for arm in ARMS:
        runs.disk.trim(limit=0)
        alone = compare({"only": ARMS[arm]}, data, SEEDS)
        assert same(result.runs[arm], alone.runs["only"]) and same(result.runs[arm], turned.runs[arm][::-1])


def test_equal_seeds_start_alike_and_see_the_same_examples_in_the_same_batches():
    seen = {}
    for arm, recipe in ARMS.items():
        data, asked = noted_data()
        compare({arm: recipe}, data, SEEDS)
        batches = {}
        for name, rows in asked:
            for at in range(len(rows)) if name == "train" else ():
                batches.setdefault(tuple(np.sort(rows[at])), []).append(tuple(rows[at]))
        seen[arm] = sorted(batches.items())
        assert sum(map(len, batches.values())) == 3 * 3 * 4, "three seeds, three epochs, four batches"
    assert seen["plain"] == seen["dropout"] == seen["L2"]
    starts = [build([recipe] * 3, SEEDS, toy_data())[0].parameters for recipe in ARMS.values()]
    assert np.array_equal(starts[0], starts[1]) and np.array_equal(starts[0], starts[2])


def test_different_seeds_draw_different_examples():
    rows = toy_data().train.rows(SEEDS)
    assert len({tuple(np.sort(own)) for own in rows}) == 3


@pytest.mark.parametrize("watch", [False, True])
def test_the_test_examples_are_touched_once_and_only_after_training(monkeypatch, watch):
    monkeypatch.setattr(executors, "cores", lambda: 1)  # one stack after the other, so that their notes don't mix
    data, asked = noted_data()
    compare(ARMS, data, SEEDS, watch=watch)
    order = [(name, len([*rows])) for name, rows in groupby(name for name, _ in asked)]
    trained = [("train", 3 * 4)] if not watch else [("train", 4 + 1), ("validation", 1)] * 3
    assert order == [*trained, ("test", 1)] * 3, "for each of three arms"
    tested = [rows for name, rows in asked if name == "test"]
    assert all(np.array_equal(rows, np.arange(50)) for rows in tested)


def test_the_test_examples_are_not_touched_where_training_fails_earlier():
    data = toy_data(test=toy_examples(50, 3, kind=Forbidden))
    with pytest.raises(RuntimeError, match="may not be touched"):
        compare(ARMS, data, SEEDS)
    broken = replace(SMALL, epochs=2)
    object.__setattr__(broken, "epochs", 0)  # no recipe that anybody could make
    with pytest.raises(RuntimeError, match="epochs is 0"):
        compare({"broken": broken}, data, SEEDS)


def test_validation_examples_have_no_part_in_it():
    data = toy_data(validation=toy_examples(30, 2, kind=Forbidden))
    other = toy_data(validation=toy_examples(20, 9))
    result, again = compare(ARMS, data, SEEDS), compare(ARMS, other, SEEDS)
    assert all(same(result.runs[arm], again.runs[arm]) for arm in ARMS)


def test_two_arms_that_are_the_same_do_not_differ():
    result = compare({"one": SMALL, "other": Recipe(hidden=(8,), epochs=3, batch_size=10)}, toy_data(), SEEDS)
    difference = result.difference("one", "other")
    assert (difference.mean, difference.low, difference.high) == (0, 0, 0)
    assert difference.verdict() == "undecided", "where nothing varies, nothing is known"


def made(**arms):
    """A Comparison with these tables of what is right, (networks, examples)."""
    found = {
        arm: [Run(np.zeros(1), np.zeros(1), None, 0.0, np.array(row, bool), not any(row)) for row in right]
        for arm, right in arms.items()
    }
    return Comparison(found, list(range(len(next(iter(found.values()))))))


def test_means_and_differences_are_over_networks_and_examples():
    plain, dropout = np.random.default_rng(0).random((2, 5, 200)) < [[[0.5]], [[0.7]]]
    result = made(plain=plain, dropout=dropout)
    assert np.array_equal(result.correct("dropout"), dropout)
    assert np.array_equal(result.accuracy("dropout"), dropout.mean(axis=1))
    assert result.mean("dropout") == crossed_estimate(dropout)
    assert result.difference("dropout", "plain") == crossed_estimate(dropout.astype(int) - plain)
    turned = result.difference("plain", "dropout")
    assert np.isclose(turned.mean, -result.difference("dropout", "plain").mean)
    assert np.isclose(turned.low, -result.difference("dropout", "plain").high)


def test_a_difference_is_paired():
    """Where all networks find the same examples hard, and some draws are worse, the difference is known better."""
    generator = np.random.default_rng(0)
    ease = generator.normal(size=(1, 300)) + generator.normal(size=(10, 1))
    plain, dropout = (ease + shift + generator.normal(size=(10, 300)) / 2 > 0 for shift in (0, 0.3))
    result = made(plain=plain, dropout=dropout)
    paired = result.difference("dropout", "plain")
    means = [result.mean(arm) for arm in ("plain", "dropout")]
    unpaired = np.hypot(*(mean.high - mean.low for mean in means))
    assert paired.high - paired.low < 0.4 * unpaired


def test_the_gap_is_between_the_last_training_accuracy_with_dropout_off_and_the_test():
    data = toy_data()
    result = compare(ARMS, data, SEEDS, watch=True)
    network, training, _ = build([ARMS["dropout"]] * 3, SEEDS, data)
    for _ in training:
        pass
    expected = evaluate(network, data.train).accuracy - evaluate(network, data.test).accuracy
    assert np.allclose(result.gap("dropout"), expected) and np.ptp(expected) > 0


def test_what_pairing_gained():
    rows = np.arange(20) < np.array([[4], [8], [12]])
    better = np.arange(20) < np.array([[6], [10], [14]])
    opposite = np.arange(20) < np.array([[12], [8], [4]])
    result = made(plain=rows, better=better, opposite=opposite, constant=rows[[1, 1, 1]])
    assert np.isclose(result.pairing("better", "plain"), 0, atol=1e-6), "all is gained"
    assert np.isclose(result.pairing("opposite", "plain"), np.sqrt(2)), "half is lost"
    for pair in (("constant", "plain"), ("plain", "constant")):
        assert np.isclose(result.pairing(*pair), 1), "there was nothing to gain"
    assert result.pairing("constant", "constant") == 1


def test_the_mean_s_interval_ends_where_accuracies_do():
    right = np.ones((5, 30), bool)
    right[0, 0] = False
    assert crossed_estimate(right).high > 1
    assert made(good=right).mean("good").high == 1
    assert made(bad=~right).mean("bad").low == 0


def test_diverged_networks_are_reported_and_counted_as_wrong():
    arms = {"tame": SMALL, "wild": replace(SMALL, optimizer="sgd", learning_rate=1e30)}
    result = compare(arms, toy_data(), SEEDS)
    assert result.diverged("wild") == 3 and result.diverged("tame") == 0
    assert result.accuracy("wild").tolist() == [0, 0, 0]
    assert np.isclose(result.difference("wild", "tame").mean, -result.mean("tame").mean)
    tame, wild = result.table().splitlines()[1:3]
    assert wild.endswith("   3 diverged") and "diverged" not in tame


def test_the_table():
    right = np.zeros((5, 2000), bool)
    plain, dropout = right.copy(), right.copy()
    plain[:, :800], dropout[:, :1000] = True, True
    result = made(plain=plain, dropout=dropout, none=right)
    assert result.table().splitlines() == [
        "5 networks each, 2,000 test examples; accuracy with 95 % interval",
        "plain    40.0% (37.9% to 42.1%)",
        "dropout  50.0% (47.8% to 52.2%)",
        "none     0.0% (0.0% to 0.0%)   5 diverged",
        "dropout minus plain: +10.0 points (95 % interval +8.7 to +11.3)",
        "none minus plain: -40.0 points (95 % interval -42.1 to -37.9)",
    ]
    assert made(only=plain).table().splitlines()[1:] == ["only  40.0% (37.9% to 42.1%)"]


def test_a_dropped_example_of_the_whole_way():
    """From recipes to a verdict, on data where a network without hidden units cannot keep up."""
    generator = np.random.default_rng(0)
    x = generator.normal(size=(900, 6)).astype(np.float32)
    labels = (x[:, 0] * x[:, 1] > 0).astype(int) + (x[:, 2] > 1)
    splits = {
        name: replace(toy_examples(9, 0), x=x[part], labels=labels[part], draw=draw)
        for name, part, draw in (
            ("train", slice(0, 500), 300),
            ("validation", slice(500, 600), None),
            ("test", slice(600, 900), None),
        )
    }
    linear = Recipe(hidden=(), epochs=40, batch_size=20, learning_rate=0.01)
    arms = {"linear": linear, "hidden": replace(linear, hidden=(32,))}
    result = compare(arms, toy_data(**splits), [0, 1, 2, 3, 4])
    assert result.difference("hidden", "linear").verdict(margin=0.05) == "holds"
    assert result.difference("linear", "hidden").verdict(margin=0.05) == "fails"
    assert result.difference("hidden", "linear").verdict(margin=0.5) == "fails"
