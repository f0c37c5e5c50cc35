"""What lesson 2's text says is so: taken from what its cells show, or computed again."""

import re

import numpy as np

from helpers.lab import Recipe, load_mnist1d, my_seeds, network_estimate
from helpers.lab.differences import t_quantile
from helpers.lab.results import load_results
from helpers.lessons import trials
from helpers.lessons.lesson_02 import exercises, experiment, pictures
from helpers.nn import Adam, Examples, Network, mlp, train
from tests import notebooks as lessons
from tests.lessons.common import check_run, shrink
from tests.notebooks import stated

NAME = "02-overfit-it"


def test_how_many_weights_there_are_for_each_example(text):
    told = {}
    for name in ("small", "large"):
        width = int(stated(text, "has # neurons in a layer" if name == "small" else "has #: ", f"The {name} one"))
        weights = sum(layer.weights[0].size for layer in Network(mlp(40, width, width, 10), [0]).layers[::2])
        told[name] = stated(text, "# weights? for each example", f"The {name} one")
        assert round(weights / 1000) == told[name]
    assert stated(text, "# weights for each example beat the 1 with #") == (told["large"], told["small"])


def test_the_pool(text):
    data = load_mnist1d(train=1000)
    assert len(data.train) == stated(text, "# training examples", "two networks")
    assert (len(data.train), len(data.train.x)) == stated(text, "# out of a pool of #")
    assert len(data.test) == stated(text, "with #, about as much")


def test_the_multipliers_of_the_error_bar(text):
    told = {10: stated(text, "for 10 it is #"), 100: stated(text, "hundred it would be #")}
    assert told[10] == stated(text, "# standard errors", "each side")
    assert {networks: round(t_quantile(0.975, networks - 1), 2) for networks in told} == told


def test_which_digits_networks_find_alike(text):
    pair = [int(digit) for digit in stated(text, "an? # from an? #", "tell")]
    data = load_mnist1d(train=1000)
    network = Network(mlp(40, 64, 64, 10), my_seeds(10, name="unnamed"))
    for _ in train(network, data.train, Adam(0.003), epochs=60, batch_size=100):
        pass
    x, labels = data.test.take()
    answers = network.forward(x).argmax(axis=2)
    taken = np.array([[(answers[:, labels == one] == other).mean() for other in range(10)] for one in range(10)])
    for one, other in (pair, pair[::-1]):
        assert sorted(range(10), key=lambda digit: taken[one, digit])[-2:] in ([one, other], [other, one])
        assert taken[one, other] > 0.15


def test_adams_first_step_is_the_learning_rate_and_later_ones_are_smaller():
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


def test_what_the_error_bar_s_example_comes_to(text):
    networks, apart, error = stated(text, r"# networks that usually lie # points .* = # point")
    assert apart / np.sqrt(networks) == error


def test_the_bar_is_the_one_by_hand(shown):
    values = [100 * float(value) for value in re.findall(r"0\.\d+", shown("accuracy.round(3)"))]
    (bar,) = re.findall(r"bar from ([\d.]+)% to ([\d.]+)%", shown("show_error_bar"))
    by_hand = network_estimate(values)
    assert len(values) == 10 and np.allclose(np.array(bar, float), [by_hand.low, by_hand.high], atol=0.1)


def test_validation_loss_climbs_and_accuracy_does_not_fall(shown, text):
    told = shown("show_parting")
    lowest, end = re.search(r"falls until epoch (\d+) and then climbs to (\d+\.\d)", told).groups()
    assert 5 < int(lowest) < 30 and float(end) > 2.3
    training, validation = re.search(r"accuracy reaches (\d+)%, validation accuracy (\d+)%", told).groups()
    (nearly,) = re.findall(r"after epoch (\d+) it gains 1 point at most", told)
    assert abs(int(lowest) - stated(text, "epoch #", "overfitting begins")) < 4
    assert abs(int(nearly) - stated(text, "epoch #", "only on its own examples")) < 4
    assert int(training) > 98 and 35 < int(validation) < 45, "near 100 %, and four in ten"
    grid = experiment.grid()[1000][64].validation
    assert grid[-1] > max(grid) - 0.02


