"""The lines that are given to copy run, and build the network that was recommended."""

from dataclasses import replace

import numpy as np
import pytest

from helpers.lab import Recipe
from helpers.lab.advise import code, parameters
from tests.lab.common import toy_data

PLAIN = Recipe(hidden=(32, 32), learning_rate=0.01, epochs=10, batch_size=10, schedule="cosine")
RECIPES = {
    "commonest": None,
    "no hidden layer": replace(PLAIN, hidden=(), l2=1e-3),
    "plain": PLAIN,
    "L2": replace(PLAIN, l2=1e-3, schedule="constant"),
    "cocktail": replace(PLAIN, drop_rate=0.1, input_drop_rate=0.05, l2=1e-4, weight_decay=0.1, max_norm=1.0),
}


def run(package, recipe, **names):
    found = code.lines(package, recipe, 6, 3)
    exec(compile(found, "code", "exec"), names)
    return names


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)
def test_pytorch(recipe):
    torch = pytest.importorskip("torch")
    data = toy_data(draw=None)
    torch.manual_seed(0)
    prepared = code.lines("torch", recipe, 6, 3).splitlines()[1].removeprefix("# ")
    names = {"torch": torch, "data": data}
    exec(prepared, names)
    found = run("torch", recipe, **names)
    if recipe is None:
        assert found["commonest"] == np.bincount(data.train.labels).argmax()
        return
    network = found["network"]
    assert sum(part.numel() for part in network.parameters()) == parameters(recipe, 6, 3)
    rates = [layer.p for layer in network if isinstance(layer, torch.nn.Dropout)]
    hidden = [recipe.drop_rate] * len(recipe.hidden)
    assert rates == [rate for rate in (recipe.input_drop_rate, *hidden) if rate]
    predicted = network(torch.tensor(data.test.x)).argmax(1).numpy()
    assert (predicted == data.test.labels).mean() > 0.6, "by chance it would be a third"
    if recipe.max_norm:
        assert all(w.norm(dim=1).max() <= recipe.max_norm + 1e-5 for w in found["weights"][:-1])


def test_pytorch_holds_weights_back_and_no_biases():
    torch = pytest.importorskip("torch")
    data, sizes = toy_data(draw=None), {}
    for name, held in (("plain", {}), ("L2", {"l2": 0.3}), ("decay", {"weight_decay": 30.0})):
        torch.manual_seed(0)
        names = {"x": torch.tensor(data.train.x), "y": torch.tensor(data.train.labels)}
        found = run("torch", replace(PLAIN, **held), **names)
        sizes[name] = sum(float((weights.detach() ** 2).sum()) for weights in found["weights"])
        weights, biases = found["optimizer"].param_groups
        assert (weights["weight_decay"], biases["weight_decay"]) == (held.get("weight_decay", 0), 0)
        assert {parts.ndim for parts in weights["params"]} == {2} and {parts.ndim for parts in biases["params"]} == {1}
    assert sizes["L2"] < sizes["plain"] / 3 and sizes["decay"] < sizes["plain"] / 3


def test_scikit_learn_s_penalty_is_that_of_the_recipe():
    pytest.importorskip("sklearn")
    assert "alpha=0.01," in code.lines("sklearn", replace(PLAIN, l2=1e-3), 6, 3), "it is divided by the batch of 10"
    assert "C=1 / (0.001 * len(x))" in code.lines("sklearn", RECIPES["no hidden layer"], 6, 3)


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)
@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
def test_scikit_learn(recipe):
    pytest.importorskip("sklearn")
    data = toy_data(draw=None)
    model = run("sklearn", recipe, x=data.train.x, y=data.train.labels)["model"]
    accuracy = model.score(data.test.x, data.test.labels)
    assert accuracy > (0.2 if recipe is None else 0.6)


def test_what_scikit_learn_lacks_is_said():
    text = code.lines("sklearn", RECIPES["cocktail"], 6, 3)
    assert "# The nearest that scikit-learn has, without dropout, max-norm, AdamW's weight decay" in text
    assert "nearest" not in code.lines("sklearn", RECIPES["L2"], 6, 3)


def test_there_is_no_code_for_another_package():
    with pytest.raises(ValueError, match="package is 'keras', but it must be one of"):
        code.lines("keras", PLAIN, 6, 3)
