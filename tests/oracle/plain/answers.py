"""Runs the program, and compares its answers with the truth. Every difference is one line with both figures."""
from __future__ import annotations

import json
import os
import subprocess
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path

from things import Unit
from truth import ANY, FIGURES, HELD, Inventory, Scope

NO_VALUE = "no value"


@dataclass
class Reply:
    """Exit code, the JSON answer (empty where there is none) and what stood on stderr."""

    exit: int
    answer: dict
    errors: str


class Program:
    """The program with one data folder."""

    def __init__(self, path: Path, data: Path) -> None:
        """Nothing is run yet."""
        self.path, self.data = path, data

    def run(self, *words: str) -> Reply:
        """Runs one command."""
        environment = {name: value for name, value in os.environ.items() if name != "LOTLEDGER_DATA"}
        done = subprocess.run([str(self.path), "--data", str(self.data), *words, "-o", "json"], capture_output=True,
                              text=True, encoding="utf-8", timeout=120, env=environment, check=False)
        try:
            answer = json.loads(done.stdout)
        except ValueError:
            answer = {}
        return Reply(done.returncode, answer if isinstance(answer, dict) else {}, done.stderr.strip())


def amount(value: object) -> Fraction | str:
    """Exact value of a decimal text."""
    try:
        return Fraction(Decimal(value)) if isinstance(value, str) else NO_VALUE
    except (InvalidOperation, ValueError):
        return NO_VALUE


def shown(value: object) -> str:
    """A figure as people write it."""
    return str(float(value)) if isinstance(value, Fraction) and value.denominator != 1 else str(value)


def differing(wanted: dict, got: dict, label: str) -> list[str]:
    """One line for each key whose figures differ; a key that is missing stands for zero."""
    zero = Fraction(0)
    keys = sorted((key for key in set(wanted) | set(got) if wanted.get(key, zero) != got.get(key, zero)), key=str)
    return [f"{label} {' '.join(map(str, key)) if isinstance(key, tuple) else key}: program {shown(got.get(key, zero))}, "
            f"truth {shown(wanted.get(key, zero))}" for key in keys]


def row_key(row: dict) -> tuple[str, str, str | None]:
    """Issuer, item and lot of an inventory row."""
    return (row.get("issuer") or "", row.get("item") or "", row.get("lot"))


def word(value: object) -> str:
    """A status however its blanks are written."""
    return str(value).replace("_", " ")


def lot_name(key: tuple) -> str:
    """A lot as people write it."""
    return Unit(key[1], key[2] or "(no lot)", None, key[0]).ref


def compare_inventory(wanted: Inventory, answer: dict, keep: object, one_place: bool = False) -> list[str]:
    """Stock by lot, place, owner and status; the same by disposition; what is available; custodian and unit of measure.

    `keep` says which truth rows the question asks for. Of a lot that is partly under way to ourselves only the sum is
    compared; of one place nothing.
    """
    rows = answer.get("rows")
    if answer.get("kind") != "inventory" or not isinstance(rows, list):
        return [f"no inventory: kind {answer.get('kind')!r}"]
    mine = [stock for stock in wanted.rows if keep(stock)]
    if one_place:
        mine = [stock for stock in mine if stock.lot not in wanted.adrift]
        rows = [row for row in rows if row_key(row) not in wanted.adrift]
    blurred = {(lot, place.ref) for lot, place in wanted.blurred}
    tables: dict[str, tuple[dict, dict]] = {name: (defaultdict(Fraction), defaultdict(Fraction))
                                            for name in ("stock", "disposition", "available", "held")}
    for stock in mine:
        name, here = lot_name(stock.lot), stock.place.ref
        if stock.lot in wanted.adrift:
            tables["stock"][0][name, ANY, ANY, ANY] += stock.quantity
            continue
        status = ANY if (stock.lot, here) in blurred else stock.status
        tables["stock"][0][name, here, stock.owner or "ours", status] += stock.quantity
        tables["disposition"][0][name, here, stock.owner or "ours", stock.disposition] += stock.quantity
        if status != ANY:
            tables["available"][0][name, here] += stock.quantity if stock.available else 0
            tables["held"][0][name, here] += stock.quantity if stock.status == HELD else 0
    lines = []
    for row in rows:
        if row_key(row) in wanted.adrift and amount(row.get("quantity")) != NO_VALUE:
            tables["stock"][1][lot_name(row_key(row)), ANY, ANY, ANY] += amount(row["quantity"])
        else:
            lines += read_row(row, blurred, tables)
    for name, (truth, got) in tables.items():
        lines += differing(truth, got, name)
    return lines + compare_facts_of_rows(mine, rows)


def read_row(row: dict, blurred: set, tables: dict) -> list[str]:
    """Adds one row of the program to its side of the tables."""
    name, here, quantity = lot_name(row_key(row)), str(row.get("location")), amount(row.get("quantity"))
    if quantity == NO_VALUE:
        return [f"stock {name} {here}: quantity is {row.get('quantity')!r}"]
    status = ANY if (row_key(row), here) in blurred else word(row.get("status"))
    owner = row.get("owner") or "ours"
    tables["stock"][1][name, here, owner, status] += quantity
    tables["disposition"][1][name, here, owner, word(row.get("disposition"))] += quantity
    if status != ANY:
        tables["available"][1][name, here] += part_of(row.get("available"), quantity)
        tables["held"][1][name, here] += part_of(row.get("held"), quantity)
    return []


