"""The command line: parse, call one function, print.

Data goes to stdout; progress and messages go to stderr. Exit codes: 0 done, 1 a run
failed, 2 bad input, 130 interrupted. Heavy packages are imported inside commands.
"""

from __future__ import annotations

from sim.cli.interrupts import Interrupt

__all__ = ["main"]


def main() -> None:
    """Run the command line and end the process with its exit code."""
    with Interrupt() as interrupt:
        from sim.cli.program import run_program  # noqa: PLC0415  takes a moment

        run_program(interrupt)
