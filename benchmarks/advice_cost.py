"""What does advice cost, and how far do more workers help? `python -m benchmarks.advice_cost`.

Searches are carried out whole, one task after the other in this process, and the processor seconds of each are
measured, so that it matters little what else the machine does. From these, and from what has to wait for what in a
search, comes how long more workers would take: that is simulated. Each search that is finished is kept, and not done
again. The results are in data/results/advice-cost.json.
"""

import argparse
import os
import time
from concurrent.futures import Executor, Future
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import numpy as np

from helpers.classroom.figures import png
from helpers.lab import Data, advise, cache, write_results
from helpers.lab.executors import WATCHER, code_fingerprint
from helpers.lessons.your_own_data import cost

from .advice import table

COMMAND = "python -m benchmarks.advice_cost"
BASE = {"settings": 4, "seeds": 5, "rows": 2000}
AXES = {"settings": (2, 4, 8), "seeds": (2, 5, 20), "rows": (1000, 2000, 19_020)}
SPREAD = {**BASE, "settings": 8}  # what more workers are simulated for


class OneByOne(Executor):
    """Does each task at once, here, and notes its processor seconds, by stage; it says that it has so many workers.

    stages: [title, [seconds of each task]] of each part of a search that has to wait for the one before it.
    """

    def __init__(self, workers):
        self._max_workers, self.stages, self.n = workers, [], 0

    def begin(self, title, total):
        """A progress bar begins, and with it a stage."""
        self.stages.append([title, []])
        return self

    def update(self, part):
        """Nobody looks."""

    def close(self):
        """The stage is done."""

    def submit(self, function, *arguments):
        future, start = Future(), time.process_time()
        future.set_result(function(*arguments))
        self.stages[-1][1].append(time.process_time() - start)
        return future


def rows_of(rows):
    """So many rows of the gamma rays, as a Data."""
    x, y = table("magic")
    order = np.random.default_rng(0).permutation(len(x))[:rows]
    return Data.from_arrays(x[order].astype(float), y[order], "gamma rays")


def carried_out(settings, seeds, rows, workers=1):
    """A search's stages as OneByOne has them, the last one being what the program does between its tasks."""
    key = f"advice cost {settings} {seeds} {rows} {workers} code={code_fingerprint()}"
    if (kept := cache.load(key)) is None:
        one_by_one, data = OneByOne(workers), rows_of(rows)
        token = WATCHER.set(one_by_one.begin)
        with TemporaryDirectory() as empty, patch.dict(os.environ, DROPOUT_COURSE_CACHE=empty):
            start = time.process_time()
            advise(data, settings=settings, seeds=seeds, executor=one_by_one, tell=str)
            all_of_it = time.process_time() - start
        WATCHER.reset(token)
        stages = one_by_one.stages
        stages.append(["between", [all_of_it - sum(sum(seconds) for _, seconds in stages)]])
        kept = {f"{at} {title}": np.array(seconds) for at, (title, seconds) in enumerate(stages)}
        cache.store(key, kept)
    return [[name.partition(" ")[2], seconds.round(4).tolist()] for name, seconds in kept.items()]


def total(stages):
    return sum(sum(seconds) for _, seconds in stages)


def report(spent, stages):
    """What was found, as a table for Markdown."""
    lines = ["| processor minutes of a search, by | | | |", "| --- | --- | --- | --- |"]
    for name, seconds in spent.items():
        cells = [f"{int(value):,}: {one / 60:.2f}" for value, one in seconds.items()]
        lines.append(f"| {' | '.join([cost.NAMES[name], *cells])} |")
    minutes = [f"{workers}: {cost.clock(stages[workers], workers) / 60:.2f}" for workers in cost.WORKERS]
    return "\n".join([*lines, f"| **minutes by the clock, simulated, by workers** | {' | '.join(minutes)} |"])


def main():
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__.splitlines()[0])
    parser.add_argument(
        "--to", type=Path, default=Path(__file__).with_name("advice_cost.png"), help="the picture's path"
    )
    to, start = parser.parse_args().to, time.perf_counter()
    spent = {
        name: {str(value): total(carried_out(**BASE | {name: value})) for value in values}
        for name, values in AXES.items()
    }
    stages = {str(workers): carried_out(**SPREAD, workers=workers) for workers in cost.WORKERS}
    figures, seconds = {"processor seconds": spent}, time.perf_counter() - start
    settings = {"base": BASE, "spread": SPREAD}
    write_results("advice-cost", COMMAND, figures, settings, [0], seconds, rows_of(BASE["rows"]), stages)
    figure, told = cost.draw()
    to.write_bytes(png(figure, 110))
    print(report(*cost.stored()), told, sep="\n\n")


if __name__ == "__main__":
    main()
