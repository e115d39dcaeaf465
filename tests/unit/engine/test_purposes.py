"""Every decision has a stream of its own: no two names stand for the same number in the counter."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from as_shipped import STUDIES, base_case, scenarios_of

from sim import streams
from sim.design.draws import STREAM
from sim.domain.scenario import Scenario
from sim.domain.uncertainty import uncertain_parameters
from sim.engine import draws, plan
from sim.engine.parts import Part
from sim.engine.simulate import prepare
from sim.scenario_io.shipped import names, validation_directory
from sim.streams import purpose_of

LOOKED_UP = {f"sim.engine.draws.{name}": number for name, number in vars(draws).items() if name.isupper()}
FILES = [
    *(pytest.param(name, id=name) for name in names()),
    *(
        pytest.param(str(validation_directory() / f"{study}.yaml"), id=study, marks=pytest.mark.slow)
        for study in STUDIES
    ),
]


@contextmanager
def names_asked_for(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """Note the names of all draws made before the clock starts, and of those addressed by a plan."""
    asked = set[str]()

    def noting(name: str) -> int:
        asked.add(name)
        return purpose_of(name)

    with monkeypatch.context() as patched:
        for module in (streams, plan):
            patched.setattr(module, "purpose_of", noting)
        yield asked


def named_purposes(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Return the number of each name that a run or a draw of parameters asks for."""
    with names_asked_for(monkeypatch) as asked:
        prepare(scenario, 0, Part(0, 1))
    parameters = {f"{STREAM}{path}" for path in uncertain_parameters(scenario)}
    return {name: purpose_of(name) for name in asked | parameters} | LOOKED_UP


@pytest.mark.parametrize("name", FILES)
def test_no_two_decisions_of_a_shipped_scenario_share_a_purpose(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for scenario in scenarios_of(name):
        purposes = named_purposes(scenario, monkeypatch)
        assert len(set(purposes.values())) == len(purposes)


def test_all_kinds_of_decisions_are_among_those_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    (small_clinic,) = scenarios_of("small_clinic")
    purposes = named_purposes(small_clinic, monkeypatch)
    kinds = {name.split("/", 1)[0] for name in purposes}
    assert {"arrival", "age", "condition", "resolves", "harm", "psa", "screening", "relapse"} <= kinds
    assert "sim.engine.draws.UPTAKE_INSTEAD" in purposes


def test_purposes_are_compared_after_they_were_cut_to_63_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    assert max(named_purposes(base_case(), monkeypatch).values()) < 2**63
