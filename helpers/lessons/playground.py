"""The playground: the panels of all lessons, without their text, each in a tab that is filled when it is first opened.

What is open, and how its controls are set, stands in the page's address: `#lanes?first=80`.
"""

import html
import re
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode

import ipywidgets

from helpers.classroom.panel import LivePanel
from helpers.classroom.tabs import Tabs

from .contents import headings

LESSON = "../lite/lab/index.html?path=notebooks/"  # where the web site has the lessons, seen from the playground


@dataclass(frozen=True)
class Place:
    """A panel: its room's module, its lesson's file, and what is written on its tab."""

    module: object
    file: str
    title: str


def places():
    """All panels: the name that each has in an address -> its Place."""
    paths = sorted(Path(__file__).parent.glob("lesson_*/panel*.py"))
    rooms, known = [path.parent.name for path in paths], headings()
    found = {}
    for path, room in zip(paths, rooms, strict=True):
        module, number = import_module(f"{__package__}.{room}.{path.stem}"), int(room[-2:])
        file, title = known[number]
        named = f"{module.NAME} ({title})" if rooms.count(room) > 1 else title
        found[module.NAME] = Place(module, file, f"{number} · {named}")
    return found


class Playground(ipywidgets.VBox):
    """The tabs, and below them the panel that is open. link: what stands behind the # of the page's address."""

    def __init__(self, link=""):
        self.places, self.pages, self.panels, self.first_states = places(), {}, {}, {}
        self.tabs = Tabs(titles={name: place.title for name, place in self.places.items()})
        self.trouble, self.shown = ipywidgets.HTML(), ""
        super().__init__([self.tabs, self.trouble])
        self.visit(link)
        self.tabs.on_msg(self._do)

    def _do(self, _, asked, __):
        if "tab" in asked:
            self.trouble.value = ""
            self.turn_to(asked["tab"])
        else:
            self.visit(asked["link"])

    def turn_to(self, name):
        """Show a panel as it was left; one that trains in the tab left behind stops."""
        if isinstance(left := self.panels.get(self.shown), LivePanel):
            left.stop()
        if name not in self.panels:
            self._build(name)
        for other, page in self.pages.items():
            page.layout.display = "flex" if other == name else "none"
        self.shown = name
        self._tell(name)

    def visit(self, link):
        """Show what a link says: a panel, and of its controls those that are not as they are at first."""
        name, _, query = link.partition("?")
        known, asked = name in self.places, parse_qsl(query, keep_blank_values=True)
        name = name if known else next(iter(self.places))
        self.turn_to(name)
        panel, wanted, wrong = self.panels[name], dict(self.first_states[name]), []
        for control, text in asked if known else []:
            try:
                wanted[control] = _value(panel, control, text)
            except ValueError:
                wrong.append(f"{control}={text}")
        panel.at(**{control: value for control, value in wanted.items() if value != panel.state[control]})
        if not known and link:
            wrong = [link]
        here = f"The link asks for something that is not here: {', '.join(wrong)}."
        self.trouble.value = f'<p role="alert">{html.escape(here)}</p>' if wrong else ""

    def _build(self, name):
        place = self.places[name]
        lesson = f'<a href="{LESSON}{quote(place.file)}">To the lesson</a>'
        asks = ipywidgets.HTML(f"<p><b>{html.escape(place.module.FIND_OUT)}</b> {lesson}</p>")
        panel = place.module.show()
        panel.picture.observe(lambda _: self._tell(name), "settings")
        self.panels[name], self.first_states[name] = panel, panel.state
        self.pages[name] = ipywidgets.VBox([asks, panel])
        self.children = (*self.children, self.pages[name])

    def _tell(self, name):
        """Put what is open, and which of its controls were moved, into the link."""
        if name == self.shown:
            first = self.first_states[name]
            moved = {control: value for control, value in self.panels[name].state.items() if value != first[control]}
            self.tabs.link = f"{name}?{urlencode(moved)}" if moved else name


def _value(panel, control, text):
    """The value of a control that is written as `text` in a link. Raises ValueError if there is none."""
    if control == "seed" and control in panel.state and re.fullmatch("[0-9]{1,9}", text):
        return int(text)
    widget = panel.controls.get(control)
    if widget is None:
        raise ValueError(control)
    if isinstance(widget.value, bool):
        values = {"False": False, "True": True}
    elif not hasattr(widget, "options"):
        return type(widget.value)(text)
    else:
        values = {str(value): value for _, value in widget._options_full}
    if text not in values:
        raise ValueError(text)
    return values[text]
