from __future__ import annotations

import numpy as np
import pytest

from sim.outcomes.survival import kaplan_meier

FREIREICH = np.array(
    [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35], dtype=float
)
RELAPSED = np.array([1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0], dtype=bool)


def test_the_hand_computed_table_of_the_classic_leukemia_trial_is_met():
    """Weeks to relapse under 6-mercaptopurine, the worked example of survival textbooks."""
    estimate = kaplan_meier(FREIREICH, RELAPSED, np.array([5.9, 6, 7, 10, 13, 16, 22, 23, 35], dtype=float))
    hand = [1, 18 / 21, 18 / 21 * 16 / 17]
    hand.append(hand[-1] * 14 / 15)
    hand.append(hand[-1] * 11 / 12)
    hand.append(hand[-1] * 10 / 11)
    hand.append(hand[-1] * 6 / 7)
    hand.append(hand[-1] * 5 / 6)
    hand.append(hand[-1])
    np.testing.assert_allclose(estimate, hand)
    assert estimate[-1] == pytest.approx(0.4482, abs=5e-5)


def test_beyond_the_last_observation_the_estimate_is_undefined():
    assert np.isnan(kaplan_meier(FREIREICH, RELAPSED, np.array([35.1]))).all()


def test_when_all_had_their_event_nobody_is_left():
    estimate = kaplan_meier(np.array([1.0, 2.0]), np.array([True, True]), np.array([1.5, 2.0, 9.0]))
    np.testing.assert_allclose(estimate, [0.5, 0, 0])


def test_without_patients_the_estimate_is_undefined():
    assert np.isnan(kaplan_meier(np.zeros(0), np.zeros(0, dtype=bool), np.array([0.0, 1.0]))).all()
