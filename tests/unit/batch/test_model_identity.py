"""Which model it is: another hash whenever the source that computes changes, and only then."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import scipy

import sim
from sim.batch.model_identity import model_identity, source_digest

FILES = {"units.py": "DAY = 1\n", "engine/visits.py": "x = 1\n", "cli/main.py": "y = 1\n"}


def package(place: Path, **changes: str | None) -> Path:
    """Write a package, with some files changed, added (``engine__more`` is engine/more.py) or left out."""
    named = {f"{name.replace('__', '/')}.py": content for name, content in changes.items()}
    for name, content in (FILES | named).items():
        if content is not None:
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            (place / name).write_bytes(content.encode())
    return place


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"cli__main": "y = 2\n"},
        {"ui__page": "z = 1\n"},
        {"report__words": "z = 1\n"},
        {"shipped__app": "z = 1\n"},
        {"units": "DAY = 1\r\n"},
    ],
)
def test_what_computes_nothing_does_not_count(tmp_path: Path, changes: dict[str, str]) -> None:
    other = package(tmp_path / "deep" / "other", **changes)
    (other / "engine" / "notes.txt").write_text("mine")
    assert source_digest(package(tmp_path / "one")) == source_digest(other)


@pytest.mark.parametrize(
    "changes",
    [
        {"units": "DAY = 2\n"},
        {"engine__visits": None},
        {"engine__more": ""},
        {"engine__visits": None, "engine__renamed": FILES["engine/visits.py"]},
        {"units": FILES["engine/visits.py"], "engine__visits": FILES["units.py"]},
    ],
)
def test_every_change_of_what_computes_counts(tmp_path: Path, changes: dict[str, str | None]) -> None:
    assert source_digest(package(tmp_path / "one")) != source_digest(package(tmp_path / "other", **changes))


def test_the_identity_is_of_this_package_and_its_libraries() -> None:
    identity = model_identity()
    assert list(identity) == ["version", "source_sha256", "numpy", "scipy"]
    assert identity["source_sha256"] == source_digest(Path(sim.__file__).parent)
    assert (identity["numpy"], identity["scipy"]) == (np.__version__, scipy.__version__)


def test_the_source_is_read_once() -> None:
    assert model_identity() is model_identity()
