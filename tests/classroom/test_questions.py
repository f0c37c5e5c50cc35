"""Predictions are made once and come back; a quiz answers every answer; nothing a lesson says is taken for HTML."""

import numpy as np
import pytest

from helpers.classroom import progress
from helpers.classroom.questions import Prediction, Quiz, QuizQuestion


def choose(question, option):
    """As a hand does it: choose, then press the button."""
    question.radio.value = option
    assert not question.button.disabled
    question.button.click()


@pytest.fixture
def prediction():
    return Prediction("How many?", ["few", "1 < 2 & 3", "all"])


@pytest.fixture
def question():
    return QuizQuestion("Why <b>?", {"so": "No <i>.", "thus": "Yes & no.", "hence": "No."}, right="thus")


def test_before_anything_is_chosen_there_is_nothing_to_press(prediction, question):
    for asked in (prediction, question):
        assert asked.radio.value is None and asked.button.disabled
        asked.radio.value = asked.radio.options[0]
        assert not asked.button.disabled
        asked.radio.value = None
        assert asked.button.disabled


def test_a_prediction_stands_until_one_changes_ones_mind(prediction):
    choose(prediction, "1 < 2 & 3")
    assert prediction.made == "1 < 2 & 3" and prediction.radio.disabled
    assert "You predict: <b>1 &lt; 2 &amp; 3</b>" in prediction.answer.value
    assert prediction.button.description == "Change my mind"
    prediction.button.click()
    assert prediction.made == "1 < 2 & 3" and not prediction.radio.disabled
    assert "stays on record: <b>1 &lt; 2 &amp; 3</b>" in prediction.answer.value
    assert prediction.button.description == "Commit"
    choose(prediction, "all")
    assert prediction.made == "all" and prediction.record.first == "1 < 2 & 3"


def test_after_commit_the_button_that_has_the_focus_is_alive(prediction):
    """A browser sends no keys to a disabled button, so Shift+Enter would be dead."""
    choose(prediction, "all")
    assert not prediction.button.disabled


def test_a_prediction_is_on_disk_at_once_and_comes_back(prediction):
    choose(prediction, "all")
    again = Prediction(prediction.question, ["few", "1 < 2 & 3", "all"])
    assert (again.made, again.kept, again.radio.value) == ("all", prediction.kept, "all")
    assert again.radio.disabled and "You predict: <b>all</b>" in again.answer.value
    assert "Your prediction: <b>all</b>" in again.beside("some").data


def test_what_one_tab_commits_is_not_the_first_where_another_was_faster(prediction):
    late = Prediction(prediction.question, prediction.radio.options)
    choose(prediction, "all")
    choose(late, "few")
    assert progress.load().predictions[late.question].first == "all"
    assert Prediction(late.question, late.radio.options).made == "few"


def test_committing_to_the_same_again_is_no_other_prediction(prediction):
    choose(prediction, "all")
    before = prediction.record
    prediction.beside("some")
    prediction.button.click()
    prediction.button.click()
    assert prediction.record == progress.load().predictions[prediction.question] == before
    assert prediction.radio.disabled


def test_a_prediction_whose_options_were_reworded_is_open_and_its_choice_stays_on_record(prediction):
    choose(prediction, "all")
    again = Prediction(prediction.question, ["few", "every one"])
    assert again.radio.value is None and not again.radio.disabled and again.made == "all"
    assert "✔" not in again.beside("some", right="few").data and "✘" not in again.beside("some", right="few").data
    choose(again, "few")
    assert (again.record.first, again.record.choice) == ("all", "few")


@pytest.mark.parametrize("asked_again", [False, True], ids=["at once", "another day"])
def test_a_prediction_made_after_its_result_is_marked(prediction, asked_again):
    prediction.beside("some")
    if asked_again:
        prediction = Prediction(prediction.question, prediction.radio.options)
    choose(prediction, "all")
    assert prediction.record.after_result
    assert "after its result was shown" in prediction.answer.value


def test_one_made_before_its_result_is_not_marked_until_it_is_changed(prediction):
    choose(prediction, "all")
    prediction.beside("some")
    again = Prediction(prediction.question, prediction.radio.options)
    assert not again.record.after_result and "after its result" not in again.answer.value
    assert not again.kept["after_result"]
    again.button.click()
    choose(again, "few")
    assert again.record.after_result and again.kept["after_result"]


def test_a_prediction_comes_back_beside_the_result(prediction):
    assert "none made" in prediction.beside("<all>").data
    choose(prediction, "1 < 2 & 3")
    shown = prediction.beside("<all>").data
    assert "Your prediction: <b>1 &lt; 2 &amp; 3</b>" in shown and "The result: <b>&lt;all&gt;</b>" in shown
    assert "none made" not in shown and "✔" not in shown and "✘" not in shown


