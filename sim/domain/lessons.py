"""What is taught with the model: exercises whose answers are computed, and claims held against evidence."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from sim.domain.evidence import Grade
from sim.domain.frozen import Flag, Frozen, Key, Label, Number, Prose, Text, Whole

PATIENTS, REPLICATIONS = 500, 4
"""Of each arm, unless an exercise says otherwise."""
Path = Text
"""Dotted path of a number of a scenario."""
Setting = bool | int | float | str | list[Any] | dict[str, Any] | None
"""Plain value of a setting."""


class Arm(Frozen):
    """One strategy of a shipped scenario, with some settings changed."""

    label: Label
    """Name in tables."""
    scenario: Key = "base"
    """Shipped scenario."""
    strategy: Key
    """Strategy of it."""
    set: dict[Path, Setting] = Field(default_factory=dict)
    """What is changed above the scenario, by dotted path."""


class Share(Frozen):
    """A range of one figure of an arm, or of the ratio of two."""

    arm: Key
    """Arm of the exercise."""
    of: Key
    """Column of a comparison."""
    to: Key | None = None
    """Column it is divided by; left out = nothing."""
    low: Number | None = None
    """Least value; left out = any."""
    high: Number | None = None
    """Value it stays below; left out = any."""


class Order(Frozen):
    """What the words of an exercise take for granted: one arm is below another."""

    less: Key
    """Arm with the lower value."""
    more: Key
    """Arm with the higher value."""
    of: Key
    """Column of a comparison."""


class Holds(Frozen):
    """When an answer is right, all of it at once: judged from what was simulated."""

    change: dict[Key, Literal["more", "less", "unclear", "not_less"]] = Field(default_factory=dict)
    """How columns of the second arm differ from those of the first, beyond chance; ``not_less`` is more or
    unclear."""
    between: list[Share] = Field(default_factory=list)
    """Ranges of figures."""
    overlap: dict[Key, Flag] = Field(default_factory=dict)
    """Whether the intervals of the first two arms overlap, by column."""
    best: Key | None = None
    """Arm that is best in the column of the exercise."""
    bottleneck: Key | None = None
    """Resource that is the bottleneck of the first arm."""
    first_above: Key | None = None
    """First arm, in their order, that is above the first one in the column of the exercise; the first arm
    itself says that none is."""


class Answer(Frozen):
    """One answer a reader can pick."""

    text: Prose
    """The answer."""
    holds: Holds
    """When it is right."""


class LeverOf(Frozen):
    """A number that a reader moves, to see what the model says."""

    arm: Key
    """Arm in which it is moved."""
    path: Path
    """Number that is moved."""
    label: Label
    """Name of the slider."""
    low: Number
    """Left end."""
    high: Number
    """Right end."""
    step: Number
    """Distance of two positions."""


class Exercise(Frozen):
    """A question that the model answers."""

    title: Label
    """Short name."""
    question: Prose
    """What is asked."""
    task: Prose
    """What to do before answering."""
    arms: dict[Key, Arm]
    """What is simulated; the others are held against the first."""
    shown: list[Key]
    """Columns of a comparison that the table shows."""
    by: Key = "nmb"
    """Column that ``best`` and ``first_above`` are about."""
    lowest: Flag = False
    """True where the lowest value is best."""
    answers: list[Answer]
    """At least two; exactly one of them holds."""
    premise: list[Order] = Field(default_factory=list)
    """What question and feedback say beside the answer, so that it is checked too."""
    why: Prose
    """Feedback; ``{arm.column}`` stands for a figure, ``{arm.column:change}`` for the difference to the first
    arm with its 95 % interval, ``{arm.bottleneck}`` for a resource."""
    evidence: list[Path]
    """Numbers of the base case that the answer rests on."""
    lever: LeverOf | None = None
    """What can be moved."""
    patients: Whole = PATIENTS
    """Patients of each arm; a clinic with limits keeps its own."""
    replications: Whole = REPLICATIONS
    """Replications."""


class Finding(Frozen):
    """What one source found."""

    source: Key
    """Key of the bibliography."""
    grade: Grade
    """Kind of evidence."""
    found: Prose
    """The finding, with its number."""
    locator: Label
    """Where it stands; a key after ``row`` names the figure in the table of evidence."""


class Assumed(Frozen):
    """A number of a scenario that stands for a claim in the model."""

    path: Path
    """Where it stands."""
    scenario: Key = "base"
    """Shipped scenario."""


class Myth(Frozen):
    """A claim people read, and what the evidence says."""

    claim: Prose
    """The claim, in other words than the article's."""
    said_by: list[Literal["provider_article", "vendor_article", "common"]]
    """Who says so."""
    is_marketing: Flag = False
    """True where a seller's own figures or wording stand behind it."""
    verdict: Literal["right", "partly", "unsupported", "unknown"]
    """How the evidence stands to it."""
    answer: Prose
    """The short answer."""
    findings: list[Finding]
    """What was found."""
    assumes: list[Assumed]
    """What the model assumes."""
    note: Prose | None = None
    """What the model does about it."""


class Exercises(Frozen):
    """All exercises, in their order."""

    exercises: dict[Key, Exercise]
    """By key."""


class Myths(Frozen):
    """All claims, in their order."""

    myths: dict[Key, Myth]
    """By key."""
