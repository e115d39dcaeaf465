"""A server that is told to end, and a reader who goes away, while a run goes on."""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path

import pytest
from browsing import serving

from sim.ui.pools import count_preview_workers

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="processes are listed in /proc"),
]
LONG_RUN = "?set=run.n_patients%3D500&set=run.replications%3D1000"
ENDS_WITHIN, STARTS_WITHIN = 5, 30


def descendants(pid):
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text(encoding="utf-8").split()):
            found += [child, *descendants(child)]
    return found


def is_there(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_a_server_told_to_end_during_a_run_ends_soon_and_leaves_no_process(open_page, tmp_path):
    with serving(tmp_path) as (address, server):
        page = open_page(LONG_RUN, address=address)
        page.get_by_role("button", name="Run in full").click()
        page.get_by_text("of 1000 replications").first.wait_for()
        assert_ends(server)


def test_a_server_told_to_end_while_a_page_waits_for_its_first_preview_does_not_wait(
    browser, tmp_path, monkeypatch
):
    """Machine code is made anew, which takes long, and the page waits for it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with serving(tmp_path) as (address, server):
        page = browser.new_context().new_page()
        page.goto(address)
        until = time.monotonic() + STARTS_WITHIN
        while len(descendants(server.pid)) <= count_preview_workers():  # they, and what tracks them
            assert time.monotonic() < until, "no workers came"
            time.sleep(0.1)
        time.sleep(2)
        assert_ends(server)
        page.context.close()


def assert_ends(server):
    """Tell a server to end, and expect that soon neither it nor a process of it is there."""
    processes = descendants(server.pid)
    assert len(processes) >= 2
    began = time.monotonic()
    server.send_signal(signal.SIGTERM)
    server.wait(ENDS_WITHIN)
    while (left := [pid for pid in processes if is_there(pid)]) and time.monotonic() - began < ENDS_WITHIN:
        time.sleep(0.05)
    assert [Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8") for pid in left] == []
