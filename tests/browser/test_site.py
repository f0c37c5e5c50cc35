"""The web site in a real browser, which asks nobody but the site's own server: lesson 1 to its verdict,
kept and taken home; the playground.

The other lessons are run in it with --long.
"""

import contextlib
import io
import json
import os
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
from playwright.sync_api import sync_playwright

import start
from helpers.classroom import my_work, progress
from helpers.lab import evidence
from helpers.lessons import home as at_home
from helpers.lessons import playground
from tools.site import __main__ as site

from . import jupyter, test_your_own_data

PYODIDE = os.environ.get("PYODIDE_FOLDER")
REASON = "PYODIDE_FOLDER does not name a folder with Pyodide for the browser's Python, so the web site was not tried."
SCREENSHOTS = start.ROOT / "screenshots" / "site"
BELOW = "name-of-repository"  # as on GitHub Pages
OPTION = "about the same"
OURS = ", ".join(f"{jupyter.IN_FRONT} {part}" for part in (".jp-RenderedHTMLCommon", ".jp-OutputArea"))
SHORT_RUN = """
from helpers.lab import load_optdigits
from helpers.nn import Adam, Network, mlp, train
network = Network(mlp(64, 32, 10, drop_rate=0.2), [0, 1])
epochs = train(network, load_optdigits(train=500).train, Adam(0.003), epochs=10, batch_size=50)
print([epoch.loss.tolist() for epoch in epochs])
"""
PATIENCE = 600  # seconds: a busy machine may be ten times slower than a quiet one


@pytest.fixture(scope="module")
def address(request, tmp_path_factory):
    """Where a server that knows nothing but files serves the site, in a folder of its own."""
    if not PYODIDE:
        pytest.skip(REASON)
    folder = tmp_path_factory.mktemp("served")
    site.build(folder / BELOW, Path(PYODIDE), site.LESSONS if request.config.getoption("--long") else [])
    configuration = folder / BELOW / "lite" / "jupyter-lite.json"
    settings = json.loads(configuration.read_text(encoding="utf-8"))
    tracker = {"@jupyterlab/notebook-extension:tracker": jupyter.NOTEBOOK_SETTINGS}
    settings["jupyter-config-data"]["settingsOverrides"].update(tracker)
    configuration.write_text(json.dumps(settings), encoding="utf-8")
    with ThreadingHTTPServer(("localhost", 0), partial(Quiet, directory=folder)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}/{BELOW}"
        server.shutdown()


class Quiet(SimpleHTTPRequestHandler):
    """A server of files that does not report what it was asked for."""

    def log_message(self, *_):
        pass


class Visit:
    """One page of the site, in a browser that keeps what it stores in a folder."""

    def __init__(self, playwright, folder, address, size=jupyter.LAPTOP):
        options = {"executable_path": jupyter.chromium(), "args": jupyter.FLAGS, "viewport": size}
        self.context = playwright.chromium.launch_persistent_context(folder, **options)
        self.asked, self.missing, self.complaints = [], [], []
        self.context.on("request", lambda request: self.asked.append(request.url))
        self.context.on("response", lambda response: response.status < 400 or self.missing.append(response.url))
        self.page = self.context.new_page()
        self.page.set_default_timeout(1000 * PATIENCE)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(address)

    def close(self):
        self.context.close()


class LessonInSite(Visit, jupyter.Lesson):
    """One notebook open in the site."""

    def __init__(self, playwright, folder, address, notebook):
        self.notebook = notebook
        super().__init__(playwright, folder, f"{address}/lite/lab/index.html?path=notebooks/{notebook}")
        self.wait_until_open(notebook)

    def run_all(self):
        """Run one cell after another; leaves a file for people to look at, with the seconds that each took."""
        seconds = []
        for name, _ in self.cells():
            began = time.monotonic()
            self.run_cell(name, seconds=PATIENCE)
            seconds.append(f"{time.monotonic() - began:6.1f} {name}\n")
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        (SCREENSHOTS / f"{self.notebook}.txt").write_text("".join(seconds), encoding="utf-8")
        assert self.cell_errors() == []


