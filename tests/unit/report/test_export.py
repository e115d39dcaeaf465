"""Stored results as CSV files and as a workbook: the same numbers, with units, sources and how they came about."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from workbooks import Cell, read_workbook

from sim.analysis.comparison import compare
from sim.analysis.draw_summary import summary_rows
from sim.analysis.draw_table import draw_table
from sim.analysis.output_settings import output_settings
from sim.batch.filling import Ways
from sim.batch.stored_runs import StoredRunAsked, run_into
from sim.domain.scenario import Scenario
from sim.errors import AnalysisError
from sim.replication import replicate
from sim.report.evidence import parameter_rows
from sim.report.export import export
from sim.results import Results
from sim.scenario_io.recipes import recipes_of
from sim.worlds.stored import ProbabilisticResults

Sheets = dict[str, list[list[Cell]]]
FRAMES = ["clinical", "curves", "flows", "health", "utilization"]


@pytest.fixture(scope="module")
def run(tiny: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Store a run of two scenarios."""
    tree = tiny.with_changes({"run.n_patients": 30, "run.replications": 2}).model_dump(mode="json")
    tree["treatments"]["tablets"]["label"] = "=Tablets"
    scenarios = [Scenario.model_validate(tree | {"name": name}) for name in ("first", "second")]
    directory = tmp_path_factory.mktemp("run") / "results"
    run_into(directory, StoredRunAsked(list(recipes_of(scenarios))), Ways(engine="simpy", workers=1))
    return directory


@pytest.fixture(scope="module")
def sheets(run: Path) -> Sheets:
    export(run, run.parent / "book.xlsx")
    return read_workbook(run.parent / "book.xlsx")


