"""The ledger, data/claims.toml: every claim, how it is put on trial, and what the trial found."""

import re
import tomllib
from dataclasses import dataclass
from math import isfinite

from helpers.nn.plumbing.checks import require

from .files import read_whole, to_get_back
from .folders import data_folder
from .schema import checker, fields, list_of, matching, named, number, one_of, text, whole

VERDICTS = ("holds", "depends", "fails", "undecided")
THREAD = ["Q", *map(str, range(1, 27))]  # the claims of the question-and-answer thread
LESSONS = 13
MOST_BYTES, MOST_IN_LINE = 2**17, 1000  # a line's limit, too: a key with 50,000 dots takes minutes to parse
RESULT_NAME = "[a-z0-9]+(-[a-z0-9]+)*"

SCHEMA = fields(
    optional=["margin", "primary", "margins", "history"],
    wording=text(1, 300),
    lessons=list_of(whole(1, LESSONS), least=1, most=LESSONS),
    test=text(1, 500),
    margin=number(0, 1),
    verdict=one_of(*VERDICTS, "untested"),
    conditions=text(0, 900),
    remember=text(0, 300),
    figures=matching(f"({RESULT_NAME})?", "empty, or the name of a file in data/results/ without .json"),
    command=text(0, 200),
    primary=text(1, 300),
    margins=named(number(0, 0.5), most=100),
    history=list_of(text(1, 600), least=1, most=100),
)
_check = checker(SCHEMA)
_IF_TRIED = (("conditions", "a sentence"), ("remember", "a sentence"), ("command", "what repeats the trial"))


class ClaimsError(ValueError):
    """The ledger is missing or damaged; the message says where, and what is allowed there."""


@dataclass(frozen=True)
class Claim:
    """A row of the ledger.

    wording: the claim, as a sentence.  lessons: where it is tried.  test: how.  margin: how much must be found for
    it to hold, as a fraction of accuracy, or None where accuracy is not what counts.  verdict: one of VERDICTS, or
    "untested".  conditions: under which it was found, and remember: what to keep in mind of it, a sentence; both empty
    while untested.  figures: the file in data/results/
    with what was found, or empty.  command: what repeats the trial, empty while untested.
    primary: the difference that decides where the claim is tried in blocks, and margins: place -> the margin there,
    both fixed before the first block; None for other claims.  history: what was claimed, found and changed, by date.
    """

    id: str
    wording: str
    lessons: tuple[int, ...]
    test: str
    verdict: str
    conditions: str
    remember: str
    figures: str
    command: str
    margin: float | None = None
    primary: str | None = None
    margins: dict[str, float] | None = None
    history: tuple[str, ...] = ()


def load_claims(path=None):
    """All claims as a dict, id -> Claim, in the ledger's order. Raises ClaimsError."""
    path = path or data_folder() / "claims.toml"
    try:
        claims = {name: _claim(name, row) for name, row in _rows(path).items()}
        missing = [name for name in THREAD if name not in claims]
        if not missing:
            return claims
        trouble = f" has no claim {', '.join(missing)}"
    except OSError as error:
        trouble = f" cannot be read ({error.strerror})"
    except ValueError as error:
        trouble = str(error)
    raise ClaimsError(f"{path.name}{trouble}. {to_get_back(f'data/{path.name}')}")


def find_claim(claim):
    """The Claim of that id."""
    claims = load_claims()
    known = isinstance(claim, str) and claim in claims
    require(known, "claim", repr(claim), f"one of {', '.join(map(repr, claims))}", 'claim="Q"')
    return claims[claim]


def check_verdict(claim, verdict):
    """Whether a lesson's `verdict` on the claim of that id can stand next to the ledger's: False if they contradict.

    Only "holds" and "fails" do. A learner's smaller run may be undecided, and what depends may be met either way.
    """
    require(verdict in VERDICTS, "verdict", repr(verdict), f"one of {VERDICTS}", 'check_verdict("Q", "undecided")')
    return {verdict, find_claim(claim).verdict} != {"holds", "fails"}


def _rows(path):
    """The rows of the ledger, as dicts. Raises ValueError or OSError."""
    try:
        content = read_whole(path, MOST_BYTES).decode()
        longest = max(map(len, content.splitlines()), default=0)
        if longest > MOST_IN_LINE:
            raise ValueError(f"a line is {longest:,} characters long, and at most {MOST_IN_LINE:,} are read")
        return tomllib.loads(content, parse_float=_finite)
    except ValueError as error:
        raise ValueError(f" is not TOML: {error}") from None
    except RecursionError:
        raise ValueError(" is nested too deeply") from None


def _finite(written):
    """The number; TOML knows nan and inf, too."""
    if not isfinite(float(written)):
        raise ValueError(f"{written} is no number here")
    return float(written)


def _claim(name, row):
    """The Claim that a row of the ledger describes, once it is checked. Raises ValueError."""
    try:
        if not re.fullmatch("[A-Z]|[1-9][0-9]?", name):
            raise ValueError(f"its id is {name!r}, but it must be a capital letter or a number")
        _check(row, "it")
        tried = row["verdict"] != "untested"
        for field, content in _IF_TRIED:
            if bool(row[field].strip()) != tried:
                allowed = f"{content} when there is a verdict, and empty when there is none"
                raise ValueError(f"{field} is {row[field]!r}, but it must be {allowed}")
    except ValueError as error:
        raise ValueError(f", claim {name}: {error}") from None
    return Claim(name, **{**row, "lessons": tuple(row["lessons"]), "history": tuple(row.get("history", ()))})
