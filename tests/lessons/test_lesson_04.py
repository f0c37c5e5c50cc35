"""What lesson 4's text says is so: taken from what its cells show, or from the full-size run."""

import re

import numpy as np
import pytest

from helpers.lab import Recipe, load_claims
from helpers.lab.full_size import stored_trial
from helpers.lessons.lesson_04 import experiment
from helpers.lessons.lesson_05 import experiment as lesson_05
from helpers.lessons.lesson_06 import experiment as lesson_06

NAME = "04-why-not-a-smaller-network"
# The full-size experiment, made small
SMALL = {
    "WIDTHS": (64, 128),
    "NARROW": 128,
    "DEPTHS": (1,),
    "AMOUNTS": (100,),
    "TRIALS": 2,
}
ESTIMATE = re.compile(r"([+-][\d.]+) points \(95 % interval ([+-][\d.]+) to ([+-][\d.]+)\)")


def estimates(told):
    """The differences that a text tells, in points: (mean, low, high) each."""
    return [tuple(map(float, found)) for found in ESTIMATE.findall(told)]


@pytest.fixture(scope="module")
def grid(shown):
    """Live test accuracies in percent: rate -> width -> accuracy."""
    told = shown("show_grid(widths, rates, result)")
    rows = re.findall(r"rate ([\d.]+): ((?:width \d+ \d+(?:, )?)+)", told)
    return {float(rate): {int(w): int(a) for w, a in re.findall(r"width (\d+) (\d+)", row)} for rate, row in rows}


@pytest.fixture(scope="module")
def full():
    """The full-size run with 4,000 examples."""
    return experiment.full_size(4000)


def plain(full):
    return [full.of(width, 0.0) for width in experiment.WIDTHS]


def test_the_answer_depends_on_the_learning_rate(shown, text):
    assert "the answer depends on a number that nobody asked about" in text
    small, large, own = estimates(shown('"both at 0.0005"'))
    assert small[2] < 1 < min(large[1], own[1]), "fails at a small rate, holds at the other two"


def test_the_budget_is_printed(shown):
    told = shown("print(tune(two_arms, space, data, trials=6")
    assert "each arm: 6 settings, 2 networks each" in told and "learning_rate=" in told


def test_who_is_hurt_and_who_gains(grid, text):
    assert "At width 8 both rates *hurt*" in text and "Rate 0.2 helps most in the middle, at 32 and 64" in text
    assert max(grid[0.2][8], grid[0.5][8]) < grid[0.0][8]
    gain = {width: grid[0.2][width] - grid[0.0][width] for width in grid[0.0]}
    assert set(sorted(gain, key=gain.get)[-2:]) == {32, 64} and min(gain[128], gain[256]) > 2
    assert "Rate 0.5 needs more of them: it is behind at 32, and ahead from 128 on" in text
    assert grid[0.5][32] < grid[0.0][32] - 2
    assert grid[0.5][128] > grid[0.0][128] + 1 and grid[0.5][256] > grid[0.0][256] + 1
    assert "The narrowest are hurt by dropout; 2 × 32 gained most, at 0.2" in text and gain[32] == max(gain.values())
    assert "But 2 × 64 at rate 0.2 beat every plain network of your grid" in text
    assert grid[0.2][64] > max(grid[0.0].values()) + 1


def test_another_regulariser_on_a_smaller_network_is_ahead(full, text):
    assert "with 1,000 examples, 2 × 128 with L2 (lesson 5) is ahead of 2 × 256 with dropout" in text
    l2, dropout = lesson_05.full_size(1000).accuracy["L2"], experiment.full_size(1000).accuracy["2 × 256 at 0.5"]
    assert l2.low > dropout.high
    assert "Plain is without any regulariser: with 1,000 examples 2 × 128 with L2 has" in load_claims()["Q"].conditions
    assert f"{100 * l2.mean:.1f} %, 2 × 256 with dropout {100 * dropout.mean:.1f} %" in load_claims()["Q"].conditions


def test_with_more_examples_dropout_needs_wider_layers(full, text):
    assert "rate 0.5 pays from 256 on, not from 128" in text
    ahead = {width: full.of(width, 0.5).mean > full.of(width, 0.0).mean for width in (128, 256)}
    assert ahead == {128: False, 256: True}


def test_the_small_search_and_the_large_one(text):
    assert "nine trials and three networks for each of these arms" in text and experiment.TRIALS == 9
    for amount in experiment.AMOUNTS:
        assert "9 settings, 3 networks each" in experiment.full_size(amount).budget


def test_the_pair_that_validation_chose_at_full_size(text):
    found = experiment.full_size(4000)
    assert "you would have taken 2 × 256 at 0.2 (a hair ahead there)" in text and found.big == "2 × 256 at 0.2"
    assert "and 2 × 128 among the smaller plain ones: +5.2 points" in text and found.small == "2 × 128 at 0.0"
    assert round(100 * found.big_minus_small.difference.mean, 1) == 5.2
    assert 0 < found.validation["2 × 256 at 0.2"] - found.validation["2 × 512 at 0.5"] < 0.001


