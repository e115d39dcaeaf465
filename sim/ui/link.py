"""Widgets whose values stand in the address, so that a link shows the same page to somebody else.

Values that are the default are left out. What a link asks for and cannot be had is told, never shown.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any, Generic, ParamSpec, TypeVar, cast
from urllib.parse import urlencode

import streamlit as st

from sim.report.numbers import joined
from sim.scenario_io.what_if import as_typed
from sim.scenario_io.yaml_file import Plain
from sim.ui import session

SET = "set"
"""Name of what-ifs in the address, as on the command line; it may come several times."""
LONGEST_SHOWN = 40
T = TypeVar("T")
P = ParamSpec("P")


def seeded(key: str, default: T, read: Callable[[str], T], is_possible: Callable[[Any], bool]) -> T:
    """Return the value a widget is to have: the session's, else that of the link, else the default.

    Parameters
    ----------
    key : str
        Of the widget, and name in the address.
    default : object
        Value that is left out of the address.
    read : callable
        Turns a text of the address into a value; ValueError if it is none.
    is_possible : callable
        Tells whether the widget can have a value now.

    Returns
    -------
    object
        The value, also put into the session; a note is kept where the link asked for something else.
    """
    if (now := session.value(key)) is None or not is_possible(now):
        now = _asked(key, default, read, is_possible) if now is None else default
    session.set_value(key, now)
    if now != default:
        tell(key, now)
    return cast("T", now)


def _asked(key: str, default: T, read: Callable[[str], T], is_possible: Callable[[Any], bool]) -> T:
    texts = session.link_asked().pop(key, [])
    if not texts:
        return default
    try:
        found = read(texts[-1])
        if is_possible(found):
            return found
    except ValueError:
        pass
    asked = shown(texts[-1])
    session.note(f"The link asks for {key} “{asked}”, which is not possible here; {default} is taken.")
    return default


def tell(key: str, value: object) -> None:
    """Let a value stand in the address of this page."""
    if isinstance(value, list):
        text = ",".join(value)
    elif isinstance(value, float) and value.is_integer():
        text = str(int(value))
    else:
        text = str(value)
    session.telling()[key] = text


@dataclass(frozen=True, slots=True)
class Prepared(Generic[T]):
    """A widget whose value is known before it is drawn: what depends on it need not wait for the drawing.

    Parameters
    ----------
    value : object
        Its value.
    draw : callable
        Draws it where it is called.
    """

    value: T
    draw: Callable[[], object]

    def drawn(self) -> T:
        """Draw it now; return its value."""
        self.draw()
        return self.value


def prepared_choice(
    label: str,
    options: Sequence[str],
    *,
    key: str,
    default: str | None = None,
    format_func: Callable[[str], str] = str,
    draw: Callable[..., Any] = st.selectbox,
    **more: Any,  # noqa: ANN401  handed on to the widget
) -> Prepared[str]:
    """Prepare a choice of one whose value stands in the address.

    Parameters
    ----------
    label : str
        Above the widget.
    options : sequence of str
        At least one.
    key : str
        Of the widget, and name in the address.
    default : str, optional
        Left out = the first.
    format_func : callable
        From an option to its text.
    draw : callable
        Such as ``st.selectbox``, ``st.radio`` or ``st.segmented_control``.
    **more
        Handed on.

    Returns
    -------
    Prepared of str
        The option.
    """
    first = options[0] if default is None else default
    chosen = seeded(key, first, str, lambda option: option in options)
    widget = partial(draw, label, options, key=key, format_func=format_func, persist_state="session", **more)
    return Prepared(str(chosen), widget)


def prepared_number(
    label: str,
    *,
    key: str,
    default: float,
    low: float,
    high: float,
    draw: Callable[..., Any] = st.number_input,
    **more: Any,  # noqa: ANN401  handed on to the widget
) -> Prepared[float]:
    """Prepare a number whose value stands in the address; whole where the default is a whole number.

    Parameters
    ----------
    label, key, default, draw, **more
        As for `prepared_choice`.
    low, high : float
        Smallest and largest value.

    Returns
    -------
    Prepared of float
        The number, an int where the default is one.
    """
    kind = type(default)
    now = seeded(key, default, kind, lambda value: isinstance(value, int | float) and low <= value <= high)
    widget = partial(
        draw, label, min_value=kind(low), max_value=kind(high), key=key, persist_state="session", **more
    )
    return Prepared(kind(now), widget)


def prepared_several(
    label: str,
    options: Sequence[str],
    *,
    key: str,
    labels: Mapping[str, str],
    **more: Any,  # noqa: ANN401
) -> Prepared[list[str]]:
    """Prepare a choice of several whose keys stand in the address; at first all are chosen.

    Parameters
    ----------
    label, key, **more
        As for `prepared_choice`.
    options : sequence of str
        All that can be chosen, in their order.
    labels : mapping
        Text of each.

    Returns
    -------
    Prepared of list of str
        Those chosen, in the order of the options.
    """

    def is_possible(value: object) -> bool:
        return isinstance(value, list) and bool(value) and set(value) <= set(options)

    chosen = seeded(key, list(options), lambda text: text.split(","), is_possible)
    widget = partial(
        st.multiselect,
        label, options, key=key, format_func=labels.__getitem__, persist_state="session", **more,
    )  # fmt: skip
    return Prepared([option for option in options if option in chosen], widget)


def _at_once(prepare: Callable[P, Prepared[T]]) -> Callable[P, T]:
    """Return what prepares a widget, draws it and returns its value."""

    @wraps(prepare)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> T:
        return prepare(*args, **kwargs).drawn()

    return drawn


choose = _at_once(prepared_choice)
number = _at_once(prepared_number)
choose_several = _at_once(prepared_several)


def typed(what_ifs: Mapping[str, Plain]) -> list[str]:
    """Return what-ifs as an address and the command line have them."""
    return list(as_typed(what_ifs))


def what_ifs_asked() -> dict[str, Plain]:
    """Return the what-ifs of the link that opened this session, once; what is no ``path=value`` is told."""
    found: dict[str, Plain] = {}
    odd = []
    for text in session.link_asked().pop(SET, []):
        path, _, value = text.partition("=")
        try:
            found[path] = json.loads(value)
        except (ValueError, RecursionError):
            odd.append(text)
    if odd:
        told = joined([f"“{shown(text)}”" for text in odd])
        session.note(f"The link asks for changes that cannot be read and are left out: {told}.")
    return found


def write(always: Mapping[str, str | list[str]]) -> None:
    """Put what this page told, and what every link has, into the address."""
    told = {**always, **session.take_told()}
    now = {key: st.query_params.get_all(key) for key in st.query_params}
    if {key: [value] if isinstance(value, str) else value for key, value in told.items()} != now:
        st.query_params.from_dict(told)


def address_of(always: Mapping[str, str | list[str]]) -> str:
    """Return the whole address of this page, as far as it is drawn."""
    told = urlencode({**always, **session.telling()}, doseq=True)
    return f"{st.context.url or ''}{f'?{told}' if told else ''}"


def shown(text: str) -> str:
    """Return a text of an address as a message may show it."""
    plain = "".join(letter if letter.isprintable() else "?" for letter in text)
    return plain if len(plain) <= LONGEST_SHOWN else f"{plain[:LONGEST_SHOWN]}…"
