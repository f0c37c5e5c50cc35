"""What lesson 7's text says is so: taken from what its cells show, or from the full-size runs."""

import re
from math import comb

import numpy as np
import pytest

from helpers.lab import load_claims, load_mnist1d, load_optdigits, load_results, my_seeds
from helpers.lab.folders import results_folder
from helpers.lab.replicate import kept
from helpers.lessons.lesson_07 import exercises, experiment, trials
from helpers.lessons.trials import verdict
from helpers.nn import Adam, Fresh, Network, Replayed, mlp, softmax, softmax_cross_entropy, train
from tests.lessons.common import check_run, shrink
from tests.notebooks import rule_verdict, stated

NAME = "07-many-networks"
ESTIMATE = re.compile(r"([+-][\d.]+) points \(95 % interval ([+-][\d.]+) to ([+-][\d.]+)\)")


def estimates(told):
    """The differences that a text tells, in points: (mean, low, high) each."""
    return [tuple(map(float, found)) for found in ESTIMATE.findall(told)]


def blocks(claim):
    """Place -> the Blocks of a claim that has one design."""
    (design,) = trials.TRIALS[claim].designs
    return kept(design, results_folder() / "trials" / claim).blocks


def test_none_of_the_1024_beats_the_whole(shown, text):
    told = shown("pictures.show_all(")
    networks, none, of, most, by = stated(
        told, "dropout: of # networks, in # none of the # beats the whole, in any 1 at most #, by # points"
    )
    assert none == networks == 10 and most == 0 > by and of == stated(text, "none of the # beats the whole", "ten")


def test_alone_and_together(shown, text):
    told = shown("pictures.show_all(")
    fives = [float(five) for five in re.findall(r"with five neurons ([\d.]+)", told)]
    said = stated(text, "neurons a sub-network reads about # of 100 .* about # in a plain network")
    assert fives[::-1] == pytest.approx(said, abs=1.5)
    told = shown("pictures.show_committee(")
    shares = r"one alone ([\d.]+), all averaged ([\d.]+), the whole (\d+\.\d); .*? on (\d+) of 100"
    plain, dropout = ([float(part) for part in found] for found in re.findall(shares, told))
    assert dropout[1:3] == pytest.approx([stated(text, "with dropout, about # of 100 each")] * 2, abs=1)
    assert abs(dropout[1] - dropout[2]) < 1
    assert plain[2] - plain[1] == pytest.approx(stated(text, "committee reads about # fewer than the whole"), abs=2)
    assert plain[0] < dropout[0] - 10 and abs(dropout[0] - 50) < 3
    assert dropout[3] == pytest.approx(stated(text, "the 2 give the same digit on # of 100"), abs=1)
    assert plain[3] == pytest.approx(stated(text, "gives the same digit on # of 100", "plain networks"), abs=2)


def test_why_the_committee_is_better_than_its_members(shown, text):
    pairs = stated(shown("votes = np.array("), "wrong digit: #% of pairs")
    votes = stated(shown("votes = np.array("), "vote each: #% right")
    assert 10 < pairs < 50, "they differ in the greater part of the pairs, but not in all"
    assert votes == pytest.approx(stated(text, "vote each they read about # of 100"), abs=2)
    assert stated(text, "The rest, up to #, comes from averaging") == stated(text, "with dropout, about # of 100 each")


def test_a_plain_network_of_seven_neurons_reads_about_as_many(shown, text):
    told = shown("seven = Network(")
    reads, whole = stated(text, "It reads about # of 100, and the whole with dropout #")
    assert float(re.search(r"(\d+)%;", told)[1]) == pytest.approx(reads, abs=1)
    ((mean, low, high),) = estimates(told)
    assert low < 0 < high and mean == pytest.approx(reads - whole, abs=1)


def test_the_best_smaller_one_that_validation_finds_is_behind(shown, text):
    ((mean, low, high),) = estimates(shown('judge(\n    "S"'))
    assert low < mean < high < 0
    found = verdict("S")
    assert found.overall.verdict == "fails" == load_claims()["S"].verdict
    assert all(one.basis.ahead == 0 and len(one.basis.values) == 5 for one in found.differences.values()), "in all ten"
    beat = np.array([block.sides["doubled"].training_accuracy for block in blocks("S")["mnist1d-1000"]]).ravel() * 1024
    some, of, most = stated(text, "in # of # networks some do, at most # of the 1,024")
    assert (some, of, most) == ((beat > 0).sum(), beat.size, round(beat.max()))
    assert not any(block.sides["doubled"].training_accuracy.any() for block in blocks("S")["optdigits-1000"])


