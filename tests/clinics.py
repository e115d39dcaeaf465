"""A small clinic with a place for sessions and somebody who screens: for questions of capacity."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

Tree = dict[str, Any]
SESSION_MINUTES = 120.0


def clinic(tiny_tree: Tree, *, chairs: float, clinicians: float, nurses: float | None = None) -> Tree:
    """Return a scenario of one strategy whose sessions take chairs, and nurses too if there are any."""
    tree = deepcopy(tiny_tree)
    minutes = tree["treatments"]["infusion"]["session"]["needs"]["chairs"]
    session = minutes | {"value": SESSION_MINUTES, "range": [SESSION_MINUTES, SESSION_MINUTES]}
    cost = tree["resources"]["chairs"]["cost"]
    tree["resources"] = {
        "chairs": {"label": "Chairs", "units": chairs, "cost": cost},
        "clinicians": {"label": "Clinicians", "units": clinicians, "cost": cost},
    }
    tree["treatments"]["infusion"]["session"]["needs"] = {"chairs": session}
    if nurses is not None:
        tree["resources"]["nurses"] = {"label": "Nurses", "units": nurses, "cost": cost}
        tree["treatments"]["infusion"]["session"]["needs"]["nurses"] = session
    tree["care"]["screening"]["needs"] = {"clinicians": tree["care"]["screening"]["needs"]["chairs"]}
    for visit in ("preparation", "integration"):
        tree["care"].pop(visit)
    tree["care"]["integration_after"] = []
    tree["population"]["arrivals"] = [{"from_day": 0, "per_week": 10}]
    tree["run"]["n_patients"] = 150
    tree["strategies"] = {
        "usual_care": {"label": "Usual care", "lines": []},
        "infusion": {"label": "Infusion", "lines": [{"treatment": "infusion"}]},
    }
    return tree
