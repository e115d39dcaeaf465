"""Results of any model: `compare --table`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sim.cli.printing import print_json
from sim.cli.storing import typed_command
from sim.errors import ScenarioError


def refuse_beside_table(given: Mapping[str, object], name: str = "--table") -> None:
    """Refuse what means nothing for a table whose costs and effects are final."""
    besides = [option for option, value in given.items() if value is not None]
    if besides:
        raise ScenarioError(f"{name}: must stand without {', '.join(besides)}; leave one of them out")


def compare_given(table: Path, *, comparator: str | None, wtp: float | None, as_json: bool) -> None:
    """Print the fully incremental comparison of a table of strategies."""
    from sim.analysis.table_comparison import compare_table, frontier_rows  # noqa: PLC0415
    from sim.scenario_io.tables import read_strategies  # noqa: PLC0415

    read = read_strategies(table)
    base = read.strategies[0] if comparator is None else comparator
    rows = compare_table(read.strategies, read.cost, read.effect, wtp=wtp, comparator=base)
    if as_json:
        from sim.batch.manifest import describe_tables  # noqa: PLC0415

        manifest = describe_tables(
            {read.file: read.digest},
            settings={"comparator": base, "wtp": wtp},
            command=typed_command(),
        )
        frontier = frontier_rows(read.strategies, read.cost, read.effect)
        print_json({"results": rows, "frontier": frontier, "manifest": manifest})
        return
    from sim.report.console import print_given_table, stdout  # noqa: PLC0415
    from sim.report.given import Given  # noqa: PLC0415

    print_given_table(stdout(), rows, Given(base, wtp))
