"""Progress: what a learner has done so far, one JSON file for each made-up name.

It is in `folders.evidence_folder()`, in a folder of its own. Each thing done is on disk at once; two tabs may write at
the same time, and each changes nothing but its own entry. Nothing here raises because of the disk: what could not be
kept is said, and the lesson goes on.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace

from helpers.lab import schema
from helpers.lab.evidence import NAME, UNNAMED, learner_name
from helpers.lab.files import MADE, json_bytes, locked, made_now, now, read_json, write_whole
from helpers.lab.folders import evidence_folder, shown

MOST_BYTES = 2**20
STATES = ("right", "wrong")


@dataclass(frozen=True)
class Made:
    """A prediction: the first choice, the latest, when that was made (UTC), and whether its result was shown before."""

    first: str
    choice: str
    time: str
    after_result: bool = False


@dataclass(frozen=True)
class Answered:
    """A quiz question: the latest answer, or the right one, once given; and after how many tries."""

    choice: str
    right: bool
    tries: int


@dataclass(frozen=True)
class Tried:
    """An exercise, or a line of one's own: "right", once it was, or "wrong"; and after how many tries."""

    state: str
    tries: int


@dataclass(frozen=True)
class Visit:
    """A lesson: the heading above the cell that was last run ("" at its top), and when (UTC)."""

    section: str
    time: str


@dataclass(frozen=True)
class Progress:
    """What a learner has done. problem: a sentence for the learner where the file could not be read, or ""."""

    predictions: Mapping[str, Made] = field(default_factory=dict)  # by question
    shown: Mapping[str, str] = field(default_factory=dict)  # a prediction's question -> when its result was first shown
    quiz: Mapping[str, Answered] = field(default_factory=dict)  # by question
    exercises: Mapping[str, Tried] = field(default_factory=dict)  # by the exercise's name
    turns: Mapping[str, Tried] = field(default_factory=dict)  # by the name of the line
    verdicts: Mapping[str, str] = field(default_factory=dict)  # "04 Q", lesson and claim -> the learner's verdict
    visited: Mapping[str, Visit] = field(default_factory=dict)  # "04"
    problem: str = ""


KINDS = {"predictions": Made, "shown": str, "quiz": Answered, "exercises": Tried, "turns": Tried, "verdicts": str}
KINDS["visited"] = Visit

_TEXT, _TIME, _TRIES = schema.text(1, 1000), schema.moment(), schema.whole(0, 10**6)
_TRUTH, _TRIED = schema.one_of(True, False), schema.fields(state=schema.one_of(*STATES), tries=_TRIES)
_ENTRIES = {
    "predictions": schema.fields(first=_TEXT, choice=_TEXT, time=_TIME, after_result=_TRUTH),
    "shown": _TIME,
    "quiz": schema.fields(choice=_TEXT, right=_TRUTH, tries=_TRIES),
    "exercises": _TRIED,
    "turns": _TRIED,
    "verdicts": schema.text(1, 100),
    "visited": schema.fields(section=schema.text(0, 1000), time=_TIME),
}
SCHEMA = schema.fields(
    schema=schema.exactly(1),
    learner=schema.matching(NAME, "a name such as blue-otter, of 1 to 40 characters"),
    **{kind: schema.named(entry, most=2000, longest=1000) for kind, entry in _ENTRIES.items()},
    **MADE,
)
_check = schema.checker(SCHEMA)


def load(name=None):
    """The Progress of a learner, by default of the one whose name was chosen here. Never raises.

    A damaged file is set aside under a dated name, and that is said in `problem`.
    """
    name = name or learner_name() or UNNAMED
    try:
        return _read(path_of(name))
    except ValueError:
        pass  # look again while nobody writes, and set it aside
    except OSError as error:
        return Progress(problem=f"Your progress in {_shown(name)} cannot be read ({error.strerror or error}).")
    try:
        with locked(path_of(name)):
            return _read_or_set_aside(name)
    except OSError as error:
        return Progress(problem=f"{_shown(name)} is damaged, and stays as it is ({error.strerror or error}).")


def keep(kind, key, entry):
    """Keep one entry: "", or a sentence for the learner about what went wrong.

    kind: a field of Progress.  key: its key there.  entry: its value, or a function that makes it from the one kept so
    far, which may be None; it is called while no other tab can write.
    """
    name = learner_name() or UNNAMED
    try:
        with locked(path_of(name)):
            found = _read_or_set_aside(name)
            kept = getattr(found, kind)
            new = entry(kept.get(key)) if callable(entry) else entry
            if kept.get(key) != new:
                _write(path_of(name), replace(found, **{kind: {**kept, key: new}}), name)
            return found.problem
    except OSError as error:
        why = error.strerror or error
        return (
            f"This could not be kept in {_shown(name)} ({why}): tomorrow it will be gone. You can go on all the same."
        )


def start_afresh(keys):
    """Take the entries under these keys out of what the learner has done, whatever their kind: a sentence on that.

    It is kept in a file of its own, with the date in its name; if that can't be written, nothing is taken out.
    """
    name = learner_name() or UNNAMED
    try:
        with locked(path_of(name)):
            found = _read_or_set_aside(name)
            kept = {kind: getattr(found, kind) for kind in KINDS}
            gone = {kind: {key: part[key] for key in part if key in keys} for kind, part in kept.items()}
            if not any(gone.values()):
                return "There was nothing to take out. " + found.problem
            copy = _dated(path_of(name), "before")
            _write(copy, Progress(**gone), name)
            rest = {kind: {key: part[key] for key in part if key not in keys} for kind, part in kept.items()}
            _write(path_of(name), Progress(**rest), name)
    except OSError as error:
        return f"Nothing was taken out: {_shown(name)} cannot be changed ({error.strerror or error})."
    return f"Done. What you had is kept in {shown(copy)}. {found.problem}".strip()


def path_of(name):
    """The file of a learner's progress."""
    return evidence_folder() / "progress" / f"{name}.json"


def _shown(name):
    return shown(path_of(name))


def _dated(path, word):
    """A name for a file next to `path` that is not there yet."""
    stamp, number = now().replace(":", ""), 1
    while (other := path.with_name(f"{path.stem}.{word}-{stamp}-{number}.json")).exists():
        number += 1
    return other


def read_checked(path):
    """What a file of progress holds, as JSON knows it. Raises OSError or ValueError."""
    return read_json(path, _check, SCHEMA["properties"]["schema"]["const"], MOST_BYTES)


def _read(path):
    try:
        found = read_checked(path)
    except (FileNotFoundError, NotADirectoryError):
        return Progress()
    return Progress(**{kind: {key: _entry(kind, part) for key, part in found[kind].items()} for kind in KINDS})


def _entry(kind, part):
    return KINDS[kind](**part) if isinstance(part, dict) else part


def _read_or_set_aside(name):
    """The Progress in a file that is locked; a damaged one is renamed, and then there is none yet."""
    path = path_of(name)
    try:
        return _read(path)
    except ValueError as error:
        aside = _dated(path, "damaged")
        path.rename(aside)
        return Progress(
            problem=f"{_shown(name)} was damaged ({error}). It is now {aside.name}, and we begin a new one."
        )


def _write(path, progress, name):
    entries = {kind: getattr(progress, kind) for kind in KINDS}
    content = {"schema": 1, "learner": name, **made_now()}
    content |= {kind: {key: _plain(entry) for key, entry in part.items()} for kind, part in entries.items()}
    _check(content, "progress")
    write_whole(path, json_bytes(content))


def _plain(entry):
    return entry if isinstance(entry, str) else asdict(entry)
