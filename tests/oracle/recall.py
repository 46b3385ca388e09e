"""Recall scope from a downward trace: who got affected units, and what is still under own control."""
from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction

import gs1
from events import Fact, Known
from graph import Graph, is_assembly, is_return
from oracle import Answer, doubt, moved_units, party_of

GONE_STEPS = {"decommissioning", "destroying", "killing"}


@dataclass
class Consignee:
    """What one party ever got; shipments by their instant. The possible ones are of lots of which an affected
    serial is only a member."""

    party: str
    name: str | None
    units: set[str] = field(default_factory=set)
    possible_units: set[str] = field(default_factory=set)
    shipments: set[int] = field(default_factory=set)
    possible_shipments: set[int] = field(default_factory=set)
    returned: set[str] = field(default_factory=set)


@dataclass
class Scope:
    """A recall scope. `own_control` must be listed; `own_control_optional` may be."""

    roots: list[str]
    affected: dict[str, str]
    optional: set[str]
    either_certainty: set[str]
    consignees: dict[str, Consignee] = field(default_factory=dict)
    optional_consignees: set[str] = field(default_factory=set)
    own_control: dict[str, Fraction] = field(default_factory=dict)
    own_control_optional: set[str] = field(default_factory=set)
    complete: bool | None = True
    reasons: list[str] = field(default_factory=list)


@dataclass
class Shipment:
    """One shipping event with the units it moved; a unit that a void names is taken out again."""

    fact: Fact
    units: dict[str, Fraction | None]
    voided: set[str] = field(default_factory=set)


def shipments(graph: Graph) -> tuple[list[Shipment], list[Fact]]:
    """All shipments after their voids, and the voids that match none."""
    found: list[Shipment] = []
    loose: list[Fact] = []
    for fact in graph.facts:
        if fact.type != "ObjectEvent":
            continue
        if fact.step == "shipping":
            found.append(Shipment(fact, moved_units(graph, fact)))
        elif fact.step == "void_shipping":
            for unit in moved_units(graph, fact):
                if not void_unit(found, fact, unit):
                    loose.append(fact)
    return found, loose


def void_unit(found: list[Shipment], void: Fact, unit: str) -> bool:
    """Voids the latest earlier shipment of a unit, of the same document where the void names one."""
    candidates = [shipment for shipment in found if unit in shipment.units and unit not in shipment.voided]
    if void.documents:
        candidates = [shipment for shipment in candidates if shipment.fact.documents & void.documents]
    if not candidates:
        return False
    candidates[-1].voided.add(unit)
    return True


def recall_scope(graph: Graph, known: Known, answer: Answer) -> Scope:
    """Scope for the root of a downward trace."""
    scope = Scope([answer.root], answer.units(), answer.optional, answer.either_certainty,
                  complete=answer.complete, reasons=list(answer.reasons))
    found, loose = shipments(graph)
    for shipment in found:
        add_shipment(graph, known, scope, shipment)
    add_returns(graph, scope, found)
    add_own_control(graph, scope, found)
    if any(set(moved_units(graph, fact)) & set(scope.affected) for fact in loose):
        doubt_scope(scope, None, "a void matches no shipment")
    return scope


def doubt_scope(scope: Scope, verdict: bool | None, reason: str) -> None:
    """The same lowering as for a trace."""
    doubt(scope, verdict, reason)  # type: ignore[arg-type]


def add_shipment(graph: Graph, known: Known, scope: Scope, shipment: Shipment) -> None:
    """Books the affected units of a shipment to its consignee."""
    moved = set(shipment.units) - shipment.voided
    sure = moved & set(scope.affected)
    lots_of_affected = {lot for unit in scope.affected for lot in graph.lots[unit]}
    possible = (moved & lots_of_affected) - set(scope.affected)
    if not sure and not possible:
        return
    party = party_of(shipment.fact)
    if party is None:
        doubt_scope(scope, False if sure else None, f"shipment without party: {shipment.fact.identity}")
        return
    consignee = scope.consignees.setdefault(party, Consignee(party, known.names.get(party)))
    consignee.units |= sure
    consignee.possible_units |= possible
    (consignee.shipments if sure else consignee.possible_shipments).add(shipment.fact.time)
    update_optional(scope, consignee)


