"""The book's chapters hold what is read, not what is said to somebody at the keyboard; its pages are looked through."""

import re

import nbformat
import pytest

import start
from helpers.classroom.exercises import Exercise
from helpers.classroom.figures import show, subplots
from helpers.classroom.judge import judge
from helpers.classroom.questions import Prediction
from helpers.lessons import contents, home, playground
from tests.notebooks import NAMES, read
from tools.book import __main__ as book
from tools.book import chapter, check

WIDGET = {chapter.WIDGET: {"model_id": "a"}, "text/plain": "VBox()"}


def as_chapter(tmp_path, *cells, name="03-a.ipynb"):
    """The chapter made of a notebook with these cells, whose pictures are in tmp_path/pictures."""
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "a"}})
    return chapter.chapter(notebook, name, tmp_path / "pictures").cells


def code(source="", *outputs, **metadata):
    """A cell of code with outputs, each a dict from kinds to contents, or a printed text."""
    made = [
        nbformat.v4.new_output("stream", text=output)
        if isinstance(output, str)
        else nbformat.v4.new_output("display_data", output)
        for output in outputs
    ]
    return nbformat.v4.new_code_cell(source, outputs=made, metadata=metadata)


def html(content):
    return {"text/html": content}


def only_html(cells):
    """The HTML of the one output of a single cell."""
    (cell,) = cells
    (output,) = cell.outputs
    return output.data["text/html"]


def test_folded_code_and_folded_parts_stay_folded(tmp_path):
    folded = {"jp-MarkdownHeadingCollapsed": True}
    text, plain, cell = as_chapter(
        tmp_path,
        nbformat.v4.new_markdown_cell("## For sceptics\n\nDoubt.", metadata=folded),
        nbformat.v4.new_markdown_cell("## Not folded"),
        code("1", "1\n", jupyter={"source_hidden": True}),
    )
    assert text.source == f"## For sceptics\n\n{chapter.FOLDED}\n\nDoubt."
    assert chapter.FOLDED not in plain.source
    assert cell.metadata.tags == ["remove-input"] and cell.outputs[0].text == "1\n"


def test_a_result_is_folded_until_the_reader_has_predicted_and_says_nothing_of_a_prediction_not_made(tmp_path):
    asked = Prediction("How many?", ["one", "two"])
    result = code("asked.beside('two')", html(asked.beside("two", right="two").data))
    question, compare = as_chapter(tmp_path, code("asked = Prediction()", html(asked.fallback())), result)
    assert "question" in question.metadata.tags and "How many?" in question.outputs[0].data["text/html"]
    assert compare.metadata.tags == ["remove-input", "hide-output"]
    assert compare.metadata.mystnb.code_prompt_show == "Compare with your prediction"
    shown = compare.outputs[0].data["text/html"]
    assert "The result: <b>two</b>" in shown and "none made" not in shown


def test_an_exercise_has_its_solution_folded_and_no_state(tmp_path):
    exercise = Exercise("Exercise", 1, {})
    cell = code("exercise(...)", html(exercise(...).data), tags=["exercise"])
    cell.id = "exercise-scale"
    asked, solution = as_chapter(tmp_path, cell)
    assert asked.outputs == []
    assert solution.source == (start.ROOT / "notebooks" / "solutions" / "03-scale.py").read_text(encoding="utf-8")
    assert solution.metadata.tags == ["hide-input"] and solution.metadata.mystnb.code_prompt_show == "A solution"


def test_a_verdict_does_not_say_where_evidence_is_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("DROPOUT_COURSE_EVIDENCE", str(tmp_path / "evidence"))
    card = judge("3", {"Adam": 0.1}, "a network", rule="fails", criterion="It moves by 0.").fallback()
    assert "Kept in" in card
    shown = only_html(as_chapter(tmp_path, code("judge()", html(card))))
    assert "Kept in" not in shown and str(tmp_path) not in shown and "What is your verdict?" in shown


def test_pictures_get_files_of_their_own_and_keep_their_words(tmp_path):
    shown = only_html(as_chapter(tmp_path, code("show()", html(show(subplots()[0], "It <falls>.").data))))
    (file,) = (tmp_path / "pictures").iterdir()
    assert f'src="../pictures/{file.name}"' in shown and 'loading="lazy"' in shown and "base64" not in shown
    assert 'width="720"' in shown and 'height="306"' in shown and 'alt="It &lt;falls&gt;."' in shown
    assert file.read_bytes()[:4] == b"\x89PNG"


