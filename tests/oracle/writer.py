"""Writes events as EPCIS 2.0 JSON-LD: names in mixed writings, times in mixed offsets, master data, files."""
from __future__ import annotations

import json
import random
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from pathlib import Path

import gs1

DOMAINS = ("https://id.gs1.org", "https://trace.example.com", "https://id.example.org/products", "http://dl.example.net")
OFFSETS = ("+00:00", "+01:00", "+08:00", "-05:00", "+05:30")
CONTEXT = ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld", {"cbvmda": "urn:epcglobal:cbv:mda:"}]
PREFIXES = ("4512345", "40123456", "061414", "950600013", "8712345678", "9521")
OWN = PREFIXES[0]


def gtin(prefix: str, number: int) -> str:
    """GTIN-14 of item `number` of a company."""
    body = "0" + prefix + str(number).zfill(12 - len(prefix))
    return body + gs1.check_digit(body)


def sscc(number: int) -> str:
    """Key of our logistic unit `number`."""
    body = "3" + OWN + str(number).zfill(9)
    return f"(00){body}{gs1.check_digit(body)}"


def prefix_length(key: str) -> int:
    """Length of the company prefix inside a GTIN or SSCC key of this factory."""
    parts = gs1.key_parts(key)
    digits = (parts.get("00") or parts["01"])[1:]
    return next(len(prefix) for prefix in PREFIXES if digits.startswith(prefix))


@dataclass(frozen=True)
class Party:
    """A company: twelve digits `prefix.reference` of its GLN, and its master data."""

    prefix: str
    reference: str
    name: str
    city: str
    country: str

    @property
    def pgln(self) -> str:
        """EPC URN of the party."""
        return f"urn:epc:id:pgln:{self.prefix}.{self.reference}"

    def location(self, extension: str = "0") -> str:
        """EPC URN of the party's site."""
        return f"urn:epc:id:sgln:{self.prefix}.{self.reference}.{extension}"

    def master_data(self) -> dict:
        """Vocabulary element of the party."""
        values = {"name": self.name, "city": self.city, "countryCode": self.country,
                  "streetAddressOne": f"{self.reference[-2:]} Main Street"}
        return {"id": self.pgln,
                "attributes": [{"id": f"urn:epcglobal:cbv:mda#{name}", "attribute": text}
                               for name, text in values.items()]}


MAKER = Party(OWN, "00001", "Lot Works GmbH", "Jena", "DE")
CUSTOMERS = (
    Party("7612345", "00010", "Kantonsspital Nord", "Chur", "CH"),
    Party("7612345", "00020", "Klinik am See", "Thun", "CH"),
    Party("690123456", "001", "\u534e\u4e1c\u533b\u9662", "\u4e0a\u6d77", "CN"),
    Party("5012345", "00777", "Medway Distribution Ltd", "Leeds", "GB"),
    Party("871234", "000005", "Care Logistics BV", "Delft", "NL"),
)


class Writer:
    """Builds event objects and writes the files."""

    def __init__(self, chance: random.Random, mixed: bool) -> None:
        """`mixed`: a unit is named now by EPC URN, now by Digital Link."""
        self.chance = chance
        self.mixed = mixed

    def uri(self, key: str, lot: str | None = None) -> str:
        """A writing of a key. `lot`: the lot text of a serial, which a Digital Link may state."""
        if not key.startswith("("):
            return key
        if not self.mixed or self.chance.random() < 0.55:
            return gs1.to_urn(key, prefix_length(key))
        stated = lot if self.chance.random() < 0.5 else None
        return gs1.to_digital_link(key, self.chance.choice(DOMAINS), stated)

    def linked(self, key: str, lot: str) -> str:
        """Digital Link of a serial with its lot."""
        return gs1.to_digital_link(key, self.chance.choice(DOMAINS), lot)

    def quantity(self, key: str, amount: Fraction, uom: str) -> dict:
        """Element of a quantity list."""
        element: dict = {"epcClass": self.uri(key), "quantity": number(amount)}
        return element | ({"uom": uom} if uom else {})

    def stamp(self, instant: datetime) -> dict:
        """eventTime and eventTimeZoneOffset of an instant, in one of the usual writings."""
        offset = self.chance.choice(OFFSETS)
        hours, minutes = int(offset[1:3]), int(offset[4:6])
        zone = timezone((1 if offset[0] == "+" else -1) * timedelta(hours=hours, minutes=minutes))
        local = instant.astimezone(zone if self.chance.random() < 0.5 else timezone.utc)
        text = local.isoformat(timespec=self.chance.choice(("seconds", "milliseconds")))
        return {"eventTime": text.replace("+00:00", "Z"), "eventTimeZoneOffset": offset}


def number(amount: Fraction) -> int | float:
    """JSON number of an amount that has few decimals."""
    return int(amount) if amount.denominator == 1 else float(amount)


def document(events: list[dict], identifier: str, created: datetime, parties: list[Party]) -> dict:
    """EPCIS document with the master data of `parties` in its header."""
    header = {}
    if parties:
        elements = [party.master_data() for party in parties]
        vocabulary = {"type": "urn:epcglobal:epcis:vtype:Party", "vocabularyElementList": elements}
        header = {"epcisHeader": {"epcisMasterData": {"vocabularyList": [vocabulary]}}}
    return {"@context": CONTEXT, "id": identifier, "type": "EPCISDocument", "schemaVersion": "2.0",
            "creationDate": created.isoformat().replace("+00:00", "Z"), **header,
            "epcisBody": {"eventList": events}}


def write_json(path: Path, value: object) -> None:
    """Writes a value as indented UTF-8 JSON."""
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
