"""The clock for a batch: chosen by its size, and compiled before worker processes start."""

from __future__ import annotations

from collections.abc import Sequence

from sim.domain.scenario import Scenario
from sim.engine.clocks import COMPILED, chosen_clock


def ready_clock(engine: str, scenarios: Sequence[Scenario], n_arms: int | None = None) -> str:
    """Return the clock for a run of some scenarios, compiled if it has to be.

    Parameters
    ----------
    engine : str
        As asked for, see `simulate`.
    scenarios : sequence of Scenario
        What is run; at least one.
    n_arms : int, optional
        Patients times strategies times runs, where that is not what the scenarios' replications say.

    Returns
    -------
    str
        ``simpy`` or ``compiled``.

    Raises
    ------
    ScenarioError
        If there is no such clock, or it cannot be had.
    """
    clock = chosen_clock(engine, arms_of(scenarios) if n_arms is None else n_arms)
    if clock == COMPILED:
        from sim.engine.simulate import make_ready  # noqa: PLC0415  imports SimPy, which only workers need

        make_ready(clock, scenarios[0])
    return clock


def arms_of(scenarios: Sequence[Scenario]) -> int:
    """Return patients times strategies times replications of all scenarios."""
    return sum(s.run.n_patients * s.run.replications * len(s.strategies) for s in scenarios)
