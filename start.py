"""Install what the course needs into .venv, then open JupyterLab, run the tests, make the book or the web site.

This file uses Python's standard library only. Its syntax stays within Python 3.6, so that an older Python can
say that it is too old instead of stumbling over a line it cannot read.
"""

import argparse
import collections
import contextlib
import csv
import errno
import hashlib
import importlib.util
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

try:
    import fcntl
except ImportError:
    import msvcrt  # on Windows

OLDEST_PYTHON = (3, 11)
WINDOWS = os.name == "nt"
START = "py start.py" if WINDOWS else "python3 start.py"

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")
HOME = "notebooks/00-start-here.ipynb"
LOOK = ROOT / "helpers" / "classroom" / "custom"  # with the style sheet that JupyterLab loads
PATIENCE = 120  # seconds in which .venv's Python must answer, from a slow drive too
SPARE = (".pyc", ".pyi")  # no import and no page of JupyterLab needs these files; the others may be data that one does

# A person's settings that lead to another Python, or have pip install elsewhere than in .venv.
ELSEWHERE = ("PYTHONHOME", "PYTHONPATH", "PYTHONEXECUTABLE", "__PYVENV_LAUNCHER__")
ELSEWHERE += ("PIP_PYTHON", "PIP_PREFIX", "PIP_TARGET", "PIP_ROOT")

# What pip writes when it fails for a reason that the person can mend.
FULL_DISK = ("No space left on device", "Disk quota exceeded", "not enough space on the disk", "No usable temporary")
NO_NETWORK = ("connection broken by", "Max retries exceeded", "Could not fetch URL", "Read timed out")
NO_NETWORK += ("IncompleteRead", "incomplete-download")

# A learner is to be met by the course, not by a pop-up that asks about news of Jupyter; tomorrow, before anything is
# run, by what was left today; and the names of the lessons need all the width that the list of files has.
LAB_SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false"},
    "@jupyterlab/filebrowser-extension:browser": {"showLastModifiedColumn": False},
    "@jupyter-widgets/jupyterlab-manager:plugin": {"saveState": True},
}
SETTINGS = {
    "share/jupyter/lab/settings/overrides.json": json.dumps(LAB_SETTINGS),
    "etc/ipython/ipython_kernel_config.py": 'c.InteractiveShellApp.extensions = ["helpers.classroom.kernel"]\n',
    "etc/jupyter/jupyter_server_config.py": "import helpers.classroom.saving as saving\n"
    "c.ContentsManager.pre_save_hook = saving.keep_widgets\n",
}


class Trouble(Exception):
    """A foreseen failure. Its text says what is wrong and which command mends it."""


def again():
    """Return the command that was typed, to be typed again."""
    return " ".join([START] + sys.argv[1:])


def check_python():
    """Raise Trouble if the Python that runs this file is too old for the course."""
    if sys.version_info >= OLDEST_PYTHON:
        return
    newer = [name for name in ("python3.14", "python3.13", "python3.12", "python3.11") if shutil.which(name)]
    mend = """Install a newer one with
    sudo apt install python3.11 python3.11-venv    (Debian, Ubuntu)
    brew install python@3.13                       (macOS)
    winget install Python.Python.3.13              (Windows)
and start with its own name, for example:
    python3.11 start.py"""
    if newer:
        mend = "Use the newer one that you have:\n    {} start.py".format(newer[0])
    found, needed = ("{}.{}".format(*version) for version in (sys.version_info, OLDEST_PYTHON))
    raise Trouble("The course needs Python {} or newer; this is Python {}. {}".format(needed, found, mend))


def mend(what):
    """Return the Trouble to raise when the person can mend what is wrong. `what` says how, at its end."""
    return Trouble(f"{what}, then run again:\n    {again()}")


def full_disk():
    """Return the Trouble to raise when the disk is full."""
    return mend(f"The disk is full. Make about 1 GB free where {ROOT} lies, and where temporary files go")


