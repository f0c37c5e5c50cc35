"""What lesson 2's text says is so: taken from what its cells show, or computed again."""

import html
import re

import numpy as np

from helpers.lab import Recipe, load_mnist1d, my_seeds
from helpers.lab.differences import t_quantile
from helpers.lab.full_size import stored_trial
from helpers.lessons.lesson_02 import exercises, experiment, pictures
from helpers.nn import Adam, Network, mlp, train

NAME = "02-overfit-it"
# The full-size experiment, made small
SMALL = {
    "WIDTHS": (4, 8),
    "AMOUNTS": (100,),
    "SMALL": "4",
    "LARGE": "8",
    "TRIALS": 2,
    "GRID": Recipe(epochs=2),
}


def test_the_large_networks_weights(text):
    assert "The large one has 78,858 weights, 79 for each of its 1,000 examples" in text
    size = Network(mlp(40, 256, 256, 10), [0]).parameters.size
    assert size == 78_858 and round(size / 1000) == 79


def test_the_pool(text):
    assert "its own 1,000 training examples from a pool of 29,000" in text
    data = load_mnist1d(train=1000)
    assert len(data.train) == 1000 and len(data.train.x) == 29_000 and len(data.test) == 10_000


def test_the_multipliers_of_the_error_bar(text):
    assert "(2.26 is the right number for ten networks. For a hundred it would be 1.98.)" in text
    assert [round(t_quantile(0.975, networks - 1), 2) for networks in (10, 100)] == [2.26, 1.98]


def test_networks_find_a_1_and_a_4_alike(text):
    assert "Could you tell a 1 from a 4? Networks find it hard as well" in text
    data = load_mnist1d(train=1000)
    network = Network(mlp(40, 64, 64, 10), my_seeds(10, name="unnamed"))
    for _ in train(network, data.train, Adam(0.003), epochs=60, batch_size=100):
        pass
    x, labels = data.test.take()
    answers = network.forward(x).argmax(axis=2)
    taken = np.array([[(answers[:, labels == one] == other).mean() for other in range(10)] for one in range(10)])
    for one, other in ((1, 4), (4, 1)):
        assert sorted(range(10), key=lambda digit: taken[one, digit])[-2:] in ([one, other], [other, one])
        assert taken[one, other] > 0.15


def test_adams_first_step_is_the_learning_rate_and_later_ones_are_smaller(text):
    assert "the most that a weight moves in one step: so far in the first, less where its gradients disagree" in text

    def steps(gradients):
        """How far the weights move in each step, in learning rates, the mean over 500 of them."""
        parameters, found = np.zeros((1, 500)), []
        memory = Adam(0.003).start(parameters)
        for gradient in gradients:
            before = parameters.copy()
            Adam(0.003).step(parameters, gradient, memory)
            found.append(np.abs(parameters - before).mean() / 0.003)
        return np.array(found)

    disagreeing = steps(np.random.default_rng(0).normal(size=(100, 1, 500)))
    assert np.isclose(disagreeing[0], 1, atol=1e-3) and disagreeing[50:].mean() < 0.3
    assert np.allclose(steps(np.full((100, 1, 500), 0.7)), 1, atol=1e-3), "where they agree"


def test_adam_walks_and_sgd_jumps():
    told = html.unescape(pictures.show_adam().data)
    assert "Adam's takes steps of similar size in both directions and reaches the star" in told


def test_validation_loss_climbs_and_accuracy_does_not_fall(shown, text):
    assert "Here it never falls. Only the validation loss climbs" in text
    told = shown("show_parting")
    lowest, end = re.search(r"falls until epoch (\d+) and then climbs to (\d+\.\d)", told).groups()
    assert 5 < int(lowest) < 30 and float(end) > 2.3
    grid = experiment.grid()[1000][64].validation
    assert grid[-1] > max(grid) - 0.02


def test_the_gap_closes_with_data(shown):
    gaps = [int(gap) for gap in re.findall(r"gap (\d+)", shown("show_data_sweep"))]
    assert len(gaps) == 5 and gaps == sorted(gaps, reverse=True)


def test_the_gap_opens_to_64_and_then_closes_a_little(shown, text):
    assert "up to some 64 neurons" in text and "The last three all have their examples by heart" in text
    rows = re.findall(r"(\d+): training (\d+) %, test (\d+) %, gap (\d+)", shown("show_sweep"))
    training, test, gap = ({int(row[0]): int(row[at]) for row in rows} for at in (1, 2, 3))
    assert max(gap, key=gap.get) == 64 and gap[256] < gap[64]
    assert min(training[64], training[128], training[256]) >= 98
    assert test[256] > test[128] > test[64] > test[8]
    assert "until training is perfect. From there on the gap closes a little. And all along they read *more*" in text
    assert round(Network(mlp(40, 32, 32, 10), [0]).parameters.size / 1000) == 3 and "beat 3 here" in text


def test_the_verdict_agrees_with_the_full_size_run(shown):
    told = shown("record(")
    low, high = (float(end) for end in re.search(r"interval (\S+) to ([^)\s]+)\)", told).groups())
    assert high < 1 and "you agree" in told
    full = stored_trial("W")
    assert full.verdict == "fails" and full.difference.high < 0.01
    assert low < 100 * full.difference.mean + 3 and high > 100 * full.difference.mean - 3


def test_nonsense_is_learned_by_heart(shown):
    assert "100%" in shown("nonsense.beside(")
    assert "100% learned" in shown("show_random_labels") or "guessing to 100%" in shown("show_random_labels")


def test_no_larger_network_is_worse_outside_the_bars_at_any_amount():
    """As the panel's question has it; here the answer is no."""
    for cells in experiment.grid().values():
        tests = [cell.test for cell in cells.values()]
        assert all(larger.high > smaller.low for smaller, larger in zip(tests, tests[1:], strict=False))


def test_the_full_size_grid_has_the_settings_that_the_text_states(text):
    assert "ten networks for each pair, 60 epochs, one learning rate, 0.005, for all" in text
    assert (experiment.GRID.learning_rate, experiment.GRID.epochs) == (0.005, 60)
    assert {len(cell.training) for cells in experiment.grid().values() for cell in cells.values()} == {60}


def test_the_interval_over_fewer_examples_is_wider(shown, text):
    rows = re.findall(r"\(([\d.]+)% to ([\d.]+)%\)", shown("correct[:, :1000]"))
    few, all_of_them = (float(high) - float(low) for low, high in rows)
    assert few > 1.5 * all_of_them
    ((low, high),) = re.findall(r"interval: ([\d.]+)% to ([\d.]+)%", shown('print(f"mean {mean:.1%}'))
    seeds_alone = float(high) - float(low)
    assert "With 1,000 of them their luck counts more than that of the ten seeds; with 10,000, about as much" in text
    luck, less = (np.sqrt(width**2 - seeds_alone**2) / seeds_alone for width in (few, all_of_them))
    assert luck > 1.5 and 0.4 < less < 1.3


def test_four_times_the_networks_halve_the_standard_error():
    assert exercises.networks_exercise.right == 40
    assert np.isclose(1 / np.sqrt(40), 0.5 / np.sqrt(10))
