"""Charts as picture files, on white with the fonts and sizes of a report; needs the extra ``report``."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from importlib.util import find_spec
from typing import Any

from sim.errors import ScenarioError
from sim.report.exhibit_svg import CONFIG

SVG, PNG = "svg", "png"
KINDS = {SVG: "image/svg+xml", PNG: "image/png"}
"""Kinds of pictures, and what a browser calls them."""
WIDTH = 640
"""Of a chart that fills its page [pixels]."""
SCALE = 2.0
"""Pixels of a PNG for each of the drawing, so that it is sharp in print."""
NEEDED = "Pictures need the extra 'report': pip install 'treatpath[report]'"


def can_draw() -> bool:
    """Tell whether what draws pictures is installed."""
    return find_spec("vl_convert") is not None


def picture(drawing: Mapping[str, Any], kind: str) -> bytes:
    """Return a chart as the content of a file.

    Parameters
    ----------
    drawing : mapping
        Chart as Vega-Lite, from ``chart.to_dict()``.
    kind : str
        `SVG` or `PNG`.

    Returns
    -------
    bytes
        The picture; nothing is loaded from elsewhere.

    Raises
    ------
    ScenarioError
        If vl-convert is not installed.
    """
    if not can_draw():
        raise ScenarioError(f"report: pictures must be drawn by vl-convert, got none installed; {NEEDED}")
    import vl_convert  # noqa: PLC0415

    chart = _standing_alone(drawing)
    if kind == SVG:
        return str(vl_convert.vegalite_to_svg(chart, config=CONFIG, allowed_base_urls=[])).encode()
    return bytes(vl_convert.vegalite_to_png(chart, config=CONFIG, scale=SCALE, allowed_base_urls=[]))


def _standing_alone(drawing: Mapping[str, Any]) -> dict[str, Any]:
    """Return a chart of a fixed width, without the settings of a page."""
    chart = deepcopy({key: part for key, part in drawing.items() if key != "config"})
    is_single = "mark" in chart or "layer" in chart
    if is_single and not isinstance(chart.get("width"), int | float):
        chart["width"] = WIDTH
    return chart
