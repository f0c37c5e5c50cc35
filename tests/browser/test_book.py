"""A chapter of the book in a real browser, on a laptop and a phone, in light and in dark: legible, and nothing fetched.

With --long it is every chapter, each with its results.
"""

import re
from functools import partial
from http.server import ThreadingHTTPServer
from threading import Thread

import pytest

import start
from tests import notebooks as lessons
from tests.browser.jupyter import barriers
from tests.browser.test_site import Quiet
from tools.book import __main__ as book

SCREENSHOTS = start.ROOT / "screenshots" / "book"
BOOK, CHAPTER = [name for name in lessons.NAMES if name != lessons.HOME], "03-add-dropout"
WIDTHS = {"laptop": {"width": 1366, "height": 768}, "phone": {"width": 390, "height": 844}}
FOLDED = {"Show ours", "A solution", "Compare with your prediction", "The verdicts", "Answer", "Unfold this part"}


@pytest.fixture(scope="module")
def chapters(request):
    """The chapters that have results; the others are there, since pages link to one another."""
    return BOOK if request.config.getoption("--long") else [CHAPTER]


@pytest.fixture(scope="module")
def pages(needs_browser, chapters, tmp_path_factory):
    """Where a server that knows nothing but files serves the book, below a folder."""
    folder = tmp_path_factory.mktemp("served")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(book, "WORK", tmp_path_factory.mktemp("work"))
        common = lessons.common_folder(tmp_path_factory)
        run = {name: lessons.run(name, common) if name in chapters else lessons.read(name) for name in BOOK}
        book.build(folder / "below", [(f"{name}.ipynb", notebook) for name, notebook in run.items()])
    with ThreadingHTTPServer(("localhost", 0), partial(Quiet, directory=folder)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}/below"
        server.shutdown()


@pytest.fixture
def open_page(chrome, pages):
    """A function that opens a page; nothing may be asked of anybody else, be missing, or be complained about."""
    contexts, wrong = [], []

    def open_it(path, size="laptop", scheme="light"):
        contexts.append(chrome.new_context(viewport=WIDTHS[size], color_scheme=scheme))
        page = contexts[-1].new_page()
        page.on("request", lambda request: request.url.startswith((pages, "data:")) or wrong.append(request.url))
        page.on("response", lambda response: response.status < 400 or wrong.append(response.url))
        page.on("console", lambda message: message.type in ("error", "warning") and wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(f"{pages}/{path}")
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", WIDTHS)
def test_a_chapter_can_be_read(open_page, chapters, size, scheme):
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    for name in chapters:
        page = open_page(f"notebooks/{name}.html", size, scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[size]["width"]
        pictures = page.locator(".cell_output img")
        for picture in pictures.all():
            picture.evaluate("picture => picture.loading = 'eager'")
        page.wait_for_function("[...document.images].every(image => image.complete && image.naturalWidth)")
        assert pictures.count() > (5 if name in lessons.LESSONS else 1)
        page.screenshot(path=SCREENSHOTS / f"{name}-{size}-{scheme}.png", full_page=True)
        dark = page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"
        assert dark == (scheme == "dark")
        assert barriers(page) == []


def test_what_answers_is_folded_and_unfolds(open_page):
    page = open_page(f"notebooks/{CHAPTER}.html")
    details = page.locator("article details")
    assert {text.strip() for text in page.locator("article summary").all_inner_texts()} - {""} == FOLDED
    assert page.locator("article details[open]").count() == 0
    sceptics = page.locator("details.folded").first
    inside = sceptics.locator("h3").first
    assert not inside.is_visible()
    sceptics.locator("summary").first.press("Enter")
    assert inside.is_visible()
    page.emulate_media(media="print")
    page.evaluate("document.querySelector('details.folded').open = false")
    assert inside.is_visible() and not details.filter(has_text="A solution").locator("pre").first.is_visible()


def test_words_are_found_and_pages_follow_one_another(open_page, pages):
    page = open_page("search.html?q=momentum")
    page.locator("#search-results").get_by_role("link", name="Lesson 3 · Add dropout").first.wait_for()
    page = open_page("index.html")
    seen = []
    for way in ("next", "previous"):
        for _ in BOOK:
            page.get_by_role("link", name=re.compile(f"^{way}", re.IGNORECASE)).click()
            page.wait_for_load_state()
            seen.append(page.url.removeprefix(f"{pages}/"))
    there = [f"notebooks/{name}.html" for name in BOOK]
    assert seen == [*there, *reversed(there[:-1]), "index.html"]
