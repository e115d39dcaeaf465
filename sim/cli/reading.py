"""Read what is typed: numbers with commas between, and which of them were given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.errors import ScenarioError


def numbers(option: str, text: str | None) -> list[float] | None:
    """Read numbers with commas between; None when nothing was given."""
    if text is None:
        return None
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise ScenarioError(f"{option}: must be numbers with commas between, got '{text}'") from None


def given(options: Mapping[str, int | None]) -> dict[str, Any]:
    """Return the options that were given, so that the defaults of a function hold for the others."""
    return {name: value for name, value in options.items() if value is not None}
