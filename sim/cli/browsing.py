"""The command that opens the browser app."""

from __future__ import annotations

from typing import Annotated

import typer


def open_app(
    port: Annotated[int | None, typer.Option(help="Port of the local web server.")] = None,
    address: Annotated[str, typer.Option(help="Address it listens to.")] = "localhost",
) -> None:
    """Open the browser app."""
    from sim.batch.browser import serve  # noqa: PLC0415

    raise typer.Exit(serve(port, address))
