"""Simulated figures against published ones.

A fit solved a parameter and must come out again: it agrees when it differs by less than four Monte-Carlo
standard errors, and that error is small. A check solved nothing and must lie where another study might: it
agrees when it lies in its 95 % prediction interval.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import stdev
from typing import Any

from sim.domain.measures import Difference, RelapseHazardRatio
from sim.domain.targets import Kind, Spread, Target, Targets
from sim.outcomes.measures import Estimate

Row = dict[str, Any]
Z95 = 1.959964
"""Half width of a 95 % interval in standard errors."""
MOST_ERRORS = 4
"""Standard errors by which a fit may differ from what was published."""
LARGEST_ERROR = 0.01
"""A fit is judged only when its standard error is below this."""
EDGE = 0.001
"""Share that stands for 0 (and its complement for 1) where the number of patients is not told."""
HALF = 0.5


class Scale(StrEnum):
    """How a figure is written, and on which scale its errors are about normal."""

    SHARE = "share"
    """Logit."""
    RATIO = "ratio"
    """Logarithm."""
    DIFFERENCE = "difference"
    """As it is."""


@dataclass(frozen=True, slots=True)
class Transform:
    """To the scale on which errors are about normal, back, and the slope of the way there."""

    there: Callable[[float], float]
    back: Callable[[float], float]
    slope: Callable[[float], float]


def _logit(share: float) -> float:
    return math.log(share / (1 - share))


def _expit(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))


TRANSFORMS = {
    Scale.SHARE: Transform(_logit, _expit, lambda share: 1 / (share * (1 - share))),
    Scale.RATIO: Transform(math.log, math.exp, lambda ratio: 1 / ratio),
    Scale.DIFFERENCE: Transform(float, float, lambda _: 1.0),
}


def agreement(targets: Targets, estimates: Mapping[str, Estimate]) -> list[Row]:
    """Return a row for each published figure: what the model gives, and whether that agrees.

    Parameters
    ----------
    targets : Targets
        The published figures.
    estimates : mapping
        Simulated figure by key of its target.

    Returns
    -------
    list of dict
        In the order of the targets: ``target, kind, study, strategy, quantity, scale`` (share, ratio or
        difference), ``published, published_low, published_high`` (its 95 % confidence interval),
        ``low, high`` (of a check its prediction interval, of a fit again the published one; None when there
        is none), ``simulated, se, n_simulated, inside`` (agrees), ``inside_published`` (None without an
        interval), ``source, checked, informs, own_rate, spread, note, miss``. Undefined numbers are nan.

    Raises
    ------
    ValueError
        If a target has no estimate.

    Notes
    -----
    A fit agrees when ``|simulated - published| < 4 se`` and ``se < 0.01``.

    The prediction interval of a check is ``published ± 1.96 sqrt(a² + b² + c²)``, on the logit for shares
    and the logarithm for hazard ratios:

    * a, standard error of the published figure: width of its confidence interval over 2 · 1.96;
    * b, standard deviation between studies: width of the range that holds 95 % of them over 2 · 1.96, or the
      sample standard deviation of their figures; 0 without a spread;
    * c, standard error of the simulated figure, carried to that scale by its slope.

    It is the prediction interval of random-effects meta-analysis [1]_, with the normal in place of Student's
    t, since the spread is given and not estimated from the same studies, and centered on the one published
    figure. Shares of 0 and 1 are moved in by half a patient.

    References
    ----------
    .. [1] Higgins JPT, Thompson SG, Spiegelhalter DJ. A re-evaluation of random-effects meta-analysis.
       J R Stat Soc A 2009;172:137-159. doi:10.1111/j.1467-985X.2008.00552.x
    """
    missing = [key for key in targets.targets if key not in estimates]
    if missing:
        raise ValueError(f"estimates must hold every target, got none for {', '.join(missing)}")
    return [_row(key, targets, estimates[key]) for key in targets.targets]


def totals(rows: Sequence[Row]) -> dict[str, int | float | None]:
    """Return how many fits and checks agree.

    Parameters
    ----------
    rows : sequence of dict
        Rows of `agreement`.

    Returns
    -------
    dict
        ``fits, fits_inside, fits_share, checks, checks_inside, checks_share, checks_inside_published,
        checks_inside_published_share``: numbers of figures and shares of them (None when there are none).
    """
    fits = [row for row in rows if row["kind"] == Kind.FIT]
    checks = [row for row in rows if row["kind"] == Kind.CHECK]
    fits_inside = sum(row["inside"] for row in fits)
    checks_inside = sum(row["inside"] for row in checks)
    inside_published = sum(bool(row["inside_published"]) for row in checks)
    return {
        "fits": len(fits),
        "fits_inside": fits_inside,
        "fits_share": _share(fits_inside, fits),
        "checks": len(checks),
        "checks_inside": checks_inside,
        "checks_share": _share(checks_inside, checks),
        "checks_inside_published": inside_published,
        "checks_inside_published_share": _share(inside_published, checks),
    }


def scale_of(target: Target) -> Scale:
    """Return how the figure of a target is written."""
    if isinstance(target.measure, Difference):
        return Scale.DIFFERENCE
    return Scale.RATIO if isinstance(target.measure, RelapseHazardRatio) else Scale.SHARE


def prediction_interval(target: Target, estimate: Estimate, spread: Spread | None) -> tuple[float, float]:
    """Return the 95 % prediction interval of a check, as `agreement` describes it.

    Parameters
    ----------
    target : Target
        A check, with its confidence interval.
    estimate : Estimate
        The simulated figure; its error is left out where it is undefined.
    spread : Spread or None
        How much such a figure differs between studies.

    Returns
    -------
    tuple of float
        Low and high, on the scale of the figure itself.
    """
    if target.interval is None:
        raise ValueError("target must have an interval, got none")
    scale = scale_of(target)
    transform = TRANSFORMS[scale]
    total = math.sqrt(
        _published_error(target, scale) ** 2
        + _between_studies(spread, scale) ** 2
        + _simulated_error(estimate, scale) ** 2
    )
    middle = transform.there(_moved_in(target.published, scale, target.n))
    return transform.back(middle - Z95 * total), transform.back(middle + Z95 * total)


def _published_error(target: Target, scale: Scale) -> float:
    low, high = (TRANSFORMS[scale].there(_moved_in(end, scale, target.n)) for end in target.interval or ())
    return (high - low) / (2 * Z95)


def _between_studies(spread: Spread | None, scale: Scale) -> float:
    if spread is None:
        return 0.0
    figures = [
        TRANSFORMS[scale].there(_moved_in(figure, scale, None))
        for figure in spread.range or spread.values or ()
    ]
    return (figures[1] - figures[0]) / (2 * Z95) if spread.range else stdev(figures)


def _simulated_error(estimate: Estimate, scale: Scale) -> float:
    if not (math.isfinite(estimate.value) and math.isfinite(estimate.se)):
        return 0.0
    return estimate.se * TRANSFORMS[scale].slope(_moved_in(estimate.value, scale, estimate.n))


def _moved_in(figure: float, scale: Scale, n: int | None) -> float:
    """Move a figure to where its scale is defined: a share by half a patient, a ratio to a small number."""
    if scale is Scale.DIFFERENCE:
        return figure
    edge = HALF / n if n and n > 1 else EDGE
    if scale is Scale.RATIO:
        return figure if figure > 0 else edge
    return edge if figure <= 0 else 1 - edge if figure >= 1 else figure


def _row(key: str, targets: Targets, estimate: Estimate) -> Row:
    target = targets.targets[key]
    published_low, published_high = target.interval or (None, None)
    if target.kind is Kind.FIT:
        low, high = published_low, published_high
        inside = (
            abs(estimate.value - target.published) < MOST_ERRORS * estimate.se and estimate.se < LARGEST_ERROR
        )
    else:
        low, high = prediction_interval(
            target, estimate, None if target.spread is None else targets.spreads[target.spread]
        )
        inside = low <= estimate.value <= high
    return {
        "target": key,
        "kind": target.kind.value,
        "study": target.study,
        "strategy": target.strategy,
        "quantity": target.quantity,
        "scale": scale_of(target).value,
        "published": target.published,
        "published_low": published_low,
        "published_high": published_high,
        "low": low,
        "high": high,
        "simulated": estimate.value,
        "se": estimate.se,
        "n_simulated": estimate.n,
        "inside": bool(inside),
        "inside_published": _lies_in(estimate.value, target.interval),
        "source": target.source,
        "checked": target.checked,
        "informs": list(target.informs),
        "own_rate": target.own_rate,
        "spread": target.spread,
        "note": target.note,
        "miss": target.miss,
    }


def _lies_in(figure: float, interval: tuple[float, float] | None) -> bool | None:
    return None if interval is None else bool(interval[0] <= figure <= interval[1])


def _share(count: int, rows: Sequence[Row]) -> float | None:
    return count / len(rows) if rows else None
