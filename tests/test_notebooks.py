"""Every notebook: clean as committed, in the frame of a lesson, and right when it is run, as received and solved."""

import ast
import importlib
import re
import subprocess
import sys
from collections import Counter, defaultdict
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import nbformat
import numpy as np
import pytest

import start
from helpers.classroom import notebook as lesson_file
from helpers.classroom.exercises import Exercise
from helpers.classroom.figures import subplots
from helpers.lab import check_verdict, load_claims, schema
from helpers.lessons import contents

from . import legible
from . import notebooks as lessons
from .notebooks import FENCED, LESSONS, NAMES, code_cells, exercises, headings, prose, read

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)[^)]*\)")
MACHINE_PATH = re.compile(r"(?<![\w.])(/home/|/root/|/Users/|/tmp/|/mnt/|[A-Za-z]:\\)")
ALLOWED_TAGS = {"exercise", "nbval-check-output", "nbval-ignore-output"}
GLOBAL_RANDOMNESS = re.compile(r"np\.random\.(?!default_rng\b|Generator\b)|^\s*(import|from) random\b", re.M)
OTHER_PICTURES = re.compile(
    r"\bplt\b|pyplot|pylab|%matplotlib|^\s*(import|from) (matplotlib|IPython)|\bdisplay\(", re.M
)
JUDGED = re.compile(r"\bjudge\(\s*\"(\w+)\"")
FRAME = ["The claim", "You judge", "Tweak", "For sceptics (skip me)", "Exercises", "Quiz", "Key points"]
OLD_FRAME = ["The claim on trial", "Predict", "Tweak", "Explain", "Exercises", "Quiz", "Verdict", "Key points"]

each_notebook = pytest.mark.parametrize("name", NAMES)
each_lesson = pytest.mark.parametrize("name", LESSONS)

# Lessons longer than an evening, until they are rewritten. A lesson comes off this list then, or the test fails.
TOO_LONG = ()
too_long = pytest.mark.xfail(reason="longer than an evening, and to be rewritten")
each_lesson_rewritten = pytest.mark.parametrize(
    "name", [pytest.param(name, marks=too_long if name[:2] in TOO_LONG else ()) for name in LESSONS]
)


def defined(source):
    """The functions and classes that a cell defines; a class counts with its methods as one."""
    code = "\n".join(line for line in source.splitlines() if not line.lstrip().startswith(("%", "!")))
    kinds = ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef
    nodes = [*ast.walk(ast.parse(code))]
    methods = [method for node in nodes if isinstance(node, ast.ClassDef) for method in node.body]
    return [node.name for node in nodes if isinstance(node, kinds) and node not in methods]


def test_there_are_lessons():
    assert LESSONS and [lessons.HOME, *LESSONS] == [name for name in NAMES if name[:2].isdigit()]
    assert [name[:2] for name in LESSONS] == [f"{number:02}" for number in range(1, len(LESSONS) + 1)]
    assert Path(start.HOME).stem == lessons.HOME
    assert [lesson.file for lesson in contents.lessons()] == [f"{name}.ipynb" for name in LESSONS]


def test_a_stated_number_is_found_however_its_sentence_is_worded():
    for text in ("With 4,000 it *adds* 1.5 points.", "- It adds 1.5 points,\n  given 4,000; or 7 points with fewer."):
        assert lessons.stated(text, "adds # points", "4,000") == 1.5
    assert lessons.stated("1,200 steps, nine trials", "# steps, # trials") == (1200, 9)
    for text in ("It adds 1.5 points. With 4,000, more.", "With 4,000 it adds 1.5 points. At 4,000 it adds 2 points."):
        with pytest.raises(AssertionError, match="is stated as"):
            lessons.stated(text, "adds # points", "4,000")


# As committed.


@each_notebook
def test_no_results_are_committed(name):
    notebook = read(name)
    for cell in code_cells(notebook):
        assert cell.outputs == [] and cell.execution_count is None, cell.id
    assert set(notebook.metadata) <= {"kernelspec", "language_info"}  # so no widgets' state either
    assert notebook.metadata.kernelspec.name == "python3"


@each_notebook
def test_cells_have_ids_of_their_own_and_no_leftovers(name):
    notebook = read(name)
    assert max(Counter(cell.id for cell in notebook.cells).values()) == 1
    for cell in notebook.cells:
        assert set(cell.metadata) <= {"tags", "jupyter", "jp-MarkdownHeadingCollapsed"}, cell.id
        assert set(cell.metadata.get("tags", [])) <= ALLOWED_TAGS, cell.id
        assert cell.metadata.get("jupyter", {"source_hidden": True}) == {"source_hidden": True}, cell.id
        assert cell.source.strip(), f"{cell.id} is empty"
        assert "attachments" not in cell


