"""The ledger has every claim once, each row says what it must, and a damaged ledger is refused by name."""

import errno
import os
from dataclasses import FrozenInstanceError, replace

import pytest

from helpers.lab import VERDICTS, ClaimsError, check_verdict, claims, files, load_claims

ROW = {
    "wording": '"It helps."',
    "lessons": "[3]",
    "test": '"Try it."',
    "margin": "0.01",
    "verdict": '"holds"',
    "conditions": '"On one data set."',
    "remember": '"Try it on yours."',
    "figures": '"width-sweep"',
    "command": '"python -m something"',
}

MEND = "To get it back: git checkout -- data/claims.toml, or download the project again."


@pytest.fixture
def ledger(tmp_path):
    """A function that writes a ledger with a claim, its id and the fields that differ as given, and loads it.

    Behind it stand those of the thread's claims that are still wanting.
    """

    def load(name="Q", extra="", **changed):
        row = {field: value for field, value in {**ROW, **changed}.items() if value is not None}
        lines = [f"[{name}]", *(f"{field} = {value}" for field, value in row.items()), extra]
        for other in claims.THREAD:
            if other != name:
                lines += [f"[{other}]", *(f"{field} = {value}" for field, value in ROW.items())]
        (tmp_path / "claims.toml").write_text("\n".join(lines), encoding="utf-8")
        return load_claims(tmp_path / "claims.toml")

    return load


def test_every_claim_of_the_thread_is_there():
    assert {*load_claims()} >= {"Q", *map(str, range(1, 27))}
    assert all(name == claim.id for name, claim in load_claims().items())


def test_wordings_and_tests_are_sentences_and_no_two_are_the_same():
    ledger = load_claims().values()
    for claim in ledger:
        assert claim.wording.endswith(".") and claim.test.endswith((".", "?"))
        for sentence in (claim.wording, claim.test, claim.conditions, claim.remember):
            assert "  " not in sentence and sentence == sentence.strip()
    assert len({claim.wording for claim in ledger}) == len({claim.test for claim in ledger}) == len(ledger)


def test_a_row_is_read_as_it_stands(ledger):
    claim = ledger()["Q"]
    assert claim == claims.Claim(
        id="Q",
        wording="It helps.",
        lessons=(3,),
        test="Try it.",
        margin=0.01,
        verdict="holds",
        conditions="On one data set.",
        remember="Try it on yours.",
        figures="width-sweep",
        command="python -m something",
    )
    with pytest.raises(FrozenInstanceError):
        claim.verdict = "fails"
    assert ledger(margin=None)["Q"] == replace(claim, margin=None)


@pytest.mark.parametrize("verdict", VERDICTS)
def test_every_verdict_is_allowed(ledger, verdict):
    assert ledger(verdict=f'"{verdict}"')["Q"].verdict == verdict


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (
            {"verdict": '"true"'},
            ["claims.toml, claim Q: verdict is 'true'", "'holds', 'depends', 'fails', 'undecided'"],
        ),
        ({"verdict": None}, ["claim Q: it has no verdict"]),
        ({"wording": '""'}, ["wording is ''", "1 to 300"]),
        ({"wording": "3"}, ["wording is 3"]),
        ({"wording": r'"two\nlines"'}, [r"wording is 'two\nlines'", "on one line"]),
        ({"lessons": "[]"}, ["lessons is []"]),
        ({"lessons": "[0]"}, ["lessons[0] is 0", "1 to 13"]),
        ({"lessons": "[3, 14]"}, ["lessons[1] is 14", "1 to 13"]),
        ({"lessons": "3"}, ["lessons is 3", "a list"]),
        ({"margin": "1.5"}, ["margin is 1.5", "from 0 to 1"]),
        ({"margin": "nan"}, ["nan is no number"]),
        ({"margin": "1e999"}, ["1e999 is no number"]),
        ({"margin": '"1 point"'}, ["margin is '1 point'", "a number"]),
        ({"conditions": '""'}, ["conditions is ''", "a sentence when there is a verdict"]),
        ({"conditions": '" "'}, ["conditions is ' '", "a sentence when there is a verdict"]),
        ({"remember": '""'}, ["remember is ''", "a sentence when there is a verdict"]),
        ({"verdict": '"untested"'}, ["conditions is 'On one data set.'", "empty when there is none"]),
        ({"figures": '"../secret"'}, ["figures is '../secret'", "the name of a file in data/results/"]),
        ({"command": '""'}, ["command is ''", "what repeats the trial"]),
        ({"extra": 'surprise = "!"'}, ["claim Q: it has 'surprise'", "and nothing else"]),
        ({"name": "q"}, ["its id is 'q'", "a capital letter or a number"]),
        ({"name": '"../x"'}, ["its id is '../x'"]),
        ({"name": "007"}, ["its id is '007'"]),
        ({"extra": "[Q]"}, ["claims.toml is not TOML", "(at line 11"]),
        ({"extra": "x = ]"}, ["claims.toml is not TOML", "(at line 11"]),
    ],
    ids=str,
)
def test_a_wrong_row_is_refused_by_file_claim_field_and_value(ledger, changed, words):
    with pytest.raises(ClaimsError) as raised:
        ledger(**changed)
    missing = [word for word in [*words, MEND] if word not in str(raised.value)]
    assert not missing, str(raised.value)


