"""Parameter draws: numbered states of the world, drawn from the stated distributions.

A draw is addressed by its number and the path of a parameter and nothing else: a further parameter disturbs
no other, and the first thousand draws are the same whether one or ten thousand are made. Parameters are
drawn independently of each other.
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.domain.scenario import Scenario
from sim.domain.uncertainty import FloatArray, drawn_values, uncertain_parameters, with_values
from sim.errors import ScenarioError
from sim.streams import Streams

STREAM = "psa/"
MOST_ATTEMPTS = 100
"""Times a draw is made anew before its scenario is refused."""


def drawn_scenarios(scenario: Scenario, first: int, n_draws: int) -> Iterator[Scenario]:
    """Yield the scenario with drawn values, draw by draw.

    Parameters
    ----------
    scenario : Scenario
        What is uncertain; its seed fixes all draws.
    first : int
        Number of the first draw.
    n_draws : int
        How many follow each other.

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
    draw is made anew: draws follow the stated distributions on condition that they are possible.
    """
    values = _values(scenario, first, n_draws)
    for position in range(n_draws):
        one = {path: float(column[position]) for path, column in values.items()}
        try:
            yield with_values(scenario, one)
        except ValueError as error:
            yield _made_anew(scenario, first + position, error)


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


def _values(scenario: Scenario, first: int, n_draws: int, *, attempt: int = 0) -> dict[str, FloatArray]:
    streams = Streams(seed=scenario.run.seed, replication=0, first=first)
    uniforms = {
        path: streams.uniforms(f"{STREAM}{path}", n_draws, occurrence=attempt)
        for path in uncertain_parameters(scenario)
    }
    return drawn_values(scenario, uniforms)