def test_no_function_is_defined_twice():
    places = defaultdict(list)
    for name in NAMES:
        for cell in code_cells(read(name)):
            for function in defined(cell.source):
                places[function].append(f"{name}, {cell.id}")
    assert {function: found for function, found in places.items() if len(found) > 1} == {}


@each_notebook
def test_no_name_is_bound_in_two_cells(name):
    """Or a cell that is run again would find another thing under its name than it found the first time."""
    places = defaultdict(list)
    for cell in code_cells(read(name)):
        for bound in lessons.bound(cell.source):
            places[bound].append(cell.id)
    assert {bound: cells for bound, cells in places.items() if len(cells) > 1} == {}


@each_notebook
def test_what_is_judged_is_all_there_or_not_at_all(name):
    cells = code_cells(read(name))
    judged = {
        node.id
        for cell in cells
        if lessons.judges(cell)
        for node in ast.walk(ast.parse(cell.source))
        if isinstance(node, ast.Name)
    }
    assert [(cell.id, half) for cell in cells if (half := judged & lessons.filled(cell.source))] == []


def test_a_title_that_is_cut_off_or_covers_another_is_seen():
    def drawn(title, label="", second="", columns=2):
        figure, axes = subplots(8, 3, 1, columns, squeeze=False)
        axes[0, 0].set_title(title)
        axes[0, 0].set_ylabel(label)
        axes[0, -1].set_title(second or title)
        figure.canvas.draw()
        return figure

    legible.check(drawn("short", "label"))
    with pytest.raises(AssertionError, match="cut off: 'a long"):
        legible.check(drawn("a long title " * 8, columns=1))
    with pytest.raises(AssertionError, match="cut off: 'a long"):
        legible.check(drawn("short", "a long label " * 8))
    figure = drawn("short")
    figure.suptitle("a title of all " * 8)
    with pytest.raises(AssertionError, match="cut off: 'a title of all"):
        legible.check(figure)
    with pytest.raises(AssertionError, match="covers 'second'"):
        legible.check(drawn("a title that runs into the place of the next one, which is there", second="second"))


def test_what_a_cell_binds_is_seen():
    assert lessons.bound("a = 1\nb, (c, *d) = 1, (2, 3)\ne += 1") == {"a", "b", "c", "d", "e"}
    assert lessons.bound("for i, j in x:\n    k = [m for m in x]\n    with x as n:\n        pass") == {"k", "n"}
    assert lessons.bound("def f(p):\n    q = p\nclass A:\n    r = 1\nif (s := 1): t = lambda u: u") == {
        "f",
        "A",
        "s",
        "t",
    }
    assert lessons.bound("%load a\nx[0] = y.z = 1\nimport v\n{w: (o := 1) for w in x}") == {"o"}


@each_notebook
def test_randomness_is_an_argument_and_pictures_are_shown_by_the_course(name):
    """Then each picture has a text alternative: `show` asks for one."""
    for cell in code_cells(read(name)):
        assert not GLOBAL_RANDOMNESS.search(cell.source), cell.id
        assert not OTHER_PICTURES.search(cell.source), cell.id


@each_notebook
def test_no_machine_and_no_fetched_solution_is_left(name):
    notebook = read(name)
    for cell in notebook.cells:
        assert not MACHINE_PATH.search(cell.source), cell.id
    for cell in code_cells(notebook):
        assert not re.search(r"^\s*#?\s*%load", cell.source, re.MULTILINE), cell.id


@each_notebook
def test_code_fits_the_page(name):
    for cell in code_cells(read(name)):
        lines = cell.source.splitlines()
        assert len(lines) <= 15, f"{cell.id} has {len(lines)} lines"
        for line in lines:
            assert len(line) <= 96, f"{cell.id}, {len(line)} characters: {line}"


@each_notebook
def test_code_that_nobody_needs_to_read_is_folded(name):
    """Imports, predictions, which would be read twice, and what goes into the evidence."""
    for cell in code_cells(read(name)):
        imports = all(isinstance(line, ast.Import | ast.ImportFrom) for line in ast.parse(cell.source).body)
        if imports or lessons.judges(cell) or any(part in cell.source for part in ("begin(", "= Prediction(")):
            assert lessons.is_folded(cell), cell.id


@each_notebook
def test_headings_are_in_order(name):
    levels = [level for level, _ in headings(prose(read(name)))]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False)), "a level is skipped"


