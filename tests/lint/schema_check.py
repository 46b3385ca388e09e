#!/usr/bin/env python3
"""Compares the schemas with each released version: what was once written must stay readable.

    python3 tests/lint/schema_check.py [--flatc flatc]

Stricter than `flatc --conform`, which is run as well: it lets removed fields and renamed tables pass. Allowed are new
fields that are not required, new members, new tables, and `deprecated`. Exit 0: compatible; 1: differences; 2: usage.
"""
from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from schemas import Block, Field, blocks
from tree import Finding, Tree

ROOT_SCHEMA = "event.fbs"


def versions(tree: Tree) -> list[str]:
    """Folders of schemas/released."""
    return sorted({path.split("/")[2] for path in tree.under(r"schemas/released/[^/]+/.*")})


def all_blocks(tree: Tree, folder: str) -> dict[str, Block]:
    """Blocks of a folder's schemas by name."""
    return {block.name: block for path in tree.under(re.escape(folder) + r"/\w+\.fbs") for block in blocks(path, tree.text(path))}


def check(tree: Tree) -> list[Finding]:
    """What every release forbids."""
    current = all_blocks(tree, "schemas")
    found = []
    for version in versions(tree):
        released = all_blocks(tree, f"schemas/released/{version}")
        if not released:
            found.append(Finding(f"schemas/released/{version}", 1, "holds no schema"))
        for name, old in released.items():
            new = current.get(name)
            path, line = (new.path, new.line) if new else (old.path, old.line)
            found += [Finding(path, line, f"since {version}: {fault}") for fault in faults_of(old, new)]
    return found


def faults_of(old: Block, new: Block | None) -> list[str]:
    """What one block did that it may not."""
    what = f"{old.kind} {old.name}"
    if new is None or new.kind != old.kind:
        return [f"{what} is gone"]
    faults = [f"{what} is now of type {new.base}, was {old.base}"] if new.base != old.base else []
    now = {item.id: item for item in new.fields}
    for item in old.fields:
        faults += [f"{what}: {fault}" for fault in faults_of_field(item, now.get(item.id), old.kind)]
    before = {item.id for item in old.fields}
    faults += [f"{what}: new field {item.name} is required, so old records could not be read"
               for item in new.fields if item.required and item.id not in before]
    return faults


def faults_of_field(old: Field, new: Field | None, kind: str) -> list[str]:
    """What one field or member did."""
    word = f"{'field' if kind == 'table' else 'member'} {old.name} (id {old.id})"
    if new is None:
        return [f"{word} is gone; a field is deprecated, never removed"]
    changes = [
        (old.name != new.name, f"{word} is now called {new.name}"),
        (old.type != new.type, f"{word} is now of type {new.type}, was {old.type}"),
        (old.value != new.value, f"{word} now defaults to {new.value or 'nothing'}, was {old.value or 'nothing'}"),
        (new.required and not old.required, f"{word} is now required"),
        (old.required and not new.required, f"{word} is no longer required"),
        (old.deprecated and not new.deprecated, f"{word} is no longer deprecated"),
    ]
    return [words for changed, words in changes if changed]


def conforms(tree: Tree, flatc: str) -> list[Finding]:
    """What flatc itself says, release by release; without a release, at least that the schemas compile."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for base in [f"schemas/released/{version}" for version in versions(tree)] or [None]:
            command = [flatc, "-b", "--schema", "-o", folder]
            command += ["--conform", f"{base}/{ROOT_SCHEMA}"] if base else []
            done = subprocess.run([*command, f"schemas/{ROOT_SCHEMA}"], cwd=tree.root, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                found.append(Finding(f"schemas/{ROOT_SCHEMA}", 1, f"flatc: {(done.stdout + done.stderr).strip()}"))
    return found


def main() -> int:
    """Prints the differences and a closing line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[2])
    parser.add_argument("--flatc", default="flatc")
    options = parser.parse_args()
    tree = Tree.of(options.root)
    found = sorted(set(check(tree) + conforms(tree, options.flatc)))
    for finding in found:
        print(finding)
    released = ", ".join(versions(tree)) or "no release yet, so only that they compile"
    print(f"schemas compared with: {released}; {len(found)} differences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
