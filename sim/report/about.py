"""What this software is and is not, how to cite it, and what its words mean."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim.scenario_io import yaml_file
from sim.scenario_io.shipped import PACKAGE

CITATION_FILE = "CITATION.cff"
IS = (
    "Treatpath simulates people with treatment-resistant depression on their way through screening, "
    "treatment, "
    "maintenance and relapse, with limited staff and rooms, dated costs and quality-adjusted life-years. It "
    "compares whole pathways: usual care, tablets, ketamine at home or in a clinic, esketamine and "
    "electroconvulsive therapy. Planners use it to weigh programmes, teachers to explain them, "
    "researchers to "
    "check them."
)
IS_NOT = (
    "It gives no advice for one person and forecasts nobody's course. It is no medical device, and no "
    "substitute for a trial."
)
LIMITS = (
    "Depression only, adults, United States. Other conditions and countries need other evidence.",
    "The people are simulated. Nobody's records are used, and none should be uploaded.",
    "Intervals on the pages of plans show chance between replications. Uncertainty about the evidence "
    "is larger; "
    "a probabilistic analysis shows it.",
    "Many numbers are assumptions or come from small or vendor-reported studies. The page Evidence "
    "lists each "
    "with its source and grade.",
    "The model repeats some published figures well and misses others. The page Validation shows both.",
    "A preview simulates few people: its intervals are wide, and queues may look shorter than they are.",
)
ACCESS = (
    "Every chart has a text equivalent, a caption, and its numbers in a table below.",
    "Strategies differ by shape or dash as well as by color; colors were chosen for common kinds of color "
    "blindness and keep their contrast on light and dark pages.",
    "Light and dark follow the system.",
    "Motion stops where the system asks for less of it.",
    "Pages fit windows from 400 pixels of width on.",
)
KEYBOARD = (
    ("Tab, Shift+Tab", "to the next or previous field, button or link"),
    ("Enter or Space", "press a button, open a section"),
    ("Arrow keys", "move a slider by one step, go through the options of a list or the tabs"),
    ("Home, End", "a slider to its lowest or highest value"),
    ("Escape", "close a list or a menu"),
)
GLOSSARY: dict[str, str] = {
    "Patient": "One simulated person. Nobody real.",
    "Referral": "The day a patient is sent to the programme; everything is counted from there.",
    "Strategy": "A whole plan that is compared: treatments in their order, and the rules between them.",
    "Comparator": "The strategy that all others are compared with.",
    "Treatment, line, course": "One therapy; its place in a strategy; one delivery of it.",
    "Resource, capacity": "Staff or rooms that must be free to treat; how many there are side by side.",
    "Queue, wait": "Patients for whom there is no place yet; the time until treatment begins.",
    "Drop out": "Leave by one's own decision.",
    "Utilization, bottleneck": "Minutes used of those offered; the resource that is nearly full in most "
    "weeks.",
    "Response, remission, relapse": "Much better than before; almost no symptoms; depressed again. The "
    "scenario "
    "says where each begins, in points of the MADRS.",
    "MADRS": "A scale of depression from 0 to 60, rated by a clinician; higher is worse.",
    "Utility, QALY": "How good a year of life is, from 0 (dead) to 1 (full health); a year weighted by it.",
    "Discounting": "Later costs and health count less, by a rate a year.",
    "Perspective": "Whose costs count: the healthcare sector, the payer, the patient, the programme, or "
    "society.",
    "Willingness to pay": "What one more QALY may cost.",
    "ICER": "Incremental cost-effectiveness ratio: extra cost per extra QALY, against the next cheaper "
    "strategy "
    "worth considering.",
    "Net benefit (NMB)": "QALYs turned into money at the willingness to pay, less cost. More is better.",
    "Dominated": "Costs more and gains less than another strategy, or than a mixture of two others "
    "(extendedly "
    "dominated).",
    "Scenario, base case": "One complete set of inputs; the one to start from.",
    "What-if, sweep": "A change made here without a file; several values of a setting written in a file.",
    "Replication": "One run with the same inputs and new luck. More of them make intervals narrower.",
    "Luck": "What chance decides about a patient before the clock starts; it is the same in every strategy.",
    "Draw": "One set of uncertain inputs, drawn at random.",
    "PSA, CEAC": "Probabilistic analysis: many draws; how often each strategy is best among them, by "
    "willingness "
    "to pay.",
    "EVPI, EVPPI": "What it would be worth to know all uncertain numbers, or one of them.",
    "EVSI, ENBS": "What the result of a trial would be worth; the same less its cost.",
    "Warm-up": "First weeks that are left out, because a new programme starts empty.",
}
"""Words in plain language, in the order in which a reader meets them."""


@dataclass(frozen=True, slots=True)
class Cited:
    """How to cite this software.

    Parameters
    ----------
    text : str
        In a sentence.
    bibtex : str
        For BibTeX.
    file : str
        Content of ``CITATION.cff``.
    license : str
        Its SPDX name.
    message : str
        What the authors ask for.
    """

    text: str
    bibtex: str
    file: str
    license: str
    message: str


def citation_file() -> Path:
    """Return the file that says how to cite: inside an installed package, else in the checkout."""
    installed = PACKAGE / "shipped" / CITATION_FILE
    return installed if installed.is_file() else PACKAGE.parent / CITATION_FILE


def cited() -> Cited:
    """Return how to cite this version.

    Returns
    -------
    Cited
        From ``CITATION.cff``.

    Raises
    ------
    ScenarioError
        If that file is missing or damaged.
    """
    file = citation_file()
    tree = yaml_file.read(file).tree
    authors = " and ".join(author["name"] for author in tree["authors"])
    title, version = tree["title"], tree["version"]
    bibtex = (
        f"@software{{treatpath,\n  author = {{{{{authors}}}}},\n  title = {{{{{title}}}}},\n"
        f"  version = {{{version}}},\n  license = {{{tree['license']}}}\n}}\n"
    )
    return Cited(
        text=f"{authors}. {title}. Version {version}.",
        bibtex=bibtex,
        file=file.read_text(encoding="utf-8"),
        license=tree["license"],
        message=tree["message"],
    )
