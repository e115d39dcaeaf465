"""Probabilistic sensitivity analysis: a scenario in many draws, and as it is, ready to be stored."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from sim.batch.filling import Ways
from sim.batch.manifest import describe_run, now
from sim.batch.run import Progress
from sim.batch.settings import with_settings
from sim.batch.worlds import check_sizes, draw_jobs, run_draws, run_points, timed
from sim.design.points import Point
from sim.domain.parameters import Curve, Parameter
from sim.domain.plain_names import distribution_text, name_of, unit_of
from sim.domain.scenario import Scenario
from sim.domain.uncertainty import bounds_at
from sim.domain.unknowns import unknowns
from sim.engine.clocks import AUTO
from sim.errors import ScenarioError
from sim.results import ScenarioSettings
from sim.worlds.stored import ProbabilisticResults, ProbabilisticScenario, StoredUnknown

N_DRAWS, N_INNER, N_PATIENTS = 1000, 2, 500
BASE_REPLICATIONS = 20
"""Replications of the scenario as it is: what chance alone does at this number of patients."""
STRATIFIED, RANDOM = "lhs", "random"
"""Names of the ways to draw."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """How much is drawn.

    Parameters
    ----------
    n_draws : int
        Draws of what is unknown.
    n_inner : int
        Replications of each draw; from two on, chance is told apart from uncertainty.
    n_patients : int
        Patients per strategy, draw and replication.
    is_stratified : bool
        True: a Latin hypercube; False: each draw by itself.
    """

    n_draws: int = N_DRAWS
    n_inner: int = N_INNER
    n_patients: int = N_PATIENTS
    is_stratified: bool = True

    @classmethod
    def of(
        cls,
        draws: int = N_DRAWS,
        inner: int = N_INNER,
        patients: int = N_PATIENTS,
        sampling: str = STRATIFIED,
    ) -> Self:
        """Return a sampling whose kind is given by name: ``lhs`` or ``random``; ScenarioError if neither."""
        if sampling not in {RANDOM, STRATIFIED}:
            raise ScenarioError(f"--sampling must be {STRATIFIED} or {RANDOM}, got '{sampling}'")
        return cls(draws, inner, patients, is_stratified=sampling == STRATIFIED)

    def sized(self, scenario: Scenario) -> Scenario:
        """Return a scenario with the patients of each draw, and draws times replications as replications."""
        check_sizes(self.n_draws, self.n_inner, "draws")
        sizes = {"run.n_patients": self.n_patients, "run.replications": self.n_draws * self.n_inner}
        return with_settings(scenario, dict(sizes))

    def plain(self) -> dict[str, Any]:
        """Return what a manifest says of the sampling."""
        return {
            "draws": self.n_draws,
            "replications_per_draw": self.n_inner,
            "sampling": "latin hypercube" if self.is_stratified else "random",
            "base_replications": BASE_REPLICATIONS,
        }


def run_psa(scenarios: Sequence[Scenario], sampling: Sampling, ways: Ways) -> ProbabilisticResults:
    """Run the probabilistic sensitivity analysis of scenarios, and keep the draws in memory.

    Parameters
    ----------
    scenarios : sequence of Scenario
        What is uncertain; at least one, names differ.
    sampling : Sampling
        How much is drawn.
    ways : Ways
        How jobs are run; progress counts the draws of all scenarios.

    Returns
    -------
    ProbabilisticResults
        The draws that `sim.batch.stored_psa.run_psa_into` stores.

    Raises
    ------
    ScenarioError
        If nothing is uncertain, a setting is impossible, or no draw fits together.
    JobError
        If a job fails or its process dies.
    """
    started = now()
    sized = [sampling.sized(scenario) for scenario in scenarios]
    total = sampling.n_draws * len(sized)
    jobs = [
        job for scenario in sized for job in draw_jobs(scenario, sampling.n_draws, n_inner=sampling.n_inner)
    ]
    chosen, count = timed(jobs, total, engine=ways.engine, workers=ways.workers)
    clock = chosen[0].clock
    found = {}
    for place, scenario in enumerate(scenarios):
        found[scenario.name] = psa(
            scenario, sampling, engine=clock, workers=count, executor=ways.executor,
            on_progress=_after(place * sampling.n_draws, total, ways.on_progress),
        )  # fmt: skip
    workers = ways.lent_workers if ways.executor else count
    manifest = describe_run(
        sized, started=started, workers=workers, engine=clock, command=ways.command, backend=ways.backend,
        psa=sampling.plain(),
    )  # fmt: skip
    return ProbabilisticResults(found, manifest)


def _after(before: int, total: int, on_progress: Progress | None) -> Progress | None:
    """Return what counts draws on from those of earlier scenarios."""
    return None if on_progress is None else lambda done, _: on_progress(before + done, total)


def psa(
    scenario: Scenario,
    sampling: Sampling,
    *,
    engine: str = AUTO,
    workers: int | None = None,
    executor: Executor | None = None,
    on_progress: Progress | None = None,
) -> ProbabilisticScenario:
    """Run the probabilistic sensitivity analysis of one scenario.

    Parameters
    ----------
    scenario : Scenario
        What is uncertain; its seed fixes draws and patients.
    sampling : Sampling
        How much is drawn.
    engine, workers, executor, on_progress
        As for `sim.batch.worlds.run_draws`; progress counts draws, the scenario as it is comes after them.

    Returns
    -------
    ProbabilisticScenario
        Draws, and the scenario as it is.

    Raises
    ------
    ScenarioError
        If nothing is uncertain, a setting is impossible, or no draw fits together.
    JobError
        If a job fails or its process dies.
    """
    sized = sampling.sized(scenario)
    drawn = run_draws(
        sized, sampling.n_draws, n_inner=sampling.n_inner, is_stratified=sampling.is_stratified,
        engine=engine, workers=workers, executor=executor, on_progress=on_progress,
    )  # fmt: skip
    base = run_points(
        sized, base_points(sized), replications=BASE_REPLICATIONS, engine=engine, workers=1, executor=executor
    )
    return ProbabilisticScenario(**in_words(sized), drawn=drawn, base=base.without_values())


def base_points(scenario: Scenario) -> list[Point]:
    """Return the points that stand beside the draws: the scenario as it is, and the mean of every unknown."""
    return [{}, _means(scenario)]


def in_words(scenario: Scenario) -> dict[str, Any]:
    """Return what `ProbabilisticScenario` says beside the draws, by name of the field."""
    return {
        "settings": ScenarioSettings.of(scenario),
        "unknowns": _unknowns_in_words(scenario),
        "n_fixed": len(fixed_paths(scenario)),
        "research": _research(scenario),
    }


def probabilistic_results(
    found: dict[str, ProbabilisticScenario],
    scenarios: Sequence[Scenario],
    sampling: Sampling,
    *,
    started: datetime,
    workers: int | None,
    engine: str,
    command: str | None = None,
) -> ProbabilisticResults:
    """Put the analyses of several scenarios together, with a manifest.

    Parameters
    ----------
    found : dict
        Analysis by name of the scenario.
    scenarios : sequence of Scenario
        What was run, as read.
    sampling : Sampling
        How much was drawn.
    started, workers, engine, command
        As for `sim.batch.manifest.describe_run`.

    Returns
    -------
    ProbabilisticResults
        Ready to be stored.
    """
    sized = [sampling.sized(scenario) for scenario in scenarios]
    manifest = describe_run(
        sized, started=started, workers=workers, engine=engine, command=command, psa=sampling.plain()
    )
    return ProbabilisticResults(found, manifest)


def _means(scenario: Scenario) -> Point:
    """Return the point at which every unknown has the mean of its distribution."""
    means: dict[str, float] = {}
    for unknown in unknowns(scenario).values():
        if unknown.atom.distribution is not None:
            bounds = bounds_at(scenario, unknown.path)
            mean = min(max(unknown.atom.distribution.kind.mean, bounds.low), bounds.high)
            means |= dict.fromkeys(unknown.paths, mean)
    return means


def fixed_paths(scenario: Scenario) -> list[str]:
    """Return the numbers with a range that is not a point, but without a distribution."""
    return [
        path
        for path, atom in scenario.atoms()
        if isinstance(atom, Parameter | Curve)
        and atom.distribution is None
        and atom.range is not None
        and atom.range[0] < atom.range[1]
    ]


def _unknowns_in_words(scenario: Scenario) -> dict[str, StoredUnknown]:
    return {
        path: StoredUnknown(
            label=name_of(scenario, unknown),
            unit=unit_of(scenario, unknown.atom),
            distribution=distribution_text(unknown.atom) or "",
            source=unknown.atom.source,
            grade=str(unknown.atom.grade),
            value=unknown.atom.value,
            n_places=len(unknown.paths),
        )
        for path, unknown in unknowns(scenario).items()
    }


def _research(scenario: Scenario) -> dict[str, Any] | None:
    """Return the question about studies as plain values."""
    research = scenario.research
    if research is None:
        return None
    money = scenario.economics.in_prices_of_year
    return {
        "people_per_year": research.people_per_year.value,
        "decision_years": research.decision_years.value,
        "trials": {
            key: {
                "label": trial.label,
                "arms": list(trial.arms),
                "sizes": list(trial.sizes),
                "fixed_cost": money(trial.fixed_cost),
                "cost_per_person": money(trial.cost_per_person),
                "years": trial.years.value,
            }
            for key, trial in research.trials.items()
        },
    }
