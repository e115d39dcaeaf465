"""Measure how fast this machine simulates: luck, clock and outcomes, in one process and one run.

A patient-arm is one patient in one strategy. Every repeat is a whole replication as `sim.replication`
makes it; of several repeats the one with the median time is told, so that its parts add up.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from time import perf_counter, process_time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.batch.growth import growths
from sim.batch.installed import versions
from sim.batch.memory import physical_memory, workers_that_fit
from sim.batch.naive import Naive
from sim.batch.settings import with_settings
from sim.batch.whole_runs import whole_runs
from sim.domain.scenario import Scenario
from sim.engine.clocks import COMPILED, SIMPY, is_installed
from sim.engine.simulate import Replication, event_log, make_ready, prepare
from sim.outcomes.account import account
from sim.outcomes.frames import Accounted, results_of

Clock = Callable[[Replication, str], NDArray[np.void]]
"""Turns a prepared replication and the key of a strategy into an event log."""
Say = Callable[[str], None]

WARM_UP_PATIENTS = 50
NANOSECONDS = 1e9


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured.

    Parameters
    ----------
    n_patients, repeats : int
        Patients per strategy, and repeats of which the median is told.
    small, large : int
        Cohorts whose cost per patient is compared; the large one runs once.
    n_draws, n_streamed : int
        Parameter draws of a whole run, and patients of one that holds all at once; 0 leaves it out.
    """

    n_patients: int
    repeats: int
    small: int
    large: int
    n_draws: int = 0
    n_streamed: int = 0


FULL = Sizes(n_patients=2_000, repeats=5, small=1_000, large=100_000, n_draws=100, n_streamed=100_000)
QUICK = Sizes(n_patients=1_000, repeats=3, small=1_000, large=20_000)


@dataclass(frozen=True, slots=True)
class Timing:
    """One replication of all strategies under one clock.

    Parameters
    ----------
    n_arms, n_rows : int
        Patients times strategies, and rows of all logs.
    luck, clock, outcomes : float
        Time of each part; of the naive version everything is ``clock`` [seconds].
    processor : float
        Processor time of all threads together [seconds].
    """

    n_arms: int
    n_rows: int
    luck: float
    clock: float
    outcomes: float
    processor: float

    @property
    def whole(self) -> float:
        """Time of the whole run [seconds]."""
        return self.luck + self.clock + self.outcomes

    @property
    def arms_per_second(self) -> float:
        """Patient-arms per second of the whole run."""
        return self.n_arms / self.whole

    def content(self) -> dict[str, Any]:
        """Return rates, shares and times as plain numbers."""
        seconds = {"luck": self.luck, "clock": self.clock, "outcomes": self.outcomes}
        return {
            "patient_arms_per_second": self.arms_per_second,
            "events_per_second": self.n_rows / self.clock,
            "ns_per_event": NANOSECONDS * self.clock / self.n_rows,
            "shares": {part: time / self.whole for part, time in seconds.items()},
            "seconds": seconds | {"whole": self.whole},
            "processors_used": self.processor / self.whole,
            "n_events": self.n_rows,
        }


def bench(
    scenarios: Sequence[Scenario],
    sizes: Sizes,
    *,
    naive: Naive | None = None,
    clocks: Mapping[str, Clock] | None = None,
    say: Say = lambda _: None,
) -> dict[str, Any]:
    """Measure every scenario under every clock, and whole runs under the last of them.

    Parameters
    ----------
    scenarios : sequence of Scenario
        What is run; the first one with a resource that has a limit gives the figures at the top.
    sizes : Sizes
        Cohorts and repeats.
    naive : callable, optional
        A version of the same pathway to compare with.
    clocks : mapping, optional
        Clocks by name; left out: all that are installed.
    say : callable
        Told what is being measured.

    Returns
    -------
    dict
        Plain numbers, ready for JSON: rates by clock at the top, details by scenario below.

    Raises
    ------
    ScenarioError
        If a size is impossible or the largest cohort does not fit into memory.
    """
    cohorts = [with_settings(scenario, {"run.n_patients": sizes.n_patients}) for scenario in scenarios]
    grown = [growths(scenario, sizes.small, sizes.large) for scenario in scenarios]
    workers_that_fit(1, [large for each in grown for _, _, large in each], physical_memory())
    clocks = clocks or usual_clocks(cohorts[0], say)
    parts = []
    for cohort, each in zip(cohorts, grown, strict=True):
        say(f"{cohort.name}: {sizes.n_patients:,} patients, {len(cohort.strategies)} strategies")
        part = _speeds(cohort, sizes.repeats, clocks, naive)
        for label, small, large in each:
            say(f"{cohort.name}: {sizes.small:,} against {sizes.large:,} patients, {label}")
            for name, clock in clocks.items():
                part["growth"].append({"clock": name, "label": label, **_growth(small, large, sizes, clock)})
        parts.append(part)
    whole = whole_runs(
        scenarios,
        clock=COMPILED if COMPILED in clocks else SIMPY,
        n_patients=sizes.n_patients,
        repeats=sizes.repeats,
        n_draws=sizes.n_draws,
        n_streamed=sizes.n_streamed,
        say=say,
    )
    return _content(parts, sizes, tuple(clocks)) | {"whole_runs": [run.content() for run in whole]}


def usual_clocks(scenario: Scenario, say: Say) -> dict[str, Clock]:
    """Return the clocks that are installed, by name and ready to run; the fastest comes last."""
    names = [SIMPY]
    if is_installed():
        names.append(COMPILED)
        make_ready(COMPILED, scenario)
    else:
        say(f"{COMPILED}: not installed; install treatpath[fast]")
    return {name: partial(event_log, clock=name) for name in names}


