"""The physical world of a plant: how much of which lot lies where, whose it is, in which state; and each serial piece.

Nothing is derived from rows here: operations change the world, and rows are written beside it. What would make a
quantity negative is a fault of the simulator and raises.
"""
from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from things import ISSUING, PENDING, UNASSERTED, Item, Party, Place, Unit

INFLOWS = ("received", "produced", "returned", "adjusted")
OUTFLOWS = ("consumed", "scrapped", "shipped", "sampled")

Bin = tuple[Unit, Place, str, str]
"""Lot, place, owner (empty: ours), disposition."""
Portion = tuple[str, str, Fraction]
"""Owner, disposition, quantity."""


@dataclass(frozen=True)
class Piece:
    """A serial piece; it has no place once it is used up, scrapped or shipped."""

    unit: Unit
    lot: Unit | None
    place: Place | None
    owner: str
    disposition: str


@dataclass(frozen=True)
class Hold:
    """A hold on a lot, on what of it lies at a place, on a quantity of it there, or on a serial."""

    unit: Unit
    place: Place | None
    quantity: Fraction | None


@dataclass
class Pallet:
    """A container: where it stands (None: left) and what lies in it."""

    unit: Unit
    place: Place | None
    lots: dict[Unit, Fraction] = field(default_factory=dict)
    pieces: list[Unit] = field(default_factory=list)
    stated: list[tuple[Unit, Fraction, str]] = field(default_factory=list)
    nested: bool = False


@dataclass
class State:
    """The world at one moment; never changed afterwards."""

    bins: dict[Bin, Fraction]
    pieces: dict[Unit, Piece]
    figures: dict[tuple[Unit, str], Fraction]
    holds: dict[str, Hold]
    expiry: dict[Unit, date]