def environment():
    """Return the environment for programs in .venv: theirs first, nothing of another Python."""
    env = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
    env.update(
        PATH=str(PYTHON.parent) + os.pathsep + env.get("PATH", ""),
        VIRTUAL_ENV=str(VENV),
        JUPYTER_PREFER_ENV_PATH="1",  # .venv's own kernel, even if the person has another of that name
        PIP_USER="0",  # a person's "always install for me alone" stops pip in a .venv
        PIP_REQUIRE_VIRTUALENV="1",  # where their pip.conf names another Python, pip stops before it changes that one
        PIP_DISABLE_PIP_VERSION_CHECK="1",
        PYTHONUTF8="1",
    )
    return env


def run_step(command, step):
    """Run a step of the installation, show what it says, and raise Trouble with the reason if it fails."""
    last_lines = collections.deque(maxlen=30)
    pipe = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "encoding": "utf-8", "errors": "replace"}
    with subprocess.Popen(command, cwd=ROOT, env=environment(), close_fds=False, **pipe) as process:  # see only_one()
        for line in process.stdout:
            print(line, end="", flush=True)
            last_lines.append(line)
    if process.returncode == 0:
        return
    output = "".join(last_lines)
    if any(text in output for text in FULL_DISK) or shutil.disk_usage(ROOT).free < 20e6:  # not every step says why
        raise full_disk()
    if any(text in output for text in NO_NETWORK):
        raise mend(f"{step} failed: no connection to pip's packages. Check the network (behind a proxy: HTTPS_PROXY)")
    raise mend(f"{step} failed; the lines above say why. Mend that, or delete {VENV}")


