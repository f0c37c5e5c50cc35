"""What lesson 8's text says is so: taken from what its cells show, or from the full-size runs."""

import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from helpers.lab import load_claims, load_mnist1d, load_optdigits, load_results
from helpers.lab.folders import results_folder
from helpers.lab.replicate import kept
from helpers.lessons.lesson_08 import exercises, experiment, trials
from helpers.lessons.trials import verdict
from helpers.nn import Dense, Dropout, Network, Relu, mlp, stream
from tests.lessons.common import check_run, shrink
from tests.notebooks import NOTEBOOKS, rule_verdict, stated

NAME = "08-a-hand-tied"
KINDS = ("plain", "slow plain", "smaller", "L2", "dropout")
THREE = ("(?<!slow )plain", "slow plain", "dropout")  # as their printed rows begin
DAMAGES = ("half tied (practised)", "pixels blanked", "noise", "shifted", "other writers")
ESTIMATE = re.compile(r"([+-][\d.]+) points \(95 % interval ([+-][\d.]+) to ([+-][\d.]+)\)")


def estimates(told):
    """The differences that a text tells, in points: (mean, low, high) each."""
    return [tuple(map(float, found)) for found in ESTIMATE.findall(told)]


def curves(told):
    """Kind -> accuracy (%) at each share of neurons tied, from what the curves' picture tells."""
    rows = re.findall(r"(?:^|[.;] )([\w ]+): ([\d., ]+\d)", told)
    return {kind: [*map(float, row.split(", "))] for kind, row in rows}


def prices(told):
    """Kind -> damage -> what it costs, in points, from what the bars' picture tells."""
    found = {}
    for row in re.search(r"in points\. ([^\"]+)", told)[1].split("; "):
        kind, _, costs = row.partition(": ")
        found[kind] = {damage: float(re.search(rf"{re.escape(damage)} ([\d.]+\d)", costs)[1]) for damage in DAMAGES}
    return found


def blocks(claim):
    """Place -> the Blocks of a claim that has one design."""
    (design,) = trials.TRIALS[claim].designs
    return kept(design, results_folder() / "trials" / claim).blocks


def test_what_half_of_the_hidden_neurons_cost(shown, text):
    read = curves(shown("pictures.show_tying("))
    assert [*read] == [*KINDS]
    lost = {kind: of_kind[0] - of_kind[5] for kind, of_kind in read.items()}
    said = (
        *stated(text, "Half of the hidden neurons cost the plain network about # points, and .* dropout about #"),
        stated(text, "slow plain pays even more, about #"),
        stated(text, "The smaller network, .* loses about #"),
    )
    for kind, number in zip(("plain", "dropout", "slow plain", "smaller"), said, strict=True):
        assert lost[kind] == pytest.approx(number, abs=2.5), kind
    assert abs(lost["L2"] - lost["slow plain"]) < 1.5, "L2 pays the same"
    key = "Half of the hidden neurons cost a plain network about # points .# at dropout's learning rate., and .*"
    assert stated(text, f"{key} with dropout about #") == (said[0], said[2], said[1])
    number, low, high = stated(text, "Undamaged, all # read # to # of 100")
    assert number == len(read)
    assert all(low - 0.5 <= of_kind[0] < high + 0.5 for of_kind in read.values())
    assert abs(read["plain"][0] - read["dropout"][0]) < stated(text, "undamaged, the 2 are within # point")
    assert read["smaller"][0] == pytest.approx(stated(text, "trained at that size and reads # of 100"), abs=1)
    assert all(np.diff(of_kind).max() < 0.2 for of_kind in read.values()), "the more are tied, the less is read"


