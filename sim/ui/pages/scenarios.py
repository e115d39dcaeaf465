"""Scenarios: change any number, write or upload a file, see what differs, take it away, repeat it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from sim.analysis.changed_inputs import input_rows
from sim.report.diff_tables import change_rows
from sim.report.repeat import ALL_COMPARED, Repeat, command_lines, python_lines
from sim.scenario_io.child import TEMPLATE
from sim.scenario_io.differences import changes_between
from sim.scenario_io.dump import dump
from sim.ui import drafts, session, sources, what_ifs
from sim.ui.charts import YAML, download, download_table
from sim.ui.repeating import resolved_name, shown_again
from sim.ui.view import View
from sim.ui.words import plain

TABS = ("Change a number", "Edit as text", "Upload", "What differs", "Files", "Repeat it")
THE_FILE = "the file as it is"


def page(view: View) -> None:
    """Draw the page."""
    st.title("Scenarios")
    scenario = view.choice.scenario
    st.markdown(
        f"**{plain(scenario.title)}** (`{scenario.name}`). Everything below works on the scenario of the "
        "sidebar with its changes."
    )
    parts = st.tabs(list(TABS), on_change="rerun", key="scenarios_tab")
    draw = (_change, drafts.draw_draft, _upload, _differences, _files, _repeat)
    for part, function in zip(parts, draw, strict=True):
        if part.open:
            with part:
                function(view)


def _change(view: View) -> None:
    what_ifs.draw_editor(view)
    what_ifs.draw_changes(view)


def _upload(view: View) -> None:
    del view
    drafts.draw_upload()
    st.markdown("A file needs to say only what differs from a shipped scenario. Begin with this one:")
    download("Download a template", lambda: TEMPLATE, "my_programme.yaml", YAML)
    with st.expander("The template"):
        st.code(TEMPLATE, language=None)


def _differences(view: View) -> None:
    """Draw in what the scenario differs from another one."""
    scenario = view.choice.scenario
    with_it = [THE_FILE, *(name for name in sources.names() if name != view.choice.source)]
    chosen = str(st.selectbox("Compare with", with_it, key="differs_from"))
    other = view.choice.loaded.scenario if chosen == THE_FILE else sources.read(chosen)[0].scenario
    rows = change_rows(input_rows(scenario.name, changes_between(other, scenario)))
    if not rows:
        st.info("No setting differs.")
        return
    st.caption(f"{len(rows):,} settings differ; old: {plain(other.title)}; new: {plain(scenario.title)}.")
    table = pd.DataFrame(rows)
    st.dataframe(table, hide_index=True, alt="Settings that differ, old and new, one row each")
    download_table("Download CSV", table, "differences.csv")


def _files(view: View) -> None:
    scenario, name = view.choice.scenario, resolved_name(view.choice.scenario)
    st.markdown("**In full**: every number, also those of parents; needs no other file.")
    download("Download the whole scenario", lambda: dump(scenario), name, YAML, key="file whole")
    st.markdown(
        "**As a small file**: only what differs from a shipped scenario, as one would write it by hand."
    )
    small = drafts.draft_of(view)
    download("Download the small file", lambda: small, f"small_{name}", YAML, key="file small")
    st.code(small, language=None)
    text = session.uploads().get(view.choice.source)
    if text is not None:
        st.markdown("**As it was uploaded or written**, without later changes.")
        download(
            "Download the file as it was", lambda: text, f"{view.choice.source}.yaml", YAML, key="file own"
        )


def _repeat(view: View) -> None:
    """Draw the lines that give exactly the numbers on screen."""
    repeat = shown_again(view)
    size = f"{repeat.n_patients:,} patients per strategy, {repeat.replications} replications"
    st.markdown(
        "These lines give exactly the numbers on screen, with the same version of treatpath: the "
        f"{view.kind} of {size}."
    )
    _needs_file(view, repeat)
    st.markdown("**Python**")
    st.code(python_lines(repeat), language=None, wrap_lines=True)
    st.markdown("**Command line** (Linux, macOS)")
    st.code(command_lines(repeat), language=None, wrap_lines=True)
    if repeat.strategies:
        st.caption(ALL_COMPARED)
    if view.is_preview:
        st.caption("For the full run leave out the patients and replications.")


def _needs_file(view: View, repeat: Repeat) -> None:
    if repeat.file == resolved_name(view.choice.scenario):
        st.markdown(f"They need this scenario beside them, as `{repeat.file}`:")
        scenario = view.choice.scenario
        download("Download the scenario", lambda: dump(scenario), repeat.file, YAML, key="file repeat")
