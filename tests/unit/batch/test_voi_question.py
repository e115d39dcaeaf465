"""The question of `voi`: read from stored draws or tables, and refused with a reason where impossible."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.analysis.decision import decide
from sim.analysis.sample_information import Binomial, Normal
from sim.analysis.table_comparison import frontier_rows
from sim.batch.three_files import write_three_files
from sim.batch.voi_asked import Asked
from sim.batch.voi_question import from_draws, from_tables
from sim.errors import AnalysisError, ScenarioError

ASKED = Asked(wtp="20000,30000")


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    """Write 30 draws of 3 strategies and 3 parameters; columns of effects in another order."""
    directory, dice = tmp_path_factory.mktemp("tables"), np.random.default_rng(5)
    effect, known = dice.normal(1, 0.1, (30, 3)), dice.uniform(size=(30, 3))
    pd.DataFrame(dice.normal(1000, 200, (30, 3)), columns=["a", "b", "c d"]).to_csv(
        directory / "C.csv", index=False
    )
    pd.DataFrame(effect, columns=["b", "c d", "a"]).to_csv(directory / "E.csv", index=False)
    pd.DataFrame(known, columns=["p", "q[1].x", "r, or ü"]).to_csv(directory / "P.csv", index=False)
    return directory


@pytest.fixture
def ask(tables):
    def call(asked=ASKED, parameters="P.csv", **changes):
        table = None if parameters is None else tables / parameters
        return from_tables(tables / "C.csv", tables / "E.csv", table, replace(asked, **changes))

    return call


@pytest.fixture(scope="module")
def draws(tiny_draws, tmp_path_factory):
    directory = tmp_path_factory.mktemp("psa") / "draws"
    tiny_draws.save(directory)
    return directory


def test_columns_are_put_together_by_name(ask, tables):
    posed = ask()
    cost, effect = (pd.read_csv(tables / name) for name in ("C.csv", "E.csv"))
    assert posed.table.strategies == ("a", "b", "c d")
    for place, name in enumerate(posed.table.strategies):
        assert posed.table.cost[:, 0, place].tolist() == cost[name].tolist()
        assert posed.table.effect[:, 0, place].tolist() == effect[name].tolist()
    assert posed.table.parameters == ("p", "q[1].x", "r, or ü")


def test_the_first_strategy_is_the_comparator_and_the_first_wtp_the_chosen_one(ask):
    posed = ask(wtp="30000, 20000")
    assert (posed.comparator, posed.question.chosen, posed.question.wtp) == ("a", 30_000, [30_000, 20_000])
    assert ask(comparator="c d").comparator == "c d"
    assert posed.question.fewest == 2
    assert posed.question.people_per_year is None
    assert [one.partition(": SHA-256 ")[0] for one in posed.made][-3:] == ["C.csv", "E.csv", "P.csv"]


def test_groups_may_name_columns_with_commas_in_quotes(ask):
    groups = ask(groups=['one = p , "r, or ü"', "two=q[1].x,q[1].x"]).question.groups
    assert groups == {"one": ["p", "r, or ü"], "two": ["q[1].x"]}


def test_an_arm_observes_a_share_or_a_mean_of_a_parameter(ask):
    posed = ask(
        arms=["probability:p", "mean:q[1].x:0.5"], sizes="10,20", fixed_cost=5.0, trial_years=2.0, years=9.0,
        people_per_year=7.0, discount_rate=0.05,
    )  # fmt: skip
    plan = posed.question.trials["trial"]
    share, mean = plan.arms.values()
    assert isinstance(share, Binomial)
    assert isinstance(mean, Normal)
    assert mean.sd == 0.5
    assert (plan.sizes, plan.fixed_cost, plan.cost_per_person, plan.years) == ([10, 20], 5, None, 2)
    assert (posed.question.people_per_year, posed.question.decision_years) == (7, 9)
    assert posed.question.discount_rate == 0.05
    assert ask().question.discount_rate == 0
    assert posed.setting == {"comparator": "a", "wtp": 20_000}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"wtp": None}, "--wtp: must be given with --costs and --effects, got nothing; add it, such as"),
        *(
            ({"wtp": text}, f"such as 20000,30000, got '{text}'")
            for text in ("0", "-1", "nan", "inf", "1e400", "words", "2;3", "20000,", "", "20000,-5")
        ),
        *(
            (
                {"arms": ["mean:p:1"], "sizes": text},
                "--sizes: must be whole numbers from 1 to 1,000,000,000, increasing, with commas between, "
                f"got '{text}'",
            )
            for text in ("100,50", "5,5", "nan", "inf", "1.5", "0", "-3", "1e300", "1000000001", "x", "")
        ),
        *(
            ({name: value}, f"--{name.replace('_', '-')}: must be at least 0 and at most 1e+15, got {value:g}")
            for name in ("fixed_cost", "cost_per_person", "trial_years", "discount_rate")
            for value in (-1.0, np.nan, np.inf, 1e16)
        ),
        *(
            ({name: value}, f"--{name.replace('_', '-')}: must be above 0 and at most 1e+15, got {value:g}")
            for name in ("people_per_year", "years")
            for value in (0.0, -1.0, np.nan, np.inf, 1e308)
        ),
        ({"sizes": "5"}, "--sizes: must stand beside --arm, got no trial; add --arm"),
        ({"fixed_cost": 0.0, "trial_years": 1.0}, "--fixed-cost, --trial-years: must stand beside --arm"),
        ({"years": 1.0}, "--years: must stand beside --people-per-year, got no people; add it"),
        ({"discount_rate": 0.0}, "--discount-rate: must stand beside --people-per-year, got no people; add it"),
        (
            {"people_per_year": 5.0},
            "--people-per-year: must stand beside --years, got no years; add how long the decision stays "
            "relevant, such as --years 10",
        ),
        *(
            ({"arms": [text]}, "--arm: must be like 'response:ect', 'probability:p' or 'mean:x:12', got '")
            for text in ("foo", "", "mean:p", "probability:", "foo:p", ":p")
        ),
        *(
            ({"arms": [f"mean:p:{sd}"]}, f"--arm: must end in a standard deviation above 0, got 'mean:p:{sd}'")
            for sd in ("0", "-1", "nan", "inf", "x", "1,2", "")
        ),
        ({"arms": ["response:ect"]}, "--arm: must be of draws stored by psa to observe a response, got"),
        ({"arms": ["mean:p:1", "mean:p:1"]}, "--arm: must be given once, got 'mean:p:1' again; leave it out"),
        ({"arms": ["probability:z"]}, "--arm: 'z' is not a parameter; known: p, q[1].x, r, or ü"),
        *(({"groups": [text]}, "--group: must be like 'costs=p1,p2', got '") for text in ("g", "g=", "=p", "g=,")),
        ({"groups": ["g=z"]}, "--group: 'z' is not a parameter; known: p, q[1].x, r, or ü"),
        ({"groups": ["p=q[1].x"]}, "--group: must not have the name of a parameter, got 'p'; rename it"),
        ({"groups": ["g=p", "g=q[1].x"]}, "--group: must give 'g' once, got it again; choose another name"),
        ({"comparator": "z"}, "comparator: 'z' is not a strategy; known: a, b, c d"),
    ],
)  # fmt: skip
def test_an_impossible_question_is_refused_with_a_reason(ask, change, message):
    with pytest.raises((ScenarioError, AnalysisError)) as told:
        ask(**change)
    assert message in str(told.value)


def test_without_parameters_there_is_nothing_to_group_or_observe(ask):
    assert ask(parameters=None).table.values.shape == (30, 0)
    for change in ({"groups": ["g=p"]}, {"arms": ["mean:p:1"]}):
        with pytest.raises(
            ScenarioError, match="must name parameters, got 'p' and no parameters; give --para"
        ):
            ask(parameters=None, **change)


def test_a_group_needs_ten_draws_for_each_member(tables, ask, tmp_path):
    for name in ("C", "E", "P"):
        pd.read_csv(tables / f"{name}.csv").head(29).to_csv(tmp_path / f"{name}.csv", index=False)
    asked = replace(ASKED, groups=['g=p,q[1].x,"r, or ü"'])
    with pytest.raises(ScenarioError, match="must have 10 draws for each member, got 29 draws for 3 members"):
        from_tables(*(tmp_path / f"{name}.csv" for name in "CEP"), asked)
    assert len(ask(groups=asked.groups).question.groups["g"]) == 3


def test_every_mistake_of_the_question_is_told_at_once(ask):
    with pytest.raises(ScenarioError) as told:
        ask(wtp="0", sizes="x", years=0.0, fixed_cost=-1.0)
    assert [line.partition(":")[0] for line in str(told.value).splitlines()] == [
        "--wtp", "--sizes", "--fixed-cost", "--years",
    ]  # fmt: skip
    with pytest.raises(ScenarioError) as told:
        ask(groups=["g", "h=z"])
    assert len(str(told.value).splitlines()) == 2


def test_every_mistake_of_the_tables_is_told_at_once_with_its_line(tables, tmp_path):
    (tmp_path / "C.csv").write_text("a,b\n1,nan\ninf,foo\n1,\n", encoding="utf-8")
    (tmp_path / "E.csv").write_text("a,b\n1,1\n1,x\n1,1\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as told:
        from_tables(tmp_path / "C.csv", tmp_path / "E.csv", tmp_path / "none.csv", ASKED)
    lines = [line.removeprefix(f"{tmp_path}/") for line in str(told.value).splitlines()]
    assert lines == [
        "C.csv:2: b: must be a finite number, got 'nan'",
        "C.csv:3: a: must be a finite number, got 'inf'",
        "C.csv:3: b: must be a number, got 'foo'",
        "C.csv:4: b: must be a number, got nothing",
        "E.csv:3: b: must be a number, got 'x'",
        "none.csv: must be a file, got none",
    ]


@pytest.mark.parametrize(
    ("costs", "effects", "parameters", "messages"),
    [
        ("a\n1\n2\n", "a\n1\n2\n", "p\n1\n2\n", ["must have a column for each of two or more strategies, got 1"]),
        ("a,b\n1,2\n", "a,b\n1,2\n", "p\n1\n", ["must have a row for each of two or more draws, got 1"]),
        (
            "a,b\n1,2\n1,3\n", "a,c\n1,2\n1,3\n", "p\n1\n2\n3\n",
            ["must have the columns of {}, got them without b and with c", "must have the 2 rows of {}, got 3"],
        ),
    ],
)  # fmt: skip
def test_tables_must_belong_together(tmp_path, costs, effects, parameters, messages):
    for name, text in zip("CEP", (costs, effects, parameters), strict=True):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as told:
        from_tables(*(tmp_path / f"{name}.csv" for name in "CEP"), ASKED)
    lines = str(told.value).splitlines()
    assert [line.partition(": ")[2] for line in lines] == [
        message.format(tmp_path / "C.csv") for message in messages
    ]


def test_draws_bring_their_scenario_its_willingness_to_pay_and_groups_by_theme(draws):
    posed = from_draws(draws, Asked(), {}, command="treatpath voi draws")
    assert posed.title == "A small illustrative scenario (tiny)"
    assert posed.question.wtp == [50_000, 100_000, 150_000]
    assert posed.question.chosen == 100_000
    assert posed.comparator == "usual_care"
    assert posed.labels["infusion"] == "Infusion, then tablets"
    assert posed.question.people_per_year is None
    assert posed.question.trials == {}
    assert all(len(members) > 1 for members in posed.question.groups.values())
    assert "analysis command: treatpath voi draws" in posed.made
    path, unknown = next(iter(posed.parameters.items()))
    assert path in posed.table.parameters
    assert unknown.unit
    assert unknown.source


def test_the_setting_says_what_the_numbers_rest_on_and_money_is_discounted_as_costs_are(draws):
    output = {"perspective": "payer", "discount_rate_costs": 0.05, "discount_rate_effects": 0.01}
    posed = from_draws(draws, Asked(wtp="7", people_per_year=3.0, years=2.0), output)
    assert posed.setting == {
        "comparator": "usual_care", "wtp": 7, "perspective": "payer", "discount_rate_costs": 0.05,
        "discount_rate_effects": 0.01, "drug_price": posed.output.drug_price.value, "price_year": 2025,
        "currency": "USD", "horizon_years": 1, "n_patients": 3,
    }  # fmt: skip
    assert json.loads(json.dumps(posed.setting)) == posed.setting
    assert posed.question.discount_rate == 0.05
    asked = Asked(people_per_year=3.0, years=2.0, discount_rate=0.0)
    assert from_draws(draws, asked, output).question.discount_rate == 0


def test_a_trial_may_observe_the_response_to_a_treatment(draws):
    posed = from_draws(draws, Asked(arms=["response:tablets"]), {})
    (arm,) = posed.question.trials["trial"].arms.values()
    assert arm.probability.shape == (100,)
    assert ((arm.probability > 0) & (arm.probability < 1)).all()


@pytest.mark.parametrize(
    ("asked", "output", "scenario", "message"),
    [
        ({"wtp": "5,-1"}, {}, None, "--wtp: must be finite numbers above 0"),
        ({"sizes": "10"}, {}, None, "--sizes: must stand beside --arm, got no trial"),
        ({"years": 3.0}, {}, None, "--years: must stand beside --people-per-year"),
        ({"people_per_year": 9.0}, {}, None, "--people-per-year: must stand beside --years, got no years"),
        ({"arms": ["response:z"]}, {}, None, "--arm: 'z' is not a treatment of these draws; known: infusion"),
        ({"groups": ["g=z"]}, {}, None, "--group: 'z' is not a parameter"),
        ({"comparator": "z"}, {}, None, "comparator: 'z' is not a strategy; known:"),
        ({}, {"perspective": "z"}, None, "perspective: 'z' is not a perspective; known:"),
        ({}, {}, "z", "--scenario: 'z' is not a scenario of these draws; known: tiny"),
    ],
)
def test_an_impossible_question_to_draws_is_refused(draws, asked, output, scenario, message):
    with pytest.raises((ScenarioError, AnalysisError)) as told:
        from_draws(draws, Asked(**asked), output, scenario=scenario)
    assert message in str(told.value)


TRIAL = {
    "label": "t", "arms": ["tablets"], "sizes": [5, 9], "fixed_cost": 7.0, "cost_per_person": 2.0, "years": 3,
}  # fmt: skip


def with_research(tiny_draws, directory, trials):
    one = replace(
        tiny_draws.scenarios["tiny"],
        research={"people_per_year": 500, "decision_years": 4, "trials": trials},
    )
    replace(tiny_draws, scenarios={"tiny": one}).save(directory)
    return directory


def test_trials_of_the_scenario_are_taken_unless_others_are_asked_for(tiny_draws, tmp_path):
    other = TRIAL | {"arms": ["tablets", "z"]}
    stored = with_research(tiny_draws, tmp_path / "draws", {"one": TRIAL, "two": other})
    posed = from_draws(stored, Asked(), {})
    plan = posed.question.trials["one"]
    assert (plan.label, plan.sizes, plan.fixed_cost, plan.cost_per_person, plan.years) == (
        "t",
        [5, 9],
        7,
        2,
        3,
    )
    assert posed.notes[-1] == "Trial 'two' is left out: the scenario has no treatment z."
    assert (posed.question.people_per_year, posed.question.decision_years) == (500, 4)
    asked = Asked(sizes="4", fixed_cost=0.0, trial_years=1.0, years=2.0)
    plan = (posed := from_draws(stored, asked, {})).question.trials["one"]
    assert (plan.sizes, plan.fixed_cost, plan.cost_per_person, plan.years) == ([4], 0, 2, 1)
    assert (posed.question.people_per_year, posed.question.decision_years) == (500, 2)
    assert list(from_draws(stored, Asked(arms=["response:tablets"]), {}).question.trials) == ["trial"]


def test_themes_too_large_for_the_draws_are_named(tiny_draws, tmp_path):
    one = tiny_draws.scenarios["tiny"]
    drawn = replace(
        one.drawn,
        parameters=tuple(f"treatments.x{number}.effect.response" for number in range(11)),
        values=np.tile(one.drawn.values[:, :1], 11),
    )
    unknowns = dict.fromkeys(drawn.parameters, next(iter(one.unknowns.values())))
    replace(tiny_draws, scenarios={"tiny": replace(one, drawn=drawn, unknowns=unknowns)}).save(tmp_path / "d")
    posed = from_draws(tmp_path / "d", Asked(), {})
    assert posed.question.groups == {}
    assert posed.notes[-1] == (
        "Group 'effect of treatments' is left out: 100 draws are too few for its 11 parameters."
    )


def test_of_several_scenarios_one_must_be_named(tiny_draws, tmp_path):
    one = tiny_draws.scenarios["tiny"]
    replace(tiny_draws, scenarios={"tiny": one, "other": one}).save(tmp_path / "two")
    with pytest.raises(AnalysisError, match="--scenario: must name one of tiny, other, got none"):
        from_draws(tmp_path / "two", Asked(), {})
    assert from_draws(tmp_path / "two", Asked(), {}, scenario="other").title.endswith("(other)")


def exported(posed, directory):
    write_three_files(directory, posed.table)
    files = [directory / name for name in ("costs.csv", "effects.csv", "parameters.csv")]
    return from_tables(*files, Asked(wtp=",".join(str(wtp) for wtp in posed.question.wtp)))


@pytest.mark.parametrize("n_inner", [1, 2])
def test_exported_tables_tell_the_same_as_the_draws(draws, tmp_path, n_inner):
    """Chance cannot be told apart in tables, so EVPI is that with chance; EVPPI is cut off there."""
    posed = from_draws(draws, Asked(wtp="100000,50000"), {})
    table = replace(
        posed.table,
        cost=posed.table.cost[:, :n_inner], effect=posed.table.effect[:, :n_inner],
        parameters=posed.table.parameters[:2], values=posed.table.values[:, :2],
    )  # fmt: skip
    asked = replace(posed.question, groups={}, seed=0)
    stored = decide(table, asked)
    again = exported(replace(posed, table=table, question=asked), tmp_path / "tables")
    given = decide(again.table, again.question)
    np.testing.assert_array_equal(again.table.values, table.values)
    before, after = (
        frontier_rows(one.strategies, one.cost.mean(axis=(0, 1)), one.effect.mean(axis=(0, 1)))
        for one in (table, again.table)
    )
    assert [row["status"] for row in after] == [row["status"] for row in before]
    for column in ("cost", "effect", "icer"):
        found, expected = (np.array([row[column] for row in rows], dtype=float) for rows in (after, before))
        np.testing.assert_allclose(found, expected, rtol=1e-9)
    for name, one in given.evppi.items():
        assert min(one.value, stored.evpi.value) == pytest.approx(stored.evppi[name].value, rel=1e-9)
    if n_inner == 1:
        assert given.curves.evpi == stored.curves.evpi
        assert given.evppi == stored.evppi
        np.testing.assert_array_equal(given.curves.probability, stored.curves.probability)
        np.testing.assert_array_equal(given.curves.loss, stored.curves.loss)
    for one, other in zip(given.curves.evpi, stored.curves.evpi_with_chance, strict=True):
        assert one.value == pytest.approx(other.value, rel=1e-9)
        assert one.error == pytest.approx(other.error, rel=1e-9)


def test_tables_are_exported_to_a_new_directory_only(ask, tmp_path):
    (tmp_path / "there.txt").touch()
    with pytest.raises(AnalysisError, match="must be a new or empty directory"):
        write_three_files(tmp_path, ask().table)
    write_three_files(tmp_path / "new", ask(parameters=None).table)
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["costs.csv", "effects.csv"]
