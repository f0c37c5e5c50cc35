"""What a recipe asks for is what is trained."""

from dataclasses import replace

import numpy as np
import pytest

from helpers.lab import executors, stacks, train_runs
from helpers.lab.recipe import build
from helpers.nn import (
    L1,
    L2,
    ActivityPenalty,
    Adam,
    Dense,
    Dropout,
    Fresh,
    MaxNorm,
    Network,
    RandomShift,
    Relu,
    evaluate,
    mlp,
    train,
)
from tests.lab.common import SMALL, same, toy_data
from tests.nn.common import Recorded

WIDE = replace(SMALL, hidden=(40, 30), drop_rate=0.5)  # no two masks of 40 units are equal by chance
EPOCHS, STEPS = 3, 4


@pytest.fixture
def recorded(monkeypatch, results_folder):
    """The Recorded noises of all stacks that are trained while the test looks on."""
    noises = []

    def watched(*arguments):
        network, training, kept = build(*arguments)
        training.noise = Recorded(training.noise)
        noises.append(training.noise)
        return network, training, kept

    monkeypatch.setattr(stacks, "build", watched)
    monkeypatch.setattr(executors, "require_as_loaded", lambda: None)  # it would notice
    monkeypatch.setattr(executors, "cores", lambda: 1)
    return noises


def distinct(masks):
    """How many different masks there are, over all examples: (…, examples, units)."""
    masks = np.stack([*masks])
    return len(np.unique(masks.reshape(-1, masks.shape[-1]), axis=0))


# How many masks a network has in a step of 10 examples, in an epoch of 4 steps, and in 3 epochs
LASTING = {"example": (10, 40, 120), "batch": (1, 4, 12), "epoch": (1, 1, 3), "forever": (1, 1, 1)}


@pytest.mark.parametrize(("masks", "expected"), LASTING.items(), ids=LASTING.keys())
def test_masks_last_as_long_as_a_recipe_says(recorded, masks, expected):
    train_runs([(replace(WIDE, masks=masks), seed) for seed in (3, 1)], toy_data())
    (noise,) = recorded
    of_the_layers = [[mask for layer, mask in noise.drawn if layer == at] for at in (2, 5)]
    for drawn in of_the_layers:
        assert len(drawn) == EPOCHS * STEPS + (masks == "forever")  # then it is judged with its mask, too
        drawn = drawn[: EPOCHS * STEPS]
        for one in (0, 1):
            assert {distinct([mask[one]]) for mask in drawn} == {expected[0]}
            epochs = [[mask[one] for mask in drawn[STEPS * at : STEPS * (at + 1)]] for at in range(EPOCHS)]
            assert [distinct(epoch) for epoch in epochs] == [expected[1]] * EPOCHS
            assert distinct(sum(epochs, [])) == expected[2]
        assert distinct([mask[:, :1] for mask in drawn]) == 2 * distinct([mask[:1, :1] for mask in drawn])
        assert 0.3 < np.mean([mask.mean() for mask in drawn]) < 0.7


def test_only_masks_for_ever_are_there_when_a_network_is_judged(recorded):
    train_runs([(replace(WIDE, masks=masks), 0) for masks in LASTING], toy_data(), watch=True)
    asked = sorted(len(noise.drawn) for noise in recorded)
    assert asked == [2 * 12] * 3 + [2 * (12 + 2 * 3 + 1)]


def trained(recipes, seeds, data):
    network, training, _ = build(recipes, seeds, data)
    losses = [epoch.loss for epoch in training]
    return network, np.stack(losses, axis=1)


def hidden(*behind, before=()):
    return lambda: [*before, Dense(6, 8), Relu(), *(make() for make in behind), Dense(8, 3)]


# What a recipe says, its layers by hand, and its regularisers by hand
THINGS = {
    "nothing": ({}, hidden(), []),
    "l1": ({"l1": 0.02}, hidden(), [L1(0.02)]),
    "l2": ({"l2": 0.1}, hidden(), [L2(0.1)]),
    "max-norm": ({"max_norm": 0.5}, hidden(), [MaxNorm(0.5)]),
    "all three": ({"max_norm": 0.5, "l2": 0.1, "l1": 0.02}, hidden(), [L1(0.02), L2(0.1), MaxNorm(0.5)]),
    "activity": ({"activity": 0.1}, hidden(lambda: ActivityPenalty(0.1)), []),
    "activity of what is not yet dropped": (
        {"activity": 0.1, "drop_rate": 0.4}, hidden(lambda: ActivityPenalty(0.1), lambda: Dropout(0.4)), []
    ),
    "shift": ({"shift": 2}, lambda: [RandomShift(2, [3, 1]), *mlp(6, 8, 3)], []),
    "shift, then dropped inputs": (
        {"shift": 2, "input_drop_rate": 0.3}, lambda: [RandomShift(2, [3, 1]), Dropout(0.3), *mlp(6, 8, 3)], []
    ),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "layers", "regularisers"), THINGS.values(), ids=THINGS.keys())
