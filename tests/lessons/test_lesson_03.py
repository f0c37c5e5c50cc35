"""What lesson 3's text says is so: taken from what its cells show, or computed again."""

import html
import re

import numpy as np
import pytest

from helpers.lab import Recipe, load_claims, load_mnist1d, load_results
from helpers.lab.full_size import stored_trial
from helpers.lab.replicate import kept
from helpers.lessons import trials
from helpers.lessons.lesson_03 import exercises, experiment, panel, pictures
from helpers.lessons.lesson_06 import experiment as lesson_06
from helpers.lessons.lesson_06.trials import GAP
from helpers.nn import SGD, Adam, Fresh, Network, central_differences, mlp
from tests import legible
from tests import notebooks as lessons
from tests.lessons.common import check_run, shrink
from tests.notebooks import code_cells, read, stated

NAME = "03-add-dropout"


def test_what_is_kept_is_scaled_so_that_the_mean_stays(shown, text):
    values = {float(value) for value in re.findall(r"\d\.\d?", shown("twos = np.full"))}
    assert values == {*stated(text, "# or #", "was 2")}
    means = [float(mean) for mean in re.findall(r"\d\.\d*", shown("range(20_000)"))]
    assert len(means) == 24 and all(1.96 < mean < 2.04 for mean in means)


def test_the_two_ways_to_scale(text):
    output, rate = stated(text, "output is #, drop rate #", "while training, if kept")
    assert stated(text, r"\| # \| #", "our way") == pytest.approx((output / (1 - rate), output))
    assert stated(text, r"\| # \| #", "paper of 2014", "^\\|") == pytest.approx((output, output * (1 - rate)))


def test_the_paper_s_way_alone_scales_by_p_at_test_time(shown):
    told = shown('print("while training:"')
    assert re.search(r"\{'paper': 0\.8, 'inverted': 1\.0\}", told)
    assert lessons.rule_verdict(shown('judge("10"')) == load_claims()["10"].verdict


def test_both_conventions_agree_to_rounding(shown):
    apart = re.findall(r"(?:while training|at test time): +(\S+)", shown('print("while training:"'))
    assert len(apart) == 2 and all(float(value) < 1e-14 for value in apart)


def test_at_the_same_learning_rate_the_papers_way_steps_less_far(text):
    random, keep = np.random.default_rng(0), stated(text, "#²", "same learning rate")
    assert keep == 0.8
    dropped, wanted = random.normal(size=(5, 3)) * (random.random((5, 3)) < keep), random.normal(size=(5, 2))
    W = random.normal(size=(3, 2))
    V = W / keep
    ours = central_differences(lambda: ((dropped / keep @ W - wanted) ** 2).sum(), W)
    theirs = central_differences(lambda: ((dropped @ V - wanted) ** 2).sum(), V)
    assert np.allclose(keep * theirs, keep**2 * ours, rtol=1e-6), "a step of V changes keep · V, which W is"


def test_output_error_and_gradients_are_exactly_zero_of_the_dropped_neuron_and_of_no_other(shown, text):
    told = shown("show_one_pass(")
    (dropped,) = re.findall(r"Exactly 0 in every row: neuron (\d+)\.", told)
    assert (
        f"neuron {dropped} is dropped" in shown("moving = Prediction(") and stated(text, "number: #", "remember") == 0
    )
    assert float(re.search(r"All other fields are at least ([\d.e-]+)\.", told)[1]) > 0


def test_whose_weights_move(shown, text):
    told = shown("moved[name]:.3g")
    moved = dict(re.findall(r"^(\S.*?) +dropped for all: ([\d.e-]+);", told, re.MULTILINE))
    moved["L2"] = re.search(r"plain SGD and L2: ([\d.e-]+)$", shown("SGDWithL2("), re.MULTILINE)[1]
    assert moved.pop("plain SGD") == "0" and [*moved] == ["momentum", "Adam", "L2"]
    separate = re.findall(r"separate coins: ([\d.e-]+);", told)
    assert len(separate) == 3 and all(float(how_far) > 0 for how_far in (*moved.values(), *separate))
    judged = shown('judge("3"')
    assert judged.split("What is your verdict?")[0].count("separate coins") == 3
    assert lessons.rule_verdict(judged) == load_claims()["3"].verdict == "depends"
    assert "with momentum and Adam, but not with plain SGD" in shown("moving.beside(")


