"""Write stored results for other programs: `export`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.options import Quiet
from sim.cli.printing import say


def export(
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="Results stored by `run --out` or `psa --out`.")
    ],
    to: Annotated[
        Path, typer.Option("--to", metavar="OUT", help="A new directory for CSV, a new file for XLSX.")
    ],
    file_format: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="csv|xlsx",
            help="CSV: a file for each frame. XLSX: a workbook with summary, evidence and settings. "
            "Left out: xlsx if OUT ends with it, else csv.",
        ),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Write stored results for other programs: CSV files, or one workbook."""
    from sim.report.export import export as write_export  # noqa: PLC0415

    write_export(directory, to, file_format=file_format)
    say(f"results written to {to}", quiet=quiet)
