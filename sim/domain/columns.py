"""The columns of results: the contract between what is counted and what it means."""

from __future__ import annotations

KEYS = ("scenario", "strategy", "replication")
CAPACITY_VALUES = (
    "screening_wait_median_days", "screening_wait_p90_days", "screening_over_target_share",
    "screening_left_share", "screening_cut_share", "start_wait_median_days", "start_wait_p90_days",
    "start_over_target_share", "start_left_share", "start_cut_share", "decision_to_start_median_days",
    "decision_to_start_p90_days", "induction_wait_median_days", "induction_wait_p90_days",
    "induction_over_target_share", "induction_left_share", "induction_cut_share",
    "maintenance_wait_median_days", "maintenance_wait_p90_days", "maintenance_over_target_share",
    "maintenance_left_share", "maintenance_cut_share",
    "maintenance_late_share", "maintenance_week_late_share", "maintenance_overdue_days",
    "overdue_relapses_per_100", "excess_relapses_per_100", "excess_relapses_error", "waiting_qaly_loss",
)  # fmt: skip
"""Clinical columns that queues move, as `sim.outcomes.waits`, `overdue` and `waiting_health` define them."""
CLINICAL_VALUES = (
    "n_patients", "eligible_share", "started_share", "response_share", "remission_share",
    "relapse_free_6m", "relapse_free_12m", "median_days_to_response", "median_wait_days",
    "sessions_per_starter", "dropout_share", "depression_free_days",
    "p90_wait_days", "median_screening_wait_days", "p90_screening_wait_days", "missed_share",
    "session_delay_days", "maintenance_delay_days", "left_before_start_share", "stopped_for_harm_share",
    "death_share", "suicide_share", *CAPACITY_VALUES,
)  # fmt: skip
"""Clinical columns: shares between 0 and 1, times in days; nan where undefined."""
REFERRAL_MEASURES = ("referrals", "screening_queue_days", "start_queue_days", "left_waiting")
"""By week of referral from day 0, as `sim.outcomes.referral_waits` defines them."""
CURVE_MEASURES = (
    "score", "in_response", "in_remission", "alive", "relapse_free", "screening_wait_days", "start_wait_days",
    *REFERRAL_MEASURES,
)  # fmt: skip
"""The first four by week since referral, relapse-free by week since assessment, the others from day 0."""
COLUMNS: dict[str, tuple[str, ...]] = {
    "clinical": (*KEYS, *CLINICAL_VALUES),
    "flows": (*KEYS, "category", "day", "cost", "covered"),
    "health": (*KEYS, "day", "qaly", "life_years"),
    "curves": (*KEYS, "measure", "week", "value"),
    "utilization": (
        *KEYS, "resource", "week", "used_minutes", "offered_minutes", "fillable_minutes", "wanted_minutes",
    ),
    "patients": (
        *KEYS, "patient", "age_years", "severity", "distance_miles", "failed_trials", "payer",
        "started", "responded", "remitted", "depression_free_days",
    ),
    "patient_flows": (*KEYS, "patient", "category", "year", "cost", "covered"),
    "patient_health": (*KEYS, "patient", "year", "qaly", "life_years"),
}  # fmt: skip
"""Columns of every frame, in order; those of single patients hold rows only where they were asked for."""
PATIENT_FRAMES = ("patients", "patient_flows", "patient_health")
"""Frames of single patients."""
PATIENT_DTYPES = {
    "scenario": "O", "strategy": "O", "replication": "i4", "patient": "i4", "age_years": "f8",
    "severity": "f8", "distance_miles": "f8", "failed_trials": "i4", "payer": "O", "started": "?",
    "responded": "?", "remitted": "?", "depression_free_days": "f8", "category": "O", "year": "i2",
    "cost": "f8", "covered": "f8", "qaly": "f8", "life_years": "f8",
}  # fmt: skip
"""Types of the columns of single patients, before names become categorical."""