def test_what_the_strange_kitchen_costs(shown, text):
    price = prices(shown('pictures.show_prices(price, "noise")'))
    assert [*price] == [*KINDS]
    saved = {kind: [price["plain"][damage] - of_kind[damage] for damage in DAMAGES] for kind, of_kind in price.items()}
    _, blanked, noise, shifted, writers = saved["dropout"]
    assert noise == pytest.approx(stated(text, "Against noise it saves about # points"), abs=1.5)
    assert saved["slow plain"][2] == pytest.approx(stated(text, "slow plain saves about # of them"), abs=1.5)
    assert saved["L2"][2] == pytest.approx(stated(text, "L2 as many as dropout: about #"), abs=1.5)
    assert abs(saved["L2"][2] - noise) < 1.5, "as many"
    assert blanked == pytest.approx(stated(text, "Against blank pixels it saves about #"), abs=1)
    assert saved["L2"][1] < 0.5, "and L2 none"
    assert abs(shifted) < 1.5 and abs(writers) < 1, "no difference that matters or is certain"
    asked = shown("in_kitchen = Prediction(")
    assert price["plain"]["pixels blanked"] == pytest.approx(
        stated(asked, "cost the plain network about # points"), abs=2
    )
    assert price["dropout"]["pixels blanked"] > stated(asked, "more than # points")
    number, least = stated(text, "all # lose over # points")
    assert number == len(price) and min(of["shifted"] for of in price.values()) > least


def test_what_is_practised_is_what_helps(shown, text):
    price = prices(shown('pictures.show_prices(some, "pixels blanked")'))
    practised, slow = price["lost pixels"], price["slow plain"]
    said = stated(text, "Blank pixels now cost about # points, and not # as in slow plain")
    assert said == pytest.approx((practised["pixels blanked"], slow["pixels blanked"]), abs=1.5)
    assert stated(text, "a network pays about # points for blank pixels, and not #") == said
    assert slow["shifted"] - practised["shifted"] == pytest.approx(
        stated(text, "For shifts it pays about # points less"), abs=2
    )
    assert abs(practised[DAMAGES[0]] - slow[DAMAGES[0]]) < 3, "tied neurons cost as much"
    assert practised["noise"] > slow["noise"] + 1, "and noise more"


def test_the_lesson_s_verdict_depends_on_the_damage_as_the_ledger_s_does(shown):
    told = shown('judge(\n    "1"')
    tied, blanked, noise, shifted, writers = estimates(told)
    assert tied[1] > 15 and noise[1] > 1 and blanked[1] > 0
    assert shifted[1] < 0 < shifted[2] and writers[2] < 1
    assert rule_verdict(told) == load_claims()["1"].verdict == verdict("1").overall.verdict == "depends"


def shares(claim, place, part):
    """Side -> a mean over the blocks, in percent, of what is "right" or of "training_accuracy"."""
    of = blocks(claim)[place]
    return {side: 100 * np.mean([getattr(block.sides[side], part).mean() for block in of]) for side in of[0].sides}


def test_in_blocks_signals_say_the_opposite(text):
    found, told = verdict("1"), load_claims()["1"].conditions
    points = {place: round(100 * one.mean, 1) for place, one in found.differences.items()}
    said = stated(text, "tied neurons cost the plain network # points more, noise #")
    assert said == (points["optdigits-hidden"], points["optdigits-noise"])
    on_digits = {place: own for place, own in found.overall.places.items() if place.startswith("optdigits")}
    assert list(on_digits.values()) == ["holds", "undecided", "holds", "undecided", "undecided"]
    on_signals = [one for place, one in found.differences.items() if place.startswith("mnist1d")]
    assert all(one.high < 0 for one in on_signals) and len(on_signals) == 4
    assert stated(text, "costs the network with dropout more, tied neurons # points") == -points["mnist1d-hidden"]
    whole, tied = (shares("1", "mnist1d-hidden", part) for part in ("training_accuracy", "right"))
    undamaged = tuple(round(whole[side], 1) for side in ("dropout", "plain"))
    assert stated(text, "Undamaged, it reads # of 100 signals, and the plain network #") == undamaged
    assert stated(told, "undamaged it reads # %, the plain network # %") == undamaged
    half = stated(text, "with half of the neurons tied, # and #")
    assert half == tuple(round(tied[side], 1) for side in ("dropout", "plain"))
    for place in (place for place in blocks("1") if place.startswith("mnist1d")):
        read = shares("1", place, "right")
        assert read["dropout"] > read["plain"], "it reads more under each damage"


