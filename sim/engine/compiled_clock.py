"""The compiled clock: the visits and the heap that drives them, turned into machine code by Numba.

The only module that speaks Numba. The source of the visits is written to a file named after its hash in the
user's cache, so that machine code is kept from run to run and made anew when a visit changes.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
import tempfile
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.domain.events import LOG_DTYPE
from sim.engine.heap_clock import ROWS_PER_LINE, ROWS_PER_VISIT
from sim.engine.records import ClinicRecords, LogRecords, Records, agenda_records, log_state
from sim.engine.twin import twin_source

ROWS_PER_PATIENT = 40
"""Rows there is room for at first; the log grows when they are not enough."""
HASH_LENGTH = 16
OWNER_ONLY = 0o700
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
        if state["n_rows"] + most_rows > len(rows):
            rows = _doubled(rows)
        if agenda.size[0] + len(patients) > len(agenda.times):
            agenda = agenda._replace(times=_doubled(agenda.times), numbers=_doubled(agenda.numbers))
    return rows[: state["n_rows"]]


def _doubled(array: NDArray[Any]) -> NDArray[Any]:
    longer = np.empty(2 * len(array), array.dtype)
    longer[: len(array)] = array
    return longer


def has_machine_code() -> bool:
    """Return True when the clock was compiled before, for these visits and this Numba and Python."""
    return _marker(_source()[1]).exists()


def keep_machine_code() -> None:
    """Note that the clock is compiled, once it has run."""
    _marker(_source()[1]).touch()


@lru_cache(maxsize=1)
def compiled() -> ModuleType:
    """Return the module of compiled functions; the first call after a change compiles, later ones load.

    Raises
    ------
    ImportError
        If Numba is not installed.
    """
    text, path = _source()
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
    return text, _cache() / f"visits_{hashlib.sha256(made_by.encode()).hexdigest()[:HASH_LENGTH]}.py"


def _marker(path: Path) -> Path:
    return path.with_suffix(".compiled")


def _cache() -> Path:
    """Return a directory of our own that can be written: in the user's cache, or a temporary one."""
    for place in (_in_user_cache, _in_temporary):
        try:
            directory = place()
            directory.mkdir(mode=OWNER_ONLY, parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=directory) as file:
                if os.fstat(file.fileno()).st_uid == directory.stat().st_uid:
                    return directory
        except (OSError, RuntimeError):  # no home, or no right to write there
            continue
    return Path(tempfile.mkdtemp(prefix="treatpath-"))


def _in_user_cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "treatpath"


def _in_temporary() -> Path:
    user = getattr(os, "getuid", int)()  # where users have no number, their temporary files are apart
    return Path(tempfile.gettempdir()) / f"treatpath-{user}"