def test_the_gap_closes_with_data(shown):
    gaps = [int(gap) for gap in re.findall(r"gap (\d+)", shown("show_data_sweep"))]
    assert len(gaps) == 5 and gaps == sorted(gaps, reverse=True)


def test_the_gap_opens_until_training_is_perfect_and_then_closes_a_little(shown, text):
    rows = re.findall(r"(\d+): training (\d+) %, test (\d+) %, gap (\d+)", shown("show_sweep"))
    training, test, gap = ({int(row[0]): int(row[at]) for row in rows} for at in (1, 2, 3))
    assert max(gap, key=gap.get) == stated(text, "# neurons", "gap opens") == 64 and gap[256] < gap[64]
    assert min(training[64], training[128], training[256]) >= 98
    assert test[256] > test[128] > test[64] > test[8]


def test_the_verdict(shown):
    assert lessons.rule_verdict(shown('judge("W"')) == "fails"


def test_nonsense_is_learned_by_heart(shown, text):
    learned, labels = stated(text, "# % of # random labels", "remember")
    assert labels == 1000 and f"{learned:.0f} %" in shown("nonsense.beside(")
    (guessed,) = re.findall(r"test accuracy is (\d+)%", shown("show_random_labels"))
    assert 8 <= int(guessed) <= 12


def test_random_labels_take_longer_to_learn(text):
    """At the same learning rate, the epochs that are enough for true labels are too few for random ones."""
    data, seeds = load_mnist1d(train=1000), my_seeds(10, name="unnamed")
    shuffled = np.random.default_rng(0).permutation(data.train.labels)
    accuracy = {}
    for name, labels in (("true", data.train.labels), ("random", shuffled)):
        shown = Examples(data.train.x, labels, classes=10, draw=1000)
        *_, last = train(Network(mlp(40, 64, 64, 10), seeds), shown, Adam(0.003), epochs=50, batch_size=100)
        accuracy[name] = last.accuracy
    assert accuracy["true"].min() > 0.99 and accuracy["random"].max() < 0.98
    assert stated(text, "train for # epochs", "random labels") > 50


def test_the_made_up_differences_get_the_verdicts_under_which_they_stand():
    assert {verdict: bar.verdict(0.01) for verdict, (bar, _) in pictures.MADE_UP.items()} == {
        verdict: verdict for verdict in ("holds", "fails", "undecided")
    }


def test_of_networks_that_all_know_their_examples_by_heart_the_largest_is_best(text):
    told = stated(text, "#, # and # neurons all .* got #, # and # % of new", "larger run")
    widths, percent = np.reshape(told, (2, 3))
    cells = [experiment.grid()[1000][int(width)] for width in widths]
    assert min(cell.training[-1] for cell in cells) > 0.999
    assert [round(100 * cell.test.mean, 1) for cell in cells] == [*percent] == sorted(percent)
    assert cells[-1].test.low > cells[0].test.high


def test_the_large_network_knows_its_examples_and_the_small_one_does_not(shown):
    found = re.findall(r"(small|large): training (\d+)%, test ([\d.]+)%", shown("show_by_heart"))
    known, new = ({name: float(row[at]) for name, *row in found} for at in (0, 1))
    assert known["small"] < 85 and known["large"] > 98 and new["large"] > new["small"] + 1


def test_two_bars_overlap_and_the_difference_does_not_contain_0(shown):
    narrower, wider, difference = re.findall(r"\(.*?([+-]?[\d.]+)%? to ([+-]?[\d.]+)", shown("128 minus 256"))
    narrower, wider, difference = (np.array(bar, float) for bar in (narrower, wider, difference))
    assert wider[0] < narrower[1] and difference[1] < 0
    assert np.ptp(difference) < np.hypot(np.ptp(narrower), np.ptp(wider)), "shorter, since they share their seeds"


