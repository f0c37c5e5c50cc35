"""What the lessons hold, read from their notebooks and rooms, so that nothing is listed a second time."""

import ast
import json
import re
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from types import SimpleNamespace

from helpers.lab.folders import project_folder

HOME = "00-start-here.ipynb"
HEADING = re.compile(r"(#+) +(.+)")
TAIL = ("Exercises", "Quiz", "Key points")
WORDS_A_MINUTE = 180
RUN = 25 / 60  # minutes: the most that a main path may run
FIGURE, PREDICTION, QUESTION, LINE, PANEL, EXERCISE = 1, 1, 1, 2, 5, 5  # minutes for each


@dataclass(frozen=True)
class Lesson:
    """A lesson. minutes: for its main path.  The others: the keys under which progress keeps what was done.

    verdicts: on the claims of the main path.  for_sceptics: on those of the folded parts.
    """

    number: int
    file: str
    title: str
    minutes: int
    predictions: tuple[str, ...]
    exercises: tuple[str, ...]
    quiz: tuple[str, ...]
    verdicts: tuple[str, ...]
    for_sceptics: tuple[str, ...]


def lessons():
    """All lessons, in their order."""
    return [_lesson(path) for path in _paths()]


def headings():
    """All lessons, in their order: number -> its file and its title. Much faster than all that they hold."""
    return {int(path.name[:2]): (path.name, _title(_read(path))) for path in _paths()}


def _paths():
    paths = (project_folder() / "notebooks").glob("[0-9][0-9]-*.ipynb")
    return [path for path in sorted(paths) if path.name != HOME]


def _title(notebook):
    return notebook.cells[0].source.splitlines()[0].partition(" · ")[2]


def _lesson(path):
    notebook, number = _read(path), int(path.name[:2])
    room = Path(__file__).parent / f"lesson_{number:02}" / "exercises.py"
    code = [(_tree(cell.source), part == "folded") for cell, part in parts(notebook) if cell.cell_type == "code"]
    of_room = _tree(room.read_text(encoding="utf-8"))
    asked = re.findall(r"\bexercises\.(\w+)\(", "\n".join(cell.source for cell in exercise_cells(notebook)))
    named = [line for line in of_room.body if isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) in asked]
    quiz = _calls(of_room, "QuizQuestion")
    predictions = [question for tree, _ in code for question in _calls(tree, "Prediction")]
    claims = [(f"{number:02} {claim}", folded) for tree, folded in code for claim in _calls(tree, "judge")]
    return Lesson(
        number,
        path.name,
        _title(notebook),
        minutes(notebook, len(quiz)),
        tuple(predictions),
        tuple(_first_text(line.value) for line in named),
        tuple(quiz),
        tuple(key for key, folded in claims if not folded),
        tuple(key for key, folded in claims if folded),
    )


def _read(path):
    """A notebook as nbformat gives it, which the browser's Python lacks."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return SimpleNamespace(cells=[SimpleNamespace(**cell | {"source": "".join(cell["source"])}) for cell in cells])


def _tree(source):
    """The syntax tree of some code; that of a cell which a learner has not finished writing is empty."""
    try:
        return ast.parse(source)
    except SyntaxError:
        return ast.Module([], [])


def _calls(tree, name):
    """The first argument, a text, of each call of `name`, from top to bottom."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == name]
    return [_first_text(call) for call in sorted(calls, key=lambda call: call.lineno)]


def _first_text(call):
    return ast.literal_eval(call.args[0])


def parts(notebook):
    """Each cell with where it stands: on the "main path", in a "folded" part, or in the "tail"."""
    found, folded, tail = [], None, False
    for cell in notebook.cells:
        heading = HEADING.match(cell.source) if cell.cell_type == "markdown" else None
        if heading:
            level = len(heading[1])
            if folded is None or level <= folded:
                folded = level if cell.metadata.get("jp-MarkdownHeadingCollapsed") else None
            if folded is None and level <= 2:
                tail = heading[2].startswith(TAIL)
        found.append((cell, "folded" if folded is not None else "tail" if tail else "main path"))
    return found


def words(notebook):
    """How many words the main path has."""
    return sum(len(cell.source.split()) for cell in _main_path(notebook, "markdown"))


def visible_code(notebook):
    """The cells of code on the main path that are not folded to a line."""
    return [cell for cell in _main_path(notebook, "code") if not cell.metadata.get("jupyter", {}).get("source_hidden")]


def exercise_cells(notebook):
    """The cells of the exercises."""
    return [cell for cell in notebook.cells if "exercise" in cell.metadata.get("tags", [])]


def minutes(notebook, questions):
    """Minutes for somebody who never did deep learning, in fives, to read, run and do it. questions: of the quiz."""
    main_path = _main_path(notebook, "code")
    exercises = exercise_cells(notebook)
    code = [cell.source for cell in main_path if cell not in exercises]

    def matches(pattern):
        return sum(len(re.findall(pattern, source, re.MULTILINE)) for source in code)

    found = words(notebook) / WORDS_A_MINUTE + RUN + QUESTION * questions + EXERCISE * len(exercises)
    found += FIGURE * matches(r"\bpictures\.\w+\(") + PANEL * matches(r"\bpanel\w*\.show\(")
    found += PREDICTION * matches(r"= Prediction\(") + LINE * matches(r"(=|return) \.\.\.$")
    return 5 * ceil(found / 5)


def _main_path(notebook, kind):
    return [cell for cell, part in parts(notebook) if part == "main path" and cell.cell_type == kind]
