"""Which model this is: its version, a hash of the source that computes, and the libraries that do so too."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from sim.batch.installed import DISTRIBUTION, version_of

LIBRARIES = ("numpy", "scipy")
LEFT_OUT = ("cli", "ui", "api", "report", "shipped")
"""Folders that compute no result; ``shipped`` is in wheels only."""


@cache
def model_identity() -> dict[str, str]:
    """Return what tells this model apart from others.

    Returns
    -------
    dict
        ``version`` of the package, ``source_sha256`` over its source files that compute, and the versions of
        ``numpy`` and ``scipy``; read once per process.
    """
    versions = {name: version_of(name) for name in LIBRARIES}
    source = source_digest(Path(__file__).parents[1])
    return {"version": version_of(DISTRIBUTION), "source_sha256": source} | versions


def source_digest(package: Path) -> str:
    """Return the SHA-256 over names and contents of the source files that compute.

    Parameters
    ----------
    package : Path
        Folder of the package.

    Returns
    -------
    str
        Hexadecimal digits; the same wherever the package lies and however lines end.
    """
    whole = hashlib.sha256()
    files = {file.relative_to(package): file for file in package.rglob("*.py")}
    for name, file in sorted((path.as_posix(), file) for path, file in files.items()):
        if name.split("/")[0] not in LEFT_OUT:
            content = file.read_bytes().replace(b"\r\n", b"\n")
            whole.update(f"{name}\0{hashlib.sha256(content).hexdigest()}\n".encode())
    return whole.hexdigest()