def test_in_blocks_the_index_decides(text):
    told = load_claims()["2"].conditions
    changed = {kind: shares("2", f"{kind}-changed", "training_accuracy") for kind in trials.KINDS}
    lost = {kind: tuple(round(of[side], 1) for side in ("plain", "dropout")) for kind, of in changed.items()}
    assert stated(text, "on signals # answers in 100 change, and # with dropout") == lost["mnist1d"]
    assert stated(told, "changes # answers in 100 of plain networks on signals and # with") == lost["mnist1d"]
    assert stated(told, "on digits # and #", "lost neuron") == lost["optdigits"]
    correlated = {kind: shares("2", f"{kind}-correlated", "training_accuracy") for kind in trials.KINDS}
    between = {
        kind: tuple(round(of[side] / 100, 2) for side in ("plain", "dropout")) for kind, of in correlated.items()
    }
    assert stated(told, "correlation is # and # on signals, and # and # on digits") == (
        between["mnist1d"] + between["optdigits"]
    )
    assert stated(text, "higher with dropout, # compared with #") == between["mnist1d"][::-1]


def test_in_blocks_few_neurons_read_more_with_dropout(text):
    told, points = load_claims()["6"].conditions, verdict("6").differences
    ahead = tuple(round(100 * points[place].mean, 1) for place in ("optdigits-1000", "mnist1d-1000"))
    assert stated(text, "by # points on digits, .* and by # on signals", "128") == ahead
    read = {kind: shares("6", f"{kind}-1000", "right") for kind in trials.KINDS}
    digits, signals = (tuple(round(read[kind][side], 1) for side in ("dropout", "plain")) for kind in trials.KINDS)
    assert stated(told, "on digits they read # % and # %, on signals # % and # %") == digits + signals
    assert stated(text, "# of # living neurons with dropout are ahead") == (trials.FEW, trials.WIDTH)


def test_the_settings_are_those_that_validation_digits_chose(text):
    stored = load_results(experiment.RESULTS)["settings"]
    notebook = (NOTEBOOKS / f"{NAME}.ipynb").read_text(encoding="utf-8")
    written = dict(re.findall(r'\\"([\w -]+)\\": Recipe\(\((.*?)\),\\n', notebook))
    assert [*written] == [*KINDS]
    rates = {kind: re.search(r"learning_rate=([\d.]+)", recipe)[1] for kind, recipe in written.items()}
    assert written.pop("slow plain") == f"64, 64), learning_rate={rates['dropout']}" and rates["L2"] == rates["dropout"]
    assert rates["plain"] == rates["smaller"] and 8 < float(rates["plain"]) / float(rates["dropout"]) < 12, "a tenth"
    practised = f"Recipe((64, 64), input_drop_rate=0.3, learning_rate={rates['dropout']})"
    assert notebook.count(practised) == 1, "all else is as in slow plain"
    for kind, recipe in written.items():
        assert stored["recipes"][kind] == f"Recipe(hidden=({recipe})", kind
        assert stored["edges"][kind] == []
    assert f"{stated(text, 'we tried # settings'):.0f} settings" in stored["budget"] and experiment.TRIALS == 8


def test_hands_tied_are_those_of_a_mask():
    layers = [Dense(6, 5), Relu(), Dropout(0.0), Dense(5, 4), Relu(), Dropout(0.0), Dense(4, 3)]
    network, x = Network(layers, [0, 1]), np.random.default_rng(0).random((7, 6), np.float32)

    class Tied:
        coins = np.random.default_rng(1)

        def mask(self, layer, shape, drop_rate):
            return self.coins.random(shape, np.float32) >= 0.4

    mine = experiment.answers(network, x, 0.4, np.random.default_rng(1))
    assert np.allclose(mine, network.forward(x, Tied()), atol=1e-6)
    assert not np.allclose(mine, network.forward(x)), "some are tied"
    assert np.array_equal(experiment.answers(network, x), network.forward(x))


