"""Writes rows as files of plain rows: CSV in several dialects, and NDJSON.

What belongs to a row (its id, the offset of its time, how it names its unit) depends on the row alone, so that the same row
in another file says the same. Dialect, order and file are drawn anew by each writer.
"""
from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from fractions import Fraction
from pathlib import Path

from things import Row

Cells = dict[str, str]
OFFSETS = (0, 480, 60, -300)
WITH_ID = ("receipts", "production", "consumption", "moves", "shipments", "returns", "status", "orders")


@dataclass(frozen=True)
class Dialect:
    """How a file is written."""

    json: bool = False
    delimiter: str = ","
    encoding: str = "utf-8"
    comma: bool = False
    zone: bool = False
    crlf: bool = False

    @property
    def words(self) -> list[str]:
        """Options of ingest."""
        words = []
        if not self.json:
            words += ["--delimiter", {"\t": "tab"}.get(self.delimiter, self.delimiter)] if self.delimiter != "," else []
            words += ["--encoding", "gb18030"] if self.encoding == "gb18030" else []
            words += ["--decimal-comma"] if self.comma else []
            words += ["--timezone", "+08:00"] if self.zone else []
        return words


@dataclass
class File:
    """A written file: its rows and the line of each."""

    path: Path
    dialect: Dialect
    rows: list[Row]
    lines: dict[int, int] = field(default_factory=dict)

    @property
    def words(self) -> list[str]:
        """Options of ingest."""
        return self.dialect.words


def decimal_text(amount: Fraction, comma: bool) -> str:
    """An exact decimal."""
    places = next(places for places in range(19) if (amount * 10**places).denominator == 1)
    digits = str(int(abs(amount) * 10**places)).rjust(places + 1, "0")
    text = digits if places == 0 else f"{digits[:-places]}{',' if comma else '.'}{digits[-places:]}"
    return "-" + text if amount < 0 else text


def time_text(moment: datetime, minutes: int, dialect: Dialect) -> str:
    """A time at an offset; without it where the file's option says it."""
    local = moment.astimezone(timezone(timedelta(minutes=minutes)))
    text = local.strftime("%Y-%m-%d %H:%M:%S" if dialect.crlf else "%Y-%m-%dT%H:%M:%S")
    if dialect.zone and not dialect.json and minutes == 480:
        return text
    sign, rest = ("-" if minutes < 0 else "+"), abs(minutes)
    return text + ("Z" if minutes == 0 else f"{sign}{rest // 60:02d}:{rest % 60:02d}")


def unit_cells(row: Row) -> Cells:
    """How a row names its unit: in columns, or in one text."""
    unit = row.unit
    if unit is None:
        return {}
    if unit.sscc:
        return {"unit": unit.ref}
    form = row.number % 4 if row.serial_to is None else 0
    gtin = len(unit.item) == 14 and unit.item.isdigit()
    if form == 1 and gtin:
        lot = f"(10){unit.lot}" if unit.lot else ""
        return {"unit": f"(01){unit.item}{lot}" + (f"(21){unit.serial}" if unit.serial else "")}
    if form == 2 and (unit.lot is None or unit.serial is None):
        return {"unit": unit.ref}
    names = {"gtin" if gtin and row.number % 3 else "item": unit.item, "lot": unit.lot, "serial": unit.serial,
             "serial_to": row.serial_to, "issuer": unit.issuer}
    return {name: value for name, value in names.items() if value}


def cells_of(row: Row, dialect: Dialect) -> Cells:
    """All cells of a row as texts."""
    minutes = OFFSETS[row.number % 4]
    cells = {"id": f"{row.kind[:2].upper()}-{row.number:06d}"} if row.kind in WITH_ID and row.number % 3 else {}
    cells["at" if row.kind in WITH_ID else "valid_from"] = time_text(row.at, minutes, dialect)
    cells |= unit_cells(row)
    for name, value in row.values.items():
        if isinstance(value, datetime):
            cells[name] = time_text(value, minutes, dialect)
        elif isinstance(value, bool):
            cells[name] = "yes" if value else "no"
        elif isinstance(value, Fraction):
            cells[name] = decimal_text(value, dialect.comma and not dialect.json)
        else:
            cells[name] = value.isoformat() if isinstance(value, date) else str(value)
    return cells


