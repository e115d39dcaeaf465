"""Scenarios of a long batch, each kept as its plain settings and made when it is run.

A validated scenario takes a megabyte; the points of a sweep share all settings they do not vary.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

from sim.domain.scenario import Scenario
from sim.domain.scenario_settings import ScenarioSettings
from sim.scenario_io.dump import plain_tree, text_above, text_of
from sim.scenario_io.layers import SOURCES
from sim.scenario_io.load import LoadedScenario
from sim.scenario_io.yaml_file import Plain
from sim.stored.files import json_bytes
from sim.stored.layout import folder_of


@dataclass(frozen=True, slots=True)
class Recipe:
    """A validated scenario, to be made again from its settings.

    Parameters
    ----------
    tree : dict
        Plain settings; parts may be shared with other recipes.
    name, title, digest : str
        Of the scenario.
    folder : str
        Name of its folders in a directory of results.
    seed, n_patients, replications, n_strategies : int
        Sizes; patients are per strategy and replication.
    text : bytes
        The scenario as YAML; from the second one on, its difference from the first.
    settings : bytes
        What analyses need to know of it, as JSON.
    """

    tree: dict[str, Plain]
    name: str
    title: str
    digest: str
    folder: str
    seed: int
    n_patients: int
    replications: int
    n_strategies: int
    text: bytes
    settings: bytes

    @property
    def arms(self) -> int:
        """Patients times strategies of one replication."""
        return self.n_patients * self.n_strategies

    def scenario(self, replications: int | None = None) -> Scenario:
        """Make the scenario, with another number of replications if one is given."""
        run = self.tree["run"] if replications is None else {**self.tree["run"], "replications": replications}
        return Scenario.model_validate({**self.tree, "run": run})


def recipes_of(scenarios: Iterable[LoadedScenario | Scenario]) -> Iterator[Recipe]:
    """Yield the recipe of each scenario.

    Parameters
    ----------
    scenarios : iterable of LoadedScenario or Scenario
        In the order of the run; each is let go before the next is taken.

    Yields
    ------
    Recipe
        In the same order.
    """
    first: tuple[str, dict[str, Plain]] | None = None
    for position, given in enumerate(scenarios, start=1):
        scenario = given.scenario if isinstance(given, LoadedScenario) else given
        folder = folder_of(position, scenario.replication_digest)
        plain = plain_tree(scenario)
        text = text_of(plain) if first is None else text_above(plain, first[1], f"{first[0]}.yaml")
        first = first or (folder, plain)
        settings = ScenarioSettings.of(scenario)
        tree = given.composed.tree if isinstance(given, LoadedScenario) else plain
        yield Recipe(
            tree={**tree, SOURCES: _shared(plain[SOURCES], first[1][SOURCES])},
            name=scenario.name,
            title=scenario.title,
            digest=settings.digest,
            folder=folder,
            seed=scenario.run.seed,
            n_patients=scenario.run.n_patients,
            replications=scenario.run.replications,
            n_strategies=len(scenario.strategies),
            text=text.encode(),
            settings=json_bytes(asdict(settings)),
        )


def _shared(new: Plain, old: Plain) -> Plain:
    """Return the old object where it says the same, so that memory is not taken twice."""
    return old if new == old else new