@pytest.mark.parametrize("features", [64, 40])
def test_damage_is_what_it_is_said_to_be(features):
    x, random = stream(0, "examples").uniform(0.1, 1, (4000, features)).astype(np.float32), np.random.default_rng(3)
    blanked = experiment.damaged(x, "blanked", 0.3, random)
    assert (blanked == 0).mean() == pytest.approx(0.3, abs=0.01) and np.array_equal(
        blanked[blanked > 0], x[blanked > 0]
    )
    noise = experiment.damaged(x, "noise", 0.3, random) - x
    assert noise.std() == pytest.approx(0.3, abs=0.01) and abs(noise.mean()) < 0.01 and noise.dtype == np.float32
    shifted = experiment.damaged(x, "shifted", 2, random)
    if features == 40:
        ways = [np.roll(x, by, axis=1) for by in (-2, 2)]
    else:
        ways = [np.roll(x.reshape(-1, 8, 8), by, axis).reshape(x.shape) for axis in (1, 2) for by in (-2, 2)]
    went = np.array([(shifted == way).all(axis=1) for way in ways])
    assert (went.sum(axis=0) == 1).all() and went.mean(axis=1) == pytest.approx(1 / len(ways), abs=0.03)


def test_one_lost_neuron_is_one_column_less():
    network, x = Network(mlp(6, 5, 4, 3), [0, 1]), stream(0, "x").normal(size=(50, 6)).astype(np.float32)
    before, changed = network.forward(x).argmax(axis=2), []
    for dense in network.hidden_dense:
        for neuron in range(dense.outputs):
            weights, bias = dense.weights[..., neuron].copy(), dense.bias[..., neuron].copy()
            dense.weights[..., neuron] = dense.bias[..., neuron] = 0  # then it puts out 0
            changed.append((network.forward(x).argmax(axis=2) != before).mean(axis=1))
            dense.weights[..., neuron], dense.bias[..., neuron] = weights, bias
    assert np.allclose(experiment.answers_changed(network, x), np.mean(changed, axis=0)) and np.max(changed) > 0
    every_second = [changed[place] for place in (0, 2, 4, 5, 7)]
    assert np.allclose(experiment.answers_changed(network, x, 2), np.mean(every_second, axis=0))


def test_correlation_is_its_size_and_leaves_out_what_never_varies():
    line = stream(0, "a line").normal(size=500)
    layer = np.stack([line, -line, np.zeros(500)], axis=1)[np.newaxis]
    assert experiment.correlation(layer) == pytest.approx([1])
    assert experiment.correlation(stream(1, "alone").normal(size=(2, 5000, 4))) == pytest.approx([0, 0], abs=0.03)


def test_a_block_reads_living_neurons_alone(monkeypatch):
    monkeypatch.setattr(trials, "TRIED", 2)
    monkeypatch.setattr(trials, "EPOCHS", 1)
    monkeypatch.setattr(trials, "WIDTH", 40)
    read = []
    monkeypatch.setattr(trials, "read_out", lambda *told: read.append(told[0]) or experiment.read_out(*told))
    monkeypatch.setattr(trials, "hidden_outputs", lambda *told: [half_dead(experiment.hidden_outputs(*told)[-1])])

    def half_dead(hidden):
        hidden[..., ::2] = 0
        return hidden

    (design,) = trials.TRIALS["6"].designs
    design.found("optdigits-1000", load_optdigits(train=100), design.seeds(1), None)
    assert read and all(few.shape[1] == trials.FEW and (few.std(axis=0) > 0).all() for few in read)


