"""The learner judges first; then the card puts the verdicts side by side. What was chosen and found is kept at once."""

import re
from dataclasses import replace

import pytest

from helpers.classroom import judge as module
from helpers.classroom import progress
from helpers.classroom.judge import Judgement, beside_the_ledger, judge, reason
from helpers.classroom.questions import Prediction
from helpers.lab import (
    VERDICTS,
    Estimate,
    check_verdict,
    choose_name,
    evidence,
    load_claims,
    my_seeds,
    network_estimate,
)
from helpers.lab.claims import find_claim

ABOVE, BELOW, BETWEEN = Estimate(0.05, 0.03, 0.07), Estimate(-0.02, -0.03, -0.015), Estimate(0.012, -0.01, 0.03)
FOUND = {"holds": ABOVE, "fails": BELOW, "undecided": BETWEEN}


@pytest.fixture(autouse=True)
def ledger(monkeypatch):
    """In these tests claim G fails, whatever has been found of late."""
    found = replace(load_claims()["G"], verdict="fails", conditions="50 seeds.")
    monkeypatch.setattr(module, "find_claim", lambda claim: found if claim == "G" else find_claim(claim))


def made(found=ABOVE, **options):
    """A Judgement on claim G, which has a margin of 1 point."""
    found = found if isinstance(found, dict) else {"right minus halved": found}
    return judge("G", found, "Ten <b>runs</b>.", **options)


def kept(judgement):
    return evidence.read(judgement.note.path)


def press(judgement, verdict):
    judgement.buttons[verdict].click()


def words(shown):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", shown))


def test_what_was_found_in_a_browser_is_kept_as_such(monkeypatch):
    monkeypatch.setattr("sys.platform", "emscripten")
    assert kept(made(seeds=my_seeds(5)))["conditions"] == "Ten <b>runs</b>.; in a browser, on a smaller scale"
    assert kept(made())["conditions"] == "Ten <b>runs</b>.", "what is exact is no smaller there"


@pytest.mark.parametrize("verdict", FOUND)
def test_before_a_choice_neither_the_rule_s_verdict_nor_the_ledger_s_is_shown(verdict):
    judgement = made(FOUND[verdict])
    assert words(judgement.card.value).strip() == ""
    case = judgement.children[0].value
    assert "Claim G" in words(case) and load_claims()["G"].wording in words(case)
    assert "more than 1 point" in words(case) and not re.search("holds|fails|undecided|ledger", case)
    assert not re.search(r"●", " ".join(button.description for button in judgement.buttons.values()))


def test_the_picture_s_text_says_where_interval_and_margin_lie():
    (alt,) = re.findall(r'<img alt="([^"]*)"', made().children[0].value)
    assert alt == "right minus halved: +5.0 points (95 % interval +3.0 to +7.0). The margin is 1 point."


@pytest.mark.parametrize("verdict", FOUND)
@pytest.mark.parametrize("chosen", FOUND)
def test_after_it_all_three_are_shown_and_kept(verdict, chosen):
    judgement = made(FOUND[verdict])
    assert (kept(judgement)["rule_verdict"], kept(judgement)["learner_verdict"]) == (verdict, None)
    press(judgement, chosen)
    mark = {name: look[0] for name, look in module.LOOKS.items()}
    card = words(judgement.card.value)
    order = ["You", chosen, "The rule", verdict, "The ledger", "fails", "ledger's conditions", "50 seeds", "Yours"]
    assert re.search(".*".join([order[0], re.escape(mark[chosen]), *order[1:]]), card)
    assert ("The rule says the same." in card) == (chosen == verdict)
    assert (kept(judgement)["rule_verdict"], kept(judgement)["learner_verdict"]) == (verdict, chosen)
    assert progress.load().verdicts == {"01 G": chosen}
    assert [name for name, button in judgement.buttons.items() if "●" in button.description] == [chosen]


