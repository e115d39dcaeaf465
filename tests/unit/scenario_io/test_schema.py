"""The schema that editors use."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from sim.scenario_io.schema import json_schema, schema_text

COMMITTED = Path(__file__).parents[3] / "scenarios" / "schema.json"
VALIDATOR = jsonschema.Draft202012Validator(json_schema())


def test_the_committed_schema_is_the_generated_one() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == schema_text(), (
        "write it anew: python -c 'import pathlib; from sim.scenario_io.schema import schema_text; "
        'pathlib.Path("scenarios/schema.json").write_text(schema_text(), encoding="utf-8")\''
    )


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())


def test_a_complete_file_is_accepted(tiny_tree: dict[str, Any]) -> None:
    assert list(VALIDATOR.iter_errors(tiny_tree)) == []


def test_a_complete_file_must_not_leave_out_a_setting(tiny_tree: dict[str, Any]) -> None:
    del tiny_tree["run"]["seed"]
    assert [error.message for error in VALIDATOR.iter_errors(tiny_tree)] == ["'seed' is a required property"]


@pytest.mark.parametrize(
    "layer",
    [
        {},
        {"run": {"seed": 3}},
        {"resources": {"replace": True, "chairs": {"units": 3}}},
        {"treatments": {"tablets": {"effect": {"replace": True, "basis": "assessed"}}}},
        {"treatments": {"tablets": {"maintenance": None}}},
        {"treatments": {"later": {"like": "tablets", "maintenance": None}}},
        {"strategies": {"later": {"like": "tablets"}}},
        {"resources": {"beds": {"like": "chairs", "units": 3}}},
        {"sweep": {"run.seed": [1, 2]}},
    ],
)
def test_a_file_that_extends_another_may_give_any_part(layer: Any) -> None:
    assert list(VALIDATOR.iter_errors({"extends": "base", **layer})) == []


@pytest.mark.parametrize(
    "layer",
    [
        {"runn": {"seed": 3}},
        {"run": {"seed": "3"}},
        {"run": {"replace": False}},
        {"resources": {"chairs": {"unit": 3}}},
        {"resources": {"Chairs": {"units": 3}}},
        {"treatments": {"tablets": {"effect": {"response": {"value": 0.5}}}}},
        {"strategies": {"b": {"lines": [{}]}}},
        {"sources": {"smith2019": {"citation": "Smith"}}},
        {"treatments": {"later": {"like": 3}}},
        {"treatments": {"later": {"like": "tablets", "labell": "Later"}}},
        {"population": {"conditions": {"psychosis": {"like": "hypertension"}}}},
        {"sweep": {"run.seed": []}},
        {"extends": ["a", "b"]},
    ],
)
def test_a_mistake_in_a_file_that_extends_another_is_found(layer: Any) -> None:
    assert len(list(VALIDATOR.iter_errors({"extends": "base", **layer}))) == 1


def test_a_copy_in_a_complete_file_may_leave_out_settings(tiny_tree: dict[str, Any]) -> None:
    tiny_tree["treatments"]["later"] = {"like": "tablets", "session": {"needs": {}}}
    assert list(VALIDATOR.iter_errors(tiny_tree)) == []


def test_settings_carry_their_docstrings() -> None:
    settings = json_schema()["$defs"]["Run"]["properties"]
    assert settings["n_patients"]["description"] == "Patients referred per strategy and replication."
