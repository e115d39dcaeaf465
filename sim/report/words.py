"""Plain words for closed lists: of the event log, and of output settings."""

from __future__ import annotations

from sim.domain.events import Death, Leaving, Outcome

OUTCOMES: dict[Outcome, str] = {
    Outcome.NO_RESPONSE: "no response",
    Outcome.PARTIAL_RESPONSE: "a partial response",
    Outcome.RESPONSE: "a response",
    Outcome.REMISSION: "remission",
}

LEAVINGS: dict[Leaving, str] = {
    Leaving.WAITING_FOR_SCREENING: "while waiting for the screening appointment",
    Leaving.WAITING_FOR_TREATMENT: "while waiting for treatment to begin",
    Leaving.MISSED_SCREENING: "after the missed screening appointment",
    Leaving.INDUCTION: "during the induction",
    Leaving.MAINTENANCE: "during maintenance",
    Leaving.WAITING_FOR_SESSION: "while waiting for the next session",
    Leaving.MISSED_SESSION: "after a missed session",
}

DEATHS: dict[Death, str] = {
    Death.BACKGROUND: "of a cause unrelated to treatment; drawn from the life table for this age and sex",
    Death.SUICIDE: "by suicide; the risk depends on the clinical state, not on the treatment",
    Death.PROCEDURE: "of a complication of the procedure",
}

PERSPECTIVES = {
    "sector": "healthcare sector",
    "payer": "payer",
    "patient": "patient",
    "programme": "programme",
    "societal": "societal",
}
DRUG_PRICES = {"list": "at list price", "net": "net of rebates"}

MISSED = frozenset({Leaving.MISSED_SCREENING, Leaving.MISSED_SESSION})
