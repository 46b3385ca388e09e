"""Reports of things that never happened; each is withdrawn."""
from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from logistics import Logistics
from plant import BOUGHT, EACH, KGM, TUBING, Emitted
from writer import CUSTOMERS, PREFIXES, gtin


class Ghosts(Logistics):
    """Events without anything behind them."""

    def ghost(self) -> None:
        """Something is reported that never happened, and withdrawn."""
        makers: list[Callable[[], Emitted | None]] = [self.ghost_shipping, self.ghost_run, self.ghost_receipt,
                                                      self.ghost_unpacking, self.ghost_packing]
        record = self.chance.choice(makers)()
        if record:
            self.withdraw(record.event, "did_not_occur", [])

    def ghost_shipping(self) -> Emitted | None:
        """A serial that did not leave."""
        if not self.serials:
            return None
        return self.emit_with_id("ObjectEvent", action="OBSERVE", bizStep="shipping", disposition="in_transit",
                                 epcList=self.serial_uris([self.chance.choice(self.serials)]),
                                 destinationList=self.destinations(self.chance.choice(CUSTOMERS)))

    def ghost_run(self) -> Emitted | None:
        """A production that did not take place."""
        lots = self.pick_lots(2, KGM)
        if not lots:
            return None
        return self.emit_with_id("TransformationEvent", bizStep="commissioning",
                                 inputQuantityList=self.quantities([(lot.key, Fraction(1), KGM) for lot in lots]),
                                 outputQuantityList=self.quantities([(self.new_lot(TUBING), Fraction(9), EACH)]))

    def ghost_receipt(self) -> Emitted | None:
        """A delivery that did not come; half the time of a lot that does exist."""
        lots = self.pick_lots(1, KGM, set(BOUGHT))
        key = lots[0].key if lots and self.maybe(0.5) else self.new_lot(gtin(PREFIXES[1], 11))
        return self.emit_with_id("ObjectEvent", action="ADD", bizStep="receiving", disposition="in_progress",
                                 quantityList=self.quantities([(key, Fraction(5), KGM)]))

    def ghost_unpacking(self) -> Emitted | None:
        """A container that stayed closed."""
        if not self.cases:
            return None
        return self.emit_with_id("AggregationEvent", action="DELETE", bizStep="unpacking", disposition="container_open",
                                 parentID=self.writer.uri(self.chance.choice(self.cases).key))

    def ghost_packing(self) -> Emitted | None:
        """A serial that was put into no case."""
        if not self.serials:
            return None
        case = self.new_case()
        return self.emit_with_id("AggregationEvent", action="ADD", bizStep="packing", disposition="container_closed",
                                 parentID=self.writer.uri(case.key),
                                 childEPCs=self.serial_uris([self.chance.choice(self.serials)]))
