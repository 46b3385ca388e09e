"""Runs the program under test and reads what it prints."""
from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import gs1
from events import microseconds
from graph import Graph

PROCESS, CONTAINER, FLOW, MEMBER, CONTAIN = "process", "container", "flow", "member", "contain"
FLOW_KINDS = set("consume output produce input split merge rework relabel assemble install contact flow".split())
MEMBER_KINDS = {"member", "membership"}

Edge = tuple[str, str, str]


@dataclass
class Reply:
    """Exit code, the JSON answer (None where there is none) and what stood on stderr."""

    exit: int
    answer: dict | None
    errors: str


class Program:
    """The program with one data folder."""

    def __init__(self, path: Path, data: Path, timeout_s: int = 120) -> None:
        """Nothing is run yet."""
        self.path, self.data, self.timeout_s = path, data, timeout_s

    def run(self, *words: str) -> Reply:
        """Runs one command."""
        environment = {name: value for name, value in os.environ.items() if name != "LOTLEDGER_DATA"}
        done = subprocess.run([str(self.path), "--data", str(self.data), *words], capture_output=True, text=True,
                              timeout=self.timeout_s, env=environment, check=False)
        try:
            answer = json.loads(done.stdout)
        except ValueError:
            answer = None
        return Reply(done.returncode, answer if isinstance(answer, dict) else None, done.stderr.strip())

    def ingest(self, paths: list[Path]) -> Reply:
        """Imports files."""
        return self.run("ingest", *map(str, paths), "-o", "json")


@dataclass
class Seen:
    """A trace of the program in the oracle's words."""

    certainty: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    quantity: dict[str, dict] = field(default_factory=dict)
    edges: set[Edge] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)


def unit_key(value: object) -> str:
    """Key of a unit given as text or as an object with `epc` or `ref`."""
    if isinstance(value, dict):
        value = value.get("epc") or value.get("ref") or value.get("unit") or ""
    return gs1.parse_reference(str(value)).key


def process_name(node: dict, public: set[str]) -> str | None:
    """Name of a process node where its text holds a name that the documents give; else None."""
    for text in (node.get("epc"), node.get("ref"), node.get("id")):
        for name in public if text else ():
            if str(text) == name or str(text).endswith(name):
                return name
    return None


def read_trace(answer: dict, graph: Graph) -> Seen:
    """Nodes and edges of a trace; processes without a public name are contracted to unit -> unit."""
    seen = Seen()
    public = {process.key for process in graph.processes.values() if process.public}
    keys: dict[str, str] = {}
    nameless: set[str] = set()
    for number, node in enumerate(answer.get("nodes") or []):
        key = read_node(seen, node, public)
        if node.get("type") == PROCESS and key is None:
            key = f"nameless {number}"
            nameless.add(key)
        for writing in (node.get("ref"), node.get("epc"), node.get("id")):
            if writing:
                keys[str(writing)] = str(key)
    raw = {read_edge(seen, edge, keys) for edge in answer.get("edges") or []}
    seen.edges = contract(raw, nameless)
    return seen


def read_node(seen: Seen, node: dict, public: set[str]) -> str | None:
    """Adds one node; returns its key, or None for a process that no document names."""
    key = process_name(node, public) if node.get("type") == PROCESS else unit_key(node)
    if key is None:
        return None
    if key in seen.certainty:
        seen.faults.append(f"node listed twice: {key}")
    seen.certainty[key] = str(node.get("certainty"))
    seen.types[key] = str(node.get("type"))
    if isinstance(node.get("quantity"), dict):
        seen.quantity[key] = node["quantity"]
    return key


def read_edge(seen: Seen, edge: dict, keys: dict[str, str]) -> Edge:
    """One edge in the oracle's words; membership runs lot -> serial, containment content -> container."""
    ends = [keys.get(str(edge.get(end))) or unit_key(edge.get(end)) for end in ("from", "to")]
    kind = str(edge.get("kind"))
    for end, text in zip(ends, (edge.get("from"), edge.get("to"))):
        if end not in seen.certainty and not end.startswith("nameless "):
            seen.faults.append(f"edge with an end that is no node: {text}")
    types = [seen.types.get(end) for end in ends]
    if CONTAINER in types:
        turned = types == [CONTAINER, types[1]] and types[1] != CONTAINER
        return (ends[1], ends[0], CONTAIN) if turned else (ends[0], ends[1], CONTAIN)
    if kind in MEMBER_KINDS:
        return (ends[1], ends[0], MEMBER) if types[1] == gs1.LOT else (ends[0], ends[1], MEMBER)
    if kind not in FLOW_KINDS:
        seen.faults.append(f"unknown edge kind {kind}: {edge.get('from')} -> {edge.get('to')}")
    return (ends[0], ends[1], FLOW)


def contract(edges: set[Edge], nameless: set[str]) -> set[Edge]:
    """Replaces in -> nameless process -> out by in -> out."""
    kept = {edge for edge in edges if edge[0] not in nameless and edge[1] not in nameless}
    for process in nameless:
        inputs = [edge[0] for edge in edges if edge[1] == process]
        outputs = [edge[1] for edge in edges if edge[0] == process]
        kept |= {(start, end, FLOW) for start in inputs for end in outputs}
    return kept


def count_of(value: object) -> int | None:
    """Number behind a number, a text, a list, or an object that counts certain and possible apart."""
    if isinstance(value, list):
        return len(value)
    if isinstance(value, dict):
        if "total" in value:
            return count_of(value["total"])
        parts = [count_of(value[name]) for name in ("certain", "possible") if name in value]
        return sum(part for part in parts if part is not None) if parts else None
    try:
        return int(str(value))
    except ValueError:
        return None


def text_of(value: object) -> str | None:
    """A name given as text, as {language, value}, or as a list of such."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("value") or value.get("local") or value.get("legal")
    return value if isinstance(value, str) and value else None


def instant_of(value: object) -> int | None:
    """Microseconds of an ISO 8601 text, or None."""
    try:
        return microseconds(str(value))
    except (ValueError, TypeError):
        return None


def position_argument(position: object) -> str | None:
    """The position of an answer in the form that --known-at takes: LEDGER:SEQ."""
    if isinstance(position, dict) and len(position) == 1:
        ledger, seq = next(iter(position.items()))
        return f"{ledger}:{seq}"
    return str(position) if isinstance(position, (str, int)) else None
