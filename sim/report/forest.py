"""Published and simulated figures one below the other, each with its intervals on a common axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from sim.analysis.agreement import Scale
from sim.domain.targets import Kind
from sim.report.page_parts import folded, legend, table_html
from sim.report.svg import Axis, Strip, axis_svg, mark_svg, strip_svg
from sim.report.tables import Table
from sim.report.validation import (
    TOO_FEW,
    Row,
    figure_form,
    predicted_text,
    published_text,
    simulated_text,
    verdict,
)

Names = Mapping[str, Mapping[str, str]]
QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)
RATIOS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 10.0)
TENTH = 0.1
TITLES = {Scale.SHARE: "Shares", Scale.RATIO: "Hazard ratios", Scale.DIFFERENCE: "Differences"}
LOOKS = ("inside", "outside", "vague")
HEADER = (
    "Key",
    "Study",
    "What was reported",
    "Published",
    "Simulated",
    "Predicted",
    "Result",
    "Counted",
    "Source",
)
MARKS = {
    Kind.FIT: ("interval", "published", "inside", "outside", "vague"),
    Kind.CHECK: ("predicted", "interval", "published", "inside", "outside"),
}
MEANINGS = {
    "predicted": "95 % prediction interval",
    "interval": "95 % confidence interval",
    "published": "published",
    "inside": "simulated, agrees",
    "outside": "simulated, does not agree",
    "vague": "simulated, too few patients to tell",
}


def forest(rows: Sequence[Row], kind: Kind, names: Names, citations: Mapping[str, str]) -> str:
    """Return the figures of one kind as HTML: a block for each scale, and the same as a table.

    Parameters
    ----------
    rows : sequence of mapping
        Rows of one kind, from `sim.report.validation.validation_content`.
    kind : Kind
        Of all of them.
    names : mapping
        Name by study and strategy.
    citations : mapping
        Citation by key of the source.

    Returns
    -------
    str
        Nothing when there are no rows.
    """
    if not rows:
        return ""
    blocks = [
        _block(chosen, scale, names)
        for scale in Scale
        if (chosen := [row for row in rows if row["scale"] == scale])
    ]
    looks = {_look(row) for row in rows}
    marks = legend(
        (mark_svg(mark), MEANINGS[mark]) for mark in MARKS[kind] if mark not in LOOKS or mark in looks
    )
    table = Table(
        "The same figures as a table (counted: patients in the model)",
        HEADER,
        tuple(_cells(row, names, citations) for row in rows),
    )
    return f"{marks}{''.join(blocks)}{folded('Table and sources', table_html(table))}"


def _block(rows: Sequence[Row], scale: Scale, names: Names) -> str:
    axis = _axis(rows, scale)
    strips = "".join(_strip(row, axis, names) for row in rows)
    return (
        f"<figure><figcaption>{TITLES[scale]} ({len(rows)})</figcaption>"
        f'<ul class="strips"><li class="axis-row" aria-hidden="true">{axis_svg(axis)}</li>'
        f"{strips}</ul></figure>"
    )


def _strip(row: Row, axis: Axis, names: Names) -> str:
    """Return one row: what was reported, its drawing, the same in words."""
    study, result = names[row["study"]][row["strategy"]], verdict(row)
    told = f"published {published_text(row)}; simulated {simulated_text(row)}"
    predicted = (row["low"], row["high"]) if row["kind"] == Kind.CHECK else None
    if predicted:
        told += f"; predicted {predicted_text(row)}"
    interval = None if row["published_low"] is None else (row["published_low"], row["published_high"])
    strip = Strip(
        published=row["published"],
        interval=interval,
        predicted=predicted,
        simulated=row["simulated"],
        look=_look(row),
        title=f"{study}, {row['quantity']}: {result}",
        description=told,
    )
    style = ' class="miss"' if _look(row) == "outside" else ""
    return (
        f'<li><div><span class="soft">{escape(study)}</span><br>{escape(row["quantity"])}</div>'
        f"{strip_svg(strip, axis, row['target'])}"
        f'<div><span{style}>{escape(result)}</span><br><span class="soft">{escape(told)}</span></div></li>'
    )


def _look(row: Row) -> str:
    return "inside" if row["inside"] else "vague" if verdict(row) == TOO_FEW else "outside"


def _axis(rows: Sequence[Row], scale: Scale) -> Axis:
    form = figure_form(rows[0])
    if scale is Scale.SHARE:
        return Axis(0.0, 1.0, QUARTERS, lambda share: f"{share:.0%}")
    ends = ("published", "published_low", "published_high", "low", "high", "simulated")
    figures = [row[end] for row in rows for end in ends if row[end] is not None]
    if scale is Scale.RATIO:
        low = max([tick for tick in RATIOS if tick <= min(figures)], default=RATIOS[0])
        high = min([tick for tick in RATIOS if tick >= max(*figures, 1)], default=RATIOS[-1])
        return Axis(low, high, tuple(t for t in RATIOS if low <= t <= high), form, is_logarithmic=True)
    reach = max(*(abs(figure) for figure in figures), TENTH)
    steps = -int(-reach // TENTH)
    end = steps * TENTH
    return Axis(
        -end, end, (-end, -end / 2, 0.0, end / 2, end), lambda share: f"{share:+.0%}" if share else "0%"
    )


def _cells(row: Row, names: Names, citations: Mapping[str, str]) -> tuple[str, ...]:
    source = citations.get(row["source"], row["source"])
    return (
        row["target"],
        names[row["study"]][row["strategy"]],
        row["quantity"] + (f" ({row['note']})" if row["note"] else ""),
        published_text(row),
        simulated_text(row),
        predicted_text(row) if row["kind"] == Kind.CHECK else "",
        verdict(row),
        f"{row['n_simulated']:,}",
        source if row["checked"] else f"{source} (not re-read)",
    )
