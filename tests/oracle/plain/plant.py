"""The plant: its master data, its clock, its world, and the rows that tell of it. Operations are in warehouse.py, making.py,
selling.py and judging.py; factory.py runs them."""
from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from fractions import Fraction

from things import LINE, STORAGE, SUBCONTRACTOR, TRANSIT, Item, Party, Place, Row, Unit, numbered
from world import Pallet, State, World

START = datetime(2025, 1, 6, 6, 0, tzinfo=timezone.utc)
BOX = Fraction(12)
OWN = "400712345"
LOT_TEXTS = ("4711", "A1", "a1", "2025/03", "0042", "42", "B 7", "批次9", "L#1")
STATED, SPARING, ONE_BIN = "stated", "sparing", "one bin"
"""Whether rows say where stock left from: always; not where the lot lies at one place only; never, in a plant of one bin."""


@dataclass(frozen=True)
class Options:
    """What to simulate. `size` is the number of operations."""

    seed: int = 1
    size: int = 200

    @property
    def mode(self) -> str:
        """How withdrawals are told."""
        return {0: ONE_BIN, 2: SPARING}.get(self.seed % 4, STATED)


@dataclass
class Shipment:
    """What left under one row: affected units with base quantity and the quantity as it was stated."""

    at: datetime
    customer: Party
    units: dict[Unit, Fraction]
    stated: list[tuple[Unit, Fraction, str]]
    voided: datetime | None = None


@dataclass
class Turn:
    """Part of a lot became, or joined, another lot of the same item; base quantity."""

    at: datetime
    lot: Unit
    into: Unit
    quantity: Fraction


@dataclass
class History:
    """What happened, for walks: flow through processes, members of lots, shipments and returns."""

    flow: list[tuple[datetime, str, str, Unit]] = field(default_factory=list)
    members: list[tuple[datetime, Unit, Unit]] = field(default_factory=list)
    shipments: list[Shipment] = field(default_factory=list)
    returns: list[tuple[datetime, Party, Unit]] = field(default_factory=list)
    supplied: list[tuple[datetime, str, Unit]] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)


