"""Build the course as a web site: JupyterLab with all lessons, whose Python runs in the reader's browser (Pyodide).

`python3 start.py site` runs this. The site may lie in any folder of any web server, needs no code there, and asks
nobody but itself for anything.
"""

import argparse
import hashlib
import json
import os
import shutil
import sys
import urllib.request
import zipfile
from importlib.metadata import version
from pathlib import Path

import nbformat

import start
from helpers.lab.loaded import code_fingerprint
from tools.book import __main__ as book
from tools.room import install_tools, must_be_ours, put_in_place, run

HERE, WORK = Path(__file__).parent, start.ROOT / ".cache" / "site"
TOOLS, REQUIREMENTS = WORK / "tools", start.ROOT / "requirements-site.txt"
PYODIDE = json.loads((HERE / "pyodide.json").read_text(encoding="utf-8"))  # core: checksums; lock: its own packages
VERSION = PYODIDE["lock"]["info"]["version"]
CDN = f"https://cdn.jsdelivr.net/pyodide/v{VERSION}/full/"
CONTENTS = ("notebooks", "data")  # folders of the project that the kernel finds in DRIVE
DRIVE = "/drive"
MARK = "lite/jupyter-lite.json"  # a folder with this file is a site
MOST_BYTES = 65_000_000  # without the book, of which one page after another is fetched, and without ON_REQUEST
LESSONS = [path.name for path in book.LESSONS[1:]]  # lesson 1 is quick enough
ON_REQUEST = (  # each is fetched when a lesson asks for it
    *("trained.zip", "results/trials/", "mnist/"),
    *("fashion_10k_2k.npz", "japanese_vowels.npz", "magic.npz", "spambase.npz"),
)
PACKAGES_ON_REQUEST = ("pandas-",)  # each is fetched when a cell imports it

# What JupyterLab and Voici bring and no lesson asks for: fonts for old browsers, diagrams (ELK, Mermaid), charts (Vega)
# and a list of files. The names are those of the versions in requirements-site.txt.
SURPLUS_IN_LAB = (
    *("build/*.eot", "build/*.svg", "build/*.ttf"),
    *("build/9310.*.js", "build/4406.*.js", "build/3197.*.js", "build/142.*.js"),
)
SURPLUS_IN_VOICI = ("build/3870.js", "build/treepage.js")

# Run before a lesson's first cell. What it trains goes into the archive, for as many networks as in a browser.
AS_IN_BROWSER = """
import matplotlib.pyplot, ipywidgets, sys
sys.platform = "emscripten"
from helpers.lab import cache, machine, shipped
machine.MOST_WORK = float("inf")
cache.store = shipped.add
"""

# What the playground's page runs, LINK being what stands behind the # of its address, and which extensions that needs.
PLAYGROUND = "from helpers.lessons import playground\n\nplayground.Playground(LINK)"
KERNEL = {"name": "python", "display_name": "Python (Pyodide)"}
IN_PLAYGROUND = ("@jupyterlite/pyodide-kernel-extension", "anywidget")

# What the course imports and Pyodide lacks, each with what it imports itself. The wheels are those of .venv's versions.
WHEELS = {
    "anywidget": ["ipywidgets", "psygnal", "typing-extensions"],
    "comm": ["traitlets"],
    "fastjsonschema": [],
    "ipywidgets": ["comm", "ipython", "traitlets"],
    "psygnal": [],
    "tqdm": [],
    "typing-extensions": [],
}
COURSE = ["anywidget", "fastjsonschema", "ipywidgets", "matplotlib", "numpy", "threadpoolctl", "tqdm"]

# With these keys JupyterLab folds a heading, also where they should move a slider or a question's choice.
SHORTCUTS = [
    {
        "command": f"notebook:move-cursor-heading-{does}",
        "keys": [key],
        "selector": ".jp-Notebook.jp-mod-commandMode:not(.jp-mod-readWrite) :focus:not(:read-write)",
        "disabled": True,
    }
    for does, key in (("above-or-collapse", "ArrowLeft"), ("below-or-expand", "ArrowRight"))
]
SETTINGS = start.LAB_SETTINGS | {"@jupyterlab/shortcuts-extension:shortcuts": {"shortcuts": SHORTCUTS}}


