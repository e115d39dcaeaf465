"""The only module that touches the session's state, by typed getters and setters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import streamlit as st

from sim.scenario_io.yaml_file import Plain
from sim.ui.works import Work

T = TypeVar("T")
_WORKS = "works"
_LAST = "last finished"
_WHAT_IFS = "what-ifs"
_HISTORY = "history"
_LINK = "link"
_NOTES = "notes"
_UPLOADS = "uploads"
_TOLD = "told"


@dataclass(frozen=True, slots=True)
class Started:
    """A run this session started.

    Parameters
    ----------
    work : Work
        Running, or over.
    source, variant : str
        Scenario file, and the scenario of it.
    what_ifs : mapping
        What was changed above the file.
    began : str
        When [UTC].
    """

    work: Work[Any]
    source: str
    variant: str
    what_ifs: Mapping[str, Plain]
    began: str


def _kept(name: str, first: T) -> T:
    """Return a value of the session, put there when it is first asked for."""
    return cast("T", st.session_state.setdefault(name, first))


def following(make: Callable[[], T]) -> T:
    """Return what keeps the works this session waits for, made when it is first asked for."""
    if _WORKS not in st.session_state:
        st.session_state[_WORKS] = make()
    return cast("T", st.session_state[_WORKS])


def last_finished(kind: str) -> Work[Any] | None:
    """Return the last work of a kind that this session saw end well."""
    return _kept(_LAST, cast("dict[str, Work[Any]]", {})).get(kind)


def finish(kind: str, work: Work[Any]) -> None:
    """Remember a finished work as the last of its kind."""
    _kept(_LAST, cast("dict[str, Work[Any]]", {}))[kind] = work


def what_ifs() -> dict[str, Plain]:
    """Return what this session changed above the scenario file, by dotted path."""
    return dict(_kept(_WHAT_IFS, cast("dict[str, Plain]", {})))


def set_what_ifs(changed: Mapping[str, Plain]) -> None:
    """Replace what this session changed above the scenario file."""
    st.session_state[_WHAT_IFS] = dict(changed)


def history() -> list[Started]:
    """Return the runs this session started, the latest first."""
    return list(reversed(_kept(_HISTORY, cast("list[Started]", []))))


def begin(started: Started) -> None:
    """Add a run to the history; the same run comes once."""
    runs = [one for one in _kept(_HISTORY, cast("list[Started]", [])) if one.work is not started.work]
    st.session_state[_HISTORY] = [*runs, started]


def uploads() -> dict[str, str]:
    """Return the scenario files this session uploaded or wrote: text by name."""
    return dict(_kept(_UPLOADS, cast("dict[str, str]", {})))


def add_upload(name: str, text: str) -> None:
    """Keep a scenario file for this session."""
    _kept(_UPLOADS, cast("dict[str, str]", {}))[name] = text


def link_asked() -> dict[str, list[str]]:
    """Return what the address asked for when this session began."""
    return _kept(_LINK, {key: st.query_params.get_all(key) for key in st.query_params})


def value(key: str) -> Any:  # noqa: ANN401  a widget's value may be anything
    """Return the value of a widget, None if it was never drawn or set."""
    return st.session_state.get(key)


def has(key: str) -> bool:
    """Tell whether a widget has a value, be it None; one that was forgotten has not."""
    return key in st.session_state


def set_value(key: str, new: object) -> None:
    """Set the value of a widget that is drawn later in this run."""
    st.session_state[key] = new


def forget(prefix: str) -> None:
    """Forget the values of all widgets whose key begins so."""
    for key in [key for key in st.session_state if str(key).startswith(prefix)]:
        del st.session_state[key]


def note(text: str) -> None:
    """Keep a sentence for the reader until the next page is drawn."""
    notes = _kept(_NOTES, cast("list[str]", []))
    if text not in notes:
        notes.append(text)


def take_notes() -> list[str]:
    """Return the sentences kept for the reader, once."""
    return cast("list[str]", st.session_state.pop(_NOTES, []))


def telling() -> dict[str, Any]:
    """Return what the address of this page shall say."""
    return _kept(_TOLD, cast("dict[str, Any]", {}))


def take_told() -> dict[str, Any]:
    """Return what the address of this page shall say, and begin anew."""
    return cast("dict[str, Any]", st.session_state.pop(_TOLD, {}))