def test_each_way_to_count_the_kept_neurons_is_behind_the_whole():
    (design,) = trials.TRIALS["S"].designs
    result, told = kept(design, results_folder() / "trials" / "S"), load_claims()["S"].conditions
    for way, words in zip(trials.COUNTS, ("counts: doubled", "not doubled", "times 10/kept"), strict=True):
        assert stated(told, f"{words} # and #") == tuple(
            round(100 * result.between(way, "whole").difference(place).mean, 1) for place in result.blocks
        )


def test_who_lacks_dead_neurons_alone_is_not_smaller():
    hidden = np.zeros((2, 4, 3))
    hidden[0, 1, 0] = hidden[0, 2, 1] = hidden[1, 3, 2] = 1  # alive: neurons 0 and 1; neuron 2
    masks = np.array([[True, True, False], [True, False, True], [False, False, True], [True, True, True]])
    assert experiment.is_smaller(masks, hidden).T.tolist() == [[False, True, True, False], [True, False, False, False]]


def test_of_128_neurons_some_random_sub_networks_beat_the_whole(shown, text):
    least, most, by = stated(shown("wide_right, whole_of_128"), "of 400, # to # beat it, by at most # points")
    assert least == 0 and most == stated(text, "up to # of the 400 beat the whole") and 0 < by < 1


def test_the_sub_network_by_hand_is_the_one_that_a_mask_makes(shown):
    assert stated(shown("largest difference"), "largest difference: #") < 1e-12
    network, x = Network(mlp(6, 5, 3, drop_rate=0.5), [0, 1]), np.random.default_rng(0).random((7, 6), np.float32)
    noise = Replayed(Fresh([0, 1]))
    outputs, on = network.forward(x, noise), noise.masks[2]
    last = network.layers[-1]
    mine = experiment.sub_network(experiment.hidden_outputs(network, x), on, last.weights, last.bias)
    assert np.allclose(mine, outputs, atol=1e-6)


def test_all_masks_are_there_and_each_once():
    masks = experiment.all_masks(10)
    assert masks.shape == (1024, 10) and len(np.unique(masks, axis=0)) == 1024
    assert not masks[0].any() and masks[-1].all()
    assert [(masks.sum(axis=1) == count).sum() for count in range(11)] == [comb(10, count) for count in range(11)]


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_the_whole_is_the_normalised_geometric_mean_and_not_the_arithmetic_one(activation):
    network = Network(mlp(64, 8, 10, drop_rate=0.5, activation=activation), [0, 1], dtype=float)
    data = load_optdigits(train=300)
    for _ in train(network, data.train, Adam(0.01), epochs=10):
        pass
    x, last = data.validation.take(np.arange(40), float)[0], network.layers[-1]
    hidden = experiment.hidden_outputs(network, x)
    each = [experiment.sub_network(hidden, on, last.weights, last.bias) for on in experiment.all_masks(8)]
    whole, probabilities = softmax(network.forward(x)), np.array([softmax(outputs) for outputs in each])
    geometric = np.exp(np.log(probabilities).mean(axis=0))
    geometric /= geometric.sum(axis=2, keepdims=True)
    assert np.abs(geometric - whole).max() < 1e-12
    assert np.abs(probabilities.mean(axis=0) - whole).max() > 0.05
    assert np.allclose(exercises.first_exercise.right(np.array([one[0] for one in each])), whole[0], atol=1e-12)


def test_the_lesson_shows_the_same_of_a_trained_network_and_of_an_untrained_one(shown):
    told = shown("for_means = {")
    found = re.findall(r"arithmetic mean at most (\S+), geometric at most (\S+) from", told)
    assert len(found) == 2 and all(float(geometric) < 1e-12 and float(mean) > 0.05 for mean, geometric in found)


