"""The plan for capacity in words: the cheapest staffing, how sure it is, the bottleneck, the caption."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.analysis.staffing_values import IDLE_HOURS
from sim.report.numbers import count, days, joined, money, share, with_error
from sim.report.staffing_tables import amount, names, qaly_number
from sim.report.words import PERSPECTIVES

Content = Mapping[str, Any]
SURE = 0.95
UNCLEAR = "is not above 0 beyond chance"
ENOUGH = 10
"""Replications from which their agreement says something about the cost."""


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
    sentences = [*_cheapest(content), _bottleneck(content), *_shortest_wait(content), *_together(content)]
    if content["other_strategies"]:
        others = ", ".join(content["other_strategies"])
        sentences.append(f"Planned for: {content['strategy_label']}. For another, --strategy: {others}.")
    return sentences


def staffing_caption(content: Content) -> str:
    """Return what every table must say about itself.

    Parameters
    ----------
    content : mapping
        From `sim.batch.staffing.plan_capacity`.

    Returns
    -------
    str
        Money, perspective, time and errors, and which hours are set against the worth.
    """
    years = "year" if content["horizon_years"] == 1 else "years"
    return (
        f"Worth: net benefit of the whole programme at {money(content['wtp'])} per QALY, "
        f"{PERSPECTIVES[content['perspective']]} perspective, {content['currency']} {content['price_year']}, "
        f"discounted; {count(content['n_patients'])} referrals, each followed for "
        f"{content['horizon_years']:g} {years}, per year of the {content['years']:.1f} years that it is "
        f"staffed. {_hours(content)} Difference to the same patients with the same "
        f"luck ± standard error between {content['n_replications']} replications (chance only); "
        f"{content['n_staffings']} staffings simulated."
    )


def _hours(content: Content) -> str:
    """Say which hours are set against the worth, so that none is counted twice."""
    if content["value_less"] == IDLE_HOURS:
        return (
            "Prices of care already pay for the hours that sessions use, so only idle hours are set against "
            "the worth: those of one more itself, less those of other resources that its sessions fill."
        )
    return (
        "This perspective pays for hours, not prices of care: the worth is told without any paid hours, and "
        "all those of one more, used or idle, are set against it."
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
        return f"{claim} The answer is uncertain: run at least two replications to tell how sure it is."
    surest = min(chances)
    held = min(target["share_met"] for target in content["targets"]) * content["n_replications"]
    text = (
        f"he target holds in {round(held)} of {content['n_replications']} replications, and on average with "
        f"a chance of {share(surest)}{_cost_range(content)}."
    )
    if surest >= SURE:
        return f"{claim} T{text}"
    return f"{claim} The answer is uncertain: t{text} For a surer answer, raise --replications."


def _cost_range(content: Content) -> str:
    low, high = content["certainty"]["cost_low"], content["certainty"]["cost_high"]
    # A few replications that happen to agree say little about others.
    if low is None or (low == high and content["n_replications"] < ENOUGH):
        return ""
    if low == high:
        return "; the cheapest cost does not depend on which replications were drawn (95 %)"
    return f"; the cheapest cost lies between {money(low)} and {money(high)} (95 %)"


def _bottleneck(content: Content) -> str:
    name, by = content["bottleneck"], content["bottleneck_by"]
    if content["n_replications"] == 1:
        return "Run at least two replications to tell the bottleneck from chance."
    if content["bottleneck_together"] and name is None:
        return (
            f"Bottleneck today: {names(content['bottleneck_together'], content)} together; more of one alone "
            f"is worth {_unproven(content)}.{_worth_together(content)}"
        )
    if name is None:
        return (
            f"Bottleneck today: none shown; one more of any resource is worth {_unproven(content)}, nor does "
            "it shorten the wait beyond chance."
        )
    row, label = content["value_of_one_more"][name], content["resources"][name]
    value = with_error(row["value"], row["se"], money)
    if by == "wait":
        shorter = with_error(-row["wait_change"], row["wait_change_se"], days)
        worth = f", but {_dear(row, content)}" if _is_dear(row) else f"; its worth, {value} a year, {UNCLEAR}"
        return f"Bottleneck today: {label}. {_one_more(row)} shortens the wait by {shorter} days{worth}."
    care = f"{money(abs(row['saving']))} {'less' if row['saving'] >= 0 else 'more'} spent on care"
    return (
        f"Bottleneck today: {label}. {_one_more(row)} is worth {value} a year ({_qalys(row)} QALYs, {care}). "
        f"{_whether_it_pays(row, content)}"
    )


def _whether_it_pays(row: Content, content: Content) -> str:
    """Set what one more costs beside its worth against it."""
    left = f"{with_error(row['net_value'], row['net_value_se'], money)} a year"
    verdict = f"it is not clear whether that pays ({left} left)"
    if row["pays"]:
        verdict = f"it pays for itself ({left} left)"
    elif row["loses"]:
        verdict = f"that is more than it is worth ({left} left)"
    hours = f"Its paid hours cost {money(row['cost_of_unit'])}"
    if content["value_less"] != IDLE_HOURS:
        return f"{hours}: {verdict}."
    idle = money(abs(row["cost_besides"]))
    if row["cost_besides"] < 0:
        return f"{hours}, and its sessions fill more idle hours than it adds, by {idle}: {verdict}."
    return f"{hours}, but prices of care pay for hours used; idle hours added cost {idle}: {verdict}."


def _together(content: Content) -> list[str]:
    """Name resources that bind together beside a bottleneck that binds alone."""
    if content["bottleneck"] is None or not content["bottleneck_together"]:
        return []
    bound = names(content["bottleneck_together"], content)
    return [
        f"{bound} also bind together: more of one alone is worth {_unproven(content)}."
        f"{_worth_together(content)}"
    ]


def _worth_together(content: Content) -> str:
    row = next(row for row in content["joint"] if row["resources"] == content["bottleneck_together"])
    value = with_error(row["value"], row["se"], money)
    shorter = with_error(row["wait_change"], row["wait_change_se"], days)
    if _is_dear(row):
        return f" One more of each changes the wait by {shorter} days, but {_dear(row, content)}."
    if not row["is_clear"]:
        return f" One more of each changes the wait by {shorter} days; its worth, {value} a year, {UNCLEAR}."
    return f" One more of each is worth {value} a year and changes the wait by {shorter} days."


def _is_dear(row: Content) -> bool:
    """Tell whether what one more makes possible costs more than it is worth, beyond chance."""
    return bool(row["is_clear"] and row["value"] < 0)


def _dear(row: Content, content: Content) -> str:
    by, wtp = with_error(-row["value"], row["se"], money), money(content["wtp"])
    return f"treating more people costs {by} a year more than its QALYs are worth at {wtp} per QALY"


def _unproven(content: Content) -> str:
    return f"nothing that {content['n_replications']} replications can prove"


def _shortest_wait(content: Content) -> list[str]:
    """Name what shortens the wait most, and what does so most for its paid hours: often not worth most."""
    first, thrifty = content["shortens_wait_most"], content["shortens_wait_most_for_hours"]
    if first is None or content["n_replications"] == 1:
        return []
    if first == thrifty:
        if content["bottleneck"] == first and content["bottleneck_by"] == "wait":
            return []
        return [f"{_shortens(first, content)} the wait most, also for its paid hours: {_by(first, content)}."]
    told = [
        f"{_shortens(first, content)} the wait most: {_by(first, content)}.",
        f"{_shortens(thrifty, content)} the wait most for its paid hours: {_by(thrifty, content)}.",
    ]
    is_told = content["bottleneck"] == first and content["bottleneck_by"] == "wait"
    return told[1:] if is_told else told


def _shortens(name: str, content: Content) -> str:
    more = _one_more(content["value_of_one_more"][name])
    return f"{content['resources'][name]}: {more[0].lower()}{more[1:]} shortens"


def _by(name: str, content: Content) -> str:
    row = content["value_of_one_more"][name]
    shorter = with_error(-row["wait_change"], row["wait_change_se"], days)
    return f"by {shorter} days for {money(row['cost_of_unit'])} a year"


def _listed(part: Content, content: Content) -> str:
    return joined([f"{label} {amount(part, key)}" for key, label in content["resources"].items()])


def _one_more(row: Content) -> str:
    if row["kind"] == "day a week":
        return "One more day a week"
    return "One more" if row["step"] == 1 else f"{row['step']:g} more"


def _target_value(target: Content) -> str:
    form = share if target["column"].endswith("_share") else days
    return with_error(target["value"], target["se"], form)


def _qalys(row: Content) -> str:
    return with_error(row["qaly"], row["qaly_se"], qaly_number)
