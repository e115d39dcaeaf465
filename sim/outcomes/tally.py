"""What was counted of some patients of one strategy, in a form that adds up over parts of a cohort.

A cohort too large for one event log is simulated in parts: each part is tallied and its log dropped, the
tallies are merged, and outcomes are made of the whole. So a tally holds nothing that is a mean, a share
or a quantile, but what these are made of, under three headings that say how parts come together:

``counts``
    Numbers that add up: patients, sessions, days.
``sums``
    Arrays that add up; the last axis is time in days or weeks from day 0 or from referral, and where a
    part ends early, the rest counts 0.
``samples``
    One element per patient it concerns, joined end to end, for what sums cannot give: quantiles and
    Kaplan-Meier curves. Keep them few and small (whole minutes as int32), for a million patients.

To add an outcome, write two functions beside each other: one from a ``History`` to a `Counted` with
names of its own (then listed in ``tally`` of `sim.outcomes.account`), and one from the merged `Counted`
to columns or curves (called in ``outcome_of`` there). Names must not meet; minutes and numbers of
patients are best, because they add up exactly, in any order. What depends on the whole cohort, such as
minutes offered or a warm-up, belongs into the second function.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.outcomes.history import FloatArray

Sample = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Counted:
    """Counts, sums and samples by name.

    Parameters
    ----------
    counts : mapping
        Numbers that add up.
    sums : mapping
        Arrays that add up, time on the last axis.
    samples : mapping
        Arrays that are joined, one element per patient concerned.
    """

    counts: Mapping[str, float] = field(default_factory=dict)
    sums: Mapping[str, FloatArray] = field(default_factory=dict)
    samples: Mapping[str, Sample] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted of some patients of one strategy.

    Parameters
    ----------
    strategy : str
        Key of the strategy.
    n_days : int
        Days from day 0 until nobody of them is followed any more.
    counted : Counted
        All that was counted.
    """

    strategy: str
    n_days: int
    counted: Counted


def together(parts: Iterable[Counted]) -> Counted:
    """Put what was counted of the same patients under different names into one.

    Parameters
    ----------
    parts : iterable of Counted
        With different names.

    Returns
    -------
    Counted
        All of it.

    Raises
    ------
    ValueError
        If a name comes twice.
    """
    counts: dict[str, float] = {}
    sums: dict[str, FloatArray] = {}
    samples: dict[str, Sample] = {}
    for part in parts:
        if (
            twice := (counts.keys() & part.counts)
            | (sums.keys() & part.sums)
            | (samples.keys() & part.samples)
        ):
            raise ValueError(f"names must differ, got {', '.join(sorted(twice))} twice")
        counts |= part.counts
        sums |= part.sums
        samples |= part.samples
    return Counted(counts, sums, samples)


def merged(tallies: Iterable[Tally]) -> Tally:
    """Add up the tallies of parts of a cohort.

    Parameters
    ----------
    tallies : iterable of Tally
        Of the same strategy; taken one after the other, so that they need not all be kept.

    Returns
    -------
    Tally
        Of all patients together; of one part, its very numbers.

    Raises
    ------
    ValueError
        If there is none, or strategies or names differ.
    """
    coming = iter(tallies)
    first = next(coming, None)
    if first is None:
        raise ValueError("must have at least one tally to merge, got none")
    n_days = first.n_days
    counts, sums = dict(first.counted.counts), dict(first.counted.sums)
    samples = {name: [sample] for name, sample in first.counted.samples.items()}
    for tally in coming:
        _check_alike(first, tally)
        n_days = max(n_days, tally.n_days)
        for name, number in tally.counted.counts.items():
            counts[name] += number
        for name, amount in tally.counted.sums.items():
            sums[name] = _added(sums[name], amount)
        for name, sample in tally.counted.samples.items():
            samples[name].append(sample)
    joined = {name: np.concatenate(pieces) for name, pieces in samples.items()}
    return Tally(first.strategy, n_days, Counted(counts, sums, joined))


def _check_alike(first: Tally, other: Tally) -> None:
    """Refuse to add what does not belong together."""
    if other.strategy != first.strategy:
        raise ValueError(f"tallies must be of one strategy, got {first.strategy} and {other.strategy}")
    for heading in ("counts", "sums", "samples"):
        differing = getattr(first.counted, heading).keys() ^ getattr(other.counted, heading).keys()
        if differing:
            names = ", ".join(sorted(differing))
            raise ValueError(f"tallies must agree in {heading}, only one has {names}")


def _added(total: FloatArray, more: FloatArray) -> FloatArray:
    """Add two arrays, of which one may end earlier on the last axis."""
    long, short = (total, more) if total.shape[-1] >= more.shape[-1] else (more, total)
    added: FloatArray = long.copy()
    added[..., : short.shape[-1]] += short
    return added
