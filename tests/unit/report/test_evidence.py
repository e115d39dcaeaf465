"""The evidence tables: every number once, sources counted, assumptions apart."""

from __future__ import annotations

import pytest
from as_shipped import base_case

from sim.domain.scenario import Scenario
from sim.domain.targets import Targets
from sim.report.evidence import (
    PARAMETER_COLUMNS,
    assumption_rows,
    count_unchecked,
    parameter_rows,
    source_rows,
)
from sim.report.published import Published, read_published

RESPONSE, NAUSEA = "treatments.tablets.effect.response", "treatments.tablets.harms.nausea.probability"
ONSET = "treatments.tablets.effect.onset"
FIT = {
    "study": "trial",
    "strategy": "tablets",
    "kind": "fit",
    "quantity": "Response at week 4",
    "published": 0.4,
    "interval": [0.3, 0.5],
    "source": "a2021",
    "checked": True,
    "measure": {"what": "score_at", "among": "starters", "criterion": {"improvement": 0.5}, "days": 28},
    "informs": [RESPONSE],
}
HAZARD = {"what": "relapse_hazard_ratio", "among": "responders", "against": "infusion", "until_days": 90}
TARGETS = {
    "eff.a": FIT,
    "eff.b": FIT | {"quantity": "Response later", "informs": [RESPONSE, ONSET], "interval": None},
    "dur.c": FIT | {"quantity": "Relapse", "measure": HAZARD, "informs": [NAUSEA], "checked": False},
}


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


@pytest.fixture(scope="module")
def published(tiny):
    """Return figures that solved three numbers of the small scenario, as if it were the base case."""
    return Published(Targets.model_validate({"spreads": {}, "targets": TARGETS, "left_out": {}}), tiny)


def informed(scenario, published):
    return {row["path"]: row["targets"] for row in parameter_rows(scenario, published) if row["targets"]}


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


def test_a_number_tells_the_published_figures_that_solved_it(tiny, published):
    assert informed(tiny, published) == {
        RESPONSE: ["eff.a", "eff.b"],
        ONSET: ["eff.b"],
        NAUSEA: ["dur.c"],
    }


def test_published_figures_are_told_in_words(tiny, published):
    rows = {row["path"]: row for row in parameter_rows(tiny, published)}
    assert rows[RESPONSE]["figures"] == [
        "eff.a: Response at week 4, study 'trial', 40.0% (30.0% to 50.0%) [a2021]",
        "eff.b: Response later, study 'trial', 40.0% [a2021]",
    ]
    assert rows[NAUSEA]["figures"] == [
        "dur.c: Relapse, study 'trial', 0.40 (0.30 to 0.50) [a2021] (unchecked)"
    ]
    assert rows["economics.patient_hour"]["figures"] == []


@pytest.mark.parametrize(
    "change", [{"value": 0.41}, {"source": "what-if"}, {"source": "a2021", "locator": "p. 1"}]
)
def test_an_overridden_number_keeps_none_of_the_figures_of_the_old_one(tiny_tree, published, change):
    tiny_tree["sources"] = {"a2021": {"citation": "A et al. 2021", "design": "randomized trial"}}
    effect = tiny_tree["treatments"]["tablets"]["effect"]
    effect["response"] = {**effect["response"], "distribution": None, "grade": "assumption", **change}
    assert informed(Scenario.model_validate(tiny_tree), published) == {ONSET: ["eff.b"], NAUSEA: ["dur.c"]}


def test_an_overridden_curve_keeps_none_of_the_figures_of_the_old_one(tiny_tree, published):
    tiny_tree["treatments"]["tablets"]["effect"]["onset"]["values"] = [0.3, 0.7, 0.9, 1]
    assert ONSET not in informed(Scenario.model_validate(tiny_tree), published)


def test_the_same_number_in_other_words_keeps_its_figures(tiny_tree, published):
    tiny_tree["treatments"]["tablets"]["harms"]["nausea"]["probability"]["note"] = "told differently"
    assert informed(Scenario.model_validate(tiny_tree), published)[NAUSEA] == ["dur.c"]


def test_sources_and_assumptions_tell_the_figures_too(tiny_tree, published):
    tiny_tree["sources"] = {"a2021": {"citation": "A et al. 2021", "design": "randomized trial"}}
    tiny_tree["population"]["female"] |= {"source": "a2021", "grade": "RCT", "locator": "Table 1"}
    scenario = Scenario.model_validate(tiny_tree)
    (source,) = source_rows(scenario, published)
    assert [(row["path"], row["targets"], row["figures"]) for row in source["parameters"]] == [
        ("population.female", [], [])
    ]
    assumed = {row["path"]: row["targets"] for row in assumption_rows(scenario, published)}
    assert assumed[RESPONSE] == ["eff.a", "eff.b"]


def test_a_number_with_a_source_tells_its_figures_there(published, tiny_tree):
    tiny_tree["sources"] = {"a2021": {"citation": "A et al. 2021", "design": "randomized trial"}}
    nausea = tiny_tree["treatments"]["tablets"]["harms"]["nausea"]["probability"]
    nausea |= {"source": "a2021", "grade": "RCT", "locator": "Table 1"}
    scenario = Scenario.model_validate(tiny_tree)
    (source,) = source_rows(scenario, Published(published.targets, scenario))
    assert [row["targets"] for row in source["parameters"]] == [["dur.c"]]


def test_every_shipped_fit_of_a_parameter_is_told_in_the_base_case():
    published = read_published()
    told = {(path, key) for path, keys in informed(base_case(), published).items() for key in keys}
    assert told == {
        (path, key) for key, target in published.targets.targets.items() for path in target.informs
    }
    assert len(told) > 40
