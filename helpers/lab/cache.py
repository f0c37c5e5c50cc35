"""Results kept on disk, so that nothing is trained twice. To forget them all, delete the folder.

They are in `folders.cache_folder()`. An entry is written whole or not
at all, so two programs may write at once; it begins with a checksum, and one that is damaged is said, removed and
computed anew. One that may not be read is left where it is.
"""

import hashlib
import io
import os
import time
import warnings
import zipfile
from contextlib import suppress

import numpy as np

from .files import read_whole, write_whole
from .folders import cache_folder

LIMIT = 200 * 2**20  # bytes; beyond it the entries unused for longest go
FORMAT = 1
CHECKSUM = 32  # bytes
ABANDONED = 3600  # seconds; a file half written for so long has lost its writer


def load(key):
    """The arrays stored under the text `key`, as a dict, or None."""
    path = path_of(key)
    try:
        arrays = unpacked(_of_this_numpy(key), read_whole(path, LIMIT))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        text = f"Results in {cache_folder()} cannot be read ({error.strerror}); they are computed anew."
        warnings.warn(f"{text} To mend that, delete the folder.", stacklevel=2)
        return None
    except ValueError as error:
        warnings.warn(f"The stored result {path.name} is damaged ({error}); it is computed anew.", stacklevel=2)
        with suppress(OSError):
            path.unlink()
        return None
    with suppress(OSError):  # in a folder that can't be written to, a result is as good
        os.utime(path)
    return arrays


def packed(key, arrays):
    """What is stored of `arrays`, a dict, under the text `key`: a checksum of both, and a NumPy archive."""
    body = io.BytesIO()
    np.savez(body, **arrays)
    return _checksum(key, body.getvalue()) + body.getvalue()


def unpacked(key, content):
    """The arrays in what `packed` gave for that key, as a dict. Raises ValueError unless all of it is there."""
    checksum, body = content[:CHECKSUM], content[CHECKSUM:]
    if checksum != _checksum(key, body):
        raise ValueError("its checksum is wrong")
    try:
        with np.load(io.BytesIO(body), allow_pickle=False) as stored:
            return dict(stored)
    except (OSError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(str(error)) from None


def store(key, arrays):
    """Keep `arrays`, a dict, under the text `key`. Raises OSError where that is impossible."""
    write_whole(path_of(key), packed(_of_this_numpy(key), arrays))


def keep(key, arrays):
    """Store `arrays`, and tell whether that went well; if it is impossible, say so."""
    try:
        store(key, arrays)
    except OSError as error:
        text = f"Results can't be kept in {cache_folder()} ({error}); next time they are trained again."
        warnings.warn(text, stacklevel=3)
        return False
    return True


def trim(limit=LIMIT):
    """Remove what was half written long ago, and the entries unused for longest until all are at most `limit` bytes."""
    entries, now = [], time.time()
    with suppress(OSError), os.scandir(cache_folder()) as files:
        for file in files:
            with suppress(OSError):  # another program may just have removed it
                status = file.stat()
                if file.name.endswith(".result"):
                    entries.append((status.st_mtime, status.st_size, file.path))
                elif file.name.endswith(".part") and now - status.st_mtime > ABANDONED:
                    os.unlink(file.path)
    total = sum(size for _, size, _ in entries)
    for _, size, path in sorted(entries):
        if total <= limit:
            break
        with suppress(OSError):
            os.unlink(path)
        total -= size


def path_of(key):
    """Where the entry of that key is, whether there is one or not."""
    return cache_folder() / f"{hashlib.sha256(f'{FORMAT} {_of_this_numpy(key)}'.encode()).hexdigest()}.result"


def _checksum(key, body):
    return hashlib.sha256(key.encode() + body).digest()


def _of_this_numpy(key):
    """The key of what this version of NumPy computes: the last bits may be other ones with another."""
    return f"{key} numpy={np.__version__}"
