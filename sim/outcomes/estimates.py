"""What a measure reads and what it returns: one strategy's log, an estimate with its standard error."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.domain.cohort import Cohort
from sim.domain.scenario import Scenario
from sim.outcomes.courses import Courses, first_courses
from sim.outcomes.history import BoolArray, History


@dataclass(frozen=True, slots=True)
class Estimate:
    """One measured figure.

    Parameters
    ----------
    value : float
        The figure; nan when nobody can be counted.
    se : float
        Its Monte-Carlo standard error; nan when undefined.
    n : int
        Patients counted (sessions, where sessions are counted).
    """

    value: float
    se: float
    n: int


@dataclass(frozen=True)
class Arm:
    """The log of one strategy, read.

    Parameters
    ----------
    history : History
        Events by patient.
    cohort : Cohort
        The patients.
    scenario : Scenario
        What was simulated.
    """

    history: History
    cohort: Cohort
    scenario: Scenario

    @cached_property
    def first_course(self) -> Courses:
        """The first course of every patient."""
        return first_courses(self.history)


def share(met: BoolArray, counted: BoolArray) -> Estimate:
    """Return the share that meets something among those counted, with its binomial standard error.

    Parameters
    ----------
    met : ndarray of bool, shape (n,)
        Who meets it.
    counted : ndarray of bool, shape (n,)
        Who counts.

    Returns
    -------
    Estimate
        Undefined when nobody counts.
    """
    n = int(np.count_nonzero(counted))
    if n == 0:
        return Estimate(math.nan, math.nan, 0)
    value = int(np.count_nonzero(met & counted)) / n
    return Estimate(value, math.sqrt(value * (1 - value) / n), n)
