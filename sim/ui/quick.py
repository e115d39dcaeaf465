"""Small jobs a page waits for: run in processes of their own, apart from full runs, and remembered."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Any, TypeVar, cast

import streamlit as st

from sim.batch.executors import Runnable
from sim.batch.run import run_jobs
from sim.ui.pools import preview_executor

MOST_KEPT = 8
"""Answers of a kind that a server remembers, for going back at once."""
Part = TypeVar("Part")
Whole = TypeVar("Whole")


def quick(
    kind: str, key: str, jobs: Callable[[], Sequence[Runnable[Part]]], join: Callable[[list[Part]], Whole]
) -> Whole:
    """Return what small jobs give, made now unless it is remembered.

    Parameters
    ----------
    kind : str
        Such as ``preview``; each kind is remembered apart.
    key : str
        What is asked: equal keys of a kind give equal answers.
    jobs : callable
        Makes the jobs; not called when the answer is remembered.
    join : callable
        Puts together what they give.

    Returns
    -------
    object
        Shared by all sessions: not to be changed.

    Raises
    ------
    SimError
        If a job fails or its worker dies; the next one finds new workers.
    """
    return cast(
        "Whole", _remembered(kind).get(key, lambda: join(run_jobs(jobs(), executor=preview_executor())))
    )


def only(made: list[Whole]) -> Whole:
    """Return what the one job gave; for `quick`, where there is nothing to put together."""
    [one] = made
    return one


class Remembered:
    """The latest answers of one kind."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._kept: OrderedDict[str, Any] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str, make: Callable[[], Any]) -> Any:  # noqa: ANN401  of any kind
        """Return the answer to a key, made now unless it is remembered."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made


@st.cache_resource(show_spinner=False)
def _remembered(kind: str) -> Remembered:
    del kind  # one for each
    return Remembered()
