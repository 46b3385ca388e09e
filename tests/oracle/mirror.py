#!/usr/bin/env python3
"""A program with Lotledger's command line whose answers are the oracle's own, to test the checker.

The environment variable MIRROR_FAULT makes it lie in one way; the checker must then find a difference.
"""
from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from datetime import timedelta
from pathlib import Path

import gs1
from bounds import bounds
from events import EPOCH, know, load, microseconds
from graph import build
from oracle import DOWN, PROCESS, UNIT_TYPES, Answer, resolve, trace
from recall import Scope, recall_scope

FAULTS = ("drop_node drop_edge siblings contents flip_certainty wrong_type always_complete never_complete "
          "drop_consignee count_units wrong_party drop_own keep_own ignore_known_at ignore_as_of "
          "narrow_bounds not_idempotent lose_shipment").split()


def fault(name: str) -> bool:
    """Whether the mirror lies in this way."""
    assert name in FAULTS
    return os.environ.get("MIRROR_FAULT") == name


def ingest(data: Path, paths: list[Path]) -> dict:
    """Keeps copies of the files; a file with known content is a duplicate."""
    stored = sorted(data.glob("*.json"))
    texts = {path.read_bytes() for path in stored}
    accepted = duplicates = 0
    for path in paths:
        events = len(json.loads(path.read_text(encoding="utf-8"))["epcisBody"]["eventList"])
        if path.read_bytes() in texts and not fault("not_idempotent"):
            duplicates += events
            continue
        shutil.copy(path, data / f"{len(list(data.glob('*.json'))):04d}.json")
        accepted += events
    count = len(list(data.glob("*.json")))
    return {"kind": "ingest", "files": len(paths), "accepted": accepted, "duplicates": duplicates, "rejected": 0,
            "conflicts": 0, "unresolved": 0, "position": {"T1": str(count)}}


def number(value: object) -> str:
    """Exact enough decimal text."""
    return f"{float(value):.9f}"  # type: ignore[arg-type]


def trace_answer(answer: Answer, held: dict) -> dict:
    """A trace in the program's format."""
    nodes = []
    for key, certainty in sorted(answer.certainty.items()):
        node: dict = {"ref": key, "epc": None if key.startswith("(") else key, "type": answer.types[key],
                "certainty": certainty}
        if key in held:
            low, high = held[key]
            if fault("narrow_bounds"):
                high = low = (low + high) / 3
            node["quantity"] = {"low": number(low - min(low, 1) / 10**8), "high": number(high), "unit": "x"}
        nodes.append(node)
    edges = [{"from": start, "to": end, "kind": kind} for start, end, kind in sorted(answer.edges)]
    return {"kind": "trace", "direction": answer.direction, "root": answer.root, "nodes": nodes, "edges": edges}


def scope_answer(scope: Scope) -> dict:
    """A recall scope in the program's format."""
    consignees = [{"party": consignee.party, "name": consignee.name, "units": len(consignee.units),
                   "returned": len(consignee.returned),
                   "shipments": [{"at": (EPOCH + timedelta(microseconds=time)).isoformat()}
                                 for time in sorted(consignee.shipments)]}
                  for consignee in scope.consignees.values() if consignee.units]
    return {"kind": "recall_scope", "roots": scope.roots,
            "affected": [{"ref": key, "certainty": sure} for key, sure in scope.affected.items()],
            "consignees": consignees,
            "own_control": [{"ref": key, "quantity": number(amount)} for key, amount in scope.own_control.items()]}


def lie_about_trace(value: dict, answer: Answer, graph: object) -> None:
    """Applies the faults that concern traces."""
    others = [node for node in value["nodes"] if node["ref"] != answer.root]
    units = [node for node in others if node["type"] in UNIT_TYPES]
    if fault("drop_node") and others:
        value["nodes"].remove(others[-1])
        value["edges"] = [edge for edge in value["edges"] if others[-1]["ref"] not in (edge["from"], edge["to"])]
    if fault("drop_edge") and value["edges"]:
        value["edges"].pop()
    if fault("flip_certainty") and units:
        units[0]["certainty"] = "possible" if units[0]["certainty"] == "certain" else "certain"
    if fault("wrong_type") and units:
        units[0]["type"] = PROCESS if units[0]["type"] == gs1.LOT else gs1.LOT
    known = {node["ref"] for node in value["nodes"]}
    extra: set[str] = set()
    if fault("siblings"):
        extra = {key for unit in known for lot in graph.lots[unit] for key in graph.members[lot]}  # type: ignore
    if fault("contents"):
        extra = {interval.child for interval in graph.intervals if interval.parent in known}  # type: ignore
    value["nodes"] += [{"ref": key, "type": graph.types[key], "certainty": "possible"}  # type: ignore
                       for key in extra - known]


def lie_about_scope(value: dict) -> None:
    """Applies the faults that concern recall scopes."""
    consignees = value["consignees"]
    if fault("drop_consignee") and consignees:
        consignees.pop()
    if fault("count_units") and consignees:
        consignees[0]["units"] += 1
    if fault("wrong_party") and consignees:
        consignees[0]["party"] = "4000000000006"
    if fault("lose_shipment") and consignees:
        consignees[0]["shipments"].pop()
    if fault("drop_own") and value["own_control"]:
        value["own_control"].pop()
    if fault("keep_own"):
        value["own_control"] = value["affected"]


def question(options: argparse.Namespace, data: Path) -> tuple[int, dict | None]:
    """Answers trace or recall scope."""
    files = int(options.known_at.rsplit(":", 1)[1]) if options.known_at and not fault("ignore_known_at") else None
    moment = microseconds(options.as_of) if options.as_of and not fault("ignore_as_of") else None
    known = know(load(sorted(data.glob("*.json"))), files).as_of(moment)
    graph = build(known)
    root = resolve(graph, options.lot or options.words[1])
    if root is None:
        return 3, None
    answer = trace(graph, known, root, DOWN if options.command == "recall" else options.words[0])
    if options.command == "trace":
        value = trace_answer(answer, bounds(graph, answer) if answer.direction == DOWN else {})
        lie_about_trace(value, answer, graph)
        complete = answer.complete is not False
    else:
        scope = recall_scope(graph, known, answer)
        value = scope_answer(scope)
        lie_about_scope(value)
        complete = scope.complete is not False
    complete = (complete or fault("always_complete")) and not fault("never_complete")
    value |= {"complete": complete, "missing": [] if complete else [{"what": "x", "where": "x", "remedy": "x"}],
              "position": {"T1": str(files or 0)}}
    return (0 if complete else 8), value


def execute(words: list[str]) -> tuple[int, dict | None]:
    """Runs one command of the program, as far as the checker uses it: exit code and answer."""
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--data", type=Path)
    parser.add_argument("command")
    parser.add_argument("words", nargs="*")
    for option in ("--ledger", "--lot", "--known-at", "--as-of", "-o"):
        parser.add_argument(option)
    options = parser.parse_args(words)
    if options.command == "init":
        options.data.mkdir(parents=True)
        return 0, None
    if options.command == "ingest":
        return 0, ingest(options.data, [Path(word) for word in options.words])
    return question(options, options.data)


def main() -> int:
    """Runs one command and prints its answer."""
    code, value = execute(sys.argv[1:])
    if value is not None:
        print(json.dumps(value))
    return code


if __name__ == "__main__":
    sys.exit(main())
