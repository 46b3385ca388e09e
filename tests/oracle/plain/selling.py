"""Packing, shipping, returns, and shipments that did not happen."""
from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from making import Making
from plant import Shipment
from things import PENDING, STORAGE, TRANSIT, Party, Place, Unit
from world import Pallet

GOODS = ("device", "label", "part")


class Selling(Making):
    """What leaves, and what comes back."""

    def pack(self) -> None:
        """A pallet is packed with lots and pieces where they stand."""
        pairs = self.stock(GOODS, (STORAGE,))
        unit = self.pick(self.serials(("serial device",), (STORAGE,)))
        place = self.world.pieces[unit].place if unit else pairs[0][1] if pairs else None
        if place is None:
            return
        pallet = self.new_pallet(place)
        lots = [lot for lot, where in pairs if where == place]
        for lot in self.chance.sample(lots, min(len(lots), self.chance.randint(0, 2))):
            self.pack_lot(pallet, lot, place)
        if unit:
            self.pack_pieces(pallet, unit, place)
        if pallet.lots or pallet.pieces:
            self.world.pallets.append(pallet)

    def pack_lot(self, pallet: Pallet, lot: Unit, place: Place) -> None:
        """Some of a lot goes onto a pallet."""
        quantity = self.some(self.world.items[lot], self.world.free(lot, place))
        pallet.lots[lot] = quantity
        cells = self.measured_next(lot, quantity)
        pallet.stated.append((lot, cells["quantity"], cells["uom"]))
        self.fact("moves", lambda: None, lot, type="pack", container=pallet.unit.ref, location=place.number, **cells)

    def pack_pieces(self, pallet: Pallet, first: Unit, place: Place) -> None:
        """Pieces go onto a pallet."""
        run = self.run_of(first, self.chance.choice((1, 3, 8)), self.alike(first))
        pallet.pieces += run
        self.fact("moves", lambda: None, **self.named(run), type="pack", container=pallet.unit.ref, location=place.number)

    def stack(self) -> None:
        """A pallet goes into a bigger one that stands beside it, and is part of it from then on."""
        pallets = [pallet for pallet in self.world.pallets if pallet.place]
        pairs = [(inner, outer) for inner in pallets for outer in pallets if inner is not outer and inner.place == outer.place]
        pair = self.pick(pairs)
        if pair is None:
            return
        inner, outer = pair
        self.world.pallets.remove(inner)
        for lot, quantity in inner.lots.items():
            outer.lots[lot] = outer.lots.get(lot, Fraction(0)) + quantity
        outer.pieces, outer.stated, outer.nested = outer.pieces + inner.pieces, outer.stated + inner.stated, True
        self.fact("moves", lambda: None, inner.unit, type="pack", container=outer.unit.ref, location=outer.place.number)

    def unpack(self) -> None:
        """Everything comes off a pallet again."""
        pallet = self.pick([pallet for pallet in self.world.pallets if pallet.place and not pallet.nested])
        if pallet is None:
            return
        self.world.pallets.remove(pallet)
        where = pallet.place.number
        for lot, quantity in pallet.lots.items():
            self.fact("moves", lambda: None, lot, type="unpack", container=pallet.unit.ref, location=where, **self.measured_next(lot, quantity))
        for piece in pallet.pieces:
            self.fact("moves", lambda: None, **self.named([piece]), type="unpack", container=pallet.unit.ref, location=where)

    def move_pallet(self) -> None:
        """A pallet goes elsewhere, with what lies on it."""
        pallet = self.pick([pallet for pallet in self.world.pallets if pallet.place])
        if pallet is None or len(self.places) == 1:
            return
        start, (end, kind) = pallet.place, self.chance.choice(self.targets(pallet.place))
        if any(len(self.world.owners(lot, start)) != 1 for lot in pallet.lots):
            return

        def go() -> None:
            pallet.place = end
            for lot, quantity in pallet.lots.items():
                self.world.carry(lot, start, end, quantity)
            for piece in pallet.pieces:
                self.world.change(piece, place=end)

        self.fact("moves", go, pallet.unit, location=end.number, type=self.type_cell(kind), **{"from": start.number})

    def ship(self) -> None:
        """A pallet, part of a lot, or pieces leave for a customer; now and then it did not happen."""
        before = self.world.state()
        way = self.chance.choice((self.ship_lot, self.ship_lot, self.ship_pieces, self.ship_pieces, self.ship_pallet))
        shipment = way(self.chance.choice(self.customers))
        if shipment and self.maybe(0.12):
            self.void(shipment, before)

    def paper(self, customer: Party) -> dict[str, object]:
        """Columns of a shipment."""
        dock = {"ship_to": "C-2001-STORE"} if customer.number == "C-2001" and self.maybe(0.5) and len(self.places) > 1 else {}
        return {"consignee": customer.number, "desadv": self.document("DA"), "terms": self.chance.choice((None, "sale", "loan")),
                "po": self.document("CPO") if self.maybe(0.3) else None, **dock}

    def left(self, customer: Party, units: dict[Unit, Fraction], stated: list[tuple[Unit, Fraction, str]]) -> Shipment:
        """Remembers what left."""
        shipment = Shipment(self.now, customer, units, stated)
        self.history.shipments.append(shipment)
        return shipment

    def ship_lot(self, customer: Party) -> Shipment | None:
        """Some of a lot."""
        pair = self.pick(self.stock(GOODS, (STORAGE,)))
        if pair is None:
            return None
        lot, place = pair
        quantity = self.some(self.world.items[lot], self.world.free(lot, place))

        def go() -> None:
            self.world.take(lot, place, quantity)
            self.world.book(lot, "shipped", quantity)

        cells = self.measured_next(lot, quantity)
        self.fact("shipments", go, lot, **self.paper(customer), **cells, **self.leaving(lot, location=place))
        return self.left(customer, {lot: quantity}, [(lot, cells["quantity"], cells["uom"])])

    def ship_pieces(self, customer: Party) -> Shipment | None:
        """One piece or a range."""
        unit = self.pick(self.serials(("serial device",), (STORAGE,)))
        if unit is None:
            return None
        run = self.run_of(unit, self.chance.choice((1, 2, 6)), self.alike(unit))
        place = self.world.pieces[unit].place

        def go() -> None:
            for piece in run:
                self.world.end_piece(piece, "shipped")

        stated = {} if self.maybe(0.3) else self.stand(location=place)
        self.fact("shipments", go, **self.named(run), **self.paper(customer), **stated)
        return self.left(customer, {piece: Fraction(1) for piece in run}, [(piece, Fraction(1), "EA") for piece in run])

    def ship_pallet(self, customer: Party) -> Shipment | None:
        """A pallet with all that lies on it."""
        pallet = self.pick([pallet for pallet in self.world.pallets if pallet.place])
        if pallet is None or any(len(self.world.owners(lot, pallet.place)) != 1 for lot in pallet.lots):
            return None
        place = pallet.place

        def go() -> None:
            pallet.place = None
            for lot, quantity in pallet.lots.items():
                self.world.take(lot, place, quantity)
                self.world.book(lot, "shipped", quantity)
            for piece in pallet.pieces:
                self.world.end_piece(piece, "shipped")

        self.fact("shipments", go, pallet.unit, **self.paper(customer), **self.stand(location=place))
        pieces = {piece: Fraction(1) for piece in pallet.pieces}
        return self.left(customer, pallet.lots | pieces, pallet.stated + [(piece, Fraction(1), "EA") for piece in pieces])

    def void(self, shipment: Shipment, before: object) -> None:
        """The shipment did not happen: all is as it was before it."""
        row = self.rows[-1]

        def undo() -> None:
            self.world.bins, self.world.pieces, self.world.figures = dict(before.bins), dict(before.pieces), dict(before.figures)
            for pallet in self.world.pallets:
                if pallet.unit == row.unit:
                    pallet.place = next(place for place in self.places if place.number == self.stood[pallet.unit])

        if row.unit.sscc:
            self.stood[row.unit] = row.values.get("location", self.places[0].number)
        kept = {name: row.values[name] for name in ("quantity", "uom", "consignee", "desadv", "location") if name in row.values}
        self.fact("shipments", undo, row.unit, serial_to=row.serial_to, type="void", **kept)
        shipment.voided = self.now

    def send_over(self) -> None:
        """A lot or a run of pieces goes to another warehouse of ours, by a shipment to ourselves."""
        starts = [place for place in self.places if place.use == STORAGE and place.owner is None]
        if len(starts) < 2:
            return
        end = self.chance.choice(starts)
        road = Place(f"to {end.number}", TRANSIT, towards=end.ref)
        paper = {"consignee": self.us.number, "ship_to": end.number, "desadv": self.document("TO")}
        unit = self.pick(self.serials(("serial device",), (STORAGE,)))
        pair = self.pick([(lot, place) for lot, place in self.stock(("device", "label"), (STORAGE,))
                          if place != end and not any(where.towards for where in self.world.places(lot))])
        if unit and self.maybe(0.5) and self.world.pieces[unit].place != end:
            run, start = self.run_of(unit, 3, self.alike(unit)), self.world.pieces[unit].place
            self.fact("shipments", lambda: self.relocate(run, road), **self.named(run), **paper, location=start.number)
            self.under_way.append((run, None, Fraction(0), road, end, paper["desadv"]))
        elif pair:
            lot, start = pair
            quantity = self.some(self.world.items[lot], self.world.free(lot, start))
            self.fact("shipments", lambda: self.world.carry(lot, start, road, quantity), lot, **paper, location=start.number,
                      **self.measured_next(lot, quantity))
            self.under_way.append(([], lot, quantity, road, end, paper["desadv"]))

    def relocate(self, run: list[Unit], place: Place) -> None:
        """Pieces are elsewhere."""
        for piece in run:
            self.world.change(piece, place=place)

    def arrive(self) -> None:
        """What was sent over is received."""
        if not self.under_way:
            return
        run, lot, quantity, road, end, paper = self.under_way.pop(0)
        cells = {"supplier": self.us.number, "desadv": paper, "location": end.number}
        if run:
            self.fact("receipts", lambda: self.relocate(run, end), **self.named(run), **cells)
        else:
            self.fact("receipts", lambda: self.world.carry(lot, road, end, quantity), lot, **cells, **self.measured_next(lot, quantity))

    def take_back(self) -> None:
        """A customer sends something back."""
        kept = [(shipment, unit) for shipment in self.history.shipments if shipment.voided is None for unit in shipment.units
                if self.outstanding(shipment.customer, unit) > 0]
        pair = self.pick(kept)
        if pair is None:
            return
        shipment, unit = pair
        place, customer = self.place(STORAGE), shipment.customer
        paper = {"location": place.number, "customer": customer.number, "rma": self.document("RMA") if self.maybe(0.5) else None}
        if unit.serial is not None:
            def back() -> None:
                self.world.book(unit, "returned", Fraction(1))
                self.world.pieces[unit] = replace(self.world.pieces[unit], place=place, disposition=PENDING, owner="")

            self.fact("returns", back, **self.named([unit]), **paper)
        else:
            quantity = self.some(self.world.items[unit], self.outstanding(customer, unit))

            def back_lot() -> None:
                self.world.book(unit, "returned", quantity)
                self.world.put(unit, place, ("", PENDING, quantity))

            self.fact("returns", back_lot, unit, **paper, **self.measured_next(unit, quantity))
            self.world.back[customer, unit] = self.world.back.get((customer, unit), Fraction(0)) + quantity
        self.history.returns.append((self.now, customer, unit))

    def outstanding(self, customer: Party, unit: Unit) -> Fraction:
        """How much of a unit a customer has."""
        if unit.serial is not None:
            last = [shipment for shipment in self.history.shipments if unit in shipment.units and shipment.voided is None][-1]
            return Fraction(int(self.world.pieces[unit].place is None and last.customer == customer and self.gone_by_shipping(unit)))
        sent = sum((shipment.units[unit] for shipment in self.history.shipments
                    if shipment.customer == customer and shipment.voided is None and unit in shipment.units), Fraction(0))
        return sent - self.world.back.get((customer, unit), Fraction(0))

    def gone_by_shipping(self, unit: Unit) -> bool:
        """Whether a piece is out because it was shipped, not because it ended."""
        figures = self.world.figures
        return figures.get((unit, "shipped"), 0) > figures.get((unit, "returned"), 0)
