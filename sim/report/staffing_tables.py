"""The tables of a plan for capacity: staffings, what one more is worth, one step less, the frontier."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sim.analysis.staffing_values import IDLE_HOURS
from sim.report.numbers import NOTHING, Number, days, joined, share, with_error
from sim.report.tables import Table

Content = Mapping[str, Any]
SMALL_COUNT = 2
"""Decimals of QALYs of a whole programme."""
THOUSAND = 1_000
IN_THOUSANDS = "in $1,000 a year"
NAME_WIDTH, HEADING_WIDTH = 25, 11
"""Characters after which names and headings go on in a further line."""
WAITS = {
    "median_wait_days": "median to the first session of those who started",
    "p90_wait_days": "90th percentile to the first session of those who started",
    "median_screening_wait_days": "median to the screening of those screened",
    "p90_screening_wait_days": "90th percentile to the screening of those screened",
}


def staffing_tables(content: Content) -> list[Table]:
    """Return the tables of a plan.

    Parameters
    ----------
    content : mapping
        From `sim.batch.staffing.plan_capacity`.

    Returns
    -------
    list of Table
        Staffing, values, joint values; with a target also one step less, and the frontier.
    """
    tables = [_staffing_table(content), _value_table("today's staffing", content, content)]
    if content["joint"]:
        tables.append(_joint_table(content))
    if content.get("at_answer"):
        tables.append(_value_table("the cheapest staffing", content["at_answer"], content))
    if content.get("neighbors"):
        tables.append(_neighbor_table(content))
    if content.get("frontier"):
        tables.append(_frontier_table(content))
    return tables


def folded(table: Table) -> Table:
    """Return a table with long headings and names on several lines, so that it fits 120 columns.

    Parameters
    ----------
    table : Table
        Whose first column names the rows.

    Returns
    -------
    Table
        Its numbers as they are.
    """
    headings = [_fold(heading, HEADING_WIDTH) for heading in table.header]
    n_lines = max(len(lines) for lines in headings)
    return replace(
        table,
        header=tuple("\n".join([""] * (n_lines - len(lines)) + lines) for lines in headings),
        rows=tuple(("\n".join(_fold(name, NAME_WIDTH)), *cells) for name, *cells in table.rows),
    )


def _fold(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False) or [""]


def _staffing_table(content: Content) -> Table:
    today, answer = content["today"], content.get("answer")
    parts = [("Today", today), *([("Cheapest", answer)] if answer and content["is_met"] else [])]
    header = ["Resource"]
    for name, _ in parts:
        header += [name, f"Paid hours, {name.lower()}", f"Used, {name.lower()}"]
    rows = []
    for key, label in content["resources"].items():
        cells = [label if key in content["may_change"] else f"{label} (fixed)"]
        for _, part in parts:
            cells += [amount(part, key), _thousands(part["cost_by_resource"][key])]
            cells.append(share(part["utilization"][key]))
        rows.append(tuple(cells))
    summed_up = [(with_error(part["wait"], part["wait_se"], days), _left(part)) for _, part in parts]
    rows += [
        ("In all", *(cell for _, part in parts for cell in (NOTHING, _thousands(part["cost"]), NOTHING))),
        ("Wait, days", *(cell for wait, _ in summed_up for cell in (wait, NOTHING, NOTHING))),
        ("Left before starting", *(cell for _, left in summed_up for cell in (left, NOTHING, NOTHING))),
    ]
    return Table(
        f"Staffing (paid hours {IN_THOUSANDS}; wait: {_wait(content)}; left: of all referred)",
        tuple(header),
        tuple(rows),
    )


def _wait(content: Content) -> str:
    column: str = content["wait_column"]
    return WAITS.get(column, column)


def _left(part: Content) -> str:
    left = part["left_before_start_share"]
    return NOTHING if left is None else share(left)


def _value_table(where: str, values: Content, content: Content) -> Table:
    against = _against(content)
    return Table(
        f"What one more is worth a year, from {where} on (in $1,000)",
        ("Resource", "Worth", "Saved on care", "QALYs", "Wait, days", *(heading for heading, _ in against)),
        tuple(
            (
                f"{content['resources'][key]}{_step(row)}",
                _told(row, "value", _thousands),
                _told(row, "saving", _thousands),
                _told(row, "qaly", qaly_number),
                _told(row, "wait_change", _days),
                *(_told(row, name, _thousands) for _, name in against),
            )
            for key, row in values["value_of_one_more"].items()
        ),
    )


def _against(content: Content) -> list[tuple[str, str]]:
    """Return headings and keys of what is set against the worth."""
    besides = [("Idle hours it adds", "cost_besides")] if content["value_less"] == IDLE_HOURS else []
    return [
        ("Paid hours", "cost_of_unit"),
        *besides,
        (f"Worth less {content['value_less']}", "net_value"),
    ]


def _joint_table(content: Content) -> Table:
    against = _against(content)
    rows = tuple(
        (
            names(row["resources"], content),
            "yes" if row["binds_together"] else "in waits" if row["waits_together"] else "no",
            _told(row, "value", _thousands),
            _told(row, "apart", _thousands),
            _told(row, "more_than_apart", _thousands),
            _told(row, "wait_change", _days),
            *(_told(row, name, _thousands) for _, name in against),
        )
        for row in content["joint"]
    )
    headings = ("Bind together", "Worth", "Sum of each alone", "More than that", "Wait, days")
    return Table(
        f"One more of each together, from today's staffing on ({IN_THOUSANDS})",
        ("Resources", *headings, *(heading for heading, _ in against)),
        rows,
        n_worded=2,
    )


def _neighbor_table(content: Content) -> Table:
    answer = content["answer"]
    rows = tuple(
        (
            f"{content['resources'][row['resource']]}: {amount(row, row['resource'])} instead of "
            f"{amount(answer, row['resource'])}",
            "yes" if row["is_met"] else "no",
            _thousands(row["saving"]),
            with_error(row["wait"], row["wait_se"], days),
            _told(row, "longer", _days),
            "yes" if row["is_distinguishable"] else "no",
        )
        for row in content["neighbors"]
    )
    return Table(
        f"One step less than the cheapest staffing (paid hours {IN_THOUSANDS})",
        ("Staffing", "Meets the target", "Paid hours saved", "Wait, days", "Longer by", "Beyond chance"),
        rows,
        n_worded=2,
    )


def _frontier_table(content: Content) -> Table:
    keys = list(content["resources"])
    rows = tuple(
        (
            _thousands(row["cost"]),
            with_error(row["wait"], row["wait_se"], days),
            _meets(row, content["answer"]),
            *(amount(row, key) for key in keys),
        )
        for row in content["frontier"]
    )
    return Table(
        "Cost of staffing against wait (of those simulated, what no cheaper one beats; paid hours "
        f"{IN_THOUSANDS})",
        ("Paid hours", "Wait, days", "Meets the target", *content["resources"].values()),
        rows,
        n_worded=0,
    )


def _meets(row: Content, answer: Content) -> str:
    if not row["is_met"]:
        return "no"
    is_answer = row["staffing"] == answer["staffing"] and row["open_days"] == answer["open_days"]
    return "yes, cheapest" if is_answer else "yes"


def amount(part: Content, key: str) -> str:
    """Return units of a resource, and days a week where these may change."""
    units = f"{part['staffing'][key]:g}"
    if key not in part["open_days"]:
        return units
    return f"{units} on {part['open_days'][key]} {'day' if part['open_days'][key] == 1 else 'days'}"


def _step(row: Content) -> str:
    """Return in brackets what one more is, where it is not one unit."""
    if row["kind"] == "day a week":
        return " (day a week)"
    return "" if row["step"] == 1 else f" ({row['step']:g} more)"


def qaly_number(value: float) -> str:
    """Return QALYs of a whole programme."""
    return f"{round(value, SMALL_COUNT) + 0.0:.{SMALL_COUNT}f}"


def _thousands(amount: float) -> str:
    """Return money in thousands; no sign before what is rounded to 0."""
    return f"{round(amount / THOUSAND, 1) + 0.0:,.1f}"


def _days(change: float) -> str:
    return days(round(change, 1) + 0.0)


def _told(row: Content, name: str, form: Callable[[float], str]) -> str:
    """Return a number of a row with its error; a plain 0 where nothing changed in any replication."""
    error: Number = row.get("se" if name == "value" else f"{name}_se")
    if row[name] == 0 and not error:
        return "0"
    return with_error(row[name], error, form)


def names(keys: Sequence[str], content: Content) -> str:
    """Return the plain names of some resources as a list."""
    return joined([content["resources"][key] for key in keys])
