"""What capacity is worth: paired differences between staffings, what binds, and the bottleneck.

Every staffing of a replication meets the same patients and the same luck, so differences are taken
within a replication. Money and health are those of the whole programme, per year that it is kept open.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.analysis.precision import FloatArray, mean_and_error

COVERAGE = 0.95
NEGLIGIBLE = 1e-6
"""Differences up to this size are rounding: nothing changed."""
PAID_HOURS, IDLE_HOURS = "paid hours", "idle hours"
"""What is set against the value of one more: all its paid hours, or the idle hours it adds."""
Row = dict[str, Any]
Together = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Use:
    """How much of a resource with a limit was used.

    Parameters
    ----------
    used_minutes, offered_minutes : float
        Over the whole run.
    peak_utilization : float
        In the busiest week; 0 when it never opens.
    full_weeks : int
        Weeks in which it is nearly full.
    peak_minutes : float
        Minutes used in the busiest week.
    """

    used_minutes: float
    offered_minutes: float
    peak_utilization: float
    full_weeks: int
    peak_minutes: float

    @property
    def utilization(self) -> float:
        """Share of the minutes offered that were used."""
        return self.used_minutes / self.offered_minutes if self.offered_minutes else 0.0


@dataclass(frozen=True, slots=True)
class Measurement:
    """What one staffing gives in one replication.

    Parameters
    ----------
    clinical : mapping
        Clinical columns by name.
    cost : float
        Equivalent annual cost of the programme in the chosen perspective, without the paid hours of
        resources with a limit [currency/year].
    qaly : float
        Equivalent annual QALYs [1/year].
    hours_in_prices : float
        Equivalent annual cost of the paid hours that ``cost`` holds all the same: prices of care pay for
        the hours used; 0 in the programme perspective, which counts no prices [currency/year].
    use : mapping
        By resource with a limit; of one without, with nothing offered.
    n_days : int
        Days from day 0 to the end of follow-up of the last patient.
    """

    clinical: Mapping[str, float]
    cost: float
    qaly: float
    hours_in_prices: float
    use: Mapping[str, Use]
    n_days: int


Measurements = Sequence[Measurement]


def clinical_values(measurements: Measurements, column: str) -> FloatArray:
    """Return a clinical column by replication."""
    return np.array([measurement.clinical[column] for measurement in measurements])


def fullness(measurements: Measurements, resource: str) -> tuple[float, float]:
    """Return weeks in which a resource is nearly full and its utilization, means over replications."""
    uses = [measurement.use[resource] for measurement in measurements]
    return (
        math.fsum(use.full_weeks for use in uses) / len(uses),
        math.fsum(use.utilization for use in uses) / len(uses),
    )


def benefit_gained(less: Measurements, more: Measurements, wtp: float) -> FloatArray:
    """Return the net monetary benefit of the larger staffing over the smaller by replication, a year.

    Parameters
    ----------
    less, more : sequence of Measurement
        The same replications under two staffings.
    wtp : float
        Willingness to pay [currency/QALY].

    Returns
    -------
    ndarray, shape (n_replications,)
        Without what the staffing itself costs [currency/year].
    """
    return wtp * _difference(less, more, "qaly") - _difference(less, more, "cost")


def value_row(less: Measurements, more: Measurements, *, wtp: float, wait: str, cost_of_unit: float) -> Row:
    """Return what a larger staffing is worth a year.

    Parameters
    ----------
    less, more : sequence of Measurement
        The same replications under two staffings.
    wtp : float
        Willingness to pay [currency/QALY].
    wait : str
        Clinical column of the wait that is told.
    cost_of_unit : float
        What the paid hours of the larger staffing cost more [currency/year].

    Returns
    -------
    dict
        ``value`` (net monetary benefit without the unit's own cost), ``saving``, ``qaly`` and
        ``wait_change``, each with its standard error (``se`` for that of the value); ``is_clear`` and
        ``shortens_wait`` tell whether value and wait differ from 0 beyond chance; ``cost_of_unit``;
        ``cost_besides`` (what of it the value does not hold already), ``net_value`` (what is left of the
        value after it) and their errors; ``pays`` and ``loses`` (the net value is above, below 0 beyond
        chance). None where undefined.

    Notes
    -----
    Nothing is counted twice. A price of care pays for the hours that a session uses, so outside the
    programme perspective ``cost_besides`` is the cost of the idle hours added: the unit's own, less
    those of the other resources that its sessions fill. In the programme perspective it is all of
    ``cost_of_unit``.
    """
    value = benefit_gained(less, more, wtp)
    days = -days_gained(less, more, wait)
    besides = cost_of_unit - _difference(less, more, "hours_in_prices")
    net_value = value - besides
    parts = {
        "saving": -_difference(less, more, "cost"),
        "qaly": _difference(less, more, "qaly"),
        "wait_change": days,
        "cost_besides": besides,
        "net_value": net_value,
    }
    row: Row = {"value": _known(value)[0], "se": _known(value)[1]}
    for name, values in parts.items():
        row[name], row[f"{name}_se"] = _known(values)
    return row | {
        "is_clear": is_clear(value),
        "shortens_wait": is_clear(days) and float(days.mean()) < 0,
        "cost_of_unit": cost_of_unit,
        "pays": is_above(net_value),
        "loses": is_above(-net_value),
    }


def joint_row(
    base: Measurements, alone: Mapping[str, Measurements], both: Measurements, *, wtp: float, wait: str
) -> Row:
    """Return how much more several resources are worth together than apart.

    Parameters
    ----------
    base : sequence of Measurement
        Staffing without any of them.
    alone : mapping
        One more of each resource, by resource.
    both : sequence of Measurement
        One more of all of them.
    wtp : float
        Willingness to pay [currency/QALY].
    wait : str
        Clinical column of the wait that is told.

    Returns
    -------
    dict
        ``apart`` (sum of the values of each alone), ``more_than_apart`` and its error;
        ``binds_together``: together they are worth something beyond chance, each alone is not, and the
        difference is beyond chance too; ``waits_together``: the same of the wait that they shorten.
    """
    singles = [benefit_gained(base, more, wtp) for more in alone.values()]
    together = benefit_gained(base, both, wtp)
    apart = np.sum(singles, axis=0)
    surplus = together - apart
    return {
        "apart": _known(apart)[0],
        "more_than_apart": _known(surplus)[0],
        "more_than_apart_se": _known(surplus)[1],
        "binds_together": _only_together(together, singles),
        "waits_together": _only_together(
            days_gained(base, both, wait), [days_gained(base, more, wait) for more in alone.values()]
        ),
    }


def days_gained(less: Measurements, more: Measurements, wait: str) -> FloatArray:
    """Return the days by which the larger staffing shortens the wait, by replication."""
    gained: FloatArray = clinical_values(less, wait) - clinical_values(more, wait)
    return gained


def gains(less: Measurements, more: Measurements, *, wtp: float, wait: str) -> tuple[bool, bool]:
    """Tell whether the larger staffing is worth more, and whether it shortens the wait, beyond chance."""
    return is_above(benefit_gained(less, more, wtp)), is_above(days_gained(less, more, wait))


def _only_together(together: FloatArray, singles: Sequence[FloatArray]) -> bool:
    surplus = together - np.sum(singles, axis=0)
    return is_above(together) and is_above(surplus) and not any(is_above(single) for single in singles)


def bottleneck(rows: Mapping[str, Row], joint: Sequence[Row]) -> Row:
    """Name what holds the programme back.

    Parameters
    ----------
    rows : mapping
        By resource, from `value_row`.
    joint : sequence of dict
        Rows of `joint_row` with ``resources`` and ``value``.

    Returns
    -------
    dict
        ``bottleneck`` (a resource or None), ``bottleneck_by`` and ``bottleneck_together`` (resources that
        bind together, or None). By ``value``: the resource whose extra unit is worth most, beyond
        chance. Else by ``value together``: those that only together are worth something. Else by ``wait``
        or ``wait together``: more shortens the wait most, but is worth nothing beyond chance.
        ``shortens_wait_most`` and ``shortens_wait_most_for_hours``: the resource whose extra unit shortens
        the wait most, and most for each unit of money paid for its hours, beyond chance; else None.
    """
    worth = {key: row for key, row in rows.items() if row["is_clear"] and row["value"] > 0}
    waits = {key: row for key, row in rows.items() if row["shortens_wait"]}
    paired = [row for row in joint if row["binds_together"]]
    waiting = [row for row in joint if row["waits_together"]]
    named, by = None, None
    if worth:
        named, by = max(worth, key=lambda key: float(worth[key]["value"])), "value"
    elif paired:
        by = "value together"
    elif waits:
        named, by = min(waits, key=lambda key: float(waits[key]["wait_change"])), "wait"
    elif waiting:
        by = "wait together"
    together = max(paired, key=lambda row: float(row["value"])) if paired else None
    if together is None and waiting:
        together = min(waiting, key=lambda row: float(row["wait_change"]))
    return {
        "bottleneck": named,
        "bottleneck_by": by,
        "bottleneck_together": together and together["resources"],
        "shortens_wait_most": min(waits, key=lambda key: float(waits[key]["wait_change"]), default=None),
        "shortens_wait_most_for_hours": max(waits, key=lambda key: _days_for_money(waits[key]), default=None),
    }


def _days_for_money(row: Row) -> float:
    """Return the days by which one more shortens the wait for each unit of money its hours cost."""
    shorter, cost = -float(row["wait_change"]), float(row["cost_of_unit"])
    return shorter / cost if cost > 0 else math.inf


def is_clear(differences: FloatArray) -> bool:
    """Tell whether the mean of paired differences is other than 0 beyond chance (95 % interval)."""
    from scipy.special import stdtrit  # noqa: PLC0415

    mean, error = mean_and_error(differences)
    if np.isnan(differences).any() or np.isnan(error) or abs(mean) <= NEGLIGIBLE:
        return False
    return bool(abs(mean) > error * stdtrit(len(differences) - 1, (1 + COVERAGE) / 2))


def is_above(differences: FloatArray) -> bool:
    """Tell whether the mean of paired differences is above 0 beyond chance."""
    return is_clear(differences) and float(differences.mean()) > 0


def _difference(less: Measurements, more: Measurements, name: str) -> FloatArray:
    pairs = zip(less, more, strict=True)
    return np.array([getattr(large, name) - getattr(small, name) for small, large in pairs])


def _known(values: FloatArray) -> tuple[float | None, float | None]:
    """Return mean and error; None where undefined, 0 where only rounding is left."""
    if np.isnan(values).any():
        return None, None
    mean, error = (float(number) for number in mean_and_error(values))
    settled = 0.0 if abs(mean) <= NEGLIGIBLE else mean
    if math.isnan(error):
        return settled, None
    return settled, 0.0 if error <= NEGLIGIBLE else error
