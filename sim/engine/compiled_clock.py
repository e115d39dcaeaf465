"""The compiled clock: the visits and the heap that drives them, turned into machine code by Numba.

The only module that speaks Numba. The source of the visits is written to a file named after its hash in the
user's cache, so that machine code is kept from run to run and made anew when a visit changes.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.domain.events import LOG_DTYPE
from sim.engine.code_cache import cache_directory, drop_damaged, is_kept, keep
from sim.engine.heap_clock import ROWS_PER_LINE, ROWS_PER_VISIT
from sim.engine.records import ClinicRecords, LogRecords, Records, agenda_records, log_state
from sim.engine.twin import twin_source

ROWS_PER_PATIENT = 40
"""Rows there is room for at first; the log grows when they are not enough."""
HASH_LENGTH = 16
_compiled_before = [0]
"""How often this process has compiled the clock."""
HEAD = """import numpy as np
from numba import njit as numba_njit

from sim.engine.machine_code import borrowed, high_word
from sim.engine.records import AgendaRecords, BooksRecords, ClinicRecords, LogRecords, WaitingRecords

njit = numba_njit(nogil=True, no_cpython_wrapper=True, no_cfunc_wrapper=True)
"""
TAIL = """

@numba_njit(cache=True, nogil=True)
def run_borrowed(patients, clinic, log, agenda):
    books = BooksRecords(borrowed(clinic.books.days), clinic.books.rules)
    waiting = WaitingRecords(borrowed(clinic.waiting.slots), clinic.waiting.state)
    fates = borrowed(clinic.fates)
    clinic = ClinicRecords(clinic.care, clinic.policy, books, waiting, fates, clinic.draws)
    log = LogRecords(borrowed(log.rows), log.state)
    agenda = AgendaRecords(
        borrowed(agenda.times), borrowed(agenda.numbers), borrowed(agenda.size), borrowed(agenda.morning)
    )
    run(borrowed(patients), clinic, log, agenda)
"""


def run_compiled(patients: Records, clinic: ClinicRecords) -> Records:
    """Run all patients to the end of their follow-up and return the log.

    Parameters
    ----------
    patients : ndarray of void, shape (n_patients,)
        Records as `sim.engine.records.patient_records` makes them; they are used up.
    clinic : ClinicRecords
        The clinic they share; its books are used up.

    Returns
    -------
    ndarray of ``LOG_DTYPE``, shape (n_rows,)
        Events in order of time, ties by patient number.
    """
    run = compiled().run_borrowed
    most_rows = ROWS_PER_VISIT + ROWS_PER_LINE * clinic.policy["pathways"]["n_lines"].max()
    rows = np.empty(ROWS_PER_PATIENT * len(patients) + most_rows, LOG_DTYPE)
    state, agenda = log_state(most_rows), agenda_records(patients["referral"])
    while agenda.size[0] > 0:
        run(patients, clinic, LogRecords(rows, state), agenda)
        _keep_new_machine_code(run)
        if state["n_rows"] + most_rows > len(rows):
            rows = _doubled(rows)
        if agenda.size[0] + len(patients) > len(agenda.times):
            agenda = agenda._replace(times=_doubled(agenda.times), numbers=_doubled(agenda.numbers))
    return rows[: state["n_rows"]]


def _doubled(array: NDArray[Any]) -> NDArray[Any]:
    longer = np.empty(2 * len(array), array.dtype)
    longer[: len(array)] = array
    return longer


def _keep_new_machine_code(run: Any) -> None:  # noqa: ANN401  Numba's dispatcher
    """Note what is on disk once it has grown: the first time, or for records of unusual lengths."""
    compiled_here = sum(run.stats.cache_misses.values())
    if compiled_here > _compiled_before[0]:
        _compiled_before[0] = compiled_here
        keep_machine_code()


def has_machine_code() -> bool:
    """Return True when the clock was compiled before, for these visits and this Numba and Python."""
    return is_kept(_source()[1])


def keep_machine_code() -> None:
    """Note what is on disk now, so that damage is seen."""
    keep(_source()[1])


@lru_cache(maxsize=1)
def compiled() -> ModuleType:
    """Return the module of compiled functions; the first call after a change compiles, later ones load.

    Raises
    ------
    ImportError
        If Numba is not installed.
    """
    text, path = _source()
    drop_damaged(path)
    if not path.exists():
        unfinished = path.with_suffix(f".{os.getpid()}")
        unfinished.write_text(text, encoding="utf-8")
        os.utime(unfinished, (0, 0))  # machine code holds for one time of its source, whoever wrote it
        unfinished.replace(path)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"cannot load {path}")
    module = sys.modules[path.stem] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@lru_cache(maxsize=1)
def _source() -> tuple[str, Path]:
    """Return the source of the compiled module and where it stands."""
    text = HEAD + twin_source() + TAIL
    pieces = Path(__file__).with_name("machine_code.py").read_text(encoding="utf-8")
    made_by = f"{text}{pieces}{version('numba')}{np.__version__}{sys.version}"
    return text, cache_directory() / f"visits_{hashlib.sha256(made_by.encode()).hexdigest()[:HASH_LENGTH]}.py"
