"""Results: what the full-size runs found, data/results/*.json. Programs alone write them; the ledger names them."""

import platform
import re
from pathlib import Path

from helpers.nn.plumbing.checks import require, require_number, require_seeds

from .claims import RESULT_NAME
from .files import MADE, json_bytes, made_now, plain, read_json, to_get_back, write_whole
from .folders import results_folder
from .schema import checker, either, exactly, fields, list_of, matching, named, number, one_of, short, text, whole

MOST_BYTES = 8 * 2**20
CALL = 'write_results("width", "python -m …", {"dropout": 0.7}, {"epochs": 60}, seeds=range(10), seconds=90, data=data)'

# A number, a text, yes, no or nothing, or a list or dict of such values.
VALUE = {"$ref": "#/definitions/value", "description": "a value"}
VALUES = either(
    number(-1e300, 1e300), text(0, 1000), one_of(True, False, None), list_of(VALUE, 0, 100_000), named(VALUE, 1000)
)
SCHEMA = fields(
    optional=["arms"],
    schema=exactly(1),
    name=matching(RESULT_NAME, "small letters, digits and hyphens, as the file's name before .json"),
    command=text(1, 200),
    figures=named(VALUE, most=1000),
    settings=named(VALUE, most=1000),
    seeds=list_of(whole(0, 2**64 - 1), least=1, most=100_000),
    seconds=number(0, 1e9),
    data=list_of(
        fields(name=text(1, 100), fingerprint=matching("[0-9a-f]{64}", "64 hexadecimal digits")), least=0, most=100
    ),
    processor=text(1, 200),
    blas_threads=whole(1, 100_000),
    arms=named(VALUE, most=100),
    **MADE,
)
SCHEMA["definitions"] = {"value": VALUES}
_check = checker(SCHEMA)


class ResultsError(ValueError):
    """A file in data/results/ is missing or damaged; the message says which one, why, and how to get it back."""


class Stored(dict):
    """A dict in a results file. Asked for what it has not, it raises ResultsError instead of KeyError.

    place: the names that lead to it.  mend: how to get the file back.
    """

    def __init__(self, content, file, place, mend):
        self.file, self.place, self.mend = file, place, mend
        super().__init__((name, self._part(part, f"{place}[{name!r}]")) for name, part in content.items())

    def _part(self, value, place):
        if isinstance(value, list):
            return [self._part(part, f"{place}[{at}]") for at, part in enumerate(value)]
        return Stored(value, self.file, place, self.mend) if isinstance(value, dict) else value

    def __missing__(self, name):
        raise ResultsError(f"{self.file} has no {self.place}[{short(name)}], only {short([*self])}. {self.mend}")


def write_results(name, command, figures, settings, seeds, seconds, data=(), arms=None):
    """Write data/results/<name>.json, whole or not at all, and return its path. Raises OSError if it can't.

    command: the one that repeats the run.  figures: what was found; settings: with what. Both are dicts of numbers,
    texts, and lists, dicts and dataclasses of them.  seconds: how long it took.  data: the Data it was found on, or a
    list of them.  arms: what each arm gave, run by run, where that is kept, too.  Versions, processor, BLAS threads
    and the time are added.
    """
    require(isinstance(name, str) and re.fullmatch(RESULT_NAME, name), "name", repr(name), "like width-sweep", CALL)
    require_number("seconds", seconds, "at least 0", lambda seconds: seconds >= 0, CALL)
    content = {
        "schema": 1,
        "name": name,
        "command": command,
        "figures": plain("figures", figures, CALL),
        "settings": plain("settings", settings, CALL),
        "seeds": require_seeds(seeds),
        "seconds": round(float(seconds), 1),
        "data": [
            {"name": used.name, "fingerprint": used.fingerprint}
            for used in (data if isinstance(data, list | tuple) else [data])
        ],
        "processor": processor(),
        "blas_threads": _blas_threads(),
        **({} if arms is None else {"arms": plain("arms", arms, CALL)}),
        **made_now(),
    }
    try:
        _check(content, "results")
    except ValueError as error:
        raise ValueError(f"{error}. For example: {CALL}") from None
    stored = json_bytes(content)
    require(len(stored) <= MOST_BYTES, "results", f"{len(stored):,} bytes", f"at most {MOST_BYTES:,}", CALL)
    path = results_folder() / f"{name}.json"
    write_whole(path, stored)
    return path


def load_results(name):
    """What write_results wrote under that name, as a dict, once it is checked. Raises ResultsError.

    A name that is asked of it, or of a dict in it, and that it has not is a ResultsError, too.
    """
    require(isinstance(name, str) and re.fullmatch(RESULT_NAME, name), "name", repr(name), "like width-sweep", CALL)
    path = results_folder() / f"{name}.json"
    file = f"data/results/{path.name}"
    try:
        found = read_json(path, _check, SCHEMA["properties"]["schema"]["const"], MOST_BYTES)
        if found["name"] != name:
            raise ValueError(f"it holds the results named {found['name']}")
    except OSError as error:
        raise ResultsError(f"{file} cannot be read ({error.strerror}). {to_get_back(file)}") from error
    except ValueError as error:
        raise ResultsError(f"{file} is damaged: {error}. {to_get_back(file)}") from None
    return Stored(found, file, "", f"{to_get_back(file)} To make it anew: {found['command']}")


def processor():
    """What the processor calls itself, as far as can be found out."""
    try:
        named = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    except OSError:  # not Linux
        named = None
    return (named[1].strip() if named else platform.processor() or platform.machine() or "unknown")[:200]


def _blas_threads():
    """How many threads NumPy's matrix products use here."""
    from threadpoolctl import threadpool_info

    return max((pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"), default=1)
