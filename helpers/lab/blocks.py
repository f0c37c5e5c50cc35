"""A block: one repetition of a whole trial on one data set, search and choice included, kept as a file of its own."""

import hashlib
from dataclasses import dataclass

import numpy as np

from .claims import RESULT_NAME
from .files import MADE, json_bytes, made_now, plain, read_json, write_whole
from .results import ResultsError, processor
from .schema import checker, either, exactly, fields, list_of, matching, named, number, text, whole

MOST_BYTES = 2 * 2**20
MOST_SIDES = 9
MOST_FINALS = 9  # so that how many of them are right on a row is one digit

HEXADECIMAL = matching("[0-9a-f]{64}", "64 hexadecimal digits")
SEED = whole(0, 2**64 - 1)
SIDE = fields(
    arm=text(1, 100),
    recipe=text(1, 1000),
    edges=list_of(text(1, 100), least=0, most=100),
    validation=named(number(0, 1), most=1000),
    right=matching(f"[0-{MOST_FINALS}]{{2,1000000}}", f"a digit from 0 to {MOST_FINALS} for each test row"),
    loss=list_of(either(number(0, 1e300), exactly(None)), least=1, most=MOST_FINALS),
    training_accuracy=list_of(number(0, 1), least=1, most=MOST_FINALS),
)
SETTINGS = fields(
    sides=named(named(text(1, 1000), most=1000), most=MOST_SIDES),
    space=named(text(1, 1000), most=100),
    trials=named(whole(2, 1e6), most=MOST_SIDES),
    networks=whole(1, 1e4),
    finals=whole(1, MOST_FINALS),
    name=text(1, 40),
)
SEEDS = fields(
    grid=SEED,
    split=SEED,
    tuning=list_of(SEED, least=1, most=10_000),
    final=list_of(SEED, least=1, most=MOST_FINALS),
)
SCHEMA = fields(
    schema=exactly(1),
    place=matching(RESULT_NAME, "small letters, digits and hyphens"),
    number=whole(1, 1e4),
    settings=SETTINGS,
    seeds=SEEDS,
    sides=named(SIDE, most=MOST_SIDES),
    data=fields(name=text(1, 100), fingerprint=HEXADECIMAL, test_rows=HEXADECIMAL),
    seconds=number(0, 1e9),
    processor=text(1, 200),
    **MADE,
)
_check = checker(SCHEMA)


@dataclass(frozen=True, eq=False)
class Side:
    """What one side's choice did in a block.

    arm, recipe: the one chosen on validation examples, and its recipe as text.  edges: its settings that are the
    lowest or highest tried.  validation: arm -> accuracy of the best recipe found for it.
    right: the fraction of the final networks that were right, (test rows,).  loss: each one's mean loss on them, NaN
    where it diverged; training_accuracy: each one's, dropout off; both (networks,).
    """

    arm: str
    recipe: str
    edges: list[str]
    validation: dict[str, float]
    right: np.ndarray
    loss: np.ndarray
    training_accuracy: np.ndarray


@dataclass(frozen=True, eq=False)
class Block:
    """A finished block. sides: name -> Side, at least two.  seeds: purpose -> seed(s).  data: name and fingerprints."""

    place: str
    number: int
    settings: dict
    seeds: dict
    sides: dict[str, Side]
    data: dict[str, str]


def write_block(path, place, number, settings, seeds, data, found, seconds):
    """Write a block to the file `path`, whole or not at all; read_block gives it back. Raises OSError if it can't.

    found: side -> a dict of a Side's parts, but `right` as how many final networks were right on each test row.
    """
    stored = {}
    for side, parts in found.items():
        digits = "".join(map(str, np.asarray(parts["right"], int).tolist()))
        loss = [float(value) if np.isfinite(value) else None for value in parts["loss"]]
        stored[side] = {**parts, "right": digits, "loss": loss}
    content = {
        "schema": 1,
        "place": place,
        "number": number,
        "settings": settings,
        "seeds": seeds,
        "sides": plain("sides", stored, "write_block(…)"),
        "data": about(data),
        "seconds": round(float(seconds), 1),
        "processor": processor(),
        **made_now(),
    }
    _check(content, "block")
    write_whole(path, json_bytes(content))


def read_block(path):
    """The Block in the file `path`, once it is checked. Raises ResultsError."""
    try:
        found = read_json(path, _check, SCHEMA["properties"]["schema"]["const"], MOST_BYTES)
        finals, sides, rows = found["settings"]["finals"], found["sides"], set()
        if [*sides] != [*found["settings"]["sides"]] or len(sides) < 2:
            raise ValueError(f"its sides are {[*sides]}, not those of its settings, two at least")
        for side, stored in sides.items():
            rows.add(len(stored["right"]))
            if max(map(int, stored["right"])) > finals:
                raise ValueError(f"of {side!r} more than its {finals} final networks are right on a row")
            if {len(stored["loss"]), len(stored["training_accuracy"])} != {finals}:
                raise ValueError(f"{side!r} has not {finals} losses and training accuracies")
        if len(rows) > 1:
            raise ValueError("its sides have not the same number of test rows")
    except OSError as error:
        raise ResultsError(f"{path.name} cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise ResultsError(f"{path.name} is damaged: {error}. Delete it to have the block made again") from None
    parsed = {name: Side(**{**stored, **_arrays(stored, finals)}) for name, stored in sides.items()}
    return Block(found["place"], found["number"], found["settings"], found["seeds"], parsed, found["data"])


def _arrays(stored, finals):
    return {
        "right": np.array([*map(int, stored["right"])]) / finals,
        "loss": np.array(stored["loss"], float),  # None becomes NaN
        "training_accuracy": np.array(stored["training_accuracy"], float),
    }


def about(data):
    """What a block says of its Data: the name, a fingerprint of it all, and one of the test rows and their labels.

    The latter stays where columns are standardised anew: of each number it takes no more than whether it is in the
    upper half of its column.
    """
    x, labels = data.test.x, data.test.labels
    upper = np.packbits(x >= np.sort(x, axis=0)[len(x) // 2])
    rows = hashlib.sha256(upper.tobytes() + labels.astype(np.int64).tobytes()).hexdigest()
    return {"name": data.name, "fingerprint": data.fingerprint, "test_rows": rows}


def require_same(block, **asked):
    """Raise ResultsError unless these parts of a stored block are what is asked for."""
    for part, value in asked.items():
        if getattr(block, part) != value:
            raise ResultsError(
                f"{block.place}-{block.number}.json was made with other {part}: {getattr(block, part)}, not {value}. "
                "Give another folder, or delete the file to have the block made again"
            )
