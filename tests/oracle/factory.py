#!/usr/bin/env python3
"""Random device factory: writes EPCIS 2.0 documents of a plant's life, and the physical truth behind them.

    python3 factory.py --seed 7 --size 80 --files 4 --features default DIR

DIR gets 01.json, 02.json, ... and truth.json (unit -> root -> amount of root material it ever held).
The same options always give the same bytes. Features: see FEATURES and EXTRA in plant.py; "default", "all", or names
joined by commas, where "-name" takes one away from the default and "+name" adds one.
"""
from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from ghosts import Ghosts
from plant import EXTRA, FEATURES, Options
from production import Production
from writer import CUSTOMERS, MAKER, document, write_json


class Factory(Production, Ghosts):
    """The whole plant, run at random."""

    def operations(self) -> list[tuple[int, Callable[[], None]]]:
        """Operations that the features allow, with weights."""
        table: list[tuple[str, int, Callable[[], None]]] = [
            ("", 6, self.receive), ("", 5, self.compound), ("", 6, self.tubing), ("serials", 3, self.receive_serials),
            ("serials", 6, self.devices), ("split_merge", 3, self.split), ("split_merge", 3, self.merge),
            ("assembly", 5, self.assemble), ("assembly", 2, self.remove_part), ("sterile", 3, self.sterilise),
            ("rework", 4, self.rework), ("pack", 6, self.pack), ("pack", 3, self.pallet), ("unpack", 3, self.unpack),
            ("ship", 7, self.ship), ("void", 2, self.void), ("return", 2, self.take_back),
            ("destroy", 2, self.destroy), ("withdraw", 3, self.ghost), ("class_level", 1, self.class_level),
            ("lot_level_use", 2, self.lot_level_use), ("noise", 2, self.noise),
            ("direct_repack", 2, self.direct_repack), ("serial_parent", 2, self.serial_parent),
            ("partial_lot_ship", 2, self.partial_lot_ship),
        ]
        return [(weight, act) for feature, weight, act in table if not feature or self.has(feature)]

    def run(self) -> list[list[dict]]:
        """Runs the plant; returns the events of each file."""
        for _ in range(4):
            self.receive()
        table = self.operations()
        for _ in range(self.options.size):
            self.chance.choices([act for _, act in table], [weight for weight, _ in table])[0]()
        return self.distribute()

    def distribute(self) -> list[list[dict]]:
        """Events by file: in time order, some late, withdrawals in a later file or before their original."""
        plain = sorted((record for record in self.log if record.withdraws is None), key=lambda record: record.time)
        count = self.options.files
        files: list[list[dict]] = [[] for _ in range(count)]
        place: dict[int, int] = {}
        for rank, record in enumerate(plain):
            file = rank * count // len(plain)
            if self.has("late") and file + 1 < count and self.maybe(0.08):
                file = self.chance.randrange(file + 1, count)
            place[id(record.event)] = file
            files[file].append(record.event)
        for record in (record for record in self.log if record.withdraws is not None):
            files[self.withdrawal_file(place[id(record.withdraws)], count)].append(record.event)
        return files

    def withdrawal_file(self, original: int, count: int) -> int:
        """File of a withdrawal whose original is in file `original`."""
        if self.has("withdraw_first") and original > 0 and self.maybe(0.35):
            return self.chance.randrange(original)
        return self.chance.randrange(original, count)


def parse_features(text: str) -> frozenset[str]:
    """Set of features for the text of the option."""
    words = [word for word in text.split(",") if word]
    relative = all(word[0] in "+-" or word in ("default", "all") for word in words)
    chosen = set(FEATURES) if relative else set()
    for word in words:
        name = word.lstrip("+-")
        if name == "all":
            chosen |= set(FEATURES) | set(EXTRA)
        elif name not in (*FEATURES, *EXTRA, "default"):
            raise ValueError(f"unknown feature: {name}; known: {' '.join(FEATURES + EXTRA)}")
        elif word[0] == "-":
            chosen.discard(name)
        elif name != "default":
            chosen.add(name)
    return frozenset(chosen)


def write_factory(options: Options, folder: Path) -> list[Path]:
    """Writes the documents and truth.json; returns the documents in order."""
    factory = Factory(options)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    parties = [MAKER, *CUSTOMERS] if factory.has("master_data") else []
    for place, events in enumerate(factory.run()):
        path = folder / f"{place + 1:02d}.json"
        created = factory.now + timedelta(days=3, hours=place)
        write_json(path, document(events, f"urn:uuid:{options.seed:08x}-0000-4000-8000-{place:012x}", created, parties))
        paths.append(path)
    write_json(folder / "truth.json", factory.truth.as_json())
    return paths


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=int, default=60)
    parser.add_argument("--files", type=int, default=4)
    parser.add_argument("--features", default="default")
    given = parser.parse_args()
    try:
        features = parse_features(given.features)
    except ValueError as error:
        parser.error(str(error))
    for path in write_factory(Options(given.seed, given.size, given.files, features), given.folder):
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
