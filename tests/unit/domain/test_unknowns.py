"""Which places hold one figure, what it is called, and what it is about."""

from __future__ import annotations

import pytest
from builders import Tree, set_value

from sim.domain.plain_names import distribution_text, name_of, plain_name, theme_of
from sim.domain.scenario import Scenario
from sim.domain.unknowns import figures, uncertain_atoms, unknowns

BETA = {"beta": {"alpha": 5, "beta": 95}}
SOURCES = {"smith2019": {"citation": "Smith 2019", "design": "trial", "year": 2019}}
CITED = {"source": "smith2019", "locator": "Table 2", "grade": "RCT"}
FIRST = "treatments.tablets.durability.frailty_variance"
SECOND = "treatments.infusion.durability.frailty_variance"


def shared(tree: Tree, **changed: object) -> Scenario:
    """Make the frailty of both treatments uncertain, and change something said of the second."""
    for key in ("tablets", "infusion"):
        tree["treatments"][key]["durability"]["frailty_variance"] |= {
            "value": 0.5, "range": [0.1, 1], "distribution": {"gamma": {"shape": 25, "scale": 0.02}},
        }  # fmt: skip
    tree["treatments"]["infusion"]["durability"]["frailty_variance"] |= changed
    tree["sources"] = SOURCES
    return Scenario.model_validate(tree)


def test_a_figure_of_several_treatments_is_one_unknown_named_by_its_first_place(tiny_tree: Tree) -> None:
    found = unknowns(shared(tiny_tree))
    assert found[FIRST].paths == (FIRST, SECOND)
    assert SECOND not in found


def test_unknowns_stand_in_the_order_of_the_file(tiny: Scenario) -> None:
    assert list(unknowns(tiny)) == [path for path, _ in uncertain_atoms(tiny)]


def test_notes_may_differ_between_places_of_a_figure(tiny_tree: Tree) -> None:
    assert len(unknowns(shared(tiny_tree, note="taken over from tablets"))[FIRST].paths) == 2


@pytest.mark.parametrize(
    "changed",
    [
        {"value": 0.5001},
        {"distribution": {"gamma": {"shape": 26, "scale": 0.5 / 26}}},
        CITED,
        {"locator": "Table 3"},
    ],
)
def test_figures_that_differ_in_what_is_said_of_them_are_two(
    tiny_tree: Tree, changed: dict[str, object]
) -> None:
    found = unknowns(shared(tiny_tree, **changed))
    assert (found[FIRST].paths, found[SECOND].paths) == ((FIRST,), (SECOND,))


@pytest.mark.parametrize(("price_year", "n_places"), [(2025, 2), (2024, 1)])
def test_equal_prices_of_two_years_are_two_figures(tiny_tree: Tree, price_year: int, n_places: int) -> None:
    tiny_tree["sources"] = SOURCES
    for visit in ("preparation", "integration"):
        tiny_tree["care"][visit]["price"] |= CITED
    tiny_tree["care"]["integration"]["price"]["price_year"] = price_year
    found = unknowns(Scenario.model_validate(tiny_tree))
    assert len(found["care.preparation.price"].paths) == n_places


def test_equal_guesses_about_different_things_are_different_figures(tiny_tree: Tree) -> None:
    for name in ("psychosis", "hypertension"):
        set_value(tiny_tree, f"population.conditions.{name}.prevalence", 0.05)
        tiny_tree["population"]["conditions"][name]["prevalence"] |= {
            "range": [0, 0.2],
            "distribution": BETA,
        }
    found = unknowns(Scenario.model_validate(tiny_tree))
    assert found["population.conditions.psychosis.prevalence"].paths == (
        "population.conditions.psychosis.prevalence",
    )
    assert "population.conditions.hypertension.prevalence" in found


def test_one_published_figure_used_for_different_things_is_one_unknown(tiny_tree: Tree) -> None:
    tiny_tree["sources"] = SOURCES
    for name in ("psychosis", "hypertension"):
        set_value(tiny_tree, f"population.conditions.{name}.prevalence", 0.05)
        tiny_tree["population"]["conditions"][name]["prevalence"] |= {"distribution": BETA} | CITED
    found = unknowns(Scenario.model_validate(tiny_tree))
    assert len(found["population.conditions.psychosis.prevalence"].paths) == 2


def test_a_curve_is_told_by_all_its_numbers(tiny_tree: Tree) -> None:
    for key in ("tablets", "infusion"):
        curve = tiny_tree["treatments"][key]["durability"]["relapse_hazard"]
        curve |= {"distribution": {"gamma": {"shape": 4, "scale": 0.5}}}
    both = unknowns(Scenario.model_validate(tiny_tree))["treatments.tablets.durability.relapse_hazard"]
    assert len(both.paths) == 2
    assert both.atom.value == 2.0
    tiny_tree["treatments"]["infusion"]["durability"]["relapse_hazard"]["values"] = [2.0, 0.7]
    one = unknowns(Scenario.model_validate(tiny_tree))["treatments.tablets.durability.relapse_hazard"]
    assert len(one.paths) == 1


def test_no_place_is_no_figure() -> None:
    assert figures([]) == []


def test_a_figure_is_called_by_its_path_and_its_treatments(tiny_tree: Tree) -> None:
    scenario = shared(tiny_tree)
    found = unknowns(scenario)
    assert name_of(scenario, found[FIRST]) == "durability: frailty variance (Tablets at home and 1 more)"
    assert name_of(scenario, found["care.screening.price"]) == "screening: price"
    response = "treatments.infusion.effect.response"
    assert name_of(scenario, found[response]) == "effect: response (Infusion in a clinic)"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("care.preparation.needs.therapist", "preparation: needs: therapist"),
        ("treatments.infusion.session.shared.nurse", "session: shared: nurse"),
        ("treatments.infusion.maintenance.steps.0.interval", "steps 1: interval"),
        ("care.deferral", "care: deferral"),
    ],
)
def test_a_name_tells_which_visit_and_which_step(path: str, name: str) -> None:
    assert plain_name(path) == name


def test_a_label_comes_before_the_path(tiny_tree: Tree) -> None:
    tiny_tree["care"]["screening"]["price"]["label"] = "Price of a first visit"
    scenario = Scenario.model_validate(tiny_tree)
    found = unknowns(scenario)["care.screening.price"]
    assert name_of(scenario, found) == "Price of a first visit"


@pytest.mark.parametrize(
    ("path", "theme"),
    [
        ("treatments.ect.dropout.per_induction_session", "dropout of treatments"),
        ("treatments.ect.session_mortality", "session mortality of treatments"),
        ("illness.background_cost.depressed", "illness background cost"),
        ("population.payers.commercial", "population"),
        ("care.screening.price", "care"),
    ],
)
def test_a_theme_gathers_what_one_study_could_learn(path: str, theme: str) -> None:
    assert theme_of(path) == theme


def test_a_distribution_is_told_in_a_few_words(tiny: Scenario) -> None:
    assert distribution_text(tiny.care.screening.price) == "gamma(shape 25, scale 10)"
    assert distribution_text(tiny.care.deferral) is None
    assert distribution_text(tiny.treatments["tablets"].effect.onset) is None