def test_a_read_out_finds_what_is_linear_and_its_penalty_shrinks_it():
    random = stream(0, "features")
    features = random.normal(size=(400, 5))
    labels = (features[:, 0] > features[:, 1]).astype(int)
    weights, shrunk = (experiment.read_out(features, labels, penalty, 2) for penalty in (1e-6, 10))
    assert (experiment.read(features, weights) == labels).mean() > 0.95
    inputs = np.column_stack([features, np.ones(400)])
    exact = np.linalg.lstsq(inputs, np.eye(2)[labels], rcond=None)[0]
    assert np.allclose(weights, exact, atol=1e-4) and np.abs(shrunk).max() < 0.3 * np.abs(weights).max()


def test_turned_up_they_read_no_more(shown):
    told = shown("louder = deepcopy(")
    plain, slow, dropout = (stated(told, f"{kind}: half tied # of 100, the others doubled #") for kind in THREE)
    assert abs(plain[1] - plain[0]) < 1.5 and abs(slow[1] - slow[0]) < 1.5 and plain[1] < dropout[0] - 10


def test_what_is_broken_for_good(shown, text):
    told = shown("def broken(")
    plain, slow, dropout = (stated(told, f"{kind}: mean # of 100, 9 in 10 from # to #") for kind in THREE)
    said = stated(text, "plain networks read from about # to # of 100, and those with dropout from about # to #")
    assert said == pytest.approx(plain[1:] + dropout[1:], abs=4)
    read = curves(shown("pictures.show_tying("))
    means = plain[0], slow[0], dropout[0]
    assert means == pytest.approx([read[kind][5] for kind in ("plain", "slow plain", "dropout")], abs=2.5)


def test_the_indices(shown, text):
    told = shown("answers_changed(of")
    (plain, of_plain), (slow, _), (dropout, of_dropout) = (
        stated(told, f"{kind}: a lost neuron changes # answers in 100, correlation #") for kind in THREE
    )
    assert plain > 1.5 * dropout
    said = stated(
        text, "A lost neuron changes about # answers in 100 of a plain network, and about # with dropout", "about"
    )
    assert said == pytest.approx((plain, dropout), abs=0.12)
    assert slow == pytest.approx(stated(text, "in slow plain, even #"), abs=0.3)
    assert of_dropout > of_plain - 0.02, "the correlation is no lower"
    judged = shown('judge(\n    "2"')
    assert rule_verdict(judged) == load_claims()["2"].verdict == verdict("2").overall.verdict
    rows = [float(number) for number in re.findall(r"text-align: right\"><b>([-\d.]+)</b>", judged)]
    assert len(rows) == 6 and rows[1] < rows[0] < rows[2] and rows[4] < rows[3] < rows[5], "with their intervals"


def test_pairs_do_not_tell_dropout_from_plain(shown, text):
    told = shown("pair_loss(of")
    found = [stated(told, f"{kind}: #") for kind in THREE]
    said = stated(text, "about # in plain, # in slow plain, and # with dropout")
    assert found == pytest.approx(said, abs=0.06)
    low, high = stated(told, "dropout − plain, .* interval # to #")
    assert low < 0.03 and high > -0.03, "we cannot tell"


def test_a_pair_is_lost_as_its_two_columns_are():
    network, x = Network(mlp(6, 5, 2, 3), [0, 1]), stream(0, "x").normal(size=(60, 6)).astype(np.float32)
    last = network.layers[-1]
    last.bias[...] = [0.1, 0, -0.1]  # or all answers are alike with both lost
    before = network.forward(x).argmax(axis=2)

    def changed(*lost):
        weights = last.weights.copy()
        last.weights[:, lost] = 0  # then nothing of what they put out arrives
        after = network.forward(x).argmax(axis=2)
        last.weights[...] = weights
        return (after != before).mean(axis=1)

    expected = changed(0, 1) / (changed(0) + changed(1))
    assert np.allclose(experiment.pair_loss(network, x, 3, 0), expected) and np.isfinite(expected).all()
    assert not np.allclose(expected, 1)


