"""What changed from one stored run to another, in sentences, with its tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.report.console import print_report, stdout
from sim.report.diff_tables import MOST_SCENARIOS, grouped, input_tables, manifest_tables, result_tables
from sim.report.numbers import counted, joined
from sim.results.stored import KIND as REPLICATIONS
from sim.worlds.stored import KIND as PROBABILISTIC

Row = Mapping[str, Any]
MOST_NOTES = 5
"""Notes that are told; the others are counted."""
ONE_IN = 20
"""How many results without a cause there are for each that a 95 % interval calls beyond chance."""
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
    told = [_inputs_in_words(content), *_notes_in_words(content["notes"])]
    if len(scenarios) > MOST_SCENARIOS:
        return [*told, _many_in_words(scenarios)]
    same = [one for one in scenarios if _is_unchanged(one)]
    if len(same) > 1:
        told.append(f"{len(same):,} scenarios: all results are identical to the bit.")
        scenarios = [one for one in scenarios if not _is_unchanged(one)]
    return told + [sentence for one in scenarios for sentence in _scenario_in_words(one)]


def _notes_in_words(notes: Sequence[str]) -> list[str]:
    told = [f"Note: {note}." for note in notes[:MOST_NOTES]]
    left = len(notes) - len(told)
    return [*told, f"{counted(left, 'more note')}; --json has all."] if left else told


def _inputs_in_words(content: Row) -> str:
    groups = grouped(content["inputs"])
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
        exactly = "identical to the bit" if all(one["is_identical"] for one in scenarios) else "the same"
        return f"All results of {len(scenarios):,} scenarios are {exactly}."
    clear, n_results = (sum(one[key] for one in scenarios) for key in ("n_clear", "n_changed"))
    paired, unit = sum(one["is_paired"] for one in scenarios), scenarios[0]["unit"]
    return (
        f"Results of {len(changed):,} of {len(scenarios):,} scenarios differ: {n_results:,} results, "
        f"{clear:,} of them beyond chance. {paired:,} of the scenarios are paired by {unit} (same seed, "
        "patients and numbers: common random numbers)."
    )