@each_notebook
def test_links_lead_somewhere(name):
    for target in LINK.findall(FENCED.sub("", prose(read(name)))):
        if re.match(r"[a-z]+:", target):
            assert target.startswith("https://"), target
            continue
        path, _, anchor = unquote(target).partition("#")
        there = lessons.NOTEBOOKS / path if path else lessons.NOTEBOOKS / f"{name}.ipynb"
        assert there.exists(), f"{target} does not exist"
        assert there.resolve().is_relative_to(start.ROOT), f"{target} is outside of the project"
        if anchor:
            assert anchor in [text.replace(" ", "-") for _, text in headings(prose(read(there.stem)))], target


def test_every_notebook_is_run_by_the_test_command():
    command = [sys.executable, "-m", "pytest", "--collect-only", "--quiet", "notebooks"]
    found = subprocess.run(command, cwd=start.ROOT, capture_output=True, text=True, check=True).stdout
    collected = Counter(re.findall(r"^notebooks/(.+)\.ipynb::", found, re.MULTILINE))
    assert collected == {name: len(code_cells(read(name))) for name in NAMES}
    everywhere = [path for path in lessons.NOTEBOOKS.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts]
    assert sorted(path.stem for path in everywhere) == NAMES


# The frame of a lesson.


@each_lesson
def test_a_lesson_has_its_frame_in_order(name):
    found = [text for level, text in headings(prose(read(name))) if level == 2]
    frame = OLD_FRAME if name[:2] in TOO_LONG else FRAME
    assert [text for text in found if text in frame] == frame


@each_lesson
def test_wrong_ideas_stand_where_everybody_reads_them(name):
    """One to three on the main path, in a section of their own; a folded part may hold more."""
    found = defaultdict(int)
    heading = ""
    for cell, part in contents.parts(read(name)):
        for line in cell.source.splitlines() if cell.cell_type == "markdown" else ():
            heading = line.lstrip("# ").lower() if line.startswith("#") else heading
            found[part] += bool(re.match(r'(- )?\*"', line)) and heading.endswith(("wrong idea", "wrong ideas"))
    assert found["tail"] == 0 and 1 <= found["main path"] <= 3 and sum(found.values()) >= 2


@each_lesson
def test_a_lesson_says_at_once_what_it_gives_and_what_it_takes(name):
    cells = read(name).cells
    assert re.match(rf"# Lesson {int(name[:2])} · .+", cells[0].source)
    opening = "\n".join(cell.source for cell in cells[:4] if cell.cell_type == "markdown")
    assert re.search(r"\*\*About \d+ minutes\.\*\* You need ", opening)
    assert re.search(r"\*\*At the end you can\*\*\s", opening)


@each_lesson
def test_a_lesson_leads_home_back_and_on(name):
    """At its top and at its end, where a cell says what was achieved."""
    cells, place = read(name).cells, LESSONS.index(name)
    back, on = ([f"{other}.ipynb" for other in others] for others in (LESSONS[:place][-1:], LESSONS[place + 1 :][:1]))
    top = cells[0].source.splitlines()[2]
    assert LINK.findall(top) == [f"{lessons.HOME}.ipynb", *back, *on]
    assert re.findall(r"\[(\w+)", top) == ["Home", *["Back"] * len(back), *["On"] * len(on)]
    assert LINK.findall(cells[-1].source) == [*on, f"{lessons.HOME}.ipynb"]
    assert cells[-1].source.startswith("**Next:** ") == bool(on)
    assert f"home.achieved({int(name[:2])})" in cells[-2].source


@each_lesson
def test_the_minutes_that_a_lesson_states_are_those_that_home_shows(name):
    (lesson,) = [lesson for lesson in contents.lessons() if lesson.file == f"{name}.ipynb"]
    assert re.findall(r"\*\*About (\d+) minutes\.\*\*", prose(read(name))) == [str(lesson.minutes)]


@each_lesson_rewritten
def test_the_main_path_has_the_length_of_an_evening(name):
    notebook = read(name)
    (lesson,) = [lesson for lesson in contents.lessons() if lesson.file == f"{name}.ipynb"]
    assert contents.words(notebook) <= (1100 if name[:2] in ("01", "03") else 900)
    assert len(contents.visible_code(notebook)) <= 16
    assert lesson.minutes <= 45


def test_what_is_folded_is_left_out_by_who_never_unfolds_it():
    heading = nbformat.v4.new_markdown_cell("## For sceptics", metadata={"jp-MarkdownHeadingCollapsed": True})
    cells = [heading, nbformat.v4.new_code_cell("a = 1"), nbformat.v4.new_markdown_cell("## On")]
    notebook = nbformat.v4.new_notebook(cells=[*cells, nbformat.v4.new_code_cell("a")])
    assert [cell.source for cell in lessons.without_folded_parts(notebook).cells] == ["## On", "a"]


