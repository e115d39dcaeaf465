"""Scenario files of this session: what is uploaded or written is checked, named, kept and chosen."""

from __future__ import annotations

import re
from pathlib import PurePath

from sim.errors import ScenarioError
from sim.scenario_io import shipped
from sim.ui import levers, session, sources

LARGEST = 500_000
"""Bytes of a file."""
MOST_FILES = 20
"""Files a session keeps."""
LONGEST_NAME = 40
NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_-]+")


def decoded(content: bytes, file: str) -> str:
    """Return an uploaded file as text; ScenarioError if it is too large or no text."""
    _check_size(len(content), file)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ScenarioError(f"{file}: must be text in UTF-8, got byte {error.start} that is none") from error


def _check_size(n_bytes: int, file: str) -> None:
    if n_bytes > LARGEST:
        raise ScenarioError(f"{file}: must have at most {LARGEST:,} bytes, got {n_bytes:,}")


def check(text: str, file: str) -> int:
    """Return how many scenarios a text gives; ScenarioError that tells every mistake, one a line."""
    _check_size(len(text.encode("utf-8", "backslashreplace")), file)
    return len(sources.read_text(text, file))


def keep(text: str, asked: str, *, file: str = "") -> str:
    """Check a text, keep it, and let the sidebar choose it; to be called before it is drawn.

    Parameters
    ----------
    text : str
        YAML.
    asked : str
        Name as the reader wants it.
    file : str
        What messages call it; left out: by its name.

    Returns
    -------
    str
        Name that it has.

    Raises
    ------
    ScenarioError
        If it has a mistake, or there are too many files.
    """
    name = free_name(asked, text)
    try:
        check(text, f"{name}{shipped.SUFFIX}")
    except ScenarioError:
        check(text, file or f"{name}{shipped.SUFFIX}")
        raise
    if name not in session.uploads() and len(session.uploads()) >= MOST_FILES:
        raise ScenarioError(f"{name}: must be one of {MOST_FILES} files of a session, got one more")
    session.add_upload(name, text)
    choose(name)
    return name


def choose(name: str, variant: str | None = None) -> None:
    """Let the sidebar show another scenario, without changes; to be called before it is drawn."""
    session.set_value("scenario", name)
    session.set_value("variant", variant)
    session.set_what_ifs({})
    session.forget(levers.PREFIX)


def as_name(text: str) -> str:
    """Return a text without what may not stand in the name of a file."""
    return NOT_IN_NAMES.sub("_", text).strip("_-") or "scenario"


def free_name(asked: str, text: str) -> str:
    """Return a name that is no shipped scenario's, and none of another text of this session."""
    stem = PurePath(asked).name.removesuffix(".yml").removesuffix(shipped.SUFFIX)
    name = as_name(stem)[:LONGEST_NAME]
    if name in shipped.names():
        name = f"{name}_mine"
    free, place = name, 1
    while session.uploads().get(free, text) != text:
        place += 1
        free = f"{name}_{place}"
    return free
