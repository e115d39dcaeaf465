"""Runs and previews of scenarios: what a page shows, from the server's queue or at once."""

from __future__ import annotations

from concurrent.futures import Executor

import streamlit as st

from sim.batch.preview import shared_out
from sim.batch.run import Progress, simulate
from sim.batch.server_clock import server_clock
from sim.design.preview import preview_of
from sim.domain.scenario import Scenario
from sim.results import Results
from sim.results.stored import KIND, StoredResults
from sim.scenario_io import shipped
from sim.ui.pools import count_preview_workers
from sim.ui.quick import quick
from sim.ui.sources import digest_of
from sim.ui.works import Work, work_queue

RUN = "run"


def start(scenario: Scenario) -> Work[Results]:
    """Start a scenario in full, or join or return the run of the same scenario."""
    clock = server_clock()

    def begin(executor: Executor, on_progress: Progress) -> Results:
        return simulate(scenario, executor=executor, engine=clock, on_progress=on_progress)

    work: Work[Results] = Work(
        key_of(scenario), f"scenario '{scenario.name}'", "replications", about=scenario
    )
    return work_queue().follow(work, begin)


def key_of(scenario: Scenario) -> str:
    """Return what names the run of a scenario in the queue."""
    return f"{RUN} {digest_of(scenario)}"


def finished(scenario: Scenario) -> Results | None:
    """Return the results of a full run of this very scenario, if there are some."""
    work: Work[Results] | None = work_queue().finished(key_of(scenario))
    if work is not None:
        return work.result()
    return shipped_results().get(digest_of(scenario))


@st.cache_resource(show_spinner=False)
def shipped_results() -> dict[str, Results]:
    """Return the results that come with the package, by digest of the scenario."""
    found: dict[str, Results] = {}
    for directory in shipped.finished_directories(KIND):
        results = StoredResults.open(directory).load()
        found |= {settings.digest: results for settings in results.settings.values()}
    return found


def preview(scenario: Scenario) -> Results:
    """Return the results of a smaller run, made now unless they are remembered.

    Parameters
    ----------
    scenario : Scenario
        In full size.

    Returns
    -------
    Results
        Of `sim.design.preview.preview_of`; the same numbers as a run of that.

    Raises
    ------
    JobError
        If a worker fails; the next preview finds new ones.
    """
    small = preview_of(scenario)
    key = f"{digest_of(scenario)} {small.run}"
    return quick(
        "preview", key, lambda: shared_out(small, server_clock(), count_preview_workers()), Results.combine
    )
