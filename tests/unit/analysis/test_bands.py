"""Subgroups of patients by what they bring."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis.bands import ATTRIBUTES, bands
from sim.errors import AnalysisError

AGES = [20.0, 30.0, 35.0, 40.0, 60.0, 80.0]


def _patients(**columns: list) -> pd.DataFrame:
    return pd.DataFrame(columns)


def test_who_lies_on_a_cut_belongs_to_the_upper_band():
    made = bands(_patients(age_years=AGES), "age", [35, 60])
    assert made.group.tolist() == [0, 0, 1, 1, 2, 2]
    assert made.labels == ("below 35 years", "35 to below 60 years", "60 years or more")
    assert (made.low.tolist(), made.high.tolist()) == ([-np.inf, 35, 60], [35, 60, np.inf])


def test_bands_without_a_patient_are_left_out():
    made = bands(_patients(age_years=AGES), "age", [10, 35, 90])
    assert made.labels == ("10 to below 35 years", "35 to below 90 years")
    assert made.group.tolist() == [0, 0, 1, 1, 1, 1]


def test_the_usual_cuts_are_quartiles_in_whole_units():
    made = bands(_patients(severity=np.linspace(20, 40, 1001).tolist()), "severity")
    assert made.high[:-1].tolist() == [25, 30, 35]
    assert np.bincount(made.group) / 1001 == pytest.approx(0.25, abs=0.01)


def test_whole_numbers_are_named_as_such():
    patients = _patients(failed_trials=[1, 2, 2, 3, 4, 7])
    made = bands(patients, "failed_trials", [1.5, 3, 5])
    assert made.labels == ("up to 1 failed trials", "failed trials: 2", "3 to 4 failed trials",
                           "5 or more failed trials")  # fmt: skip
    assert made.group.tolist() == [0, 1, 1, 2, 2, 3]


def test_patients_all_alike_make_one_band():
    assert bands(_patients(age_years=[40.0, 40.0]), "age").labels == ("40 years or more",)
    assert len(bands(_patients(failed_trials=[3, 3]), "failed_trials").labels) == 1


def test_payers_are_subgroups_in_their_own_order():
    payer = pd.Categorical.from_codes([2, 0, 2], ["commercial", "medicare", "none"])
    made = bands(pd.DataFrame({"payer": payer}), "insurance")
    assert (made.labels, made.group.tolist()) == (("commercial", "none"), [1, 0, 1])
    assert np.isnan(made.low).all()


@pytest.mark.parametrize("cuts", [[], [3, 2], [2, 2], [float("nan")], [1, float("inf")]])
def test_cuts_must_increase(cuts):
    with pytest.raises(AnalysisError, match=r"cuts: must be numbers that increase, got \[.*write them like"):
        bands(_patients(age_years=AGES), "age", cuts)


def test_unknown_attributes_and_cuts_of_payers_are_refused():
    with pytest.raises(AnalysisError, match="by: 'sex' is not a patient attribute for subgroups; known: age"):
        bands(_patients(age_years=AGES), "sex")
    with pytest.raises(
        AnalysisError, match=r"cuts: must be left out for insurance, got .*payers have no ord"
    ):
        bands(_patients(payer=["none"]), "insurance", [1])
    assert set(ATTRIBUTES) == {"severity", "failed_trials", "age", "distance", "insurance"}


@given(
    values=st.lists(st.floats(0, 100), min_size=1, max_size=40),
    cuts=st.none() | st.lists(st.floats(0, 100), min_size=1, max_size=4, unique=True).map(sorted),
)
def test_everybody_is_in_the_one_band_that_holds_the_value(values, cuts):
    made = bands(_patients(distance_miles=values), "distance", cuts)
    held = (made.low[made.group] <= values) & (values < made.high[made.group])
    assert held.all()
    assert set(made.group.tolist()) == set(range(len(made.labels)))
