"""Receipts, moves, counts, adjustments, scrap, samples, owners, splits and merges."""
from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from plant import LOT_TEXTS, ONE_BIN, Plant, Turn
from things import ISSUING, LINE, STORAGE, SUBCONTRACTOR, Item, Place, Unit

NEVER = 40 * 365
"""Days until an expiry that no test lives to see."""


class Warehouse(Plant):
    """What happens to material before and between orders."""

    def receive(self) -> None:
        """Material arrives: a new lot, or more of one."""
        item = self.chance.choice([item for item in self.items if item.suppliers])
        supplier = self.chance.choice(item.suppliers)
        if item.serial:
            self.receive_pieces(item, supplier)
            return
        known = [lot for lot in self.lots if self.world.items[lot] is item and self.world.source[lot] == supplier]
        lot = self.chance.choice(known) if known and self.maybe(0.25) else self.new_lot(item, supplier)
        fresh = lot not in self.lots
        if fresh:
            self.lots.append(lot)
            self.also_known_as(lot)
        quantity = self.some(item, Fraction(self.chance.choice((50, 120, 400, 1200))), 0.5)
        extra = self.first_words(lot, supplier) if fresh else {}
        self.world.expiry |= {lot: extra["expires_on"]} if "expires_on" in extra else {}
        place, owner = self.place(STORAGE), self.world.owned.get(lot, "")
        extra |= {"supplier_lot": self.world.text[lot]} if lot in self.world.text else {}

        def arrive() -> None:
            self.world.make(lot, place, quantity, "received", self.party_ref(owner))
            if lot in self.world.text:
                self.history.supplied.append((self.now, f"{supplier}:{item.code}/{self.world.text[lot]}", lot))

        measured = self.measured_next(lot, quantity)
        self.fact("receipts", arrive, lot, **measured, location=place.number, supplier=supplier, owner=owner or None,
                  po=self.document("PO"), desadv=self.document("DN") if self.maybe(0.3) else None, **extra)

    def also_known_as(self, lot: Unit) -> None:
        """Some lots have a label of another name."""
        if self.maybe(0.1):
            self.tell("aliases", self.now, lot, alias=f"LBL{self.next_number():05d}", alias_type=self.chance.choice(("internal", "label")))

    def measured_next(self, lot: Unit, quantity: Fraction) -> dict[str, object]:
        """Measures as of now; a conversion that changes before the next fact is not used."""
        cells = self.measured(lot, quantity)
        item, later = self.world.items[lot], self.now + timedelta(hours=21)
        same = item.factor(cells["uom"], self.now, self.common) == item.factor(cells["uom"], later, self.common)
        return cells if same else {"quantity": quantity, "uom": item.uom}

    def first_words(self, lot: Unit, supplier: str) -> dict[str, object]:
        """What is said of a lot once: an expiry date, soon or never; whose it stays."""
        said: dict[str, object] = {}
        if self.maybe(0.4):
            said["expires_on"] = (self.now + timedelta(days=self.chance.choice((15, 30, NEVER)))).date()
        if self.maybe(0.15) and self.mode != ONE_BIN:
            self.world.owned[lot] = supplier
        return said

    def new_lot(self, item: Item, supplier: str) -> Unit:
        """A lot under its supplier's text where the issuer keeps it apart, else under an own number beside that text."""
        text = self.chance.choice(LOT_TEXTS)
        lot = Unit(item.code, text, None, item.issuer)
        if not item.issuer:
            lot = Unit(item.code, f"R{self.next_number():04d}")
            self.world.text[lot] = text
        self.world.items[lot], self.world.source[lot] = item, supplier
        return lot

    def receive_pieces(self, item: Item, supplier: str) -> None:
        """Serial components arrive, one or a range."""
        count = self.chance.choice((1, 3, 10))
        pieces = self.new_serials(item, "M", count)
        place = self.place(STORAGE)

        def arrive() -> None:
            for piece in pieces:
                self.world.make_piece(piece, None, item, place, "received")

        self.fact("receipts", arrive, pieces[0], serial_to=pieces[-1].serial if count > 1 else None, location=place.number,
                  supplier=supplier, po=self.document("PO"), **self.piece_count(count))

    def piece_count(self, count: int) -> dict[str, object]:
        """Quantity of a row of pieces; it may be left out."""
        return {"quantity": Fraction(count), "uom": "EA"} if count == 1 and self.maybe(0.3) else {}

    def new_serials(self, item: Item, head: str, count: int) -> list[Unit]:
        """Serials that follow each other."""
        start = self.world.serials.get(item.code, self.chance.randrange(1, 900))
        self.world.serials[item.code] = start + count
        return [Unit(item.code, None, f"{head}{number:05d}") for number in range(start, start + count)]

    def party_ref(self, number: str) -> str:
        """How answers name a party."""
        return next((party.ref for party in (*self.suppliers, *self.customers) if party.number == number), "")

    def targets(self, start: Place) -> list[tuple[Place, str]]:
        """Where a thing may go from a place, and the type of that move."""
        found = []
        for place in self.places:
            if place == start:
                continue
            kind = "move"
            if place.owner in self.customers:
                kind = "to_consignment"
            elif start.owner in self.customers:
                kind = "from_consignment"
            elif place.use == SUBCONTRACTOR:
                kind = "to_subcontractor"
            elif start.use == SUBCONTRACTOR:
                kind = "from_subcontractor"
            elif place.use == LINE:
                kind = "issue"
            elif start.use == LINE and place.use == STORAGE:
                kind = "return_to_stock"
            elif place.use == STORAGE:
                kind = self.chance.choice(("move", "put_away"))
            found.append((place, kind))
        return found

    def move(self) -> None:
        """Part of a lot, or all of it, goes elsewhere."""
        pair = self.pick(self.stock())
        if pair is None or len(self.places) == 1:
            return
        lot, start = pair
        end, kind = self.chance.choice(self.targets(start))
        quantity = self.some(self.world.items[lot], self.world.free(lot, start))
        whole = len(self.world.places(lot)) == 1 and quantity == self.world.on_hand(lot, start) and self.maybe(0.5)
        cells = {} if whole else self.measured_next(lot, quantity)
        self.fact("moves", lambda: self.world.carry(lot, start, end, quantity), lot, location=end.number, type=self.type_cell(kind),
                  **cells, **self.leaving(lot, **{"from": start}))

    def type_cell(self, kind: str) -> str | None:
        """A type; the usual one may be left out."""
        return None if kind == "move" and self.maybe(0.5) else kind

    def move_pieces(self) -> None:
        """Pieces go elsewhere."""
        unit = self.pick(self.serials())
        if unit is None or len(self.places) == 1:
            return
        start = self.world.pieces[unit].place
        end, kind = self.chance.choice(self.targets(start))
        run = self.run_of(unit, self.chance.choice((1, 1, 4)), self.alike(unit))

        def go() -> None:
            for piece in run:
                self.world.change(piece, place=end)

        stated = {} if self.maybe(0.3) else self.stand(**{"from": start})
        self.fact("moves", go, **self.named(run), location=end.number, type=self.type_cell(kind), **stated)

    def count(self) -> None:
        """A count finds what the books say, or more, or less."""
        pair = self.pick([(lot, place) for lot, place in self.stock() if self.world.owners(lot, place) == {""}])
        if pair is None:
            return
        lot, place = pair
        there, step = self.world.on_hand(lot, place), Fraction(1)
        least = self.world.packed(lot, place)
        counted = self.chance.choice((there, there, there + step, there + 3 * step, max(there - step, least), least))

        def correct() -> None:
            self.world.book(lot, "adjusted", counted - there)
            if counted > there:
                self.world.put(lot, place, ("", self.world.fresh(lot, self.world.items[lot]), counted - there))
            elif counted < there:
                self.world.take(lot, place, there - counted)

        self.fact("moves", correct, lot, type="count", location=place.number, **self.measured_next(lot, counted))

    def adjust(self) -> None:
        """The books are corrected by a difference."""
        pair = self.pick([(lot, place) for lot, place in self.stock() if self.world.owners(lot, place) == {""}])
        if pair is None:
            return
        lot, place = pair
        up = self.maybe(0.5)
        quantity = self.some(self.world.items[lot], min(Fraction(5), self.world.free(lot, place)))

        def correct() -> None:
            self.world.book(lot, "adjusted", quantity if up else -quantity)
            if up:
                self.world.put(lot, place, ("", self.world.fresh(lot, self.world.items[lot]), quantity))
            else:
                self.world.take(lot, place, quantity)

        self.fact("moves", correct, lot, type="adjust_in" if up else "adjust_out", location=place.number, reason="recount; see list",
                  **self.measured_next(lot, quantity))

    def discard(self) -> None:
        """Scrap or a sample of a lot."""
        pair = self.pick(self.stock())
        if pair is None:
            return
        lot, place = pair
        kind, figure, order = self.chance.choice((("scrap", "scrapped", ISSUING[::-1]), ("sample", "sampled", ISSUING)))
        quantity = self.some(self.world.items[lot], min(Fraction(8), self.world.free(lot, place)))

        def go() -> None:
            self.world.take(lot, place, quantity, order)
            self.world.book(lot, figure, quantity)

        self.fact("moves", go, lot, type=kind, location=place.number, **self.measured_next(lot, quantity))

    def discard_piece(self) -> None:
        """Scrap or a sample of a piece."""
        unit = self.pick(self.serials())
        if unit is None:
            return
        kind, figure = self.chance.choice((("scrap", "scrapped"), ("sample", "sampled")))
        place = self.world.pieces[unit].place
        self.fact("moves", lambda: self.world.end_piece(unit, figure), **self.named([unit]), type=kind, location=place.number)

    def buy(self) -> None:
        """Stock of a supplier at one place becomes another's: the plant's, or another party's."""
        owned = [(lot, place) for lot, place in self.stock() if self.world.owners(lot, place) != {""}]
        pair = self.pick(owned)
        if pair is None:
            return
        lot, place = pair
        parties = [party for party in self.suppliers + self.customers if {party.ref} != self.world.owners(lot, place)]
        new = self.chance.choice((self.us, self.chance.choice(parties)))

        def change() -> None:
            for _, disposition, quantity in self.world.take(lot, place, self.world.on_hand(lot, place)):
                self.world.put(lot, place, ("" if new is self.us else new.ref, disposition, quantity))

        whole = self.maybe(0.5)
        cells = {} if whole else self.measured_next(lot, self.world.on_hand(lot, place))
        self.fact("moves", change, lot, type="owner", location=place.number,
                  owner=None if new is self.us else new.number, **cells)

    def become(self) -> None:
        """A split, merge or relabelling: stock goes on under another lot."""
        pair = self.pick([pair for pair in self.stock() if self.world.owners(*pair) == {""}])
        if pair is None:
            return
        lot, place = pair
        kind, into = self.chance.choice((self.split_into, self.merge_into, self.relabel_into))(lot)
        if into is None or into == lot:
            return
        quantity = self.some(self.world.items[lot], self.world.free(lot, place))
        if into not in self.lots:
            self.lots.append(into)

        def turn() -> None:
            self.world.take(lot, place, quantity)
            self.world.book(lot, "consumed", quantity)
            self.world.make(into, place, quantity, "produced")

        row = self.fact("moves", turn, lot, type=kind, into=into.ref, location=place.number, **self.measured_next(lot, quantity))
        self.history.flow += [(self.now, f"row {row.number}", "in", lot), (self.now, f"row {row.number}", "out", into)]
        if self.world.items[lot] is self.world.items[into]:
            self.history.turns.append(Turn(self.now, lot, into, quantity))

    def split_into(self, lot: Unit) -> tuple[str, Unit]:
        """A new lot of the same item."""
        into = Unit(lot.item, f"{lot.lot}-{self.next_number()}", None, lot.issuer)
        self.world.items[into], self.world.source[into] = self.world.items[lot], "split"
        return "split", into

    def merge_into(self, lot: Unit) -> tuple[str, Unit | None]:
        """Another lot of the same item."""
        others = [other for other in self.lots if self.world.items[other] is self.world.items[lot] and other != lot
                  and other not in self.world.owned and not self.world.members(other)]
        return "merge", self.pick(others)

    def relabel_into(self, lot: Unit) -> tuple[str, Unit | None]:
        """The same devices under another item number."""
        if self.world.items[lot].role != "device":
            return "relabel", None
        item = self.item("label")
        into = Unit(item.code, f"N{self.next_number():03d}")
        self.world.items[into], self.world.source[into] = item, "relabel"
        return "relabel", into
