"""The command line: parse, call one function, print.

Data goes to stdout; progress and messages go to stderr. Exit codes: 0 done, 1 a run
failed, 2 bad input, 130 interrupted. Heavy packages are imported inside commands.
"""

from __future__ import annotations

from sim.cli.program import main

__all__ = ["main"]