def sha256(file):
    """The checksum of a file."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def fetch_pyodide(source, folder):
    """Put the files of Pyodide that are needed into `folder`. source: a folder that has them, or None for the CDN."""
    files = {package["file_name"]: package["sha256"] for package in PYODIDE["lock"]["packages"].values()}
    folder.mkdir(parents=True, exist_ok=True)
    for name, checksum in (PYODIDE["core"] | files).items():
        file, origin = folder / name, f"{CDN}{name}" if source is None else (source / name).resolve().as_uri()
        if file.exists() and sha256(file) == checksum:
            continue
        try:
            with urllib.request.urlopen(origin) as found:
                file.write_bytes(found.read())
        except OSError as error:
            raise start.Trouble(f"{origin} cannot be read ({error}). Needed is Pyodide {VERSION}, unpacked.") from None
        if sha256(file) != checksum:
            file.unlink()
            raise start.Trouble(f"{origin} is not the file that belongs to Pyodide {VERSION}.")


def fetch_wheels(folder):
    """Put our own wheel and those of WHEELS into an empty folder; their rows in Pyodide's table, by name."""
    shutil.rmtree(folder, ignore_errors=True)
    pure = ["--only-binary=:all:", "--implementation=py", "--abi=none", "--platform=any", "--python-version=3.12"]
    wanted = [f"{name}=={version(name)}" for name in WHEELS]
    run("The download", "pip", "--no-input", "download", "--no-deps", *pure, "--dest", folder, *wanted)

    project = WORK / "project"  # a copy, since setuptools leaves things behind
    shutil.rmtree(project, ignore_errors=True)
    shutil.copytree(start.ROOT / "helpers", project / "helpers", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "LICENSE"):
        shutil.copy(start.ROOT / name, project)
    options = ["--no-deps", "--no-build-isolation", "--wheel-dir", folder]
    run("The wheel", "pip", "wheel", *options, project, env=os.environ | {"PYTHONPATH": str(TOOLS)})
    return {name: row(folder, name, depends) for name, depends in (WHEELS | {"dropout-course": COURSE}).items()}


def row(folder, name, depends):
    """The row of this package in Pyodide's table. Our own wheel gets another name with each change.

    Under the same one, a browser might take what it has kept from an earlier visit.
    """
    (wheel,) = folder.glob(f"{name.replace('-', '_')}-*.whl")
    with zipfile.ZipFile(wheel) as file:
        tops = {path.split("/")[0].removesuffix(".py") for path in file.namelist()}
    checksum = sha256(wheel)
    title, number, *tags = wheel.name.split("-")
    if name == "dropout-course":
        wheel = wheel.rename(folder / "-".join([title, number, f"0{checksum[:8]}", *tags]))
    return {
        "name": name,
        "version": number,
        "file_name": wheel.name,
        "install_dir": "site",
        "sha256": checksum,
        "package_type": "package",
        "imports": sorted(top for top in tops if not top.endswith((".dist-info", ".data"))),
        "depends": depends,
        "unvendored_tests": False,
    }


def lay_out(folder):
    """Make the folder from which JupyterLite builds: the lessons, the data, and JupyterLab's settings."""
    shutil.rmtree(folder, ignore_errors=True)
    unseen = shutil.ignore_patterns(".*", "__pycache__", "README.md")
    for name in CONTENTS:
        shutil.copytree(start.ROOT / name, folder / "contents" / name, ignore=unseen)
    (folder / "overrides.json").write_text(json.dumps(SETTINGS), encoding="utf-8")


def add_trained(contents, lessons):
    """Run lessons as they run in a browser, but here, and keep what their networks gave, which takes too long there."""
    folder, archive = WORK / "trained", contents / "data" / "trained.zip"
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / f"{code_fingerprint()}.zip"  # with other code, networks come out otherwise
    if kept.exists():
        shutil.copy(kept, archive)
    folders = {"FOLDER": contents, "EVIDENCE": folder / "evidence", "CACHE": folder / "results"}
    environment = os.environ | {f"DROPOUT_COURSE_{name}": str(path) for name, path in folders.items()}
    for number, lesson in enumerate(lessons, 1):
        print(f"Training for the browser: {lesson} ({number} of {len(lessons)})", flush=True)
        notebook = nbformat.read(contents / "notebooks" / lesson, as_version=4)
        notebook.cells.insert(0, nbformat.v4.new_code_cell(AS_IN_BROWSER))
        nbformat.write(notebook, folder / "run.ipynb")
        options = ["--to", "notebook", "--execute", "--inplace", "--ExecutePreprocessor.timeout=600"]
        run(lesson, "nbconvert", *options, folder / "run.ipynb", env=environment)
        if archive.exists():
            shutil.copy(archive, kept)


def build_lab(source, lite):
    """Have JupyterLite build JupyterLab, with .venv's widgets, from the folder `source` in the new folder `lite`."""
    options = ["--lite-dir", source, "--contents", source / "contents", "--output-dir", lite]
    options += ["--apps", "lab", "--no-sourcemaps", "--no-libarchive"]
    kernels = TOOLS / "share" / "jupyter" / "labextensions"
    options += ["--LiteBuildConfig.cache_dir", WORK / "jupyterlite"]
    options += [f"--FederatedExtensionAddon.extra_labextensions_path={kernels}"]
    environment = os.environ | {"PYTHONPATH": str(TOOLS)}
    run("JupyterLite", "jupyterlite_core", "build", *options, cwd=source, env=environment)
    remove(lite, SURPLUS_IN_LAB)


