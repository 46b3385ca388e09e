"""What a plant's rows speak of: items, units, places, parties, and the references that answers print."""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

RELEASED, CONCESSION, UNASSERTED, PENDING, REJECTED = "released", "concession", "not asserted", "pending", "rejected"
ISSUING = (RELEASED, CONCESSION, UNASSERTED, PENDING, REJECTED)
"""Stock of which state leaves first. Scrap leaves the other way round."""
STORAGE, LINE, TRANSIT, SUBCONTRACTOR = "storage", "production", "transit", "subcontractor"
METRIC = {"KGM": ("KGM", Fraction(1)), "GRM": ("KGM", Fraction(1, 1000)), "TNE": ("KGM", Fraction(1000)),
          "MTR": ("MTR", Fraction(1)), "CMT": ("MTR", Fraction(1, 100)), "MMT": ("MTR", Fraction(1, 1000)),
          "EA": ("EA", Fraction(1))}
"""Units of measure that everybody knows, in the base units of this plant."""


def check_digit(digits: str) -> str:
    """GS1 check digit of the digits before it."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def numbered(digits: str) -> str:
    """Digits with their check digit: a GTIN-14, GLN or SSCC."""
    return digits + check_digit(digits)


@dataclass(frozen=True)
class Unit:
    """A lot, a serial, or a container; the names of one GTIN have no issuer."""

    item: str
    lot: str | None = None
    serial: str | None = None
    issuer: str = ""
    sscc: str | None = None

    @property
    def ref(self) -> str:
        """The reference that people read and type."""
        if self.sscc:
            return f"(00){self.sscc}"
        tail = f"#{self.serial}" if self.serial is not None else f"/{self.lot}"
        return (f"{self.issuer}:" if self.issuer else "") + self.item + tail

    @property
    def lot_key(self) -> tuple[str, str, str | None]:
        """Issuer, item and lot: what an inventory counts together."""
        return (self.issuer, self.item, self.lot)


@dataclass
class Item:
    """A material: its base unit of measure, and its own conversions as (uom, from when on, factor)."""

    code: str
    uom: str
    role: str
    issuer: str = ""
    suppliers: tuple[str, ...] = ()
    serial: bool = False
    lots: bool = True
    release: bool = False
    conversions: list[tuple[str, datetime, Fraction]] = field(default_factory=list)

    @property
    def gtin(self) -> bool:
        """Whether the code is a GTIN."""
        return len(self.code) == 14

    def factor(self, uom: str, at: datetime, common: list[tuple[str, datetime, Fraction]]) -> Fraction | None:
        """Base units in one `uom` at a time; None where nobody said."""
        if uom == self.uom:
            return Fraction(1)
        for table in (self.conversions, common if self.uom == "EA" else []):
            fits = [(since, factor) for name, since, factor in table if name == uom]
            if fits:
                before = [pair for pair in fits if pair[0] <= at]
                return max(before)[1] if before else min(fits)[1]
        base, factor = METRIC.get(uom, ("", Fraction(0)))
        return factor if base == self.uom else None


@dataclass(frozen=True)
class Party:
    """A company; the number of a GLN has 13 digits."""

    number: str
    name: str
    role: str

    @property
    def ref(self) -> str:
        """How answers name it."""
        return f"(417){self.number}" if len(self.number) == 13 else f"party:{self.number}"


@dataclass(frozen=True)
class Place:
    """A location: what it is for, and who holds it where that is not the plant."""

    number: str
    use: str
    owner: Party | None = None
    stated_use: bool = True
    within: str = ""
    towards: str = ""
    """Reference of the place where stock in own transit goes; there is no such place to stand in."""

    @property
    def ref(self) -> str:
        """How answers name it."""
        return f"(414){self.number}" if len(self.number) == 13 else f"location:{self.number}"


@dataclass
class Row:
    """One fact of one kind. Values are texts, times, dates, fractions; `unit` is written in a form of the file's choice."""

    kind: str
    at: datetime
    values: dict[str, object]
    unit: Unit | None = None
    serial_to: str | None = None
    number: int = 0

    def speaks_of(self, words: set[str]) -> bool:
        """Whether a cell names one of some units."""
        named = {self.unit.ref} if self.unit else set()
        if self.unit and self.unit.lot:
            named.add(Unit(self.unit.item, self.unit.lot, None, self.unit.issuer).ref)
        return bool((named | {str(value) for value in self.values.values()}) & words)
