"""What lesson 2's text says is so: taken from what its cells show, or computed again."""

import re

import numpy as np

from helpers.lab import Recipe, compare, load_claims, load_mnist1d, my_seeds, network_estimate, standard
from helpers.lab.differences import t_quantile
from helpers.lab.results import load_results
from helpers.lessons import trials
from helpers.lessons.lesson_02 import exercises, experiment, pictures
from helpers.lessons.lesson_02 import trials as room_trials
from helpers.nn import Adam, Examples, Network, mlp, train
from tests import notebooks as lessons
from tests.lessons.common import check_run, shrink
from tests.notebooks import stated

NAME = "02-overfit-it"


def test_how_many_weights_there_are_for_each_example(text):
    code = "\n".join(cell.source for cell in lessons.code_cells(lessons.read(NAME)))

    def weights(width):
        layers = Network(mlp(40, width, width, 10), [0]).layers[::2]
        return round(sum(layer.weights[0].size for layer in layers) / 1000)

    widths = [int(stated(text, "has #", f"The {size} one")) for size in ("small", "medium", "large")]
    assert f"{dict(zip(('small', 'medium', 'large'), widths, strict=True))}".replace("'", '"') in code
    assert (1000 * weights(256), weights(256)) == stated(text, "# weights, # for each example", "The large one")
    assert stated(text, "# weights for each example was best") == weights(256)


def test_the_pool(text):
    data = load_mnist1d(train=1000)
    assert len(data.train) == stated(text, "# examples", "we train networks on")
    assert (len(data.train), len(data.train.x)) == stated(text, "# out of a pool of #")
    assert (len(data.train), len(data.train.x)) == stated(text, "# of # examples")
    assert len(data.test) == stated(text, "with all # signals")


def test_the_multipliers_of_the_error_bar(text):
    told = {10: stated(text, "the # is for 10 networks"), 100: stated(text, "hundred it would be #")}
    assert told[10] == stated(text, "# standard errors", "each side")
    assert {networks: round(t_quantile(0.975, networks - 1), 2) for networks in told} == told


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
    networks, apart, error = stated(text, r"# networks with a standard deviation of # points .* = # point")
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
    accuracies = re.search(r"%: ([\d.]+) % at epoch (\d+), ([\d.]+) % at its best", told)
    there, first, best = map(float, accuracies.groups())
    assert first == float(lowest) and there + 1 < best, "it still creeps up after the lowest loss"
    assert int(training) > 98 and 35 < int(validation) < 45, "near 100 %, and four in ten"
    assert not re.findall(r"epoch \d+", text), "an epoch that depends on the seeds stands in the figure alone"
    grid = experiment.grid()[1000][64].validation
    assert grid[-1] > max(grid) - 0.02


def test_the_gap_closes_with_data(text):
    width = stated(text, "with # neurons, the gap")
    grid = {n: cells for n, cells in experiment.grid().items() if n >= 250}
    of_one = [cells[int(width)] for cells in grid.values()]
    gaps = [cell.training[-1] - cell.validation[-1] for cell in of_one]
    assert gaps == sorted(gaps, reverse=True) and min(cell.training[-1] for cell in of_one) > 0.999
    for other in stated(text, "with # or #, training accuracy falls"):
        known = [cells[int(other)].training[-1] for cells in grid.values()]
        assert known == sorted(known, reverse=True) and known[0] > known[-1] + 0.1


def test_adam_and_sgd_are_shown_at_about_their_best_rates():
    def left(name, rate):
        return np.hypot(*pictures.walk(name, rate)[-1])

    for name, rate in pictures.RATES.items():
        tried = [left(name, rate * factor) for factor in np.geomspace(0.3, 3, 60)]
        assert left(name, rate) < 1.25 * min(tried) or left(name, rate) < 0.15, name
    sgd, adam = (np.abs(np.diff(pictures.walk(*one), axis=0))[0] for one in pictures.RATES.items())
    assert sgd.max() > 5 * sgd.min() and adam.max() < 1.01 * adam.min(), "Adam's first step is alike in both"
    assert left("SGD", pictures.RATES["SGD"] * 1.2) > 100, "a larger one is thrown out of the valley"


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


def test_the_made_up_differences_get_the_verdicts_under_which_they_stand():
    assert {verdict: bar.verdict(0.01) for verdict, (bar, _) in pictures.MADE_UP.items()} == {
        verdict: verdict for verdict in ("holds", "fails", "undecided")
    }


def test_of_networks_that_all_know_their_examples_by_heart_the_largest_is_best(text, shown):
    first = stated(text, "with # neurons or more know all")
    cells = experiment.grid()[1000]
    assert (min(cells), max(cells)) == stated(text, "from # to #, more neurons mean more right")
    means = [cell.test.mean for cell in cells.values()]
    assert means == sorted(means)
    by_heart = [cell for width, cell in cells.items() if cell.training[-1] > 0.999]
    assert by_heart == [cell for width, cell in cells.items() if width >= first] and len(by_heart) == 3
    assert all(larger.test.low > smaller.test.high for smaller, larger in zip(by_heart, by_heart[1:], strict=False))
    assert f"learning rate {experiment.GRID.learning_rate}" in shown("show_widths(")


