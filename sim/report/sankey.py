"""Who goes where, as a Sankey diagram, a table and sentences: all counted from one simulated replication."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.domain.scenario import Scenario
from sim.outcomes.history import BoolArray
from sim.outcomes.pathway_stages import CourseEnd, Journeys, Stage
from sim.report.numbers import joined, share
from sim.report.pathway_words import node_color, node_label, stage_label

if TYPE_CHECKING:
    import pandas as pd

SMALLEST = 0.02
"""Places with a smaller share of the referred are drawn together."""
MOST_NODES = 8
"""Places drawn at one stage."""
OTHERS = "others"
PARTS = {
    "start": (Stage.REFERRED, Stage.PATHWAY, Stage.SCREENING, Stage.START, Stage.FIRST_COURSE),
    "after": (Stage.FIRST_COURSE, Stage.HALF_YEAR, Stage.YEAR, Stage.END),
}
"""Stages of the two diagrams: one with all would not fit a phone."""
TITLES = {"start": "From referral to the end of the first course", "after": "What became of them"}
LABEL_WIDTH, LABEL_SPACE, NODE_GAP, NODE_WIDTH, TOP, BOTTOM = 92, 6, 40, 12, 14, 18
"""Room for a label beside its place, free space in it, between places, a place, above and below [pixels]."""
FONT, LINE_HEIGHT = 11, 13
LATE = " Where people wait, a first course may end later than the moments beside it."
OPACITY, CURVENESS = 0.35, 0.5


@dataclass(frozen=True, slots=True)
class Node:
    """One place of a stage.

    Parameters
    ----------
    key : str
        ``stage:place``.
    stage, label : str
        In words.
    color : str
        Fill.
    order : tuple of int
        Position of the stage, and of the place in it.
    patients : ndarray of bool, shape (n_patients,)
        Who is there.
    """

    key: str
    stage: str
    label: str
    color: str
    order: tuple[int, int]
    patients: BoolArray

    @property
    def name(self) -> str:
        """Stage and place in words; unlike any other."""
        return f"{self.stage}: {self.label}"


@dataclass(frozen=True, slots=True)
class Flow:
    """Patients who go from one place to another.

    Parameters
    ----------
    source, target : Node
        Places.
    patients : tuple of int
        Their numbers, rising.
    of : int
        Patients in all.
    """

    source: Node
    target: Node
    patients: tuple[int, ...]
    of: int

    @property
    def key(self) -> str:
        """Keys of both places."""
        return f"{self.source.key}>{self.target.key}"

    @property
    def label(self) -> str:
        """The flow in words with its count."""
        count = f"{len(self.patients):,} ({share(len(self.patients) / self.of)})"
        return f"{self.source.name} → {self.target.name}: {count}"


def flows(journeys: Journeys, scenario: Scenario, part: str) -> list[Flow]:
    """Return who goes from where to where in one part of the way.

    Parameters
    ----------
    journeys : Journeys
        Of one strategy and replication.
    scenario : Scenario
        Labels.
    part : str
        Key of `PARTS`.

    Returns
    -------
    list of Flow
        In order of stages and places; none without patients. Small places of a stage are one.
    """
    stages = [nodes for stage in PARTS[part] if (nodes := _nodes(journeys, scenario, part, stage))]
    n_patients = journeys.states.n_patients
    found = []
    for earlier, later in pairwise(stages):
        for source, target in product(earlier, later):
            both = source.patients & target.patients
            if both.any():
                found.append(Flow(source, target, tuple(np.flatnonzero(both).tolist()), n_patients))
    return found


def _nodes(journeys: Journeys, scenario: Scenario, part: str, stage: Stage) -> list[Node]:
    """Return the places of a stage that are drawn, the small ones as one."""
    branching = journeys.at(stage)
    if branching is None:
        return []
    places = {
        node: branching.place == position
        for position, node in enumerate(branching.nodes)
        if not (part == "start" and node == CourseEnd.NEVER_STARTED)
    }
    places = {node: patients for node, patients in places.items() if patients.any()}
    kept, small = _parted({node: int(patients.sum()) for node, patients in places.items()}, journeys)
    heading = stage_label(stage, scenario)
    nodes = [
        Node(
            f"{stage}:{node}",
            heading,
            node_label(stage, node, scenario),
            node_color(stage, node, branching.nodes.index(node)),
            (PARTS[part].index(stage), branching.nodes.index(node)),
            places[node],
        )
        for node in kept
    ]
    if small:
        together = np.logical_or.reduce([places[node] for node in small])
        named = ", ".join(node_label(stage, node, scenario).lower() for node in small)
        order = (PARTS[part].index(stage), len(branching.nodes))
        label, color = f"Others ({named})", node_color(stage, OTHERS, 0)
        nodes.append(Node(f"{stage}:{OTHERS}", heading, label, color, order, together))
    return nodes


def _parted(counts: Mapping[str, int], journeys: Journeys) -> tuple[list[str], list[str]]:
    """Return the places drawn by themselves and those drawn together: none, or at least two."""
    least = SMALLEST * journeys.states.n_patients
    by_size = sorted(counts, key=counts.__getitem__, reverse=True)
    room = MOST_NODES if len(by_size) <= MOST_NODES else MOST_NODES - 1
    large = {node for rank, node in enumerate(by_size) if counts[node] >= least and rank < room}
    small = [node for node in counts if node not in large]
    if len(small) == 1:
        return list(counts), []
    return [node for node in counts if node in large], small


def sankey_option(found: Sequence[Flow], ink: str) -> dict[str, Any]:
    """Return the ECharts option of a Sankey diagram.

    Parameters
    ----------
    found : sequence of Flow
        At least one.
    ink : str
        Color of text.

    Returns
    -------
    dict
        Places stand in columns, one for each stage; labels are short enough for four columns on a phone.
    """
    nodes, of = _places(found), found[0].of
    depths = {
        stage: depth for depth, stage in enumerate(dict.fromkeys(node.stage for node in nodes.values()))
    }
    return {
        "tooltip": {"trigger": "item", "confine": True},
        "series": [
            {
                "type": "sankey",
                "left": 2,
                "right": LABEL_WIDTH,
                "top": TOP,
                "bottom": BOTTOM,
                "nodeGap": NODE_GAP,
                "nodeWidth": NODE_WIDTH,
                "nodeAlign": "left",
                "draggable": False,
                "layoutIterations": 0,
                "selectedMode": "single",
                "emphasis": {"focus": "adjacency"},
                "label": {
                    "color": ink,
                    "width": LABEL_WIDTH - LABEL_SPACE,
                    "overflow": "break",
                    "fontSize": FONT,
                    "lineHeight": LINE_HEIGHT,
                },
                "lineStyle": {"color": "source", "opacity": OPACITY, "curveness": CURVENESS},
                "data": [_node_item(node, of, depths[node.stage]) for node in nodes.values()],
                "links": [_link_item(flow) for flow in found],
            }
        ],
    }


def _node_item(node: Node, of: int, depth: int) -> dict[str, Any]:
    n_there = int(node.patients.sum())
    short = node.label.split(" (")[0]
    return {
        "name": node.name,
        "depth": depth,
        "itemStyle": {"color": node.color},
        "label": {"formatter": f"{short}\n{n_there:,} ({share(n_there / of)})"},
        "tooltip": {"formatter": f"{_escaped(node.name)}<br>{n_there:,} of {of:,} ({share(n_there / of)})"},
    }


def _link_item(flow: Flow) -> dict[str, Any]:
    return {
        "source": flow.source.name,
        "target": flow.target.name,
        "value": len(flow.patients),
        "tooltip": {"formatter": _escaped(flow.label)},
    }


def _escaped(text: str) -> str:
    """Return text for a tooltip, which is HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def clicked(found: Sequence[Flow], state: Any) -> Flow | None:  # noqa: ANN401  as the chart tells it
    """Return the flow that was clicked.

    Parameters
    ----------
    found : sequence of Flow
        As drawn.
    state : mapping or None
        What the chart says was selected.

    Returns
    -------
    Flow or None
        None where nothing was clicked; a click on a place finds the largest flow at it.
    """
    selected = state["selection"]["selected"] if state else []
    chosen = [(one["data_type"], index) for one in selected for index in one["data_indices"]]
    if not chosen:
        return None
    kind, index = chosen[-1]
    if kind == "edge":
        return found[index] if index < len(found) else None
    key = list(_places(found))[index]
    at = [flow for flow in found if key in {flow.source.key, flow.target.key}]
    return max(at, key=lambda flow: len(flow.patients))


