"""Words on a page."""

from __future__ import annotations


def plain(text: str) -> str:
    """Return text that a page shows as it is: no formula between dollar signs, no bullet for a lone dash."""
    return r"\-" if text == "-" else text.replace("$", r"\$")
