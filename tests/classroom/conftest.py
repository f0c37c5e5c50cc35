"""What a learner did in one test is nothing that the next one finds."""

import pytest


@pytest.fixture(autouse=True)
def evidence(tmp_path, monkeypatch):
    """The folder in which this test keeps what a learner does."""
    monkeypatch.setenv("DROPOUT_COURSE_EVIDENCE", str(tmp_path / "evidence"))
    return tmp_path / "evidence"
