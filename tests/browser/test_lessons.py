"""Each lesson in a real browser: it runs, every control does something by keyboard, and everything has a name.

With --long it leaves every screen of each lesson in screenshots/, for people to look at.
"""

import re

import pytest
from playwright.sync_api import expect

import start
from helpers.classroom.panel import RESULTS_AT_FIRST

from . import jupyter
from .jupyter import wait

NOTEBOOKS = sorted(path.name for path in (start.ROOT / "notebooks").glob("*.ipynb"))
LESSONS = [name for name in NOTEBOOKS if name[:2].isdigit()][1:]  # the first is home
SOLUTIONS = start.ROOT / "notebooks" / "solutions"
SCREENSHOTS = start.ROOT / "screenshots"

# So much longer for each result, or training would be over before the next key is pressed; and what was begun.
SLOWLY = """
import gc, time
from helpers.classroom.panel import LivePanel
begun = []
def slowly(run):
    def slow(state):
        begun.append(state)
        for result in run(state):
            time.sleep(0.1)
            yield result
    return slow
for panel in [thing for thing in gc.get_objects() if type(thing) is LivePanel]:
    panel.run = slowly(panel.run)
"""
RESULTS = """
if "live_panels" not in globals():
    import gc
    from helpers.classroom.panel import LivePanel
    live_panels = [thing for thing in gc.get_objects() if type(thing) is LivePanel]
print(*[len(panel.results) for panel in live_panels if {title!r} in panel.children[0].value])
"""


@pytest.fixture(scope="module", params=LESSONS)
def open_lesson(request, chrome, address):
    """A lesson that was opened and run from top to bottom, and then all headings unfolded."""
    lesson = jupyter.Lesson(chrome, address, request.param)
    lesson.run_all()
    lesson.unfold()
    lesson.name = request.param.removesuffix(".ipynb")
    yield lesson
    lesson.close()


@pytest.fixture
def lesson(open_lesson):
    """The same, and whatever a test does with it, no cell shows an error and the browser complains of nothing."""
    yield open_lesson
    assert open_lesson.cell_errors() == []
    assert open_lesson.complaints == []


@pytest.fixture
def once(open_lesson, request):
    """For what every live panel has from the one base: tried on the first lesson alone; with --long, on all."""
    if open_lesson.name != LESSONS[0].removesuffix(".ipynb") and not request.config.getoption("--long"):
        pytest.skip("The first lesson's panel is tried; --long tries all.")


def test_a_lesson_runs_and_nothing_pops_up(lesson, request):
    if request.config.getoption("--long"):
        lesson.screenshots(SCREENSHOTS / lesson.name)
    assert lesson.page.locator(".Toastify__toast, .jp-Dialog").all_inner_texts() == []


# On a laptop nothing has to be scrolled sideways; in a smaller window at most the code.
@pytest.mark.parametrize(("width", "parts"), [(1366, ".jp-Notebook, .jp-Notebook *"), (1024, ".jp-OutputArea *")])
def test_nothing_is_wider_than_the_page(lesson, width, parts):
    page = lesson.page
    page.set_viewport_size({"width": width, "height": jupyter.LAPTOP["height"]})
    wait(page, lambda: page.locator(".jp-Notebook").bounding_box()["width"], lambda wide: wide < width)
    wider = """parts => [...document.querySelectorAll(parts)]
        .filter(part => part.clientWidth && part.scrollWidth > part.clientWidth + 1)
        .filter(part => ['auto', 'scroll'].includes(getComputedStyle(part).overflowX))
        .map(part => `${part.clientWidth} px hold ${part.scrollWidth}: ${part.textContent.slice(0, 100)}`)"""
    found = page.evaluate(wider, parts)
    page.set_viewport_size(jupyter.LAPTOP)
    assert found == []


def test_a_line_of_prose_has_at_most_85_characters(lesson):
    longest = """() => [...document.querySelectorAll('.jp-RenderedMarkdown :is(p, li)')]
        .filter(part => part.clientHeight)  // what is folded has no lines
        .flatMap(part => {
        const lines = {}, texts = document.createTreeWalker(part, NodeFilter.SHOW_TEXT), range = document.createRange();
        while (texts.nextNode()) for (let i = 0; i < texts.currentNode.length; i++) {
            range.setStart(texts.currentNode, i);
            range.setEnd(texts.currentNode, i + 1);
            const height = Math.round(range.getBoundingClientRect().bottom / 8);  // code stands a little lower
            lines[height] = (lines[height] ?? '') + texts.currentNode.data[i];
        }
        return Object.values(lines).map(line => line.trim()); }).sort((a, b) => b.length - a.length)[0]"""
    found = lesson.page.evaluate(longest)
    assert 60 < len(found) <= 85, found


