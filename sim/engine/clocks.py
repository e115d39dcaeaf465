"""Which clock drives a run: SimPy's, or the same visits compiled. Both write the same log, to the bit."""

from __future__ import annotations

import logging
from importlib import import_module
from importlib.util import find_spec

from sim.errors import ScenarioError

SIMPY, COMPILED, AUTO = "simpy", "compiled", "auto"
ENGINES = (AUTO, SIMPY, COMPILED)
LEAST_ARMS = 10_000
"""Patients times strategies from which on loading machine code, about a second, takes less than it saves."""
LEAST_ARMS_TO_COMPILE = 100_000
"""From here on even compiling it, about 30 seconds once after an install, does."""
logger = logging.getLogger("treatpath")
_told: set[str] = set()


def chosen_clock(wanted: str, n_arms: int) -> str:
    """Return the clock for a run; says so, once, when a large run has to do without the fast one.

    Parameters
    ----------
    wanted : str
        One of `ENGINES`; ``auto`` takes the compiled clock where it is installed and saves time.
    n_arms : int
        Patients times strategies times replications of the whole run.

    Returns
    -------
    str
        `SIMPY` or `COMPILED`.

    Raises
    ------
    ScenarioError
        If there is no such clock, or the compiled one is asked for and Numba is not installed.
    """
    known_clock(wanted)
    if wanted == SIMPY or (wanted == AUTO and n_arms < LEAST_ARMS):
        return SIMPY
    if is_installed() and is_compiled():
        return COMPILED
    if wanted == AUTO and n_arms < LEAST_ARMS_TO_COMPILE:
        return SIMPY
    if can_compile():
        _say("compiling the clock, once after an install: about 30 seconds")
        return COMPILED
    if wanted == COMPILED:
        raise ScenarioError("--engine: compiled needs Numba, got none that works; install treatpath[fast]")
    _say("the compiled clock is not installed, so this takes longer; install treatpath[fast]")
    return SIMPY


def known_clock(wanted: str, name: str = "--engine") -> str:
    """Return the name of a clock, or `AUTO`.

    Parameters
    ----------
    wanted : str
        As it was typed.
    name : str
        Option or variable it was typed in, for messages.

    Returns
    -------
    str
        The same.

    Raises
    ------
    ScenarioError
        If there is no such clock.
    """
    if wanted not in ENGINES:
        raise ScenarioError(f"{name}: must be {', '.join(ENGINES[:-1])} or {ENGINES[-1]}, got '{wanted}'")
    return wanted


def clock_at_hand() -> str:
    """Return the compiled clock if it can be had without compiling first, else SimPy's."""
    return COMPILED if is_installed() and is_compiled() else SIMPY


def is_installed() -> bool:
    """Return True when Numba is there."""
    return find_spec("numba") is not None


def can_compile() -> bool:
    """Return True when Numba works: one too old for this NumPy is there, but cannot be used."""
    try:
        import_module("numba")
    except ImportError:
        return False
    return True


def is_compiled() -> bool:
    """Return True when the machine code of these visits is on disk."""
    from sim.engine.compiled_clock import has_machine_code  # noqa: PLC0415

    return has_machine_code()


def _say(sentence: str) -> None:
    """Tell something once in a process; unless told otherwise, logging writes it to stderr."""
    if sentence not in _told:
        _told.add(sentence)
        logger.warning(sentence)
