"""What the server of JupyterLab does before it saves a notebook: it keeps the widgets that the notebook still shows.

JupyterLab forgets all widgets when the kernel restarts, and would save the notebook without them: tomorrow it would say
"model not found" in their place. start.py names this file in the server's settings.
"""

import json
import re

STATE = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"


def keep_widgets(model, path, contents_manager, **_):
    """Called by the server. model: what is to be saved under `path`."""
    if model["type"] == "notebook":
        try:
            with open(contents_manager._get_os_path(path), encoding="utf-8") as file:
                before = json.load(file)
        except FileNotFoundError:
            return
        add_widgets(model["content"], before)


def add_widgets(notebook, before):
    """Add to `notebook` those widgets of `before`, as it was saved last, that it shows and lacks, and their parts."""
    known, old = (found["metadata"].get("widgets", {}).get(STATE, {}).get("state", {}) for found in (notebook, before))
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    wanted = {output["data"][VIEW]["model_id"] for output in outputs if VIEW in output.get("data", {})}
    while wanted := {name for name in wanted if name in old and name not in known}:
        known.update({name: old[name] for name in wanted})
        wanted = set(re.findall(r"IPY_MODEL_([\w-]+)", json.dumps([old[name] for name in wanted])))
