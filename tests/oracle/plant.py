"""The plant: its stock, its clock and the events it emits. Operations are in production.py, logistics.py, ghosts.py."""
from __future__ import annotations

import copy
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from fractions import Fraction

import gs1
from material import Parcel, Truth, draw
from writer import MAKER, OWN, PREFIXES, Party, Writer, gtin

FEATURES = ("equal_lots split_merge shared_id serials assembly sterile rework pack unpack ship void return destroy "
            "withdraw withdraw_first late no_id mixed_forms master_data class_level opaque no_origin no_party "
            "lot_level_use noise").split()
EXTRA = "class_mixed serial_parent partial_lot_ship direct_repack".split()
"""Situations in which careful readers differ; off unless asked for."""

KGM, EACH = "KGM", ""
BOUGHT = {gtin(PREFIXES[1], 11): KGM, gtin(PREFIXES[2], 22): KGM, gtin(PREFIXES[3], 33): KGM, gtin(PREFIXES[2], 5): EACH}
SCREW = gtin(PREFIXES[2], 5)
MOTOR = gtin(PREFIXES[4], 1)
COMPOUND, GRANULATE, TUBING, STERILE, DEVICE, KIT = (gtin(OWN, number) for number in range(101, 107))
LOT_TEXTS = ("A1", "a1", "A2", "B/7", "2026%01", "C+3", "L-0042", "L0042", "X.9", "K&2", "Z_4")
START = datetime(2026, 1, 5, 6, 0, tzinfo=timezone.utc)


@dataclass(frozen=True)
class Options:
    """What to generate. `size` is the number of operations."""

    seed: int = 1
    size: int = 60
    files: int = 4
    features: frozenset[str] = frozenset(FEATURES)


@dataclass
class Lot:
    """Material of a lot (or of a class without lot) in stock."""

    key: str
    uom: str
    parcels: list[Parcel] = field(default_factory=list)
    serialised: bool = False

    @property
    def amount(self) -> Fraction:
        """What is left in stock."""
        return sum((parcel.size for parcel in self.parcels), Fraction(0))


@dataclass
class Serial:
    """One serial piece in stock."""

    key: str
    lot_text: str
    parcel: Parcel
    parts: list["Serial"] = field(default_factory=list)


@dataclass
class Case:
    """An SSCC with what lies in it."""

    key: str
    serials: list[Serial] = field(default_factory=list)
    portions: list[Lot] = field(default_factory=list)
    cases: list["Case"] = field(default_factory=list)


@dataclass
class Shipment:
    """What left, to whom, under which document."""

    party: Party
    paper: str
    items: Case
    container: Case | None


@dataclass
class Emitted:
    """An event with its place: the file in time order unless `file` says otherwise."""

    event: dict
    time: datetime
    file: int | None = None
    withdraws: dict | None = None


