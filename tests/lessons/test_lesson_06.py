"""What lesson 6's text says is so: taken from what its cells show, or from the full-size runs."""

import html
import re

import numpy as np
import pytest

from helpers.lab import Recipe, load_claims, load_mnist1d, load_optdigits, my_seeds
from helpers.lab.folders import results_folder
from helpers.lab.full_size import stored_trial
from helpers.lab.replicate import kept
from helpers.lab.standard import space
from helpers.lessons.lesson_06 import exercises, experiment, trials
from helpers.lessons.trials import verdict
from helpers.nn import Adam, Network, evaluate, mlp, train
from tests.lessons.common import check_run, shrink
from tests.notebooks import stated

NAME = "06-what-it-wont-learn"
ESTIMATE = re.compile(r"([+-][\d.]+) points \(95 % interval ([+-][\d.]+) to ([+-][\d.]+)\)")


def estimates(told):
    """The differences that a text tells, in points: (mean, low, high) each."""
    return [tuple(map(float, found)) for found in ESTIMATE.findall(told)]


def test_who_repeats_wrong_labels(shown, text):
    told = shown("pictures.show_answers(")
    (plain, _), (dropout, put_right) = re.findall(r"wrong label ([\d.]+), the true digit ([\d.]+)", told)
    plain_said, dropout_said = stated(text, "plain networks repeat about #, those with dropout about #", "Remember")
    assert abs(float(plain) - plain_said) <= 3 and abs(float(dropout) - dropout_said) <= 3
    assert float(put_right) > 80, "it gives most of them their true label"
    found = stated(text, "of 100, about # are where the network's answer differs from the label")
    assert found == 100 - dropout_said


def test_small_and_slow_networks_repeat_fewer_still_and_read_fewer_new_digits_when_stopped(shown, text):
    told = shown("pictures.show_rivals(")
    found = re.findall(r"(\w+), epoch 30: ([\d.]+), epoch 60: ([\d.]+) of 100 wrong", told)
    repeats = {kind: (float(half), float(end)) for kind, half, end in found}
    assert [*repeats] == ["plain", "dropout", "small", "slow"]
    said = stated(text, "small networks repeat about # of 100 wrong labels and slow ones about #")
    assert [repeats[kind][1] for kind in ("small", "slow")] == pytest.approx(said, abs=2)
    assert max(repeats[kind][1] for kind in ("small", "slow")) < repeats["dropout"][1] - 1
    assert all(end > half + 0.5 for half, end in repeats.values()), "their curves still rise"
    ahead = dict(zip(("plain", "small", "slow"), estimates(told), strict=True))
    more = stated(text, "dropout reads about # more than small, # more than plain, and # more than slow")
    assert [ahead[kind][0] for kind in ("small", "plain", "slow")] == pytest.approx(more, abs=1)
    assert ahead["small"][1] > 1 and ahead["slow"][0] > 0.3 and ahead["plain"][1] > 0
    small, plain, slow = more
    points = stated(text, "plain network by about # points, of the small by about #, of the slow by about #")
    assert points == (plain, small, slow)


def test_with_half_of_the_neurons_off_wrong_labels_suffer_about_as_right_ones_that_are_held_as_weakly(shown, text):
    found = [float(part) for part in re.findall(r"still given: (\d+)%", shown("still given"))]
    right, wrong = stated(text, "About # of 100 right labels are still given, of the wrong ones only about #")
    alike = stated(text, "right labels with as small a lead, only about # are")
    assert found == pytest.approx([right, alike, wrong], abs=6)
    assert found[0] - found[1] > 2 * abs(found[1] - found[2]), "most of the difference"


def test_validation_digits_are_easier_than_new_ones(shown, text):
    seen, right = stated(text, "Your function gives # where # of 100 digits are right")
    assert round(exercises.seen_exercise.right(right / 100, 0.3), 2) == seen
    low = stated(text, "dropout's validation accuracy is low: at most # %")
    assert low == 100 * seen == stated(shown("pictures.show_epochs("), "highest validation accuracy is #%")
    true = load_optdigits(train=1000)
    noisy = experiment.with_wrong_labels(true, 0.3)
    networks = Network(mlp(64, 128, 128, 10, drop_rate=0.5), my_seeds(2))
    for _ in train(networks, noisy.train, Adam(0.003), epochs=30, batch_size=100):
        pass
    easier, new = (100 * evaluate(networks, part).accuracy.mean() for part in (true.validation, true.test))
    assert easier > new + 1 and easier == pytest.approx(right, abs=1.5)


