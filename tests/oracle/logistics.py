"""Packing, shipping, void, return, destruction, and packing in ways that readers dispute."""
from __future__ import annotations

from fractions import Fraction

import gs1
from material import Parcel
from plant import DEVICE, EACH, KIT, STERILE, TUBING, Case, Lot, Plant, Shipment
from writer import CUSTOMERS, MAKER, OWN, Party, gtin, sscc


class Logistics(Plant):
    """What moves goods."""

    def new_case(self) -> Case:
        """A commissioned, empty SSCC."""
        case = Case(sscc(self.next_number()))
        self.emit("ObjectEvent", action="ADD", bizStep="commissioning", disposition="active",
                  epcList=[self.writer.uri(case.key)])
        return case

    def choose_goods(self) -> Case:
        """Takes finished serials and lot quantities out of stock."""
        goods = Case("")
        finished = [serial for serial in self.serials if gs1.gtin_of(serial.key) == DEVICE]
        goods.serials = self.chance.sample(finished, min(len(finished), self.chance.randint(0, 3)))
        self.serials = [serial for serial in self.serials if serial not in goods.serials]
        for lot in self.pick_lots(2, EACH, {TUBING, STERILE, KIT}) if self.maybe(0.7) else []:
            amount = self.some(lot)
            goods.portions.append(Lot(lot.key, EACH, self.take(lot, amount)))
        return goods

    def goods_lists(self, goods: Case) -> tuple[list[str], list[dict]]:
        """EPC list and quantity list of goods."""
        uris = self.serial_uris(goods.serials) + [self.writer.uri(case.key) for case in goods.cases]
        return uris, self.quantities([(lot.key, lot.amount, EACH) for lot in goods.portions])

    def pack(self) -> None:
        """Goods go into a case."""
        goods = self.choose_goods()
        if not goods.serials and not goods.portions:
            return
        case = self.new_case()
        case.serials, case.portions = goods.serials, goods.portions
        self.emit_packing(case, "ADD", goods, "packing", "container_closed")
        self.cases.append(case)

    def pallet(self) -> None:
        """Cases go onto a pallet."""
        flat = [case for case in self.cases if not case.cases]
        if not flat:
            return
        pallet = self.new_case()
        pallet.cases = self.chance.sample(flat, min(len(flat), self.chance.randint(1, 3)))
        self.cases = [case for case in self.cases if case not in pallet.cases] + [pallet]
        self.emit_packing(pallet, "ADD", Case("", cases=pallet.cases), "packing", "container_closed")

    def emit_packing(self, case: Case, action: str, goods: Case, step: str, disposition: str) -> None:
        """Emits an aggregation event for goods and their container."""
        uris, quantities = self.goods_lists(goods)
        self.emit("AggregationEvent", action=action, bizStep=step, disposition=disposition, childEPCs=uris,
                  parentID=self.writer.uri(case.key), childQuantityList=quantities)

    def unpack(self) -> None:
        """A container is emptied, with a list or without, or only in part."""
        if not self.cases:
            return
        case = self.chance.choice(self.cases)
        out = Case("", list(case.serials), list(case.portions), list(case.cases))
        if self.maybe(0.4) and len(case.serials) > 1:
            out = Case("", case.serials[:1])
        listed = out if len(out.serials) < len(case.serials) or self.maybe(0.5) else Case("")
        self.emit_packing(case, "DELETE", listed, "unpacking", "container_open")
        case.serials = [serial for serial in case.serials if serial not in out.serials]
        case.portions = [lot for lot in case.portions if lot not in out.portions]
        case.cases = [inner for inner in case.cases if inner not in out.cases]
        self.restock(out)
        if not case.serials and not case.portions and not case.cases:
            self.cases.remove(case)

    def restock(self, goods: Case) -> None:
        """Goods go back into stock."""
        self.serials += goods.serials
        self.cases += goods.cases
        for portion in goods.portions:
            self.put(portion.key, EACH, portion.parcels)

    def ship(self) -> None:
        """Goods, or a container, leave for a customer."""
        party, paper = self.chance.choice(CUSTOMERS), f"urn:epcglobal:cbv:bt:{OWN}000018:DA{self.next_number():05d}"
        container = self.chance.choice(self.cases) if self.cases and self.maybe(0.65) else None
        if container:
            self.cases.remove(container)
            items = Case("", cases=[container])
        else:
            items = self.choose_goods()
        if not items.serials and not items.portions and not items.cases:
            return
        self.emit_move("shipping", "in_transit", items, paper, destinationList=self.destinations(party),
                       sourceList=[{"type": "possessing_party", "source": MAKER.pgln}])
        self.shipments.append(Shipment(party, paper, items, container))

    def destinations(self, party: Party) -> list[dict]:
        """Destination list: the owner counts, else the possessor, else the place."""
        other = self.chance.choice([customer for customer in CUSTOMERS if customer != party])
        place = {"type": "location", "destination": party.location(self.chance.choice(("0", "7")))}
        choices = [
            [{"type": "owning_party", "destination": party.pgln}],
            [{"type": "possessing_party", "destination": party.pgln}, place],
            [place],
            [{"type": "possessing_party", "destination": other.pgln},
             {"type": "owning_party", "destination": party.pgln}, place],
        ]
        if self.has("no_party") and self.maybe(0.12):
            return []
        return self.chance.choice(choices)

    def emit_move(self, step: str, disposition: str, goods: Case, paper: str, **more: object) -> None:
        """Emits an object event that moves goods under a document."""
        uris, quantities = self.goods_lists(goods)
        kind = "rma" if disposition == "returned" else "desadv"
        self.emit("ObjectEvent", action="OBSERVE", bizStep=step, disposition=disposition, epcList=uris,
                  quantityList=quantities, bizTransactionList=[{"type": kind, "bizTransaction": paper}], **more)

    def void(self) -> None:
        """A shipment turns out not to have left."""
        if not self.shipments:
            return
        shipment = self.shipments.pop(self.chance.randrange(len(self.shipments)))
        self.emit_move("void_shipping", "in_progress", shipment.items, shipment.paper)
        self.restock(shipment.items)

    def take_back(self) -> None:
        """A customer sends a shipment back, in its container or piece by piece."""
        if not self.shipments:
            return
        shipment = self.shipments.pop(self.chance.randrange(len(self.shipments)))
        goods = shipment.items
        container = shipment.container
        if container and container.serials and self.maybe(0.5):
            goods = Case("", container.serials[:1])
        paper = f"urn:epcglobal:cbv:bt:{OWN}000018:RMA{self.next_number():04d}"
        source = [{"type": "owning_party", "source": shipment.party.pgln}] if self.maybe(0.8) else []
        self.emit_move("receiving", "returned", goods, paper, sourceList=source)
        self.restock(goods)

    def destroy(self) -> None:
        """A serial or a part of a lot is destroyed."""
        step, disposition = self.chance.choice((("destroying", "destroyed"), ("decommissioning", "inactive")))
        goods = Case("")
        if self.serials and self.maybe(0.5):
            goods.serials = [self.serials.pop(self.chance.randrange(len(self.serials)))]
        else:
            goods.portions = [Lot(lot.key, lot.uom, self.take(lot, self.some(lot)))
                              for lot in self.pick_lots(1, EACH, {TUBING, STERILE})]
        uris, quantities = self.goods_lists(goods)
        if uris or quantities:
            self.emit("ObjectEvent", action="DELETE", bizStep=step, disposition=disposition, epcList=uris,
                      quantityList=quantities)

    def noise(self) -> None:
        """An observation that moves nothing."""
        step, disposition = self.chance.choice((("inspecting", "conformant"), ("holding", "unavailable"),
                                                ("storing", "in_progress")))
        keys = [serial.key for serial in self.serials] + [case.key for case in self.cases]
        if keys:
            self.emit("ObjectEvent", action="OBSERVE", bizStep=step, disposition=disposition,
                      epcList=[self.writer.uri(self.chance.choice(keys))])

    def direct_repack(self) -> None:
        """A packed serial goes into another case without having been unpacked."""
        cases = [case for case in self.cases if case.serials]
        if cases:
            old, new = self.chance.choice(cases), self.new_case()
            new.serials = [old.serials.pop()]
            self.emit_packing(new, "ADD", new, "packing", "container_closed")
            self.cases.append(new)

    def serial_parent(self) -> None:
        """Tubing is packed under a serial of its own (a case with a GTIN), not under an SSCC."""
        for lot in self.pick_lots(1, EACH, {TUBING}):
            amount = self.some(lot)
            key = gs1.serial_key(gtin(OWN, 150), f"C{self.next_number()}")
            self.emit("ObjectEvent", action="ADD", bizStep="commissioning", disposition="active",
                      epcList=[self.writer.uri(key)])
            self.emit("AggregationEvent", action="ADD", bizStep="packing", disposition="container_closed",
                      parentID=self.writer.uri(key), childQuantityList=self.quantities([(lot.key, amount, EACH)]))
            self.take(lot, amount)

    def partial_lot_ship(self) -> None:
        """Pieces of a serialised lot are shipped, and only the lot was written down."""
        lots = [lot for lot in self.lots if lot.serialised]
        if lots:
            items = Case("", portions=[Lot(self.chance.choice(lots).key, EACH, [Parcel(Fraction(1), {})])])
            paper = f"urn:epcglobal:cbv:bt:{OWN}000018:DA{self.next_number():05d}"
            self.emit_move("shipping", "in_transit", items, paper,
                           destinationList=self.destinations(self.chance.choice(CUSTOMERS)))
