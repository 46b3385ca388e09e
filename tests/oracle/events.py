"""Reads EPCIS 2.0 JSON documents into facts: duplicates dropped, withdrawals applied, then filtered by time."""
from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime, timezone
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import gs1

EACH = ""
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


@dataclass(frozen=True)
class Mention:
    """A unit as an event names it, with the amount; an EPC counts as one each, a missing quantity as None."""

    name: gs1.Name
    amount: Fraction | None
    uom: str


@dataclass
class Fact:
    """One event, its fields in plain form. Times are microseconds UTC."""

    file: int
    event_id: str | None
    digest: str
    time: int
    type: str
    action: str
    step: str
    disposition: str
    process_id: str | None
    lot_text: str | None
    items: list[Mention]
    parent: gs1.Name | None
    children: list[Mention]
    inputs: list[Mention]
    outputs: list[Mention]
    sources: dict[str, str]
    destinations: dict[str, str]
    documents: set[str]
    withdrawal: bool
    corrective_ids: list[str]

    @property
    def identity(self) -> str:
        """What the event is deduplicated by: its id, or its content where it has none."""
        return self.event_id or self.digest

    def mentions(self) -> list[Mention]:
        """Every unit the event names, the parent included."""
        parent = [Mention(self.parent, Fraction(1), EACH)] if self.parent else []
        return self.items + self.children + self.inputs + self.outputs + parent

    def keys(self) -> set[str]:
        """Keys of all units named."""
        return {mention.name.key for mention in self.mentions()}


@dataclass
class Known:
    """What a set of files says: visible facts, and what is open."""

    facts: list[Fact] = field(default_factory=list)
    pending: list[Fact] = field(default_factory=list)
    open_references: list[Fact] = field(default_factory=list)
    conflicts: list[Fact] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)

    def as_of(self, time: int | None) -> "Known":
        """The same knowledge with only what had happened at `time` (inclusive); withdrawals have no time."""
        if time is None:
            return self
        facts = [fact for fact in self.facts if fact.time <= time]
        return Known(facts, self.pending, self.open_references, self.conflicts, self.names)


def microseconds(text: str) -> int:
    """Instant of an ISO 8601 text with offset, in microseconds UTC."""
    span = datetime.fromisoformat(text) - EPOCH
    return (span.days * 86400 + span.seconds) * 1_000_000 + span.microseconds


def word(text: str | None) -> str:
    """Bare CBV word of a business step, disposition or type, whichever way it is written."""
    if not text:
        return ""
    for mark in ("BizStep-", "Disp-", "SDT-", "BTT-"):
        if mark in text:
            return text.rsplit(mark, 1)[1]
    return text.rsplit(":", 1)[1] if text.startswith("urn:epcglobal:cbv:") else text


def epc_mentions(uris: list[str] | None) -> list[Mention]:
    """Mentions of an EPC list: one each."""
    return [Mention(gs1.parse(uri), Fraction(1), EACH) for uri in uris or []]


def quantity_mentions(elements: list[dict] | None) -> list[Mention]:
    """Mentions of a quantity list."""
    found = []
    for element in elements or []:
        amount = element.get("quantity")
        value = None if amount is None else Fraction(amount)
        found.append(Mention(gs1.parse(element["epcClass"]), value, element.get("uom", EACH)))
    return found


def lot_text(event: dict) -> str | None:
    """Lot number of the instance master data, whatever its prefix."""
    for name, value in (event.get("ilmd") or {}).items():
        if name.endswith("lotNumber"):
            return value if isinstance(value, str) else str(value)
    return None


def digest_of(event: dict) -> str:
    """Digest of an event's content, independent of the order of members."""
    text = json.dumps(event, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def to_fact(event: dict, file: int) -> Fact:
    """Fact for one event of file number `file`."""
    declaration = event.get("errorDeclaration")
    content = {name: value for name, value in event.items() if name not in ("errorDeclaration", "recordTime")}
    parent = event.get("parentID")
    return Fact(
        file=file,
        event_id=event.get("eventID"),
        digest=digest_of(content),
        time=microseconds(event["eventTime"]),
        type=event["type"],
        action=event.get("action", ""),
        step=word(event.get("bizStep")),
        disposition=word(event.get("disposition")),
        process_id=event.get("transformationID"),
        lot_text=lot_text(event),
        items=epc_mentions(event.get("epcList")) + quantity_mentions(event.get("quantityList")),
        parent=gs1.parse(parent) if parent else None,
        children=epc_mentions(event.get("childEPCs")) + quantity_mentions(event.get("childQuantityList")),
        inputs=epc_mentions(event.get("inputEPCList")) + quantity_mentions(event.get("inputQuantityList")),
        outputs=epc_mentions(event.get("outputEPCList")) + quantity_mentions(event.get("outputQuantityList")),
        sources={word(entry["type"]): entry["source"] for entry in event.get("sourceList") or []},
        destinations={word(entry["type"]): entry["destination"] for entry in event.get("destinationList") or []},
        documents={entry["bizTransaction"] for entry in event.get("bizTransactionList") or []},
        withdrawal=declaration is not None,
        corrective_ids=list((declaration or {}).get("correctiveEventIDs") or []),
    )


def party_names(document: dict) -> dict[str, str]:
    """Names by GLN from the master data in a document's header."""
    names: dict[str, str] = {}
    master = (document.get("epcisHeader") or {}).get("epcisMasterData") or {}
    for vocabulary in master.get("vocabularyList") or []:
        for element in vocabulary.get("vocabularyElementList") or []:
            for attribute in element.get("attributes") or []:
                if attribute["id"].endswith("#name"):
                    names[gs1.party_number(element["id"])] = attribute["attribute"]
    return names


def load(paths: list[Path]) -> list[tuple[list[Fact], dict[str, str]]]:
    """Facts and party names of each file, in the order of `paths`."""
    loaded = []
    for number, path in enumerate(paths):
        document = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        facts = [to_fact(event, number) for event in document["epcisBody"]["eventList"]]
        loaded.append((facts, party_names(document)))
    return loaded


def know(loaded: list[tuple[list[Fact], dict[str, str]]], files: int | None = None) -> Known:
    """Knowledge after the first `files` files: a function of the set of events, not of their order."""
    known = Known()
    events = [fact for facts, _ in loaded[:files] for fact in facts]
    for _, names in loaded[:files]:
        known.names.update(names)
    originals: dict[str, Fact] = {}
    for fact in events:
        if fact.withdrawal:
            continue
        first = originals.setdefault(fact.identity, fact)
        if first.digest != fact.digest:
            known.conflicts.append(fact)
    withdrawals = {fact.event_id: fact for fact in events if fact.withdrawal}
    known.pending = [fact for event_id, fact in withdrawals.items() if event_id not in originals]
    known.facts = [fact for identity, fact in originals.items() if identity not in withdrawals]
    known.open_references = [fact for fact in withdrawals.values()
                             if any(event_id not in originals for event_id in fact.corrective_ids)]
    known.facts.sort(key=lambda fact: (fact.time, fact.identity))
    return known
