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
WARM_ROUNDS, FEWEST_ROUNDS = 2, 6
"""Memory is compared from the end of the first ones on, over at least the rest."""
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


def answer_at(page, value):
    """Return the answer once the page has settled on a value of the slider."""
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
        began, sizes, moves = time.monotonic(), [], 0
        while time.monotonic() < began + SECONDS or len(sizes) < FEWEST_ROUNDS:
            for reader, page in enumerate(pages):  # everybody moves before anybody is waited for
                page.locator(SLIDER).focus()
                page.keyboard.press("PageUp" if (moves + reader) % 11 < 5 else "PageDown")
            for page in pages:
                settled(page)
            for page in pages:
                value = round(float(page.locator(SLIDER).input_value()), 1)
                shown = answer_at(page, value)
                assert value == 0.8 or shown == expected[value], f"another reader's numbers at {value}"
                assert page.locator('[data-testid="stException"], [data-testid="stAlert"]').count() == 0
            moves += 1
            sizes.append(megabytes(server.pid))
        first = sizes[WARM_ROUNDS - 1]
        sys.stderr.write(
            f"\n{READERS} readers, {moves * READERS} moves in {time.monotonic() - began:.0f} s; server {first:.0f} MB after two "
            f"rounds, {max(sizes):.0f} MB at most, {sizes[-1]:.0f} MB at the end\n"
        )
        assert max(sizes[WARM_ROUNDS:]) - first < MOST_GROWTH_MB
        for page in pages:
            page.context.close()
