"""Every figure of a real decision analysis can stand alone: what it rests on is said, its numbers are beside it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sim.analysis.budget_impact import budget_impact
from sim.analysis.decision import decide
from sim.batch.dsa import dsa
from sim.batch.dsa_question import DsaQuestion
from sim.batch.executors import InlineExecutor
from sim.batch.run import simulate
from sim.batch.voi_asked import Asked
from sim.batch.voi_question import from_draws
from sim.report.budget import budget_exhibit
from sim.report.dsa import dsa_caption, dsa_sentences, dsa_tables
from sim.report.dsa_exhibits import dsa_exhibits
from sim.report.exhibit import Basis
from sim.report.voi_content import Names
from sim.report.voi_exhibits import voi_exhibits

RESPONSE, PRICE = "treatments.tablets.effect.response", "treatments.infusion.session.price"


@pytest.fixture(scope="module")
def of_voi(tiny_draws, tmp_path_factory):
    directory = tmp_path_factory.mktemp("psa") / "draws"
    tiny_draws.save(directory)
    asked = Asked(arms=["response:tablets"], sizes="10,50", people_per_year=1000.0, years=5.0)
    posed = from_draws(directory, asked, {})
    drawn = replace(posed.table, parameters=posed.table.parameters[:4], values=posed.table.values[:, :4])
    decision = decide(drawn, replace(posed.question, groups={"two": drawn.parameters[:2]}))
    basis = Basis.of(posed.settings, posed.output, n_draws=drawn.n_draws, n_replications=drawn.n_inner)
    names = Names(posed.title, posed.labels, posed.parameters)
    return voi_exhibits(decision, names, basis, comparator=posed.comparator)


@pytest.fixture(scope="module")
def dsa_content(tiny):
    question = DsaQuestion(
        parameters=(RESPONSE, PRICE), two_way=(RESPONSE, PRICE), thresholds=(RESPONSE,), steps=3,
        n_patients=5, replications=2, engine="simpy", workers=1,
    )  # fmt: skip
    return dsa(tiny, question, alternatives=[tiny], executor=InlineExecutor())


@pytest.fixture(scope="module")
def of_budget(request, tiny):
    people = {
        "value": 100, "unit": "people per year", "range": [50, 200],
        "source": "assumption", "grade": "assumption",
    }  # fmt: skip
    budget = {
        "eligible_per_year": people, "years": 1, "current": {"usual_care": 1.0},
        "new": {"usual_care": 0.5, "infusion": 0.5}, "uptake": [0.5, 1.0],
    }  # fmt: skip
    scenario = tiny.with_changes({"budget": budget, "run.n_patients": 5})
    results = simulate([scenario], engine="simpy", workers=1)
    return [budget_exhibit(budget_impact(results, "tiny", perspective="payer"))]


def check(exhibits, facts):
    for one in exhibits:
        assert one.title
        assert one.alt
        assert one.table.rows, one.title
        assert all(len(row) == len(one.table.header) for row in one.table.rows)
        for fact in facts:
            assert fact in one.caption, f"{one.title}: {fact}"


def test_figures_of_the_value_of_information(of_voi):
    assert len(of_voi) == 8
    check(of_voi, [
        "USD 2025", "healthcare sector perspective", "1 year", "3 patients per strategy",
        "100 draws of parameters", "2 replications of each draw", "discounted 3.0% (costs)",
    ])  # fmt: skip


def test_figures_of_the_deterministic_analysis(dsa_content):
    exhibits = dsa_exhibits(dsa_content)
    assert len(exhibits) == 3
    check(exhibits, [
        "USD 2025", "healthcare sector perspective", "1 year", "5 patients per strategy", "2 replications",
        "no draws of parameters",
    ])  # fmt: skip


def test_the_figure_of_the_budget(of_budget):
    check(of_budget, [
        "USD 2025", "payer perspective", "1 year", "5 patients per strategy", "2 replications",
        "no draws of parameters", "ot discounted", "100 people referred a year",
    ])  # fmt: skip


def test_the_setting_of_a_deterministic_analysis_tells_drug_prices_and_their_index(dsa_content):
    told = dsa_content | {
        "setting": dsa_content["setting"] | {"drug_price": "net", "price_index_source": "Office of Prices"}
    }
    facts = "USD 2025 (prices moved by Office of Prices), drugs net of rebates, healthcare sector perspective"
    check(dsa_exhibits(told), [facts])
    assert facts in dsa_caption(told)
    assert dsa_caption(told).startswith("The same patients and luck at every point. USD 2025 ")
    assert dsa_caption(told).endswith("2 replications; ± standard error between replications (chance only).")


def test_a_parameter_with_one_impossible_end_stays_in_the_tornado(dsa_content):
    first, *others = dsa_content["one_way"]
    impossible = dict.fromkeys(("inmb_high", "best_high"))
    exhibit = dsa_exhibits(dsa_content | {"one_way": [first | impossible, *others]})[0]
    assert f"Not drawn, because they contradict other parameters: {first['label']} at " in exhibit.caption
    assert exhibit.table.rows[0][5] == "impossible"
    nothing = dict.fromkeys(("inmb_low", "inmb_high", "best_low", "best_high"))
    rows = [row | nothing for row in dsa_content["one_way"]]
    assert len(dsa_exhibits(dsa_content | {"one_way": rows})) == 2


def test_the_deterministic_analysis_is_told_in_sentences_and_tables(dsa_content):
    first, second, *more = dsa_sentences(dsa_content)
    assert first.startswith("With every parameter as it is, ")
    assert first.endswith("is worth most ($100,000 per QALY, healthcare sector perspective).")
    assert second.startswith("Varied one by one over their ranges, ")
    assert any(sentence.startswith("Along ") for sentence in more)
    assert more[-1].startswith("In every other scenario ")
    one_way, *others = dsa_tables(dsa_content)
    assert len(one_way.rows) == 2
    assert [table.title for table in others][-1] == "Other scenarios"


@pytest.mark.parametrize(
    ("changing", "words"),
    [
        (0, "none of 7 parameters changes the choice."),
        (1, "1 of 7 parameters changes the choice, 1 beyond chance: f0."),
        (2, "2 of 7 parameters change the choice, 1 beyond chance: f0 and f1."),
        (7, "7 of 7 parameters change the choice, 1 beyond chance: f0, f1, f2, f3 and f4, and 2 more."),
    ],
)
def test_parameters_that_change_the_choice_are_counted(dsa_content, changing, words):
    (row, *_) = dsa_content["one_way"]
    rows = [
        row
        | {
            "label": f"f{number}",
            "changes_choice": number < changing,
            "changes_beyond_chance": number < min(changing, 1),
        }
        for number in range(7)
    ]
    assert dsa_sentences(dsa_content | {"one_way": rows})[1].endswith(words)


def test_a_choice_that_is_another_in_one_scenario_is_named(dsa_content):
    base, other = dsa_content["scenarios"]
    changed = dsa_content | {"scenarios": [base, other | {"label": "Z", "title": "T"}]}
    assert dsa_sentences(changed)[-1] == "The choice is another one in 1 of 1 other scenario: T (Z)."
