"""Compares stock and balances of the demo with what the plants counted while they were simulated.

    python3 scripts/demo_stock.py stock STORY.json VIEW INVENTORY.json       VIEW: stock, stock_at_as_of
    python3 scripts/demo_stock.py balance STORY.json VIEW BALANCE.json...    VIEW: balances, balances_at_as_of
    python3 scripts/demo_stock.py same ONE.json OTHER.json                   two inventories hold the same rows

Exit 1 when a figure differs.
"""
from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from decimal import Decimal

FIGURES = (
    "received produced returned adjusted stock wip in_transit at_subcontractor consumed scrapped shipped sampled unexplained".split()
)


def read(path: str) -> dict:
    """A JSON file."""
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def gln_of(location: str | None) -> str:
    """`urn:epc:id:sgln:9521234.00010.0` and `(414)9521234000104` -> `952123400010`, without the check digit."""
    if location is None:
        return "nowhere"
    urn = re.fullmatch(r"urn:epc:id:sgln:(\d+)\.(\d+)\.0", location)
    return "".join(urn.groups()) if urn else location.removeprefix("(414)")[:12]


def stock(story: str, view: str, inventory: str) -> int:
    """Every lot that the plants booked lies where they say, to the piece, and no other quantity of it anywhere."""
    wanted: dict[tuple, Decimal] = defaultdict(Decimal)
    for row in read(story)[view]:
        wanted[row["lot"], gln_of(row["location"]), row["in_transit"]] += Decimal(row["quantity"])
    booked = {item_of(lot) for lot, _, _ in wanted}
    got: dict[tuple, Decimal] = defaultdict(Decimal)
    for row in read(inventory)["rows"]:
        if row["lot"] is None or item_of(row["ref"]) not in booked:
            continue
        got[row["ref"], gln_of(row["location"]), row["in_transit"]] += Decimal(row["quantity"])
    for key in sorted(wanted.keys() | got.keys()):
        if wanted.get(key) != got.get(key):
            print(f"  {key[0]} at {key[1]}: {got.get(key, 'none')}   DIFFERS: the plants counted {wanted.get(key, 'none')}")
    if wanted != got:
        return 1
    print(f"  {len(wanted)} rows of stock, each as the plants counted")
    return 0


def item_of(lot: str) -> str:
    return lot.split("/", 1)[0]


def balance(story: str, view: str, answers: list[str]) -> int:
    """Every figure of every balance; what the plants do not name is zero."""
    counted = {row["lot"]: row for row in read(story)[view]}
    differs = False
    for answer in map(read, answers):
        wanted = counted.get(answer["ref"], {})
        for figure in FIGURES:
            told, right = Decimal(answer[figure]), Decimal(wanted.get(figure, "0"))
            if told != right:
                differs = True
                print(f"  {answer['ref']}: {figure} {told}   DIFFERS: the plants counted {right}")
        if not differs:
            print(f"  {answer['ref']}: all {len(FIGURES)} figures as the plants counted")
    return 1 if differs else 0


def same(one: str, other: str) -> int:
    """Positions differ between ledgers; rows may not."""
    first, second = (sorted(json.dumps(row, sort_keys=True) for row in read(path)["rows"]) for path in (one, other))
    if first != second:
        print(f"  DIFFERS: {len(set(first) ^ set(second))} rows stand in one of the inventories only")
        return 1
    print(f"  {len(first)} rows, the same in both")
    return 0


def main(words: list[str]) -> int:
    """Usage as above."""
    if len(words) == 4 and words[0] == "stock":
        return stock(*words[1:])
    if len(words) >= 4 and words[0] == "balance":
        return balance(words[1], words[2], words[3:])
    if len(words) == 3 and words[0] == "same":
        return same(*words[1:])
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
