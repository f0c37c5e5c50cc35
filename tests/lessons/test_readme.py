"""The README's made parts are what its maker makes of the ledger, the results and the lessons."""

import re

import pytest

from helpers.lab import VERDICTS, load_claims
from helpers.lab.full_size import stored_trial
from helpers.lessons import home, readme, trials

TEXT = (readme.PROJECT / "README.md").read_text()


def test_it_is_up_to_date():
    changed = TEXT.replace("Q holds", "Q fails").replace("| G |", "| H |", 1)
    alts = {name: alt for name, (_, alt) in readme.made().items()}
    assert readme.updated(changed, alts) == TEXT != changed, "run: python -m helpers.lessons.readme"
    for name in alts:
        assert (readme.PROJECT / "data" / "results" / f"{name}.png").stat().st_size > 5000


def test_every_verdict_is_in_it_and_no_other():
    told = [(claim.id, claim.verdict) for claim in load_claims().values() if claim.verdict != "untested"]
    assert re.findall(r"(\w+) (holds|fails|depends|undecided)[,.]", TEXT) == told
    figure, _ = readme.verdicts()
    (axes,) = figure.axes
    words = [note.get_text() for note in axes.texts]
    assert [word.split()[1] for word in words if word.split()[-1] in VERDICTS] == [verdict for _, verdict in told]


def test_what_a_claim_is_judged_by_is_drawn_in_margins(monkeypatch):
    drawn = {claim.id: found for claim, found in readme.tried()}
    blocks = trials.verdict("G")
    assert [round(found.mean, 6) for found in drawn["G"]] == [
        round(found.mean / blocks.margins[place], 6) for place, found in blocks.differences.items()
    ]
    assert drawn["5"] == [], "exact"
    monkeypatch.setattr(trials, "verdict", lambda claim: None)
    without_blocks = {claim.id: found for claim, found in readme.tried()}
    one = stored_trial("21")
    assert without_blocks["21"][0].mean == pytest.approx(one.difference.mean / one.margin)


def test_each_lesson_is_linked():
    notebooks = sorted(path.name for path in (readme.PROJECT / "notebooks").glob("[0-9]*.ipynb"))[1:]  # home is none
    assert re.findall(r"\(notebooks/(.*?)\)", TEXT) == [*notebooks, home.OWN_DATA]


def test_its_commands_exist():
    for command in re.findall(r"^python3 (\S+)", TEXT, re.MULTILINE):
        assert (readme.PROJECT / command).exists()
    assert "python3 start.py\n" in TEXT and "python3 start.py test\n" in TEXT
