"""A decision analysis told: what to choose, how sure, what to learn next; in sentences and tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import numpy as np

from sim.analysis.decision import Decision, DecisionQuestion, TrialValue
from sim.analysis.information_ranking import MOST_FALSE
from sim.report.exhibit import Basis
from sim.report.numbers import NOTHING, counted, joined, share, significant
from sim.report.tables import Table
from sim.report.voi_content import Names, Row, voi_content
from sim.report.voi_frontier import frontier_table

WORTH_NAMING = 3
MOST_ROWS, MOST_GROUPS = 15, 8
FEW_DRAWS = 100
CHOICE_WORDS = 3
"""First columns of the table of choices that hold words."""
MILLION = 1e6
UNTOLD = "not told"
NOT_TOLD = (
    "How sure that is, and what knowing more would be worth (EVPI), cannot be told from chance of simulated "
    "patients at this size: run `psa` with more replications of each draw (--inner), more patients or more "
    "draws."
)
LOWER_BOUND = (
    "More than half of it being chance, the standard error of EVPI is a lower bound: run `psa` with more "
    "replications of each draw (--inner)."
)
TOLD = (
    f"Told from it: above the floor, and with a false discovery rate of at most {MOST_FALSE:.0%} among all "
    "that were looked at."
)
CUT_OFF = (
    "Values and floors are cut off at EVPI; whether a value lies above its floor is decided before that."
)


def voi_sentences(decision: Decision, names: Names, basis: Basis) -> list[str]:
    """Return the answer: what to choose, how sure, what to learn next.

    Parameters
    ----------
    decision : Decision
        From `sim.analysis.decision.decide`.
    names : Names
        Plain names.
    basis : Basis
        Units, with the chosen willingness to pay.

    Returns
    -------
    list of str
        Sentences, the choice first.
    """
    content = voi_content(decision, names)
    return [
        *_choice_sentences(decision, names, basis),
        *_chance_sentences(content, basis),
        *_research_sentences(content, basis),
        *(_trial_sentence(one, basis) for one in decision.trials.values()),
        *_warnings(decision),
    ]


def _choice_sentences(decision: Decision, names: Names, basis: Basis) -> list[str]:
    first, second = decision.leaders
    labels = [names.strategies[key] for key in decision.table.strategies]
    clean, value = decision.chosen_curves, decision.evpi
    is_told = bool(clean.is_told[0])
    often = f"it is the best in {share(float(clean.probability[0, first]))} of draws"
    most = int(clean.probability[0].argmax())
    if most != first:
        often += f", {labels[most]} more often, in {share(float(clean.probability[0, most]))}"
    at = f"At {basis.per_effect(decision.question.chosen)}"
    if decision.lead > 0:
        lead = basis.amount(decision.lead)
        told = f"{at}, {labels[first]} has the highest expected net benefit, {lead} above {labels[second]}"
        told += f"; {often}." if is_told else "."
    else:
        told = (
            f"{at}, {labels[first]} and {labels[second]} have the same expected net benefit, which is the "
            f"highest; {labels[first]} {often.removeprefix('it ')}."
        )
    if not is_told:
        return [told, NOT_TOLD]
    return [
        told,
        f"Choosing it now loses {basis.with_error(value.value, value.error)} per {basis.person} "
        "on average, because another would be better: what knowing everything would be worth (EVPI).",
        *_population_sentences(decision, basis),
    ]


def _population_sentences(decision: Decision, basis: Basis) -> list[str]:
    asked, value = decision.question, decision.population_evpi
    if value is None:
        return []
    return [
        f"For {people_a_year(asked)} over {counted(asked.decision_years, 'year')} ({discounting(asked)}) "
        f"that is {_millions(value, basis)}."
    ]


def discounting(asked: DecisionQuestion) -> str:
    """Return at which rate values for people in later years are discounted, in words."""
    if asked.discount_rate == 0:
        return "not discounted"
    return f"discounted {asked.discount_rate:.1%} a year, as amounts of money"


def _chance_sentences(content: Mapping[str, Any], basis: Basis) -> list[str]:
    chance = content["chance"]
    if chance is None:
        return []
    one, other = (content["labels"][key] for key in chance["strategies"])
    with_chance, is_most = basis.amount(chance["evpi_with_chance"]), chance["is_most"]
    part = (
        f"Of the variance between draws of {one} less {other}, {share(chance['share_of_variance'])} is "
        "chance of simulated patients, which nobody can learn; "
    )
    if not content["chosen_is_told"]:
        return [f"{part}with it EVPI would be {with_chance}."]
    told = (
        f"{part}it is taken out (with it EVPI would be {with_chance}, and a check without normality"
        f"{', too large here,' if is_most else ''} gives "
        f"{basis.with_error(chance['nested_evpi'], chance['nested_evpi_se'])})."
    )
    return [told, LOWER_BOUND] if is_most else [told]


def _research_sentences(content: Mapping[str, Any], basis: Basis) -> list[str]:
    single = [row for row in content["ranking"] if not row["is_group"]]
    if not single or not content["chosen_is_told"]:
        return []
    worthy = [row for row in single if row["is_told_from_noise"]][:WORTH_NAMING]
    named = worthy or single[:1]
    values = [f"{row['label']} ({basis.with_error(row['evppi'], row['evppi_se'])})" for row in named]
    told = (
        f"Most worth studying: {joined(values)} per {basis.person}."
        if worthy
        else f"No parameter by itself is told from noise; the highest: {values[0]} per {basis.person}."
    )
    return [f"{told} {_floors([row['noise_floor'] for row in named], basis)}"]


def _floors(floors: Sequence[float], basis: Basis) -> str:
    """Tell what parameters without influence get by chance; it differs where values repeat."""
    low, high = (basis.amount(value) for value in (min(floors), max(floors)))
    floor = f"at most {low}" if low == high else f"at most {low} to {high}"
    return f"Parameters without influence get {floor} in nineteen of twenty cases: the noise floor."


def people_a_year(asked: DecisionQuestion) -> str:
    """Return how many people face the decision in a year, in words."""
    people = asked.people_per_year
    return "1 person a year" if people == 1 else f"{significant(people or 0.0)} people a year"


def _trial_sentence(one: TrialValue, basis: Basis) -> str:
    sizes, told = one.by_size, f"Trial «{one.plan.label}»"
    if one.net is None or one.population_value is None or one.population_error is None:
        place = len(sizes.sizes) - 1
        unpriced = "" if one.cost is not None else "; its cost is not given, so no net value is told"
        value, error = float(sizes.value[place]), float(sizes.error[place])
        return (
            f"{told}: with {sizes.sizes[place]:,} in each arm it is worth {basis.with_error(value, error)} "
            f"per {basis.person}{unpriced}."
        )
    if one.people == 0:
        return f"{told}: it would report when the decision is no longer faced, so it is worth nothing."
    if one.best is None:
        return f"{told}: no size considered is worth its cost."
    place = int(np.flatnonzero(sizes.sizes == one.best)[0])
    edge = ", the largest considered," if 0 < place == len(sizes.sizes) - 1 else ""
    after = f"after its {counted(one.plan.years, 'year')}" if one.plan.years else "after it"
    worth, net, error = (
        float(amounts[place]) for amounts in (one.population_value, one.net, one.population_error)
    )
    near = int((one.net >= net - error).sum()) - 1
    alike = f" {_alike(near)}" if near else ""
    return (
        f"{told}: of the sizes considered {one.best:,} in each arm{edge} has the highest net value, "
        f"{_millions(net, basis)} ± {_millions(error, basis)} (worth {_millions(worth, basis)} to those "
        f"treated {after}, less its cost).{alike}"
    )


def _alike(near: int) -> str:
    others = "Another size is" if near == 1 else f"{near} other sizes are"
    return f"{others} within one standard error of it."


def _millions(value: float, basis: Basis) -> str:
    if abs(value) < MILLION:
        return basis.amount(value)
    return f"{basis.amount(value / MILLION)} million"


def _warnings(decision: Decision) -> list[str]:
    if decision.table.n_draws < FEW_DRAWS:
        return [
            f"Warning: {counted(decision.table.n_draws, 'draw')} are few; values of information describe "
            "these draws and are mostly noise."
        ]
    return []


def voi_tables(decision: Decision, names: Names, basis: Basis) -> list[Table]:
    """Return the tables of a decision analysis.

    Parameters
    ----------
    decision : Decision
        From `sim.analysis.decision.decide`.
    names : Names
        Plain names.
    basis : Basis
        Units.

    Returns
    -------
    list of Table
        Frontier; probabilities, losses and EVPI by willingness to pay; parameters and groups; trials.
    """
    content = voi_content(decision, names)
    tables = [frontier_table(content, basis), _by_wtp(content, basis)]
    tables += [
        _information(content, basis, is_group=is_group)
        for is_group in (False, True)
        if any(row["is_group"] is is_group for row in content["ranking"])
    ]
    by_trial = groupby(content["evsi"], key=lambda row: row["trial"])
    return [*tables, *(_trial(list(rows), basis) for _, rows in by_trial)]


def _by_wtp(content: Mapping[str, Any], basis: Basis) -> Table:
    labels = content["labels"]
    rows = [
        (
            basis.amount(wtp),
            labels[content["ceaf_strategy"][place]],
            *(
                (
                    _others(content, place),
                    share(content["ceaf"][place]),
                    basis.with_error(content["evpi"][place], content["evpi_se"][place]),
                )
                if is_told
                else (UNTOLD,) * len(("others", "best", "evpi"))
            ),
        )
        for place, (wtp, is_told) in enumerate(
            zip(content["wtp"], content["is_told_from_chance"], strict=True)
        )
    ]
    untold = () if all(content["is_told_from_chance"]) else (f"{UNTOLD}: {NOT_TOLD}",)
    header = (f"Per {basis.effect}", "Choose", "Others are best in", "It is best in", "EVPI")
    return Table("Choice and what it loses, by willingness to pay", header, tuple(rows), CHOICE_WORDS, untold)


def _others(content: Mapping[str, Any], place: int) -> str:
    """Tell in which share of draws strategies that are not chosen are the best."""
    chosen = content["ceaf_strategy"][place]
    shares = {key: values[place] for key, values in content["ceac"].items() if key != chosen}
    told = [f"{content['labels'][key]} {share(one)}" for key, one in shares.items() if one > 0]
    return joined(told) or NOTHING


def _information(content: Mapping[str, Any], basis: Basis, *, is_group: bool) -> Table:
    """Return what knowing parameters, or all of a kind, would be worth; the highest first."""
    most, ranking = content["chosen_evpi"]["value"], content["ranking"]
    chosen = [row for row in ranking if row["is_group"] is is_group]
    rows = [
        (
            row["label"],
            basis.with_error(row["evppi"], row["evppi_se"]),
            basis.amount(row["noise_floor"]),
            "yes" if row["is_told_from_noise"] else "no",
            share(row["false_discovery_rate"]),
        )
        for row in chosen[: MOST_GROUPS if is_group else MOST_ROWS]
    ]
    what = "all parameters about one thing" if is_group else "one parameter"
    left = len(chosen) - len(rows)
    is_cut = any(row["exceeds_floor"] and row["evppi"] == most == row["noise_floor"] for row in chosen)
    notes = [TOLD, *([f"{left} more are worth less; --json has them."] if left else [])]
    return Table(
        f"What knowing {what} would be worth (EVPPI)",
        ("To know", f"Per {basis.person}", "Noise floor", "Told from it", "False discovery rate"),
        tuple(rows),
        notes=(*notes, *([CUT_OFF] if is_cut else [])),
    )


def _trial(rows: Sequence[Row], basis: Basis) -> Table:
    def amount(value: float | None) -> str:
        return NOTHING if value is None else _millions(value, basis)

    def with_se(row: Row) -> str:
        told = amount(row["enbs"])
        return told if row["enbs_se"] is None else f"{told} ± {_millions(row['enbs_se'], basis)}"

    ceiling = basis.amount(rows[0]["ceiling"])
    return Table(
        f"Trial: {rows[0]['label']}",
        ("In each arm", f"EVSI per {basis.person}", "For the population", "Cost", "Net (ENBS)"),
        tuple(
            (
                f"{row['n_per_arm']:,}", basis.with_error(row["evsi"], row["evsi_se"]),
                amount(row["population_evsi"]), amount(row["cost"]), with_se(row),
            )
            for row in rows
        ),
        notes=(f"An endless trial with these arms would be worth {ceiling} per {basis.person}.",),
    )  # fmt: skip
