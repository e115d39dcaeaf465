"""Tell an exercise: why an answer holds, and what was simulated for it as a table."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from sim.analysis.judging import BOTTLENECK, Figure, Seen
from sim.domain.lessons import Exercise
from sim.report.numbers import NOTHING, days, share
from sim.report.tables import DOES, WORTH, Table
from sim.scenario_io.lessons import MINE, moved_arm

CHANGE, INTERVAL = "change", "interval"
_OF_ARMS = {
    name: (heading, form) for name, heading, form in (*DOES, *WORTH) if not name.startswith("incremental")
}
FORMS: dict[str, tuple[str, Callable[[float], str]]] = _OF_ARMS | {
    "relapse_free_6m": ("Relapse-free 6 m", share),
    "sessions_per_starter": ("Sessions per starter", lambda value: f"{value:.1f}"),
    "depression_free_days": ("Days well", days),
}
"""Columns an exercise may use: heading and format."""
_PLACE = re.compile(r"\{(\w+)\.(\w+)(?::(\w+))?\}")


def why(exercise: Exercise, found: Seen) -> str:
    """Return the feedback with its figures filled in.

    Parameters
    ----------
    exercise : Exercise
        The exercise.
    found : Seen
        What was simulated.

    Returns
    -------
    str
        Sentences.
    """

    def filled(place: re.Match[str]) -> str:
        arm, name, form = place.groups()
        if name == BOTTLENECK:
            key = found.bottlenecks[arm]
            return "nothing that is full" if key is None else found.resources[key]
        write = FORMS[name][1]
        if form == CHANGE:
            return _interval(found.changes[arm].get(name), write)
        if form == INTERVAL:
            return _interval(found.figures[arm][name], write)
        return _written(found.figures[arm][name].value, write)

    return _PLACE.sub(filled, exercise.why)


def _interval(figure: Figure | None, write: Callable[[float], str]) -> str:
    if figure is None:
        return write(0.0)
    value, low, high = (_written(one, write) for one in (figure.value, figure.low, figure.high))
    return f"{value} ({low} to {high})"


def _written(value: float | None, write: Callable[[float], str]) -> str:
    return NOTHING if value is None or not math.isfinite(value) else write(value)


def table_of(exercise: Exercise, found: Seen, moved: float | None = None) -> Table:
    """Return what was simulated as a table of text, an arm a row.

    Parameters
    ----------
    exercise : Exercise
        The exercise.
    found : Seen
        What was simulated.
    moved : float, optional
        Where the reader put the lever.

    Returns
    -------
    Table
        Means over replications.
    """
    arms: dict[str, Any] = dict(exercise.arms)
    if moved is not None:
        arms[MINE] = moved_arm(exercise, moved)
    rows = tuple(
        (arm.label, *(_written(found.figures[key][name].value, FORMS[name][1]) for name in exercise.shown))
        for key, arm in arms.items()
        if key in found.figures
    )
    header = ("Simulated", *(FORMS[name][0] for name in exercise.shown))
    return Table(exercise.title, header, rows, notes=(_basis(exercise),))


def _basis(exercise: Exercise) -> str:
    return (
        f"Means of {exercise.replications} replications; per referred person, responders for relapse, "
        "starters for response and sessions; costs and QALYs discounted. All arms meet the same people with "
        "the same luck."
    )
