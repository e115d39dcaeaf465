"""Change any setting of a scenario: find it, see what stands behind it, set it, take it back."""

from __future__ import annotations

import json
from collections.abc import Sequence

import streamlit as st

from sim.domain.plain_names import plain_name
from sim.domain.scenario import Scenario
from sim.report.editing import Editable, editable, found, told_of
from sim.scenario_io.child import child_text
from sim.scenario_io.load import LoadedScenario
from sim.scenario_io.yaml_file import Plain, parse_value
from sim.ui import drafts, kept_files, levers, session, sources
from sim.ui.view import View
from sim.ui.words import plain

TOLD, SAVED_TOLD, SAVE_NAME = "setting told", "save told", "save name"
MOST_SHOWN = 300
"""Settings a list offers; more words find fewer."""
KEPT = 4


def draw_editor(view: View) -> None:
    """Draw the search for a setting, and the one that was found."""
    settings = _settings(sources.digest_of(view.choice.scenario), view.choice.loaded, view.choice.scenario)
    text = st.text_input(
        "Find a setting", key="find setting", placeholder="words of its name, path, unit or source",
        persist_state="session",
    )  # fmt: skip
    matching = found(settings, text)
    if not matching:
        st.info(f"No setting has all these words. There are {len(settings):,}; try fewer words.")
        return
    offered = {one.path: one for one in matching[:MOST_SHOWN]}
    path = st.selectbox(
        f"Setting ({len(matching):,} of {len(settings):,} found)", list(offered), key="setting",
        format_func=lambda key: f"{offered[key].label} · {key}" if key in offered else key,
        persist_state="session",
    )  # fmt: skip
    if path in offered:
        _setting(view, offered[path])


def draw_changes(view: View) -> None:
    """Draw the list of changes, each with a button that takes it back, and a way to keep them all."""
    changed = view.choice.what_ifs
    st.header(f"Changes ({len(changed)})")
    if not changed:
        st.caption("None: the scenario is as its file gives it.")
        return
    before = {one.path: one.value for one in _file_settings(view)}
    for path, value in changed.items():
        old = f"{shown(before[path])} → " if path in before else ""
        with st.container(border=True):
            st.markdown(f"**{plain(plain_name(path))}**: {plain(old)}{plain(shown(value))}  \n`{path}`")
            st.button(f"Remove {plain_name(path)}", key=f"remove {path}", on_click=_remove, args=(path,))
    with st.form("save form", border=False):
        st.text_input("Keep these changes as a scenario named", key=SAVE_NAME)
        st.form_submit_button("Save as a scenario of this session", on_click=_save, args=(view,))
    drafts.show_told(SAVED_TOLD)


def shown(value: Plain) -> str:
    """Return a value as a reader types it."""
    return value if isinstance(value, str) else json.dumps(value)


def _setting(view: View, one: Editable) -> None:
    """Draw one setting: what it is, and a field for another value."""
    st.markdown(f"**{plain(one.label)}**: {plain(shown(one.value))} {plain(one.unit)}  \n`{one.path}`")
    file = {setting.path: setting for setting in _file_settings(view)}.get(one.path, one)
    if about := told_of(view.choice.loaded.scenario, file):
        st.caption(f"{'' if file.value == one.value else 'In the file: '}{plain(about)}")
    key = f"value {one.path} {shown(one.value)}"
    with st.form("setting form", border=False):
        st.text_input(
            f"New value{f' [{one.unit}]' if one.unit else ''}", value=shown(one.value), key=key,
            help="A number, true or false, a word, or a list such as [1, 2]. A number put in place of "
            "another loses its source and is marked as a what-if.",
        )  # fmt: skip
        st.form_submit_button("Change it", on_click=_change, args=(view.choice.loaded, one, key))
    drafts.show_told(TOLD)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _settings(digest: str, _loaded: LoadedScenario, _scenario: Scenario) -> list[Editable]:
    del digest  # what the list is remembered by
    return editable(_loaded, _scenario)


def _file_settings(view: View) -> Sequence[Editable]:
    loaded = view.choice.loaded
    return _settings(sources.digest_of(loaded.scenario), loaded, loaded.scenario)


def _change(loaded: LoadedScenario, one: Editable, key: str) -> None:
    """Take a typed value over into the what-ifs, if the scenario can have it."""

    def change() -> str:
        typed = str(session.value(key))
        value = typed if isinstance(one.value, str) else parse_value(typed, file=one.path)
        changed = {path: old for path, old in session.what_ifs().items() if path != one.path}
        before = {setting.path: setting for setting in editable(loaded, loaded.scenario)}.get(one.path)
        if before is None or before.value != value:
            changed[one.path] = value
        sources.changed(loaded, changed)
        session.set_what_ifs(changed)
        return f"{one.label} is now {shown(value)} {one.unit}.{_beyond(before or one, value)}"

    drafts.tell(TOLD, change)


def _beyond(one: Editable, value: Plain) -> str:
    if one.low is None or one.high is None or not isinstance(value, int | float):
        return ""
    if one.low <= value <= one.high:
        return ""
    return f" Outside the plausible range, {one.low:g} to {one.high:g}."


def _remove(path: str) -> None:
    session.set_what_ifs({key: value for key, value in session.what_ifs().items() if key != path})
    session.forget(levers.PREFIX)
    session.set_value(TOLD, None)


def _save(view: View) -> None:
    """Keep the scenario with its changes under a name, and show it."""

    def save() -> str:
        scenario = view.choice.scenario
        name = kept_files.free_name(str(session.value(SAVE_NAME) or scenario.name), "")
        text = child_text(view.choice.loaded, scenario, name, read=sources.read_shipped)
        return f"Saved; the sidebar now shows {kept_files.keep(text, name)}."

    drafts.tell(SAVED_TOLD, save)
