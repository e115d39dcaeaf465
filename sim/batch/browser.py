"""Serve the browser app as a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
SETTINGS = ("--browser.gatherUsageStats=false", "--runner.magicEnabled=false")
"""What `.streamlit/config.toml` says in a checkout, for every other directory."""


def page_file() -> Path:
    """Return the file Streamlit runs: inside an installed package, else in the checkout."""
    installed = PACKAGE / "shipped" / "app.py"
    return installed if installed.is_file() else PACKAGE.parent / "app.py"


def serve(port: int | None = None) -> int:
    """Serve the app until it is stopped.

    Parameters
    ----------
    port : int, optional
        Port of the local server; left out = Streamlit's own choice.

    Returns
    -------
    int
        Exit code of the server.
    """
    asked = [] if port is None else [f"--server.port={port}"]
    command = [sys.executable, "-m", "streamlit", "run", str(page_file()), *SETTINGS, *asked]
    return subprocess.run(command, check=False).returncode
