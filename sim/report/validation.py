"""Simulated against published figures: as plain values, in words, and as tables of text."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.analysis.agreement import LARGEST_ERROR, MOST_ERRORS, Scale, agreement, totals
from sim.domain.targets import Kind, Targets
from sim.report.numbers import NOTHING, share, with_error
from sim.report.tables import Table

if TYPE_CHECKING:
    from sim.replication import Observed
    from sim.scenario_io.validation import Validation

Row = Mapping[str, Any]
Content = dict[str, Any]
SMALL_SHARE = 0.01
"""Below this, a share is told with two decimals."""
FITS = "Fits: figures that solved a parameter (95 % confidence interval in brackets)"
CHECKS = (
    "Checks: figures that solved nothing (95 % confidence interval in brackets; predicted: where 95 % of "
    "such studies should lie)"
)
NO_REASON = "No reason is known yet."
TOO_FEW = "too few patients to tell"


def validation_content(
    targets: Targets, observed: Sequence[Observed], manifest: Mapping[str, object] | None = None
) -> Content:
    """Return everything there is to say about a validation, ready for JSON.

    Parameters
    ----------
    targets : Targets
        The published figures.
    observed : sequence of Observed
        What every study gave.
    manifest : mapping, optional
        From `sim.batch.validate.manifest_of`.

    Returns
    -------
    dict
        ``targets`` (a row per figure, as `sim.analysis.agreement.agreement` tells them; None where
        undefined), ``totals``, ``left_out`` (reason by figure) and, where it is given, ``manifest``.
    """
    estimates = {key: estimate for study in observed for key, estimate in study.estimates.items()}
    rows = agreement(targets, estimates)
    return {
        "targets": [{name: _plain(value) for name, value in row.items()} for row in rows],
        "totals": totals(rows),
        "left_out": dict(targets.left_out),
    } | ({} if manifest is None else {"manifest": dict(manifest)})


def arm_names(validation: Validation) -> dict[str, dict[str, str]]:
    """Return what to call each strategy of each study: the study, and which arm if it has several.

    Parameters
    ----------
    validation : Validation
        Published figures and studies.

    Returns
    -------
    dict
        By study and strategy.
    """
    named: dict[str, dict[str, str]] = {}
    for name, study in validation.studies.items():
        scenario = study.scenario
        told = {target.strategy for target in validation.targets.targets.values() if target.study == name}
        named[name] = {
            key: f"{scenario.title}: {strategy.label}" if len(told) > 1 else scenario.title
            for key, strategy in scenario.strategies.items()
        }
    return named


def extent_sentence(validation: Validation) -> str:
    """Return in a sentence how much is simulated and compared.

    Parameters
    ----------
    validation : Validation
        Published figures and studies, with the numbers of patients that are simulated.

    Returns
    -------
    str
        Such as "23 studies with 5,000 to 64,000 patients in each arm; 57 fits and 80 checks.".
    """
    sizes = sorted({study.scenario.run.n_patients for study in validation.studies.values()})
    kinds = [target.kind for target in validation.targets.targets.values()]
    between = f"{sizes[0]:,}" if len(sizes) == 1 else f"{sizes[0]:,} to {sizes[-1]:,}"
    return (
        f"{_number(len(validation.studies), 'study', 'studies')} with {between} patients in each arm; "
        f"{_number(kinds.count(Kind.FIT), 'fit', 'fits')} and "
        f"{_number(kinds.count(Kind.CHECK), 'check', 'checks')}."
    )


def total_sentence(content: Content) -> str:
    """Return in a sentence how many fits and checks agree.

    Parameters
    ----------
    content : dict
        From `validation_content`.

    Returns
    -------
    str
        Such as "31 of 32 fits agree; 40 of 43 checks lie inside their prediction interval, 30 of 43 inside
        the published interval.".
    """
    count = content["totals"]
    fits = f"{count['fits_inside']} of {count['fits']} fits agree"
    checks = (
        f"{count['checks_inside']} of {count['checks']} checks lie inside their prediction interval, "
        f"{count['checks_inside_published']} of {count['checks']} inside the published interval"
    )
    parts = [part for part, n in ((fits, count["fits"]), (checks, count["checks"])) if n]
    return f"{'; '.join(parts) or 'There is nothing to compare'}."


def validation_tables(content: Content, names: Mapping[str, Mapping[str, str]]) -> list[Table]:
    """Return the table of fits and that of checks; one without rows is left out.

    Parameters
    ----------
    content : dict
        From `validation_content`.
    names : mapping
        From `arm_names`.

    Returns
    -------
    list of Table
        The first two columns of each are words.
    """
    fits, checks = (rows_of(content, kind) for kind in Kind)
    header = ("Study", "What was reported", "Published", "Simulated")
    tables = [
        Table(FITS, (*header, "Result"), tuple((*_cells(row, names), verdict(row)) for row in fits), 2),
        Table(
            CHECKS,
            (*header, "Predicted", "Result"),
            tuple((*_cells(row, names), predicted_text(row), verdict(row)) for row in checks),
            2,
        ),
    ]
    return [table for table in tables if table.rows]


def misses(content: Content, names: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Return a sentence for each figure that does not agree, with the reason believed.

    Parameters
    ----------
    content : dict
        From `validation_content`.
    names : mapping
        From `arm_names`.

    Returns
    -------
    list of str
        In the order of the figures.
    """
    return [
        f"{names[row['study']][row['strategy']]}, {row['quantity']}: published {published_text(row)}, "
        f"simulated {simulated_text(row)}, {verdict(row)}. "
        + (f"Believed reason: {row['miss']}" if row["miss"] else NO_REASON)
        for row in content["targets"]
        if not row["inside"]
    ]