def test_by_the_loss_the_large_network_is_worse_at_the_end_and_level_at_its_lowest(shown, text):
    found = re.findall(r"(small|large): ([\d.]+) at the end, ([\d.]+) at", shown("at_the_end"))
    end, lowest = ({name: float(row[at]) for name, *row in found} for at in (0, 1))
    assert end["large"] > end["small"] + 1 and abs(lowest["large"] - lowest["small"]) < 0.1
    assert stated(text, "guessing would lose #") == round(np.log(10), 2) < end["large"]


def test_what_the_full_size_run_found(text):
    figures = load_results(experiment.RESULTS)["figures"]
    told = stated(text, "# % with # neurons, # % with #, # % with #, and # % with #", "full-size")
    for percent, width in zip(told[::2], told[1::2], strict=True):
        assert round(100 * figures["accuracy"][f"{width:.0f}"]["mean"], 1) == percent
    assert round(-100 * figures["claims"]["W"]["mean"], 1) == stated(text, "# points behind", "neurons know")
    assert f"{stated(text, '# neurons know'):.0f}" == experiment.SMALL
    assert experiment.grid()[1000][32].training[-1] > 0.95
    assert 0.55 < experiment.grid()[4000][64].test.mean < 0.65


def test_no_larger_network_is_worse_outside_the_bars_at_any_amount():
    """As the panel's question has it; here the answer is no."""
    for cells in experiment.grid().values():
        tests = [cell.test for cell in cells.values()]
        assert all(larger.high > smaller.low for smaller, larger in zip(tests, tests[1:], strict=False))


def test_the_full_size_grid_has_the_settings_that_the_text_states(text):
    epochs = stated(text, "# epochs", "full-size run")
    assert experiment.GRID.learning_rate == stated(text, r"learning rate\W+#", "full-size run")
    assert {len(cell.training) for cells in experiment.grid().values() for cell in cells.values()} == {epochs}


def test_the_interval_over_fewer_examples_is_wider(shown):
    rows = re.findall(r"\(([\d.]+)% to ([\d.]+)%\)", shown("crossed_estimate("))
    few, all_of_them = (float(high) - float(low) for low, high in rows)
    assert few > 1.5 * all_of_them
    ((low, high),) = re.findall(r"bar from ([\d.]+)% to ([\d.]+)%", shown("show_error_bar"))
    seeds_alone = float(high) - float(low)
    luck, less = (np.sqrt(width**2 - seeds_alone**2) / seeds_alone for width in (few, all_of_them))
    assert luck > 1.5 and 0.4 < less < 1.3


def test_the_difference_s_bar_begins_above_0_although_the_two_bars_overlap(text):
    a, a_half, b, b_half = stated(text, "recognises # ± # % of the signals, B # ± #")
    begins = b - a - np.hypot(a_half, b_half)
    assert begins > 0 and np.isclose(exercises.overlap_exercise.right, begins)
    assert b - b_half < a + a_half and np.allclose(stated(text, "overlap, from # to #"), [b - b_half, a + a_half])


def test_four_times_the_networks_halve_the_standard_error():
    assert np.isclose(1 / np.sqrt(exercises.networks_exercise.right), 0.5 / np.sqrt(10))


def test_its_experiment_runs_in_small(monkeypatch):
    shrink(
        monkeypatch, experiment, WIDTHS=(4, 8), AMOUNTS=(100,), SMALL="4", LARGE="8", TRIALS=2, GRID=Recipe(epochs=2)
    )
    check_run(experiment)


def test_on_other_data_the_small_network_is_nowhere_ahead(shown):
    own = trials.verdict("W").overall.places
    ways = {kind: own[f"{kind}-1000"] for kind in ("mnist1d", "optdigits", "magic", "spambase")}
    assert ways["mnist1d"] == ways["optdigits"] == "fails, the other way round"
    assert ways["magic"].startswith("fails") and ways["spambase"] == "undecided"
    assert "Claim W in blocks. MNIST-1D: -" in shown("show_places(")
