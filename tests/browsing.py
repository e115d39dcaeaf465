"""Serve the app for tests in a real browser, and wait for its pages."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LAUNCH = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-quic", "--force-prefers-reduced-motion=0",
]  # fmt: skip
STARTED_WITHIN = 90


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("localhost", 0))
        return listener.getsockname()[1]


@contextlib.contextmanager
def serving(directory: Path, engine: str = "auto"):
    """Serve the app in a process of its own, from an empty directory; yield its address and process."""
    port = free_port()
    environment = os.environ | {"PYTHONPATH": str(ROOT), "TREATPATH_ENGINE": engine}
    log = (directory / f"server-{port}.log").open("w")
    process = subprocess.Popen(
        [
            sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), "--server.headless=true",
            f"--server.port={port}", "--server.address=localhost", "--browser.gatherUsageStats=false",
        ],
        cwd=directory, env=environment, stdout=log, stderr=subprocess.STDOUT,
    )  # fmt: skip
    address = f"http://localhost:{port}"
    try:
        _wait_for(address, process)
        yield address, process
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        log.close()


def _wait_for(address: str, process: subprocess.Popen) -> None:
    until = time.monotonic() + STARTED_WITHIN
    while time.monotonic() < until:
        assert process.poll() is None, "the server ended"
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/_stcore/health", timeout=2):
            return
        time.sleep(0.1)
    raise AssertionError("the server did not start")


def settled(page) -> None:
    """Wait until the page has a title, nothing runs, nothing is stale and no drawing is loading."""
    page.wait_for_selector("h1", state="attached")
    page.wait_for_function(
        """() => document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState === 'notRunning'
           && !document.querySelector('[data-stale="true"], [data-testid="stMain"] [aria-busy="true"]')
           && !document.querySelector('[data-testid="stMain"] [data-testid="stSkeleton"]')"""
    )