@pytest.mark.parametrize("optimizer", [SGD(0.1), SGD(0.1, momentum=0.9), Adam(0.01)])
def test_no_optimizer_moves_a_neuron_that_never_worked(optimizer):
    class Without5:
        def mask(self, layer, shape, drop_rate):
            return np.broadcast_to(np.arange(shape[2]) != 5, shape)

    network = Network(mlp(40, 16, 10, drop_rate=0.5), seeds=[0], dtype=np.float64)
    before, memory = network.parameters.copy(), optimizer.start(network.parameters)
    x, labels = load_mnist1d(train=1000).train.take(np.arange(100), np.float64)
    optimizer.step(network.parameters, network.gradient(x, labels, Without5())[1], memory)
    other = Network(mlp(40, 16, 10, drop_rate=0.5), seeds=[0], dtype=np.float64)
    into, out_of = (layer.weights[0] for layer in (network.layers[0], network.layers[-1]))
    into_before, out_of_before = (layer.weights[0] for layer in (other.layers[0], other.layers[-1]))
    assert (into[:, 5] == into_before[:, 5]).all() and (out_of[5] == out_of_before[5]).all()
    assert np.abs(network.parameters - before).max() > 0


def test_a_step_with_momentum_is_a_step_of_plain_sgd_and_part_of_the_one_before(text):
    gradients, momentum = np.array([[[3.0]], [[0.0]]]), stated(text, "adds # times the previous step")
    parameters, optimizer = np.zeros((1, 1)), SGD(0.1, momentum=0.9)
    memory, seen = optimizer.start(parameters), [0.0]
    for gradient in gradients:
        optimizer.step(parameters, gradient, memory)
        seen.append(parameters.item())
    first, second = np.diff(seen)
    assert first == pytest.approx(-0.3) and second == pytest.approx(momentum * first)


def test_a_dropped_neuron_is_back_in_the_next_pass(shown):
    dropped, after = map(float, re.findall(r"neuron 5 is ([\d.e-]+)", shown("last.x[0][:, 5].max()")))
    assert dropped == 0 < after


def test_how_often_exactly_the_portion_is_dropped():
    conditions = load_claims()["26"].conditions
    draws, of = stated(conditions, "# draws? of #")
    dropped = (np.random.default_rng(3).random((10_000, 100)) < 0.2).sum(axis=1)
    assert abs((dropped == stated(conditions, "exactly #")).mean() - draws / of) < 0.02


def test_rates(shown, text):
    """At rate 0.8 not even the training examples are learned; with dropout off, training looks better than on."""
    rows = re.findall(r"rate ([\d.]+): (\d+), (\d+), (\d+) %", shown("show_rates"))
    off, on, test = ({float(row[0]): int(row[at]) for row in rows} for at in (1, 2, 3))
    assert off[0.8] < 50 and off[0.2] > on[0.2] + 5 and off[0.5] > on[0.5] + 5
    assert test[0.2] > test[0.0] > test[0.8] and on[0.8] < test[0.8]
    assert off[0.2] >= 99, "nearly every training example"
    assert stated(shown("show_rates"), "# to", r"drop rate 0\.2 minus 0") > 1, "all of its bar"
    assert stated(text, "guess is right # time in #") == (1, load_mnist1d(train=1000).test.classes)
    full = experiment.full_size()
    assert stated(text, "# networks for each drop rate", "at full size") == len(load_results("lesson-03")["seeds"])
    percent = {rate: round(100 * found.mean) for rate, found in full.accuracy.items()}
    assert {percent[rate] for rate in stated(text, "# and #", "level at")} == {stated(text, "level at # %")}
    assert Recipe().epochs == stated(text, "tuned with # epochs")
    epochs = stated(text, "here we train #", "to save time")
    assert f"epochs={epochs:.0f}) for r in rates" in "".join(cell.source for cell in code_cells(read(NAME)))
    assert stated(text, "Of # learning rates") == experiment.TRIALS
    assert stated(text, "#, which validation chose") == stated(text, "validation chose #") == full.best_rate
    assert stated(text, "reads # %.* against # %", "at full size") == (percent[0.8], percent[0.0])
    assert percent[full.best_rate] == stated(text, "has # %", "validation chose")


