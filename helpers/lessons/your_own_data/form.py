"""Bring a table: upload a file or name one, say which column holds the classes, and see what was understood.

A file is read by `load_table`, which runs nothing that is in it; what is wrong with it is told in a line.
"""

import html
import re
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

import ipywidgets
import traitlets

from helpers.classroom.panel import Panel, in_thread
from helpers.classroom.questions import prose
from helpers.lab import load_table
from helpers.lab.folders import data_folder
from helpers.lab.own_table import table_columns
from helpers.lab.temporary import TemporaryFolder

from . import pictures

KINDS = ".csv,.tsv,.txt,.gz,.npz"
UNFIT = re.compile(r"[^\w.() -]")  # what some system does not allow in a file's name
ALONE = "(each row stands alone)"
WIDE = {"width": "46ch"}
MOST_DOUBTS = 3  # are told in lines of their own


def example():
    """The file of the table that comes with the course."""
    return data_folder() / "gamma-rays.csv"


class Form(Panel):
    """The form. Its trait `table` is the Table that was read last, or None if that could not be done."""

    settings = ""  # a table is too large to be copied
    table = traitlets.Any(None)

    def __init__(self):
        self.file = self.content = self.task = self.shown = None
        self.search = None  # the panel that searches for it
        self.filling = self.stale = self.is_new = False
        self.counted = ()  # what the button for uploads counts
        controls = {
            "label": ipywidgets.Dropdown(description="Column with the classes", layout=WIDE),
            "groups": ipywidgets.Dropdown(description="Rows that belong together", layout=WIDE),
            "drop": ipywidgets.SelectMultiple(description="Leave out", layout=WIDE),
            "categories": ipywidgets.SelectMultiple(description="Numbers that are names", layout=WIDE),
        }
        self.upload = ipywidgets.FileUpload(description="Upload a table", accept=KINDS, layout={"width": "auto"})
        self.path = ipywidgets.Text(
            description="or name a file", placeholder="../measurements.csv", continuous_update=False, layout=WIDE
        )
        self.path.style.description_width = "initial"
        self.ours = ipywidgets.Button(description="Use the example", layout={"width": "auto"})
        self.told, self.understood, self.doubts = ipywidgets.HTML(), ipywidgets.HTML(), ipywidgets.VBox()
        super().__init__("Your table", controls, self._draw, size=(9.5, 3.2))
        self.upload.observe(lambda _: self._at_home(self._take_upload), "value")
        self.path.observe(lambda _: self._at_home(self._take_path), "value")
        self.ours.on_click(lambda _: self._at_home(lambda: self.bring(example())))
        more = ipywidgets.Accordion([ipywidgets.VBox([controls[name] for name in ("groups", "drop", "categories")])])
        more.set_title(0, "More: rows that belong together, columns to leave out")
        row = ipywidgets.HBox([self.upload, self.path, self.ours], layout={"flex_flow": "row wrap", "grid_gap": "4px"})
        heading, _, picture, in_page = self.children
        self.children = heading, row, self.told, self.doubts, controls["label"], more, picture, self.understood, in_page
        self.bring(example(), wait=True)

    @property
    def is_example(self):
        """Whether it is the table that comes with the course."""
        return self.file == example()

    def bring(self, file, wait=False, content=None):
        """Read a file: its names first, and then the table, with the column that is likeliest to hold the classes.

        wait: whether to do so at once, and not in a thread.  content: what was uploaded under that name, as bytes.
        """
        self.file, self.content, self.is_new = file, content, True
        if content is None:
            self.counted = self.upload.value = ()
        self._read_again(wait)

    def moved(self):
        if not self.filling:
            self._read_again()

    def _take_upload(self):
        """Read what was uploaded, under a name that is one everywhere."""
        if self.upload.value != self.counted:
            (uploaded,) = self.upload.value
            self.counted = self.upload.value = (uploaded | {"content": memoryview(b"")},)  # the button counts it
            name = UNFIT.sub("_", uploaded["name"])[-100:].lstrip(". ") or "table"
            self.bring(Path(name), content=bytes(uploaded["content"]))

    def _take_path(self):
        if named := self.path.value.strip().strip("\"'"):
            self.bring(Path(named).expanduser())

    def _read_again(self, wait=False):
        self.stale = True
        if wait or self.loop is None:
            self._show(*self._read(self.file, self.content, self.is_new, self.state))
        elif self.task is None or self.task.done():
            self.task = self.loop.create_task(self._keep_reading())

    async def _keep_reading(self):
        """Read until what was read is what is asked for."""
        while self.stale:
            self.stale = False
            self.told.value = prose("Reading …", live=True)
            found = await in_thread(self._read, self.file, self.content, self.is_new, self.state)
            if not self.stale:
                self._show(*found)

    def _read(self, file, content, is_new, state):
        """The names of a new file's columns with the likeliest label, the table, and what is wrong with it."""
        names = None
        try:
            with _as_file(file, content) as path:
                if is_new:
                    names = table_columns(path)
                    state = {"label": names[1]}
                table = load_table(path, **state | {"groups": state.get("groups") or None})
                return names, table if content is None else _known_as(file.name, table), ""
        except (ValueError, OSError) as error:
            return names, None, str(error)

    def _show(self, names, table, problem):
        """Offer the names of a new file's columns; show what was understood, or what is wrong."""
        if self.is_new:
            self._offer(*names or ((), None))
        self.is_new, self.shown = False, table
        bad = f'<b style="color: #b00020">✘</b> {html.escape(problem)}'
        fine = table and f"✔ {html.escape(self.file.name)}: {pictures.in_short(table.report)}"
        self.told.value = prose(bad if problem else fine, live=True)
        self.understood.value = pictures.table_of(table) if table else ""
        self.doubts.children = [self._doubt(name) for name in table.report.running[:MOST_DOUBTS]] if table else []
        self.picture.layout.display = None if table else "none"
        self.redraw()
        self.table = table

    def _doubt(self, name):
        """A line about a column that looks like a running number, with a button that leaves it out."""
        text = f"⚠ {name} looks like a running number: it says nothing of a new row."
        button = ipywidgets.Button(description=f"Leave out {name}", layout={"width": "auto"})
        button.on_click(lambda _: self._at_home(lambda: self._leave_out(name)))
        return ipywidgets.HBox([ipywidgets.HTML(prose(html.escape(text))), button], layout={"flex_flow": "row wrap"})

    def _leave_out(self, name):
        drop = self.controls["drop"]
        drop.value = (*drop.value, name)

    def _offer(self, names, likely):
        """Put a file's columns into the controls."""
        self.filling = True
        label, groups, drop, categories = self.controls.values()
        label.options, label.value = names, likely
        groups.options, groups.value = [(ALONE, ""), *((name, name) for name in names)], ""
        for control in (drop, categories):
            control.options, control.value, control.rows = names, (), min(6, max(2, len(names)))
        self.filling = False

    def _draw(self, figure, state):
        return pictures.draw_table(figure, self.shown) if self.shown else "No table yet."

    def fallback(self):
        return self.told.value + super().fallback() + self.understood.value


@contextmanager
def _as_file(file, content):
    """The path of a file; of what was uploaded, a file that is there as long as it is read."""
    if content is None:
        yield file
        return
    with TemporaryFolder() as folder:
        path = Path(folder, file.name)
        path.write_bytes(content)
        yield path


def _known_as(name, table):
    """The same Table, from a file of that name: where the upload was read from, it is gone."""
    (options,) = table.report.source.files.values()
    source = replace(table.report.source, files={name: options})
    return replace(table, report=replace(table.report, source=source))


@cache
def show():
    """The form, with the example in it; if the cell is run again the same one, since a search may be for its table."""
    return Form()
