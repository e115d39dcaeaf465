"""The works a session waits for: begun, left, and given up some time after its browser has gone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Timer
from typing import Any, TypeVar

import streamlit as st

from sim.ui import session
from sim.ui.works import Work, WorkQueue, work_queue

GRACE = 120.0
"""Time a reader whose browser has gone may take to come back, as Streamlit keeps a session [s]."""
T = TypeVar("T")


@dataclass(eq=False)
class Following:
    """What one session waits for, by kind such as ``run``.

    Parameters
    ----------
    queue : WorkQueue
        Does the works.
    """

    queue: WorkQueue
    _works: dict[str, Work[Any]] = field(default_factory=dict)
    _left: set[str] = field(default_factory=set)
    _leaving: Timer | None = None

    def work(self, kind: str) -> Work[Any] | None:
        """Return the last work of a kind that was begun, also when it is over or was left."""
        return self._works.get(kind)

    def has_left(self, kind: str) -> bool:
        """Tell whether the reader cancelled the last work of a kind."""
        return kind in self._left

    def begin(self, kind: str, start: Callable[[], Work[T]]) -> Work[T]:
        """Begin a work in the place of the one before, which goes on if it is the same.

        Parameters
        ----------
        kind : str
            What a session follows only one of.
        start : callable
            Starts a work in the queue, or joins it.

        Returns
        -------
        Work
            The one that is now followed.
        """
        before, was_left = self.work(kind), self.has_left(kind)
        work = start()
        self._works[kind] = work
        self._left.discard(kind)
        if before is not None and not was_left:
            self.queue.leave(before)  # after the new one was asked for, so that the same work never stops
        return work

    def leave(self, kind: str) -> None:
        """Stop waiting for a work; once only, however often the reader presses the button."""
        work = self.work(kind)
        if work is not None and kind not in self._left:
            self._left.add(kind)
            self.queue.leave(work)

    def leave_all(self) -> None:
        """Stop waiting for everything that still runs."""
        for kind, work in list(self._works.items()):
            if work.is_running:
                self.leave(kind)

    def go_away(self, within: float = GRACE) -> None:
        """Leave everything in so many seconds, unless the reader comes back."""
        self.come_back()
        self._leaving = Timer(within, self.leave_all)
        self._leaving.daemon = True
        self._leaving.start()

    def come_back(self) -> None:
        """Go on waiting."""
        if self._leaving is not None:
            self._leaving.cancel()
            self._leaving = None


def following() -> Following:
    """Return what this session waits for; to be asked for while its browser is there."""
    found = session.following(lambda: Following(work_queue()))
    found.come_back()
    _present(found)
    return found


@st.cache_resource(scope="session", show_spinner=False, on_release=Following.go_away)
def _present(_found: Following) -> Following:
    """Return the same, let go when the browser of this session goes away."""
    return _found
