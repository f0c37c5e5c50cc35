"""Lines of PyTorch and of scikit-learn that build and train a network as a recipe says.

`x` (rows, columns) is standardised, and `y` are the labels, whole numbers from 0. The first lines, as comments, say how
a table becomes both.
"""

from itertools import pairwise

from helpers.nn.plumbing.checks import require

TABLE = '# data = load_table("FILE.csv", label="LABEL")  # of helpers.lab: numbers, gaps filled, standardised'
ROWS = {
    "torch": "# x, y = torch.tensor(data.train.x), torch.tensor(data.train.labels).long()",
    "sklearn": "# x, y = data.train.x, data.train.labels",
}


def lines(package, recipe, features, classes):
    """The code as text. recipe: None for the commonest class."""
    imports, build = parts(package, recipe, features, classes)
    return "\n".join([TABLE, ROWS[package], *imports, "", *build]) + "\n"


def parts(package, recipe, features, classes):
    """Two lists of lines: those that import, and those that build and train the network, from `x` and `y`."""
    require(package in ROWS, "package", repr(package), f"one of {[*ROWS]}", 'answer.code("torch")')
    if package == "torch":
        imports = ["import torch", *["from torch import nn"] * (recipe is not None)]
        return imports, [*_torch(recipe, features, classes)]
    model, *build = _sklearn(recipe)
    return [model], build


def lacking(recipe):
    """What scikit-learn has not of a recipe, in words."""
    if recipe is None or not recipe.hidden:
        return []
    missing = {
        "dropout": recipe.drop_rate or recipe.input_drop_rate,
        "max-norm": recipe.max_norm,
        "AdamW's weight decay": recipe.weight_decay,
        "a learning rate that falls under Adam": recipe.schedule == "cosine",
    }
    return [name for name, used in missing.items() if used]


def _torch(recipe, features, classes):
    if recipe is None:
        yield "commonest = torch.mode(y).values  # say this, whatever the row"
        return
    layers, widths = [], (features, *recipe.hidden, classes)
    for inputs, outputs in pairwise(widths):
        rate = recipe.drop_rate if layers else recipe.input_drop_rate
        layers += [f"nn.Dropout({rate})"] * (rate > 0) + [f"nn.Linear({inputs}, {outputs})", "nn.ReLU()"]
    kind = "AdamW" if recipe.weight_decay else "Adam"
    decay = f', "weight_decay": {recipe.weight_decay}' if recipe.weight_decay else ""
    groups = f'[{{"params": weights{decay}}}, {{"params": biases, "weight_decay": 0}}]'
    loss = "nn.functional.cross_entropy(network(x[rows]), y[rows])"
    penalty = f" + {recipe.l2} / 2 * sum((w**2).sum() for w in weights)" if recipe.l2 else ""
    falls = recipe.schedule == "cosine"
    yield from ("network = nn.Sequential(", *(f"    {layer}," for layer in layers[:-1]), ")")
    yield "weights = [p for p in network.parameters() if p.ndim == 2]"
    yield "biases = [p for p in network.parameters() if p.ndim == 1]"
    yield f"optimizer = torch.optim.{kind}({groups}, lr={recipe.learning_rate})"
    if falls:
        yield f"schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, {recipe.epochs})"
    yield f"for epoch in range({recipe.epochs}):"
    yield f"    for rows in torch.randperm(len(x)).split({recipe.batch_size}):"
    yield "        optimizer.zero_grad()"
    yield f"        ({loss}{penalty}).backward()"
    yield "        optimizer.step()"
    if recipe.max_norm:
        yield "        for w in weights[:-1]:"
        yield f"            w.data = torch.renorm(w.data, 2, 0, {recipe.max_norm})"
    if falls:
        yield "    schedule.step()"
    yield "network.eval()"


def _sklearn(recipe):
    if recipe is None:
        yield "from sklearn.dummy import DummyClassifier"
        yield 'model = DummyClassifier(strategy="most_frequent").fit(x, y)'
        return
    if not recipe.hidden:
        strength = f"C=1 / ({recipe.l2} * len(x)), " if recipe.l2 else "C=float('inf'), "
        yield "from sklearn.linear_model import LogisticRegression"
        yield f"model = LogisticRegression({strength}max_iter=1000).fit(x, y)"
        return
    settings = {
        "hidden_layer_sizes": recipe.hidden,
        "learning_rate_init": recipe.learning_rate,
        "batch_size": recipe.batch_size,
        "max_iter": recipe.epochs,
        "n_iter_no_change": recipe.epochs,
        "alpha": float(f"{recipe.l2 * recipe.batch_size:.3g}"),  # scikit-learn divides it by the batch's size
    }
    yield "from sklearn.neural_network import MLPClassifier"
    if lacks := lacking(recipe):
        yield f"# The nearest that scikit-learn has, without {', '.join(lacks)}: expect less of it."
    yield "model = MLPClassifier("
    yield from (f"    {name}={value!r}," for name, value in settings.items())
    yield ").fit(x, y)"
