"""How much root material a unit may hold: bounds of design section 6, exact, over a downward trace."""
from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

import gs1
from graph import Graph
from oracle import PROCESS, Answer

ZERO = Fraction(0)
Bounds = tuple[Fraction, Fraction]
Links = dict[str, set[str]]


def bounds(graph: Graph, answer: Answer) -> dict[str, Bounds]:
    """[low, high] in the root's unit for every unit reached, or nothing where the root's total is not known."""
    total = graph.totals.get(answer.root)
    if not total:
        return {}
    links = flow_links(answer)
    looping = on_cycles(links)
    held: dict[str, Bounds] = {answer.root: (total, total)}
    for key in in_order(links, answer.root, looping):
        if key == answer.root:
            continue
        if key in looping:
            held[key] = (ZERO, total)
        elif answer.types[key] == PROCESS:
            held[key] = process_input(graph, links, held, key, answer.root)
        else:
            held[key] = unit_content(graph, links, held, key, total)
    return {key: value for key, value in held.items() if answer.types[key] != PROCESS}


def flow_links(answer: Answer) -> Links:
    """Neighbours downward: edges of the answer, and the step from a serial past its lot."""
    links: Links = defaultdict(set)
    for start, end, kind in answer.edges | answer.optional_edges:
        if kind != "contain" and start in answer.certainty and end in answer.certainty:
            if not (kind == "member" and start in answer.optional):
                links[start].add(end)
    return links


def reachable(links: Links, start: str) -> set[str]:
    """What can be reached from `start` in one step or more."""
    seen: set[str] = set()
    queue = list(links[start])
    while queue:
        key = queue.pop()
        if key not in seen:
            seen.add(key)
            queue += links[key]
    return seen


def on_cycles(links: Links) -> set[str]:
    """Keys that reach themselves."""
    return {key for key in list(links) if key in reachable(links, key)}


def in_order(links: Links, root: str, looping: set[str]) -> list[str]:
    """Keys below the root, each after everything that leads to it; the keys of a cycle in any order."""
    below = reachable(links, root) | {root}
    reached = {key: reachable(links, key) for key in below}
    above = {key: sum(key in ends for ends in reached.values()) for key in below}
    return sorted(below, key=lambda key: (above[key], key not in looping, key))


def sources(links: Links, key: str) -> list[str]:
    """Keys with a link to `key`."""
    return sorted(start for start, ends in links.items() if key in ends)


def same_measure(graph: Graph, first: str, second: str) -> bool:
    """Whether quantities of two units convert: the same unit code, and for counted goods the same item."""
    measure = graph.measures.get(first)
    return measure is not None and measure == graph.measures.get(second)


def process_input(graph: Graph, links: Links, held: dict[str, Bounds], key: str, root: str) -> Bounds:
    """Sum over the input edges of a process."""
    low = high = ZERO
    for unit in sources(links, key):
        unit_low, unit_high = held.get(unit, (ZERO, ZERO))
        amounts = [mention.amount for mention in graph.processes[key].inputs if mention.name.key == unit]
        if amounts and None not in amounts and same_measure(graph, unit, root):
            used = sum((amount for amount in amounts if amount is not None), ZERO)
            rest = max(ZERO, graph.totals[unit] - used)
            high += min(unit_high, used)
            low += max(ZERO, unit_low - rest)
        else:
            high += unit_high
    return low, high


def unit_content(graph: Graph, links: Links, held: dict[str, Bounds], key: str, total: Fraction) -> Bounds:
    """Sum of what processes and lots hand to a unit."""
    low = high = ZERO
    for source in sources(links, key):
        source_low, source_high = held.get(source, (ZERO, ZERO))
        if source in graph.processes:
            share = output_share(graph, source, key, source_low, source_high, total)
        else:
            share = member_share(graph, source, key, source_low, source_high)
        low, high = low + share[0], high + share[1]
    return min(low, total), min(high, total)


def output_share(graph: Graph, process: str, key: str, low: Fraction, high: Fraction, total: Fraction) -> Bounds:
    """What one process hands to one of its outputs. The process holds root units only where all outputs convert."""
    others = [mention for mention in graph.processes[process].outputs if mention.name.key != key]
    inputs = graph.processes[process].inputs
    converts = all(same_measure(graph, mention.name.key, other.name.key)
                   for mention in inputs for other in graph.processes[process].outputs)
    if not converts or any(other.amount is None for other in others):
        return ZERO, min(high, total)
    capacity = sum((other.amount for other in others if other.amount is not None), ZERO)
    return max(ZERO, low - capacity), min(high, total)


def member_share(graph: Graph, lot: str, serial: str, low: Fraction, high: Fraction) -> Bounds:
    """What a lot hands to one of its serials: as if one piece were drawn from it."""
    if graph.types[serial] != gs1.SERIAL or graph.measures.get(lot, "")[:4] != "each":
        return ZERO, high
    whole = graph.totals.get(lot, ZERO)
    if low == high == whole and whole > 0:
        return min(low, Fraction(1)), min(high, Fraction(1))
    return ZERO, high
