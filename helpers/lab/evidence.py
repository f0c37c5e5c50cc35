"""Evidence: what a learner found, one JSON file for each learner, lesson and claim. A class pools such files.

They are in `folders.evidence_folder()`. What others wrote is hostile until checked.
"""

import html
import json
import re
import unicodedata
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from helpers.nn.plumbing.checks import require, require_seeds, require_whole

from .claims import LESSONS, VERDICTS, check_verdict, find_claim, load_claims
from .files import MADE, json_bytes, made_now, plain, read_json, read_whole, write_whole
from .folders import evidence_folder, project_folder
from .schema import TIME, checker, either, exactly, fields, list_of, matching, named, number, one_of, short, text, whole

MOST_BYTES = 64 * 1024
UNNAMED = "unnamed"
NAME = r"(?=.{1,40}\Z)[^\W_]+(-[^\W_]+)*"
CALL = 'record("G", "fails", {"difference": [-0.2, -0.5, 0.1]}, "one hidden layer of 32, ten runs", seeds=range(10))'

FIGURE = number(-1e12, 1e12)
SCHEMA = fields(
    schema=exactly(1),
    claim=text(1, 10),
    lesson=whole(1, LESSONS),
    verdict=one_of(*VERDICTS),
    figures=named(either(FIGURE, list_of(FIGURE, least=0, most=1000)), most=100),
    conditions=text(1, 1000),
    seeds=list_of(whole(0, 2**64 - 1), least=1, most=1000),
    predictions=list_of(fields(question=text(1, 1000), choice=text(1, 1000)), least=0, most=20),
    learner=matching(NAME, "a name such as blue-otter, of 1 to 40 characters"),
    **MADE,
)
_check = checker(SCHEMA)


class EvidenceError(ValueError):
    """A file of evidence is refused; the message names it and says why."""


@dataclass(frozen=True)
class Note:
    """What was done, in plain words. path: the file written, or None if none could be."""

    text: str
    path: Path | None

    def __repr__(self):
        return self.text

    def _repr_html_(self):
        return f"<p>{html.escape(self.text)}</p>"


def choose_name(name):
    """Keep a made-up name, never a real one: it gives you seeds of your own, and goes into your evidence.

    name: letters, digits, spaces and hyphens. "Blue Otter" is kept as "blue-otter". The Note says where.
    """
    kept = one_spelling(name) if isinstance(name, str) else ""
    allowed = "made up, of 1 to 40 letters, digits, spaces and hyphens"
    fine = re.fullmatch(NAME, kept) and kept != UNNAMED
    require(fine, "name", repr(name)[:100], allowed, 'choose_name("blue otter")')
    where, path = _keep(evidence_folder() / "name.txt", kept.encode())
    return Note(f"Your name here: {kept}. {where}", path)


def learner_name():
    """The name that was chosen, or None. Never raises; of a name that cannot be read it warns."""
    path = evidence_folder() / "name.txt"
    try:
        name = read_whole(path, most_bytes=200).decode().strip()
        if re.fullmatch(NAME, name) and name != UNNAMED:
            return name
        trouble = f"{short(name)} is no made-up name"
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        trouble = getattr(error, "strerror", None) or error
    again = 'Choose it again: choose_name("blue otter")'
    warnings.warn(f"Your name in {path} cannot be read ({trouble}), so you count as {UNNAMED}. {again}", stacklevel=2)
    return None


def record(claim, verdict, figures, conditions, seeds, lesson=None, predictions=()):
    """Keep what you found on a claim, and put it beside the ledger. Recording again replaces what was there.

    claim: its id.  verdict: one of VERDICTS.  figures: name -> a finite number, or a list of them; where the claim has
    a margin, a list of three is [mean, low, high].  conditions: under which it was found, as a sentence.  seeds: of the
    networks.  lesson: its number, where the claim has several.  predictions: a list of {"question": …, "choice": …};
    one whose choice is None was not made, and is left out.
    Returns a Note. A full disk or a read-only folder is said in it, and nothing is raised.
    """
    found = find_claim(claim)
    if lesson is None:
        allowed = f"one of {found.lessons}, since the claim is tried in several lessons"
        require(len(found.lessons) == 1, "lesson", None, allowed, f"lesson={found.lessons[0]}")
        lesson = found.lessons[0]
    lesson = require_whole("lesson", lesson, 1, f"lesson={found.lessons[0]}")
    require(lesson in found.lessons, "lesson", lesson, f"one of {found.lessons}", f"lesson={found.lessons[0]}")
    learner = learner_name() or UNNAMED
    content = {
        "schema": 1,
        "claim": claim,
        "lesson": lesson,
        "verdict": verdict,
        "figures": plain("figures", figures, CALL),
        "conditions": _one_line(conditions),
        "seeds": require_seeds(seeds),
        "predictions": _made(plain("predictions", predictions, CALL)),
        "learner": learner,
        **made_now(),
    }
    try:
        _check(content, "evidence")
        _check_intervals(content["figures"], found)
    except ValueError as error:
        raise ValueError(f"{error}. For example: {CALL}") from None
    stored = json_bytes(content)
    require(len(stored) <= MOST_BYTES, "evidence", f"{len(stored):,} bytes", f"at most {MOST_BYTES:,}", CALL)
    where, path = _keep(evidence_folder() / f"{lesson:02}-{claim}-{learner}.json", stored)
    return Note(f"Your verdict: claim {claim} {_says(verdict)}. {where} {_beside_the_ledger(found, verdict)}", path)