def test_most_of_the_gain_is_there_at_the_same_width(shown, text):
    assert "Beside a plain network of its own width it is nearly as large" in text
    smaller, same = estimates(shown("same_width = "))
    assert same[0] > 0.8 * smaller[0] and same[1] > 1


def test_plain_networks_do_not_get_worse_with_width(grid, text, full):
    assert "They do not get worse with width" in text
    assert grid[0.0][256] >= grid[0.0][128] - 1 >= grid[0.0][64] - 2 >= grid[0.0][8] - 3
    widths = plain(full)
    assert all(larger.high > smaller.low for smaller, larger in zip(widths, widths[1:], strict=False))


def test_the_best_large_network_beats_the_best_smaller_one_by_several_points(shown, text):
    assert "beats the best smaller plain one by several points" in text
    (mean, low, _), _ = estimates(shown("big_minus_small = "))
    assert mean > 2 and low > 1
    for amount in experiment.AMOUNTS:
        assert experiment.full_size(amount).big_minus_small.verdict == "holds"


def test_fewer_layers_do_not_do_it_either(full, text):
    assert "With 4,000 examples one layer is worse than two, with dropout and without" in text
    for rate in experiment.RATES:
        assert full.of(128, rate, 1).mean < full.of(128, rate, 2).mean
    assert "at 0.5 three and four of 128 fall far behind, at 0.2 they do not" in text
    assert min(full.of(128, 0.2, depth).mean for depth in (3, 4)) > full.of(128, 0.2).mean
    assert full.of(128, 0.5, 4).high < full.of(128, 0.5, 3).low
    assert full.of(128, 0.5, 3).high < full.of(128, 0.0, 3).low
    few = experiment.full_size(1000)
    assert (
        "With 1,000 it is better, plain or at rate 0.5: the best of the smaller plain ones is one layer of 128" in text
    )
    for rate in (0.0, 0.5):
        one, two = (few.of(128, rate, depth).mean for depth in (1, 2))
        assert one > two + 0.01
    assert "two of 256 with dropout are still 4 points ahead of it" in text
    assert (few.small, few.big) == (experiment.called(128, 0.0, 1), experiment.called(256, 0.5))
    assert round(100 * few.big_minus_small.difference.mean) == 4


def test_the_best_of_all_is_the_largest_with_half_of_its_units_dropped(full, text):
    assert "The best of all is the *largest* network, with half of its units dropped" in text
    assert max(full.accuracy, key=lambda arm: full.accuracy[arm].mean) == experiment.called(max(experiment.WIDTHS), 0.5)


def test_the_same_number_at_work_is_worse_in_a_plain_network_where_it_is_wide(text):
    assert "On small widths dropout loses" in text and "On large ones it wins clearly" in text
    assert "from 64 on with 1,000 examples, from 256 on with 4,000" in text
    for amount, first in ((1000, 64), (4000, 256)):
        halves = experiment.full_size(amount).half_width
        assert [width for width, found in halves.items() if found.verdict == "holds"] == [
            width for width in experiment.WIDTHS if width >= first
        ]
        assert halves[16].difference.high < 0
    assert "dropout on a wide layer (256, 512) beats a plain layer of half the width" in text


def test_new_masks_are_best_and_one_for_ever_is_the_worst(shown, text):
    few, many = ({kind: e.mean for kind, e in experiment.full_size(a).masks.items()} for a in (1000, 4000))
    assert "A new mask for each example is best, 3 points ahead of a plain network of half the width" in text
    assert max(many, key=many.get) == max(few, key=few.get) == "example"
    assert round(100 * (many["example"] - many["half width"])) == 3
    assert "One that lasts a batch or an epoch is about level with that network here" in text
    assert "(with 1,000 examples it is ahead)" in text
    for kind in ("batch", "epoch"):
        assert abs(many[kind] - many["half width"]) < 0.015 and few[kind] > few["half width"] + 0.02
    assert "One kept for ever is the worst" in text and "Here they cost 4 points" in text
    assert min(many, key=many.get) == min(few, key=few.get) == "forever"
    assert round(100 * (many["half width"] - many["forever"])) == 4
    told = shown("forever.beside(")
    ((mean, low, _),) = estimates(told)
    assert mean > 1.5 and low > 0 and "at full size +7.0" in told
    assert round(100 * (many["example"] - many["forever"]), 1) == 7.0


def test_live_masks_are_trained_as_at_full_size(shown, text):
    assert "on 256 units, each at the learning rate that was best for it at full size" in text
    tuned = experiment.full_size(1000).learning_rate
    assert tuned["2 × 256 at 0.5"] == tuned["example"], "the same network, chosen twice"
    assert Recipe(hidden=(256, 256), drop_rate=0.5) == experiment.CONTROL
    told = shown("print(masks.table())")
    means = {kind: float(mean) for kind, mean in re.findall(r"^(new|for ever) +([\d.]+)", told, re.MULTILINE)}
    stored = experiment.full_size(1000).masks
    assert abs(means["new"] - 100 * stored["example"].mean) < 1.5
    assert abs(means["for ever"] - 100 * stored["forever"].mean) < 1.5


