"""Subgroups in words, as a table and as plain values: who would be better off with another strategy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.analysis.comparison import to_rows
from sim.analysis.output_settings import output_settings, scenario_names
from sim.analysis.subgroup_totals import subgroup_totals
from sim.analysis.subgroups import subgroup_choices, subgroup_table
from sim.report.exhibit import CHANCE_ONLY, Basis, caption_of
from sim.report.numbers import NOTHING, counted, joined, money, qaly, share, with_error
from sim.report.tables import Table
from sim.results import Results

if TYPE_CHECKING:
    from rich.console import Console

ATTRIBUTE_NAMES = {
    "severity": "severity at referral",
    "failed_trials": "failed trials",
    "age": "age at referral",
    "distance": "distance to the clinic",
    "insurance": "insurance",
}
COLUMNS = (
    ("started_share", "Started", share),
    ("response_share", "Response", share),
    ("remission_share", "Remission", share),
    ("cost", "Cost", money),
    ("qaly", "QALYs", qaly),
    ("incremental_cost", "Extra cost", money),
    ("incremental_qaly", "Extra QALYs", qaly),
    ("nmb", "Net benefit", money),
)
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SubgroupAnswer:
    """Subgroups of one scenario under chosen output settings.

    Parameters
    ----------
    scenario, by : str
        Name of the scenario, and what the subgroups differ in.
    labels : mapping
        Plain name by strategy.
    comparator : str
        Strategy that increments are counted from.
    basis : Basis
        What the numbers rest on.
    rows, choices : list of dict
        As `sim.analysis.subgroups.subgroup_table` and `subgroup_choices` give them; None where undefined.
    """

    scenario: str
    by: str
    labels: Mapping[str, str]
    comparator: str
    basis: Basis
    rows: list[Row]
    choices: list[Row]


def subgroup_answers(
    results: Results,
    *,
    by: str,
    cuts: Sequence[float] | None = None,
    scenario: str | None = None,
    asked: Mapping[str, Any] | None = None,
) -> list[SubgroupAnswer]:
    """Return the subgroups of each scenario.

    Parameters
    ----------
    results : Results
        Of a run that kept single patients.
    by, cuts, scenario
        As for `sim.analysis.subgroups.subgroups`.
    asked : mapping, optional
        Output settings as `sim.analysis.comparison.compare` takes them.

    Returns
    -------
    list of SubgroupAnswer
        In the order of the scenarios.

    Raises
    ------
    AnalysisError
        If single patients were not kept, or a setting is impossible.
    """
    answers = []
    for name in scenario_names(results, scenario):
        settings = results.settings[name]
        output = output_settings(settings, **dict(asked or {}))
        totals = subgroup_totals(results, name, by=by, cuts=cuts)
        answers.append(
            SubgroupAnswer(
                scenario=name,
                by=by,
                labels=settings.strategies,
                comparator=output.comparator,
                basis=Basis.of(settings, output, n_replications=totals.found.shape[1]),
                rows=to_rows(subgroup_table(totals, output)),
                choices=to_rows(subgroup_choices(totals, output)),
            )
        )
    return answers


def subgroup_content(answers: Sequence[SubgroupAnswer]) -> dict[str, list[Row]]:
    """Return ``subgroups`` (a row per subgroup and strategy) and ``subgroup_choices`` (one per subgroup)."""
    return {
        "subgroups": [row for one in answers for row in one.rows],
        "subgroup_choices": [row for one in answers for row in one.choices],
    }


def subgroup_sentences(one: SubgroupAnswer) -> str:
    """Say in which subgroups another strategy is best than for all patients.

    Parameters
    ----------
    one : SubgroupAnswer
        Subgroups of one scenario.

    Returns
    -------
    str
        "no clear difference" where the 95 % interval of a lead holds zero, or there is only one replication.
    """
    overall = one.labels[one.choices[0]["overall_best"]]
    if len(one.labels) == 1:
        return f"There is only one strategy, {overall}: nothing to compare."
    other = [choice for choice in one.choices if choice["best"] != choice["overall_best"]]
    same = [choice for choice in one.choices if choice["best"] == choice["overall_best"]]
    beginning = f"By {ATTRIBUTE_NAMES[one.by]}: {overall} is worth most over all patients"
    if not other:
        beginning += ", and in every subgroup"
    told = [f"{beginning}.", *(_differs(choice, one) for choice in other)]
    if unclear := [choice["subgroup"] for choice in same if not choice["is_clear"]]:
        told.append(f"No clear difference between {overall} and the next best: {joined(unclear)}.")
    return " ".join(told)


def _differs(choice: Row, one: SubgroupAnswer) -> str:
    """Say how another strategy leads in a subgroup."""
    best, overall = one.labels[choice["best"]], one.labels[choice["overall_best"]]
    lead = f"{money(choice['lead'])} of net benefit per patient"
    if choice["lead_low"] is None:
        return f"{choice['subgroup']}: {best} leads {overall} by {lead} in this single replication."
    chance = f"95 % interval {money(choice['lead_low'])} to {money(choice['lead_high'])}"
    if choice["is_clear"]:
        return f"{choice['subgroup']}: {best} is worth {lead} more than {overall} ({chance})."
    return (
        f"{choice['subgroup']}: {best} ranks first, but there is no clear difference from {overall}: "
        f"{lead} ({chance})."
    )


def subgroup_report(one: SubgroupAnswer) -> Table:
    """Return the table of one scenario.

    Parameters
    ----------
    one : SubgroupAnswer
        Subgroups of one scenario.

    Returns
    -------
    Table
        A row per subgroup and strategy.
    """
    rows = tuple(
        (
            f"{row['subgroup']} ({share(row['patient_share'])})",
            one.labels[row["strategy"]],
            *(with_error(row[name], row[f"{name}_se"], form) for name, _, form in COLUMNS),
        )
        for row in one.rows
    )
    return Table(
        f"Subgroups by {ATTRIBUTE_NAMES[one.by]} (in brackets: share of all; response, remission: of those "
        f"who started; extra: against {one.labels[one.comparator]})",
        ("Subgroup", "Strategy", *(heading for _, heading, _ in COLUMNS)),
        rows,
        n_worded=2,
    )


def choice_report(one: SubgroupAnswer) -> Table:
    """Return who is worth most in each subgroup, and by how much.

    Parameters
    ----------
    one : SubgroupAnswer
        Subgroups of one scenario.

    Returns
    -------
    Table
        A row per subgroup; the lead is that over the next best, or over the best of all patients where
        another one is best.
    """

    def interval(choice: Row) -> str:
        if choice["lead_low"] is None:
            return NOTHING
        return f"{money(choice['lead_low'])} to {money(choice['lead_high'])}"

    return Table(
        "Who is worth most in each subgroup",
        ("Subgroup", "Best", "Lead in net benefit", "95 % interval"),
        tuple(
            (choice["subgroup"], one.labels[choice["best"]], money(choice["lead"]), interval(choice))
            for choice in one.choices
        ),
        n_worded=2,
    )


def subgroup_caption(one: SubgroupAnswer) -> str:
    """Return what must be said about every table or chart of subgroups."""
    looked_at = counted(len(one.choices), "subgroup")
    notes = (
        f"{looked_at} looked at: intervals are those of one comparison each, not widened for their number.",
        "Differences follow from the assumptions of the model, not from trials that compared subgroups.",
        "Costs of single years are discounted by the average of all patients; idle capacity is shared out "
        "equally.",
    )
    return caption_of(one.basis, notes=notes, spread=CHANCE_ONLY, at_wtp=True)


def print_subgroups(console: Console, one: SubgroupAnswer) -> None:
    """Print what is to be said about the subgroups of one scenario.

    Parameters
    ----------
    console : Console
        Where to.
    one : SubgroupAnswer
        Subgroups of one scenario.
    """
    from sim.report.console import print_table  # noqa: PLC0415

    console.print()
    console.print(subgroup_sentences(one), soft_wrap=True)
    print_table(console, choice_report(one))
    console.print()
    print_table(console, subgroup_report(one))
    console.print(subgroup_caption(one), style="dim", soft_wrap=True)
