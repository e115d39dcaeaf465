"""What the pages show: a preview of what the sidebar says, or a full run, and which of the two it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import streamlit as st

from sim.domain.scenario import Scenario
from sim.results import Results
from sim.scenario_io.differences import changes_between
from sim.ui import runs, session
from sim.ui.sidebar import Choice
from sim.ui.works import Work

KEEP = "keep"
"""Key of the switch that keeps the last full run on the page while inputs change."""
MOST_CHANGES = 3
"""Changed paths that are named."""


@dataclass(frozen=True, slots=True)
class View:
    """What a page shows.

    Parameters
    ----------
    choice : Choice
        What the sidebar says now.
    scenario : Scenario
        What the results are of.
    results : Results
        All its strategies.
    is_preview : bool
        True where few patients were simulated.
    is_current : bool
        False where inputs changed since.
    chosen : Results
        Results of the strategies that are compared.
    asked : mapping
        Output settings, the comparator being one of these strategies.
    """

    choice: Choice
    scenario: Scenario
    results: Results
    is_preview: bool
    is_current: bool
    chosen: Results
    asked: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """What the results are of, in words."""
        return "preview" if self.is_preview else "full run"

    @property
    def n_patients(self) -> int:
        """Patients of each strategy and replication that were simulated."""
        return self.results.settings[self.scenario.name].n_patients

    @property
    def n_replications(self) -> int:
        """Replications that were simulated."""
        return int(self.results.clinical["replication"].nunique())


def view_of(choice: Choice) -> View:
    """Return what is shown for a choice.

    A finished full run of these very inputs comes first; else a preview, unless the reader keeps the last
    full run on the page.
    """
    scenario = choice.scenario
    full = runs.finished(scenario)
    if full is not None:
        return _view(choice, scenario, full, is_preview=False, is_current=True)
    last = session.last_finished(runs.RUN)
    if last is not None and session.value(KEEP):
        return _view(choice, last.about, last.result(), is_preview=False, is_current=False)
    return _view(choice, scenario, runs.preview(scenario), is_preview=True, is_current=True)


def _view(
    choice: Choice, scenario: Scenario, results: Results, *, is_preview: bool, is_current: bool
) -> View:
    """Return the view of results, with only the strategies that are compared."""
    known = list(scenario.strategies)
    keys = [key for key in choice.strategies if key in known] or known
    asked = among(choice.asked, keys)
    chosen = results if keys == known else results.only(scenario.name, keys)
    return View(choice, scenario, results, is_preview, is_current, chosen, asked)


def among(asked: Mapping[str, Any], strategies: Sequence[str]) -> dict[str, Any]:
    """Return output settings whose comparator is one of some strategies: as asked, else the first."""
    comparator = asked["comparator"] if asked["comparator"] in strategies else strategies[0]
    return {**asked, "comparator": comparator}


def draw_state(view: View) -> None:
    """Say whether this is a preview or a full run, and whether inputs changed since."""
    size = f"{view.n_patients:,} patients per strategy, {view.n_replications} replications"
    last = cast("Work[Results] | None", session.last_finished(runs.RUN))
    with st.container(horizontal=True, vertical_alignment="center", key="state"):
        if view.is_preview:
            st.badge("Preview", icon=":material/bolt:", color="orange")
            st.caption(f"{size}: wide intervals. Press *Run in full* for all precision.")
        elif view.is_current:
            st.badge("Full run", icon=":material/done_all:", color="blue")
            st.caption(f"{size}.")
        else:
            st.badge("Full run of other inputs", icon=":material/history:", color="orange")
            st.caption(f"{size}. **Inputs changed since this run**: {_changes(view)}")
        if last is not None and (view.is_preview or not view.is_current):
            st.toggle("Keep showing the last full run", key=KEEP, persist_state="session")


def _changes(view: View) -> str:
    changes = [change.path for change in changes_between(view.scenario, view.choice.scenario)]
    more = "" if len(changes) <= MOST_CHANGES else f" and {len(changes) - MOST_CHANGES} more"
    return ", ".join(f"`{path}`" for path in changes[:MOST_CHANGES]) + f"{more}."
