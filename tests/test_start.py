"""start.py: each thing that can go wrong gets a clear message, each thing left half-done is mended."""

import ast
import errno
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import namedtuple
from pathlib import Path
from types import SimpleNamespace

import pytest
import threadpoolctl

import start

PROJECT = start.ROOT
PYTHON_IN_PROJECT = start.PYTHON.relative_to(PROJECT)
POSIX_ONLY = pytest.mark.skipif(os.name == "nt", reason="sends signals as Linux and macOS do")
COMMAND = re.compile(r"^    (?:python3|python3\.\d+|py|sudo|brew|winget|git) .*", re.MULTILINE)
LESSON = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def cell(kind, source):
    """A notebook cell."""
    code = {"outputs": [], "execution_count": None} if kind == "code" else {}
    return {"id": "a", "cell_type": kind, "metadata": {}, "source": source} | code


def write_lesson(path, *cells):
    """Write a notebook with these cells."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(LESSON | {"cells": list(cells)}), encoding="utf-8")


def work_in(root, monkeypatch):
    """Let start.py work in another folder than its own."""
    monkeypatch.setattr(start, "ROOT", root)
    monkeypatch.setattr(start, "VENV", root / ".venv")
    monkeypatch.setattr(start, "PYTHON", root / PYTHON_IN_PROJECT)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A copy of the project's settings and a lesson, in a folder with an awkward name, without an environment."""
    root = tmp_path / "my [course]"
    root.mkdir()
    for name in ("requirements.txt", "requirements-test.txt", "pyproject.toml"):
        shutil.copy(PROJECT / name, root)
    write_lesson(root / start.HOME, cell("markdown", "# Build a network"))
    work_in(root, monkeypatch)
    monkeypatch.setattr(sys, "argv", ["start.py", "install"])
    return root


@pytest.fixture
def steps(project, monkeypatch):
    """The commands of the installation, which are written down instead of run; the environment looks fine."""
    commands = []
    start.VENV.mkdir()
    monkeypatch.setattr(start, "run_to_end", None)
    monkeypatch.setattr(start, "venv_version", lambda: "3.11.7")
    monkeypatch.setattr(start, "missing", lambda files: [])
    monkeypatch.setattr(start, "run_step", lambda command, step: commands.append(command))
    return commands


@pytest.fixture
def ready(steps):
    """A project with everything installed; `steps` starts anew."""
    start.install(tests=True)
    steps.clear()
    return steps


def says(*lines, status=1):
    """A command that prints these lines and ends with a status."""
    return [sys.executable, "-c", f"import sys; print({os.linesep.join(lines)!r}); sys.exit({status})"]


# An old Python


def test_an_old_python_can_read_the_file():
    oldest = (3, 6) if sys.version_info < (3, 13) else (3, 7)  # the oldest that this Python still knows
    with pytest.raises(SyntaxError):
        ast.parse("if (n := 1): pass", feature_version=oldest)
    tree = ast.parse(Path(start.__file__).read_text(encoding="utf-8"), feature_version=oldest)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [node.module] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
            assert all(name.split(".")[0] in sys.stdlib_module_names for name in names)
            assert not {"__future__", "tomllib", "zoneinfo", "graphlib", "dataclasses"} & set(names)


Version = namedtuple("Version", "major minor micro releaselevel serial")


@pytest.mark.parametrize("found", [(3, 6, 15), (3, 10, 99), (2, 7, 18)])
def test_an_old_python_is_named_and_nothing_is_done(steps, monkeypatch, capsys, found):
    monkeypatch.setattr(sys, "version_info", Version(*found, "final", 0))
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert start.main([]) == 1
    message = capsys.readouterr().err
    assert "needs Python 3.11 or newer" in message and "this is Python {}.{}".format(*found) in message
    assert COMMAND.search(message)
    assert steps == []


def test_an_old_python_points_to_a_newer_one(steps, monkeypatch, capsys):
    monkeypatch.setattr(sys, "version_info", Version(3, 9, 1, "final", 0))
    monkeypatch.setattr(shutil, "which", lambda name: name if name in ("python3.11", "python3.12") else None)
    assert start.main([]) == 1
    assert COMMAND.findall(capsys.readouterr().err) == ["    python3.12 start.py"]


@pytest.mark.parametrize("found", [(3, 11, 0), (3, 12, 1), (4, 0, 0)])
def test_a_newer_python_is_let_through(monkeypatch, found):
    monkeypatch.setattr(sys, "version_info", Version(*found, "final", 0))
    start.check_python()


# Steps of the installation that fail

NO_NETWORK = [
    "WARNING: Retrying (Retry(total=0, connect=None)) after connection broken by 'NewConnectionError('<HTTPSConnection "
    "object>: Failed to establish a new connection: [Errno -3] Temporary failure in name resolution')': /simple/numpy/",
    "Retrying (Retry(total=0)) after connection broken by 'ProxyError('Cannot connect to proxy.')': /simple/numpy/",
    "Retrying (Retry(total=4)) after connection broken by 'NameResolutionError(\"Failed to resolve\")': /simple/numpy/",
    "ERROR: HTTPSConnectionPool(port=443): Max retries exceeded with url: /simple/numpy/",
    "Could not fetch URL /simple/numpy/: There was a problem confirming the ssl certificate: - skipping",
    "pip._vendor.urllib3.exceptions.ReadTimeoutError: HTTPSConnectionPool(port=443): Read timed out.",
    "ProtocolError: ('Connection broken: IncompleteRead(5 bytes read, 10 more expected)')",
    "error: incomplete-download",
]
FULL_DISK = [
    "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
    "ERROR: Could not install packages due to an OSError: [Errno 122] Disk quota exceeded",
    "OSError: [WinError 112] There is not enough space on the disk",
    "FileNotFoundError: [Errno 2] No usable temporary directory found in ['/tmp', '/var/tmp', '/usr/tmp']",
]


