"""Time whole runs as users meet them: a planner's clinic, many parameter draws, a cohort without end.

The first is timed when everything is loaded, as for somebody who moves sliders; the second from the start of
its worker processes to the last sum; the third in a process of its own, so that its memory can be told.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median_low
from time import perf_counter
from typing import Any

from sim.batch.executors import available_workers, processes, stop
from sim.batch.growth import grown
from sim.batch.run import run_jobs
from sim.batch.settings import with_settings
from sim.batch.worlds import run_draws
from sim.domain.scenario import Scenario

Say = Callable[[str], None]
PATIENTS_PER_DRAW = 1_000
FEW_PATIENTS = 50
KIBIBYTE = 1024
PROCESS_STATUS = Path("/proc/self/status")
PEAK = "VmHWM:"
PLANNER, DRAWS, STREAM = "planner", "draws", "stream"


@dataclass(frozen=True, slots=True)
class WholeRun:
    """One run from scenario to results.

    Parameters
    ----------
    name, label, scenario : str
        Which run, in words, and the name of what was run.
    clock : str
        Clock that drove it.
    n_patients, n_strategies, n_draws, workers : int
        Patients per strategy (and draw), strategies, draws or replications, and processes.
    seconds : float
        Time by the clock on the wall.
    peak_bytes : int or None
        Most memory that the process held at a time; None where it was not measured.
    """

    name: str
    label: str
    scenario: str
    clock: str
    n_patients: int
    n_strategies: int
    n_draws: int
    workers: int
    seconds: float
    peak_bytes: int | None = None

    def content(self) -> dict[str, Any]:
        """Return plain numbers, and how many patients in how many strategies a second takes."""
        arms = self.n_patients * self.n_strategies * self.n_draws
        return asdict(self) | {"patient_arms_per_second": arms / self.seconds}


def whole_runs(
    scenarios: Sequence[Scenario],
    *,
    clock: str,
    n_patients: int,
    repeats: int,
    n_draws: int,
    n_streamed: int,
    say: Say,
) -> list[WholeRun]:
    """Time the whole runs that these scenarios allow.

    Parameters
    ----------
    scenarios : sequence of Scenario
        The first is drawn and streamed; the first with limits is the clinic.
    clock : str
        Clock that drives all of them.
    n_patients, repeats : int
        Patients of the clinic, and repeats of which the median is told.
    n_draws, n_streamed : int
        Parameter draws, and patients that are streamed; 0 leaves the run out.
    say : callable
        Told what is being measured.

    Returns
    -------
    list of WholeRun
        In the order above.
    """
    base, clinic = scenarios[0], next((one for one in scenarios if one.has_limits), None)
    runs = []
    if clinic is not None:
        planned = planners_clinic(base, clinic, n_patients)
        say(f"{planned.name}: {n_patients:,} patients, {len(planned.strategies)} strategies, as a whole")
        runs.append(_time_planner(planned, clock, repeats))
    if n_draws:
        say(f"{base.name}: {n_draws:,} parameter draws")
        runs.append(_time_draws(base, clock, n_draws, min(n_patients, PATIENTS_PER_DRAW)))
    if n_streamed:
        say(f"{base.name}: {n_streamed:,} patients in a process of their own")
        runs.append(_time_stream(base, clock, n_streamed))
    return runs


def planners_clinic(base: Scenario, clinic: Scenario, n_patients: int) -> Scenario:
    """Return a clinic that offers all strategies of the base, grown with its patients.

    Parameters
    ----------
    base : Scenario
        Whose strategies are compared.
    clinic : Scenario
        Whose referrals, rooms and staff are taken, multiplied by its growth; its own strategies stay where
        it does not know the treatments of the base.
    n_patients : int
        Patients per strategy.

    Returns
    -------
    Scenario
        Named after both.
    """
    larger = grown(clinic, n_patients)
    if base is clinic or base.treatments.keys() != clinic.treatments.keys():
        return larger
    strategies = {key: strategy.model_dump(mode="json") for key, strategy in base.strategies.items()}
    return with_settings(
        larger, {"strategies": strategies, "name": f"{clinic.name} with strategies of {base.name}"}
    )


def _time_planner(scenario: Scenario, clock: str, repeats: int) -> WholeRun:
    from sim.replication import replicate  # noqa: PLC0415

    times = []
    for _ in range(1 + repeats):
        began = perf_counter()
        replicate(scenario, 0, clock)
        times.append(perf_counter() - began)
    return WholeRun(
        name=PLANNER,
        label="clinic with limits, warm",
        scenario=scenario.name,
        clock=clock,
        n_patients=scenario.run.n_patients,
        n_strategies=len(scenario.strategies),
        n_draws=1,
        workers=1,
        seconds=median_low(times[1:]),
    )


def _time_draws(scenario: Scenario, clock: str, n_draws: int, n_patients: int) -> WholeRun:
    workers = min(available_workers(), n_draws)
    began = perf_counter()
    run_draws(scenario, n_draws, n_patients=n_patients, engine=clock, workers=workers)
    return WholeRun(
        name=DRAWS,
        label="parameter draws",
        scenario=scenario.name,
        clock=clock,
        n_patients=n_patients,
        n_strategies=len(scenario.strategies),
        n_draws=n_draws,
        workers=workers,
        seconds=perf_counter() - began,
    )


def _time_stream(scenario: Scenario, clock: str, n_patients: int) -> WholeRun:
    streamed = _busiest(_unlimited(scenario), n_patients)
    executor = processes(1)
    try:
        ((seconds, peak_bytes),) = run_jobs([Stream(streamed, clock)], executor=executor)
    except BaseException:
        stop(executor)
        raise
    executor.shutdown()
    return WholeRun(
        name=STREAM,
        label="one strategy without limits, in a process of its own",
        scenario=f"{scenario.name}: {next(iter(streamed.strategies))}",
        clock=clock,
        n_patients=n_patients,
        n_strategies=1,
        n_draws=1,
        workers=1,
        seconds=seconds,
        peak_bytes=peak_bytes,
    )


@dataclass(frozen=True, slots=True)
class Stream:
    """One replication that is timed where it runs.

    Parameters
    ----------
    scenario : Scenario
        What is simulated.
    clock : str
        Clock that drives it.
    """

    scenario: Scenario
    clock: str

    @property
    def key(self) -> str:
        """Name of the job in messages."""
        return f"scenario '{self.scenario.name}', {self.scenario.run.n_patients} patients at once"

    def run(self) -> tuple[float, int | None]:
        """Run it once everything is loaded; return seconds and the most memory held at a time."""
        from sim.replication import replicate  # noqa: PLC0415

        replicate(with_settings(self.scenario, {"run.n_patients": FEW_PATIENTS}), 0, self.clock)
        began = perf_counter()
        replicate(self.scenario, 0, self.clock)
        return perf_counter() - began, peak_memory()


def peak_memory() -> int | None:
    """Return the most memory this process ever held [bytes]; None where the system does not tell.

    Notes
    -----
    On Linux ``getrusage`` also counts what the parent held when it started this process, so the process's own
    peak is read from ``/proc`` there.
    """
    if PROCESS_STATUS.exists():
        lines = PROCESS_STATUS.read_text(encoding="ascii", errors="replace").splitlines()
        found = next((line for line in lines if line.startswith(PEAK)), None)
        return None if found is None else int(found.split()[1]) * KIBIBYTE
    with contextlib.suppress(ImportError):
        import resource  # noqa: PLC0415  not on every system

        held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return held if sys.platform == "darwin" else held * KIBIBYTE
    return None


def _unlimited(scenario: Scenario) -> Scenario:
    """Return the scenario with everybody referred on day 0 and no resource limited."""
    changes: dict[str, object] = {"population.arrivals": None}
    for key in scenario.resources:
        changes |= {f"resources.{key}.units": None, f"resources.{key}.changes": []}
    return with_settings(scenario, changes)


def _busiest(scenario: Scenario, n_patients: int) -> Scenario:
    """Return the scenario with the one strategy that has most events."""
    from sim.engine.simulate import event_logs  # noqa: PLC0415

    few = with_settings(scenario, {"run.n_patients": FEW_PATIENTS})
    n_rows = {strategy: len(log) for strategy, log, _ in event_logs(few, 0)}
    strategy = max(n_rows, key=lambda key: n_rows[key])
    only = {strategy: scenario.strategies[strategy].model_dump(mode="json")}
    return with_settings(
        scenario,
        {"strategies": only, "economics.comparator": strategy, "run.n_patients": n_patients},
    )
