"""A notebook is saved with the widgets that it still shows, and with no others."""

import json
from types import SimpleNamespace

import pytest

from helpers.classroom.saving import STATE, VIEW, keep_widgets


def notebook(shown, state):
    """A notebook that shows these widgets; state: the widgets that are saved with it, each with those it is made of."""
    widgets = {name: {"state": {"children": [f"IPY_MODEL_{part}" for part in parts]}} for name, parts in state.items()}
    outputs = [{"output_type": "execute_result", "data": {VIEW: {"model_id": name}}} for name in shown]
    cells = [{"cell_type": "markdown"}, {"cell_type": "code", "outputs": [{"output_type": "stream"}, *outputs]}]
    return {"cells": cells, "metadata": {"widgets": {STATE: {"state": widgets}}}}


@pytest.fixture
def save(tmp_path):
    """A function that saves a notebook as the server does, after `before` was, and gives the widgets then saved."""

    def saved(before, now):
        if before:
            (tmp_path / "a.ipynb").write_text(json.dumps(before))
        files = SimpleNamespace(_get_os_path=lambda path: tmp_path / path)
        keep_widgets(model={"type": "notebook", "content": now}, path="a.ipynb", contents_manager=files)
        return now["metadata"].get("widgets", {}).get(STATE, {}).get("state")

    return saved


def test_what_is_still_shown_is_kept_with_its_parts(save):
    before = notebook(
        ["box"], {"box": ["radio", "button"], "radio": ["lay-out"], "button": ["lay-out"], "lay-out": [], "x": []}
    )
    found = save(before, notebook(["box"], {}))
    assert found == {
        name: state for name, state in before["metadata"]["widgets"][STATE]["state"].items() if name != "x"
    }


def test_what_is_new_is_saved_as_it_is_and_what_is_shown_no_more_goes(save):
    before = notebook(["box", "gone"], {"box": ["radio"], "radio": ["box"], "gone": []})
    now = notebook(["box", "other"], {"box": ["new"], "new": [], "other": []})
    assert save(before, json.loads(json.dumps(now))) == now["metadata"]["widgets"][STATE]["state"]


def test_parts_in_a_circle_are_taken_once(save):
    assert set(save(notebook(["a"], {"a": ["b"], "b": ["a"]}), notebook(["a"], {}))) == {"a", "b"}


def test_a_notebook_never_saved_and_one_without_widgets_are_left_as_they_are(save):
    assert save(None, notebook(["box"], {})) == {}
    plain = {"cells": [], "metadata": {}}
    assert save(plain, notebook(["box"], {})) == {}
    assert save(notebook(["box"], {"box": []}), {"cells": [], "metadata": {}}) is None


def test_other_files_are_no_business_of_ours():
    keep_widgets(model={"type": "file", "content": "text"}, path="a.txt", contents_manager=None)
