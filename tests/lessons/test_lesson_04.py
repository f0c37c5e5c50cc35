"""What lesson 4's text says is so: taken from what its cells show, or from the full-size run."""

import re

import numpy as np
import pytest

from helpers.lab import Recipe, load_claims, load_results
from helpers.lab.full_size import stored_trial
from helpers.lessons import trials
from helpers.lessons.lesson_04 import exercises, experiment, pictures
from helpers.lessons.lesson_04 import trials as q
from helpers.lessons.lesson_05 import experiment as lesson_05
from tests.lessons.common import check_run, shrink
from tests.notebooks import code_cells, read, stated

NAME = "04-why-not-smaller"
ESTIMATE = re.compile(r"([+-][\d.]+) points \(95 % interval ([+-][\d.]+) to ([+-][\d.]+)\)")


def estimates(told):
    """The differences that a text tells, in points: (mean, low, high) each."""
    return [tuple(map(float, found)) for found in ESTIMATE.findall(told)]


def parameters(told):
    """The numbers of parameters in the table of costs: network -> number."""
    found = re.findall(r"<td[^>]*>(\d × \d+ at [\d.]+)</td><td[^>]*>([\d,]+)</td>", told)
    return {network: int(number.replace(",", "")) for network, number in found}


def parameter_count(width, depth=2):
    """The number of parameters of one or two layers of this width, from 40 inputs to ten classes."""
    return 41 * width + (depth - 1) * (width + 1) * width + 10 * width + 10


@pytest.fixture(scope="module")
def grid(shown):
    """Live test accuracies in percent: rate -> width -> accuracy."""
    told = shown("show_grid(")
    rows = re.findall(r"rate ([\d.]+): ((?:\d × \d+ has \d+(?:, )?)+)", told)
    found = {float(rate): {int(w): int(a) for w, a in re.findall(r"2 × (\d+) has (\d+)", row)} for rate, row in rows}
    assert [len(row) for row in found.values()] == [6, 6, 6] and told.count("1 × 128 has") == 3
    return found


@pytest.fixture(scope="module")
def full():
    """The full-size run with 4,000 examples."""
    return experiment.full_size(4000)


def test_the_answer_depends_on_the_learning_rate(shown):
    told = shown("show_answers(")
    small, large, own = estimates(told)
    assert small[2] < 0 and min(large[1], own[1]) > 1, "two answers: behind at a small rate, ahead at the other two"
    dropout, plain = map(int, re.search(r"0\.001:\sdropout (\d+) %, plain (\d+) %", told).groups())
    assert abs(dropout - plain - small[0]) <= 1, "and each one's accuracy is there"


def test_the_budget_is_printed(shown, text):
    told = shown("print(tune(")
    assert stated(told, "each arm: # settings, # networks") == stated(text, "# tries with # networks", "coarse")
    assert "learning_rate=" in told


def test_who_is_hurt_and_who_gains(shown, text):
    assert "Rate 0.5 clearly harms the two narrowest, and clearly helps the widest" in " ".join(text.split())
    two_layers = estimates(shown("show_grid("))[:6]
    assert [high < 0 for _, _, high in two_layers[:2]] == [True, True] and two_layers[-1][1] > 0, "by their intervals"
    full = [experiment.full_size(1000).of(width, 0.5) for width in (8, 16, 256)]
    none = [experiment.full_size(1000).of(width, 0.0) for width in (8, 16, 256)]
    assert [half.high < plain.low for half, plain in zip(full, none, strict=True)] == [True, True, False]
    assert full[2].low > none[2].high


def test_another_regulariser_on_a_smaller_network_is_ahead(text, shown):
    l2, dropout = lesson_05.full_size(1000).accuracy["L2"], experiment.full_size(1000).accuracy["2 × 256 at 0.5"]
    assert l2.low > dropout.high
    both = tuple(round(100 * found.mean, 1) for found in (l2, dropout))
    for told in (load_claims()["Q"].conditions, text):
        assert (stated(told, r"L2 has # %"), stated(told, r"dropout # %")) == both
    low, high = stated(text, "better by # to # points", "L2", "took")
    told = shown("rivals = {")
    plain, one_layer, few_tries, many_tries, larger = estimates(told)
    assert low <= -many_tries[0] <= high and low <= both[0] - both[1] <= high
    assert many_tries[2] < -1 < 1 < plain[1], "against plain networks the run holds"
    assert all(abs(mean) < 1.5 and low < 1 for mean, low, _ in (one_layer, few_tries)), "about as good"
    assert stated(text, r"difference is # points \(95 % interval # to \+#\)", "course's own run") == few_tries
    assert larger[1] < 1 < larger[2], "undecided, as the text says"


