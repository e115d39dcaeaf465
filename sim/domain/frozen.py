"""The base of every domain type: strict, frozen, documented by its own docstrings."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, Strict


class Frozen(BaseModel):
    """A value that cannot change and accepts no unknown key."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True, allow_inf_nan=False)


Number = Annotated[float, Strict()]
"""A real number; a text or a truth value is refused."""

Whole = Annotated[int, Strict()]
"""A whole number; a text or a truth value is refused."""

Text = Annotated[str, Strict(), Field(min_length=1)]
"""A text of at least one character."""

Flag = Annotated[bool, Strict()]
"""True or false, written as such."""

Key = Annotated[str, Strict(), Field(pattern=r"^[a-z][a-z0-9_]*$")]
"""A name used as a key: lower case letters, digits and underscores."""
