"""Answers out of the world of a plant at a time: inventory, balance, recall scope. Nothing here reads a row."""
from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from fractions import Fraction

from bounds import bounds
from plant import Plant
from things import LINE, PENDING, REJECTED, STORAGE, SUBCONTRACTOR, TRANSIT, Place, Unit
from world import INFLOWS, OUTFLOWS, State

HELD, EXPIRED, ANY = "held", "expired", "*"
FIGURE_OF_USE = {STORAGE: "stock", LINE: "wip", TRANSIT: "in_transit", SUBCONTRACTOR: "at_subcontractor"}
FIGURES = (*INFLOWS, *FIGURE_OF_USE.values(), *OUTFLOWS, "unexplained")
DOUBT = timedelta(hours=50)
"""How far from the end of its expiry date a lot is surely expired, or surely not, whatever the offset of the day."""

LATER = datetime(2045, 1, 1, tzinfo=timezone.utc)
"""When an answer without a time is given, as far as expiry goes: long after the plant's last day, long before NEVER."""

LotKey = tuple[str, str, str | None]


@dataclass
class Stock:
    """Part of a lot that lies at one place, is one owner's, and has one status and disposition."""

    lot: LotKey
    place: Place
    owner: str
    status: str
    disposition: str
    quantity: Fraction
    unit: str

    @property
    def available(self) -> bool:
        """Whether it may be used."""
        usable = self.status not in (HELD, EXPIRED, PENDING, REJECTED)
        return usable and self.place.use == STORAGE and self.place.owner is None


@dataclass
class Inventory:
    """All stock; where the specification leaves the status of single pieces open, `blurred` names lot and place, and
    `held` how much is held there."""

    rows: list[Stock] = field(default_factory=list)
    blurred: set[tuple[LotKey, Place]] = field(default_factory=set)
    adrift: set[LotKey] = field(default_factory=set)
    """Lots of which a part is under way to ourselves; where a row says so is not specified."""
    held: dict[tuple[LotKey, Place], Fraction] = field(default_factory=dict)


@dataclass
class Consignee:
    """What a customer ever got of the affected units, and sent back; quantity by unit of measure, base and as stated."""

    units: set[Unit] = field(default_factory=set)
    returned: set[Unit] = field(default_factory=set)
    base: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    stated: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))


@dataclass
class Scope:
    """A recall scope. Own control: surely, and with what lies at others' places."""

    affected: set[Unit]
    consignees: dict[str, Consignee]
    own: dict[Unit, tuple[Fraction, Fraction]]
    places: dict[Unit, set[str]]


