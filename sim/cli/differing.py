"""Tell what changed between two stored runs: `diff`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.options import AsJson
from sim.cli.printing import print_json


def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="Results stored by `run --out` or `psa --out`…")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="…and those that are held against them.")],
    scenario: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only this scenario of the new results.")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Tell every result that differs, however many.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Tell which inputs and which results changed between two stored runs, and whether chance explains it.

    Where both have the same seed, patients and replications, differences are paired by replication.
    """
    from sim.analysis.diff import diff as differences  # noqa: PLC0415

    content = differences(old, new, scenario=scenario)
    if as_json:
        print_json(content)
        return
    from sim.report.diff import print_diff  # noqa: PLC0415

    print_diff(content, str(old), str(new), every=every)
