"""Ways in which a row may be bad: what to write instead, and where the fault must be found."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from things import Row
from writer import Cells, Dialect, cells_of


@dataclass(frozen=True)
class Badness:
    """`spoil` changes the cells; the fault is to be reported in `column`. `names` says whether the row still names its unit."""

    name: str
    column: str
    fits: Callable[[Row, Cells, Dialect], bool]
    spoil: Callable[[Cells], None]
    names: bool = True


def set_to(column: str, value: str) -> Callable[[Cells], None]:
    """Writes a value."""
    return lambda cells: cells.update({column: value})


def without(column: str) -> Callable[[Cells], None]:
    """Leaves a value out."""
    return lambda cells: cells.pop(column)


def has(column: str, *kinds: str) -> Callable[[Row, Cells, Dialect], bool]:
    """Rows that fill a column, of all kinds or of some."""
    return lambda row, cells, dialect: column in cells and (not kinds or row.kind in kinds)


def of_type(*types: str) -> Callable[[Row, Cells, Dialect], bool]:
    """Moves of some types of a lot."""
    return lambda row, cells, dialect: cells.get("type") in types and row.unit.lot is not None and row.unit.serial is None


def wrong_digit(column: str) -> Callable[[Cells], None]:
    """Another check digit."""
    return lambda cells: cells.update({column: cells[column][:-1] + str((int(cells[column][-1]) + 3) % 10)})


FLOWS = ("production", "consumption", "shipments")
BADNESS = (
    Badness("decimal comma", "quantity", lambda row, cells, dialect: "quantity" in cells and not dialect.comma, set_to("quantity", "12,5")),
    Badness("thousands", "quantity", lambda row, cells, dialect: "quantity" in cells and dialect.comma, set_to("quantity", "1.200,5")),
    Badness("nothing", "quantity", has("quantity", *FLOWS), set_to("quantity", "0")),
    Badness("negative", "quantity", has("quantity"), set_to("quantity", "-3")),
    Badness("no number", "quantity", has("quantity"), set_to("quantity", "a dozen")),
    Badness("no time", "at", has("at"), without("at")),
    Badness("no such day", "at", has("at"), set_to("at", "2025-02-30T08:00:00Z")),
    Badness("no offset", "at", lambda row, cells, dialect: dialect.json or not dialect.zone, set_to("at", "2025-01-07T08:00:00")),
    Badness("day alone", "at", has("at"), set_to("at", "2025-01-07")),
    Badness("check digit of an item", "gtin", has("gtin"), wrong_digit("gtin"), names=False),
    Badness("check digit of a place", "location", lambda row, cells, dialect: len(cells.get("location", "")) == 13, wrong_digit("location")),
    Badness("spreadsheet", "lot", has("lot"), set_to("lot", "1.23457E+11"), names=False),
    Badness("no such type", "type", has("type"), set_to("type", "teleport")),
    Badness("no such status", "status", has("status", "status"), set_to("status", "okay")),
    Badness("no such basis", "basis", has("basis"), set_to("basis", "guessed")),
    Badness("no measure", "uom", has("quantity"), without("uom")),
    Badness("long measure", "uom", has("uom"), set_to("uom", "KILOGRAMS_AND_MORE")),
    Badness("no day", "expires_on", has("expires_on"), set_to("expires_on", "31.12.2029")),
    Badness("range of another length", "serial_to", has("serial_to"), set_to("serial_to", "D1")),
    Badness("range backwards", "serial_to", has("serial_to"), lambda cells: cells.update(serial_to=cells["serial"][:-5] + "00000")),
    Badness("no container", "container", has("container"), without("container")),
    Badness("nothing to become", "into", has("into"), without("into")),
    Badness("count of nothing", "quantity", of_type("count", "adjust_in", "adjust_out", "scrap", "sample"),
            lambda cells: (cells.pop("quantity"), cells.pop("uom")) and None),
    Badness("no hold", "hold", has("hold"), without("hold")),
    Badness("no order", "order", has("order", "consumption", "production"), without("order")),
)


def choices(rows: list[Row], dialects: dict[int, Dialect], badness: Badness) -> list[Row]:
    """Rows that can be bad in a way."""
    return [row for row in rows if row.unit and badness.fits(row, cells_of(row, dialects[row.number]), dialects[row.number])]
