"""In a browser experiments are smaller, and say so; elsewhere nothing changes."""

import subprocess
import sys

import pytest

from helpers.lab import Recipe, choose_name, load_optdigits, machine, my_seeds, train_runs
from helpers.lab.names import UNNAMED
from helpers.lab.runs import _work


@pytest.mark.parametrize(("count", "here"), [(1, 1), (5, 5), (10, 5), (20, 5)])
def test_in_a_browser_there_are_five_networks_at_most(monkeypatch, capsys, count, here):
    everywhere = my_seeds(count)
    monkeypatch.setattr(sys, "platform", "emscripten")
    assert my_seeds(count) == everywhere[:here]
    told = capsys.readouterr().out
    assert told.startswith(f"{here} networks here instead of {count}:") if here < count else not told


def test_a_lesson_may_ask_for_fewer_in_a_browser(monkeypatch, capsys):
    assert len(my_seeds(10, in_a_browser=3)) == 10
    monkeypatch.setattr(sys, "platform", "emscripten")
    assert my_seeds(10, in_a_browser=3) == my_seeds(3)
    assert capsys.readouterr().out.startswith("3 networks here instead of 10:")


def test_elsewhere_there_are_as_many_as_asked_for(capsys):
    assert len(my_seeds(20)) == 20 and not capsys.readouterr().out


def test_in_a_browser_everybody_has_the_seeds_for_which_there_are_stored_results(monkeypatch, tmp_path):
    monkeypatch.setenv("DROPOUT_COURSE_EVIDENCE", str(tmp_path))
    choose_name("blue otter")
    monkeypatch.setattr(sys, "platform", "emscripten")
    assert my_seeds(3) == [0, 1, 2] and my_seeds(2, "tuning") == [10_000, 10_001]


def test_who_names_a_learner_gets_all_seeds_in_a_browser_too(monkeypatch):
    monkeypatch.setattr(sys, "platform", "emscripten")
    assert len(my_seeds(20, name=UNNAMED)) == 20


@pytest.fixture
def data(tmp_path, monkeypatch):
    """A data set of 100 training examples, and no results from earlier trainings."""
    monkeypatch.setenv("DROPOUT_COURSE_CACHE", str(tmp_path))
    return load_optdigits(train=100)


def jobs(epochs):
    return [(Recipe(hidden=(8,), epochs=epochs), seed) for seed in my_seeds(2)]


def test_in_a_browser_long_trainings_are_cut_short_in_proportion(monkeypatch, capsys, data):
    mixed, lengths = jobs(4) + jobs(8), lambda runs: [len(run.train_loss) for run in runs]
    monkeypatch.setattr(machine, "MOST_WORK", 1)
    monkeypatch.setattr(sys, "platform", "emscripten")
    assert lengths(train_runs(mixed, data)) == [1, 1, 1, 1] and "0% of its epochs here" in capsys.readouterr().out
    assert lengths(train_runs(mixed, data, watch=[4])) == [4, 4, 8, 8]
    needed = sum(_work(job, data, "validation", False) for job in mixed)
    monkeypatch.setattr(machine, "MOST_WORK", needed / 2)
    assert lengths(train_runs(mixed, data)) == [2, 2, 4, 4] and "50% of its epochs" in capsys.readouterr().out
    monkeypatch.setattr(sys, "platform", "linux")
    assert lengths(train_runs(mixed, data)) == [4, 4, 8, 8] and not capsys.readouterr().out
    monkeypatch.setattr(sys, "platform", "emscripten")
    assert lengths(train_runs(mixed, data)) == [4, 4, 8, 8] and not capsys.readouterr().out  # they are kept


def test_what_may_take_as_long_as_it_takes_is_not_cut_short_in_a_browser(monkeypatch, capsys, data):
    monkeypatch.setattr(machine, "MOST_WORK", 1)
    monkeypatch.setattr(sys, "platform", "emscripten")
    runs = train_runs(jobs(4), data, whole=True)
    assert [len(run.train_loss) for run in runs] == [4, 4] and not capsys.readouterr().out


def test_to_watch_and_to_judge_is_work_too(data):
    job, judged = (Recipe(hidden=(8,), epochs=6), 0), len(data.validation)
    trained = 6 * (4000 + 64 * 8 + 8 * 10)  # one batch each
    assert _work(job, data, "validation", False) == pytest.approx(trained * (1 + judged / 3 / 600))
    judged += 6 * (100 + judged)  # of training and validation examples after each epoch
    assert _work(job, data, "validation", True) == pytest.approx(trained * (1 + judged / 3 / 600))


@pytest.mark.parametrize(("part", "told"), [(0.3, "Expect other numbers"), (0.2, "too short to judge by")])
def test_a_training_much_too_short_is_no_ground_to_judge_by(monkeypatch, capsys, part, told):
    monkeypatch.setattr(sys, "platform", "emscripten")
    assert machine.affordable_part(machine.MOST_WORK / part, machine.MOST_WORK + 1) == pytest.approx(part)
    assert told in capsys.readouterr().out


def test_in_a_browser_short_trainings_stay_as_they_are(monkeypatch, capsys, data):
    monkeypatch.setattr(sys, "platform", "emscripten")
    assert [len(run.train_loss) for run in train_runs(jobs(3), data)] == [3, 3] and not capsys.readouterr().out


def test_what_was_found_in_a_browser_says_so(monkeypatch):
    assert machine.as_found_here("8×8 digits") == "8×8 digits"
    monkeypatch.setattr(sys, "platform", "emscripten")
    assert machine.as_found_here("8×8 digits") == "8×8 digits; in a browser, on a smaller scale"


BARS = """
import sys
sys.platform = {platform!r}
import io, time
from helpers.classroom.bars import tqdm
from helpers.lab import executors
executors.DELAY = 0
shown = []
for bar in (tqdm(total=4, file=io.StringIO()), executors.progress_bar("comparing", 4)):
    shown.append(str(bar))
print(shown)
"""


@pytest.mark.parametrize(("platform", "says"), [("emscripten", 2), (sys.platform, 0)])
def test_next_to_a_bar_stands_how_to_stop_in_a_browser_alone(platform, says):
    ran = subprocess.run([sys.executable, "-c", BARS.format(platform=platform)], capture_output=True, text=True)
    assert ran.stdout.count("0/4") == 1 and ran.stdout.count("to go") == 1, ran.stderr
    assert ran.stdout.count("To stop: menu Kernel, Restart Kernel") == says
