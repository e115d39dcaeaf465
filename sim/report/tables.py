"""Comparison rows as tables of text: what a treatment does, what it is worth, who waits for what."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.analysis.frontier import ON_FRONTIER
from sim.analysis.icers import CHEAPEST
from sim.report.numbers import NOTHING, counted, days, money, qaly, share, with_error

if TYPE_CHECKING:
    import pandas as pd

Row = Mapping[str, Any]
Column = tuple[str, str, Callable[[float], str]]
DOES: tuple[Column, ...] = (
    ("started_share", "Started", share),
    ("response_share", "Response", share),
    ("remission_share", "Remission", share),
    ("relapse_free_12m", "Relapse-free 12 m", share),
    ("median_wait_days", "Median wait, days", days),
    ("dropout_share", "Left early", share),
)
WORTH: tuple[Column, ...] = (
    ("cost", "Cost", money),
    ("qaly", "QALYs", qaly),
    ("incremental_cost", "Extra cost", money),
    ("incremental_qaly", "Extra QALYs", qaly),
    ("nmb", "Net benefit", money),
)
ICER = "Cost per QALY gained (95 % interval)"
REFUSED = "none: see below"
SAVING = "a saving"
WAITS: tuple[Column, ...] = (
    ("median_screening_wait_days", "Screening, median", days),
    ("p90_screening_wait_days", "Screening, 9 of 10", days),
    ("median_wait_days", "Treatment, median", days),
    ("p90_wait_days", "Treatment, 9 of 10", days),
    ("left_before_start_share", "Left before starting", share),
    ("maintenance_delay_days", "Overdue maintenance", days),
)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of text; the first column names the row.

    Parameters
    ----------
    title : str
        What it shows.
    header : tuple of str
        Column headings.
    rows : tuple of tuple of str
        Cells.
    n_worded : int
        So many first columns hold words, the others numbers.
    notes : tuple of str
        What must be said below it.
    """

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    n_worded: int = 1
    notes: tuple[str, ...] = ()


def comparison_tables(rows: Sequence[Row], labels: Mapping[str, str], *, comparator: str) -> list[Table]:
    """Return the two tables of one scenario.

    Parameters
    ----------
    rows : sequence of mapping
        Rows of the comparison, None where undefined.
    labels : mapping
        Plain name by strategy.
    comparator : str
        Key of the strategy that increments are counted from.

    Returns
    -------
    list of Table
        What the strategies do (shares of those who started, the first one of those referred), and what
        they cost and gain.
    """
    does = tuple((labels[row["strategy"]], *(_cell(row, column) for column in DOES)) for row in rows)
    worth = tuple(
        (labels[row["strategy"]], *(_cell(row, column) for column in WORTH), _icer(row, labels))
        for row in rows
    )
    headings = tuple(heading for _, heading, _ in WORTH)
    return [
        Table(
            "What happens (started: of all referred; response, remission, left early: of those who started, "
            "response and remission after the first course; relapse-free: of those who responded)",
            ("Strategy", *(heading for _, heading, _ in DOES)),
            does,
        ),
        Table(
            f"What it costs and gains (extra: against {labels[comparator]})",
            ("Strategy", *headings, ICER),
            worth,
            notes=tuple(_refusal(row, labels) for row in rows if has_refused_ratio(row)),
        ),
    ]


def has_refused_ratio(row: Row) -> bool:
    """Tell whether a strategy on the frontier has no ICER because chance could explain it."""
    return row.get("icer") is None and row.get("icer_versus") is not None


def _refusal(row: Row, labels: Mapping[str, str]) -> str:
    """Say why there is no ratio."""
    against = labels[row["icer_versus"]]
    return f"No cost per QALY gained of {labels[row['strategy']]} against {against}: {row['icer_reason']}."


