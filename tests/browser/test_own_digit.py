"""Lesson 1's sheet in a real browser: a digit drawn with the mouse, with a finger, and by keyboard, is read at once."""

import pytest

from .jupyter import Lesson, wait

CODE = """
from helpers.lab import load_optdigits
from helpers.lessons.lesson_01 import own_digit
from helpers.nn import SGD, Network, mlp, train

data = load_optdigits()
network = Network(mlp(64, 32, 10), seeds=range(5))
for _ in train(network, data.train, SGD(0.4), epochs=10, batch_size=32):
    pass
own_digit.show(network)
"""


@pytest.fixture(scope="module")
def sheet(chrome, address):
    lesson = Lesson(chrome, address, "01-build-a-network.ipynb")
    cell = lesson.cells()[0][0]
    lesson.run_cell(cell, CODE)
    yield Sheet(lesson)
    assert lesson.cell_errors() == [] and lesson.complaints == []
    lesson.close()


class Sheet:
    """The canvas, and what is said of it."""

    def __init__(self, lesson):
        self.page = lesson.page
        self.found = self.page.locator(".course-drawing")
        self.canvas = self.found.locator("canvas")
        self.canvas.scroll_into_view_if_needed()

    def says(self):
        return self.found.locator("figcaption").inner_text()

    def clear(self):
        self.found.get_by_role("button", name="Clear").press("Enter")
        wait(self.page, self.says, lambda said: said.startswith("Nothing is drawn"))

    def place(self, x, y):
        box = self.canvas.bounding_box()
        return box["x"] + x * box["width"], box["y"] + y * box["height"]


def test_an_example_is_read_before_anything_is_drawn(sheet):
    assert sheet.says().startswith("The network reads a 3, with ")
    assert "Arrow keys" in sheet.canvas.get_attribute("aria-label")


def test_with_the_mouse(sheet):
    sheet.clear()
    sheet.page.mouse.move(*sheet.place(0.3, 0.17))
    sheet.page.mouse.down()
    for point in ((0.7, 0.17), (0.45, 0.85)):
        sheet.page.mouse.move(*sheet.place(*point), steps=8)
    sheet.page.mouse.up()
    wait(sheet.page, sheet.says, lambda said: said.startswith("The network reads a 7"))
    sheet.page.mouse.move(*sheet.place(0.1, 0.9), steps=8)  # the button is up: nothing is drawn
    sheet.page.wait_for_timeout(300)
    assert sheet.says().startswith("The network reads a 7")


def test_with_a_finger(sheet):
    """A touch draws, and does not scroll the page."""
    sheet.clear()
    assert sheet.canvas.evaluate("canvas => getComputedStyle(canvas).touchAction") == "none"
    (x, top), (_, bottom) = sheet.place(0.5, 0.15), sheet.place(0.5, 0.85)
    browser = sheet.page.context.new_cdp_session(sheet.page)

    def touch(kind, *points):
        browser.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    touch("touchStart", (x, top))
    for share in range(1, 9):
        touch("touchMove", (x, top + share / 8 * (bottom - top)))
    touch("touchEnd")
    wait(sheet.page, sheet.says, lambda said: said.startswith("The network reads a 1"))


def test_by_keyboard(sheet):
    """The keys stay on the sheet; in JupyterLab they move to no other cell, and B puts in no new one."""
    sheet.clear()
    sheet.canvas.focus()
    cells = sheet.page.locator(".jp-Cell").count()
    sheet.page.keyboard.press("b")
    for key, times in (("ArrowUp", 8), ("Space", 1), ("ArrowDown", 16), ("Space", 1), ("ArrowLeft", 6)):
        for _ in range(times):
            sheet.page.keyboard.press(key)
    wait(sheet.page, sheet.says, lambda said: said.startswith("The network reads a 1"))
    assert sheet.canvas.evaluate("canvas => canvas === document.activeElement")
    assert sheet.page.locator(".jp-Cell").count() == cells
    sheet.page.keyboard.press("Tab")
    sheet.page.keyboard.press("Enter")
    wait(sheet.page, sheet.says, lambda said: said.startswith("Nothing is drawn"))