def test_the_live_rival_with_l2_has_lesson_5_s_settings_found_with_so_many_tries(text, shown):
    """In the notebook they are written out, since no lesson asks another's room."""
    (cell,) = [cell for cell in code_cells(read(NAME)) if cell.id == "helped"]
    settings = load_results(lesson_05.RESULTS)["settings"]
    assert f"Recipe((128, 128), {settings['1000']['tuned']['L2'].removeprefix('Recipe(')}" in cell.source
    tries = sum(map(int, re.search(r"(\d+) settings and (\d+) more", settings["budget"]).groups()))
    each = int(re.search(r"(\d+) settings", experiment.full_size(1000).budget)[1])
    assert tries == stated(text, "L2 had # tries") and each == stated(text, "big network had #, as each of its team")
    assert [tries, each] == [stated(text, "took # tries"), stated(text, "best of # learning rates")]
    assert each == stated(text, "L2 from # tries, the small 1 is about as good")
    assert tries == stated(text, "with L2 from #, it is better")
    side = each * stated(text, "the # 2-layer networks at rate", "teams")
    assert side == stated(text, "with # tries each", "teams") == stated(text, "# for the side")
    told = re.findall(r"each network (\d+) : (\d+), for each side (\d+) : (\d+)", shown("rivals = {"))
    trial = q.EACH["dropout"], q.EACH["smaller"]
    sides = q.EACH["dropout"] * len(q.BIG), q.EACH["smaller"] * len(q.SMALLER)
    assert [tuple(map(int, one)) for one in told] == [
        (each, each, side, side),
        (each, each, side, 2 * side),
        (each, each, side, each),
        (each, tries, side, tries),
        (*trial, *sides),
    ]
    assert sides == (stated(text, "Each side has # tries"),) * 2


def test_the_live_rival_with_l2_from_nine_tries_has_the_settings_that_nine_tries_find(shown):
    """In the notebook they are written out; the folded search finds them again with unnamed random numbers."""
    (cell,) = [cell for cell in code_cells(read(NAME)) if cell.id == "helped"]
    told = shown("nine_tries =")
    found = re.search(r"Recipe\((?:hidden=\(128, 128\), )?(l2=[\d.]+, learning_rate=[\d.]+)\)", told)[1]
    assert f'"9": Recipe((128, 128), {found})' in cell.source
    assert estimates(told) == [estimates(shown("rivals = {"))[2]], "and so they are as good"


def test_when_the_rivals_get_their_best_the_lead_shrinks(text, shown):
    lead = trials.verdict("Q").differences["mnist1d-1000"]
    points = [round(100 * number, 1) for number in (lead.mean, lead.low, lead.high)]
    assert points == [stated(text, "ahead by # points", "blocks"), *stated(text, "from # to #", "blocks")]
    assert points == [*estimates(shown("rivals = {"))[-1]]
    assert lead.verdict(load_claims()["Q"].margins["mnist1d-1000"]) == "undecided"
    found = trials.verdict("Q")
    assert found.overall.places["spambase-1000"] == "undecided"
    assert found.overall.places["optdigits-1000"] == "holds"
    digits, margin = found.differences["optdigits-1000"], 100 * found.margins["optdigits-1000"]
    assert (round(100 * digits.low, 2), margin) == stated(text, "# is .* lower end, # the margin", "Digits: ahead")
    assert found.overall.places["magic-1000"] == "fails, no difference that matters"
    said = " ".join(text.split())
    assert found.overall.places["magic-4000"] == "undecided" and "with 4,000, we cannot tell" in said
    assert found.overall.places["mnist1d-4000"] == "undecided" and found.differences["mnist1d-4000"].low < 0
    assert "With 4,000, the three blocks differ by so much that we cannot tell" in said
    many = round(100 * stored_trial("Q").difference.mean, 1)
    assert many == stated(load_claims()["Q"].conditions, "found # with 4,000")


def test_the_larger_trial_s_tries_for_each_network(text):
    each, design = (q.EACH["dropout"], q.EACH["smaller"]), q.FEW
    assert each == stated(text, r"has # tries, each small \S+ #")
    assert each[0] * len(q.BIG) == each[1] * len(q.SMALLER) and design.trials == q.EACH
    assert not any(recipe.drop_rate for recipe in q.SMALLER.values())


def test_one_layer_with_dropout_is_about_as_good_as_the_big_network():
    accuracy = experiment.full_size(1000).accuracy
    assert abs(accuracy["1 × 128 at 0.5"].mean - accuracy["2 × 256 at 0.5"].mean) < 0.01


