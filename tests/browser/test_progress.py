"""What a learner did is there again: the cell run again, the kernel restarted, the page reloaded, another day."""

import errno

import pytest
from playwright.sync_api import expect

import start
from helpers.classroom.progress import load

from . import jupyter
from .jupyter import wait

NOTEBOOK = "01-build-a-network.ipynb"
SCREENSHOTS = start.ROOT / "screenshots" / "progress"
OPTION = "about the same"
SECTION = "A lie about the slope"  # where the prediction stands
STALE = "As you left it. To make it live again"


@pytest.fixture(scope="module")
def own_address(tmp_path_factory):
    """A JupyterLab of which only this file's learner has the evidence, and the folder of that."""
    folder = tmp_path_factory.mktemp("jupyter")
    with jupyter.server(folder) as address:
        yield address, folder


@pytest.fixture
def evidence(own_address, monkeypatch):
    """The learner's evidence, for this process to read too."""
    monkeypatch.setenv("DROPOUT_COURSE_EVIDENCE", str(own_address[1] / "evidence"))


@pytest.fixture
def open_page(chrome, own_address):
    """A function that opens the lesson in a new page."""
    pages = []

    def page():
        pages.append(jupyter.Lesson(chrome, own_address[0], NOTEBOOK))
        return pages[-1]

    yield page
    for page in pages:
        if not page.page.is_closed():
            page.close()
    # JupyterLab's debugger asks each new kernel for its state, and complains when the page's end cuts it off. And on a
    # slow machine a widget may be lost when a notebook is opened again: what is to be there, the tests look for.
    known = "debugger", "widget model not found"
    complaints = [text for page in pages for text in page.complaints]
    assert [text for text in complaints if not any(word in text for word in known)] == []


def wait_until_restored(page, code):
    """Wait until the saved widgets of the cell that contains `code` are drawn; load the page a second time if need be.

    JupyterLab restores widgets twice at once, from the kernel, and from kernel and notebook. If the first ends before
    the second, as it may on a slow machine, it says for good that they are not found. A learner, too, would then load
    the page again.
    """
    drawn, lost = shown(page, code).locator("input").first, page.page.get_by_text("model not found").first
    drawn.or_(lost).first.wait_for()
    if lost.is_visible():
        page.page.reload()
        page.wait_until_open(NOTEBOOK)
        drawn.wait_for()


def cell(page, code):
    """The id of the one cell that contains `code`."""
    (name,) = [name for name, source in page.cells() if code in source]
    return name


def run(page, *codes):
    """Run the cells that contain these."""
    for code in codes:
        page.run_cell(cell(page, code))


def shown(page, code):
    """What the cell that contains `code` shows."""
    return page.outputs(cell(page, code))


def screenshot(page, code, name):
    """A picture for people to look at, with what the cell that contains `code` shows."""
    shown(page, code).evaluate("output => output.scrollIntoView({block: 'center'})")
    page.page.screenshot(path=SCREENSHOTS / f"{name}.png")


def restart(page):
    page.page.evaluate("jupyterapp.shell.currentWidget.sessionContext.restartKernel()")
    page.page.wait_for_function(
        "jupyterapp.shell.currentWidget.sessionContext.session.kernel.connectionStatus === 'connected' && "
        "jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'idle'"
    )


def save(page):
    page.page.evaluate("jupyterapp.shell.currentWidget.context.save()")
    page.page.wait_for_function("!jupyterapp.shell.currentWidget.context.model.dirty")


def active(page):
    """The id of the cell in which JupyterLab is."""
    return page.page.evaluate("jupyterapp.shell.currentWidget.content.activeCell.model.id")


PREDICTION, QUIZ, BEGIN = "lie = Prediction(", "exercises.quiz", "begin(1)"


def commit(page):
    """Choose by keyboard alone, and commit."""
    radios = shown(page, PREDICTION).locator("input")
    radios.first.focus()
    page.page.keyboard.press("Space")
    for _ in range(2):
        page.page.keyboard.press("ArrowDown")
    expect(radios.nth(2)).to_be_checked()
    expect(shown(page, PREDICTION).get_by_role("button")).to_be_enabled()
    page.page.keyboard.press("Tab")
    page.page.keyboard.press("Enter")
    shown(page, PREDICTION).get_by_text(f"You predict: {OPTION}").wait_for()


