"""In what the results of one scenario differ between two stored runs, and whether chance could explain it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.measured import Measured, Values
from sim.analysis.precision import (
    ROUNDING,
    FloatArray,
    half_width,
    half_width_apart,
    mean_and_error,
    plain,
    ratio_difference,
    ratio_error,
    ratio_of_means,
)
from sim.domain.column_meanings import CLINICAL, SUMMARY

Row = dict[str, Any]
MOST_IMPORTANT = (
    "status", "nmb", "incremental_nmb", "cost", "incremental_cost", "qaly", "incremental_qaly", "icer",
    "icer_versus", "response_share", "remission_share",
)  # fmt: skip
"""Columns that are told first; the others follow in the order of a comparison."""
_ORDER = {name: rank for rank, name in enumerate(dict.fromkeys((*MOST_IMPORTANT, *SUMMARY, *CLINICAL)))}
_CLEARNESS = (True, None, False)
_NOTHING = dict.fromkeys(("old_se", "new_se", "difference", "se", "low", "high", "is_paired", "is_clear"))


def why_not_paired(old: Measured, new: Measured) -> str | None:
    """Say why values of two runs do not belong together one by one; None when they do.

    Parameters
    ----------
    old, new : Measured
        The same scenario in both runs.

    Returns
    -------
    str or None
        Runs of the same seed, patients and numbers of replications (or draws) meet the same patients with the
        same luck (common random numbers).
    """
    for what, before, now in (
        ("seeds", old.seed, new.seed),
        ("patients", old.n_patients, new.n_patients),
        ("replications of a draw", old.n_inner, new.n_inner),
    ):
        if before != now:
            return f"{what} differ ({before} and {now})"
    if not np.array_equal(old.numbers, new.numbers):
        first, second = (f"{side.numbers.min()} to {side.numbers.max()}" for side in (old, new))
        return f"{new.unit}s differ ({first}, and {second})"
    return None


def changed_rows(scenario: str, old: Measured, new: Measured) -> tuple[list[Row], int]:
    """Return the results that differ, the most important first, and how many were compared.

    Parameters
    ----------
    scenario : str
        Name of the scenario, for the rows.
    old, new : Measured
        The same scenario in both runs.

    Returns
    -------
    rows : list of dict
        Keys ``scenario, strategy, column``; ``old, new`` with ``old_se, new_se``; ``difference`` (new less
        old) with its standard error ``se`` and 95 % interval ``low, high``; ``is_paired``, and ``is_clear``:
        True if the interval excludes zero. None where undefined, such as the error of words or of an ICER.
    n_compared : int
        Results of strategies that both runs have, changed or not.

    Notes
    -----
    Where replications belong together, and a column is defined in the same ones, the difference is that of
    each replication and its error that of their mean. Else both means count as independent, with the root of
    the sum of both squared errors; between runs that share some luck that is too large, never too small, as
    long as equal luck moves both the same way.
    """
    is_paired = why_not_paired(old, new) is None
    rows, n_compared = [], 0
    for strategy in new.strategies:
        if strategy not in old.strategies:
            continue
        places = old.strategies.index(strategy), new.strategies.index(strategy)
        for name in new.values:
            if name in old.values:
                n_compared += 1
                pair = _at(old.values[name], places[0]), _at(new.values[name], places[1])
                if not _is_same(*pair):
                    rows.append(_key(scenario, strategy, name) | _difference(*pair, is_paired=is_paired))
        for name in new.told:
            n_compared += 1
            told = old.told[name][places[0]], new.told[name][places[1]]
            if told[0] != told[1]:
                rows.append(_key(scenario, strategy, name) | _told(*told))
    return sorted(rows, key=_importance), n_compared


def _importance(row: Row) -> tuple[int, int, float]:
    """Return what rows are sorted by: words, then what chance cannot explain, by column and size."""
    of_words = row["difference"] is None and isinstance(row["new"], str)
    clear = -1 if of_words else _CLEARNESS.index(row["is_clear"])
    rank = _ORDER.get(row["column"], _ORDER.get(row["column"].removesuffix("_base"), len(_ORDER)))
    return clear, rank, -abs(row["difference"] or 0.0)


def _key(scenario: str, strategy: str, column: str) -> Row:
    return {"scenario": scenario, "strategy": strategy, "column": column, "old": None, "new": None} | _NOTHING


def _at(values: Values, place: int) -> Values:
    """Return the values of one strategy."""
    return Values(values.amount[place], None if values.among is None else values.among[place])


def _is_same(old: Values, new: Values) -> bool:
    if old.among is not None and np.isnan([_mean(values)[0] for values in (old, new)]).all():
        return True
    return all(
        _are_equal(before, now)
        for before, now in ((old.amount, new.amount), (old.among, new.among))
        if before is not None and now is not None
    )


def _are_equal(old: FloatArray, new: FloatArray) -> bool:
    """Tell whether values are the same one by one, or one constant in different numbers of replications."""
    if old.shape == new.shape:
        return np.array_equal(old, new, equal_nan=True)
    together = np.concatenate([old, new])
    return bool(np.isnan(together).all() or (together == together[0]).all())


def _told(old: object, new: object) -> Row:
    """Return a result without an error."""
    row: Row = {"old": old, "new": new}
    if isinstance(old, float) and isinstance(new, float):
        row["difference"] = new - old
    return row


def _difference(old: Values, new: Values, *, is_paired: bool) -> Row:
    (before, before_error), (now, now_error) = _mean(old), _mean(new)
    known = _known(old), _known(new)
    paired = is_paired and np.array_equal(*known)
    counts = int(known[0].sum()), int(known[1].sum())
    difference = now - before
    if paired:
        error = _paired_error(old, new)
        half = half_width(error, counts[0])
    else:
        error = np.hypot(before_error, now_error)
        half = half_width_apart(before_error, counts[0], now_error, counts[1])
    reach = max(float(half), ROUNDING * max(abs(float(before)), abs(float(now))))
    is_known = np.isfinite(difference) and np.isfinite(half)
    numbers = {
        "old": before, "old_se": before_error, "new": now, "new_se": now_error, "difference": difference,
        "se": error, "low": difference - half, "high": difference + half,
    }  # fmt: skip
    return {name: plain(number) for name, number in numbers.items()} | {
        "is_paired": paired,
        "is_clear": bool(abs(difference) > reach) if is_known else None,
    }


def _mean(values: Values) -> tuple[FloatArray, FloatArray]:
    if values.among is None:
        return mean_and_error(values.amount)
    return ratio_of_means(values.amount, values.among), ratio_error(values.amount, values.among)


def _paired_error(old: Values, new: Values) -> FloatArray:
    if old.among is None or new.among is None:
        return mean_and_error(new.amount - old.amount)[1]
    return ratio_difference(new.amount, new.among, old.amount, old.among)[1]


def _known(values: Values) -> NDArray[np.bool_]:
    return ~np.isnan(values.amount if values.among is None else values.amount + values.among)


def n_clear(rows: Sequence[Mapping[str, Any]]) -> int:
    """Return how many differences are beyond chance."""
    return sum(row["is_clear"] is True for row in rows)