def test_in_the_first_epochs_training_with_dropout_on_looks_worse_than_validation(shown):
    assert stated(shown("watching.beside("), "epochs: #", "validation minus training") > 0.5
    told = shown("show_curves(")
    highest, epochs = stated(told, "above both in # of # epochs")
    assert highest == epochs, "measured alike, training is ahead all along"
    ahead = stated(shown("watching.beside("), "epochs: #", "validation minus training")
    assert stated(told, r"\(grey\): # points") == ahead
    at_end, off, new, together = stated(
        shown("show_moments("), r"epoch #, dropout off #, new examples #, together #", "steps in points"
    )
    assert at_end > 0 and off > at_end and off > -new > off / 2, "new examples take most of it back"
    assert together == pytest.approx(at_end + off + new, abs=0.21) and abs(together - ahead) < 0.5


@pytest.mark.parametrize("means", [(0.218, 0.243, 0.334, 0.259), (0.2, 0.19, 0.3, 0.32)])
def test_the_moments_are_drawn_whole_however_they_fall(means):
    legible.install()
    told = html.unescape(pictures.show_moments(np.array(means)).data)
    assert f"together {100 * (means[3] - means[0]):+.1f}" in told


def test_whether_the_gap_closes_at_a_low_rate_depends_on_the_plain_network(shown, text):
    told, full = shown("Recipe(learning_rate=0.03"), lesson_06.full_size().accuracy
    first, second = map(float, re.findall(r"test accuracy at 0\.\d+: +([\d.]+)%", told))
    assert abs(first - second) < 1
    assert stated(told, "training accuracy at 0.03: #%") < 97, "it fits its training examples less well"
    assert stated(text, "plain network has #") == round(experiment.full_size().learning_rate[0.0], 4)
    assert stated(told, "minus gap of rate 0.2: # points") < 1, "no narrower at drop rate 0.2"
    assert lessons.rule_verdict(shown('judge("22"')) == "depends"
    claim, others = load_claims()["22"], stored_trial("22").others
    points = [round(100 * others[name].difference.mean, 1) for name in ("rate 0.1", "rate 0.1, plain at 0.03")]
    said = stated(claim.conditions, "narrower by #", r"at 0\.1"), -stated(claim.conditions, "wider by #")
    assert points == [*said]
    faster = stated(claim.conditions, r"learning rate\W+#")
    assert faster == lesson_06.FASTER.learning_rate == stated(text, "at #", "one more plain network")
    assert abs(full["faster"].mean - full["0.0"].mean) < claim.margin


def test_on_other_data_the_gap_narrows_little_or_not_that_one_could_see(text, shown):
    found = trials.verdict("22")
    signals = found.differences.pop("mnist1d-1000")
    assert found.differences and all(one.mean < 0.02 and one.low < 0.005 for one in found.differences.values())
    narrowed = [round(100 * value) for value in signals.basis.values]
    assert stated(text, "narrows by # points on average", "signals") == round(100 * signals.mean)
    assert stated(text, "by # in 1 block, by # in another") == (max(narrowed), min(narrowed))
    assert 0.01 < signals.low < 0.011, "above the margin by a hair"
    assert stated(text, "below # points", "means") == 2
    assert f"MNIST-1D: {signals}" in html.unescape(shown("show_places("))
    kinds = found.overall.places
    assert stated(text, "With # kinds of data", "by luck") == len(kinds)
    decided = sorted(verdict.split(",")[0] for verdict in kinds.values() if verdict != "undecided")
    assert decided == ["fails", "holds"], "one of each, as the text says"
    asked = stated(text, "uses # % intervals", "ledger")
    assert asked == pytest.approx(100 * (1 - 0.05 / len(kinds)))
    assert found.overall.verdict == load_claims()["22"].verdict == "undecided"