def test_how_many_masks_are_met(text):
    met = {}
    for neurons in (10, 20, 128):
        drawn = Fresh(my_seeds(1)).mask(0, (1, 60_000, neurons), 0.5)[0]
        met[neurons] = [len(np.unique(part, axis=0)) for part in (drawn[:1000], drawn)]
    assert met[10][1] == 1024 and met[10][0] > 512, "all are met, most of them in the first epoch"
    assert round(100 * met[20][1] / 2**20) == stated(text, "With 20 neurons, about # in 100")
    assert met[128] == [1000, 60000]
    assert stated(text, "60,000 masks in # epochs") == 60 and f"{2.0**128:.0e}" == "3e+38"
    assert stated(text, "with 10 neurons, about # each") == round(60_000 / 1024)


def test_some_neurons_are_dead_on_digits_and_none_on_signals(shown, text):
    told = dict(re.findall(r"(\w[\w, ]*): (\d+ to \d+) of ten neurons", shown("put_out = {")))
    low, high = map(int, told["digits"].split(" to "))
    assert int(told["digits, before training"].split(" to ")[0]) > low, "some die in training"
    assert (2**low, 2**high) == stated(text, "1,024 masks are therefore often only # to # different networks")
    assert told["signals"] == "10 to 10"
    assert rule_verdict(shown('judge(\n    "9"')) == load_claims()["9"].verdict == "depends"


def test_masks_that_differ_in_a_living_neuron_are_different_networks():
    data = load_mnist1d(train=1000)
    network = Network(mlp(40, 10, 10, drop_rate=0.5), my_seeds(1))
    for _ in train(network, data.train, Adam(0.01), epochs=20):
        pass
    hidden, last = experiment.hidden_outputs(network, data.test.take()[0][:200]), network.layers[-1]
    alive = (hidden > 0).any(axis=1).sum()
    outputs = [experiment.sub_network(hidden, on, last.weights, last.bias).ravel() for on in experiment.all_masks(10)]
    assert len(np.unique(outputs, axis=0)) == 2**alive


def test_two_halves_agree_more_with_dropout(shown, text):
    (points,) = estimates(shown('judge(\n    "24"'))
    assert points[1] > 5
    told = shown("alike = agreement(")
    plain, dropout = stated(told, "same answer from both halves: plain #%, dropout #%")
    alone = stated(told, "half alone reads: plain #%, dropout #%")
    said = stated(text, "half reads about # of 100 digits, in a plain network about #")
    assert alone[::-1] == pytest.approx(said, abs=2)
    assert stated(text, "on about # of 100 digits, in plain networks on about # of 100") == pytest.approx(
        (dropout, plain), abs=3
    )
    found = {
        place: [100 * np.mean([block.sides[side].training_accuracy.mean() for block in of]) for side in of[0].sides]
        for place, of in blocks("24").items()
    }
    told = load_claims()["24"].conditions
    digits = stated(told, "agree on # % of the digits with dropout and # % without")
    signals = stated(told, "and on # % and # % of the signals")
    for said, place in ((digits, "optdigits-1000"), (signals, "mnist1d-1000")):
        assert [round(share, 1) for share in found[place]] == [*said]
    assert stated(text, "In the course's own trial, on signals, # of 100 with dropout and # without") == tuple(
        round(share) for share in found["mnist1d-1000"]
    )


def test_gaussian_noise_gains_as_much_as_dropout_and_boosting_nothing(shown, text):
    gaussian, dropout, boosting = estimates(shown("pictures.show_noises("))
    said = stated(text, "Gaussian noise gains about # points here, dropout about #")
    assert (gaussian[0], dropout[0]) == pytest.approx(said, abs=1)
    assert gaussian[1] > 1 and dropout[1] > 1 and boosting[0] < 0.5 and boosting[2] < 1.5
    assert verdict("N").overall.verdict == load_claims()["N"].verdict


def test_the_ledger_quotes_what_stands_next_to_gaussian_noise_right(text):
    (design,) = trials.TRIALS["N"].designs
    result, told = kept(design, results_folder() / "trials" / "N"), load_claims()["N"].conditions
    for sides in (("Gaussian noise", "dropout"), ("dropout", "plain"), ("boosting", "plain")):
        said = stated(told, "{} minus {} # and #".format(*sides))
        assert said == tuple(round(100 * result.between(*sides).difference(place).mean, 1) for place in result.blocks)
    ahead, behind = stated(text, "Gaussian noise is # points ahead on signals and # behind on digits")
    assert stated(told, "Gaussian noise minus dropout # and #") == (ahead, -behind)
    own = verdict("N").overall.places
    assert own["mnist1d-1000"] == "holds" and own["optdigits-1000"] == "undecided", "as the text says"


