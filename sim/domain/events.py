"""The event vocabulary and the columns of the event log: the contract between engine and outcomes.

One row per event. ``time`` is in minutes from day 0. Unused columns hold 0, and
``treatment`` holds -1 where no treatment is concerned.

Columns
-------
time : int64
    When it happened [minutes].
patient : int32
    Patient number, from 0.
event : int16
    An `Event`.
treatment : int16
    Position of the treatment in ``scenario.treatments``, or -1.
course : int16
    Course number of this patient, from 0; re-inductions and next lines count on.
session : int16
    Session number within the course, from 0; maintenance sessions count on.
reason : int32
    A `Reason`, a bit set of harms (``SESSION``), or a position as the event says.
value, target : float64
    As the event says: most often the draw and the probability it was held against,
    or the score now and the score it moves to.
until : int64
    As the event says [minutes].
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np

NO_TREATMENT = -1
NEVER = 2**62

LOG_DTYPE = np.dtype(
    [
        ("time", np.int64),
        ("patient", np.int32),
        ("event", np.int16),
        ("treatment", np.int16),
        ("course", np.int16),
        ("session", np.int16),
        ("reason", np.int32),
        ("value", np.float64),
        ("target", np.float64),
        ("until", np.int64),
    ]
)


class Event(IntEnum):
    """What can happen to a patient."""

    REFERRED = 1
    """value: score at referral; target: lines of the pathway, 0 = usual care; reason: position of the
    pathway in a mix."""
    SCREENED = 2
    """Screening appointment held, again after a deferral; until: the wished day."""
    SCREENING_MISSED = 3
    """value: draw; target: chance of missing; until: the wished day."""
    ELIGIBLE = 4
    """For ``treatment``; reason: 1 when after a deferral."""
    DEFERRED = 5
    """reason: position of the condition; until: re-screening day."""
    ROUTED = 6
    """To ``treatment``; reason: position of the condition."""
    INELIGIBLE = 7
    """For ``treatment``; reason: position of the condition."""
    DECLINED = 8
    """value: draw; target: chance of accepting, distance included."""
    NOT_APPROVED = 9
    """value: draw; target: chance of approval."""
    PREPARED = 10
    """Preparation visit held; until: the wished day."""
    COURSE_STARTED = 11
    """First session reached; until: the day the treatment was decided."""
    SESSION = 12
    """Session held; reason: bit set of harms by position; value: dose relative to the first;
    target: 1 in maintenance, 0 in induction; until: the wished day."""
    SESSION_MISSED = 13
    """value: draw; target: chance of missing; until: the wished day."""
    INTEGRATED = 14
    """Integration visit held; until: the wished day."""
    INTEGRATION_SKIPPED = 15
    """No place before the next session."""
    SCORE = 16
    """Score course changes: value now, target to reach, until when; straight between."""
    ASSESSED = 17
    """value: score; target: improvement since referral; reason: an `Outcome`."""
    EXTENDED = 18
    """Partial response: induction extended."""
    MAINTENANCE_STARTED = 19
    """First maintenance session is booked."""
    MAINTENANCE_ENDED = 20
    """Time limit of maintenance reached."""
    TOLERANT = 21
    """Maintenance no longer protects; value: draw; target: share who are prone."""
    DOSE_RAISED = 22
    """value: new dose relative to the first."""
    INTERVAL_SHORTENED = 23
    """value: interval relative to the schedule."""
    RELAPSED = 24
    """value: score; reason: 1 while in maintenance, 0 otherwise."""
    REINDUCTION = 25
    """Same treatment again is decided; reason: how many already."""
    NEXT_LINE = 26
    """reason: position of the next line."""
    DROPPED_OUT = 27
    """Left by own decision; reason: a `Leaving`; value: draw; target: chance of leaving, or of booking
    again after a miss. After a wait that was too long, both hold the days waited beyond the wished day."""
    STOPPED_FOR_HARM = 28
    """reason: position of the harm; value: draw; target: chance that this session's harms end it."""
    USUAL_CARE = 29
    """No (further) treatment: natural course from here."""
    IMPROVED_NATURALLY = 30
    """Spontaneous response; reason: an `Outcome`."""
    DIED = 31
    """reason: a `Death`."""
    HORIZON = 32
    """End of follow-up."""
    NO_PLACE = 33
    """No place in the books until the end of follow-up."""
    CANCELLED = 34
    """Cancelled ahead, so that the place is free again; without ``treatment`` it was a screening. value:
    draw; target: share of missed appointments that are cancelled ahead; until: the wished day; reason: days
    from now to the cancelled day."""
    CHANGED_PATHWAY = 35
    """Takes ``treatment`` instead of waiting longer for another; value, target: days waited beyond the wished
    day."""


class Outcome(IntEnum):
    """Result of an assessment."""

    NO_RESPONSE = 0
    PARTIAL_RESPONSE = 1
    RESPONSE = 2
    REMISSION = 3


class Leaving(IntEnum):
    """When a patient left by own decision."""

    WAITING_FOR_SCREENING = 1
    WAITING_FOR_TREATMENT = 2
    MISSED_SCREENING = 3
    INDUCTION = 4
    MAINTENANCE = 5
    WAITING_FOR_SESSION = 6
    MISSED_SESSION = 7


WHILE_WAITING = frozenset(
    {Leaving.WAITING_FOR_SCREENING, Leaving.WAITING_FOR_TREATMENT, Leaving.WAITING_FOR_SESSION}
)
"""Leaving because of a wait."""


class Death(IntEnum):
    """Cause of death."""

    BACKGROUND = 1
    SUICIDE = 2
    PROCEDURE = 3
