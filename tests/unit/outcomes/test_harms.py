from __future__ import annotations

import numpy as np
import pytest

from sim.domain.scenario import Scenario
from sim.outcomes.harms import amounts_by_set, harm_totals, qaly_loss


def _with_harms(tree, n_harms):
    """The infusion gets harms that cost 1, 2, 4 ... dollars, the tablets none."""
    tree["treatments"]["tablets"]["harms"] = {}
    harms = tree["treatments"]["infusion"]["harms"]
    (harm,) = harms.values()
    cost = harm["cost"] | {"distribution": None}
    tree["treatments"]["infusion"]["harms"] = {
        f"harm_{i}": harm | {"cost": cost | {"value": 2.0**i, "range": [0, 2.0**i]}} for i in range(n_harms)
    }
    return tuple(Scenario.model_validate(tree).treatments.values())


@pytest.mark.parametrize("n_harms", [1, 8, 11])
def test_the_amounts_of_all_harms_of_a_set_are_added_up(tiny_tree, n_harms):
    treatments = _with_harms(tiny_tree, n_harms)
    table = amounts_by_set(treatments, lambda harm: harm.cost.value)
    reason = np.arange(1 << n_harms, dtype=np.int32)
    total = harm_totals(reason, np.ones(len(reason), dtype=np.int64), table)
    np.testing.assert_array_equal(total, reason)


def test_a_treatment_without_harms_has_none(tiny_tree):
    treatments = _with_harms(tiny_tree, 2)
    table = amounts_by_set(treatments, lambda harm: harm.cost.value)
    assert harm_totals(np.array([3], dtype=np.int32), np.array([0]), table).tolist() == [0]


def test_where_nothing_does_harm_nothing_is_added_up(tiny_tree):
    treatments = _with_harms(tiny_tree, 1)[:1]
    table = amounts_by_set(treatments, qaly_loss)
    assert harm_totals(np.zeros(3, dtype=np.int32), np.zeros(3, dtype=np.int64), table).tolist() == [0, 0, 0]
