#!/usr/bin/env python3
"""Random device plant: writes its daily record as plain rows.

    python3 factory.py --seed 7 --size 120 DIR

The same options always give the same bytes. ingest.sh in DIR holds the commands that take the files.
"""
from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from judging import Judging
from plant import Options


class Factory(Judging):
    """The whole plant, run at random."""

    def __init__(self, options: Options) -> None:
        """Runs it."""
        self.orders: list[tuple[str, str]] = []
        self.stood: dict = {}
        self.under_way: list[tuple] = []
        super().__init__(options)
        self.run()

    def operations(self) -> list[tuple[int, Callable[[], None]]]:
        """What happens, with weights."""
        return [(7, self.receive), (7, self.move), (3, self.move_pieces), (3, self.count), (2, self.adjust), (3, self.discard),
                (1, self.discard_piece), (1, self.buy), (3, self.become), (9, self.order), (2, self.rework), (1, self.rename_piece),
                (3, self.pack), (1, self.unpack), (2, self.move_pallet), (1, self.stack), (2, self.send_over), (2, self.arrive), (10, self.ship), (4, self.take_back), (4, self.judge_lot),
                (3, self.judge_part), (2, self.judge_piece), (3, self.hold), (2, self.lift), (1, self.expire)]

    def run(self) -> None:
        """Runs the plant, beginning with material."""
        for _ in range(6):
            self.receive()
        table = self.operations()
        for _ in range(self.options.size):
            self.chance.choices([act for _, act in table], [weight for weight, _ in table])[0]()


def main() -> int:
    """Command line."""
    from writer import Writer
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=int, default=120)
    given = parser.parse_args()
    factory = Factory(Options(given.seed, given.size))
    files = Writer(factory.rows, given.folder, f"{given.seed} first").write()
    lines = [f"lotledger ingest {' '.join(file.words)} {file.path.name}" for file in files]
    (given.folder / "ingest.sh").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(factory.rows)} rows in {len(files)} files")
    return 0


if __name__ == "__main__":
    sys.exit(main())
