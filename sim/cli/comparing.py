"""Compare stored results, or the results of any model, and print comparisons: `compare`."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.options import (
    AsJson,
    Comparator,
    DiscountCosts,
    DiscountEffects,
    DrugPriceName,
    Pairs,
    PerspectiveName,
    PriceYear,
    Wtp,
)
from sim.cli.printing import print_json
from sim.cli.reading import numbers
from sim.cli.tabling import compare_given, refuse_beside_table
from sim.errors import ScenarioError

if TYPE_CHECKING:
    from rich.console import Console

    from sim.report.subgroups import SubgroupAnswer
    from sim.results import Results
    from sim.results.stored import StoredResults

Asked = Mapping[str, Any]
MOST_TOLD = 20
"""Scenarios that are told one by one; more are told in one table."""


def compare(
    directory: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="Results stored by `run --out`.")
    ] = None,
    table: Annotated[
        Path | None,
        typer.Option(
            metavar="T.csv",
            help="Instead of DIR: results of any model, with the columns strategy, cost, effect. Increments "
            "then count from the first strategy unless --comparator names another.",
        ),
    ] = None,
    scenario: Annotated[str | None, typer.Option(metavar="NAME", help="Only this scenario.")] = None,
    comparator: Comparator = None,
    wtp: Wtp = None,
    perspective: PerspectiveName = None,
    discount_costs: DiscountCosts = None,
    discount_effects: DiscountEffects = None,
    drug_price: DrugPriceName = None,
    price_year: PriceYear = None,
    incomplete: Annotated[
        bool, typer.Option("--incomplete", help="Also read a run that was stopped: what it finished.")
    ] = False,
    inventory: Annotated[
        bool, typer.Option("--inventory", help="Also show which costs count in which perspective.")
    ] = False,
    pair: Pairs = None,
    by: Annotated[
        str | None,
        typer.Option(
            metavar="ATTRIBUTE",
            help="Subgroups by severity, failed_trials, age, distance or insurance; "
            "needs results of `run --patient-totals`.",
        ),
    ] = None,
    cuts: Annotated[
        str | None,
        typer.Option(metavar="X,Y", help="Where subgroups end and begin, such as 25,35; else quartiles."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compare stored results under other output settings, or the results of any model, without a new run."""
    if table is not None:
        refuse_beside_table(
            {
                "DIR": directory, "--scenario": scenario, "--perspective": perspective, "--pair": pair,
                "--discount-costs": discount_costs, "--discount-effects": discount_effects,
                "--drug-price": drug_price, "--price-year": price_year, "--inventory": inventory or None,
                "--by": by, "--cuts": cuts, "--incomplete": incomplete or None,
            }
        )  # fmt: skip
        compare_given(table, comparator=comparator, wtp=wtp, as_json=as_json)
        return
    if directory is None:
        raise ScenarioError("compare: must be given DIR or --table, got neither")
    if by is None and cuts is not None:
        raise ScenarioError(f"--cuts: must come with --by, got '{cuts}' alone; say what to divide by")
    from sim.results.stored import StoredResults  # noqa: PLC0415

    asked = {
        "comparator": comparator, "wtp": wtp, "perspective": perspective,
        "discount_rate_costs": discount_costs, "discount_rate_effects": discount_effects,
        "drug_price": drug_price, "price_year": price_year,
    }  # fmt: skip
    Comparing(
        StoredResults.open(directory, incomplete=incomplete),
        asked=asked,
        scenario=scenario,
        pairs=pair or [],
        inventory=inventory,
        by=by,
        cuts=numbers("--cuts", cuts),
        where=f"treatpath compare {shlex.quote(str(directory))} --scenario NAME tells all about one.",
    ).print(as_json=as_json)


@dataclass(frozen=True)
class Comparing:
    """A comparison to be printed, scenario by scenario, so that only one is in memory.

    Parameters
    ----------
    stored : StoredResults
        What was simulated.
    asked : mapping
        Output settings other than the scenarios' own.
    scenario : str, optional
        Only this one.
    pairs : sequence of str
        Pairs of strategies to be told besides.
    inventory : bool
        True tells which costs count in which perspective.
    by : str, optional
        Attribute that subgroups are made by, and where they end.
    cuts : list of float, optional
        Where subgroups end and begin.
    where : str
        Where the whole comparison of one of many scenarios is to be had.
    """

    stored: StoredResults
    asked: Asked = field(default_factory=dict)
    scenario: str | None = None
    pairs: Sequence[str] = ()
    inventory: bool = False
    by: str | None = None
    cuts: list[float] | None = None
    where: str = ""

    def print(self, *, as_json: bool) -> None:
        """Print everything as text or as JSON."""
        if as_json:
            self._print_json()
            return
        from sim.report.console import print_inventory, stdout  # noqa: PLC0415

        console = stdout()
        if len(self._names()) > MOST_TOLD:
            overview = Overview(self.asked)
            for results in self._each():
                overview.add(results)
            overview.print(self.where)
        else:
            for number, results in enumerate(self._each()):
                if number:
                    console.print()
                self._print_scenario(console, results)
        if self.inventory:
            console.print()
            print_inventory(console)

    def _names(self) -> list[str]:
        return self.stored.scenarios if self.scenario is None else [self.stored.named(self.scenario)]

    def _each(self) -> Iterator[Results]:
        return (self.stored.results(name) for name in self._names())

    def _answers(self, results: Results) -> list[SubgroupAnswer]:
        if self.by is None:
            return []
        from sim.report.subgroups import subgroup_answers  # noqa: PLC0415

        return subgroup_answers(results, by=self.by, cuts=self.cuts, scenario=None, asked=self.asked)

    def _print_json(self) -> None:
        from sim.api.comparing import comparison  # noqa: PLC0415

        content = comparison(
            self.stored, scenario=self.scenario, pairs=self.pairs, inventory=self.inventory, by=self.by,
            cuts=self.cuts, **self.asked,
        )  # fmt: skip
        print_json(content)

    def _print_scenario(self, console: Console, results: Results) -> None:
        from sim.report.answer import ask  # noqa: PLC0415
        from sim.report.console import print_comparison  # noqa: PLC0415
        from sim.report.content import comparison_content, told_below  # noqa: PLC0415
        from sim.report.subgroups import print_subgroups  # noqa: PLC0415

        content = comparison_content(results, asked=self.asked, pairs=self.pairs)
        question = ask(results, next(iter(results.settings)), self.asked)
        below = told_below(results, question, self.pairs)
        print_comparison(console, question, content["results"], content["capacity"], below)
        for answer in self._answers(results):
            print_subgroups(console, answer)


@dataclass(frozen=True)
class Overview:
    """Many scenarios in one table, filled one by one.

    Parameters
    ----------
    asked : mapping
        Output settings other than the scenarios' own.
    """

    asked: Asked = field(default_factory=dict)
    _rows: list[tuple[str, ...]] = field(default_factory=list)

    def add(self, results: Results) -> None:
        """Add the scenario of some results."""
        from sim.report.answer import ask  # noqa: PLC0415
        from sim.report.overview import overview_row  # noqa: PLC0415

        self._rows.append(overview_row(ask(results, next(iter(results.settings)), self.asked)))

    def print(self, where: str) -> None:
        """Print the table and where more is to be had."""
        from sim.report.answer import NOTICE  # noqa: PLC0415
        from sim.report.console import print_table, stdout  # noqa: PLC0415
        from sim.report.overview import overview_table  # noqa: PLC0415

        console = stdout()
        print_table(console, overview_table(self._rows, where))
        console.print(NOTICE)
