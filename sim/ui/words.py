"""Words on a page."""

from __future__ import annotations


def plain(text: str) -> str:
    """Return text whose dollar signs stay dollar signs; a page would read two of them as a formula."""
    return text.replace("$", r"\$")
