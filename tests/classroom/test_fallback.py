"""What a widget is where nothing can be moved."""

import ipywidgets

from helpers.classroom.fallback import WithFallback

LIVE = "application/vnd.jupyter.widget-view+json"


class Box(WithFallback, ipywidgets.VBox):
    def fallback(self):
        return "<p>as it stands</p>"


def test_the_display_has_both_forms():
    box = Box()
    bundle = box._repr_mimebundle_()
    assert bundle["text/html"] == "<p>as it stands</p>"
    assert bundle[LIVE]["model_id"] == box.model_id


def test_a_widget_without_a_view_shows_nothing():
    class Hidden(WithFallback, ipywidgets.Widget):
        def fallback(self):
            raise AssertionError("nobody asked")

    assert LIVE not in (Hidden()._repr_mimebundle_() or {})


def test_the_fallback_is_made_when_it_is_shown():
    class Counter(Box):
        shown = 0

        def fallback(self):
            self.shown += 1
            return str(self.shown)

    counter = Counter()
    assert [counter._repr_mimebundle_()["text/html"] for _ in range(2)] == ["1", "2"]
