"""Evidence is kept whole or not at all, a lesson goes on without it, and what others wrote is checked first."""

import errno
import json
import os
import re
import sys
import tracemalloc
import unicodedata
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.lab import (
    Estimate,
    EvidenceError,
    choose_name,
    claims,
    crossed_estimate,
    evidence,
    files,
    learner_name,
    my_seeds,
    names,
    network_estimate,
    record,
    schema,
)
from helpers.lab.differences import t_quantile, variance_of_mean
from helpers.lab.machine import as_found_here

FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An evidence folder, not there yet."""
    monkeypatch.setenv("DROPOUT_COURSE_EVIDENCE", str(tmp_path / "evidence"))
    return tmp_path / "evidence"


def note(claim="G", verdict="fails", figures=None, conditions="Ten runs.", **options):
    """Record evidence in which nothing is wrong but what is given."""
    return record(claim, verdict, {"mean": 0.002} if figures is None else figures, conditions, **options)


def content(**changed):
    """What a file of evidence holds, changed here and there."""
    learner = changed.get("learner", "blue-otter")
    return {
        "schema": 2,
        "claim": "G",
        "lesson": 1,
        "rule_verdict": "fails",
        "learner_verdict": "undecided",
        "figures": {"gain": interval(), "each": [0.25, 1]},
        "conditions": "Ten runs.",
        "seeds": my_seeds(2, name=learner if re.fullmatch(names.NAME, learner) else "blue-otter"),
        "predictions": [{"question": "Does it?", "choice": "yes", "after_result": False}],
        "learner": learner,
        "versions": {"numpy": "2.0"},
        "time": "2026-01-31T23:59:59Z",
        **changed,
    }


def interval(**changed):
    """What is kept of an Estimate of two networks, changed here and there."""
    squares = {"networks": 50.0, "examples": 0.5, "rest": 0.25}
    kept = {"mean": 0.25, "low": 0.0, "high": 0.5, "values": [0.0, 0.5], "mean_squares": squares, "examples": 400}
    return {**kept, **changed}


def first_content(**changed):
    """What a file of the first version holds."""
    new = "rule_verdict", "learner_verdict"
    held = {name: part for name, part in content().items() if name not in new}
    older = {"schema": 1, "verdict": "fails", "figures": {"gain": [0.25, 0.0, 0.5]}, "seeds": [0, 1]}
    return {**held, **older, "predictions": [{"question": "Does it?", "choice": "yes"}], **changed}


def failing(error):
    def fail(*arguments, **options):
        raise error

    return fail


def kept_in(folder):
    """The names of the files in a folder, but for its locks."""
    return sorted(path.name for path in folder.iterdir() if not path.name.endswith(".lock"))


# Recording


def test_what_is_recorded_is_read_again(folder):
    choose_name("Blue Otter")
    predictions = [
        {"question": "Will it\n learn?", "choice": "no", "after_result": True},
        {"question": "How well?", "choice": None, "after_result": False},
        {"question": "How soon?", "choice": "late"},
    ]
    figures = {"right minus halved": Estimate(0.002, -0.004, 0.008), "each": np.linspace(0, 1, 5, dtype=np.float32)}
    options = {"predictions": predictions, "seeds": my_seeds(10), "learner_verdict": "undecided"}
    found = evidence.read(note(figures=figures, conditions=" One  layer,\nten runs. ", **options).path)
    assert found.pop("versions")["numpy"] == np.__version__
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", found.pop("time"))
    assert found == {
        "schema": 2,
        "claim": "G",
        "lesson": 1,
        "rule_verdict": "fails",
        "learner_verdict": "undecided",
        "figures": {
            "right minus halved": {"mean": 0.002, "low": -0.004, "high": 0.008},
            "each": [0, 0.25, 0.5, 0.75, 1],
        },
        "conditions": "One layer, ten runs.",
        "seeds": my_seeds(10, name="blue otter"),
        "predictions": [
            {"question": "Will it learn?", "choice": "no", "after_result": True},
            {"question": "How soon?", "choice": "late", "after_result": None},
        ],
        "learner": "blue-otter",
    }


def test_an_estimate_can_be_the_figures(folder):
    found = evidence.read(note(figures=Estimate(0.002, -0.004, 0.008)).path)
    assert found["figures"] == {"difference": {"mean": 0.002, "low": -0.004, "high": 0.008}}
    assert found["seeds"] == [] and found["learner_verdict"] is None


def answers(generator, networks, examples):
    """Differences in right answers, (networks, examples), that vary by network, by example and by both."""
    parts = generator.normal(0.02, 0.03, (networks, 1)), examples, generator.normal(0, 0.4, (networks, len(examples)))
    return sum(parts)


def test_what_is_kept_of_crossed_intervals_is_enough_to_pool_a_class(folder):
    """Thirty learners on the same test examples: what their files hold gives the interval of all 150 networks."""
    generator = np.random.default_rng(0)
    examples, kept, everything = generator.normal(0, 0.5, 2000), [], []
    for learner in range(30):
        choose_name(f"learner {learner}")
        everything.append(answers(generator, 5, examples))
        made = note(figures={"gain": crossed_estimate(everything[-1])}, seeds=my_seeds(5))
        kept.append(evidence.read(made.path)["figures"]["gain"])
    values = np.concatenate([figure["values"] for figure in kept])
    (count,) = {figure["examples"] for figure in kept}
    squares = {part: np.mean([figure["mean_squares"][part] for figure in kept]) for part in kept[0]["mean_squares"]}
    by_example = squares["rest"] + len(values) * (squares["examples"] - squares["rest"]) / 5
    shape = len(values), count
    variance, freedom = variance_of_mean(count * values.var(ddof=1), by_example, squares["rest"], *shape)
    half = t_quantile(0.975, freedom) * np.sqrt(variance)
    direct = crossed_estimate(np.concatenate(everything))
    assert values.mean() == pytest.approx(direct.mean)
    assert 2 * half == pytest.approx(direct.high - direct.low, rel=0.02)


def test_of_an_interval_over_networks_alone_each_network_s_value_is_kept(folder):
    found = evidence.read(note(figures=network_estimate([0.25, 0.5]), seeds=my_seeds(2)).path)
    assert found["figures"]["difference"]["values"] == [0.25, 0.5]
    assert not {"mean_squares", "examples"} & {*found["figures"]["difference"]}


def test_seeds_of_another_name_are_refused(folder):
    choose_name("otter")
    for others in (my_seeds(3, name="heron"), my_seeds(3, "tuning"), my_seeds(3, name="unnamed"), [*my_seeds(2), 0]):
        with pytest.raises(ValueError, match=r"seeds is \[.*must be those of the name 'otter'.*my_seeds.*restart"):
            note(seeds=others)
    assert not list(folder.glob("*.json"))
    assert evidence.read(note(seeds=my_seeds(10)[5:]).path)["seeds"] == my_seeds(10, name="otter")[5:]


def test_in_a_browser_where_all_share_some_networks_their_seeds_are_taken(folder, monkeypatch):
    choose_name("otter")
    shared = {"seeds": my_seeds(3, name="unnamed"), "conditions": as_found_here("8×8 digits")}
    with pytest.raises(ValueError, match="must be those of the name 'otter'"):
        note(**shared)
    monkeypatch.setattr(sys, "platform", "emscripten")
    shared["conditions"] = as_found_here("8×8 digits")
    assert evidence.read(note(**shared).path)["seeds"] == [0, 1, 2]
    with pytest.raises(ValueError, match="must be those of the name 'otter'"):
        note(**shared | {"seeds": my_seeds(3, name="heron")})


def test_a_later_run_with_nothing_committed_replaces_nothing_that_was(folder):
    made = [{"question": "Will it?", "choice": "yes", "after_result": False}]
    other = [{"question": "How far?", "choice": "far", "after_result": True}]
    note(predictions=made, learner_verdict="holds")
    later = evidence.read(note(verdict="holds", predictions=[{"question": "Will it?", "choice": None}]).path)
    assert (later["predictions"], later["learner_verdict"], later["rule_verdict"]) == (made, "holds", "holds")
    assert evidence.read(note(predictions=other).path)["predictions"] == [*other, *made]
    changed = [{"question": "Will it?", "choice": "no", "after_result": True}]
    found = evidence.read(note(predictions=changed, learner_verdict="fails").path)
    assert (found["predictions"], found["learner_verdict"]) == ([*changed, *other], "holds")


def test_what_was_committed_while_the_clock_was_wrong_is_kept(folder):
    path = note(predictions=content()["predictions"], learner_verdict="holds").path
    path.write_text(path.read_text().replace('"time": "20', '"time": "21'))
    assert note().path == path and (evidence.read(path)["learner_verdict"], kept_in(folder)) == ("holds", [path.name])
    assert evidence.read(path)["predictions"] == content()["predictions"]


NEWER = json.dumps(content(learner="unnamed", seeds=[], schema=3)).encode()


@pytest.mark.parametrize("damaged", [b"{", b"", b"[]", NEWER], ids=["cut", "empty", "a list", "from a newer course"])
def test_a_file_that_cannot_be_read_is_set_aside(folder, damaged):
    folder.mkdir()
    (folder / "01-G-unnamed.json").write_bytes(damaged)
    made = note()
    assert evidence.read(made.path)["rule_verdict"] == "fails"
    (aside,) = folder.glob("01-G-unnamed.json.*")
    assert aside.read_bytes() == damaged
    assert f"What was there is now {aside.name}: '01-G-unnamed.json' is left out: " in made.text
    assert evidence.read_all(folder) == ([evidence.read(made.path)], []), "what is aside is not pooled"
    assert note().text == f"Kept in {made.path}."
    made.path.write_bytes(b"again, in the same second")
    note()
    assert len([*folder.glob("01-G-unnamed.json.*")]) == 2


@pytest.fixture(scope="module")
def one_folder(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DROPOUT_COURSE_EVIDENCE", str(tmp_path_factory.mktemp("evidence")))
        yield


def lines(most):
    """Texts of one line: no character that moves the cursor, turns the line round, or is half of one."""
    characters = st.characters(
        exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="\u2066\u2067\u2068\u2069"
    )
    characters = characters.filter(lambda character: not "\u202a" <= character <= "\u202e")
    return st.text(characters, max_size=most).map(lambda text: " ".join(text.split())).filter(bool)


numbers = st.floats(-1e12, 1e12) | st.integers(-(10**12), 10**12)
intervals = st.tuples(numbers, numbers, numbers).map(sorted).map(lambda ends: Estimate(ends[1], ends[0], ends[2]))
figures = st.dictionaries(lines(100), numbers | st.lists(numbers, max_size=20) | intervals, max_size=10)
answered = st.fixed_dictionaries({"question": lines(100), "choice": lines(100), "after_result": st.booleans()})
predictions = st.lists(answered, max_size=5)
seeds = st.lists(st.integers(0, 9_999), min_size=1, max_size=20, unique=True)


@settings(max_examples=50)  # each example is a file on the disk
@given(st.sampled_from(claims.VERDICTS), figures, lines(300), seeds, predictions)
def test_whatever_can_be_recorded_is_read_as_it_was(one_folder, verdict, figures, conditions, seeds, predictions):
    for earlier in evidence.evidence_folder().glob("01-G-*.json"):
        earlier.unlink()
    found = evidence.read(record("G", verdict, figures, conditions, seeds, None, predictions, verdict).path)
    kept = {name: vars(part) if isinstance(part, Estimate) else part for name, part in figures.items()}
    assert found["figures"] == {
        name: {end: part[end] for end in ("mean", "low", "high")} if isinstance(part, dict) else part
        for name, part in kept.items()
    }
    assert (found["rule_verdict"], found["learner_verdict"]) == (verdict, verdict)
    assert (found["conditions"], found["seeds"], found["predictions"]) == (conditions, seeds, predictions)


def test_a_learner_has_one_file_for_each_lesson_and_claim(folder):
    note(), note(verdict="undecided"), note("Q"), note("22", lesson=3), note("22", lesson=6)
    choose_name("otter")
    note()
    names = ["01-G-otter", "01-G-unnamed", "03-22-unnamed", "04-Q-unnamed", "06-22-unnamed"]
    assert kept_in(folder) == [*(f"{name}.json" for name in names), "name.txt"]
    good, bad = evidence.read_all(folder)
    assert [found["rule_verdict"] for found in good] == ["fails", "undecided", "fails", "fails", "fails"]
    assert not bad


def test_what_another_tab_records_at_the_same_moment_is_not_lost(folder, monkeypatch):
    mine = [{"question": "Does it?", "choice": "yes", "after_result": False}]
    with ThreadPoolExecutor(1) as other_tab:

        def write_after_the_other(path, content):
            monkeypatch.undo()
            monkeypatch.setenv("DROPOUT_COURSE_EVIDENCE", str(folder))
            other = other_tab.submit(note, predictions=mine, learner_verdict="holds")
            wait([other], timeout=0.3)
            assert not other.done(), "it waits until this one is written, and then sees what is in it"
            files.write_whole(path, content)

        monkeypatch.setattr(evidence, "write_whole", write_after_the_other)
        path = note(predictions=[{**mine[0], "question": "Does it not?"}]).path
    found = evidence.read(path)
    assert found["learner_verdict"] == "holds"
    assert [made["question"] for made in found["predictions"]] == ["Does it?", "Does it not?"]


def test_the_note_says_where_it_is_kept(folder):
    made = note()
    assert made.text == repr(made) == f"Kept in {made.path}."
    assert made.path.parent == folder


def test_the_note_names_a_path_in_the_project_without_what_is_above_it(folder, monkeypatch, tmp_path):
    monkeypatch.setattr(evidence, "project_folder", lambda: tmp_path)
    assert "Kept in evidence/01-G-unnamed.json." in note().text


@pytest.mark.skipif(sys.platform == "win32", reason="Windows allows no such folder")
def test_the_note_is_escaped_where_it_is_shown(tmp_path, monkeypatch):
    monkeypatch.setenv("DROPOUT_COURSE_EVIDENCE", str(tmp_path / "<script>"))
    shown = note()._repr_html_()
    assert "&lt;script&gt;" in shown and "<script>" not in shown


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"claim": "27"}, "claim is '27', but it must be one of 'G', "),
        ({"claim": 1}, "claim is 1, but"),
        ({"learner_verdict": "true"}, "learner_verdict is 'true', but it must be one of 'holds'"),
        ({"verdict": "true"}, "rule_verdict is 'true', but it must be one of 'holds', 'depends', 'fails', 'undecided'"),
        ({"verdict": "untested"}, "rule_verdict is 'untested'"),
        ({"verdict": None}, "rule_verdict is None"),
        ({"figures": {"mean": float("nan")}}, r"figures\['mean'\] is nan, but it must be a finite number"),
        ({"figures": {"each": [1, np.inf]}}, r"figures\['each'\]\[1\] is inf"),
        ({"figures": {"mean": 2e12}}, r"figures\['mean'\] is 2000000000000.0, but it must be a number from -1e\+12"),
        ({"figures": {"mean": "0.5"}}, r"figures\['mean'\] is '0.5'"),
        ({"figures": {"mean": True}}, r"figures\['mean'\] is True"),
        ({"figures": {"each": [[1]]}}, r"figures\['each'\] is \[\[1\]\], but it must be a number"),
        ({"figures": {1: 1}}, "a name in figures is 1, but it must be a text"),
        ({"figures": {"": 1}}, "figures is {'': 1}"),
        ({"figures": [1]}, r"figures is \[1\]"),
        ({"figures": Estimate(0.5, 0.6, 0.7)}, r"figures\['difference'\] is \[0.5, 0.6, 0.7\], but.*mean between"),
        ({"figures": {"gain": Estimate(np.nan, 0.1, 0.4)}}, r"figures\['gain'\]\['mean'\] is nan"),
        ({"figures": network_estimate([0.1, 0.2])}, "has values of 2 networks, but there are 0 seeds"),
        ({"figures": network_estimate([0.1, 0.2]), "seeds": range(3)}, "of 2 networks, but there are 3 seeds"),
        ({"figures": {str(i): [0.1234567890123] * 100 for i in range(99)}}, "evidence is .* bytes.* at most 65,536"),
        ({"conditions": ""}, "conditions is '', but it must be a text of 1 to 1000"),
        ({"conditions": "x" * 1001}, "conditions is 'xxx"),
        ({"conditions": None}, "conditions is None"),
        ({"seeds": []}, "seeds is"),
        ({"seeds": 3}, "seeds is 3, but it must be a list"),
        ({"seeds": [-1]}, "each of seeds is -1"),
        ({"seeds": [2**64]}, r"seeds\[0\] is 18446744073709551616"),
        ({"seeds": [10_000]}, r"seeds is \[10000\], but they must be those of the name 'unnamed'"),
        ({"seeds": [3, 4, 3]}, r"seeds is \[3, 4, 3\], but they must differ"),
        ({"lesson": 2}, r"lesson is 2, but it must be one of \(1,\)"),
        ({"lesson": "1"}, "lesson is '1'"),
        ({"lesson": True}, "lesson is True"),
        ({"claim": "22"}, r"lesson is None, but it must be one of \(3, 6\)"),
        ({"predictions": 3}, "predictions is 3"),
        ({"predictions": ["yes"]}, r"predictions\[0\] is 'yes'"),
        ({"predictions": [{"question": "?"}]}, r"predictions\[0\] has no choice"),
        ({"predictions": [{"question": "?", "choice": 3}]}, r"predictions\[0\]\['choice'\] is 3"),
        ({"predictions": [{"question": "?", "choice": "a", "after_result": 2}]}, r"\['after_result'\] is 2"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_wrong_argument_is_named_and_nothing_is_kept(folder, wrong, message):
    with pytest.raises(ValueError, match=f"{message}.*For example: "):
        note(**wrong)
    assert not folder.exists() or not kept_in(folder)


# Where it cannot be kept


@pytest.mark.parametrize("moment", ["os.fsync", "os.replace", "pathlib.Path.mkdir"])
@pytest.mark.parametrize(
    "error",
    [
        FULL,
        OSError(errno.EROFS, "Read-only file system"),
        PermissionError(errno.EACCES, "Permission denied"),
        OSError("strange"),
    ],
    ids=str,
)
def test_a_full_disk_or_a_read_only_folder_is_said_and_the_lesson_goes_on(folder, monkeypatch, moment, error):
    note()
    before = (folder / "01-G-unnamed.json").read_bytes()
    monkeypatch.setattr(moment, failing(error))
    for made in (note(verdict="holds"), choose_name("otter")):
        reason = error.strerror or "strange"
        assert f"could not be kept in {folder}" in made.text and f"({reason}); you can go on without." in made.text
        assert made.path is None
    monkeypatch.undo()
    assert (folder / "01-G-unnamed.json").read_bytes() == before
    assert kept_in(folder) == ["01-G-unnamed.json"]


def test_a_file_where_the_folder_should_be_is_said(folder):
    folder.write_text("not a folder")
    assert "could not be kept" in note().text
    assert "could not be kept" in choose_name("otter").text
    assert learner_name() is None
    assert folder.read_text() == "not a folder"


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="needs a folder in which nobody may make a file")
def test_a_folder_in_which_nobody_may_make_a_file_is_said(monkeypatch):
    monkeypatch.setenv("DROPOUT_COURSE_EVIDENCE", "/proc/self")
    assert "could not be kept in /proc/self/01-G-unnamed.json" in note().text


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_is_not_ones_own_is_said(folder):
    folder.mkdir(mode=0o500)
    assert "Permission denied" in note().text


def test_a_folder_in_place_of_the_file_is_said(folder):
    (folder / "01-G-unnamed.json").mkdir(parents=True)
    assert "could not be kept" in note().text
    assert kept_in(folder) == ["01-G-unnamed.json"]


# Names


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("otter", "otter"),
        ("Blue Otter", "blue-otter"),
        ("  blue \t-  OTTER ", "blue-otter"),
        ("écureuil 7", "écureuil-7"),
        (unicodedata.normalize("NFD", "Écureuil"), unicodedata.normalize("NFC", "écureuil")),
        ("水獭", "水獭"),
        ("x" * 40, "x" * 40),
    ],
)
def test_a_name_is_kept_in_one_spelling(folder, name, kept):
    assert learner_name() is None
    assert f"Your name here: {kept}. Kept in {folder / 'name.txt'}." in choose_name(name).text
    assert learner_name() == kept
    assert evidence.read(note().path)["learner"] == kept


@pytest.mark.parametrize(
    "name",
    ["", " ", "-", "x" * 41, "ﷺ" * 5, "a/b", "../otter", "a\0b", "a.b", "a_b", "<b>", "o'brien", "otter!", "\u202eab"]
    + ["🦦", "unnamed", "Unnamed", None, 7, b"otter", ["otter"]],
)
def test_a_name_that_is_none_is_refused(folder, name):
    with pytest.raises(ValueError, match=r"name is .*, but it must be made up, of 1 to 40 letters.*For example: "):
        choose_name(name)
    assert not folder.exists()


@settings(max_examples=100)
@given(st.text(max_size=60) | st.from_regex(r"\A[\w -]{1,45}\Z"))
def test_every_name_is_kept_as_it_can_be_read_or_refused(one_folder, name):
    try:
        made = choose_name(name)
    except ValueError:
        return
    assert f"Your name here: {learner_name()}." in made.text
    path = note().path
    assert path.name == f"01-G-{learner_name()}.json"
    assert evidence.read(path)["learner"] == learner_name()


@pytest.mark.parametrize(
    "damaged",
    [b"", b"\n", b"\xff\xfe", b"a/b", b"../otter", b"x" * 10**6, b"Blue Otter", b"unnamed", b"one\ntwo", b"a\0"],
    ids=lambda damaged: repr(damaged[:20]),
)
def test_a_damaged_name_is_none(folder, damaged):
    folder.mkdir()
    (folder / "name.txt").write_bytes(damaged)
    with pytest.warns(UserWarning, match="you count as unnamed. Choose it again: choose_name"):
        assert learner_name() is None
    with pytest.warns(UserWarning, match="you count as unnamed"):
        assert note().path.name == "01-G-unnamed.json"


def test_a_name_by_an_editor_that_ends_lines_is_read(folder):
    folder.mkdir()
    (folder / "name.txt").write_bytes(b"blue-otter\r\n")
    assert learner_name() == "blue-otter"


def test_a_name_that_cannot_be_read_is_none(folder, monkeypatch):
    choose_name("otter")
    monkeypatch.setattr(files, "open", failing(PermissionError(errno.EACCES, "Permission denied")), raising=False)
    with pytest.warns(UserWarning, match=r"name.txt cannot be read \(Permission denied\), so you count as unnamed"):
        assert learner_name() is None
    monkeypatch.undo()
    monkeypatch.setenv("DROPOUT_COURSE_EVIDENCE", "x" * 10**4)
    with pytest.warns(UserWarning, match="you count as unnamed"):
        assert learner_name() is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes in folders")
@pytest.mark.parametrize("name", ["name.txt", "x.json"])
def test_a_pipe_is_not_waited_for(folder, name):
    folder.mkdir()
    os.mkfifo(folder / name)
    with pytest.warns(UserWarning, match="a device, not a file") if name == "name.txt" else nullcontext():
        assert learner_name() is None
    good, bad = evidence.read_all(folder)
    assert (good, len(bad)) == ([], int(name == "x.json"))


# Reading what others wrote


def test_a_file_as_it_should_be_is_read(tmp_path):
    path = tmp_path / "x.json"
    path.write_text(json.dumps(content()), encoding="utf-8")
    assert evidence.read(path) == evidence.read(str(path)) == content()
    path.write_text(json.dumps(content()), encoding="utf-8-sig")  # as some editors on Windows save it
    assert evidence.read(path) == content()


def test_a_file_of_the_first_version_is_read_as_one_of_today_s(tmp_path):
    path = tmp_path / "x.json"
    path.write_text(json.dumps(first_content(figures={"gain": [0.25, 0.0, 0.5], "each": [1, 2], "mean": 3})))
    today = {"learner_verdict": None, "seeds": [0, 1], "figures": {"gain": {}, "each": [1, 2], "mean": 3}}
    today["figures"]["gain"] = {"mean": 0.25, "low": 0.0, "high": 0.5}
    today["predictions"] = [{"question": "Does it?", "choice": "yes", "after_result": None}]
    assert evidence.read(path) == content(**today)


HOSTILE = {
    "another version": (content(schema=3), r"a newer version of the course \(schema 3, and here 2 is the newest\)"),
    "a version far off": (content(schema=10**4000), "a newer version of the course"),
    "an older version": (content(schema=0), "schema is 0, but it must be 2"),
    "no version": ({"claim": "G"}, "the file has no schema"),
    "a version in words": (content(schema="1"), "schema is '1'"),
    "a list": ([content()], "the file is .*, but it must be an object of schema, rule_verdict"),
    "nothing": (None, "the file is None"),
    "a field too many": (content(surprise=1), "and nothing else"),
    "an unknown claim": (content(claim="99"), "its claim, '99', is not in the ledger"),
    "a claim that is a path": (content(claim="../x"), "its claim, '../x', is not in the ledger"),
    "a number for a claim": (content(claim=1), "claim is 1"),
    "lesson 0": (content(lesson=0), "lesson is 0, but it must be a whole number from 1 to 13"),
    "a lesson that does not try the claim": (content(lesson=9), r"lesson is 9, but claim G is tried in \(1,\)"),
    "lesson 1.5": (content(lesson=1.5), "lesson is 1.5"),
    "lesson true": (content(lesson=True), "lesson is True"),
    "no verdict": (content(rule_verdict="proved"), "rule_verdict is 'proved'"),
    "a learner's verdict that is none": (content(learner_verdict="<b>"), "learner_verdict is '<b>'"),
    "figures of texts": (content(figures={"mean": "0.5"}), r"figures\['mean'\] is '0.5'"),
    "figures in a list": (content(figures=[1]), r"figures is \[1\]"),
    "figures too large": (content(figures={"mean": 1e300}), r"figures\['mean'\] is 1e\+300"),
    "figures beyond floats": (content(figures={"mean": 10**4000}), r"figures\['mean'\] is 1000"),
    "figures NaN": (content(figures={"mean": float("nan")}), r"not JSON \(NaN is no number"),
    "figures infinite": (content(figures={"mean": [1, -float("inf")]}), r"not JSON \(-Infinity is no number"),
    "figures true": (content(figures={"mean": True}), r"figures\['mean'\] is True"),
    "a mean below its interval": (
        content(figures={"gain": interval(low=0.3)}),
        r"figures\['gain'\] is \[0.25, 0.3, 0.5\]",
    ),
    "a mean above its interval": (content(figures={"gain": interval(high=0.2)}), "with the mean between"),
    "an interval turned round": (content(figures={"gain": interval(low=0.5, high=0.0)}), "with the mean between"),
    "values of another mean": (content(figures={"gain": interval(values=[0.0, 0.6])}), "mean 0.25, but its values"),
    "values of too many networks": (content(figures={"gain": interval(values=[0.25] * 3)}), "there are 2 seeds"),
    "a network that counts twice": (content(seeds=[*my_seeds(1, name="blue-otter")] * 2), "but they must differ"),
    "a mean square below 0": (
        content(figures={"gain": interval(mean_squares={"networks": -1, "examples": 1, "rest": 1})}),
        r"figures\['gain'\] is",
    ),
    "an interval with more in it": (content(figures={"gain": interval(x=1)}), r"figures\['gain'\] is"),
    "an interval without an end": (content(figures={"gain": {"mean": 0, "low": 0}}), r"figures\['gain'\] is"),
    "the first version's mean below its interval": (
        first_content(figures={"gain": [0.1, 0.2, 0.3]}),
        r"figures\['gain'\] is \[0.1, 0.2, 0.3\]",
    ),
    "the first version's named mean outside": (
        first_content(figures={"high": 0, "low": -1, "mean": 1}),
        r"figures is \[1, -1, 0\]",
    ),
    "the first version without seeds": (first_content(seeds=[]), "seeds is"),
    "the first version with the second's field": (first_content(rule_verdict="fails"), "and nothing else"),
    "the second version with the first's field": (content(verdict="fails"), "and nothing else"),
    "too many figures": (content(figures=dict.fromkeys(map(str, range(101)), 0)), "at most 100 parts"),
    "too long figures": (content(figures={"each": [0] * 1001}), "a list of 0 to 1000"),
    "figures named by a screen command": (content(figures={"\x1b[2J": 1}), r"figures is {'\\x1b\[2J': 1}"),
    "figures nested": (content(figures={"a": [[[[1]]]]}), r"figures\['a'\] is \[\[\[\[1\]\]\]\]"),
    "conditions empty": (content(conditions=""), "conditions is ''"),
    "conditions of spaces": (content(conditions=" \u00a0 "), "its conditions are blank"),
    "conditions too long": (content(conditions="x" * 1001), "conditions is 'xxx"),
    "conditions on two lines": (content(conditions="a\nb"), "conditions is"),
    "conditions turned round": (content(conditions="\u202eabc"), "conditions is"),
    "conditions with half a character": (content(conditions="\ud83d"), "conditions is"),
    "conditions in a list": (content(conditions=["x"]), "conditions is"),
    "no seeds for an interval": (content(seeds=[]), "but there are 0 seeds"),
    "another learner's seeds": (content(seeds=[0, 1]), r"seeds is \[0, 1\], but they must be those of the name"),
    "negative seeds": (content(seeds=[-1]), r"seeds\[0\] is -1"),
    "seeds beyond 64 bits": (content(seeds=[2**64]), r"seeds\[0\] is"),
    "a learner that is a path": (content(learner="../../x"), "learner is '../../x'"),
    "a learner that is HTML": (content(learner="<script>"), "learner is '<script>'"),
    "a learner on two lines": (content(learner="otter\n"), "learner is"),
    "a learner too long": (content(learner="x" * 41), "learner is"),
    "a time that never comes": (content(time="9999-99-99T99:99:99Z"), "time is '9999-99-99T99:99:99Z'"),
    "a time in words": (content(time="yesterday"), "time is 'yesterday'"),
    "versions that are none": (content(versions={"numpy": 2}), r"versions\['numpy'\] is 2"),
    "predictions of texts": (content(predictions=["yes"]), r"predictions\[0\] is 'yes'"),
    "a prediction too much in it": (
        content(predictions=[{"question": "?", "choice": "a", "after_result": None, "x": 1}]),
        "nothing else",
    ),
    "a prediction made after a word": (
        content(predictions=[{"question": "?", "choice": "a", "after_result": "no"}]),
        r"\['after_result'\] is 'no'",
    ),
}
RAW = {
    "empty": (b"", "not JSON"),
    "half a file": (json.dumps(content()).encode()[:150], "not JSON"),
    "two files in one": (json.dumps(content()).encode() * 2, "not JSON"),
    "a pickle": (b"\x80\x04\x95\x1c\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix", "not JSON"),
    "a page": (b"<html><script>alert(1)</script>", "not JSON"),
    "another encoding": (json.dumps(content()).encode("utf-16"), "not JSON"),
    "1e999": (json.dumps(content()).replace("[0.25", "[1e999").encode(), r"figures\['each'\] is \[inf, 1\]"),
    "a field twice": (
        json.dumps(content())[:-1].encode() + b', "rule_verdict": "holds"}',
        "'rule_verdict' is in it twice",
    ),
    "a figure twice": (json.dumps(content()).replace('"gain"', '"each"').encode(), "'each' is in it twice"),
    "a number of 50,000 digits": (
        json.dumps(content(figures={}, seeds=[0])).replace("[0]", f"[{'9' * 50_000}]").encode(),
        "",
    ),
    "lists in lists": (b"[" * 30_000 + b"]" * 30_000, "nested too deeply"),
    "objects in objects": (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "nested too deeply"),
    "lists in figures": (json.dumps(content()).replace("0.5", "[" * 900 + "]" * 900).encode(), "figures"),
    "one byte too many": (json.dumps(content()).encode().ljust(64 * 1024 + 1), "65,537 bytes long, and at most 65,536"),
}


@pytest.mark.parametrize("name", [*HOSTILE, *RAW])
def test_a_hostile_file_is_refused_with_its_name_and_a_short_reason(tmp_path, name):
    path = tmp_path / "x.json"
    written, reason = HOSTILE.get(name) or RAW[name]
    path.write_bytes(written if name in RAW else json.dumps(written).encode())
    with pytest.raises(EvidenceError, match=f"^'x.json' is left out: .*{reason}") as raised:
        evidence.read(path)
    assert len(str(raised.value)) < 600
    assert str(raised.value).isprintable()


def test_as_many_bytes_as_allowed_are_read(tmp_path):
    (tmp_path / "x.json").write_bytes(json.dumps(content()).encode().ljust(64 * 1024))
    assert evidence.read(tmp_path / "x.json") == content()


def test_a_huge_file_is_refused_unread(tmp_path):
    with open(tmp_path / "x.json", "wb") as file:
        file.truncate(100 * 10**6)
    tracemalloc.start()
    try:
        with pytest.raises(EvidenceError, match="it is 100,000,000 bytes long, and at most 65,536 are read"):
            evidence.read(tmp_path / "x.json")
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 10**6


def test_html_in_a_text_is_somebodys_text(tmp_path):
    """Nothing is cut out of it: it is escaped where it is shown."""
    attack = "<img src=x onerror=alert(1)>"
    (tmp_path / "x.json").write_text(json.dumps(content(conditions=attack)))
    assert evidence.read(tmp_path / "x.json")["conditions"] == attack


def test_whole_numbers_written_as_fractions_are_whole(tmp_path):
    (tmp_path / "x.json").write_text(json.dumps(content(lesson=1.0, seeds=[3.0], learner="unnamed", figures={})))
    found = evidence.read(tmp_path / "x.json")
    assert [type(whole) for whole in (found["lesson"], *found["seeds"])] == [int, int]


def test_a_folder_a_link_or_nothing_in_place_of_a_file_is_refused(tmp_path):
    secret, folder = tmp_path / "secret.json", tmp_path / "evidence"
    secret.write_text(json.dumps(content()))
    (folder / "folder.json").mkdir(parents=True)
    names = ["folder.json"]
    try:
        (folder / "link.json").symlink_to(secret)
        (folder / "loop.json").symlink_to("loop.json")
        names += ["link.json", "loop.json"]
    except OSError:  # Windows, where not everybody may make a link
        pass
    for name in names:
        with pytest.raises(EvidenceError, match=f"'{name}' is left out: it is a folder, a link or a device"):
            evidence.read(folder / name)
    with pytest.raises(EvidenceError, match="'nothing.json' is left out: it cannot be read"):
        evidence.read(folder / "nothing.json")
    good, bad = evidence.read_all(folder)
    assert (good, len(bad)) == ([], len(names))


def test_an_unreadable_file_is_refused(tmp_path, monkeypatch):
    (tmp_path / "x.json").write_text(json.dumps(content()))

    def refuse(path, mode):
        if path.name == "x.json":
            raise PermissionError(errno.EACCES, "Permission denied")
        return open(path, mode)

    monkeypatch.setattr("helpers.lab.files.open", refuse, raising=False)
    with pytest.raises(EvidenceError, match=r"'x.json' is left out: it cannot be read \(Permission denied\)"):
        evidence.read(tmp_path / "x.json")


def test_bad_files_are_named_and_the_rest_is_read(tmp_path):
    for name in ("a.json", "C.JSON", "e.json"):
        (tmp_path / name).write_text(json.dumps(content(learner=name[0].lower())))
    (tmp_path / "b.json").write_text("{")
    (tmp_path / "d.json").write_text(json.dumps(content(schema=3)))
    for ignored in ("name.txt", ".a.json.0f.part", "._a.json", "README"):
        (tmp_path / ignored).write_text("not evidence")
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "f.json").write_text(json.dumps(content()))
    good, bad = evidence.read_all(tmp_path)
    assert sorted(found["learner"] for found in good) == ["a", "c", "e"]
    assert [str(error)[:6] for error in bad] == ["'b.jso", "'d.jso"]
    assert all(isinstance(error, EvidenceError) for error in bad)


def test_the_first_version_s_list_of_three_is_an_interval_only_where_the_claim_has_a_margin(tmp_path):
    for figures in ({"outputs": [3, 1, 2]}, {"mean": [1], "low": [2], "high": [3]}):
        (tmp_path / "x.json").write_text(json.dumps(first_content(claim="5", lesson=5, figures=figures)))
        assert evidence.read(tmp_path / "x.json")["figures"] == figures
    assert claims.load_claims()["5"].margin is None
    (tmp_path / "x.json").write_text(json.dumps(first_content(figures={"gain": [0.2, 0.2, 0.2]})))
    assert evidence.read(tmp_path / "x.json")["figures"]["gain"] == {"mean": 0.2, "low": 0.2, "high": 0.2}


def test_a_copy_is_counted_once_and_of_two_by_one_learner_the_later_one_counts(tmp_path):
    files = {
        "01-G-otter (1).json": content(learner="otter"),
        "01-G-otter.json": content(learner="otter"),
        "04-Q-otter.json": content(learner="otter", claim="Q", lesson=4),
        "06-22-otter.json": content(learner="otter", claim="22", lesson=6),
        "03-22-otter.json": content(learner="otter", claim="22", lesson=3),
        "a.json": content(learner="heron", time="2026-01-31T10:00:00Z", rule_verdict="holds"),
        "b.json": content(learner="Heron", time="2026-02-01T09:00:00Z"),
        "c.json": content(learner="heron", time="2026-01-31T23:00:00Z", rule_verdict="holds"),
    }
    for name, held in files.items():
        (tmp_path / name).write_text(json.dumps(held))
    good, bad = evidence.read_all(tmp_path)
    kept = ["01-G-otter (1).json", "03-22-otter.json", "04-Q-otter.json", "06-22-otter.json", "b.json"]
    assert good == [files[name] for name in kept]
    assert [str(error) for error in bad] == [
        "'01-G-otter.json' is left out: '01-G-otter (1).json' is by the same learner on the same claim",
        "'a.json' is left out: 'b.json' is by the same learner on the same claim",
        "'c.json' is left out: 'b.json' is by the same learner on the same claim",
    ]


def test_learners_without_a_name_may_be_several_but_a_copy_is_none(tmp_path):
    first = content(learner="unnamed")
    swapped = dict(reversed(first.items()))  # as another program may store it
    later = {**first, "time": "2026-02-01T00:00:00Z"}
    for name, held in {"a": first, "a (1)": first, "a (2)": swapped, "b": later}.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(held))
    good, bad = evidence.read_all(tmp_path)
    assert [found["time"] for found in good] == [first["time"], later["time"]] and len(bad) == 2


def test_what_is_dated_in_the_future_is_left_out_and_replaces_nothing(tmp_path):
    def after(**apart):
        return (datetime.now(UTC) + timedelta(**apart)).strftime(schema.TIME)

    for name, time in {"now": after(days=0), "zone": after(hours=20), "later": after(days=2)}.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(content(learner=name, time=time)))
    (tmp_path / "again.json").write_text(json.dumps(content(learner="now", time="9999-01-01T00:00:00Z")))
    good, bad = evidence.read_all(tmp_path)
    assert [found["learner"] for found in good] == ["now", "zone"]
    assert len(bad) == 2 and all("is yet to come, by the clock" in str(error) for error in bad)


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="this system allows no such names")
def test_a_name_of_a_file_cannot_act_on_the_screen(tmp_path):
    (tmp_path / "\x1b[2J\u202e.json").write_text("{")
    (tmp_path / os.fsdecode(b"\xff.json")).write_text("{")
    _, bad = evidence.read_all(tmp_path)
    assert len(bad) == 2 and all(str(error).isprintable() for error in bad)


def test_an_empty_folder_has_no_evidence_and_a_missing_one_is_said(tmp_path):
    assert evidence.read_all(tmp_path) == ([], [])
    for missing in (tmp_path / "nowhere", str(tmp_path / "nowhere")):
        with pytest.raises(EvidenceError, match=r"the folder '.*nowhere' cannot be read \(No such file"):
            evidence.read_all(missing)