def test_the_noise_has_dropout_s_mean_and_variance_and_drops_nobody():
    seeds, shape = [3, 4], (2, 4000, 30)
    factors = 2 * experiment.Gaussian(seeds).mask(1, shape, 0.5)
    assert factors.dtype == np.float32 and (factors != 0).all()
    for mine in factors:
        assert mine.mean() == pytest.approx(1, abs=0.02) and mine.var() == pytest.approx(1, abs=0.02)
    assert not np.array_equal(*factors)
    again = experiment.Gaussian(seeds[1:])
    assert np.array_equal(2 * again.mask(1, (1, *shape[1:]), 0.5)[0], factors[1]), "a stream for each seed"
    assert not np.array_equal(again.mask(1, (1, *shape[1:]), 0.5), factors[1:] / 2), "anew each time"


def test_boosting_sends_back_the_plain_gradient_on_average():
    """And dropout does not: so noise that is boosting's alone can hardly gain."""
    x, labels = np.random.default_rng(1).random((9, 6)), np.arange(9) % 3
    plain = Network(mlp(6, 5, 3), [0], dtype=float).gradient(x, labels)[1].copy()
    away = {}
    for kind in (Network, experiment.Boosted):
        network, noise = kind(mlp(6, 5, 3, drop_rate=0.5), [0], dtype=float), Fresh([0])
        mean = np.mean([network.gradient(x, labels, noise)[1].copy() for _ in range(4000)], axis=0)
        away[kind] = np.linalg.norm(mean - plain) / np.linalg.norm(plain)
    assert away[experiment.Boosted] < 0.05 < 2 * 0.05 < away[Network]


def test_the_error_of_the_whole_goes_back_through_the_sub_network():
    x, labels = np.random.default_rng(1).random((9, 6)), np.arange(9) % 3
    networks = [kind(mlp(6, 5, 3, drop_rate=0.5), [0, 1], dtype=float) for kind in (Network, experiment.Boosted)]
    noise = Replayed(Fresh([0, 1]))
    plain, boosted = networks
    plain.forward(x, noise)
    _, error = softmax_cross_entropy(plain.forward(x), labels)
    loss, found = boosted.gradient(x, labels, noise)
    plain.forward(x, noise)
    plain.backward(error)
    assert np.allclose(found, plain.gradients) and np.abs(found).max() > 0
    assert np.allclose(loss, softmax_cross_entropy(plain.forward(x), labels)[0]), "the loss of the whole"


def test_the_stored_run_has_what_the_room_says_it_has():
    averages, ensembles = experiment.averages(), experiment.ensembles()
    assert {*averages} == {*ensembles} == {*experiment.PLACES}
    for place in averages:
        assert {*averages[place]} == {str(width) for width in experiment.WIDTHS}
        for parts in averages[place].values():
            for part in parts.values():
                assert {*part} == {str(count) for count in experiment.AVERAGED}
        assert ensembles[place]["one dropout"][2] is None and len(ensembles[place]) == 5


def test_how_many_sub_networks_make_an_average(text):
    found = experiment.averages()
    enough = str(int(stated(text, "For accuracy, # are enough")))
    behind = stated(text, "even # of those, averaged, read # to # points less")
    assert behind[0] == max(experiment.AVERAGED)
    for place, widths in found.items():
        for width, parts in widths.items():
            accuracy, loss = parts["accuracy"], parts["loss"][str(max(experiment.AVERAGED))]
            assert all(one.low <= 0 for one in accuracy.values()), "nowhere clearly more than the whole"
            if place == "mnist1d" and width != "10":
                last = accuracy[str(max(experiment.AVERAGED))]
                assert last.high < 0 and round(-100 * last.mean, 1) in behind[1:]
            else:
                assert accuracy[enough].low < 0 < accuracy[enough].high and abs(accuracy[enough].mean) < 0.002
            assert (loss.low > 0) if width == "10" else (loss.high < 0)


