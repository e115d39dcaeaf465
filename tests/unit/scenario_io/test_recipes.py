"""A sweep is kept as settings; resolved files say what differs from the first."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable
from typing import Any

import pytest
from as_shipped import base_case, loaded_of, scenarios_of

from sim.domain.scenario import Scenario
from sim.scenario_io import shipped, yaml_file
from sim.scenario_io.dump import plain_tree, text_above
from sim.scenario_io.load import check
from sim.scenario_io.recipes import Recipe, recipes_of


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
def read_back(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Recipe, Recipe], Scenario]:
    """Return a function that stores two recipes and reads the second, which extends the first."""
    directory, read = tmp_path_factory.mktemp("scenarios"), functools.cache(yaml_file.read)

    def again(first: Recipe, second: Recipe) -> Scenario:
        for recipe in (first, second):
            path = directory / f"{recipe.folder}.yaml"
            if not path.exists():
                path.write_bytes(recipe.text)
        [loaded] = check(directory / f"{second.folder}.yaml", read=read)
        return loaded.scenario

    return again


@pytest.mark.parametrize("name", [name for name in shipped.names() if name != "base"])
def test_a_file_of_differences_from_the_base_case_reads_back_equal(read_back, name: str) -> None:
    loaded = loaded_of(name)[-1]
    first, second = recipes_of([base_case(), loaded])
    again = read_back(first, second)
    assert again == loaded.scenario
    assert again.digest == second.digest == loaded.scenario.digest
    assert second.scenario().digest == second.digest
    assert len(second.text) < len(first.text)


def test_the_base_case_reads_back_equal_above_a_scenario_with_more_and_with_less(read_back) -> None:
    first, second = recipes_of([scenarios_of("ect_inpatient")[0], base_case()])
    assert b"replace: true" in second.text
    assert read_back(first, second).digest == base_case().digest


def test_points_of_a_sweep_share_what_does_not_vary() -> None:
    first, second, *_ = recipes_of(loaded_of("home_supervision"))
    assert first.tree["illness"] is second.tree["illness"]
    assert first.tree["sources"] is second.tree["sources"]
    assert second.text.startswith(b'extends: "0001-')


def test_what_is_gone_is_replaced_whole(tiny: Scenario) -> None:
    tree = copy.deepcopy(plain_tree(tiny))
    del tree["strategies"]["tablets"]
    text = text_above(tree, plain_tree(tiny), "first.yaml")
    assert text.startswith("extends: first.yaml\nstrategies:\n  replace: true\n  usual_care:")
    assert "illness" not in text


def changed(tree: dict[str, Any], name: str, change: Callable[[dict[str, Any]], object]) -> Scenario:
    """Return a scenario of another name in which something is changed."""
    tree = copy.deepcopy(tree) | {"name": name}
    change(tree)
    return Scenario.model_validate(tree)


def cite(year: int) -> Callable[[dict[str, Any]], None]:
    """Return what lets a number cite a study of some year."""

    def change(tree: dict[str, Any]) -> None:
        tree["care"]["patience"] |= {"source": "smith", "locator": "Table 2"}
        tree["sources"] = {"smith": {"citation": f"Smith {year}", "design": "RCT", "year": year}}

    return change


CHANGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "a strategy removed": lambda tree: tree["strategies"].pop("tablets"),
    "a treatment and what uses it removed": lambda tree: (
        tree["treatments"].pop("infusion"),
        tree["strategies"].pop("infusion"),
    ),
    "an optional part removed": lambda tree: tree["treatments"]["infusion"].pop("tolerance"),
    "a key of a number removed": lambda tree: tree["care"]["screening"]["price"].pop("distribution"),
    "a list made shorter": lambda tree: tree["care"].update(integration_after=[2]),
    "a list emptied": lambda tree: tree["strategies"]["tablets"].update(lines=[]),
    "a list of maps": lambda tree: tree["treatments"]["infusion"]["maintenance"]["steps"].pop(0),
    "another number": lambda tree: tree["care"]["patience"].update(value=61),
    "a number without its sign": lambda tree: tree["economics"].update(discount_rate_costs=-0.0),
    "a limit lifted": lambda tree: tree["resources"]["chairs"].update(units=None),
    "nothing but the name": lambda tree: None,
}


@pytest.mark.parametrize("what", CHANGES)
@pytest.mark.parametrize("is_turned_round", [False, True])
def test_a_change_reads_back_equal(read_back, tiny_tree, what: str, is_turned_round: bool) -> None:
    tiny_tree["economics"]["discount_rate_costs"] = 0.0
    pair = [
        changed(tiny_tree, "one", lambda _: None),
        changed(tiny_tree, f"other_{what[:20]}", CHANGES[what]),
    ]
    first, second = recipes_of(pair[::-1] if is_turned_round else pair)
    again = read_back(first, second)
    assert again.digest == second.digest


@pytest.mark.parametrize("years", [(2019, 2020), (2019, 2019)])
def test_a_study_that_is_cited_otherwise_reads_back_whole(read_back, tiny_tree, years) -> None:
    first, second = recipes_of(
        changed(tiny_tree, f"{n} of {years[1]}", cite(year)) for n, year in enumerate(years)
    )
    assert (b"citation" in second.text) == (years[0] != years[1])
    assert read_back(first, second).digest == second.digest