def test_questions_and_options_can_be_read_from_the_back_row(lesson):
    sizes = """() => [...document.querySelectorAll('.course-question :is(label, b)')]
        .map(part => [parseFloat(getComputedStyle(part).fontSize), part.textContent])"""
    found = lesson.page.evaluate(sizes)
    assert found and min(found)[0] >= 16, min(found)


def test_no_progress_bar_is_left(lesson):
    assert lesson.page.locator(".jp-OutputArea .progress, .jp-OutputArea [role=progressbar]").count() == 0
    assert "it/s" not in lesson.page.locator(".jp-Notebook").inner_text()


def test_the_list_of_files_names_lessons_alone_and_in_full(lesson):
    names = lesson.page.locator(".jp-DirListing-itemText")
    assert sorted(names.all_inner_texts()) == NOTEBOOKS
    assert not [name for name in names.all() if name.evaluate("name => name.scrollWidth > name.clientWidth")]


def test_every_picture_and_control_has_a_name(lesson):
    """As a screen reader finds it: role and name, and a slider's value."""
    named = re.compile(r'- (img|slider|button|radio|checkbox|combobox|listbox|spinbutton|textbox) "[^"]+')
    unnamed = re.compile(r"- (img|slider|button|radio|checkbox|combobox|listbox|spinbutton|textbox)\b(?! \")")
    lines = [
        line.strip()
        for area in lesson.page.locator(".jp-OutputArea").all()
        for line in area.aria_snapshot().splitlines()
    ]
    assert any(named.match(line) for line in lines)
    assert [line for line in lines if unnamed.match(line)] == []


def test_a_slider_says_its_value_not_its_place(lesson):
    for slider in lesson.page.locator(".course-panel .widget-slider").all():
        value = slider.locator(".widget-readout").inner_text()
        expect(slider.get_by_role("slider")).to_have_attribute("aria-valuetext", value)
        expect(slider.locator("[contenteditable=true]")).to_have_count(0)  # what is typed there would do nothing


def test_a_live_panel_opens_some_way_into_its_run(lesson):
    for panel in lesson.panels():
        assert not panel.is_live or results(lesson, panel) == RESULTS_AT_FIRST, panel.title


def test_each_control_moves_picture_and_sentence_twice(lesson):
    panels = lesson.panels()
    assert panels, "a lesson has a panel"
    for panel in panels:
        assert panel.controls(), panel.title
        for number in range(len(panel.controls())):
            control = panel.controls()[number]
            seen = [panel.picture()]
            settings = [panel.settings()]
            for key in jupyter.keys_for(control):
                control.press(key)
                seen.append(panel.change_from(seen[-1]))
                settings.append(panel.settings())
            ways = 2 if control.evaluate("control => control.matches('.widget-toggle-button')") else 3  # on and off
            for what in (*zip(*seen, strict=True), settings):
                assert len(set(what)) >= ways, (panel.title, what)


# What besides Start is needed, if anything, until the challenge has a score: panel -> control -> key.
NEEDED = {
    "How large is the gap?": {"Training examples": "End"},
    "Memorise it yourself": {"Neurons in a layer": "End"},
    "Draw the line": {"Points": "End", "Spread": "End"},
    "Hold it back": {"L2": "Home"},
    "Who falls for it?": {"Wrong labels (%)": "End"},
    "Ten switches": {"Digit": "Home"},
    "A strange kitchen": {"Damage to the digit (%)": "Home", "Hidden neurons tied (%)": "End", "Digit": "Home"},
    "With how few?": {
        "Neurons in a layer": "End",
        "Layers": "Home",
        "Drop rate": "End",
        "Dropped neurons drawn": "Home",
    },
}


def test_a_challenge_keeps_the_best_so_far(lesson):
    for panel in lesson.panels():
        assert panel.challenge().startswith("Challenge:") and "Best so far:" in panel.challenge(), panel.title
        for control, key in NEEDED.get(panel.title, {}).items():
            named = (panel.found.get_by_role(role, name=control, exact=True) for role in ("slider", "combobox"))
            next(found for found in named if found.count()).press(key)
        if panel.is_live:
            panel.found.get_by_role("slider", name="Speed").press("End")
            panel.press("Start")
        best = wait(lesson.page, panel.challenge, lambda now: not now.endswith("nothing yet"), seconds=60)
        assert "seed=0" in best or not panel.is_live
        control = panel.controls()[0]
        for key in jupyter.keys_for(control):
            shown = panel.picture()
            control.press(key)
            panel.change_from(shown)
        assert not panel.challenge().endswith("nothing yet"), panel.title
        if panel.is_live:
            panel.press("Stop")
            wait(lesson.page, panel.is_busy, lambda busy: not busy)