def test_the_large_and_the_medium_network_know_their_examples_and_the_small_one_does_not(shown):
    found = re.findall(r"(small|medium|large): training (\d+)%, test ([\d.]+)%", shown("show_by_heart"))
    known, new = ({name: float(row[at]) for name, *row in found} for at in (0, 1))
    assert 65 < known["small"] < 75 and min(known["medium"], known["large"]) > 90
    assert known["large"] >= known["medium"] and new["large"] > max(new["small"], new["medium"]) + 1


def test_only_the_network_that_has_enough_neurons_is_judged(shown):
    judged = shown('judge("W"')
    ((name, high),) = re.findall(r"(\w+) minus large: [-+.\d]+ points \(95 % interval [-+.\d]+ to ([-+.\d]+)\)", judged)
    assert name == "medium" and float(high) < 0 and "depends</" not in judged.split("The rule")[0]


def test_after_more_epochs_networks_are_surer_of_their_wrong_answers(shown, text):
    found = [int(percent) for percent in re.findall(r"(\d+)% sure", shown("sure ="))]
    told = stated(text, "from # % after 15 epochs to # % after 60", "surer of their wrong answers")
    assert np.allclose(found, told, atol=2), "of all seeds that were tried"


def test_by_the_loss_the_large_network_is_worse_at_the_end_and_level_at_its_lowest(shown, text):
    found = re.findall(r"(small|medium|large): ([\d.]+) at the end, ([\d.]+) at .* (\d+)% right", shown("at_the_end"))
    end, lowest, right = ({name: float(row[at]) for name, *row in found} for at in (0, 1, 2))
    (in_the_test,) = re.findall(r"large: training \d+%, test ([\d.]+)%", shown("show_by_heart"))
    assert right["large"] + 3 < float(in_the_test), "stopped early, it has fewer right answers"
    assert end["large"] > end["medium"] > end["small"] and max(lowest.values()) - min(lowest.values()) < 0.15
    guessing = round(np.log(10), 2)
    assert stated(text, r"worse than guessing \(#\)") == guessing
    assert guessing < min(end.values()), "all three are worse than guessing"


def test_what_the_full_size_run_found(text):
    figures = load_results(experiment.RESULTS)["figures"]
    means = [one["mean"] for one in figures["accuracy"].values()]
    assert means == sorted(means) and [*figures["accuracy"]] == [*map(str, experiment.WIDTHS)]
    second = load_results("lesson-04")["figures"]["1000"]["accuracy"]
    widest = int(stated(text, "# neurons", "second one also tried"))
    tried = [second[f"2 × {width} at 0.0"]["mean"] for width in (*experiment.WIDTHS, widest)]
    assert tried == sorted(tried) and stated(text, "up to # neurons, we saw") == widest
    tied, level = stated(text, "in the second, # and # are level")
    assert len({round(100 * second[f"2 × {width:.0f} at 0.0"]["mean"], 1) for width in (tied, level)}) == 1
    fixed = {width: cell.test.mean for width, cell in experiment.grid()[1000].items()}
    apart = {width: abs(figures["accuracy"][str(width)]["mean"] - mean) for width, mean in fixed.items()}
    assert max(apart, key=apart.get) == min(fixed) == stated(text, "# neurons need another rate")
    told = stated(text, "# points behind those with #, with a stored error bar from # to #")
    found = figures["claims"]["W"]
    points = (round(-100 * found[part], 1) for part in ("mean", "high", "low"))
    assert told == (next(points), float(experiment.LARGE), *points)
    assert f"{stated(text, 'networks with # neurons are # points')[0]:.0f}" == experiment.SMALL
    width, known = stated(text, "those with # know # % of their examples")
    assert known == round(100 * experiment.grid()[1000][int(width)].training[-1])
    assert 0.55 < experiment.grid()[4000][64].test.mean < 0.65


def test_the_ledger_tries_the_widths_that_lesson_full_size_run_and_blocks_do(text):
    claim = load_claims()["W"]
    lesson = [stated(text, "has #", f"The {size} one") for size in ("medium", "large")]
    assert [*stated(claim.test, "lesson 2 × # against 2 × #")] == lesson
    full_size = stated(claim.test, "full size 2 × # against 2 × #")
    assert full_size == (float(experiment.SMALL), float(experiment.LARGE))
    widths = stated(claim.test, "blocks 2 × # or 2 × # against 2 × # or 2 × #")
    assert [f"2 × {width:.0f}" for width in widths] == [
        arm for side in room_trials.SIZES.sides.values() for arm in side
    ]
    known = [round(100 * experiment.grid()[1000][int(width)].training[-1]) for width in full_size]
    assert [*stated(claim.conditions, "know # and # % of their examples")] == known
    assert stated(claim.history[-1], "2 × # know # %") == (full_size[0], known[0])


