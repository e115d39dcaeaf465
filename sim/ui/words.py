"""Words on a page: text from files is shown as it is, only the app's own marks are read as marks."""

from __future__ import annotations

import re

MARKS = re.compile(
    r"""[\\`*~$]                        # code, emphasis, strokes, formulas
    |(?<![A-Za-z0-9])_|_(?![A-Za-z0-9]) # emphasis, but not an underscore inside a name
    |\](?=[(\[:])                       # links and pictures
    |:(?=[a-z-]+\[)                     # colors
    |(?m:^)(?:\#|>)                     # headings and quotations
    """,
    re.VERBOSE,
)
TICKS = re.compile("`+")


def plain(text: str) -> str:
    r"""Return text that a page shows as it is: nothing in it is a mark of Markdown, nor a lone dash a bullet.

    Examples
    --------
    >>> print(plain("$5 for *one* `odds_ratio` [here](there)"))
    \$5 for \*one\* \`odds_ratio\` [here\](there)
    """
    return r"\-" if text == "-" else MARKS.sub(r"\\\g<0>", text)


def marked(text: str) -> str:
    """Return text of the app's own with its marks, but no formula between dollar signs."""
    return text.replace("$", r"\$")


def coded(text: str) -> str:
    """Return text as code, whatever backticks are in it.

    Examples
    --------
    >>> coded("run.seed = 7"), coded("a`b")
    ('`run.seed = 7`', '`` a`b ``')
    """
    longest = max(map(len, TICKS.findall(text)), default=0)
    fence, space = "`" * (longest + 1), " " if longest else ""
    return f"{fence}{space}{text}{space}{fence}"
