"""Words that keep three ways of not knowing apart, and say how precise an analysis of them can be."""

from __future__ import annotations

from math import sqrt

from sim.report.numbers import counted
from sim.units import PERCENT

KINDS = {
    "Chance": (
        "simulated people are lucky or not. More patients and replications make it smaller, no study does. "
        "It is what ± and intervals on the page *Compare* show."
    ),
    "Parameters": (
        "published figures are uncertain, and some are guesses. Only studies make that smaller. It is what "
        "this page shows."
    ),
    "Structure": (
        "the model could be built otherwise, such as with another measure of health or another course of the "
        "illness. Other scenarios show that; it is in none of the intervals."
    ),
}
"""Three ways of not knowing, and what each is."""
WORST = 0.5
"""Share that draws tell least precisely."""


def kinds_told() -> str:
    """Return the three ways of not knowing as a list."""
    return "\n".join(f"- **{name}**: {words}" for name, words in KINDS.items())


def draws_precision(n_draws: int) -> str:
    """Say how precisely so many draws tell a share of draws.

    Parameters
    ----------
    n_draws : int
        At least 1.

    Returns
    -------
    str
        A sentence.

    Examples
    --------
    >>> draws_precision(100)
    '100 draws tell a probability to within 5.0 percentage points (one standard error at most).'
    """
    points = PERCENT * sqrt(WORST * (1 - WORST) / n_draws)
    return (
        f"{counted(n_draws, 'draw')} tell a probability to within {points:.1f} percentage points (one "
        "standard error at most)."
    )


def points_precision(n_figures: int, n_patients: int, n_replications: int) -> str:
    """Say what a one-way analysis of a size can tell.

    Parameters
    ----------
    n_figures : int
        Figures varied, each at both ends of its range.
    n_patients, n_replications : int
        Patients per strategy and replication, and replications of each point.

    Returns
    -------
    str
        Sentences.
    """
    return (
        f"{counted(n_figures, 'figure')}, each at both ends of its range, with "
        f"{counted(n_patients * n_replications, 'patient')} per strategy at each. All points meet the same "
        "patients with the same luck, so a bar is more precise than its ends; what chance leaves is told as "
        "± in the table."
    )
