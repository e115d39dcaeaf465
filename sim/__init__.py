"""Simulate depression treatment pathways, at home and in the clinic.

A planning and teaching model, never advice for one patient::

    from sim import compare, load, simulate

    scenario = load("base")
    results = simulate(scenario, replications=2)
    print(compare(results))

Names are imported when first used, so ``import sim`` is light.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False
"""True to type checkers; `typing` takes ten times as long to import as the rest of this module."""

if TYPE_CHECKING:
    from sim.analysis.comparison import compare
    from sim.batch.run import simulate
    from sim.domain.scenario import Scenario
    from sim.errors import AnalysisError, JobError, ScenarioError, SimError
    from sim.results import Results
    from sim.scenario_io.load import load, load_all

__all__ = [
    "AnalysisError",
    "JobError",
    "Results",
    "Scenario",
    "ScenarioError",
    "SimError",
    "compare",
    "load",
    "load_all",
    "simulate",
]

_HOMES = {
    "AnalysisError": "sim.errors",
    "JobError": "sim.errors",
    "Results": "sim.results",
    "Scenario": "sim.domain.scenario",
    "ScenarioError": "sim.errors",
    "SimError": "sim.errors",
    "compare": "sim.analysis.comparison",
    "load": "sim.scenario_io.load",
    "load_all": "sim.scenario_io.load",
    "simulate": "sim.batch.run",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'sim' has no attribute '{name}'")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
