"""Parameter draws: numbered states of the world, drawn from the stated distributions.

A draw is addressed by its number and the path of an unknown and nothing else: a further unknown disturbs
no other. One figure that stands in several places is drawn once; what is stated to be correlated is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.domain.scenario import Scenario
from sim.domain.uncertainty import FloatArray, drawn_values, with_values
from sim.domain.unknowns import unknowns
from sim.errors import ScenarioError
from sim.streams import SMALLEST_UNIFORM, Streams

STREAM = "psa/"
STRATA = "psa/strata/"
LARGEST_UNIFORM = 1 - float(np.finfo(np.float64).eps)
MOST_ATTEMPTS = 100
"""Times a draw is made anew before its scenario is refused."""


@dataclass(frozen=True, slots=True)
class Draws:
    """Draws that follow each other.

    Parameters
    ----------
    first : int
        Number of the first one, from 0.
    n_draws : int
        How many.
    of : int, optional
        Draws of the whole Latin hypercube they belong to; left out: each is drawn by itself, and the first
        thousand are the same whether one or ten thousand are made.
    """

    first: int
    n_draws: int
    of: int | None = None

    @property
    def name(self) -> str:
        """What messages call them."""
        return f"draws {self.first} to {self.first + self.n_draws - 1}"

    @property
    def numbers(self) -> range:
        """Numbers of the draws."""
        return range(self.first, self.first + self.n_draws)

    def worlds(self, scenario: Scenario) -> Iterator[tuple[int, Scenario]]:
        """Yield the number of each draw and the scenario with its values, see `drawn_scenarios`."""
        drawn = drawn_scenarios(scenario, self.first, self.n_draws, of=self.of)
        return enumerate(drawn, start=self.first)


def drawn_scenarios(
    scenario: Scenario, first: int, n_draws: int, *, of: int | None = None
) -> Iterator[Scenario]:
    """Yield the scenario with drawn values, draw by draw.

    Parameters
    ----------
    scenario : Scenario
        What is uncertain; its seed fixes all draws.
    first : int
        Number of the first draw.
    n_draws : int
        How many follow each other.
    of : int, optional
        As for `Draws`.

    Yields
    ------
    Scenario
        The same scenario in another possible world, as valid as the one given.

    Raises
    ------
    ScenarioError
        If no values that fit together were found for a draw.

    Notes
    -----
    How contradictions are settled is told in `sim.domain.uncertainty`. Where nothing can give way, the whole
    draw is made anew, outside the hypercube: draws follow the stated distributions on condition that they
    are possible.
    """
    values = _values(scenario, first, n_draws, of=of)
    for position in range(n_draws):
        one = {path: float(column[position]) for path, column in values.items()}
        try:
            yield with_values(scenario, one)
        except ValueError as error:
            yield _made_anew(scenario, first + position, error)


def uniforms_of_draws(
    scenario: Scenario, first: int, n_draws: int, *, of: int | None = None, attempt: int = 0
) -> dict[str, FloatArray]:
    r"""Return the quantile of each unknown in each draw.

    Parameters
    ----------
    scenario : Scenario
        What is uncertain.
    first, n_draws, of
        As for `Draws`.
    attempt : int
        How often the draws were made before.

    Returns
    -------
    dict
        By path of the unknown, uniforms of shape (n_draws,).

    Notes
    -----
    In a Latin hypercube of N draws [1]_ draw :math:`d` lies in stratum :math:`\pi(d)` of each unknown:
    :math:`(\pi(d) + U) / N`, with a permutation of its own. A follower takes the normal score
    :math:`\rho z + \sqrt{1 - \rho^2}\,z'` (Gaussian copula) of its lead's :math:`z` and its own :math:`z'`.

    References
    ----------
    .. [1] McKay MD, Beckman RJ, Conover WJ. Technometrics 1979;21:239-245. doi:10.2307/1268522
    """
    found = unknowns(scenario)
    streams = Streams(seed=scenario.run.seed, replication=0, first=first)
    own = {path: streams.uniforms(f"{STREAM}{path}", n_draws, occurrence=attempt) for path in found}
    if of is not None and not attempt:
        strata = _strata(scenario.run.seed, tuple(found), of)[:, first : first + n_draws]
        own = {
            path: np.minimum((row + own[path]) / of, LARGEST_UNIFORM)
            for path, row in zip(found, strata, strict=True)
        }
    return own | _followers(scenario, own)


def _followers(scenario: Scenario, own: dict[str, FloatArray]) -> dict[str, FloatArray]:
    """Return the uniforms of those that follow another unknown."""
    if not scenario.correlations:
        return {}
    from scipy.special import ndtr, ndtri  # noqa: PLC0415

    first_place = {path: unknown.path for unknown in unknowns(scenario).values() for path in unknown.paths}
    followers = {}
    for pair in scenario.correlations.values():
        follower, lead = first_place.get(pair.of), first_place.get(pair.to)
        if follower is None or lead is None:  # one of them is certain in this scenario
            continue
        correlation = pair.correlation.value
        score = correlation * ndtri(own[lead]) + np.sqrt(1 - correlation**2) * ndtri(own[follower])
        followers[follower] = np.clip(ndtr(score), SMALLEST_UNIFORM, LARGEST_UNIFORM)
    return followers


@lru_cache(maxsize=1)
def _strata(seed: int, paths: tuple[str, ...], of: int) -> NDArray[np.int64]:
    """Return the stratum of every draw for each unknown, shape (n_unknowns, of)."""
    streams = Streams(seed=seed, replication=0)
    return np.stack([streams.uniforms(f"{STRATA}{path}", of).argsort().argsort() for path in paths])


def _made_anew(scenario: Scenario, draw: int, error: ValueError) -> Scenario:
    for attempt in range(1, MOST_ATTEMPTS):
        values = _values(scenario, draw, 1, attempt=attempt)
        try:
            return with_values(scenario, {path: float(column[0]) for path, column in values.items()})
        except ValueError as latest:
            error = latest
    raise ScenarioError(
        f"scenario '{scenario.name}', draw {draw}: distributions must allow values that fit together, "
        f"got none in {MOST_ATTEMPTS} attempts; the last one: {error}"
    )


def _values(
    scenario: Scenario, first: int, n_draws: int, *, of: int | None = None, attempt: int = 0
) -> dict[str, FloatArray]:
    uniforms = uniforms_of_draws(scenario, first, n_draws, of=of, attempt=attempt)
    everywhere = {
        path: uniforms[unknown.path] for unknown in unknowns(scenario).values() for path in unknown.paths
    }
    return drawn_values(scenario, everywhere)