def add_pyodide(lite, source):
    """Put Pyodide and all packages into the site, and tell the kernel where they are."""
    folder = lite / "static" / "pyodide"
    fetch_pyodide(source, WORK / "pyodide")
    rows = fetch_wheels(WORK / "wheels")
    for part in ("pyodide", "wheels"):
        shutil.copytree(WORK / part, folder, dirs_exist_ok=True)
    lock = folder / "pyodide-lock.json"
    lock.write_text(json.dumps(PYODIDE["lock"] | {"packages": PYODIDE["lock"]["packages"] | rows}), encoding="utf-8")
    kernel = {
        "pyodideUrl": "./static/pyodide/pyodide.js",
        "disablePyPIFallback": True,
        "loadPyodideOptions": {
            "lockFileURL": f"static/pyodide/{lock.name}?{sha256(lock)[:8]}",
            "packages": ["dropout-course"],
            "env": {"DROPOUT_COURSE_FOLDER": DRIVE, "DROPOUT_COURSE_CACHE": "/tmp/results"},  # the latter for one visit
        },
    }
    file = lite / "jupyter-lite.json"
    settings = json.loads(file.read_text(encoding="utf-8"))
    config = settings["jupyter-config-data"]
    config["exposeAppInBrowser"] = True  # to the tests
    plugins = config.setdefault("litePluginSettings", {})
    plugins.setdefault("@jupyterlite/pyodide-kernel-extension:kernel", {}).update(kernel)
    file.write_text(json.dumps(settings), encoding="utf-8")


def add_look(lite):
    """Give JupyterLab the style sheet that it has after start.py, too."""
    shutil.copy(start.LOOK / "custom.css", lite)
    page = lite / "lab" / "index.html"
    text = page.read_text(encoding="utf-8")
    link = '<link rel="stylesheet" href="../custom.css">\n'
    page.write_text(text.replace("</head>", f"{link}</head>", 1), encoding="utf-8")


def add_playground(site):
    """Add the playground: a page without code that runs one cell, on Voici, in what there is for the lessons."""
    lite = site / "lite"
    voici = lite / "voici"
    shutil.copytree(TOOLS / "voici_core" / "static" / "build", voici / "build")
    remove(voici, SURPLUS_IN_VOICI)
    settings = json.loads((lite / "jupyter-lite.json").read_text(encoding="utf-8"))["jupyter-config-data"]
    extensions = [found for found in settings["federated_extensions"] if found["name"] in IN_PLAYGROUND]
    cell = nbformat.v4.new_code_cell(PLAYGROUND, id="playground")
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": KERNEL})
    settings |= {"federated_extensions": extensions, "notebookSrc": notebook}
    settings |= {"include_output": True, "jpThemeName": "JupyterLab Light"}
    page = (HERE / "play.html").read_text(encoding="utf-8")
    (site / "play").mkdir()
    text = page.replace("CONFIGURATION", json.dumps(settings).replace("<", "\\u003c"))
    (site / "play" / "index.html").write_text(text, encoding="utf-8")


def remove(folder, patterns):
    """Remove the files that a folder has for each of these patterns."""
    for pattern in patterns:
        found = list(folder.glob(pattern))
        if not found:
            raise start.Trouble(f"{folder} has no {pattern}, which was to be removed.")
        for file in found:
            file.unlink()


def size(site):
    """How many bytes a site has, without what is fetched on request."""
    later = tuple(f"lite/files/data/{name}" for name in ON_REQUEST)
    later += tuple(f"lite/static/pyodide/{name}" for name in PACKAGES_ON_REQUEST)
    files = [path for path in site.rglob("*") if path.is_file()]
    return sum(path.stat().st_size for path in files if not path.relative_to(site).as_posix().startswith(later))


def add_book(site, pages):
    """Make the book in the folder `pages` the site's first page, and let it lead to what runs here."""
    shutil.copytree(pages, site, dirs_exist_ok=True)
    shutil.copy(HERE / "where.css", site / "_static")


def build(out, pyodide, lessons, pages=None):
    """Build the site in the folder `out`, whole or not at all.

    pyodide: a folder, or None for its CDN.  lessons: the notebooks whose networks are trained here.  pages: the folder
    with the book, or None for a first page without it.
    """
    must_be_ours(out, MARK)
    new = WORK / "new"
    shutil.rmtree(new, ignore_errors=True)
    install_tools(TOOLS, REQUIREMENTS, "--no-deps")
    lay_out(WORK / "source")
    add_trained(WORK / "source" / "contents", lessons)
    build_lab(WORK / "source", new / "lite")
    add_pyodide(new / "lite", pyodide)
    add_look(new / "lite")
    add_playground(new)
    shutil.copy(HERE / "index.html", new)
    if size(new) > MOST_BYTES:
        raise start.Trouble(f"The site has {size(new):,} bytes, and {MOST_BYTES:,} are allowed.")
    if pages:
        add_book(new, pages)
    put_in_place(new, out, MARK)
    print(f"The site is ready, {size(out) / 1e6:.0f} MB. To look at it: python3 -m http.server --directory {out}")


def main():
    """Do what start.py asks for, with absolute paths."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pyodide", type=Path)
    parser.add_argument("--no-book", action="store_true")
    asked = parser.parse_args()
    pages = None if asked.no_book else WORK / "book"
    try:
        if pages:
            book.run_and_build(pages)
        build(asked.out, asked.pyodide, LESSONS, pages)
    except start.Trouble as trouble:
        sys.exit(f"\n{trouble}")


if __name__ == "__main__":
    main()