def read(path):
    """The evidence in a file, as a dict. Raises EvidenceError with the file and the reason.

    What is in it has been checked for type, length and range; it is still somebody's text: escape it where it is shown.
    """
    return _read(Path(path), load_claims())


def read_all(folder):
    """All evidence in a folder: a list of dicts, and a list of EvidenceError for what is left out.

    Looks at the files *.json, in the order of their names; hidden ones and those in folders below are not looked at.
    Of several files by the same learner on the same claim in the same lesson the latest counts. Learners without a
    name may be different ones, so what they found is left out only where it is the same to the second.
    """
    try:
        paths = sorted(path for path in Path(folder).iterdir() if path.suffix.lower() == ".json")
    except OSError as error:
        raise EvidenceError(f"the folder {str(folder)!r} cannot be read ({error.strerror})") from error
    claims, read, bad = load_claims(), [], []
    for path in paths:
        if not path.name.startswith("."):
            try:
                read.append((path.name, _read(path, claims)))
            except EvidenceError as error:
                bad.append(error)
    latest = {}
    for name, found in read:
        _, other = latest.get(_whose(found), (None, None))
        if other is None or found["time"] > other["time"]:
            latest[_whose(found)] = name, found
    kept = {name for name, _ in latest.values()}
    for name, found in read:
        if name not in kept:
            other, _ = latest[_whose(found)]
            bad.append(EvidenceError(f"{name!r} is left out: {other!r} is by the same learner on the same claim"))
    return [found for name, found in read if name in kept], bad


def _whose(found):
    """What only files of one learner on one claim in one lesson share; of a learner without a name, only copies."""
    learner = one_spelling(found["learner"])
    return json.dumps(found, sort_keys=True) if learner == UNNAMED else (learner, found["lesson"], found["claim"])


def _read(path, claims):
    try:
        found = read_json(path, _check, SCHEMA["properties"]["schema"]["const"], MOST_BYTES)
        claim = claims.get(found["claim"])
        if claim is None:
            raise ValueError(f"its claim, {found['claim']!r}, is not in the ledger")
        if found["lesson"] not in claim.lessons:
            raise ValueError(f"lesson is {found['lesson']}, but claim {claim.id} is tried in {claim.lessons}")
        _check_intervals(found["figures"], claim)
        if found["time"] > (datetime.now(UTC) + timedelta(days=1)).strftime(TIME):  # clocks may differ a little
            raise ValueError(f"its time, {found['time']}, is yet to come, by the clock of this computer")
    except OSError as error:
        raise EvidenceError(f"{path.name!r} is left out: it cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise EvidenceError(f"{path.name!r} is left out: {error}") from None
    found["lesson"], found["seeds"] = int(found["lesson"]), [int(seed) for seed in found["seeds"]]  # 3.0 was allowed
    return found


def _check_intervals(figures, claim):
    """Raise ValueError if a mean is outside of its own interval.

    Intervals are the three figures of an Estimate, and every list of three where the claim has a margin.
    """
    lists = {f"figures[{short(name)}]": part for name, part in figures.items() if claim.margin is not None}
    for name, part in {**lists, "figures": [figures.get(end) for end in ("mean", "low", "high")]}.items():
        if isinstance(part, list) and len(part) == 3 and all(isinstance(end, int | float) for end in part):
            mean, low, high = part
            if not low <= mean <= high:
                allowed = "[mean, low, high] with the mean between the other two"
                raise ValueError(f"{name} is {part}, but it must be {allowed}")


def one_spelling(name):
    """A name as it is kept, so that it is the same file and the same seeds however it is typed."""
    words = re.split(r"[\s-]+", unicodedata.normalize("NFKC", name).casefold())
    return "-".join(word for word in words if word)


def _one_line(content):
    return " ".join(content.split()) if isinstance(content, str) else content


def _made(predictions):
    """Those of the predictions that were made; what is none is left for the schema to refuse."""
    if not isinstance(predictions, list) or not all(isinstance(prediction, dict) for prediction in predictions):
        return predictions
    made = (prediction for prediction in predictions if prediction.get("choice", "") is not None)
    return [{name: _one_line(part) for name, part in prediction.items()} for prediction in made]


def _keep(path, content):
    """Write `content` to `path`: a sentence that says where it is now, or why it is nowhere, and the path or None."""
    folder = project_folder()
    shown = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path
    try:
        write_whole(path, content)
    except OSError as error:
        return f"It could not be kept in {shown} ({error.strerror or error}); you can go on without.", None
    return f"Kept in {shown}.", path


def _says(verdict):
    return {"depends": "depends on the conditions", "undecided": "stays undecided"}.get(verdict, verdict)


def _beside_the_ledger(claim, verdict):
    """What the ledger says on the claim, and whether the two agree."""
    if claim.verdict == "untested":
        return "The ledger has no verdict on it yet."
    ledger = f"The ledger says that it {_says(claim.verdict)} ({claim.conditions.rstrip('.')})"
    if claim.verdict == verdict:
        return f"{ledger}: you agree."
    if check_verdict(claim.id, verdict):
        return f"{ledger}: that does not contradict yours."
    return f"{ledger}: that contradicts yours. What differs between the conditions?"
