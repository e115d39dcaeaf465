"""Sources gathered from all lists."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sim.errors import ScenarioError
from sim.scenario_io import shipped
from sim.scenario_io.load import load


@pytest.fixture
def cited(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    tiny_tree: dict[str, Any],
    write_scenario: Callable[..., Path],
) -> Any:
    """Return a function that loads a scenario citing smith2019, with lists on up to three levels."""
    (tmp_path / "root" / "scenarios").mkdir(parents=True)
    monkeypatch.setattr(shipped, "PACKAGE", tmp_path / "root" / "sim")
    monkeypatch.chdir(tmp_path)

    def make(shipped_list: Any = None, beside: Any = None, inline: Any = None) -> Any:
        lists = {tmp_path / "root/scenarios/sources.yaml": shipped_list, tmp_path / "sources.yaml": beside}
        for path, text in lists.items():
            if text is not None:
                path.write_text(text, encoding="utf-8")
        tiny_tree["care"]["patience"] |= {"source": "smith2019", "locator": "Table 2"}
        write_scenario(tiny_tree if inline is None else tiny_tree | {"sources": inline})
        return load("tiny.yaml").sources

    return make


def test_the_shipped_list_serves_every_scenario(cited: Any) -> None:
    assert cited("smith2019: {citation: shipped, design: RCT}")["smith2019"].citation == "shipped"


def test_the_list_beside_the_file_wins_over_the_shipped_one(cited: Any) -> None:
    sources = cited("smith2019: {citation: a, design: RCT, doi: x}", "smith2019: {citation: b, design: RCT}")
    assert (sources["smith2019"].citation, sources["smith2019"].doi) == ("b", None)


def test_the_inline_list_wins_over_all(cited: Any) -> None:
    beside = "smith2019: {citation: b, design: RCT}"
    assert cited(None, beside, {"smith2019": {"citation": "c", "design": "RCT"}})["smith2019"].citation == "c"


def test_only_cited_sources_stay(cited: Any) -> None:
    assert list(cited("jones2020: {citation: a, design: RCT}\nsmith2019: {citation: a, design: RCT}")) == [
        "smith2019"
    ]


def test_a_mistake_in_a_list_is_told_with_its_file_and_line(cited: Any) -> None:
    with pytest.raises(
        ScenarioError, match=r"^sources\.yaml:2: sources\.smith2019\.design: must be given, got nothing$"
    ):
        cited(None, "\nsmith2019: {citation: a}")


def test_a_broken_list_is_told_with_its_file(cited: Any) -> None:
    with pytest.raises(ScenarioError, match=r"^sources\.yaml:1: a: must be a finite number, got \.nan$"):
        cited(None, "a: .nan")


def test_an_inline_list_that_is_no_map_is_left_to_the_schema(cited: Any) -> None:
    with pytest.raises(ScenarioError, match=r"sources: must be a map, got a list of 1$"):
        cited(None, None, ["smith2019"])


def test_a_source_listed_nowhere_is_told_by_who_cites_it(cited: Any) -> None:
    expected = (
        r"^tiny\.yaml:\d+: care\.patience\.source: 'smith2019' is cited by care\.patience but not listed in "
        r"sources\.yaml; did you mean 'smith2018'\?; known: smith2018$"
    )
    with pytest.raises(ScenarioError, match=expected):
        cited("smith2018: {citation: a, design: RCT}")
