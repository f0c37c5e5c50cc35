"""What the tests of notebooks share: reading a lesson, and running it once for all tests that look at its results."""

import ast
import importlib
import inspect
import os
import re
import time
from copy import deepcopy
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from helpers.lessons import contents

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
SOLUTIONS = NOTEBOOKS / "solutions"
NAMES = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
HOME = "00-start-here"
LESSONS = [name for name in NAMES if re.match(r"\d\d-", name) and name != HOME]
HEADING = re.compile(r"^(#+) +(.+)$", re.MULTILINE)
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
NUMBER = r"(?<![\d.,])([+-]?\d+(?:,\d{3})*(?:\.\d+)?(?:e-?\d+)?)"
LEGIBLE = f"import sys\nsys.path.insert(0, {str(Path(__file__).parents[1])!r})\nimport tests.legible as l; l.install()"
IN_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9}
IN_WORDS |= {"ten": 10, "eleven": 11, "twelve": 12, "twenty": 20, "forty": 40}


def read(name):
    return nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def is_folded(cell):
    """Whether a cell's source is folded when the notebook opens."""
    return cell.metadata.get("jupyter", {}).get("source_hidden", False)


def prose(notebook):
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def headings(text):
    """(level, text) of each heading in some Markdown, from top to bottom."""
    return [(len(marks), heading.strip()) for marks, heading in HEADING.findall(FENCED.sub("", text))]


def stated(text, pattern, *words):
    """The number that the prose states, or a tuple of numbers, so that the rest of its sentence may be reworded.

    pattern: a regular expression with # for each number ("nine" is 9).  words: regular expressions, in any order, that
    tell the sentence from others; a semicolon ends a sentence, too. All sentences with them must state the same.
    """
    found = set()
    for sentence in re.split(r"(?<=[.?!;])[\")]*\s+|\n\s*\n|\n(?=[-|]|\d+\. )", re.sub(r"[*`]", "", text)):
        sentence = " ".join(sentence.split())
        if all(re.search(word, sentence, re.IGNORECASE) for word in words):
            for word, number in IN_WORDS.items():
                sentence = re.sub(rf"\b{word}\b", str(number), sentence, flags=re.IGNORECASE)
            for match in re.finditer(pattern.replace("#", NUMBER), sentence, re.IGNORECASE):
                found.add(tuple(float(number.replace(",", "")) for number in match.groups()))
    assert len(found) == 1, f"{pattern!r} with {words} is stated as {sorted(found) or 'nothing'}"
    (numbers,) = found
    return numbers if len(numbers) > 1 else numbers[0]


def exercises(notebook):
    """The exercises' names, each with its cell."""
    found = [cell for cell in code_cells(notebook) if "exercise" in cell.metadata.get("tags", [])]
    return {cell.id.removeprefix("exercise-"): cell for cell in found}


def solution(name, exercise):
    """The file with the solution of an exercise of the lesson `name`."""
    return SOLUTIONS / f"{name[:2]}-{exercise}.py"


def turns(notebook):
    """The cells in which the learner has to write a line of the lesson."""
    return [cell for cell in code_cells(notebook) if re.search(r"\b\w+ = exercises\.(\w+_turn)\(", cell.source)]


def turn(name, cell):
    """The YourTurn that such a cell of the lesson `name` calls."""
    room = importlib.import_module(f"helpers.lessons.lesson_{name[:2]}.exercises")
    return getattr(room, re.search(r"exercises\.(\w+_turn)\(", cell.source)[1])


def solved(name):
    """The lesson with every solution put in place of its exercise, and ours in place of each line to write."""
    notebook = read(name)
    for cell in turns(notebook):
        theirs, gap, rest = cell.source.partition("\n\n\n")
        ours = inspect.getsource(turn(name, cell).right).strip()
        assert "..." in theirs and ours.startswith(theirs.splitlines()[0]), f"{cell.id} and ours begin differently"
        cell.source = ours + gap + rest
    for exercise, cell in exercises(notebook).items():
        cell.source = solution(name, exercise).read_text(encoding="utf-8")
    return notebook


def parsed(source):
    """The syntax tree of a cell, its magics left out."""
    return ast.parse("\n".join(line for line in source.splitlines() if not line.lstrip().startswith(("%", "!"))))