def test_with_more_examples_dropout_needs_wider_layers(full, text):
    pays = [width for width in experiment.WIDTHS if full.of(width, 0.5).mean > full.of(width, 0.0).mean]
    assert pays == [*experiment.WIDTHS[experiment.WIDTHS.index(stated(text, "from # on", r"0\.5 pays")) :]]


def test_the_large_search(text):
    trials, networks = stated(text, "# tries with # networks", "full size")
    for amount in experiment.AMOUNTS:
        assert f"{trials:.0f} settings, {networks:.0f} networks each" in experiment.full_size(amount).budget


def test_the_pair_that_validation_chose_at_full_size(full, text):
    width, rate = stated(text, "2 × # at # as the big")
    assert full.big == experiment.called(int(width), rate)
    assert full.small == experiment.called(int(stated(text, r"2 × # as", "validation", "smaller plain")), 0.0)
    difference = full.big_minus_small.difference
    points = tuple(round(100 * number, 1) for number in (difference.mean, difference.low, difference.high))
    assert points == stated(text, r"difference is \+# points \(95 % interval \+# to \+#\)", "smaller plain|^the")
    behind = full.validation[full.big] - full.validation["2 × 512 at 0.5"]
    assert round(100 * behind, 1) == stated(text, "# point behind", "2 × 512")
    ahead = full.accuracy["2 × 512 at 0.5"].mean - full.accuracy[full.big].mean
    assert round(100 * ahead, 1) == stated(text, "# points ahead of the chosen")


def test_the_best_large_one_beats_the_best_small_one_and_the_plain_one_of_its_own_width(shown, text):
    told = shown("contest = {")
    smaller, same, width_alone = estimates(told)
    full = experiment.full_size(1000)
    assert told.count(f"{full.big} − ") >= 2 and f"{full.big} − {full.small}" in told
    for points in (
        stated(text, "by about # points", "Remember"),
        stated(text, "by about # points", "a large network beats plain"),
        stated(text, "by about # points", "beat the best of six"),
        stated(exercises.quiz.children[-1].feedback["Always: simple is better."], "# points"),
    ):
        assert round(smaller[0]) == points == round(100 * full.big_minus_small.difference.mean)
    assert smaller[1] > 1 and same[0] > smaller[0], "with dropout it leads"
    assert width_alone[0] < 1 and width_alone[1] < 0, "without dropout it does not"


def test_the_first_prediction_s_result_names_all_four(shown):
    cells = re.findall(r"<t[dh][^>]*>([^<]*)", shown("show_best("))
    assert cells[1:3] == ["small", "large"] and [cells[3], cells[6]] == ["plain", "with dropout"]
    best = {cells[at]: float(re.search(r": ([\d.]+)%", cells[at])[1]) for at in (4, 5, 7, 8)}
    assert [*best.values()][-1] == max(best.values())
    few = experiment.full_size(1000)
    assert [name.split(":")[0] for name in best] == [few.small, "2 × 256 at 0.0", "1 × 128 at 0.5", few.big]
    tie = shown("who.beside(")
    assert "a tie, large or small, with dropout. Large minus small: +" in tie and estimates(tie)[0][1] < 0


def test_the_contest_is_the_one_of_the_full_size_run(text):
    """Chosen by validation among fewer networks than there, the two that meet are the same."""
    few = experiment.full_size(1000)
    names = [arm for arm in few.validation if arm.startswith("2 × ") and "512" not in arm] + ["1 × 128 at 0.0"]
    halved = [name for name in names if name.endswith(" 0.5")]
    assert exercises.champion(halved, few.validation, {}) == few.big, "the team with dropout has one rate alone"
    with_dropout = [name for name in names if not name.endswith(" 0.0")]
    assert exercises.champion(with_dropout, few.validation, {}) == few.big
    assert exercises.champion(names, few.validation, {}) == few.big, "it answers the first prediction, too"
    sizes = {name: int(name.split()[0]) * int(name.split()[2]) for name in names}
    large, small = stated(text, "big network has # hidden"), stated(text, r"small \(at most #\)")
    assert sizes[few.big] == large
    smaller = [name for name in names if name.endswith(" 0.0") and sizes[name] <= small]
    assert (len(halved), len(smaller)) == stated(text, "the # 2-layer networks at rate 0.5, and the # plain", "teams")
    assert len(halved) == pictures.TEAM
    code = "\n".join(cell.source for cell in code_cells(read(NAME)))
    assert f"<= {small:.0f} for" in code, "one meaning of small"
    assert f"Small: at most {small:.0f} hidden neurons in all. Large: {large:.0f}." in code
    assert exercises.champion(smaller, few.validation, {}) == few.small


