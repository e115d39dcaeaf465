"""What depends on the scenario and little else is worked out once, not for every strategy and replication."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import NamedTuple, TypeVar, TypeVarTuple

from sim.domain.scenario import Scenario

SCENARIOS_KEPT = 4

Answer = TypeVar("Answer")
More = TypeVarTuple("More")


class _Same(NamedTuple):
    """A scenario as a key: the very object, which never changes; its content would take long to compare."""

    scenario: Scenario

    def __hash__(self) -> int:
        return id(self.scenario)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.scenario is self.scenario


def remembered(function: Callable[[Scenario, *More], Answer]) -> Callable[[Scenario, *More], Answer]:
    """Remember the answers of a function to what it was last asked.

    Parameters
    ----------
    function : callable
        Depends on nothing but the scenario, and on numbers or names if it is given some; what it returns
        must not be changed by those who ask.

    Returns
    -------
    callable
        Gives the same answers; the last `SCENARIOS_KEPT` are kept.
    """

    @lru_cache(maxsize=SCENARIOS_KEPT)
    def answer(same: _Same, *more: *More) -> Answer:
        return function(same.scenario, *more)

    @wraps(function)
    def asked(scenario: Scenario, *more: *More) -> Answer:
        return answer(_Same(scenario), *more)

    return asked
