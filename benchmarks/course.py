"""How long does each lesson take from the first cell to the last, by itself, with nothing in the cache?

    python -m benchmarks.course

runs each lesson headless, as received, in a kernel of its own, and prints the wall time without its folded parts and
in them, the kernel's largest memory (on Linux) and the slowest cells of all; then what importing the helpers takes
beyond NumPy. Its last line is one JSON object. Goals: no lesson over 25 s without its folded parts and 15 s in them, no
kernel over 250 MB, no import over 150 ms.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from statistics import median

from nbclient import NotebookClient
from nbformat.v4 import new_code_cell

from helpers.lessons import contents
from tests import notebooks as lessons

SLOWEST = 5
PEAK = """
from pathlib import Path
print(*(line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")))
"""


def measure(name):
    """The lesson's wall time in folded parts and without them, with the kernel's start; each cell's; its peak memory.

    seconds, folded_seconds, cells (cell id -> seconds), peak_mb.
    """
    notebook, started, cells = lessons.read(name), {}, {}
    folded = [cell.id for cell, part in contents.parts(notebook) if part == "folded"]

    def start(cell, cell_index):
        started[cell_index] = time.perf_counter()

    def end(cell, cell_index, **_):
        cells[cell.id] = round(time.perf_counter() - started[cell_index], 2)

    notebook.cells.append(new_code_cell(PEAK))
    with tempfile.TemporaryDirectory() as folder:
        own = {"DROPOUT_COURSE_CACHE": f"{folder}/cache", "DROPOUT_COURSE_EVIDENCE": f"{folder}/evidence"}
        options = {"timeout": 600, "kernel_name": "python3", "resources": {"metadata": {"path": lessons.NOTEBOOKS}}}
        client = NotebookClient(notebook, **options, on_cell_execute=start, on_cell_executed=end)
        begin = time.perf_counter()
        with client.setup_kernel(env=os.environ | own):
            for index, cell in enumerate(notebook.cells):
                if cell.cell_type == "code":
                    client.execute_cell(cell, index)
    *_, last = notebook.cells
    seconds = max(started.values()) - begin
    cells.pop(last.id)
    in_folded = sum(cells.get(name, 0) for name in folded)
    times = {"seconds": round(seconds - in_folded, 1), "folded_seconds": round(in_folded, 1)}
    return times | {"peak_mb": round(int(last.outputs[0].text) / 1000), "cells": cells}


def importing(rounds=9):
    """Milliseconds that importing helpers.nn and helpers.lab takes beyond NumPy: medians, in programs of their own."""
    times = {"numpy": [], "numpy, helpers.nn, helpers.lab": []}
    for _ in range(1 + rounds):
        for modules, found in times.items():
            timed = f"import time; start = time.perf_counter(); import {modules}; print(time.perf_counter() - start)"
            call = [sys.executable, "-c", timed]
            found.append(
                float(subprocess.run(call, check=True, capture_output=True, cwd=lessons.NOTEBOOKS.parent).stdout)
            )
    bare, all_of_it = (median(found[1:]) for found in times.values())  # the first fills the system's cache of files
    return round(1000 * (all_of_it - bare))


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.course", description=__doc__.splitlines()[0])
    parser.add_argument("lessons", nargs="*", help="parts of the names of the lessons to run (without: all)")
    wanted = parser.parse_args().lessons
    results = {}
    for name in lessons.NAMES:
        if not wanted or any(part in name for part in wanted):
            results[name] = found = measure(name)
            times = f"{found['seconds']:8.1f} s, folded {found['folded_seconds']:5.1f} s"
            print(f"{name:40}{times}{found['peak_mb']:8} MB", flush=True)
    cells = [(seconds, name, cell) for name, found in results.items() for cell, seconds in found["cells"].items()]
    print("\nthe slowest cells:")
    for seconds, name, cell in sorted(cells, reverse=True)[:SLOWEST]:
        print(f"{seconds:8.1f} s   {name}, {cell}")
    import_ms = importing()
    print(f"\nimporting helpers.nn and helpers.lab, beyond NumPy: {import_ms} ms")
    print(json.dumps({"lessons": results, "import_ms": import_ms}))


if __name__ == "__main__":
    main()