def test_another_may_be_chosen_and_the_evidence_keeps_the_first():
    judgement = made()
    press(judgement, "undecided")
    press(judgement, "holds")
    assert progress.load().verdicts == {"01 G": "holds"} and kept(judgement)["learner_verdict"] == "undecided"
    assert "At first: undecided, which is what the evidence keeps." in words(judgement.card.value)
    press(judgement, "undecided")
    assert "At first" not in words(judgement.card.value)


def test_the_choice_comes_back_when_the_cell_runs_again():
    press(made(), "fails")
    again = made()
    assert again.chosen == "fails" and "The rule" in again.card.value and "●" in again.buttons["fails"].description
    assert kept(again)["learner_verdict"] == "fails"
    choose_name("otter")
    assert made().chosen is None


@pytest.mark.parametrize("kept", ["depends", "<script>", "maybe"])
def test_a_choice_that_is_not_on_offer_does_not_come_back(kept):
    progress.keep("verdicts", "01 G", kept)
    assert made().chosen is None


def test_depends_is_offered_where_two_conditions_are_shown_or_nothing_is_estimated():
    assert [*made().buttons] == ["holds", "fails", "undecided"]
    several = made({"at 0.5": ABOVE, "at 0.2": BELOW})
    assert {*several.buttons} == {*VERDICTS} and kept(several)["rule_verdict"] == "depends"
    press(several, "holds")
    assert "at 0.5: holds; at 0.2: fails. Two conditions decide differently." in words(several.card.value)
    counted = judge("3", {"plain SGD": 0, "momentum": 0.25}, "One step.", rule="depends", criterion="Not one moves.")
    assert {*counted.buttons} == {*VERDICTS}


def test_the_first_condition_counts_and_an_undecided_one_decides_nothing():
    for found, verdict in (((ABOVE, BETWEEN), "holds"), ((BETWEEN, ABOVE), "undecided"), ((BELOW, BELOW), "fails")):
        assert made(dict(zip("ab", found, strict=True))).rule == verdict


def test_numbers_are_judged_by_a_criterion_of_their_own():
    judgement = judge(
        "16", {"before": 78858, "after": 78858}, "2 × 128", rule="holds", criterion="As <many> as before.", lesson=3
    )
    assert "As &lt;many&gt; as before. What is your verdict?" in judgement.children[0].value
    assert "78,858" in judgement.children[0].value and "<th scope" in judgement.children[0].value
    press(judgement, "holds")
    assert "By the criterion above" in judgement.card.value
    assert kept(judgement)["figures"] == {"before": 78858, "after": 78858} and kept(judgement)["seeds"] == []
    assert progress.load().verdicts == {"03 16": "holds"}


def test_what_the_evidence_needs_is_handed_on():
    asked = Prediction("Will it?", ["yes", "no"])
    asked.radio.value = "no"
    asked.button.click()
    found = network_estimate([0.01, 0.02, 0.04])
    judgement = judge("23", {"new minus kept": found}, "Ten.", my_seeds(3), lesson=4, predictions=[asked])
    held = kept(judgement)
    assert (held["lesson"], held["seeds"], held["conditions"]) == (4, my_seeds(3), "Ten.")
    assert held["figures"]["new minus kept"]["values"] == [0.01, 0.02, 0.04]
    assert [(one["question"], one["choice"]) for one in held["predictions"]] == [("Will it?", "no")]


def test_a_prediction_made_after_the_picture_was_shown_is_marked_in_the_evidence():
    asked = Prediction("Will it?", ["yes", "no"])
    judgement = made(predictions=[asked])
    asked.radio.value = "no"
    asked.button.click()
    press(judgement, "holds")
    assert kept(judgement)["predictions"] == [{"question": "Will it?", "choice": "no", "after_result": True}]


# Where they differ


@pytest.mark.parametrize("rule", VERDICTS)
@pytest.mark.parametrize("ledger", [*VERDICTS, "untested"])
def test_a_sentence_says_whether_rule_and_ledger_contradict(rule, ledger):
    said = beside_the_ledger(rule, ledger)
    if ledger == "untested":
        assert "no verdict" in said
    elif rule == ledger:
        assert said == "Your run and the ledger agree."
    elif {rule, ledger} == {"holds", "fails"}:
        assert "contradict each other" in said
    else:
        assert said.startswith(f"“{rule.capitalize()}” does not contradict “{ledger}”")


