"""The outsider: scikit-learn's gradient-boosted trees, where it is installed. Perhaps a network is not what you need.

Its settings are searched at random, too, on the same rows, and its final models are trained on the rows that the final
networks have. It counts as no network: it is reported, and never recommended.
"""

import time
from concurrent.futures import BrokenExecutor, as_completed
from contextlib import closing
from importlib.util import find_spec

import numpy as np

from .. import cache as disk
from ..executors import ENDED, WORTH_PROCESSES, progress_bar, say_that_it_is_alone, workers
from ..tune import Between, Choice, values_to_try

SPACE = {
    "learning_rate": Between(0.03, 0.3, log=True),
    "max_iter": Choice([50, 100, 200]),
    "max_leaf_nodes": Choice([8, 15, 31, 63]),
    "min_samples_leaf": Choice([5, 20, 50]),
    "l2_regularization": Between(1e-3, 10, log=True),
}


def installed():
    """Whether scikit-learn is."""
    return find_spec("sklearn") is not None


def fit(settings, data, split, seed):
    """Train on the rows that `seed` has, and judge: which rows of `split` are right (rows,), and the log-loss there."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits

    rows = data.train.rows([seed])[0]
    x, labels = data.train.take(rows)
    judged, truth = getattr(data, split).take()
    with threadpool_limits(1):  # or processes that train at the same time get into each other's way
        model = HistGradientBoostingClassifier(early_stopping=False, random_state=seed % 2**32, **settings)
        probabilities = model.fit(x, labels).predict_proba(judged)
    of_truth = np.zeros(len(truth))  # and it stays 0 for a class that is not among the training rows
    for column, label in enumerate(model.classes_):
        of_truth[truth == label] = probabilities[truth == label, column]
    right = model.classes_[probabilities.argmax(axis=1)] == truth
    return right, float(-np.log(np.maximum(of_truth, 1e-15)).mean())


def seconds(data, clock=time.perf_counter):
    """How long one fit takes here, on average, as a clock tells; 0 without scikit-learn."""
    if not installed():
        return 0.0
    fit({"max_iter": 1}, data, "validation", 0)  # the first one is slow
    start = clock()
    fit({"max_iter": 10}, data, "validation", 0)
    return 10 * (clock() - start)


def search(data, trials, seed, grid, executor):
    """The settings, a dict, with the best accuracy of `trials` on validation rows, and which of these are right."""
    drawn = {name: values_to_try(name, tried, trials, grid) for name, tried in SPACE.items()}
    tried = [{name: values[at] for name, values in drawn.items()} for at in range(trials)]
    found = fits([(settings, seed) for settings in tried], data, "validation", executor)
    best = max(range(trials), key=lambda at: (found[at][0].mean(), -found[at][1]))
    return tried[best], found[best]


def fits(jobs, data, split, executor):
    """What `fit` gives for each pair (settings, seed) of `jobs`, in their order; kept as the networks' results are."""
    import sklearn

    keys = [f"trees {job!r} {data.fingerprint} {split} scikit-learn={sklearn.__version__}" for job in jobs]
    found = {key: disk.load(key) for key in keys}
    missing = {key: job for key, job in zip(keys, jobs, strict=True) if found[key] is None}
    keep = True
    if executor is None and len(missing) > 1:
        try:
            executor = workers(WORTH_PROCESSES)
        except OSError as error:
            say_that_it_is_alone(error)
    with closing(progress_bar("trees", len(missing))) as bar:
        for key, (right, loss) in _done(missing, data, split, executor):
            found[key] = {"right": right, "loss": np.array(loss)}
            keep = keep and disk.keep(key, found[key])  # it is said once
            bar.update(1)
    return [(found[key]["right"], float(found[key]["loss"])) for key in keys]


def _done(jobs, data, split, executor):
    if executor is None:
        for key, (settings, seed) in jobs.items():
            yield key, fit(settings, data, split, seed)
        return
    futures = {executor.submit(fit, settings, data, split, seed): key for key, (settings, seed) in jobs.items()}
    try:
        for future in as_completed(futures):
            yield futures[future], future.result()
    except BrokenExecutor as error:
        raise RuntimeError(ENDED) from error
    finally:
        for future in futures:
            future.cancel()
