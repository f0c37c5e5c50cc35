"""What does a training step cost, in time and memory, as there are more networks, units, examples in a batch, or data?

    python -m benchmarks.curves

times `helpers.nn` on one core around the size 40-128-128-10, batches of 100, ten networks, dropout, Adam, and writes
the picture benchmarks/curves.png. Its last line is one JSON object.
"""

import argparse
import json
import time
import tracemalloc
from dataclasses import replace
from pathlib import Path
from statistics import median

from helpers.classroom.figures import ARMS, png, subplots

from .stacking import CASES, cores, machine, ours

BASE = CASES[1]
NETWORKS = (1, 2, 5, 10, 20, 50, 100)
WIDTHS = (16, 32, 64, 128, 256, 512, 1024)
BATCHES = (10, 20, 50, 100, 200, 500, 1000)
AMOUNTS = (100, 300, 1000, 3000, 10000, 30000)
SECONDS, ROUNDS = 0.3, 5  # of a timing, about; and how many timings


def curves():
    """title -> (label of the x-axis, label of the y-axis, [(x, Case, by what the seconds of an epoch are divided)])."""

    def steps(case, work):
        """As many steps as take about SECONDS; `work`: how many times the base's work one step of this case is."""
        return replace(case, steps=max(2, round(SECONDS / (work * 0.003))))

    per_step = "µs per network and step"
    networks = [(n, steps(replace(BASE, networks=n), n / 10)) for n in NETWORKS]
    widths = [(w, steps(replace(BASE, sizes=(40, w, w, 10)), (w + 64) ** 2 / 192**2)) for w in WIDTHS]
    batches = [(b, steps(replace(BASE, batch=b), (b + 50) / 150)) for b in BATCHES]
    amounts = [(a, replace(BASE, steps=a // BASE.batch)) for a in AMOUNTS]
    return {
        "Networks in a stack": ("networks", per_step, [(x, c, 1e6 / (c.networks * c.steps)) for x, c in networks]),
        "Width": ("units in each of two layers", per_step, [(x, c, 1e6 / (c.networks * c.steps)) for x, c in widths]),
        "Batch": ("examples in a batch", per_step, [(x, c, 1e6 / (c.networks * c.steps)) for x, c in batches]),
        "Data": ("training examples", "ms per network and epoch", [(x, c, 1e3 / c.networks) for x, c in amounts]),
    }


def measure(case, rounds):
    """Seconds that an epoch takes, the median of some; and the most memory that it needs, in MB."""
    tracemalloc.start()
    run = ours(case)
    run()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return median(times), peak / 1e6


def draw(found):
    """Time above, memory below, a column for each curve; both axes logarithmic."""
    figure, grid = subplots(13, 5.6, 2, len(found))
    for (upper, lower), (title, curve) in zip(grid.T, found.items(), strict=True):
        for axes, row, label in ((upper, "time", curve["unit"]), (lower, "memory_mb", "memory (MB)")):
            look = ARMS["dropout"] if axes is upper else ARMS["plain"]
            axes.plot(curve["x"], curve[row], color=look.colour, marker=look.marker, linestyle=look.line)
            axes.set(xscale="log", yscale="log", xlabel=curve["label"], ylabel=label)
        upper.set_title(title)
    return figure


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.curves", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"timings of each point (default {ROUNDS})")
    parser.add_argument("--to", type=Path, default=Path(__file__).with_name("curves.png"), help="the picture's path")
    options = parser.parse_args()
    print(machine(), "\n", sep="")
    found = {}
    with cores(1):
        for title, (label, unit, points) in curves().items():
            print(f"{title}: {label}, {unit}, memory in MB")
            times, memory = [], []
            for x, case, factor in points:
                seconds, megabytes = measure(case, options.rounds)
                times.append(round(seconds * factor, 2))
                memory.append(round(megabytes, 1))
                print(f"{x:10,}{times[-1]:12.2f}{memory[-1]:10.1f}", flush=True)
            xs = [x for x, *_ in points]
            found[title] = {"x": xs, "time": times, "memory_mb": memory, "label": label, "unit": unit}
    options.to.write_bytes(png(draw(found), 120))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
