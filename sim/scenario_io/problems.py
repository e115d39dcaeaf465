"""One mistake in a scenario, where it stands, and how many of them become one error.

Text form: ``file:line: dotted.path: what must hold, got what``; line and path may be left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sim.errors import ScenarioError, SimError

Keys = tuple[str, ...]
"""Steps from the top of a scenario to one of its parts; positions in lists are written as text."""

LONGEST_SHOWN = 80
_PLAIN_STEP = r"[^\s.:']+"
_STEP = rf"(?:{_PLAIN_STEP}|'[^']*')"
_LINE = re.compile(
    rf"(?P<file>.+?)(?::(?P<line>\d+))?: (?:(?P<path>{_STEP}(?:\.{_STEP})*): )?(?P<message>.+)"
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: where it stands and what must hold instead.

    Parameters
    ----------
    file : str
        File as the user wrote it, or ``--set``.
    line : int or None
        Line in that file, counted from 1; None when the whole file is meant.
    path : str
        Dotted path in the scenario; empty when the whole file is meant.
    message : str
        What must hold, and what was found.
    """

    file: str
    line: int | None
    path: str
    message: str

    def __str__(self) -> str:
        """Return the mistake as one line of text, whatever stands in names the user chose."""
        where = f"{self.file}:{self.line}" if self.line is not None else self.file
        text = ": ".join(part for part in (where, self.path, self.message) if part)
        return " ".join(text.splitlines()).encode("utf-8", "backslashreplace").decode("utf-8")


def error_of(problems: Iterable[Problem]) -> ScenarioError:
    """Return one error that tells every problem once, one a line, by file and line.

    Parameters
    ----------
    problems : iterable of Problem
        At least one problem, in any order.

    Returns
    -------
    ScenarioError
        The error, to be raised by the caller.
    """
    ordered = sorted(set(problems), key=lambda p: (p.file, p.line or 0, p.path, p.message))
    return ScenarioError("\n".join(str(problem) for problem in ordered))


def problems_of(error: SimError) -> list[Problem]:
    """Return the problems that an error of this floor tells.

    Parameters
    ----------
    error : SimError
        An error raised while scenario files were read.

    Returns
    -------
    list of Problem
        One problem for each line of its text.
    """
    return [_problem_of(line) for line in str(error).splitlines()]


def _problem_of(line: str) -> Problem:
    match = _LINE.fullmatch(line)
    if match is None:
        return Problem("", None, "", line)
    number = match["line"]
    return Problem(match["file"], int(number) if number else None, match["path"] or "", match["message"])


def dotted(keys: Keys) -> str:
    """Return the steps joined by dots; odd steps stand in quotes.

    Parameters
    ----------
    keys : tuple of str
        Steps from the top of the scenario.

    Returns
    -------
    str
        Dotted path, empty for the top.

    Examples
    --------
    >>> dotted(("treatments", "b", "response"))
    'treatments.b.response'
    """
    return ".".join(key if re.fullmatch(_PLAIN_STEP, key) else _quoted(key) for key in keys)


def steps(path: str) -> Keys:
    """Return the steps of a dotted path; what stands in quotes is one step.

    Parameters
    ----------
    path : str
        Dotted path.

    Returns
    -------
    tuple of str
        Steps from the top, without quotes.

    Examples
    --------
    >>> steps("targets.'eff.iv'.spread")
    ('targets', 'eff.iv', 'spread')
    """
    return tuple(step.strip("'") for step in re.findall(_STEP, path))


def _quoted(key: str) -> str:
    return "'" + shortened(" ".join(key.replace("'", "").split())) + "'"


def shortened(text: str) -> str:
    """Return a text cut to the length a message can show."""
    return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "…"


def shown(value: object) -> str:
    """Return a value read from a file as a message shows it.

    Parameters
    ----------
    value : object
        Plain value: map, list, text, number, truth value or None.

    Returns
    -------
    str
        The value as written, or what kind of collection it is.

    Examples
    --------
    >>> shown(True), shown("a"), shown(None), shown({"a": 1})
    ('true', "'a'", 'nothing', 'a map')
    """
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case dict():
            return "a map" if value else "an empty map"
        case list() | tuple():
            return f"a list of {len(value)}" if value else "an empty list"
        case _:
            return shortened(repr(value))
