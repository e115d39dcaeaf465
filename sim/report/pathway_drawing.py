"""Draw a pathway as Mermaid text: places, ways between them, and marks for the numbers on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sim.domain.parameters import Atom
from sim.domain.plain_names import plain_name
from sim.domain.scenario import Scenario
from sim.domain.uncertainty import value_at
from sim.report.numbers import significant

BOXES = {"box": ('["', '"]'), "end": ('(["', '"])'), "choice": ('{{"', '"}}')}
SETTINGS = (
    '%%{init: {"flowchart": {"wrappingWidth": 250, "nodeSpacing": 18, "rankSpacing": 26, "padding": 12}}}%%'
)
OUT = "classDef out stroke-dasharray: 4 3"
"""How boxes look that stand for a place drawn elsewhere."""
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


@dataclass(frozen=True, slots=True)
class Way:
    """From one box to another.

    Parameters
    ----------
    source, target : str
        Keys of the boxes.
    label : str
        Who goes there; empty = all.
    is_out : bool
        True draws no line across the map but names the target in a small box beside the source.
    """

    source: str
    target: str
    label: str
    is_out: bool


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
    names: dict[str, str] = field(default_factory=dict)
    ways: list[Way] = field(default_factory=list)
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

    def way(self, source: str, target: str, label: str = "", *, is_out: bool = False) -> None:
        """Add a way from one box to another, once."""
        way = Way(source, target, label, is_out)
        if way not in self.ways:
            self.ways.append(way)

    def name(self, key: str) -> str:
        """Return what a place is called, whether it has a box or only a name."""
        return self.names[key] if key in self.names else self.places[key].lines[0]

    def value(self, path: str, unit: str = "") -> str:
        """Return a number as the map writes it, with its mark: ``6 days [3]``."""
        return " ".join(filter(None, (significant(value_at(self.scenario, path)), unit, self.mark(path))))

    def share(self, path: str) -> str:
        """Return a share as the map writes it, with its mark: ``12% [3]``."""
        return f"{value_at(self.scenario, path):.{SHARE_DIGITS}%} {self.mark(path)}"

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
    def groups(self) -> list[str]:
        """The frames, in order."""
        return [group for group in dict.fromkeys(place.group for place in self.places.values()) if group]

    def mermaid(self, only: str = "") -> str:
        """Return the map as Mermaid text.

        Parameters
        ----------
        only : str
            One frame, drawn without the others; empty = all.
        """
        shown = self._shown(only)
        lines = [SETTINGS, "flowchart TD", f"  {OUT}"]
        for number, group in enumerate(["", *self.groups]):
            inside = [
                box for place in shown.values() if place.group == group for box in self._boxes(place, shown)
            ]
            if group and inside:
                lines += [f'  subgraph g{number}["{_safe(group)}"]', *(f"  {box}" for box in inside), "  end"]
            else:
                lines += inside
        for way in self.ways:
            if not way.is_out and way.source in shown and way.target in shown:
                said = f'|"{_safe(way.label)}"|' if way.label else ""
                lines.append(f"  {way.source} -->{said} {way.target}")
        return "\n".join(lines)

    def _shown(self, only: str) -> dict[str, Place]:
        """Return the boxes of one frame and those without a frame that lines join to it, or all boxes."""
        if not only:
            return self.places
        inside = {key for key, place in self.places.items() if place.group == only}
        ends = [{way.source, way.target} for way in self.ways if not way.is_out]
        joined = inside.union(*(pair for pair in ends if pair & inside))
        return {
            key: place for key, place in self.places.items() if key in joined and place.group in {"", only}
        }

    def _boxes(self, place: Place, shown: Mapping[str, Place]) -> list[str]:
        """Return a box, and one beside it for all ways to places that no line leads to."""
        before, after = BOXES[place.kind]
        boxes = [f"  {place.key}{before}{'<br/>'.join(map(_safe, place.lines))}{after}"]
        ways = [way for way in self.ways if way.source == place.key]
        out = [way for way in ways if way.is_out or way.target not in shown]
        if out:
            text = "<br/>".join(_safe(self._out(way)) for way in out)
            boxes.append(f'  {place.key} -.-> {place.key}_out(["{text}"]):::out')
        return boxes

    def _out(self, way: Way) -> str:
        """Return where a way leads that has no line, in few words."""
        name = self.name(way.target).partition(":")[0]
        return f"{name}: {way.label}" if way.label else name

    @property
    def sentences(self) -> list[str]:
        """The map in words, a sentence per box with the ways out of it."""
        told = []
        for place in self.places.values():
            where = f"{place.group}: " if place.group else ""
            out = [
                f"to “{self.name(way.target)}”" + (f" ({way.label})" if way.label else "")
                for way in self.ways
                if way.source == place.key
            ]
            ways = f" Leads {'; '.join(out)}." if out else ""
            told.append(f"{where}{'; '.join(line.rstrip(':') for line in place.lines)}.{ways}")
        return told


def _row(mark: str, label: str, value: str, unit: str, path: str) -> Row:
    return {"mark": mark.strip("[]"), "number": label, "value": value, "unit": unit, "path": path}


def _safe(text: str) -> str:
    """Return text that cannot end a Mermaid label, and is no HTML."""
    for letter, code in (("#", "#35;"), ('"', "#quot;"), ("<", "#lt;"), (">", "#gt;"), ("`", "'")):
        text = text.replace(letter, code)
    return text


def _letters(number: int) -> str:
    """Return A to Z, then AA, AB and so on.

    Examples
    --------
    >>> _letters(0), _letters(25), _letters(26)
    ('A', 'Z', 'AA')
    """
    before, last = divmod(number, LETTERS)
    return (_letters(before - 1) if before else "") + chr(FIRST_LETTER + last)
