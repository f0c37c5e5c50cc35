"""A lesson as a chapter: run, without what only somebody at the keyboard needs, and with what answers folded."""

import base64
import hashlib
import io
import os
import re

import nbformat
from bs4 import BeautifulSoup
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from PIL import Image

import start
from helpers.lessons import contents, playground

WIDGET = "application/vnd.jupyter.widget-view+json"
BAR = re.compile(r"\d ?%\|")  # what a progress bar of tqdm is in text
FOLDED = "<!-- folded -->"  # conf.py folds the section that begins with it
IN_PAGE = "data:image/png;base64,"  # how the address of a picture begins that stands in the page itself

# What is said to somebody at the keyboard: how to load a solution; a prediction not made, where evidence is kept.
STUCK = re.compile(
    r"(Replace the dots and run the cell\.\s+)?Stuck\?\s+(Type|Run)\s+`%load [^`]+`[^.:]+(\.|:[^.]+\.[^.]+\.)"
)
TO_A_LEARNER = re.compile(r"Your prediction: <b>none made.*?<br>|<p[^>]*>Kept in [^<]*</p>", re.DOTALL)
IN_PLAYGROUND = '<a href="../play/#{}">Move it yourself in the playground</a>, or'
LIVE = """
<p class="in-site">{playground}
<a href="../lite/lab/index.html?path=notebooks/{lesson}">open this lesson, live</a>.</p>
<p class="not-in-site">To move it yourself, open this lesson with <code>{start}</code>.</p>
"""


class Failed(start.Trouble):
    """A lesson cannot become a chapter. Its text says why."""


def run(lesson, evidence):
    """A lesson's notebook (a path) as it is after running it. evidence: a folder for what is kept while it runs."""
    notebook = nbformat.read(lesson, as_version=4)
    options = {"timeout": 600, "kernel_name": "python3", "extra_arguments": ["--IPKernelApp.log_level=ERROR"]}
    client = NotebookClient(notebook, resources={"metadata": {"path": lesson.parent}}, **options)
    try:
        client.execute(env=os.environ | {"DROPOUT_COURSE_EVIDENCE": str(evidence)})
    except CellExecutionError as error:
        raise Failed(str(error)[-3000:]) from None
    return notebook


def chapter(notebook, name, pictures):
    """What Sphinx makes the page from: a notebook that was run, changed for readers.

    name: of its file.  pictures: the folder for its pictures, a neighbour of the one where its page will be.
    """
    cells = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cells.append(_text(cell))
        elif "home.achieved(" not in cell.source:
            cells += _code(cell, name, pictures)
    return nbformat.v4.new_notebook(cells=cells, metadata=_kernel(notebook))


def _kernel(notebook):
    """Of a notebook's metadata what names the language; the widgets' state would be all the widgets once more."""
    return {"kernelspec": notebook.metadata.kernelspec, "language_info": {"name": "python"}}


def _text(cell):
    source = STUCK.sub("The solution is below, folded.", cell.source.replace(f"({contents.HOME})", "(../index.md)"))
    if cell.metadata.get("jp-MarkdownHeadingCollapsed"):
        heading, _, rest = source.partition("\n")
        source = f"{heading}\n\n{FOLDED}\n{rest}"
    return nbformat.v4.new_markdown_cell(source)


def _code(cell, name, pictures):
    """The cell, and after an exercise its solution."""
    tags = ["remove-input"] if cell.metadata.get("jupyter", {}).get("source_hidden") else []
    prompt = {}
    if re.search(r"= Prediction\(", cell.source):
        tags.append("question")
    if re.search(r"\b\w+\.beside\(", cell.source):
        tags, prompt = ["remove-input", "hide-output"], _prompt("Compare with your prediction")
    shown = (_output(output, name, pictures, _panel(cell, name)) for output in cell.outputs)
    outputs = [output for output in shown if output]
    cells = [nbformat.v4.new_code_cell(cell.source, outputs=outputs, metadata={"tags": tags} | prompt)]
    if "exercise" in cell.metadata.get("tags", []):
        solution = start.ROOT / "notebooks" / "solutions" / f"{name[:2]}-{cell.id.removeprefix('exercise-')}.py"
        folded = {"tags": ["hide-input"]} | _prompt("A solution")
        cells.append(nbformat.v4.new_code_cell(start.read(solution), metadata=folded))
    return cells


def _panel(cell, name):
    """The name that the playground has for the panel which this cell shows, or None."""
    for panel, place in playground.places().items():
        if place.file == name and re.search(rf"^{place.module.__name__.rpartition('.')[2]}\.show\(", cell.source, re.M):
            return panel
    return None


def _prompt(text):
    """The metadata by which what a cell hides has this text above it."""
    return {"mystnb": {"code_prompt_show": text, "code_prompt_hide": text}}


def _output(output, name, pictures, panel):
    """The output as it is read in the book, or None if there is nothing to read. panel: its name, if it is one."""
    data = output.get("data", {})
    if WIDGET in data and "text/html" not in data:
        if BAR.search(data["text/plain"]):
            return None
        raise Failed(f"{name}: a widget has no version in HTML for the book: {data['text/plain'][:200]}")
    if "text/html" not in data:
        return output
    found = BeautifulSoup(TO_A_LEARNER.sub("", data["text/html"]), "html.parser")
    for state in found.select('div[role="status"]'):  # how far an exercise is, which nobody has done here
        state.decompose()
    for picture in found.find_all("img", src=re.compile(f"^{IN_PAGE}")):
        _make_file(picture, pictures)
    if WIDGET in data and found.find("figure"):
        link = IN_PLAYGROUND.format(panel) if panel else "To move it yourself,"
        live = LIVE.format(playground=link, lesson=name, start=start.START)
        found.append(BeautifulSoup(live, "html.parser"))
    return nbformat.v4.new_output("display_data", {"text/html": str(found)}) if str(found).strip() else None


def _make_file(picture, pictures):
    """Give an <img> that holds its picture itself a file of its own, fetched when it comes into view."""
    data = base64.b64decode(picture["src"].removeprefix(IN_PAGE))
    file = pictures / f"{hashlib.sha256(data).hexdigest()[:16]}.png"
    pictures.mkdir(parents=True, exist_ok=True)
    with Image.open(io.BytesIO(data)) as image:
        width, height = image.size
        image.save(file, compress_level=6)  # for the lesson, fast was better than small
    wide = int(picture.get("width", width))
    picture.attrs |= {"width": wide, "height": round(wide * height / width), "loading": "lazy"}
    picture["src"] = f"../{pictures.name}/{file.name}"
