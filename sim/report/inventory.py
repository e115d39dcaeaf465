"""The impact inventory: which costs count for whom, and what each of them holds.

The rows follow the three sectors of the Second Panel's inventory (formal health care, informal health care,
beyond health care); what the programme itself pays stands apart, because the prices of care hold it already.

References
----------
Sanders GD et al. 2016, Recommendations for conduct, methodological practices, and reporting of
cost-effectiveness analyses, JAMA 316:1093-1103, doi:10.1001/jama.2016.12195.
Husereau D et al. 2022, Consolidated Health Economic Evaluation Reporting Standards 2022, Value Health
25:3-9, doi:10.1016/j.jval.2021.11.1351.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.domain.economics import Category, DrugPrice, Perspective, categories_counted
from sim.report.numbers import NOTHING
from sim.report.tables import Table
from sim.report.words import PERSPECTIVES

FORMAL, INFORMAL, BEYOND = "formal health care", "informal health care", "beyond health care"
PROGRAMME = "what the programme pays"
ITEMS: Mapping[Category, tuple[str, str]] = {
    Category.SCREENING: (FORMAL, "screening appointments kept"),
    Category.DRUG: (FORMAL, "drugs at list price, where no price of a session holds them"),
    Category.REBATE: (FORMAL, "what comes back to insurers on drugs; only with drugs net of rebates"),
    Category.SESSION: (FORMAL, "prices of sessions: staff, place, watching, and the drug where it is inside"),
    Category.MONITORING: (FORMAL, "tests before a course and on the way; not the watching during a session"),
    Category.VISITS: (FORMAL, "visits to a prescriber"),
    Category.INTEGRATION: (FORMAL, "preparation and integration visits"),
    Category.ADVERSE_EVENTS: (FORMAL, "care for adverse events"),
    Category.BACKGROUND: (FORMAL, "all other care, by state of the illness"),
    Category.HOSPITAL: (FORMAL, "hospital days of in-patient courses"),
    Category.TRAVEL: (INFORMAL, "driving to sessions"),
    Category.PATIENT_TIME: (INFORMAL, "patients' time for visits, sessions, recovery and the way"),
    Category.COMPANION_TIME: (INFORMAL, "companions' time, the drive included"),
    Category.PRODUCTIVITY: (BEYOND, "production lost, by state of the illness"),
    Category.STAFF: (PROGRAMME, "hours of staff, and rent of chair, suite and bay, used or missed"),
    Category.IDLE_CAPACITY: (PROGRAMME, "the same hours and rent, paid and not used"),
    Category.PROGRAMME_DRUG: (PROGRAMME, "drugs as bought"),
    Category.SETUP: (PROGRAMME, "setting the programme up"),
}
"""Sector and content of each category, in the order of the table."""
PARTS = {Perspective.PAYER: "covered part", Perspective.PATIENT: "uncovered part"}
"""What of a category counts; all of it for other perspectives."""
ALL = "all"
N_WORDED = 3
LEFT_OUT = (
    "Not counted anywhere: care unrelated to depression in years of life gained, consumption, social "
    "services, criminal justice, education, housing. Perspectives overlap and must not be added up."
)
Row = dict[str, Any]


def inventory_rows() -> list[Row]:
    """Return the impact inventory.

    Returns
    -------
    list of dict
        Keys ``category``, ``kind`` (sector of the inventory), ``holds`` (in words), ``drug_price`` (``net``
        where the category counts at that setting only, else None) and one for each perspective: ``all``,
        ``covered part``, ``uncovered part``, or None where the category does not count.
    """
    return [
        {
            "category": category.value,
            "kind": kind,
            "holds": holds,
            "drug_price": DrugPrice.NET.value if category is Category.REBATE else None,
            **{perspective.value: _part(category, perspective) for perspective in Perspective},
        }
        for category, (kind, holds) in ITEMS.items()
    ]


def inventory_table() -> Table:
    """Return the impact inventory as a table of text."""
    names = [perspective.value for perspective in Perspective]
    rows = tuple(
        (
            row["category"].replace("_", " "),
            row["kind"],
            row["holds"],
            *(row[name] or NOTHING for name in names),
        )
        for row in inventory_rows()
    )
    headings = tuple(PERSPECTIVES[name] for name in names)
    return Table(
        "Impact inventory: which costs count in which perspective",
        ("Category", "Sector of the inventory", "What it holds", *headings),
        rows,
        n_worded=N_WORDED + len(headings),
    )


def _part(category: Category, perspective: Perspective) -> str | None:
    """Return which part of a category counts; a rebate is all the insurer's."""
    if category not in categories_counted(perspective, DrugPrice.NET):
        return None
    if category is Category.REBATE:
        return None if perspective is Perspective.PATIENT else ALL
    return PARTS.get(perspective, ALL)