@pytest.fixture
def visit(needs_browser, address, tmp_path):
    """A function that opens a page of a kind; the browser goes on with what the last left, as on another day."""
    with sync_playwright() as playwright:
        visits = []

        def begin(kind, *arguments):
            visits.append(kind(playwright, tmp_path / "browser", *arguments))
            return visits[-1]

        yield begin
        for found in visits:
            server = address.removesuffix(BELOW)
            away = [url for url in found.asked if not url.startswith((server, "data:", "blob:", "about:"))]
            assert away == [] and found.complaints == []


@pytest.fixture
def open_lesson(visit, address):
    """A function that opens a notebook."""
    return lambda notebook: visit(LessonInSite, address, notebook)


def test_lesson_1_to_its_verdict_and_home_on_another_day(open_lesson, tmp_path, monkeypatch):
    lesson = open_lesson("01-build-a-network.ipynb")
    page = lesson.page
    lesson.run_all()

    ids = {source: name for name, source in lesson.cells()}
    asked, judged = (
        lesson.outputs(next(name for source, name in ids.items() if code in source))
        for code in ("lie = Prediction(", "judge(")
    )
    (panel,) = lesson.panels()
    jupyter.try_arrow_keys(asked, OPTION, panel, PATIENCE)
    page.screenshot(path=SCREENSHOTS / "panel.png")
    asked.get_by_role("button", name="Commit").press("Enter")
    asked.get_by_text(f"You predict: {OPTION}").wait_for()
    judged.get_by_role("button", name="fails").press("Enter")
    judged.locator(".course-card").get_by_text("You", exact=True).wait_for()
    page.screenshot(path=SCREENSHOTS / "verdict.png")

    here = io.StringIO()
    with contextlib.redirect_stdout(here):
        exec(SHORT_RUN, {})
    losses = [np.array(json.loads(text)) for text in (lesson.ask(SHORT_RUN), here.getvalue())]
    assert np.allclose(*losses, rtol=1e-6, atol=0)
    later = [f"/files/data/{name}" for name in site.ON_REQUEST if name != "results/trials/"]
    later += [f"/pyodide/{name}" for name in site.PACKAGES_ON_REQUEST]
    assert not [url for url in lesson.asked if any(name in url for name in later)]
    assert jupyter.barriers(page, OURS) == []
    lesson.close()

    home = open_lesson("00-start-here.ipynb")
    home.run_all()
    row = home.page.get_by_role("row", name="1 · Build a network")
    assert [row.get_by_role("cell").nth(place).inner_text() for place in (2, 5)] == ["1 of 1 ✔"] * 2
    with home.page.expect_download() as begun:
        home.page.get_by_role("button", name="Download my work").press("Enter")
    home.page.get_by_text("clearing the site's data deletes it").scroll_into_view_if_needed()
    home.page.screenshot(path=SCREENSHOTS / "home.png")
    assert jupyter.barriers(home.page, OURS) == []
    there = home.ask("from helpers.classroom import progress; print(progress.load())")
    monkeypatch.setenv("DROPOUT_COURSE_EVIDENCE", str(tmp_path / "evidence"))
    assert "the work of unnamed, 2 files" in my_work.take_in(begun.value.path().read_bytes())
    assert f"{progress.load()}" == there.strip() and OPTION in there
    with home.page.expect_file_chooser() as choosing:
        home.page.get_by_role("button", name="Take in a download").press("Enter")
    choosing.value.set_files(begun.value.path())
    home.page.get_by_text("Taken in: the work of unnamed").wait_for()
    (found,), bad = evidence.read_all(tmp_path / "evidence")
    assert (found["claim"], found["learner_verdict"], bad) == ("G", "fails", [])
    home.close()


PROJECTOR = {"width": 1280, "height": 720}
SMALLEST = 18  # pixels of text, so that it can be read from the back row
SMALL_TEXT = """least => [...document.querySelectorAll('body *')].filter(element => element.checkVisibility()
    && [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.textContent.trim())
    && parseFloat(getComputedStyle(element).fontSize) < least).map(element => element.outerHTML)"""


