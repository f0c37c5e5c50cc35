"""Plain English: words that readers stumbled over stand nowhere in what is meant to be read."""

import ast
import re

import pytest

import start

from .notebooks import NAMES, prose, read

INSTEAD = {  # what readers stumbled over -> what to write
    r"beside": "next to, or compared with",
    r"(in|for) use": "at test time, or once trained",
    r"by lot": "at random",
    r"for ever": "permanently",
    r"beforehand": "in advance",
    r"goes past": "bypasses",
    r"a hair (ahead|behind)": "by how much",
    r"at work on both sides": "active in both networks",
}
IN_LESSONS = {r"units?": "neuron", r"blame": "error", r"arms?": "network, or each one", r"nats?": "define it"}
CODE = re.compile(r"```.*?```|`[^`\n]+`|\]\([^)]*\)|<!--.*?-->", re.DOTALL)
PAGES = [
    start.ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "VERDICTS.md", "data/claims.toml")
]
PAGES += sorted(
    path for room in ("teaching", "data", "benchmarks", "tools") for path in (start.ROOT / room).rglob("*.md")
)
MODULES = [start.ROOT / "start.py", *sorted((start.ROOT / "helpers").rglob("*.py"))]


def stumbles(text, *lists):
    """(words, what to write instead) for each place in a text; what is code does not count."""
    read_aloud = CODE.sub(" ", text)
    return [
        (found[0], better)
        for words in lists
        for pattern, better in words.items()
        for found in re.finditer(rf"(?<![\w.])({pattern})(?!\w)", read_aloud, re.IGNORECASE)
    ]


def test_a_stumble_is_found_and_code_is_none():
    text = "Beside a plain one, drawn by lot.\n\n`who.beside(…)` and [beside](beside.md)"
    assert [words for words, _ in stumbles(text, INSTEAD)] == ["Beside", "beside", "by lot"]
    assert stumbles("Besides, in user space it is forever.", INSTEAD) == []
    assert stumbles("Two units.", IN_LESSONS) == [("units", "neuron")]


@pytest.mark.parametrize("name", NAMES)
def test_in_a_lesson(name):
    assert stumbles(prose(read(name)), INSTEAD, IN_LESSONS) == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(start.ROOT)))
def test_in_a_page(path):
    of_lessons = [IN_LESSONS] if path.parent.name == "teaching" else []
    assert stumbles(path.read_text(encoding="utf-8"), INSTEAD, *of_lessons) == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(start.ROOT)))
def test_in_what_a_module_says(path):
    """Docstrings, errors, and the texts of figures and panels."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    assert [found for text in texts for found in stumbles(text, INSTEAD)] == []
