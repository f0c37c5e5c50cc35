"""Results that came with the web site: what takes too long in a browser was trained elsewhere, from the same seeds.

They are in one archive, `data/trained.zip`, which `python3 start.py site` makes; elsewhere there is none.
"""

import hashlib
import warnings
import zipfile
import zlib

from .cache import packed, unpacked
from .folders import data_folder

# What zipfile and `unpacked` raise, wherever the damage is: at an odd flag RuntimeError, at an odd length EOFError.
DAMAGED = OSError, zipfile.BadZipFile, zlib.error, RuntimeError, ValueError, EOFError


def load_all(keys):
    """What came with the site of the results stored under these texts: key -> arrays, a dict; if damaged, nothing."""
    if not _archive().exists():
        return {}
    try:
        with zipfile.ZipFile(_archive()) as archive:
            names = {*archive.namelist()}
            return {key: unpacked(key, archive.read(_name(key))) for key in keys if _name(key) in names}
    except DAMAGED as error:
        text = f"The results that came with the site are damaged ({error}); networks are trained here instead."
        warnings.warn(f"{text} To mend that, reload the page.", stacklevel=2)
        return {}


def add(key, arrays):
    """Put `arrays`, a dict, under the text `key` into the archive."""
    with zipfile.ZipFile(_archive(), "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_name(key), packed(key, arrays))


def _archive():
    return data_folder() / "trained.zip"


def _name(key):
    """A name in the archive. The version of NumPy is no part of it, as in the cache: a browser's is another one."""
    return hashlib.sha256(key.encode()).hexdigest()
