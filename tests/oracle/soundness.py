"""Compares quantity bounds with the physical truth that the factory wrote."""
from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

from bounds import Bounds

Truth = dict[str, dict[str, str]]


def read_truth(path: Path) -> Truth:
    """Truth file of a factory."""
    truth: Truth = json.loads(path.read_text(encoding="utf-8"))
    return truth


def unsound(truth: Truth, root: str, bounds: dict[str, Bounds]) -> list[str]:
    """One line for every unit whose bounds do not contain what it truly held of the root."""
    lines = []
    for unit, (low, high) in sorted(bounds.items()):
        if unit == root:
            continue
        held = Fraction(truth.get(unit, {}).get(root, "0"))
        if not low <= held <= high:
            lines.append(f"bounds of {unit}: [{low}, {high}] do not contain the true {held} of {root}")
    return lines


def unreached(truth: Truth, root: str, reached: set[str]) -> list[str]:
    """One line for every unit that truly holds material of the root and was not reached."""
    return [f"not reached: {unit} holds {roots[root]} of {root}"
            for unit, roots in sorted(truth.items()) if root in roots and unit != root and unit not in reached]
