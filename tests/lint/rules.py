"""Rules of the areas: each has an id, a clause of a known source, both languages, a cure, and tests that accept and refuse.

A rule's tests are the doctest cases that decide something and name its id as a text: `"LOT-1"`. They refuse by it, because the
id is what a refusal yields; one of them also accepts: `accepted` stands in it, as a text or as an outcome.
"""
from __future__ import annotations

import re
from dataclasses import dataclass

from cpp import blanked
from tree import Finding, Tree, line_of

SOURCES = "docs/regulations/sources.md"
LITERAL = r'"((?:\\.|[^"\\])*)"'
TABLE = re.compile(r"std::array k_(\w+)_rules\{(.*?)\n\};", re.DOTALL)
RULE = re.compile(r"Rule\{((?:\s*,?\s*" + LITERAL + r")+)\s*\}", re.DOTALL)
TEST_CASE = re.compile(r"^(?:TEST_CASE|SCENARIO)(?:_FIXTURE|_TEMPLATE)?\(.*?(?=^(?:TEST_CASE|SCENARIO)|\Z)", re.MULTILINE | re.DOTALL)
ACCEPTS = re.compile(r'"accepted"|\bOutcome::accepted\b')
DECIDES = re.compile(ACCEPTS.pattern + r"|\bOutcome::refused\b|\bdecide\(")


@dataclass(frozen=True)
class Rule:
    """A rule as it stands in a header."""

    area: str
    path: str
    line: int
    id: str
    clause: str
    text: str
    text_zh: str
    cure: str


@dataclass(frozen=True)
class Case:
    """A test case of doctest."""

    path: str
    line: int
    name: str
    text: str


def rules(tree: Tree) -> list[Rule]:
    """All rules, by file and in the order in which they are tried."""
    return [rule for path in tree.under(r"engine/\w+\.h") for rule in rules_in(path, tree.text(path))]


def rules_in(path: str, text: str) -> list[Rule]:
    """Rules of one header."""
    found = []
    code = blanked(text, keep_texts=True)
    for table in TABLE.finditer(code):
        for entry in RULE.finditer(code, table.start(2), table.end(2)):
            fields = [*texts_of(entry.group(1)), *[""] * 5][:5]
            found.append(Rule(table.group(1), path, line_of(code, entry.start()), *fields))
    return found


def texts_of(code: str) -> list[str]:
    """Texts between commas; neighbours without a comma are one text."""
    texts = [""]
    for match in re.finditer(LITERAL + "|,", code):
        if match.group(0) == ",":
            texts.append("")
        else:
            texts[-1] += match.group(1)
    return texts


def cases(tree: Tree) -> list[Case]:
    """All test cases."""
    found = []
    for path in tree.under(r"tests/.*_test\.cc"):
        text = blanked(tree.text(path), keep_texts=True)
        for match in TEST_CASE.finditer(text):
            name = re.search(LITERAL, match.group(0))
            found.append(Case(path, line_of(text, match.start()), name.group(1) if name else "", match.group(0)))
    return found


def tests_of(rule: Rule, all_cases: list[Case]) -> list[Case]:
    """Cases that decide by the rule."""
    return [case for case in all_cases if f'"{rule.id}"' in case.text and DECIDES.search(case.text)]


def check_rules(tree: Tree) -> list[Finding]:
    """Every rule is whole, its id is its own, and it is tested both ways."""
    all_rules, all_cases = rules(tree), cases(tree)
    found = []
    for number, rule in enumerate(all_rules):
        faults = faults_of(rule, tree)
        faults += [f"id is taken by {other.path}:{other.line}" for other in all_rules[:number] if other.id == rule.id]
        named = tests_of(rule, all_cases)
        if not named:
            faults.append(f'no test case refuses by "{rule.id}"')
        elif not any(ACCEPTS.search(case.text) for case in named):
            faults.append(f'no test case that refuses by "{rule.id}" also accepts ("accepted" or Outcome::accepted)')
        found += [Finding(rule.path, rule.line, f"rule {rule.id or '?'}: {fault}") for fault in faults]
    for path in tree.under(r"engine/\w+\.h"):
        text = blanked(tree.text(path), keep_texts=True)
        missed = len(re.findall(r"\bRule\{", text)) - len(rules_in(path, tree.text(path)))
        if missed:
            found.append(Finding(path, 1, f"{missed} rules stand outside a k_<area>_rules table or are not written as texts"))
    return found


def faults_of(rule: Rule, tree: Tree) -> list[str]:
    """What is wrong with the rule's own words."""
    faults = []
    # I-NN: an invariant that several areas share, under its number in the catalogue of requirements.
    if not re.fullmatch(rf"{rule.area.upper()}-[1-9][0-9]*|I-[0-9]{{2}}", rule.id):
        faults.append(f"id is not {rule.area.upper()}-N or I-NN")
    if not rule.clause:
        faults.append("has no clause")
    elif not any(rule.clause.startswith(source) for source in known_sources(tree)):
        faults.append(f'clause "{rule.clause}" begins with no source of {SOURCES}')
    if not re.search(r"[A-Za-z]", rule.text):
        faults.append("has no English text")
    if not re.search(r"[\u4e00-\u9fff]", rule.text_zh):
        faults.append("has no Chinese text")
    if not rule.cure:
        faults.append("says no cure")
    return faults


def known_sources(tree: Tree) -> list[str]:
    """First column of the tables in docs/regulations/sources.md."""
    rows = re.findall(r"^\|\s*`([^`]+)`", tree.text(SOURCES), re.MULTILINE)
    return [row.strip() for row in rows]
