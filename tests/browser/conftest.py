"""A browser, and a JupyterLab for it."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from . import jupyter


@pytest.fixture(scope="session")
def needs_browser():
    """Skips where there is no browser, or fails where there must be one."""
    with sync_playwright() as playwright:
        found = jupyter.chromium() or Path(playwright.chromium.executable_path).exists()
    if not found:
        reason = "There is no Chromium on this machine, so no lesson was tried in a browser."
        pytest.fail(reason) if os.environ.get("REQUIRE_BROWSER") else pytest.skip(reason)


@pytest.fixture(scope="module")  # closed before the next file: an event loop runs in this thread while it is open
def chrome(needs_browser):
    with jupyter.browser() as chrome:
        yield chrome


@pytest.fixture(scope="session")
def address(tmp_path_factory):
    with jupyter.server(tmp_path_factory.mktemp("jupyter")) as address:
        yield address
