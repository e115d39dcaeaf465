"""The base of every domain type: strict, frozen, documented by its own docstrings."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Strict

_CONTROLS = r"\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069"
_UNREADABLE = re.compile(f"[{_CONTROLS}]")
_NOT_IN_A_LINE = re.compile(rf"[\t\n{_CONTROLS}]")


class Frozen(BaseModel):
    """A value that cannot change and accepts no unknown key."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True, allow_inf_nan=False)


Number = Annotated[float, Strict()]
"""A real number; a text or a truth value is refused."""

Whole = Annotated[int, Strict()]
"""A whole number; a text or a truth value is refused."""

Text = Annotated[str, Strict(), Field(min_length=1)]
"""A text of at least one character."""


def _readable(text: str) -> str:
    """Return a text that changes nothing but itself where it is printed; ValueError for another."""
    if found := _UNREADABLE.search(text):
        raise ValueError(f"must hold no control characters, got {found[0]!a}; leave it out")
    return text


def _in_one_line(text: str) -> str:
    """Return a text that can stand in a table; ValueError for another."""
    if found := _NOT_IN_A_LINE.search(text):
        raise ValueError(f"must be one line without control characters, got {found[0]!a}; leave it out")
    if not text.strip():
        raise ValueError("must hold a visible character, got blanks only")
    return text


Prose = Annotated[Text, AfterValidator(_readable)]
"""A text that may have several lines, without control characters."""

Label = Annotated[Text, AfterValidator(_in_one_line)]
"""A text of one line, such as a name in a table."""

Flag = Annotated[bool, Strict()]
"""True or false, written as such."""

Key = Annotated[str, Strict(), Field(pattern=r"^[a-z][a-z0-9_]*$")]
"""A name used as a key: lower case letters, digits and underscores."""