@pytest.mark.parametrize(
    "line, expected",
    [(line, "no connection") for line in NO_NETWORK]
    + [(line, "disk is full") for line in FULL_DISK]
    + [("ERROR: ResolutionImpossible", "the lines above say why")],
)
def test_the_reason_of_a_failed_step_is_named(project, capfd, line, expected):
    with pytest.raises(start.Trouble) as trouble:
        start.run_step(says("Collecting numpy", line, "ERROR: No matching distribution"), "The installation")
    assert expected in str(trouble.value)
    assert COMMAND.search(str(trouble.value)).group() == f"    {start.START} install"
    assert (f"or delete {start.VENV}, then run again" in str(trouble.value)) == ("ResolutionImpossible" in line)
    assert line in capfd.readouterr().out


def test_a_step_that_succeeds_passes_in_spite_of_what_it_says(project):
    start.run_step(says(NO_NETWORK[0], FULL_DISK[0], status=0), "The installation")


def test_an_early_hitch_is_not_taken_for_the_reason(project):
    with pytest.raises(start.Trouble, match="the lines above say why"):
        start.run_step(says(NO_NETWORK[0], *["Collecting"] * 50, "ERROR: ResolutionImpossible"), "The installation")


def test_a_full_disk_is_seen_even_if_the_step_keeps_silent(project, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=0))
    with pytest.raises(start.Trouble, match="disk is full"):
        start.run_step(says("Error: Command returned non-zero exit status 1."), "Making .venv")


def test_letters_that_are_no_utf8_do_no_harm(project, capsys):
    write = "import sys; sys.stdout.buffer.write(bytes([65, 255, 10]))"
    start.run_step([sys.executable, "-c", write], "The installation")
    assert capsys.readouterr().out.startswith("A")


@pytest.mark.parametrize("number", [errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)])
def test_a_disk_that_fills_up_while_we_write(steps, monkeypatch, capsys, number):
    def fail(*arguments, **options):
        raise OSError(number, "no room")

    monkeypatch.setattr(Path, "write_text", fail)
    assert start.main(["install"]) == 1
    message = capsys.readouterr().err
    assert "disk is full" in message and COMMAND.search(message)


def test_other_errors_are_not_hidden(steps, monkeypatch):
    def fail(*arguments, **options):
        raise OSError(errno.EIO, "broken disk")

    monkeypatch.setattr(Path, "write_text", fail)
    with pytest.raises(OSError, match="broken disk"):
        start.main(["install"])


@pytest.mark.parametrize("missing", ["ensurepip", "venv"])
def test_without_ensurepip(project, monkeypatch, capsys, missing):
    find = start.importlib.util.find_spec
    monkeypatch.setattr(start.importlib.util, "find_spec", lambda name: None if name == missing else find(name))
    monkeypatch.setattr(start, "run_step", None)
    assert start.main(["install"]) == 1
    assert "\n    sudo apt install python3-venv" in capsys.readouterr().err


def test_a_new_venv_that_does_not_run(project, monkeypatch, capsys):
    monkeypatch.setattr(start, "run_step", lambda command, step: None)
    assert start.main(["install"]) == 1
    message = capsys.readouterr().err
    assert str(start.VENV) in message and COMMAND.search(message)


@POSIX_ONLY
@pytest.mark.parametrize(
    "make", [Path.touch, os.mkfifo, lambda path: path.symlink_to("nowhere"), lambda path: path.symlink_to(path)]
)
def test_what_is_no_folder_makes_room_for_the_new_venv(steps, make):
    start.VENV.rmdir()
    make(start.VENV)
    start.make_venv()
    assert len(steps) == 1 and not os.path.lexists(start.VENV)


