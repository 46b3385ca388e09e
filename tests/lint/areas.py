"""Each area is whole: whoever knows its name finds its schema, header, codec and document (docs/hacking.md, adding an area)."""
from __future__ import annotations

import re

from tree import Finding, Tree

EVENT_SCHEMA = "schemas/event.fbs"
EVENT_HEADER = "engine/event.h"


def areas(tree: Tree) -> list[str]:
    """Names of the areas, in the order of the union in schemas/event.fbs."""
    union = re.search(r"union AreaEvent\s*\{(.*?)\}", tree.text(EVENT_SCHEMA), re.DOTALL)
    return re.findall(r"^\s*(\w+):", union.group(1), re.MULTILINE) if union else []


def camel(area: str) -> str:
    """`lot_status` -> `LotStatus`."""
    return "".join(word.capitalize() for word in area.split("_"))


def pieces(area: str) -> list[tuple[str, str, str]]:
    """File, what must stand in it (a regular expression), and how a person reads that."""
    name = camel(area)
    return [
        (f"schemas/{area}.fbs", rf"table {name}Area\b", f"table {name}Area"),
        (f"engine/{area}.h", rf"using {name}Event =\s*std::variant<", f"using {name}Event"),
        (f"engine/codec/{area}.cc", rf"Offset<schema::{name}Area> encode\(", f"encode() to schema::{name}Area"),
        (f"engine/codec/{area}.cc", rf"{name}Event decode\(const schema::{name}Area& ", f"decode() of schema::{name}Area"),
        (f"docs/areas/{area}.md", r"^# ", "a title"),
        (EVENT_SCHEMA, rf'include "{area}\.fbs";', f'include "{area}.fbs"'),
        (EVENT_SCHEMA, rf"\b{area}: {name}Area = \d+", f"{area}: {name}Area = N in union AreaEvent"),
        (EVENT_HEADER, rf'#include "engine/{area}\.h"', f'#include "engine/{area}.h"'),
        (EVENT_HEADER, rf"using AreaEvent =[^;]*\b{name}Event\b", f"{name}Event in AreaEvent"),
    ]


def check_slices(tree: Tree) -> list[Finding]:
    """Every area of the union has all its pieces, and every area's schema is in the union."""
    listed = areas(tree)
    found = [] if listed else [Finding(EVENT_SCHEMA, 1, "no union AreaEvent with areas found")]
    for area in listed:
        for path, pattern, words in pieces(area):
            if not tree.has(path):
                found.append(Finding(path, 1, f"area {area}: file is missing"))
            elif not re.search(pattern, tree.text(path), re.MULTILINE):
                found.append(Finding(path, 1, f"area {area}: {words} is missing"))
    for path in tree.under(r"schemas/\w+\.fbs"):
        name = path.split("/")[1].removesuffix(".fbs")
        if re.search(rf"table {camel(name)}Area\b", tree.text(path)) and name not in listed:
            found.append(Finding(path, 1, f"area {name} is not in union AreaEvent of {EVENT_SCHEMA}"))
    return found + order_of_variant(tree, listed)


def order_of_variant(tree: Tree, listed: list[str]) -> list[Finding]:
    """Variant and union have one order, because codecs and tests walk both."""
    variant = re.search(r"using AreaEvent =\s*std::variant<([^;]*)>;", tree.text(EVENT_HEADER), re.DOTALL)
    names = re.findall(r"\w+", variant.group(1)) if variant else []
    wanted = [camel(area) + "Event" for area in listed]
    if sorted(names) != sorted(wanted) or names == wanted:
        return []
    return [Finding(EVENT_HEADER, 1, f"AreaEvent is not in the order of {EVENT_SCHEMA}: {', '.join(wanted)}")]
