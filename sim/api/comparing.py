"""Compare strategies: all there is to say about stored or fresh results, or about those of any model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.analysis.by_scenario import AnyResults, by_scenario
from sim.analysis.table_comparison import compare_table, frontier_rows
from sim.batch.manifest import describe_tables
from sim.errors import ScenarioError
from sim.report.content import comparison_content, joined_content
from sim.report.inventory import inventory_rows
from sim.report.subgroups import subgroup_answers, subgroup_content
from sim.scenario_io.tables import read_strategies

Asked = Mapping[str, Any]


def comparison(
    results: AnyResults,
    *,
    scenario: str | None = None,
    comparator: str | None = None,
    wtp: float | None = None,
    perspective: str | None = None,
    discount_rate_costs: float | None = None,
    discount_rate_effects: float | None = None,
    drug_price: str | None = None,
    price_year: int | None = None,
    pairs: Sequence[str] = (),
    inventory: bool = False,
    by: str | None = None,
    cuts: Sequence[float] | None = None,
) -> dict[str, Any]:
    """Return all there is to say about a comparison: what ``treatpath compare DIR --json`` prints.

    Parameters
    ----------
    results : Results, StoredResults, Path or str
        Results of a run, or the directory they are stored in, which is read scenario by scenario.
    scenario : str, optional
        Only this scenario.
    comparator, wtp, perspective, discount_rate_costs, discount_rate_effects, drug_price, price_year
        As for `sim.compare`; the scenario's own where left out.
    pairs : sequence of str
        Pairs of strategies to be told besides, each as two keys with a comma between.
    inventory : bool
        True adds which costs count in which perspective.
    by : str, optional
        Adds subgroups by ``severity``, ``failed_trials``, ``age``, ``distance`` or ``insurance``; needs
        results that kept single patients.
    cuts : sequence of float, optional
        Where subgroups end and begin; left out = quartiles.

    Returns
    -------
    dict
        Plain values: ``results`` (a row per strategy, as in the table of `sim.compare`), ``capacity`` (waits
        and use of resources), ``variance_reduction``, ``sentences``, ``manifest``; where asked for,
        ``impact_inventory``, ``subgroups`` and ``subgroup_choices``.

    Raises
    ------
    AnalysisError
        If a name is unknown, a setting impossible, single patients were not kept, or a directory cannot be
        read.
    ScenarioError
        If there are cuts without an attribute to divide by.

    Examples
    --------
    >>> from sim import simulate
    >>> results = simulate("base", patients=10, replications=2, workers=1)
    >>> told = comparison(results, wtp=50_000, pairs=["ketamine_home,ketamine_iv"])
    >>> len(told["results"]), told["sentences"][-1]["strategy"]
    (7, 'ketamine_home')
    """
    if by is None and cuts is not None:
        raise ScenarioError(
            f"--cuts: must come with --by, got '{','.join(f'{cut:g}' for cut in cuts)}' alone; "
            "say what to divide by"
        )
    asked = {
        "comparator": comparator, "wtp": wtp, "perspective": perspective,
        "discount_rate_costs": discount_rate_costs, "discount_rate_effects": discount_rate_effects,
        "drug_price": drug_price, "price_year": price_year,
    }  # fmt: skip
    content = joined_content(_contents(results, scenario, asked, pairs=pairs, by=by, cuts=cuts))
    return content | ({"impact_inventory": inventory_rows()} if inventory else {})


def _contents(
    results: AnyResults,
    scenario: str | None,
    asked: Asked,
    *,
    pairs: Sequence[str],
    by: str | None,
    cuts: Sequence[float] | None,
) -> Iterator[dict[str, Any]]:
    """Yield what there is to say about each scenario."""
    for name, of_one in by_scenario(results, scenario):
        content = comparison_content(of_one, scenario=name, asked=asked, pairs=pairs)
        if by is not None:
            answers = subgroup_answers(of_one, by=by, cuts=cuts, scenario=name, asked=asked)
            content |= subgroup_content(answers)
        yield content


def compare_given(
    table: Path | str, *, comparator: str | None = None, wtp: float | None = None, command: str | None = None
) -> dict[str, Any]:
    r"""Compare the strategies of any model: what ``treatpath compare --table T.csv --json`` prints.

    Parameters
    ----------
    table : Path or str
        CSV file with the columns strategy, cost and effect.
    comparator : str, optional
        Strategy that increments are counted from; left out = the first.
    wtp : float, optional
        Willingness to pay [currency per unit of effect]; left out = no net monetary benefit.
    command : str, optional
        The command as typed, for the manifest.

    Returns
    -------
    dict
        Plain values: ``results`` (a row per strategy), ``frontier`` and ``manifest``.

    Raises
    ------
    ScenarioError
        If the file is not of its form; tells every mistake.
    AnalysisError
        If the comparator is unknown or the willingness to pay impossible.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     table = Path(folder) / "mine.csv"
    ...     _ = table.write_text("strategy,cost,effect\nnothing,0,1\ntablets,1000,1.1\n")
    ...     told = compare_given(table, wtp=20_000)
    >>> [round(row["nmb"]) for row in told["results"]]
    [20000, 21000]
    """
    read = read_strategies(Path(table))
    base = read.strategies[0] if comparator is None else comparator
    manifest = describe_tables(
        {read.file: read.digest}, settings={"comparator": base, "wtp": wtp}, command=command
    )
    return {
        "results": compare_table(read.strategies, read.cost, read.effect, wtp=wtp, comparator=base),
        "frontier": frontier_rows(read.strategies, read.cost, read.effect),
        "manifest": manifest,
    }
