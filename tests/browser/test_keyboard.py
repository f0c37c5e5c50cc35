"""Lesson 1 by keyboard: from first cell to last in JupyterLab, as start.py opens it; arrow keys in Notebook 7."""

import pytest

import start

from . import jupyter
from .jupyter import wait

LESSON = "01-build-a-network.ipynb"
SCREENSHOTS = start.ROOT / "screenshots" / "keyboard"
OPTION = "about the same"


@pytest.fixture
def open_in(chrome, tmp_path):
    """A function that opens the lesson in an application, JupyterLab or Notebook 7."""
    lessons = []
    with jupyter.server(tmp_path) as address:

        def open_it(application):
            lessons.append(jupyter.Lesson(chrome, address, LESSON, application))
            return lessons[-1]

        yield open_it
        for lesson in lessons:
            assert lesson.cell_errors() == []
            lesson.page.close()


def active(lesson):
    """The id of the cell in which JupyterLab is."""
    return lesson.page.evaluate("jupyterapp.shell.currentWidget.content.activeCell.model.id")


def go_on(lesson, code):
    """Shift+Enter until the cell that contains `code` is reached, which is not run; the cell's id."""
    (end,) = [name for name, source in lesson.cells() if code in source]
    for _ in lesson.page.locator(".jp-Cell").all():
        if (before := active(lesson)) == end:
            return end
        lesson.page.keyboard.press("Shift+Enter")
        wait(lesson.page, lambda: active(lesson), lambda now, before=before: now != before)
    raise AssertionError(f"Shift+Enter did not lead to {end}")


def run(lesson, code):
    """Go on to this cell and run it, which leads to the cell below; what it shows."""
    name = go_on(lesson, code)
    lesson.page.keyboard.press("Shift+Enter")
    wait(lesson.page, lambda: active(lesson), lambda now: now != name)
    wait(lesson.page, lesson.outputs(name).inner_text, bool, seconds=60)
    lesson.wait_until_shown()
    return lesson.outputs(name)


def tab_to(lesson, found, key="Shift+Tab"):
    """Press Shift+Tab, which leads back into what the cell above shows, or Tab, until `found` has the focus."""
    for _ in range(30):
        if found.evaluate("found => found === document.activeElement"):
            return
        lesson.page.keyboard.press(key)
    raise AssertionError(f"30 times {key} led to {lesson.page.evaluate('document.activeElement.outerHTML')}")


def test_arrow_keys_stay_in_a_question_and_in_a_slider_in_notebook_7(open_in):
    lesson = open_in("notebooks")
    needed = ("begin(1)", "lie = Prediction(", "panel.show(data)")
    _, question, _ = names = [name for name, source in lesson.cells() if any(code in source for code in needed)]
    for name in names:
        lesson.run_cell(name)
    asked, (panel,) = lesson.outputs(question), lesson.panels()
    jupyter.try_arrow_keys(asked, OPTION, panel)
    lesson.page.screenshot(path=SCREENSHOTS / "notebook-7.png")


def test_a_whole_lesson_by_keyboard_alone(open_in):
    lesson = open_in("lab/tree")
    page, keys = lesson.page, lesson.page.keyboard

    go_on(lesson, "hidden_error_turn(")
    keys.press("Enter")
    for key in ("Control+Home", "ArrowDown", "End", *["Backspace"] * 3):
        keys.press(key)
    keys.type("(error @ W2.T) * (hidden > 0)")
    keys.press("Escape")
    run(lesson, "hidden_error_turn(").get_by_text("✔ Right.").wait_for()

    asked = run(lesson, "lie = Prediction(")
    page.screenshot(path=SCREENSHOTS / "asked.png")
    radios = asked.locator("input")
    tab_to(lesson, radios.last)
    for _ in range(3):
        keys.press("ArrowUp")
    keys.press("ArrowDown")
    keys.press("ArrowDown")
    assert asked.get_by_label(OPTION).is_checked()
    wait(page, asked.get_by_role("button").is_enabled, bool)
    tab_to(lesson, asked.get_by_role("button", name="Commit"), "Tab")
    keys.press("Enter")
    asked.get_by_text(f"You predict: {OPTION}").wait_for()
    page.screenshot(path=SCREENSHOTS / "prediction.png")

    judged = run(lesson, "judge(")
    tab_to(lesson, judged.get_by_role("button", name="fails"))
    keys.press("Enter")
    judged.locator(".course-card").get_by_text("You", exact=True).wait_for()
    page.screenshot(path=SCREENSHOTS / "verdict.png")

    run(lesson, "panel.show(data)")
    (panel,) = lesson.panels()
    slider = panel.found.get_by_role("slider").first
    tab_to(lesson, slider)
    shown = panel.picture()
    keys.press("ArrowLeft")
    panel.change_from(shown)
    tab_to(lesson, panel.found.get_by_role("button", name="Start"), "Tab")
    shown = panel.picture()
    keys.press("Enter")
    panel.change_from(shown)
    page.screenshot(path=SCREENSHOTS / "panel.png")

    keys.press("Shift+Enter")  # goes on from the button
    done = run(lesson, "home.achieved(1)")
    assert "predictions 1 of 1 ✔" in done.inner_text() and "verdicts 1 of 1 ✔" in done.inner_text()
    page.screenshot(path=SCREENSHOTS / "end.png")
    assert lesson.complaints == []  # Notebook 7 complains by itself, of settings that only JupyterLab has
