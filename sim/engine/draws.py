"""Draws that visits ask for while the clock runs: uniforms by patient, purpose and occurrence.

Which session a patient reaches is not known before, and most would be drawn for nothing. An address alone
fixes a draw (see `sim.streams`), so it makes no difference when, or by which clock, it is looked up.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sim.streams import Streams, purpose_of

SCREENING_NO_SHOW = purpose_of("screening/no_show")
SCREENING_REBOOKS = purpose_of("screening/rebooks")
UPTAKE_INSTEAD = purpose_of("uptake/instead")
APPROVAL_INSTEAD = purpose_of("approval/instead")
UPTAKE = purpose_of("uptake")
APPROVAL = purpose_of("approval")
SESSION_NO_SHOW = purpose_of("session/no_show")
SESSION_REBOOKS = purpose_of("session/rebooks")
SESSION_DROPOUT = purpose_of("session/dropout")
SESSION_DEATH = purpose_of("session/death")
CANCELS_SCREENING = purpose_of("screening/cancels")
CANCELS_SESSION = purpose_of("session/cancels")
HARM_STOP = purpose_of("session/harm_stop")


@dataclass(frozen=True, slots=True)
class Draws:
    """The draws of one replication's patients, shared by its strategies.

    Parameters
    ----------
    streams : Streams
        Random streams of the replication.
    n_patients : int
        Patients, numbered from 0 here and from ``streams.first`` in the streams.
    columns : dict
        Draws made so far: those of all patients by purpose and occurrence.
    """

    streams: Streams
    n_patients: int
    columns: dict[tuple[int, int], memoryview] = field(default_factory=dict)


def uniform(draws: Draws, patient: int, purpose: int, occurrence: int) -> float:
    """Return a patient's draw for the given occurrence of a purpose, in (0, 1)."""
    address = (purpose, occurrence)
    if address not in draws.columns:
        draws.columns[address] = draws.streams.numbered(purpose, draws.n_patients, occurrence).data
    return draws.columns[address][patient]
