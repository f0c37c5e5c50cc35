"""The code that is loaded here: what computes a Run, by its files and as it is now; and how any class works.

Two things can make a result another one's than its key says: a file that is edited later, and a function that a
notebook puts in another's place. Not noticed is what is in a dict, an array or an object, and a change to NumPy.
"""

import hashlib
import inspect
import sys
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType

import helpers.nn

from . import recipe, stacks

CHANGED = "the course's code or data have changed since they were loaded; restart the kernel"
CONSTANT = int, float, str, bytes, tuple, frozenset, type(None)


@cache
def code_fingerprint():
    """A fingerprint of the code that computes a Run: all of helpers.nn, and the two files here that use it to train."""
    return fingerprint_of_files()


def fingerprint_of_files():
    """The same of what is in the files now."""
    here = Path(stacks.__file__)
    code = (file for file in Path(helpers.nn.__file__).parent.rglob("*.py") if not file.name.startswith("."))
    files = [*code, here.with_name("recipe.py"), here]  # a hidden one is an editor's, maybe a link to nowhere
    return hashlib.sha256(b"".join(file.read_bytes() for file in sorted(files))).hexdigest()[:16]


def require_as_loaded():
    """Raise if somebody has put something else in the place of that code, as in a notebook: helpers.nn.mlp = mine."""
    for name, works in _all_of_it().items():
        if _LOADED.get(name, works) != works:
            trouble = f"{name} is not the course's own any more, and results would be kept as if it were"
            raise RuntimeError(f"{trouble}. Restart the kernel; to try code of your own, train without compare.")


def code_of(kind):
    """How a class works, as nested lists of constants: the same in another process where it works the same."""
    parts = [(name, _code(part)) for name, part in sorted(vars(kind).items())]
    return [kind.__module__, kind.__qualname__, [part for part in parts if part[1] is not None]]


def _all_of_it():
    """How each function and class of that code works: its name with its module -> nested lists of constants."""
    ours = {name: module for name, module in sys.modules.items() if name.startswith(helpers.nn.__name__)}
    ours |= {module.__name__: module for module in (recipe, stacks)}
    return {
        f"{module}.{name}": code_of(part) if isinstance(part, type) else _code(part)
        for module, loaded in ours.items()
        for name, part in vars(loaded).items()
        if not name.startswith("__")
    }


def _code(part):
    """Of a function its bytecode, and the constants that it uses; of a constant itself; of a class its name."""
    part = part.fget if isinstance(part, property) else getattr(part, "__func__", part)
    if isinstance(part, type):
        return part.__qualname__
    if isinstance(part, CodeType):
        return [part.co_code, part.co_names, [_code(constant) for constant in part.co_consts]]
    if isinstance(part, FunctionType):
        around = inspect.getclosurevars(part)
        used = [*around.nonlocals.items(), *around.globals.items(), *(part.__kwdefaults__ or {}).items()]
        used = [(name, value) for name, value in used if isinstance(value, CONSTANT)]
        return [_code(part.__code__), [_code(value) for value in part.__defaults__ or ()], used]
    return part if isinstance(part, CONSTANT) else None


code_fingerprint()  # while the files are still what was just loaded: somebody may change them later
_LOADED = _all_of_it()