def test_what_the_small_network_really_has(shown):
    told = shown("show_costs(")
    rows = re.findall(r"<td>2 × (\d+)</td><td>([\d,]+)</td><td>([\d,]+) KB</td><td>([\d.]+) ms", told)
    sizes = [int(row[1].replace(",", "")) for row in rows]
    assert [row[0] for row in rows] == ["32", "128", "256"]
    assert sizes == [40 * w + w + w * w + w + 10 * w + 10 for w in (32, 128, 256)]
    times = [float(row[3]) for row in rows]
    assert times[0] < times[2]


def test_on_the_moons_a_low_rate_fits_nearly_all_and_a_small_network_is_as_good(shown, text):
    told = re.findall(r"^(.+?)  training ([\d.]+)%  test ([\d.]+)%", shown("five_of_each"), re.MULTILINE)
    fitted, test = ({kind.strip(): float(row[at]) for kind, *row in told} for at in (0, 1))
    assert "At rate 0.1 the network fits nearly all its points, as the plain one does" in text
    assert fitted["2 × 64"] > 98 and fitted["rate 0.1"] > 97
    assert "At 0.5, trained as long, it leaves some out" in text and fitted["rate 0.5"] < fitted["rate 0.1"] - 1
    assert "Here the small plain network keeps up" in text
    assert test["2 × 4"] > max(test.values()) - 1
    full = lesson_06.full_size()
    assert "at full size it fits 99 % after 4,000 epochs" in text and lesson_06.LONG == 4000
    assert round(100 * np.mean(full.long["0.5"])) == 99
    assert "At a high one it fits fewer, and more the longer it trains" in text
    assert np.mean(full.moons[0.4]["0.5"].training) < np.mean(full.long["0.5"]) - 0.02
    for found in full.moons.values():
        means = {kind: np.mean(one.training) for kind, one in found.items()}
        assert means["0.1"] > means["0.0"] - 0.01 and means["0.5"] < means["0.1"]
        assert found["small"].test.high > max(one.test.mean for one in found.values())


def test_the_ledger_s_conditions_quote_the_results_right():
    claims, masks, capacity = load_claims(), stored_trial("23"), stored_trial("21")
    assert (
        "spread 0.4: how much less of its training points a network with dropout fits at rate 0.1"
        in claims["21"].conditions
    )
    assert capacity.verdict == "depends" and capacity.difference.mean > 0 and capacity.difference.high < 0.01
    assert "At rate 0.5 it fits 3.9 points less" in claims["21"].conditions
    assert "minus a plain network of half the width; with 1,000 examples, too" in claims["23"].conditions
    verdicts = {name: found.verdict for name, found in masks.others.items()}
    assert verdicts == {
        "1000 examples": "holds",
        "minus one mask": "holds",
        "2 × 32": "fails",
        "a mask for each epoch": "undecided",
    }
    behind, epoch = (masks.others[name].difference.mean for name in ("2 × 32", "a mask for each epoch"))
    assert "2 × 32 is 9.8 points behind its half" in claims["23"].conditions and round(100 * behind, 1) == -9.8
    assert "each epoch it is undecided (+1.3)" in claims["23"].conditions and round(100 * epoch, 1) == 1.3
    assert "7.0 points minus one mask kept for ever" in claims["23"].conditions
    assert round(100 * masks.others["minus one mask"].difference.mean, 1) == 7.0
    assert "on two-dimensional moons a small plain network keeps up" in claims["Q"].conditions
    assert round(100 * capacity.others["spread 0.4, rate 0.5"].difference.mean, 1) == 3.9
    assert "after 4,000 epochs 1.3 (undecided); with spread 0.3, 0.7 (undecided)" in claims["21"].conditions
    for name, points in (("spread 0.4, rate 0.5, 4000 epochs", 1.3), ("spread 0.3, rate 0.5", 0.7)):
        assert round(100 * capacity.others[name].difference.mean, 1) == points
        assert capacity.others[name].verdict == "undecided"
    assert "At width 8 every rate hurts" in claims["Q"].conditions
    for amount in experiment.AMOUNTS:
        narrow = [experiment.full_size(amount).of(8, rate).mean for rate in experiment.RATES]
        assert narrow[0] == max(narrow)
    assert "With 1,000 examples, too" in claims["Q"].conditions
    assert experiment.full_size(1000).big_minus_small.verdict == "holds"


def test_champions_are_chosen_by_validation_alone():
    arms = {"a": Recipe((8, 8)), "b": Recipe((32, 32)), "c": Recipe((64, 64), drop_rate=0.5), "d": Recipe((64, 64))}
    validation = {"a": 0.3, "b": 0.5, "c": 0.4, "d": 0.9}
    assert experiment.champions(arms, validation) == ("c", "b"), "d is not smaller than c"
    arms["e"] = Recipe((8, 8), drop_rate=0.2)
    assert experiment.champions(arms, validation | {"e": 0.99}) == ("c", "b"), "the smallest is not big"
