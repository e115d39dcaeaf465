"""What capacity does, for a reader: the bottleneck in a sentence, waits by step, how busy resources are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sim.analysis.capacity import BUSY
from sim.report.exhibit import Exhibit
from sim.report.numbers import NOTHING, counted, joined, share
from sim.report.queues import STEPS
from sim.report.tables import Row, Table

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

ROW_HEIGHT, AXIS_HEIGHT = 40, 70
"""A row of cells, and what stands below them: pages fit both into the height of a drawing [pixels]."""
LABEL_LINES = 3
"""Lines of a resource's name that a row has room for."""
PALE = 0.55
"""Use from which on a cell is dark enough for white words."""
MARK = "!"
"""Stands behind a share above `BUSY`."""
LIGHT, DARK = "#ffffff", "#1f1f1f"
CELL_SIZE = 12


def bottleneck_sentences(
    rows: Sequence[Row], labels: Mapping[str, str], resources: Mapping[str, str]
) -> list[str]:
    """Return for each strategy which resource holds it up, or that none does.

    Parameters
    ----------
    rows : sequence of mapping
        Rows of `sim.analysis.capacity.capacity_rows` of one scenario.
    labels, resources : mapping
        Plain name by strategy and by resource.

    Returns
    -------
    list of str
        A sentence for each strategy that draws on a resource with a limit.
    """
    return [f"{labels[row['strategy']]}: {_holds_up(row, resources)}" for row in rows if row["resources"]]


def _holds_up(row: Row, resources: Mapping[str, str]) -> str:
    load = next(load for load in row["resources"] if load["resource"] == row["busiest"])
    name = resources[load["resource"]]
    if row["bottleneck"] is None:
        return f"no bottleneck; the busiest resource, {name}, has room in every week."
    others = [resources[one["resource"]] for one in row["resources"] if one["full_weeks"] and one is not load]
    more = f" Nearly full in some weeks, too: {joined(others)}." if others else ""
    return f"{name} is the bottleneck, nearly full in {counted(load['full_weeks'], 'week')}.{more}"


def wait_table(row: Row, label: str) -> Table:
    """Return how long each step of one strategy waits.

    Parameters
    ----------
    row : mapping
        Row of `sim.analysis.capacity.capacity_rows`.
    label : str
        Plain name of the strategy.

    Returns
    -------
    Table
        Steps that nobody takes are left out.
    """
    steps = {step: name for step, name in STEPS.items() if row[f"{step}_left_share"] is not None}
    return Table(
        f"{label}: days waited beyond the first possible day, by step",
        ("Step", "Median", "9 of 10 wait at most", "Waits over the target", "Gave up waiting"),
        tuple((name, *_waited(row, step)) for step, name in steps.items()),
        notes=("A dash: no target is set, or nobody waited.",),
    )


def _waited(row: Row, step: str) -> tuple[str, ...]:
    median, most, over, left = (
        row[f"{step}_{name}"]
        for name in ("wait_median_days", "wait_p90_days", "over_target_share", "left_share")
    )
    lengths = [NOTHING if days is None else f"{days:.1f}" for days in (median, most)]
    return (*lengths, *(NOTHING if part is None else share(part) for part in (over, left)))


def use_exhibit(periods: pd.DataFrame, resources: Mapping[str, str], label: str) -> Exhibit:
    """Draw how busy each resource is over time.

    Parameters
    ----------
    periods : pandas.DataFrame
        From `sim.analysis.capacity.use_by_period`; at least one row.
    resources : mapping
        Plain name by resource.
    label : str
        Plain name of the strategy.

    Returns
    -------
    Exhibit
        A table of cells, darker where more is used; every cell says its share, above 85 % with a mark.
    """
    title = f"{label}: minutes used of those offered"
    shown = periods.assign(
        Resource=[resources[key] for key in periods["resource"]],
        Weeks=_spans(periods),
        words=[f"{use:.0%}".rstrip("%") + (MARK if use > BUSY else "") for use in periods["utilization"]],
    )
    names = [name for key, name in resources.items() if key in set(periods["resource"])]
    busy = periods.groupby("resource")[["busy_weeks", "weeks"]].sum()
    told = joined(
        [
            f"{name} in {int(busy.loc[key, 'busy_weeks'])} of {counted(int(busy.loc[key, 'weeks']), 'week')}"
            for key, name in resources.items()
            if key in busy.index
        ]
    )
    return Exhibit(
        title,
        _cells(shown, names),
        f"Percent of the offered minutes used, mean over replications, from day 0 until the last follow-up "
        f"ends; {MARK} marks more than {BUSY:.0%}, from where on queues lengthen steeply. Single "
        f"weeks above that: {told}. Whole visits cannot fill every offered minute, so a week can be nearly "
        "full (above) with fewer of its minutes used.",
        _use_table(shown, names, title),
        f"Use by resource and weeks. More than {BUSY:.0%} is used of {told}.",
    )


def _spans(periods: pd.DataFrame) -> list[str]:
    ends = zip(periods["first_week"].astype(int), periods["last_week"].astype(int), strict=True)
    return [str(first) if first == last else f"{first}\N{EN DASH}{last}" for first, last in ends]


def _cells(shown: pd.DataFrame, names: Sequence[str]) -> alt.LayerChart:
    import altair as alt  # noqa: PLC0415

    from sim.report.marks import LINES, wrapped  # noqa: PLC0415

    lines = dict(zip(names, wrapped(names, names, most_lines=LABEL_LINES), strict=True))
    drawn = shown[["Weeks", "utilization", "peak", "words"]].assign(
        Resource=[lines[name] for name in shown["Resource"]]
    )
    base = alt.Chart(drawn).encode(
        x=alt.X(
            "Weeks:O", title="Weeks since day 0", sort=None, axis=alt.Axis(labelAngle=0, labelOverlap=True)
        ),
        y=alt.Y(
            "Resource:N",
            title=None,
            sort=list(lines.values()),
            axis=alt.Axis(labelExpr=LINES, labelLimit=0, labelOverlap=False),
        ),
    )
    color = alt.Color("utilization:Q", scale=alt.Scale(scheme="blues", domain=[0, 1]), legend=None)
    tips = [alt.Tooltip("Resource:N"), alt.Tooltip("Weeks:O")]
    tips += [alt.Tooltip(f"{name}:Q", format=".0%") for name in ("utilization", "peak")]
    cells = base.mark_rect(stroke=LIGHT, strokeWidth=1).encode(color=color, tooltip=tips)
    ink = {"condition": {"test": f"datum.utilization > {PALE}", "value": LIGHT}, "value": DARK}
    words = base.mark_text(fontSize=CELL_SIZE).encode(text="words:N", color=ink)
    return alt.LayerChart(layer=[cells, words], height=ROW_HEIGHT * len(names) + AXIS_HEIGHT)


def _use_table(shown: pd.DataFrame, names: Sequence[str], title: str) -> Table:
    spans = list(dict.fromkeys(shown.sort_values("first_week")["Weeks"]))
    cells = {
        (
            row.Resource,
            row.Weeks,
        ): f"{row.utilization:.0%} ({row.peak:.0%}){MARK if row.utilization > BUSY else ''}"
        for row in shown.itertuples()
    }
    rows = tuple((name, *(cells.get((name, span), NOTHING) for span in spans)) for name in names)
    header = ("Resource", *(f"Weeks {span}" for span in spans))
    return Table(f"{title} (in brackets: in the busiest week)", header, rows)