def test_the_digits_are_as_the_text_says(text):
    true = load_optdigits(train=1000)
    noisy = experiment.with_wrong_labels(true, 0.3)
    digits, wrong = stated(text, "# digits, about # of them", "trained")
    mine = noisy.train.rows(my_seeds(10))
    counts = (noisy.train.labels != true.train.labels)[mine].sum(axis=1)
    assert mine.shape[1] == digits and abs(counts.mean() - wrong) < 20
    assert (noisy.validation.labels != true.validation.labels).mean() == pytest.approx(0.3, abs=0.05)
    of, right, other = stated(text, "Of # sevens, about # are called 7, and about # each of the other")
    called = of * np.bincount(noisy.train.labels[true.train.labels == 7]) / (true.train.labels == 7).sum()
    assert called[7] == pytest.approx(right, abs=5) and np.delete(called, 7).mean() == pytest.approx(other, abs=0.7)


def test_stopped_in_time_the_plain_network_nearly_keeps_up(shown, text):
    ((mean, low, _),) = estimates(shown("in_time.beside("))
    assert abs(mean - stated(text, "ahead of the plain network by about # points")) < 1 and low > 0
    told = shown("pictures.show_epochs(")
    plain, dropout = stated(told, "stops plain at epoch #, dropout at epoch #")
    assert plain < 20 < dropout <= 60
    kept = stated(told, "they repeat # and #")
    assert np.abs(np.subtract(kept, stated(text, "Stopped in time, they repeat about # and #"))).max() < 2
    unseen = stated(told, "wrong labels that they never saw, they give # and #")
    assert min(unseen) >= 0.5 and max(unseen) < 2.5 and stated(text, "also give # or # of 100 wrong labels") == (1, 2)
    learned = stated(told, "plain learns most of them from epoch # to epoch #")
    assert learned == pytest.approx(stated(text, "from about epoch # to epoch #, the plain networks"), abs=6)
    at_the_end, _ = re.search(r"of 100 new digits they read (\d+) and (\d+)", told).groups()
    assert int(at_the_end) < 80
    assert stated(told, "highest validation accuracy is #%") < 70, "with wrong labels it is low"
    lowest, highest = stated(told, "from epoch 12 on dropout reads # to # of 100")
    assert highest - lowest <= 2, "with dropout it hardly matters when to stop"
    stop, end = estimates(shown('judge(\n    "20"'))
    assert end[1] > 50 and stop[0] < 5 and kept[1] < 6, "stopped in time, it repeats few wrong labels"


def test_a_stamp_that_many_share_is_followed_more_with_dropout(shown, text):
    told = html.unescape(shown("pictures.show_stamps("))
    follow = {kind: float(share) for kind, share in re.findall(r"(\w+): the stamp's label ([\d.]+)", told)}
    said = stated(
        text, "about # of 100 new digits get the stamp's label, with slow networks about #, with plain ones about #"
    )
    assert [follow[kind] for kind in ("dropout", "slow", "plain")] == pytest.approx(said, abs=6)
    ((more, low, _),) = estimates(shown("follows.beside("))
    assert more == pytest.approx(follow["dropout"] - follow["plain"], abs=0.2) and low > 5, "more often"


def repeated(kind):
    """What plain and dropout repeat at full size, in percent, of one kind's wrong labels."""
    (design,) = (design for design in trials.TRIALS["20"].designs if f"{kind}-1000" in design.data_sets)
    (blocks,) = kept(design, results_folder() / "trials" / "20").blocks.values()
    return [100 * np.mean([block.sides[side].training_accuracy for block in blocks]) for side in ("plain", "dropout")]