def capacity_tables(
    rows: Sequence[Row], labels: Mapping[str, str], resources: Mapping[str, str]
) -> list[Table]:
    """Return who waits for what, and how busy the resources are.

    Parameters
    ----------
    rows : sequence of mapping
        Rows of `sim.analysis.capacity` of one scenario; none without a resource with a limit.
    labels, resources : mapping
        Plain name by strategy and by resource.

    Returns
    -------
    list of Table
        None or two.
    """
    if not rows:
        return []
    waits = tuple(
        (labels[row["strategy"]], *(_cell(row, column) for column in WAITS), _busiest(row, resources))
        for row in rows
    )
    loads = [{load["resource"]: load for load in row["resources"]} for row in rows]
    used = [name for name in resources if any(name in load for load in loads)]
    return [
        Table(
            "Who waits for what (days since referral; overdue: days a maintenance session is late)",
            ("Strategy", *(heading for _, heading, _ in WAITS), "Busiest resource"),
            waits,
        ),
        Table(
            "How busy resources are in all (minutes used of those offered; in brackets: in the busiest week; "
            "idle: hours offered and not used until the last follow-up ends)",
            ("Resource", *(labels[row["strategy"]] for row in rows)),
            tuple((resources[name], *(_load(load.get(name)) for load in loads)) for name in used),
        ),
    ]


def wide_table(
    title: str,
    frame: pd.DataFrame,
    labels: Mapping[str, str],
    *,
    along: str,
    value: str,
    heading: str,
    forms: tuple[Callable[[float], str], Callable[[float], str]],
    more: Mapping[str, Mapping[float, str]] | None = None,
) -> Table:
    """Return curves as a table: a row per value of ``along``, a column per strategy.

    Parameters
    ----------
    title : str
        What it shows.
    frame : pandas.DataFrame
        ``strategy``, ``along`` and ``value``.
    labels : mapping
        Plain name by strategy.
    along, value : str
        Columns.
    heading : str
        Heading of the first column.
    forms : tuple of callable
        How a number of ``along`` and of ``value`` is written.
    more : mapping, optional
        Further columns: heading, then text by value of ``along``.

    Returns
    -------
    Table
        Empty cells where there is no number.
    """
    keys = [key for key in labels if key in set(frame["strategy"].astype(str))]
    first, form = forms
    cells = {
        (place, str(key)): form(number)
        for place, key, number in zip(frame[along], frame["strategy"], frame[value], strict=True)
    }
    further = more or {}
    rows = tuple(
        (
            first(place),
            *(cells.get((place, key), "") for key in keys),
            *(texts.get(place, "") for texts in further.values()),
        )
        for place in sorted(frame[along].unique())
    )
    return Table(title, (heading, *(labels[key] for key in keys), *further), rows)


def _busiest(row: Row, resources: Mapping[str, str]) -> str:
    """Say in words which resource is busiest, and whether it keeps patients waiting."""
    load = next((load for load in row["resources"] if load["resource"] == row["busiest"]), None)
    if load is None:
        return NOTHING
    name, weeks = resources[load["resource"]], load["full_weeks"]
    if not weeks:
        return f"{name} (room in every week)"
    return f"{name} (bottleneck: nearly full in {counted(weeks, 'week')})"


def _load(load: Row | None) -> str:
    if load is None:
        return NOTHING
    idle = load.get("idle_hours")
    hours = "" if idle is None else f", {idle:,.0f} h idle"
    return f"{load['utilization']:.0%} ({load['peak_utilization']:.0%}){hours}"


def _cell(row: Row, column: Column) -> str:
    name, _, form = column
    return with_error(row[name], row.get(f"{name}_se"), form)


def _icer(row: Row, labels: Mapping[str, str]) -> str:
    """Return the ratio with its interval and what it is counted against, or in words why there is none."""
    if row["icer"] is not None:
        low = SAVING if row["icer_low"] < 0 else money(row["icer_low"])
        span = f"{low} to {money(row['icer_high'])}"
        return f"{money(row['icer'])} ({span}; against {labels[row['icer_versus']]})"
    if has_refused_ratio(row):
        return REFUSED
    return CHEAPEST if row["status"] == ON_FRONTIER else str(row["status"] or NOTHING)
