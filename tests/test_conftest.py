"""conftest.py: whatever pytest runs, it neither reads nor writes the person's own evidence."""

import os
import shutil
import subprocess
import sys

import nbformat
import pytest

import start

# What a lesson or a test could do to the person's evidence, and would notice of it.
CODE = """
from helpers.lab import my_seeds, record
assert my_seeds(3) == my_seeds(3, name="unnamed"), "the seeds are those of the person's own name"
assert record("1", "fails", {"difference": -0.1}, "In a test.", my_seeds(3)).path.exists()
"""


@pytest.mark.parametrize(("processes", "parts"), [(0, ["notebooks"]), (2, ["notebooks", "tests"])])
def test_the_person_s_own_evidence_stays_as_it_was(processes, parts, tmp_path):
    """In a project with these settings: a lesson, which nbval runs, and a test."""
    for name in ("conftest.py", "pyproject.toml"):
        shutil.copy(start.ROOT / name, tmp_path)
    for name in ("notebooks", "tests", "person"):
        (tmp_path / name).mkdir()
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CODE)])
    nbformat.write(notebook, tmp_path / "notebooks" / "lesson.ipynb")
    (tmp_path / "tests" / "test_it.py").write_text("def test_it():" + CODE.replace("\n", "\n    "))
    (tmp_path / "person" / "name.txt").write_text("blue-otter")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment["DROPOUT_COURSE_EVIDENCE"] = str(tmp_path / "person")
    command = [sys.executable, "-m", "pytest", "--numprocesses", str(processes), *parts]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0 and f"{len(parts)} passed" in done.stdout, done.stdout
    assert [path.name for path in (tmp_path / "person").iterdir()] == ["name.txt"]


def test_files_that_take_longest_come_first(tmp_path):
    """Two processes: whole lessons begin, however many tests another file has."""
    for name in ("conftest.py", "pyproject.toml"):
        shutil.copy(start.ROOT / name, tmp_path)
    (tmp_path / "tests" / "browser").mkdir(parents=True)
    (tmp_path / "tests" / "ahead").mkdir()  # in the alphabet, of browser
    (tmp_path / "tests" / "browser" / "test_lessons.py").write_text("def test_it():\n    pass\n")
    quick = "import pytest\n\n@pytest.mark.parametrize('n', range(5))\ndef test_it(n):\n    pass\n"
    (tmp_path / "tests" / "ahead" / "test_data.py").write_text(quick)
    command = [sys.executable, "-m", "pytest", "--numprocesses=1", "--verbose", "tests"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    ran = [line for line in done.stdout.splitlines() if "PASSED" in line]
    assert ["test_lessons" in line for line in ran] == [True] + [False] * 5, done.stdout


@pytest.mark.parametrize(("options", "outcome"), [([], "1 passed, 1 skipped"), (["--long"], "2 passed")])
def test_what_takes_many_minutes_is_run_only_when_asked_for(options, outcome, tmp_path):
    for name in ("conftest.py", "pyproject.toml"):
        shutil.copy(start.ROOT / name, tmp_path)
    code = "import pytest\n\ndef test_a(): pass\n\n@pytest.mark.long\ndef test_b(): pass\n"
    (tmp_path / "test_it.py").write_text(code)
    command = [sys.executable, "-m", "pytest", "--strict-markers", "--numprocesses", "0", *options, "test_it.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert outcome in done.stdout, done.stdout
