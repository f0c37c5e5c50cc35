"""A recipe is all that a training depends on: equal ones are alike in every respect, and a wrong one can't be made."""

import pickle
from dataclasses import FrozenInstanceError, fields, replace

import numpy as np
import pytest

from helpers.lab import Recipe
from helpers.lab.recipe import OFF_AT_ZERO, STACKED, build
from helpers.nn import (
    L1,
    L2,
    SGD,
    ActivityPenalty,
    Adam,
    Dense,
    Dropout,
    MaxNorm,
    Network,
    RandomShift,
    Relu,
    Tanh,
    WeightDecay,
    mlp,
    train,
)
from tests.lab.common import toy_data

OTHER = {
    "hidden": (64, 64),
    "activation": "tanh",
    "drop_rate": 0.2,
    "input_drop_rate": 0.1,
    "masks": "batch",
    "l1": 0.001,
    "l2": 0.002,
    "weight_decay": 0.003,
    "max_norm": 3.0,
    "activity": 0.01,
    "early_stopping": True,
    "shift": 2,
    "optimizer": "sgd",
    "learning_rate": 0.1,
    "schedule": "cosine",
    "momentum": 0.9,
    "epochs": 7,
    "batch_size": 50,
}
SGD_RECIPE = Recipe(optimizer="sgd")


def changed(name):
    return replace(SGD_RECIPE if name == "momentum" else Recipe(), **{name: OTHER[name]})


def test_every_field_is_looked_at_here():
    assert [*OTHER] == [field.name for field in fields(Recipe)]


def test_a_recipe_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        Recipe().epochs = 3


@pytest.mark.parametrize("name", OTHER)
def test_two_recipes_are_equal_if_all_their_fields_are(name):
    recipe = changed(name)
    again = changed(name)
    assert recipe == again and hash(recipe) == hash(again)
    assert recipe != Recipe() and len({recipe, again, Recipe(), SGD_RECIPE}) == (2 if name == "optimizer" else 3)


def test_equal_recipes_are_alike_whatever_types_they_were_made_from():
    plain = Recipe((8, 4), "relu", 0.5, 0.25, early_stopping=True, optimizer="sgd", learning_rate=1.0, momentum=0.5)
    numpy = Recipe(
        hidden=(np.int64(8), np.uint8(4)),
        activation=np.str_("relu"),
        drop_rate=np.float32(0.5),
        input_drop_rate=np.array(0.25),
        l1=0,
        shift=np.int8(0),
        early_stopping=np.True_,
        optimizer="sgd",
        learning_rate=1,
        momentum=np.float16(0.5),
        epochs=np.int32(60),
        batch_size=np.int64(100),
    )
    assert plain == numpy and hash(plain) == hash(numpy)
    assert repr(plain) == repr(numpy) and str(plain) == str(numpy)


@pytest.mark.parametrize("name", OTHER)
def test_a_recipe_can_be_sent_to_another_process(name):
    assert pickle.loads(pickle.dumps(changed(name))) == changed(name)


def test_its_text_says_what_is_not_as_usual_and_its_repr_makes_it_again():
    recipe = Recipe(hidden=(64,), drop_rate=0.2)
    assert str(recipe) == "Recipe(hidden=(64,), drop_rate=0.2)"
    assert str(Recipe()) == "Recipe()"
    assert eval(repr(recipe)) == eval(str(recipe)) == recipe


def test_texts_of_results_written_before_are_still_those_of_their_recipes():
    """They are in data/results/, so that they must not change."""
    texts = {
        "Recipe(early_stopping=True, learning_rate=0.0117)": Recipe(early_stopping=True, learning_rate=0.0117),
        "Recipe(drop_rate=0.198, max_norm=0.602, learning_rate=0.00507)": Recipe(
            drop_rate=0.198, max_norm=0.602, learning_rate=0.00507
        ),
        "Recipe(l2=0.0144, shift=4, optimizer='sgd', momentum=0.9)": Recipe(
            l2=0.0144, shift=4, optimizer="sgd", momentum=0.9
        ),
    }
    assert {text: str(recipe) for text, recipe in texts.items()} == {text: text for text in texts}
    assert str(Recipe(weight_decay=0.1, early_stopping="accuracy", schedule="cosine")) == (
        "Recipe(weight_decay=0.1, early_stopping='accuracy', schedule='cosine')"
    )


@pytest.mark.parametrize("name", OTHER)
def test_one_stack_holds_what_differs_in_the_settings_of_one_network_alone(name):
    if name in STACKED:
        assert changed(name).family == replace(changed(name), **{name: OTHER[name] / 2}).family
    else:
        assert changed(name).family != Recipe().family


@pytest.mark.parametrize("name", OFF_AT_ZERO)
def test_no_stack_holds_networks_with_and_without_a_thing(name):
    assert changed(name).family != Recipe().family


def kinds(network):
    return [type(layer) for layer in network.layers]


def test_a_network_is_built_as_the_recipe_says():
    network, training, _ = build([Recipe(hidden=(7, 5), batch_size=10)], [0], toy_data())
    assert kinds(network) == [Dense, Relu, Dense, Relu, Dense]
    assert [layer.shapes["weights"] for layer in network.layers if layer.shapes] == [(6, 7), (7, 5), (5, 3)]
    assert type(training.optimizer) is Adam and training.optimizer.learning_rate == [0.002]
    assert (training.epochs, training.batch_size, training.regularisers) == (60, 10, [])


