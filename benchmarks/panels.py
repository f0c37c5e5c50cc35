"""How long from a key press to the changed picture, in every panel of every lesson? Does the kernel's memory grow?

    python -m benchmarks.panels

runs each lesson in JupyterLab and a headless Chromium, as the browser tests do, and moves each panel's controls by
keyboard, back and forth. Prints a table, and as its last line one JSON object: per panel the median and the 95th
percentile in milliseconds, and the megabytes by which the kernel grew over the moves. Goals: below 100, below 200, and
no growth, that is, less than GROWTH_SEEN_IN_NOISE.
"""

import argparse
import json
import os
import tempfile
from pathlib import Path

import numpy as np

import start
from tests.browser import jupyter

TIMED_MOVES, WARM_UP_MOVES, MOVES_FOR_MEMORY = 40, 10, 500
GROWTH_SEEN_IN_NOISE = 5  # MB

# From the key's own time stamp to the frame that shows the new picture.
STOPWATCH = """panel => {
    window.times = [];
    let pressed = null;
    panel.addEventListener('keydown', event => { pressed = event.timeStamp; }, true);
    panel.querySelector('img').addEventListener('load', () => requestAnimationFrame(() => {
        if (pressed !== null) window.times.push(performance.now() - pressed);
        pressed = null; }));
}"""
MEMORY = "import gc, psutil; gc.collect(); print(psutil.Process().memory_info().rss / 1e6)"


def move(panel, moves):
    """Move the panel's controls in turn, back and forth, waiting for each picture; returns the times in ms."""
    panel.page.evaluate("window.times = []")
    controls = [control for control in panel.controls() if control.is_enabled()]
    for number in range(0, moves, 2):
        control = controls[number // 2 % len(controls)]
        there = jupyter.keys_for(control)[0]
        for shift, key in enumerate([there, jupyter.OPPOSITE.get(there, there)]):
            control.press(key)
            panel.page.wait_for_function(f"window.times.length > {number + shift}")
    return panel.page.evaluate("window.times")


def measure(lesson, memory_moves):
    """For each panel of a lesson that has been run: a dict of its figures."""
    found = {}
    for panel in lesson.panels():
        panel.found.evaluate(STOPWATCH)
        move(panel, WARM_UP_MOVES)
        times = move(panel, TIMED_MOVES)
        before = float(lesson.ask(MEMORY))
        move(panel, memory_moves)
        growth = float(lesson.ask(MEMORY)) - before
        found[panel.title] = {
            "median_ms": round(float(np.median(times)), 1),
            "p95_ms": round(float(np.percentile(times, 95)), 1),
            "growth_mb": round(growth, 1),
        }
    return found


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.panels", description=__doc__.splitlines()[0])
    parser.add_argument("lessons", nargs="*", help="parts of the names of the lessons to run (without: all)")
    parser.add_argument("--moves", type=int, default=MOVES_FOR_MEMORY, help="how many for the memory's growth")
    arguments = parser.parse_args()
    names = sorted(path.name for path in (start.ROOT / "notebooks").glob("*.ipynb"))
    if arguments.lessons:
        names = [name for name in names if any(part in name for part in arguments.lessons)]
    load = f"; {os.getloadavg()[0]:.1f} programs wanted them when it began" if hasattr(os, "getloadavg") else ""
    print(f"{TIMED_MOVES} timed moves, {arguments.moves} for the memory; {os.cpu_count()} cores{load}\n")
    print(f"{'panel':58}{'median':>10}{'95 %':>10}{'growth':>10}")
    results = {}
    with tempfile.TemporaryDirectory() as folder, jupyter.server(Path(folder)) as address, jupyter.browser() as chrome:
        for name in names:
            lesson = jupyter.Lesson(chrome, address, name)
            lesson.run_all()
            for title, figures in measure(lesson, arguments.moves).items():
                panel = f"{name.removesuffix('.ipynb')}: {title}"
                results[panel] = figures
                row = f"{figures['median_ms']:7.0f} ms{figures['p95_ms']:7.0f} ms{figures['growth_mb']:7.1f} MB"
                print(f"{panel:58}{row}", flush=True)
            lesson.close()
    print(json.dumps(results))


if __name__ == "__main__":
    main()
