"""Say in the package's own words what pydantic found wrong with a file."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any, cast

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from sim.domain.cross_checks import FEW, not_found
from sim.domain.parameters import Curve, Parameter
from sim.domain.scenario import CrossCheckError, Scenario
from sim.scenario_io.layers import Composed
from sim.scenario_io.problems import Keys, Problem, shown, steps
from sim.scenario_io.schema_paths import TAG, fields_at, type_at, written
from sim.units import PERCENT

_PERCENTAGE = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*%\s*")
_MEMBER = re.compile(r"<[^:<>]+: ('[^']*')>")
_TOP_KEYS = ("extends", "sweep")
Context = dict[str, Any]

_RULES: dict[str, Callable[[Context], str]] = {
    "missing": lambda _: "must be given",
    "greater_than": lambda context: f"must be above {context['gt']:.12g}",
    "greater_than_equal": lambda context: f"must be at least {context['ge']:.12g}",
    "less_than": lambda context: f"must be below {context['lt']:.12g}",
    "less_than_equal": lambda context: f"must be at most {context['le']:.12g}",
    "finite_number": lambda _: "must be a finite number",
    "float_type": lambda _: "must be a number",
    "int_type": lambda _: "must be a whole number",
    "string_type": lambda _: "must be a text",
    "bool_type": lambda _: "must be true or false",
    "dict_type": lambda _: "must be a map",
    "model_type": lambda _: "must be a map",
    "model_attributes_type": lambda _: "must be a map",
    "tuple_type": lambda _: "must be a list",
    "literal_error": lambda context: "must be " + _MEMBER.sub(r"\1", context["expected"]),
    "string_too_short": lambda _: "must be a text of at least one character",
    "string_pattern_mismatch": lambda context: _pattern_rule(context["pattern"]),
    "too_short": lambda context: (
        f"must have at least {context['min_length']} {_parts(context['min_length'])}"
    ),
    "too_long": lambda context: f"must have at most {context['max_length']} {_parts(context['max_length'])}",
}
_PATTERNS = {
    r"^[a-z][a-z0-9_]*$": "must be lower case letters, digits and underscores, beginning with a letter",
    r"^[a-z][a-z0-9_.]*$": "must be lower case letters, digits, dots and underscores, a letter first",
    r"^[A-Za-z0-9][A-Za-z0-9_.\-\[\]=,+ ]*$": "must be letters, digits, blanks and any of _.-[]=,+",
}


def problems_from(
    error: ValidationError, composed: Composed, root: type[BaseModel] = Scenario
) -> list[Problem]:
    """Translate what pydantic found wrong.

    Parameters
    ----------
    error : ValidationError
        From validating the settings.
    composed : Composed
        The settings, with the origin of each part.
    root : type, default Scenario
        Type the settings were validated as.

    Returns
    -------
    list of Problem
        One problem for each mistake.
    """
    details = error.errors(include_url=False)
    return [problem for detail in details for problem in _problems(detail, composed, root)]


def _problems(detail: ErrorDetails, composed: Composed, root: type[BaseModel]) -> Iterator[Problem]:
    cause = detail.get("ctx", {}).get("error")
    if isinstance(cause, CrossCheckError):
        for path, message in cause.problems:
            keys = steps(path)
            yield composed.problem(keys, _uncited(keys, message, composed))
        return
    location = [str(step) for step in detail["loc"]]
    if location[-1:] == ["[key]"]:
        location = location[:-1]
    keys = written(location, root)
    if detail["type"] in {"union_tag_invalid", "union_tag_not_found"}:
        yield composed.problem((*keys, TAG), _kind_message(detail["ctx"]))
        return
    yield composed.problem(keys, _message(detail, tuple(location), root))


def _message(detail: ErrorDetails, keys: Keys, root: type[BaseModel]) -> str:
    kind, context, value = detail["type"], detail.get("ctx", {}), detail["input"]
    if kind == "value_error":
        return str(context["error"])
    if kind == "extra_forbidden":
        known = {*fields_at(keys[:-1], root), *(_TOP_KEYS if root is Scenario and len(keys) == 1 else ())}
        return not_found(keys[-1], "key here", known)
    expected = type_at(keys, root)
    if kind == "model_type" and expected in (Parameter, Curve):
        rule = f"must be a parameter with {'value' if expected is Parameter else 'values'}, unit and source"
    elif kind == "enum":
        return _choice(value, [str(choice) for choice in cast("type[StrEnum]", expected)], keys[-1])
    elif kind in _RULES:
        rule = _RULES[kind](context)
    else:
        rule = detail["msg"][:1].lower() + detail["msg"][1:]
    return f"{rule}, got {_found(kind, value)}{_hint(kind, value)}"


def _found(kind: str, value: object) -> str:
    """Say what was found in place of what must hold."""
    if kind == "missing":
        return "nothing"
    return str(len(value)) if kind == "too_long" and isinstance(value, dict) else shown(value)


def _kind_message(context: Context) -> str:
    """Say that a map does not tell which of several types it is."""
    if "tag" not in context:
        return "must be given, got nothing"
    return _choice(context["tag"], re.findall(r"'([^']*)'", context["expected_tags"]), "kind")


def _hint(kind: str, value: object) -> str:
    """Tell how to write a percentage."""
    match = _PERCENTAGE.fullmatch(value) if kind == "float_type" and isinstance(value, str) else None
    return f"; write {float(match[1]) / PERCENT:g}" if match else ""


def _pattern_rule(pattern: str) -> str:
    """Say in words what a pattern asks for; simple choices are read off the pattern."""
    if pattern in _PATTERNS:
        return _PATTERNS[pattern]
    choices = pattern.strip("^$()").split("|")
    return "must be " + " or ".join(f"'{choice}'" for choice in choices)


def _choice(value: object, choices: list[str], name: str) -> str:
    """Say which choices there are, or the nearest when they are many."""
    *others, last = [shown(choice) for choice in choices]
    rule = f"must be {', '.join(others)} or {last}"
    if len(choices) > FEW:
        rule = f"must be a known {name}"
    near = difflib.get_close_matches(str(value), choices, n=1)
    return f"{rule}, got {shown(value)}" + (f"; did you mean {shown(near[0])}?" if near else "")


def _parts(number: int) -> str:
    return "entry" if number == 1 else "entries"


def _uncited(keys: Keys, message: str, composed: Composed) -> str:
    """Word a source that resolves nowhere as a gap in the bibliography; leave the rest alone."""
    head, separator, _ = message.partition(" is not a listed source")
    if keys[-1] != "source" or not separator:
        return message
    listed = not_found(head.strip("'"), "listed source", composed.tree.get("sources") or {})
    citing, near = ".".join(keys[:-1]), listed.partition("source")[2]
    return f"{head} is cited by {citing} but not listed in sources.yaml{near}"
