"""Broken and extreme scenario files for property tests, made from the shipped ones."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from builders import atom, curve
from hypothesis import strategies as st

from sim.scenario_io import shipped

Tree = dict[str, Any]
Draw = st.DrawFn
PRICE_YEAR = 2025

ODD_NUMBERS = (
    "0", "-1", "-0.0", "1", "2", "0.5", "1e9", "1e-9", "1e308", "1e400", "5e-324", ".nan", "NaN", ".inf", "-.inf",
    "0x10", "0o7", "1_000", "12 %", "1e3", "99999999999999999999", "999999999999999999", "+5", "1.", ".5", "٣", "½",
    "1e-400", "12:30", "1,5", "100000", "1000", "0.999999999",
)  # fmt: skip
ODD_PIECES = (
    "\x00", "\x07", "\x1b[31m", "\u202e", "\ufeff", "\x85", "\u2028", "\u00a0", "é", "🙂", "\t", "  ", "\r", "&a ", "*a",
    "!!python/object:os.system ", "!", "<<: *a", "%YAML 1.1\n---\n", "\n---\n", "\n...\n", "? ", "- ", "'", '"', "{", "}",
    "[", "]", ": ", " #", ", ", "|\n", ">-\n", "null", "true", "~", "\\", "`", "@", "%", "\n",
)  # fmt: skip
NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?")
WORD = re.compile(r"[a-z_]{3,}")
KEY = re.compile(r"^(\s*(?:- )?)([^\s:#]+)(:.*)$")


# Text: what a slip of the keyboard, an editor or a bad merge does to a file.


@st.composite
def mutated_texts(draw: Draw, name: str) -> bytes:
    """Return a shipped scenario file after a few slips, in one encoding or another."""
    lines = (shipped.directory() / name).read_text(encoding="utf-8").split("\n")
    for _ in range(draw(st.integers(1, 3))):
        lines = draw(st.sampled_from(SLIPS))(draw, lines)
    return draw(st.sampled_from(ENDINGS))("\n".join(lines))


def _line(draw: Draw, lines: list[str], *, among: re.Pattern[str] | None = None) -> int:
    """Return the position of some line, if there is one of those that fit a pattern."""
    fitting = [place for place, line in enumerate(lines) if among is None or among.search(line)]
    worth = [place for place in fitting if lines[place].strip() and not lines[place].startswith("#")]
    return draw(st.sampled_from(worth or fitting or [0]))


def _with(lines: list[str], place: int, *new: str) -> list[str]:
    return [*lines[:place], *new, *lines[place + 1 :]]


def odd_number(draw: Draw, lines: list[str]) -> list[str]:
    """Put an odd number in place of one."""
    place = _line(draw, lines, among=NUMBER)
    found = list(NUMBER.finditer(lines[place]))
    if not found:
        return lines
    match = draw(st.sampled_from(found))
    new = draw(st.sampled_from(ODD_NUMBERS))
    return _with(lines, place, lines[place][: match.start()] + new + lines[place][match.end() :])


def swapped_numbers(draw: Draw, lines: list[str]) -> list[str]:
    """Let the first numbers of two lines change places."""
    one, other = _line(draw, lines, among=NUMBER), _line(draw, lines, among=NUMBER)
    first, second = NUMBER.search(lines[one]), NUMBER.search(lines[other])
    if one == other or not first or not second:
        return lines
    lines = _with(lines, one, NUMBER.sub(second[0], lines[one], count=1))
    return _with(lines, other, NUMBER.sub(first[0], lines[other], count=1))


def deleted(draw: Draw, lines: list[str]) -> list[str]:
    """Leave a line out."""
    return _with(lines, _line(draw, lines))


def doubled(draw: Draw, lines: list[str]) -> list[str]:
    """Give a line twice, or many times."""
    place = _line(draw, lines)
    return _with(lines, place, *[lines[place]] * draw(st.sampled_from([2, 2, 300])))


def moved(draw: Draw, lines: list[str]) -> list[str]:
    """Put a line somewhere else."""
    one, other = _line(draw, lines), _line(draw, lines)
    rest = _with(lines, one)
    return [*rest[:other], lines[one], *rest[other:]]


def indented(draw: Draw, lines: list[str]) -> list[str]:
    """Move a line to the right or to the left."""
    place = _line(draw, lines)
    line = draw(
        st.sampled_from(["  " + lines[place], " " + lines[place], "\t" + lines[place], lines[place].lstrip()])
    )
    return _with(lines, place, line)


def swapped_keys(draw: Draw, lines: list[str]) -> list[str]:
    """Let the keys of two lines change places."""
    one, other = _line(draw, lines, among=KEY), _line(draw, lines, among=KEY)
    first, second = KEY.match(lines[one]), KEY.match(lines[other])
    if one == other or not first or not second:
        return lines
    lines = _with(lines, one, first[1] + second[2] + first[3])
    return _with(lines, other, second[1] + first[2] + second[3])


def without_value(draw: Draw, lines: list[str]) -> list[str]:
    """Cut off what stands behind a key."""
    place = _line(draw, lines, among=KEY)
    return _with(lines, place, lines[place].split(":")[0] + ":")


def other_word(draw: Draw, lines: list[str]) -> list[str]:
    """Put a word of the file in place of another."""
    words = sorted(set(WORD.findall("\n".join(lines))))
    place = _line(draw, lines, among=WORD)
    found = list(WORD.finditer(lines[place]))
    if not found or not words:
        return lines
    match, new = draw(st.sampled_from(found)), draw(st.sampled_from(words))
    return _with(lines, place, lines[place][: match.start()] + new + lines[place][match.end() :])


def odd_piece(draw: Draw, lines: list[str]) -> list[str]:
    """Put an odd character or a piece of YAML somewhere into a line."""
    place = _line(draw, lines)
    cut = draw(st.integers(0, len(lines[place])))
    piece = draw(st.sampled_from(ODD_PIECES) | st.characters(exclude_categories=["Cs"]))
    return _with(lines, place, lines[place][:cut] + piece + lines[place][cut:])


def without_character(draw: Draw, lines: list[str]) -> list[str]:
    """Leave one character out."""
    place = _line(draw, lines)
    cut = draw(st.integers(0, max(len(lines[place]) - 1, 0)))
    return _with(lines, place, lines[place][:cut] + lines[place][cut + 1 :])


def cut_short(draw: Draw, lines: list[str]) -> list[str]:
    """End the file somewhere in the middle."""
    text = "\n".join(lines)
    return text[: draw(st.integers(0, len(text)))].split("\n")


SLIPS = (
    odd_number, odd_number, odd_number, swapped_numbers, deleted, doubled, moved, indented, swapped_keys, without_value,
    other_word, other_word, odd_piece, odd_piece, without_character, cut_short,
)  # fmt: skip
ENDINGS = (
    *[lambda text: text.encode("utf-8", "surrogatepass")] * 6,
    lambda text: text.replace("\n", "\r\n").encode("utf-8", "surrogatepass"),
    lambda text: text.replace("\n", "\r").encode("utf-8", "surrogatepass"),
    lambda text: text.encode("utf-8-sig", "surrogatepass"),
    lambda text: text.encode("utf-16", "surrogatepass"),
    lambda text: text.encode("latin-1", "replace"),
    lambda text: text.encode("utf-8", "surrogatepass") + b"\n# \xff",
)


# Trees: what somebody writes who means it, in an extreme clinic or an extreme world.

EXTREMES: dict[str, tuple[float, ...]] = {
    "probability": (0, 0, 1, 1, 1e-12, 1 - 1e-12, 0.5, 0.999),
    "ratio": (0, 1e-9, 0.3, 1, 1.5, 3, 30, 1e4),
    "correlation": (0, 1, 1 - 1e-12),
    "minutes": (0, 0.4, 0.6, 1, 480, 481, 1440, 1e6),
    "hours": (0, 1e-9, 24, 1e6),
    "days": (0, 1e-9, 1e-3, 0.02, 0.5, 1, 30, 365, 1e6),
    "years": (0, 1e-9, 1, 18, 150),
    "sessions": (0, 0.4, 1, 2, 99, 100, 1000),
    "count": (0, 0.5, 1, 1 + 1e-9, 2, 1000),
    "per year": (0, 1e-12, 1, 52, 1e4),
    "people per year": (0, 1e-9, 1e9),
    "per 100,000 sessions": (0, 1, 5e4, 1e5),
    "MADRS points": (0, 1e-9, 10, 20, 59.999, 60),
    "MADRS points per month": (0, 1e-9, 3, 60),
    "utility": (-1, 0, 1e-12, 1),
    "utility per MADRS point": (-1, -1e-12, 0),
    "miles": (0, 1e-9, 1e12),
    "miles per hour": (1, 1e4),
    "index": (1e-300, 1, 1e300),
}
MONEY = (0, 1e-12, 1, 1e9, 1e12)
WRONG = (-1, 1e13, 1e300, -1e-300)
PLAIN: dict[str, tuple[Any, ...]] = {
    "horizon_years": (0.01, 0.011, 0.1, 0.5, 1, 3, 10, 50, 60, 0),
    "run.seed": (0, 2**32 - 1, 2**32, -1),
    "run.replications": (0, 1),
    "economics.wtp": (1e-300, 1, 1e12, 1e300, 0),
    "economics.discount_rate_costs": (0, 1e-12, 1, 2),
    "economics.discount_rate_effects": (0, 1, -0.1),
    "economics.price_year": (2010, 2025, 2026, 0),
    "economics.comparator": ("ect", "ssri", "usual_care", ""),
    "economics.perspective": ("payer", "patient", "programme", "societal", "all"),
    "economics.drug_price": ("net", "list"),
    "population.arrivals": (
        [{"from_day": 0, "per_week": 1e-6}], [{"from_day": 0, "per_week": 100_000}], [], None,
        [{"from_day": 0, "per_week": 0.1}, {"from_day": 10**9, "per_week": 5}],
        [{"from_day": 0, "per_week": 5}, {"from_day": 30_000, "per_week": 5}],
        [{"from_day": 0, "per_week": 1}, {"from_day": 10**17, "per_week": 1}],
    ),
    "population.self_pay": ([], ["va_tricare", "uninsured"], ["commercial", "medicare", "medicaid", "va_tricare", "uninsured"], ["nobody"]),
    "population.conditions": ({"replace": True}, {}),
    "population.age.youngest": (18, 90, 100),
    "population.age.oldest": (19, 100, 18.001),
    "population.severity.lowest": (0, 1e-9, 59.999, 60),
    "population.severity.highest": (1e-9, 1, 60),
    "care.most_misses": (1, 10, 11),
    "care.max_reinductions": (0, 10, 11),
    "care.continues_drugs": (True, False),
    "care.integration_after": ([], [1], [1, 1, 1], [10**17], list(range(1, 101)), list(range(1, 2000))),
    "care.holidays": ([{"from_day": 0, "until_day": 100_000}], [{"from_day": 1, "until_day": 700}], []),
    "care.preparation": (None,),
    "care.integration": (None,),
    "care.wait_targets": ({"screening": 0, "start": 0, "session": 0}, None),
    "care.waiting_list": (
        {"order": []}, {"order": ["severity"], "severe_from": 0}, {"order": ["severity"]},
        {"order": ["maintenance", "reinduction", "severity"], "severe_from": 60},
    ),
    "budget": (None,),
    "research": (None,),
    "correlations": ({"replace": True},),
    "resources": ({"replace": True},),
}  # fmt: skip
RESOURCES = (
    {"units": 1e-9}, {"units": 0.01}, {"units": 0.1}, {"units": 1}, {"units": 1.5}, {"units": 100_000}, {"units": 0}, {"units": None},
    {"units": 1, "open_minutes": [0, 0, 0, 0, 0, 0, 1440]},
    {"units": 1, "open_minutes": [1e-9] * 7},
    {"open_minutes": [1440] * 7}, {"open_minutes": [0] * 7}, {"open_minutes": [480, 0, 0, 0, 0, 0, 0]},
    {"units": 1, "changes": [{"from_day": 1, "units": 0}]},
    {"units": 1, "changes": [{"from_day": 50, "units": 0}]},
    {"units": 1, "changes": [{"from_day": 100_000, "units": 100_000}]},
    {"units": 2, "closures": [{"from_day": 0, "until_day": 100_000}]},
    {"units": 2, "closures": [{"from_day": 20, "until_day": 600}]},
)  # fmt: skip
TREATMENTS = ("ssri", "ketamine_home", "ketamine_iv", "ketamine_im", "esketamine", "ect")
ONE_LINE = st.fixed_dictionaries(
    {"treatment": st.sampled_from(TREATMENTS)},
    optional={
        "route_to": st.sampled_from(TREATMENTS),
        "instead_of_waiting": st.sampled_from(TREATMENTS),
        "max_reinductions": st.sampled_from([0, 1, 10]),
    },
).filter(lambda line: line["treatment"] != line.get("instead_of_waiting"))
LINES = st.lists(ONE_LINE, min_size=1, max_size=3) | ONE_LINE.map(lambda line: [line] * 20)
CURVES = {
    "effect.onset": (
        curve([1], "ratio"), curve([0, 1], "ratio"), curve([0] * 50 + [1], "ratio"), curve([0], "ratio"),
        curve([0, 0, 1], "ratio", [0, 1e-9, 1e9]), curve([1, 1], "ratio", [0, 1]), curve([0, 1], "ratio", [0, 1e300]),
    ),
    "durability.relapse_hazard": (
        curve([0], "per year", [0]), curve([1e6], "per year", [0]), curve([1e300], "per year", [0]),
        curve([0, 0, 1e4], "per year", [0, 1, 2]), curve([1e4, 0], "per year", [0, 1e-9]),
        curve([1.0] * 500, "per year", list(range(500))), curve([1, 2], "per year", [0, 1e300]),
        curve([5e-324], "per year", [0]),
    ),
    "uptake.by_distance": (
        curve([0], "ratio", [0]), curve([1e300], "ratio", [0]), curve([0, 1], "ratio", [0, 1e-300]),
    ),
}  # fmt: skip
LIFE_TABLES = (
    curve([0, 0], "probability", [18, 100]), curve([1 - 1e-16, 0.5], "probability", [0, 1]),
    curve([0.999999, 0.999999], "probability", [18, 100]), curve([1e-300], "probability", [50]),
)  # fmt: skip


@st.composite
def extreme_trees(draw: Draw, base: Tree) -> Tree:
    """Return a child of the base case with a few strategies and some values at the ends of what there is."""
    chosen = draw(strategies())
    tree: Tree = {"extends": "base", "name": "extreme", "strategies": chosen}
    if "usual_care" not in chosen and draw(st.integers(0, 9)):
        put(tree, "economics.comparator", list(chosen)[-1])
    used = {
        line.get(key)
        for one in chosen.values()
        if isinstance(one, dict)
        for line in one.get("lines", ())
        for key in line
    }
    atoms = {
        path: old
        for path, old in places(base)
        if not path.startswith("treatments.") or path.split(".")[1] in used
    }
    for _ in range(draw(st.integers(0, 2))):
        _everywhere(draw, tree, atoms)
    for _ in range(draw(st.integers(1, 8))):
        _edit(draw, tree, atoms)
    if draw(st.integers(0, 15)) == 0:
        tree["sweep"] = _sweep(draw, atoms)
    return tree


@st.composite
def strategies(draw: Draw) -> Tree:
    """Return strategies in place of those of the base case: usual care, and one or two others."""
    found: Tree = {"replace": True}
    if draw(st.integers(0, 9)):
        found["usual_care"] = {"label": "Usual care", "lines": []}
    for name in ("ssri", "ect")[: draw(st.integers(1, 2))]:
        found[name] = {"label": name, "lines": draw(LINES)}
    if draw(st.integers(0, 9)) == 0:
        found["mixed"] = {"label": "Mixed", "mix": draw(st.sampled_from(MIXES))}
    return found


MIXES = (
    {"ssri": 1},
    {"ssri": 0.5, "ect": 0.5},
    {"ssri": 0.999999999, "usual_care": 1e-9},
    {"mixed": 1},
    {"ssri": 0.9},
)


def _everywhere(draw: Draw, tree: Tree, atoms: dict[str, Tree]) -> None:
    """Give every number of one unit in one part of the scenario the same extreme value."""
    unit = draw(st.sampled_from(["probability", "days", "ratio", "minutes", "USD", "utility"]))
    section = draw(st.sampled_from(["care", "illness.mortality", "population.conditions", *PARTS]))
    value = draw(st.sampled_from(EXTREMES.get(unit, MONEY)))
    for path, old in atoms.items():
        if section in path and old["unit"] == unit and draw(st.integers(0, 9)):
            put(tree, path, atom_in_place(old, value))


PARTS = (
    *(f"treatments.{key}" for key in TREATMENTS),
    "harms", "dropout", "uptake", "prices", "session.", "maintenance", "tolerance", "induction", "effect",
)  # fmt: skip


def _edit(draw: Draw, tree: Tree, atoms: dict[str, Tree]) -> None:
    """Change one part of the scenario."""
    kind = draw(
        st.sampled_from(["atom"] * 8 + ["plain"] * 3 + ["resource"] * 2 + ["curve"] * 2 + ["left out"])
    )
    if kind == "atom":
        path = draw(st.sampled_from(sorted(atoms)))
        values = EXTREMES.get(atoms[path]["unit"], MONEY) if draw(st.integers(0, 39)) else WRONG
        put(tree, path, atom_in_place(atoms[path], draw(st.sampled_from(values))))
    elif kind == "plain":
        path = draw(st.sampled_from(sorted(PLAIN)))
        put(tree, path, draw(st.sampled_from(PLAIN[path])))
    elif kind == "resource":
        put(tree, f"resources.{draw(st.sampled_from(NAMES))}", draw(st.sampled_from(RESOURCES)))
    elif kind == "curve":
        end = draw(st.sampled_from([*CURVES, "mortality"]))
        if end == "mortality":
            put(
                tree,
                f"illness.mortality.{draw(st.sampled_from(['male', 'female']))}",
                draw(st.sampled_from(LIFE_TABLES)),
            )
        else:
            put(
                tree,
                f"treatments.{draw(st.sampled_from(TREATMENTS))}.{end}",
                draw(st.sampled_from(CURVES[end])),
            )
    else:
        steps = draw(st.sampled_from(sorted(atoms))).split(".")
        put(
            tree,
            ".".join(steps[: draw(st.integers(1, len(steps)))]),
            draw(st.sampled_from([None, {}, [], "", 0])),
        )


NAMES = (
    "intake_clinician", "prescriber", "nurse", "chair", "guide", "therapist", "ect_suite", "psychiatrist", "anaesthetist",
    "recovery_bay",
)  # fmt: skip


def _sweep(draw: Draw, atoms: dict[str, Tree]) -> Tree:
    """Return one or two swept settings of a few values, or a sweep that is none."""
    if draw(st.integers(0, 4)) == 0:
        return draw(
            st.sampled_from([{}, {"nothing": [1]}, {"horizon_years": []}, {"horizon_years": 1}, [], 5])
        )
    paths = draw(
        st.lists(st.sampled_from([*sorted(atoms), "horizon_years", "run.seed"]), min_size=1, max_size=2)
    )
    values = st.sampled_from([0, 1, 0.5, 1e6, None, "x", {"value": 1}, [1], True])
    return {path: draw(st.lists(values, min_size=1, max_size=2)) for path in paths}


def places(tree: Any, path: str = "") -> Iterator[tuple[str, Tree]]:
    """Yield the dotted path of every number that stands with unit and source, and what stands there."""
    if isinstance(tree, dict):
        if "value" in tree and "unit" in tree:
            yield path, tree
            return
        for key, value in tree.items():
            yield from places(value, f"{path}.{key}" if path else key)


def atom_in_place(old: Tree, value: float) -> Tree:
    """Return a number that is certain in place of another, in its unit and price year."""
    money = {"price_year": PRICE_YEAR} if old["unit"].startswith("USD") else {}
    return atom(value, old["unit"]) | money


def put(tree: Tree, path: str, value: Any) -> None:
    """Write a value at a dotted path, in place of what stands in the way."""
    *before, last = path.split(".")
    for key in before:
        if not isinstance(tree.get(key), dict):
            tree[key] = {}
        tree = tree[key]
    tree[last] = value


def as_text(tree: Tree) -> bytes:
    """Return a tree as a file, one setting a line."""
    return json.dumps(tree, indent=1, ensure_ascii=False).encode()


def file_names() -> list[str]:
    """Return the shipped scenario files but the base case, which takes long to read."""
    return [f"{name}{shipped.SUFFIX}" for name in shipped.names() if name != "base"]


def written(folder: Path, content: bytes) -> Path:
    """Write a file and return its path, relative to the folder it is run from."""
    path = folder / "mutated.yaml"
    path.write_bytes(content)
    return path
