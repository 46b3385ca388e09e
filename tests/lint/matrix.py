#!/usr/bin/env python3
"""Makes docs/regulations/matrix.md: which clause is kept by which rule, in which code, shown by which tests.

    python3 tests/lint/matrix.py            writes it
    python3 tests/lint/lint.py rule_matrix  says whether it is current
"""
from __future__ import annotations

import posixpath
import re
import sys
from pathlib import Path

from rules import Case, Rule, cases, rules, tests_of
from tree import Finding, Tree

MATRIX = "docs/regulations/matrix.md"
HEAD = """# Clauses, rules, code, tests

Generated from the rule tables of `engine/*.h` by `python3 tests/lint/matrix.py`; lint fails while it is not current. Editions
and dates of the sources: [sources.md](sources.md).

"""


def matrix(tree: Tree) -> str:
    """The document as it should read."""
    all_rules = sorted(rules(tree), key=lambda rule: (natural(rule.clause), natural(rule.id)))
    all_cases = cases(tree)
    lines = ["| clause | rule | what it says | 中文 | code | tests |", "|---|---|---|---|---|---|"]
    lines += [row(rule, tests_of(rule, all_cases)) for rule in all_rules]
    count = len({rule.clause for rule in all_rules})
    return HEAD + "\n".join(lines) + f"\n\n{count} clauses, {len(all_rules)} rules.\n"


def row(rule: Rule, tests: list[Case]) -> str:
    """One rule as a row. Lines are not named, because they move with every change."""
    shown = "<br>".join(f"{link(case.path)}: {escaped(case.name)}" for case in tests) or "**none**"
    return (f"| {escaped(rule.clause)} | `{rule.id}` | {escaped(rule.text)} | {escaped(rule.text_zh)} "
            f"| {link(rule.path)} | {shown} |")


def link(path: str) -> str:
    """A link from the matrix to a file."""
    return f"[{path}]({posixpath.relpath(path, posixpath.dirname(MATRIX))})"


def escaped(text: str) -> str:
    """Text in a table cell."""
    return text.replace('\\"', '"').replace("|", "\\|")


def natural(text: str) -> list[tuple[int, str]]:
    """Sorts LOT-2 before LOT-10, and 8.3.1 before 8.10."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", text)]


def check_current(tree: Tree) -> list[Finding]:
    """The stored matrix is the one that the rules give."""
    if tree.text(MATRIX) == matrix(tree):
        return []
    return [Finding(MATRIX, 1, "is not current; run: python3 tests/lint/matrix.py")]


def main() -> int:
    """Writes the matrix."""
    tree = Tree.of(Path(__file__).resolve().parents[2])
    (tree.root / MATRIX).write_text(matrix(tree), "utf-8")
    print(f"{MATRIX}: {len(rules(tree))} rules")
    return 0


if __name__ == "__main__":
    sys.exit(main())
