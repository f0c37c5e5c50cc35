"""How much memory advice for a large table takes: less than twice what the table is as float64, loading included."""

import os
import subprocess
import sys
import tracemalloc

import numpy as np
import pytest

from helpers.lab import advise, load_table, table_files
from helpers.lab.advise import plan, rows
from tests.lab.common import PROJECT


def write_large(path, rows, columns=20):
    """A table of many rows of random numbers; how many bytes it has as float64."""
    cells = np.random.default_rng(0).integers(1, 10**5, (1000, columns)).tolist()
    lines = [f"{','.join(f'.{cell:05}' for cell in row)},{'ab'[row[0] % 2]}\n" for row in cells]
    with open(path, "w", encoding="utf-8") as file:
        file.write(",".join(f"c{place}" for place in range(columns)) + ",kind\n")
        for block in range(rows // 1000):
            file.writelines(f"{block}{line}" for line in lines)  # so that no row is another's copy
    return rows * columns * np.dtype(np.float64).itemsize


@pytest.mark.usefixtures("small", "results_folder")
def test_advice_for_many_rows_takes_less_than_twice_the_memory_of_the_table_as_float64(tmp_path, monkeypatch):
    write_large(tmp_path / "small.csv", 1000)
    table = write_large(tmp_path / "large.csv", 12_000)
    monkeypatch.setattr(table_files, "CHUNK", 5000)
    monkeypatch.setattr(rows.sampled, "__defaults__", (500,))
    monkeypatch.setattr(plan, "MOST_ROWS", 500)
    advise(load_table(tmp_path / "small.csv", label="kind"), settings=2, seeds=2, tell=str)  # all is imported then
    tracemalloc.start()
    try:
        data = load_table(tmp_path / "large.csv", label="kind")
        to_load = tracemalloc.get_traced_memory()[1]
        tracemalloc.reset_peak()
        notes = advise(data, settings=2, seeds=2, tell=str).notes
        to_advise = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert table / 2 < max(to_load, to_advise) < 2 * table, "networks need float32"
    assert "Samples are used: 500 of 7,200 train rows" in notes[0]


PEAK = """
import resource, sys
import pandas, pytest, sklearn.ensemble
from helpers.lab import advise, load_table
from tests.lab.advise.conftest import make_small

make_small(pytest.MonkeyPatch())
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(advise(load_table(sys.argv[1], label="kind"), settings=2, seeds=2, tell=str).notes)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024)
"""


@pytest.mark.long
def test_advice_for_a_million_rows_does_too(tmp_path):
    table = write_large(tmp_path / "large.csv", 1_000_000)
    command = [sys.executable, "-c", PEAK, tmp_path / "large.csv"]
    environment = os.environ | {"DROPOUT_COURSE_CACHE": str(tmp_path / "cache")}
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=PROJECT, env=environment)
    notes, peak = done.stdout.splitlines()
    assert table / 2 < int(peak) < 2 * table
    assert "Samples are used: 20,000 of 600,000 train rows" in notes
