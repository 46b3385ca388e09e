"""Identity of traced units: GS1 names in every writing, reduced to one key.

A small implementation of its own, so that the oracle shares nothing with the program it judges.
"""
from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

LOT, SERIAL, CLASS, CONTAINER, OPAQUE = "lot", "serial", "class", "container", "opaque"
LOCATION, PARTY = "location", "party"

PRIMARY_KEYS = {"00", "01", "253", "255", "401", "402", "414", "417", "8003", "8004", "8006", "8010", "8017", "8018"}
GTIN_LENGTHS = {8, 12, 13, 14}


@dataclass(frozen=True, order=True)
class Name:
    """One writing, understood: the key of the unit, its type, and the lot that the same writing states."""

    key: str
    type: str
    lot_key: str | None = None


def check_digit(digits: str) -> str:
    """GS1 check digit of `digits`, which come without it."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str((10 - total % 10) % 10)


def has_good_check(digits: str) -> bool:
    """Whether the last digit is the check digit of the others."""
    return digits.isdigit() and check_digit(digits[:-1]) == digits[-1]


def lot_key(gtin: str, lot: str) -> str:
    """Key of a lot of an item."""
    return f"(01){gtin}(10){lot}"


def serial_key(gtin: str, serial: str) -> str:
    """Key of a serial of an item; the lot is no part of it."""
    return f"(01){gtin}(21){serial}"


def from_elements(elements: list[tuple[str, str]]) -> Name | None:
    """Name for a list of (application identifier, value); None if they name no unit."""
    values = dict(elements)
    if "01" in values:
        return from_gtin(values)
    if "00" in values and len(values["00"]) == 18 and has_good_check(values["00"]):
        return Name(f"(00){values['00']}", CONTAINER)
    if "8003" in values:
        return Name(f"(8003){values['8003']}", CONTAINER)
    if "8004" in values:
        return Name(f"(8004){values['8004']}", SERIAL)
    if "414" in values and has_good_check(values["414"]):
        extension = values.get("254", "0")
        return Name(f"(414){values['414']}" + ("" if extension == "0" else f"(254){extension}"), LOCATION)
    if "417" in values and has_good_check(values["417"]):
        return Name(f"(417){values['417']}", PARTY)
    return None


def from_gtin(values: dict[str, str]) -> Name | None:
    """Name for values that hold (01): serial before lot before class."""
    gtin = values["01"].zfill(14)
    if len(values["01"]) not in GTIN_LENGTHS or not has_good_check(gtin):
        return None
    lot = lot_key(gtin, values["10"]) if "10" in values else None
    if "21" in values:
        return Name(serial_key(gtin, values["21"]), SERIAL, lot)
    if lot:
        return Name(lot, LOT)
    return Name(f"(01){gtin}", CLASS)


def from_urn(text: str) -> Name | None:
    """Name for an EPC URN; None if it is none that is known here."""
    match = re.fullmatch(r"urn:epc:(id|class|idpat):([a-z]+):(.+)", text)
    if not match:
        return None
    form, scheme, body = match.groups()
    parts = body.split(".", 2)
    digits = all(part.isdigit() for part in parts[:2])
    if len(parts) < 2 or not digits:
        return None
    return from_urn_parts(form, scheme, parts)


def from_urn_parts(form: str, scheme: str, parts: list[str]) -> Name | None:
    """Name for the dotted parts of an EPC URN whose company prefix and reference are digits."""
    prefix, reference = parts[0], parts[1]
    rest = unquote(parts[2]) if len(parts) == 3 else ""
    body = reference[:1] + prefix + reference[1:]
    if scheme in ("sgtin", "lgtin") and len(body) == 13 and rest:
        gtin = body + check_digit(body)
        if form == "idpat":
            return Name(f"(01){gtin}", CLASS) if rest == "*" else None
        return from_elements([("01", gtin), ("10" if scheme == "lgtin" else "21", rest)])
    if scheme == "sscc" and len(body) == 17:
        return from_elements([("00", body + check_digit(body))])
    return from_twelve_digits(scheme, prefix + reference, rest)


def from_twelve_digits(scheme: str, digits: str, rest: str) -> Name | None:
    """Name for the schemes whose prefix and reference have twelve digits together."""
    if scheme == "giai":
        return None
    if len(digits) != 12:
        return None
    full = digits + check_digit(digits)
    if scheme == "sgln":
        return from_elements([("414", full), ("254", rest or "0")])
    if scheme == "pgln":
        return from_elements([("417", full)])
    if scheme == "grai":
        return from_elements([("8003", "0" + full + rest)])
    return None


def from_digital_link(text: str) -> Name | None:
    """Name for a GS1 Digital Link on any domain and stem; None if the path holds no GS1 key."""
    address = urlsplit(text)
    if address.scheme not in ("http", "https"):
        return None
    segments = [unquote(segment) for segment in address.path.split("/")]
    for start, segment in enumerate(segments):
        tail = segments[start:]
        if segment in PRIMARY_KEYS and len(tail) % 2 == 0 and all(ai.isdigit() for ai in tail[::2]):
            return from_elements(list(zip(tail[::2], tail[1::2])))
    return None


def parse(text: str) -> Name:
    """Name for a URI as it stands in an event. Unknown URIs are opaque units, never an error."""
    return from_urn(text) or from_digital_link(text) or Name(text, OPAQUE)


def parse_reference(text: str) -> Name:
    """Name for any writing that people type: URI, element string, ITEM/LOT or ITEM#SERIAL."""
    elements = re.findall(r"\((\d{2,4})\)([^(]*)", text) if text.startswith("(") else []
    found = from_elements(elements) if elements else None
    short = re.fullmatch(r"(\d{8}|\d{12,14})([/#])(.+)", text, re.DOTALL)
    if not found and short:
        found = from_elements([("01", short[1]), ("10" if short[2] == "/" else "21", short[3])])
    if not found and re.fullmatch(r"\d{18}", text):
        found = from_elements([("00", text)])
    if not found and re.fullmatch(r"\d{14}", text):
        found = from_elements([("01", text)])
    return found or parse(text)


