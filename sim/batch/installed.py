"""What is installed here: versions of the package, of Python and of what results depend on."""

from __future__ import annotations

import platform
from importlib import metadata

DISTRIBUTION = "treatpath"
DEPENDENCIES = (
    "numpy",
    "scipy",
    "simpy",
    "pydantic",
    "ruamel.yaml",
    "typer",
    "rich",
    "pandas",
    "pyarrow",
    "altair",
    "streamlit",
)
"""All that the package requires, as in its ``pyproject.toml``."""
COMPILER = "numba"
"""Told only where it is installed: it comes with the extra ``fast``."""
_MISSING = "not installed"


def versions() -> dict[str, str]:
    """Return the versions of Python and of what the package depends on."""
    found = {name: version_of(name) for name in (*DEPENDENCIES, COMPILER)}
    if found[COMPILER] == _MISSING:
        del found[COMPILER]
    return {"python": platform.python_version()} | found


def version_of(distribution: str) -> str:
    """Return the installed version of a distribution, or words that say there is none."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return _MISSING