def run_to_end(command):
    """Run a command in the foreground and return its exit status. What ends this program ends the command first.

    The command has a session of its own, where Ctrl-C does not reach it: each signal is handed on from here, once. On
    Windows Ctrl-C does reach it, and nothing ends it when this program is killed: that would take a "job object".
    """
    running, early = [], []  # early: the signals that come before the command runs

    def hand_on(number, frame):
        # A hang-up would end Jupyter before its kernels, so it is handed on as SIGTERM.
        sent = signal.SIGINT if number == signal.SIGINT else signal.SIGTERM
        running[0].send_signal(sent) if running else early.append(sent)

    for number in () if WINDOWS else (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:  # as with nohup
            signal.signal(number, hand_on)
    with subprocess.Popen(command, cwd=ROOT, env=environment(), start_new_session=True) as process:
        while WINDOWS:
            with contextlib.suppress(KeyboardInterrupt):
                return process.wait()
        running.append(process)
        for sent in early:
            process.send_signal(sent)
        # The pipe to this shell closes when this program is killed; the shell then ends the command.
        watch = ["sh", "-c", 'read line; kill "$0"', str(process.pid)]
        with subprocess.Popen(watch, stdin=subprocess.PIPE, start_new_session=True) as watcher:
            status = process.wait()
            watcher.kill()
    return status


@contextlib.contextmanager
def only_one():
    """Wait while another start.py installs here, then let others wait. The lock ends with its processes."""
    with open(str(ROOT / "pyproject.toml"), "rb") as file:
        os.set_inheritable(file.fileno(), True)  # pip holds the lock too, in case that it outlives this program
        if not lock(file):
            print("Another start.py is installing; waiting until it has finished ...", flush=True)
            while not lock(file):
                time.sleep(0.5)
        yield


def lock(file):
    """Lock a file, and tell whether that went well: not if another process has locked it."""
    try:
        if WINDOWS:
            file.seek(2**30)  # a byte far behind the end: others cannot read one that is locked
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in (errno.EACCES, errno.EAGAIN)  # another error: a drive without locks; do without
    return True


def venv_version():
    """Return the full version of .venv's Python, or None if .venv has no Python and pip that work.

    The file INSTALLER is the last that a package gets: a pip without it was cut off while it was being installed.
    With -I no setting of the person's switches the assertions off.
    """
    check = (
        "import os, sys, pip, importlib.metadata as metadata; "
        "assert sys.prefix != sys.base_prefix; "  # without pyvenv.cfg it is the Python that .venv was made from
        "prefix, *pip = (os.path.realpath(path) for path in (sys.prefix, *pip.__path__)); "
        "assert os.path.commonpath([prefix, *pip]) == prefix; "  # through a link, pip would write elsewhere
        f"assert sys.version_info >= {OLDEST_PYTHON} and metadata.distribution('pip').read_text('INSTALLER'); "
        "print(sys.version); print('All is well.')"
    )
    pipe = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    try:
        run = subprocess.run([PYTHON, "-I", "-c", check], env=environment(), timeout=PATIENCE, **pipe)
    except OSError:
        return None
    except subprocess.TimeoutExpired:
        raise mend(f"{PYTHON} does not answer. Delete {VENV}") from None
    version, well, _ = run.stdout.decode("utf-8", "replace").partition("All is well.")
    return version if well else None  # what else may stand there need not be a Python


def make_venv():
    """Make .venv, in place of a broken one if there is one, and return the version of its Python."""
    if not (importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv")):
        raise Trouble(
            "This Python cannot make an environment: it comes without ensurepip. On Debian and Ubuntu install it with\n"
            f"    sudo apt install python3-venv    (or python3.{sys.version_info[1]}-venv)\n"
            f"then run again:\n    {again()}"
        )
    print("Making .venv ...", flush=True)
    if os.path.lexists(str(VENV)) and (VENV.is_symlink() or not VENV.is_dir()):
        VENV.unlink()  # what a link leads to is not ours to empty
    python = Path(sys.executable)
    if VENV in python.parents:  # .venv is active, and is emptied now
        python = python.resolve()
    run_step([str(python), "-m", "venv", "--clear", str(VENV)], "Making .venv")
    version = venv_version()
    if version is None:
        raise mend(f"The new .venv has no Python that runs. Delete {VENV}")
    return version


def stamp(version, files, names):
    """Return what .venv/installed holds once these files have brought these packages to this Python in this folder."""
    parts = [version.encode(), str(ROOT).encode(), " ".join(names).encode(), str(SETTINGS).encode()]
    parts += [(ROOT / name).read_bytes() for name in (*files, "pyproject.toml")]
    return "\n".join([*names, hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()])


def packages():
    """Yield each package in .venv: its name, its folder .dist-info and whether the package is whole.

    A whole one has the file INSTALLER, the last that a package gets, and the needed ones among those in its RECORD,
    each of the size that stands there: a power cut or a full disk leaves empty files and half ones.
    """
    csv.field_size_limit(2**31 - 1)  # a stray quotation mark makes one field of a whole RECORD
    for folder in (*VENV.glob("lib/python*/site-packages/*.dist-info"), *VENV.glob("Lib/site-packages/*.dist-info")):
        lines = read(folder / "RECORD").splitlines()
        rows = [row for row in csv.reader(lines) if len(row) == 3]
        needed = [row for row in rows if not row[0].endswith(SPARE)]
        whole = bool(rows) and (folder / "INSTALLER").exists() and all(has_size(folder.parent, *row) for row in needed)
        yield folder.name.split("-")[0], folder, whole


def missing(files):
    """Return the packages that these files ask for and .venv lacks, broken or whole."""
    lines = [line for name in files for line in read(ROOT / name).splitlines() if line[:1].isalpha()]
    there = {name.lower() for name, _, _ in packages()}
    names = [line.replace("==", ">=").partition(">=")[0] for line in lines]
    return [name for name in names if name.lower().replace("-", "_") not in there]


def links_out():
    """Return the folders in .venv that are links to somewhere else: pip would write through them."""
    inside = os.path.realpath(str(VENV)) + os.sep
    folders = [os.path.join(folder, name) for folder, names, _ in os.walk(str(VENV)) for name in names]
    return [path for path in folders if os.path.islink(path) and not os.path.realpath(path).startswith(inside)]


def has_size(folder, name, checksum, size):
    """Tell whether a row of RECORD is true of a file in a folder, as far as its size goes, where there is one."""
    try:
        return size in ("", str(os.stat(os.path.join(str(folder), name)).st_size))
    except OSError:
        return False


def read(file):
    """Return the text of a file, whatever is in it, without what a power cut leaves; of a missing file, nothing."""
    return file.read_text(encoding="utf-8", errors="replace").replace("\0", "") if file.is_file() else ""


def is_installed(stamps):
    """Tell whether .venv works, has the settings, these stamps, and every package whole that they name."""
    version, whole_ones = venv_version(), {name for name, _, whole in packages() if whole}
    if any(read(VENV / name) != text for name, text in SETTINGS.items()):
        return False
    for file, files in stamps.items():
        text = read(file)
        names = text.split()[:-1]
        if version is None or text != stamp(version, files, names) or not whole_ones.issuperset(names):
            return False
    return True


def must_exist(name):
    """Raise Trouble if a file of the project is missing, or may not be read."""
    there = (ROOT / name).is_file()
    if not there or not os.access(str(ROOT / name), os.R_OK):
        trouble = "may not be read" if there else "is missing"
        raise Trouble(f"The file {name} {trouble}. Bring it back with:\n    git checkout -- {name}")


def install(tests=False):
    """Install what the course needs, and what its tests need besides, unless that has been done."""
    stamps = {VENV / "installed": ["requirements.txt"]}
    if tests:
        stamps[VENV / "installed-test"] = ["requirements.txt", "requirements-test.txt"]
    for name in (*max(stamps.values(), key=len), "pyproject.toml"):
        must_exist(name)
    with only_one():  # before looking, too: where another one is emptying .venv, files vanish while they are read
        if not is_installed(stamps):
            install_now(stamps)


def install_now(stamps):
    """Install the files of the stamps, then write the stamps."""
    for link in links_out():
        print(f"Taking away {link}, a link that leads out of .venv.", flush=True)
        os.unlink(link)
    # pip takes a package for whole that has a .dist-info, so that of a broken one must go. But files that a package
    # never had, though its RECORD lists them, are none of our business: it must have been whole once, or cut off, or
    # there is no stamp: then a power cut may have ended the first installation, and left any of them half.
    known = {name for file in VENV.glob("installed*") for name in read(file).split()}
    ours = venv_version() is not None  # or else it is made anew, and may be a link to another Python's folder
    for name, folder, whole in packages() if ours else ():
        doubtful = not known and not VENV.is_symlink()  # a link may lead to an environment with others' packages
        if not whole and (doubtful or name in known or not (folder / "INSTALLER").exists()):
            try:
                folder.unlink() if folder.is_symlink() else shutil.rmtree(folder)
            except OSError as error:  # all of .venv is another user's, for example
                raise mend(f"{folder} cannot be removed ({error.strerror}). Delete {VENV}") from None
    for file in VENV.glob("installed*") if ours else ():
        file.unlink()
    version = venv_version() or make_venv()

    print("Installing what the course needs into .venv: the first time this takes a minute or two.", flush=True)
    needed = max(stamps.values(), key=len)
    options = ["--no-input"] + [part for name in needed for part in ("-r", name)]
    run_step([str(PYTHON), "-m", "pip", "install"] + options, "The installation")
    lacking = missing(needed)
    if lacking:
        raise mend(
            f"pip has not put {', '.join(lacking)} into .venv, as a setting of yours tells it. Find it with\n"
            f"    {PYTHON} -m pip config list\nand take it away; or, if there is none, delete {VENV}"
        )
    write_settings(VENV)
    whole_ones = sorted(name for name, _, whole in packages() if whole)
    for file, files in stamps.items():
        file.write_text(stamp(version, files, whole_ones))
    print("Installed.", flush=True)


def write_settings(environment):
    """Write SETTINGS into the folder of an environment."""
    for name, text in SETTINGS.items():
        (environment / name).parent.mkdir(parents=True, exist_ok=True)
        (environment / name).unlink(missing_ok=True)  # it may be a pipe, or a link
        (environment / name).write_text(text)


def is_free(port):
    """Tell whether a server can listen on this port of localhost."""
    with socket.socket() as trial:
        if not WINDOWS:  # there it would let two servers share a port
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("localhost", port))
        except OSError:
            return False
    return True


def lab_command(browser, port):
    """Return the command that starts JupyterLab at home. It listens on this computer alone and keeps its token."""
    command = [str(PYTHON), "-m", "jupyterlab", "--ServerApp.ip=localhost", f"--ServerApp.root_dir={ROOT}"]
    command += ["--LabApp.custom_css=True", f"--ServerApp.tornado_settings=static_custom_path={LOOK}"]
    command += ["--ContentsManager.hide_globs=solutions", "--ContentsManager.hide_globs=__pycache__"]
    command += [f"--LabApp.default_url=/lab/tree/{HOME}", "--ServerApp.answer_yes=True"]  # one Ctrl-C will do
    if port is not None:
        command += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    if not browser:
        command.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # in a container; Jupyter refuses root unless told
        command.append("--allow-root")
    return command


def open_lab(browser=True, port=None):
    """Open JupyterLab at home and return its exit status when it ends."""
    must_exist(HOME)
    if port is not None and not is_free(port):
        free = next(other for other in (*range(port + 1, 65536), *range(port, 1023, -1)) if is_free(other))
        raise Trouble(
            f"Port {port} is taken by another program. This one is free:\n"
            f"    {START} --port {free}{'' if browser else ' --no-browser'}"
        )
    install()
    return run_to_end(lab_command(browser, port))


def test(arguments):
    """Run pytest with these arguments and return its exit status."""
    install(tests=True)
    return run_to_end([str(PYTHON), "-m", "pytest"] + arguments)


def book(out):
    """Run all lessons and build the book from them. Return the exit status."""
    install()
    return run_to_end([str(PYTHON), "-m", "tools.book", "--out", out])


def site(out, pyodide, with_book):
    """Build the web site on which the lessons run by themselves. Return the exit status."""
    install()
    options = ["--out", out] + (["--pyodide", pyodide] if pyodide else []) + ["--no-book"] * (not with_book)
    return run_to_end([str(PYTHON), "-m", "tools.site"] + options)


def port_number(text):
    """Return the port that a text names."""
    if not (text.isdigit() and 1024 <= int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"{text} is not a port; use a number from 1024 to 65535, for example 8888")
    return int(text)


def parse(arguments):
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(prog=START, description="Install what is missing and open JupyterLab at home.")
    parser.add_argument("--no-browser", action="store_true", help="print the address instead of opening a browser")
    parser.add_argument("--port", type=port_number, help="the port to listen on (otherwise 8888 or the next free one)")
    jobs = parser.add_subparsers(dest="job", metavar="job", title="other jobs")

    def add_job(name, does):
        return jobs.add_parser(name, help=does, description=does[0].upper() + does[1:] + ".")

    pytest = add_job("test", "run the tests and all lessons")
    pytest.add_argument("pytest_arguments", nargs="*", help="handed to pytest, for example: tests/nn -k dropout")
    only = add_job("install", "install what is missing, and do nothing else")
    only.add_argument("--test", action="store_true", help="install what the tests need besides")
    folder = {"type": os.path.abspath, "metavar": "FOLDER"}
    pages = add_job("book", "run all lessons and make a book of them, to be read in a browser or printed")
    pages.add_argument("--out", help="write it here instead of into book/", default=str(ROOT / "book"), **folder)
    web = add_job("site", "build a web site with the book, on which the lessons run without an installation")
    web.add_argument("--out", help="write it here instead of into site/", default=str(ROOT / "site"), **folder)
    from_here = "take Pyodide, the browser's Python, from this folder instead of the internet"
    web.add_argument("--pyodide", help=from_here, **folder)
    web.add_argument("--no-book", action="store_true", help="leave out the book, which takes some minutes")
    if arguments[:1] == ["test"] and not {"-h", "--help"} & set(arguments):
        return argparse.Namespace(job="test", pytest_arguments=arguments[1:])  # options, too, are for pytest
    return parser.parse_args(arguments)


def main(arguments):
    """Do what the command line asks for and return the exit status."""
    try:
        check_python()
        asked = parse(arguments)
        if asked.job == "test":
            return test(asked.pytest_arguments)
        if asked.job == "install":
            install(asked.test)
            return 0
        if asked.job == "book":
            return book(asked.out)
        if asked.job == "site":
            return site(asked.out, asked.pyodide, not asked.no_book)
        return open_lab(not asked.no_browser, asked.port)
    except Trouble as trouble:
        print("\n{}".format(trouble), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. To go on:\n    {}".format(again()), file=sys.stderr)
        return 130
    except OSError as error:
        if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", None)):
            trouble = full_disk()
        elif str(error.filename).startswith(str(VENV)):
            trouble = mend("{}. Delete {}".format(error, VENV))
        else:
            raise
        print("\n{}".format(trouble), file=sys.stderr)
        return 1


if __name__ == "__main__":
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # some consoles of Windows lack letters that pip writes
    sys.exit(main(sys.argv[1:]))
