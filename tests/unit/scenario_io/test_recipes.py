"""A sweep is kept as settings; resolved files say what differs from the first."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest

from sim.domain.scenario import Scenario
from sim.scenario_io import shipped
from sim.scenario_io.dump import plain_tree, text_above
from sim.scenario_io.load import each, load, load_all
from sim.scenario_io.recipes import recipes_of


def test_a_recipe_makes_its_scenario_again(tiny: Scenario) -> None:
    [recipe] = recipes_of([tiny])
    assert recipe.scenario() == tiny
    assert recipe.scenario(9).run.replications == 9
    assert (recipe.name, recipe.digest, recipe.seed, recipe.n_patients, recipe.replications, recipe.arms) == (
        "tiny", tiny.digest, 0, 200, 2, 600,
    )  # fmt: skip


def test_folders_do_not_depend_on_the_number_of_replications(tiny: Scenario) -> None:
    [few], [many] = recipes_of([tiny]), recipes_of([tiny.with_changes({"run.replications": 50})])
    assert (few.folder, few.digest == many.digest) == (many.folder, False)


@pytest.fixture(scope="module")
def base() -> Scenario:
    return load("base")


@pytest.mark.parametrize(
    "name", ["small_clinic", "ect_inpatient", "mix", "waiting_list", "vendor_claims", "ramp_up"]
)
def test_a_file_of_differences_reads_back_equal(base: Scenario, name: str, tmp_path: Path) -> None:
    other = load_all(name)[0]
    first, second = recipes_of([base, other])
    for recipe in (first, second):
        (tmp_path / f"{recipe.folder}.yaml").write_bytes(recipe.text)
    again = load(tmp_path / f"{second.folder}.yaml")
    assert again == other
    assert len(second.text) < len(first.text)


def test_points_of_a_sweep_share_what_does_not_vary() -> None:
    first, second, *_ = recipes_of(each("home_supervision"))
    assert first.tree["illness"] is second.tree["illness"]
    assert first.tree["sources"] is second.tree["sources"]
    assert second.text.startswith(b'extends: "0001-')


@pytest.mark.parametrize("name", shipped.names())
def test_recipes_of_all_shipped_files_keep_the_digest(name: str) -> None:
    loaded = next(iter(each(name)))
    [recipe] = recipes_of([loaded])
    assert recipe.scenario().digest == loaded.scenario.digest


def test_what_is_gone_is_replaced_whole(tiny: Scenario) -> None:
    tree = copy.deepcopy(plain_tree(tiny))
    del tree["strategies"]["tablets"]
    text = text_above(tree, plain_tree(tiny), "first.yaml")
    assert text.startswith("extends: first.yaml\nstrategies:\n  replace: true\n  usual_care:")
    assert "illness" not in text
