"""Status rows: release, rejection, expiry, holds."""
from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from selling import Selling
from things import CONCESSION, PENDING, REJECTED, RELEASED, Unit
from warehouse import NEVER
from world import Hold


class Judging(Selling):
    """What quality says of stock."""

    def judge_lot(self) -> None:
        """A whole lot, pieces included, gets a disposition."""
        lot = self.pick(self.lots + self.serial_lots)
        if lot is None:
            return
        disposition = self.chance.choice((RELEASED, RELEASED, RELEASED, CONCESSION, REJECTED, PENDING))
        self.fact("status", lambda: self.world.judge(lot, disposition, None, None), lot, status=disposition)

    def judge_part(self) -> None:
        """What lies at one place, or a quantity of it, gets a disposition."""
        pair = self.pick(self.stock())
        if pair is None:
            return
        lot, place = pair
        states = {disposition for _, disposition in self.world.at(lot, place)}
        waiting = self.world.at(lot, place).get(("", PENDING), Fraction(0))
        fits = [each for each in (RELEASED, CONCESSION, REJECTED, PENDING) if each not in states]
        if self.maybe(0.4) or not fits:
            disposition = self.chance.choice((RELEASED, REJECTED, PENDING))
            self.fact("status", lambda: self.world.judge(lot, disposition, place, None), lot, status=disposition, location=place.number)
            return
        # Of a quantity, the words of the specification name pending stock first and nothing after it.
        most = waiting or (self.world.on_hand(lot, place) if len(states) == 1 else Fraction(0))
        disposition = self.chance.choice(fits)
        if most > 0:
            quantity = self.some(self.world.items[lot], most)
            self.fact("status", lambda: self.world.judge(lot, disposition, place, quantity), lot, status=disposition,
                      location=place.number, **self.measured_next(lot, quantity))

    def judge_piece(self) -> None:
        """One piece gets a disposition."""
        unit = self.pick(self.serials())
        if unit is None:
            return
        disposition = self.chance.choice((RELEASED, CONCESSION, REJECTED))
        self.fact("status", lambda: self.world.change(unit, disposition=disposition), Unit(unit.item, None, unit.serial), status=disposition)

    def hold(self) -> None:
        """A hold on a lot, on what of it lies at a place, on a quantity there, or on a piece."""
        number = f"H-{self.next_number()}"
        pair = self.pick(self.stock())
        unit = self.pick(self.serials())
        choice = self.chance.choice(("lot", "place", "quantity", "piece"))
        lot = self.pick(self.lots + self.serial_lots) if choice == "lot" else pair[0] if pair else None
        if choice == "piece":
            self.place_hold(number, Hold(unit, None, None)) if unit else None
        elif lot and choice == "lot":
            self.place_hold(number, Hold(lot, None, None))
        elif lot and choice == "place":
            self.place_hold(number, Hold(lot, pair[1], None))
        elif lot and not any(hold.unit == lot and hold.quantity for hold in self.world.holds.values()):
            self.place_hold(number, Hold(lot, pair[1], self.some(self.world.items[lot], self.world.free(*pair), 0)))

    def place_hold(self, number: str, hold: Hold) -> None:
        """The row of a hold."""
        cells = self.measured_next(hold.unit, hold.quantity) if hold.quantity else {}
        if hold.place:
            cells["location"] = hold.place.number
        self.fact("status", lambda: self.world.holds.update({number: hold}), hold.unit, status="held", hold=number,
                  hold_kind=self.chance.choice((None, "quality", "customs")), **cells)

    def lift(self) -> None:
        """A hold ends."""
        number = self.pick(sorted(self.world.holds))
        if number is None:
            return
        unit = self.world.holds[number].unit
        self.fact("status", lambda: self.world.holds.pop(number), unit, status="lifted", hold=number, reason="checked")

    def expire(self) -> None:
        """A lot gets another expiry date."""
        lot = self.pick(self.lots + self.serial_lots)
        if lot is None:
            return
        day = (self.now + timedelta(days=self.chance.choice((10, 25, NEVER)))).date()
        self.fact("status", lambda: self.world.expiry.update({lot: day}), lot, expires_on=day)
