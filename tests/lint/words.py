"""Words that belong in no file: paths of one machine, hosts of registries."""
from __future__ import annotations

import re

from tree import Finding, Tree, line_of

# Home folders and build machines. Examples in documents use relative paths or /srv, /var, /mnt.
MACHINE_PATH = re.compile(r"(?<![\w.~/-])/(?:work|home|root|Users|farm)/[\w.-]+")
REGISTRIES = re.compile(r"\b(?:(?:deb|security|snapshot)\.debian|pypi|repo1?\.maven(?:\.apache)?|crates|npmjs|registry\.npmjs|"
                        r"files\.pythonhosted|proxy\.golang|rubygems)\.(?:org|io)\b")
UNFINISHED = re.compile(r"\b(?:FIXME|XXX)\b|\bTODO(?!\(\w[\w.-]*, #?\d+\))")
TEXTS = r"(?:.*\.(?:h|cc|fbs|md|py|cmake|txt|json|html|yml|yaml|toml)|scripts/.*|\.ci/.*|LICENSE|NOTICE|\.clang-.*)"


def check_machine_words(tree: Tree) -> list[Finding]:
    """No path of one machine, no host of a registry."""
    return [finding for path in tree.under(TEXTS) for pattern, what in ((MACHINE_PATH, "path of one machine"),
                                                                         (REGISTRIES, "host of a registry"))
            for finding in hits(tree, path, pattern, what)]


def check_unfinished(tree: Tree) -> list[Finding]:
    """Nothing is left for later without a name and an issue: `TODO(name, 17)`."""
    return [finding for path in tree.under(r"(?!tests/lint/)(?:engine|projections|connectors|cli|schemas|tests|scripts|bench)/.*")
            for finding in hits(tree, path, UNFINISHED, "unfinished")]


def hits(tree: Tree, path: str, pattern: re.Pattern, what: str) -> list[Finding]:
    """Each place where the pattern stands."""
    text = tree.text(path)
    return [Finding(path, line_of(text, match.start()), f"{what}: {match.group(0)}") for match in pattern.finditer(text)]
