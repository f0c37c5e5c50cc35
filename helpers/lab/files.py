"""Files that the course writes: whole or not at all. Files that it reads: believed only after a check."""

import errno
import json
import os
import stat
import sys
import time
from collections.abc import Mapping
from contextlib import contextmanager, suppress
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from math import isfinite

import numpy as np

from helpers.nn.plumbing.checks import require

from .schema import TIME, moment, named, short, text

try:
    import fcntl as locks
except ImportError:
    try:
        import msvcrt as locks  # on Windows
    except ImportError:
        locks = None

PATIENCE = 5  # seconds to wait for another program that is writing

# What each file says of its own making, and the schema of that.
MADE = {"versions": named(text(1, 100), most=10), "time": moment()}


def made_now():
    """The versions of what computes here, and the time in UTC."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        course = version("dropout-course")
    except PackageNotFoundError:
        course = "not installed"
    versions = {"dropout-course": course, "numpy": np.__version__, "python": sys.version.split()[0]}
    return {"versions": versions, "time": now()}


def now():
    """The time in UTC, to the second, as a text."""
    return datetime.now(UTC).strftime(TIME)


def plain(argument, value, example):
    """`value` as JSON knows it: NumPy's numbers and arrays become Python's, tuples lists, dataclasses dicts.

    Of a dataclass, the fields that make two of it equal.
    Raises ValueError for a number that is not finite, a name that is no text, and what JSON doesn't know.
    """
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if is_dataclass(value) and not isinstance(value, type):
        value = {field.name: getattr(value, field.name) for field in fields(value) if field.compare}
    if isinstance(value, Mapping):
        for name in value:
            require(isinstance(name, str), f"a name in {argument}", repr(name), "a text", example)
        return {name: plain(f"{argument}[{name!r}]", part, example) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(f"{argument}[{place}]", part, example) for place, part in enumerate(value)]
    fine = isfinite(value) if isinstance(value, float) else isinstance(value, int | str | None)
    require(fine, argument, short(value), "a finite number, a text, or a list or dict of them", example)
    return value


def json_bytes(content):
    """`content` as the bytes of a JSON file that a person can read, too."""
    return (json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


def write_whole(path, content):
    """Write `content`, bytes, to the file `path` and make its folder: whole, or not at all. Raises OSError.

    Whenever this is cut off, a reader finds the file as it was or as it shall be. Killed half-way it leaves a
    hidden file `.*.part` next to it, which may be deleted.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.urandom(8).hex()}.part")  # a name of its own, since two may write at once
    try:
        with open(part, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())  # or a power cut may find the file renamed, and empty
        os.replace(part, path)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise


@contextmanager
def locked(path):
    """Keep other programs, and other threads of this one, that ask for it, away from the file `path`. Raises OSError.

    The lock is a hidden file `.*.lock` next to it; it ends with its program, however that ends.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path.with_name(f".{path.name}.lock"), "ab") as file:
        end = time.monotonic() + PATIENCE
        while not _lock(file):
            if time.monotonic() > end:
                raise TimeoutError(errno.ETIMEDOUT, "another program is writing there")
            time.sleep(0.01)
        yield


def _lock(file):
    """Lock a file until it is closed, and tell whether that went well: not if somebody else has locked it."""
    try:
        if hasattr(locks, "flock"):
            locks.flock(file, locks.LOCK_EX | locks.LOCK_NB)
        elif hasattr(locks, "locking"):  # a browser's module has neither, and no other program is there
            file.seek(0)
            locks.locking(file.fileno(), locks.LK_NBLCK, 1)
    except OSError as error:
        return error.errno not in (errno.EACCES, errno.EAGAIN)  # another error: a drive without locks; do without
    return True


def read_whole(path, most_bytes):
    """The bytes of a file. Raises ValueError for what is none, or longer than `most_bytes`, and OSError.

    A pipe is not opened: whoever opens one waits until somebody writes into it.
    """
    if not stat.S_ISREG(path.lstat().st_mode):
        raise ValueError("it is a folder, a link or a device, not a file")
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size  # of this one: another program may just have replaced it
        if size > most_bytes:
            raise ValueError(f"it is {size:,} bytes long, and at most {most_bytes:,} are read")
        return file.read(size)


def to_get_back(file):
    """What to do about a file of the course that is damaged or gone. file: its path in the project."""
    return f"To get it back: git checkout -- {file}, or download the project again."


def read_json(path, check, version, most_bytes):
    """What a JSON file holds. It may come from anybody: nothing in it is believed before `check` allows it.

    version: the newest that is known here of the file's field "schema".  most_bytes: a longer file is not read.
    Raises ValueError with the reason, or OSError.
    """
    content = read_whole(path, most_bytes)
    try:
        found = json.loads(content.decode("utf-8-sig"), parse_constant=_refuse, object_pairs_hook=_each_once)
    except ValueError as error:
        raise ValueError(f"it is not JSON ({error})") from None
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    written = found.get("schema") if isinstance(found, dict) else None
    if isinstance(written, int) and written > version:
        newer = f"schema {short(written)}, and here {version} is the newest"
        raise ValueError(f"it comes from a newer version of the course ({newer}): update the course")
    check(found, "the file")
    return found


def _refuse(constant):
    raise ValueError(f"{constant} is no number of JSON's")


def _each_once(parts):
    """The dict of an object's pairs (name, value). Others may read the first of two values where we read the last."""
    found = dict(parts)
    if len(found) < len(parts):
        names = [name for name, _ in parts]
        raise ValueError(f"{short(next(name for name in names if names.count(name) > 1))} is in it twice")
    return found