def test_in_five_blocks_dropout_gains_on_the_signals_and_less_than_a_point_elsewhere(text):
    found = kept(GAP, trials.folder("22"))
    gains = {place: found.difference(place) for place in found.blocks}  # plain minus dropout
    signals = gains.pop("mnist1d-1000")
    gained = [round(-100 * part, 1) for part in (signals.mean, signals.high, signals.low)]
    assert gained == [*stated(text, "Dropout gained # points \\(95 % interval # to #\\)")]
    below, kinds = stated(text, "but less than # point on # other kinds of data")
    assert kinds == len(gains) and all(-100 * one.mean < below for one in gains.values())
    assert stated(text, "We repeated the experiment # times") == len(found.blocks["magic-1000"])
    assert stated(text, "included, from # tries") == GAP.trials


def test_a_small_gap_is_not_yet_a_good_network(text):
    full = experiment.full_size()
    gap, accuracy = ({rate: kind[rate].mean for rate in (0.0, 0.2, 0.5, 0.8)} for kind in (full.gap, full.accuracy))
    training = full.training_off
    assert training[0.2] > 0.98 and accuracy[0.2] > accuracy[0.0] and gap[0.5] < gap[0.2] < gap[0.0]
    assert training[0.0] - training[0.5] > accuracy[0.5] - accuracy[0.0] > 0
    assert min(gap, key=gap.get) == stated(text, "at #", "smallest", "worst") == min(accuracy, key=accuracy.get)


def test_a_batch_uses_some_neurons_or_all_depending_on_who_shares_a_coin(shown):
    """Claim 15 speaks of batches: it is true of one mask for the batch, and not of a mask for each example."""
    told = shown("Fresh([0]).mask(")
    assert 400 < stated(told, "works for # of 1,000 examples", "least used") < 500
    assert stated(told, "works in # of 400 batches", "least used") > 0

    def uses(who):
        return [float(number) for number in re.search(rf"{who} uses (\d+) to (\d+)", told).groups()]

    assert uses("have their own") == [128, 128]
    for who in ("shares its coins", "single example"):
        fewest, most = uses(who)
        assert 0 < fewest < most < 128
    assert lessons.rule_verdict(shown('judge("15"')) == load_claims()["15"].verdict == "depends"


def test_each_example_of_an_epoch_has_a_cut_of_its_own(text):
    masks = Fresh([0]).mask(0, (1, 1000, 128), 0.5)[0]
    assert len(np.unique(masks, axis=0)) == stated(text, "# examples", "cut of its own")
    assert (~masks).any(axis=0).all() and masks.any(axis=0).all(), "each is cut off at some moment, none all along"


def test_nothing_is_cut_away(shown, text):
    before, after = re.findall(r"<b>([\d,]+)</b>", shown('judge("16"').split("What is your verdict?")[0])
    assert before == after and int(before.replace(",", "")) == stated(text, "keeps its # weights and biases")


def test_what_leaving_dropout_on_costs(shown, text):
    conditions = load_claims()["11"].conditions
    assert stated(text, "lost # points", "one pass") == stated(conditions, "noisy pass loses # points")
    assert stated(text, "in # blocks") == stated(conditions, "# blocks")
    assert stated(text, "# averaged lost #", "blocks") == stated(conditions, "#, .* averaged, lose #")
    stored = "".join(path.read_text() for path in trials.folder("11").glob("*.json"))
    rates = {round(float(rate), 2) for rate in re.findall(r"drop_rate=([\d.]+)", stored)} - {
        0.2
    }  # 0.2: before the search
    assert stated(text, "rates of # to #", "validation chose") == (min(rates), max(rates)) and len(rates) == 5
    one, twenty = re.findall(r"off minus [^:]+: ([+-][\d.]+) points", shown('judge("11"'))[:2]
    assert float(one) > 5 and 0 < float(twenty) < 1 and lessons.rule_verdict(shown('judge("11"')) == "depends"


