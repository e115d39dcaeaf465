"""What a probabilistic run holds: means over draws beside the scenario as it is, and what chance adds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.analysis.draw_summary import COMPARED, Row, summary_rows
from sim.report.answer import PERSPECTIVES
from sim.report.console import print_report, stdout
from sim.report.numbers import counted, money, qaly, with_error
from sim.report.tables import Table
from sim.worlds.stored import ProbabilisticResults, ProbabilisticScenario


def draws_content(results: ProbabilisticResults) -> dict[str, Any]:
    """Return a summary of probabilistic results, ready for JSON.

    Parameters
    ----------
    results : ProbabilisticResults
        Of one or more scenarios.

    Returns
    -------
    dict
        ``results`` (a row per scenario and strategy, at the scenario's own output settings) and ``manifest``.
    """
    rows = [row for name, one in results.scenarios.items() for row in summary_rows(name, one)]
    return {"results": rows, "manifest": dict(results.manifest)}


def print_draws(results: ProbabilisticResults) -> None:
    """Print a summary of probabilistic results, scenario by scenario.

    Parameters
    ----------
    results : ProbabilisticResults
        Of one or more scenarios.
    """
    console = stdout()
    for name, one in results.scenarios.items():
        rows = summary_rows(name, one)
        print_report(
            console,
            f"{one.settings.title} ({name})",
            _sentences(one, rows),
            [_table(one, rows)],
            draws_caption(one),
        )


def _sentences(one: ProbabilisticScenario, rows: Sequence[Row]) -> list[str]:
    n_places = sum(unknown.n_places for unknown in one.unknowns.values())
    n_drawn = len(one.unknowns)
    verbs = "was drawn, which stands" if n_drawn == 1 else "were drawn, which stand"
    widest = max(rows, key=lambda row: abs(row["nmb_gap"]))
    strategy, gap = one.settings.strategies[widest["strategy"]], widest["nmb_gap"]
    told = [
        f"{counted(n_drawn, 'figure')} {verbs} in {counted(n_places, 'place')} of the scenario; "
        f"{one.n_fixed:,} {'has' if one.n_fixed == 1 else 'have'} a range but no distribution and did not "
        "vary (`treatpath dsa` varies them).",
        f"Mean net benefit over draws differs from that of the scenario as it is by up to "
        f"{with_error(gap, widest['nmb_gap_se'], money)} ({strategy}).",
    ]
    if widest["nmb_by_values"] is not None:
        told.append(
            f"Of that, {money(widest['nmb_by_values'])} comes from values that are the median or mode of "
            "their distribution and not its mean; the rest from a model that bends, and from chance."
        )
    return told


def _table(one: ProbabilisticScenario, rows: Sequence[Row]) -> Table:
    forms = {"cost": money, "qaly": qaly, "nmb": money}
    heads = {"cost": "Cost", "qaly": "QALYs", "nmb": "Net benefit"}
    header = ["Strategy"]
    for column in COMPARED:
        header += [f"{heads[column]}, mean of draws", "as it is", "gap"]
    cells = [
        (
            one.settings.strategies[row["strategy"]],
            *(
                with_error(row[f"{column}{part}"], row[f"{column}{part}_se"], forms[column])
                for column in COMPARED
                for part in ("", "_base", "_gap")
            ),
        )
        for row in rows
    ]
    return Table("Means over draws beside the scenario as it is", tuple(header), tuple(cells))


def draws_caption(one: ProbabilisticScenario) -> str:
    """Return what every table about draws must say about itself."""
    settings, drawn = one.settings, one.drawn
    return (
        f"{settings.currency} {settings.price_year}, {PERSPECTIVES[settings.perspective]} perspective, "
        f"{settings.horizon_years:g} years, discounted {settings.discount_rate_costs:.1%} (costs) and "
        f"{settings.discount_rate_effects:.1%} (effects) a year; {len(drawn.numbers):,} draws of "
        f"{drawn.n_inner} x {settings.n_patients:,} patients per strategy; means per referred patient ± "
        "standard error between draws (uncertainty and chance together; in a hypercube an upper bound)"
    )
