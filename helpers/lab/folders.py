"""Where everything is kept that is not code.

All of it is in the project's folder, or in the one that the variable DROPOUT_COURSE_FOLDER names: `data/` with
`data/results/`, `evidence/` and `.cache/results/`. DROPOUT_COURSE_EVIDENCE and DROPOUT_COURSE_CACHE name other places
for the last two.
"""

import os
from pathlib import Path


def project_folder():
    """The folder that holds the others."""
    return _named("DROPOUT_COURSE_FOLDER") or Path(__file__).parents[2]


def data_folder():
    """Where the data sets and the ledger are."""
    return project_folder() / "data"


def results_folder():
    """Where what the full-size runs found is kept."""
    return data_folder() / "results"


def evidence_folder():
    """Where what a learner did is kept; it is made when the first of it is written."""
    return _named("DROPOUT_COURSE_EVIDENCE") or project_folder() / "evidence"


def cache_folder():
    """Where results of training are kept, so that nothing is trained twice."""
    return _named("DROPOUT_COURSE_CACHE") or project_folder() / ".cache" / "results"


def shown(path):
    """A path as a sentence shows it: short, where it is in the project's folder."""
    return path.relative_to(project_folder()).as_posix() if path.is_relative_to(project_folder()) else str(path)


def _named(variable):
    """The folder that an environment variable names, or None."""
    named = os.environ.get(variable)
    return Path(named).expanduser() if named else None