class Plant:
    """World, clock, and rows. Each operation changes the world and writes the row that tells it."""

    def __init__(self, options: Options) -> None:
        """A plant with described items, places and parties, and nothing in it."""
        self.options = options
        self.mode = options.mode
        self.chance = random.Random(f"rows {options.seed} {options.size}")
        self.world, self.history = World(), History()
        self.rows: list[Row] = []
        self.states: dict[datetime, State] = {}
        self.now = START
        self.counter = 0
        self.lots: list[Unit] = []
        self.found_parties()
        self.found_places()
        self.found_items()
        self.describe()

    # Master data

    def found_parties(self) -> None:
        """Suppliers, customers and a subcontractor."""
        self.suppliers = [Party("SUP-A", "Titan AG", "supplier"), Party("SUP-B", "钢铁有限公司", "supplier"),
                          Party(numbered("400000100001"), "Schläuche GmbH", "supplier")]
        self.customers = [Party("C-2001", "深圳医院", "hospital"), Party("C-2002", "Clinic \"North\", Ltd", "hospital"),
                          Party(numbered("400000200001"), "Wholesale; Berlin", "distributor")]
        self.coater = Party("SUB-1", "Coating KG", "subcontractor")
        self.us = Party("ME", "Devices Ltd", "manufacturer")

    def found_places(self) -> None:
        """Bins of all uses; of the one-bin plant, one."""
        bin1 = Place("WH-01", STORAGE)
        self.places = [bin1]
        if self.mode != ONE_BIN:
            self.places += [Place("WH-02", STORAGE, stated_use=False, within="SITE"), Place(numbered("400712345001"), STORAGE, within="SITE"),
                            Place("LINE-1", LINE, within="SITE"), Place("LINE-2", LINE), Place("TRUCK", TRANSIT),
                            Place("COAT-1", SUBCONTRACTOR), Place("COAT-2", SUBCONTRACTOR, self.coater, stated_use=False),
                            Place("C-2001-STORE", STORAGE, self.customers[0])]

    def found_items(self) -> None:
        """Materials, parts and devices, with their conversions."""
        later = START + timedelta(days=self.chance.randrange(20, 60))
        self.common = [("BOX", START, BOX)]
        roll = [("ROLL", START, Fraction(50)), ("ROLL", later, Fraction(40))]
        self.items = [Item("RM-TI", "KGM", "raw", issuer=issuer, suppliers=(issuer,)) for issuer in ("SUP-A", "SUP-B")]
        tube, screw = self.suppliers[2].number, ("SUP-A", "SUP-B")
        self.items += [Item("TUBE", "MTR", "raw", suppliers=(tube,), conversions=roll),
                       Item("SCREW", "EA", "raw", suppliers=screw, release=True),
                       Item(numbered("0400712345101"), "EA", "raw", suppliers=screw,
                            conversions=[("BOX", START, Fraction(20)), ("THIRD", START, Fraction(1, 3))]),
                       Item("MOTOR", "EA", "component", suppliers=(tube,), serial=True, lots=False),
                       Item("CHIPS", "KGM", "by-product"), Item("BODY", "EA", "part"),
                       Item(numbered("0400712345201"), "EA", "device", release=True),
                       Item(numbered("0400712345202"), "EA", "label", release=True),
                       Item(numbered("0400712345203"), "EA", "serial device", serial=True, release=True)]

    def item(self, role: str) -> Item:
        """The item of a role that only one has."""
        return next(item for item in self.items if item.role == role)

    def describe(self) -> None:
        """Rows of the master data."""
        since = START - timedelta(days=5)
        for party in (*self.suppliers, *self.customers, self.coater, self.us):
            self.tell("parties", since, party=party.number, name=party.name, role=party.role, country="DE")
        for place in self.places:
            self.tell("locations", since, location=place.number, name=f"Place {place.number}", use=place.use if place.stated_use else None,
                      owner=place.owner.number if place.owner else None, within=place.within)
        for item in self.items:
            self.tell("items", since, **self.item_cells(item), name=f"Item {item.role}", uom=item.uom, lot_tracked=item.lots,
                      serial_tracked=item.serial, release_required=item.release or None)
            for uom, at, factor in item.conversions:
                self.tell("units", at, **self.item_cells(item), uom=uom, factor=factor_text(factor), base_uom=item.uom)
        self.tell("aliases", since, party=self.customers[0].number, alias="K-77", alias_type="customer", owner=self.suppliers[0].number)
        for uom, at, factor in self.common:
            self.tell("units", at, uom=uom, factor=factor_text(factor), base_uom="EA")

    @staticmethod
    def item_cells(item: Item) -> dict[str, object]:
        """Columns that name an item."""
        return {"gtin" if item.gtin else "item": item.code, "issuer": item.issuer or None}

    # Rows

    def tell(self, kind: str, at: datetime, unit: Unit | None = None, serial_to: str | None = None, **values: object) -> Row:
        """Writes a row."""
        cells = {name: value for name, value in values.items() if value not in (None, "")}
        row = Row(kind, at, cells, unit, serial_to, len(self.rows))
        self.rows.append(row)
        return row

    def fact(self, kind: str, change: Callable[[], None], unit: Unit, at_once: bool = False, **values: object) -> Row:
        """Something happens: the world changes, and a row tells it. `at_once`: at the time of the fact before."""
        if not at_once:
            self.now += timedelta(minutes=self.chance.randrange(1, 1200), seconds=self.chance.randrange(60))
        change()
        self.states[self.now] = self.world.state()
        row = self.tell(kind, self.now, unit, **values)
        if self.maybe(0.2):
            row.values["reported_at"] = self.now + timedelta(minutes=self.chance.randrange(1, 3000))
        return row

    def measured(self, lot: Unit, quantity: Fraction) -> dict[str, object]:
        """Columns that state a base quantity, in a unit of measure in which it is an exact decimal."""
        item = self.world.items[lot]
        names = [item.uom] + [name for name in ("GRM", "CMT", "MMT", "TNE", "BOX", "ROLL", "THIRD")
                              if item.factor(name, self.now, self.common)]
        fits = [(name, quantity / item.factor(name, self.now, self.common)) for name in names]
        fits = [(name, amount) for name, amount in fits if exact(amount)]
        name, amount = fits[0] if self.maybe(0.5) else self.chance.choice(fits)
        return {"quantity": amount, "uom": name}

    # Chance

    def maybe(self, probability: float) -> bool:
        """True with a probability."""
        return self.chance.random() < probability

    def next_number(self) -> int:
        """A running number."""
        self.counter += 1
        return self.counter

    def some(self, item: Item, most: Fraction, whole: float = 0.25) -> Fraction:
        """A part of a quantity, sometimes all of it."""
        if most <= 0 or self.maybe(whole):
            return most
        step = {"EA": Fraction(1), "MTR": Fraction(1, 2)}.get(item.uom, Fraction(1, 8))
        steps = int(most / step)
        return step * self.chance.randint(1, steps) if steps else most

    def stock(self, roles: tuple[str, ...] = (), uses: tuple[str, ...] = ()) -> list[tuple[Unit, Place]]:
        """Lots that lie free somewhere in the plant's hands and are one owner's there."""
        pairs = {(lot, place) for lot, place, _, _ in self.world.bins}
        return sorted((pair for pair in pairs
                       if (not roles or self.world.items[pair[0]].role in roles) and (not uses or pair[1].use in uses)
                       and not pair[1].towards and self.world.free(*pair) > 0 and len(self.world.owners(*pair)) == 1),
                      key=lambda pair: (pair[0].ref, pair[1].number))

    def pick(self, pairs: list) -> object | None:
        """One of them, or none."""
        return self.chance.choice(pairs) if pairs else None

    def serials(self, roles: tuple[str, ...] = (), uses: tuple[str, ...] = ()) -> list[Unit]:
        """Pieces here that lie in no pallet."""
        return [unit for unit, piece in self.world.pieces.items()
                if piece.place and not piece.place.towards and (not roles or self.world.items[unit].role in roles) and (not uses or piece.place.use in uses)
                and not self.world.in_pallet(unit)]

    def place(self, *uses: str) -> Place:
        """A place of some use in the plant's own hands; where there is none, the first bin."""
        fits = [place for place in self.places if place.use in uses and place.owner is None]
        return self.chance.choice(fits) if fits else self.places[0]

    def stand(self, **column: Place) -> dict[str, object]:
        """The column that says where something leaves from."""
        if self.mode == ONE_BIN:
            return {}
        return {name: place.number for name, place in column.items()}

    def leaving(self, lot: Unit, **column: Place) -> dict[str, object]:
        """The same for a lot, left out by the sparing where the lot lies nowhere else."""
        if self.mode == SPARING and len(self.world.places(lot)) == 1 and self.maybe(0.5):
            return {}
        return self.stand(**column)

    def run_of(self, first: Unit, most: int, fits: Callable[[Unit], bool]) -> list[Unit]:
        """Pieces whose serials follow each other from one on, as long as they fit."""
        head, digits = split_serial(first.serial)
        found = [first]
        while len(found) < most:
            following = Unit(first.item, None, f"{head}{int(digits) + len(found):0{len(digits)}d}", first.issuer)
            if len(following.serial) != len(first.serial) or following not in self.world.pieces or not fits(following):
                break
            found.append(following)
        return found

    def alike(self, unit: Unit) -> Callable[[Unit], bool]:
        """Whether another piece is of the same lot at the same place, outside of pallets."""
        here = self.world.pieces[unit]
        return lambda other: (self.world.pieces[other].place == here.place and self.world.pieces[other].lot == here.lot
                              and not self.world.in_pallet(other))

    def named(self, pieces: list[Unit]) -> dict[str, object]:
        """Unit columns of a run of pieces: one, or a range."""
        lot = self.world.pieces[pieces[0]].lot
        unit = Unit(pieces[0].item, lot.lot if lot else None, pieces[0].serial, pieces[0].issuer)
        return {"unit": unit, "serial_to": pieces[-1].serial if len(pieces) > 1 else None}

    def document(self, head: str) -> str:
        """A number of a paper."""
        return f"{head}{self.next_number():06d}"

    def new_pallet(self, place: Place) -> Pallet:
        """An empty container."""
        sscc = numbered(f"3{OWN}{self.next_number():07d}")
        return Pallet(Unit("", sscc=sscc), place)


def split_serial(text: str) -> tuple[str, str]:
    """Head and tail of digits."""
    head = text.rstrip("0123456789")
    return head, text[len(head):]


def exact(amount: Fraction) -> bool:
    """Whether a fraction is a decimal of few places."""
    return (amount * 10**6).denominator == 1


def factor_text(factor: Fraction) -> str:
    """A conversion factor as the format wants it."""
    return str(factor)
