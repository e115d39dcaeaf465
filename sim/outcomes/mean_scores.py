"""The score of starters day by day since their first session: its mean, quartiles, response and remission."""

from __future__ import annotations

import numpy as np

from sim.domain.measures import Criterion
from sim.outcomes.estimates import Arm
from sim.outcomes.history import FloatArray
from sim.outcomes.score_times import meets, score_at
from sim.units import MINUTES_PER_DAY

QUARTILES = (0.25, 0.75)
COLUMNS = ("n", "mean", "low", "high", "response", "remission")


def mean_scores(arm: Arm, days: FloatArray) -> dict[str, FloatArray]:
    """Return how the score of starters runs, of those alive and followed so long.

    Parameters
    ----------
    arm : Arm
        One strategy.
    days : ndarray, shape (n_days,)
        Days since the first session.

    Returns
    -------
    dict
        ``days``, ``n`` (patients), ``mean``, ``low`` and ``high`` (quartiles) of the score [MADRS
        points], ``response`` and ``remission`` as shares by the scenario's definitions; each of shape
        (n_days,), nan where nobody is followed so long.
    """
    history = arm.history
    start, referral = arm.first_course.start, history.referral_scores
    definitions = arm.scenario.illness.definitions
    response = Criterion(improvement=definitions.response.value)
    remission = Criterion(score=definitions.remission.value)
    table = np.full((len(days), len(COLUMNS)), np.nan)
    for row, day in enumerate(days):
        minutes = start + day * MINUTES_PER_DAY
        patient = np.flatnonzero(history.end >= minutes)
        score = score_at(history, patient, minutes[patient])
        table[row, 0] = len(patient)
        if len(patient):
            low, high = np.quantile(score, QUARTILES)
            met = [meets(criterion, score, referral[patient]).mean() for criterion in (response, remission)]
            table[row, 1:] = score.mean(), low, high, *met
    return {"days": np.asarray(days, dtype=np.float64)} | dict(zip(COLUMNS, table.T, strict=True))