def test_what_few_living_neurons_read(shown, text):
    told = shown("with_dead = {")
    row = "16 random living neurons read # of 100 new digits, 16 of all #"
    plain, _, dropout = (stated(told, f"{kind}: {row}") for kind in THREE)
    said = stated(
        text, "16 random living neurons read about # of 100 digits with dropout, and about # in plain networks"
    )
    assert said == pytest.approx((dropout[0], plain[0]), abs=1.5)
    assert plain[1] == pytest.approx(stated(text, "With the dead ones, plain networks read about #"), abs=2.5)
    assert plain[1] < plain[0] - 1 and abs(dropout[1] - dropout[0]) < 0.5, "the dead ones make most of the difference"
    ((_, low, high),) = estimates(shown('judge(\n    "6"'))
    assert low > 0 and low < 1, "ahead, and undecided or below"
    assert high > 0.5
    assert load_claims()["6"].verdict == verdict("6").overall.verdict


def test_who_keeps_the_planted_pair(shown, text):
    told = shown("pictures.show_planted(")
    row = r": all there ([\d.]+), pair broken ([\d.]+), hints broken ([\d.]+\d)"
    kinds = ("plain", "hidden neurons dropped", "inputs dropped")
    found = {kind: [*map(float, re.search(kind + row, told).groups())] for kind in kinds}
    for kind in ("plain", "hidden neurons dropped"):
        assert found[kind][0] > 99 and abs(found[kind][1] - 50) < 4 and found[kind][2] > 97, "the pair and nothing else"
    pair, hints = stated(text, "with the pair broken, about # of 100 are right, and with the hints broken about #")
    assert found["inputs dropped"][1:] == pytest.approx([pair, hints], abs=4) and found["inputs dropped"][0] > 98
    slowly = shown("in keeps(0.001)")
    plain, *both = (stated(slowly, f"{kind}, learning rate 0.001: pair broken #") for kind in kinds)
    said = stated(text, "both kinds then read about # with the pair broken")
    assert both == pytest.approx([said, said], abs=4) and min(both) > plain + 4


def test_what_practice_gives(text):
    practice, gains = experiment.stored_practice()
    hidden = practice["hidden"]
    assert stated(text, "bring plain networks from # to # of 100", "Against tied hands") == tuple(
        round(100 * hidden[kind][0.5]) for kind in ("plain", "afterwards")
    )
    assert stated(text, "dropout from the start, to #") == round(100 * hidden["dropout"][0.5])
    points = {
        damage: {kind: round(100 * one.mean, 1) for kind, one in kinds.items()} for damage, kinds in gains.items()
    }
    assert stated(text, "practice from the start gains # points, and dropout on hidden neurons #") == tuple(
        points["blanked"][kind] for kind in ("from the start", "dropout")
    )
    assert stated(text, "against noise, # and #") == tuple(
        points["noise"][kind] for kind in ("from the start", "dropout")
    )
    assert stated(text, "# epochs at the end gain # and #") == (
        experiment.MORE,
        *(points[damage]["afterwards"] for damage in ("blanked", "noise")),
    )
    most = max(
        of["plain"][0.0] - of[kind][0.0] for of in practice.values() for kind in ("afterwards", "from the start")
    )
    assert round(100 * most, 1) == stated(text, "practice costs at most # points")
    for damage, kinds in practice.items():
        start = kinds["from the start" if damage != "hidden" else "dropout"]
        assert all(start[amount] >= of[amount] for of in kinds.values() for amount in start if amount), "withstood best"


def test_the_features(text):
    found = experiment.stored_features()
    plain, dropout = (found[kind] for kind in ("plain", "dropout"))
    assert stated(text, "# of # neurons are ever active with dropout, and # without") == (
        dropout["living"],
        experiment.FEATURES,
        plain["living"],
    )
    assert stated(text, "about # of 100 of these are active with dropout, and # without") == (
        round(100 * dropout["active"]),
        round(100 * plain["active"]),
    )
    assert stated(text, "the correlation is no lower: # and #") == (
        round(dropout["correlation"], 2),
        round(plain["correlation"], 2),
    )
    assert stated(text, "with dropout the squared error of a digit is #, and # without") == (
        round(dropout["error"], 1),
        round(plain["error"], 1),
    )
    assert stated(text, "at the best of # learning rates") == len(experiment.RATES)
    for one in (plain, dropout):
        assert one["features"].shape == (experiment.SHOWN, 28, 28) and one["learning_rate"] not in experiment.RATES[::3]
        assert np.abs(one["features"]).max(axis=(1, 2)) == pytest.approx(1)