def _places(found: Sequence[Flow]) -> dict[str, Node]:
    """Return the places of some flows by key, in the order in which a diagram holds them."""
    nodes = {node.key: node for flow in found for node in (flow.source, flow.target)}
    return dict(sorted(nodes.items(), key=lambda item: item[1].order))


def flow_table(found: Sequence[Flow]) -> pd.DataFrame:
    """Return a row per flow: from, to, patients, share of the referred."""
    import pandas as pd  # noqa: PLC0415

    return pd.DataFrame(
        {
            "from": [flow.source.name for flow in found],
            "to": [flow.target.name for flow in found],
            "patients": [len(flow.patients) for flow in found],
            "share of the referred": [share(len(flow.patients) / flow.of) for flow in found],
        }
    )


def way_table(journeys: Journeys, scenario: Scenario) -> pd.DataFrame:
    """Return a row per patient with the place at every stage; nothing is drawn together here."""
    import pandas as pd  # noqa: PLC0415

    columns: dict[str, Any] = {"patient": np.arange(journeys.states.n_patients)}
    for one in journeys.branchings[1:]:
        labels = [node_label(one.stage, node, scenario) for node in one.nodes]
        named = np.array([*labels, ""], dtype=object)
        columns[stage_label(one.stage, scenario)] = named[one.place]
    return pd.DataFrame(columns)


def stages_told(found: Sequence[Flow]) -> str:
    """Return the stages from left to right, and how a diagram is used."""
    stages = [f"{node.stage[0].lower()}{node.stage[1:]}" for node in _places(found).values()]
    late = "" if found[0].source.key.startswith(Stage.REFERRED) else LATE
    return (
        f"From left to right: {joined(list(dict.fromkeys(stages)))}. Shares are of all referred; places "
        f"below {SMALLEST:.0%} stand together where there are several. A click on a band lists its people "
        f"below.{late}"
    )


def told(found: Sequence[Flow], part: str) -> str:
    """Return a diagram in sentences: its largest flows."""
    largest = sorted(found, key=lambda flow: len(flow.patients), reverse=True)[:MOST_NODES]
    listed = "; ".join(flow.label for flow in largest)
    return f"Sankey diagram: {TITLES[part][0].lower()}{TITLES[part][1:]}. Largest flows: {listed}."