@POSIX_ONLY
def test_what_a_link_leads_to_is_not_emptied(steps, tmp_path):
    """It may be somebody's whole Python."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "precious").touch()
    start.VENV.rmdir()
    start.VENV.symlink_to(tmp_path / "elsewhere")
    start.make_venv()
    assert len(steps) == 1 and not os.path.lexists(start.VENV) and (tmp_path / "elsewhere" / "precious").exists()


@pytest.mark.parametrize("name", ["installed", "share", "share/jupyter/lab/settings/overrides.json"])
def test_what_stands_in_the_way_in_the_venv_is_said_with_what_to_do(steps, capsys, name):
    path = start.VENV / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch() if name == "share" else path.mkdir()
    assert start.main(["install"]) == 1
    message = capsys.readouterr().err
    assert str(path) in message and f"Delete {start.VENV}, then run again:\n    {start.START} install" in message


@POSIX_ONLY
def test_a_new_venv_is_not_made_from_the_old_one(project, steps, monkeypatch):
    start.PYTHON.parent.mkdir()
    start.PYTHON.symlink_to(os.path.realpath(sys.executable))
    monkeypatch.setattr(sys, "executable", str(start.PYTHON))  # .venv is active
    start.make_venv()
    assert steps == [[os.path.realpath(start.PYTHON), "-m", "venv", "--clear", str(start.VENV)]]


# What is installed, and when


def test_a_second_start_installs_nothing(ready):
    start.install()
    start.install(tests=True)
    assert ready == []


def test_the_course_alone(steps):
    start.install()
    (command,) = steps
    assert command[:4] == [str(start.PYTHON), "-m", "pip", "install"] and command[-2:] == ["-r", "requirements.txt"]
    start.install()
    assert len(steps) == 1
    start.install(tests=True)
    assert steps[1][-4:] == ["-r", "requirements.txt", "-r", "requirements-test.txt"]


@pytest.mark.parametrize("name", ["requirements.txt", "pyproject.toml"])
def test_a_changed_file_is_installed(ready, name):
    with open(start.ROOT / name, "a") as file:
        file.write("\n")
    start.install()
    assert len(ready) == 1
    start.install(tests=True)
    assert len(ready) == 2


def test_a_change_for_the_tests_does_not_concern_a_learner(ready):
    with open(start.ROOT / "requirements-test.txt", "a") as file:
        file.write("\n")
    start.install()
    assert ready == []
    start.install(tests=True)
    assert len(ready) == 1


def test_another_python_is_installed_for(ready, monkeypatch):
    monkeypatch.setattr(start, "venv_version", lambda: "3.12.1")
    start.install()
    assert len(ready) == 1


def test_a_folder_that_has_moved_is_installed_for(ready, monkeypatch, tmp_path):
    moved = start.ROOT.rename(tmp_path / "moved")
    work_in(moved, monkeypatch)
    start.install()
    assert len(ready) == 1


def test_an_installation_cut_off_is_done_again_even_if_the_change_is_taken_back(ready, monkeypatch):
    before = (start.ROOT / "requirements.txt").read_text()
    (start.ROOT / "requirements.txt").write_text("numpy<2\n")

    def cut_off(command, step):
        raise KeyboardInterrupt

    record = start.run_step
    monkeypatch.setattr(start, "run_step", cut_off)
    assert start.main(["install"]) == 130
    (start.ROOT / "requirements.txt").write_text(before)
    monkeypatch.setattr(start, "run_step", record)
    start.install()
    start.install(tests=True)
    assert len(ready) == 2


@pytest.mark.parametrize("length", [0, 20])
def test_a_stamp_cut_off_counts_for_nothing(ready, length):
    stamp = start.VENV / "installed"
    stamp.write_text(stamp.read_text()[:length])
    start.install()
    assert len(ready) == 1


def test_a_package_cut_off_is_forgotten_and_a_whole_one_kept(steps):
    site_packages = start.VENV / "lib" / "python3.11" / "site-packages"
    whole, half = site_packages / "whole-1.dist-info", site_packages / "half-1.dist-info"
    for folder in (whole, half):
        folder.mkdir(parents=True)
        (folder / "METADATA").touch()
        (folder / "RECORD").write_text("a.pyc,,\n")  # a first version of it is there early
    (whole / "INSTALLER").touch()
    start.install()
    assert whole.exists() and not half.exists()


@pytest.fixture
def broken(steps):
    """Installed packages, and one that came later and was broken from the first: the folder that they are in."""
    site_packages = start.VENV / "lib" / "python3.11" / "site-packages"
    for name in ("numpy", "pip", "broken"):
        if name == "broken":
            start.install(tests=True)
        info = site_packages / f"{name}-1.dist-info"
        info.mkdir(parents=True)
        (info / "INSTALLER").write_text("pip\n")
        (info / "RECORD").write_text(
            f'{name}/__init__.py,sha256=a,1\n{name}.libs/a.so.5.2,sha256=a,1\n{name}/a.pyc,,\n"{name}/a,b",sha256=a,1\n'
            f"{name}-1.dist-info/INSTALLER,sha256=a,4\n"
        )
        if name != "broken":
            for file in (f"{name}/__init__.py", f"{name}/a,b", f"{name}.libs/a.so.5.2"):
                (site_packages / file).parent.mkdir(exist_ok=True)
                (site_packages / file).write_text("#")
    steps.clear()
    return site_packages


def test_packages_that_were_never_whole_are_left_alone(broken, steps):
    start.install()
    start.install(tests=True)
    assert steps == []
    (start.VENV / "installed").unlink()
    start.install()
    assert len(steps) == 1 and (broken / "broken-1.dist-info").exists()


@pytest.mark.parametrize(
    "gone",
    ["numpy", "numpy/__init__.py", "numpy/a,b", "numpy.libs/a.so.5.2", "numpy-1.dist-info", "numpy-1.dist-info/RECORD"],
)
def test_a_package_that_is_gone_is_installed_again(broken, steps, monkeypatch, gone):
    path = broken / gone
    shutil.rmtree(path) if path.is_dir() else path.unlink()

    def pip(command, step):
        """Install numpy as pip does: not at all if its dist-info is there."""
        steps.append(command)
        assert not (broken / "numpy-1.dist-info").exists() and (broken / "pip-1.dist-info").exists()

    monkeypatch.setattr(start, "run_step", pip)
    assert start.main(["install"]) == 0
    assert len(steps) == 1


@pytest.mark.parametrize(
    "name, content",
    [("numpy/__init__.py", b""), ("numpy-1.dist-info/INSTALLER", b"")]
    + [("numpy-1.dist-info/RECORD", content) for content in (b"", b"\xff\xfe\n\n\0", b'"' + b"a,,\n" * 100_000)],
)
def test_a_package_with_a_file_cut_off_or_overwritten_is_installed_again(broken, steps, name, content):
    (broken / name).write_bytes(content)
    assert start.main(["install"]) == 0
    assert len(steps) == 1 and not (broken / "numpy-1.dist-info").exists()


@POSIX_ONLY
def test_of_a_broken_package_that_lies_elsewhere_the_link_is_removed(broken, steps, tmp_path):
    (broken / "numpy-1.dist-info").rename(tmp_path / "elsewhere")
    (broken / "numpy-1.dist-info").symlink_to(tmp_path / "elsewhere")
    (broken / "numpy" / "__init__.py").write_text("")
    assert start.main(["install"]) == 0
    assert len(steps) == 1 and not (broken / "numpy-1.dist-info").exists() and (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("place", ["bin", "lib/python3.11/site-packages/tqdm", "lib/python3.11/site-packages/a/b/c"])
def test_a_link_that_leads_elsewhere_is_gone_before_pip_runs(steps, monkeypatch, tmp_path, capsys, place):
    link, inside = start.VENV / place, start.VENV / "lib64"
    (tmp_path / "elsewhere").mkdir()
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(tmp_path / "elsewhere")
    inside.symlink_to("lib")
    there = []
    monkeypatch.setattr(start, "run_step", lambda command, step: there.append(link.is_symlink()))
    start.install()
    assert there == [False] and inside.is_symlink() and (tmp_path / "elsewhere").is_dir()
    assert f"Taking away {link}, a link" in capsys.readouterr().out


def test_a_broken_package_of_another_user_is_named(broken, steps, monkeypatch, capsys):
    def rmtree(folder):
        raise PermissionError(errno.EACCES, "Permission denied", "RECORD")  # as it says it, without the folder

    monkeypatch.setattr(shutil, "rmtree", rmtree)
    (broken / "numpy" / "__init__.py").write_text("")
    assert start.main(["install"]) == 1
    message = capsys.readouterr().err
    assert f"{broken / 'numpy-1.dist-info'} cannot be removed (Permission denied). Delete {start.VENV}, then" in message


@pytest.mark.parametrize("content", [None, "", "\0" * 100])
def test_without_a_stamp_any_package_may_be_half(broken, steps, content):
    """As after a power cut while the first installation ended."""
    for stamp in start.VENV.glob("installed*"):
        stamp.unlink() if content is None else stamp.write_text(content)
    (broken / "numpy" / "__init__.py").write_text("")
    start.install()
    assert len(steps) == 1 and not (broken / "numpy-1.dist-info").exists() and (broken / "pip-1.dist-info").exists()


@pytest.mark.parametrize("version", [None, "3.11.7"], ids=["the base Python", "another environment"])
def test_what_a_link_leads_to_keeps_its_packages(broken, steps, monkeypatch, tmp_path, version):
    """A package may have a changed file there, such as a certificate that somebody added."""
    (broken / "numpy" / "__init__.py").write_text("changed")
    (start.VENV / "installed").write_text("") if version else (start.VENV / "installed").unlink()
    (start.VENV / "installed-test").unlink()
    start.VENV.rename(tmp_path / "elsewhere")
    start.VENV.symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    before = sorted((tmp_path / "elsewhere").rglob("*"))
    monkeypatch.setattr(start, "venv_version", lambda: version)
    monkeypatch.setattr(start, "make_venv", lambda: start.VENV.unlink() or start.VENV.mkdir() or "3.11.7")
    start.install()
    assert {*before} <= {*(tmp_path / "elsewhere").rglob("*")} and len(steps) == 1


@pytest.mark.parametrize("name", ["installed", "installed-test"])
def test_a_damaged_stamp_counts_for_nothing(ready, name):
    (start.VENV / name).write_bytes(b"\xff\xfe\0")
    assert start.main(["install", "--test"]) == 0
    assert len(ready) == 1


def test_a_new_version_of_a_package_is_no_fault(broken, steps):
    info = (broken / "numpy-1.dist-info").rename(broken / "numpy-2.dist-info")
    (info / "RECORD").write_text((info / "RECORD").read_text().replace("numpy-1.", "numpy-2."))
    start.install()
    assert steps == []


def test_a_broken_pip_gets_a_new_environment(broken, steps, monkeypatch):
    def venv_version():
        return "3.11.7" if (broken / "pip-1.dist-info").exists() else None

    monkeypatch.setattr(start, "venv_version", venv_version)
    monkeypatch.setattr(start, "make_venv", lambda: steps.append("a new .venv") or "3.11.7")
    (broken / "pip" / "__init__.py").unlink()
    start.install()
    assert steps[0] == "a new .venv" and len(steps) == 2


INSTALL = """
import start, sys
from pathlib import Path
start.ROOT, start.VENV = Path(sys.argv[1]), Path(sys.argv[1]) / ".venv"
start.venv_version, start.missing = lambda: "3.11.7", lambda files: []
child = [sys.executable, "-c", "import sys; print('up', flush=True); sys.stdin.readline()"]
step = start.run_step
start.run_step = lambda *_: step(child, "The installation")
start.install(tests=True)
"""


@pytest.mark.parametrize("killed", [False, True])
def test_a_second_start_waits_for_the_first(steps, monkeypatch, capsys, killed):
    pipe = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", INSTALL, str(start.ROOT)], cwd=PROJECT, **pipe) as first:
        line = b""
        while line.strip() != b"up":
            line = first.stdout.readline()

        waits = []

        def wait(seconds):
            waits.append(seconds)
            if len(waits) == 1 and killed:
                first.kill()  # its pip, which goes on, keeps the lock
                first.wait()
            if len(waits) == 3:
                first.stdin.write(b"\n")
                first.stdin.flush()
                first.stdout.read()

        looked, look = [], start.is_installed
        monkeypatch.setattr(start, "is_installed", lambda stamps: looked.append(len(waits)) or look(stamps))
        monkeypatch.setattr(time, "sleep", wait)
        assert start.main(["install"]) == 0
    assert len(waits) >= 3 and len(steps) == killed
    assert len(looked) == 1 and looked[0] == len(waits)  # not while the first one may be emptying .venv
    assert capsys.readouterr().out.count("Another start.py is installing") == 1


def test_a_drive_that_knows_no_locks_does_no_harm(steps, monkeypatch):
    def fail(*arguments):
        raise OSError(errno.ENOLCK, "No locks available")

    module, name = (start.msvcrt, "locking") if start.WINDOWS else (start.fcntl, "flock")
    monkeypatch.setattr(module, name, fail)
    start.install()
    assert len(steps) == 1


def test_a_pip_that_installs_elsewhere_is_said(project, monkeypatch, capsys):
    """For example with `target` in a person's pip.conf."""
    site_packages = start.VENV / "lib" / "python3.11" / "site-packages"

    def pip(command, step):
        for line in (start.ROOT / "requirements.txt").read_text().splitlines():
            if line[:1].isalpha() and not line.startswith(("numpy", "tqdm")):
                (site_packages / f"{line.split('>=')[0].replace('-', '_')}-1.dist-info").mkdir(parents=True)

    monkeypatch.setattr(start, "venv_version", lambda: "3.11.7")
    monkeypatch.setattr(start, "run_step", pip)
    assert start.main(["install"]) == 1
    message = capsys.readouterr().err
    assert "has not put numpy, tqdm into .venv" in message and f"    {start.PYTHON} -m pip config list\n" in message
    assert f"take it away; or, if there is none, delete {start.VENV}, then run again" in message
    assert COMMAND.search(message) and not (start.VENV / "installed").exists()