def bound(source):
    """The names that a cell binds; loops' own variables and imports aside."""
    names, inner = set(), (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
    comprehensions = ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp

    def visit(node, of_a_loop=False):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and not of_a_loop:
            names.add(node.id)
        elif isinstance(node, inner):
            names.update({node.name} if hasattr(node, "name") else set())
        elif isinstance(node, ast.For):
            visit(node.target, of_a_loop=True)
            for part in (node.iter, *node.body, *node.orelse):
                visit(part)
        elif isinstance(node, comprehensions):
            names.update(part.target.id for part in ast.walk(node) if isinstance(part, ast.NamedExpr))
        else:
            for part in ast.iter_child_nodes(node):
                visit(part, of_a_loop)

    visit(parsed(source))
    return names


def filled(source):
    """The names of what a cell's loops fill, part by part: an interrupted one leaves half of it."""
    loops = [node for node in ast.walk(parsed(source)) if isinstance(node, ast.For)]
    stored = [node for loop in loops for node in ast.walk(loop) if isinstance(node, ast.Subscript | ast.Attribute)]
    return {
        node.value.id
        for node in stored
        if isinstance(node.value, ast.Name)
        and (isinstance(node.ctx, ast.Store) or getattr(node, "attr", "") in ("append", "extend", "update", "add"))
    }


def stumbling(name):
    """The lesson with a line that raises in each place where the learner has to write one."""
    notebook = read(name)
    for cell in turns(notebook):
        cell.source = cell.source.replace("...", "undefined")
    return notebook


def with_each_cell_again(notebook):
    """The notebook with each code cell once more behind it, from the last to the first, and then those that judge.

    So each one runs again before the cells above it, whose results it may have used up or changed.
    """
    cells = code_cells(notebook)
    order = *reversed(cells), *filter(judges, cells)
    notebook = deepcopy(notebook)
    notebook.cells += [nbformat.v4.new_code_cell(cell.source, metadata={"again": True}) for cell in order]
    return notebook


def split_again(notebook):
    """The code cells of such a notebook: those that were there, and those that ran once more."""
    found = [], []
    for cell in code_cells(notebook):
        found["again" in cell.metadata].append(cell)
    return found


def without_folded_parts(notebook):
    """The notebook as somebody runs it who never unfolds a heading: Shift+Enter leaves out what is folded."""
    notebook = deepcopy(notebook)
    notebook.cells = [cell for cell, part in contents.parts(notebook) if part != "folded"]
    return notebook


def judges(cell):
    """Whether the cell puts a claim before the learner."""
    return "judge(" in cell.source


def rule_verdict(shown):
    """The rule's verdict, in what such a cell shows."""
    (verdict,) = re.findall(r"The rule</div>.*?<b>(\w+)</b>", shown, re.DOTALL)
    return verdict


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


def as_committed(name):
    """The lesson as somebody runs it who writes nothing."""
    return read(name)


def solved_and_again(name):
    """The lesson with all solutions, and each cell once more."""
    return with_each_cell_again(solved(name))


def stumbling_and_unfolding_nothing(name):
    """The lesson with a line that raises in each place where there is one to write, and without its folded parts."""
    return without_folded_parts(stumbling(name))


def run(name, folder, variant=as_committed):
    """The lesson as it is after running it, errors and all. Whichever test process comes first runs it, for all.

    folder: common to all test processes.  variant: one of the three functions above. Three runs try five things,
    since to run a lesson takes half a minute.
    """
    result = folder / f"{name}-{variant.__name__}.ipynb"
    lock = result.with_suffix(".running")
    while not result.exists():
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            time.sleep(0.1)  # another process is at it
            continue
        try:
            if not result.exists():
                notebook = variant(name)
                options = {"timeout": 300, "kernel_name": "python3", "allow_errors": True, "store_widget_state": False}
                client = NotebookClient(notebook, resources={"metadata": {"path": NOTEBOOKS}}, **options)
                notebook.cells.insert(0, nbformat.v4.new_code_cell(LEGIBLE))
                client.execute()
                assert not notebook.cells.pop(0).outputs
                nbformat.write(notebook, result.with_suffix(".part"))
                result.with_suffix(".part").rename(result)
        finally:
            lock.unlink()
    return nbformat.read(result, as_version=4)
