"""How much of a lot's material the lots hold that were split or merged from it: bounds of design section 6, in the item's base unit.

Exact, and by the page alone: input high = min(the lot's high, what was taken), low = max(0, the lot's low - what was left of it); out of a process
with one output comes what went in; a lot from several processes holds their sums, at most the root's total.
"""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from fractions import Fraction

from plant import Turn
from things import Unit

ZERO = Fraction(0)
Bounds = tuple[Fraction, Fraction]


def bounds(turns: list[Turn], root: Unit, at: datetime, total: Callable[[Unit], Fraction]) -> dict[Unit, Bounds]:
    """Of the root and of every lot that only splits and merges lead to; nothing where some of them lead in a circle."""
    after: dict[Unit, list[Turn]] = defaultdict(list)
    for turn in turns:
        if turn.at <= at:
            after[turn.lot].append(turn)
    held: dict[Unit, Bounds] = {root: (total(root), total(root))}
    order = in_order(after, root)
    for lot in order:
        low, high = held.get(lot, (ZERO, ZERO))
        held[lot] = (min(low, total(root)), min(high, total(root)))
        for turn in after[lot]:
            low, high = taken(held[lot], turn.quantity, total(lot))
            before = held.get(turn.into, (ZERO, ZERO))
            held[turn.into] = (before[0] + low, before[1] + high)
    return held if order else {}


def taken(held: Bounds, quantity: Fraction, total: Fraction) -> Bounds:
    """What one taking of a lot may hold."""
    left = max(ZERO, total - quantity)
    return max(ZERO, held[0] - left), min(held[1], quantity)


def in_order(after: dict[Unit, list[Turn]], root: Unit) -> list[Unit]:
    """Lots below the root, each after all that lead to it; nothing where some lead in a circle."""
    below, todo = {root}, [root]
    while todo:
        for turn in after[todo.pop()]:
            if turn.into not in below:
                below.add(turn.into)
                todo.append(turn.into)
    waiting = {lot: sum(turn.into == lot for each in below for turn in after[each]) for lot in below}
    found, ready = [], [lot for lot in below if not waiting[lot]]
    while ready:
        lot = ready.pop()
        found.append(lot)
        for turn in after[lot]:
            waiting[turn.into] -= 1
            if not waiting[turn.into]:
                ready.append(turn.into)
    return found if len(found) == len(below) else []
