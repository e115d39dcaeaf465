"""What changed from one stored run to another, in sentences and tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sim.analysis.measured import AS_IT_IS
from sim.domain import column_meanings as meanings
from sim.report.console import print_report, stdout
from sim.report.numbers import NOTHING, counted, days, effect, joined, money, share, significant, with_error
from sim.report.tables import Table
from sim.results.stored import KIND as REPLICATIONS
from sim.scenario_io.problems import LONGEST_SHOWN, shortened
from sim.worlds.stored import KIND as PROBABILISTIC

Row = Mapping[str, Any]
MOST_SCENARIOS = 20
"""Scenarios whose results are told one by one; more are told in one table."""
MOST_ROWS = 25
"""Results of a scenario that are told; the others are counted."""
ONE_IN = 20
"""How many results without a cause there are for each that a 95 % interval calls beyond chance."""
DIGEST_SHOWN = 12
BEYOND = {True: "yes", False: "no", None: NOTHING}
FORMS: Mapping[str, Callable[[float], str]] = {
    meanings.MONEY: money,
    meanings.MONEY_EACH: money,
    meanings.PER_QALY: money,
    meanings.SHARE: share,
    meanings.QALYS: effect,
    meanings.LIFE_YEARS: effect,
    meanings.EACH: effect,
    meanings.DAYS: days,
    meanings.PER_100: days,
}
"""How numbers of a unit are written."""
CAPTION = (
    "Old and new: means per referred patient under each run's own output settings; difference: new less old "
    "± its standard error, with a 95 % interval by Student's t."
)
SPREADS = {
    REPLICATIONS: "Errors tell chance only.",
    PROBABILISTIC: "Errors over draws tell uncertainty and chance together; in a hypercube an upper bound.",
}


def print_diff(content: Row, old: str, new: str, *, every: bool) -> None:
    """Print what changed from one stored run to another.

    Parameters
    ----------
    content : mapping
        From `sim.analysis.diff.diff`.
    old, new : str
        Directories, as the user named them.
    every : bool
        True tells every result that differs, however many.
    """
    tables = [*input_tables(content), *manifest_tables(content), *result_tables(content, every=every)]
    caption = f"{CAPTION} {SPREADS[content['kind']]}"
    print_report(stdout(), f"From {old} to {new}", diff_sentences(content), tables, caption)


def diff_sentences(content: Row) -> list[str]:
    """Return the answer in sentences: whether inputs differ, and what became of the results.

    Parameters
    ----------
    content : mapping
        From `sim.analysis.diff.diff`.

    Returns
    -------
    list of str
        With a sentence or more for each scenario, or for all when there are many.
    """
    scenarios = content["scenarios"]
    told = [_inputs_in_words(content), *(f"Note: {note}." for note in content["notes"])]
    if len(scenarios) > MOST_SCENARIOS:
        return [*told, _many_in_words(scenarios)]
    same = [one for one in scenarios if _is_unchanged(one)]
    if len(same) > 1:
        told.append(f"{len(same):,} scenarios: all results are identical to the bit.")
        scenarios = [one for one in scenarios if not _is_unchanged(one)]
    return told + [sentence for one in scenarios for sentence in _scenario_in_words(one)]


def input_tables(content: Row) -> list[Table]:
    """Return what differs in the inputs: what can move results, and what is only said about them.

    Parameters
    ----------
    content : mapping
        From `sim.analysis.diff.diff`.

    Returns
    -------
    list of Table
        None, one or two.
    """
    groups = _grouped(content["inputs"])
    n_scenarios = len(content["scenarios"])
    kinds = (
        (True, "Inputs that differ"),
        (False, "Words, evidence and uncertainty that differ (they move none of these results)"),
    )
    header = (
        "Setting",
        "Old",
        "New",
        "Source",
        "Grade",
        "Besides",
        *(["Scenarios"] if n_scenarios > 1 else []),
    )
    return [
        Table(
            title, header, tuple(_input_cells(row, names, n_scenarios) for row, names in chosen), len(header)
        )
        for moves, title in kinds
        if (chosen := [(row, names) for row, names in groups if row["moves_results"] is moves])
    ]


def manifest_tables(content: Row) -> list[Table]:
    """Return what differs in how the runs came about: none or one table."""
    rows = tuple(
        (row["path"], _circumstance(row["old"]), _circumstance(row["new"]))
        for row in content["manifest"]["differences"]
    )
    return [Table("How the runs came about", ("What", "Old", "New"), rows, 3)] if rows else []


def result_tables(content: Row, *, every: bool) -> list[Table]:
    """Return the results that differ, the most important first.

    Parameters
    ----------
    content : mapping
        From `sim.analysis.diff.diff`.
    every : bool
        True tells every result that differs, however many.

    Returns
    -------
    list of Table
        One for each scenario with such results; one for all of them when there are many scenarios.
    """
    by_scenario: dict[str, list[Row]] = {}
    for row in content["results"]:
        by_scenario.setdefault(row["scenario"], []).append(row)
    scenarios = [one for one in content["scenarios"] if one["new"] in by_scenario]
    if len(content["scenarios"]) > MOST_SCENARIOS:
        return [_overview(scenarios, by_scenario)] if scenarios else []
    return [_result_table(one, by_scenario[one["new"]], every=every) for one in scenarios]


def _inputs_in_words(content: Row) -> str:
    groups = _grouped(content["inputs"])
    moving = sum(row["moves_results"] for row, _ in groups)
    if not groups:
        return "All inputs are the same."
    about = len(groups) - moving
    first = f"{counted(moving, 'input')} {'differs' if moving == 1 else 'differ'}"
    return first + (f", and words, evidence or uncertainty of {about:,} more." if about else ".")


def _is_unchanged(one: Row) -> bool:
    """Tell whether nothing at all is to be said of the results of a scenario."""
    return one["is_identical"] and not (one["n_changed"] or one["only_old"] or one["only_new"])


def _scenario_in_words(one: Row) -> list[str]:
    name = one["new"] if one["old"] == one["new"] else f"{one['old']}, now {one['new']}"
    changed, compared = one["n_changed"], one["n_compared"]
    same = compared - changed
    only = [
        f"{name}: only the {which} run has {joined(one[f'only_{which}'])}."
        for which in ("old", "new")
        if one[f"only_{which}"]
    ]
    if not changed:
        exactly = "identical to the bit" if one["is_identical"] else "the same"
        return [f"{name}: all {compared:,} results are {exactly}.", *only]
    if one["is_identical"]:
        return [
            f"{name}: what was simulated is identical to the bit; {changed:,} of {compared:,} results "
            "differ because output settings do.",
            *only,
        ]
    told = [
        f"{name}: {changed:,} of {compared:,} results differ, {one['n_clear']:,} of them beyond chance; "
        f"{same:,} are identical. {_pairing(one)}"
    ]
    if by_chance := round(changed / ONE_IN):
        told.append(
            f"With so many results some {by_chance:,} would be called beyond chance though nothing but "
            "chance differed."
        )
    return told + only


def _pairing(one: Row) -> str:
    unit = one["unit"]
    if not one["is_paired"]:
        return f"Not paired, because {one['why_not_paired']}: both runs count as independent."
    patients, number = counted(one["n_patients"]["new"], "patient"), counted(one[f"n_{unit}s"]["new"], unit)
    return (
        f"Paired by {unit}: both have seed {one['seed']['new']}, {patients} and the same {number} "
        "(common random numbers)."
    )


def _many_in_words(scenarios: Sequence[Row]) -> str:
    changed = [one for one in scenarios if one["n_changed"]]
    if not changed:
        return f"All results of {len(scenarios):,} scenarios are the same."
    clear, n_results = (sum(one[key] for one in scenarios) for key in ("n_clear", "n_changed"))
    paired, unit = sum(one["is_paired"] for one in scenarios), scenarios[0]["unit"]
    return (
        f"Results of {len(changed):,} of {len(scenarios):,} scenarios differ: {n_results:,} results, "
        f"{clear:,} of them beyond chance. {paired:,} of the scenarios are paired by {unit} (same seed, "
        "patients and numbers: common random numbers)."
    )


def _grouped(rows: Sequence[Row]) -> list[tuple[Row, list[str]]]:
    """Return each change once, with the scenarios in which it is."""
    groups: dict[str, tuple[Row, list[str]]] = {}
    for row in rows:
        key = repr([value for name, value in row.items() if name != "scenario"])
        groups.setdefault(key, (row, []))[1].append(row["scenario"])
    return list(groups.values())


def _input_cells(row: Row, names: Sequence[str], n_scenarios: int) -> tuple[str, ...]:
    unit = "" if row["new_unit"] in {None, row["old_unit"]} or row["old"] is None else f" {row['new_unit']}"
    cells = (
        row["path"],
        _plain(row["old"]),
        f"{_plain(row['new'])}{unit}",
        _both(row["old_source"], row["new_source"]),
        _both(row["old_grade"], row["new_grade"]),
        ", ".join(row["parts"]),
    )
    if n_scenarios <= 1:
        return cells
    where = "all" if len(names) == n_scenarios else joined(names) if len(names) <= 2 else f"{len(names):,}"
    return (*cells, where)


def _plain(value: object) -> str:
    match value:
        case None:
            return "none"
        case bool():
            return "true" if value else "false"
        case float():
            return significant(value)
        case dict():
            return counted(len(value), "setting")
        case list():
            return shortened(", ".join(map(_plain, value)))
        case _:
            return shortened(" ".join(str(value).split()))


def _both(old: str | None, new: str | None) -> str:
    if old is None or new is None or old == new:
        return new or old or ""
    return f"{old}, now {new}"


def _circumstance(value: object) -> str:
    text = NOTHING if value is None else str(value)
    is_digest = len(text) > LONGEST_SHOWN / 2 and " " not in text
    return text[:DIGEST_SHOWN] if is_digest else shortened(text)


def _result_table(one: Row, rows: Sequence[Row], *, every: bool) -> Table:
    told = rows if every else rows[:MOST_ROWS]
    left = len(rows) - len(told)
    notes = (f"{left:,} more differ; --all tells every one.",) if left else ()
    header = ("Strategy", "Result", "Old", "New", "Difference", "95 % interval", "Beyond chance")
    cells = tuple(_result_cells(row, one["strategies"]) for row in told)
    return Table(f"Results that differ: {one['new']}", header, cells, 2, notes)


def _result_cells(row: Row, labels: Mapping[str, str]) -> tuple[str, ...]:
    form = _form(row["column"])
    difference = row["difference"]
    cells = [_number(row[side], row[f"{side}_se"], form) for side in ("old", "new")]
    between = NOTHING
    if row["low"] is not None:
        between = _gap(f"{_signed(row['low'], form)} to {_signed(row['high'], form)}", form)
    gap = NOTHING if difference is None else _gap(with_error(difference, row["se"], form), form)
    if difference is not None and difference > 0:
        gap = f"+{gap}"
    column = row["column"].removesuffix(AS_IT_IS)
    name = f"{column} (scenario as it is)" if column != row["column"] else column
    return (labels.get(row["strategy"], row["strategy"]), name, *cells, gap, between, BEYOND[row["is_clear"]])


def _form(column: str) -> Callable[[float], str]:
    meaning = meanings.meaning_of(column.removesuffix(AS_IT_IS))
    return FORMS.get(meaning.unit, significant) if meaning is not None else significant


def _number(value: object, error: float | None, form: Callable[[float], str]) -> str:
    if isinstance(value, int | float):
        return with_error(value, error, form)
    return NOTHING if value is None else str(value)


def _signed(value: float, form: Callable[[float], str]) -> str:
    return f"{'+' if value > 0 else ''}{form(value)}"


def _gap(text: str, form: Callable[[float], str]) -> str:
    """Return a difference, with the unit it has between percentages."""
    return f"{text.replace('%', '')} % points" if form is share else text


def _overview(scenarios: Sequence[Row], by_scenario: Mapping[str, Sequence[Row]]) -> Table:
    header = (
        "Scenario",
        "Largest change of net benefit beyond chance",
        "Results that differ",
        "Beyond chance",
    )
    ordered = sorted(scenarios, key=lambda one: -one["n_clear"])
    rows = tuple(
        (one["new"], _largest(one, by_scenario[one["new"]]), f"{one['n_changed']:,}", f"{one['n_clear']:,}")
        for one in ordered
    )
    return Table("Results that differ", header, rows, 2, ("--scenario NAME tells all about one.",))


def _largest(one: Row, rows: Sequence[Row]) -> str:
    clear = [row for row in rows if row["column"] == "nmb" and row["is_clear"]]
    if not clear:
        return NOTHING
    most = max(clear, key=lambda row: abs(row["difference"]))
    label = one["strategies"].get(most["strategy"], most["strategy"])
    return f"{_signed(most['difference'], money)} ({label})"
