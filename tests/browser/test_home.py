"""A learner's evening: home, half of lesson 1, everything closed; the next day home leads on, and lesson 1 is done."""

import json
import re

import pytest

import start
from helpers.classroom import progress
from helpers.lab import load_claims
from tests.notebooks import exercises, read, solution

from . import jupyter
from .jupyter import wait

HOME, LESSON = "00-start-here", "01-build-a-network"
NAME, SECTION, OPTION = "blue-otter", "A lie about the slope", "about the same"
SCREENSHOTS = start.ROOT / "screenshots" / "home"


class Evening:
    """One sitting: JupyterLab as start.py opens it."""

    def __init__(self, chrome, address, day):
        self.lab, self.day, self.seen = jupyter.Lesson(chrome, address), day, 0
        self.page = self.lab.page

    def look(self, code=None):
        """A screenshot, with the output of the cell that contains `code` in its middle."""
        if code:
            self.shown(code).evaluate("output => output.scrollIntoView({block: 'center'})")
        self.seen += 1
        self.page.screenshot(path=SCREENSHOTS / f"day-{self.day}-{self.seen}.png")

    def cell(self, code):
        """(id, source) of the one cell that contains `code`."""
        (found,) = [cell for cell in self.lab.cells() if code in cell[1]]
        return found

    def run(self, code, change=lambda source: source):
        """Run the cell that contains `code`, after changing its source; returns the text that it shows."""
        name, source = self.cell(code)
        return self.lab.run_cell(name, change(source))

    def shown(self, code):
        return self.lab.outputs(self.cell(code)[0])

    def follow(self, link):
        """Click on a link; JupyterLab opens the lesson beside home."""
        self.shown("home.welcome()").get_by_role("link", name=link).click()
        self.lab.wait_until_open(LESSON)

    def go_home(self):
        """The tab of home, and its cell run again."""
        self.page.locator(".lm-TabBar-tabLabel", has_text=HOME).click()
        self.lab.wait_until_open(HOME)
        return self.run("home.welcome()")

    def save(self):
        self.page.keyboard.press("Control+s")
        self.page.wait_for_function("!jupyterapp.shell.currentWidget.context.model.dirty")


def row(told, lesson="1 · Build a network"):
    """The line of home's table on a lesson: what is done of predictions, exercises, quiz and verdicts."""
    (line,) = [line for line in told.splitlines() if line.startswith(lesson)]
    return re.findall(r"\d of \d(?: ✔)?", line)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The learner's folder; her evidence is for this process to read too."""
    monkeypatch.setenv("DROPOUT_COURSE_EVIDENCE", str(tmp_path / "evidence"))
    return tmp_path


def test_a_learner_s_evening_and_the_next_day(chrome, folder):
    with jupyter.server(folder) as address:
        first_evening(Evening(chrome, address, 1))
    assert progress.load(NAME).visited["01"].section == SECTION
    with jupyter.server(folder) as address:
        next_day(Evening(chrome, address, 2))
    (found,) = (folder / "evidence").glob(f"01-G-{NAME}.json")
    evidence = json.loads(found.read_text())
    assert {made["question"]: made["choice"] for made in evidence["predictions"]} == {
        question: made.choice for question, made in progress.load(NAME).predictions.items()
    }
    assert [made["choice"] for made in evidence["predictions"]] == [OPTION] and evidence["learner_verdict"] == "fails"


def first_evening(evening):
    page = evening.page
    evening.look()
    assert row(evening.run("home.welcome()")) == ["0 of 1", "0 of 3", "0 of 3", "0 of 1"]
    name = evening.shown("home.welcome()").get_by_role("textbox", name="Made-up name")
    name.fill(NAME)
    name.press("Enter")
    evening.shown("home.welcome()").get_by_text(f"Your name here: {NAME}.").wait_for()
    evening.look("home.welcome()")
    evening.run("home.welcome()")
    evening.follow("Begin here")

    for code in ("begin(1)", "pictures.show_journey(", "def forward(", "def first_weights(", "def softmax("):
        evening.run(code)
    told = evening.run("hidden_error_turn(", lambda source: source.replace("...", "(error @ W2.T) * (hidden > 0)"))
    assert "✔ Right" in told
    evening.look("hidden_error_turn(")
    solve(evening, "parameters")
    page.wait_for_timeout(500)  # as somebody does who reads before she goes on
    evening.run("lie = Prediction(")
    asked = evening.shown("lie = Prediction(")
    asked.get_by_label(OPTION).check()
    asked.get_by_role("button", name="Commit").click()
    asked.get_by_text(f"You predict: {OPTION}").wait_for()
    evening.look("lie = Prediction(")
    evening.save()
    assert row(evening.go_home()) == ["1 of 1 ✔", "1 of 3", "0 of 3", "0 of 1"]
    evening.look("home.welcome()")
    evening.save()
    page.close()


def solve(evening, name):
    """Type the solution of an exercise of lesson 1 into its cell, and run it."""
    assert "✔ Right" in evening.lab.run_cell(exercises(read(LESSON))[name].id, solution(LESSON, name).read_text())


def next_day(evening):
    page, lab = evening.page, evening.lab
    evening.look()
    assert row(evening.run("home.welcome()")) == ["1 of 1 ✔", "1 of 3", "0 of 3", "0 of 1"]
    evening.look("home.welcome()")
    evening.follow(f"Continue here ▸ Lesson 1, Build a network: {SECTION}")
    heading = page.get_by_role("heading", name=SECTION)
    wait(page, lambda: heading.bounding_box()["y"], lambda top: 0 < top < jupyter.LAPTOP["height"] / 2)
    evening.look()

    lab.run_all()
    assert f"Your prediction: {OPTION}" in evening.shown("lie.beside(").inner_text()
    assert "✔ Right" in evening.shown("hidden_error_turn(").inner_text()
    evening.look("judge(")
    evening.shown("judge(").get_by_role("button", name="fails").click()
    evening.shown("judge(").locator(".course-card").get_by_text("You", exact=True).wait_for()
    evening.look("judge(")
    for name in exercises(read(LESSON)):
        solve(evening, name)
    for question in page.locator(".course-quiz-question").all():
        for option in question.locator("input").all():
            option.check()
            question.get_by_role("button", name="Check").click()
            answer = question.locator("[role=status]")
            if wait(page, answer.inner_text, bool).startswith("✔ Right."):
                break
    assert "predictions 1 of 1 ✔, exercises 3 of 3 ✔, quiz 3 of 3 ✔, verdicts 1 of 1 ✔" in evening.run(
        "home.achieved(1)"
    )
    evening.look("home.achieved(1)")
    evening.save()

    told = evening.go_home()
    assert row(told) == ["1 of 1 ✔", "3 of 3 ✔", "3 of 3 ✔", "1 of 1 ✔"] and "Continue here ▸ Lesson 2" in told
    beside = evening.shown("home.welcome()").get_by_role("img").get_attribute("alt")
    assert f"G: you fails, the ledger {load_claims()['G'].verdict}" in beside
    evening.look("home.welcome()")
    assert lab.cell_errors() == [] and lab.complaints == []
    page.close()
