"""Finding scenarios by path or name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.errors import ScenarioError
from sim.scenario_io import shipped


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a folder of shipped scenarios in an installed package."""
    monkeypatch.setattr(shipped, "PACKAGE", tmp_path / "sim")
    folder = tmp_path / "sim" / "shipped" / "scenarios"
    folder.mkdir(parents=True)
    for name in ("base.yaml", "home_only.yaml", "sources.yaml", "schema.json"):
        (folder / name).write_text("a: 1", encoding="utf-8")
    return folder


def test_an_installed_package_brings_its_scenarios(shelf: Any) -> None:
    assert shipped.directory() == shelf


def test_a_checkout_has_its_scenarios_beside_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipped, "PACKAGE", tmp_path / "sim")
    assert shipped.directory() == tmp_path / "scenarios"


def test_the_bibliography_is_no_scenario(shelf: Any) -> None:
    assert shipped.names() == ["base", "home_only"]


@pytest.mark.parametrize("name", ["base", "base.yaml"])
def test_a_shipped_scenario_is_found_by_name(shelf: Any, name: Any) -> None:
    assert shipped.find(name) == shelf / "base.yaml"


def test_a_shipped_file_inside_the_working_directory_is_shown_short(
    shelf: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert shipped.find("base").as_posix() == "sim/shipped/scenarios/base.yaml"


def test_an_existing_file_wins_over_a_shipped_name(
    shelf: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base.yaml").write_text("a: 1", encoding="utf-8")
    assert shipped.find("base.yaml").as_posix() == "base.yaml"


def test_a_folder_does_not_hide_a_shipped_name(
    shelf: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base").mkdir()
    assert shipped.find("base") == shelf.relative_to(tmp_path) / "base.yaml"


def test_an_unknown_name_is_told_with_the_nearest_and_the_list(shelf: Any) -> None:
    expected = r"^bse: must be a file or a shipped scenario, got neither; did you mean 'base'\?; shipped: base, home_only$"
    with pytest.raises(ScenarioError, match=expected):
        shipped.find("bse")


def test_an_unknown_name_is_told_when_nothing_is_shipped(
    shelf: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(shipped, "PACKAGE", tmp_path / "elsewhere" / "sim")
    with pytest.raises(ScenarioError, match=r"^zzz: must be a file or a shipped scenario, got neither$"):
        shipped.find("zzz")


def test_a_directory_is_told(shelf: Any, tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r": must be a file, got a directory$"):
        shipped.find(tmp_path)


@pytest.mark.parametrize("name", ["a\0b", "x" * 5000])
def test_an_impossible_name_is_told(shelf: Any, name: Any) -> None:
    with pytest.raises(ScenarioError, match="must be a file or a shipped scenario, got neither"):
        shipped.find(name)


def test_an_empty_name_is_told(shelf: Any) -> None:
    with pytest.raises(ScenarioError, match=r"must be a file"):
        shipped.find("")


def test_the_folder_of_studies_lies_inside_the_shipped_one(shelf: Any) -> None:
    assert shipped.validation_directory() == shelf / "validation"


def test_the_folder_of_studies_is_shown_short_inside_the_working_directory(
    shelf: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shelf)
    assert shipped.validation_directory().as_posix() == "validation"


def test_studies_are_no_shipped_scenarios(shelf: Any) -> None:
    (shelf / "validation").mkdir()
    (shelf / "validation" / "trial.yaml").write_text("a: 1", encoding="utf-8")
    assert shipped.names() == ["base", "home_only"]


def test_the_shipped_bibliography_is_shown_short_inside_the_working_directory(
    shelf: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shelf)
    assert shipped.bibliography().as_posix() == "sources.yaml"