def test_no_larger_network_is_worse_outside_the_bars_at_any_amount():
    """As the panel's question has it; here the answer is no."""
    for cells in experiment.grid().values():
        tests = [cell.test for cell in cells.values()]
        assert all(larger.high > smaller.low for smaller, larger in zip(tests, tests[1:], strict=False))


def test_the_full_size_grid_has_the_settings_that_the_text_states(text):
    epochs = stated(text, "# epochs", "one learning rate")
    assert experiment.GRID.learning_rate == stated(text, r"learning rate\W+#", "stored run")
    assert {len(cell.training) for cells in experiment.grid().values() for cell in cells.values()} == {epochs}


def test_the_interval_over_fewer_examples_is_wider(shown):
    rows = re.findall(r"\(([\d.]+)% to ([\d.]+)%\)", shown("crossed_estimate("))
    few, all_of_them = (float(high) - float(low) for low, high in rows)
    assert few > 1.5 * all_of_them
    ((low, high),) = re.findall(r"bar from ([\d.]+)% to ([\d.]+)%", shown("show_error_bar"))
    seeds_alone = float(high) - float(low)
    luck = np.sqrt(few**2 - seeds_alone**2) / seeds_alone
    assert luck > 1.5 and seeds_alone <= all_of_them < 1.3 * seeds_alone, "only a little longer"


def test_the_difference_s_bar_begins_above_0_although_the_two_bars_overlap(text):
    a, a_half, b, b_half = stated(text, "recognises # ± # % of the signals, B # ± #")
    begins = b - a - np.hypot(a_half, b_half)
    assert begins > 0 and np.isclose(exercises.overlap_exercise.right, begins)
    assert b - b_half < a + a_half and np.allclose(stated(text, "overlap, from # to #"), [b - b_half, a + a_half])


def test_a_function_that_looks_at_one_network_or_at_another_summary_is_wrong():
    for wrong in (
        lambda loss: loss[0].argmin() + 1,
        lambda loss: loss[-1].argmin() + 1,
        lambda loss: np.median(loss, axis=0).argmin() + 1,
        lambda loss: loss.max(axis=0).argmin() + 1,
        lambda loss: loss.min(axis=0).argmin() + 1,
    ):
        assert exercises.epoch_exercise.check(wrong)[0] == "wrong"


def test_its_experiment_runs_in_small(monkeypatch):
    shrink(
        monkeypatch, experiment, WIDTHS=(4, 8), AMOUNTS=(100,), SMALL="4", LARGE="8", TRIALS=2, GRID=Recipe(epochs=2)
    )
    check_run(experiment)


def test_on_other_data_the_small_network_is_nowhere_ahead(shown):
    own = trials.verdict("W").overall.places
    ways = {kind: own[f"{kind}-1000"] for kind in ("mnist1d", "optdigits", "fashion", "magic", "spambase")}
    assert {ways.pop(kind) for kind in ("mnist1d", "optdigits", "fashion")} == {"fails, the other way round"}
    assert ways["magic"].startswith("fails") and ways["spambase"] == "undecided"
    assert "Claim W in blocks. MNIST-1D: -" in shown("show_places(")


def test_who_of_the_small_networks_learns_its_examples_by_heart_elsewhere(text):
    width, epochs = stated(text, "2 × # learn nearly all of them in # epochs", "digits and on spam")
    recipe = Recipe(hidden=(int(width),) * 2, learning_rate=0.01, epochs=int(epochs))
    known = {}
    for kind in ("mnist1d", "optdigits", "fashion", "spambase", "magic"):
        runs = compare({"small": recipe}, standard.LOADERS[kind](train=1000), my_seeds(3, "pilot", name="unnamed"))
        known[kind] = [run.train_accuracy[-1] for run in runs.runs["small"]]
    least, most = ({kind: end(of_kind) for kind, of_kind in known.items()} for end in (min, max))
    assert min(least["optdigits"], least["spambase"]) > 0.98 and max(most["mnist1d"], most["magic"]) < 0.95
    assert least["fashion"] < 0.95 and most["fashion"] > 0.98


def test_the_epochs_that_the_blocks_choose_from(text):
    design = room_trials.SIZES
    told = stated(text, "number of epochs, from # to #", "validation")
    assert (min(design.space["epochs"].options), max(design.space["epochs"].options)) == told


def test_the_margins_of_the_places_are_those_that_the_text_states(text):
    margins = trials.verdict("W").margins
    told = stated(text, "# point, but # for the digits and # for spam")
    wanted = (margins["mnist1d-1000"], margins["optdigits-1000"], margins["spambase-1000"])
    assert np.allclose(100 * np.array(wanted), told)
    assert margins["magic-1000"] == margins["fashion-1000"] == margins["mnist1d-1000"]
