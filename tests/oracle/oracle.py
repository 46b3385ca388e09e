#!/usr/bin/env python3
"""Answers `trace` and `recall scope` from EPCIS files alone: slow, obvious, and apart from the program.

    python3 oracle.py trace down REF FILE...      python3 oracle.py recall REF FILE...
    options: --files K (known after the first K files), --as-of TIME

Where the specification leaves a choice, `Readings` names it; README.md lists them all.
"""
from __future__ import annotations

import argparse
import json
import sys
from collections import deque
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import gs1
from events import Fact, Known, know, load, microseconds
from graph import Graph, Interval, build

CERTAIN, POSSIBLE = "certain", "possible"
DOWN, UP = "down", "up"
PROCESS = "process"
UNIT_TYPES = (gs1.LOT, gs1.SERIAL, gs1.CLASS, gs1.OPAQUE)

Edge = tuple[str, str, str]
State = tuple[str, str]


@dataclass(frozen=True)
class Readings:
    """Choices where the text allows two. The defaults are the readings judged by."""

    lot_inputs: str = CERTAIN
    """Certainty with which a serial inherits what its lot was made of (and a lot hands it down)."""
    up_use_reaches_serials: bool = True
    """Upward, a lot that was used at lot level reaches its serials as possible (the mirror image of downward)."""
    up_root_lot_reaches_serials: bool = False
    """Upward from a lot, what went into its single serials is reached as well."""


@dataclass
class Answer:
    """A trace. Optional nodes and edges may stand in an answer or be missing from it."""

    root: str
    direction: str
    certainty: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    edges: set[Edge] = field(default_factory=set)
    optional: set[str] = field(default_factory=set)
    optional_edges: set[Edge] = field(default_factory=set)
    either_certainty: set[str] = field(default_factory=set)
    complete: bool | None = True
    reasons: list[str] = field(default_factory=list)

    def units(self) -> dict[str, str]:
        """Material units with their certainty: no processes, no containers."""
        return {key: sure for key, sure in self.certainty.items()
                if self.types[key] in UNIT_TYPES and key not in self.optional}


@dataclass(frozen=True)
class Move:
    """One step of a walk."""

    target: State
    edge: Edge | None
    possible: bool


def serial_moves_down(graph: Graph, unit: str) -> list[Move]:
    """From a serial, only what its lot was used for at lot level, and only as possible."""
    return [Move((lot, "via"), None, True) for lot in sorted(graph.lots[unit])]


def moves_down(graph: Graph, state: State, root: str, readings: Readings) -> list[Move]:
    """Steps downward from a state (key, mode)."""
    key, mode = state
    if mode == PROCESS:
        outputs = graph.processes[key].output_keys()
        return [Move((unit, "full"), (key, unit, "output"), False) for unit in sorted(outputs)]
    by_class = graph.types[key] == gs1.CLASS
    moves = [Move((process, PROCESS), (key, process, "consume"), by_class) for process in sorted(graph.consumers[key])]
    if mode == "via":
        return moves
    sure_of_lot = key == root or readings.lot_inputs == CERTAIN
    moves += [Move((serial, "full"), (key, serial, "member"), not sure_of_lot)
              for serial in sorted(graph.members[key])]
    return moves + serial_moves_down(graph, key)


def moves_up(graph: Graph, state: State, root: str, readings: Readings) -> list[Move]:
    """Steps upward from a state (key, mode); mode "used" is a unit that was reached as an input."""
    key, mode = state
    if mode == PROCESS:
        inputs = graph.processes[key].input_keys()
        return [Move((unit, "used"), (unit, key, "consume"), False) for unit in sorted(inputs)]
    by_class = graph.types[key] == gs1.CLASS
    moves = [Move((process, PROCESS), (process, key, "output"), by_class) for process in sorted(graph.producers[key])]
    if mode == "via":
        return moves
    moves += [Move((lot, "via"), (lot, key, "member"), readings.lot_inputs == POSSIBLE)
              for lot in sorted(graph.lots[key])]
    if (mode == "used" and readings.up_use_reaches_serials) or (key == root and readings.up_root_lot_reaches_serials):
        moves += [Move((serial, "full"), (key, serial, "member"), True) for serial in sorted(graph.members[key])]
    return moves