@pytest.fixture
def binder(tmp_path):
    """An environment, and a home in which Binder's last step was carried out."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "env"], check=True)
    paths = {"PATH": f"{tmp_path / 'env' / 'bin'}{os.pathsep}{os.environ['PATH']}", "HOME": str(tmp_path)}
    subprocess.run(PROJECT / ".binder" / "postBuild", cwd=PROJECT, env=os.environ | paths, check=True)
    return tmp_path


@POSIX_ONLY
def test_binder_has_the_settings_and_the_look_that_there_are_here(binder):
    assert {name: (binder / "env" / name).read_text() for name in start.SETTINGS} == start.SETTINGS
    look = {path.name: path.read_bytes() for path in start.LOOK.iterdir()}
    assert {path.name: path.read_bytes() for path in (binder / ".jupyter" / "custom").iterdir()} == look
    settings = json.loads((binder / ".jupyter" / "jupyter_server_config.json").read_text())
    here = {option for option in start.lab_command(False, None) if "hide_globs" in option or "custom_css" in option}
    there = {f"--ContentsManager.hide_globs={name}" for name in settings["ContentsManager"]["hide_globs"]}
    assert here == there | {f"--LabApp.custom_css={settings['LabApp']['custom_css']}"}


def test_binder_installs_what_a_learner_needs_for_a_python_that_will_do():
    folder = PROJECT / ".binder"
    asked = [line for line in start.read(folder / "requirements.txt").splitlines() if line[:1] != "#"]
    assert [folder.joinpath(line.removeprefix("-r ")).resolve() for line in asked] == [PROJECT / "requirements.txt"]
    python = re.fullmatch(r"python-(\d+)\.(\d+)\n", start.read(folder / "runtime.txt"))
    assert tuple(map(int, python.groups())) >= start.OLDEST_PYTHON


def test_of_this_environment_nothing_is_missing():
    assert start.missing(["requirements.txt", "requirements-test.txt"]) == []


def test_the_stamp_is_written_last(steps, monkeypatch):
    written, write = [], Path.write_text
    monkeypatch.setattr(Path, "write_text", lambda path, *rest: (written.append(path.name), write(path, *rest)))
    start.install(tests=True)
    assert written == [*(Path(name).name for name in start.SETTINGS), "installed", "installed-test"]


def test_new_settings_reach_a_venv_that_is_there_already(steps, monkeypatch):
    start.install()
    monkeypatch.setitem(start.SETTINGS, "share/jupyter/lab/settings/overrides.json", '{"new": 1}')
    start.install()
    assert (start.VENV / "share/jupyter/lab/settings/overrides.json").read_text() == '{"new": 1}'
    assert len(steps) == 2


@pytest.mark.parametrize("name", start.SETTINGS)
@pytest.mark.parametrize("length", [None, 0, 10])
def test_settings_that_are_gone_or_cut_off_come_back(ready, name, length):
    file = start.VENV / name
    file.unlink() if length is None else file.write_text(start.SETTINGS[name][:length])
    start.install()
    assert file.read_text() == start.SETTINGS[name] and len(ready) == 1


@POSIX_ONLY
@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to("/dev/null")], ids=["pipe", "link"])
def test_what_is_no_file_makes_room_for_settings(ready, make):
    """Whoever writes into a pipe waits for a reader."""
    name = next(iter(start.SETTINGS))
    (start.VENV / name).unlink()
    make(start.VENV / name)
    monitor = os.open(start.VENV / name, os.O_RDONLY | os.O_NONBLOCK)  # so that this test waits for nothing
    start.install()
    os.close(monitor)
    assert (start.VENV / name).is_file() and (start.VENV / name).read_text() == start.SETTINGS[name]


def test_every_kernel_of_the_course_finds_its_extension():
    """And loads nothing slow for it."""
    code = (
        "import sys, helpers.classroom.kernel as kernel; print(callable(kernel.load_ipython_extension), *sys.modules)"
    )
    (text,) = [text for name, text in start.SETTINGS.items() if name == "etc/ipython/ipython_kernel_config.py"]
    assert text == 'c.InteractiveShellApp.extensions = ["helpers.classroom.kernel"]\n'
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"numpy", "matplotlib", "ipywidgets"} & set(found)


def test_the_server_finds_what_it_does_before_saving():
    config = SimpleNamespace(ContentsManager=SimpleNamespace())
    exec(start.SETTINGS["etc/jupyter/jupyter_server_config.py"], {"c": config})
    assert config.ContentsManager.pre_save_hook.__name__ == "keep_widgets"


BOUNDS = {"": ">=", "-test": "[>=]=", "-site": "[>=]=", "-book": "=="}


@pytest.mark.parametrize("name", [f"requirements{part}.txt" for part in BOUNDS])
def test_each_requirement_has_a_version_and_a_reason(name):
    """A lower bound; what tests or builds the site is pinned, or has one; what builds the book is pinned."""
    bound = BOUNDS[name.removeprefix("requirements").removesuffix(".txt")]
    lines = [line for line in (PROJECT / name).read_text().splitlines() if line and not line.startswith("#")]
    assert all(re.fullmatch(rf"(-e \.|[\w-]+{bound}[\d.]+) +# \w.+", line) for line in lines)
    assert lines[-1].startswith("-e .") == (name == "requirements.txt")


@pytest.fixture(scope="module")
def real_venv(tmp_path_factory):
    """A folder with a real environment, made by start.py in place of a broken one."""
    root = tmp_path_factory.mktemp("real")
    with pytest.MonkeyPatch.context() as patch:
        work_in(root, patch)
        start.PYTHON.parent.mkdir(parents=True)
        start.PYTHON.write_text("cut off")
        (start.VENV / "installed").write_text("left over")
        assert start.venv_version() is None
        assert start.make_venv().strip() == sys.version
        assert not (start.VENV / "installed").exists()
    return root


@pytest.mark.parametrize(
    "gone",
    ["**/pip-*.dist-info/INSTALLER", "**/site-packages/pip", PYTHON_IN_PROJECT.as_posix(), ".venv/pyvenv.cfg"],
    ids=["pip cut off", "no pip", "no python", "the base Python"],
)
def test_a_venv_of_no_use_is_recognised(real_venv, monkeypatch, tmp_path, gone):
    work_in(real_venv, monkeypatch)
    part = next(real_venv.glob(gone))
    assert start.venv_version().strip() == sys.version
    part.rename(tmp_path / "aside")
    try:
        assert start.venv_version() is None
    finally:
        (tmp_path / "aside").rename(part)


def test_a_venv_whose_packages_are_anothers_is_recognised(real_venv, monkeypatch, tmp_path):
    work_in(real_venv, monkeypatch)
    (site_packages,) = real_venv.glob("**/site-packages")
    site_packages.rename(tmp_path / "another")
    site_packages.symlink_to(tmp_path / "another")
    try:
        assert start.venv_version() is None
    finally:
        site_packages.unlink()
        (tmp_path / "another").rename(site_packages)
    assert start.venv_version().strip() == sys.version


def test_the_base_python_is_recognised_whatever_the_person_has_set(real_venv, monkeypatch, tmp_path):
    monkeypatch.setenv("PYTHONOPTIMIZE", "1")  # no assertions
    test_a_venv_of_no_use_is_recognised(real_venv, monkeypatch, tmp_path, ".venv/pyvenv.cfg")


def test_pip_does_not_run_in_the_base_python_even_if_the_person_has_set_that(real_venv, monkeypatch, tmp_path, capfd):
    work_in(real_venv, monkeypatch)
    (tmp_path / "pip.conf").write_text(f"[global]\npython = {sys._base_executable}\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    with pytest.raises(start.Trouble, match="The installation failed"):
        start.run_step([str(start.PYTHON), "-m", "pip", "install", "--no-index", "./nowhere"], "The installation")
    assert "virtualenv" in capfd.readouterr().out


def python_is(script):
    """Put a shell script in the place of .venv's Python."""
    start.PYTHON.parent.mkdir(parents=True)
    start.PYTHON.write_bytes(b"#!/bin/sh\n" + script)
    start.PYTHON.chmod(0o755)


