"""How good is the advice on a table? In pieces: `python -m benchmarks.advice --tables magic --splits 5 --to FILE`.

On each table, split anew several times: the test accuracy of the arm that `advise` recommends; that of the best arm
when it has longer (`--parts longer`); and that of scikit-learn's MLPClassifier, whose settings are searched at random,
with cross-validation, for as long (`--parts peer`). Each of these, once finished, is a line of FILE, and is not done
again. Budgets are counted so that it does not matter what else the machine does: the advice's in settings, the peer's
in seconds of a processor. The last line printed is one JSON object.
"""

import argparse
import json
import time
import warnings
from pathlib import Path

import numpy as np

from helpers.lab import Data, advise, load_magic, load_optdigits, load_spambase, my_seeds, network_estimate
from helpers.lab.advise.plan import EFFICIENCY, Speed, plan_for
from helpers.lab.names import UNNAMED

# Nobody looked at the test results of any but the first two while the advice was written.
TABLES = ("spambase", "magic", "optdigits", "digits", "breast_cancer", "wine", "made-2", "made-8", "made-26")
LOADERS = {"spambase": load_spambase, "magic": load_magic, "optdigits": load_optdigits}
MINUTES, LONG, CORES, SEEDS = 5, 30, 2, 5
# How many settings these minutes buy on two quiet cores, as --plan said.
BUDGETS = {
    "spambase": (15, 102),
    "magic": (15, 81),
    "optdigits": (12, 78),
    "made-8": (11, 66),
    "made-26": (11, 60),
    "digits": (18, 153),
}
PARTS = ("advice", "longer", "peer")
FILE = Path(__file__).with_name("advice.jsonl")
MADE = {"made-2": (6000, 20, 2), "made-8": (12_000, 40, 8), "made-26": (20_000, 16, 26)}  # rows, features, classes


def table(name):
    """x (rows, features) and y (rows,)."""
    if name in LOADERS:
        data = LOADERS[name]()
        parts = [split.take() for split in (data.train, data.validation, data.test)]
        return tuple(np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    from sklearn import datasets

    if name in MADE:
        rows, features, classes = MADE[name]
        shape = {"n_samples": rows, "n_features": features, "n_classes": classes}
        kinds = {"n_informative": 10, "n_clusters_per_class": 3, "flip_y": 0.05, "class_sep": 1.0}
        return datasets.make_classification(**shape, **kinds, random_state=0)
    return getattr(datasets, f"load_{name}")(return_X_y=True)


def split_anew(x, y, number):
    """The table as a Data, its rows in another order, so that other rows are for testing."""
    order = np.random.default_rng(number).permutation(len(x))
    return Data.from_arrays(np.asarray(x, float)[order], y[order])


def peer(data, seconds, seed):
    """(test accuracy, settings tried) of an MLPClassifier whose settings were searched for so many processor seconds.

    One processor alone does it, so that they can be counted.
    """
    from scipy.stats import loguniform
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.model_selection import ParameterSampler, cross_val_score
    from sklearn.neural_network import MLPClassifier
    from threadpoolctl import threadpool_limits

    parts = data.train.take(), data.validation.take()
    x, y = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    space = {
        "hidden_layer_sizes": [(32,), (64,), (128,), (256,), (64, 64), (128, 128), (256, 256)],
        "alpha": loguniform(1e-5, 10),
        "learning_rate_init": loguniform(3e-4, 2e-2),
        "batch_size": [size for size in (32, 100, 200) if size < len(x) / 2],
        "early_stopping": [False, True],
    }
    start, best, tried = time.process_time(), (-1.0, None), 0
    with warnings.catch_warnings(action="ignore", category=ConvergenceWarning), threadpool_limits(1):
        for settings in ParameterSampler(space, 10_000, random_state=seed):
            model = MLPClassifier(**settings, max_iter=100, random_state=seed)
            score = cross_val_score(model, x, y, cv=3).mean()
            best, tried = max(best, (score, model), key=lambda one: one[0]), tried + 1
            if time.process_time() - start > seconds:
                break
        return float(best[-1].fit(x, y).score(data.test.x, data.test.labels)), tried


def settings_for(minutes, data):
    """How many settings so many minutes of two quiet cores buy: the plan's own, measured in seconds of a processor."""
    (grid,) = my_seeds(1, "grid", UNNAMED)
    return plan_for(minutes, SEEDS, data, grid, CORES, Speed.measured(data, time.process_time))[0].settings


def measure(part, name, data, number, settings=None):
    """What a part gave on a table's split of that number, as a dict. settings: instead of those in BUDGETS."""
    start = time.perf_counter()
    row = {"part": part, "table": name, "split": number}
    if part == "peer":
        row["accuracy"], row["tried"] = peer(data, MINUTES * 60 * CORES * EFFICIENCY, number)
    else:
        row["settings"] = settings or BUDGETS[name][part == "longer"]
        answer = advise(data, seeds=SEEDS, settings=row["settings"])
        row["arms"] = {arm: float(one.correct.mean()) for arm, one in answer.arms.items()}
        row |= {"recommendation": answer.recommendation, "verdict": answer.verdict, "best": answer.best}
        row["accuracy"] = row["arms"][answer.best if part == "longer" else answer.recommendation]
    return row | {"seconds": round(time.perf_counter() - start)}


def done(file):
    """The rows that are in a file: (part, table, split) -> row."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return {(row["part"], row["table"], row["split"]): row for row in map(json.loads, lines)}


def minus(rows, name, part):
    """The recommended arm's accuracy on a table minus that of another part, over the splits that have both, as text."""
    pairs = [
        (row, rows.get((part, name, at))) for (kind, on, at), row in rows.items() if (kind, on) == ("advice", name)
    ]
    found = [row["accuracy"] - other["accuracy"] for row, other in pairs if other]
    if len(found) < 2:
        return "not measured on two splits"
    return f"{network_estimate(found)} ({len(found)} splits)"


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.advice", description=__doc__.splitlines()[0])
    parser.add_argument("--tables", nargs="+", choices=TABLES, default=[*BUDGETS][:5])
    parser.add_argument("--splits", type=int, default=5)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=["advice", "peer"])
    parser.add_argument("--settings", type=int, help="instead of those in BUDGETS: settings for each kind of network")
    parser.add_argument("--to", type=Path, default=FILE, help="the file with what is finished")
    parser.add_argument("--plan", action="store_true", help="say what the minutes buy here, and measure nothing else")
    asked = parser.parse_args()
    if asked.plan:
        for name in asked.tables:
            data = split_anew(*table(name), 0)
            print(name, *(settings_for(minutes, data) for minutes in (MINUTES, LONG)))
        return
    for number in range(asked.splits):
        for name in asked.tables:
            for part in asked.parts:
                if (part, name, number) not in done(asked.to):
                    row = measure(part, name, split_anew(*table(name), number), number, asked.settings)
                    with open(asked.to, "a", encoding="utf-8") as file:
                        file.write(f"{json.dumps(row)}\n")
                    print(json.dumps(row), flush=True)
    rows = done(asked.to)
    found = {name: {part: minus(rows, name, part) for part in PARTS[1:]} for name in asked.tables}
    for name, differences in found.items():
        print(name, *(f"minus {part}: {text}" for part, text in differences.items()), sep="; ")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