def test_every_panel_is_played_with_by_key_and_by_mouse(visit, address):
    seen = visit(Visit, f"{address}/play/#lanes?first=80", PROJECTOR)
    page = seen.page
    page.locator(".course-panel figcaption").wait_for()
    lanes = open_panel(page)
    assert lanes.found.get_by_role("slider").first.get_attribute("aria-valuetext") == "80"
    assert page.get_by_role("tab", selected=True).inner_text() == "3 · Add dropout"

    page.get_by_role("tab", selected=True).press("Home")
    tabs = page.get_by_role("tab").all()
    for place, tab in enumerate(tabs):
        if place:
            page.keyboard.press("ArrowRight")
        assert tab.evaluate("tab => tab === document.activeElement")
        page.keyboard.press("Enter")
        opened = "tab => tab.ariaSelected === 'true' && location.hash.split('?')[0] === '#' + tab.dataset.name"
        page.wait_for_function(opened, arg=tab.element_handle())
        page.wait_for_function("() => [...document.images].every(image => image.naturalWidth)")
        panel = open_panel(page)
        play_with(panel, in_address=True)
        page.screenshot(path=SCREENSHOTS / f"play-{place}.png")
        assert page.evaluate(SMALL_TEXT, SMALLEST) == [] and jupyter.barriers(page) == []
        (lesson,) = (link for link in page.get_by_role("link", name="To the lesson").all() if link.is_visible())
        _, file = lesson.evaluate("link => link.href").split(f"{address}/lite/lab/index.html?path=")
        assert page.request.get(f"{address}/lite/files/{file}").ok
        box = panel.found.bounding_box()
        assert box["y"] + box["height"] <= PROJECTOR["height"] and box["x"] + box["width"] <= PROJECTOR["width"]
        tab.focus()

    link = page.evaluate("location.hash")
    page.evaluate("location.hash = 'lanes?first=30&seed=2'")
    page.get_by_role("tab", name="3 · Add dropout", selected=True).wait_for()
    jupyter.wait(page, open_panel(page).picture, lambda now: "about 30 % and 20 %" in now[1], PATIENCE)
    page.evaluate("link => { location.hash = link; }", link)
    page.wait_for_function("tab => tab.ariaSelected === 'true'", arg=tabs[-1].element_handle())
    assert seen.missing == []
    seen.close()


def open_panel(page):
    """The panel that is seen."""
    (found,) = (found for found in page.locator(".course-panel").all() if found.is_visible())
    return jupyter.PanelInPage(page, found)


def play_with(panel, in_address=False):
    """Move a panel twice by key and twice by mouse, seen in the picture; then start and stop it.

    in_address: each move must be seen in the page's address, too.
    """
    page, slider = panel.page, panel.found.get_by_role("slider").first
    lowest = slider.get_attribute("aria-valuenow") == slider.get_attribute("aria-valuemin")
    for move in (*(("End", "Home") if lowest else ("Home", "End")), 0.4, 0.7):
        shown, link = panel.picture(), page.evaluate("location.hash")
        if isinstance(move, str):
            slider.press(move)
        else:
            track = panel.found.locator(".slider-container, .noUi-target").first
            box = track.bounding_box()
            for _ in range(3):  # a click is lost while the page is laid out anew
                track.click(position={"x": move * box["width"], "y": box["height"] / 2})
                with contextlib.suppress(AssertionError):
                    panel.change_from(shown, PATIENCE / 10)
                    break
        panel.change_from(shown, PATIENCE)
        page.wait_for_function("link => !link || location.hash !== link", arg=in_address and link)
    if panel.is_live:
        shown = panel.picture()
        panel.press("Start")
        panel.change_from(shown, PATIENCE)
        panel.press("Stop")
        jupyter.wait(page, panel.is_busy, lambda busy: not busy, PATIENCE)


@pytest.mark.long
@pytest.mark.parametrize("notebook", [name for name in site.LESSONS if name != at_home.OWN_DATA])
def test_every_lesson_runs_in_the_site_and_its_panels_move(open_lesson, notebook):
    lesson = open_lesson(notebook)
    lesson.run_all()
    lesson.unfold()
    panels = lesson.panels()
    assert len(panels) == sum(place.file == notebook for place in playground.places().values())
    for panel in panels:
        play_with(panel)
    lesson.close()


@pytest.mark.long
def test_a_table_of_one_s_own_is_searched_in_the_site(open_lesson, tmp_path):
    lesson = open_lesson(at_home.OWN_DATA)
    lesson.run_all()
    lesson.ask(test_your_own_data.SMALL)
    test_your_own_data.search_a_table(lesson, tmp_path, heard=10)
    lesson.close()
