"""Which network for the table in a file? The last line printed is the answer as one JSON object."""

import argparse
import json
import sys
from pathlib import Path

from helpers.lab import load_table
from helpers.lab.advise import advise
from helpers.lab.executors import cluster

COMMAND = "python -m helpers.lab.advise"


def arguments():
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__.splitlines()[0])
    parser.add_argument("file", metavar="FILE.csv", help="the table, one row an example")
    parser.add_argument("--label", metavar="COLUMN", help="the column with the classes")
    parser.add_argument("--test", metavar="FILE", help="a second table, whose rows are for testing")
    parser.add_argument("--groups", metavar="COLUMN", help="rows with the same value there belong together")
    parser.add_argument("--minutes", type=float, default=5, help="how long it may take, about (5)")
    parser.add_argument("--settings", type=int, help="instead: how many settings each kind of network is tried with")
    parser.add_argument("--seeds", type=int, default=5, help="networks of each kind at the end (5)")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="of a Dask cluster (dask.distributed) to train on")
    parser.add_argument("--json", metavar="OUT.json", help="a file for the answer, too")
    return parser.parse_args()


def main():
    asked = arguments()
    try:
        data = load_table(asked.file, label=asked.label, test=asked.test, groups=asked.groups)
        with cluster(asked.scheduler) as executor:
            answer = advise(data, asked.minutes, asked.seeds, executor, asked.settings)
    except (ValueError, OSError, RuntimeError) as error:
        sys.exit(f"{error}")
    except KeyboardInterrupt:
        print("Stopped. What was trained is kept: the same command goes on from there.", file=sys.stderr)
        sys.exit(130)
    line = json.dumps(answer.json())
    print(answer, answer.code(), line, sep="\n\n", flush=True)
    if asked.json:
        try:
            Path(asked.json).write_text(f"{line}\n", encoding="utf-8")
        except OSError as error:
            sys.exit(f"The answer could not be written into {asked.json} ({error.strerror}).")


if __name__ == "__main__":
    main()
