"""The physical side of the factory: parcels of material that remember in which units they have been."""
from __future__ import annotations

import random
from dataclasses import dataclass, field
from fractions import Fraction


@dataclass
class Parcel:
    """A homogeneous piece of material. `size` is in the unit of the lot it lies in now; `seen` says, for each
    unit it has ever been part of, how much of that unit's material it is, in that unit's measure. `left` names
    the units out of which it was taken as a recognisable part, so that it is no material of theirs any more."""

    size: Fraction
    seen: dict[str, Fraction]
    left: set[str] = field(default_factory=set)

    def cut(self, size: Fraction) -> "Parcel":
        """Takes `size` off this parcel and returns it."""
        share = size / self.size
        piece = Parcel(size, {key: amount * share for key, amount in self.seen.items()})
        self.seen = {key: amount * (1 - share) for key, amount in self.seen.items()}
        self.size -= size
        return piece


def draw(parcels: list[Parcel], size: Fraction, chance: random.Random) -> list[Parcel]:
    """Takes `size` out of `parcels` in random order; the caller makes sure that there is enough."""
    taken: list[Parcel] = []
    left = size
    while left > 0:
        place = chance.randrange(len(parcels))
        parcel = parcels[place]
        if parcel.size <= left:
            taken.append(parcels.pop(place))
            left -= taken[-1].size
        else:
            taken.append(parcel.cut(left))
            left = Fraction(0)
    return taken


def pour(parcels: list[Parcel], sizes: list[Fraction], chance: random.Random) -> list[list[Parcel]]:
    """Fills vessels of the given sizes from a pool of the same measure, layer upon layer, nothing lost."""
    pool = list(parcels)
    return [draw(pool, size, chance) for size in sizes]


def form(parcels: list[Parcel], pieces: int, chance: random.Random) -> list[Parcel]:
    """Makes `pieces` single pieces; each parcel goes to them in random shares, some of which may be nothing."""
    made = [Parcel(Fraction(1), {}) for _ in range(pieces)]
    for parcel in parcels:
        weights = [chance.choice((0, 1, 1, 3)) for _ in made]
        if not any(weights):
            weights[chance.randrange(pieces)] = 1
        for piece, weight in zip(made, weights):
            for key, amount in parcel.seen.items():
                piece.seen[key] = piece.seen.get(key, Fraction(0)) + amount * Fraction(weight, sum(weights))
    return made


class Truth:
    """How much material of each unit each other unit truly ever held."""

    def __init__(self) -> None:
        """Starts empty."""
        self.held: dict[str, dict[str, Fraction]] = {}

    def enter(self, key: str, parcels: list[Parcel]) -> None:
        """Records that parcels become part of a unit; what was there before is not counted again."""
        holding = self.held.setdefault(key, {})
        for parcel in parcels:
            if key in parcel.seen:
                continue
            parcel.seen[key] = parcel.size
            if key in parcel.left:
                continue
            for root, amount in parcel.seen.items():
                holding[root] = holding.get(root, Fraction(0)) + amount

    @staticmethod
    def leave(key: str, parcel: Parcel) -> None:
        """Records that a part is taken out of a unit again. What the unit once held, it did hold."""
        parcel.seen.pop(key, None)
        parcel.left.add(key)

    def as_json(self) -> dict[str, dict[str, str]]:
        """Truth with fractions as text: unit -> root -> amount in the root's unit."""
        return {unit: {root: str(amount) for root, amount in sorted(roots.items()) if amount}
                for unit, roots in sorted(self.held.items())}