def test_a_panel_s_still_says_how_to_move_it(tmp_path):
    still = "<figure><p>a</p></figure>"
    shown = only_html(as_chapter(tmp_path, code("panel.show()", WIDGET | html(still)), name="03-add-dropout.ipynb"))
    assert shown.startswith(still) and f"<code>{start.START}</code>" in shown
    live = '<p class="in-site"><a href="../play/#lanes">Move it yourself in the playground</a>, or\n<a href="{}">'
    lesson = "../lite/lab/index.html?path=notebooks/03-add-dropout.ipynb"
    assert live.format(lesson) in shown


def test_what_is_no_panel_of_the_playground_leads_to_its_lesson_alone(tmp_path):
    cell = code("own_digit.show()", WIDGET | html("<figure></figure>"))
    shown = only_html(as_chapter(tmp_path, cell, name="01-build-a-network.ipynb"))
    assert "../play/" not in shown and "lite/lab/index.html?path=notebooks/01-build-a-network.ipynb" in shown


def test_each_panel_of_the_playground_has_its_still_in_the_book():
    places, found = playground.places(), []
    for name in {place.file for place in places.values()}:
        for cell in read(name.removesuffix(".ipynb")).cells:
            if cell.cell_type == "code" and (panel := chapter._panel(cell, name)):
                found.append(panel)
    assert sorted(found) == sorted(places)


BARS = ["  0%|          | 0/6 [00:00<?, ?it/s]", "comparing:   5 %|5         | 00:00 gone, 00:10 to go"]


@pytest.mark.parametrize("bar", BARS)
def test_bars_are_left_out(tmp_path, bar):
    (cell,) = as_chapter(tmp_path, code("", {chapter.WIDGET: {}, "text/plain": bar}, "done\n"))
    assert [output.text for output in cell.outputs] == ["done\n"]


def test_but_no_other_widget_is_lost_in_silence(tmp_path):
    with pytest.raises(start.Trouble, match=r"03-a\.ipynb: a widget has no version in HTML .*VBox"):
        as_chapter(tmp_path, code("", WIDGET))


def test_what_shows_nothing_is_no_output(tmp_path):
    (cell,) = as_chapter(tmp_path, code("begin(3)", WIDGET | html("")))
    assert cell.outputs == []


def test_what_somebody_did_is_left_out(tmp_path):
    assert as_chapter(tmp_path, code("home.achieved(3)", html("<p>0 of 1</p>"))) == []


@pytest.mark.parametrize("name", [name for name in NAMES if name != contents.HOME.removesuffix(".ipynb")])
def test_no_chapter_speaks_to_somebody_at_the_keyboard(tmp_path, name):
    cells = chapter.chapter(read(name), f"{name}.ipynb", tmp_path).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    assert "%load" not in text and contents.HOME not in text
    assert ("The solution is below, folded." in text) == (f"{name}.ipynb" != home.OWN_DATA)


CITED = re.compile(r"([A-Z][\w-]+)(?:, [A-Z]\w+)*(?: et al\.| and [A-Z]\w+) (?:of )?\(?((?:19|20)\d\d)\b")


def test_each_source_that_the_course_cites_is_in_the_bibliography():
    texts = [*(start.ROOT / "helpers").rglob("*.py")]
    texts += [start.ROOT / "data" / name for name in ("README.md", "claims.toml")]
    texts += (start.ROOT / "notebooks").glob("*.ipynb")
    listed = (book.HERE / "pages" / "bibliography.md").read_text(encoding="utf-8")
    known = set(re.findall(r"^- ([A-Z][\w-]+)[^:]*? ((?:19|20)\d\d): ", listed, re.MULTILINE))
    cited = {source for path in texts for source in CITED.findall(path.read_text(encoding="utf-8"))}
    assert len(cited) > 10 and cited <= known


def test_the_version_to_cite_is_the_project_s():
    cited = re.search(r"^version: (.*)$", start.read(start.ROOT / "CITATION.cff"), re.MULTILINE)[1]
    assert f'version = "{cited}"' in start.read(start.ROOT / "pyproject.toml")
    assert f"## Version {cited}" in start.read(start.ROOT / "CHANGELOG.md")


def test_every_lesson_is_in_the_book():
    assert [path.name for path in book.LESSONS] == [*(lesson.file for lesson in contents.lessons()), home.OWN_DATA]


def test_a_lesson_is_run_with_evidence_of_its_own(tmp_path):
    """Or the book would show the person's answers, and what it finds would take the place of what they found."""
    lesson = tmp_path / "01-a.ipynb"
    source = "import os\nprint(6 * 7, os.getcwd(), os.environ['DROPOUT_COURSE_EVIDENCE'])"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)]), lesson)
    ((name, notebook),) = book.run_lessons([lesson], tmp_path / "own")
    assert name == lesson.name
    assert notebook.cells[0].outputs[0].text == f"42 {tmp_path} {tmp_path / 'own'}\n"


