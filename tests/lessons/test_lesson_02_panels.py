"""Lesson 2's panels: who sees which labels, what is drawn of it, and how their challenges count."""

import numpy as np
import pytest

from helpers.classroom.kept_figure import KeptFigure
from helpers.lab import load_mnist1d
from helpers.lessons.lesson_02 import experiment, panel, panel_gap
from helpers.nn import Adam, Network, mlp, train

STATE = {"share": 40, "width": 16, "seed": 0}


@pytest.fixture(scope="module")
def data():
    return load_mnist1d(train=1000)


@pytest.fixture(scope="module")
def results(data):
    run = panel.run(data, STATE)
    return [next(run) for _ in range(20)]


def test_a_share_of_the_labels_is_random(data):
    labels = [panel.with_random_labels(data.train, share).labels for share in (0, 0.5, 1)]
    true = data.train.labels[: panel.EXAMPLES]
    wrong = [(part != true).mean() for part in labels]
    assert wrong[0] == 0 and wrong[1:] == pytest.approx([0.45, 0.9], abs=0.05)  # a tenth is right by chance
    assert (panel.with_random_labels(data.train, 1, seed=1).labels != labels[2]).mean() > 0.8


def test_each_network_is_one_that_is_trained_alone_on_its_share(data, results):
    for place, share in ((0, 0), (2, 40), (5, 100)):
        shown = panel.with_random_labels(data.train, share / 100)
        alone = Network(mlp(40, 16, 16, 10), seeds=[0])
        epochs = [epoch.accuracy[0] for epoch in train(alone, shown, Adam(panel.LEARNING_RATE), 20, panel.BATCH_SIZE)]
        assert [result.repeated[place] for result in results] == pytest.approx(epochs, abs=0.01)


def test_accuracy_falls_as_the_share_grows(results):
    found = results[-1].found
    assert len(found) == len(panel.SHARES) and found[0] > found[3] + 0.05 > found[5] + 0.1


def test_the_right_plot_has_both_accuracies_of_every_share(results):
    figure = KeptFigure(9.0, 3.2)
    panel.draw(figure, STATE, results)
    lines = [line.get_xydata() for line in figure.axes[1].lines if len(line.get_xdata()) == len(panel.SHARES)]
    wanted = [100 * getattr(results[-1], name) for name in ("repeated", "found")]
    assert np.allclose(lines, [np.stack([panel.SHARES, percent], axis=1) for percent in wanted])


def test_memorising_counts_where_all_labels_are_random():
    almost, enough = np.ones(6), np.zeros(6)
    almost[-1], enough[-1] = 0.98, 0.99
    assert panel.fewest_neurons(STATE, [panel.Progress(almost, almost)]) is None
    assert panel.fewest_neurons(STATE, [panel.Progress(enough, enough)]) == 16


def test_a_small_gap_counts_only_where_half_is_right():
    grid = experiment.grid()
    assert panel_gap.smallest_gap(grid, {"amount": 1000, "width": 8}) is None
    gap = panel_gap.smallest_gap(grid, {"amount": 4000, "width": 64})
    assert gap == panel_gap.gap_of(grid[4000][64]) > 0


def test_the_axes_end_where_training_ends():
    figure = KeptFigure(9.0, 3.4)
    grid = experiment.grid()
    panel_gap.draw(grid, figure, {"amount": 1000, "width": 64})
    assert figure.axes[0].get_xlim()[1] == len(grid[1000][64].training)
