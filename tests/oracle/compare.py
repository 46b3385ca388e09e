"""Compares answers of the program with the oracle's; every difference is one line."""
from __future__ import annotations

from decimal import Decimal, InvalidOperation
from fractions import Fraction

import gs1
from bounds import Bounds
from graph import Graph
from oracle import PROCESS, UNIT_TYPES, Answer
from program import CONTAIN, FLOW, MEMBER, Edge, Seen, contract, count_of, instant_of, read_trace, text_of, unit_key
from recall import Consignee, Scope

TOLERANCE = Fraction(1, 10**6)


def differences(label: str, wanted: set, got: set, optional: set) -> list[str]:
    """What is missing and what is unexpected."""
    return ([f"missing {label}: {show(item)}" for item in sorted(wanted - optional - got)]
            + [f"unexpected {label}: {show(item)}" for item in sorted(got - wanted - optional)])


def show(item: object) -> str:
    """An edge or a key as text."""
    if isinstance(item, tuple):
        return f"{item[0]} -> {item[1]} ({item[2]})"
    return str(item)


def plain_edges(answer: Answer, edges: set[Edge], nameless: set[str]) -> set[Edge]:
    """The oracle's edges in the form of the comparison."""
    words = {"member": MEMBER, "contain": CONTAIN}
    return contract({(start, end, words.get(kind, FLOW)) for start, end, kind in edges}, nameless)


def compare_trace(graph: Graph, wanted: Answer, answer: dict) -> list[str]:
    """Nodes, types, certainty, edges, completeness."""
    seen = read_trace(answer, graph)
    nameless = {key for key, kind in wanted.types.items() if kind == PROCESS and not graph.processes[key].public}
    nodes = set(wanted.certainty) - nameless
    lines = list(seen.faults)
    if answer.get("kind") != "trace":
        lines.append(f"kind is {answer.get('kind')}, not trace")
    if answer.get("direction") != wanted.direction:
        lines.append(f"direction is {answer.get('direction')}, not {wanted.direction}")
    lines += differences("node", nodes, set(seen.certainty), wanted.optional)
    lines += compare_nodes(wanted, seen, nodes)
    firm = plain_edges(answer=wanted, edges=wanted.edges - wanted.optional_edges, nameless=nameless)
    loose = plain_edges(answer=wanted, edges=wanted.edges | wanted.optional_edges, nameless=nameless)
    firm = {edge for edge in firm if not {edge[0], edge[1]} & wanted.optional}
    lines += differences("edge", firm, seen.edges, loose - firm)
    return lines + compare_complete(wanted.complete, wanted.reasons, answer)


def compare_nodes(wanted: Answer, seen: Seen, nodes: set[str]) -> list[str]:
    """Type and certainty of nodes that both have."""
    lines = []
    for key in sorted(nodes & set(seen.certainty)):
        if seen.types[key] != wanted.types[key]:
            lines.append(f"type of {key}: {seen.types[key]}, wanted {wanted.types[key]}")
        free = key in wanted.either_certainty or key in wanted.optional
        if not free and seen.certainty[key] != wanted.certainty[key]:
            lines.append(f"certainty of {key}: {seen.certainty[key]}, wanted {wanted.certainty[key]}")
    return lines


def compare_complete(wanted: bool | None, reasons: list[str], answer: dict) -> list[str]:
    """Completeness, and that an incomplete answer says what is missing."""
    got = answer.get("complete")
    if got not in (True, False):
        return [f"complete is {got!r}, not true or false"]
    lines = []
    if wanted is not None and got != wanted:
        lines.append(f"complete is {got}, wanted {wanted}" + (f" ({'; '.join(reasons[:4])})" if reasons else ""))
    if got != (not answer.get("missing")):
        lines.append(f"complete is {got}, but missing has {len(answer.get('missing') or [])} items")
    return lines


def decimal_of(value: object) -> Fraction | None:
    """Exact value of a decimal text (or of an object that holds one), or None."""
    if isinstance(value, dict):
        value = value.get("value", value.get("quantity"))
    try:
        return None if value is None else Fraction(Decimal(str(value)))
    except (InvalidOperation, ValueError):
        return None


def seen_bounds(graph: Graph, answer: dict) -> dict[str, Bounds]:
    """Quantity bounds that the program printed."""
    found = {}
    for key, quantity in read_trace(answer, graph).quantity.items():
        low, high = decimal_of(quantity.get("low")), decimal_of(quantity.get("high"))
        if low is not None and high is not None:
            found[key] = (low, high)
    return found