def timed_run(scenario: Scenario, clock: Clock) -> Timing:
    """Time one replication: draw luck, run the clock, account, strategy by strategy.

    Parameters
    ----------
    scenario : Scenario
        What to simulate.
    clock : callable
        What makes the logs.

    Returns
    -------
    Timing
        Its parts.
    """
    spent_clock = spent_outcomes = 0.0
    n_rows, outcomes = 0, []
    # Another object, so that nothing worked out for an earlier repeat is known.
    scenario = scenario.model_copy()
    with _without_old_garbage():
        processor, began = process_time(), perf_counter()
        prepared = prepare(scenario, 0)
        luck = (passed := perf_counter()) - began
        for strategy in scenario.strategies:
            log = clock(prepared, strategy)
            ticked = perf_counter()
            outcomes.append(account(log, prepared.cohort, scenario, strategy))
            n_rows += len(log)
            spent_clock += ticked - passed
            spent_outcomes += (passed := perf_counter()) - ticked
        results_of(scenario, (Accounted(0, outcome) for outcome in outcomes))
        spent_outcomes += perf_counter() - passed
        processor = process_time() - processor
    return Timing(_arms(scenario), n_rows, luck, spent_clock, spent_outcomes, processor)


def timed_naive(scenario: Scenario, naive: Naive) -> Timing:
    """Time the naive version of all strategies; it has no parts."""
    with _without_old_garbage():
        processor, began = process_time(), perf_counter()
        n_rows = sum(int(naive(scenario, strategy, 0)["n_rows"]) for strategy in scenario.strategies)
        spent = perf_counter() - began
        processor = process_time() - processor
    return Timing(_arms(scenario), n_rows, 0.0, spent, 0.0, processor)


@contextmanager
def _without_old_garbage() -> Iterator[None]:
    """Let nothing that lived before cost a collection during the measurement; new garbage costs as ever."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _speeds(
    scenario: Scenario, repeats: int, clocks: Mapping[str, Clock], naive: Naive | None
) -> dict[str, Any]:
    """Time all contestants in turns, so that a slow spell of the machine meets each of them."""
    contestants: dict[str | None, Callable[[Scenario], Timing]] = {
        name: partial(timed_run, clock=clock) for name, clock in clocks.items()
    }
    if naive is not None:
        contestants[None] = partial(timed_naive, naive=naive)
    few = with_settings(scenario, {"run.n_patients": min(WARM_UP_PATIENTS, scenario.run.n_patients)})
    for contestant in contestants.values():
        contestant(few)
    timings: dict[str | None, list[Timing]] = {name: [] for name in contestants}
    for _ in range(repeats):
        for name, contestant in contestants.items():
            timings[name].append(contestant(scenario))
    middle = {name: median(times) for name, times in timings.items()}
    return {
        "scenario": scenario.name,
        "has_limits": scenario.has_limits,
        "n_patients": scenario.run.n_patients,
        "n_strategies": len(scenario.strategies),
        "clocks": {name: middle[name].content() for name in clocks},
        "naive": middle[None].content() if None in middle else None,
        "growth": [],
    }


def median(timings: Sequence[Timing]) -> Timing:
    """Return the timing in the middle; of an even number, the slower of the two."""
    return sorted(timings, key=attrgetter("whole"))[len(timings) // 2]


def _growth(small: Scenario, large: Scenario, sizes: Sizes, clock: Clock) -> dict[str, float]:
    """Return what a patient-arm costs in a large cohort relative to a small one, and an event of the clock.

    A small cohort carries the fixed costs of a run and, with short queues, more events per patient; the
    ratio per event of the clock alone shows what these would hide. Processor time shows what is left when
    other programs had no part in it: the large cohort runs once, and long.
    """
    few = median([timed_run(small, clock) for _ in range(sizes.repeats)])
    many = timed_run(large, clock)
    return {
        "cost_ratio": few.arms_per_second / many.arms_per_second,
        "processor_ratio": (many.processor / many.n_arms) / (few.processor / few.n_arms),
        "clock_ratio_per_event": (many.clock / many.n_rows) / (few.clock / few.n_rows),
        "events_per_arm_small": few.n_rows / few.n_arms,
        "events_per_arm_large": many.n_rows / many.n_arms,
    }


def _arms(scenario: Scenario) -> int:
    return scenario.run.n_patients * len(scenario.strategies)


def _content(parts: Sequence[dict[str, Any]], sizes: Sizes, clocks: Sequence[str]) -> dict[str, Any]:
    """Put the figures of the first scenario with limits at the top, and the worst growth of all."""
    top = next((part for part in parts if part["has_limits"]), parts[0])
    naive = top["naive"] and top["naive"]["patient_arms_per_second"]
    rates = {name: top["clocks"][name]["patient_arms_per_second"] for name in clocks}
    growth = [row for part in parts for row in part["growth"]]
    return {
        "scenario": top["scenario"],
        "patient_arms_per_second": rates,
        "events_per_second": {name: top["clocks"][name]["events_per_second"] for name in clocks},
        "naive_patient_arms_per_second": naive,
        "times_naive": naive and {name: rate / naive for name, rate in rates.items()},
        "shares": {name: top["clocks"][name]["shares"] for name in clocks},
        "worst_cost_ratio": {
            name: max(row["cost_ratio"] for row in growth if row["clock"] == name) for name in clocks
        },
        "n_patients": sizes.n_patients,
        "repeats": sizes.repeats,
        "small": sizes.small,
        "large": sizes.large,
        "versions": versions(),
        "scenarios": list(parts),
    }
