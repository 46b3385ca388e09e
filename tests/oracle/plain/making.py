"""Orders: what they use, and what they make, throw away and make again."""
from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from things import LINE, STORAGE, SUBCONTRACTOR, Item, Place, Unit
from warehouse import NEVER, Warehouse


class Making(Warehouse):
    """Production. All rows of one order and run are one process, whatever their order and time."""

    def order(self) -> None:
        """An order uses one to three materials and makes parts, devices or serials; sometimes an old order goes on."""
        names = self.orders
        if names and self.maybe(0.2):
            process = self.chance.choice(names)
        else:
            process = (self.document("WO"), self.chance.choice(("", "", "1", "2")))
            names.append(process)
            if self.maybe(0.2):
                names.append((process[0], {"": "7", "1": "2", "2": "1"}[process[1]]))
            self.tell("orders", self.now, order=process[0], state="released", run=process[1])
        steps = [self.use] * self.chance.randint(1, 3) + [self.install] * self.chance.randint(0, 1)
        for step in steps:
            step(process)
        for _ in range(self.chance.randint(1, 2)):
            self.chance.choice((self.output, self.output, self.output_serials, self.output_serials, self.by_product, self.made_scrap))(process)

    def process_cells(self, process: tuple[str, str]) -> dict[str, object]:
        """Columns that name the process."""
        return {"order": process[0], "run": process[1] or None, "operation": "0010" if self.maybe(0.3) else None,
                "basis": self.chance.choice((None, "scanned", "declared", "backflushed", "inferred"))}

    def flows(self, process: tuple[str, str], side: str, unit: Unit) -> None:
        """Remembers a link of the walk."""
        self.history.flow.append((self.now, f"order {process[0]} run {process[1]}", side, unit))

    def use(self, process: tuple[str, str]) -> None:
        """Some of a lot goes into the order, from the line or straight from a bin."""
        uses = () if self.maybe(0.3) else (LINE,)
        pair = self.pick(self.stock(("raw", "part", "by-product"), uses)) or self.pick(self.stock(("raw", "part")))
        if pair is None:
            return
        lot, place = pair
        quantity = self.some(self.world.items[lot], self.world.free(lot, place))

        def go() -> None:
            self.world.take(lot, place, quantity)
            self.world.book(lot, "consumed", quantity)

        until = {"until": self.now + timedelta(days=1)} if self.maybe(0.1) else {}
        self.fact("consumption", go, lot, **self.process_cells(process), **self.measured_next(lot, quantity),
                  **self.leaving(lot, location=place), **until)
        self.flows(process, "in", lot)

    def install(self, process: tuple[str, str]) -> None:
        """A serial component goes into the order."""
        unit = self.pick(self.serials(("component",)))
        if unit is None:
            return
        run = self.run_of(unit, self.chance.choice((1, 1, 3)), self.alike(unit))
        place = self.world.pieces[unit].place

        def go() -> None:
            for piece in run:
                self.world.end_piece(piece, "consumed")

        stated = {} if self.maybe(0.3) else self.stand(location=place)
        self.fact("consumption", go, **self.named(run), **self.process_cells(process), **stated)
        for piece in run:
            self.flows(process, "in", piece)

    def where_made(self) -> Place:
        """Where outputs come to lie."""
        return self.place(LINE, STORAGE, SUBCONTRACTOR)

    def output(self, process: tuple[str, str]) -> None:
        """A lot of parts or devices, new or more of one that this order made."""
        item = self.item(self.chance.choice(("part", "device", "device")))
        lot = self.known_output(process, item) or self.new_output(process, item)
        quantity, place = Fraction(self.chance.choice((12, 20, 60, 7))), self.where_made()
        expiry = self.said_expiry(lot)
        kind = self.chance.choice(("output", None))
        self.fact("production", lambda: self.world.make(lot, place, quantity, "produced"), lot, **self.process_cells(process), type=kind,
                  **self.measured_next(lot, quantity), location=place.number, **expiry)
        self.flows(process, "out", lot)

    def known_output(self, process: tuple[str, str], item: Item) -> Unit | None:
        """A lot that this order made before."""
        return next((lot for lot in self.lots if self.world.items[lot] is item and self.world.source[lot] == str(process)), None)

    def new_output(self, process: tuple[str, str], item: Item) -> Unit:
        """A lot of our own."""
        lot = Unit(item.code, f"{item.role[0].upper()}{self.next_number():04d}")
        self.world.items[lot], self.world.source[lot] = item, str(process)
        self.lots.append(lot)
        return lot

    def said_expiry(self, lot: Unit) -> dict[str, object]:
        """An expiry date, once per lot, in the first row of it."""
        if (lot, "produced") in self.world.figures or self.maybe(0.5):
            return {}
        self.world.expiry[lot] = (self.now + timedelta(days=self.chance.choice((20, NEVER, NEVER)))).date()
        return {"expires_on": self.world.expiry[lot]}

    def output_serials(self, process: tuple[str, str]) -> None:
        """Serial devices of one lot, one by one or as a range; some are thrown away at once."""
        item = self.item("serial device")
        lot = self.chance.choice(self.serial_lots) if self.serial_lots and self.maybe(0.3) else None
        if lot is None:
            lot = Unit(item.code, f"S{self.next_number():04d}")
            self.world.items[lot] = item
            self.serial_lots.append(lot)
        place, count = self.where_made(), self.chance.choice((1, 2, 5, 12))
        scrapped = self.maybe(0.1)
        for run in [self.new_serials(item, "D", count)] + [self.new_serials(item, "D", 1)] * scrapped:
            self.make_serials(process, lot, run, place, scrapped and len(run) == 1)

    @property
    def serial_lots(self) -> list[Unit]:
        """Lots of serial devices."""
        return self.world.serial_lots

    def make_serials(self, process: tuple[str, str], lot: Unit, run: list[Unit], place: Place, scrapped: bool) -> None:
        """One row of new pieces."""
        def go() -> None:
            for piece in run:
                self.world.make_piece(piece, lot, self.world.items[lot], place, "produced")
                if scrapped:
                    self.world.end_piece(piece, "scrapped")

        unit = Unit(lot.item, lot.lot, run[0].serial, lot.issuer)
        self.fact("production", go, unit, serial_to=run[-1].serial if len(run) > 1 else None, **self.process_cells(process),
                  location=place.number, type="scrap" if scrapped else None, **self.piece_count(len(run)))
        for piece in run:
            self.flows(process, "out", piece)
            self.history.members.append((self.now, lot, piece))

    def by_product(self, process: tuple[str, str]) -> None:
        """Chips."""
        item = self.item("by-product")
        lot = self.known_output(process, item) or self.new_output(process, item)
        place, quantity = self.where_made(), Fraction(self.chance.randint(1, 40), 8)
        self.fact("production", lambda: self.world.make(lot, place, quantity, "produced"), lot, **self.process_cells(process),
                  type="by_product", **self.measured_next(lot, quantity), location=place.number)
        self.flows(process, "out", lot)

    def made_scrap(self, process: tuple[str, str]) -> None:
        """Bad pieces of the lot that the order makes: made and scrapped at once."""
        lot = self.known_output(process, self.item("device"))
        if lot is None:
            self.output(process)
            return
        quantity, place = Fraction(self.chance.randint(1, 5)), self.where_made()

        def go() -> None:
            self.world.book(lot, "produced", quantity)
            self.world.book(lot, "scrapped", quantity)

        self.fact("production", go, lot, **self.process_cells(process), type="scrap", **self.measured_next(lot, quantity), location=place.number)
        self.flows(process, "out", lot)

    def rework(self) -> None:
        """Devices go through an order again, into the same lot or a new one; what fails is scrapped there."""
        pair = self.pick(self.stock(("device",)))
        if pair is None or self.world.owners(*pair) != {""}:
            return
        lot, place = pair
        quantity = self.some(self.world.items[lot], self.world.free(lot, place))
        process = (self.document("RW"), "")

        def go() -> None:
            self.world.take(lot, place, quantity)
            self.world.book(lot, "consumed", quantity)

        self.fact("consumption", go, lot, **self.process_cells(process), **self.measured_next(lot, quantity), **self.leaving(lot, location=place))
        self.flows(process, "in", lot)
        into = lot if self.maybe(0.5) else self.new_output(process, self.world.items[lot])
        end = self.where_made()
        self.fact("production", lambda: self.world.make(into, end, quantity, "produced"), into, **self.process_cells(process), type="rework",
                  **self.measured_next(into, quantity), location=end.number)
        self.flows(process, "out", into)

    def rename_piece(self) -> None:
        """A serial device gets another serial."""
        old = self.pick(self.serials(("serial device",)))
        if old is None:
            return
        item, piece = self.world.items[old], self.world.pieces[old]
        new = Unit(old.item, None, f"X{self.next_number():04d}")

        def go() -> None:
            self.world.end_piece(old, "consumed")
            self.world.make_piece(new, None, item, piece.place, "produced")

        row = self.fact("moves", go, **self.named([old]), type="relabel", into=new.ref, location=piece.place.number)
        self.history.flow += [(self.now, f"row {row.number}", "in", old), (self.now, f"row {row.number}", "out", new)]
