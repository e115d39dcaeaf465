"""One page of the app, in its frame, on a scenario that the session uploaded."""

from __future__ import annotations

import json
from typing import Any

from streamlit.testing.v1 import AppTest

FRAMED = "from sim.ui.frame import draw\nfrom sim.ui.pages import {page}\ndraw({page}.page)"
NAME = "mine"


def page_on(page: str, tree: dict[str, Any], **asked: str) -> AppTest:
    """Return a page of the app that shows a scenario; further words stand in its address."""
    app = AppTest.from_string(FRAMED.format(page=page), default_timeout=120)
    app.session_state["uploads"] = {NAME: json.dumps(tree)}
    app.query_params["scenario"] = NAME
    for name, text in asked.items():
        app.query_params[name] = text
    return app


def texts(app: AppTest) -> list[str]:
    """Return all running text of a page."""
    return [element.value for element in (*app.markdown, *app.caption)]


def charts(app: AppTest) -> int:
    """Return the number of charts on a page."""
    return len(app.get("vega_lite_chart")) + len(app.get("arrow_vega_lite_chart"))
