"""Ten readers at once, each moving a slider: everybody sees their own numbers, and the server does not grow.

The full ten minutes: ``TREATPATH_SESSION_SECONDS=600 python -m pytest -m timing -s tests/browser/test_sessions.py``.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest
from browsing import serving, settled

from sim import simulate
from sim.design.preview import preview_of
from sim.report.answer import answer, ask
from sim.scenario_io.load import load_all

pytestmark = pytest.mark.timing
SECONDS = float(os.environ.get("TREATPATH_SESSION_SECONDS", "20"))
READERS = 10
MOST_GROWTH_MB = 50
PATH = "treatments.ketamine_home.effect.odds_ratio"
SLIDER = 'input[type="range"][aria-label^="Odds ratio of response at home"]'
VALUES = [round(0.3 + 0.1 * step, 1) for step in range(11)]


@pytest.fixture(scope="module")
def expected():
    """Return the answer by value of the slider, from the library."""
    answers = {}
    for value in VALUES:
        [scenario] = load_all("base", overrides=[f"{PATH}={value}"])
        small = preview_of(scenario)
        answers[value] = answer(ask(simulate(small), small.name))
    return answers


def megabytes(pid):
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def moved(page, value):
    """Move the slider to a value by keys, wait until the page has settled, and return its answer."""
    slider = page.locator(SLIDER)
    now = float(slider.input_value())
    slider.focus()
    for _ in range(round(abs(value - now) / 0.1)):
        page.keyboard.press("PageUp" if value > now else "PageDown")
    page.wait_for_function(
        """value => value === 0.8 || new URL(location).searchParams.getAll('set')
             .some(one => Number(one.split('=').pop()) === value)""",
        arg=value,
    )
    settled(page)
    return page.locator('[data-testid="stMain"] h2').first.inner_text()


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_ten_readers_at_once_see_their_own_numbers_and_memory_stays(browser, tmp_path, expected):
    with serving(tmp_path) as (address, server):
        pages = [browser.new_context().new_page() for _ in range(READERS)]
        for page in pages:
            page.set_default_timeout(120_000)
            page.goto(address)
        for page in pages:
            settled(page)
        until, sizes, moves = time.monotonic() + SECONDS, [], 0
        while time.monotonic() < until:
            for reader, page in enumerate(pages):  # everybody moves before anybody is waited for
                page.locator(SLIDER).focus()
                page.keyboard.press("PageUp" if (moves + reader) % 11 < 5 else "PageDown")
            for page in pages:
                settled(page)
            for page in pages:
                value = round(float(page.locator(SLIDER).input_value()), 1)
                shown = moved(page, value)
                assert value == 0.8 or shown == expected[value], f"another reader's numbers at {value}"
                assert page.locator('[data-testid="stException"], [data-testid="stAlert"]').count() == 0
            moves += 1
            sizes.append(megabytes(server.pid))
        first = sizes[min(len(sizes) - 1, 2)]
        sys.stderr.write(
            f"\n{READERS} readers, {moves * READERS} moves in {SECONDS:.0f} s; server {first:.0f} MB after three "
            f"rounds, {max(sizes):.0f} MB at most, {sizes[-1]:.0f} MB at the end\n"
        )
        assert max(sizes[2:]) - first < MOST_GROWTH_MB
        for page in pages:
            page.context.close()