@each_lesson
def test_predictions_come_before_results(name):
    cells = [(place, cell) for place, cell in enumerate(read(name).cells) if cell.cell_type == "code"]
    made = {cell.source.split()[0]: place for place, cell in cells if "= Prediction(" in cell.source}
    assert made
    for variable, place in made.items():
        back = [other for other, cell in cells if f"{variable}.beside(" in cell.source]
        assert back and min(back) > place, f"{variable} does not come back after it was made"


@each_lesson
def test_a_lesson_has_two_or_three_exercises_each_with_its_solution(name):
    found = exercises(read(name))
    assert 2 <= len(found) <= 3
    files = {path.name for path in lessons.SOLUTIONS.glob(f"{name[:2]}-*.py")}
    assert files == {lessons.solution(name, exercise).name for exercise in found}
    for exercise, cell in found.items():
        assert cell.id == f"exercise-{exercise}", "the name of a solution stands in its cell's id"
        assert f"`{name[:2]}-{exercise}.py`" in prose(read(name)), "the text names the solution's file"


def test_each_solution_belongs_to_a_lesson():
    assert {path.name[:2] for path in lessons.SOLUTIONS.glob("*.py")} == {name[:2] for name in LESSONS}


def _asked(name):
    """What the progress of a lesson is kept under: the questions of predictions and quiz, the names of exercises."""
    trees = [ast.parse(cell.source) for cell in code_cells(read(name)) if "Prediction(" in cell.source]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    asked = [ast.literal_eval(call.args[0]) for call in calls if ast.unparse(call.func) == "Prediction"]
    room = importlib.import_module(f"helpers.lessons.lesson_{name[:2]}.exercises")
    asked += [question.question for question in room.quiz.children]
    return asked + [thing.name for thing in vars(room).values() if isinstance(thing, Exercise)]


def test_what_progress_is_kept_under_is_unique_in_the_course():
    places = Counter(key for name in LESSONS for key in _asked(name))
    assert [key for key, count in places.items() if count > 1] == []
    assert all(re.fullmatch(schema.text(1, 1000)["pattern"], key) for key in places)


@each_lesson
def test_all_that_a_lesson_keeps_is_found_when_it_is_started_afresh(name):
    assert set(_asked(name)) <= lesson_file.texts(int(name[:2]))


@each_lesson
def test_a_lesson_begins_with_its_number(name):
    assert code_cells(read(name))[0].source.endswith(f"\n\nbegin({int(name[:2])})")


# As it runs.


@pytest.fixture(scope="session")
def run(tmp_path_factory):
    """A function that gives a lesson after running it: run("01-…"), or run("01-…", lessons.solved_and_again)."""
    folder = lessons.common_folder(tmp_path_factory)
    return lambda name, variant=lessons.as_committed: lessons.run(name, folder, variant)


class Images(HTMLParser):
    """The text alternatives of all images in some HTML; None for an image without one."""

    def __init__(self, html):
        super().__init__()
        self.alts = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        if tag == "img":
            self.alts.append(dict(attributes).get("alt"))


@pytest.mark.parametrize("name", NAMES[::-1])  # a browser begins with the first: no training is done twice
@pytest.mark.parametrize("variant", [lessons.as_committed, lessons.solved_and_again])
def test_it_runs_without_an_error_or_a_warning(name, variant, run):
    for cell in code_cells(run(name, variant)):
        for output in cell.outputs:
            assert output.output_type != "error", f"{cell.id}: {output.get('evalue')}"
            assert output.get("name") != "stderr", f"{cell.id}: {output.get('text')}"
        assert cell.execution_count is not None, f"{cell.id} was not run"


@pytest.mark.parametrize("name", lessons.LESSONS)
def test_each_verdict_agrees_with_the_ledger_or_is_undecided(name, run):
    """Of each cell that judges: the rule's verdict, by the ledger's own measure."""
    judged = [cell for cell in code_cells(run(name)) if lessons.judges(cell)]
    assert judged
    for cell in judged:
        (claim,) = JUDGED.findall(cell.source)
        assert check_verdict(claim, lessons.rule_verdict(lessons.shown(cell))), claim


@each_lesson
def test_a_lesson_has_the_learner_judge_the_claims_that_the_ledger_has_it_try(name):
    code = "\n".join(cell.source for cell in code_cells(read(name)))
    judged = JUDGED.findall(code)
    assert len(judged) == len(set(judged))
    tried = [claim for claim in load_claims().values() if int(name[:2]) in claim.lessons]
    assert set(judged) == {claim.id for claim in tried if claim.verdict != "untested"}