def update_optional(scope: Scope, consignee: Consignee) -> None:
    """A consignee that got nothing but lots around an affected serial may be listed or not."""
    if consignee.units:
        scope.optional_consignees.discard(consignee.party)
    else:
        scope.optional_consignees.add(consignee.party)


def add_returns(graph: Graph, scope: Scope, found: list[Shipment]) -> None:
    """Books returned units to the party they came from: the source, else the last consignee before."""
    for fact in graph.facts:
        if fact.type != "ObjectEvent" or not is_return(fact):
            continue
        for unit in set(moved_units(graph, fact)) & set(scope.affected):
            party = return_party(fact, unit, found)
            if party in scope.consignees:
                scope.consignees[party].returned.add(unit)


def return_party(fact: Fact, unit: str, found: list[Shipment]) -> str | None:
    """Party that sent a unit back."""
    for role in ("owning_party", "possessing_party", "location"):
        if role in fact.sources:
            return gs1.party_number(fact.sources[role])
    earlier = [shipment for shipment in found
               if unit in shipment.units and unit not in shipment.voided and shipment.fact.time < fact.time]
    return party_of(earlier[-1].fact) if earlier else None


def add_own_control(graph: Graph, scope: Scope, found: list[Shipment]) -> None:
    """Affected units that are neither shipped, used up nor destroyed."""
    balances = own_balances(graph, scope, found)
    for unit in scope.affected:
        left = balances.get(unit, Fraction(0))
        vague = bool(graph.members[unit]) or any(graph.consumers[lot] for lot in graph.lots[unit])
        vague = vague or graph.types[unit] in (gs1.CLASS, gs1.OPAQUE)
        if vague:
            scope.own_control_optional.add(unit)
        elif left > 0:
            scope.own_control[unit] = left


def own_balances(graph: Graph, scope: Scope, found: list[Shipment]) -> dict[str, Fraction]:
    """Quantity under own control: of a lot by sums, of a serial by its last event."""
    shipped = {id(shipment.fact): shipment for shipment in found}
    balances: dict[str, Fraction] = defaultdict(Fraction)
    for fact in graph.facts:
        for unit, change in changes(graph, fact, shipped).items():
            if unit not in scope.affected:
                continue
            if graph.types[unit] == gs1.SERIAL:
                balances[unit] = Fraction(1 if change > 0 else 0)
            else:
                balances[unit] += change
    return balances


def changes(graph: Graph, fact: Fact, shipped: dict[int, Shipment]) -> dict[str, Fraction]:
    """What one event adds to (or takes from) own control, by unit; an output outweighs an input."""
    change: dict[str, Fraction] = defaultdict(Fraction)
    if fact.type == "TransformationEvent":
        for mention in fact.inputs:
            change[mention.name.key] -= mention.amount or 0
        for mention in fact.outputs:
            before = change[mention.name.key] if mention.name.type != gs1.SERIAL else Fraction(0)
            change[mention.name.key] = before + (mention.amount or 0)
    elif is_assembly(fact):
        sign = -1 if fact.action == "ADD" else 1
        for mention in fact.children if fact.action in ("ADD", "DELETE") else []:
            change[mention.name.key] += sign * (mention.amount or 0)
    elif fact.type == "ObjectEvent":
        change |= object_changes(graph, fact, shipped)
    return change


def object_changes(graph: Graph, fact: Fact, shipped: dict[int, Shipment]) -> dict[str, Fraction]:
    """Changes by receipt, commissioning, return, shipping and destruction. A voided part never left."""
    moved = moved_units(graph, fact)
    if fact.step == "shipping":
        gone = set(moved) - shipped[id(fact)].voided
        return {unit: -(moved[unit] or Fraction(0)) for unit in gone}
    if fact.action == "DELETE" or fact.step in GONE_STEPS:
        return {unit: -(amount or Fraction(0)) for unit, amount in moved.items()}
    if fact.action == "ADD" or fact.step == "receiving":
        return {unit: amount or Fraction(0) for unit, amount in moved.items()}
    return {}
