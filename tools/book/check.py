"""What must not be in the book's pages: a link to nothing, a picture without words, a bar, an empty output, a fetch."""

import re
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup

from .chapter import BAR

IN_SITE = "in-site"  # the class of what leads out of the book into the site, where there is one
FETCHED = re.compile(r"""(?:url\(\s*|@import\s+)["']?(?:https?:)?//""")
SHOWS = ("img", "svg", "math", "table", "input", "hr")  # elements that show something without a word


def problems(folder):
    """What is wrong with the pages in a folder, a sentence each."""
    pages = {page.resolve(): _read(page) for page in sorted(folder.rglob("*.html")) if page.parent.name != "_static"}
    ids = {page: {tag["id"] for tag in soup.find_all(id=True)} for page, soup in pages.items()}
    found = []
    for page, soup in pages.items():
        wrong = [*_links(page, soup, ids), *_pictures(soup), *_outputs(soup)]
        found += [f"{page.relative_to(folder.resolve())}: {what}" for what in wrong]
    for sheet in sorted(folder.rglob("*.css")):
        if FETCHED.search(sheet.read_text(encoding="utf-8")):
            found.append(f"{sheet.relative_to(folder)}: fetches something from elsewhere")
    return found


def _read(page):
    return BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")


def _links(page, soup, ids):
    for tag in soup.find_all(lambda tag: tag.has_attr("href") or tag.has_attr("src")):
        address = tag.get("href", tag.get("src"))
        parts = urlsplit(address)
        if parts.scheme == "data" or tag.find_parent(class_=IN_SITE):
            continue
        if parts.scheme or parts.netloc:
            if tag.name != "a":
                yield f"fetches {address}"
            continue
        target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
        if not target.is_file() or target.suffix == ".html" and unquote(parts.fragment) not in {"", *ids[target]}:
            yield f"a link leads to nothing: {address}"


def _pictures(soup):
    for picture in soup.find_all("img"):
        if not picture.get("alt", "").strip():
            yield f"a picture has no text alternative: {picture.get('src', '')[:60]}"


def _outputs(soup):
    for output in soup.select(".cell_output > *"):
        words = output.get_text()
        if not words.strip() and not output.find(SHOWS) and output.name not in SHOWS:
            yield f"an output is empty: {str(output)[:60]}"
        if BAR.search(words):
            yield f"a progress bar: {words.strip()[:60]}"
        if re.search(r"<.* at 0x[0-9a-f]+>", words):
            yield f"an output is not for reading: {words.strip()[:60]}"
