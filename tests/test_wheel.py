"""The wheel holds all that `helpers` needs: installed from it, far from the project, it loads data and draws."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import start

CODE = """
import helpers
from helpers.lab import load_optdigits
from helpers.lessons.lesson_03 import panel

print(helpers.__file__)
print(load_optdigits().shape)
print(len(panel.show().figure.png()) > 1000)
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The folder into which the project's wheel is installed: `helpers`, and nothing else of the project."""
    project, folder = tmp_path_factory.mktemp("project"), tmp_path_factory.mktemp("installed")
    for name in ("pyproject.toml", "LICENSE"):
        shutil.copy(start.ROOT / name, project)
    shutil.copytree(start.ROOT / "helpers", project / "helpers", ignore=shutil.ignore_patterns("__pycache__"))
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    # setuptools is there, from requirements-test.txt: pip would fetch it into a place of its own, over the network.
    build = [
        *pip,
        "wheel",
        "--no-index",
        "--no-build-isolation",
        "--no-deps",
        "--wheel-dir",
        project / "wheel",
        project,
    ]
    subprocess.run(build, check=True)
    (wheel,) = (project / "wheel").glob("*.whl")
    subprocess.run([*pip, "install", "--no-index", "--no-deps", "--target", folder, wheel], check=True)
    return folder


def test_from_the_wheel_a_data_set_is_loaded_and_a_panel_drawn(installed, tmp_path):
    environment = os.environ | {"PYTHONPATH": str(installed), "DROPOUT_COURSE_FOLDER": str(start.ROOT)}
    command = [sys.executable, "-c", CODE]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found, shape, drawn = done.stdout.splitlines()
    assert Path(found).is_relative_to(installed)
    assert (shape, drawn) == ("(8, 8)", "True")