class World:
    """The world now."""

    def __init__(self) -> None:
        """An empty plant."""
        self.bins: dict[Bin, Fraction] = {}
        self.pieces: dict[Unit, Piece] = {}
        self.figures: dict[tuple[Unit, str], Fraction] = {}
        self.holds: dict[str, Hold] = {}
        self.expiry: dict[Unit, date] = {}
        self.said: dict[Unit | None, str] = {}
        self.items: dict[Unit, Item] = {}
        self.source: dict[Unit, str] = {}
        self.text: dict[Unit, str] = {}
        self.owned: dict[Unit, str] = {}
        self.serials: dict[str, int] = {}
        self.serial_lots: list[Unit] = []
        self.back: dict[tuple[Party, Unit], Fraction] = {}
        self.pallets: list[Pallet] = []

    def state(self) -> State:
        """A copy for ever."""
        return State(dict(self.bins), dict(self.pieces), dict(self.figures), dict(self.holds), dict(self.expiry))

    def book(self, unit: Unit, figure: str, quantity: Fraction) -> None:
        """Adds to a figure of a lot or serial."""
        self.figures[unit, figure] = self.figures.get((unit, figure), Fraction(0)) + quantity

    def fresh(self, lot: Unit | None, item: Item) -> str:
        """Disposition of new stock: the last that was said of the whole lot, else what the item asks for."""
        return self.said.get(lot) or (PENDING if item.release else UNASSERTED)

    # Lots

    def put(self, lot: Unit, place: Place, portion: Portion) -> None:
        """Adds to a bin."""
        owner, disposition, quantity = portion
        assert quantity > 0, (lot, quantity)
        key = (lot, place, owner, disposition)
        self.bins[key] = self.bins.get(key, Fraction(0)) + quantity

    def make(self, lot: Unit, place: Place, quantity: Fraction, figure: str, owner: str = "") -> None:
        """New stock of a lot."""
        self.book(lot, figure, quantity)
        self.put(lot, place, (owner, self.fresh(lot, self.items[lot]), quantity))

    def at(self, lot: Unit, place: Place) -> dict[tuple[str, str], Fraction]:
        """What lies at a place, by owner and disposition."""
        return {key[2:]: quantity for key, quantity in self.bins.items() if key[:2] == (lot, place)}

    def on_hand(self, lot: Unit, place: Place) -> Fraction:
        """How much lies at a place."""
        return sum(self.at(lot, place).values(), Fraction(0))

    def packed(self, lot: Unit, place: Place) -> Fraction:
        """How much of it lies in pallets."""
        return sum((pallet.lots.get(lot, Fraction(0)) for pallet in self.pallets if pallet.place == place), Fraction(0))

    def free(self, lot: Unit, place: Place) -> Fraction:
        """How much lies there outside of pallets."""
        return self.on_hand(lot, place) - self.packed(lot, place)

    def places(self, lot: Unit) -> list[Place]:
        """Where a lot lies."""
        return sorted({key[1] for key in self.bins if key[0] == lot}, key=lambda place: place.number)

    def owners(self, lot: Unit, place: Place) -> set[str]:
        """Whose it is."""
        return {owner for owner, _ in self.at(lot, place)}

    def take(self, lot: Unit, place: Place, quantity: Fraction, order: tuple[str, ...] = ISSUING) -> list[Portion]:
        """Takes stock away in the order of dispositions; the owner must be one, or all must go."""
        there = self.at(lot, place)
        assert quantity <= sum(there.values(), Fraction(0)), (lot, place, quantity, there)
        assert len({owner for owner, _ in there}) == 1 or quantity == sum(there.values()), (lot, place, there)
        taken, left = [], quantity
        for owner, disposition in sorted(there, key=lambda pair: (order.index(pair[1]), pair[0])):
            part = min(left, there[owner, disposition])
            if part > 0:
                taken.append((owner, disposition, part))
                self.lower((lot, place, owner, disposition), part)
                left -= part
        return taken

    def lower(self, key: Bin, quantity: Fraction) -> None:
        """Takes from one bin."""
        assert self.bins[key] >= quantity, key
        self.bins[key] -= quantity
        if self.bins[key] == 0:
            del self.bins[key]

    def carry(self, lot: Unit, start: Place, end: Place, quantity: Fraction) -> None:
        """Moves stock, which keeps its owner and state."""
        for portion in self.take(lot, start, quantity):
            self.put(lot, end, portion)

    def judge(self, lot: Unit, disposition: str, place: Place | None, quantity: Fraction | None) -> None:
        """Gives stock of a lot, with its pieces, another disposition; of a quantity, pending stock goes first."""
        if place is None and quantity is None:
            self.said[lot] = disposition
        left = quantity
        order = (PENDING, *(each for each in ISSUING if each != PENDING))
        bins = [key for key in self.bins if key[0] == lot and (place is None or key[1] == place) and key[3] != disposition]
        for key in sorted(bins, key=lambda key: order.index(key[3])):
            part = self.bins[key] if left is None else min(left, self.bins[key])
            if part > 0:
                self.lower(key, part)
                self.put(key[0], key[1], (key[2], disposition, part))
            left = None if left is None else left - part
        if quantity is None:
            for piece in self.members(lot):
                if piece.place and (place is None or piece.place == place):
                    self.pieces[piece.unit] = replace(piece, disposition=disposition)

    # Pieces

    def make_piece(self, unit: Unit, lot: Unit | None, item: Item, place: Place, figure: str, owner: str = "") -> None:
        """A new piece."""
        self.items[unit] = item
        self.book(unit, figure, Fraction(1))
        self.pieces[unit] = Piece(unit, lot, place, owner, self.fresh(lot, item))

    def change(self, unit: Unit, **fields: object) -> None:
        """Changes a piece."""
        self.pieces[unit] = replace(self.pieces[unit], **fields)

    def end_piece(self, unit: Unit, figure: str) -> None:
        """A piece leaves the plant or ends."""
        assert self.pieces[unit].place is not None, unit
        self.book(unit, figure, Fraction(1))
        self.change(unit, place=None)

    def members(self, lot: Unit) -> list[Piece]:
        """Pieces of a lot."""
        return [piece for piece in self.pieces.values() if piece.lot == lot]

    def in_pallet(self, piece: Unit) -> bool:
        """Whether a piece lies in a pallet that is still here."""
        return any(piece in pallet.pieces for pallet in self.pallets if pallet.place)


def imbalance(state: State, lot: Unit) -> Fraction:
    """Inflows of a lot and its pieces, less outflows and what is there: zero, or mass was made from nothing."""
    units = {lot} | {piece.unit for piece in state.pieces.values() if piece.lot == lot}
    flows = sum((state.figures.get((unit, figure), Fraction(0)) for unit in units for figure in INFLOWS), Fraction(0))
    flows -= sum((state.figures.get((unit, figure), Fraction(0)) for unit in units for figure in OUTFLOWS), Fraction(0))
    here = sum((quantity for key, quantity in state.bins.items() if key[0] == lot), Fraction(0))
    return flows - here - sum(1 for piece in state.pieces.values() if piece.unit in units and piece.place)
