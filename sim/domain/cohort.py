"""The patients of one replication, as arrays: what they bring, not what befalls them.

Every strategy of a replication sees the same cohort.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Cohort:
    """Attributes of the referred patients, one element per patient.

    Parameters
    ----------
    referral_minutes : ndarray of int64, shape (n_patients,)
        Time of referral [minutes from day 0].
    age_years : ndarray, shape (n_patients,)
        Age at referral [years].
    is_female : ndarray of bool, shape (n_patients,)
        True for women.
    severity : ndarray, shape (n_patients,)
        Depression score at referral [MADRS points].
    failed_trials : ndarray of int64, shape (n_patients,)
        Failed adequate antidepressant trials.
    distance_miles : ndarray, shape (n_patients,)
        Distance from home to the clinic [miles].
    payer : ndarray of int64, shape (n_patients,)
        Position of the main payer in ``population.payers``.
    conditions : ndarray of int64, shape (n_patients,)
        Bit set: bit i stands for the i-th of ``population.conditions``.
    """

    referral_minutes: NDArray[np.int64]
    age_years: NDArray[np.float64]
    is_female: NDArray[np.bool_]
    severity: NDArray[np.float64]
    failed_trials: NDArray[np.int64]
    distance_miles: NDArray[np.float64]
    payer: NDArray[np.int64]
    conditions: NDArray[np.int64]

    @property
    def n_patients(self) -> int:
        """Number of patients."""
        return len(self.severity)