Spoil = Callable[[Cells, Dialect], None]


class Writer:
    """Writes all rows of a plant; `spoil` changes cells of single rows, by number."""

    def __init__(self, rows: list[Row], folder: Path, seed: str, spoil: dict[int, Spoil] | None = None) -> None:
        """Nothing is written yet."""
        self.rows, self.folder, self.spoil = rows, folder, spoil or {}
        self.chance = random.Random(f"writer {seed}")

    def dialect(self) -> Dialect:
        """A random dialect."""
        chance = self.chance
        if chance.random() < 0.25:
            return Dialect(json=True)
        encoding = chance.choice(("utf-8", "utf-8", "utf-8-sig", "gb18030"))
        # A byte of | may be half of a character of GB18030.
        delimiter = chance.choice(",,;\t" if encoding == "gb18030" else ",,;|\t")
        return Dialect(False, delimiter, encoding, chance.random() < 0.3, chance.random() < 0.4, chance.random() < 0.3)

    def write(self) -> list[File]:
        """One to three files per kind, in random order of dialects and within them; rows in random order."""
        self.folder.mkdir(parents=True, exist_ok=True)
        files, dialects = [], [self.dialect() for _ in range(4)]
        for kind in sorted({row.kind for row in self.rows}):
            rows = [row for row in self.rows if row.kind == kind]
            self.chance.shuffle(rows)
            parts = self.chance.randint(1, 3)
            files += [self.write_file(f"{kind}{self.chance.choice('-_')}{part}", rows[part::parts], self.chance.choice(dialects))
                      for part in range(parts) if rows[part::parts]]
        self.chance.shuffle(files)
        return sorted(files, key=lambda file: dialects.index(file.dialect))

    def write_file(self, name: str, rows: list[Row], dialect: Dialect) -> File:
        """One file."""
        file = File(self.folder / f"{name}.{'ndjson' if dialect.json else 'csv'}", dialect, rows)
        table = []
        for line, row in enumerate(rows, 1 if dialect.json else 2):
            cells = cells_of(row, dialect)
            self.spoil.get(row.number, lambda cells, dialect: None)(cells, dialect)
            table.append(cells)
            file.lines[row.number] = line
        text = self.json_text(table) if dialect.json else self.csv_text(table, dialect)
        file.path.write_bytes(text.encode(dialect.encoding))
        return file

    def json_text(self, table: list[Cells]) -> str:
        """One object a line; some cells without value are null, some quantities are numbers."""
        lines = []
        for cells in table:
            pairs = [f"{json.dumps(name)}: {self.json_value(name, value)}" for name, value in cells.items()]
            pairs += ['"reported_at": null'] if "reported_at" not in cells and "at" in cells and self.chance.random() < 0.1 else []
            self.chance.shuffle(pairs)
            lines.append("{" + ", ".join(pairs) + "}\n")
        return "".join(lines)

    def json_value(self, name: str, value: str) -> str:
        """A text; a quantity may be a number."""
        number = name == "quantity" and value.replace(".", "").isdigit() and self.chance.random() < 0.5
        return value if number else json.dumps(value, ensure_ascii=self.chance.random() < 0.5)

    def csv_text(self, table: list[Cells], dialect: Dialect) -> str:
        """Header and rows; columns in random order, those without any value left out."""
        columns = sorted({name for cells in table for name in cells})
        self.chance.shuffle(columns)
        out = io.StringIO()
        quoting = self.chance.choice((csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
        made = csv.writer(out, delimiter=dialect.delimiter, quoting=quoting, lineterminator="\r\n" if dialect.crlf else "\n")
        made.writerow(columns)
        for cells in table:
            made.writerow([self.padded(cells.get(name, "")) for name in columns])
        return out.getvalue()

    def padded(self, value: str) -> str:
        """Blanks around a value belong to nothing."""
        return f" {value} " if value and self.chance.random() < 0.01 else value
