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
    from sim.api.comparing import compare_given as compared  # noqa: PLC0415

    content = compared(table, comparator=comparator, wtp=wtp, command=typed_command())
    if as_json:
        print_json(content)
        return
    from sim.report.console import print_given_table, stdout  # noqa: PLC0415
    from sim.report.given import Given  # noqa: PLC0415

    print_given_table(stdout(), content["results"], Given(content["manifest"]["settings"]["comparator"], wtp))
