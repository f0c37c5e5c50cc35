"""A lesson's notebook as a file: which cell stands under which heading, and what texts are the lesson's own."""

import ast
import json
import re
import symtable
from dataclasses import dataclass
from pathlib import Path

from helpers.lab.folders import project_folder

HEADING = re.compile(r"^#+ +(.+?)\s*$", re.MULTILINE)
ROOMS = Path(__file__).parents[1] / "lessons"


@dataclass(frozen=True)
class Cell:
    """A cell of code. section: the heading that stands last above it, as it is written, or "" if there is none."""

    id: str
    source: str
    section: str

    @property
    def tree(self):
        """The cell's code as a syntax tree; empty where it is no Python, as while a learner is writing it."""
        try:
            return ast.parse(self.source)
        except (SyntaxError, ValueError):
            return ast.Module([], [])

    @property
    def names(self):
        """The names that it binds, those inside of its functions too."""
        nodes = list(ast.walk(self.tree))
        names = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        names |= {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
        return names | {(node.asname or node.name).split(".")[0] for node in nodes if isinstance(node, ast.alias)}

    @property
    def makes(self):
        """The names that are there when it has run, imported ones aside."""
        symbols = symtable.symtable(ast.unparse(self.tree), "", "exec").get_symbols()
        return {symbol.get_name() for symbol in symbols if symbol.is_assigned() and not symbol.is_imported()}


def cells(number):
    """The cells of code of a lesson, from top to bottom; none where its notebook is not there, or no notebook."""
    try:
        (path,) = (project_folder() / "notebooks").glob(f"{number:02}-*.ipynb")
        found = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code, section = [], ""
        for cell in found:
            source = "".join(cell["source"])
            if cell["cell_type"] == "code":
                code.append(Cell(cell.get("id", ""), source, section))
            elif headings := HEADING.findall(source):
                section = headings[-1]
        return code
    except (OSError, ValueError, KeyError, TypeError):
        return []


def texts(number):
    """All texts in a lesson's code, in its notebook and its room: its questions and the names of its exercises too."""
    room = (ROOMS / f"lesson_{number:02}").glob("*.py")
    trees = [cell.tree for cell in cells(number)] + [ast.parse(path.read_text(encoding="utf-8")) for path in room]
    constants = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return {node.value for node in constants if isinstance(node.value, str)}
