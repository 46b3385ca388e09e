"""Schemas: every number is explicit and unique, and nothing is a floating point number."""
from __future__ import annotations

import re
from dataclasses import dataclass, field

from tree import Finding, Tree, line_of

COMMENT = re.compile(r"//[^\n]*")
BLOCK = re.compile(r"\b(table|struct|union|enum)\s+(\w+)\s*(?::\s*(\w+)\s*)?\{([^}]*)\}")
FIELD = re.compile(r"(\w+)\s*:\s*([^;(=]+?)\s*(=\s*[^;(]+?)?\s*(\(([^)]*)\))?\s*;")
MEMBER = re.compile(r"(\w+)(?:\s*:\s*(\w+))?\s*(?:=\s*(-?\d+))?\s*(?:,|$)")
FLOATS = {"float", "double", "float32", "float64"}


@dataclass(frozen=True)
class Field:
    """A field of a table, or a member of a union or enum."""

    name: str
    type: str
    id: int | None
    line: int
    required: bool = False
    deprecated: bool = False
    value: str = ""


@dataclass
class Block:
    """A table, struct, union or enum."""

    kind: str
    name: str
    base: str
    path: str
    line: int
    fields: list[Field] = field(default_factory=list)


def blocks(path: str, text: str) -> list[Block]:
    """All blocks of a schema file."""
    code = COMMENT.sub(lambda match: " " * len(match.group(0)), text)
    found = []
    for match in BLOCK.finditer(code):
        block = Block(match.group(1), match.group(2), match.group(3) or "", path, line_of(code, match.start()))
        reading = fields_of if block.kind in ("table", "struct") else members_of
        block.fields = reading(code, match.start(4), match.end(4))
        found.append(block)
    return found


def fields_of(code: str, start: int, end: int) -> list[Field]:
    """Fields of a table."""
    found = []
    for match in FIELD.finditer(code, start, end):
        attributes = [word.strip() for word in (match.group(5) or "").split(",")]
        ids = [int(word.split(":")[1]) for word in attributes if re.fullmatch(r"id\s*:\s*\d+", word)]
        found.append(Field(match.group(1), match.group(2).strip(), ids[0] if ids else None, line_of(code, match.start()),
                           "required" in attributes, "deprecated" in attributes, (match.group(3) or "").lstrip("= ")))
    return found


def members_of(code: str, start: int, end: int) -> list[Field]:
    """Members of a union or enum; the number is the id."""
    return [Field(match.group(1), match.group(2) or "", int(match.group(3)) if match.group(3) else None,
                  line_of(code, match.start())) for match in MEMBER.finditer(code, start, end)]


def check_ids(tree: Tree) -> list[Finding]:
    """Every field, union member and enumerator has a number of its own."""
    files = {path: blocks(path, tree.text(path)) for path in tree.under(r"schemas/(?:\w+|released/[^/]+/\w+)\.fbs")}
    unions = {block.name for found in files.values() for block in found if block.kind == "union"}
    return [Finding(path, line, fault)
            for path, found in files.items() for block in found for line, fault in faults_of(block, unions)]


def faults_of(block: Block, unions: set[str]) -> list[tuple[int, str]]:
    """Line and fault of whatever is wrong in one block."""
    faults, seen = [], {}
    what = f"{block.kind} {block.name}"
    if block.kind == "struct":
        faults.append((block.line, f"{what}: a struct can never grow; use a table"))
    if not block.fields:
        faults.append((block.line, f"{what}: no field could be read"))
    for item in block.fields:
        if item.id is None:
            faults.append((item.line, f"{what}: {item.name} has no explicit number"))
        for number in numbers_of(item, item.type in unions):
            if number in seen:
                faults.append((item.line, f"{what}: {item.name} has number {number}, which is that of {seen[number]}"))
            seen[number] = item.name
        if item.type.strip("[]") in FLOATS:
            faults.append((item.line, f"{what}: {item.name} is a floating point number"))
    return faults


def numbers_of(item: Field, is_union: bool) -> list[int]:
    """Numbers that a field takes: the hidden type of a union field takes the one before its own."""
    if item.id is None:
        return []
    return [item.id - 1, item.id] if is_union else [item.id]
