"""Compares recall scopes of the demo with what the plant counted while it was simulated.

    python3 scripts/demo_compare.py STORY.json VIEW SCOPE.json    exit 1 when a figure differs
    python3 scripts/demo_compare.py --newly BEFORE.json AFTER.json   consignees that only the second scope names
"""
from __future__ import annotations

import json
import sys


def read(path: str) -> dict:
    """A JSON file."""
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def reference(value: object) -> str:
    """A unit or party given as text or as an object."""
    return str(value.get("ref") or value.get("party")) if isinstance(value, dict) else str(value)


def gln_of(party: object) -> str:
    """`(417)9521401000007` -> `9521401000007`."""
    return reference(party).removeprefix("(417)")


def figures(scope: dict) -> dict[str, object]:
    """What a scope says, in the plant's words. The roots are not counted."""
    roots = {reference(root) for root in scope["roots"]}
    units = [unit for unit in scope["affected"] if reference(unit) not in roots]
    return {
        "devices": sum(unit["type"] == "serial" for unit in units),
        "lots in between": sum(unit["type"] == "lot" for unit in units),
        "consignees": len(scope["consignees"]),
        "devices by consignee": {gln_of(consignee["party"]): int(consignee["units"]) for consignee in scope["consignees"]},
    }


def truth(view: dict) -> dict[str, object]:
    """The same of a view of the story."""
    return {
        "devices": view["devices"],
        "lots in between": view["lots"],
        "consignees": len(view["consignees"]),
        "devices by consignee": {consignee["gln"]: consignee["devices"] for consignee in view["consignees"]},
    }


def compare(story: str, view: str, scope: str) -> int:
    """Prints each figure, and the plant's where it differs."""
    wanted, got = truth(read(story)[view]), figures(read(scope))
    for name, value in got.items():
        shown = f"{len(value)} figures" if isinstance(value, dict) else value
        print(f"  {name}: {shown}" + (", as the plant counted" if value == wanted[name] else f"   DIFFERS: {value}, the plant counted {wanted[name]}"))
    return 0 if wanted == got else 1


def newly(before: str, after: str) -> int:
    """Prints the consignees that only the second scope names; exit 1 when there is none."""
    known = {reference(consignee["party"]) for consignee in read(before)["consignees"]}
    found = [consignee for consignee in read(after)["consignees"] if reference(consignee["party"]) not in known]
    for consignee in found:
        print(f"  newly found: {consignee['name']}, {consignee['units']} devices")
    return 0 if found else 1


def main(words: list[str]) -> int:
    """Usage as above."""
    if len(words) == 3 and words[0] == "--newly":
        return newly(*words[1:])
    if len(words) == 3:
        return compare(*words)
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
