"""Serve the browser app as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from sim.batch.results_root import RESULTS, checked_root, results_root
from sim.batch.server_clock import ENGINE, asked_clock
from sim.engine.clocks import chosen_clock, known_clock

HERE = "localhost"
PACKAGE = Path(__file__).resolve().parents[1]


def page_file() -> Path:
    """Return the file Streamlit runs, with its settings beside it: of the package, else of the checkout."""
    installed = PACKAGE / "shipped" / "app.py"
    return installed if installed.is_file() else PACKAGE.parent / "app.py"


def serve(
    port: int | None = None,
    address: str = HERE,
    *,
    engine: str | None = None,
    results: Path | None = None,
) -> int:
    """Serve the app until it is stopped; where the system can, in place of this process.

    Parameters
    ----------
    port : int, optional
        Port of the server; left out = Streamlit's own choice.
    address : str
        Address it listens to; the usual one cannot be reached from other machines.
    engine : str, optional
        Clock of runs: ``auto``, ``simpy`` or ``compiled``; left out = what the environment says.
    results : Path, optional
        Folder whose directories of results are shown to everybody who opens the app; left out = what the
        environment says, else none.

    Returns
    -------
    int
        Exit code of the server.

    Raises
    ------
    ScenarioError
        If there is no such clock or no such folder.
    """
    if engine is not None:
        os.environ[ENGINE] = known_clock(engine)
    if results is not None:
        os.environ[RESULTS] = str(checked_root(results, "--results"))
    chosen_clock(asked_clock(), 1)  # a clock that cannot be had is told now, not to the first reader
    results_root()
    asked = [] if port is None else [f"--server.port={port}"]
    command = [
        sys.executable, "-m", "streamlit", "run", str(page_file()),
        f"--server.address={address}", *asked,
    ]  # fmt: skip
    if os.name == "posix":
        os.execv(sys.executable, command)  # signals then reach the server itself
    return subprocess.run(command, check=False).returncode
