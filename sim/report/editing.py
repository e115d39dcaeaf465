"""Every setting of a scenario that a reader may change: what it is, its value, and where it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.domain.plain_names import plain_name
from sim.domain.scenario import Scenario
from sim.report.evidence import evidence_text
from sim.scenario_io.differences import WORDS
from sim.scenario_io.layers import ATOM_KEYS, is_atom
from sim.scenario_io.load import LoadedScenario
from sim.scenario_io.yaml_file import Plain

NEVER = WORDS | {"schema_version"}
"""What is no setting: words are better changed as text."""


@dataclass(frozen=True, slots=True)
class Editable:
    """A setting that may be changed.

    Parameters
    ----------
    path : str
        Dotted path.
    label : str
        In plain words.
    value : object
        Number or numbers of a parameter; any other setting as it is.
    unit : str
        Of a parameter; empty for other settings.
    low, high : float or None
        Plausible range, where one is known.
    source : str
        Key of its source, a word such as ``assumption``, or empty.
    grade : str
        Kind of evidence, or empty.
    """

    path: str
    label: str
    value: Plain
    unit: str = ""
    low: float | None = None
    high: float | None = None
    source: str = ""
    grade: str = ""


def editable(loaded: LoadedScenario, scenario: Scenario) -> list[Editable]:
    """Return every setting of a scenario, in the order of the schema.

    Parameters
    ----------
    loaded : LoadedScenario
        What the scenario was made from.
    scenario : Scenario
        The scenario with all changes.

    Returns
    -------
    list of Editable
        Parameters whole, lists whole, and plain settings.
    """
    settings = LoadedScenario(scenario, loaded.composed).settings()
    return [_editable(one.path, one.value) for one in settings if one.path.split(".")[0] not in NEVER]


def found(settings: Sequence[Editable], text: str) -> list[Editable]:
    """Return the settings whose path, label, unit or source holds all words of a text.

    Parameters
    ----------
    settings : sequence of Editable
        From `editable`.
    text : str
        Words in any order and case; empty = all.

    Returns
    -------
    list of Editable
        In the same order.
    """
    words = text.lower().split()
    return [one for one in settings if all(word in _searched(one) for word in words)]


def told_of(scenario: Scenario, setting: Editable) -> str:
    """Return what stands behind a setting, in sentences; empty where nothing does."""
    if not setting.unit:
        return ""
    return evidence_text(scenario, setting.path)


def _searched(setting: Editable) -> str:
    return f"{setting.path} {setting.label} {setting.unit} {setting.source}".lower()


def _editable(path: str, tree: Plain) -> Editable:
    if not is_atom(tree):
        return Editable(path, plain_name(path), tree)
    low, high = tree.get("range") or (None, None)
    value = next(tree[key] for key in ATOM_KEYS if key in tree)
    label = tree.get("label") or plain_name(path)
    return Editable(path, label, value, tree["unit"], low, high, tree["source"], tree["grade"])
