"""Imports go one way: nn, lab, classroom, lessons, notebooks. No lesson's room imports another's."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

HELPERS = Path(__file__).parent.parent / "helpers"

# What a file in each room may import from the rooms of this project, and what it must not import from elsewhere.
ROOMS = {
    "nn": {"nn"},
    "lab": {"nn", "lab"},
    "classroom": {"nn", "lab", "classroom"},
    "lessons": {"nn", "lab", "classroom", "lessons"},
}
NOT_IN_LAB = {"matplotlib", "ipywidgets", "IPython", "ipykernel", "anywidget", "traitlets"}
OTHER_ROOMS = {"start", "notebooks", "tests", "benchmarks"}


def imported(code, package):
    """The modules, by their full names, that `code`, part of `package` ("helpers.nn"), imports anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            found |= {f"{module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("__import__", "importlib.import_module"):
            found.add(getattr(node.args[0], "value", "a module whose name is computed"))
    return found


def _another_room(module, package):
    """Whether a lesson's room imports from another lesson's."""
    rooms = [re.match(r"helpers\.lessons\.(lesson_\w+)", name) for name in (module, package)]
    return all(rooms) and rooms[0][1] != rooms[1][1]


def wrong_imports(code, package, file=""):
    """Those of its imports that a file of `package` must not have."""
    room, wrong = package.split(".")[1], set()
    draws_nothing = room == "lessons" and file == "experiment.py"
    for module in imported(code, package):
        top, _, rest = module.partition(".")
        if top == "helpers":
            allowed = rest.split(".")[0] in ROOMS[room] and not _another_room(module, package)
            allowed &= not (draws_nothing and rest.split(".")[0] not in ROOMS["lab"])
        elif room == "nn":
            allowed = top == "numpy" or (top in sys.stdlib_module_names and top != "importlib")
        else:
            allowed = top not in OTHER_ROOMS and not ((room == "lab" or draws_nothing) and top in NOT_IN_LAB)
        if not allowed:
            wrong.add(module)
    return wrong


FILES = [path for room in ROOMS for path in sorted((HELPERS / room).rglob("*.py"))]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(HELPERS)))
def test_imports_go_one_way(path):
    package = ".".join(path.relative_to(HELPERS.parent).parent.parts)
    assert not wrong_imports(path.read_text(encoding="utf-8"), package, path.name)


def test_every_file_in_helpers_stands_in_one_of_the_rooms():
    assert {path for path in HELPERS.rglob("*.py") if path.parent != HELPERS} == set(FILES)
    assert {path.relative_to(HELPERS).parts[0] for path in FILES} == set(ROOMS)
    assert not imported((HELPERS / "__init__.py").read_text(encoding="utf-8"), "helpers")


@pytest.mark.parametrize(
    ("package", "code", "wrong"),
    [
        ("helpers.nn", "import numpy as np, math", set()),
        ("helpers.nn", "from .layer import Layer", set()),
        ("helpers.nn", "from numpy.linalg import norm", set()),
        ("helpers.nn", "import scipy.stats", {"scipy.stats"}),
        ("helpers.nn", "from ..lab import data", {"helpers.lab.data"}),
        ("helpers.nn", "from ..lab.data import load_mnist", {"helpers.lab.data.load_mnist"}),
        ("helpers.nn", "from .. import lab", {"helpers.lab"}),
        ("helpers.nn", "from helpers import nn, classroom", {"helpers.classroom"}),
        ("helpers.nn", "def late():\n    import torch", {"torch"}),
        ("helpers.nn", "if True:\n    from matplotlib import pyplot as plt", {"matplotlib.pyplot"}),
        ("helpers.nn", "importlib.import_module('torch')", {"torch"}),
        ("helpers.lab", "from helpers.nn import Network\nfrom .seeds import my_seeds\nimport tqdm", set()),
        ("helpers.lab", "import helpers.classroom.figures", {"helpers.classroom.figures"}),
        ("helpers.lab", "from ..classroom import show", {"helpers.classroom.show"}),
        ("helpers.lab", "import matplotlib.pyplot as plt", {"matplotlib.pyplot"}),
        ("helpers.lab", "from ipywidgets import IntSlider", {"ipywidgets.IntSlider"}),
        ("helpers.classroom", "from ..lab import data\nfrom .figures import show\nimport ipywidgets", set()),
        ("helpers.classroom", "import start, tests.nn.common", {"start", "tests.nn.common"}),
        ("helpers.classroom", "from ...benchmarks import stacking", {"benchmarks.stacking"}),
        ("helpers.classroom", "from helpers.lessons.lesson_01 import panel", {"helpers.lessons.lesson_01.panel"}),
        ("helpers.lessons.lesson_02", "from . import experiment\nfrom helpers.classroom import plots", set()),
        ("helpers.lessons.lesson_02", "from ..lesson_01 import panel", {"helpers.lessons.lesson_01.panel"}),
        ("helpers.lessons.lesson_02", "import helpers.lessons.lesson_12.panel", {"helpers.lessons.lesson_12.panel"}),
    ],
)
def test_a_wrong_import_is_found(package, code, wrong):
    assert wrong_imports(code, package) == wrong


@pytest.mark.parametrize("code", ["from helpers.classroom.figures import show", "import ipywidgets"])
def test_an_experiment_uses_the_network_and_the_laboratory_alone(code):
    assert wrong_imports(code, "helpers.lessons.lesson_02", "experiment.py")
    assert not wrong_imports(code, "helpers.lessons.lesson_02", "panel.py")


def loaded_by(code):
    """The installed packages, this project aside, that `code` loads in a fresh interpreter."""
    program = f"""
import sys
from importlib.metadata import packages_distributions
sys.path.insert(0, {str(HELPERS.parent)!r})
installed = set(packages_distributions()) - {{"helpers"}}
before = set(sys.modules)
{code}
print(*{{name.partition(".")[0] for name in set(sys.modules) - before}} & installed)
"""
    command = [sys.executable, "-I", "-c", program]
    return set(subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.split())


def test_the_network_needs_numpy_alone():
    assert loaded_by("import helpers.nn") == {"numpy"}


def test_another_package_would_be_seen():
    assert loaded_by("import helpers.nn, iniconfig") == {"numpy", "iniconfig"}


def test_pandas_waits_for_a_table_of_one_s_own():
    assert "pandas" not in loaded_by("import helpers.lab, helpers.lessons.playground")