def test_a_feature_comes_back_from_its_text():
    weights = stream(0, "weights").normal(size=(experiment.PIXELS**2,))
    back = experiment._weights(experiment._shades(weights)).ravel()
    assert np.abs(back - weights / np.abs(weights).max()).max() <= 0.5 / 7 + 1e-9


def test_its_experiment_runs_in_small(monkeypatch):
    arms = {name: replace(recipe, epochs=1) for name, recipe in experiment.ARMS.items()}
    small = {"TRIALS": 2, "EPOCHS": 1, "MORE": 1, "DRAWN": 200, "FEATURES": 30, "PASSES": 1, "ARMS": arms}
    shrink(monkeypatch, experiment, **small)
    check_run(experiment)


@pytest.mark.parametrize(("claim", "place"), [(c, p) for c, t in trials.TRIALS.items() for p in t.designs[0].data_sets])
def test_a_block_runs_in_small(claim, place, monkeypatch):
    monkeypatch.setattr(trials, "TRIED", 2)
    monkeypatch.setattr(trials, "EPOCHS", 1)
    monkeypatch.setattr(trials, "WIDTH", 20)
    (design,) = trials.TRIALS[claim].designs
    load = load_optdigits if place.startswith("optdigits") else load_mnist1d
    found = design.found(place, load(train=100), design.seeds(1), None)
    assert [*found] == [*design.described["sides"]]
    for side in found.values():
        assert len(side["training_accuracy"]) == 5 and all(0 <= share <= 1 for share in side["training_accuracy"])
        assert 0 <= side["right"].min() <= side["right"].max() <= 5


def test_the_places_of_one_block_share_its_networks_and_no_other_block_s(monkeypatch):
    monkeypatch.setattr(trials, "TRIED", 2)
    monkeypatch.setattr(trials, "EPOCHS", 1)
    monkeypatch.setattr(trials, "WIDTH", 20)
    (design,) = trials.TRIALS["1"].designs
    data, other = load_optdigits(train=100), load_optdigits(train=100, split=1)
    first = trials.pair(data, design.seeds(1))
    assert trials.pair(load_optdigits(train=100), design.seeds(1)) is first
    second = trials.pair(data, design.seeds(2))
    third = trials.pair(other, design.seeds(2))
    drawn = [found["plain"][0].parameters for found in (first, second, third)]
    assert not any(np.array_equal(*two) for two in pairwise(drawn))


def test_both_sides_of_a_block_meet_the_same_damage(monkeypatch):
    monkeypatch.setattr(trials, "TRIED", 2)
    monkeypatch.setattr(trials, "EPOCHS", 1)
    monkeypatch.setattr(trials, "WIDTH", 20)
    met = []
    monkeypatch.setattr(trials, "damaged", lambda *told: met.append(experiment.damaged(*told)) or met[-1])
    (design,) = trials.TRIALS["1"].designs
    design.found("optdigits-noise", load_optdigits(train=100), design.seeds(1), None)
    assert len(met) == 2 and np.array_equal(*met)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (lambda hidden, share, coins: hidden * (coins < share), "Turn the comparison round"),
        (lambda hidden, share, coins: hidden * (coins >= share) / (1 - share), "turns the other neurons up"),
        (lambda hidden, share, coins: hidden * (1 - share), "none is tied"),
    ],
)
def test_likely_lines_are_known(line, words):
    state, hint = exercises.tied_turn.check(line)
    assert state == "wrong" and words in hint
