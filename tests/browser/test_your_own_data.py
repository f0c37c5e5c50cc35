"""Your own data in a real browser: a table is uploaded, its label chosen, searched, stopped, and the answer read.

The screenshots that this leaves in screenshots/your-own-data/ are for people to look at.
"""

import re

import numpy as np
import pytest

import start

from . import jupyter, test_lessons

SCREENSHOTS = start.ROOT / "screenshots" / "your-own-data"
SMALL = """
from helpers.lab.advise import plan
plan.WIDTH, plan.STEPS, plan.NETWORKS, plan.LONGER = 32, 1, (1, 1, 2), 2
from helpers.lab.advise import trees
trees.installed = lambda: False
"""  # a search so small that a test can wait for it; it stays in this kernel


@pytest.fixture(scope="module")
def lesson(chrome, address):
    lesson = jupyter.Lesson(chrome, address, "your-own-data.ipynb")
    lesson.ask(SMALL)
    lesson.run_all()
    yield lesson
    assert lesson.cell_errors() == [] and lesson.complaints == []
    lesson.close()


def upload(lesson, path, mark):
    """Upload a file; the line that is then told about it, which begins with `mark`."""
    with lesson.page.expect_file_chooser() as choosing:
        lesson.page.get_by_role("button", name="Upload a table").click()
    choosing.value.set_files(path)
    line = lesson.page.locator("[role=status]", has_text=re.compile(rf"^{mark} .*{re.escape(path.stem[:5])}"))
    line.wait_for()
    return line.inner_text()


def focused(lesson):
    """The text of the element that has the focus."""
    return lesson.page.evaluate("document.activeElement.textContent").strip()


def button(lesson, name):
    return lesson.page.locator(".course-panel button", has_text=name)


def test_it_opens_with_the_example_s_answer_and_every_control_has_a_name(lesson):
    lesson.screenshots(SCREENSHOTS)
    test_lessons.test_every_picture_and_control_has_a_name(lesson)
    test_lessons.test_a_line_of_prose_has_at_most_85_characters(lesson)
    assert len(lesson.panels()) == 2
    assert "gamma 762, hadron 438" in lesson.panels()[0].picture()[1]
    assert "on 240 test rows, with 95 % intervals" in lesson.panels()[1].picture()[1]


def test_a_web_page_that_is_called_a_table_is_told_in_a_line(lesson, tmp_path):
    page = tmp_path / "table <img src=x onerror=alert(1)>.csv"
    page.write_text("<!doctype html><script>document.title = 'run'</script>")
    assert upload(lesson, page, "✘").startswith("✘ table _img src_x onerror_alert(1)_.csv is a web page, not a table")
    lesson.page.screenshot(path=SCREENSHOTS / "refused.png")
    assert "run" not in lesson.page.title() and lesson.page.locator("img[src=x]").count() == 0
    lesson.page.get_by_text("There is no table to search for yet.").wait_for()


def search_a_table(lesson, folder, heard=1):
    """Bring a table, search it, stop, and search it to the end. heard: the seconds in which Stop must be."""
    random = np.random.default_rng(0)
    rows = [
        f"{random.normal(4 * (row % 2)):.3f},{['sound', 'worn'][row % 2]},{random.integers(2)}" for row in range(200)
    ]
    table = folder / "pumps.csv"
    table.write_text("\n".join(["pressure,state,site", *rows]))
    assert upload(lesson, table, "✔") == "✔ pumps.csv: 200 rows, 2 features, 2 classes."
    lesson.page.get_by_label("Column with the classes").select_option("state")
    shown = lesson.panels()[0]
    jupyter.wait(lesson.page, lambda: shown.picture()[1], lambda told: told.startswith("Rows of each class: sound 100"))
    lesson.page.screenshot(path=SCREENSHOTS / "uploaded.png")

    lesson.page.get_by_role("slider", name="Budget").press("Home")
    assert lesson.page.get_by_role("button", name="Upload a table (1)").is_visible(), "it counts the upload"
    assert button(lesson, "Stop").is_disabled() and button(lesson, "Run").is_enabled()
    button(lesson, "Run").press("Enter")
    lesson.page.get_by_text(re.compile("gone.* Now:")).wait_for()
    assert button(lesson, "Run").is_disabled() and focused(lesson) == "Stop", "who pressed Run can press Stop at once"
    lesson.page.screenshot(path=SCREENSHOTS / "running.png")
    lesson.page.keyboard.press("Enter")
    lesson.page.get_by_text("Stopped after").wait_for(timeout=1000 * heard)
    lesson.ask("result.controls['minutes'].options = [('a moment', 1e-4)]")
    button(lesson, "Run").press("Enter")
    lesson.page.get_by_text("Done in").wait_for()
    lesson.page.get_by_text("Done in").scroll_into_view_if_needed()
    assert re.search(r"on 4\d test rows", lesson.panels()[1].picture()[1])


def test_a_table_is_brought_searched_stopped_and_answered_for(lesson, tmp_path):
    search_a_table(lesson, tmp_path)
    lesson.page.screenshot(path=SCREENSHOTS / "answer.png")
    for part, says in (("The whole program", "import pandas as pd"), ("All numbers", "log-loss")):
        summary = lesson.page.locator("summary", has_text=part)
        summary.press("Enter")
        lesson.page.locator("details[open]", has=summary).get_by_text(says).first.wait_for()
    lesson.page.screenshot(path=SCREENSHOTS / "numbers.png")
    assert lesson.page.locator(".jp-OutputArea .progress, .jp-OutputArea [role=progressbar]").count() == 0