@POSIX_ONLY
@pytest.mark.parametrize("script", [b"printf '\\377\\376'", b"echo 3.11.7", b"echo 3.11.7; exit 1", b"read line"])
def test_what_only_stands_in_the_place_of_python_is_recognised(project, script):
    python_is(script)
    assert start.venv_version() is None


@POSIX_ONLY
def test_a_python_that_hangs_is_named(project, monkeypatch):
    python_is(b"exec sleep 30")
    monkeypatch.setattr(start, "PATIENCE", 0.3)
    with pytest.raises(start.Trouble, match=r"bin/python does not answer\. Delete .*\.venv, then run again"):
        start.venv_version()


def test_a_venv_is_of_use_whatever_python_the_person_has_named(real_venv, monkeypatch):
    work_in(real_venv, monkeypatch)
    monkeypatch.setenv("PYTHONEXECUTABLE", sys._base_executable)
    assert start.venv_version().strip() == sys.version


def test_a_venv_of_an_old_python_is_of_no_use(real_venv, monkeypatch):
    work_in(real_venv, monkeypatch)
    monkeypatch.setattr(start, "OLDEST_PYTHON", (99, 0))
    assert start.venv_version() is None


def test_programs_see_nothing_of_another_python(project, monkeypatch):
    others = {"PYTHONPATH", "PYTHONHOME", "PIP_PYTHON", "PIP_PREFIX", "PIP_TARGET", "PIP_ROOT"}
    for name in others:
        monkeypatch.setenv(name, "/other")
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("PATH", "/bin")
    env = start.environment()
    assert not others & {*env} and env["PIP_USER"] == "0"
    assert env["PATH"] == str(start.PYTHON.parent) + os.pathsep + "/bin"
    assert env["JUPYTER_PREFER_ENV_PATH"] == "1"


