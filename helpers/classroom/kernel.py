"""What every kernel of the course loads when it starts: plain words in place of two errors that learners meet.

start.py names this file in the settings of IPython. It loads fast, since each kernel waits for it.
"""

import ast
import json
import os
import re

MENU = "In the menu: Run › Run All Above Selected Cell."

_hooks = {}  # of the lesson that has begun in this kernel


def load_ipython_extension(shell):
    """Called by IPython."""
    shell.set_custom_exc((NameError,), _show)


def begin(shell, cell_starts, cell_has_ended):
    """A lesson begins; from the next cell on these two are called, in place of those of the lesson begun before."""
    for event, hook in _hooks.items():
        shell.events.unregister(event, hook)
    _hooks.update(pre_run_cell=cell_starts, post_run_cell=cell_has_ended)
    for event, hook in _hooks.items():
        shell.events.register(event, hook)


def _show(shell, kind, error, traceback, tb_offset=None):
    """Show a NameError, in our words where we have any. It stays an error for whoever runs the notebook."""
    words = _not_run_yet(error.name) or _missing_quotes(shell.user_ns["In"][-1], error.name)
    if words:
        error._render_traceback_ = lambda: [words]
    shell.showtraceback((kind, error, traceback), running_compiled_code=True)


def _missing_quotes(source, name):
    """What to say to `answer = C` where C is nothing. source: the cell, what is IPython's own in it made Python's."""
    for line in ast.parse(source).body:
        if isinstance(line, ast.Assign) and isinstance(line.value, ast.Name) and line.value.id == name:
            right = f"{ast.unparse(line.targets[0])} = {json.dumps(name)}"
            return f"{name} is not defined. If you mean it as a word, put it in quotes: {right}"
    return ""


def _not_run_yet(name):
    """What to say of a name that another cell of the lesson makes."""
    lesson = re.fullmatch(r"(\d\d)-.+\.ipynb", os.path.basename(os.environ.get("JPY_SESSION_NAME", "")))
    if not lesson:
        return ""
    from . import notebook

    if not any(name in cell.names for cell in notebook.cells(int(lesson[1]))):
        return ""
    if not _hooks:
        return f"Run the lesson's first cell, then the others down to this one. {MENU} (`{name}` is not there yet.)"
    return f"`{name}` is made in another cell, which was not run to its end. {MENU}"
