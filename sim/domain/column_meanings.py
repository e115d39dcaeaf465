"""What every column of results means, and its unit: one text for documents, workbooks and printed tables.

Money and health are means per referred patient, undiscounted unless their name or frame says otherwise.
"""

from __future__ import annotations

from typing import NamedTuple


class Meaning(NamedTuple):
    """What a column holds.

    Parameters
    ----------
    unit : str
        One of the constants of this module.
    words : str
        In a few words.
    """

    unit: str
    words: str


NAME, TRUTH, NUMBER = "name", "true or false", "number"
DAYS, WEEKS, YEARS, MINUTES, AGE = "days", "weeks", "year", "minutes", "years"
SHARE, MONEY, QALYS, LIFE_YEARS, POINTS, MILES = "share", "USD", "QALY", "life-years", "MADRS points", "miles"
PER_QALY, PER_100, OF_MEASURE = "USD per QALY", "per 100 referred", "as the measure"
MONEY_EACH, EACH = "USD each", "per referred patient"
OF_PARAMETER = "as the parameter"

KEYS = {
    "scenario": Meaning(NAME, "name of the scenario"),
    "strategy": Meaning(NAME, "key of the strategy"),
    "replication": Meaning(NUMBER, "number of the replication, from 0; the same number means the same luck"),
}
_STEPS = {
    "screening": "the first possible to the kept screening appointment",
    "start": "the first possible to the real first session, preparation included",
    "induction": "the wished day to each further session of an induction",
    "maintenance": "the wished day to each session of maintenance",
}
_BY_STEP = {
    f"{step}_{name}": Meaning(unit, words.format(way))
    for step, way in _STEPS.items()
    for name, unit, words in (
        ("wait_median_days", DAYS, "wait from {}: median (Kaplan-Meier)"),
        ("wait_p90_days", DAYS, "wait from {}: within which 9 of 10 end (Kaplan-Meier)"),
        ("over_target_share", SHARE, "waits from {} above the target of the scenario (Kaplan-Meier)"),
        ("left_share", SHARE, "waits from {} that ended because the patient gave up"),
        ("cut_share", SHARE, "waits from {} that death, relapse, improvement or the horizon cut short"),
    )
}
CLINICAL = {
    "n_patients": Meaning(NUMBER, "referred patients"),
    "eligible_share": Meaning(SHARE, "of referred: eligible for a treatment of the strategy"),
    "started_share": Meaning(SHARE, "of referred: had a first session"),
    "response_share": Meaning(SHARE, "of starters: in response at the end of the first course"),
    "remission_share": Meaning(SHARE, "of starters: in remission at the end of the first course"),
    "relapse_free_6m": Meaning(
        SHARE, "of responders: alive without relapse half a year later (Kaplan-Meier)"
    ),
    "relapse_free_12m": Meaning(SHARE, "of responders: alive without relapse a year later (Kaplan-Meier)"),
    "median_days_to_response": Meaning(DAYS, "from referral to the first assessment in response, median"),
    "median_wait_days": Meaning(DAYS, "from referral to the first session of starters, median"),
    "sessions_per_starter": Meaning(NUMBER, "sessions, all courses"),
    "dropout_share": Meaning(SHARE, "of starters: left by their own decision"),
    "depression_free_days": Meaning(DAYS, "days without depression per referred patient, undiscounted"),
    "p90_wait_days": Meaning(DAYS, "from referral to the first session of starters, 9 of 10"),
    "median_screening_wait_days": Meaning(DAYS, "from referral to screening of those screened, median"),
    "p90_screening_wait_days": Meaning(DAYS, "from referral to screening of those screened, 9 of 10"),
    "missed_share": Meaning(SHARE, "of sessions: missed by the patient"),
    "session_delay_days": Meaning(DAYS, "days a session was later than wished, mean"),
    "maintenance_delay_days": Meaning(DAYS, "days a maintenance session was later than wished, mean"),
    "left_before_start_share": Meaning(SHARE, "of referred: left before a first session"),
    "stopped_for_harm_share": Meaning(SHARE, "of starters: stopped a treatment for an adverse event"),
    "death_share": Meaning(SHARE, "of referred: died, of any cause"),
    "suicide_share": Meaning(SHARE, "of referred: died by suicide"),
    **_BY_STEP,
    "decision_to_start_median_days": Meaning(DAYS, "from the decision to the first session, median"),
    "decision_to_start_p90_days": Meaning(DAYS, "from the decision to the first session, 9 of 10"),
    "maintenance_late_share": Meaning(SHARE, "of maintenance sessions held: later than wished"),
    "maintenance_week_late_share": Meaning(SHARE, "of maintenance sessions held: more than a week late"),
    "maintenance_overdue_days": Meaning(DAYS, "days late of maintenance sessions held late, mean"),
    "overdue_relapses_per_100": Meaning(PER_100, "relapses in maintenance while a session was overdue"),
    "excess_relapses_per_100": Meaning(PER_100, "of these, relapses that would not have happened on time"),
    "excess_relapses_error": Meaning(PER_100, "standard error of these within the replication"),
    "waiting_qaly_loss": Meaning(QALYS, "lost by waiting, mean per referred patient, undiscounted"),
}
"""Clinical columns; empty where undefined."""
_CATEGORY = Meaning(NAME, "what the money is for, see `treatpath compare DIR --inventory`")
_COST = Meaning(MONEY, "cost in the scenario's price year")
_COVERED = Meaning(MONEY, "the part of it that an insurer pays")
_QALY = Meaning(QALYS, "quality-adjusted life-years")
_LIFE_YEARS = Meaning(LIFE_YEARS, "years lived")
_DAY = Meaning(DAYS, "day from day 0 of the calendar")
_YEAR = Meaning(YEARS, "year of 365.25 days from day 0, from 0")
_PATIENT = Meaning(NUMBER, "number of the patient, the same person in every strategy")
FRAMES: dict[str, dict[str, Meaning]] = {
    "clinical": KEYS | CLINICAL,
    "flows": KEYS | {"category": _CATEGORY, "day": _DAY, "cost": _COST, "covered": _COVERED},
    "health": KEYS | {"day": _DAY, "qaly": _QALY, "life_years": _LIFE_YEARS},
    "curves": KEYS
    | {
        "measure": Meaning(NAME, "what is measured, see below"),
        "week": Meaning(WEEKS, "week since referral, or from day 0, as the measure says"),
        "value": Meaning(OF_MEASURE, "mean of the patients concerned"),
    },
    "utilization": KEYS
    | {
        "resource": Meaning(NAME, "key of the resource"),
        "week": Meaning(WEEKS, "week from day 0"),
        "used_minutes": Meaning(MINUTES, "booked and used, no-shows included"),
        "offered_minutes": Meaning(MINUTES, "open, all units together; empty without a limit"),
        "fillable_minutes": Meaning(MINUTES, "open and to be filled by whole visits; empty without a limit"),
        "wanted_minutes": Meaning(MINUTES, "asked for on the wished day, also by those who gave up or wait"),
    },
    "patients": KEYS
    | {
        "patient": _PATIENT,
        "age_years": Meaning(AGE, "age at referral"),
        "severity": Meaning(POINTS, "score at referral"),
        "distance_miles": Meaning(MILES, "way to the clinic"),
        "failed_trials": Meaning(NUMBER, "treatments that failed before"),
        "payer": Meaning(NAME, "key of the payer"),
        "started": Meaning(TRUTH, "had a first session"),
        "responded": Meaning(TRUTH, "in response at the end of the first course"),
        "remitted": Meaning(TRUTH, "in remission at the end of the first course"),
        "depression_free_days": Meaning(DAYS, "days without depression"),
    },
    "patient_flows": KEYS
    | {"patient": _PATIENT, "category": _CATEGORY, "year": _YEAR, "cost": _COST, "covered": _COVERED},
    "patient_health": KEYS | {"patient": _PATIENT, "year": _YEAR, "qaly": _QALY, "life_years": _LIFE_YEARS},
}
"""Columns of the frames of a run."""
MEASURES = {
    "score": Meaning(POINTS, "mean score of those alive, by week since referral"),
    "in_response": Meaning(SHARE, "time in response, remission included, by week since referral"),
    "in_remission": Meaning(SHARE, "time in remission, by week since referral"),
    "alive": Meaning(SHARE, "referred patients alive, by week since referral"),
    "relapse_free": Meaning(SHARE, "responders without relapse or death, by week since assessment"),
    "screening_wait_days": Meaning(DAYS, "from referral to screening, by week from day 0"),
    "start_wait_days": Meaning(DAYS, "from referral to the first session, by week from day 0"),
    "referrals": Meaning(NUMBER, "patients referred in the week from day 0"),
    "screening_queue_days": Meaning(DAYS, "beyond the wished day of screening, by week of referral"),
    "start_queue_days": Meaning(DAYS, "beyond the wished days of a start, by week of referral"),
    "left_waiting": Meaning(SHARE, "referred who gave up waiting, by week of referral"),
}
"""Measures of the frame ``curves``."""
_WORLD_KEYS = {
    "scenario": KEYS["scenario"],
    "part": Meaning(NAME, "`drawn`: a draw; `base`: the scenario as it is (world 0) and at all means (1)"),
    "world": Meaning(NUMBER, "number of the draw, from 0"),
    "replication": Meaning(NUMBER, "number of the patients it met; several per draw tell chance"),
}
_AT_RATES = "discounted at the scenario's own rate"
DRAWN_FRAMES: dict[str, dict[str, Meaning]] = {
    "parameters": _WORLD_KEYS
    | {
        "parameter": Meaning(NAME, "dotted path of the figure; one that stands in several places comes once"),
        "value": Meaning(OF_PARAMETER, "value that was drawn"),
    },
    "response": _WORLD_KEYS
    | {
        "treatment": Meaning(NAME, "key of the treatment"),
        "value": Meaning(SHARE, "expected response of starters at the end of an induction"),
    },
    "money": _WORLD_KEYS
    | {
        "strategy": KEYS["strategy"],
        "category": _CATEGORY,
        "year": _YEAR,
        "cost": _COST,
        "covered": _COVERED,
        "cost_discounted": Meaning(MONEY, f"cost, {_AT_RATES}"),
        "covered_discounted": Meaning(MONEY, f"covered part, {_AT_RATES}"),
    },
    "health": _WORLD_KEYS
    | {
        "strategy": KEYS["strategy"],
        "year": _YEAR,
        "qaly": _QALY,
        "life_years": _LIFE_YEARS,
        "qaly_discounted": Meaning(QALYS, f"quality-adjusted life-years, {_AT_RATES}"),
        "life_years_discounted": Meaning(LIFE_YEARS, f"years lived, {_AT_RATES}"),
    },
    "clinical": _WORLD_KEYS | {"strategy": KEYS["strategy"]} | CLINICAL,
}
"""Columns of the frames of a probabilistic analysis."""
_AGAINST = "against the comparator"
_GAINED = {
    "responder": ("responders", "responders", EACH),
    "remitter": ("remitters", "remitters", EACH),
    "depression_free_day": ("depression_free_days", "depression-free days", DAYS),
}
SUMMARY = (
    {"scenario": KEYS["scenario"], "strategy": KEYS["strategy"]}
    | {name: CLINICAL[name] for name in CLINICAL if name not in _BY_STEP}
    | {
        "cost": Meaning(MONEY, "discounted cost"),
        "qaly": Meaning(QALYS, "discounted QALYs"),
        "life_years": Meaning(LIFE_YEARS, "discounted years lived"),
        "nmb": Meaning(MONEY, "net monetary benefit: willingness to pay times QALYs, less cost"),
        "incremental_cost": Meaning(MONEY, f"discounted cost {_AGAINST}"),
        "incremental_qaly": Meaning(QALYS, f"discounted QALYs {_AGAINST}"),
        "incremental_nmb": Meaning(MONEY, f"net monetary benefit {_AGAINST}"),
        "status": Meaning(NAME, "on frontier, dominated or extendedly dominated"),
        "icer": Meaning(PER_QALY, "extra cost per extra QALY against the next cheaper on the frontier"),
        "icer_versus": Meaning(NAME, "that strategy"),
        "icer_low": Meaning(PER_QALY, "lower end of its 95 % interval (Fieller)"),
        "icer_high": Meaning(PER_QALY, "upper end of its 95 % interval (Fieller)"),
        "icer_reason": Meaning(NAME, "why there is no ICER"),
    }
    | {many: Meaning(unit, words) for many, words, unit in _GAINED.values() if many not in CLINICAL}
    | {f"incremental_{many}": Meaning(unit, f"{words} {_AGAINST}") for many, words, unit in _GAINED.values()}
    | {
        f"cost_per_{one}": Meaning(MONEY_EACH, f"all costs over all {words}")
        for one, (_, words, _) in _GAINED.items()
    }
    | {
        f"incremental_cost_per_{one}{end}": Meaning(
            MONEY_EACH, f"extra cost per extra {one}{more} {_AGAINST}"
        )
        for one in _GAINED
        for end, more in (("", ""), ("_low", ", lower end of the 95 % interval"), ("_high", ", upper end"))
    }
)
"""Columns of comparisons, such as ``summary.csv``; ``<column>_se`` is the error between replications."""
DRAWN_SUMMARY = {
    "scenario": KEYS["scenario"],
    "strategy": KEYS["strategy"],
    "n_draws": Meaning(NUMBER, "draws"),
} | {
    f"{name}{end}": Meaning(SUMMARY[name].unit, f"{words} {SUMMARY[name].words}")
    for name in ("cost", "qaly", "nmb")
    for end, words in (
        ("", "mean over draws:"),
        ("_se", "standard error between draws:"),
        ("_base", "the scenario as it is:"),
        ("_base_se", "standard error of the scenario as it is:"),
        ("_gap", "mean over draws less the scenario as it is:"),
        ("_gap_se", "standard error of that gap:"),
        ("_by_values", "what of the gap comes from values that are no means of their distributions:"),
    )
}
"""Columns of the summary of a probabilistic analysis."""
ERROR = "_se"


def meaning_of(column: str) -> Meaning | None:
    """Return what a column of a comparison or of clinical results means; of an error, what it belongs to.

    Parameters
    ----------
    column : str
        Such as ``cost`` or ``cost_se``.

    Returns
    -------
    Meaning or None
        None where nothing is known of it.

    Examples
    --------
    >>> meaning_of("cost_se")
    Meaning(unit='USD', words='standard error of: discounted cost')
    """
    known = SUMMARY | {name: meaning for name, meaning in CLINICAL.items() if name not in SUMMARY}
    of = column.removesuffix(ERROR)
    if column in known or of not in known:
        return known.get(column)
    return Meaning(known[of].unit, f"standard error of: {known[of].words}")
