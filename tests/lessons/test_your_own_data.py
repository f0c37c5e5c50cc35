"""Your own data: what the form says of a file, what the panel shows of an answer, and what becomes of Run and Stop."""

import asyncio
import html
import os
import re
import tempfile
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from helpers.classroom.questions import Prediction
from helpers.lab import Data, Recipe, advise, executors
from helpers.lab.advise.arms import TREES, WORDS, label
from helpers.lab.advise.progress import Progress
from helpers.lab.own_table import table_columns
from helpers.lessons.your_own_data import form, pictures, search
from tests.lab.advise.conftest import make_small

NAME = "your-own-data"
ROWS = 120


@pytest.fixture(autouse=True)
def folders(tmp_path, monkeypatch):
    monkeypatch.setenv("DROPOUT_COURSE_EVIDENCE", str(tmp_path / "evidence"))
    monkeypatch.setenv("DROPOUT_COURSE_CACHE", str(tmp_path / "cache"))
    form.show.cache_clear()


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """The folder for temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def table(tmp_path):
    """A file with a table: three classes, a column of categories, empty cells, and a name to be escaped."""
    random = np.random.default_rng(0)
    lines = ["<b>height</b>,colour,batch,kind"]
    for row in range(ROWS):
        height = "" if row % 10 == 3 else f"{random.normal():.3f}"
        lines.append(f"{height},{['red', 'blue'][row % 2]},{row // 4},{['<i>sound</i>', 'worn', 'broken'][row % 3]}")
    path = tmp_path / "pumps.csv"
    path.write_text("\n".join(lines))
    return path


def told(widget):
    """The text in an HTML widget, unescaped."""
    return html.unescape(re.sub("<[^>]*>", "", widget.value))


def test_the_form_opens_with_the_example_and_says_what_it_understood():
    shown = form.show()
    assert shown.is_example and shown.controls["label"].value == "particle"
    assert told(shown.told) == "✔ gamma-rays.csv: 1,200 rows, 10 features, 2 classes."
    assert "gamma 762, hadron 438" in shown.picture.sentence
    assert shown.picture.data[:4] == b"\x89PNG" and "What was understood" in shown.fallback()


def test_another_file_brings_its_own_columns_and_nothing_in_it_becomes_html(table):
    shown = form.show()
    shown.bring(table)
    assert told(shown.told) == f"✔ pumps.csv: {ROWS} rows, 4 features, 3 classes."
    assert [*shown.controls["label"].options] == ["<b>height</b>", "colour", "batch", "kind"]
    assert "<b>height" not in shown.understood.value and "&lt;b&gt;height" in shown.understood.value
    assert "<i>" not in shown.told.value + shown.understood.value
    shown.controls["groups"].value = "batch"
    assert "batch" not in shown.table.report.features
    shown.controls["drop"].value = ("colour",)
    assert shown.table.report.features == ("<b>height</b> is missing", "<b>height</b>")
    shown.ours.click()
    assert shown.is_example and shown.controls["groups"].value == "" and shown.controls["drop"].value == ()


def test_no_name_of_a_class_is_cut_off_however_long_the_last_table_s_were(tmp_path):
    path = tmp_path / "plans.csv"
    path.write_text("\n".join(["age,plan", *(f"{row},{['upgrades its plan', 'no'][row % 2]}" for row in range(2, 60))]))
    shown = form.show()
    shown.bring(path)
    for axes in shown.figure.axes:
        for name in axes.get_yticklabels():
            assert name.get_window_extent().x0 >= 0, f"{name.get_text()!r} begins outside the picture"


def test_what_is_wrong_is_told_in_a_line_and_can_be_mended(table):
    shown = form.show()
    shown.bring(table)
    shown.controls["label"].value = "<b>height</b>"
    assert shown.table is None and "regression" in told(shown.told) and "<b>height" not in shown.told.value
    assert shown.picture.layout.display == "none" and shown.understood.value == ""
    shown.controls["label"].value = "kind"
    assert shown.table.report.rows == ROWS and shown.picture.layout.display is None


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("page.csv", b"<!doctype html><script>alert(1)</script>", "is a web page"),
        ("../../<script>.csv", b"", "_script_.csv is empty"),
        ("x.npz", b"PK\x03\x04 no archive", "x.npz is not the NumPy archive"),
        (".csv", b"a,b\n1,2\n", "csv has the same label"),
    ],
)
def test_a_hostile_upload_is_refused_in_a_line_and_leaves_nothing(temporary, monkeypatch, name, content, said):
    read = []

    def noted(path):
        read.append((path.parent.parent, path.read_bytes()))
        return table_columns(path)

    monkeypatch.setattr(form, "table_columns", noted)
    shown = form.show()
    upload(shown, name, content)
    assert told(shown.told).startswith("✘ ") and said in told(shown.told) and "<script" not in shown.told.value
    assert shown.table is None and bytes(shown.upload.value[0]["content"]) == b"", "it is not kept twice"
    assert read[1:] == [(temporary, content)] and not [*temporary.iterdir()]


def upload(shown, name, content):
    file = {"name": name, "type": "", "size": len(content), "content": memoryview(content)}
    shown.upload.value = (file | {"last_modified": datetime.now(UTC)},)


def test_the_program_for_an_upload_names_the_file_and_not_where_it_was_read(table, temporary, answer):
    shown = form.show()
    upload(shown, table.name, table.read_bytes())
    for package in ("torch", "sklearn"):
        program = replace(answer, report=shown.table.report).code(package)
        assert '"pumps.csv"' in program and str(temporary) not in program
    shown.bring(table)
    assert [*shown.table.report.source.files] == [str(table)]


def test_the_button_counts_the_upload_until_another_table_is_there(table, temporary):
    shown = form.show()
    assert len(shown.upload.value) == 0
    upload(shown, table.name, table.read_bytes())
    assert len(shown.upload.value) == 1 and shown.table.report.rows == ROWS
    upload(shown, table.name, b"\n".join(table.read_bytes().splitlines()[:-3]))
    assert len(shown.upload.value) == 1 and shown.table.report.rows == ROWS - 3, "the same name, another content"
    shown.ours.click()
    assert len(shown.upload.value) == 0 and shown.is_example


def test_a_running_number_is_told_and_left_out_by_a_button(tmp_path):
    path = tmp_path / "customers.csv"
    path.write_text("\n".join(["id,age,plan", *(f"{7001 + 3 * row},{row % 9},{'ab'[row % 2]}" for row in range(60))]))
    shown = form.show()
    assert shown.doubts.children == ()
    shown.bring(path)
    ((line, button),) = (one.children for one in shown.doubts.children)
    assert "⚠ id looks like a running number" in told(line) and button.description == "Leave out id"
    button.click()
    assert shown.table.report.features == ("age",) and shown.doubts.children == ()
    assert shown.controls["drop"].value == ("id",)


def test_what_was_uploaded_hours_ago_is_still_there(table, temporary):
    """Whatever is lying in the folder for temporary files is cleared away sooner or later, by us as well."""
    shown = form.show()
    upload(shown, table.name, table.read_bytes())
    for path in temporary.rglob("*"):
        os.utime(path, (0, 0))
    executors._notes(1).cleanup()
    shown.controls["groups"].value = "batch"
    assert "batch" not in shown.table.report.features
    upload(shown, "other.csv", table.read_bytes())
    assert told(shown.told).startswith("✔ other.csv")


def test_an_upload_that_cannot_be_put_anywhere_is_told(table, monkeypatch):
    shown = form.show()
    monkeypatch.setattr(tempfile, "tempdir", str(table))
    upload(shown, table.name, table.read_bytes())
    assert told(shown.told).startswith("✘ ") and "Not a directory" in told(shown.told) and shown.table is None


def test_its_cell_run_again_gives_the_form_that_a_search_is_for(table):
    shown = form.show()
    shown.bring(table)
    assert form.show() is shown and shown.table.report.rows == ROWS


def test_a_path_is_typed_with_quotes_or_wrongly(table):
    shown = form.show()
    shown.path.value = f' "{table}" '
    assert shown.table.report.rows == ROWS
    shown.path.value = str(table.with_name("pump.csv"))
    assert "✘ pump.csv does not exist. Did you mean 'pumps.csv'?" in told(shown.told)


@pytest.fixture(scope="module")
def answer(tmp_path_factory):
    x = np.random.default_rng(0).normal(size=(240, 4))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DROPOUT_COURSE_CACHE", str(tmp_path_factory.mktemp("cache")))
        make_small(patch)
        return advise(Data.from_arrays(x, (x[:, 0] > 0).astype(int)), settings=2, seeds=2, tell=str)


def test_every_kind_has_a_look_and_can_be_guessed():
    assert {*pictures.LOOKS} == {*WORDS} - {"commonest class"}
    assert sorted(arm for arms in pictures.GUESSES.values() for arm in arms) == sorted({*WORDS} - {TREES})
    assert len({(look.colour, look.marker) for look in pictures.LOOKS.values()}) == len(pictures.LOOKS)
    assert {*pictures.SETTINGS} <= {*Recipe.__dataclass_fields__}


def test_an_answer_is_shown_whole(answer):
    panel = search.Search(form.show())
    assert panel.picture.layout.display == "none" and "press Run" in told(panel.told)
    panel.take(answer)
    assert told(panel.sentence).strip() == answer.sentence
    assert panel.picture.layout.display is None and "95 % intervals" in panel.picture.sentence
    shown = told(panel.details)
    assert answer.code("torch") in shown and answer.code("sklearn") in shown and str(answer.plan) in shown
    assert f"★ {answer.recommendation}" in shown and answer.arms["dropout"].test_accuracy.as_percent() in shown
    assert answer.plan.skipped.startswith("Skipped: ") and answer.plan.skipped in shown
    assert panel.fallback().count("<details") == 5 and "<img alt=" in panel.fallback()
    left, right = panel.figure.axes
    shown_arms = [tick.get_text().removeprefix("★ ") for tick in left.get_yticklabels()]
    assert shown_arms == [label(arm) for arm in [*answer.arms][1:]] and "mix of all" in shown_arms
    assert [text.get_text() for text in left.texts] == [
        f"{100 * one.test_accuracy.mean:.1f}" for arm, one in answer.arms.items() if arm != "commonest class"
    ]
    mean = answer.arms[answer.recommendation].test_accuracy.mean
    assert left.get_title(loc="left") == f"★ Take {answer.recommendation}: {mean:.1%} right"


def test_the_whole_program_is_shown_first_for_the_package_that_can_do_it(answer):
    whole = replace(answer, report=form.show().table.report)
    parts = re.findall("<summary[^>]*><b>(.*?)</b>", pictures.details_of(whole))
    name = {"torch": "PyTorch", "sklearn": "scikit-learn"}[whole.package]
    assert parts[1] == f"The whole program, from your file to a new row's class, in {name}"
    assert html.escape(whole.code()) in pictures.details_of(whole)


def test_where_there_is_nothing_to_learn_no_network_is_marked(answer):
    common = answer.arms["commonest class"]
    same = {"correct": common.correct, "validation": common.validation}
    nothing = replace(answer, arms={arm: replace(one, **same) for arm, one in answer.arms.items()})
    assert nothing.recommendation == "commonest class"
    panel = search.Search(form.show())
    panel.take(nothing)
    assert "★" not in "".join(label.get_text() for label in panel.figure.axes[0].get_yticklabels())
    assert "There are none" in told(panel.details)


def test_a_guess_comes_back_with_the_answer(answer):
    guess = Prediction("Which kind, in this test?", [*pictures.GUESSES])
    panel = search.Search(form.show(), guess)
    panel.take(answer)
    assert "Your prediction" not in panel.sentence.value and not guess.result_was_shown
    right = next(words for words, arms in pictures.GUESSES.items() if answer.recommendation in arms)
    guess.respond(right)
    panel.take(answer)
    assert "✔ You were right" in told(panel.sentence) and guess.result_was_shown


@pytest.fixture
def steps(answer, monkeypatch):
    """In place of a search: fifty steps of a tenth of a second, of which each one that is done is noted here."""
    done = []

    def searched(table, minutes, tell, watch):
        with Progress([("search, round 1 of 3", 5.0)], watch) as progress:
            progress.begin("search, round 1 of 3")
            for step in range(1, 51):
                time.sleep(0.1 if minutes > 1 else 0)
                done.append(step)
                progress.note(step / 50)
        return answer

    monkeypatch.setattr(search, "advise", searched)
    monkeypatch.setattr(search, "planned", lambda table, minutes: (None, f"{minutes} <minutes> for {table.name}"))
    return done


def test_run_answers_for_the_table_that_is_there(steps, answer):
    async def run():
        panel = search.Search(form.show())
        panel.controls["minutes"].value = 0.5
        panel.run()
        panel.run()  # pressed twice
        await asyncio.sleep(0)
        assert (panel.buttons["run"].disabled, panel.buttons["stop"].disabled) == (True, False)
        await panel.task
        return panel

    panel = asyncio.run(run())
    assert len(steps) == 50 and panel.answer is answer
    assert told(panel.told).startswith("Done in ") and answer.sentence in told(panel.sentence)
    assert not panel.running and panel.bar not in panel.row.children
    assert (panel.buttons["run"].disabled, panel.buttons["stop"].disabled) == (False, True)


def test_stop_is_heard_at_once_and_what_was_searched_is_told_meanwhile(steps, answer):
    async def run():
        panel = search.Search(form.show())
        panel.run()
        while len(steps) < 5:
            await asyncio.sleep(0.05)
        assert panel.running and panel.bar in panel.row.children and 0 < panel.bar.value < 0.5
        assert "Now: search, round 1 of 3" in told(panel.told)
        panel.stop()
        stopped = time.monotonic()
        await panel.task
        assert time.monotonic() - stopped < 1 and "Stopped after" in told(panel.told)
        assert panel.answer is None and not panel.running
        await panel.work
        searched = len(steps)
        assert searched < 20
        panel.controls["minutes"].value = 0.5
        panel.run()
        await panel.task
        assert len(steps) == searched + 50 and panel.answer is answer

    asyncio.run(run())


def test_the_time_before_stop_counts_and_the_bar_never_goes_back(steps):
    async def run():
        panel, seen = search.Search(form.show()), []
        panel.bar.observe(lambda change: seen.append(change["new"]), "value")
        panel.run()
        while len(steps) < 15:
            await asyncio.sleep(0.05)
        assert re.search(r"gone, about [2-6] s left", told(panel.told)), told(panel.told)
        panel.stop()
        await panel.task
        stopped = panel.before
        assert stopped > 1
        panel.controls["minutes"].value = 0.5
        panel.run()
        await panel.task
        assert seen == sorted(seen) and seen[0] < 0.2
        return told(panel.told), round(stopped)

    done, stopped = asyncio.run(run())
    total, before = map(int, re.fullmatch(r"Done in (\d+) s, of which (\d+) s before it was stopped\.", done).groups())
    assert before == stopped <= total


def test_no_result_for_long_is_said_and_stop_is_heard_all_the_same(monkeypatch):
    """As where the processes that train were suspended: then the search itself says nothing more."""
    monkeypatch.setattr(search, "SILENT", 0.3)
    monkeypatch.setattr(search, "planned", lambda table, minutes: (None, ""))
    end = threading.Event()

    def suspended(table, minutes, tell, watch):
        with Progress([("search, round 1 of 3", 5.0)], watch) as progress:
            progress.begin("search, round 1 of 3")
            progress.note(0.1)
            end.wait()

    monkeypatch.setattr(search, "advise", suspended)

    async def run():
        panel = search.Search(form.show())
        for doing in ("search, round 1 of 3", "ending the search that was stopped"):
            panel.run()
            while "No result for " not in told(panel.told):
                await asyncio.sleep(0.05)
            assert "were suspended" in told(panel.told) and f"Now: {doing}." in told(panel.told)
            panel.stop()
            await asyncio.wait_for(panel.task, 2)
            assert "Stopped after" in told(panel.told)
        end.set()
        await panel.work

    asyncio.run(run())


def test_stop_is_heard_while_the_search_before_is_ending(steps):
    async def run():
        panel = search.Search(form.show())
        for _ in range(2):
            panel.run()
            while not steps:
                await asyncio.sleep(0.05)
            panel.stop()
            await panel.task
        return panel

    assert asyncio.run(run()).answer is None and len(steps) < 20


def test_a_search_whose_cell_is_run_again_stops(steps):
    """Its Stop is gone from the page."""

    async def run():
        panel = search.Search(form.show())
        panel.run()
        while not steps:
            await asyncio.sleep(0.05)
        search.Search(form.show())
        await panel.task
        await panel.work

    asyncio.run(run())
    assert len(steps) < 20


def searched_in_a_browser(monkeypatch, pause):
    """A Search after its Run in a browser, whose `pause` gets the Search."""

    async def run():
        panel = search.Search(form.show())
        panel.controls["minutes"].value = 0.5
        monkeypatch.setattr(search, "pause", lambda: pause(panel))
        panel.run()
        await panel.task
        return panel

    monkeypatch.setattr("sys.platform", "emscripten")
    return asyncio.run(run())


def test_in_a_browser_stop_is_heard_when_the_search_pauses(steps, monkeypatch):
    def pause(panel):
        if len(steps) == 5:
            panel.stop()
        return True

    panel = searched_in_a_browser(monkeypatch, pause)
    assert len(steps) == 5 and panel.answer is None and not panel.running
    assert "Stopped after" in told(panel.told) and "until the page is closed" in told(panel.told)


def test_a_browser_that_cannot_pause_says_how_to_stop(steps, answer, monkeypatch):
    said = []

    def pause(panel):
        said.append(told(panel.told))
        return False

    panel = searched_in_a_browser(monkeypatch, pause)
    assert "Stop is not heard in this browser. To stop: menu Kernel, Restart Kernel." in said[-1]
    assert len(steps) == 50 and panel.answer is answer


def test_an_answer_for_another_table_than_the_one_that_is_there_is_not_shown(steps, table):
    async def run():
        shown = form.Form()
        panel = search.Search(shown)
        panel.run()
        while not steps:
            await asyncio.sleep(0.05)
        shown.bring(table)
        await shown.task
        await panel.task
        await panel.work
        assert panel.answer is None and not panel.running
        assert told(panel.told) == "Choose a budget, then press Run.", "not that something was stopped"

    asyncio.run(run())


@pytest.mark.usefixtures("steps")
def test_what_a_budget_buys_is_told_before_it_is_spent(table):
    async def run():
        shown = form.Form()
        panel = search.Search(shown)
        await panel.looking
        assert told(panel.offer) == "5 <minutes> for gamma-rays" and "<min" not in panel.offer.value
        panel.controls["minutes"].value = 10
        await asyncio.sleep(0)
        await panel.looking
        assert told(panel.offer) == "10 <minutes> for gamma-rays"
        shown.bring(table)
        await shown.task
        await panel.looking
        assert told(panel.offer) == "10 <minutes> for pumps"
        table.write_text("")
        shown.bring(table)
        await shown.task
        await panel.looking
        assert told(panel.offer) == "" and panel.answer is None

    asyncio.run(run())


def test_what_stops_a_search_is_told(monkeypatch):
    def refuse(table, minutes, tell, watch):
        raise ValueError("seeds is 1, but must be <at least 2>")

    async def run():
        panel = search.Search(form.show())
        monkeypatch.setattr(search, "advise", refuse)
        monkeypatch.setattr(search, "planned", lambda table, minutes: (None, ""))
        panel.run()
        await panel.task
        return panel

    panel = asyncio.run(run())
    assert told(panel.told) == "seeds is 1, but must be <at least 2>" and "<at" not in panel.told.value


def test_without_a_table_run_says_so(table):
    async def run():
        shown = form.Form()
        panel = search.Search(shown)
        table.write_text("")
        shown.bring(table)
        await shown.task
        panel.run()
        await panel.task
        return told(panel.told)

    assert asyncio.run(run()) == "There is no table to search for yet."
