"""What lesson 4's text says is so: taken from what its cells show, or from the full-size run."""

import re

import pytest

from helpers.classroom.lessons import lesson_04
from helpers.lab import Estimate, Recipe, load_claims, load_results
from helpers.lab.experiments import lesson_04 as experiment

NAME = "04-why-not-a-smaller-network"
ESTIMATE = re.compile(r"([+-][\d.]+) points \(95 % interval ([+-][\d.]+) to ([+-][\d.]+)\)")


def estimates(told):
    """The differences that a text tells, in points: (mean, low, high) each."""
    return [tuple(map(float, found)) for found in ESTIMATE.findall(told)]


@pytest.fixture(scope="module")
def grid(shown):
    """Live test accuracies in percent: rate -> width -> accuracy."""
    told = shown("lesson.show_grid(widths, rates, result)")
    rows = re.findall(r"rate ([\d.]+): ((?:width \d+ \d+(?:, )?)+)", told)
    return {float(rate): {int(w): int(a) for w, a in re.findall(r"width (\d+) (\d+)", row)} for rate, row in rows}


@pytest.fixture(scope="module")
def full():
    """The full-size run's Estimates with 4,000 examples: arm -> Estimate."""
    found = load_results("lesson-04")["figures"]["4000"]["accuracy"]
    return {arm: Estimate(**estimate) for arm, estimate in found.items()}


def plain(full):
    return [full[lesson_04.name(width, 0.0)] for width in experiment.WIDTHS]


def test_the_answer_depends_on_the_learning_rate(shown, text):
    assert "the answer depends on a number that nobody asked about" in text
    small, large, own = estimates(shown('"both at 0.0005"'))
    assert small[2] < 1 < min(large[1], own[1]), "fails at a small rate, holds at the other two"


def test_the_budget_is_printed(shown):
    told = shown("print(tune(arms, space, data, trials=6")
    assert "each arm: 6 settings, 2 networks each" in told and "learning_rate=" in told


def test_who_is_hurt_and_who_gains(grid, text):
    assert "The smallest networks are *hurt* by dropout" in text and "From 32 or 64 on it helps" in text
    assert grid[0.2][8] < grid[0.0][8] and grid[0.5][16] < grid[0.0][16] - 2 and grid[0.5][32] < grid[0.0][32]
    assert all(grid[0.2][width] > grid[0.0][width] + 2 for width in (32, 64, 128, 256))
    assert "at 256 the higher rate is the better one" in text
    assert grid[0.5][256] >= grid[0.2][256]


def test_plain_networks_do_not_get_worse_with_width(grid, text, full):
    assert "They do not get worse with width" in text
    assert grid[0.0][256] >= grid[0.0][128] - 1 >= grid[0.0][64] - 2 >= grid[0.0][8] - 3
    widths = plain(full)
    assert all(larger.high > smaller.low for smaller, larger in zip(widths, widths[1:], strict=False))


def test_the_best_large_network_beats_the_best_smaller_one_by_several_points(shown, text):
    assert "beats the best smaller plain one by several points" in text
    ((mean, low, _),) = estimates(shown("big_minus_small = "))
    assert mean > 2 and low > 1
    for amount in experiment.AMOUNTS:
        assert lesson_04.full_size(amount)["big minus small"]["verdict"] == "holds"


def test_fewer_layers_do_not_do_it_either(full, text):
    assert "One layer is worse than two here, with dropout and without" in text
    for rate in experiment.RATES:
        assert full[lesson_04.name(128, rate, 1)].mean < full[lesson_04.name(128, rate, 2)].mean
    assert "at rate 0.5 three and four layers of 128 lose too much" in text
    assert full[lesson_04.name(128, 0.5, 4)].high < full[lesson_04.name(128, 0.5, 3)].low
    assert full[lesson_04.name(128, 0.5, 3)].high < full[lesson_04.name(128, 0.0, 3)].low
    few = lesson_04.full_size(1000)
    assert (
        "one plain layer of 128 is the best of the small ones; two of 256 with dropout are still 4 points ahead" in text
    )
    assert (few["small"], few["big"]) == (lesson_04.name(128, 0.0, 1), lesson_04.name(256, 0.5))
    assert round(100 * few["big minus small"]["mean"]) == 4


