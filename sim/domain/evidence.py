"""Where a number comes from: sources, and how far to trust them."""

from __future__ import annotations

from enum import StrEnum

from sim.domain.frozen import Frozen, Label, Prose, Whole

ASSUMPTION = "assumption"
WHAT_IF = "what-if"
SWEEP = "sweep"
DRAW = "draw"
UNSOURCED = frozenset({ASSUMPTION, WHAT_IF, SWEEP, DRAW})
"""Words that stand where a source key would, when no paper stands behind the number."""


class Grade(StrEnum):
    """Kind of evidence behind a number, strongest first."""

    RCT = "RCT"
    META_ANALYSIS = "meta-analysis"
    COHORT = "cohort"
    CLAIMS = "claims"
    SURVEY = "survey"
    OFFICIAL = "official"
    """Labels, fee schedules and agency tables."""
    OPEN_LABEL = "open-label"
    DERIVED = "derived"
    """Computed from published figures."""
    VENDOR_REPORTED = "vendor-reported"
    PRICE_GUIDE = "price guide"
    EXPERT = "expert"
    ASSUMPTION = "assumption"


class Source(Frozen):
    """One entry of the bibliography."""

    citation: Prose
    """Authors, year, journal and DOI or registry number where known."""
    design: Label
    """Study design in a few words."""
    year: Whole | None = None
    """Year of publication or price list."""
    doi: Prose | None = None
    """Digital object identifier, without a resolver in front."""
    url: Prose | None = None
    """Public address, when there is no DOI."""
