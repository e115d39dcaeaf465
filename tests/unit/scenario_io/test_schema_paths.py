"""Which keys may stand where."""

from __future__ import annotations

import pytest

from sim.domain.measures import Criterion
from sim.domain.parameters import Parameter
from sim.domain.targets import Targets
from sim.scenario_io.schema_paths import fields_at, type_at, written


@pytest.mark.parametrize(
    "path",
    [
        "care.patience",
        "treatments.any.maintenance.steps.0.interval",
        "treatments.any.session.needs.chairs",
        "treatments.any.uptake.approval",
    ],
)
def test_parameters_are_found_below_maps_lists_and_optional_parts(path: str) -> None:
    assert type_at(path.split(".")) is Parameter


@pytest.mark.parametrize("path", ["nowhere", "run.seed.x", "nowhere.x"])
def test_nothing_stands_at_unknown_paths(path: str) -> None:
    assert type_at(path.split(".")) is None


def test_fields_are_listed_in_file_order() -> None:
    assert fields_at(("run",)) == ("n_patients", "replications", "seed")


def test_names_below_treatments_are_free() -> None:
    assert fields_at(("treatments",)) == ()


CRITERION = ("targets", "eff.iv", "measure", "difference", "of", "score_at", "criterion")


def test_a_step_that_chooses_a_type_leads_to_it() -> None:
    assert type_at(CRITERION, Targets) is Criterion


def test_a_choice_that_nobody_offers_leads_nowhere() -> None:
    assert type_at(("targets", "eff.iv", "measure", "score", "criterion"), Targets) is None


def test_a_path_is_written_without_the_steps_that_choose_a_type() -> None:
    assert written(CRITERION, Targets) == ("targets", "eff.iv", "measure", "of", "criterion")


def test_a_path_without_a_choice_is_written_as_it_is() -> None:
    assert written(("run", "seed")) == ("run", "seed")