def test_what_is_no_row_is_refused(tmp_path):
    (tmp_path / "claims.toml").write_text("Q = 3")
    with pytest.raises(ClaimsError, match="claim Q: it is 3, but it must be an object of wording"):
        load_claims(tmp_path / "claims.toml")


@pytest.mark.parametrize(("end", "lost"), [("[", "Q, 1, 2, 3, .*, 26"), ("[24]", "24, 25, 26")])
def test_a_ledger_cut_off_between_two_claims_is_refused(tmp_path, end, lost):
    whole = (claims.data_folder() / "claims.toml").read_text(encoding="utf-8")
    (tmp_path / "claims.toml").write_text(whole.split(f"\n{end}")[0], encoding="utf-8")
    with pytest.raises(ClaimsError, match=f"claims.toml has no claim {lost}. {MEND}"):
        load_claims(tmp_path / "claims.toml")


def test_a_missing_or_unreadable_ledger_is_said_with_what_to_do(tmp_path):
    with pytest.raises(ClaimsError, match=r"claims.toml cannot be read \(No such file.*git checkout"):
        load_claims(tmp_path / "claims.toml")
    (tmp_path / "claims.toml").write_bytes(b"\xff")
    with pytest.raises(ClaimsError, match=f"is not TOML.*{MEND}"):
        load_claims(tmp_path / "claims.toml")


def test_a_ledger_nested_too_deeply_or_too_long_is_said_with_what_to_do(tmp_path):
    (tmp_path / "claims.toml").write_text(f"a = {'[' * 450}\n{'[' * 900}\n{'[' * 900}")
    with pytest.raises(ClaimsError, match=f"claims.toml is nested too deeply. {MEND}"):
        load_claims(tmp_path / "claims.toml")
    (tmp_path / "claims.toml").write_bytes(b"#" * (2**17 + 1))
    with pytest.raises(ClaimsError, match=f"claims.toml .*at most 131,072 are read. {MEND}"):
        load_claims(tmp_path / "claims.toml")
    (tmp_path / "claims.toml").write_text(f"a = 1\nb{'.b' * 50_000} = 1\n")
    with pytest.raises(ClaimsError, match=f"claims.toml .*100,005 characters long, .* 1,000 are read. {MEND}"):
        load_claims(tmp_path / "claims.toml")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes in folders")
def test_a_pipe_in_the_ledgers_place_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "claims.toml")
    with pytest.raises(ClaimsError, match=f"a device, not a file. {MEND}"):
        load_claims(tmp_path / "claims.toml")


def test_a_ledger_that_may_not_be_read_is_said_with_what_to_do(tmp_path, monkeypatch):
    def refuse(*arguments):
        raise PermissionError(errno.EACCES, "Permission denied")

    (tmp_path / "claims.toml").write_text("")
    monkeypatch.setattr(files, "open", refuse, raising=False)
    with pytest.raises(ClaimsError, match=rf"claims.toml cannot be read \(Permission denied\). {MEND}"):
        load_claims(tmp_path / "claims.toml")


CONTRADICTIONS = {("holds", "fails"), ("fails", "holds")}


@pytest.mark.parametrize("ledgers", [*VERDICTS, "untested"])
@pytest.mark.parametrize("lessons", VERDICTS)
def test_only_holds_and_fails_contradict_each_other(monkeypatch, lessons, ledgers):
    changed = {"G": replace(load_claims()["G"], verdict=ledgers)}
    monkeypatch.setattr(claims, "load_claims", lambda: changed)
    assert check_verdict("G", lessons) == ((lessons, ledgers) not in CONTRADICTIONS)


@pytest.mark.parametrize(
    ("claim", "verdict", "message"),
    [
        ("27", "holds", "claim is '27', but it must be one of 'G', 'W', 'Q', 'L', 'S', 'N', '1'"),
        (3, "holds", "claim is 3, but it must be one of"),
        (["G"], "holds", r"claim is \['G'\], but"),
        ("G", "untested", "verdict is 'untested', but it must be one of"),
        ("G", "Holds", "verdict is 'Holds', but"),
        ("G", None, "verdict is None, but"),
    ],
)
def test_an_unknown_claim_or_verdict_is_an_error(claim, verdict, message):
    with pytest.raises(ValueError, match=message):
        check_verdict(claim, verdict)