@each_lesson
def test_cells_run_again_in_any_order_leave_every_verdict_as_it_was(name, run):
    cells, again = lessons.split_again(run(name, lessons.solved_and_again))
    first = [cell for cell in cells if lessons.judges(cell)]
    assert len(again) == len(cells) + len(first)
    assert [cell.source for cell in again for output in cell.outputs if output.output_type == "error"] == []
    # The last output is the verdict's; what is above it may be a progress bar, on a slow machine the first time alone.
    verdicts = [[cell.outputs[-1].data["text/html"] for cell in part] for part in (first, again[-len(first) :])]
    assert verdicts[0] == verdicts[1]


@pytest.mark.parametrize(
    "name", [name for name in LESSONS if any(part == "folded" for _, part in contents.parts(read(name)))]
)
def test_without_its_folded_parts_it_runs_without_an_error(name, run):
    ran = code_cells(run(name, lessons.stumbling_and_unfolding_nothing))
    assert {cell.id for cell in ran} == {
        cell.id for cell, part in contents.parts(read(name)) if part != "folded" and cell.cell_type == "code"
    }
    for cell in ran:
        assert not [output for output in cell.outputs if output.output_type == "error"], cell.source


@each_notebook
def test_as_received_every_exercise_is_not_started(name, run):
    for exercise, cell in exercises(run(name)).items():
        assert lessons.shown(cell).count("○ Not started.") == 1, exercise


@each_notebook
def test_with_its_solution_every_exercise_is_right(name, run):
    for exercise, cell in exercises(run(name, lessons.solved_and_again)).items():
        assert lessons.shown(cell).count("✔ Right.") == 1, exercise


@each_notebook
def test_a_line_to_write_is_ours_until_it_is_the_learner_s(name, run):
    for cell in lessons.turns(run(name)):
        told = lessons.shown(cell)
        assert "○ Not started." in told and "goes on with ours" in told and "Show ours" in told, cell.id
    for cell in lessons.turns(run(name, lessons.solved_and_again)):
        assert "✔ Right." in lessons.shown(cell), cell.id


@pytest.mark.parametrize("name", [name for name in NAMES if lessons.turns(read(name))])
def test_a_line_that_raises_stops_no_cell_and_changes_no_verdict(name, run):
    received = {cell.id: cell for cell in code_cells(run(name))}
    solved = {cell.id: cell for cell in lessons.split_again(run(name, lessons.solved_and_again))[0]}
    stumbling = run(name, lessons.stumbling_and_unfolding_nothing)
    for mine in code_cells(stumbling):
        assert not [output for output in mine.outputs if output.output_type == "error"], mine.id
        if lessons.judges(mine):
            theirs = received[mine.id], solved[mine.id]
            assert len({lessons.rule_verdict(lessons.shown(cell)) for cell in (mine, *theirs)}) == 1, mine.id
            assert lessons.shown(mine) == lessons.shown(theirs[0]), mine.id
    for cell in lessons.turns(stumbling):
        assert "NameError" in lessons.shown(cell) and "goes on with ours" in lessons.shown(cell), cell.id


@each_notebook
def test_every_picture_shown_has_a_text_alternative(name, run):
    pictures = 0
    for cell in code_cells(run(name)):
        for output in cell.outputs:
            data = output.get("data", {})
            assert not any(kind.startswith("image/") for kind in data), f"{cell.id} shows a bare picture"
            alts = Images(data.get("text/html", "")).alts
            pictures += len(alts)
            assert all(alt and alt.strip() for alt in alts), cell.id
    assert pictures or name not in LESSONS


@each_lesson
def test_each_wrong_answer_gets_its_own_hint_and_the_right_one_is_right(name):
    module = importlib.import_module(f"helpers.lessons.lesson_{name[:2]}.exercises")
    found = [thing for thing in vars(module).values() if isinstance(thing, Exercise)]
    assert len(found) == len(exercises(read(name))) + len(lessons.turns(read(name)))
    for exercise in found:
        assert exercise.check(exercise.right)[0] == "right", exercise.name
        assert len(exercise.wrong) >= 2, f"{exercise.name} knows hardly any wrong answer"
        assert len(set(exercise.wrong.values())) == len(exercise.wrong), f"{exercise.name} gives a hint twice"
        for number, (wrong, hint) in enumerate(exercise.wrong.items()):
            assert exercise.check(wrong) == ("wrong", hint), f"{exercise.name}, wrong answer {number}"
        if not callable(exercise.right) and not isinstance(exercise.right, str):
            assert exercise.check(np.float64(exercise.right))[0] == "right"