def test_lessons_that_fail_are_named_each_with_its_error(tmp_path, capsys):
    lessons = [tmp_path / f"{number}.ipynb" for number in range(3)]
    for lesson, source in zip(lessons, ["1 / 0", "1", "undefined"], strict=True):
        nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)]), lesson)
    with pytest.raises(start.Trouble, match=r"These lessons failed: 0\.ipynb, 2\.ipynb\.") as trouble:
        book.run_lessons(lessons, tmp_path / "own")
    assert start.START in str(trouble.value)
    told = capsys.readouterr().out
    assert "ZeroDivisionError" in told and "NameError" in told and "[2/3] 1.ipynb done in" in told


# The pages


@pytest.fixture(scope="session")
def tools():
    """Sphinx, in its folder."""
    book.install_tools(book.TOOLS, book.REQUIREMENTS, *book.PIP)


def tiny_book(tmp_path, *cells):
    """Make the pages of a book with one chapter. Return its folder."""
    source = tmp_path / "source"
    (source / "notebooks").mkdir(parents=True)
    (source / "index.md").write_text("# Book\n\n```{toctree}\nnotebooks/01-a\n```\n")
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell("# Lesson"), *cells],
        metadata={"kernelspec": {"name": "python3", "display_name": "a"}},
    )
    made = chapter.chapter(notebook, "01-a.ipynb", source / "extra" / "pictures")
    nbformat.write(made, source / "notebooks" / "01-a.ipynb")
    book.make_pages(source, tmp_path / "pages")
    return tmp_path / "pages"


def test_a_page_folds_what_it_should_and_writes_formulas_itself(tools, tmp_path):
    folded = {"jp-MarkdownHeadingCollapsed": True}
    exercise = code("answer", tags=["exercise"])
    exercise.id = "exercise-parameters"
    pages = tiny_book(
        tmp_path,
        nbformat.v4.new_markdown_cell("## For sceptics\n\nDoubt $x^2$.", metadata=folded),
        nbformat.v4.new_markdown_cell("### More\n\nMore doubt."),
        nbformat.v4.new_markdown_cell("## Exercises"),
        exercise,
        code("asked.beside()", html("<p>The result</p>")),
    )
    page = (pages / "notebooks" / "01-a.html").read_text(encoding="utf-8")
    sceptics, exercises = page.split("<h2>Exercises")
    part = re.search(r"<details class=\"folded\">(.*)</details>", sceptics, re.DOTALL)[1]
    assert "Doubt" in part and "More doubt" in part and "<msup>" in part
    assert re.findall("<summary>(.*?)<", exercises) == ["A solution", "Compare with your prediction"]
    assert "Toggle hidden content" not in exercises


FAULTS = {
    '<a href="gone.html">a</a>': "a link leads to nothing: gone.html",
    '<a href="#gone">a</a>': "a link leads to nothing: #gone",
    '<img src="../_static/favicon.svg">': "a picture has no text alternative: ../_static/favicon.svg",
    '<img src="https://example.org/a.png" alt="a">': "fetches https://example.org/a.png",
    "<div> <b></b></div>": "an output is empty",
    "<pre> 12%|# | 1/8</pre>": "a progress bar: 12%|# | 1/8",
    "<pre>&lt;a.B at 0x7f&gt;</pre>": "an output is not for reading: <a.B at 0x7f>",
}


def test_each_fault_of_a_page_stops_the_book(tools, tmp_path):
    with pytest.raises(start.Trouble) as trouble:
        tiny_book(tmp_path, *(code("show()", html(fault)) for fault in FAULTS))
    told = str(trouble.value).splitlines()
    assert told[0] == "No book was written:" and len(told) == 1 + len(FAULTS)
    for what in FAULTS.values():
        assert sum(line.startswith(f"notebooks/01-a.html: {what}") for line in told) == 1, what


def test_each_warning_stops_the_book(tools, tmp_path, capfd):
    said = nbformat.v4.new_code_cell("1", outputs=[nbformat.v4.new_output("stream", name="stderr", text="oops")])
    with pytest.raises(start.Trouble, match="Sphinx failed"):
        tiny_book(tmp_path, nbformat.v4.new_markdown_cell("[a](gone.md)"), said)
    told = capfd.readouterr().err
    assert "target not found: 'gone.md'" in told and "stderr" in told


def test_a_style_sheet_that_fetches_something_is_found(tmp_path):
    (tmp_path / "a.css").write_text('p { background: url("https://example.org/a.png") }')
    (tmp_path / "b.css").write_text('p { background: url("a.png") } /* https://example.org */')
    assert check.problems(tmp_path) == ["a.css: fetches something from elsewhere"]