class Truth:
    """What was so at a time."""

    def __init__(self, plant: Plant) -> None:
        """Of a plant that has been run."""
        self.plant = plant
        self.times = sorted(plant.states)

    def state(self, at: datetime) -> State:
        """The world at a time; empty before the first fact."""
        place = bisect_right(self.times, at)
        return self.plant.states[self.times[place - 1]] if place else State({}, {}, {}, {}, {})

    # Inventory

    def inventory(self, when: datetime | None) -> Inventory:
        """All that lies anywhere; now, where no time is given."""
        at = when or LATER
        state, found = self.state(at), Inventory()
        groups: dict[tuple[Unit, Place], list[tuple[str, str, Fraction]]] = defaultdict(list)
        for (lot, place, owner, disposition), quantity in state.bins.items():
            groups[lot, place].append((owner, disposition, quantity))
        for (lot, place), portions in groups.items():
            self.add_bins(state, at, found, (lot, place, portions))
        for piece in state.pieces.values():
            if piece.place:
                self.add_piece(state, at, found, piece)
        found.adrift = {stock.lot for stock in found.rows if stock.place.towards}
        return found

    def add_bins(self, state: State, at: datetime, found: Inventory, group: tuple) -> None:
        """What lies of a lot at a place."""
        lot, place, portions = group
        holds = [hold for hold in state.holds.values() if hold.unit == lot and hold.place in (None, place)]
        whole = any(hold.quantity is None for hold in holds)
        total = sum((quantity for _, _, quantity in portions), Fraction(0))
        some = total if whole else min(total, sum((hold.quantity for hold in holds), Fraction(0)))
        found.held[lot.lot_key, place] = some
        if 0 < some < total and len(portions) > 1 or self.near_expiry(state, lot, at):
            found.blurred.add((lot.lot_key, place))
        unit = self.plant.world.items[lot].uom
        for owner, disposition, quantity in portions:
            held = quantity if some == total else some if len(portions) == 1 else Fraction(0)
            free = EXPIRED if self.expired(state, lot, at) else disposition
            for status, part in ((HELD, held), (free, quantity - held)):
                if part:
                    found.rows.append(Stock(lot.lot_key, place, owner, status, disposition, part, unit))

    def add_piece(self, state: State, at: datetime, found: Inventory, piece: object) -> None:
        """A piece: held with its lot or by itself."""
        held = any(hold.unit == piece.unit or hold.unit == piece.lot and hold.place is None and hold.quantity is None
                   for hold in state.holds.values())
        key = piece.lot.lot_key if piece.lot else (piece.unit.issuer, piece.unit.item, None)
        expired = piece.lot is not None and self.expired(state, piece.lot, at)
        if piece.lot and self.near_expiry(state, piece.lot, at):
            found.blurred.add((key, piece.place))
        status = HELD if held else EXPIRED if expired else piece.disposition
        found.rows.append(Stock(key, piece.place, piece.owner, status, piece.disposition, Fraction(1), self.plant.world.items[piece.unit].uom))
        found.held[key, piece.place] = found.held.get((key, piece.place), Fraction(0)) + held

    def expiry(self, state: State, lot: Unit, at: datetime) -> date | None:
        """The date that was said of a lot; else the first of what it was split, merged or relabelled from."""
        seen, todo, found = {lot}, [lot], []
        while todo:
            unit = todo.pop()
            if unit in state.expiry:
                found.append(state.expiry[unit])
                continue
            made = {process for when, process, side, other in self.plant.history.flow
                    if when <= at and side == "out" and other == unit and process.startswith("row ")}
            before = {other for when, process, side, other in self.plant.history.flow if side == "in" and process in made}
            todo += before - seen
            seen |= before
        return min(found, default=None)

    def expired(self, state: State, lot: Unit, at: datetime) -> bool:
        """Whether the expiry date is past."""
        day = self.expiry(state, lot, at)
        return day is not None and day < at.date()

    def near_expiry(self, state: State, lot: Unit, at: datetime) -> bool:
        """Whether a time is so near the expiry that its offset decides."""
        day = self.expiry(state, lot, at)
        return day is not None and abs(at.replace(tzinfo=None) - datetime(day.year, day.month, day.day)) < DOUBT

    # Balance

    def balance(self, unit: Unit, at: datetime) -> dict[str, Fraction]:
        """All figures of a lot with its pieces, or of a piece."""
        state = self.state(at)
        units = {unit} | {piece.unit for piece in state.pieces.values() if piece.lot == unit}
        figures = {name: sum((state.figures.get((each, name), Fraction(0)) for each in units), Fraction(0)) for name in (*INFLOWS, *OUTFLOWS)}
        figures |= {name: Fraction(0) for name in (*FIGURE_OF_USE.values(), "unexplained")}
        for (lot, place, _, _), quantity in state.bins.items():
            if lot == unit:
                figures[FIGURE_OF_USE[place.use]] += quantity
        for piece in state.pieces.values():
            if piece.unit in units and piece.place:
                figures[FIGURE_OF_USE[piece.place.use]] += 1
        return figures

    # Recall

    def affected(self, roots: set[Unit], at: datetime) -> set[Unit]:
        """All that flow and membership reach from some units."""
        history = self.plant.history
        inputs, outputs, members = defaultdict(set), defaultdict(set), defaultdict(set)
        for when, process, side, unit in history.flow:
            if when <= at and side == "in":
                inputs[unit].add(process)
            elif when <= at:
                outputs[process].add(unit)
        for when, lot, piece in history.members:
            if when <= at:
                members[lot].add(piece)
        seen, todo = set(roots), list(roots)
        while todo:
            unit = todo.pop()
            for reached in members[unit].union(*(outputs[process] for process in inputs[unit])) - seen:
                seen.add(reached)
                todo.append(reached)
        return seen

    def bounds(self, root: Unit, at: datetime) -> dict[Unit, tuple[Fraction, Fraction]]:
        """How much of a bought lot the lots hold that were split or merged from it. Nothing of lots that ever were on the way to ourselves: their
        arrival is told as a receipt, and whether that is more of them is not asked here."""
        figures = self.state(at).figures
        if any(key[1].towards for state in self.plant.states.values() for key in state.bins if self.plant.world.items[key[0]] is self.plant.world.items[root]):
            return {}
        return bounds(self.plant.history.turns, root, at,
                      lambda lot: figures.get((lot, "received"), Fraction(0)) + figures.get((lot, "produced"), Fraction(0)))

    def scope(self, roots: set[Unit], at: datetime) -> Scope:
        """Who got affected units, and what is still here."""
        affected = self.affected(roots, at)
        consignees: dict[str, Consignee] = defaultdict(Consignee)
        for shipment in self.plant.history.shipments:
            if shipment.at <= at and not (shipment.voided and shipment.voided <= at):
                self.add_shipment(consignees, shipment, affected)
        for when, customer, unit in self.plant.history.returns:
            if when <= at and unit in affected:
                consignees[customer.ref].returned.add(unit)
        state = self.state(at)
        own: dict[Unit, tuple[Fraction, Fraction]] = {}
        places: dict[Unit, set[str]] = defaultdict(set)
        lying = [(key[0], key[1], quantity) for key, quantity in state.bins.items()]
        lying += [(piece.unit, piece.place, Fraction(1)) for piece in state.pieces.values() if piece.place]
        for unit, place, quantity in lying:
            if unit in affected:
                low, high = own.get(unit, (Fraction(0), Fraction(0)))
                ours = place.owner is None and not place.towards
                own[unit] = (low + (quantity if ours else 0), high + quantity)
                places[unit].add(ANY if place.towards else place.ref)
        return Scope(affected, dict(consignees), own, dict(places))

    def add_shipment(self, consignees: dict[str, Consignee], shipment: object, affected: set[Unit]) -> None:
        """Books the affected units of a shipment."""
        for unit, quantity in shipment.units.items():
            if unit in affected:
                consignee = consignees[shipment.customer.ref]
                consignee.units.add(unit)
                consignee.base[self.plant.world.items[unit].uom] += quantity
        for unit, amount, uom in shipment.stated:
            if unit in affected:
                consignees[shipment.customer.ref].stated[uom] += amount
