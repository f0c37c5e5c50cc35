"""A row of tabs that says in the page's address what is open, so that the address can be handed on."""

from pathlib import Path

import anywidget
import traitlets


class Tabs(anywidget.AnyWidget):
    """The tabs. What a reader does comes as a message: {"tab": its name} or, for a visited address, {"link": link}.

    titles: name -> what is written on the tab, of a long one only its beginning until it is open.  link: what stands
    behind the # of the page's address: the open tab's name, and whatever else, behind a question mark.
    """

    _esm = Path(__file__).with_name("tabs.js")
    _css = """
        [role=tablist] { display: flex; flex-wrap: wrap; gap: 4px; }
        [role=tablist][aria-busy=true] { cursor: progress; opacity: 0.6; }
        [role=tab] { padding: 2px 10px; border: 1px solid #999; border-radius: 4px; background: none; color: inherit;
                     font: inherit; cursor: inherit; max-width: 10em; overflow: hidden; text-overflow: ellipsis;
                     white-space: nowrap; }
        [role=tab][aria-selected=true] { background: #0072b2; border-color: #0072b2; color: #fff; max-width: none; }
    """
    titles = traitlets.Dict().tag(sync=True)
    link = traitlets.Unicode().tag(sync=True)
