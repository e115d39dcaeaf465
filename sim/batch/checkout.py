"""Which commit the package runs from, if it runs from a Git checkout."""

from __future__ import annotations

import os
import re
import subprocess
from functools import cache
from pathlib import Path

LONGEST_SECONDS = 2
"""How long Git may take before the commit is left untold."""
_DESCRIBED = re.compile(r"([0-9a-f]{40}|[0-9a-f]{64})(-dirty)?")


@cache
def own_commit() -> dict[str, object] | None:
    """Return the commit of this package's checkout, see `commit_of`; read once, as the code is."""
    return commit_of(Path(__file__).parents[2])


def commit_of(root: Path) -> dict[str, object] | None:
    """Return the commit of a checkout.

    Parameters
    ----------
    root : Path
        Where its ``.git`` would be.

    Returns
    -------
    dict or None
        ``commit`` and ``dirty`` (True: files that Git knows differ from it). None where there is no checkout,
        no commit or no Git, or Git takes too long.
    """
    if not (root / ".git").exists():
        return None
    # Variables such as GIT_DIR, which hooks set, would lead to another repository.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        told = subprocess.run(
            ["git", "--no-optional-locks", "describe", "--always", "--dirty", "--abbrev=64", "--exclude=*"],
            cwd=root,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=LONGEST_SECONDS,
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = _DESCRIBED.fullmatch(told.strip())
    return None if found is None else {"commit": found[1], "dirty": found[2] is not None}
