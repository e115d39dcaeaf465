"""Versions of what is installed."""

from __future__ import annotations

import platform
import re
import tomllib
from pathlib import Path

import pytest

from sim.batch import installed
from sim.batch.installed import DEPENDENCIES, version_of, versions

PROJECT = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_versions_are_told_or_said_to_be_missing() -> None:
    assert version_of("simpy")[0].isdigit()
    assert version_of("no-such-distribution-anywhere") == "not installed"


def test_all_that_the_package_requires_is_told() -> None:
    declared = [re.split(r"[><=]", requirement, maxsplit=1)[0] for requirement in PROJECT["dependencies"]]
    assert list(DEPENDENCIES) == declared
    assert set(declared) < set(versions())
    assert versions()["python"] == platform.python_version()


def test_the_compiler_is_told_only_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed, "COMPILER", "no-such-distribution-anywhere")
    assert list(versions()) == ["python", *DEPENDENCIES]
