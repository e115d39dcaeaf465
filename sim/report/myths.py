"""Claims held against the evidence: citations resolved, and what the model assumes as its scenarios say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sim.domain.evidence import Source
from sim.domain.lessons import Myth
from sim.domain.parameters import Parameter
from sim.domain.plain_names import plain_name
from sim.domain.scenario import Scenario
from sim.errors import ScenarioError
from sim.report.evidence import curve_text

SAID_BY = {
    "provider_article": "an article of an at-home provider (24 December 2025)",
    "vendor_article": "an article of the vendor Innerwell (undated)",
    "common": "often heard",
}
VERDICTS = {
    "right": "The evidence agrees",
    "partly": "True in part",
    "unsupported": "The evidence says otherwise",
    "unknown": "Not known",
}
MARKETING = "A vendor's claim"
"""Label of claims that rest on a seller's own figures or wording."""
Row = dict[str, Any]


def finding_rows(myth: Myth, sources: Mapping[str, Source]) -> list[Row]:
    """Return what was found, with citations.

    Parameters
    ----------
    myth : Myth
        The claim.
    sources : mapping
        The bibliography.

    Returns
    -------
    list of dict
        Keys ``found, grade, citation, doi, locator``.

    Raises
    ------
    ScenarioError
        If a source is not in the bibliography.
    """
    rows = []
    for finding in myth.findings:
        source = sources.get(finding.source)
        if source is None:
            raise ScenarioError(f"myths.yaml: '{finding.source}' must be in sources.yaml, got no such key")
        rows.append(
            {
                "found": finding.found,
                "grade": str(finding.grade),
                "citation": source.citation,
                "doi": source.doi,
                "locator": finding.locator,
            }
        )
    return rows


def assumed_rows(myth: Myth, read: Callable[[str], Scenario]) -> list[Row]:
    """Return what the model assumes about a claim, with the values its scenarios have now.

    Parameters
    ----------
    myth : Myth
        The claim.
    read : callable
        Reads a shipped scenario by name.

    Returns
    -------
    list of dict
        Keys ``label, value`` (with its unit), ``scenario, grade, path``.

    Raises
    ------
    ScenarioError
        If a path leads to no number.
    """
    rows = []
    for assumed in myth.assumes:
        atoms = dict(read(assumed.scenario).atoms())
        if assumed.path not in atoms:
            raise ScenarioError(
                f"myths.yaml: '{assumed.path}' must be a number of scenario '{assumed.scenario}', got none"
            )
        atom = atoms[assumed.path]
        value = f"{atom.value:g}" if isinstance(atom, Parameter) else curve_text(atom)
        rows.append(
            {
                "label": atom.label or plain_name(assumed.path),
                "value": f"{value} {atom.unit}",
                "scenario": assumed.scenario,
                "grade": str(atom.grade),
                "path": assumed.path,
            }
        )
    return rows


def said(myth: Myth) -> str:
    """Return who says so, in words.

    Parameters
    ----------
    myth : Myth
        The claim.

    Returns
    -------
    str
        Such as ``Said by an article of ...``.
    """
    who = " and ".join(SAID_BY[key] for key in myth.said_by if key != "common")
    return f"Said by {who}." if who else "Often heard; in neither article."
