"""Every page opens on every shipped scenario, and on whatever a link says."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from sim.report.answer import NOTICE
from sim.scenario_io import shipped
from sim.ui.frame import SECTIONS

SCRIPT = "import streamlit as st\nfrom sim.ui.frame import draw, page_of\ndraw(page_of(st.session_state['on page']))"
PAGES = [name for pages in SECTIONS.values() for name in pages]
ODD = [
    "nan",
    "-inf",
    "1e308",
    "-1",
    "\u0663",
    "\x00\x1b\u202e",
    "<script>alert(1)</script>",
    "a,,ect",
    "[" * 3000,
]
KEYS = {
    "compare": ["wtp", "perspective", "comparator", "rate_costs", "rate_effects", "drug_price", "price_year"],
    "capacity": ["strategies", "capacity_strategy", "capacity_wait", "capacity_days", "capacity_change",
                 "capacity_replications", "capacity_resource"],
    "budget": ["budget_years", "budget_people", "budget_perspective", "budget_uptake_1", "budget_new_ect"],
    "uncertainty": ["dsa_figures", "dsa_patients", "dsa_replications", "psa_draws", "psa_patients",
                    "psa_replications"],
    "pathways": ["paths_strategy", "paths_replication"],
    "patient": ["follow_patient", "follow_strategy", "follow_beside", "follow_who"],
    "exercises": ["exercise"],
    "myths": ["myths_shown"],
    "scenarios": ["scenario", "variant"],
}  # fmt: skip
"""Names in the address by page."""
SETTING = "treatments.ketamine_home.effect.odds_ratio"
CHANGES = {
    "a path into a list": ["budget.uptake.0=0.5", "strategies.ketamine_home.lines.0.1=5"],
    "a hundred paths": [f"nowhere.path{number}=1" for number in range(100)],
    "a hundred values of one path": [f"economics.wtp={number + 1}" for number in range(100)],
    "paths that contradict each other": [f"{SETTING}=0.5", f"{SETTING}.value=0.7", f"{SETTING}.unit=\"x\""],
    "half a letter": ['title="\\ud800"'],
    "a name of a file": ['name="../../etc/passwd"'],
    "another scenario's strategy": ["strategies.half_home.label=\"x\""],
    "no strategies": ["strategies={}"],
    "a file of the server": ['extends="/etc/passwd"'],
    "more than a field takes": ["economics.wtp=1e9", "run.replications=5000", "resources.chair.units=0.5"],
    "no budget": ["budget=null"],
}  # fmt: skip


@pytest.fixture
def opened(server):
    """Return a function that opens a page of a session."""
    session = AppTest.from_string(SCRIPT, default_timeout=120)

    def open_page(name):
        session.session_state["on page"] = name
        session.run()
        assert not session.exception, name
        assert not session.error, name
        assert session.title, name
        assert NOTICE in session.main.markdown[-1].value, name
        return session

    open_page.session = session
    return open_page


@pytest.mark.slow
@pytest.mark.parametrize("name", shipped.names())
def test_every_page_opens_on_a_shipped_scenario(opened, name):
    opened.session.query_params["scenario"] = name
    for page in PAGES:
        if page not in {"validation", "myths", "exercises", "about"}:
            assert opened(page).selectbox(key="scenario").value == name


@pytest.mark.slow
@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
@pytest.mark.parametrize("page", KEYS)
def test_a_page_opens_whatever_stands_in_its_address(opened, page, odd):
    opened.session.query_params.update(dict.fromkeys(KEYS[page], odd))
    assert opened(page).info


@pytest.mark.slow
@pytest.mark.parametrize("asked", CHANGES)
def test_a_page_opens_whatever_changes_a_link_asks_for(opened, asked):
    opened.session.query_params["set"] = CHANGES[asked]
    for page in ("compare", "budget", "scenarios"):
        opened(page)
    for what_if in opened.session.session_state["what-ifs"]:
        assert any(text.startswith(what_if) for text in CHANGES[asked])
