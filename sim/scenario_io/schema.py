"""The schema of scenario files, for editors that complete and check while one types.

It is read off the domain types. A file that extends another may give any part, so nothing but
the inside of parameters is required of it.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from typing import Any

from sim.domain.scenario import Scenario
from sim.scenario_io.copies import KINDS, LIKE

DIALECT = "https://json-schema.org/draft/2020-12/schema"
LAYER = "Layer"
"""Ending of the names of the types that a file with ``extends`` holds."""
WHOLE = (
    "Parameter",
    "Curve",
    "Source",
    "Distribution",
    "Beta",
    "Gamma",
    "LogNormal",
    "Normal",
    "Uniform",
    "Triangular",
)
"""Types that are always given whole."""
_REFERENCE = "#/$defs/"
_FILE_KEYS: dict[str, Any] = {
    "extends": {
        "type": "string",
        "minLength": 1,
        "description": "Parent of this file: a path relative to it, or the name of a shipped scenario.",
    },
    "sweep": {
        "type": "object",
        "additionalProperties": {"type": "array", "minItems": 1},
        "description": "Dotted paths and the values each takes; every combination is one scenario.",
    },
}
_REPLACE: dict[str, Any] = {
    "const": True,
    "description": "Replace the parent's map whole instead of merging into it.",
}
_LIKE: dict[str, Any] = {
    "type": "string",
    "pattern": "^[a-z][a-z0-9_]*$",
    "description": "Another entry of the same map: this one is its copy, with the settings given here.",
}
_FREE_NAME = "^(?!replace$)[a-z][a-z0-9_]*$"


def json_schema() -> dict[str, Any]:
    """Return the JSON schema of scenario files.

    Returns
    -------
    dict
        Schema in the 2020-12 dialect. Bounds that depend on a unit, and names that must exist
        elsewhere in the file, are checked on loading only.
    """
    scenario = Scenario.model_json_schema()
    kinds: dict[str, Any] = scenario.pop("$defs") | {"Scenario": scenario}
    scenario["properties"] = _FILE_KEYS | scenario["properties"]
    layered = {name for name, kind in kinds.items() if kind["type"] == "object" and name not in WHOLE}
    for name in layered:
        _allow_replace(kinds[name])
    layers = {f"{name}{LAYER}": _layer(kinds[name], layered) for name in layered}
    _allow_copies(kinds["Scenario"], layers)
    return {
        "$schema": DIALECT,
        "title": "treatpath scenario",
        "description": "Input of one simulation, or of several when it has a sweep.",
        "type": "object",
        "if": {"required": ["extends"]},
        "then": {"$ref": f"{_REFERENCE}Scenario{LAYER}"},
        "else": {"$ref": f"{_REFERENCE}Scenario"},
        "$defs": dict(sorted((kinds | layers).items())),
    }


def schema_text() -> str:
    """Return the schema as the text of ``scenarios/schema.json``.

    Returns
    -------
    str
        Indented JSON with a final line end.
    """
    return as_text(json_schema())


def as_text(schema: Mapping[str, Any]) -> str:
    """Return a schema as the text of its file: indented JSON with a final line end."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _allow_replace(kind: dict[str, Any]) -> None:
    """Accept ``replace: true`` in a type and in its maps with free names."""
    for setting in kind["properties"].values():
        for choice in setting.get("anyOf", [setting]):
            if "patternProperties" in choice:
                (entry,) = choice["patternProperties"].values()
                choice |= {
                    "properties": {"replace": _REPLACE},
                    "patternProperties": {_FREE_NAME: entry},
                    "additionalProperties": False,
                }
    kind["properties"] = kind["properties"] | {"replace": _REPLACE}


def _allow_copies(scenario: dict[str, Any], layers: dict[str, Any]) -> None:
    """Accept ``like`` in entries that may be copies; a copy may leave out any part."""
    for section in KINDS:
        entries = scenario["properties"][section]["patternProperties"]
        reference = entries[_FREE_NAME]["$ref"]
        layer = layers[f"{reference.removeprefix(_REFERENCE)}{LAYER}"]
        layer["properties"] = layer["properties"] | {LIKE: _LIKE}
        entries[_FREE_NAME] = {
            "if": {"required": [LIKE]},
            "then": {"$ref": f"{reference}{LAYER}"},
            "else": {"$ref": reference},
        }


def _layer(kind: dict[str, Any], layered: set[str]) -> dict[str, Any]:
    """Return a type of which any part may be left out; entries of lists stay whole."""
    layer = copy.deepcopy(kind)
    layer.pop("required", None)
    _point_to_layers(layer["properties"], layered)
    return layer


def _point_to_layers(schema: object, layered: set[str]) -> None:
    """Let references outside lists lead to the types of layers."""
    if isinstance(schema, list):
        for part in schema:
            _point_to_layers(part, layered)
    elif isinstance(schema, dict) and schema.get("type") != "array":
        reference = schema.get("$ref", "")
        if isinstance(reference, str) and reference.removeprefix(_REFERENCE) in layered:
            schema["$ref"] = f"{reference}{LAYER}"
        for part in schema.values():
            _point_to_layers(part, layered)
