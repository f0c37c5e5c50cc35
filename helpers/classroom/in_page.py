"""What a widget needs in the page itself: its arrow keys stay in it, and without a kernel it says how to get one."""

from pathlib import Path

import anywidget


class InPage(anywidget.AnyWidget):
    """Put last into a box (VBox) with controls. It is seen only while no kernel is behind the box."""

    _esm = Path(__file__).with_name("in_page.js")
    _css = """
        .jupyter-button.course-off { opacity: 0.7; background: none; } /* paler, and still to be read */
        .course-in-page { display: none; }
        .jupyter-widgets-disconnected > .course-in-page { display: block; font-style: italic; line-height: 1.5; }
        .widget-box:has(> .course-in-page) ~ .widget-box > .course-in-page { display: none; } /* in a quiz, once */
        .widget-box:has(.course-in-page).jupyter-widgets-disconnected::before { content: none; }
        .widget-box:has(> .course-in-page) .jupyter-widgets-disconnected::before { content: none; }
    """
