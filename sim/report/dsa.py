"""A deterministic sensitivity analysis in sentences and tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.report.exhibit import CHANCE_ONLY, Basis, caption_of
from sim.report.numbers import NOTHING, counted, joined, money, share, with_error
from sim.report.tables import Table
from sim.report.words import PERSPECTIVES

MOST_ROWS = 15
NAMED = 5
ALL_WORDS, THRESHOLD_WORDS = 3, 5
"""First columns of tables that hold words."""
SETTING = (
    "currency", "price_year", "perspective", "horizon_years", "discount_rate_costs", "discount_rate_effects",
    "n_patients", "wtp",
)  # fmt: skip
ALSO = ("drug_price", "price_index_source")
"""What older analyses do not say."""
SAME_LUCK = "The same patients and luck at every point."
Content = Mapping[str, Any]


def dsa_sentences(content: Content) -> list[str]:
    """Return what a deterministic analysis says.

    Parameters
    ----------
    content : mapping
        From `sim.batch.dsa.dsa`.

    Returns
    -------
    list of str
        What is best as it is, what changes the choice, where, and in which other scenarios.
    """
    labels, rows = content["labels"], content["one_way"]
    best = max(content["base"], key=lambda row: row["nmb"])
    changing = [row["label"] for row in rows if row["changes_choice"]]
    setting = content["setting"]
    frame = f"{money(setting['wtp'])} per QALY, {PERSPECTIVES[setting['perspective']]} perspective"
    sentences = [f"With every parameter as it is, {labels[best['strategy']]} is worth most ({frame})."]
    clear = sum(bool(row["changes_beyond_chance"]) for row in rows)
    varied = "Varied one by one over their ranges,"
    if changing:
        more = f", and {len(changing) - NAMED} more" if len(changing) > NAMED else ""
        sentences.append(
            f"{varied} {len(changing)} of {counted(len(rows), 'parameter')} "
            f"{'changes' if len(changing) == 1 else 'change'} the choice, {clear} beyond chance: "
            f"{joined(changing[:NAMED])}{more}."
        )
    else:
        sentences.append(f"{varied} none of {counted(len(rows), 'parameter')} changes the choice.")
    for row in content["thresholds"]:
        sentences += [*_switch_sentences(row, labels), *_pair_sentences(row, labels, content["pair"])]
    return sentences + _scenario_sentences(content)


def _switch_sentences(row: Content, labels: Mapping[str, str]) -> list[str]:
    name = f"{row['label']} (as it is {row['value']:g} {row['unit']})"
    if not row["switch_points"]:
        return [f"Along the range of {name} the choice does not change."]
    changes = [
        f"from {labels[one['from']]} to {labels[one['to']]} at "
        f"{one['value']:.4g}{_error(one)}{_response(one)}"
        for one in row["switch_points"]
    ]
    return [f"Along {name}, rising, the choice changes {joined(changes)}."]


def _pair_sentences(row: Content, labels: Mapping[str, str], pair: Sequence[str]) -> list[str]:
    """Tell where the two of the pair break even, unless the choice says it already."""
    first, second = (labels[key] for key in pair)
    if [one["value"] for one in row["break_even"]] == [one["value"] for one in row["switch_points"]] != []:
        return []
    if row["break_even"]:
        at = joined([f"{one['value']:.4g}{_error(one)}" for one in row["break_even"]])
        return [f"Along it {first} and {second} are worth the same at {at} {row['unit']}."]
    worth = {key: [one["nmb"] for one in row["line"] if one["strategy"] == key] for key in pair}
    if not worth[pair[0]]:
        return []
    over, under = (first, second) if worth[pair[0]][0] > worth[pair[1]][0] else (second, first)
    return [f"Along its whole range {over} is worth more than {under}."]


def _error(switch: Content) -> str:
    return "" if switch["value_se"] is None else f" ± {switch['value_se']:.2g}"


def _response(switch: Content) -> str:
    """Tell the response to the treatment that is varied."""
    shares = [share(value) for value in switch["response"].values()]
    return f", a response of {shares[0]} of starters" if len(shares) == 1 else ""


def _scenario_sentences(content: Content) -> list[str]:
    rows = content["scenarios"]
    if not rows:
        return []
    first = rows[0]["label"]
    other = [f"{row['title']} ({row['label']})" for row in rows[1:] if row["label"] != first]
    if not other:
        return [f"In every other scenario {first} stays the best."]
    scenarios = counted(len(rows) - 1, "other scenario")
    return [f"The choice is another one in {len(other)} of {scenarios}: {joined(other)}."]


def dsa_tables(content: Content) -> list[Table]:
    """Return the tables of a deterministic analysis.

    Parameters
    ----------
    content : mapping
        From `sim.batch.dsa.dsa`.

    Returns
    -------
    list of Table
        Parameters one by one (the 15 with the largest effect), switch points, scenarios, what was impossible.
    """
    labels = content["labels"]
    pair = " less ".join(labels[key] for key in content["pair"])
    tables = [_one_way(content["one_way"], labels, pair)]
    if any(row["switch_points"] or row["break_even"] for row in content["thresholds"]):
        tables.append(_thresholds(content["thresholds"], labels, pair))
    if content["scenarios"]:
        tables.append(_scenarios(content["scenarios"]))
    if content["impossible"]:
        rows = [(row["label"], f"{row['value']:g}", row["reason"]) for row in content["impossible"]]
        tables.append(
            Table(
                "Ends that contradict other parameters", ("Parameter", "Value", "Why"), tuple(rows), ALL_WORDS
            )
        )
    return tables


def _one_way(rows: Sequence[Content], labels: Mapping[str, str], pair: str) -> Table:
    def best(key: str | None) -> str:
        return "impossible" if key is None else labels[key]

    return Table(
        f"Net benefit, {pair}, at the ends of each range",
        ("Parameter", "Unit", "Low", "High", "As it is", "At low", "At high", "Best at low", "Best at high"),
        tuple(
            (
                row["label"], row["unit"], f"{row['low']:g}", f"{row['high']:g}", money(row["inmb_base"]),
                _amount(row["inmb_low"]), _amount(row["inmb_high"]),
                best(row["best_low"]), best(row["best_high"]),
            )
            for row in rows[:MOST_ROWS]
        ),
        2,
    )  # fmt: skip


def _amount(value: float | None) -> str:
    return NOTHING if value is None else money(value)


def _thresholds(rows: Sequence[Content], labels: Mapping[str, str], pair: str) -> Table:
    found = [
        (
            row["label"], kind, labels[one["from"]], labels[one["to"]], row["unit"], f"{row['value']:g}",
            f"{one['value']:.4g}{_error(one)}",
        )
        for row in rows
        for kind, switches in (("choice", row["switch_points"]), (f"break-even, {pair}", row["break_even"]))
        for one in switches
    ]  # fmt: skip
    header = ("Parameter", "What changes", "From", "To", "Unit", "As it is", "At")
    return Table("Thresholds", header, tuple(found), THRESHOLD_WORDS)


def _scenarios(rows: Sequence[Content]) -> Table:
    return Table(
        "Other scenarios",
        ("Scenario", "Best", "Lead over the next"),
        tuple(
            (
                row["title"],
                row["label"],
                with_error(row["lead"], row["lead_se"], money),
            )
            for row in rows
        ),
        2,
    )


def dsa_basis(content: Content) -> Basis:
    """Return what the numbers of a deterministic analysis rest on.

    Parameters
    ----------
    content : mapping
        From `sim.batch.dsa.dsa`.

    Returns
    -------
    Basis
        Without draws of parameters.
    """
    setting = content["setting"]
    told = {name: setting[name] for name in SETTING} | {name: setting.get(name) for name in ALSO}
    return Basis(**told, n_replications=setting["replications"])


def dsa_caption(content: Content) -> str:
    """Return what every table of the analysis must say about itself."""
    return caption_of(dsa_basis(content), notes=(SAME_LUCK,), at_wtp=True, spread=CHANCE_ONLY)
