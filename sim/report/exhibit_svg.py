"""A chart as SVG that stands in a page: no script, no font or picture from elsewhere, few bytes."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from sim.errors import ScenarioError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from sim.report.exhibit import Exhibit

FONT = "Arial, Liberation Sans, Helvetica, sans-serif"
SIZE = 14
DARK, SOFT, PALE = "#1b1f24", "#444c56", "#e4e8ec"
CONFIG: dict[str, Any] = {
    "background": "white",
    "font": FONT,
    "padding": 4,
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": SIZE, "titleFontSize": SIZE, "titleFontWeight": "normal", "labelColor": SOFT,
        "titleColor": DARK, "gridColor": PALE, "domainColor": SOFT, "tickColor": SOFT, "labelLimit": 0,
        "titleLimit": 0,
    },
    "legend": {"labelFontSize": SIZE, "titleFontSize": SIZE, "labelColor": DARK, "symbolSize": 120,
               "symbolStrokeWidth": 2.5, "columnPadding": 16},
    "text": {"fontSize": SIZE},
}  # fmt: skip
MANY = 20
"""A shape that occurs more often is written once."""
LARGEST = 1.15
"""A drawing is stretched at most so far."""
NAMESPACE = "{http://www.w3.org/2000/svg}"
NEEDLESS = {"class", "role", "aria-label", "aria-roledescription", "aria-hidden", "pointer-events"}
"""Attributes that the label of the whole replaces."""
DRAWN = {"d", "transform", "x", "y", "x1", "x2", "y1", "y2", "width", "height"}
LONG_NUMBER = re.compile(r"(\.\d{2})\d+")
PLACE = re.compile(r"translate\(([-\d.]+),([-\d.]+)\)")


def svg_of(exhibit: Exhibit, name: str) -> str:
    """Return the drawing of a figure, without its title.

    Parameters
    ----------
    exhibit : Exhibit
        The figure.
    name : str
        Unique in its page: names within the drawing begin with it.

    Returns
    -------
    str
        An ``svg`` element with the finding as its label.

    Raises
    ------
    ScenarioError
        If vl-convert is not installed.
    """
    try:
        import vl_convert  # noqa: PLC0415
    except ImportError:
        raise ScenarioError(
            "report: pictures must be drawn by vl-convert, got none installed; "
            "pip install 'treatpath[report]'"
        ) from None
    drawing = exhibit.chart.to_dict()
    drawing.pop("title", None)
    drawing.pop("config", None)
    text = vl_convert.vegalite_to_svg(drawing, config=CONFIG, allowed_base_urls=[])
    return _standing_alone(text, name, exhibit.alt)


def _standing_alone(text: str, name: str, label: str) -> str:
    """Return the drawing labeled, in few bytes, with names that no other drawing has."""
    from xml.etree import ElementTree  # noqa: PLC0415

    root = ElementTree.fromstring(text)
    width = float(root.attrib["width"])
    for element in root.iter():
        element.tag = element.tag.removeprefix(NAMESPACE)
        kept = {key: value for key, value in element.attrib.items() if key not in NEEDLESS}
        element.attrib = {key: _shortened(key, value, name) for key, value in kept.items()}
    root.attrib = {
        "xmlns": NAMESPACE.strip("{}"),
        "viewBox": root.attrib["viewBox"],
        "role": "img",
        "aria-label": label,
        "style": f"max-width:{width * LARGEST:.0f}px",
    }
    _once(root, name)
    return ElementTree.tostring(root, encoding="unicode")


def _shortened(key: str, value: str, name: str) -> str:
    """Return an attribute with rounded numbers and names that begin with the name of the drawing."""
    if key == "id":
        return f"{name}-{value}"
    if value.startswith("url(#"):
        return value.replace("url(#", f"url(#{name}-")
    return LONG_NUMBER.sub(r"\1", value) if key in DRAWN else value


def _once(root: Element, name: str) -> None:
    """Write shapes that occur often once, and then only where they stand."""
    from xml.etree.ElementTree import Element  # noqa: PLC0415

    marks = [mark for mark in root.iter("path") if PLACE.fullmatch(mark.get("transform", ""))]
    looks = [tuple(item for item in mark.attrib.items() if item[0] != "transform") for mark in marks]
    often = [look for look, n_times in Counter(looks).items() if n_times > MANY]
    names = {look: f"{name}-mark{place}" for place, look in enumerate(often)}
    for mark, look in zip(marks, looks, strict=True):
        place = PLACE.fullmatch(mark.get("transform", ""))
        if look in names and place is not None:
            mark.tag, mark.attrib = "use", {"href": f"#{names[look]}", "x": place[1], "y": place[2]}
    shapes = Element("defs")
    shapes.extend(Element("path", {"id": key, **dict(look)}) for look, key in names.items())
    root.insert(0, shapes)