def test_what_may_differ_between_the_networks_of_a_stack_is_each_one_s_own():
    first = Recipe((7,), "tanh", 0.2, 0.1, l1=1e-3, l2=1e-4, max_norm=3, activity=0.1, optimizer="sgd", batch_size=10)
    first = replace(first, weight_decay=0.3)
    second = replace(first, learning_rate=0.2, momentum=0.5, drop_rate=0.5, input_drop_rate=0.3)
    second = replace(second, l1=2e-3, l2=2e-4, weight_decay=0.4, max_norm=4, activity=0.2)
    network, training, _ = build([first, second], [3, 4], toy_data())
    assert kinds(network) == [Dropout, Dense, Tanh, ActivityPenalty, Dropout, Dense]
    assert network.seeds == [3, 4]
    assert network.layers[0].drop_rate.tolist() == [0.1, 0.3] and network.layers[4].drop_rate.tolist() == [0.2, 0.5]
    assert network.layers[3].strength.tolist() == [0.1, 0.2]
    l1, l2, decay, max_norm = training.regularisers
    assert (type(l1), type(l2), type(decay), type(max_norm)) == (L1, L2, WeightDecay, MaxNorm)
    assert decay.strength.tolist() == [0.3, 0.4]
    assert l1.strength.tolist() == [1e-3, 2e-3] and l2.strength.tolist() == [1e-4, 2e-4]
    assert max_norm.limit.tolist() == [3, 4]
    assert type(training.optimizer) is SGD
    assert training.optimizer.learning_rate.tolist() == [0.002, 0.2]
    assert training.optimizer.momentum.tolist() == [0, 0.5]


@pytest.mark.parametrize(
    ("masks", "in_a_batch", "in_an_epoch", "in_two"),
    [("example", 10, 20, 40), ("batch", 1, 2, 4), ("epoch", 1, 1, 2), ("forever", 1, 1, 1)],
)
def test_masks_last_as_long_as_the_recipe_says(masks, in_a_batch, in_an_epoch, in_two):
    recipe = Recipe((40,), drop_rate=0.5, masks=masks, batch_size=10)
    network, training, kept = build([recipe], [0], toy_data(draw=20))
    seen = []
    for _ in range(2):
        for _ in range(2):
            seen.append(np.broadcast_to(training.noise.mask(2, (1, 10, 40), 0.5), (1, 10, 40))[0])
        if masks == "epoch":
            kept.forget()
    for examples, expected in ((seen[:1], in_a_batch), (seen[:2], in_an_epoch), (seen, in_two)):
        assert len(np.unique(np.concatenate(examples), axis=0)) == expected


def test_training_examples_are_shifted_before_anything_else():
    network, _, _ = build([Recipe((7,), input_drop_rate=0.1, shift=2, batch_size=10)], [0], toy_data())
    assert kinds(network) == [RandomShift, Dropout, Dense, Relu, Dense] and network.layers[0].most == 2


def test_without_hidden_layers_it_is_softmax_regression():
    network, _, _ = build([Recipe(hidden=(), batch_size=10)], [0], toy_data())
    assert kinds(network) == [Dense]


def test_adam_with_weight_decay_is_adamw():
    """Its first step, by hand: Loshchilov and Hutter 2019, algorithm 2, with the schedule's factor times the rate."""
    recipe = Recipe(hidden=(), weight_decay=0.5, learning_rate=0.1, epochs=1, batch_size=40)
    network, training, _ = build([recipe], [0], toy_data())
    weights = network.parameters.copy()
    network.gradient(*toy_data().train.take(toy_data().train.rows([0])))
    gradient = network.gradients.copy()
    next(training)
    decayed = weights * (1 - 0.1 * 0.5 * network.is_weight)
    expected = decayed - 0.1 * gradient / (np.abs(gradient) + 1e-8)
    assert np.allclose(network.parameters, expected, atol=1e-5)
    assert np.abs(network.parameters - (expected - decayed + weights)).max() > 0.01, "without decay it is another"


@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_a_cosine_schedule_lowers_the_rate_from_epoch_to_epoch_as_it_says(optimizer):
    rates, decays = [0.1, 0.2], 0.01
    recipes = [
        Recipe(
            (7,),
            learning_rate=rate,
            weight_decay=decays,
            schedule="cosine",
            optimizer=optimizer,
            epochs=4,
            batch_size=10,
        )
        for rate in rates
    ]
    network, training, _ = build(recipes, [3, 4], toy_data())
    seen = [training.optimizer.learning_rate.tolist() for _ in training]
    parts = [(1 + np.cos(np.pi * (epoch - 1) / 4)) / 2 for epoch in (1, 2, 3, 4)]
    assert np.allclose(seen, np.outer(parts, rates)) and seen[0] == rates and min(seen[-1]) > 0
    assert len(training) == 4 and next(training, "over") == "over"
    by_hand = Network(mlp(6, 7, 3), [3, 4])
    kind = Adam if optimizer == "adam" else SGD
    steps = train(by_hand, toy_data().train, kind(np.array(rates)), 4, 10, regularisers=[WeightDecay(decays)])
    for part in parts:
        steps.optimizer = kind(np.array(rates) * part)
        next(steps)
    assert np.array_equal(network.parameters, by_hand.parameters)


def test_one_epoch_of_cosine_is_one_of_a_constant_rate():
    networks = []
    for schedule in ("cosine", "constant"):
        network, training, _ = build([Recipe((7,), schedule=schedule, epochs=1, batch_size=10)], [3], toy_data())
        next(training)
        networks.append(network.parameters)
    assert np.array_equal(*networks)
