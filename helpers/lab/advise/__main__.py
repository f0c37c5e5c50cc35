"""Which network for the table in a file? The last line printed is the answer as one JSON object."""

import argparse
import json
import re
import sys
from pathlib import Path

from helpers.lab import load_table
from helpers.lab.advise import advise
from helpers.lab.advise.arms import COMMONEST
from helpers.lab.executors import cluster
from helpers.lab.own_table import table_columns, times
from helpers.lab.table_files import TableFile

COMMAND = "python -m helpers.lab.advise"


def arguments():
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__.splitlines()[0])
    parser.add_argument("file", metavar="FILE.csv", help="the table, one row an example")
    parser.add_argument("--label", metavar="COLUMN", help="the column with the classes")
    parser.add_argument("--test", metavar="FILE", help="a second table, whose rows are for testing")
    parser.add_argument("--groups", metavar="COLUMN", help="rows with the same value there belong together")
    for name, what in (("drop", "to leave out; may be repeated"), ("categories", "whose numbers are names; the same")):
        parser.add_argument(f"--{name}", metavar="COLUMN", action="append", default=[], help=f"a column {what}")
    parser.add_argument("--minutes", type=float, default=5, help="how long it may take, about (5)")
    parser.add_argument("--settings", type=int, help="instead: how many settings each kind of network is tried with")
    parser.add_argument("--seeds", type=int, default=5, help="networks of each kind at the end (5)")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="of a Dask cluster (dask.distributed) to train on")
    parser.add_argument("--json", metavar="OUT.json", help="a file for the answer, too")
    return parser.parse_args()


def as_options(text):
    """The text, with the options of this command for the arguments of load_table and advise that it names."""
    text = re.sub(r"\b(drop|categories)=\[(['\"].*?['\"])\]", r"--\1 \2", text)
    return re.sub(r"\bsettings=(\d+)", r"--settings \1", text)


def say(text):
    print(as_options(text), flush=True)


def understood(report):
    """Lines that say what was understood of a table."""
    classes = ", ".join(f"{name} {rows:,}" for name, rows in [*report.classes.items()][:10])
    classes += " …" * (len(report.classes) > 10)
    made_of = f"{times(len(report.numeric), 'column')} of numbers and {len(report.category)} of categories"
    yield f"{report.rows:,} rows; {times(len(report.features), 'feature')}, made of {made_of}; classes: {classes}."
    yield from (f"- {note}" for note in report.notes)


def main():
    asked = arguments()
    try:
        if asked.label is None and not TableFile(asked.file).is_archive:
            names, likely = table_columns(asked.file)
            sys.exit(f"Which column holds the classes? There are {', '.join(names)}. For example: --label {likely!r}")
        columns = {"groups": asked.groups, "drop": asked.drop, "categories": asked.categories}
        data = load_table(asked.file, asked.label, asked.test, **columns)
        say("\n".join([*understood(data.report), ""]))
        with cluster(asked.scheduler) as executor:
            answer = advise(data, asked.minutes, asked.seeds, executor, asked.settings, tell=say)
    except (ValueError, OSError, RuntimeError) as error:
        sys.exit(as_options(f"{error}"))
    except KeyboardInterrupt:
        print("Stopped. What was trained is kept: the same command goes on from there.", file=sys.stderr)
        sys.exit(130)
    line = json.dumps(answer.json())
    program = [] if answer.recommendation == COMMONEST else [answer.code()]
    print("", *program, answer, line, sep="\n\n", flush=True)
    if asked.json:
        try:
            Path(asked.json).write_text(f"{line}\n", encoding="utf-8")
        except OSError as error:
            sys.exit(f"The answer could not be written into {asked.json} ({error.strerror}).")


if __name__ == "__main__":
    main()