def test_the_best_of_all_is_the_largest_with_half_of_its_units_dropped(full, text):
    assert "the best of all is the *largest* network, with half of its units dropped" in text
    assert max(full, key=lambda arm: full[arm].mean) == lesson_04.name(max(experiment.WIDTHS), 0.5)


def test_the_same_number_at_work_is_worse_in_a_plain_network_where_it_is_wide(text):
    assert "On small widths dropout loses" in text and "On large ones it wins clearly" in text
    for amount in experiment.AMOUNTS:
        halves = lesson_04.full_size(amount)["half width"]
        assert halves["16"]["high"] < 0 and all(halves[width]["low"] > 0.01 for width in ("256", "512"))


def test_new_masks_are_best_and_one_for_ever_is_the_worst(shown, text):
    assert "A new mask for each example is best; one that lasts a batch or an epoch is worse" in text
    assert "one kept for ever is the worst, no better than a plain network of half the width" in text
    for amount in experiment.AMOUNTS:
        means = {kind: found["mean"] for kind, found in lesson_04.full_size(amount)["masks"].items()}
        assert means["example"] > max(means["batch"], means["epoch"]) >= min(means["batch"], means["epoch"])
        assert min(means, key=means.get) == "forever" and means["epoch"] > means["forever"]
    ((mean, low, _),) = estimates(shown("forever.beside("))
    assert mean > 1.5 and low > 0


def test_what_the_small_network_really_has(shown):
    told = shown("lesson.show_costs(")
    rows = re.findall(r"<td>2 × (\d+)</td><td>([\d,]+)</td><td>([\d,]+) KB</td><td>([\d.]+) ms", told)
    sizes = [int(row[1].replace(",", "")) for row in rows]
    assert [row[0] for row in rows] == ["32", "128", "256"]
    assert sizes == [40 * w + w + w * w + w + 10 * w + 10 for w in (32, 128, 256)]
    times = [float(row[3]) for row in rows]
    assert times[0] < times[2]


def test_a_low_rate_fits_nearly_all(shown, text):
    assert "At rate 0.1 the network fits nearly all its points, as the plain one does" in text
    fitted = [float(value) for value in re.findall(r"([\d.]+)% of the training points", shown("fitted = evaluate"))]
    assert "At 0.5, trained as long, it leaves some out" in text
    assert fitted[0] > 98 and fitted[1] > 97 and fitted[2] < fitted[1] - 1
    for found in load_results("lesson-04")["figures"]["moons"].values():
        means = {rate: sum(kind["training"]) / len(kind["training"]) for rate, kind in found.items()}
        assert means["0.1"] > means["0.0"] - 0.01 and means["0.5"] < means["0.1"]


def test_the_ledger_s_conditions_quote_the_results_right():
    claims, tried = load_claims(), load_results("lesson-04")["figures"]["claims"]
    others = tried["21"]["others"]
    assert "At rate 0.1 as many as a plain one" in claims["21"].conditions
    assert tried["21"]["verdict"] == "depends" and others["noise 0.4, rate 0.1"]["verdict"] == "fails"
    assert "at rate 0.5, with noise 0.4, 3.9 points less" in claims["21"].conditions
    assert round(100 * others["noise 0.4, rate 0.5"]["mean"], 1) == 3.9
    assert "With 1,000 examples, too" in claims["Q"].conditions
    assert lesson_04.full_size(1000)["big minus small"]["verdict"] == "holds"


def test_champions_are_chosen_by_validation_alone():
    arms = {"a": Recipe((8, 8)), "b": Recipe((32, 32)), "c": Recipe((64, 64), drop_rate=0.5), "d": Recipe((64, 64))}
    validation = {"a": 0.3, "b": 0.5, "c": 0.4, "d": 0.9}
    assert experiment.champions(arms, validation) == ("c", "b"), "d is not smaller than c"
    arms["e"] = Recipe((8, 8), drop_rate=0.2)
    assert experiment.champions(arms, validation | {"e": 0.99}) == ("c", "b"), "the smallest is not big"