# JupyterLab


@pytest.fixture
def listening():
    """A port on which a server listens."""
    with socket.socket() as server:
        server.bind(("localhost", 0))
        server.listen()
        yield server.getsockname()[1]


def test_a_taken_port_is_named_before_anything_is_installed(steps, listening, capsys):
    assert start.main(["--no-browser", "--port", str(listening)]) == 1
    message = capsys.readouterr().err
    assert f"Port {listening} is taken" in message
    free, options = re.search(r"^    \S+ start.py --port (\d+)(.*)$", message, re.MULTILINE).groups()
    assert int(free) != listening and start.is_free(int(free)) and options == " --no-browser"
    assert steps == []


def test_a_port_just_given_up_is_free():
    with socket.create_server(("localhost", 0)) as server, socket.create_connection(server.getsockname()) as client:
        port = server.getsockname()[1]
        assert not start.is_free(port)
        server.accept()[0].close()  # this side first, so that the port rests for a while
        client.recv(1)
    assert start.is_free(port)


@pytest.mark.parametrize("port", ["80", "65536", "-1", "8888x", ""])
def test_a_port_that_is_none(steps, port, capsys):
    with pytest.raises(SystemExit) as end:
        start.main(["--port", port])
    assert end.value.code == 2
    assert f"argument --port: {port} is not a port; use a number from 1024 to 65535" in capsys.readouterr().err