def compare_bounds(wanted: dict[str, Bounds], got: dict[str, Bounds]) -> list[str]:
    """Exact comparison, but for the rounding of the program: low down, high up."""
    lines = []
    for key in sorted(set(wanted) & set(got)):
        low, high = got[key]
        if not (0 <= wanted[key][0] - low <= TOLERANCE and 0 <= high - wanted[key][1] <= TOLERANCE):
            lines.append(f"bounds of {key}: [{low}, {high}], wanted [{wanted[key][0]}, {wanted[key][1]}]")
    return lines


def is_material(graph: Graph, key: str) -> bool:
    """Whether a key is a unit that counts: neither container nor process."""
    return graph.types.get(key, gs1.OPAQUE) in UNIT_TYPES


def compare_recall(graph: Graph, wanted: Scope, answer: dict) -> list[str]:
    """Affected units, consignees, own control, completeness."""
    lines = [] if answer.get("kind") == "recall_scope" else [f"kind is {answer.get('kind')}, not recall_scope"]
    affected = {unit_key(unit): unit for unit in answer.get("affected") or []}
    got = {key for key in affected if is_material(graph, key)}
    lines += differences("affected unit", set(wanted.affected), got, wanted.optional)
    for key in sorted(got & set(wanted.affected) - wanted.either_certainty):
        sure = affected[key].get("certainty") if isinstance(affected[key], dict) else None
        if sure is not None and sure != wanted.affected[key]:
            lines.append(f"certainty of affected {key}: {sure}, wanted {wanted.affected[key]}")
    lines += compare_consignees(wanted, answer)
    lines += compare_own_control(graph, wanted, answer)
    return lines + compare_complete(wanted.complete, wanted.reasons, answer)


def compare_consignees(wanted: Scope, answer: dict) -> list[str]:
    """Parties, and for each: units, shipments, returns, name."""
    got = {}
    lines = []
    for consignee in answer.get("consignees") or []:
        if not consignee.get("party"):
            continue
        party = gs1.party_number(str(consignee["party"]))
        if party in got:
            lines.append(f"consignee listed twice: {party}")
        got[party] = consignee
    lines += differences("consignee", set(wanted.consignees), set(got), wanted.optional_consignees)
    for party in sorted(set(got) & set(wanted.consignees)):
        lines += [f"consignee {party}: {line}" for line in compare_consignee(wanted.consignees[party], got[party])]
    return lines


def compare_consignee(wanted: Consignee, got: dict) -> list[str]:
    """One consignee."""
    lines = []
    units, most = count_of(got.get("units")), len(wanted.units | wanted.possible_units)
    if units is None or not len(wanted.units) <= units <= most:
        lines.append(f"units {got.get('units')}, wanted {len(wanted.units)}: {', '.join(sorted(wanted.units))}")
    times = {instant_of(shipment.get("at")) for shipment in got.get("shipments") or []}
    lines += differences("shipment at", wanted.shipments, {time for time in times if time}, wanted.possible_shipments)
    back = count_of(got.get("returned")) if "returned" in got else None
    if back is not None and back != len(wanted.returned):
        lines.append(f"returned {back}, wanted {len(wanted.returned)}: {', '.join(sorted(wanted.returned))}")
    name = text_of(got.get("name"))
    if name and wanted.name and name != wanted.name:
        lines.append(f"name {name!r}, wanted {wanted.name!r}")
    return lines


def compare_own_control(graph: Graph, wanted: Scope, answer: dict) -> list[str]:
    """Units still at hand, and how much of a lot."""
    amounts: dict[str, Fraction | None] = {}
    for row in answer.get("own_control") or []:
        key, amount = unit_key(row), decimal_of(row.get("quantity") if isinstance(row, dict) else None)
        before = amounts.get(key, Fraction(0))
        amounts[key] = None if amount is None or before is None else before + amount
    got = {key for key in amounts if is_material(graph, key)}
    lines = differences("unit under own control", set(wanted.own_control), got, wanted.own_control_optional)
    for key in sorted(got & set(wanted.own_control)):
        if amounts[key] is not None and amounts[key] != wanted.own_control[key]:
            lines.append(f"own control of {key}: {amounts[key]}, wanted {wanted.own_control[key]}")
    return lines