def test_the_panel_s_question_is_answered_right(text):
    assert round(1 / 0.8**10) == stated(text, "about 1 in #", "probability")
    all_in_time = (1 - 0.8**10) ** (panel.COLUMNS[1] + panel.COLUMNS[2])
    assert round(1 / all_in_time) == stated(text, "draw of #", "80 %", "both layers")


OTHER_WAYS = {
    "the other way round": lambda x, rate, random: _scaled(x, random.random(x.shape) < 1 - rate, rate),
    "by a number of trials": lambda x, rate, random: _scaled(x, random.binomial(1, 1 - rate, x.shape), rate),
    "by choosing": lambda x, rate, random: _scaled(x, random.choice([0, 1], x.shape, p=[rate, 1 - rate]), rate),
    "by np.where": lambda x, rate, random: _scaled(x, np.where(random.random(x.shape) > rate, 1, 0), rate),
}
NOT_YET = {
    "all dots left": (lambda x, rate, random: (..., ...), "not started", "all three dots"),
    "one dot left": (lambda x, rate, random: (x * ..., ...), "not started", "all three dots"),
    "y alone": (lambda x, rate, random: x * _scaled(x, random.random(x.shape) > rate, rate)[1], "wrong", "ValueError"),
    "0.2 in both lines": (lambda x, rate, random: _scaled(x, random.random(x.shape) > 0.2, 0.2), "wrong", "not at 0.4"),
    "0.2 in one line": (lambda x, rate, random: _scaled(x, random.random(x.shape) > rate, 0.2), "wrong", "not at 0.4"),
    "kept is not used": (lambda x, rate, random: _scaled(x, 1, rate), "wrong", "Nothing is dropped"),
    "one coin": (lambda x, rate, random: _scaled(x, random.random() > rate, rate), "wrong", "one coin for all"),
    "a coin a column": (lambda x, rate, random: _scaled(x, random.random(100) > rate, rate), "wrong", "column"),
    "y by np.where": (
        lambda x, rate, random: (np.where(random.random(x.shape) < rate, 0, x / (1 - rate)), 1 / (1 - rate)),
        "wrong",
        "`y` is right, but `scaled` is not",
    ),
    "scaled is kept": (
        lambda x, rate, random: (x * (kept := random.random(x.shape) >= rate) / (1 - rate), kept),
        "wrong",
        "`y` is right, but `scaled` is not",
    ),
    "not multiplied": (lambda x, rate, random: _scaled(1, random.random(x.shape) > rate, rate), "wrong", "a fifth"),
    "a number": (3, "wrong", "a function"),
    "nothing": (..., "not started", "cell above"),
}


def _scaled(x, kept, drop_rate):
    scaled = kept / (1 - drop_rate)
    return x * scaled, scaled


@pytest.mark.parametrize("way", OTHER_WAYS)
def test_every_way_to_toss_the_coins_is_right(way):
    assert exercises.dropout_turn.check(OTHER_WAYS[way])[0] == "right"


@pytest.mark.parametrize("case", NOT_YET)
def test_a_dropout_that_is_not_yet_one_is_told_why(case):
    answer, state, words = NOT_YET[case]
    found, told = exercises.dropout_turn.check(answer)
    assert found == state and words in told


def test_the_hunt_is_as_long_as_the_text_says(text):
    assert len(exercises.FAULTS) == stated(text, "# ways in which")
    x = np.ones((3, 4))
    for fault in exercises.FAULTS.values():
        y, backward = fault(x, 0.2, np.random.default_rng(0))
        assert np.shape(y) == np.shape(backward(x)) == x.shape, "all of them run without an error"


@pytest.mark.parametrize(
    ("check", "words"),
    [
        (lambda forward: not exercises.fault_hunt.right(forward), "the wrong way round"),
        (lambda forward: forward(np.ones((2, 3)), 0.2, np.random.default_rng(0))[0] == 1.25, "many answers"),
        (lambda forward: bool(forward(np.ones((2, 3)), 0.2, np.random.default_rng(0))[0] == 1.25), "many answers"),
        (lambda forward: "yes", "'yes'. Return True or False"),
        (lambda forward: False, "refuses a dropout that is right"),
        (lambda forward: None, "returns nothing yet"),
    ],
)
def test_likely_wrong_checks_are_told_what_is_wrong(check, words):
    assert words in exercises.judge(check)[1]


