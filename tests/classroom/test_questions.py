"""Predictions are made once and come back; a quiz answers every answer; nothing a lesson says is taken for HTML."""

import pytest

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


def test_a_prediction_is_made_once(prediction):
    choose(prediction, "1 < 2 & 3")
    assert prediction.made == "1 < 2 & 3"
    assert prediction.radio.disabled and prediction.button.disabled
    assert "You predict: <b>1 &lt; 2 &amp; 3</b>" in prediction.answer.value
    prediction.radio.value = "all"
    prediction.button.click()
    assert prediction.made == "1 < 2 & 3"


def test_a_prediction_comes_back_beside_the_result(prediction):
    assert "none made" in prediction.beside("<all>").data
    choose(prediction, "1 < 2 & 3")
    shown = prediction.beside("<all>").data
    assert "Your prediction: <b>1 &lt; 2 &amp; 3</b>" in shown and "The result: <b>&lt;all&gt;</b>" in shown
    assert "none made" not in shown


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