def test_equal_parameters_are_not_what_decides(grid, text):
    narrow, rate, few = stated(text, "take 2 × # at rate #, with # parameters")
    wide, many = stated(text, "ahead of a plain 2 × #, with #")
    assert (few, many) == (parameter_count(narrow), parameter_count(wide))
    assert grid[rate][narrow] > grid[0.0][wide] + 1


def test_fewer_layers_do_not_do_it_either(full):
    for rate in experiment.RATES:
        assert full.of(128, rate, 1).mean < full.of(128, rate, 2).mean
    few = experiment.full_size(1000)
    for rate in (0.0, 0.5):
        one, two = (few.of(128, rate, depth).mean for depth in (1, 2))
        assert one > two + 0.01
    assert few.small == experiment.called(128, 0.0, 1) and few.big == experiment.called(256, 0.5)
    for found in (few, full):
        assert found.of(128, 0.5, 3).high < found.of(128, 0.0, 3).low
        assert found.of(128, 0.5, 4).high < found.of(128, 0.5, 3).low
        assert min(found.of(128, 0.2, depth).mean for depth in (3, 4)) > found.of(128, 0.2).mean


def test_neither_more_epochs_nor_a_wider_single_layer_rescue_the_small_one(shown):
    told = shown("compare({big: networks[big], **more_tuned}")
    leads = re.findall(r"(1 × \d+).*; lead: (.+)", told)
    assert [name for name, _ in leads] == ["1 × 128", "1 × 496"]
    first_lead = 100 * experiment.full_size(1000).big_minus_small.difference.mean
    for _, lead in leads:
        ((mean, low, _),) = estimates(lead)
        assert low > 0, "it stays ahead"
        assert 0.5 < first_lead - mean < 1.5, "by about a point less than before"


def test_the_best_of_all_is_the_largest_with_half_of_its_units_dropped(full):
    assert max(full.accuracy, key=lambda arm: full.accuracy[arm].mean) == experiment.called(max(experiment.WIDTHS), 0.5)


def test_as_many_active_neurons_are_worse_in_a_plain_network_where_it_is_wide(shown, text):
    for amount in experiment.AMOUNTS:
        halves = experiment.full_size(amount).half_width
        wins = [*halves].index(stated(text, f"from # on with {amount:,}"))
        assert [width for width in halves if halves[width].verdict == "holds"] == [*halves][wins:]
        assert halves[16].difference.high < 0
    live = dict(zip((16, 32, 64, 128, 256), estimates(shown("labelled =")), strict=True))
    first = stated(text, "From width # on, dropout is ahead")
    assert [width for width, (mean, low, _) in live.items() if mean > 1 and low > 0] == [w for w in live if w >= first]
    assert stated(text, "at # the whole interval is above # point") == (256, 1) and live[256][1] > 1
    for width, plain in ((16, 8), (256, 128)):
        assert f"{width} at 0.5 − {plain} plain" in shown("labelled =")


def test_new_masks_are_best_and_a_fixed_half_is_the_worst(shown, text):
    few, many = ({kind: e.mean for kind, e in experiment.full_size(a).masks.items()} for a in (1000, 4000))
    assert max(many, key=many.get) == max(few, key=few.get) == "example"
    assert round(100 * (many["example"] - many["half width"])) == stated(text, "# points", "new mask", "half the width")
    for kind in ("batch", "epoch"):
        assert abs(many[kind] - many["half width"]) < 0.015 and few[kind] > few["half width"] + 0.02
    assert min(many, key=many.get) == min(few, key=few.get) == "forever"
    assert round(100 * (many["half width"] - many["forever"])) == stated(text, "# points behind", "fixed half")
    assert 100 * (few["example"] - few["half width"]) > 4, "clearly ahead"
    assert abs(few["batch"] - few["epoch"]) < 0.01 < 0.02 < few["example"] - few["batch"], "not how often"
    ((mean, low, _),) = estimates(shown("fixed.beside("))
    assert mean > 5 and low > 0, "and so is the prediction's right answer"


def test_live_masks_do_as_at_full_size(shown, text):
    told = shown("pictures.show_masks({")
    means = [float(mean) for mean in re.findall(r"(?:example|batch|epoch|fixed half|wide): ([\d.]+)%", told)]
    stored = experiment.full_size(1000).masks
    kinds = ("example", "batch", "epoch", "forever", "half width")
    assert all(abs(mean - 100 * stored[kind].mean) < 1.5 for mean, kind in zip(means, kinds, strict=True))
    assert means[0] > max(means[1:3]) and min(means[1:3]) > max(means[3:]), "each example its own: most"
    assert means[0] > means[4] + 4, "clearly ahead of what was built small"
    draws = 1000 / Recipe().batch_size, *(round(100 * stored[kind].mean, 1) for kind in ("batch", "epoch"))
    assert stated(text, "# times as often, they were level, too, in the stored run: # % and # %") == draws


