"""Files of a whole comparison: a workbook, a page, and the scenario."""

from __future__ import annotations

import streamlit as st

from sim.report.pictures import NEEDED, can_draw
from sim.report.repeat import command_lines, python_lines
from sim.report.shown_page import Looked, looked_page, looked_workbook
from sim.report.workbook import can_write
from sim.scenario_io.dump import dump
from sim.scenario_io.load import LoadedScenario
from sim.ui import link, sidebar
from sim.ui.charts import HTML, XLSX, YAML, download
from sim.ui.repeating import resolved_name, shown_again
from sim.ui.view import View


def looked_at(view: View) -> Looked:
    """Return what is on screen, with everything that belongs into a file of it."""
    repeat = shown_again(view)
    lines = f"{python_lines(repeat)}\n{command_lines(repeat)}" if view.is_current else ""
    return Looked(
        results=view.chosen,
        loaded=LoadedScenario(view.scenario, view.choice.loaded.composed),
        asked=view.asked,
        file=view.choice.loaded.scenario if view.is_current else None,
        state=view.kind if view.is_current else f"{view.kind} of inputs that changed since",
        link=link.address_of(sidebar.address(view.choice)) if view.is_current else "",
        lines=lines,
    )


def draw_takeaways(looked: Looked) -> None:
    """Draw the buttons that download a comparison; each file is made when its button is pressed."""
    scenario = looked.loaded.scenario
    with st.container(horizontal=True):
        if can_write():
            download("Workbook (XLSX)", lambda: looked_workbook(looked), "comparison.xlsx", XLSX)
        if can_draw():
            download("Report (HTML)", lambda: looked_page(looked), "comparison.html", HTML)
        download("Scenario (YAML)", lambda: dump(scenario), resolved_name(scenario), YAML)
    if not (can_write() and can_draw()):
        st.caption(f"Workbook and report are offered where they can be made. {NEEDED}.")
