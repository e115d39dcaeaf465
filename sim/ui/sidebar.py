"""The frame round every page: which scenario, how much of it, and how to look at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from sim.batch.settings import with_settings
from sim.domain.economics import DrugPrice, Perspective
from sim.domain.scenario import Scenario
from sim.report.words import DRUG_PRICES, PERSPECTIVES
from sim.scenario_io import shipped
from sim.scenario_io.load import load_all
from sim.ui import state
from sim.ui.jobs import run_queue

FIRST_SCENARIO = "base"
PATIENTS = 500
REPLICATIONS = 4
FILES_KEPT = 16
MOST_PATIENTS = 20_000
MOST_REPLICATIONS = 200
WTP_STEP = 10_000.0
RATE_STEP = 0.005
RATE_FORMAT = "%.3f"


@dataclass(frozen=True, slots=True)
class Choice:
    """What the sidebar says.

    Parameters
    ----------
    scenario : Scenario
        Scenario with the chosen numbers of patients and replications.
    asked : dict
        Output settings; changing one needs no new run.
    """

    scenario: Scenario
    asked: dict[str, Any]


def draw() -> Choice:
    """Draw the sidebar, start runs that were asked for, and return the choice."""
    with st.sidebar:
        scenario = _sized(_scenario())
        if st.button("Run", type="primary", key="start", width="stretch") or state.current_run() is None:
            _start(scenario)
        st.divider()
        return Choice(scenario, _output_settings(scenario))


def _scenario() -> Scenario:
    names = shipped.names()
    first = names.index(FIRST_SCENARIO) if FIRST_SCENARIO in names else 0
    name = st.selectbox("Scenario", names, index=first, key="scenario")
    scenarios = read_scenarios(str(name))
    if len(scenarios) == 1:
        return scenarios[0]
    by_name = {scenario.name: scenario for scenario in scenarios}
    chosen = st.selectbox("Variant", list(by_name), key="variant")
    return by_name[str(chosen)]


@st.cache_data(max_entries=FILES_KEPT, show_spinner="Reading the scenario")
def read_scenarios(name: str) -> list[Scenario]:
    """Return the scenarios of a shipped file."""
    return load_all(name)


def _sized(scenario: Scenario) -> Scenario:
    patients = st.number_input(
        "Patients per strategy",
        min_value=1,
        max_value=MOST_PATIENTS,
        value=PATIENTS,
        step=PATIENTS,
        key="patients",
    )
    replications = st.number_input(
        "Replications", min_value=1, max_value=MOST_REPLICATIONS, value=REPLICATIONS, key="replications",
        help="Independent repetitions; more of them narrow the intervals.",
    )  # fmt: skip
    return with_settings(scenario, {"run.n_patients": int(patients), "run.replications": int(replications)})


def _start(scenario: Scenario) -> None:
    """Leave the run this session followed and follow a new one."""
    former = state.current_run()
    run = run_queue().submit(scenario)
    if former is not None:
        run_queue().leave(former)
    state.follow_run(run)


def _output_settings(scenario: Scenario) -> dict[str, Any]:
    """Draw the settings that need no new run."""
    economics = scenario.economics
    st.caption("Output settings: these need no new run.")
    strategies = {key: strategy.label for key, strategy in scenario.strategies.items()}
    perspectives = [str(perspective) for perspective in Perspective]
    prices, years = [str(price) for price in DrugPrice], list(economics.index_by_year)
    return {
        "perspective": st.selectbox(
            "Perspective", perspectives, index=perspectives.index(economics.perspective),
            format_func=PERSPECTIVES.__getitem__, key="perspective",
        ),
        "comparator": st.selectbox(
            "Compare with", list(strategies), index=list(strategies).index(economics.comparator),
            format_func=strategies.__getitem__, key=f"comparator of {scenario.name}",
        ),
        "wtp": st.number_input(
            "Willingness to pay for one QALY ($)", min_value=1.0, value=float(economics.wtp), step=WTP_STEP,
            format="%.0f", key="wtp",
        ),
        "discount_rate_costs": st.number_input(
            "Discount rate, costs", 0.0, 1.0, economics.discount_rate_costs, RATE_STEP, RATE_FORMAT,
            key="rate_costs",
        ),
        "discount_rate_effects": st.number_input(
            "Discount rate, effects", 0.0, 1.0, economics.discount_rate_effects, RATE_STEP, RATE_FORMAT,
            key="rate_effects",
        ),
        "drug_price": st.selectbox(
            "Drugs", prices, index=prices.index(economics.drug_price),
            format_func=DRUG_PRICES.__getitem__, key="drug_price",
        ),
        "price_year": st.selectbox(
            "Prices of year", years, index=years.index(economics.price_year), key=f"year of {scenario.name}",
        ),
    }  # fmt: skip


Page = Callable[[Choice], None]
"""A page draws itself for a choice."""
