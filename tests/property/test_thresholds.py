"""Switch points are where an independent search along a dense line finds that the best strategy changes."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.analysis.thresholds import switch_points

DENSE = 2_001
net_benefits = st.tuples(st.integers(2, 5), st.integers(2, 4)).flatmap(
    lambda shape: arrays(np.float64, (shape[0], 1, shape[1]), elements=st.integers(-6, 6).map(float))
)


@given(net_benefits)
def test_between_switch_points_one_strategy_is_best(net_benefit):
    values = np.arange(len(net_benefit), dtype=float)
    switches = switch_points(values, net_benefit)
    dense = np.linspace(0, values[-1], DENSE)
    curves = np.array([np.interp(dense, values, column) for column in net_benefit[:, 0].T])
    ends = [-1.0, *(switch.value for switch in switches), values[-1] + 1]
    assert ends == sorted(ends)
    assert [one.latter for one in switches[:-1]] == [one.former for one in switches[1:]]
    first = [switch.former for switch in switches[:1]] or [int(curves.sum(axis=1).argmax())]
    best = [*first, *(switch.latter for switch in switches)]
    for strategy, low, high in zip(best, ends[:-1], ends[1:], strict=True):
        inside = (dense >= low) & (dense <= high)
        assert (curves[strategy, inside] >= curves[:, inside].max(axis=0) - 1e-9).all()


@given(net_benefits)
def test_a_switch_point_is_a_tie_after_which_the_latter_is_better(net_benefit):
    values = np.arange(len(net_benefit), dtype=float)
    for switch in switch_points(values, net_benefit):
        former, latter = (net_benefit[:, 0, place] for place in (switch.former, switch.latter))
        assert abs(np.interp(switch.value, values, latter - former)) < 1e-9
        assert np.interp(switch.value + 1e-3, values, latter - former) > 0