def test_where_validation_chooses_everything_hardly_a_digit_s_wrong_label_is_repeated(text):
    plain, dropout = repeated("optdigits")
    assert [round(plain), round(dropout)] == [*stated(text, "repeated # of 100 wrong labels there, and dropout #")]
    assert verdict("20").overall.places["optdigits-1000"] == "undecided"
    for kind, label in (("optdigits", "8×8 digits"), ("spambase", "spam")):
        told = stated(load_claims()["20"].conditions, f"{label} # % and # %")
        assert told == tuple(round(share, 1) for share in repeated(kind))
    e_mails = [round(share) for share in repeated("spambase")]
    assert e_mails == [*stated(text, "repeats # % of the wrong labels, dropout # %", "e-mails|even so")]
    assert verdict("20").overall.places["spambase-1000"] == "holds"
    signals = stated(text, "neither of them in time, and they repeat # % and # %")
    assert signals == tuple(round(share) for share in repeated("mnist1d"))


def test_where_validation_chooses_everything_dropout_reads_more_that_is_new(text):
    found = {}
    for design in trials.TRIALS["20"].designs:
        (place,) = design.data_sets
        found[place] = kept(design, results_folder() / "trials" / "20").difference(place)  # plain minus dropout
    digits = found["optdigits-1000"]
    ahead = [round(-100 * part, 1) for part in (digits.mean, digits.high, digits.low)]
    assert ahead == [*stated(text, "read # points more of the new digits \\(95 % interval # to #")]
    others = [round(-100 * found[place].mean, 1) for place in ("mnist1d-1000", "spambase-1000")]
    assert others == [*stated(text, "# points more of the signals and # points more of the e-mails")]
    assert all(one.high < 0 for one in found.values())


def test_the_ledger_quotes_the_long_training_right(shown):
    told = stated(load_claims()["20"].conditions, "repeats about # %, dropout # %", "60 epochs")
    (plain, dropout) = re.findall(r"the wrong label ([\d.]+)", shown("pictures.show_answers("))
    assert abs(float(plain) - told[0]) <= 3 and abs(float(dropout) - told[1]) <= 3


def test_noise_on_the_moons(shown, text):
    told = re.findall(r"^(.+?)  noise fitted (\d+)%  test ([\d.]+)%", shown("noise_fitted = {"), re.MULTILINE)
    fitted, test = ({kind.strip(): float(row[at]) for kind, *row in told} for at in (0, 1))
    assert fitted["2 × 64"] > fitted["rate 0.1"] > fitted["2 × 64"] - 15 > fitted["rate 0.5"]
    assert test["2 × 4"] > max(test.values()) - 1 and fitted["2 × 4"] < fitted["rate 0.5"], "a small one does so, too"
    noisy = np.mean(trials.load_moons().train.labels != trials.bayes_labels(trials.load_moons(), 0))
    assert round(1 / noisy) == stated(text, "About 1 point in #")
    assert f"noise: {noisy:.0%} of all points" in shown("noise_fitted = {")
    found = verdict("21").differences
    fewer = {
        "moons-rate-50": "rate 0.5 fits about # fewer",
        "moons-rate-50-longer": "times as many epochs it fits about # fewer",
        "optdigits-rate-50": "wrong labels of the digits, it repeats about # fewer",
    }
    for place, words in fewer.items():
        assert 100 * found[place].mean == pytest.approx(stated(text, words), abs=0.05)
    assert found["moons-rate-50"].low > 0.1 > found["moons-rate-10"].mean


def test_the_gap_narrows_on_signals_and_hardly_on_digits(shown):
    signals, digits = estimates(shown('judge(\n    "22"'))
    assert signals[1] > 10 and abs(digits[0]) < 2
    found = re.findall(r"signals, \w+: training ([\d.]+)%, test ([\d.]+)%", shown("narrower = {"))
    plain, dropout = np.array(found, float)
    assert dropout[0] < plain[0] - 20 and dropout[1] < plain[1] - 2, "training accuracy falls, and test accuracy, too"


def test_the_stored_run_has_what_the_room_says_it_has():
    full = experiment.full_size()
    assert {"0.0", "0.1", "0.5", "faster"} == set(full.accuracy)
    assert set(full.moons) == set(experiment.SPREADS) and set(full.long) == {"0.0", "0.5"}
    for fits in full.moons.values():
        assert set(fits) == {"0.0", "0.1", "0.5", "small"}
        assert all(len(fit.training) == 10 and fit.test.low < fit.test.mean < fit.test.high for fit in fits.values())


