"""The plan for capacity in words and tables: what one more is worth, the cheapest staffing, the frontier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.report.answer import PERSPECTIVES
from sim.report.numbers import NOTHING, count, days, joined, money, share, with_error
from sim.report.tables import Table

Content = Mapping[str, Any]
SURE = 0.95
SMALL_COUNT = 2
"""Decimals of QALYs of a whole programme."""


def staffing_sentences(content: Content) -> list[str]:
    """Return the answer in plain sentences.

    Parameters
    ----------
    content : mapping
        From `sim.batch.staffing.plan_capacity`.

    Returns
    -------
    list of str
        The cheapest staffing if a target was asked for, how sure it is, and the bottleneck of today.
    """
    sentences = [*_cheapest(content), _bottleneck(content), *_together(content)]
    if content["other_strategies"]:
        others = ", ".join(content["other_strategies"])
        sentences.append(f"Planned for: {content['strategy_label']}. For another, --strategy: {others}.")
    return sentences


def staffing_tables(content: Content) -> list[Table]:
    """Return the tables of a plan.

    Parameters
    ----------
    content : mapping
        From `sim.batch.staffing.plan_capacity`.

    Returns
    -------
    list of Table
        Staffing, values, joint values; with a target also one step less, and the frontier.
    """
    tables = [_staffing_table(content), _value_table("today's staffing", content, content)]
    if content["joint"]:
        tables.append(_joint_table(content))
    if content.get("at_answer"):
        tables.append(_value_table("the cheapest staffing", content["at_answer"], content))
    if content.get("neighbors"):
        tables.append(_neighbor_table(content))
    if content.get("frontier"):
        tables.append(_frontier_table(content))
    return tables


def staffing_caption(content: Content) -> str:
    """Return what every table must say about itself.

    Parameters
    ----------
    content : mapping
        From `sim.batch.staffing.plan_capacity`.

    Returns
    -------
    str
        Money, perspective, time and errors.
    """
    years = "year" if content["horizon_years"] == 1 else "years"
    return (
        f"Worth: net benefit of the whole programme at {money(content['wtp'])} per QALY, "
        f"{PERSPECTIVES[content['perspective']]} perspective, {content['currency']} {content['price_year']}, "
        f"discounted; {count(content['n_patients'])} referrals, each followed for "
        f"{content['horizon_years']:g} {years}, per year of the {content['years']:.1f} years that it is "
        "staffed. Paid hours of the unit itself stand apart. Difference to the same patients with the same "
        f"luck ± standard error between {content['n_replications']} replications (chance only); "
        f"{content['n_staffings']} staffings simulated."
    )


def _cheapest(content: Content) -> list[str]:
    targets = content.get("targets")
    if not targets:
        return []
    wanted = joined([target["target"] for target in targets])
    reached = joined([f"{target['column']} {_target_value(target)}" for target in targets])
    if not content["is_met"]:
        return [
            f"No staffing meets {wanted}: even one with plenty of all that may change gives {reached}. "
            "What is left comes from lead times, or from resources that may not change."
        ]
    today = content["today"]
    was = joined([f"{target['column']} {_target_value(target)}" for target in today["targets"]])
    return [
        f"The cheapest staffing with {wanted} costs {money(content['cost'])} a year in paid hours: "
        f"{_listed(content['answer'], content)}. It gives {reached}. Today's costs {money(today['cost'])} "
        f"and gives {was}.",
        _how_sure(content),
    ]


def _how_sure(content: Content) -> str:
    """Say how sure the answer is."""
    claim = f"Of {content['n_staffings']} staffings simulated: {content['search']['claim']}."
    chances = [target["chance_met"] for target in content["targets"]]
    if any(chance is None for chance in chances):
        return f"{claim} Run at least two replications to tell how sure it is."
    surest = min(chances)
    held = min(target["share_met"] for target in content["targets"])
    low, high = content["certainty"]["cost_low"], content["certainty"]["cost_high"]
    cost = (
        f"; the cheapest cost lies between {money(low)} and {money(high)} (95 %)" if low is not None else ""
    )
    text = (
        f"{claim} The target holds in {share(held)} of replications, and on average with a chance of "
        f"{share(surest)}{cost}."
    )
    return text if surest >= SURE else f"{text} For a surer answer, raise --replications."


def _bottleneck(content: Content) -> str:
    name, by = content["bottleneck"], content["bottleneck_by"]
    if content["n_replications"] == 1:
        return "Run at least two replications to tell the bottleneck from chance."
    if content["bottleneck_together"] and name is None:
        return (
            f"Bottleneck today: {_names(content['bottleneck_together'], content)} together; more of one "
            f"alone is worth nothing.{_worth_together(content)}"
        )
    if name is None:
        return "Bottleneck today: none; one more of any resource is worth nothing beyond chance."
    row, label = content["value_of_one_more"][name], content["resources"][name]
    value = with_error(row["value"], row["se"], money)
    if by == "wait":
        return (
            f"Bottleneck today: {label}. {_one_more(row)} shortens the wait by "
            f"{days(-row['wait_change'])} days; its worth, {value} a year, is not above 0 beyond chance."
        )
    care = f"{money(abs(row['saving']))} {'less' if row['saving'] >= 0 else 'more'} spent on care"
    pays = "it pays for itself" if row["pays"] else "that is not clearly less than it is worth"
    pays = "that is more than it is worth" if row["net_value"] < 0 else pays
    return (
        f"Bottleneck today: {label}. {_one_more(row)} is worth {value} a year ({_qalys(row)} QALYs, {care}); "
        f"its paid hours cost {money(row['cost_of_unit'])}: {pays}."
    )


def _together(content: Content) -> list[str]:
    """Name resources that bind together beside a bottleneck that binds alone."""
    if content["bottleneck"] is None or not content["bottleneck_together"]:
        return []
    names = _names(content["bottleneck_together"], content)
    return [f"{names} also bind together: more of one alone is worth nothing.{_worth_together(content)}"]


def _worth_together(content: Content) -> str:
    row = next(row for row in content["joint"] if row["resources"] == content["bottleneck_together"])
    value = with_error(row["value"], row["se"], money)
    shorter = with_error(row["wait_change"], row["wait_change_se"], days)
    return f" One more of each is worth {value} a year and changes the wait by {shorter} days."


def _staffing_table(content: Content) -> Table:
    today, answer = content["today"], content.get("answer")
    parts = [("Today", today), *([("Cheapest", answer)] if answer and content["is_met"] else [])]
    header = ["Resource"]
    for name, _ in parts:
        header += [name, "Paid hours a year", "Used"]
    rows = []
    for key, label in content["resources"].items():
        cells = [label if key in content["may_change"] else f"{label} (fixed)"]
        for _, part in parts:
            cells += [_amount(part, key), money(part["cost_by_resource"][key])]
            cells.append(share(part["utilization"][key]))
        rows.append(tuple(cells))
    summed_up = [(with_error(part["wait"], part["wait_se"], days), _left(part)) for _, part in parts]
    rows += [
        ("In all", *(cell for _, part in parts for cell in (NOTHING, money(part["cost"]), NOTHING))),
        ("Wait, days", *(cell for wait, _ in summed_up for cell in (wait, NOTHING, NOTHING))),
        ("Left before starting", *(cell for _, left in summed_up for cell in (left, NOTHING, NOTHING))),
    ]
    return Table(
        f"Staffing (wait: {content['wait_column']}, of those who started; left: of all referred)",
        tuple(header),
        tuple(rows),
    )


def _left(part: Content) -> str:
    left = part["left_before_start_share"]
    return NOTHING if left is None else share(left)


def _value_table(where: str, values: Content, content: Content) -> Table:
    rows = tuple(
        (content["resources"][key], _one_more(row), *_worth(row))
        for key, row in values["value_of_one_more"].items()
    )
    return Table(
        f"What one more is worth a year, from {where} on",
        ("Resource", "More", "Worth", "Money saved", "QALYs", "Wait, days", "Costs", "Worth less costs"),
        rows,
        n_worded=2,
    )


def _worth(row: Content) -> tuple[str, ...]:
    return (
        with_error(row["value"], row["se"], money),
        with_error(row["saving"], row["saving_se"], money),
        with_error(row["qaly"], row["qaly_se"], _qaly_number),
        with_error(row["wait_change"], row["wait_change_se"], days),
        money(row["cost_of_unit"]),
        with_error(row["net_value"], row["se"], money),
    )


def _joint_table(content: Content) -> Table:
    rows = tuple(
        (
            _names(row["resources"], content),
            "yes" if row["binds_together"] else "in waits" if row["waits_together"] else "no",
            with_error(row["value"], row["se"], money),
            NOTHING if row["apart"] is None else money(row["apart"]),
            with_error(row["more_than_apart"], row["more_than_apart_se"], money),
            with_error(row["wait_change"], row["wait_change_se"], days),
            money(row["cost_of_unit"]),
        )
        for row in content["joint"]
    )
    return Table(
        "One more of each together, from today's staffing on",
        ("Resources", "Bind together", "Worth", "Sum of each alone", "More than that", "Wait, days", "Costs"),
        rows,
        n_worded=2,
    )


def _neighbor_table(content: Content) -> Table:
    rows = tuple(
        (
            f"Less {content['resources'][row['resource']]}: {_amount(row, row['resource'])}",
            "yes" if row["is_met"] else "no",
            money(row["saving"]),
            with_error(row["wait"], row["wait_se"], days),
            with_error(row["longer"], row["longer_se"], days),
            "yes" if row["is_distinguishable"] else "no",
        )
        for row in content["neighbors"]
    )
    return Table(
        "One step less than the cheapest staffing",
        ("Staffing", "Meets the target", "Saves a year", "Wait, days", "Longer by", "Beyond chance"),
        rows,
        n_worded=2,
    )


def _frontier_table(content: Content) -> Table:
    keys = list(content["resources"])
    rows = tuple(
        (
            money(row["cost"]),
            with_error(row["wait"], row["wait_se"], days),
            "yes" if row["is_met"] else "no",
            *(_amount(row, key) for key in keys),
        )
        for row in content["frontier"]
    )
    return Table(
        "Cost of staffing against wait (of the staffings simulated, those that no cheaper one beats)",
        ("Paid hours a year", "Wait, days", "Meets the target", *content["resources"].values()),
        rows,
        n_worded=0,
    )


def _listed(part: Content, content: Content) -> str:
    return joined([f"{label} {_amount(part, key)}" for key, label in content["resources"].items()])


def _amount(part: Content, key: str) -> str:
    """Return units, and days a week where these may change."""
    units = f"{part['staffing'][key]:g}"
    if key not in part["open_days"]:
        return units
    return f"{units} on {part['open_days'][key]} {'day' if part['open_days'][key] == 1 else 'days'}"


def _one_more(row: Content) -> str:
    if row["kind"] == "day a week":
        return "One more day a week"
    return "One more" if row["step"] == 1 else f"{row['step']:g} more"


def _target_value(target: Content) -> str:
    form = share if target["column"].endswith("_share") else days
    return with_error(target["value"], target["se"], form)


def _qalys(row: Content) -> str:
    return with_error(row["qaly"], row["qaly_se"], _qaly_number)


def _qaly_number(value: float) -> str:
    return f"{value:.{SMALL_COUNT}f}"


def _names(keys: Sequence[str], content: Content) -> str:
    return joined([content["resources"][key] for key in keys])
