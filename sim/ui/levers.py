"""Sliders and fields for what a planner moves; each writes a what-if and shows what it stands for."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from sim.design.dsa import Lever, point
from sim.design.planner import (
    Amount,
    capacities,
    lever_names,
    mixes,
    planner_levers,
    referrals,
    shares_of,
    step_of,
)
from sim.domain.scenario import Scenario
from sim.domain.scenario_parts import LARGEST_COHORT
from sim.report.evidence import evidence_text
from sim.scenario_io.yaml_file import Plain
from sim.ui import session
from sim.ui.sources import FILES_KEPT, digest_of
from sim.ui.words import plain
from sim.units import PERCENT

PREFIX = "lever "
"""Begin of the keys of all widgets here."""
CAPACITY, MIX, SIZE = "Capacity", "Mix", "Size of the full run"
MOST_REPLICATIONS = 1000


@dataclass(frozen=True, slots=True)
class Offered:
    """A slider that is offered: its figure, what is said of it, and the settings of its file's value."""

    lever: Lever
    label: str
    help: str
    before: Mapping[str, Plain]


def draw_levers(file: Scenario) -> None:
    """Draw all levers of a scenario.

    Parameters
    ----------
    file : Scenario
        As its file gives it.
    """
    for place, (heading, found) in enumerate(_offered(digest_of(file), file).items()):
        if found:
            with st.expander(heading, expanded=place == 0):
                for one in found:
                    _slider(one)
    with st.expander(CAPACITY, expanded=any(one.value is not None for one in capacities(file))):
        for amount in referrals(file):
            _amount(amount)
        st.caption("Units in parallel while open; an empty field means no limit.")
        for amount in capacities(file):
            _amount(amount)
    _mixes(file)
    with st.expander(SIZE):
        _whole("Patients per strategy", "run.n_patients", file.run.n_patients, LARGEST_COHORT)
        _whole("Replications", "run.replications", file.run.replications, MOST_REPLICATIONS)


@st.cache_resource(max_entries=FILES_KEPT, show_spinner=False)
def _offered(digest: str, _file: Scenario) -> dict[str, list[Offered]]:
    """Work out once for each scenario what its sliders say."""
    del digest
    by_heading = planner_levers(_file)
    names = lever_names(_file, [lever for found in by_heading.values() for lever in found])
    return {
        heading: [
            Offered(
                lever,
                f"{plain(names[lever.path])} [{lever.unit}]",
                plain(evidence_text(_file, lever.path)),
                dict(point(_file, lever, lever.value)),
            )
            for lever in found
        ]
        for heading, found in by_heading.items()
    }


def _slider(offered: Offered) -> None:
    """Draw a slider over the plausible range, widened to where a link or a file put it."""
    lever = offered.lever
    now = float(_now(lever.path, lever.value))
    step = step_of(lever.low, lever.high)
    session.set_value(PREFIX + lever.path, now)
    st.slider(
        offered.label,
        min(lever.low, now),
        max(lever.high, now),
        step=step,
        key=PREFIX + lever.path,
        help=offered.help,
        on_change=_moved,
        args=(lever.paths, PREFIX + lever.path, offered.before),
        format="%g" if step % 1 else "%.0f",
    )
    if not lever.low <= now <= lever.high:
        st.caption(f"Outside the plausible range, {lever.low:g} to {lever.high:g}.")


def _amount(amount: Amount) -> None:
    now = _now(amount.path, amount.value)
    session.set_value(PREFIX + amount.path, None if now is None else float(now))
    st.number_input(
        plain(amount.label),
        min_value=amount.step,
        max_value=max(amount.high, float(now or 0)),
        value=None,
        step=amount.step,
        key=PREFIX + amount.path,
        placeholder="no limit",
        on_change=_moved,
        args=((amount.path,), PREFIX + amount.path, {amount.path: amount.value}),
    )


def _whole(label: str, path: str, value: int, most: int) -> None:
    session.set_value(PREFIX + path, int(_now(path, value)))
    st.number_input(
        label, 1, most, key=PREFIX + path, on_change=_moved, args=((path,), PREFIX + path, {path: value})
    )


def _mixes(file: Scenario) -> None:
    """Draw the shares of each mix; they are divided by their sum, so that they add up."""
    for key, shares in mixes(file).items():
        path = f"strategies.{key}.mix"
        now = _now(path, shares)
        with st.expander(f"{MIX}: {plain(file.strategies[key].label)}"):
            for part in shares:
                key_of_part = f"{PREFIX}{path}.{part}"
                session.set_value(key_of_part, round(PERCENT * now.get(part, 0.0)))
                st.slider(
                    plain(file.strategies[part].label), 1, PERCENT, format="%d %%", key=key_of_part,
                    on_change=_mixed, args=(path, list(shares), shares),
                )  # fmt: skip


def _now(path: str, value: Plain) -> Plain:
    return session.what_ifs().get(path, value)


def _moved(paths: Sequence[str], key: str, before: Mapping[str, Plain]) -> None:
    """Take the value of a widget over into the what-ifs; the file's own value is no change."""
    if not session.has(key):  # it was forgotten; a browser that did not hear of it still sends the old value
        return
    changed, new = session.what_ifs(), session.value(key)
    for path in paths:
        if new == before[path]:
            changed.pop(path, None)
        else:
            changed[path] = new
    session.set_what_ifs(changed)


def _mixed(path: str, parts: Sequence[str], before: Mapping[str, float]) -> None:
    """Take the shares of a mix over, divided by their sum."""
    if not all(session.has(f"{PREFIX}{path}.{part}") for part in parts):
        return
    shares = shares_of({part: session.value(f"{PREFIX}{path}.{part}") for part in parts})
    changed = session.what_ifs()
    changed.pop(path, None)
    if any(round(PERCENT * shares[part]) != round(PERCENT * before[part]) for part in parts):
        changed[path] = shares
    session.set_what_ifs(changed)


def told(what_ifs: Mapping[str, Plain]) -> list[str]:
    """Return what-ifs as ``path = value``."""
    return [f"{path} = {json.dumps(value)}" for path, value in what_ifs.items()]
