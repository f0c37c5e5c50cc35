"""The playground has every panel in a tab, makes it when it is asked for, and keeps it and its controls in a link."""

import pytest

from helpers.classroom.panel import LivePanel
from helpers.lessons import playground
from helpers.lessons.contents import lessons

from .test_panels import PANELS, positions


@pytest.fixture
def play():
    return playground.Playground("lanes")


def test_every_panel_has_a_tab_with_its_lesson_s_name_and_a_question(play):
    places = play.places.values()
    assert {place.module for place in places} == set(PANELS.values())
    tabs = list(play.tabs.titles.values())
    for lesson in lessons():
        assert any(tab.startswith(f"{lesson.number} · ") and lesson.title in tab for tab in tabs), lesson
    assert len({tab[:12] for tab in tabs}) == len(tabs) == len(PANELS), "of a long one only the beginning is seen"
    assert all(place.module.FIND_OUT.endswith("?") for place in places)


def test_a_panel_is_made_when_its_tab_is_first_opened_and_then_kept(play):
    assert list(play.panels) == ["lanes"]
    play.panels["lanes"].at(first=70)
    play._do(None, {"tab": "gap"}, [])
    assert list(play.panels) == ["lanes", "gap"] and play.tabs.link == "gap"
    play._do(None, {"tab": "lanes"}, [])
    assert [play.pages[name].layout.display for name in ("lanes", "gap")] == ["flex", "none"]
    assert play.tabs.link == "lanes?first=70" and len(play.children) == 4


def test_a_page_asks_its_question_and_leads_to_the_lesson(play):
    asks, panel = play.pages["lanes"].children
    assert "Does everybody get a turn?" in asks.value and panel is play.panels["lanes"]
    assert 'href="../lite/lab/index.html?path=notebooks/03-add-dropout.ipynb"' in asks.value


def test_the_link_says_what_was_moved_and_brings_it_back(play):
    panel = play.panels["lanes"]
    panel.at(first=80)
    panel.new_draw()
    assert play.tabs.link == "lanes?first=80&seed=1"
    panel.at(first=10, second=0)
    play._do(None, {"link": "lanes?first=80&seed=1"}, [])
    assert panel.state == {"first": 80, "second": 20, "seed": 1} and play.trouble.value == ""
    play.visit("lanes")
    assert panel.state == {"first": 50, "second": 20, "seed": 0}


def test_a_panel_that_is_not_seen_leaves_the_link_alone(play):
    play.turn_to("gap")
    play.panels["lanes"].at(first=70)
    assert play.tabs.link == "gap"


def test_it_begins_with_the_first_lesson():
    assert playground.Playground().tabs.link == "digits"


@pytest.mark.parametrize("asked", ["first=<b>", "first=", "seed=-1", "seed=1" + "0" * 9, "nothing=3", "first.value=3"])
def test_what_a_link_asks_for_in_vain_is_said_and_the_rest_holds(play, asked):
    play.visit(f"lanes?second=40&{asked}")
    assert play.panels["lanes"].state == {"first": 50, "second": 40, "seed": 0}
    assert "not here" in play.trouble.value and "<b>" not in play.trouble.value
    play.turn_to("gap")
    play._do(None, {"tab": "lanes"}, [])
    assert play.trouble.value == ""


def test_a_link_to_no_panel_leads_to_the_first(play):
    play.visit("<b>?first=80")
    assert play.shown == "digits" and "&lt;b&gt;" in play.trouble.value


def test_training_stops_when_its_tab_is_left(play):
    play.panels["lanes"]._set_running(True)
    play.turn_to("gap")
    assert not play.panels["lanes"].running


@pytest.mark.parametrize("name", PANELS)
def test_each_value_of_each_control_can_stand_in_a_link(name):
    panel = PANELS[name].show()
    for control, widget in panel.controls.items():
        for value in positions(widget):
            assert playground._value(panel, control, str(value)) == value
    assert isinstance(panel, LivePanel) == ("seed" in panel.state)
