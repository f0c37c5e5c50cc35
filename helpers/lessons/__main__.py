"""Run a lesson's experiment at full size and write what it found to data/results/: `python -m helpers.lessons 4`.

It may be stopped and started again: what was trained is kept in the cache.
"""

import argparse
import importlib
import time
from pathlib import Path

from helpers.lab import write_results
from helpers.lab.executors import cluster
from helpers.lab.names import UNNAMED, one_spelling

COMMAND = "python -m helpers.lessons"


def with_experiment():
    """The numbers of the lessons that have a full-size experiment."""
    return sorted(
        int(path.parent.name.removeprefix("lesson_")) for path in Path(__file__).parent.glob("*/experiment.py")
    )


def run(lesson, executor=None, name=UNNAMED):
    """Run the experiment of one lesson, write its results, and return the file's path.

    executor: any concurrent.futures.Executor.  name: whose seeds are used; the ledger's are nobody's, "unnamed".
    """
    start = time.perf_counter()
    found = importlib.import_module(f"helpers.lessons.lesson_{lesson:02}.experiment").run(executor, name)
    seconds = time.perf_counter() - start
    file, command = f"lesson-{lesson:02}", f"{COMMAND} {lesson}"
    if name != UNNAMED:
        file, command = f"{file}-{name}", f"{command} --name {name}"
    return write_results(file, command, found.figures, found.settings, found.seeds, seconds, found.data)


def main():
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__.splitlines()[0])
    parser.add_argument("lesson", type=int, choices=with_experiment(), help="the lesson's number")
    parser.add_argument(
        "--name", type=one_spelling, default=UNNAMED, help="a made-up name: other seeds than the ledger's"
    )
    parser.add_argument("--scheduler", metavar="ADDRESS", help="of a Dask cluster (dask.distributed) to train on")
    asked = parser.parse_args()
    with cluster(asked.scheduler) as executor:
        print("written:", run(asked.lesson, executor, asked.name))


if __name__ == "__main__":
    main()