def part_of(value: object, quantity: Fraction) -> Fraction:
    """How much of a row a member speaks of: yes is all of it, a text is a quantity."""
    if isinstance(value, bool):
        return quantity if value else Fraction(0)
    found = amount(value)
    return Fraction(0) if found == NO_VALUE else found


def compare_facts_of_rows(mine: list, rows: list[dict]) -> list[str]:
    """Unit of measure and custodian of each lot and place."""
    known = {(stock.lot, stock.place.ref): (stock.unit, stock.place.owner.ref if stock.place.owner else None) for stock in mine}
    lines = []
    for row in rows:
        wanted = known.get((row_key(row), str(row.get("location"))))
        got = (row.get("unit"), row.get("custodian"))
        if wanted and got != wanted:
            lines.append(f"unit and custodian of {lot_name(row_key(row))} {row.get('location')}: program {got}, truth {wanted}")
    return sorted(set(lines))


def compare_balance(wanted: dict[str, Fraction], answer: dict) -> list[str]:
    """All figures."""
    got = {name: amount(answer.get(name)) for name in FIGURES}
    return differing(wanted, got, "balance")


def compare_scope(wanted: Scope, balance: dict[str, Fraction] | None, answer: dict) -> list[str]:
    """Affected units, consignees, own control, balance of the root."""
    if answer.get("kind") != "recall_scope":
        return [f"no recall scope: kind {answer.get('kind')!r}"]
    affected = {unit.get("ref") for unit in answer.get("affected", [])}
    truth = {unit.ref for unit in wanted.affected}
    lines = [f"affected {ref}: program no, truth yes" for ref in sorted(truth - affected)]
    lines += [f"affected {ref}: program yes, truth no" for ref in sorted(affected - truth)]
    got = {str(each.get("party")): each for each in answer.get("consignees", [])}
    for party in sorted(set(got) | set(wanted.consignees)):
        lines += compare_consignee(party, wanted.consignees.get(party), got.get(party))
    lines += compare_own(wanted, answer.get("own_control", []))
    return lines + (compare_balance(balance, answer.get("balance") or {}) if balance else [])


def compare_consignee(party: str, wanted: object, got: dict | None) -> list[str]:
    """One consignee: units, what came back, quantities in base units or as they were stated."""
    if wanted is None or got is None:
        return [f"consignee {party}: program {'no' if got is None else 'yes'}, truth {'no' if wanted is None else 'yes'}"]
    lines = []
    for name, truth in (("units", len(wanted.units)), ("returned", len(wanted.returned))):
        if got.get(name) != truth:
            lines.append(f"consignee {party} {name}: program {got.get(name)}, truth {truth}")
    quantity = {str(each.get("unit")): amount(each.get("quantity")) for each in got.get("quantity") or []}
    if quantity not in (dict(wanted.base), dict(wanted.stated)):
        lines.append(f"consignee {party} quantity: program {plain(quantity)}, truth {plain(wanted.base)} (as stated {plain(wanted.stated)})")
    return lines


def plain(quantities: dict[str, Fraction]) -> str:
    """Quantities by unit of measure as text."""
    return " ".join(f"{shown(quantities[unit])} {unit}" for unit in sorted(quantities))


def compare_own(wanted: Scope, rows: list[dict]) -> list[str]:
    """What is under own control: what lies at others' places may be counted or not; the places."""
    got: dict[str, Fraction] = defaultdict(Fraction)
    places: dict[str, set[str]] = defaultdict(set)
    lines = []
    for row in rows:
        found = amount(row.get("quantity"))
        if found == NO_VALUE:
            lines.append(f"own control {row.get('ref')}: quantity is {row.get('quantity')!r}")
            continue
        got[str(row.get("ref"))] += found
        places[str(row.get("ref"))].add(str(row.get("location")))
    truth = {unit.ref: both for unit, both in wanted.own.items()}
    known = {unit.ref: found for unit, found in wanted.places.items()}
    for ref in sorted(set(got) | set(truth)):
        low, high = truth.get(ref, (Fraction(0), Fraction(0)))
        if got.get(ref, Fraction(0)) not in (low, high):
            either = f" or {shown(high)}" if high != low else ""
            lines.append(f"own control {ref}: program {shown(got.get(ref, Fraction(0)))}, truth {shown(low)}{either}")
        elif ANY not in known.get(ref, set()) and not places[ref] <= known.get(ref, set()):
            lines.append(f"own control {ref}: program at {sorted(places[ref])}, truth at {sorted(known.get(ref, set()))}")
    return lines


def compare_bounds(wanted: dict[Unit, tuple[Fraction, Fraction]], uom: str, answer: dict) -> list[str]:
    """Bounds of a trace down, in the base unit of the root's item."""
    nodes = {str(node.get("ref")): node.get("quantity") or {} for node in answer.get("nodes", [])}
    lines = []
    for unit, (low, high) in sorted(wanted.items(), key=lambda pair: pair[0].ref):
        got = nodes.get(unit.ref, {})
        figures = (amount(got.get("low")), amount(got.get("high")), got.get("unit"))
        if figures != (low, high, uom):
            lines.append(f"bounds {unit.ref}: program {shown(figures[0])}..{shown(figures[1])} {figures[2]}, truth {shown(low)}..{shown(high)} {uom}")
    return lines


def time_argument(at: datetime) -> str:
    """A time as an option."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
