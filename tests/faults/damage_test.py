"""Damage to any file of a data folder: found and named, or without any effect on any answer.

    python3 tests/faults/damage_test.py PROGRAM [--cases N] [--seed N] [--only WORD] [--all STEP] [TEST...]

Each case damages one file of a copy of a small data folder: a flipped byte, a cut, bytes added, or the file removed. Then
it asks the questions, looks with `doctor`, imports the files again, and asks once more. An answer either equals the one of
the undamaged folder, or the program says which file is damaged and ends with another exit code than that of the answer.
`--only` takes files of one sort (`.sst`, `head`, `landed`); `--all` flips every byte of the first file of each, or every
STEP-th, and takes hours.
"""

from __future__ import annotations

import os
import random
import shutil
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import support
from support import INVALID, Ended, Faults, Plant, call, option

CASES = 90
SEED = 1
ONLY = ""
STEP = 0
# The codes of a program that says what is damaged: not found, unavailable or invalid data, or a finding.
TOLD = (1, 3, 6, 7)
KINDS = ("flip", "flip", "flip", "cut", "add", "remove")


@dataclass(frozen=True)
class Case:
    """One damage: to which file, of which kind, where."""

    file: str
    kind: str
    at: int
    mask: int

    def inflict(self, folder: Path) -> None:
        path = folder / self.file
        content = bytearray(path.read_bytes())
        if self.kind == "remove":
            path.unlink()
            return
        if self.kind == "flip":
            content[self.at] ^= self.mask
        elif self.kind == "cut":
            del content[self.at:]
        elif self.kind == "add":
            content += bytes((self.mask,)) * (self.at + 1)
        mode = path.stat().st_mode
        path.write_bytes(content)
        path.chmod(mode & 0o777)


def sort_of(file: str) -> str:
    """What a file is: cases are shared out among these evenly."""
    parts = Path(file).parts
    name = parts[-1]
    if parts[0] in ("landed", "keys"):
        return parts[0]
    if "store" in parts:
        return "store " + (name.split("-")[0] if "-" in name else Path(name).suffix or name)
    return "log " + (Path(name).suffix or name) if "log" in parts else name


class Damage(Faults):
    def setUp(self) -> None:
        super().setUp()
        self.plant = Plant(self.root / "plant", 1000)
        self.plant.merge()
        self.init(self.data)
        self.run_ok(self.data, "ingest", *self.plant.files, code=INVALID)
        self.run_ok(self.data, "projection", "rebuild")  # All stores in files, and the adjacency snapshot: each is hit.
        self.wanted = self.answers(self.plant, self.data)
        self.again = self.plant.ingest(self.data)
        self.chance = random.Random(SEED)
        self.seen: Counter[str] = Counter()

    def files(self) -> dict[str, list[str]]:
        """Files of the data folder that hold anything, by sort."""
        sorts: dict[str, list[str]] = {}
        for path in sorted(self.data.rglob("*")):
            if path.is_file() and path.stat().st_size > 0:
                file = str(path.relative_to(self.data))
                sorts.setdefault(sort_of(file), []).append(file)
        return {sort: files for sort, files in sorts.items() if ONLY in sort}

    def cases(self) -> list[Case]:
        sorts = self.files()
        if STEP > 0:
            firsts = [files[0] for _, files in sorted(sorts.items())]
            return [Case(file, "flip", at, 0x10) for file in firsts for at in range(0, (self.data / file).stat().st_size, STEP)]
        cases = []
        for number in range(CASES):
            file = self.chance.choice(sorts[sorted(sorts)[number % len(sorts)]])
            size = (self.data / file).stat().st_size
            kind = self.chance.choice(KINDS)
            # Removing a key is how a person is erased: no damage that could be told from it (docs/reliability.md).
            kind = "cut" if kind == "remove" and file.startswith("keys/") else kind
            at = self.chance.randrange(64) if kind == "add" else self.chance.randrange(size)
            mask = self.chance.choice((0x01, 0x10, 0x80, 0xFF, self.chance.randrange(1, 256)))
            cases.append(Case(file, kind, at, mask))
        return cases

    def judge(self, case: Case, name: str, got: Ended, wanted: Ended) -> str:
        """`equal` or `told`; anything else is a failure of the program."""
        place = f"{case}, {name}: exit {got.code}\n{got.said()[:1500]}"
        if got.code < 0 or got.code > 8:
            raise AssertionError(f"crashed: {place}")
        if got.code == wanted.code and got.out == wanted.out:
            return "equal"
        if got.code not in TOLD or got.code == wanted.code:
            raise AssertionError(f"a different answer, and no word of damage: {place}")
        names_it = any(part in got.said() for part in (case.file, Path(case.file).parent.as_posix(), Path(case.file).name))
        if not names_it:
            raise AssertionError(f"does not name {case.file}: {place}")
        return "told"

    def check_import(self, case: Case, folder: Path) -> str:
        """The import is run again, twice where it has to be; then every record is there once."""
        for _ in range(2):
            done = self.plant.ingest(folder)
            verdict = self.judge(case, "ingest", done, self.again)
            if verdict == "equal":
                return verdict
        return verdict

    def run_case(self, number: int, case: Case) -> tuple[str, list[str]]:
        folder = self.root / f"case-{number}"
        shutil.copytree(self.data, folder)
        try:
            case.inflict(folder)
            questions = self.plant.questions()
            asked = random.Random(number).sample(sorted(questions), 4) + ["audit verify"]
            verdicts = [self.judge(case, name, call(folder, *questions[name]), self.wanted[name]) for name in asked]
            doctor = call(folder, "doctor", "-o", "json")
            if doctor.code not in (0, 1):
                raise AssertionError(f"{case}, doctor: exit {doctor.code}\n{doctor.said()[:1500]}")
            verdicts.append(self.check_import(case, folder))
            verdicts += [self.judge(case, name + " after the import", call(folder, *questions[name]), self.wanted[name])
                         for name in asked]
            return sort_of(case.file), verdicts
        finally:
            shutil.rmtree(folder, True)

    def test_every_damage_is_told_or_has_no_effect(self) -> None:
        failures = []
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            running = [pool.submit(self.run_case, number, case) for number, case in enumerate(self.cases())]
            for case in running:
                try:
                    sort, verdicts = case.result()
                    self.seen.update(f"{sort}: {verdict}" for verdict in verdicts)
                except AssertionError as error:
                    failures.append(str(error))
        for line in sorted(self.seen):
            print(f"  {line} {self.seen[line]}")
        self.assertEqual(failures, [], "\n\n".join(failures))
        if not ONLY:
            self.assertGreater(self.seen["log .seg: told"], 0)


if __name__ == "__main__":
    CASES = int(option("--cases", str(CASES)))
    SEED = int(option("--seed", str(SEED)))
    ONLY = option("--only", ONLY)
    STEP = int(option("--all", str(STEP)))
    support.main()