def test_beside_the_result_it_says_whether_it_was_right(prediction):
    assert "✘" not in prediction.beside("most", right="all").data, "none was made"
    choose(prediction, "all")
    assert "✔ You were right." in prediction.beside("most", right="all").data
    assert "✘ Not this time. Right was: 1 &lt; 2 &amp; 3." in prediction.beside("few", right="1 < 2 & 3").data
    with pytest.raises(ValueError, match="right is 'most', but must be one of the options"):
        prediction.beside("most", right="most")


RANGES = {"worse": (None, -1), "same": (-1, 1), "better": (1, None)}


@pytest.mark.parametrize(
    ("options", "chosen", "found", "told"),
    [
        ({"half": 50, "most": 80}, "half", 78.5, "✘ Not this time: you were 28.5 off. Right was: most."),
        ({"half": 50, "most": 80}, "most", np.float32(78.5), "✔ You were right, 1.5 off."),
        ({"half": 50, "most": 80}, "most", 80, "✔ You were right."),
        (RANGES, "same", 0.3, "✔ You were right."),
        (
            {"worse": (None, -1), "same": (-1, 1), "better": (1, None)},
            "worse",
            2.25,
            "you were 3.25 off. Right was: better.",
        ),
        (
            {"worse": (None, -1), "same": (-1, 1), "better": (1, None)},
            "better",
            -40,
            "you were 41 off. Right was: worse.",
        ),
    ],
)
def test_where_options_stand_for_numbers_it_says_how_far_off_it_was(options, chosen, found, told):
    prediction = Prediction("How far?", options)
    choose(prediction, chosen)
    assert told in prediction.beside("there", right=found).data


@pytest.mark.parametrize("kind", [Prediction, QuizQuestion])
def test_what_cannot_be_kept_is_said_and_the_lesson_goes_on(kind, evidence):
    evidence.write_text("a file in its place")
    asked = kind("Why?", {"so": "Yes.", "thus": "No."}, *["so"] if kind is QuizQuestion else [])
    choose(asked, "so")
    assert "could not be kept" in asked.answer.value
    assert "You predict: <b>so</b>" in asked.answer.value or "✔ Right.</b> Yes." in asked.answer.value


def test_an_answer_comes_back_with_its_feedback(question):
    choose(question, "so")
    again = QuizQuestion(question.question, question.feedback, question.right)
    assert again.radio.value == "so" and "✘ Not quite.</b> No &lt;i&gt;." in again.answer.value


def test_a_new_choice_takes_away_the_answer_to_the_old_one(question):
    choose(question, "thus")
    question.radio.value = "so"
    assert "✔" not in question.answer.value


def test_the_right_answer_stays_kept_and_tries_end_with_it(question):
    for option in ("so", "so", "hence", "thus", "so"):
        choose(question, option)
    assert progress.load().quiz == {question.question: progress.Answered("thus", True, 3)}


def test_each_answer_of_a_quiz_gets_its_feedback_and_may_be_changed(question):
    told_of = {
        "so": "✘ Not quite.</b> No &lt;i&gt;.",
        "thus": "✔ Right.</b> Yes &amp; no.",
        "hence": "✘ Not quite.</b> No.",
    }
    for option, told in told_of.items():
        choose(question, option)
        assert told in question.answer.value
    assert not question.radio.disabled


def test_feedback_is_read_out_by_screen_readers(prediction, question):
    for asked in (prediction, question):
        assert 'role="status"' in asked.answer.value
        choose(asked, asked.radio.options[0])
        assert 'role="status"' in asked.answer.value


def test_the_question_is_escaped(question):
    assert "Why &lt;b&gt;?" in question.children[0].value


@pytest.mark.parametrize("options", [[], ["yes", "yes"]])
def test_options_must_differ(options):
    with pytest.raises(ValueError, match=r"options is \["):
        Prediction("How many?", options)


def test_the_right_answer_must_be_among_the_options():
    with pytest.raises(ValueError, match="right is 'c', but must be one of the options"):
        QuizQuestion("Why?", {"a": "A.", "b": "B."}, right="c")


def test_on_paper_a_prediction_does_not_know_the_result_and_a_quiz_hides_its_answer(prediction, question):
    assert "<li>1 &lt; 2 &amp; 3</li>" in prediction.fallback()
    paper = Quiz(question).fallback()
    assert paper.count("<li>") == 3
    question_part, answer_part = paper.split("<details>")
    assert "Yes &amp; no." in answer_part and "Yes &amp; no." not in question_part
    sentence = QuizQuestion("Why?", {"It is so.": "Yes."}, right="It is so.")
    assert sentence.fallback().endswith("It is so. Yes.</details>")
