"""The page Capacity: queues where resources have limits, words where none has, and plans on demand."""

from __future__ import annotations

import pytest
from clinics import clinic
from streamlit.testing.v1 import AppTest

from sim.scenario_io import shipped

SCRIPT = """
from sim.ui import frame, session, sidebar
from sim.ui.pages import {page}
from sim.ui.view import view_of

session.link_asked()
{page}.page(view_of(sidebar.draw()))
"""


@pytest.fixture
def clinic_app(server, write_scenario, tiny_tree, tmp_path):
    """Return the page on a small clinic, the only scenario there is."""
    tree = clinic(tiny_tree, chairs=1, clinicians=0.3)
    tree["run"] |= {"n_patients": 40, "replications": 2}
    write_scenario(tree | {"name": "base"}, "shipped/base.yaml")
    server.setattr(shipped, "directory", lambda: tmp_path / "shipped")
    return AppTest.from_string(SCRIPT.format(page="capacity"), default_timeout=120)


def test_it_opens(clinic_app):
    clinic_app.run()
    assert not clinic_app.exception
