"""Evidence: what a learner found, one JSON file for each learner, lesson and claim. A class pools such files.

They are in `folders.evidence_folder()`. What others wrote is hostile until checked.
"""

import html
import json
import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import isclose
from pathlib import Path

from helpers.nn.plumbing.checks import require, require_seeds, require_whole

from .claims import LESSONS, VERDICTS, find_claim, load_claims
from .differences import Estimate
from .files import MADE, json_bytes, locked, made_now, now, plain, read_json, write_whole
from .folders import evidence_folder, project_folder
from .machine import IN_BROWSER
from .names import NAME, UNNAMED, learner_name, one_spelling
from .schema import TIME, checker, either, exactly, fields, list_of, matching, named, number, one_of, short, text, whole
from .seeds import are_of

MOST_BYTES = 64 * 1024
MOST_PREDICTIONS = 20
CALL = 'record("G", "fails", result.difference("right", "halved"), "one hidden layer of 32, ten runs", my_seeds(10))'

FIGURE = number(-1e12, 1e12)
LISTED = list_of(FIGURE, least=0, most=1000)
SQUARE = number(0, 1e12)
ESTIMATE = fields(
    optional=["values", "mean_squares", "examples"],
    mean=FIGURE,
    low=FIGURE,
    high=FIGURE,
    values=list_of(FIGURE, least=2, most=1000),
    mean_squares=fields(networks=SQUARE, examples=SQUARE, rest=SQUARE),
    examples=whole(2, 10**9),
)
SHARED = {
    "claim": text(1, 10),
    "lesson": whole(1, LESSONS),
    "conditions": text(1, 1000),
    "learner": matching(NAME, "a name such as blue-otter, of 1 to 40 characters"),
    **MADE,
}
SEED = whole(0, 2**64 - 1)
ANSWER = {"question": text(1, 1000), "choice": text(1, 1000)}
SCHEMA = fields(
    schema=exactly(2),
    rule_verdict=one_of(*VERDICTS),
    learner_verdict=one_of(*VERDICTS, None),
    figures=named(either(FIGURE, LISTED, ESTIMATE), most=100),
    seeds=list_of(SEED, least=0, most=1000),
    predictions=list_of(fields(**ANSWER, after_result=one_of(True, False, None)), least=0, most=MOST_PREDICTIONS),
    **SHARED,
)
FIRST_SCHEMA = fields(
    schema=exactly(1),
    verdict=one_of(*VERDICTS),
    figures=named(either(FIGURE, LISTED), most=100),
    seeds=list_of(SEED, least=1, most=1000),
    predictions=list_of(fields(**ANSWER), least=0, most=MOST_PREDICTIONS),
    **SHARED,
)
_check_second, _check_first = checker(SCHEMA), checker(FIRST_SCHEMA)


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
    where, path = _keep(evidence_folder() / "name.txt", kept.encode)
    return Note(f"Your name here: {kept}. {where}", path)


def record(claim, rule_verdict, figures, conditions, seeds=None, lesson=None, predictions=(), learner_verdict=None):
    """Keep what you found on a claim. Recording again replaces what was there, but nothing that you committed yourself.

    claim: its id.  rule_verdict: the rule's, one of VERDICTS.  figures: an Estimate, or name -> an Estimate, a finite
    number or a list of numbers. Of an Estimate, its interval is kept, and what that was computed from.  conditions:
    under which it was found, as a sentence.  seeds: of the networks, from my_seeds; left out for what comes out the
    same for everybody.  lesson: its number, where the claim has several.  predictions: a list of {"question": …,
    "choice": …, "after_result": whether the result had been shown}; one whose choice is None was not made, and is left
    out.  learner_verdict: yours, one of VERDICTS, or None; the first one stays, since it was given before the rule's
    was shown.
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
    path = path_of(lesson, claim, learner)
    content = {
        "schema": 2,
        "claim": claim,
        "lesson": lesson,
        "rule_verdict": rule_verdict,
        "learner_verdict": learner_verdict,
        "figures": _figures({"difference": figures} if isinstance(figures, Estimate) else figures),
        "conditions": _one_line(conditions),
        "seeds": [] if seeds is None else require_seeds(seeds),
        "predictions": _made(plain("predictions", predictions, CALL)),
        "learner": learner,
        **made_now(),
    }
    try:
        _check_second(content, "evidence")
        _check_meaning(content)
    except ValueError as error:
        raise ValueError(f"{error}. For example: {CALL}") from None

    aside = []

    def merged():
        stored = json_bytes(_with_what_was_committed(path, content, aside))
        require(len(stored) <= MOST_BYTES, "evidence", f"{len(stored):,} bytes", f"at most {MOST_BYTES:,}", CALL)
        return stored

    told, path = _keep(path, merged)
    return Note(" ".join([told, *aside]), path)


def path_of(lesson, claim, learner):
    """The file of a learner's evidence on a claim in a lesson."""
    return evidence_folder() / f"{lesson:02}-{claim}-{learner}.json"