def results(lesson, panel):
    """How many results the live panel has computed."""
    return int(lesson.ask(RESULTS.format(title=panel.title)))


def step(lesson, panel):
    """One Step by keyboard; what the sentence then says of this run."""
    count = results(lesson, panel)
    panel.press("Step")
    wait(lesson.page, lambda: results(lesson, panel), lambda now: now == count + 1)
    return panel.picture()[1].split(" Dotted: ")[0]


def begin_anew(lesson, panel, button="Same draw"):
    """Press it, and wait until nothing of the run is left."""
    panel.press(button)
    wait(lesson.page, lambda: results(lesson, panel), lambda now: now == 0)


def test_the_settings_can_be_copied_as_they_are_now(lesson):
    lesson.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    for panel in lesson.panels():
        copy = panel.found.locator(".course-settings button")
        for key in jupyter.keys_for(panel.controls()[0]):
            expect(copy).to_have_text("Copy")
            copy.press("Enter")
            expect(copy).to_have_text("Copied")
            copied = lesson.page.evaluate("navigator.clipboard.readText()")
            assert copied == panel.settings() and re.fullmatch(r"\.at\(\w+=.+\)", copied)
            shown = panel.picture()
            panel.controls()[0].press(key)
            panel.change_from(shown)


def test_what_was_before_stays_as_a_ghost(lesson):
    """After the first move, and after the second one, which leaves another ghost."""
    for panel in lesson.panels():
        control, ghosts = panel.controls()[0], []
        for key in jupyter.keys_for(control):
            if panel.is_live:
                step(lesson, panel)
            shown = panel.picture()
            control.press(key)
            ghosts.append(panel.change_from(shown)[1].split(" Dotted: ")[1])
        last = "the last run" if panel.is_live else "the last settings"
        assert len(set(ghosts)) == 2 and all(ghost.startswith(f"{last}, with ") for ghost in ghosts), ghosts


@pytest.mark.usefixtures("once")
def test_same_draw_gives_the_same_again_and_new_draw_does_not(lesson):
    for panel in lesson.panels():
        if not panel.is_live:
            continue
        runs, settings = [], []
        begin_anew(lesson, panel)
        for button in ("Same draw", "New draw", "New draw", "Same draw", None):
            settings.append(panel.settings())
            runs.append(step(lesson, panel))
            begin_anew(lesson, panel, button or "Same draw")
        first, same, second, third, again = runs
        assert first == same and third == again and len({first, second, third}) == 3, panel.title
        assert [settings.index(setting) for setting in settings] == [0, 0, 2, 3, 3]


@pytest.mark.usefixtures("once")
def test_the_speed_can_be_changed_while_it_runs(lesson):
    for panel in lesson.panels():
        if not panel.is_live:
            continue

        def count(panel=panel):
            return results(lesson, panel)

        begin_anew(lesson, panel)
        speed = panel.found.get_by_role("slider", name="Speed")
        speed.press("Home")
        panel.press("Start")
        wait(lesson.page, count, lambda now: now > 0)
        lesson.page.wait_for_timeout(3000)
        slow = count()
        assert slow <= 6, panel.title  # one a second, and a machine that is busy computes fewer
        speed.press("End")
        wait(lesson.page, count, lambda now, slow=slow: now > slow + 10)
        panel.press("Stop")
        wait(lesson.page, panel.is_busy, lambda busy: not busy)
        begin_anew(lesson, panel)


def test_every_control_can_be_reached_with_the_tab_key(lesson):
    for panel in lesson.panels():
        enabled = "[role=slider], select:enabled, input:enabled, textarea:enabled, button:enabled"
        count = panel.found.locator(enabled).count()
        panel.found.locator(enabled).first.focus()
        for _ in range(4 * count):
            lesson.page.evaluate("document.activeElement.dataset.reached = true")
            lesson.page.keyboard.press("Tab")
        assert panel.found.locator(enabled).and_(panel.found.locator("[data-reached]")).count() == count, panel.title


def test_a_live_panel_starts_stops_goes_on_and_steps(lesson):
    lesson.ask(SLOWLY)
    for panel in lesson.panels():
        if not panel.is_live:
            continue

        def count(panel=panel):
            return results(lesson, panel)

        begin_anew(lesson, panel)
        untrained = panel.picture()

        panel.press("Start")
        seen = [untrained]
        for _ in range(3):
            seen.append(panel.change_from(seen[-1]))
        assert len(set(seen)) == 4 and panel.is_busy()

        panel.press("Stop")
        wait(lesson.page, panel.is_busy, lambda busy: not busy)
        stopped, after = panel.picture(), count()
        assert stopped not in seen[:2]
        lesson.page.wait_for_timeout(500)
        assert (panel.picture(), count()) == (stopped, after)

        panel.press("Start")
        going_on = panel.change_from(stopped)
        assert going_on not in seen and count() > after

        control = panel.controls()[0]
        before = int(lesson.ask("print(len(begun))"))
        control.press(jupyter.keys_for(control)[0])
        wait(lesson.page, lambda: int(lesson.ask("print(len(begun))")), lambda now, before=before: now == before + 1)
        panel.change_from(going_on)
        assert panel.is_busy()

        panel.found.screenshot(path=SCREENSHOTS / lesson.name / f"{panel.title}.png")
        panel.press("Stop")
        wait(lesson.page, panel.is_busy, lambda busy: not busy)
        begin_anew(lesson, panel)
        step(lesson, panel)
        begin_anew(lesson, panel)
        control.press(jupyter.OPPOSITE[jupyter.keys_for(control)[0]])


