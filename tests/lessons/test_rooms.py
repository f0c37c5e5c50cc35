"""Every lesson's room: its experiment runs, in small; nothing else knows it; and the ledger says what results say."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from helpers.lab import VERDICTS, load_claims, load_results, my_seeds, results
from helpers.lab.seeds import PURPOSES
from helpers.lessons import __main__ as command
from helpers.lessons import trials
from helpers.lessons.lesson_01 import experiment as lesson_01
from helpers.lessons.lesson_03 import experiment as lesson_03
from tests.lessons.common import shrink


@pytest.fixture
def results_written(monkeypatch, tmp_path):
    """The folder into which results are written for this test."""
    monkeypatch.setattr(results, "results_folder", lambda: tmp_path)
    return tmp_path


def test_each_is_run_in_small_by_its_lesson_s_tests():
    for lesson in command.with_experiment():
        tests = Path(__file__).with_name(f"test_lesson_{lesson:02}.py").read_text(encoding="utf-8")
        assert f"helpers.lessons.lesson_{lesson:02} import" in tests and "    check_run(experiment)\n" in tests


def test_the_command_writes_what_another_name_finds_into_a_file_of_its_own(results_written, monkeypatch):
    shrink(monkeypatch, lesson_01, RATES=(0.1,), HIDDEN=4, EPOCHS=1)
    monkeypatch.setattr("sys.argv", ["helpers.lessons", "1", "--name", "Blue Otter"])
    command.main()
    assert [path.name for path in results_written.iterdir()] == ["lesson-01-blue-otter.json"]
    found = load_results("lesson-01-blue-otter")
    assert found["command"] == "python -m helpers.lessons 1 --name blue-otter"
    assert found["seeds"] == my_seeds(2, name="blue otter") != my_seeds(2, name="unnamed")


@pytest.mark.filterwarnings("ignore:::distributed")
def test_the_command_trains_on_the_cluster_that_it_is_given(results_written, monkeypatch):
    distributed = pytest.importorskip("distributed")
    shrink(monkeypatch, lesson_03, RATES=(0.0, 0.5), TRIALS=2)
    run, used = lesson_03.run, []
    monkeypatch.setattr(lesson_03, "run", lambda executor, name: used.append(executor) or run(executor, name))
    with distributed.LocalCluster(1, processes=False, dashboard_address=":0") as cluster:
        monkeypatch.setattr("sys.argv", ["helpers.lessons", "3", "--scheduler", cluster.scheduler_address])
        command.main()
    (executor,) = used
    assert type(executor).__module__.startswith("distributed")
    on_the_cluster = load_results("lesson-03")["figures"]
    with ThreadPoolExecutor(1) as here:
        command.run(3, here)
    assert load_results("lesson-03")["figures"] == on_the_cluster


def test_the_seeds_are_the_same_whatever_name_a_learner_has_chosen(monkeypatch, tmp_path):
    monkeypatch.setenv("DROPOUT_COURSE_EVIDENCE", str(tmp_path))
    nobodys = {purpose: my_seeds(3, purpose) for purpose in PURPOSES}
    (tmp_path / "name.txt").write_text("blue-otter")
    for purpose, seeds in nobodys.items():
        assert my_seeds(3, purpose, "unnamed") == seeds != my_seeds(3, purpose)


def test_the_ledger_says_what_the_results_say():
    told = [claim for claim in load_claims().values() if claim.figures]
    assert told
    for claim in told:
        assert trials.decided(claim.id) == claim.verdict
        blocks = claim.id in trials.trials() and trials.verdict(claim.id)
        command = f"{trials.COMMAND} {claim.id}" if blocks else load_results(claim.figures)["command"]
        assert claim.command == command
        assert claim.verdict in VERDICTS


def test_nothing_outside_of_the_rooms_knows_a_lesson_s_number():
    for path in sorted(Path(command.__file__).parents[1].rglob("*.py")):
        if not any(part.startswith("lesson_") for part in path.parts):
            named = re.findall(r"lesson[_-]0\d|[Ll]esson \d", path.read_text(encoding="utf-8"))
            assert not named or path.name == "readme.py", f"{path.name} names {named}"
