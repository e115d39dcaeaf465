"""Draw a pathway as Mermaid text: places, ways between them, and marks for the numbers on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sim.domain.parameters import Atom
from sim.domain.plain_names import plain_name
from sim.domain.scenario import Scenario
from sim.domain.uncertainty import value_at
from sim.report.numbers import significant

BOXES = {"box": ('["', '"]'), "end": ('(["', '"])'), "choice": ('{"', '"}')}
LETTERS = 26
SHARE_DIGITS = 1
FIRST_LETTER = ord("A")
Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Place:
    """A box on the map.

    Parameters
    ----------
    key : str
        Name in the Mermaid text.
    lines : tuple of str
        What stands in it; the first is its name.
    kind : str
        Key of `BOXES`.
    group : str
        Frame it stands in; empty = none.
    """

    key: str
    lines: tuple[str, ...]
    kind: str
    group: str


@dataclass
class Drawing:
    """A map while it is drawn: places, ways and the numbers they carry.

    Parameters
    ----------
    scenario : Scenario
        Where the numbers stand.
    """

    scenario: Scenario
    places: dict[str, Place] = field(default_factory=dict)
    ways: list[tuple[str, str, str]] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    _atoms: dict[str, Atom] = field(default_factory=dict)
    _marks: dict[str, str] = field(default_factory=dict)
    _groups: dict[tuple[str, ...], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Find every number by its path."""
        self._atoms = dict(self.scenario.atoms())

    def place(self, key: str, *lines: str, kind: str = "box", group: str = "") -> str:
        """Add a box, once; return its key."""
        self.places.setdefault(key, Place(key, tuple(line for line in lines if line), kind, group))
        return key

    def way(self, source: str, target: str, label: str = "") -> None:
        """Add a way from one box to another, once."""
        if (source, target, label) not in self.ways:
            self.ways.append((source, target, label))

    def value(self, path: str, unit: str = "") -> str:
        """Return a number as the map writes it, with its mark: ``6 days [3]``."""
        return " ".join(filter(None, (significant(value_at(self.scenario, path)), unit, self.mark(path))))

    def share(self, path: str) -> str:
        """Return a share as the map writes it, with its mark: ``12% [3]``."""
        return f"{value_at(self.scenario, path):.{SHARE_DIGITS}%} {self.mark(path)}"

    def has(self, path: str) -> bool:
        """Return True where a scenario has a number at a path."""
        return path in self._atoms

    def mark(self, path: str) -> str:
        """Return the mark of a number, a new one if it has none yet."""
        if path not in self._marks:
            self._marks[path] = f"[{len(self._marks) + 1}]"
            atom = self._atoms[path]
            self._add(self._marks[path], atom.label or plain_name(path), path)
        return self._marks[path]

    def plain(self, path: str, value: float, label: str, unit: str) -> str:
        """Return the mark of a setting that is no parameter."""
        if path not in self._marks:
            self._marks[path] = f"[{len(self._marks) + 1}]"
            self.rows.append(_row(self._marks[path], label, significant(value), unit, path))
        return self._marks[path]

    def letter(self, paths: Iterable[str], labels: Iterable[str]) -> str:
        """Return the letter several numbers share."""
        asked = tuple(paths)
        if asked not in self._groups:
            self._groups[asked] = f"[{_letters(len(self._groups))}]"
            for path, label in zip(asked, labels, strict=True):
                self._add(self._groups[asked], label, path)
        return self._groups[asked]

    def _add(self, mark: str, label: str, path: str) -> None:
        value = significant(value_at(self.scenario, path))
        self.rows.append(_row(mark, label, value, str(self._atoms[path].unit), path))

    @property
    def mermaid(self) -> str:
        """The map as Mermaid text."""
        lines = ["flowchart TD"]
        groups = dict.fromkeys(place.group for place in self.places.values())
        for number, group in enumerate(groups):
            inside = [_box(place) for place in self.places.values() if place.group == group]
            if group:
                lines += [f'  subgraph g{number}["{_safe(group)}"]', *(f"  {box}" for box in inside), "  end"]
            else:
                lines += inside
        for source, target, label in self.ways:
            said = f'|"{_safe(label)}"|' if label else ""
            lines.append(f"  {source} -->{said} {target}")
        return "\n".join(lines)

    @property
    def sentences(self) -> list[str]:
        """The map in words, a sentence per box with the ways out of it."""
        told = []
        for place in self.places.values():
            where = f"{place.group}: " if place.group else ""
            out = [
                f"to “{self.places[target].lines[0]}”" + (f" ({label})" if label else "")
                for source, target, label in self.ways
                if source == place.key
            ]
            ways = f" Leads {'; '.join(out)}." if out else ""
            told.append(f"{where}{'; '.join(line.rstrip(':') for line in place.lines)}.{ways}")
        return told


def _row(mark: str, label: str, value: str, unit: str, path: str) -> Row:
    return {"mark": mark.strip("[]"), "number": label, "value": value, "unit": unit, "path": path}


def _box(place: Place) -> str:
    before, after = BOXES[place.kind]
    return f"  {place.key}{before}{'<br/>'.join(map(_safe, place.lines))}{after}"


def _safe(text: str) -> str:
    """Return text that cannot end a Mermaid label, and is no HTML."""
    for letter, code in (("#", "#35;"), ('"', "#quot;"), ("<", "#lt;"), (">", "#gt;"), ("`", "'")):
        text = text.replace(letter, code)
    return text


def _letters(number: int) -> str:
    """Return A to Z, then AA, AB …

    Examples
    --------
    >>> _letters(0), _letters(25), _letters(26)
    ('A', 'Z', 'AA')
    """
    before, last = divmod(number, LETTERS)
    return (_letters(before - 1) if before else "") + chr(FIRST_LETTER + last)