class Plant:
    """Stock and log. Each operation changes the stock and emits the events that report it."""

    def __init__(self, options: Options) -> None:
        """An empty plant."""
        self.options = options
        self.chance = random.Random(f"{options.seed} {options.size} {options.files} {sorted(options.features)}")
        self.writer = Writer(self.chance, "mixed_forms" in options.features)
        self.truth = Truth()
        self.now = START
        self.counter = 0
        self.lots: list[Lot] = []
        self.serials: list[Serial] = []
        self.cases: list[Case] = []
        self.shipments: list[Shipment] = []
        self.used_lots: set[str] = set()
        self.log: list[Emitted] = []

    def has(self, feature: str) -> bool:
        """Whether a feature is on."""
        return feature in self.options.features

    def maybe(self, probability: float) -> bool:
        """True with a probability."""
        return self.chance.random() < probability

    def next_number(self) -> int:
        """A running number."""
        self.counter += 1
        return self.counter

    def event_id(self) -> str:
        """A fresh event id."""
        bits = self.chance.getrandbits(128)
        text = f"{bits:032x}"
        return f"urn:uuid:{text[:8]}-{text[8:12]}-4{text[13:16]}-8{text[17:20]}-{text[20:]}"

    def emit(self, kind: str, **fields: object) -> Emitted:
        """Adds an event at the next moment; the times of all events differ. Some events have no id."""
        record = self.emit_with_id(kind, **fields)
        if self.has("no_id") and self.maybe(0.15):
            del record.event["eventID"]
        return record

    def emit_with_id(self, kind: str, **fields: object) -> Emitted:
        """Adds an event that keeps its id, so that it can be withdrawn."""
        self.now += timedelta(seconds=self.chance.randrange(60, 7200))
        event: dict = {"type": kind, **self.writer.stamp(self.now), "eventID": self.event_id()}
        event |= {name: value for name, value in fields.items() if value not in (None, [], {})}
        event.setdefault("readPoint", {"id": MAKER.location("1")})
        record = Emitted(event, self.now)
        self.log.append(record)
        return record

    def new_lot(self, item: str) -> str:
        """Key of a lot that is new for its item; its text may well exist for other items."""
        texts = [text for text in LOT_TEXTS if gs1.lot_key(item, text) not in self.used_lots]
        text = self.chance.choice(texts) if texts and self.has("equal_lots") else f"N{self.next_number():04d}"
        key = gs1.lot_key(item, text)
        self.used_lots.add(key)
        return key

    def put(self, key: str, uom: str, parcels: list[Parcel]) -> Lot:
        """Puts material into stock under a key."""
        self.truth.enter(key, parcels)
        lot = next((lot for lot in self.lots if lot.key == key), None)
        if lot is None:
            lot = Lot(key, uom)
            self.lots.append(lot)
        lot.parcels += parcels
        return lot

    def take(self, lot: Lot, amount: Fraction) -> list[Parcel]:
        """Takes material out of stock."""
        parcels = draw(lot.parcels, amount, self.chance)
        if not lot.parcels:
            self.lots.remove(lot)
        return parcels

    def some(self, lot: Lot, whole: float = 0.3) -> Fraction:
        """A random part of a lot, sometimes all of it."""
        if self.maybe(whole):
            return lot.amount
        step = Fraction(1) if lot.uom == EACH else Fraction(1, 8)
        steps = int(lot.amount / step)
        return step * self.chance.randint(1, steps) if steps > 0 else lot.amount

    def pick_lots(self, most: int, uom: str, items: set[str] | None = None) -> list[Lot]:
        """Up to `most` different stock lots of a measure (and of items)."""
        fits = [lot for lot in self.lots
                if lot.uom == uom and not lot.serialised and (items is None or gs1.gtin_of(lot.key) in items)]
        return self.chance.sample(fits, min(len(fits), self.chance.randint(1, most)))

    def quantities(self, pairs: list[tuple[str, Fraction, str]]) -> list[dict]:
        """Quantity list of (key, amount, uom)."""
        return [self.writer.quantity(*pair) for pair in pairs]

    def serial_uris(self, serials: list[Serial]) -> list[str]:
        """EPC list of serials."""
        return [self.writer.uri(serial.key, serial.lot_text) for serial in serials]

    def transform(self, inputs: list, outputs: list, **more: object) -> None:
        """Emits a transformation of quantities, as one event or as two that share a transformationID."""
        run = f"urn:epcglobal:cbv:bt:{OWN}000018:ORD{self.next_number():05d}"
        ends = {"inputQuantityList": self.quantities(inputs), "outputQuantityList": self.quantities(outputs)}
        step = {"bizStep": "commissioning", "disposition": "in_progress"}
        extra_in = {name: more.pop(name) for name in list(more) if name == "inputEPCList"}
        if self.has("shared_id") and self.maybe(0.3):
            self.emit("TransformationEvent", transformationID=run, inputQuantityList=ends["inputQuantityList"],
                      **extra_in, **step)
            self.emit("TransformationEvent", transformationID=run, outputQuantityList=ends["outputQuantityList"],
                      **more, **step)
            return
        named = {"transformationID": run} if self.maybe(0.3) else {}
        record = self.emit("TransformationEvent", **named, **ends, **extra_in, **more, **step)
        if self.has("withdraw") and self.maybe(0.15):
            self.report_wrongly(record)

    def report_wrongly(self, right: Emitted) -> None:
        """The event is first reported with a wrong input, then withdrawn in favour of the right one."""
        if "eventID" not in right.event or "inputQuantityList" not in right.event or len(self.lots) < 2:
            return
        other = self.chance.choice([lot for lot in self.lots if not lot.serialised] or self.lots)
        wrong = copy.deepcopy(right.event)
        wrong["eventID"] = self.event_id()
        wrong["inputQuantityList"][0] = self.writer.quantity(other.key, Fraction(1), other.uom)
        self.now += timedelta(seconds=61)
        wrong |= self.writer.stamp(self.now)
        self.log.append(Emitted(wrong, self.now))
        self.withdraw(wrong, "incorrect_data", [right.event["eventID"]])

    def withdraw(self, event: dict, reason: str, corrective: list[str]) -> None:
        """The same event again, with a declaration that it is wrong."""
        declared = self.now + timedelta(days=2)
        again = copy.deepcopy(event)
        again["errorDeclaration"] = {"declarationTime": declared.isoformat().replace("+00:00", "Z"), "reason": reason}
        if corrective:
            again["errorDeclaration"]["correctiveEventIDs"] = corrective
        self.log.append(Emitted(again, declared, withdraws=event))
