"""Read a workbook back: rows of plain values by sheet, and what its cells are."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.etree import ElementTree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
Cell = str | float | bool | None


def read_workbook(path: Path) -> dict[str, list[list[Cell]]]:
    """Return the rows of every sheet; empty cells are None."""
    with zipfile.ZipFile(path) as parts:
        book = ElementTree.fromstring(parts.read("xl/workbook.xml"))
        names = [sheet.get("name", "") for sheet in book.iter(f"{MAIN}sheet")]
        texts = [parts.read(f"xl/worksheets/sheet{place}.xml") for place in range(1, len(names) + 1)]
    return {name: _rows(ElementTree.fromstring(text)) for name, text in zip(names, texts, strict=True)}


def parts_of(path: Path, tag: str) -> list[dict[str, str]]:
    """Return the attributes of all elements of a kind in the first sheet."""
    with zipfile.ZipFile(path) as parts:
        sheet = ElementTree.fromstring(parts.read("xl/worksheets/sheet1.xml"))
    return [dict(element.attrib) for element in sheet.iter(f"{MAIN}{tag}")]


def _rows(sheet: ElementTree.Element) -> list[list[Cell]]:
    rows = []
    for row in sheet.iter(f"{MAIN}row"):
        cells: list[Cell] = []
        for cell in row.iter(f"{MAIN}c"):
            place = _column(cell.get("r", ""))
            cells += [None] * (place - len(cells)) + [_value(cell)]
        rows.append(cells)
    return rows


def _column(name: str) -> int:
    """Return the position of a cell such as B7 in its row, from 0."""
    place = 0
    for letter in name.rstrip("0123456789"):
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


def _value(cell: ElementTree.Element) -> Cell:
    text = "".join(cell.itertext())
    match cell.get("t"):
        case "inlineStr":
            return text
        case "b":
            return text == "1"
        case _:
            return float(text)
