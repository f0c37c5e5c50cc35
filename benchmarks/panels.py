"""How long from a key press to the changed picture, in every panel of every lesson? Does the kernel's memory grow?

    python -m benchmarks.panels

runs each lesson in JupyterLab and a headless Chromium, as the browser tests do, and moves each panel's controls by
keyboard, back and forth. Prints a table, and as its last line one JSON object. Per panel: the median and the 95th
percentile from the key's time stamp to the frame with the new picture; how much of it, in the mean, went into computing
(from the settings to what is on the figure), drawing (from the figure to a PNG) and sending (the rest: the key's way to
the kernel, the picture's way back and onto the screen); and the megabytes by which the kernel grew. Goals: a median
below 100 ms, a 95th percentile below 200 ms, and no growth, of which up to 5 MB are noise.
"""

import argparse
import json
import os
import tempfile

import numpy as np

from tests import notebooks as lessons
from tests.browser import jupyter

COLUMNS = ("median ms", "95 % ms", "computing", "drawing", "sending", "growth MB")
TIMED_MOVES, WARM_UP_MOVES, MOVES_FOR_MEMORY = 40, 10, 500

STOPWATCH = """panel => {
    let pressed = null;
    panel.addEventListener('keydown', event => { pressed = event.timeStamp; }, true);
    panel.querySelector('img').addEventListener('load', () => requestAnimationFrame(() => {
        if (pressed !== null) window.times.push(performance.now() - pressed);
        pressed = null; }));
}"""
WATCH = """
import gc, time, psutil
from helpers.classroom.panel import Panel
spent = {"computing": 0.0, "drawing": 0.0}
def watched(work, kind):
    def timed(*arguments):
        start = time.perf_counter()
        try:
            return work(*arguments)
        finally:
            spent[kind] += 1000 * (time.perf_counter() - start)
    return timed
for panel in [thing for thing in gc.get_objects() if issubclass(type(thing), Panel)]:
    panel.draw, panel.figure.png = watched(panel.draw, "computing"), watched(panel.figure.png, "drawing")
"""
KERNEL = """
gc.collect()
print(spent["computing"], spent["drawing"], psutil.Process().memory_info().rss / 1e6)
"""


def move(panel, moves):
    """Move the panel's controls in turn, there and back, waiting for each picture; returns the times in ms."""
    panel.page.evaluate("window.times = []")
    controls = [control for control in panel.controls() if control.is_enabled()]
    for number in range(0, moves, 2):
        control = controls[number // 2 % len(controls)]
        there = jupyter.keys_for(control)[0]
        for shift, key in enumerate([there, jupyter.OPPOSITE.get(there, there)]):
            control.press(key)
            panel.page.wait_for_function(f"window.times.length > {number + shift}")
    return panel.page.evaluate("window.times")


def measure(lesson, panel, memory_moves):
    """The figures of one panel of a lesson that has been run."""

    def kernel():
        return np.array(lesson.ask(KERNEL).split(), float)

    if panel.is_live:  # its last run stays in all pictures, as a ghost
        panel.press("Start")
        panel.page.wait_for_timeout(2000)
        panel.press("Stop")
        jupyter.wait(panel.page, panel.is_busy, lambda busy: not busy)
    panel.found.evaluate(STOPWATCH)
    move(panel, WARM_UP_MOVES)
    start = kernel()
    times = move(panel, TIMED_MOVES)
    middle = kernel()
    move(panel, memory_moves)
    end = kernel()
    figures = {
        "median_ms": np.median(times),
        "p95_ms": np.percentile(times, 95),
        "computing_ms": (middle - start)[0] / TIMED_MOVES,
        "drawing_ms": (middle - start)[1] / TIMED_MOVES,
        "sending_ms": np.mean(times) - (middle - start)[:2].sum() / TIMED_MOVES,
        "growth_mb": (end - middle)[2],
    }
    return {name: round(float(value), 1) for name, value in figures.items()}


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.panels", description=__doc__.splitlines()[0])
    parser.add_argument("lessons", nargs="*", help="parts of the names of the lessons to run (without: all)")
    parser.add_argument("--moves", type=int, default=MOVES_FOR_MEMORY, help="how many for the memory's growth")
    arguments = parser.parse_args()
    load = f", {os.getloadavg()[0]:.1f} programs wanting them at the start" if hasattr(os, "getloadavg") else ""
    print(f"{TIMED_MOVES} timed moves, {arguments.moves} for the memory; {os.cpu_count()} cores{load}\n")
    print(f"{'':50}" + "".join(f"{name:>11}" for name in COLUMNS))
    results = {}
    with tempfile.TemporaryDirectory() as folder, jupyter.server(folder) as address, jupyter.browser() as chrome:
        for name in lessons.NAMES:
            if arguments.lessons and not any(part in name for part in arguments.lessons):
                continue
            lesson = jupyter.Lesson(chrome, address, f"{name}.ipynb")
            lesson.run_all()
            lesson.unfold()
            lesson.ask(WATCH)
            for panel in lesson.panels():
                figures = measure(lesson, panel, arguments.moves)
                results[f"{name}: {panel.title}"] = figures
                print(f"{name + ': ' + panel.title:50}" + "".join(f"{n:11.1f}" for n in figures.values()), flush=True)
            lesson.close()
    print(json.dumps(results))


if __name__ == "__main__":
    main()
