"""All that a learner did, as one file: out of a browser, where clearing the site's data deletes it, into this course.

Nothing of another name is touched, and nothing is lost: what was here under the same name is set aside.
"""

import html
import os
from contextlib import suppress
from pathlib import Path

import anywidget
import ipywidgets
import traitlets

from helpers.lab import evidence, schema
from helpers.lab.files import MADE, json_bytes, locked, made_now, now, read_json, write_whole
from helpers.lab.folders import evidence_folder, shown
from helpers.lab.machine import in_browser
from helpers.lab.names import NAME, UNNAMED, learner_name
from helpers.lab.temporary import TemporaryFolder

from . import progress
from .fallback import WithFallback
from .in_page import InPage
from .questions import prose

MOST_BYTES = 8 * 2**20
ANYTHING = {"type": "object", "description": "an object"}  # checked by whoever reads such files
SCHEMA = schema.fields(
    schema=schema.exactly(1),
    learner=schema.matching(NAME, "a name such as blue-otter, of 1 to 40 characters"),
    progress=schema.either(ANYTHING, schema.one_of(None)),
    evidence=schema.list_of(ANYTHING, least=0, most=500),
    **MADE,
)
_check = schema.checker(SCHEMA)
DELETED = (
    "What you did is kept in this browser alone: clearing the site's data deletes it. Download it, to be safe; the "
    "installed course takes such a file in, too."
)


class WorkError(ValueError):
    """A file of somebody's work is refused, or cannot be put here; nothing has been changed."""


def gathered():
    """All that was done under the name that was chosen here, as the bytes of a JSON file.

    A file that is damaged is left out, as it is wherever evidence is read.
    """
    name, folder = learner_name() or UNNAMED, evidence_folder()
    found = evidence.read_all(folder)[0] if folder.exists() else []
    try:
        done = progress.read_checked(progress.path_of(name))
    except (OSError, ValueError):
        done = None
    mine = [part for part in found if part["learner"] == name]
    return json_bytes({"schema": 1, "learner": name, "progress": done, "evidence": mine, **made_now()})


def take_in(content):
    """Put what is in such a file here, all or none of it, and choose its name: a sentence on what was done.

    content: the file's bytes.  Raises WorkError.
    """
    with TemporaryFolder() as draft:
        try:
            name, files = _checked(content, Path(draft))
        except (OSError, ValueError) as error:
            raise WorkError(f"This is no file that *Download my work* made: {error}. Nothing was changed.") from None
    here = learner_name() or UNNAMED
    if name == UNNAMED != here:
        raise WorkError(f"That work has no made-up name, and yours here is {here}. Nothing was changed.")
    try:
        aside = _put(files, progress.path_of(name))
    except OSError as error:
        raise WorkError(f"Nothing was changed: it cannot be kept ({error.strerror or error}).") from None
    told = f"Taken in: the work of {name}, {len(files)} files."
    if name != here:
        told += f" {evidence.choose_name(name).text}"
    return told + (f" What was here under that name is now in {shown(aside)}." if aside else "")


def _checked(content, draft):
    """The name in a file, and what it holds as path -> bytes. Raises ValueError. draft: a folder to check it in."""

    def read(file, data, reader):
        path = draft / file
        path.write_bytes(data)
        return reader(path)

    found = read("work.json", content, lambda path: read_json(path, _check, 1, MOST_BYTES))
    name, files = found["learner"], {}
    for place, part in enumerate(found["evidence"], start=1):
        part = read(f"evidence {place}", json_bytes(part), evidence.read)
        path = evidence.path_of(part["lesson"], part["claim"], name)
        if part["learner"] != name or path in files:
            raise ValueError(f"its evidence {place} is not {name}'s only one on that claim")
        files[path] = json_bytes(part)
    if found["progress"] is not None:
        done = read("progress", json_bytes(found["progress"]), progress.read_checked)
        if done["learner"] != name:
            raise ValueError(f"its progress is not {name}'s")
        files[progress.path_of(name)] = json_bytes(done)
    return name, files


def _put(files, lock):
    """Write these files, path -> bytes, all or none. Raises OSError.

    Returns the folder to which what was in their place has been copied, or None.
    """
    folder = evidence_folder()
    stamp = now().replace(":", "")
    aside, staged = folder / f"before-{stamp}-{os.getpid()}", folder / f".incoming-{stamp}-{os.getpid()}"
    with locked(lock):
        old = {path: path.read_bytes() for path in files if path.exists()}
        old = {path: content for path, content in old.items() if content != files[path]}
        put = []
        try:
            for path, content in old.items():
                write_whole(aside / path.name, content)
            for path, content in files.items():
                write_whole(staged / path.name, content)
            for path in files:
                os.replace(staged / path.name, path)
                put.append(path)
        except OSError:
            for path in put:
                if path in old:
                    os.replace(aside / path.name, path)
                else:
                    path.unlink()
            _remove(aside)
            raise
        finally:
            _remove(staged)
    return aside if old else None


def _remove(folder):
    """Remove a folder of files, as far as that goes."""
    with suppress(OSError):
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()


class Download(anywidget.AnyWidget):
    """A button that saves a file, which is made when it is pressed. make(): its name and its bytes."""

    _esm = Path(__file__).with_name("download.js")
    description = traitlets.Unicode().tag(sync=True)

    def __init__(self, description, make):
        super().__init__(description=description)
        self.on_msg(lambda *_: self._hand_over(*make()))

    def _hand_over(self, name, content):
        self.send({"name": name}, [content])


def _as_file():
    """What is downloaded: its name and its bytes."""
    return f"dropout-course-{learner_name() or UNNAMED}.json", gathered()


class MyWork(WithFallback, ipywidgets.VBox):
    """The button that downloads all, and one that takes such a file in. taken_in(): called after that."""

    def __init__(self, taken_in):
        self.taken_in, self.told = taken_in, ipywidgets.HTML()
        self.download = Download("Download my work", _as_file)
        self.upload = ipywidgets.FileUpload(description="Take in a download", accept=".json", multiple=False)
        self.upload.layout.width = "max-content"
        self.upload.observe(self._uploaded, "value")
        buttons = ipywidgets.HBox([self.download, self.upload])
        warning = [ipywidgets.HTML(prose(html.escape(DELETED)))] * in_browser()
        super().__init__([*warning, buttons, self.told, InPage()])

    def _uploaded(self, change):
        if not self.upload.value:
            return
        try:
            told = take_in(bytes(self.upload.value[0]["content"]))
        except WorkError as error:
            told = str(error)
        self.upload.value = ()
        self.told.value = prose(html.escape(told), live=True)
        self.taken_in()

    def fallback(self):
        return ""
