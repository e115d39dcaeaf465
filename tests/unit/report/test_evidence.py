"""The evidence tables: every number once, sources counted, assumptions apart."""

from __future__ import annotations

import pytest

from sim.domain.scenario import Scenario
from sim.report.evidence import (
    PARAMETER_COLUMNS,
    assumption_rows,
    count_unchecked,
    parameter_rows,
    source_rows,
)


@pytest.fixture
def sourced(tiny_tree):
    tiny_tree["sources"] = {
        "b2020": {"citation": "B et al. 2020", "design": "claims study"},
        "a2021": {"citation": "A et al. 2021", "design": "randomized trial", "year": 2021},
    }
    population, economics = tiny_tree["population"], tiny_tree["economics"]
    population["female"] |= {"source": "a2021", "grade": "RCT", "locator": "Table 1", "checked": True}
    population["distance_median"] |= {"source": "a2021", "grade": "cohort", "locator": "Table 2"}
    economics["setup"] |= {"source": "b2020", "grade": "claims", "locator": "p. 4"}
    return Scenario.model_validate(tiny_tree)


def test_every_parameter_has_one_row_with_all_columns(sourced):
    rows = parameter_rows(sourced)
    assert [row["path"] for row in rows] == [path for path, _ in sourced.atoms()]
    assert {tuple(row) for row in rows} == {PARAMETER_COLUMNS}


def test_a_row_carries_value_range_and_citation(sourced):
    row = next(row for row in parameter_rows(sourced) if row["path"] == "population.female")
    assert (row["value"], row["low"], row["high"]) == (0.6, 0.3, pytest.approx(0.9))
    assert (row["citation"], row["locator"], row["grade"]) == ("A et al. 2021", "Table 1", "RCT")


def test_curves_and_distributions_are_written_out(sourced):
    rows = {row["path"]: row for row in parameter_rows(sourced)}
    assert rows["economics.price_index"]["value"] == "550 from 2023, 565 from 2024, 580 from 2025"
    assert rows["treatments.tablets.effect.onset"]["value"] == "0.4, 0.7, 0.9, 1"
    assert rows["care.screening.price"]["distribution"] == "gamma(shape 25, scale 10)"


def test_sources_come_strongest_first_with_their_numbers_counted(sourced):
    rows = source_rows(sourced)
    assert [(row["source"], row["n_parameters"], row["n_unchecked"]) for row in rows] == [
        ("a2021", 2, 1),
        ("b2020", 1, 1),
    ]
    assert rows[0]["grades"] == ["RCT", "cohort"]


def test_assumptions_are_all_that_no_source_stands_behind(sourced):
    rows = assumption_rows(sourced)
    assert len(rows) == len(parameter_rows(sourced)) - 3
    assert {row["source"] for row in rows} == {"assumption"}


def test_the_figure_of_a_harm_says_whether_patients_were_asked(tiny_tree):
    tiny_tree["treatments"]["tablets"]["harms"]["nausea"]["asked"] = False
    rows = {row["path"]: row for row in parameter_rows(Scenario.model_validate(tiny_tree))}
    assert rows["treatments.infusion.harms.nausea.probability"]["reports"] == "patients asked"
    assert rows["treatments.tablets.harms.nausea.probability"]["reports"] == "spontaneous reports"
    assert rows["treatments.tablets.harms.nausea.days"]["reports"] is None


def test_a_source_tells_of_each_harm_whether_patients_were_asked(tiny_tree):
    tiny_tree["sources"] = {"a2021": {"citation": "A et al. 2021", "design": "randomized trial"}}
    nausea = tiny_tree["treatments"]["infusion"]["harms"]["nausea"]["probability"]
    nausea |= {"source": "a2021", "grade": "RCT", "locator": "Table 1"}
    (row,) = source_rows(Scenario.model_validate(tiny_tree))
    assert [parameter["reports"] for parameter in row["parameters"]] == ["patients asked"]


def test_unchecked_numbers_are_counted(sourced):
    rows = parameter_rows(sourced)
    assert count_unchecked(rows) == len(rows) - 1
