"""Targets that a staffing must meet, such as a longest wait, and how surely it meets them."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.precision import FloatArray, mean_and_error
from sim.domain.cross_checks import not_found
from sim.errors import ScenarioError
from sim.results import CLINICAL_VALUES

WAIT = "median_wait_days"
"""Column told when no target names a wait."""
WAIT_WORD = "_wait_days"
TARGET = re.compile(r"\s*(\w+)\s*(<=|>=|<|>)\s*(\S+)\s*")
RELATIONS: dict[str, Callable[[Any, float], Any]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}
OPTION = "--target"
SHARE_WORD = "_share"
BETTER_HIGH = re.compile(r"(started|response|remission)_share|relapse_free_\w+|depression_free_days")
BETTER_LOW = re.compile(
    r"\w*(_wait_days|_delay_days|_wait_median_days|_wait_p90_days|_to_start_\w+_days|_overdue_days)"
    r"|\w+_(over_target|left|late)_share|left_before_start_share|\w+_relapses_per_100|waiting_qaly_loss"
    r"|median_days_to_response|(dropout|missed|death|suicide|stopped_for_harm)_share"
)
SIGNED = frozenset(
    {"excess_relapses_per_100", "waiting_qaly_loss", "session_delay_days", "maintenance_delay_days"}
)
"""Differences, which may lie below 0."""


@dataclass(frozen=True, slots=True)
class Target:
    """A bound on a clinical result, averaged over replications.

    Parameters
    ----------
    column : str
        One of `sim.results.CLINICAL_VALUES`.
    relation : str
        ``<=``, ``>=``, ``<`` or ``>``.
    bound : float
        In the unit of the column.
    """

    column: str
    relation: str
    bound: float

    def __str__(self) -> str:
        return f"{self.column} {self.relation} {self.bound:g}"

    def is_met(self, values: FloatArray) -> NDArray[np.bool_]:
        """Tell which values meet the target; an undefined one does not."""
        return np.asarray(RELATIONS[self.relation](values, self.bound))

    def is_met_on_average(self, values: FloatArray) -> bool:
        """Tell whether the mean over replications meets the target; false where one is undefined."""
        return bool(self.is_met(np.asarray(np.mean(values))))

    def shortfall(self, values: FloatArray) -> FloatArray:
        """Return how far each value lies on the wrong side of the bound, below 0 on the right side."""
        return np.asarray(values - self.bound if self.relation.startswith("<") else self.bound - values)


def read_targets(texts: Sequence[str]) -> list[Target]:
    """Read targets such as ``median_wait_days<=14``.

    Parameters
    ----------
    texts : sequence of str
        As typed.

    Returns
    -------
    list of Target
        In the given order.

    Raises
    ------
    ScenarioError
        If a text is no target; tells every mistake.
    """
    targets, mistakes = [], []
    for text in texts:
        target = _read(text)
        if isinstance(target, Target):
            targets.append(target)
        else:
            mistakes.append(target)
    if mistakes:
        raise ScenarioError("\n".join(mistakes))
    return targets


def _read(text: str) -> Target | str:
    """Return a target, or what is wrong with it."""
    match = TARGET.fullmatch(text)
    if match is None:
        return f"{OPTION}: must be like '{WAIT}<=14', got '{text}'"
    column, relation, number = match.groups()
    if column not in CLINICAL_VALUES:
        return f"{OPTION}: {not_found(column, 'clinical result', CLINICAL_VALUES)}; {target_columns()}"
    try:
        bound = float(number)
    except ValueError:
        return f"{OPTION}: {column} must be compared with a number, got '{number}'"
    if not math.isfinite(bound):
        return f"{OPTION}: {column} must be compared with a finite number, got '{number}'"
    target = Target(column, relation, bound)
    return _senseless(target) or target


def _senseless(target: Target) -> str | None:
    """Return what is wrong with a target that more staff cannot serve, or that no value can meet."""
    column, wanted = target.column, direction(target.column)
    if wanted is not None and not target.relation.startswith(wanted):
        better = "low" if wanted == "<" else "high"
        return f"{OPTION}: {column} is better {better}, so it must be {wanted}= a number, got '{target}'"
    is_share = column.endswith(SHARE_WORD)
    if is_share and not 0 <= target.bound <= 1:
        return f"{OPTION}: {column} must be compared with a share from 0 to 1, got '{target}'"
    if wanted == "<" and column not in SIGNED and target.bound < 0:
        return f"{OPTION}: {column} is never below 0, got '{target}'"
    return None


def direction(column: str) -> str | None:
    """Return on which side of a bound a clinical result should lie.

    Parameters
    ----------
    column : str
        One of `sim.results.CLINICAL_VALUES`.

    Returns
    -------
    str or None
        ``<`` for what is better low, ``>`` for what is better high; None where neither is clear.
    """
    if BETTER_HIGH.fullmatch(column):
        return ">"
    return "<" if BETTER_LOW.fullmatch(column) else None


def target_columns() -> str:
    """Return the columns that can be targets, grouped by the side on which they should lie."""
    groups = (("better low (<=)", "<"), ("better high (>=)", ">"), ("either way", None))
    return "; ".join(
        f"{words}: {', '.join(column for column in CLINICAL_VALUES if direction(column) == wanted)}"
        for words, wanted in groups
    )


def wait_column(targets: Sequence[Target]) -> str:
    """Return the wait that is told: that of the first target on a wait, else the median one."""
    return next((target.column for target in targets if target.column.endswith(WAIT_WORD)), WAIT)


def is_clear_miss(target: Target, values: FloatArray) -> bool:
    """Tell whether a few replications show that a target is missed, so that more need not run.

    Parameters
    ----------
    target : Target
        What should be met.
    values : ndarray, shape (n_replications,)
        Values of at least two replications.

    Returns
    -------
    bool
        True when every replication misses it and the mean by more than two standard errors.
    """
    if target.is_met(values).any():
        return False
    mean, error = mean_and_error(target.shortfall(values))
    return bool(np.isnan(values).all() or mean > 2 * error)


def target_row(target: Target, values: FloatArray) -> dict[str, Any]:
    """Return how surely a target is met.

    Parameters
    ----------
    target : Target
        What should be met.
    values : ndarray, shape (n_replications,)
        Value in each replication.

    Returns
    -------
    dict
        Keys ``target, column, relation, bound, value, se, is_met, share_met`` (of replications) and
        ``chance_met``: the chance that the mean of endless replications meets it, from Student's
        distribution; None where undefined.
    """
    mean, error = (float(number) for number in mean_and_error(values))
    return {
        "target": str(target),
        "column": target.column,
        "relation": target.relation,
        "bound": target.bound,
        "value": None if math.isnan(mean) else mean,
        "se": None if math.isnan(error) else error,
        "is_met": target.is_met_on_average(values),
        "share_met": float(target.is_met(values).mean()),
        "chance_met": _chance(target, values),
    }


def _chance(target: Target, values: FloatArray) -> float | None:
    from scipy.special import stdtr  # noqa: PLC0415

    mean, error = mean_and_error(target.shortfall(values))
    if np.isnan(values).any() or np.isnan(error):
        return None
    if error == 0:
        return float(target.is_met_on_average(values))
    return float(stdtr(len(values) - 1, -mean / error))