def test_each_thing_in_a_recipe_reaches_training(changes, layers, regularisers):
    recipe, data = replace(SMALL, **changes), toy_data()
    network, losses = trained([recipe] * 2, [3, 1], data)
    by_hand = Network(layers(), [3, 1])
    passed = train(by_hand, data.train, Adam(recipe.learning_rate), 3, 10, Fresh([3, 1]), regularisers)
    assert np.array_equal(losses, np.stack([epoch.loss for epoch in passed], axis=1))
    assert np.array_equal(network.parameters, by_hand.parameters)
    if changes:
        assert not np.array_equal(network.parameters, trained([SMALL] * 2, [3, 1], data)[0].parameters)


def test_each_penalty_has_its_effect():
    data = toy_data()
    plain, l1, l2, max_norm, activity = (
        trained([replace(SMALL, epochs=30, **changes)], [3], data)[0]
        for changes in ({}, {"l1": 1.0}, {"l2": 1.0}, {"max_norm": 0.5}, {"activity": 1.0})
    )
    assert np.mean(l1.parameters[:, l1.is_weight] == 0) > 0.1 and np.all(plain.parameters[:, plain.is_weight] != 0)
    assert np.sum(l2.weights_only**2) < 0.8 * np.sum(plain.weights_only**2)
    norms = [np.sqrt((network.layers[0].weights ** 2).sum(axis=1)).max() for network in (max_norm, plain)]
    assert norms[0] <= 0.5 * (1 + 1e-6) and norms[1] > 0.5
    for network in (activity, plain):
        evaluate(network, data.test)
    assert activity.layers[-1].x.mean() < 0.8 * plain.layers[-1].x.mean()


@pytest.mark.parametrize("watch", [False, True])
@pytest.mark.usefixtures("results_folder")
def test_early_stopping_restores_the_epoch_with_the_lowest_validation_loss(watch):
    going_on, data = replace(SMALL, hidden=(30,), learning_rate=0.3, epochs=6), toy_data()
    seeds = range(4)
    stopped = train_runs([(replace(going_on, early_stopping=True), seed) for seed in seeds], data, watch=watch)
    gone_on = train_runs([(going_on, seed) for seed in seeds], data, watch=True)
    best = [run.watched.validation_loss.argmin() for run in gone_on]
    assert len(set(best)) > 1 and min(best) < 5
    for found, other, epoch in zip(stopped, gone_on, best, strict=True):
        assert found.loss == other.watched.validation_loss[epoch]
        assert found.accuracy == other.watched.validation_accuracy[epoch]
        assert np.array_equal(found.train_loss, other.train_loss), "all epochs are shown"


# Settings that may differ in one stack, two or three of each
STACKS = {
    "l1": [{"l1": value} for value in (0.01, 0.1, 0.001)],
    "l2": [{"l2": value} for value in (0.01, 1.0, 0.1)],
    "max-norm": [{"max_norm": value} for value in (0.3, 3.0, 1.0)],
    "activity": [{"activity": value} for value in (0.1, 1.0, 0.01)],
    "shift": [{"shift": 2, "l2": value} for value in (0.1, 1.0)],
    "early stopping": [{"early_stopping": True, "learning_rate": value} for value in (0.3, 0.002, 0.1)],
    **{f"masks: {masks}": [{"masks": masks, "drop_rate": rate} for rate in (0.2, 0.5, 0.7)] for masks in LASTING},
    "all": [
        {"l1": a, "l2": b, "max_norm": c, "activity": d, "early_stopping": True, "shift": 1, "drop_rate": e}
        for a, b, c, d, e in ((1e-3, 0.1, 1.0, 0.1, 0.2), (1e-2, 0.01, 0.5, 0.01, 0.6))
    ],
}


@pytest.mark.parametrize("changes", STACKS.values(), ids=STACKS.keys())
def test_settings_in_one_stack_give_what_each_gives_alone(changes):
    recipes, data = [replace(SMALL, **one) for one in changes], toy_data()

    def results(recipes):
        stack = [("", recipe, 3) for recipe in recipes]
        return [
            stacks.run_from(arrays)
            for arrays in executors.train_stack(stack, data, "validation", True, lambda part: None)
        ]

    together = results(recipes)
    assert same(together, [run for recipe in recipes for run in results([recipe])])
    assert len({run.loss for run in together}) == len(recipes), "they do differ"
    parameters = np.concatenate([trained([recipe], [3], data)[0].parameters for recipe in recipes])
    assert np.array_equal(trained(recipes, [3] * len(recipes), data)[0].parameters, parameters)
