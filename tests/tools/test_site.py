"""The web site is built from files that are what they should be, and takes nobody's folder for its own."""

import hashlib
import json
import re
import shutil
import sys
import zipfile

import nbformat
import pytest

import start
from helpers.lab import executors, shipped
from tools.book import __main__ as book
from tools.site import __main__ as site


@pytest.fixture
def pyodide(tmp_path, monkeypatch):
    """A folder with a Pyodide of two files."""
    files = {"pyodide.js": b"js", "numpy-1.whl": b"wheel"}
    (tmp_path / "source").mkdir()
    for name, content in files.items():
        (tmp_path / "source" / name).write_bytes(content)
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    packages = {"numpy": {"file_name": "numpy-1.whl", "sha256": sums["numpy-1.whl"]}}
    known = {"core": {"pyodide.js": sums["pyodide.js"]}, "lock": {"packages": packages}}
    monkeypatch.setattr(site, "PYODIDE", known)
    return tmp_path / "source"


def test_pyodide_is_copied_once(pyodide, tmp_path):
    site.fetch_pyodide(pyodide, tmp_path / "new")
    assert {path.name: path.read_bytes() for path in (tmp_path / "new").iterdir()} == {
        "pyodide.js": b"js",
        "numpy-1.whl": b"wheel",
    }
    (pyodide / "pyodide.js").unlink()
    site.fetch_pyodide(pyodide, tmp_path / "new")


def test_without_a_folder_it_comes_from_the_network(pyodide, tmp_path, monkeypatch):
    monkeypatch.setattr(site, "CDN", f"{pyodide.as_uri()}/")
    site.fetch_pyodide(None, tmp_path / "new")
    assert (tmp_path / "new" / "numpy-1.whl").read_bytes() == b"wheel"


def test_another_file_than_the_known_one_is_refused(pyodide, tmp_path):
    (pyodide / "numpy-1.whl").write_bytes(b"evil")
    with pytest.raises(start.Trouble, match=r"numpy-1\.whl is not the file"):
        site.fetch_pyodide(pyodide, tmp_path / "new")
    assert not (tmp_path / "new" / "numpy-1.whl").exists()


def test_a_missing_file_is_named(pyodide, tmp_path):
    (pyodide / "pyodide.js").unlink()
    with pytest.raises(start.Trouble, match=r"pyodide\.js cannot be read .*Needed is Pyodide \d"):
        site.fetch_pyodide(pyodide, tmp_path / "new")


def wheel(folder, name, *paths):
    """A wheel with empty files at these paths."""
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as file:
        for path in paths:
            file.writestr(path, "")


def test_a_package_s_row_says_what_can_be_imported_from_it(tmp_path):
    wheel(tmp_path, "typing_extensions", "typing_extensions.py", "typing_extensions-1.0.dist-info/RECORD")
    row = site.row(tmp_path, "typing-extensions", ["a"])
    assert row["imports"] == ["typing_extensions"] and row["depends"] == ["a"] and row["version"] == "1.0"
    assert site.sha256(tmp_path / row["file_name"]) == row["sha256"]


def test_each_change_of_the_course_gives_its_wheel_another_name(tmp_path):
    names = set()
    for path in ("helpers/a.py", "helpers/b.py"):
        wheel(tmp_path, "dropout_course", path)
        row = site.row(tmp_path, "dropout-course", [])
        assert (tmp_path / row["file_name"]).exists() and row["imports"] == ["helpers"]
        names.add(row["file_name"])
        (tmp_path / row["file_name"]).unlink()
    assert len(names) == 2 and all(re.fullmatch(r"dropout_course-1\.0-0[\da-f]{8}-py3-none-any\.whl", x) for x in names)


def test_every_lesson_runs_in_the_site():
    """The first one in each test of the site, the others with --long."""
    notebooks = {path.name for path in (start.ROOT / "notebooks").glob("*.ipynb")}
    assert {*site.LESSONS} == notebooks - {"00-start-here.ipynb", "01-build-a-network.ipynb"}


def test_every_package_that_a_package_needs_is_in_the_site():
    known = site.PYODIDE["lock"]["packages"]
    there = known.keys() | site.WHEELS
    needed = {name for package in known.values() for name in package["depends"]}
    needed = {name.lower().replace("_", "-") for name in needed.union(site.COURSE, *site.WHEELS.values())}
    assert needed <= there


def test_the_contents_are_the_lessons_and_all_data(tmp_path):
    site.lay_out(tmp_path)
    laid = {
        path.relative_to(tmp_path / "contents").as_posix()
        for path in (tmp_path / "contents").rglob("*")
        if path.is_file()
    }
    assert {"notebooks/00-start-here.ipynb", "data/claims.toml", "data/SHA256SUMS"} <= laid
    sets = {line.split()[1] for line in start.read(start.ROOT / "data" / "SHA256SUMS").splitlines()}
    assert {f"data/{name}" for name in sets} <= laid
    assert all(
        any(name.startswith(f"data/{part}") for name in laid) for part in site.ON_REQUEST if part != "trained.zip"
    )
    settings = json.loads((tmp_path / "overrides.json").read_text())
    assert start.LAB_SETTINGS.items() <= settings.items()


