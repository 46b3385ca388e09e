"""Receipts and production: lots, serials, assembly, sterilisation loads, rework loops."""
from __future__ import annotations

from fractions import Fraction

import gs1
from material import Parcel, draw, form, pour
from plant import (BOUGHT, COMPOUND, DEVICE, EACH, GRANULATE, KGM, KIT, MOTOR, SCREW, STERILE, TUBING, Lot, Plant,
                   Serial)
from writer import MAKER, OWN, PREFIXES, gtin


class Production(Plant):
    """What changes material."""

    def receive(self) -> None:
        """A supplier lot comes in, sometimes a second delivery of a known one."""
        item = self.chance.choice(list(BOUGHT))
        uom = BOUGHT[item]
        known = [lot.key for lot in self.lots if gs1.gtin_of(lot.key) == item]
        key = self.chance.choice(known) if known and self.maybe(0.15) else self.new_lot(item)
        amount = Fraction(self.chance.randint(40, 200)) if uom == EACH else Fraction(self.chance.randint(80, 900), 8)
        action = self.chance.choice(("ADD", "OBSERVE"))
        self.emit("ObjectEvent", action=action, bizStep="receiving", disposition="in_progress",
                  quantityList=self.quantities([(key, amount, uom)]), bizLocation={"id": MAKER.location("2")})
        self.put(key, uom, [Parcel(amount, {})])

    def receive_serials(self) -> None:
        """Serial parts of a supplier come in, their lot told by Digital Link or by ilmd."""
        key = self.new_lot(MOTOR)
        self.commission(key, MOTOR, [Parcel(Fraction(1), {}) for _ in range(self.chance.randint(2, 5))], "receiving")

    def commission(self, lot: str, item: str, parcels: list[Parcel], step: str = "commissioning") -> list[Serial]:
        """Gives single pieces of a lot their serials and puts them into stock."""
        text = gs1.key_parts(lot)["10"]
        serials = self.make_serials(lot, item, parcels)
        by_link = self.has("mixed_forms") and self.maybe(0.5)
        uris = [self.writer.linked(serial.key, text) for serial in serials] if by_link else self.serial_uris(serials)
        ilmd = {} if by_link else {"cbvmda:lotNumber": text, "cbvmda:itemExpirationDate": "2029-01-31"}
        self.emit("ObjectEvent", action="ADD", bizStep=step, disposition="active", epcList=uris, ilmd=ilmd)
        return serials

    def make_serials(self, lot: str, item: str, parcels: list[Parcel]) -> list[Serial]:
        """Serial pieces for parcels of size one, in stock."""
        self.truth.enter(lot, parcels)
        made = []
        for parcel in parcels:
            key = gs1.serial_key(item, f"S{self.next_number():05d}" + self.chance.choice(("", "-x", "/q")))
            self.truth.enter(key, [parcel])
            made.append(Serial(key, gs1.key_parts(lot)["10"], parcel))
        self.serials += made
        return made

    def split(self) -> None:
        """One lot becomes two or three of the same item; the rest may stay."""
        for lot in self.pick_lots(1, self.chance.choice((KGM, EACH)), set(BOUGHT) | {COMPOUND, TUBING}):
            amount = self.some(lot)
            step = Fraction(1) if lot.uom == EACH else Fraction(1, 8)
            if amount < 3 * step:
                return
            first = step * self.chance.randint(1, int(amount / step) - 1)
            sizes = [first, amount - first]
            self.convert([(lot, amount)], gs1.gtin_of(lot.key), sizes)

    def merge(self) -> None:
        """Lots of one item become one."""
        item = self.chance.choice([*BOUGHT, COMPOUND, TUBING])
        lots = self.pick_lots(3, BOUGHT.get(item, EACH if item == TUBING else KGM), {item})
        if len(lots) > 1:
            parts = [(lot, self.some(lot)) for lot in lots]
            self.convert(parts, item, [sum((amount for _, amount in parts), Fraction(0))])

    def convert(self, parts: list[tuple[Lot, Fraction]], item: str, sizes: list[Fraction]) -> None:
        """Pours parts of lots into new lots of one measure; nothing is lost."""
        uom = parts[0][0].uom
        keys = [self.new_lot(item) for _ in sizes]
        self.transform([(lot.key, amount, uom) for lot, amount in parts],
                       [(key, size, uom) for key, size in zip(keys, sizes)])
        pool = [parcel for lot, amount in parts for parcel in self.take(lot, amount)]
        for key, parcels in zip(keys, pour(pool, sizes, self.chance)):
            self.put(key, uom, parcels)

    def compound(self) -> None:
        """Materials are blended into one or two lots of compound."""
        lots = self.pick_lots(3, KGM)
        parts = [(lot, self.some(lot)) for lot in lots]
        amount = sum((part for _, part in parts), Fraction(0))
        if amount < 1:
            return
        cut = Fraction(int(amount * 8) // 2, 8)
        self.convert(parts, COMPOUND, [amount] if self.maybe(0.6) else [cut, amount - cut])

    def tubing(self) -> None:
        """Compound becomes a lot of tubing, counted in pieces."""
        parts = [(lot, self.some(lot)) for lot in self.pick_lots(2, KGM)]
        if not parts:
            return
        inputs = [(lot.key, amount, KGM) for lot, amount in parts]
        extra: list[Parcel] = []
        if self.has("no_origin") and self.maybe(0.15):
            key = self.new_lot(gtin(PREFIXES[1], 11))
            inputs.append((key, Fraction(2), KGM))
            extra.append(Parcel(Fraction(2), {}))
            self.truth.enter(key, extra)
        opaque = self.opaque_tool(extra) if self.has("opaque") and self.maybe(0.15) else []
        key, pieces = self.new_lot(TUBING), self.chance.randint(4, 14)
        self.transform(inputs, [(key, Fraction(pieces), EACH)], inputEPCList=opaque)
        pool = extra + [parcel for lot, amount in parts for parcel in self.take(lot, amount)]
        self.put(key, EACH, form(pool, pieces, self.chance))

    def opaque_tool(self, extra: list[Parcel]) -> list[str]:
        """A part that has no GS1 identity, commissioned and at once used."""
        uri = f"https://plant.example.com/parts/{self.next_number()}"
        self.emit("ObjectEvent", action="ADD", bizStep="commissioning", disposition="active", epcList=[uri])
        parcel = Parcel(Fraction(1), {})
        self.truth.enter(uri, [parcel])
        extra.append(parcel)
        return [uri]

    def devices(self) -> None:
        """Serial devices are made, recorded by lot and then by serial, or by serial at once."""
        lots = [lot for uom in (KGM, EACH) for lot in self.pick_lots(2, uom)]
        parts = [(lot, min(self.some(lot, 0.1), Fraction(20))) for lot in lots]
        if not parts:
            return
        key, pieces = self.new_lot(DEVICE), self.chance.randint(2, 6)
        inputs = [(lot.key, amount, lot.uom) for lot, amount in parts]
        pool = [parcel for lot, amount in parts for parcel in self.take(lot, amount)]
        made = form(pool, pieces, self.chance)
        if self.maybe(0.7):
            self.transform(inputs, [(key, Fraction(pieces), EACH)])
            self.truth.enter(key, made)
            self.commission(key, DEVICE, made)
            self.lots.append(Lot(key, EACH, [Parcel(Fraction(pieces), {})], serialised=True))
            return
        serials = self.make_serials(key, DEVICE, made)
        self.emit("TransformationEvent", inputQuantityList=self.quantities(inputs), bizStep="commissioning",
                  outputEPCList=self.serial_uris(serials), ilmd={"cbvmda:lotNumber": gs1.key_parts(key)["10"]})

    def lot_level_use(self) -> None:
        """Pieces of a serialised lot are used up, and only their lot was written down."""
        lots = [lot for lot in self.lots if lot.serialised]
        if not lots:
            return
        lot = self.chance.choice(lots)
        text = gs1.key_parts(lot.key)["10"]
        mine = [serial for serial in self.serials
                if gs1.gtin_of(serial.key) == DEVICE and serial.lot_text == text and not serial.parts]
        if not mine:
            return
        serial = self.chance.choice(mine)
        self.serials.remove(serial)
        key = self.new_lot(KIT)
        self.transform([(lot.key, Fraction(1), EACH)], [(key, Fraction(1), EACH)])
        self.put(key, EACH, [serial.parcel])

    def assemble(self) -> None:
        """Serial parts, and sometimes screws by lot, are put into a device."""
        devices = [serial for serial in self.serials if gs1.gtin_of(serial.key) == DEVICE]
        motors = [serial for serial in self.serials if gs1.gtin_of(serial.key) == MOTOR]
        if not devices or not motors:
            return
        device = self.chance.choice(devices)
        parts = self.chance.sample(motors, min(len(motors), self.chance.randint(1, 2)))
        kind, step = self.chance.choice((("AggregationEvent", "assembling"), ("AssociationEvent", "installing"),
                                         ("AssociationEvent", "assembling")))
        screws = self.pick_lots(1, EACH, {SCREW}) if self.maybe(0.4) else []
        amounts = [(lot.key, min(lot.amount, Fraction(4)), EACH) for lot in screws]
        self.emit(kind, action="ADD", bizStep=step, disposition="in_progress", childEPCs=self.serial_uris(parts),
                  parentID=self.writer.uri(device.key, device.lot_text), childQuantityList=self.quantities(amounts))
        for part in parts:
            self.serials.remove(part)
            self.truth.enter(device.key, [part.parcel])
        for lot, (_, amount, _) in zip(screws, amounts):
            self.truth.enter(device.key, self.take(lot, amount))
        device.parts += parts

    def remove_part(self) -> None:
        """A part is taken out of a device and goes back into stock."""
        devices = [serial for serial in self.serials if serial.parts]
        if not devices:
            return
        device = self.chance.choice(devices)
        part = device.parts.pop()
        kind, step = self.chance.choice((("AssociationEvent", "removing"), ("AggregationEvent", "disassembling")))
        self.emit(kind, action="DELETE", bizStep=step, disposition="needs_replacement",
                  parentID=self.writer.uri(device.key, device.lot_text), childEPCs=self.serial_uris([part]))
        self.truth.leave(device.key, part.parcel)
        self.serials.append(part)

    def sterilise(self) -> None:
        """A load: the same lots in and out, or each lot relabelled as sterile under one transformationID."""
        lots = [lot for lot in self.pick_lots(2, EACH, {TUBING}) if lot.amount >= 1]
        if not lots:
            return
        load = f"urn:epcglobal:cbv:bt:{OWN}000018:LOAD{self.next_number():04d}"
        amounts = [(lot.key, lot.amount, EACH) for lot in lots]
        if self.maybe(0.5):
            self.emit("TransformationEvent", transformationID=load, bizStep="other",
                      inputQuantityList=self.quantities(amounts), outputQuantityList=self.quantities(amounts))
            return
        for lot, (key, amount, _) in zip(lots, amounts):
            sterile = self.new_lot(STERILE)
            self.emit("TransformationEvent", transformationID=load, bizStep="creating_class_instance",
                      inputQuantityList=self.quantities([(key, amount, EACH)]),
                      outputQuantityList=self.quantities([(sterile, amount, EACH)]))
            self.put(sterile, EACH, self.take(lot, amount))

    def rework(self) -> None:
        """A loop: a lot or a device goes in again with fresh material, or a lot by way of another lot."""
        self.chance.choice((self.rework_lot, self.rework_device, self.rework_round_trip))()

    def rework_lot(self) -> None:
        """Pieces of a lot take up fresh compound and go back into the lot."""
        fresh = self.pick_lots(1, KGM)
        for lot in self.pick_lots(1, EACH, {TUBING}) if fresh else []:
            pieces, amount = self.some(lot), min(self.some(fresh[0]), Fraction(1))
            self.transform([(lot.key, pieces, EACH), (fresh[0].key, amount, KGM)], [(lot.key, pieces, EACH)])
            taken = draw(lot.parcels, pieces, self.chance)
            for piece, more in zip(taken, form(self.take(fresh[0], amount), len(taken), self.chance)):
                piece.seen |= {key: piece.seen.get(key, Fraction(0)) + value for key, value in more.seen.items()}
            lot.parcels += taken

    def rework_device(self) -> None:
        """A device goes through production again and takes up screws."""
        devices = [serial for serial in self.serials if gs1.gtin_of(serial.key) == DEVICE]
        screws = self.pick_lots(1, EACH, {SCREW})
        if not devices or not screws:
            return
        device, amount = self.chance.choice(devices), min(screws[0].amount, Fraction(2))
        uris = self.serial_uris([device])
        self.emit("TransformationEvent", bizStep="repairing", inputEPCList=uris, outputEPCList=uris,
                  inputQuantityList=self.quantities([(screws[0].key, amount, EACH)]))
        self.truth.enter(device.key, self.take(screws[0], amount))

    def rework_round_trip(self) -> None:
        """A -> B -> A."""
        for lot in self.pick_lots(1, KGM, {COMPOUND}):
            amount, other = self.some(lot), self.new_lot(COMPOUND)
            self.transform([(lot.key, amount, KGM)], [(other, amount, KGM)])
            parcels = self.take(lot, amount)
            self.truth.enter(other, parcels)
            self.transform([(other, amount, KGM)], [(lot.key, amount, KGM)])
            self.put(lot.key, KGM, parcels)

    def class_level(self) -> None:
        """Compound becomes granulate that is known by item only, to be used later like a lot."""
        for lot in self.pick_lots(1, KGM, {COMPOUND}):
            item = COMPOUND if self.has("class_mixed") and self.maybe(0.5) else GRANULATE
            amount, key = self.some(lot), f"(01){item}"
            self.transform([(lot.key, amount, KGM)], [(key, amount, KGM)])
            self.put(key, KGM, self.take(lot, amount))
