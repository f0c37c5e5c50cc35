"""How good is the advice on a table? `python -m benchmarks.advice --minutes 5 --long 30`.

On each table, split anew several times: the test accuracy of the arm that `advise` recommends; that of the best arm
when it has longer; and that of scikit-learn's MLPClassifier, whose settings are searched at random, with
cross-validation, for as long. The last line is one JSON object.
"""

import argparse
import json
import time
import warnings

import numpy as np

from helpers.lab import Data, advise, load_magic, load_optdigits, load_spambase, network_estimate
from helpers.lab.executors import cores

# Nobody looked at the test results of any but the first two while the advice was written.
TABLES = ("spambase", "magic", "optdigits", "digits", "breast_cancer", "wine", "made-2", "made-8", "made-26")
LOADERS = {"spambase": load_spambase, "magic": load_magic, "optdigits": load_optdigits}
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
    return Data.from_arrays(x[order], y[order])


def peer(data, seconds, seed):
    """(test accuracy, settings tried) of an MLPClassifier whose settings were searched for so many seconds."""
    from scipy.stats import loguniform
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.model_selection import ParameterSampler, cross_val_score
    from sklearn.neural_network import MLPClassifier

    parts = data.train.take(), data.validation.take()
    x, y = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    space = {
        "hidden_layer_sizes": [(32,), (64,), (128,), (256,), (64, 64), (128, 128), (256, 256)],
        "alpha": loguniform(1e-5, 10),
        "learning_rate_init": loguniform(3e-4, 2e-2),
        "batch_size": [size for size in (32, 100, 200) if size < len(x) / 2],
        "early_stopping": [False, True],
    }
    start, best, tried = time.perf_counter(), (-1.0, None), 0
    with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):
        for settings in ParameterSampler(space, 10_000, random_state=seed):
            model = MLPClassifier(**settings, max_iter=100, random_state=seed)
            score = cross_val_score(model, x, y, cv=3, n_jobs=cores()).mean()
            best, tried = max(best, (score, model), key=lambda one: one[0]), tried + 1
            if time.perf_counter() - start > seconds:
                break
        return float(best[-1].fit(x, y).score(data.test.x, data.test.labels)), tried


def measure(name, splits, minutes, long=None, settings=None, with_peer=True):
    """What each of `splits` gave on the table of that name: a list of dicts."""
    found, (x, y) = [], table(name)
    for number in range(splits):
        data = split_anew(np.asarray(x, float), y, number)
        answer = advise(data, minutes, settings=settings)
        accuracy = {arm: float(one.correct.mean()) for arm, one in answer.arms.items()}
        row = {"recommendation": answer.recommendation, "verdict": answer.verdict, "plan": answer.plan.settings}
        row |= {"seconds": round(answer.seconds), "accuracy": accuracy[answer.recommendation], "arms": accuracy}
        if long:
            longer = advise(data, long)
            row["best"] = float(longer.arms[longer.best].correct.mean())
        if with_peer:
            row["peer"], row["peer_tried"] = peer(data, answer.seconds, number)
        found.append(row)
        print(name, number, json.dumps(row))
    return found


def minus(rows, other):
    """The recommended arm's accuracy minus another, over the splits, as text."""
    if len(rows) < 2 or other not in rows[0]:
        return "not measured"
    return str(network_estimate([row["accuracy"] - row[other] for row in rows]))


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.advice", description=__doc__.splitlines()[0])
    parser.add_argument("--tables", nargs="+", choices=TABLES, default=TABLES)
    parser.add_argument("--splits", type=int, default=5)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--settings", type=int, help="instead of minutes: settings for each kind of network")
    parser.add_argument("--long", type=float, help="minutes for the best arm; left out unless said")
    parser.add_argument("--no-peer", action="store_true", help="leave out scikit-learn's MLPClassifier")
    asked = parser.parse_args()
    found = {}
    for name in asked.tables:
        rows = measure(name, asked.splits, asked.minutes, asked.long, asked.settings, not asked.no_peer)
        print(f"{name}: minus the best arm {minus(rows, 'best')}; minus the peer {minus(rows, 'peer')}")
        found[name] = rows
    print(json.dumps(found))


if __name__ == "__main__":
    main()
