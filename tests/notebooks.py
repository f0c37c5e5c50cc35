"""What the tests of notebooks share: reading a lesson, and running it once for all tests that look at its results."""

import os
import re
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
SOLUTIONS = NOTEBOOKS / "solutions"
NAMES = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
LESSONS = [name for name in NAMES if re.match(r"\d\d-", name)]


def read(name):
    return nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def prose(notebook):
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def exercises(notebook):
    """The exercises' names, each with its cell."""
    found = [cell for cell in code_cells(notebook) if "exercise" in cell.metadata.get("tags", [])]
    return {cell.id.removeprefix("exercise-"): cell for cell in found}


def solution(name, exercise):
    """The file with the solution of an exercise of the lesson `name`."""
    return SOLUTIONS / f"{name[:2]}-{exercise}.py"


def solved(name):
    """The lesson with every solution put in place of its exercise."""
    notebook = read(name)
    for exercise, cell in exercises(notebook).items():
        cell.source = solution(name, exercise).read_text(encoding="utf-8")
    return notebook


def shown(cell):
    """What a cell shows, as HTML where there is some, or else as text."""
    texts = []
    for output in cell.outputs:
        data = output.get("data", {})
        texts.append(output.get("text") or (data.get("text/html") or data.get("text/plain") or "") + "\n")
    return "".join(texts)


def common_folder(tmp_path_factory):
    """A folder that all processes of this test run have in common."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def run(name, folder, with_solutions=False):
    """The lesson as it is after running it, errors and all. Whichever test process comes first runs it, for all.

    folder: common to all test processes; the lesson's evidence goes there, too.
    """
    result = folder / f"{name}{'-solved' if with_solutions else ''}.ipynb"
    lock = result.with_suffix(".running")
    while not result.exists():
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            time.sleep(0.1)  # another process is at it
            continue
        try:
            if not result.exists():
                notebook = solved(name) if with_solutions else read(name)
                options = {"timeout": 300, "kernel_name": "python3", "allow_errors": True, "store_widget_state": False}
                client = NotebookClient(notebook, resources={"metadata": {"path": NOTEBOOKS}}, **options)
                client.execute(env=os.environ | {"DROPOUT_COURSE_EVIDENCE": str(folder / "evidence")})
                nbformat.write(notebook, result.with_suffix(".part"))
                result.with_suffix(".part").rename(result)
        finally:
            lock.unlink()
    return nbformat.read(result, as_version=4)
