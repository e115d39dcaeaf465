"""A study changes its population, regimen, follow-up, definitions, context and one acute rate: nothing else."""

from __future__ import annotations

import re

import pytest
from as_shipped import base_case, published

from sim.domain.scenario import Scenario
from sim.scenario_io.differences import changed_paths
from sim.scenario_io.validation import Validation

POPULATION = r"population\..*"
FOLLOW_UP = r"horizon_years|run\..*|strategies\..*"
DEFINITIONS = r"illness\.definitions\.(relapse|remission)"
REGIMEN = r"treatments\.\w+\.(induction\.\w+|maintenance|maintenance\.(limit|steps.*)|label)|treatments\.\w+"
CONTEXT = (
    r"care\.(referral_lead|screening_no_show|session_no_show|start_lead|continues_drugs)"
    r"|treatments\.\w+\.(screening|uptake)\..*|treatments\.esketamine\.dropout\.per_induction_session"
)
ACUTE_RATE = r"treatments\.\w+\.effect\.(response|basis|relative_to|odds_ratio)"
ALLOWED = re.compile("|".join((POPULATION, FOLLOW_UP, DEFINITIONS, REGIMEN, CONTEXT, ACUTE_RATE)))


@pytest.fixture(scope="module")
def base() -> Scenario:
    return base_case()


@pytest.fixture(scope="module")
def validation() -> Validation:
    return published()


def forbidden(paths: list[str]) -> list[str]:
    return [path for path in paths if not ALLOWED.fullmatch(path)]


@pytest.mark.parametrize(
    "path",
    [
        "illness.relapse.days",
        "illness.definitions.response",
        "illness.improvement.across_courses",
        "treatments.ketamine_iv.effect.onset",
        "treatments.ketamine_iv.effect.remission_ratio",
        "treatments.ketamine_iv.durability.relapse_hazard",
        "treatments.ketamine_iv.maintenance.protects_remitters",
        "treatments.ssri.dropout.per_induction_session",
        "treatments.ect.harms.headache.probability",
    ],
)
def test_a_parameter_of_the_course_of_illness_is_not_a_study_s_own(path: str) -> None:
    assert forbidden([path]) == [path]


def test_no_parameter_exists_for_one_study_alone(base: Scenario, validation: Validation) -> None:
    found = {name: forbidden(changed_paths(study, base)) for name, study in validation.studies.items()}
    assert {name: paths for name, paths in found.items() if paths} == {}


def test_the_context_of_trials_is_the_same_for_all_that_have_it(
    base: Scenario, validation: Validation
) -> None:
    atoms = dict(base.atoms())
    values: dict[str, set[float]] = {}
    for study in validation.studies.values():
        for path, atom in study.scenario.atoms():
            if re.fullmatch(CONTEXT, path) and atom != atoms.get(path):
                values.setdefault(path, set()).add(atom.value)
    assert len(values) > 5
    assert {path: found for path, found in values.items() if len(found) > 1} == {}


def test_a_study_s_own_acute_rate_is_a_fit_in_the_table(base: Scenario, validation: Validation) -> None:
    own = {
        (name, path.split(".")[1])
        for name, study in validation.studies.items()
        for path in changed_paths(study, base)
        if re.fullmatch(r"treatments\.\w+\.effect\.response", path)
    }
    told = {
        (target.study, line.treatment)
        for target in validation.targets.targets.values()
        if target.own_rate
        for line in validation.studies[target.study].scenario.strategies[target.strategy].lines or ()
    }
    assert own == told


def test_at_least_forty_figures_stand_in_the_table_and_twenty_of_them_are_checks(
    validation: Validation,
) -> None:
    kinds = [str(target.kind) for target in validation.targets.targets.values()]
    assert len(kinds) >= 40
    assert kinds.count("check") >= 20
