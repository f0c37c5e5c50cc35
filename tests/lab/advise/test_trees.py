"""The trees: trained on the rows that a seed has, judged on others, kept, and the best settings found."""

import numpy as np
import pytest

from helpers.lab import Data
from helpers.lab.advise import trees
from helpers.lab.advise.trees import fit, fits
from tests.lab.common import toy_data, toy_examples

pytest.importorskip("sklearn")
pytestmark = pytest.mark.usefixtures("results_folder")
FEW = {"max_iter": 5, "min_samples_leaf": 5}


def test_they_learn_from_the_rows_to_train_on_alone():
    generator = np.random.default_rng(0)
    noise = Data.from_arrays(generator.normal(size=(400, 3)), generator.permutation(np.arange(400) % 2))
    right, loss = fit({"max_iter": 100}, noise, "test", 0)
    assert right.shape == noise.test.labels.shape and 0.3 < right.mean() < 0.7 and loss > 0.6
    right, loss = fit(FEW, toy_data(draw=None), "test", 0)
    assert right.mean() > 0.5 and loss < 1.1, "a third by chance, and a loss of 1.1"


def test_a_class_that_no_training_row_has_is_wrong_and_the_others_keep_their_names():
    train = toy_examples(200, 1)
    x, labels = train.x[train.labels > 0], train.labels[train.labels > 0]
    data = toy_data(draw=None, train=type(train)(x, labels, 3))
    right, loss = fit(FEW, data, "test", 0)
    truth = data.test.labels
    assert not right[truth == 0].any() and right[truth > 0].mean() > 0.6 and np.isfinite(loss)


def test_each_seed_has_its_rows_and_what_is_kept_is_of_the_same_rows():
    data = toy_data(draw=30)
    ones, twos = fits([(FEW, 1), (FEW, 2)], data, "test", None)
    assert ones[1] != twos[1], "they drew other rows"
    other = toy_data(draw=30, test=toy_examples(50, 9))
    for again, split in ((data, "validation"), (other, "test")):
        ((right, loss),) = fits([(FEW, 1)], again, split, None)
        alone = fit(FEW, again, split, 1)
        assert loss == alone[1] != ones[1] and np.array_equal(right, alone[0])
    assert fits([(FEW, 1)], data, "test", None)[0][1] == ones[1]


def test_the_best_settings_are_found(monkeypatch):
    def known(jobs, data, split, executor):
        assert split == "validation" and {seed for _, seed in jobs} == {7}
        tried.extend(settings for settings, _ in jobs)
        shares = [min(settings["learning_rate"], 0.2) for settings, _ in jobs]
        losses = [settings["learning_rate"] for settings, _ in jobs]
        return [(np.arange(1000) < 1000 * share, loss) for share, loss in zip(shares, losses, strict=True)]

    tried = []
    monkeypatch.setattr(trees, "fits", known)
    settings, (right, _) = trees.search(toy_data(), 9, 7, 0, None)
    rates = [one["learning_rate"] for one in tried]
    assert len(rates) == 9 and right.mean() == pytest.approx(0.2)
    assert settings["learning_rate"] == min(rate for rate in rates if rate >= 0.2), "of equal ones that with less loss"
