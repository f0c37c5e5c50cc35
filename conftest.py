"""Set up the environment in which pytest runs everything: the tests, and the lessons with or without them."""

import os
import tempfile

import pytest

# One thread for matrix products, set before NumPy is first imported and inherited by the kernels that run notebooks:
# more threads change the last bits of a result, which some tests compare, and slow small networks down.
for library in ("OPENBLAS", "OMP", "MKL"):
    os.environ[f"{library}_NUM_THREADS"] = "1"


LONGEST_FIRST = ("/tests/browser/", "/tests/test_notebooks.py", "/tests/lessons/", "/notebooks/", "/tests/test_", "")


def pytest_configure(config):
    """Put a new folder in place of the person's own evidence, for all processes and kernels that this one starts."""
    if "PYTEST_XDIST_WORKER" not in os.environ:  # a worker has inherited the folder
        folder = tempfile.TemporaryDirectory(prefix="evidence-", ignore_cleanup_errors=True)
        config.add_cleanup(folder.cleanup)
        os.environ["DROPOUT_COURSE_EVIDENCE"] = folder.name


def pytest_addoption(parser):
    parser.addoption("--long", action="store_true", help="run the tests that take many minutes, too")


def pytest_collection_modifyitems(config, items):
    """Leave out what is marked as long, unless it is asked for; and begin with the files that take longest.

    Otherwise one process runs a lesson in a browser at the end, and the other one waits for it.
    """
    items.sort(key=lambda item: next(place for place, part in enumerate(LONGEST_FIRST) if part in item.path.as_posix()))
    for item in items if not config.getoption("--long") else ():
        if item.get_closest_marker("long"):
            item.add_marker(pytest.mark.skip(reason="It takes many minutes: --long runs it."))