def rows_of(content: Content, kind: Kind) -> list[Row]:
    """Return the rows of one kind."""
    return [row for row in content["targets"] if row["kind"] == kind]


def verdict(row: Row) -> str:
    """Return in words whether a figure agrees."""
    if row["simulated"] is None:
        return "nobody to count"
    if row["kind"] == Kind.FIT:
        return "agrees" if row["inside"] else TOO_FEW if _is_vague(row) else "differs"
    if not row["inside"]:
        return "outside"
    return "inside, also the published one" if row["inside_published"] else "inside"


def _is_vague(row: Row) -> bool:
    """Tell whether a fit that does not agree might do so with more patients."""
    error = row["se"]
    return error is None or (
        error >= LARGEST_ERROR and abs(row["simulated"] - row["published"]) < MOST_ERRORS * error
    )


def published_text(row: Row) -> str:
    """Return the published figure with its confidence interval."""
    form = figure_form(row)
    between = _between(row["published_low"], row["published_high"], form)
    return f"{form(row['published'])} ({between})" if between else form(row["published"])


def simulated_text(row: Row) -> str:
    """Return the simulated figure with its standard error."""
    return with_error(row["simulated"], row["se"], figure_form(row))


def predicted_text(row: Row) -> str:
    """Return the prediction interval of a check."""
    return _between(row["low"], row["high"], figure_form(row)) or NOTHING


def figure_form(row: Row) -> Callable[[float], str]:
    """Return how a figure of a row is written: shares in percent, ratios as they are."""
    return _ratio if row["scale"] == Scale.RATIO else _share


def _cells(row: Row, names: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
    return (
        names[row["study"]][row["strategy"]],
        row["quantity"],
        published_text(row),
        simulated_text(row),
    )


def _number(count: int, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}"


def _between(low: float | None, high: float | None, form: Callable[[float], str]) -> str:
    return "" if low is None or high is None else f"{form(low)} to {form(high)}"


def _share(value: float) -> str:
    return f"{value:.2%}" if 0 < abs(value) < SMALL_SHARE else share(value)


def _ratio(value: float) -> str:
    return f"{value:.2f}"


def _plain(value: object) -> object:
    return None if isinstance(value, float) and not math.isfinite(value) else value
