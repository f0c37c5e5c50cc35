"""Importing helpers.lab holds matrix products at one thread."""

import os
import subprocess
import sys

import pytest

from tests.lab.common import PROJECT


def printed(program):
    """What a fresh Python prints that would use two threads for matrix products."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "2", "OMP_NUM_THREADS": "2", "MKL_NUM_THREADS": "2"}
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, env=environment, capture_output=True, text=True, check=True
    )
    return ended.stdout.split()


@pytest.mark.parametrize("before", ["", "import numpy\n"])
def test_matrix_products_have_one_thread_from_the_import_on(before):
    show = (
        "from threadpoolctl import threadpool_info\nprint(*{library['num_threads'] for library in threadpool_info()})"
    )
    assert printed(f"{before}import helpers.lab\n{show}") in (["1"], []), "there is none where NumPy's library has none"
