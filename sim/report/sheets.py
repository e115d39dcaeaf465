"""Which sheets a workbook of results has, and what stands in them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

import numpy as np

from sim.analysis.capacity import WAITS, capacity_rows
from sim.analysis.changed_inputs import circumstances
from sim.analysis.comparison import COLUMNS, ERROR_COLUMNS, EXTRA_COLUMNS, compare, to_rows
from sim.analysis.draw_summary import summary_rows
from sim.analysis.draw_table import draw_table
from sim.analysis.output_settings import output_settings
from sim.domain import column_meanings as meanings
from sim.domain.column_meanings import CLINICAL, DRAWN_SUMMARY, KEYS, Meaning, meaning_of
from sim.report.evidence import PARAMETER_COLUMNS, parameter_rows
from sim.report.published import Published, read_published
from sim.report.workbook import Workbook
from sim.results import Results
from sim.results.stored import StoredResults
from sim.scenario_io.layers import ATOM_KEYS, is_atom
from sim.scenario_io.load import LoadedScenario
from sim.scenario_io.stored import StoredScenarios
from sim.stored.stored_run import StoredRun
from sim.worlds.stored import ProbabilisticResults, ProbabilisticScenario, StoredUnknown

Row = Mapping[str, Any]
COLUMN_COLUMNS = ("table", "column", "unit", "meaning")
SUMMARY_COLUMNS = tuple(dict.fromkeys(("scenario", "strategy", *COLUMNS, *ERROR_COLUMNS, *EXTRA_COLUMNS)))
WAIT_COLUMNS = (
    "scenario", "strategy", *(f"{name}{end}" for name in WAITS for end in ("", "_se")),
    "programme_cost", "programme_cost_se", "busiest", "bottleneck",
)  # fmt: skip
USE = {
    "resource": Meaning(meanings.NAME, "key of the resource"),
    "utilization": Meaning(meanings.SHARE, "minutes used of those offered"),
    "peak_utilization": Meaning(meanings.SHARE, "the same in the busiest week"),
    "peak_fullness": Meaning(meanings.SHARE, "minutes used of those whole visits can fill, busiest week"),
    "full_weeks": Meaning(meanings.NUMBER, "weeks in which it is nearly full"),
    "idle_hours": Meaning("hours", "offered and not used"),
}
BUSY = {
    "programme_cost": Meaning(meanings.MONEY, "discounted cost the programme itself pays, idle hours too"),
    "programme_cost_se": Meaning(meanings.MONEY, "standard error of that cost"),
    "busiest": Meaning(meanings.NAME, "resource that is busiest"),
    "bottleneck": Meaning(meanings.NAME, "that resource, if it is nearly full in some week"),
}
CLINICAL_COLUMNS = (*KEYS, *CLINICAL)
USE_COLUMNS = ("scenario", "strategy", *USE)
ANSWER = "answer"
SETTING_COLUMNS = ("scenario", "path", "value", "unit")
EVIDENCE_COLUMNS = ("scenario", *PARAMETER_COLUMNS)
MANIFEST_COLUMNS = ("name", "value")
UNKNOWN_COLUMNS = ("scenario", "parameter", *(field.name for field in fields(StoredUnknown)))
NO_SCENARIO = "results were stored without their scenarios: no settings and parameters here"
PER_DRAW = "mean of the replications of a draw, by strategy; it still holds chance of simulated patients"


def write_run(book: Workbook, run: StoredRun) -> None:
    """Write the sheets of a run: summary, clinical, waits, utilization, settings, parameters, manifest.

    Parameters
    ----------
    book : Workbook
        Without a sheet.
    run : StoredRun
        Results of `treatpath run`; waits and utilization are told of scenarios that limit some resource.

    Raises
    ------
    AnalysisError
        If a sheet cannot hold all rows, or a stored file is damaged.
    """
    _begin_run(book)
    for results in StoredResults(run).each():
        _write_results(book, results, {})
    _write_scenarios(book, run)
    _write_columns(book, _told_of_run())


def write_shown(
    book: Workbook,
    results: Results,
    loaded: LoadedScenario,
    asked: Mapping[str, Any],
    *,
    lines: Sequence[str] = (),
    published: Published | None = None,
) -> None:
    """Write the sheets of one comparison as it is looked at: answer, then the sheets of a run.

    Parameters
    ----------
    book : Workbook
        Without a sheet.
    results : Results
        Of one scenario.
    loaded : LoadedScenario
        The scenario.
    asked : mapping
        Output settings, as `sim.analysis.comparison.compare` takes them.
    lines : sequence of str
        Answer and what else must be said first.
    published : Published, optional
        Published figures; left out = the shipped ones, read anew.

    Raises
    ------
    AnalysisError
        If a sheet cannot hold all rows.
    """
    name = loaded.scenario.name
    book.sheet(ANSWER, (ANSWER,))
    book.append(ANSWER, ((line,) for line in lines))
    _begin_run(book)
    _write_results(book, results, asked)
    _begin_scenarios(book)
    _write_scenario(book, name, loaded, published or read_published())
    told = {**results.manifest, **{f"output setting: {key}": value for key, value in asked.items()}}
    book.append("manifest", ((key, _text(value)) for key, value in told.items()))
    _write_columns(book, _told_of_run())


def _begin_run(book: Workbook) -> None:
    for name, columns in (
        ("summary", SUMMARY_COLUMNS), ("clinical", CLINICAL_COLUMNS), ("waits", WAIT_COLUMNS),
        ("utilization", USE_COLUMNS),
    ):  # fmt: skip
        book.sheet(name, columns)


def _write_results(book: Workbook, results: Results, asked: Mapping[str, Any]) -> None:
    book.append("summary", _cells(to_rows(compare(results, **asked)), SUMMARY_COLUMNS))
    book.append("clinical", results.clinical[list(CLINICAL_COLUMNS)].itertuples(index=False, name=None))
    waits = capacity_rows(
        results, discount_rate_costs=asked.get("discount_rate_costs"), price_year=asked.get("price_year")
    )
    book.append("waits", _cells(waits, WAIT_COLUMNS))
    book.append(
        "utilization", _cells((row | load for row in waits for load in row["resources"]), USE_COLUMNS)
    )


def _told_of_run() -> list[tuple[str, str, Meaning | None]]:
    return [
        *(("summary", name, meaning_of(name)) for name in SUMMARY_COLUMNS),
        *(("clinical", name, (KEYS | CLINICAL)[name]) for name in CLINICAL_COLUMNS),
        *(("waits", name, BUSY.get(name) or meaning_of(name)) for name in WAIT_COLUMNS),
        *(("utilization", name, (KEYS | USE)[name]) for name in USE_COLUMNS),
    ]


def write_draws(book: Workbook, run: StoredRun, results: ProbabilisticResults) -> None:
    """Write the sheets of a probabilistic analysis: summary, costs, effects, draws, unknowns and the inputs.

    Parameters
    ----------
    book : Workbook
        Without a sheet.
    run : StoredRun
        Results of `treatpath psa`.
    results : ProbabilisticResults
        The same, read.

    Raises
    ------
    AnalysisError
        If a sheet cannot hold all rows or columns, or a stored file is damaged.
    """
    scenarios = results.scenarios
    strategies = _all(one.drawn.strategies for one in scenarios.values())
    parameters = _all(one.drawn.parameters for one in scenarios.values())
    by_draw = {"costs": strategies, "effects": strategies, "draws": parameters}
    book.sheet("summary", tuple(DRAWN_SUMMARY))
    for name, columns in by_draw.items():
        book.sheet(name, ("scenario", "draw", *columns))
    book.sheet("unknowns", UNKNOWN_COLUMNS)
    for name, one in scenarios.items():
        book.append("summary", _cells(summary_rows(name, one), tuple(DRAWN_SUMMARY)))
        for sheet, (keys, table) in _by_draw(one).items():
            book.append(sheet, _draw_rows(name, one, keys, table, by_draw[sheet]))
        unknowns = (
            {"scenario": name, "parameter": path} | asdict(unknown) for path, unknown in one.unknowns.items()
        )
        book.append("unknowns", _cells(unknowns, UNKNOWN_COLUMNS))
    _write_scenarios(book, run)
    told: list[tuple[str, str, Meaning | None]] = [
        ("summary", name, meaning) for name, meaning in DRAWN_SUMMARY.items()
    ]
    told += [
        ("costs", "(strategy)", Meaning(meanings.MONEY, f"discounted cost: {PER_DRAW}")),
        ("effects", "(strategy)", Meaning(meanings.QALYS, f"discounted QALYs: {PER_DRAW}")),
        ("draws", "(parameter)", Meaning(meanings.OF_PARAMETER, "value that was drawn; unit: see unknowns")),
    ]
    _write_columns(book, told)


def _by_draw(one: ProbabilisticScenario) -> dict[str, tuple[tuple[str, ...], np.ndarray]]:
    """Return by sheet what stands in its columns, and the values by draw."""
    table = draw_table(one.drawn, one.settings, output_settings(one.settings))
    return {
        "costs": (table.strategies, table.cost.mean(axis=1)),
        "effects": (table.strategies, table.effect.mean(axis=1)),
        "draws": (table.parameters, table.values),
    }


def _draw_rows(
    scenario: str, one: ProbabilisticScenario, keys: Sequence[str], table: np.ndarray, columns: Sequence[str]
) -> Iterator[tuple[Any, ...]]:
    """Yield a row for each draw; empty where a scenario lacks a column that another has."""
    for number, values in zip(one.drawn.numbers.tolist(), table.tolist(), strict=True):
        known = dict(zip(keys, values, strict=True))
        yield (scenario, number, *(known.get(column) for column in columns))


def _write_scenarios(book: Workbook, run: StoredRun) -> None:
    """Write settings, parameters with their evidence, and the manifest."""
    _begin_scenarios(book)
    scenarios, published = StoredScenarios(run), read_published()
    told = circumstances(run)
    for name in run.folders:
        loaded = scenarios.find(name)
        if loaded is None:
            told["note on inputs"] = NO_SCENARIO
        else:
            _write_scenario(book, name, loaded, published)
    book.append("manifest", ((name, _text(value)) for name, value in told.items()))


def _begin_scenarios(book: Workbook) -> None:
    book.sheet("settings", SETTING_COLUMNS)
    book.sheet("parameters", EVIDENCE_COLUMNS)
    book.sheet("manifest", MANIFEST_COLUMNS)


def _write_scenario(book: Workbook, name: str, loaded: LoadedScenario, published: Published) -> None:
    book.append("settings", _setting_rows(loaded, name))
    rows = ({"scenario": name} | row for row in parameter_rows(loaded.scenario, published))
    book.append("parameters", _cells(rows, EVIDENCE_COLUMNS))


def _setting_rows(loaded: LoadedScenario, name: str) -> Iterator[tuple[Any, ...]]:
    for setting in loaded.settings():
        value, unit = setting.value, None
        if is_atom(value):
            unit = value["unit"]
            value = next(value[key] for key in ATOM_KEYS if key in value)
        yield name, setting.path, _text(value), unit


def _write_columns(book: Workbook, told: Iterable[tuple[str, str, Meaning | None]]) -> None:
    """Say what the columns of numbers mean, and their units."""
    book.sheet("columns", COLUMN_COLUMNS)
    book.append("columns", ((table, column, *(meaning or ("", ""))) for table, column, meaning in told))


def _cells(rows: Iterable[Row], columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        yield tuple(_text(row.get(column)) for column in columns)


def _text(value: Any) -> Any:  # noqa: ANN401  a plain value of any kind
    """Return maps and lists as text; lists of words and numbers with commas between."""
    if isinstance(value, list) and not any(isinstance(entry, dict | list) for entry in value):
        return ", ".join(str(entry) for entry in value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def _all(names: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """Return all names once, in the order in which they first come."""
    return tuple(dict.fromkeys(name for some in names for name in some))