@pytest.fixture(scope="module")
def draws(tiny_draws: ProbabilisticResults, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("draws") / "draws"
    tiny_draws.save(directory)
    return directory


def records(sheet: list[list[Cell]]) -> list[dict[str, Any]]:
    """Return the rows of a sheet by column, as its header names them."""
    header = [str(name) for name in sheet[0]]
    return [dict(zip(header, row + [None] * (len(header) - len(row)), strict=True)) for row in sheet[1:]]


def test_csv_has_a_file_for_each_frame_the_comparison_and_the_manifest(run: Path, tmp_path: Path) -> None:
    export(run, tmp_path / "csv")
    assert sorted(path.name for path in (tmp_path / "csv").iterdir()) == sorted(
        [*(f"{name}.csv" for name in FRAMES), "summary.csv", "columns.csv", "manifest.json"]
    )
    results = Results.load(run)
    for name in FRAMES:
        frame = pd.read_csv(tmp_path / "csv" / f"{name}.csv")
        stored = results.frames[name].astype(dict.fromkeys(frame.select_dtypes("str").columns, "str"))
        pd.testing.assert_frame_equal(frame, stored, check_dtype=False, check_exact=True)
    told = pd.read_csv(tmp_path / "csv" / "summary.csv")
    assert told["nmb"].tolist() == compare(results)["nmb"].tolist()
    assert json.loads((tmp_path / "csv" / "manifest.json").read_bytes()) == results.manifest


def test_csv_tells_unit_and_meaning_of_every_column(run: Path, tmp_path: Path) -> None:
    export(run, tmp_path / "csv")
    columns = pd.read_csv(tmp_path / "csv" / "columns.csv")
    for table, told in columns.groupby("table"):
        header = (tmp_path / "csv" / f"{table}.csv").read_text(encoding="utf-8").partition("\n")[0]
        assert told["column"].tolist() == header.split(",")
    assert columns.isna().sum().sum() == 0


def test_csv_of_draws_has_their_frames_and_summary(
    draws: Path, tiny_draws: ProbabilisticResults, tmp_path: Path
) -> None:
    export(draws, tmp_path / "csv")
    money = pd.read_csv(tmp_path / "csv" / "money.csv")
    assert set(money["part"]) == {"drawn", "base"}
    summary = pd.read_csv(tmp_path / "csv" / "summary.csv")
    assert summary["cost"].tolist() == [
        row["cost"] for row in summary_rows("tiny", tiny_draws.scenarios["tiny"])
    ]
    assert pd.read_csv(tmp_path / "csv" / "columns.csv").isna().sum().sum() == 0


def test_a_workbook_has_its_sheets_in_order(sheets: Sheets) -> None:
    assert list(sheets) == [
        "summary", "clinical", "waits", "utilization", "settings", "parameters", "manifest", "columns",
    ]  # fmt: skip


def test_a_workbook_holds_the_comparison_and_the_replications_as_numbers(sheets: Sheets, run: Path) -> None:
    results = Results.load(run)
    told, expected = records(sheets["summary"]), compare(results)
    assert [(row["scenario"], row["strategy"]) for row in told] == list(
        zip(expected["scenario"], expected["strategy"], strict=True)
    )
    assert [row["cost"] for row in told] == pytest.approx(expected["cost"].tolist(), rel=1e-14)
    assert told[0]["incremental_cost"] is None
    clinical = records(sheets["clinical"])
    assert [row["started_share"] for row in clinical] == pytest.approx(
        results.clinical["started_share"].tolist(), rel=1e-14
    )


def test_a_workbook_tells_waits_and_use_of_limited_resources(sheets: Sheets) -> None:
    assert {(row["strategy"], row["busiest"]) for row in records(sheets["waits"])} >= {("infusion", "chairs")}
    use = [row for row in records(sheets["utilization"]) if row["strategy"] == "infusion"]
    assert [(row["scenario"], row["resource"]) for row in use] == [("first", "chairs"), ("second", "chairs")]
    assert 0 < use[0]["utilization"] < 1


def test_a_workbook_tells_settings_one_by_one_and_parameters_with_source_and_grade(
    sheets: Sheets, run: Path, tiny: Scenario
) -> None:
    settings = {(row["scenario"], row["path"]): row for row in records(sheets["settings"])}
    assert settings["first", "run.n_patients"]["value"] == 30
    assert settings["second", "care.integration_after"]["value"] == "2, 6"
    label = settings["first", "treatments.tablets.label"]["value"]
    assert (label, settings["first", "care.screening_no_show"]["unit"]) == ("=Tablets", "probability")
    evidence = [row for row in records(sheets["parameters"]) if row["scenario"] == "second"]
    expected = parameter_rows(tiny)
    assert [(row["path"], row["value"], row["source"], row["grade"]) for row in evidence] == [
        (row["path"], row["value"], row["source"], row["grade"]) for row in expected
    ]


def test_a_workbook_tells_how_results_came_about_and_what_columns_mean(sheets: Sheets, run: Path) -> None:
    manifest = {row["name"]: row["value"] for row in records(sheets["manifest"])}
    assert manifest["run_id"] == Results.load(run).manifest["run_id"]
    assert "files" not in manifest
    told = records(sheets["columns"])
    assert [row for row in told if not (row["unit"] and row["meaning"])] == []
    for name in ("summary", "clinical", "waits", "utilization"):
        assert [row["column"] for row in told if row["table"] == name] == sheets[name][0]


def test_a_workbook_of_draws_has_costs_effects_and_what_was_drawn(
    draws: Path, tiny_draws: ProbabilisticResults, tmp_path: Path
) -> None:
    export(draws, tmp_path / "book.xlsx")
    sheets = read_workbook(tmp_path / "book.xlsx")
    assert list(sheets) == [
        "summary", "costs", "effects", "draws", "unknowns", "settings", "parameters", "manifest", "columns",
    ]  # fmt: skip
    one = tiny_draws.scenarios["tiny"]
    table = draw_table(one.drawn, one.settings, output_settings(one.settings))
    costs, drawn = records(sheets["costs"]), records(sheets["draws"])
    assert [row["draw"] for row in costs] == list(range(100))
    assert [row["tablets"] for row in costs] == pytest.approx(
        table.cost.mean(axis=1)[:, 1].tolist(), rel=1e-14
    )
    path = one.drawn.parameters[0]
    assert [row[path] for row in drawn] == pytest.approx(table.column(path).tolist(), rel=1e-14)
    assert [row["parameter"] for row in records(sheets["unknowns"])] == list(one.unknowns)
    assert [row["nmb"] for row in records(sheets["summary"])] == pytest.approx(
        [row["nmb"] for row in summary_rows("tiny", one)], rel=1e-14
    )


def test_results_without_their_scenarios_say_that_inputs_are_missing(tiny: Scenario, tmp_path: Path) -> None:
    replicate(tiny.with_changes({"run.n_patients": 5}), 0).save(tmp_path / "run")
    export(tmp_path / "run", tmp_path / "book.xlsx")
    sheets = read_workbook(tmp_path / "book.xlsx")
    assert (len(sheets["settings"]), len(sheets["parameters"])) == (1, 1)
    assert [row["value"] for row in records(sheets["manifest"]) if row["name"] == "note on inputs"] == [
        "results were stored without their scenarios: no settings and parameters here"
    ]


def test_an_unknown_format_is_told(run: Path, tmp_path: Path) -> None:
    with pytest.raises(AnalysisError, match="--format: must be csv or xlsx, got 'ods'"):
        export(run, tmp_path / "out", file_format="ods")


@pytest.mark.parametrize(("file_format", "message"), [
    ("csv", "must be a new or empty directory"), ("xlsx", "must be a new file, got one that exists"),
])  # fmt: skip
def test_what_exists_is_not_replaced(run: Path, tmp_path: Path, file_format: str, message: str) -> None:
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    with pytest.raises(AnalysisError, match=message):
        export(run, tmp_path / "out", file_format=file_format)
    assert (tmp_path / "out").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_damaged_results_leave_nothing_behind(run: Path, tmp_path: Path, file_format: str) -> None:
    [file] = run.glob("clinical/0002-*/*.parquet")
    content = file.read_bytes()
    file.write_bytes(content[:-9])
    try:
        with pytest.raises(AnalysisError, match=r"clinical/0002-\w+/.*: is damaged"):
            export(run, tmp_path / "out", file_format=file_format)
    finally:
        file.write_bytes(content)
    assert list(tmp_path.iterdir()) == []
