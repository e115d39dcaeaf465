"""A server of the app and Debian's Chromium. Without a browser these tests are skipped; CI requires it."""

from __future__ import annotations

import os
import shutil

import pytest
from browsing import LAUNCH, serving, settled


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    """Return the address of a server that runs for all these tests."""
    with serving(tmp_path_factory.mktemp("server")) as (address, _):
        yield address


@pytest.fixture(scope="module")  # its event loop must not run under tests of other modules
def browser():
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        if os.environ.get("CI"):
            pytest.fail("CI must have Debian's chromium: apt-get install chromium")
        pytest.skip("no chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=LAUNCH)
        yield launched
        launched.close()


@pytest.fixture
def open_page(browser, served):
    """Return a function that opens an address of the app and waits until the page is drawn."""
    contexts = []

    def open_at(path="", *, width=1280, height=900, address=None, **settings):
        context = browser.new_context(
            viewport={"width": width, "height": height}, accept_downloads=True, **settings
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.goto(f"{address or served}/{path}")
        settled(page)
        return page

    yield open_at
    for context in contexts:
        context.close()
