"""What queues do, in tables and sentences: waits by step, what they cost, and a warning when they grow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sim.analysis.queues import LEAST_LEAVING, LEAST_RISE_DAYS, Queue
from sim.report.numbers import NOTHING, Number, days, money, qaly, share, with_error
from sim.report.tables import Row, Table

STEPS = {
    "screening": "Screening",
    "start": "Start of treatment",
    "induction": "Further induction session",
    "maintenance": "Maintenance session",
}
_SERVED = {"screening": "screening", "start": "the start of treatment"}
_WARNED = (Queue.GROWING, Queue.HELD_BY_LEAVING, Queue.RISING)


def queue_tables(rows: Sequence[Row], labels: Mapping[str, str]) -> list[Table]:
    """Return how long each step waits beyond the first possible day, and what that costs.

    Parameters
    ----------
    rows : sequence of mapping
        Rows of `sim.analysis.capacity` of one scenario; none without a resource with a limit.
    labels : mapping
        Plain name by strategy.

    Returns
    -------
    list of Table
        None or two; strategies that nobody waits for are left out.
    """
    waiting = [row for row in rows if row["resources"]]
    if not waiting:
        return []
    return [
        Table(
            "Days waited beyond the first possible day (median / 9 of 10; in brackets: share of waits over "
            "the target, and share given up)",
            ("Strategy", *STEPS.values()),
            tuple((labels[row["strategy"]], *(_step(row, step) for step in STEPS)) for row in waiting),
        ),
        Table(
            "What waiting does (late: maintenance sessions held late, in brackets by more than a week; "
            "relapses, QALYs and cost: of all referred, QALYs undiscounted; settled: mean days beyond the "
            "first possible day without the first weeks)",
            (
                "Strategy", "Late maintenance", "Relapses from lateness, per 100", "QALYs lost waiting",
                "Programme cost", "Settled wait: screening + start",
            ),
            tuple((labels[row["strategy"]], *_doing(row)) for row in waiting),
        ),
    ]  # fmt: skip


def queue_warnings(rows: Sequence[Row], labels: Mapping[str, str], resources: Mapping[str, str]) -> list[str]:
    """Return a sentence for each strategy whose queue does not settle by itself.

    Parameters
    ----------
    rows : sequence of mapping
        Rows of `sim.analysis.capacity` of one scenario.
    labels, resources : mapping
        Plain name by strategy and by resource.

    Returns
    -------
    list of str
        None in a closed cohort, where referrals do not go on, and where waits settle.
    """
    told = [(labels[row["strategy"]], row["queue"]) for row in rows if row.get("queue")]
    return [f"{label}: {_warning(queue, resources)}" for label, queue in told if queue["kind"] in _WARNED]


def _warning(queue: Row, resources: Mapping[str, str]) -> str:
    match queue["kind"]:
        case Queue.HELD_BY_LEAVING:
            return (
                f"waits level off only because {queue['left_share']:.0%} of those referred give up waiting; "
                f"{_asked(queue, resources)}."
            )
        case Queue.RISING:
            return (
                f"{_rises(queue)} when referrals end, though {_asked(queue, resources)}; let referrals last "
                "longer to see where waits settle."
            )
    left = queue["left_share"]
    limit = (
        f", but for those who give up ({left:.0%} of the referred so far)" if left >= LEAST_LEAVING else ""
    )
    return (
        f"demand exceeds capacity and the queue grows without limit{limit}: {_asked(queue, resources)}. "
        "Waits told here depend on how long referrals last."
    )


def _asked(queue: Row, resources: Mapping[str, str]) -> str:
    """Tell what is asked of the resource that serves the step told, whose waits rise, then of the others."""
    name, overfull = queue["resource"], queue["overfull"]
    if name is None and not overfull:
        return "no resource that serves it has a limit"
    explains = name is not None and (queue["demand"] > 1 or not overfull)
    first = queue if explains else overfull[0]
    told = (
        f"{resources[first['resource']]} is asked for {first['demand']:.0%} of what whole visits can fill of "
        "its minutes"
    )
    if explains and queue["kind"] == Queue.GROWING and (queue["rise_days"] or 0) >= LEAST_RISE_DAYS:
        told += f", and {_rises(queue)}"
    more = [one for one in overfull if one["resource"] != first["resource"]]
    others = [f"{resources[one['resource']]} is asked for {one['demand']:.0%}, too" for one in more]
    return "; ".join([told, *others])


def _rises(queue: Row) -> str:
    step, growth = _SERVED[queue["step"]], queue["growth_days_per_week"] or 0
    return f"waits for {step} still rise by {growth:.2g} days with every week of referrals"


def _step(row: Row, step: str) -> str:
    """Return median and 90th percentile with the shares over the target and given up."""
    median, most, over, left = (
        row[f"{step}_{name}"]
        for name in ("wait_median_days", "wait_p90_days", "over_target_share", "left_share")
    )
    if left is None:
        return NOTHING
    shares = [f"{over:.0%} over"] if over is not None else []
    return f"{_short(median)} / {_short(most)} ({', '.join([*shares, f'{left:.0%} left'])})"


def _short(value: Number) -> str:
    return NOTHING if value is None else f"{value:.0f}"


def _doing(row: Row) -> tuple[str, ...]:
    late, week = row["maintenance_late_share"], row["maintenance_week_late_share"]
    return (
        NOTHING if late is None else f"{share(late)} ({share(week)})",
        _relapses(row),
        with_error(row["waiting_qaly_loss"], row.get("waiting_qaly_loss_se"), qaly),
        with_error(row["programme_cost"], row.get("programme_cost_se"), money),
        _settled(row["queue"]),
    )


def _relapses(row: Row) -> str:
    """Return the excess; its error within the replication when there is none between replications."""
    if row["maintenance_late_share"] is None:
        return NOTHING
    error = row.get("excess_relapses_per_100_se")
    excess = round(row["excess_relapses_per_100"], 1) + 0.0  # no minus before zero
    return with_error(excess, row["excess_relapses_error"] if error is None else error, days)


def _settled(queue: Row | None) -> str:
    if queue is None:
        return "no open programme"
    if queue["kind"] == Queue.GROWING:
        return "does not settle"
    if queue["kind"] == Queue.RISING or queue["warm_up_weeks"] is None:
        return f"not settled in {queue['referral_weeks']} weeks"
    waits = " + ".join(
        with_error(queue[f"steady_{step}_days"], queue[f"steady_{step}_days_se"], days)
        for step in ("screening", "start")
    )
    return f"{waits} ({queue['warm_up_weeks']} of {queue['referral_weeks']} weeks cut)"
