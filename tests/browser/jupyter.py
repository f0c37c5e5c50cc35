"""Drive a real JupyterLab in headless Chromium, as a learner would: open a lesson, run it, move its controls."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

import start
from helpers.lessons import home

LAPTOP = {"width": 1366, "height": 768}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
TOKEN = "for-this-test-only"
IN_FRONT = ".jp-NotebookPanel:not(.lm-mod-hidden)"  # the notebook that is seen; others are open in tabs behind it
NOTEBOOK_SETTINGS = {"windowingMode": "none"}  # all cells are in the page, not only those in view


def chromium():
    """The path of a Chromium on this machine, or None."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@contextlib.contextmanager
def server(folder):
    """JupyterLab as start.py starts it, but on a copy of the lessons and with everything it writes in `folder`.

    Yields its address. The lessons of the project itself stay as they are, whatever the browser saves. Another server
    in the same folder goes on with what the last one left.
    """
    folder = Path(folder)
    if not (folder / "project").exists():
        _lay_out(folder)
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    command = [sys.executable, *start.lab_command(browser=False, port=port)[1:]]
    command = [option for option in command if not option.startswith("--ServerApp.root_dir=")]
    command += [f"--ServerApp.root_dir={folder / 'project'}", f"--IdentityProvider.token={TOKEN}"]
    command += [f"--{app}.expose_app_in_browser=True" for app in ("LabApp", "JupyterNotebookApp")]
    command += [f"--LabApp.app_settings_dir={folder / 'lab'}"]
    environment = start.environment() | {
        "PATH": str(Path(sys.executable).parent) + os.pathsep + os.environ["PATH"],
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "user"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
        "IPYTHONDIR": str(folder / "ipython"),
        "DROPOUT_COURSE_EVIDENCE": str(folder / "evidence"),
    }
    environment |= {f"JUPYTER_{name}_DIR": str(folder / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    log = folder / "server.log"
    with log.open("w") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=environment)
        try:
            address = f"http://localhost:{port}"
            _wait_for(f"{address}/api?token={TOKEN}", process, log)
            yield address
        finally:
            process.terminate()
            process.wait(timeout=20)


def _lay_out(folder):
    """The lessons, and the settings that start.py makes for JupyterLab, its kernels and its server."""
    shutil.copytree(start.ROOT / "notebooks", folder / "project" / "notebooks", ignore=shutil.ignore_patterns(".*"))
    (folder / "project" / home.QUESTION_PICTURE.parent).mkdir(parents=True)
    shutil.copy(start.ROOT / home.QUESTION_PICTURE, folder / "project" / home.QUESTION_PICTURE)
    _write(folder / "lab" / "overrides.json", json.dumps(start.LAB_SETTINGS))
    _write(
        folder / "user" / "@jupyterlab" / "notebook-extension" / "tracker.jupyterlab-settings",
        json.dumps(NOTEBOOK_SETTINGS),
    )
    kernels = start.SETTINGS["etc/ipython/ipython_kernel_config.py"]
    _write(folder / "ipython" / "profile_default" / "ipython_kernel_config.py", kernels)
    _write(folder / "CONFIG" / "jupyter_server_config.py", start.SETTINGS["etc/jupyter/jupyter_server_config.py"])


def _write(path, text):
    path.parent.mkdir(parents=True)
    path.write_text(text)


def _wait_for(address, process, log, seconds=60):
    """Return when `address` answers; say what the server said if it doesn't."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(urllib.error.URLError, ConnectionError), urllib.request.urlopen(address):
            return
        time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()}")


@contextlib.contextmanager
def browser():
    """A headless Chromium: the machine's, or the one that Playwright brought."""
    with sync_playwright() as playwright:
        chrome = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield chrome
        chrome.close()


class Lesson:
    """One notebook open in a browser page."""

    def __init__(self, chrome, address, notebook=None, application="lab/tree"):
        """notebook: its file's name; without it, JupyterLab opens what start.py has it open.

        application: whose page it is opened in; "notebooks" is that of Notebook 7.
        """
        self.page = chrome.new_page(viewport=LAPTOP)
        self.page.set_default_timeout(60_000)
        self.complaints = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._note)
        self.page.goto(
            f"{address}/{application}/notebooks/{notebook}?token={TOKEN}&reset"
            if notebook
            else f"{address}/?token={TOKEN}"
        )
        self.wait_until_open()

    def wait_until_open(self, notebook=""):
        """Wait until a notebook whose path contains `notebook` is in front, with a kernel that listens."""
        self.page.wait_for_function(
            """notebook => window.jupyterapp?.shell.currentWidget?.context?.path?.includes(notebook)
                && jupyterapp.shell.currentWidget.content.widgets?.some(cell => cell.model.type === 'code')
                && jupyterapp.shell.currentWidget.sessionContext?.session?.kernel?.status === 'idle'""",
            arg=notebook or ".ipynb",
        )

    def close(self):
        """End the kernel and close the page."""
        self.page.evaluate("jupyterapp.shell.currentWidget.sessionContext.shutdown()")
        self.page.close()

    def _note(self, message):
        if message.type == "error":
            self.complaints.append(f"{message.text} ({message.location.get('url')})")

    def run_all(self, seconds=300):
        """Run every cell, and wait until all that they show is there."""
        self._command("notebook:run-all-cells", seconds)
        self.wait_until_shown()

    def unfold(self):
        """Open every folded heading: what is folded is not drawn, and cannot be pressed."""
        self._command("notebook:expand-all-headings", 60)
        self.page.wait_for_function("() => !document.querySelector('.jp-Cell.lm-mod-hidden')")
        self.wait_until_shown()

    def cells(self):
        """The code cells, as (id, source) from top to bottom."""
        return self.page.evaluate(
            """() => jupyterapp.shell.currentWidget.content.widgets.filter(cell => cell.model.type === 'code')
                .map(cell => [cell.model.id, cell.model.sharedModel.source])"""
        )

    def outputs(self, name):
        """Where the cell whose id is `name` shows its results."""
        find = "name => jupyterapp.shell.currentWidget.content.widgets.findIndex(cell => cell.model.id === name)"
        return self.page.locator(f"{IN_FRONT} .jp-Cell").nth(self.page.evaluate(find, name)).locator(".jp-OutputArea")

    def run_cell(self, name, source=None, seconds=60):
        """Run the cell whose id is `name`, as it stands or after putting `source` into it; returns its text."""
        select = """([name, source]) => {
            const notebook = jupyterapp.shell.currentWidget.content;
            notebook.deselectAll();
            notebook.activeCellIndex = notebook.widgets.findIndex(cell => cell.model.id === name);
            if (source !== null) notebook.activeCell.model.sharedModel.setSource(source); }"""
        self.page.evaluate(select, [name, source])
        self._command("notebook:run-cell", seconds)
        self.wait_until_shown()
        return self.outputs(name).inner_text()

    def _command(self, name, seconds):
        """Have JupyterLab carry out a command, and wait for its end."""
        run = """([name, seconds]) => Promise.race([
            jupyterapp.commands.execute(name),
            new Promise((_, stop) => setTimeout(() => stop(`${name} took over ${seconds} s`), 1000 * seconds))])"""
        self.page.evaluate(run, [name, seconds])

    def wait_until_shown(self):
        """Wait until each widget is drawn and each picture loaded."""
        shown = """notebook => !document.querySelector(notebook).textContent.includes('Loading widget')
            && [...document.querySelectorAll('.jp-OutputArea img')].every(image => image.naturalWidth)"""
        self.page.wait_for_function(shown, arg=IN_FRONT, polling=50)

    def ask(self, code):
        """What `code` prints when the lesson's kernel runs it."""
        run = """async code => {
            const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
            const future = kernel.requestExecute({code, store_history: false});
            let text = '';
            future.onIOPub = message => { text += message.content.text ?? message.content.evalue ?? ''; };
            await future.done;
            return text; }"""
        return self.page.evaluate(run, code)

    def cell_errors(self):
        """What cells wrote as errors or on stderr."""
        return self.page.evaluate(
            """() => jupyterapp.shell.currentWidget.content.widgets.flatMap(cell =>
                cell.model.type !== 'code' ? [] : cell.model.outputs.toJSON()
                    .filter(output => output.output_type === 'error' || output.name === 'stderr')
                    .map(output => `${cell.model.id}: ${output.evalue ?? output.text}`))"""
        )

    def panels(self):
        """The pictures with controls, from top to bottom."""
        return [
            PanelInPage(self.page, found) for found in self.page.locator(".course-panel:not(.course-drawing)").all()
        ]

    def screenshots(self, folder):
        """One picture of each screenful, from top to bottom, for people to look at."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        scroller = self.page.locator(".jp-WindowedPanel-outer").first
        end = scroller.evaluate(
            """scroller => { scroller.scrollTo(0, 0);
            return [...scroller.querySelectorAll('.jp-Cell')].at(-1).getBoundingClientRect().bottom; }"""
        )
        step = self.page.viewport_size["height"] - 150
        for number, top in enumerate(range(0, round(end), step)):
            scroller.evaluate(
                "(scroller, top) => { scroller.scrollTo(0, top); return new Promise(requestAnimationFrame); }", top
            )
            self.page.screenshot(path=folder / f"{number:02}.png")


class PanelInPage:
    """A picture with controls, as it stands in the page."""

    def __init__(self, page, found):
        self.page, self.found = page, found
        self.title = found.locator(".widget-html-content").first.inner_text()
        self.is_live = found.locator(".course-live").count() > 0

    def controls(self):
        """What can be moved by keyboard and changes the state: not Start and the like, the speed, or Copy."""
        kinds = "[role=slider], select, input, textarea, button"
        shown = [control for control in self.found.locator(kinds).all() if control.is_visible()]
        beside = "control => control.closest('.course-live, .course-settings')"
        return [control for control in shown if not control.evaluate(beside)]

    def press(self, button):
        """Press Start, Stop, Step, Same draw or New draw by keyboard."""
        self.found.locator(".course-live button", has_text=button).press("Enter")

    def picture(self):
        """A fingerprint of the picture, and the sentence under it."""
        look = """async panel => {
            const [image, sentence] = ['img', 'figcaption'].map(tag => panel.querySelector(tag));
            const shown = sentence.textContent;
            const bytes = await (await fetch(image.src)).arrayBuffer();
            const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
            return [digest.join(), shown]; }"""
        return tuple(self.found.evaluate(look))

    def settings(self):
        """The line under the picture that can be copied."""
        return self.found.locator("code").inner_text()

    def challenge(self):
        """The line that says what to reach, and the best so far."""
        return self.found.locator(".course-challenge").inner_text()

    def is_busy(self):
        return self.found.locator("figcaption").get_attribute("aria-busy") == "true"

    def change_from(self, last, seconds=20):
        """The picture and its sentence, as soon as both differ from `last`."""
        return wait(self.page, self.picture, lambda now: now[0] != last[0] and now[1] != last[1], seconds)


def try_arrow_keys(question, option, panel, seconds=20):
    """Choose `option`, the second of a question, by arrow keys and move a panel's first slider: none leads out of them.

    JupyterLab's own shortcuts would go to another cell, fold a heading or go to one.
    """
    question.get_by_label(option).locator("xpath=preceding::input[1]").focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowLeft"):
        question.page.keyboard.press(key)
    assert question.get_by_label(option).is_checked() and question.locator("input:focus").count() == 1
    slider = panel.found.get_by_role("slider").first
    for key in ("ArrowLeft", "ArrowRight"):
        shown = panel.picture()
        slider.press(key)
        panel.change_from(shown, seconds)
        assert slider.evaluate("slider => slider === document.activeElement")


def wait(page, look, is_good, seconds=20):
    """What `look()` gives, as soon as that is good; an error that shows it if it does not become so in time."""
    end = time.monotonic() + seconds
    while not is_good(now := look()):
        assert time.monotonic() < end, f"after {seconds} s it is still {now}"
        page.wait_for_timeout(50)
    return now


OPPOSITE = {"ArrowRight": "ArrowLeft", "ArrowLeft": "ArrowRight", "ArrowDown": "ArrowUp", "ArrowUp": "ArrowDown"}


def keys_for(control):
    """Two presses that move a control twice, each to somewhere it has not been."""
    kind = control.evaluate("control => control.type || control.getAttribute('role') || control.tagName.toLowerCase()")
    if kind == "slider":
        now, most = (float(control.get_attribute(f"aria-value{name}")) for name in ("now", "max"))
        return ["ArrowRight"] * 2 if now + 2 <= most else ["ArrowLeft"] * 2
    if kind == "select-one":
        place, options = control.evaluate("control => [control.selectedIndex, control.options.length]")
        return ["ArrowDown"] * 2 if place + 2 < options else ["ArrowUp"] * 2
    keys = {"checkbox": "Space", "button": "Enter", "submit": "Enter", "radio": "ArrowDown", "number": "ArrowUp"}
    return [keys[kind]] * 2


def barriers(page, part="html"):
    """What axe-core finds in parts of the page that would keep somebody out: each rule, with the element.

    part: a CSS selector; what is not of it is not looked at.
    """
    # With preload it asks for style sheets at a wrong place; and what is fine is much, and need not be listed.
    found = Axe().run(page, part, {"preload": False, "resultTypes": ["violations"]})
    rules = [rule for rule in found.response["violations"] if rule["impact"] in ("serious", "critical")]
    return [f"{rule['id']}: {node['html'][:300]}" for rule in rules for node in rule["nodes"]]