def party_number(text: str) -> str:
    """The GLN of a party or location in any writing, or the text itself where there is none."""
    name = parse_reference(text)
    match = re.match(r"\(41[47]\)(\d{13})", name.key)
    return match[1] if match else name.key


def key_parts(key: str) -> dict[str, str]:
    """Application identifiers of a key; empty for an opaque one. Brackets inside a lot text are kept."""
    match = re.fullmatch(r"\(01\)(\d{14})(?:\((10|21)\)(.+))?", key, re.DOTALL)
    if match:
        return {"01": match[1]} | ({match[2]: match[3]} if match[2] else {})
    match = re.fullmatch(r"\(00\)(\d{18})", key)
    return {"00": match[1]} if match else {}


def gtin_of(key: str) -> str:
    """GTIN-14 of a key, or nothing."""
    return key_parts(key).get("01", "")


def escape_urn(text: str) -> str:
    """Percent-encoding of a lot or serial inside an EPC URN."""
    return quote(text, safe="!'()*+,-.:;=_")


def to_urn(key: str, prefix_length: int) -> str:
    """EPC URN of a GTIN or SSCC key, for a company prefix of the given length."""
    parts = key_parts(key)
    if "00" in parts:
        digits = parts["00"]
        return f"urn:epc:id:sscc:{digits[1:1 + prefix_length]}.{digits[0]}{digits[1 + prefix_length:17]}"
    gtin = parts["01"]
    body = f"{gtin[1:1 + prefix_length]}.{gtin[0]}{gtin[1 + prefix_length:13]}"
    if "10" in parts:
        return f"urn:epc:class:lgtin:{body}.{escape_urn(parts['10'])}"
    if "21" in parts:
        return f"urn:epc:id:sgtin:{body}.{escape_urn(parts['21'])}"
    return f"urn:epc:idpat:sgtin:{body}.*"


def to_digital_link(key: str, domain: str, lot: str | None = None) -> str:
    """Digital Link of a key; `lot` is written between item and serial where it is given."""
    parts = key_parts(key)
    if "00" in parts:
        return f"{domain}/00/{parts['00']}"
    path = f"{domain}/01/{parts['01']}"
    if lot is not None:
        path += f"/10/{quote(lot, safe='')}"
    for identifier in ("10", "21"):
        if identifier in parts:
            path += f"/{identifier}/{quote(parts[identifier], safe='')}"
    return path


def to_short(key: str) -> str:
    """ITEM/LOT or ITEM#SERIAL of a key; the key itself where it has no such writing."""
    parts = key_parts(key)
    if "10" in parts:
        return f"{parts['01']}/{parts['10']}"
    if "21" in parts:
        return f"{parts['01']}#{parts['21']}"
    return key
