"""How long does each lesson take from the first cell to the last, by itself, with nothing in the cache?

    python -m benchmarks.course

runs each lesson headless, as received, in a kernel of its own, and prints its wall time, the kernel's largest memory
(on Linux) and the slowest cells of all. Its last line is one JSON object. Goals: no lesson over 20 s, no kernel over
250 MB.
"""

import argparse
import json
import os
import tempfile
import time

from nbclient import NotebookClient
from nbformat.v4 import new_code_cell

from tests import lessons

SLOWEST = 5
PEAK = """
from pathlib import Path
print(*(line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")))
"""


def measure(name):
    """The lesson's wall time and each cell's (cell id -> seconds), kernel start included, and its peak memory in MB."""
    notebook, started, cells = lessons.read(name), {}, {}

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
    return {"seconds": round(seconds, 1), "peak_mb": round(int(last.outputs[0].text) / 1000), "cells": cells}


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.course", description=__doc__.splitlines()[0])
    parser.add_argument("lessons", nargs="*", help="parts of the names of the lessons to run (without: all)")
    wanted = parser.parse_args().lessons
    results = {}
    for name in lessons.NAMES:
        if not wanted or any(part in name for part in wanted):
            results[name] = found = measure(name)
            print(f"{name:40}{found['seconds']:8.1f} s{found['peak_mb']:8} MB", flush=True)
    cells = [(seconds, name, cell) for name, found in results.items() for cell, seconds in found["cells"].items()]
    print("\nthe slowest cells:")
    for seconds, name, cell in sorted(cells, reverse=True)[:SLOWEST]:
        print(f"{seconds:8.1f} s   {name}, {cell}")
    print(json.dumps(results))


if __name__ == "__main__":
    main()
