"""How fast the machine is. In a browser Python runs on one core, some twenty times slower: experiments are smaller."""

import sys

FEW = 5  # networks are trained in a browser, where it would be more elsewhere; or as many as a lesson says
MOST_WORK = 8 * 10**7  # for one experiment, as `executors.work` counts it: there, some twenty seconds
TOO_SHORT = 0.25  # of its epochs: what is found after so few need not be what is found at the end
IN_BROWSER = "; in a browser, on a smaller scale"  # how the conditions end of what was found in one
SLOWLY = "in a browser, Python is some twenty times slower"
A_MOMENT = 0.01  # seconds in which a browser can attend to what was pressed
TO_STOP = " To stop: menu Kernel, Restart Kernel"  # there, the button that interrupts does nothing


def in_browser():
    """Whether Python itself runs in a browser: without threads, processes and a fast matrix product."""
    return sys.platform == "emscripten"


def affordable(count, few):
    """How many networks of `count` are trained here: in a browser `few` at most, and where it is fewer, it says so."""
    if not in_browser() or count <= few:
        return count
    print(f"{few} networks here instead of {count}: {SLOWLY}.")
    return few


def affordable_part(work, new):
    """Which part of the work of an experiment a browser does, from 0 to 1; where it is not all of it, it says so.

    new: the work of what is not stored. If that is not too much, all of it is done.
    """
    if new <= MOST_WORK:
        return 1.0
    part = MOST_WORK / work
    end = "That is too short to judge by." if part < TOO_SHORT else "Expect other numbers than the text's."
    print(f"Each network trains for {part:.0%} of its epochs here: {SLOWLY}. {end}")
    return part


def beside_bar():
    """What stands next to a progress bar: in a browser, how to stop; elsewhere nothing."""
    return TO_STOP if in_browser() else ""


def pause():
    """Let a browser, where one thread does everything, attend to what was pressed. Whether it can.

    For that Python has to be suspended, which some browsers cannot do; and none in the middle of an asyncio task.
    """
    import asyncio  # here, since an import that is interrupted breaks the next one, and few need this

    from pyodide.ffi import can_run_sync, run_sync

    if able := can_run_sync():
        run_sync(asyncio.sleep(A_MOMENT))
    return able


def as_found_here(conditions):
    """The conditions of a finding, with the one that an experiment in a browser adds."""
    return f"{conditions}{IN_BROWSER}" if in_browser() else conditions
