"""Finding patients by what befell them."""

from __future__ import annotations

import numpy as np
import pytest

from sim.domain.events import LOG_DTYPE, Event, Leaving, Outcome
from sim.outcomes.fates import Fate, fates

LOG = [
    (0, Event.SESSION, 0),
    (0, Event.ASSESSED, Outcome.REMISSION),
    (0, Event.RELAPSED, 1),
    (0, Event.NEXT_LINE, 1),
    (1, Event.SESSION, 0),
    (1, Event.SESSION_MISSED, 0),
    (1, Event.ASSESSED, Outcome.PARTIAL_RESPONSE),
    (1, Event.DROPPED_OUT, Leaving.MAINTENANCE),
    (2, Event.DROPPED_OUT, Leaving.WAITING_FOR_TREATMENT),
    (3, Event.SESSION, 0),
    (3, Event.TOLERANT, 0),
    (3, Event.STOPPED_FOR_HARM, 0),
]
EXPECTED = {
    Fate.RESPONDED: [0],
    Fate.REMITTED: [0],
    Fate.NOT_HELPED: [1, 3],
    Fate.RELAPSED: [0],
    Fate.NEXT_LINE: [0],
    Fate.TOLERANT: [3],
    Fate.HARMED: [3],
    Fate.MISSED: [1],
    Fate.LEFT: [1, 2],
    Fate.GAVE_UP: [2],
    Fate.UNTREATED: [2],
}


@pytest.fixture(scope="module")
def found():
    log = np.zeros(len(LOG), dtype=LOG_DTYPE)
    for place, (patient, event, reason) in enumerate(LOG):
        log[place]["patient"], log[place]["event"], log[place]["reason"] = patient, event, reason
    return fates(log, 4)


@pytest.mark.parametrize("fate", list(Fate))
def test_patients_are_found_by_their_fate(found, fate):
    assert np.flatnonzero(found[fate]).tolist() == EXPECTED[fate]
