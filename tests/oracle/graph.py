"""Flow, membership and containment of a set of facts, in plain dictionaries."""
from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction

import gs1
from events import EACH, Fact, Known, Mention

ASSEMBLY_STEPS = {"assembling", "installing", "removing", "replacing", "disassembling"}


@dataclass
class Process:
    """One run that turned inputs into outputs. `public` is false where no document gives the run a name."""

    key: str
    public: bool
    inputs: list[Mention] = field(default_factory=list)
    outputs: list[Mention] = field(default_factory=list)

    def input_keys(self) -> set[str]:
        """Keys of the units that went in."""
        return {mention.name.key for mention in self.inputs}

    def output_keys(self) -> set[str]:
        """Keys of the units that came out."""
        return {mention.name.key for mention in self.outputs}


@dataclass
class Interval:
    """A child inside a parent from `start` up to, not including, `end` (None: still there)."""

    child: str
    parent: str
    start: int
    end: int | None
    amount: Fraction | None

    def covers(self, time: int) -> bool:
        """Whether the child is inside at `time`."""
        return self.start <= time and (self.end is None or time < self.end)

    def overlaps(self, other: "Interval") -> bool:
        """Whether both intervals share a moment."""
        return (self.end is None or other.start < self.end) and (other.end is None or self.start < other.end)


@dataclass
class Graph:
    """Everything the answers are computed from."""

    types: dict[str, str] = field(default_factory=dict)
    processes: dict[str, Process] = field(default_factory=dict)
    consumers: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    producers: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    members: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    lots: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    intervals: list[Interval] = field(default_factory=list)
    origins: set[str] = field(default_factory=set)
    soft_origins: set[str] = field(default_factory=set)
    totals: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    measures: dict[str, str] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)

    def parents(self, key: str) -> list[Interval]:
        """Intervals in which `key` is the child."""
        return [interval for interval in self.intervals if interval.child == key]

    def contents(self, container: str, time: int) -> dict[str, Fraction]:
        """What lies in a container at a moment, nested containers emptied into it and left out."""
        found: dict[str, Fraction] = defaultdict(Fraction)
        seen, queue = {container}, [container]
        while queue:
            parent = queue.pop()
            for interval in self.intervals:
                if interval.parent != parent or not interval.covers(time):
                    continue
                if self.types[interval.child] != gs1.CONTAINER:
                    found[interval.child] += interval.amount or 0
                elif interval.child not in seen:
                    seen.add(interval.child)
                    queue.append(interval.child)
        return dict(found)


def is_assembly(fact: Fact) -> bool:
    """Parts put into, or taken out of, a unit that stays recognisable: flow, not packing."""
    if fact.parent is None or fact.parent.type not in (gs1.SERIAL, gs1.OPAQUE):
        return False
    return fact.type == "AssociationEvent" or (fact.type == "AggregationEvent" and fact.step in ASSEMBLY_STEPS)


def is_packing(fact: Fact) -> bool:
    """Aggregation that is containment."""
    return fact.type in ("AggregationEvent", "AssociationEvent") and fact.parent is not None and not is_assembly(fact)


def is_return(fact: Fact) -> bool:
    """Goods that come back: receiving with disposition returned."""
    return fact.step == "receiving" and fact.disposition == "returned"


def build(known: Known) -> Graph:
    """Graph of the visible facts."""
    graph = Graph(facts=known.facts)
    for fact in known.facts:
        note_names(graph, fact)
        if fact.type == "TransformationEvent":
            add_transformation(graph, fact)
        elif is_assembly(fact) and fact.action == "ADD":
            add_assembly(graph, fact)
        elif fact.type == "ObjectEvent":
            add_origin(graph, fact)
    for key, process in graph.processes.items():
        link_process(graph, key, process)
    graph.intervals = containment(known.facts)
    add_soft_origins(graph)
    return graph


