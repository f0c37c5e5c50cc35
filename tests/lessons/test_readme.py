"""The README's made parts are what its maker makes of the ledger, the results and the lessons."""

import re

from helpers.lab import load_claims
from helpers.lessons import readme

TEXT = (readme.PROJECT / "README.md").read_text()


def test_it_is_up_to_date():
    changed = TEXT.replace("**fails**", "**holds**")
    assert readme.updated(changed, readme.picture()[1]) == TEXT != changed, "run: python -m helpers.lessons.readme"
    assert (readme.PROJECT / "data" / "results" / "picture.png").stat().st_size > 5000


def test_every_verdict_is_in_it_and_no_other():
    rows = re.findall(r"^\| (\w+) \|.*\| \*\*(\w+)\*\* \|", TEXT, re.MULTILINE)
    told = {claim.id: claim.verdict for claim in load_claims().values() if claim.verdict != "untested"}
    assert dict(rows) == told and len(rows) == len(told)


def test_each_lesson_is_linked():
    notebooks = sorted(path.name for path in (readme.PROJECT / "notebooks").glob("[0-9]*.ipynb"))
    assert re.findall(r"\(notebooks/(.*?)\)", TEXT) == notebooks


def test_its_commands_exist():
    for command in re.findall(r"^python3 (\S+)", TEXT, re.MULTILINE):
        assert (readme.PROJECT / command).exists()
    assert "python3 start.py\n" in TEXT and "python3 start.py test\n" in TEXT
