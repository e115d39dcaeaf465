"""Read YAML 1.2 from files nobody vouches for, and remember the line of every part.

Only maps, lists and the scalars of the YAML 1.2 core schema come out. Tags, aliases, merge
keys, repeated keys, infinities and very large or deep files are refused. This module knows
nothing of scenarios.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from sim.scenario_io.problems import Keys, Problem, dotted, error_of, shortened, shown

LARGEST_FILE = 2_000_000
"""Bytes a file may have."""
BYTES_PER_MEGABYTE = 1_000_000
MOST_PARTS = 50_000
"""Maps, lists and scalars a file may hold."""
DEEPEST = 32
"""Levels of maps and lists a file may have."""
MOST_DIGITS = 18
"""Digits a whole number may have, so that it fits into 64 bits."""
MOST_PROBLEMS = 100
"""After so many mistakes in one file, reading stops."""
YAML_VERSION = (1, 2)
DECIMAL = 10

Plain = Any
"""A map with text keys, a list, a text, a number, a truth value or None."""

_NULL = re.compile(r"(?:~|null|Null|NULL)?")
_TRUE = re.compile(r"true|True|TRUE")
_FALSE = re.compile(r"false|False|FALSE")
_WHOLE = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_REAL = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")


@dataclass(frozen=True)
class Document:
    """What a file holds, and on which line each part begins.

    Parameters
    ----------
    file : str
        File as the user wrote it.
    tree : dict
        Plain maps, lists and scalars.
    lines : dict
        Steps from the top to the line of that part, counted from 1.
    """

    file: str
    tree: dict[str, Plain]
    lines: dict[Keys, int]


Reader = Callable[[Path], Document]
"""What reads a file: `read`, or something that keeps what it has read."""


def read(path: Path, *, file: str | None = None) -> Document:
    """Read a file that must hold one map.

    Parameters
    ----------
    path : Path
        File to read.
    file : str, optional
        Name of the file in messages; the path as given when left out.

    Returns
    -------
    Document
        The map and its lines.

    Raises
    ------
    ScenarioError
        If the file cannot be read or holds anything but one plain map; tells every mistake.
    """
    name = path.as_posix() if file is None else file
    return parse(_text_of(path, name), file=name)


def parse(text: str, *, file: str) -> Document:
    """Read a text that must hold one map.

    Parameters
    ----------
    text : str
        YAML 1.2.
    file : str
        Name of the text in messages.

    Returns
    -------
    Document
        The map and its lines.

    Raises
    ------
    ScenarioError
        If the text holds anything but one plain map; tells every mistake.
    """
    builder = _Builder(file)
    tree = builder.build(text)
    if not builder.problems and not isinstance(tree, dict):
        found = "an empty file" if tree is None else shown(tree)
        builder.problems.append(Problem(file, None, "", f"must be a map of settings, got {found}"))
    if builder.problems:
        raise error_of(builder.problems)
    return Document(file, tree, builder.lines)


def parse_value(text: str, *, file: str) -> Plain:
    """Read one value, such as the right side of ``path=value``.

    Parameters
    ----------
    text : str
        YAML 1.2, which includes JSON.
    file : str
        Name of the text in messages.

    Returns
    -------
    object
        Plain map, list or scalar.

    Raises
    ------
    ScenarioError
        If the text is not one plain value.
    """
    builder = _Builder(file)
    value = builder.build(text)
    if builder.problems:
        raise error_of(builder.problems)
    return value


def _text_of(path: Path, file: str) -> str:
    """Return the text of a regular file of acceptable size."""
    try:
        if path.is_dir():
            raise error_of([Problem(file, None, "", "must be a file, got a directory")])
        if not path.is_file():
            raise error_of([Problem(file, None, "", "must be an existing file, got nothing there")])
        with path.open("rb") as stream:
            content = stream.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise error_of([Problem(file, None, "", f"must be readable, got '{reason}'")]) from error
    if len(content) > LARGEST_FILE:
        limit = f"{LARGEST_FILE / BYTES_PER_MEGABYTE:g} MB"
        raise error_of([Problem(file, None, "", f"must be at most {limit}, got more")])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"must be UTF-8 text, got byte 0x{content[error.start]:02x}"
        raise error_of([Problem(file, line, "", message)]) from error


class _TooMuchError(Exception):
    """Reading has to stop; the reason is already among the problems."""


@dataclass
class _Builder:
    """Turn parser events into plain values, collecting mistakes on the way."""

    file: str
    problems: list[Problem] = field(default_factory=list)
    lines: dict[Keys, int] = field(default_factory=dict)

    def build(self, text: str) -> Plain:
        """Return the one value a text holds; None when there is none or reading had to stop."""
        events = YAML(typ="safe", pure=True).parse(text)
        value = None
        documents = 0
        try:
            for event in events:
                if isinstance(event, DocumentStartEvent):
                    documents += 1
                    self._check_document(event, documents)
                elif isinstance(event, NodeEvent):
                    value = self._value(event, events, ())
        except _TooMuchError:
            return None
        except (YAMLError, ValueError, ArithmeticError) as error:
            self._syntax(error, text)
        return value

    def _check_document(self, event: DocumentStartEvent, documents: int) -> None:
        if documents > 1:
            self._problem(event, (), "must hold one document, got another one")
        if event.version is not None and tuple(event.version) != YAML_VERSION:
            version = ".".join(str(part) for part in event.version)
            self._problem(event, (), f"must be YAML 1.2, got {version}")

    def _value(self, event: Event, events: Iterator[Event], keys: Keys) -> Plain:
        self.lines.setdefault(keys, event.start_mark.line + 1)
        if len(self.lines) > MOST_PARTS:
            self._problem(event, (), f"must have at most {MOST_PARTS} parts, got more")
            raise _TooMuchError
        if isinstance(event, AliasEvent):
            return self._problem(event, keys, f"must be written out, got the alias '*{event.anchor}'")
        if isinstance(event, ScalarEvent | CollectionStartEvent) and event.tag is not None:
            self._problem(event, keys, f"must carry no tag, got {shown(str(event.tag))}")
        if isinstance(event, ScalarEvent):
            return self._scalar(event, keys)
        if len(keys) >= DEEPEST:
            self._problem(event, keys, f"must have at most {DEEPEST} levels, got more")
            raise _TooMuchError
        if isinstance(event, SequenceStartEvent):
            return self._list(events, keys)
        return self._map(events, keys)

    def _list(self, events: Iterator[Event], keys: Keys) -> list[Any]:
        values: list[Any] = []
        while not isinstance(event := next(events), SequenceEndEvent):
            values.append(self._value(event, events, (*keys, str(len(values)))))
        return values

    def _map(self, events: Iterator[Event], keys: Keys) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while not isinstance(event := next(events), MappingEndEvent):
            key = self._key(event, events, keys)
            path = keys if key is None else (*keys, key)
            if key is not None and key in values:
                first = self.lines[path]
                self._problem(event, path, f"must be given once, got it again; it stands on line {first} too")
            if key is not None:
                self.lines.setdefault(path, event.start_mark.line + 1)
            value = self._value(next(events), events, path)
            if key is not None:
                values[key] = value
        return values

    def _key(self, event: Event, events: Iterator[Event], keys: Keys) -> str | None:
        """Return the text of a key, or None after noting what is wrong with it."""
        if not isinstance(event, ScalarEvent):
            kind = "a map" if isinstance(event, MappingStartEvent) else "a list"
            kind = "an alias" if isinstance(event, AliasEvent) else kind
            self._problem(event, keys, f"key must be a text, got {kind}")
            raise _TooMuchError
        n_problems = len(self.problems)
        key = self._value(event, events, keys)
        if isinstance(key, str) and not (key == "<<" and event.implicit[0]):
            return key
        if len(self.problems) > n_problems:
            return None
        message = f"key must be a text, got {shortened(event.value) or 'nothing'}"
        if key == "<<":
            message = "must not merge maps with '<<', got one; write the keys out"
        self._problem(event, keys, message)
        return None

    def _scalar(self, event: ScalarEvent, keys: Keys) -> Plain:
        try:
            text = event.value.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            return self._problem(event, keys, "must be readable text, got half of a surrogate pair")
        if not event.implicit[0]:
            return text
        if _NOT_FINITE.fullmatch(text):
            return self._problem(event, keys, f"must be a finite number, got {text}")
        if len(text.lstrip("-+0")) > MOST_DIGITS and _WHOLE.fullmatch(text):
            return self._problem(
                event, keys, f"must have at most {MOST_DIGITS} digits, got {shortened(text)}"
            )
        value = plain_scalar(text)
        if isinstance(value, float) and not math.isfinite(value):
            return self._problem(event, keys, f"must be a finite number, got {shortened(text)}")
        return value

    def _syntax(self, error: Exception, text: str) -> None:
        mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
        found = error.problem if isinstance(error, MarkedYAMLError) else None
        reason = str(found or error).splitlines()[0]
        line = mark.line + 1 if mark is not None else None
        if isinstance(error, ReaderError):
            line = text.count("\n", 0, error.position) + 1
        self.problems.append(
            Problem(self.file, line, "", f"must be valid YAML, got a mistake here: {reason}")
        )

    def _problem(self, event: Event, keys: Keys, message: str) -> None:
        self.problems.append(Problem(self.file, event.start_mark.line + 1, dotted(keys), message))
        if len(self.problems) >= MOST_PROBLEMS:
            raise _TooMuchError


def plain_scalar(text: str) -> str | float | int | bool | None:
    """Return what an unquoted text means in the core schema of YAML 1.2.

    Parameters
    ----------
    text : str
        Scalar without quotes.

    Returns
    -------
    str, float, int, bool or None
        Its value; infinities and not-a-number stay text.

    Examples
    --------
    >>> plain_scalar("1e-3"), plain_scalar("no"), plain_scalar("012"), plain_scalar("12:30")
    (0.001, 'no', 12, '12:30')
    """
    if _NULL.fullmatch(text):
        return None
    if _TRUE.fullmatch(text) or _FALSE.fullmatch(text):
        return _TRUE.fullmatch(text) is not None
    if _WHOLE.fullmatch(text):
        return int(text, 0 if text[1:2] in {"o", "x"} else DECIMAL)
    return float(text) if _REAL.fullmatch(text) else text
