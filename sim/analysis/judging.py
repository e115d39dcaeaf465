"""Judge an exercise: what was simulated for it, and which of its answers holds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sim.analysis.capacity import capacity_rows
from sim.analysis.changed_results import changed_rows
from sim.analysis.measured import Measured, measured_run
from sim.analysis.precision import half_width, mean_and_error, plain
from sim.domain.lessons import Answer, Exercise, Share
from sim.errors import AnalysisError
from sim.results import Results
from sim.scenario_io.lessons import ARM

BOTTLENECK = "bottleneck"
"""Column of capacity that names a resource."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean over replications.

    Parameters
    ----------
    value, low, high : float or None
        Mean and the ends of its 95 % interval; None where undefined.
    """

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Seen:
    """What was simulated for an exercise.

    Parameters
    ----------
    figures : dict
        By arm and column.
    changes : dict
        By arm and column, the paired difference to the first arm.
    is_clear : dict
        By arm and column, whether chance is ruled out.
    bottlenecks : dict
        By arm, a resource or None.
    resources : dict
        Plain name by resource.
    """

    figures: Mapping[str, Mapping[str, Figure]]
    changes: Mapping[str, Mapping[str, Figure]]
    is_clear: Mapping[str, Mapping[str, bool]]
    bottlenecks: Mapping[str, str | None]
    resources: Mapping[str, str]


def split(results: Results, arms: Iterable[str]) -> dict[str, Results]:
    """Return the results of each arm."""
    return {key: results.only(key, [ARM]) for key in arms}


def seen(exercise: Exercise, results: Mapping[str, Results]) -> Seen:
    """Return the figures that an exercise is about.

    Parameters
    ----------
    exercise : Exercise
        The exercise.
    results : mapping
        Results by arm, of `scenarios_of`.

    Returns
    -------
    Seen
        Figures, differences and bottlenecks.
    """
    found = {key: measured_run(part, key) for key, part in results.items()}
    first = found[next(iter(exercise.arms))]
    changes: dict[str, dict[str, Figure]] = {}
    clear: dict[str, dict[str, bool]] = {}
    for key, measured in found.items():
        rows = {row["column"]: row for row in changed_rows(key, first, measured)[0]}
        changes[key] = {
            name: Figure(row["difference"], row["low"], row["high"]) for name, row in rows.items()
        }
        clear[key] = {name: row["is_clear"] is True for name, row in rows.items()}
    capacities = {key: capacity_rows(part, scenario=key) for key, part in results.items()}
    return Seen(
        figures={key: _figures(measured) for key, measured in found.items()},
        changes=changes,
        is_clear=clear,
        bottlenecks={key: rows[0][BOTTLENECK] if rows else None for key, rows in capacities.items()},
        resources=next(iter(results[key].settings[key].resources for key in results)),
    )


def _figures(measured: Measured) -> dict[str, Figure]:
    figures = {}
    for name, one in measured.values.items():
        mean, error = mean_and_error(one.amount[0])
        half = half_width(error, len(measured.numbers))
        figures[name] = Figure(plain(mean), plain(mean - half), plain(mean + half))
    return figures


def right_answer(exercise: Exercise, found: Seen) -> int:
    """Return the position of the answer that holds.

    Parameters
    ----------
    exercise : Exercise
        The exercise.
    found : Seen
        What was simulated.

    Returns
    -------
    int
        Position in ``exercise.answers``.

    Raises
    ------
    AnalysisError
        If none or several hold, or what its words take for granted is not so.
    """
    for one in exercise.premise:
        less, more = (_value(found, arm, one.of) for arm in (one.less, one.more))
        if not less < more:
            raise AnalysisError(
                f"exercise '{exercise.title}': {one.of} of {one.less} must be below that of {one.more}, got "
                f"{less:g} and {more:g}; change its words"
            )
    right = [place for place, answer in enumerate(exercise.answers) if _holds(exercise, answer, found)]
    if len(right) != 1:
        raise AnalysisError(
            f"exercise '{exercise.title}': exactly one answer must hold, got {len(right)}; "
            "the scenario no longer fits the question"
        )
    return right[0]


def _holds(exercise: Exercise, answer: Answer, found: Seen) -> bool:
    holds, arms = answer.holds, list(exercise.arms)
    checks = [_is_so(_changed(found, arms[1], name), how) for name, how in holds.change.items()]
    checks += [_is_between(found, one) for one in holds.between]
    checks += [_overlap(found, arms, name) == whether for name, whether in holds.overlap.items()]
    if holds.best is not None:
        checks.append(_best(exercise, found) == holds.best)
    if holds.bottleneck is not None:
        checks.append(found.bottlenecks[arms[0]] == holds.bottleneck)
    if holds.first_above is not None:
        values = {key: _value(found, key, exercise.by) for key in arms}
        above = [key for key in arms[1:] if values[key] > values[arms[0]]]
        checks.append((above[0] if above else arms[0]) == holds.first_above)
    return bool(checks) and all(checks)


def _value(found: Seen, arm: str, name: str) -> float:
    value = found.figures[arm][name].value
    return math.nan if value is None else value


def _changed(found: Seen, arm: str, name: str) -> str:
    if not found.is_clear[arm].get(name, False):
        return "unclear"
    return "more" if (found.changes[arm][name].value or 0) > 0 else "less"


def _is_so(change: str, how: str) -> bool:
    return change != "less" if how == "not_less" else change == how


def _is_between(found: Seen, wanted: Share) -> bool:
    value = _value(found, wanted.arm, wanted.of)
    if wanted.to is not None:
        value /= _value(found, wanted.arm, wanted.to)
    low = -math.inf if wanted.low is None else wanted.low
    return low <= value < (math.inf if wanted.high is None else wanted.high)


def _overlap(found: Seen, arms: list[str], name: str) -> bool:
    ends = [(found.figures[key][name].low, found.figures[key][name].high) for key in arms[:2]]
    lows, highs = [low for low, _ in ends if low is not None], [high for _, high in ends if high is not None]
    return len(lows) == len(highs) == len(ends) and max(lows) <= min(highs)


def _best(exercise: Exercise, found: Seen) -> str:
    """Return the arm with the best value among those that an answer names."""
    named = [answer.holds.best for answer in exercise.answers if answer.holds.best is not None]
    choose = min if exercise.lowest else max
    return choose(named, key=lambda key: _value(found, key, exercise.by))