def _figures(figures):
    """The figures as JSON knows them, an Estimate with what it was computed from."""
    if not isinstance(figures, dict):
        return plain("figures", figures, CALL)
    return {
        name: _estimate(f"figures[{name!r}]", figure)
        if isinstance(figure, Estimate)
        else plain("figures", {name: figure}, CALL)[name]
        for name, figure in figures.items()
    }


def _estimate(argument, estimate):
    kept, basis = plain(argument, estimate, CALL), estimate.basis
    if basis is not None:
        kept["values"] = plain(f"{argument}.basis", basis.values, CALL)
        if basis.mean_squares is not None:
            kept["mean_squares"] = dict(zip(("networks", "examples", "rest"), basis.mean_squares, strict=True))
            kept["examples"] = basis.examples
    return kept


def _with_what_was_committed(path, content, aside):
    """The content, with the predictions in the file at `path` that it has not, and the learner's verdict there.

    A file that cannot be read, damaged or from a newer course, is renamed, and `aside` gets a sentence on that.
    """
    try:
        earlier = _read(path, load_claims(), ours=True)
    except EvidenceError as error:
        if path.is_file():
            stamp = f"{now().replace(':', '')}-{os.urandom(4).hex()}"  # of its own, since two may come in one second
            other = path.with_name(f"{path.name}.{stamp}")  # not .json: it is not pooled
            path.rename(other)
            aside.append(f"What was there is now {other.name}: {error}.")
        return content
    again = {prediction["question"] for prediction in content["predictions"]}
    kept = [prediction for prediction in earlier["predictions"] if prediction["question"] not in again]
    predictions = [*content["predictions"], *kept][:MOST_PREDICTIONS]
    verdict = earlier["learner_verdict"] or content["learner_verdict"]
    return {**content, "predictions": predictions, "learner_verdict": verdict}