def test_its_conditions_are_those_that_its_settings_make():
    assert set(stored_trial("21").others) == {
        "spread 0.4, rate 0.5",
        "spread 0.3, rate 0.1",
        "spread 0.3, rate 0.5",
        "spread 0.4, rate 0.5, 4000 epochs",
    }
    assert set(stored_trial("22").others) == {"rate 0.1", "rate 0.1, plain at 0.03"}


def test_its_experiment_runs_in_small(monkeypatch):
    shrink(monkeypatch, experiment, TRIALS=2, MOONS=Recipe(epochs=2, batch_size=50), LONG=3)
    check_run(experiment)


def test_a_share_of_the_labels_is_wrong_in_training_and_validation_alone():
    true = load_mnist1d(train=500)
    noisy, other = (experiment.with_wrong_labels(true, 0.3, seed) for seed in (0, 1))
    for part in ("train", "validation"):
        labels, before = getattr(noisy, part).labels, getattr(true, part).labels
        assert (labels != before).mean() == pytest.approx(0.3, abs=0.04)
        assert {*(labels - before)[labels != before] % 10} == {*range(1, 10)}, "any other label"
        assert (labels != getattr(other, part).labels).mean() > 0.3
    assert noisy.test == true.test and noisy.train.x is true.train.x


def test_noise_alone_is_counted():
    """A network that answers 1 to everything repeats the labels that are 1 by mistake, and no others."""
    data = experiment.with_wrong_labels(load_mnist1d(train=500), 0.3)
    true, network = load_mnist1d(train=500).train.labels, Network(mlp(40, 10), my_seeds(3))
    network.parameters[:] = 0
    network.layers[-1].bias[..., 1] = 1
    rows = data.train.rows(network.seeds)
    wrong = (data.train.labels != true)[rows]
    expected = [(labels[mine] == 1).mean() for labels, mine in zip(data.train.labels[rows], wrong, strict=True)]
    assert trials.counted(network, data, true)["training_accuracy"] == expected


def test_blocks_of_both_trials_run_in_small(monkeypatch):
    short = {"learning_rate": space(8)["learning_rate"], "epochs": space(8)["epochs"]}
    monkeypatch.setattr(trials, "space", lambda longest: short)
    for name in ("TUNED_TRIED", "FITTED_TRIED"):
        monkeypatch.setattr(trials, name, 2)
    designs = [trials.repeating("spambase", 1)]
    designs += [trials.fitting("here", trials.load_moons, trials.bayes_labels, Recipe((8,), epochs=2), 0.5, 1)]
    for design in designs:
        ((place, load),) = design.data_sets.items()
        seeds = design.seeds(1)
        found = design.found(place, load(split=seeds["split"]), seeds, None)
        assert [*found] == ["plain", "dropout"]
        for side in found.values():
            assert len(side["training_accuracy"]) == 5 and all(0 <= share <= 1 for share in side["training_accuracy"])


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (lambda answers, labels, true: np.mean(answers != labels), "the digits that you check. How many"),
        (lambda answers, labels, true: np.mean((answers != labels)[labels != true]), "the wrong labels that you find"),
        (lambda answers, labels, true: np.mean((answers != labels) & (labels != true)), "Divided by the number of all"),
        (lambda answers, labels, true: np.mean((answers != true)[answers != labels]), "There the network is wrong"),
        (lambda answers, labels, true: np.mean((labels == true)[answers != labels]), "for nothing"),
        (lambda answers, labels, true: np.mean(labels != true), "among all digits"),
    ],
)
def test_a_wrong_share_of_suspects_gets_the_hint_that_is_for_it(line, words):
    found, told = exercises.suspects_exercise.check(line)
    assert found == "wrong" and words in told


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (lambda validation: validation.argmax(), "one number for all networks"),
        (lambda validation: validation.argmax(axis=1), "the best network of each look"),
        (lambda validation: validation.max(axis=0), "the highest accuracies"),
        (lambda validation: validation.argmin(axis=0), "argmax instead of argmin"),
        (lambda validation: 3 * (validation.argmax(axis=0) + 1), "Those are epochs"),
    ],
)
def test_a_wrong_line_for_the_best_rows_gets_the_hint_that_is_for_it(line, words):
    found, told = exercises.stop_turn.check(line)
    assert found == "wrong" and words in told
