"""A page of figures stands alone, is safe against any name, and says what is missing."""

from __future__ import annotations

import re
import sys
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from exhibit_frames import BASIS, FRAMES, LABELS, draw_all, tornado_frame

from sim.errors import ScenarioError
from sim.report.answer import NOTICE
from sim.report.exhibit_page import exhibit_html, exhibit_page
from sim.report.exhibit_svg import svg_of
from sim.report.plane_figures import ce_plane
from sim.report.sensitivity_figures import tornado

EVIL = '<script>alert("1")</script> & \'x\'.y[0] role="none" 0.123456'
EVIL_LABELS = {key: f"{EVIL} {key}" for key in LABELS}
EVIL_FRAME = tornado_frame().head(2).assign(label=EVIL, unit="<b>")


class Elements(HTMLParser):
    """Names and attributes of the elements of a page, and its visible words."""

    def __init__(self, page):
        super().__init__()
        self.found, self.words, self.open = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_data(self, text):
        self.words.append(text)


@pytest.fixture(scope="module")
def cloud():
    return ce_plane(
        FRAMES.cloud, FRAMES.means, LABELS, BASIS, comparator="usual_care", ellipse=FRAMES.ellipse
    )


@pytest.fixture(scope="module")
def evil_page():
    evil = [
        tornado(EVIL_FRAME, EVIL_LABELS, BASIS, strategy="ect", comparator="ssri"),
        ce_plane(FRAMES.cloud, FRAMES.means, EVIL_LABELS, BASIS, comparator="usual_care"),
    ]
    return exhibit_page(EVIL, [EVIL, "Second."], evil, notes=[EVIL], manifest=[f"Command: {EVIL}"])


def test_a_page_has_the_notice_the_answer_and_each_figure_with_caption_and_table(evil_page):
    assert NOTICE in evil_page
    assert evil_page.count("<figure ") == evil_page.count("<figcaption>") == evil_page.count("<details>") == 2
    assert "<p>Second.</p>" in evil_page


def test_names_are_escaped_everywhere_in_the_page(evil_page):
    page = Elements(evil_page)
    assert {tag for tag, _ in page.found} & {
        "script",
        "b",
        "image",
        "img",
        "iframe",
        "link",
        "foreignobject",
    } == set()
    assert any(EVIL in text for text in page.words)
    assert "<script>" not in evil_page


def test_no_element_runs_or_loads_anything(evil_page):
    for _, attributes in Elements(evil_page).found:
        assert not any(key.startswith("on") for key in attributes)
        assert all(
            str(attributes[key]).startswith("#") for key in ("href", "src", "xlink:href") if key in attributes
        )
    assert re.findall(r"url\((?!#)|@import", evil_page) == []


def test_names_within_drawings_do_not_meet(evil_page):
    names = [attributes["id"] for _, attributes in Elements(evil_page).found if "id" in attributes]
    assert len(names) == len(set(names)) > 2


def test_references_within_a_drawing_point_at_something(cloud):
    root = ElementTree.fromstring(svg_of(cloud, "one"))
    names = {f"#{element.attrib['id']}" for element in root.iter() if "id" in element.attrib}
    wanted = {element.attrib["href"] for element in root.iter() if "href" in element.attrib}
    clips = {
        value[4:-1]
        for element in root.iter()
        for value in element.attrib.values()
        if value.startswith("url(")
    }
    assert wanted
    assert (wanted | clips) - names == set()


def test_a_drawing_is_one_labeled_picture_without_its_title(cloud):
    root = ElementTree.fromstring(svg_of(cloud, "one"))
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == cloud.alt
    words = [element.text for element in root.iter() if element.text]
    assert cloud.title not in words
    assert "Extra QALYs per referred patient" in words
    assert not any("aria-label" in element.attrib for element in list(root.iter())[1:])


def test_a_cloud_of_many_points_takes_few_bytes_and_loses_none(cloud):
    text = svg_of(cloud, "one")
    n_points = 1670
    assert text.count("<use ") >= n_points
    assert len(text) < 100_000


def test_a_name_is_drawn_as_it_is_written():
    drawing = svg_of(tornado(EVIL_FRAME, EVIL_LABELS, BASIS, strategy="ect", comparator="ssri"), "one")
    words = " ".join(element.text for element in ElementTree.fromstring(drawing).iter() if element.text)
    assert "<script>alert(" in words


def test_every_figure_has_the_style_of_a_light_card_in_the_dark(cloud):
    page = exhibit_page("Title", [], [cloud])
    assert ".exhibits .card { background: #ffffff; color-scheme: light;" in page
    assert "svg text { fill" not in page


@pytest.mark.slow
def test_a_page_of_every_figure_is_below_a_megabyte():
    page = exhibit_page("All", ["Answer."], list(draw_all().values()))
    assert page.count("<figure ") == 12
    assert len(page.encode()) < 600_000


def test_without_the_extra_the_message_says_what_to_install(cloud, monkeypatch):
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(
        ScenarioError,
        match=r"^report: pictures must be drawn by vl-convert, got none installed; pip install 'treatpath\[report\]'$",
    ):
        exhibit_html(cloud, "one")