def read(path):
    """The evidence in a file, as a dict. Raises EvidenceError with the file and the reason.

    A file of the first version is given as one of today's: its verdict is the rule's, and nobody knows when its
    predictions were made.
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


def _read(path, claims, ours=False):
    """As `read`. ours: it was written here, so that its time counts for nothing: this clock may have been wrong."""
    try:
        found = read_json(path, _check_either, 2, MOST_BYTES)
        claim = claims.get(found["claim"])
        if claim is None:
            raise ValueError(f"its claim, {found['claim']!r}, is not in the ledger")
        if not found["conditions"].strip():
            raise ValueError("its conditions are blank")
        if found["lesson"] not in claim.lessons:
            raise ValueError(f"lesson is {found['lesson']}, but claim {claim.id} is tried in {claim.lessons}")
        if found["schema"] == 1:
            found = _of_today(found, claim)
        else:
            _check_meaning(found)
        if not ours and found["time"] > (datetime.now(UTC) + timedelta(days=1)).strftime(
            TIME
        ):  # clocks may differ a little
            raise ValueError(f"its time, {found['time']}, is yet to come, by the clock of this computer")
    except OSError as error:
        raise EvidenceError(f"{path.name!r} is left out: it cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise EvidenceError(f"{path.name!r} is left out: {error}") from None
    found["lesson"], found["seeds"] = int(found["lesson"]), [int(seed) for seed in found["seeds"]]  # 3.0 was allowed
    return found


def _check_either(found, name):
    """Check what a file holds by the schema of its own version."""
    first = isinstance(found, dict) and found.get("schema") == 1
    (_check_first if first else _check_second)(found, name)


def _of_today(found, claim):
    """A file of the first version as one of the second. There, [mean, low, high] was an interval."""

    def figure(part):
        interval = claim.margin is not None and isinstance(part, list) and len(part) == 3
        return dict(zip(("mean", "low", "high"), part, strict=True)) if interval else part

    figures = {name: figure(part) for name, part in found["figures"].items()}
    ends = {name: figures.get(name) for name in ("mean", "low", "high")}
    together = {"figures": ends} if all(isinstance(end, int | float) for end in ends.values()) else {}
    _check_intervals({**{f"figures[{short(name)}]": part for name, part in figures.items()}, **together})
    rest = {name: part for name, part in found.items() if name != "verdict"}
    predictions = [{**prediction, "after_result": None} for prediction in found["predictions"]]
    today = {"schema": 2, "rule_verdict": found["verdict"], "learner_verdict": None}
    return {**rest, **today, "figures": figures, "predictions": predictions}


def _check_meaning(found):
    """Raise ValueError if what is in it does not go together."""
    learner, seeds = found["learner"], found["seeds"]
    in_browser = found["conditions"].endswith(IN_BROWSER) and are_of(UNNAMED, seeds)  # where all share some networks
    if not (in_browser or are_of(learner, seeds)):
        call = "seeds = my_seeds(10), after choosing the name; once it is chosen, restart the kernel"
        raise ValueError(f"seeds is {short(seeds)}, but they must be those of the name {learner!r}: {call}")
    if len(set(seeds)) < len(seeds):
        raise ValueError(f"seeds is {short(seeds)}, but they must differ: one for each network")
    estimates = {f"figures[{short(name)}]": part for name, part in found["figures"].items()}
    _check_intervals(estimates)
    for name, part in estimates.items():
        values = part.get("values") if isinstance(part, dict) else None
        if values and len(values) != len(seeds):
            raise ValueError(f"{name} has values of {len(values)} networks, but there are {len(seeds)} seeds")
        if values and not isclose(sum(values) / len(values), part["mean"], rel_tol=1e-5, abs_tol=1e-5):
            raise ValueError(f"{name} has the mean {part['mean']:g}, but its values have another")


def _check_intervals(figures):
    """Raise ValueError if a mean is outside of its own interval. figures: name -> figure."""
    for name, part in figures.items():
        if isinstance(part, dict) and not part["low"] <= part["mean"] <= part["high"]:
            interval = [part[end] for end in ("mean", "low", "high")]
            allowed = "[mean, low, high] with the mean between the other two"
            raise ValueError(f"{name} is {interval}, but it must be {allowed}")


def _one_line(content):
    return " ".join(content.split()) if isinstance(content, str) else content


def _made(predictions):
    """Those of the predictions that were made; what is none is left for the schema to refuse."""
    if not isinstance(predictions, list) or not all(isinstance(prediction, dict) for prediction in predictions):
        return predictions
    made = (kept for kept in predictions if kept.get("choice", "") is not None)
    return [{"after_result": None, **{name: _one_line(part) for name, part in kept.items()}} for kept in made]


def _keep(path, content):
    """Write what content() gives to `path`: a sentence on where it is now, or why nowhere, and the path or None.

    While content() looks at what was kept so far, no other program can keep something there.
    """
    folder = project_folder()
    shown = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path
    try:
        with locked(path):
            write_whole(path, content())
    except OSError as error:
        return f"It could not be kept in {shown} ({error.strerror or error}); you can go on without.", None
    return f"Kept in {shown}.", path