def _press_when_enabled(button):
    expect(button).to_be_enabled()
    button.press("Enter")


def test_a_prediction_comes_back_beside_the_result(lesson):
    cells = lesson.cells()
    predictions = [(name, source.split()[0]) for name, source in cells if "= Prediction(" in source]
    assert predictions, "a lesson has a prediction"
    for name, variable in predictions:
        shown = lesson.outputs(name)
        assert shown.get_by_role("button", name="Commit").is_disabled()
        option = shown.locator("label", has=lesson.page.locator("input")).nth(1)
        option.locator("input").press("Space")
        _press_when_enabled(shown.get_by_role("button", name="Commit"))
        chosen = option.inner_text()
        shown.get_by_text(f"You predict: {chosen}").wait_for()
        assert shown.locator("input:enabled").count() == 0
        beside = [other for other, source in cells if f"{variable}.beside(" in source]
        assert beside, f"{variable} comes back nowhere"
        for other in beside:
            assert "none made" in lesson.outputs(other).inner_text()
            assert f"Your prediction: {chosen}" in lesson.run_cell(other)


def test_a_quiz_answers_every_answer(lesson):
    questions = lesson.page.locator(".course-quiz-question").all()
    assert questions, "a lesson has a quiz"
    for question in questions:
        feedback = []
        for radio in question.locator("input").all():
            radio.press("Space")
            _press_when_enabled(question.get_by_role("button", name="Check"))
            last = feedback[-1] if feedback else ""
            answer = question.locator("[role=status]")
            feedback.append(wait(lesson.page, answer.inner_text, lambda now, last=last: now not in ("", last)))
        assert sum(text.startswith("✔ Right.") for text in feedback) == 1, feedback
        assert all(len(text) > len("✘ Not quite. ") for text in feedback)


def test_a_solution_typed_into_its_exercise_is_right(lesson):
    exercises = [name for name, _ in lesson.cells() if name.startswith("exercise-")]
    assert exercises, "a lesson has exercises"
    for name in exercises:
        assert "Not started" in lesson.outputs(name).inner_text()
        solution = SOLUTIONS / f"{lesson.name[:2]}-{name.removeprefix('exercise-')}.py"
        assert "✔ Right" in lesson.run_cell(name, solution.read_text())


def test_the_learner_judges_and_then_sees_the_verdicts(lesson):
    cells = [name for name, source in lesson.cells() if "judge(" in source]
    assert cells, "a lesson has a claim to judge"
    for name in cells:
        shown = lesson.outputs(name)
        card, (holds, fails, *_) = shown.locator(".course-card"), shown.locator(".course-judge button").all()
        assert card.count() == 0
        fails.press("Enter")
        card.get_by_text("You", exact=True).wait_for()
        told = card.inner_text()
        assert re.search(r"You\n✘ fails\n.*The rule\n. \w+\n.*The ledger\n. \w+\n", told, re.DOTALL), told
        holds.click()
        card.get_by_text("At first: fails").wait_for()
        again = lesson.run_cell(name)
        assert "You\n✔ holds\nAt first: fails" in again and "● holds" in again and "● fails" not in again
        assert (
            card.locator("*").evaluate_all(
                "parts => Math.min(...parts.map(p => parseInt(getComputedStyle(p).fontSize)))"
            )
            >= 16
        )


def test_a_line_of_one_s_own_is_checked_and_a_wrong_one_stops_nothing(lesson):
    for name, source in [cell for cell in lesson.cells() if "_turn(" in cell[1]]:
        assert "Not started" in lesson.outputs(name).inner_text()
        told = lesson.run_cell(name, source.replace("...", "undefined"))
        assert "NameError" in told and "goes on with ours" in told
        ours = lesson.outputs(name).locator("details")
        ours.locator("summary").press("Enter")
        theirs, gap, rest = source.partition("\n\n\n")
        assert "..." in theirs
        assert "✔ Right" in lesson.run_cell(name, ours.locator("pre").inner_text() + gap + rest)