def reach(graph: Graph, root: str, direction: str, readings: Readings) -> tuple[dict[State, str], set[Edge]]:
    """States reached with their certainty: first all certain steps, then everything else as possible."""
    moves = moves_down if direction == DOWN else moves_up
    start = (root, "full")
    found: dict[State, str] = {start: CERTAIN}
    edges: set[Edge] = set()
    doubtful: deque[State] = deque()
    for certainty, queue in ((CERTAIN, deque([start])), (POSSIBLE, doubtful)):
        while queue:
            for move in moves(graph, queue.popleft(), root, readings):
                edges |= {move.edge} if move.edge else set()
                sure = certainty == CERTAIN and not move.possible
                waiting = queue if sure or certainty == POSSIBLE else doubtful
                if move.target in found and (not sure or found[move.target] == CERTAIN):
                    continue
                found[move.target] = CERTAIN if sure else POSSIBLE
                waiting.append(move.target)
    return found, edges


def trace(graph: Graph, known: Known, root: str, direction: str, readings: Readings = Readings()) -> Answer:
    """Trace with containers and completeness."""
    answer = walk(graph, root, direction, readings)
    allow_other_readings(graph, answer, readings)
    add_containers(graph, answer)
    judge_completeness(graph, known, answer)
    return answer


def walk(graph: Graph, root: str, direction: str, readings: Readings) -> Answer:
    """Nodes and edges of a trace. A lot passed on the way from a serial downward is optional."""
    states, edges = reach(graph, root, direction, readings)
    answer = Answer(root, direction, edges=edges)
    full = {key for key, mode in states if mode != "via"}
    for (key, mode), certainty in states.items():
        answer.types[key] = PROCESS if mode == PROCESS else graph.types[key]
        if answer.certainty.get(key) != CERTAIN:
            answer.certainty[key] = certainty
        if direction == DOWN and mode == "via" and key not in full:
            answer.optional.add(key)
    for key in set(answer.certainty):
        if answer.types[key] == gs1.CLASS:
            answer.either_certainty.add(key)
    loosen_via_edges(graph, answer, states)
    return answer


def loosen_via_edges(graph: Graph, answer: Answer, states: dict[State, str]) -> None:
    """The step serial -> its lot -> use of the lot may be drawn from the lot or straight from the serial."""
    if answer.direction != DOWN:
        return
    for key in answer.optional:
        answer.optional_edges |= {edge for edge in answer.edges if key in edge[:2]}
    for key, mode in states:
        if mode != "full":
            continue
        for lot in graph.lots[key]:
            answer.optional_edges |= {(key, process, "consume") for process in graph.consumers[lot]}
            answer.optional_edges.add((lot, key, "member"))
    answer.edges -= {edge for edge in answer.optional_edges if edge[0] in answer.optional}


def allow_other_readings(graph: Graph, answer: Answer, readings: Readings) -> None:
    """Upward, accepts an answer without the mirror image of lot-level use, and one that opens a root lot."""
    if answer.direction != UP:
        return
    narrow = walk(graph, answer.root, UP, Readings(readings.lot_inputs, False, False))
    wide = walk(graph, answer.root, UP, Readings(readings.lot_inputs, True, True))
    for key, certainty in wide.certainty.items():
        if key not in narrow.certainty:
            answer.optional.add(key)
        if narrow.certainty.get(key) != certainty:
            answer.either_certainty.add(key)
        answer.certainty.setdefault(key, certainty)
        answer.types.setdefault(key, wide.types[key])
    answer.optional_edges |= wide.edges - narrow.edges
    answer.edges |= wide.edges


def add_containers(graph: Graph, answer: Answer) -> None:
    """Shows every container a reached unit ever lay in, and its outer containers of the same time."""
    for unit, certainty in list(answer.certainty.items()):
        if answer.types[unit] == PROCESS:
            continue
        optional = unit in answer.optional
        around = outer_intervals(graph, graph.parents(unit))
        for interval in around:
            show_container(answer, interval, certainty, optional)
        for lot in graph.lots[unit]:
            for interval in outer_intervals(graph, graph.parents(lot)):
                show_container(answer, interval, POSSIBLE, True)


def outer_intervals(graph: Graph, start: list[Interval]) -> list[Interval]:
    """The given intervals and those of the containers around them that overlap in time."""
    found, queue = list(start), deque(start)
    while queue:
        inner = queue.popleft()
        for outer in graph.parents(inner.parent):
            if outer.overlaps(inner) and outer not in found:
                found.append(outer)
                queue.append(outer)
    return found