X = np.arange(1.0, 5001).reshape(100, 50)
PARTS = {  # of the solution, and of the text's hint: which faults each of them catches
    "(y == 0).any()": (lambda y, back: (y == 0).any(), "f"),
    "two values": (lambda y, back: np.isin(y / X, [0, 1.25]).all(), "bfg"),
    "a fifth is 0": (lambda y, back: abs((y == 0).mean() - 0.2) < 0.03, "afg"),
    "zero in each row": (lambda y, back: (y == 0).any(axis=1).all(), "cf"),
    "zero in each column": (lambda y, back: (y == 0).any(axis=0).all(), "fh"),
    "back": (lambda y, back: np.allclose(back(X), y), "dei"),
    "the mean of back": (lambda y, back: np.isclose(back(np.ones_like(y)).mean(), (y / X).mean()), "de"),
    "each neuron's mean of back": (lambda y, back: np.allclose(back(np.ones_like(y)).mean(0), (y / X).mean(0)), "de"),
    "two values of back": (lambda y, back: np.isin(back(np.ones_like(y)), [0, 1.25]).all(), "bdefg"),
}


@pytest.mark.parametrize("part", PARTS)
def test_what_a_part_of_a_check_catches(part):
    condition, letters = PARTS[part]

    def check(forward):
        return bool(condition(*forward(X, 0.2, np.random.default_rng(0))))

    caught = exercises.judge(check)[2]
    assert [fault[1] for fault, found in zip(exercises.FAULTS, caught, strict=True) if found] == [*letters]


def test_the_same_coins_at_every_call_are_caught_by_a_second_call():
    def check(forward):
        random = np.random.default_rng(0)
        (y, _), (again, _) = forward(X, 0.2, random), forward(X, 0.2, random)
        return bool((again != y).any())

    caught = exercises.judge(check)[2]
    assert [fault[1] for fault, found in zip(exercises.FAULTS, caught, strict=True) if found] == ["f", "j"]


@pytest.mark.parametrize("part", ["the mean of back", "each neuron's mean of back"])
def test_a_check_that_compares_a_mean_of_the_backward_pass_is_not_right(part):
    """It passed once: the coins of another example give the same means."""

    def check(forward):
        random = np.random.default_rng(0)
        (y, back), (again, _) = forward(X, 0.2, random), forward(X, 0.2, random)
        others = ("two values", "a fifth is 0", "zero in each row", "zero in each column")
        return bool((again != y).any() and all(PARTS[name][0](y, back) for name in (*others, part)))

    state, told, _ = exercises.judge(check)
    assert state == "wrong" and "Still missed: (i)" in told and "number by number" in told


def test_at_drop_rate_a_half_two_faults_look_right(shown):
    lines = re.findall(r"^(0\.[25]) (\w+) \[(.*?)\] (\d+)% are 0$", shown("exercises.rate_for_keep"), re.MULTILINE)
    at_a_fifth, at_a_half = ([line[2:] for line in lines if line[0] == rate] for rate in ("0.2", "0.5"))
    assert len(set(at_a_fifth)) == 3 and {values for values, _ in at_a_half} == {"0. 2."}
    assert all(abs(int(share) - 50) < 4 for _, share in at_a_half)


def test_what_the_score_board_says_of_the_learners_check():
    board = exercises.fault_hunt(lambda forward: True).data
    assert board.count("missed") >= 5 and "your check" in board
    assert board.count("of 5 catch it") == 3 and board.count("not tried") == 6
    assert exercises.judge(lambda forward: 1 / 0)[0] == "wrong"


def test_its_experiment_runs_in_small(monkeypatch):
    shrink(monkeypatch, experiment, RATES=(0.0, 0.5), TRIALS=2)
    check_run(experiment)