def test_the_ledger_quotes_one_mask_right():
    many = {kind: e.mean for kind, e in experiment.full_size(4000).masks.items()}
    points = round(100 * (many["example"] - many["forever"]), 1)
    assert points == stated(load_claims()["23"].conditions, "# points", "one mask")


def test_what_the_small_network_has(shown, text):
    told = shown("show_costs(")
    found = parameters(told)
    assert found == {
        "1 × 128 at 0.5": parameter_count(128, 1),
        "2 × 256 at 0.5": parameter_count(256),
    }
    assert "cheaper, with a twelfth of the parameters" in text
    assert round(parameter_count(256) / parameter_count(128, 1)) == 12
    times = [float(time) for time in re.findall(r"KB</td><td[^>]*>([\d.]+) ms", told)]
    assert len(times) == 2 and times[0] < times[1]


def test_the_ledger_quotes_how_long_masks_last_right():
    conditions, others = load_claims()["23"].conditions, stored_trial("23").others
    assert {name: found.verdict for name, found in others.items()} == {
        "1000 examples": "holds",
        "minus one mask": "holds",
        "2 × 32": "fails",
        "a mask for each epoch": "undecided",
    }
    points = {name: round(100 * found.difference.mean, 1) for name, found in others.items()}
    assert points["2 × 32"] == -stated(conditions, "# points", "2 × 32")
    assert points["a mask for each epoch"] == stated(conditions, r"undecided \(#\)", "epoch")


def test_half_of_a_wide_layer_is_far_ahead_on_the_signals_alone(text, shown):
    verdict = trials.verdict("23")
    points = {place: 100 * one.mean for place, one in verdict.differences.items()}
    assert round(points["mnist1d-1000"]) == stated(text, "Signals: ahead by # points")
    others = [mean for place, mean in points.items() if place != "mnist1d-1000"]
    span = round(min(others), 1), round(max(others), 1)
    assert len(others) == 4 and span == stated(text, "Everywhere else it is ahead by # to # points")
    found, margin = verdict.differences["optdigits-1000"], 100 * verdict.margins["optdigits-1000"]
    assert (round(100 * found.low, 2), margin) == stated(text, "digits, # is .* lower end, # the margin", "this is")
    assert verdict.overall.places["optdigits-1000"] == "undecided"
    assert min(others) > 0 and "holds" not in [verdict.overall.places[place] for place in [*points][1:]]
    assert "Claim 23 in blocks. MNIST-1D: +" in shown('show_places("23")')


def test_the_ledger_quotes_the_narrowest_right():
    width = int(stated(load_claims()["Q"].conditions, "width #", "hurts"))
    for amount in experiment.AMOUNTS:
        full = experiment.full_size(amount)
        assert full.of(width, 0.0).mean == max(full.of(width, rate).mean for rate in experiment.RATES)
        assert full.big_minus_small.verdict == "holds"


def test_champions_are_chosen_by_validation_alone():
    arms = {"a": Recipe((8, 8)), "b": Recipe((32, 32)), "c": Recipe((64, 64), drop_rate=0.5), "d": Recipe((64, 64))}
    validation = {"a": 0.3, "b": 0.5, "c": 0.4, "d": 0.9}
    assert experiment.champions(arms, validation) == ("c", "b"), "d is not smaller than c"
    arms["e"] = Recipe((8, 8), drop_rate=0.2)
    assert experiment.champions(arms, validation | {"e": 0.99}) == ("c", "b"), "the smallest is not big"


def test_its_experiment_runs_in_small(monkeypatch):
    shrink(monkeypatch, experiment, WIDTHS=(64, 128), NARROW=128, DEPTHS=(1,), AMOUNTS=(100,), TRIALS=2)
    check_run(experiment)


def test_the_luckiest_of_forty_equally_good_networks_looks_better_than_it_is():
    """As the hint says to who chose by the test."""
    right = np.random.default_rng(0).binomial(1000, 0.45, (1000, 40))
    luck = 100 * (right.max(axis=1) / 1000 - 0.45).mean()
    _, hint = exercises.peek_exercise.check(lambda validation, test: test.max())
    assert round(luck) == stated(hint, "about # points", "1,000")
