"""The command that opens the browser app."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def open_app(
    port: Annotated[int | None, typer.Option(help="Port of the local web server.")] = None,
    address: Annotated[str, typer.Option(help="Address it listens to.")] = "localhost",
    engine: Annotated[
        str | None,
        typer.Option(
            metavar="CLOCK",
            help="simpy, compiled (needs treatpath[fast]) or auto, as for run; else as the environment says.",
        ),
    ] = None,
    results: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder of stored results that everybody who opens the app may look at; else none.",
        ),
    ] = None,
) -> None:
    """Open the browser app."""
    from sim.batch.browser import serve  # noqa: PLC0415

    raise typer.Exit(serve(port, address, engine=engine, results=results))
