"""Published figures placed on the curves of the model: which line each lies on, and on which day."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sim.domain.measures import Among, RelapseBy, ScoreAt
from sim.domain.targets import Kind, Targets
from sim.outcomes.study_curves import CourseDays, Line, day_of, is_remission, line_of
from sim.report.numbers import days as days_text
from sim.report.validation import Row, published_text, simulated_text

AMONG = {
    Among.STARTERS: "all who started",
    Among.ASSESSED: "those who completed",
    Among.RESPONDERS: "responders",
    Among.REMITTERS: "responders in remission",
    Among.SHORT_OF_REMISSION: "responders short of remission",
}


@dataclass(frozen=True, slots=True)
class Placed:
    """A published figure on a line.

    Parameters
    ----------
    row : mapping
        The figure, from `sim.report.validation.validation_content`.
    line : ScoreAt or RelapseBy
        Line it lies on.
    day : float
        Where on that line.
    """

    row: Row
    line: Line
    day: float

    @property
    def interval(self) -> tuple[float, float] | None:
        """Confidence interval of the figure."""
        low, high = self.row["published_low"], self.row["published_high"]
        return None if low is None or high is None else (low, high)

    @property
    def is_fit(self) -> bool:
        """True when the figure solved a parameter."""
        return bool(self.row["kind"] == Kind.FIT)

    @property
    def text(self) -> str:
        """The figure in words, for those who do not see it."""
        return (
            f"day {days_text(self.day)}, {self.row['quantity']}: published {published_text(self.row)}, "
            f"simulated {simulated_text(self.row)}"
        )


def placed_figures(
    targets: Targets, rows: Iterable[Row], days: Mapping[str, CourseDays]
) -> dict[str, list[Placed]]:
    """Return the figures of one study that lie on a line.

    Parameters
    ----------
    targets : Targets
        Published figures, for their measures.
    rows : iterable of mapping
        Figures of the study.
    days : mapping
        When the first course of each strategy reaches its moments.

    Returns
    -------
    dict
        By strategy, in the order of the rows.
    """
    found: dict[str, list[Placed]] = {}
    for row in rows:
        measure, strategy = targets.targets[row["target"]].measure, row["strategy"]
        line = line_of(measure)
        if line is None or strategy not in days:
            continue
        day = day_of(measure, days[strategy])
        if not math.isnan(day):
            found.setdefault(strategy, []).append(Placed(row, line, day))
    return found


def share_name(line: ScoreAt) -> str:
    """Return what a share by score counts.

    Examples
    --------
    >>> from sim.domain.measures import Criterion
    >>> share_name(ScoreAt(what="score_at", among="starters", criterion=Criterion(score=12), days=0))
    'remission (12 or less)'
    """
    criterion = line.criterion
    if is_remission(criterion):
        return f"remission ({criterion.score:g} or less)"
    return f"response ({criterion.improvement:.0%} better)"


def relapse_name(line: RelapseBy) -> str:
    """Return whose relapses are counted, and from when."""
    since = f", well for {line.landmark_days:g} days" if line.landmark_days else ""
    return f"{AMONG[line.among]}{since}"