def note_names(graph: Graph, fact: Fact) -> None:
    """Records types, and the membership that an event states: Digital Link with lot, or lot in its ilmd."""
    for mention in fact.mentions():
        name = mention.name
        graph.types[name.key] = name.type
        if name.lot_key:
            add_member(graph, name.lot_key, name.key)
    if not fact.lot_text:
        return
    for mention in fact.items + fact.outputs:
        if mention.name.type == gs1.SERIAL and gs1.gtin_of(mention.name.key):
            add_member(graph, gs1.lot_key(gs1.gtin_of(mention.name.key), fact.lot_text), mention.name.key)


def add_member(graph: Graph, lot: str, serial: str) -> None:
    """States that a serial belongs to a lot."""
    graph.types[lot] = gs1.LOT
    graph.members[lot].add(serial)
    graph.lots[serial].add(lot)


def add_transformation(graph: Graph, fact: Fact) -> None:
    """Adds a transformation; events that share a transformationID form one process."""
    key = fact.process_id or fact.identity
    public = bool(fact.process_id or fact.event_id)
    process = graph.processes.setdefault(key, Process(key, public))
    process.inputs += fact.inputs
    process.outputs += fact.outputs
    for mention in fact.outputs:
        add_total(graph, mention)
        graph.origins.add(mention.name.key)


def add_assembly(graph: Graph, fact: Fact) -> None:
    """Adds an installation of parts as a process without a public name. A later removal does not undo it."""
    assert fact.parent is not None
    process = Process(f"assembly {fact.identity}", False, list(fact.children), [Mention(fact.parent, None, EACH)])
    graph.processes[process.key] = process


def add_origin(graph: Graph, fact: Fact) -> None:
    """Receipts and commissionings give units an origin and a total."""
    if fact.action != "ADD" and fact.step != "receiving":
        return
    for mention in fact.items:
        graph.origins.add(mention.name.key)
        if not is_return(fact):
            add_total(graph, mention)


def add_total(graph: Graph, mention: Mention) -> None:
    """Adds to the quantity that ever existed of a unit; a serial is always one."""
    key, name = mention.name.key, mention.name
    each_item = gs1.gtin_of(key) or key
    graph.measures[key] = f"each {each_item}" if mention.uom == EACH else mention.uom
    if name.type in (gs1.SERIAL, gs1.OPAQUE):
        graph.totals[key] = Fraction(1)
    elif mention.amount is not None:
        graph.totals[key] += mention.amount


def link_process(graph: Graph, key: str, process: Process) -> None:
    """Mirrors the ends of a process."""
    for unit in process.input_keys():
        graph.consumers[unit].add(key)
    for unit in process.output_keys():
        graph.producers[unit].add(key)


def add_soft_origins(graph: Graph) -> None:
    """A lot has an origin where one of its serials has. Soft: a serial by its lot alone, an assembled parent."""
    for lot, serials in graph.members.items():
        if lot in graph.origins:
            graph.soft_origins |= serials
        if serials & graph.origins:
            graph.origins.add(lot)
    for process in graph.processes.values():
        if process.key.startswith("assembly "):
            graph.soft_origins |= process.output_keys()


def containment(facts: list[Fact]) -> list[Interval]:
    """Intervals of all packing, replayed in time order."""
    intervals: list[Interval] = []
    for fact in facts:
        if not is_packing(fact) or fact.parent is None:
            continue
        inside = [interval for interval in intervals if interval.parent == fact.parent.key and interval.end is None]
        if fact.action == "ADD":
            intervals += [Interval(child.name.key, fact.parent.key, fact.time, None, child.amount)
                          for child in fact.children]
        elif fact.action == "DELETE" and not fact.children:
            for interval in inside:
                interval.end = fact.time
        elif fact.action == "DELETE":
            for child in fact.children:
                intervals += take_out([i for i in inside if i.child == child.name.key], child.amount, fact.time)
    return intervals


def take_out(inside: list[Interval], amount: Fraction | None, time: int) -> list[Interval]:
    """Closes intervals of one child for `amount` (None: all), oldest first; returns what stays of a cut one."""
    left = amount
    for interval in inside:
        if interval.end is not None or (left is not None and left <= 0):
            continue
        held = interval.amount
        interval.end = time
        if left is None or held is None:
            continue
        if held > left:
            interval_rest = Interval(interval.child, interval.parent, interval.start, None, held - left)
            interval.amount = left
            return [interval_rest]
        left -= held
    return []