@pytest.mark.parametrize("name", [start.HOME, "requirements.txt", "pyproject.toml"])
def test_a_missing_file_is_named(steps, capsys, name):
    (start.ROOT / name).unlink()
    assert start.main([]) == 1
    assert f"The file {name} is missing. Bring it back with:\n    git checkout -- {name}\n" in capsys.readouterr().err
    assert steps == []


@POSIX_ONLY
@pytest.mark.parametrize("name", ["requirements.txt", "pyproject.toml"])
def test_what_is_no_file_or_may_not_be_read_is_named(steps, monkeypatch, capsys, name):
    """A pipe would be waited for; and nobody is forbidden to read a file while these tests run as root."""
    allowed = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: not path.endswith(name) and allowed(path, mode))
    assert start.main(["install"]) == 1
    assert f"{name} may not be read. Bring it back with:\n    git checkout -- {name}\n" in capsys.readouterr().err
    (start.ROOT / name).unlink()
    os.mkfifo(start.ROOT / name)
    assert start.main(["install"]) == 1
    assert f"{name} is missing. Bring it back with" in capsys.readouterr().err
    assert steps == []


def test_the_command_for_jupyterlab():
    command = start.lab_command(browser=True, port=None)
    assert command[:3] == [str(start.PYTHON), "-m", "jupyterlab"]
    assert "--ServerApp.ip=localhost" in command
    assert f"--ServerApp.root_dir={start.ROOT}" in command
    assert f"--LabApp.default_url=/lab/tree/{start.HOME}" in command
    assert not re.search("port|browser|token|password", " ".join(command[4:]).replace(str(start.ROOT), ""))
    command = start.lab_command(browser=False, port=9000)
    assert {"--no-browser", "--ServerApp.port=9000", "--ServerApp.port_retries=0"} <= set(command)


@pytest.mark.parametrize("user, told", [(0, True), (1000, False)])
def test_jupyterlab_runs_as_root_only_for_root(monkeypatch, user, told):
    monkeypatch.setattr(os, "geteuid", lambda: user, raising=False)
    assert ("--allow-root" in start.lab_command(True, None)) == told


def test_jupyterlab_where_there_are_no_user_numbers(monkeypatch):
    monkeypatch.delattr(os, "geteuid", raising=False)
    assert "--allow-root" not in start.lab_command(True, None)


def test_a_real_jupyterlab_wants_its_token_and_asks_nothing(ready, monkeypatch, tmp_path):
    for name in ("CONFIG", "DATA", "RUNTIME"):
        monkeypatch.setenv(f"JUPYTER_{name}_DIR", str(tmp_path / name))
    monkeypatch.setenv("JUPYTERLAB_SETTINGS_DIR", str(tmp_path / "settings"))
    settings = start.VENV / "share" / "jupyter" / "lab" / "settings"
    (start.ROOT / "notebooks" / "solutions").mkdir()  # they do not stand among the lessons
    monkeypatch.setattr(start, "PYTHON", Path(sys.executable))
    port = next(port for port in range(18888, 28888) if start.is_free(port))
    command = start.lab_command(browser=False, port=port) + [f"--LabApp.app_settings_dir={settings}"]
    pipe = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=start.ROOT, env=start.environment(), **pipe) as server:
        try:
            address = next(
                match for line in server.stderr if (match := re.search(r"http://localhost\S+", line))
            ).group()
            page, token = address.split("?token=")
            assert page == f"http://localhost:{port}/lab/tree/{start.HOME}" and len(token) >= 32
            while start.is_free(port) and server.poll() is None:  # it listens only after it has printed its address
                time.sleep(0.05)
            api = f"http://localhost:{port}/lab/api/settings/@jupyterlab/apputils-extension:notification"
            with pytest.raises(urllib.error.HTTPError, match="403"):
                urllib.request.urlopen(api)
            with urllib.request.urlopen(f"{api}?token={token}") as answer:
                schema = json.load(answer)["schema"]
            assert schema["properties"]["fetchNews"]["default"] == "false"
            with urllib.request.urlopen(f"http://localhost:{port}/custom/custom.css?token={token}") as answer:
                assert answer.read() == (start.LOOK / "custom.css").read_bytes()
            with urllib.request.urlopen(f"http://localhost:{port}/api/contents/notebooks?token={token}") as answer:
                assert [file["path"] for file in json.load(answer)["content"]] == [start.HOME]
            with socket.socket() as other, pytest.raises(OSError):
                other.connect(("127.0.0.2", port))  # answers only if the server listens on more than localhost
        finally:
            server.terminate()


# Ctrl-C, and the end


RUN_TO_END = """
import signal, start, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have switched Ctrl-C off for these tests
if sys.argv[2:] != ["nohup"] and hasattr(signal, "SIGHUP"):
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # and they themselves may run under nohup
start.ROOT = "."
sys.exit(start.run_to_end([sys.executable, "-c", sys.argv[1]]))
"""
CHILD = """
import signal, sys, time
def end(number, frame):
    time.sleep(0.3)  # a second signal would come meanwhile
    sys.exit(7)
signal.signal(signal.SIGINT, end)
print("up", flush=True)
time.sleep(30)
"""


def run_to_end(child, prefix=()):
    """Start a program that runs a child to its end, in a process group of its own."""
    pipe = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "start_new_session": True}
    return subprocess.Popen([*prefix, sys.executable, "-c", RUN_TO_END, child, *prefix], cwd=PROJECT, **pipe)


def test_the_exit_status_is_handed_on():
    with run_to_end("raise SystemExit(7)") as parent:
        assert parent.communicate() == (b"", b"") and parent.returncode == 7