def show_container(answer: Answer, interval: Interval, certainty: str, optional: bool) -> None:
    """Adds a container node and its edge to an answer."""
    parent = interval.parent
    fresh = parent not in answer.certainty
    answer.types[parent] = gs1.CONTAINER
    if interval.child in answer.either_certainty:
        answer.either_certainty.add(parent)
    if not fresh and optional:
        answer.optional_edges.add((interval.child, parent, "contain"))
        return
    if fresh or answer.certainty[parent] != CERTAIN or parent in answer.optional:
        answer.certainty[parent] = certainty
    if optional:
        answer.optional.add(parent)
        answer.either_certainty.add(parent)
        answer.optional_edges.add((interval.child, parent, "contain"))
    else:
        answer.optional.discard(parent)
        answer.edges.add((interval.child, parent, "contain"))


def doubt(answer: Answer, verdict: bool | None, reason: str) -> None:
    """Lowers completeness: False beats None (either accepted) beats True."""
    answer.reasons.append(reason)
    if verdict is False:
        answer.complete = False
    elif answer.complete is True:
        answer.complete = None


def judge_completeness(graph: Graph, known: Known, answer: Answer) -> None:
    """Design section 6, "Complete is false iff"."""
    judge_origins(graph, answer)
    judge_classes(graph, answer)
    judge_open(known, answer)
    if any(party_of(fact) is None for fact in shipments_of(graph, set(answer.units()))):
        doubt(answer, None, "a shipment of a reached unit lacks a party; a trace shows no shipments")


def judge_origins(graph: Graph, answer: Answer) -> None:
    """Reached units need a receipt, a production or a commissioning."""
    for key in answer.certainty:
        if key == answer.root or answer.types[key] not in UNIT_TYPES or key in graph.origins:
            continue
        soft = key in graph.soft_origins or key in answer.optional
        doubt(answer, None if soft else False, f"no origin: {key}")


def judge_classes(graph: Graph, answer: Answer) -> None:
    """Flow through a class makes an answer incomplete; a class at its rim may or may not."""
    for key, kind in answer.types.items():
        if kind != gs1.CLASS:
            continue
        passed = graph.consumers[key] and graph.producers[key] and key != answer.root
        doubt(answer, False if passed and key not in answer.optional else None, f"known only by class: {key}")


def judge_open(known: Known, answer: Answer) -> None:
    """Unresolved withdrawals and references; certain only where they name a unit of the answer."""
    named = set(answer.certainty) - answer.optional
    for fact in known.pending + known.open_references + known.conflicts:
        doubt(answer, False if fact.keys() & named else None, f"unresolved: {fact.identity}")


def party_of(fact: Fact) -> str | None:
    """Consignee of a shipment: owning party, else possessing party, else the location's party."""
    destinations = fact.destinations
    for role in ("owning_party", "possessing_party", "location"):
        if role in destinations:
            return gs1.party_number(destinations[role])
    return None


def moved_units(graph: Graph, fact: Fact) -> dict[str, Fraction | None]:
    """Units an object event moves: those named, and what its containers hold at that moment."""
    moved: dict[str, Fraction | None] = {}
    for mention in fact.items:
        key = mention.name.key
        if mention.name.type == gs1.CONTAINER:
            for child, amount in graph.contents(key, fact.time).items():
                moved.setdefault(child, amount)
        else:
            moved[key] = mention.amount
    return moved


def shipments_of(graph: Graph, units: set[str]) -> list[Fact]:
    """Shipping events that move one of the units."""
    return [fact for fact in graph.facts
            if fact.type == "ObjectEvent" and fact.step == "shipping" and units & set(moved_units(graph, fact))]


def resolve(graph: Graph, reference: str) -> str | None:
    """Key of a unit that people name, or None where no visible fact names it."""
    key = gs1.parse_reference(reference).key
    return key if key in graph.types else None


def main() -> int:
    """Prints one answer as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("question", choices=["trace", "recall"])
    parser.add_argument("words", nargs="+", help="[up|down] REF FILE...")
    parser.add_argument("--files", type=int)
    parser.add_argument("--as-of")
    options = parser.parse_args()
    from recall import recall_scope
    words = options.words
    direction = words.pop(0) if options.question == "trace" else DOWN
    paths = [Path(word) for word in words[1:]]
    known = know(load(paths), options.files).as_of(microseconds(options.as_of) if options.as_of else None)
    graph = build(known)
    root = resolve(graph, words[0])
    if root is None:
        print(f"not found: {words[0]}", file=sys.stderr)
        return 3
    answer = trace(graph, known, root, direction)
    shown = answer if options.question == "trace" else recall_scope(graph, known, answer)
    print(json.dumps(vars(shown), default=lambda value: sorted(value) if isinstance(value, set) else str(value),
                     indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
