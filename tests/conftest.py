"""What all tests share."""

import asyncio

import pytest
from hypothesis import settings

from . import notebooks as lessons

settings.register_profile("no deadline", deadline=None)  # a machine that is busy, or slow, fails no test
settings.load_profile("no deadline")


@pytest.fixture(scope="module", autouse=True)
def no_event_loop_is_left_running():
    """Fail the file that leaves an event loop running in this thread, as an open browser would, not the next file."""
    yield
    with pytest.raises(RuntimeError, match="no running event loop"):
        asyncio.get_running_loop()


@pytest.fixture(scope="module")
def text(request):
    """All the prose of the lesson that the module names."""
    return lessons.prose(lessons.read(request.module.NAME))


@pytest.fixture(scope="module")
def shown(request, tmp_path_factory):
    """A function that gives what the cell that contains `code` shows, in the lesson that the module names."""
    folder = lessons.common_folder(tmp_path_factory)

    def find(code, **options):
        executed = lessons.run(request.module.NAME, folder, **options)
        cells = [cell for cell in lessons.split_again(executed)[0] if code in cell.source]
        assert len(cells) == 1, f"{len(cells)} cells contain {code}"
        return lessons.shown(cells[0])

    return find