@POSIX_ONLY
@pytest.mark.parametrize("everybody", [True, False])
@pytest.mark.parametrize("name, status", [("SIGINT", 7), ("SIGTERM", -15 % 256), ("SIGHUP", -15 % 256)])
def test_a_signal_ends_the_program_first(name, status, everybody):
    with run_to_end(CHILD) as parent:
        assert parent.stdout.readline() == b"up\n"
        (os.killpg if everybody else os.kill)(parent.pid, getattr(signal, name))
        assert parent.wait(timeout=10) == status
        assert parent.stdout.read() == b"" and parent.stderr.read() == b""  # ends only when the child has ended too


EARLY = """
import os, signal, subprocess
start_command = subprocess.Popen.__init__
def interrupted(self, command, **options):
    if command[-1] == sys.argv[1]:  # not the shell that watches
        BEFORE or start_command(self, command, **options)
        os.kill(os.getpid(), signal.SIGTERM)
        BEFORE and start_command(self, command, **options)
    else:
        start_command(self, command, **options)
subprocess.Popen.__init__ = interrupted
"""


@POSIX_ONLY
@pytest.mark.parametrize("before", [True, False])
def test_a_signal_while_the_program_starts_ends_it_too(monkeypatch, before):
    program, _, last = RUN_TO_END.strip().rpartition("\n")
    monkeypatch.setattr(sys.modules[__name__], "RUN_TO_END", program + EARLY.replace("BEFORE", str(before)) + last)
    with run_to_end(CHILD) as parent:
        began = time.monotonic()
        assert parent.stdout.read() in (b"", b"up\n")  # comes to an end when the child does
        assert time.monotonic() - began < 20
        assert parent.wait(timeout=10) == -15 % 256


@POSIX_ONLY
def test_a_killed_start_takes_its_program_with_it():
    with run_to_end(CHILD) as parent:
        assert parent.stdout.readline() == b"up\n"
        time.sleep(0.2)  # until the child is watched
        began = time.monotonic()
        parent.kill()
        assert parent.stdout.read() == b""  # comes to an end when the child does
        assert time.monotonic() - began < 20


@POSIX_ONLY
def test_a_closed_terminal_ends_nothing_that_nohup_started():
    with run_to_end(CHILD, prefix=["nohup"]) as parent:
        assert parent.stdout.readline() == b"up\n"
        os.kill(parent.pid, signal.SIGHUP)
        with pytest.raises(subprocess.TimeoutExpired):
            parent.wait(timeout=0.5)
        parent.terminate()


def test_ctrl_c_while_installing_is_quiet(steps, monkeypatch, capsys):
    def interrupted(command, step):
        raise KeyboardInterrupt

    monkeypatch.setattr(start, "run_step", interrupted)
    assert start.main(["install"]) == 130
    assert COMMAND.search(capsys.readouterr().err).group() == f"    {start.START} install"


# The other jobs


@pytest.mark.parametrize(
    "typed, handed_on",
    [([], []), (["-x", "-k", "port"], ["-x", "-k", "port"]), (["tests/nn", "--port=1"], ["tests/nn", "--port=1"])],
)
def test_pytest_gets_the_arguments_as_typed(steps, monkeypatch, typed, handed_on):
    commands = []
    monkeypatch.setattr(start, "run_to_end", lambda command: commands.append(command) or 5)
    assert start.main(["test", *typed]) == 5
    assert commands == [[str(start.PYTHON), "-m", "pytest", *handed_on]]
    assert "requirements-test.txt" in steps[0]


@pytest.mark.parametrize("tests", [False, True])
def test_install_installs_and_does_nothing_else(steps, tests):
    assert start.main(["install"] + ["--test"] * tests) == 0
    assert ("requirements-test.txt" in steps[0]) == tests


def test_no_job_opens_the_lab(steps, monkeypatch):
    commands = []
    monkeypatch.setattr(start, "run_to_end", lambda command: commands.append(command) or 0)
    assert start.main(["--no-browser"]) == 0
    assert commands == [start.lab_command(browser=False, port=None)]
    assert len(steps) == 1


def test_the_book_is_built_by_a_module_of_its_own(steps, monkeypatch):
    commands = []
    monkeypatch.setattr(start, "run_to_end", lambda command: commands.append(command) or 0)
    assert start.main(["book"]) == start.main(["book", "--out", "a b"]) == 0
    folders = [[str(start.ROOT / "book")], [os.path.abspath("a b")]]
    assert commands == [[str(start.PYTHON), "-m", "tools.book", "--out", *folder] for folder in folders]
    assert len(steps) == 1


def test_the_site_is_built_by_a_module_of_its_own(steps, monkeypatch):
    commands = []
    monkeypatch.setattr(start, "run_to_end", lambda command: commands.append(command) or 0)
    assert start.main(["site"]) == start.main(["site", "--out", "a b", "--pyodide", "p", "--no-book"]) == 0
    out, named, pyodide = str(start.ROOT / "site"), os.path.abspath("a b"), os.path.abspath("p")
    assert [command[3:] for command in commands] == [
        ["--out", out],
        ["--out", named, "--pyodide", pyodide, "--no-book"],
    ]
    assert commands[0][:3] == [str(start.PYTHON), "-m", "tools.site"] and len(steps) == 1


@pytest.mark.parametrize("job", [[], ["test"], ["install"], ["book"], ["site"], ["test", "-x"]])
def test_help(job, capsys, monkeypatch):
    monkeypatch.setattr(start, "install", None)
    with pytest.raises(SystemExit) as end:
        start.main([*job, "-h"])
    assert end.value.code == 0
    assert f"usage: {' '.join([start.START, *job[:1]])}" in capsys.readouterr().out


def test_an_unknown_job_is_refused(capsys):
    with pytest.raises(SystemExit) as end:
        start.main(["tset"])
    assert end.value.code == 2
    assert "'test'" in capsys.readouterr().err


# The environment of the tests


def test_matrix_products_run_on_one_thread():
    import numpy as np

    np.ones((2, 2)) @ np.ones((2, 2))
    pools = threadpoolctl.threadpool_info()
    assert pools and all(pool["num_threads"] == 1 for pool in pools)
