"""Which keys a scenario may have at a path, read off the domain types."""

from __future__ import annotations

import types
from collections.abc import Sequence
from typing import Annotated, TypeGuard, Union, get_args, get_origin

from pydantic import BaseModel

from sim.domain.scenario import Scenario


def fields_at(keys: Sequence[str | int]) -> tuple[str, ...]:
    """Return the names of the settings that may stand below a path.

    Parameters
    ----------
    keys : sequence of str or int
        Steps from the top of the scenario.

    Returns
    -------
    tuple of str
        Field names in file order; empty where names are free or nothing can stand.
    """
    kind = type_at(keys)
    return tuple(kind.model_fields) if _is_model(kind) else ()


def type_at(keys: Sequence[str | int]) -> object:
    """Return the type that the schema gives to a path.

    Parameters
    ----------
    keys : sequence of str or int
        Steps from the top of the scenario.

    Returns
    -------
    type or None
        A domain type, a plain type or a generic collection; None where nothing can stand.
    """
    kind: object = Scenario
    for key in keys:
        kind = _bare(_below(kind, str(key)))
    return kind


def _below(kind: object, key: str) -> object:
    if _is_model(kind):
        field = kind.model_fields.get(key)
        return field.annotation if field is not None else None
    parts = get_args(kind)
    if get_origin(kind) is dict:
        return parts[1]
    if get_origin(kind) is tuple:
        return parts[0]
    return None


def _bare(kind: object) -> object:
    """Strip constraints and the choice of leaving a value out."""
    if get_origin(kind) is Annotated:
        return _bare(get_args(kind)[0])
    if get_origin(kind) in {Union, types.UnionType}:
        return _bare(next(part for part in get_args(kind) if part is not types.NoneType))
    return kind


def _is_model(kind: object) -> TypeGuard[type[BaseModel]]:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
