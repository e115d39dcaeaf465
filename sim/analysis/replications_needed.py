"""How many replications a comparison needs so that chance moves no difference by more than is wanted."""

from __future__ import annotations

import math

import numpy as np

from sim.analysis.increments import net_monetary_benefit
from sim.analysis.output_settings import output_settings
from sim.analysis.precision import mean_and_error
from sim.analysis.present_values import arms, present_values
from sim.results import Results

FEWEST = 10
"""Replications before an error is trusted: from fewer it would often come out small by luck."""
MOST = 10_000
GROWTH = 4
"""Times the present number of replications that one step may reach."""


def largest_error(results: Results, scenario: str, n_replications: int) -> float:
    """Return the largest standard error of a difference in net monetary benefit between two strategies.

    Parameters
    ----------
    results : Results
        Results of a run.
    scenario : str
        Name of the scenario; its own output settings are used.
    n_replications : int
        Only the first so many replications count.

    Returns
    -------
    float
        Over all pairs, paired by replication [currency per referred patient]; 0 with a single strategy.

    Raises
    ------
    AnalysisError
        If a replication is missing.
    """
    output = output_settings(results.settings[scenario])
    values = present_values(results, arms(results, scenario), output)
    benefit = net_monetary_benefit(values.cost, values.qaly, output.wtp)[:, :n_replications]
    first, second = np.triu_indices(len(benefit), k=1)
    if not len(first):
        return 0.0
    return float(mean_and_error(benefit[first] - benefit[second])[1].max())


def next_number(n_replications: int, error: float, precision: float) -> int:
    r"""Return how many replications to run next.

    Parameters
    ----------
    n_replications : int
        Replications run so far.
    error : float
        Largest standard error of a difference after them.
    precision : float
        Largest standard error wanted, above 0 [currency].

    Returns
    -------
    int
        The same number when they are enough, or when there are `MOST` already.

    Notes
    -----
    The error falls with the square root of the number, so :math:`n (e / p)^2` are expected to do; a step goes
    no further than `GROWTH` times the present number, as the error is itself an estimate (sequential
    procedure for a fixed width [1]_).

    References
    ----------
    .. [1] Law AM. Simulation modeling and analysis. 5th ed. McGraw-Hill; 2015. Section 9.4.1.

    Examples
    --------
    >>> next_number(10, 100.0, 50.0), next_number(10, 100.0, 1.0), next_number(40, 50.0, 50.0)
    (40, 40, 40)
    """
    if error <= precision:
        return n_replications
    wanted = min(math.ceil(n_replications * (error / precision) ** 2), n_replications * GROWTH)
    return max(n_replications, min(max(wanted, n_replications + 1), MOST))