def test_a_real_committee(text):
    found = experiment.ensembles()
    ahead = {kind: ahead for kind, (_, _, ahead) in found["mnist1d"].items() if ahead}
    said = (
        stated(text, "small plain networks read # points more"),
        stated(text, "dropout are # points ahead of"),
    )
    kinds = "five plain, small", "five dropout"
    assert said == tuple(round(100 * ahead[kind].mean, 1) for kind in kinds)
    assert (
        all(ahead[kind].low > 0 for kind in kinds) and max(ahead.values(), key=lambda one: one.mean) == ahead[kinds[1]]
    )
    digits = [ahead for _, _, ahead in found["optdigits"].values() if ahead]
    assert all(one.low < 0 < one.high for one in digits)
    assert max(round(100 * abs(one.mean), 1) for one in digits) <= stated(text, "none is larger than # points")
    sizes = [
        count * Network(mlp(40, width, 10), [0]).parameters.size
        for count, width in ((5, stated(text, "Small ones have # hidden")), (1, 512))
        for width in [int(width)]
    ]
    assert sizes[0] == pytest.approx(sizes[1], rel=0.01)
    edges = load_results(experiment.RESULTS)["settings"]["mnist1d"]["edges"]
    assert edges["plain 102"] and edges["plain 512"] and not edges["dropout 512"]


def test_its_experiment_runs_in_small(monkeypatch):
    shrink(monkeypatch, experiment, TRIALS=2, AVERAGED=(1, 3), EPOCHS=1, WIDTHS=(4, 10), MEMBERS=2)
    check_run(experiment)


@pytest.mark.parametrize("claim", trials.TRIALS)
def test_a_block_runs_in_small(claim, monkeypatch):
    monkeypatch.setattr(trials, "TRIED", 2)
    monkeypatch.setattr(trials, "EPOCHS", 1)
    monkeypatch.setattr(trials, "MANY", 8)
    monkeypatch.setattr(trials, "HALVES", 2)
    (design,) = trials.TRIALS[claim].designs
    found = design.found("optdigits-1000", load_optdigits(train=100), design.seeds(1), None)
    assert [*found] == [*design.described["sides"]]
    for side in found.values():
        assert len(side["training_accuracy"]) == 5 and all(0 <= share <= 1 for share in side["training_accuracy"])


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (lambda hidden, on, W2, b2: hidden @ W2 + b2, "That is the whole network"),
        (lambda hidden, on, W2, b2: hidden * on @ W2 + b2, "counts double"),
        (lambda hidden, on, W2, b2: (hidden * on @ W2 + b2) * 2, "biases b2 are doubled"),
        (lambda hidden, on, W2, b2: 2 * hidden[:, on] @ W2[on] + b2, "an axis of networks in front"),
        (lambda hidden, on, W2, b2: hidden[..., on] * 2 @ W2[on] + b2, "an axis of networks in front"),
        (lambda hidden, on, W2, b2: 2 * hidden @ (W2 * on[:, None]) + b2, "an axis of networks in front"),
        (lambda hidden, on, W2, b2: hidden @ (W2 * np.where(on, 2, 0)[:, None]) + b2, "an axis of networks in front"),
    ],
)
def test_likely_lines_are_known(line, words):
    state, hint = exercises.sub_turn.check(line)
    assert state == "wrong" and words in hint


@pytest.mark.parametrize(
    "line",
    [
        lambda hidden, on, W2, b2: np.where(on, 2 * hidden, 0) @ W2 + b2,
        lambda hidden, on, W2, b2: (hidden * on) / 0.5 @ W2 + b2,
        lambda hidden, on, W2, b2: np.matmul(hidden, np.swapaxes(2 * on * np.swapaxes(W2, -1, -2), -1, -2)) + b2,
    ],
)
def test_other_right_lines_run_the_lesson_s_networks_with_one_mask_and_with_many(line):
    state, _ = exercises.sub_turn.check(line)
    random = np.random.default_rng(3)
    hidden, W2, b2 = random.random((4, 6, 5)), random.normal(size=(4, 5, 3)), random.normal(size=(4, 1, 3))
    for on in (random.random(5) < 0.5, random.random((4, 1, 5)) < 0.5):
        assert state == "right" and np.allclose(line(hidden, on, W2, b2), experiment.sub_network(hidden, on, W2, b2))