@pytest.fixture
def bare_site(tmp_path, monkeypatch):
    """A site before it has a playground, and the files of Voici."""
    monkeypatch.setattr(site, "TOOLS", tmp_path / "tools")
    voici = tmp_path / "tools" / "voici_core" / "static" / "build"
    names = ("anywidget", "@jupyterlite/pyodide-kernel-extension", "another")
    settings = {"federated_extensions": [{"name": name} for name in names], "title": "</script><b>"}
    for folder in (voici, tmp_path / "site" / "lite"):
        folder.mkdir(parents=True)
    for name in ("voici.js", *site.SURPLUS_IN_VOICI):
        (voici / name.removeprefix("build/")).write_text("js")
    (tmp_path / "site" / "lite" / "jupyter-lite.json").write_text(json.dumps({"jupyter-config-data": settings}))
    return tmp_path / "site"


def test_the_playground_s_page_has_the_lessons_settings_and_its_one_cell(bare_site):
    site.add_playground(bare_site)
    page = (bare_site / "play" / "index.html").read_text()
    (found,) = re.findall('<script id="jupyter-config-data" type="application/json">(.*?)</script>', page)
    settings = json.loads(found)
    assert settings["title"] == "</script><b>"
    assert {found["name"] for found in settings["federated_extensions"]} == set(site.IN_PLAYGROUND)
    (cell,) = settings["notebookSrc"]["cells"]
    assert "Playground(LINK)" in cell["source"]
    nbformat.validate(settings["notebookSrc"])


def test_of_voici_only_what_the_page_needs_is_there(bare_site):
    site.add_playground(bare_site)
    assert [path.name for path in (bare_site / "lite" / "voici" / "build").iterdir()] == ["voici.js"]


def test_a_file_that_was_to_be_removed_and_is_not_there_is_named(tmp_path):
    with pytest.raises(start.Trouble, match=r"has no build/1\.js"):
        site.remove(tmp_path, ["build/1.js"])


def test_what_is_fetched_on_request_does_not_count(tmp_path):
    for name in ("index.html", "lite/files/data/mnist/a.gz", "lite/files/data/mnist1d.npz"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"12345")
    assert site.size(tmp_path) == 10


def test_the_book_is_the_first_page_and_leads_to_what_runs_there(tmp_path):
    pages, built = tmp_path / "pages", tmp_path / "site"
    (pages / "_static").mkdir(parents=True)
    (pages / "index.html").write_text("the book")
    shutil.copy(book.HERE / "where.css", pages / "_static")
    (built / "lite").mkdir(parents=True)
    (built / "index.html").write_text("without the book")
    site.add_book(built, pages)
    assert (built / "index.html").read_text() == "the book" and (built / "lite").exists()
    styles = [folder / "_static" / "where.css" for folder in (pages, built)]
    hidden = [re.findall(r"^\.([\w-]+) {\s+display: none", start.read(path), re.MULTILINE) for path in styles]
    assert hidden == [["in-site"], ["not-in-site"]]


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path):
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(start.Trouble, match="something else than we made"):
        site.build(tmp_path, None, [])
    assert (tmp_path / "letter.txt").read_text() == "dear"


EXPERIMENT = """
from helpers.lab import Recipe, compare, load_optdigits, my_seeds
compare({"small": Recipe(hidden=(8,), epochs=2)}, load_optdigits(train=100), my_seeds(10))
"""


def test_what_a_lesson_trains_comes_with_the_site(tmp_path, monkeypatch):
    """For as many networks as a browser has; what is there already is not trained anew."""
    contents = tmp_path / "contents"
    for name in ("notebooks", "data"):
        (contents / name).mkdir(parents=True)
    for name in ("optdigits.npz", "SHA256SUMS"):
        shutil.copy(start.ROOT / "data" / name, contents / "data")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(EXPERIMENT)])
    nbformat.write(notebook, contents / "notebooks" / "02-lesson.ipynb")
    monkeypatch.setattr(site, "WORK", tmp_path / "work")
    for _ in range(2):
        site.add_trained(contents, ["02-lesson.ipynb"])
        with zipfile.ZipFile(contents / "data" / "trained.zip") as archive:
            assert len(archive.namelist()) == 5

    monkeypatch.setattr(shipped, "data_folder", lambda: contents / "data")
    monkeypatch.setenv("DROPOUT_COURSE_CACHE", str(tmp_path / "nothing"))
    monkeypatch.setattr(sys, "platform", "emscripten")
    monkeypatch.setattr(executors, "train_stack", None)  # so it cannot train
    exec(EXPERIMENT, {})