@pytest.mark.parametrize("claim", ["G", "Q", "22", "1"])
@pytest.mark.parametrize("rule", VERDICTS)
def test_it_contradicts_where_the_ledger_s_own_rule_says_so(claim, rule):
    said = beside_the_ledger(rule, load_claims()[claim].verdict)
    assert ("contradict each other" in said) == (not check_verdict(claim, rule))


@pytest.mark.parametrize(
    ("estimate", "words"),
    [
        (ABOVE, "The whole interval lies above the margin of 1 point."),
        (BELOW, "The whole interval lies below the margin of 1 point: the other way round."),
        (Estimate(-0.001, -0.011, 0.008), "below the margin of 1 point."),
        (Estimate(0.005, 0.001, 0.009), "below the margin of 1 point: real but small."),
        (Estimate(0.0, -0.005, 0.005), "below the margin of 1 point: no difference that matters."),
        (BETWEEN, "The margin of 1 point lies inside the interval: it could be more, and it could be less."),
        (Estimate(0.02, 0.02, 0.02), "The interval has no width: nothing varied, so nothing is known of chance."),
    ],
)
def test_the_rule_gives_its_reason(estimate, words):
    assert reason({"gain": estimate}, 0.01, estimate.verdict(0.01)).endswith(words)


# What goes wrong


def test_what_a_lesson_says_is_not_taken_for_html():
    judgement = made({"<script>": ABOVE})
    press(judgement, "holds")
    shown = judgement.children[0].value + judgement.card.value + judgement.fallback()
    assert "<script>" not in shown and "&lt;script&gt;" in shown and "Ten &lt;b&gt;runs&lt;/b&gt;." in shown


def test_a_folder_in_which_nothing_can_be_kept_is_said_and_the_card_is_there(evidence):
    evidence.write_text("not a folder")
    judgement = made()
    press(judgement, "holds")
    card = words(judgement.card.value)
    assert card.count("could not be kept") == 2 and "The rule says the same." in card and "At first" not in card


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"claim": "27"}, "claim is '27'"),
        ({"found": ABOVE}, "found is Estimate.*a dict from labels"),
        ({"found": {}}, "found is {}"),
        ({"found": {1: ABOVE}}, "found is {1: "),
        ({"found": {"a": 3}}, "rule is None, but it must be one of .*unless all found are Estimates"),
        ({"claim": "3"}, "rule is None"),
        ({"claim": "11"}, r"lesson is None, but it must be one of \(3, 11\)"),
        ({"rule": "true", "criterion": "Not one."}, "rule_verdict is 'true'"),
        ({"rule": "holds"}, "criterion is None, but it must be a sentence"),
        ({"seeds": [10**6]}, "seeds is .*those of the name"),
    ],
)
def test_a_wrong_argument_is_named(wrong, message):
    options = {"claim": "G", "found": {"gain": ABOVE}, "conditions": "Ten runs.", **wrong}
    with pytest.raises(ValueError, match=f"{message}"):
        judge(**options)


# Where nothing can be pressed


def test_on_paper_the_verdicts_are_folded_away_until_one_is_chosen():
    judgement = made()
    paper = judgement.fallback()
    before, folded = paper.split("<details")
    assert "<img alt=" in before and "The rule" not in before and "The ledger" in folded and ">You<" not in folded
    press(judgement, "holds")
    assert "<details" not in judgement.fallback() and ">You<" in judgement.fallback()
    assert "text/html" in judgement._repr_mimebundle_()


def test_it_is_read_out_and_has_no_type_smaller_than_16_px():
    judgement = made()
    press(judgement, "holds")
    assert 'role="status"' in judgement.card.value
    sizes = [int(size) for size in re.findall(r"font-size: (\d+)px", judgement.fallback())]
    assert sizes and min(sizes) >= 16 and isinstance(judgement, Judgement)
