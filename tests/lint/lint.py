#!/usr/bin/env python3
"""Checks of the tree that no compiler makes. Prints `path:line: what is wrong` for each finding.

    python3 tests/lint/lint.py [--root DIR] [CHECK...]     without CHECK: all of them
    python3 tests/lint/lint.py --list

Exit 0: nothing found; 1: findings; 2: usage.
"""
from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import areas
import build
import documents
import includes
import matrix
import rules
import schemas
import style
import words
from tree import Finding, Tree

CHECKS: dict[str, Callable[[Tree], list[Finding]]] = {
    "include_direction": includes.check_direction,
    "libraries": includes.check_libraries,
    "include_circles": includes.check_circles,
    "area_slices": areas.check_slices,
    "rules": rules.check_rules,
    "rule_matrix": matrix.check_current,
    "schema_ids": schemas.check_ids,
    "build_lists": build.check_lists,
    "links": documents.check_links,
    "named_documents": documents.check_named_documents,
    "function_length": style.check_function_length,
    "no_floating_point": style.check_no_floating_point,
    "silenced_checks": style.check_silenced,
    "machine_words": words.check_machine_words,
    "unfinished": words.check_unfinished,
}


def main() -> int:
    """Runs the checks that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[2])
    parser.add_argument("--list", action="store_true")
    parser.add_argument("checks", nargs="*", metavar="CHECK")
    options = parser.parse_args()
    if options.list:
        print("\n".join(CHECKS))
        return 0
    unknown = set(options.checks) - set(CHECKS)
    if unknown:
        parser.error(f"no such check: {', '.join(sorted(unknown))}; --list shows them")
    tree = Tree.of(options.root)
    total = 0
    for name in options.checks or CHECKS:
        found = sorted(set(CHECKS[name](tree)))
        for finding in found:
            print(f"{finding} [{name}]")
        total += len(found)
    print(f"{len(options.checks or CHECKS)} checks of {len(tree.paths)} files, {total} findings")
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main())
