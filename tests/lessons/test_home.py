"""Home shows what was done and where to go on, and of the ledger only what the learner has judged."""

import html
import re

import pytest

from helpers.classroom import progress
from helpers.classroom.progress import Answered, Made, Progress, Tried, Visit
from helpers.lab import load_claims
from helpers.lab.folders import project_folder
from helpers.lessons import contents, home

LESSONS = contents.lessons()


@pytest.fixture(autouse=True)
def evidence(tmp_path, monkeypatch):
    monkeypatch.setenv("DROPOUT_COURSE_EVIDENCE", str(tmp_path))


def all_done(*lessons):
    """A Progress in which these lessons are done."""
    return Progress(
        predictions={key: Made("a", "a", "2025-01-01T00:00:00Z") for lesson in lessons for key in lesson.predictions},
        quiz={key: Answered("a", True, 1) for lesson in lessons for key in lesson.quiz},
        exercises={key: Tried("right", 1) for lesson in lessons for key in lesson.exercises},
        verdicts={key: "holds" for lesson in lessons for key in lesson.verdicts},
        visited={f"{lesson.number:02}": Visit("", f"2025-01-0{lesson.number}T00:00:00Z") for lesson in lessons},
    )


def keep_all(found):
    """Put a Progress on disk."""
    for kind in progress.KINDS:
        for key, entry in getattr(found, kind).items():
            assert progress.keep(kind, key, entry) == ""


def test_only_what_is_right_counts_as_done():
    lesson = LESSONS[0]
    found = Progress(
        quiz={lesson.quiz[0]: Answered("a", False, 2), lesson.quiz[1]: Answered("a", True, 1)},
        exercises={lesson.exercises[0]: Tried("wrong", 1), lesson.exercises[1]: Tried("right", 3)},
        predictions={"a question of another course": Made("a", "a", "2025-01-01T00:00:00Z")},
    )
    assert home.done(lesson, found, "quiz") == (1, len(lesson.quiz))
    assert home.done(lesson, found, "exercises") == (1, len(lesson.exercises))
    assert home.done(lesson, found, "predictions") == (0, len(lesson.predictions))
    assert not home.is_done(lesson, found) and home.is_done(lesson, all_done(lesson))


def test_one_goes_on_where_one_stopped_and_when_that_is_done_with_the_next():
    first, second, third, *_ = LESSONS
    assert home.where_to_go_on(LESSONS, Progress()) == (first, "")
    visited = {"00": Visit("", "2025-03-01T00:00:00Z"), "01": Visit("Train", "2025-01-02T00:00:00Z")}
    visited["02"] = Visit("Predict", "2025-01-01T00:00:00Z")
    assert home.where_to_go_on(LESSONS, Progress(visited=visited)) == (first, "Train")
    assert home.where_to_go_on(LESSONS, all_done(first, second)) == (third, "")
    assert home.where_to_go_on(LESSONS, all_done(*LESSONS[1:])) == (first, "")
    assert home.where_to_go_on(LESSONS, all_done(*LESSONS)) is None


def test_the_claims_for_sceptics_are_shown_and_not_asked_for():
    lesson = LESSONS[2]
    found = all_done(lesson)
    assert home.is_done(lesson, found) and home.done(lesson, found, home.EXTRAS) == (0, len(lesson.for_sceptics))
    keep_all(found)
    most, extra = len(lesson.verdicts), len(lesson.for_sceptics)
    assert extra and f"verdicts {most} of {most} ✔, for sceptics 0 of {extra}. Your results" in home.achieved(3).data
    progress.keep("verdicts", lesson.for_sceptics[0], "fails")
    assert [row[-1] for row in table()] == ["", "", f"1 of {extra}", *[row[-1] for row in table()[3:]]]
    assert "for sceptics" not in home.achieved(1).data


def table():
    """The texts of home's table, a list for each lesson."""
    rows = re.findall("<tr>(.*?)</tr>", home._overview())[1:]
    return [[re.sub("<.*?>", "", cell) for cell in re.findall("<td.*?>(.*?)</td>", row)] for row in rows]


def test_the_link_leads_to_the_section_as_jupyterlab_names_it():
    keep_all(Progress(visited={"01": Visit("From your code to `helpers.nn`", "2025-01-02T00:00:00Z")}))
    assert f'href="{LESSONS[0].file}#From-your-code-to-helpers.nn"' in home._overview()


def test_the_table_has_ticks_and_minutes():
    keep_all(all_done(LESSONS[0]))
    assert ["".join(row).count("✔") for row in table()] == [4, *[0] * (len(LESSONS) - 1)]
    assert [int(row[1]) for row in table()] == [lesson.minutes for lesson in LESSONS]


def test_no_verdict_of_the_ledger_is_shown_before_one_s_own():
    ends = "".join(home.achieved(lesson.number).data for lesson in LESSONS)
    told = [html.escape(claim.remember) for claim in load_claims().values() if claim.verdict != "untested"]
    assert told and not any(conditions in home._verdicts().data + home._overview() + ends for conditions in told)
    keep_all(Progress(verdicts={"04 Q": "fails"}))
    alt = re.search('alt="(.*?)"', home._verdicts().data)[1]
    assert f"Q: you fails, the ledger {load_claims()['Q'].verdict}" in alt and alt.count("you ") == 1


def test_the_last_lesson_closes_the_question():
    *others, last = LESSONS
    assert home.QUESTION in home.achieved(last.number).data and "not judged it yet" in home.achieved(last.number).data
    keep_all(Progress(verdicts={"04 Q": "fails"}))
    told = home.achieved(last.number).data
    assert "Your verdict: <b>fails</b>" in told and f"The ledger's: <b>{load_claims()['Q'].verdict}</b>" in told
    assert not any(home.QUESTION in home.achieved(lesson.number).data for lesson in others)


def test_what_is_next_is_left_to_the_text_below():
    assert not any(".ipynb" in home.achieved(lesson.number).data for lesson in LESSONS[:-1])


def test_the_picture_asks():
    assert (project_folder() / home.QUESTION_PICTURE).stat().st_size > 5000
    assert [text.get_text() for text in home.question_picture().axes[0].texts].count("?") == 1