def test_what_was_committed_survives_the_cell_the_kernel_the_page_and_the_night(open_page, evidence):
    page = open_page()
    run(page, BEGIN, PREDICTION)
    commit(page)
    kept = load().predictions
    assert [made.choice for made in kept.values()] == [OPTION], "on disk at once"

    # Shift+Enter goes on from the button that was pressed
    before = active(page)
    page.page.keyboard.press("Shift+Enter")
    wait(page.page, lambda: active(page), lambda now: now != before)

    run(page, PREDICTION)
    shown(page, PREDICTION).get_by_text(f"You predict: {OPTION}").wait_for()
    screenshot(page, PREDICTION, "committed")

    restart(page)
    shown(page, PREDICTION).get_by_text(STALE).wait_for()
    run(page, BEGIN, PREDICTION)
    shown(page, PREDICTION).get_by_text(f"You predict: {OPTION}").wait_for()
    expect(shown(page, PREDICTION).get_by_text(STALE)).to_be_hidden()

    save(page)
    page.page.reload()
    page.wait_until_open(NOTEBOOK)
    wait_until_restored(page, PREDICTION)
    shown(page, PREDICTION).get_by_text(f"You predict: {OPTION}").wait_for()
    page.close()

    tomorrow = open_page()
    wait_until_restored(tomorrow, PREDICTION)
    shown(tomorrow, PREDICTION).get_by_text(f"You predict: {OPTION}").wait_for()
    expect(shown(tomorrow, PREDICTION).locator("input").nth(2)).to_be_checked()
    shown(tomorrow, PREDICTION).get_by_text(STALE).wait_for()
    assert "model not found" not in tomorrow.page.locator(".jp-Notebook").inner_text()
    screenshot(tomorrow, PREDICTION, "tomorrow")
    run(tomorrow, BEGIN, PREDICTION)
    shown(tomorrow, PREDICTION).get_by_text(f"You predict: {OPTION}").wait_for()
    assert load().predictions == kept


def test_arrow_keys_move_a_slider_and_not_the_notebook(open_page):
    page = open_page()
    run(page, BEGIN, "data = load_optdigits()", "panel.show(data)")
    sliders = shown(page, "panel.show(data)").get_by_role("slider")
    for number in range(sliders.count()):
        slider = sliders.nth(number)
        slider.focus()
        before = active(page)
        there, back = jupyter.keys_for(slider)[0], {"ArrowRight": "ArrowDown", "ArrowLeft": "ArrowUp"}
        for key in (there, back[there]):
            now = slider.get_attribute("aria-valuenow")
            page.page.keyboard.press(key)
            expect(slider).not_to_have_attribute("aria-valuenow", now)
        assert active(page) == before
        expect(slider).to_be_focused()


def test_a_quiz_answered_before_a_restart_shows_no_old_answer_beside_a_new_choice(open_page):
    page = open_page()
    run(page, BEGIN, QUIZ)
    question = page.page.locator(".course-quiz-question").first
    question.locator("input").nth(1).click()
    question.get_by_role("button", name="Check").click()
    question.get_by_text("✔ Right.").wait_for()
    save(page)
    restart(page)
    question.get_by_text(STALE).wait_for()
    expect(question.get_by_text("✔ Right.")).to_be_visible()
    question.locator("input").nth(0).click()
    expect(question.get_by_text("✔ Right.")).to_be_hidden()
    screenshot(page, QUIZ, "new-choice")
    save(page)
    page.close()
    page = open_page()
    wait_until_restored(page, QUIZ)
    page.page.locator(".course-quiz-question").first.get_by_text("✔ Right.").wait_for()
    question = page.page.locator(".course-quiz-question").first
    run(page, BEGIN, QUIZ)
    expect(question.locator("input").nth(1)).to_be_checked()
    question.get_by_text("✔ Right.").wait_for()


def test_a_lone_cell_after_a_restart_says_what_to_run(open_page):
    page = open_page()
    told = page.run_cell(cell(page, "pictures.show_runs("))
    assert told.startswith("Run the lesson's first cell") and "Traceback" not in told
    screenshot(page, "pictures.show_runs(", "lone-cell")
    run(page, BEGIN)
    assert "is made in another cell" in page.run_cell(cell(page, "pictures.show_runs("))


@pytest.mark.parametrize(
    ("call", "number", "told"),
    [("fsync", errno.ENOSPC, "No space left on device"), ("replace", errno.EROFS, "Read-only file system")],
)
def test_a_full_disk_and_a_read_only_folder_are_said_and_the_lesson_goes_on(open_page, call, number, told):
    page = open_page()
    page.ask(f"import os\ndef {call}(*a, **b): raise OSError({number}, os.strerror({number}))\nos.{call} = {call}")
    assert told in page.run_cell(cell(page, BEGIN))
    run(page, QUIZ)
    question = page.page.locator(".course-quiz-question").nth(1)
    question.locator("input").nth(0).click()
    question.get_by_role("button", name="Check").click()
    question.get_by_text(told).wait_for()
    question.get_by_text("Not quite").wait_for()
    screenshot(page, QUIZ, call)


def test_a_name_is_asked_for_once_and_the_section_is_kept(open_page, evidence):
    page = open_page()
    run(page, BEGIN)
    name = shown(page, BEGIN).get_by_role("textbox", name="Made-up name")
    name.fill("Blue Otter")
    screenshot(page, BEGIN, "name")
    name.press("Enter")
    shown(page, BEGIN).get_by_text("Your name here: blue-otter.").wait_for()
    expect(name).to_be_hidden()
    page.page.wait_for_timeout(1000)
    run(page, BEGIN)
    page.page.wait_for_timeout(1000)
    run(page, PREDICTION)
    wait(page.page, lambda: load("blue-otter").visited.get("01"), lambda visit: visit and visit.section == SECTION)
    restart(page)
    assert f"Last time you stopped at “{SECTION}”" in page.run_cell(cell(page, BEGIN))
