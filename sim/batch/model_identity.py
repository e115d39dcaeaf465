"""Which model made some results: its version, its source, and the libraries that round its numbers."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from sim.batch.manifest import DISTRIBUTION, version_of

FACES = frozenset({"cli", "ui", "report", "shipped"})
"""Folders of the package that cannot move a result."""
ROUNDING = ("numpy", "scipy")
"""Libraries whose other versions may round differently."""


@cache
def model_identity() -> dict[str, str]:
    """Return what must be equal for results to be equal to the bit.

    Returns
    -------
    dict
        ``version`` of the package, ``source_sha256`` of its files that can move a result, and the versions of
        the libraries that round.
    """
    package = Path(__file__).resolve().parents[1]
    source = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        name = path.relative_to(package)
        if name.parts[0] not in FACES:
            source.update(f"{name.as_posix()}\n".encode() + path.read_bytes())
    identity = {"version": version_of(DISTRIBUTION), "source_sha256": source.hexdigest()}
    return identity | {name: version_of(name) for name in ROUNDING}
