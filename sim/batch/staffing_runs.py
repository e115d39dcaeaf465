"""Simulate staffings of one programme under equal luck, each at most once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np

from sim.analysis.capacity import NEARLY_FULL
from sim.analysis.output_settings import OutputSettings
from sim.analysis.precision import FloatArray
from sim.analysis.present_values import arms, present_values
from sim.analysis.staffing_values import Measurement, Use
from sim.batch.run import Job, run_jobs
from sim.batch.staffing_ladders import Staffing, staffed
from sim.domain.economics import IMPACT_INVENTORY, Category
from sim.domain.scenario import Scenario
from sim.outcomes.discounting import discount_factors
from sim.results import Results
from sim.units import DAYS_PER_YEAR, MINUTES_PER_HOUR

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class StaffingJob:
    """One replication of one staffing, reduced to what the search and the values need.

    Parameters
    ----------
    scenario : Scenario
        With one strategy, or a mix and its parts.
    strategy : str
        Key of the strategy that is measured.
    replication : int
        Number of the replication, from 0.
    output : OutputSettings
        Perspective and discount rates.
    clock : str
        Which clock drives it; results do not depend on it.
    """

    scenario: Scenario
    strategy: str
    replication: int
    output: OutputSettings
    clock: str

    @property
    def key(self) -> str:
        """Name of the job in messages."""
        return Job(self.scenario, self.replication).key

    def run(self) -> Measurement:
        """Simulate and measure."""
        results = Job(self.scenario, self.replication, self.clock).run()
        return measured(results, self.scenario, self.strategy, self.output)


def measured(results: Results, scenario: Scenario, strategy: str, output: OutputSettings) -> Measurement:
    """Return what one replication of a strategy gives, for the whole programme and per year.

    Parameters
    ----------
    results : Results
        Of one replication.
    scenario : Scenario
        What was simulated.
    strategy : str
        Key of the strategy.
    output : OutputSettings
        Perspective and discount rates.

    Returns
    -------
    Measurement
        Amounts are equivalent annual ones: present value over the discounted years from day 0 to the
        end of follow-up of the last patient.
    """
    found = arms(results, scenario.name)
    row = found.strategies.index(strategy)
    values = present_values(results, found, output)
    clinical = results.clinical[results.clinical["strategy"] == strategy].iloc[0]
    n_patients = scenario.run.n_patients
    n_days = int(results.health["day"].max()) + 1
    use = _use(results, strategy)
    by_day_costs = discount_factors(n_days, output.discount_rate_costs)
    years_costs = float(by_day_costs.sum()) / DAYS_PER_YEAR
    years_effects = float(discount_factors(n_days, output.discount_rate_effects).sum()) / DAYS_PER_YEAR
    cost, hours_in_prices = float(values.cost[row, 0]) * n_patients, 0.0
    paid = _paid(scenario, limited(use), n_days)
    if counts_paid_hours(output):
        cost -= float(paid @ by_day_costs)
    else:
        hours_in_prices = float((paid - _idle(results, strategy, n_days) * n_patients) @ by_day_costs)
    return Measurement(
        clinical={name: float(clinical[name]) for name in clinical.index if name not in _NAMES},
        cost=cost / years_costs,
        qaly=float(values.qaly[row, 0]) * n_patients / years_effects,
        hours_in_prices=hours_in_prices / years_costs,
        use=use,
        n_days=n_days,
    )


_NAMES = frozenset({"scenario", "strategy", "replication"})


def limited(use: Mapping[str, Use]) -> list[str]:
    """Return the resources that have a limit."""
    return [name for name, one in use.items() if not np.isnan(one.offered_minutes)]


def counts_paid_hours(output: OutputSettings) -> bool:
    """Tell whether the perspective counts paid hours, idle ones too, rather than prices of care."""
    return Category.IDLE_CAPACITY in IMPACT_INVENTORY[output.perspective]


def _paid(scenario: Scenario, resources: Sequence[str], n_days: int) -> FloatArray:
    """Return what the paid hours of some resources cost on each day."""
    cost = np.zeros(n_days)
    for key in resources:
        per_minute = scenario.economics.in_prices_of_year(scenario.resources[key].cost) / MINUTES_PER_HOUR
        cost += scenario.minutes_by_day(key, n_days) * per_minute
    return cost


def _idle(results: Results, strategy: str, n_days: int) -> FloatArray:
    """Return what idle hours cost on each day, per referred patient."""
    flows = results.flows[
        (results.flows["strategy"] == strategy) & (results.flows["category"] == Category.IDLE_CAPACITY.value)
    ]
    cost = np.zeros(n_days)
    cost[flows["day"].to_numpy()] = flows["cost"].to_numpy()
    return cost


def _use(results: Results, strategy: str) -> dict[str, Use]:
    """Sum up the weeks of each resource the strategy draws on."""
    rows = results.utilization[results.utilization["strategy"] == strategy]
    found = {}
    for name, weeks in rows.groupby("resource", observed=True):
        used, offered = weeks["used_minutes"].to_numpy(), weeks["offered_minutes"].to_numpy()
        fillable = weeks["fillable_minutes"].to_numpy()
        with np.errstate(invalid="ignore", divide="ignore"):
            share, full = (np.nan_to_num(used / most, posinf=0.0) for most in (offered, fillable))
        found[str(name)] = Use(
            used_minutes=float(used.sum()),
            offered_minutes=float(offered.sum()),
            peak_utilization=float(share.max(initial=0.0)),
            full_weeks=int((full >= NEARLY_FULL).sum()),
            peak_minutes=float(used.max(initial=0.0)),
        )
    return found


class Runs:
    """Replications of staffings, simulated when they are asked for and remembered.

    Parameters
    ----------
    scenario : Scenario
        Today's staffing, and the settings of the run.
    strategy : str
        Key of the strategy that is measured.
    output : OutputSettings
        Perspective, discount rates and willingness to pay.
    clock : str
        Which clock drives the runs.
    executor : Executor, optional
        Runs the jobs; left out = this process.
    on_progress : callable, optional
        Called with the number of staffings begun.
    """

    def __init__(
        self,
        scenario: Scenario,
        strategy: str,
        output: OutputSettings,
        *,
        clock: str,
        executor: Executor | None = None,
        on_progress: Progress | None = None,
    ) -> None:
        self.scenario, self.strategy, self.output = scenario, strategy, output
        self._clock, self._executor, self._on_progress = clock, executor, on_progress
        self._known: dict[tuple[object, ...], tuple[Staffing, list[Measurement]]] = {}

    @property
    def n_replications(self) -> int:
        """Replications of each staffing."""
        return self.scenario.run.replications

    @property
    def n_staffings(self) -> int:
        """Staffings begun so far."""
        return len(self._known)

    def measure(self, staffing: Staffing, n_replications: int | None = None) -> list[Measurement]:
        """Return the first replications of a staffing, all of them unless fewer are asked for.

        Parameters
        ----------
        staffing : mapping
            Rung by resource; what is left out stays as in the scenario.
        n_replications : int, optional
            How many.

        Returns
        -------
        list of Measurement
            In the order of the replications.

        Raises
        ------
        ScenarioError
            If some visit can never take place under it.
        """
        wanted = min(n_replications or self.n_replications, self.n_replications)
        key = tuple(staffing.items())
        if key in self._known and len(self._known[key][1]) >= wanted:
            return self._known[key][1][:wanted]
        changed = staffed(self.scenario, staffing)
        known = self._known.setdefault(key, (staffing, []))[1]
        if self._on_progress:
            self._on_progress(len(self._known))
        known += self._simulated(changed, range(len(known), wanted))
        return list(known)

    def unlimited(self, resources: Sequence[str]) -> Measurement:
        """Return the first replication with plenty of some resources."""
        changes: dict[str, object] = {}
        for key in resources:
            changes |= {f"resources.{key}.units": None, f"resources.{key}.changes": []}
        return self._simulated(self.scenario.with_changes(changes), range(1))[0]

    def complete(self) -> list[tuple[Staffing, list[Measurement]]]:
        """Return the staffings of which every replication was simulated."""
        return [one for one in self._known.values() if len(one[1]) == self.n_replications]

    def _simulated(self, scenario: Scenario, replications: range) -> list[Measurement]:
        jobs = [
            StaffingJob(scenario, self.strategy, number, self.output, self._clock) for number in replications
        ]
        return run_jobs(jobs, executor=self._executor) if jobs else []
