"""What the compiler does not mind and we do: long functions, floating point near data, silenced checks without a reason."""
from __future__ import annotations

import re

from cpp import blanked, functions
from tree import Finding, Tree, line_of

FUNCTION_LINES_MAX = 70
SOURCES = r"(?:engine|projections|connectors|cli|bench|tests)/.*\.(?:h|cc)"
# Where no number may be a floating point number: everything that decides, folds or stores.
EXACT = r"(?:engine|projections)/.*\.(?:h|cc)"
FLOATING = re.compile(r"\b(?:float|double|std::sto[fd]|strto[fd]|ato[f])\b|(?<![\w.])\d+\.\d*(?:[eE][-+]?\d+)?[fF]?\b")
SILENCED = re.compile(r"NOLINT\w*(?:\([^)]*\))?(?P<reason>[^\n]*)")


def check_function_length(tree: Tree) -> list[Finding]:
    """No function is longer than 70 lines, signature and braces included."""
    return [Finding(path, function.line, f"{function.lines} lines, at most {FUNCTION_LINES_MAX}: {function.head[:80]}")
            for path in tree.under(SOURCES) for function in functions(tree.text(path))
            if function.lines > FUNCTION_LINES_MAX]


def check_no_floating_point(tree: Tree) -> list[Finding]:
    """Quantities are exact: no float, no double, no decimal literal where data is decided, folded or stored."""
    found = []
    for path in tree.under(EXACT):
        code = blanked(tree.text(path))
        found += [Finding(path, line_of(code, match.start()), f"floating point: {match.group(0)}")
                  for match in FLOATING.finditer(code)]
    return found


def check_silenced(tree: Tree) -> list[Finding]:
    """A silenced check says why: `// NOLINT(check): reason`."""
    found = []
    for path in tree.under(SOURCES):
        text = tree.text(path)
        for match in SILENCED.finditer(text):
            if len(match.group("reason").strip(" :-*/")) < 10 and not match.group(0).startswith("NOLINTEND"):
                found.append(Finding(path, line_of(text, match.start()), "NOLINT without a reason"))
    return found
