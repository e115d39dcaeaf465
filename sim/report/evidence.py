"""List what a scenario rests on: every number with its source, every source with its grade."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.domain.evidence import Grade, Source
from sim.domain.parameters import Atom, Curve, Parameter
from sim.domain.plain_names import distribution_text, plain_name
from sim.domain.scenario import Scenario
from sim.report.published import Published, read_published
from sim.scenario_io.load import LoadedScenario

Row = dict[str, Any]
STRENGTH = {grade: rank for rank, grade in enumerate(Grade)}
PARAMETER_COLUMNS = (
    "path", "label", "value", "unit", "low", "high", "distribution", "price_year",
    "source", "locator", "grade", "checked", "citation", "note", "reports", "targets", "figures",
)  # fmt: skip


def parameter_rows(scenario: Scenario, published: Published | None = None) -> list[Row]:
    """Return one row per parameter or curve of the scenario, in file order.

    Parameters
    ----------
    scenario : Scenario
        What to list.
    published : Published, optional
        Published figures; left out = the shipped ones, read anew.

    Returns
    -------
    list of dict
        With the keys `PARAMETER_COLUMNS`; ``value`` is a number, or a text for a curve; ``reports`` says
        of the chance of a harm whether its source asked patients or waited for spontaneous reports;
        ``targets`` are the keys of the published figures that solved the number, ``figures`` the same
        in words. A number that is not the base case's has none.
    """
    more = _more(scenario, published)
    return [_parameter_row(path, atom, scenario.sources) | more[path] for path, atom in scenario.atoms()]


def _more(scenario: Scenario, published: Published | None) -> dict[str, Row]:
    """Return by dotted path what is known of a number beside its atom."""
    reports, known = _reports(scenario), published or read_published()
    informing = known.informing(scenario)
    return {
        path: {
            "reports": reports.get(path),
            "targets": informing.get(path, []),
            "figures": [known.figure(key) for key in informing.get(path, [])],
        }
        for path, _ in scenario.atoms()
    }


def _reports(scenario: Scenario) -> dict[str, str]:
    """Return how each chance of a harm was found out, by dotted path."""
    return {
        f"treatments.{treatment_key}.harms.{key}.probability": "patients asked"
        if harm.asked
        else "spontaneous reports"
        for treatment_key, treatment in scenario.treatments.items()
        for key, harm in treatment.harms.items()
    }


def source_rows(scenario: Scenario, published: Published | None = None) -> list[Row]:
    """Return one row per source that some number rests on, strongest evidence first.

    Parameters
    ----------
    scenario : Scenario
        What to list.
    published : Published, optional
        As for `parameter_rows`.

    Returns
    -------
    list of dict
        Keys ``source, citation, design, year, doi, url, grades, n_parameters, n_unchecked,
        parameters`` (a list of rows with ``path, locator, grade, checked, spread_assumed, reports, targets,
        figures``).
    """
    atoms, more = list(scenario.atoms()), _more(scenario, published)
    rows: list[Row] = []
    for key, source in scenario.cited_sources().items():
        resting = [(path, atom) for path, atom in atoms if atom.source == key]
        grades = sorted({atom.grade for _, atom in resting}, key=STRENGTH.__getitem__)
        rows.append(
            {
                "source": key,
                "citation": source.citation,
                "design": source.design,
                "year": source.year,
                "doi": source.doi,
                "url": source.url,
                "grades": [str(grade) for grade in grades],
                "n_parameters": len(resting),
                "n_unchecked": sum(not atom.checked for _, atom in resting),
                "parameters": [
                    {
                        "path": path,
                        "locator": atom.locator,
                        "grade": str(atom.grade),
                        "checked": atom.checked,
                        "spread_assumed": isinstance(atom, Parameter | Curve) and atom.spread_assumed,
                        **more[path],
                    }
                    for path, atom in resting
                ],
            }
        )
    return sorted(rows, key=_strongest_first)


def evidence_text(scenario: Scenario, path: str) -> str:
    """Return what stands behind one number, in sentences: value, range, source, grade, caveat.

    Parameters
    ----------
    scenario : Scenario
        Where it stands.
    path : str
        Dotted path of a parameter or curve.

    Returns
    -------
    str
        Such as ``190 USD; plausible 54 to 250. Vendor price list (...), vendor, unchecked.``
    """
    atom = dict(scenario.atoms())[path]
    value = f"{atom.value:g} {atom.unit}" if isinstance(atom, Parameter | Curve) else str(atom.unit)
    if isinstance(atom, Parameter | Curve) and atom.range is not None:
        value += f"; plausible {atom.range[0]:g} to {atom.range[1]:g}"
    if atom.is_assumption:
        source = f"No source ({atom.source}), grade {atom.grade}"
    else:
        source = f"{scenario.sources[atom.source].citation}, {atom.locator}; grade {atom.grade}"
        source += "" if atom.checked else ", not re-read in its source"
    return " ".join(part for part in (f"{value}.", f"{source}.", atom.note) if part)


def assumption_rows(scenario: Scenario, published: Published | None = None) -> list[Row]:
    """Return one row per number without a source: assumptions, what-ifs and swept values.

    Parameters
    ----------
    scenario : Scenario
        What to list.
    published : Published, optional
        As for `parameter_rows`.

    Returns
    -------
    list of dict
        Keys as `PARAMETER_COLUMNS`.
    """
    rows = parameter_rows(scenario, published)
    return [row for row, (_, atom) in zip(rows, scenario.atoms(), strict=True) if atom.is_assumption]


def solved_from(rows: Sequence[Row], figure: str | None = None) -> list[Row]:
    """Return the rows of numbers that were solved from published figures.

    Parameters
    ----------
    rows : sequence of dict
        From `parameter_rows`.
    figure : str, optional
        Key of the figure; left out = from any.

    Returns
    -------
    list of dict
        In the same order.
    """
    return [row for row in rows if (row["targets"] if figure is None else figure in row["targets"])]


def checked_row(checked: LoadedScenario, *, explain: bool) -> Row:
    """Return a checked scenario as one row.

    Parameters
    ----------
    checked : LoadedScenario
        Scenario and where its settings came from.
    explain : bool
        True adds every final value with the file and line that set it.

    Returns
    -------
    dict
        Keys ``name, digest`` and, when explained, ``settings``.
    """
    row: Row = {"name": checked.scenario.name, "digest": checked.scenario.digest}
    if explain:
        row["settings"] = [
            {"path": setting.path, "value": setting.value, "origin": str(setting.origin)}
            for setting in checked.settings()
        ]
    return row


def _strongest_first(row: Row) -> tuple[int, str]:
    grades = row["grades"]
    strongest = STRENGTH[Grade(grades[0])] if isinstance(grades, list) else len(STRENGTH)
    return strongest, str(row["source"])


def _parameter_row(path: str, atom: Atom, sources: dict[str, Source]) -> Row:
    low, high = (isinstance(atom, Parameter | Curve) and atom.range) or (None, None)
    source = sources.get(atom.source)
    return {
        "path": path,
        "label": atom.label or plain_name(path),
        "value": atom.value if isinstance(atom, Parameter) else curve_text(atom),
        "unit": str(atom.unit),
        "low": low,
        "high": high,
        "distribution": distribution_text(atom),
        "price_year": atom.price_year if isinstance(atom, Parameter) else None,
        "source": atom.source,
        "locator": atom.locator,
        "grade": str(atom.grade),
        "checked": atom.checked,
        "citation": source.citation if source else None,
        "note": atom.note,
    }


def curve_text(atom: Atom) -> str:
    """Return the values of a curve as text; nothing for another kind of number."""
    if not isinstance(atom, Curve):
        return ""
    if atom.at is None:
        return ", ".join(f"{value:g}" for value in atom.values)
    return ", ".join(f"{value:g} from {at:g}" for at, value in zip(atom.at, atom.values, strict=True))


def count_unchecked(rows: Sequence[Row]) -> int:
    """Return how many of the listed numbers were not re-read in their source."""
    return sum(1 for row in rows if not row["checked"])
