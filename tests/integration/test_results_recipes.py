"""The recipes of the page about stored results give the numbers of `compare`, from a freshly stored run."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from sim.analysis.comparison import compare
from sim.analysis.draw_table import draw_table
from sim.analysis.output_settings import output_settings
from sim.batch.filling import Ways
from sim.batch.stored_runs import StoredRunAsked, run_into
from sim.domain.columns import COLUMNS
from sim.domain.economics import DrugPrice, Perspective, categories_counted
from sim.domain.scenario import Scenario
from sim.report.export import export
from sim.results import Results
from sim.scenario_io.recipes import recipes_of
from sim.worlds.stored import ProbabilisticResults

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "results.md").read_text(encoding="utf-8")
SECTOR = {str(category) for category in categories_counted(Perspective.SECTOR, DrugPrice.LIST)}
WTP = 25_000


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def stored(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Results, ProbabilisticResults]]:
    """Store a run as `results` and draws as `draws`, and stand beside them."""
    tiny: Scenario = request.getfixturevalue("tiny")
    drawn: ProbabilisticResults = request.getfixturevalue("tiny_draws")
    small = tiny.with_changes({"run.n_patients": 30, "run.replications": 3})
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("recipes"))
        run_into("results", StoredRunAsked(list(recipes_of([small]))), Ways(engine="simpy", workers=1))
        drawn.save("draws")
        yield Results.load("results"), drawn


def costs_of(table: pd.DataFrame) -> dict[str, float]:
    return dict(zip(table["strategy"], table["cost"], strict=True))


def test_duckdb_gives_the_discounted_costs_of_the_comparison(
    stored: tuple[Results, ProbabilisticResults],
) -> None:
    expected, found = compare(stored[0]), duckdb.sql(blocks("sql")[0]).df()
    assert costs_of(found) == pytest.approx(costs_of(expected), rel=1e-12)
    errors = dict(zip(expected["strategy"], expected["cost_se"], strict=True))
    assert dict(zip(found["strategy"], found["cost_se"], strict=True)) == pytest.approx(errors, rel=1e-9)


def test_duckdb_gives_the_share_of_draws_in_which_a_strategy_is_best(
    stored: tuple[Results, ProbabilisticResults],
) -> None:
    (one,) = stored[1].scenarios.values()
    table = draw_table(one.drawn, one.settings, output_settings(one.settings))
    found = duckdb.sql(blocks("sql")[1]).df().set_index(["wtp", "strategy"])["share_best"]
    best = table.net_benefit(WTP).mean(axis=1).argmax(axis=1)
    shares = np.bincount(best, minlength=len(table.strategies)) / table.n_draws
    assert {key: found[WTP, key] for key in table.strategies} == pytest.approx(
        dict(zip(table.strategies, shares, strict=True))
    )
    assert 0 < found[WTP, "tablets"] < 1


def test_duckdb_reads_the_summary(stored: tuple[Results, ProbabilisticResults]) -> None:
    expected, found = compare(stored[0]), duckdb.sql(blocks("sql")[2]).df()
    assert costs_of(found) == costs_of(expected)


def test_pandas_and_pyarrow_give_the_costs_and_qalys_of_the_comparison(
    stored: tuple[Results, ProbabilisticResults], capsys: pytest.CaptureFixture[str]
) -> None:
    names: dict[str, Any] = {}
    for block in blocks("python"):
        exec(compile(block, "results.md", "exec"), names)
    expected, found = compare(stored[0]), names["table"].reset_index()
    assert costs_of(found) == pytest.approx(costs_of(expected), rel=1e-12)
    qalys = dict(zip(expected["strategy"], expected["qaly"], strict=True))
    assert dict(zip(found["strategy"], found["qaly"], strict=True)) == pytest.approx(qalys, rel=1e-12)
    assert len(names["one"]) == 3
    assert "response_share" in capsys.readouterr().out


@pytest.mark.parametrize("block", [*blocks("sql")[:2], blocks("python")[0], *blocks("r")])
def test_every_recipe_counts_what_the_healthcare_sector_pays(block: str) -> None:
    counted = re.search(r"(?:IN \(|SECTOR = \[|sector <- c\()(.*?)[\])]", block, re.DOTALL)
    assert counted is not None
    assert set(re.findall(r"[a-z_]+", counted[1])) == SECTOR


def test_the_recipe_with_arrow_names_columns_and_folders_that_there_are(
    stored: tuple[Results, ProbabilisticResults],
) -> None:
    recipe = blocks("r")[0]
    (folder,) = re.findall(r'open_dataset\("(\S+)"\)', recipe)
    (columns,) = re.findall(r"select\((.*?)\)", recipe)
    assert list(Path(folder).glob("*/*.parquet"))
    assert set(columns.split(", ")) < set(COLUMNS[Path(folder).name])
    assert recipe.count("(") == recipe.count(")")


def test_every_recipe_for_r_can_be_parsed() -> None:
    if shutil.which("Rscript") is None:
        pytest.skip("R is not installed")
    done = [
        subprocess.run(
            ["Rscript", "-e", 'invisible(parse(file("stdin")))'], input=recipe, text=True, check=False
        )
        for recipe in blocks("r")
    ]
    assert [one.returncode for one in done] == [0, 0]


def test_the_recipe_in_base_r_gives_the_costs_of_the_comparison(
    stored: tuple[Results, ProbabilisticResults],
) -> None:
    recipe = blocks("r")[1]
    (file,) = re.findall(r'read\.csv\("(\S+)"\)', recipe)
    export("results", Path(file).parent)
    header = Path(file).read_text(encoding="utf-8").partition("\n")[0].split(",")
    assert {"category", "day", "cost", "scenario", "strategy", "replication"} < set(header)
    if shutil.which("Rscript") is None:
        pytest.skip("R is not installed")
    done = subprocess.run(["Rscript", "-e", recipe], capture_output=True, text=True, check=True)
    found = {row.split()[2]: float(row.split()[3]) for row in done.stdout.splitlines()[1:]}
    assert found == pytest.approx(costs_of(compare(stored[0])), rel=1e-9)
