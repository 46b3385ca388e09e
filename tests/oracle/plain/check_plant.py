#!/usr/bin/env python3
"""Holds the program against the truth of random plants that are told in plain rows.

    python3 check_plant.py --program build/ci/lotledger --seeds 1..20 [--size 200] [--questions 12] [--keep DIR]

For each seed: the rows in one order and in another, each file twice, and one bad row that is repaired. Each difference is one
line with both figures; the rows of the lot concerned stand below. Exit 0: none; 1: some; 2: usage.
"""
from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from answers import Program, Reply, compare_balance, compare_bounds, compare_inventory, compare_scope, time_argument
from badness import BADNESS, Badness, choices
from factory import Factory
from plant import Options
from things import Row, Unit
from truth import Truth
from writer import Dialect, File, Writer, cells_of

ROWS_SHOWN = 40
LEDGER = "P1"


@dataclass
class Question:
    """Words of a command, what the answer must be, and of which lot it is."""

    words: list[str]
    judge: Callable[[dict], list[str]]
    unit: Unit | None = None
    at: datetime | None = None
    may_fail: bool = False


@dataclass
class Run:
    """One seed."""

    seed: int
    folder: Path
    options: argparse.Namespace
    plant: Factory
    truth: Truth
    chance: random.Random
    lines: list[str] = field(default_factory=list)
    asked: int = 0

    def report(self, where: str, lines: list[str], unit: Unit | None = None) -> None:
        """Keeps differences, with the rows of the lot concerned."""
        if lines:
            self.lines += [f"seed {self.seed} ({self.plant.mode}), {where}: {line}" for line in lines]
            self.lines += self.rows_of(unit, lines)

    def rows_of(self, unit: Unit | None, lines: list[str]) -> list[str]:
        """Rows of a unit, or of the lots that the differences name."""
        named = [lot for lot in (*self.plant.lots, *self.plant.serial_lots) if any(f"{lot.ref} " in line for line in lines)]
        found = []
        for each in [unit] if unit else named[:2]:
            words = {each.ref} | {piece.unit.ref for piece in self.plant.world.members(each)}
            rows = [row for row in self.plant.rows if row.speaks_of(words)]
            pallets = {row.values.get("container") for row in rows}
            rows += [row for row in self.plant.rows if row.unit and row.unit.sscc and row.unit.ref in pallets]
            found += [as_text(row) for row in sorted(rows, key=lambda row: (row.at, row.number))[:ROWS_SHOWN]]
        return found


def as_text(row: Row) -> str:
    """A row on one line."""
    return f"    {row.kind} " + " ".join(f"{name}={value}" for name, value in cells_of(row, Dialect()).items())


# Questions

def moments(run: Run) -> list[datetime | None]:
    """Now; instants of facts; just before; between; and before the first."""
    times, chance = run.truth.times, run.chance
    picked = chance.sample(times, min(3, len(times)))
    between = times[0] + (times[-1] - times[0]) * chance.random()
    return [None, picked[0], picked[1], picked[2] - timedelta(seconds=1), between.replace(microsecond=0), times[0] - timedelta(seconds=1)]


def as_of(at: datetime | None) -> list[str]:
    """Option of a time."""
    return [] if at is None else ["--as-of", time_argument(at)]


def known_by(run: Run, unit: Unit, at: datetime) -> bool:
    """Whether a fact of a unit had happened by then."""
    units = {unit} | {piece.unit for piece in run.plant.world.members(unit)}
    return any(key[0] in units for key in run.truth.state(at).figures)


def inventory_questions(run: Run, at: datetime | None) -> list[Question]:
    """The whole, one item, one place, one lot."""
    wanted = run.truth.inventory(at)
    item, place = run.chance.choice(run.plant.items), run.chance.choice(run.plant.places)
    reference = f"{item.issuer}:{item.code}" if item.issuer else item.code
    lot = run.chance.choice(run.plant.lots)
    kinds: list[tuple[list[str], Callable]] = [
        ([], lambda stock: True),
        (["--item", reference], lambda stock: stock.lot[:2] == (item.issuer, item.code)),
        (["--location", place.number if run.chance.random() < 0.5 else place.ref], lambda stock: stock.place == place),
        (["--lot", lot.ref], lambda stock: stock.lot == lot.lot_key)]
    return [Question(["inventory", *words, *as_of(at)], lambda answer, keep=keep, one_place=words[:1] == ["--location"]: compare_inventory(wanted, answer, keep, one_place),
                     None, at, may_fail=bool(words)) for words, keep in kinds]


def unit_questions(run: Run, at: datetime | None, count: int) -> list[Question]:
    """Balance of lots and pieces; recall of raw lots, made lots and pieces."""
    moment = at or run.truth.times[-1]
    lots = run.chance.sample(run.plant.lots + run.plant.serial_lots, min(count, len(run.plant.lots + run.plant.serial_lots)))
    pieces = run.chance.sample(sorted(run.plant.world.pieces, key=lambda unit: unit.ref), min(count // 3, len(run.plant.world.pieces)))
    found = []
    for unit in lots + pieces:
        may_fail = not known_by(run, unit, moment)
        balance = run.truth.balance(unit, moment)
        found.append(Question(["balance", unit.ref, *as_of(at)], lambda answer, balance=balance: compare_balance(balance, answer), unit, at, may_fail))
    raw = [lot for lot in run.plant.lots if run.plant.world.items[lot].role in ("raw", "device", "part")]
    for unit in run.chance.sample(raw, min(count, len(raw))) + pieces[:1] + run.plant.serial_lots[:1]:
        may_fail = not known_by(run, unit, moment)
        scope, balance = run.truth.scope({unit}, moment), run.truth.balance(unit, moment)
        found.append(Question(["recall", "scope", "--lot", unit.ref, *as_of(at)],
                              lambda answer, scope=scope, balance=balance: compare_scope(scope, balance, answer), unit, at, may_fail))
    return found


def bounds_questions(run: Run, at: datetime | None) -> list[Question]:
    """Traces of bought lots that were split or merged: how much of them may be where."""
    moment, found = at or run.truth.times[-1], []
    turned = {turn.lot for turn in run.plant.history.turns if turn.at <= moment and run.plant.world.items[turn.lot].role == "raw"}
    for unit in sorted(turned, key=lambda lot: lot.ref)[:4]:
        wanted = run.truth.bounds(unit, moment)
        if wanted:
            uom = run.plant.world.items[unit].uom
            found.append(Question(["trace", "down", unit.ref, *as_of(at)], lambda answer, wanted=wanted, uom=uom: compare_bounds(wanted, uom, answer), unit, at))
    return found


def supplier_questions(run: Run) -> list[Question]:
    """Recall by a supplier's own text: of every lot of ours that it stands for."""
    moment, texts = run.truth.times[-1], sorted({text for _, text, _ in run.plant.history.supplied})
    found = []
    for text in run.chance.sample(texts, min(3, len(texts))):
        scope = run.truth.scope({lot for _, name, lot in run.plant.history.supplied if name == text}, moment)

        def judge(answer: dict, text: str = text, scope: object = scope) -> list[str]:
            affected = [unit for unit in answer.get("affected", []) if unit.get("ref") != text]
            return compare_scope(scope, None, answer | {"affected": affected})

        found.append(Question(["recall", "scope", "--lot", text], judge))
    return found


def questions(run: Run) -> list[Question]:
    """All questions of a seed."""
    found = []
    for at in moments(run):
        found += inventory_questions(run, at)
        found += bounds_questions(run, at)
        found += unit_questions(run, at, run.options.questions if at is None else max(2, run.options.questions // 3))
    return found + supplier_questions(run)


def ask(run: Run, program: Program, question: Question, where: str) -> Reply:
    """One question; a usable answer must agree with the truth, and be complete."""
    run.asked += 1
    reply = program.run(*question.words)
    what = f"{where}: {' '.join(question.words)}"
    if reply.exit == 3 and question.may_fail:
        return reply
    if reply.exit not in (0, 8) or not reply.answer:
        run.report(what, [f"exit {reply.exit}: {reply.errors}"], question.unit)
        return reply
    lines = question.judge(reply.answer)
    if question.words[0] != "balance" and (reply.exit == 8 or reply.answer.get("complete") is not True) and not question.may_fail:
        lines.append(f"complete: program {reply.answer.get('complete')} (exit {reply.exit}), truth True; missing {reply.answer.get('missing')}")
    run.report(what, lines, question.unit)
    return reply


def said(reply: Reply) -> object:
    """What an answer says, whenever it was given."""
    return normal({name: value for name, value in reply.answer.items() if name != "at"})


def normal(value: object) -> object:
    """An answer without positions and without the order of lists."""
    if isinstance(value, dict):
        return {name: normal(member) for name, member in sorted(value.items()) if name not in ("position", "where", "epc")}
    if isinstance(value, list):
        return sorted((normal(each) for each in value), key=repr)
    return value


# Taking files

def start(run: Run, name: str) -> Program:
    """A fresh ledger."""
    program = Program(run.options.program, run.folder / name)
    reply = program.run("init", "--ledger", LEDGER, "--own-party", run.plant.us.ref)
    if reply.exit:
        raise RuntimeError(f"init: exit {reply.exit}: {reply.errors}")
    return program


def batches(files: list[File]) -> list[list[File]]:
    """Files that follow each other and need the same options go in one command."""
    found: list[list[File]] = []
    for file in files:
        if found and found[-1][0].words == file.words:
            found[-1].append(file)
        else:
            found.append([file])
    return found


def take(program: Program, files: list[File]) -> tuple[dict[str, int], list[Reply]]:
    """Takes files; sums of the counts."""
    sums = dict.fromkeys(("accepted", "duplicates", "rejected", "conflicts", "unresolved"), 0)
    replies = []
    for batch in batches(files):
        reply = program.run("ingest", *(str(file.path) for file in batch), *batch[0].words)
        replies.append(reply)
        for name in sums:
            sums[name] += int(reply.answer.get(name, 0))
        if not reply.answer:
            sums["rejected"] += sum(len(file.rows) for file in batch)
    return sums, replies


def check_counts(run: Run, where: str, got: dict[str, int], replies: list[Reply], **wanted: int) -> None:
    """What an import must report; the rest is zero."""
    truth = dict.fromkeys(got, 0) | wanted
    lines = [f"{name}: program {got[name]}, truth {truth[name]}" for name in got if got[name] != truth[name]]
    told = [line for reply in replies for line in reply.errors.splitlines()]
    run.report(where, lines + told[:12] if lines else [])


# The checks of a seed

def check_orders(run: Run) -> None:
    """One order of rows, another in other files, and everything twice."""
    total = len(run.plant.rows)
    first, other = start(run, "first"), start(run, "other")
    files = Writer(run.plant.rows, run.folder / "rows-first", f"{run.seed} first").write()
    counts, replies = take(first, files)
    check_counts(run, "first ingest", counts, replies, accepted=total)
    again = Writer(run.plant.rows, run.folder / "rows-other", f"{run.seed} other").write()
    counts, replies = take(other, again)
    check_counts(run, "ingest in another order", counts, replies, accepted=total)
    asked = questions(run)
    replies = [ask(run, first, question, "first") for question in asked]
    for name, more in (("same files again", files), ("the rows in other files", again)):
        counts, taken = take(first, more)
        check_counts(run, name, counts, taken, duplicates=total)
    for program, name in ((first, "everything twice"), (other, "another order")):
        for question, before in zip(asked, replies):
            after = program.run(*question.words)
            run.asked += 1
            run.report(f"{name}: {' '.join(question.words)}", unlike(said(before), said(after)), question.unit)


def unlike(before: object, after: object, path: str = "") -> list[str]:
    """Where two answers differ, at most five places."""
    if isinstance(before, dict) and isinstance(after, dict):
        found = [line for name in sorted(set(before) | set(after)) for line in unlike(before.get(name), after.get(name), f"{path}.{name}")]
        return found[:5]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return [line for place, pair in enumerate(zip(before, after)) for line in unlike(*pair, f"{path}[{place}]")][:5]
    return [] if before == after else [f"{path}: first {str(before)[:300]}, now {str(after)[:300]}"]


def check_bad_row(run: Run, badness: Badness) -> None:
    """One bad row: named with its place, felt by answers, and mended by its repair."""
    seed = f"{run.seed} {badness.name}"
    folder = run.folder / f"rows-{badness.name}"
    files = Writer(run.plant.rows, folder, seed).write()
    dialects = {row.number: file.dialect for file in files for row in file.rows}
    found = [row for row in choices(run.plant.rows, dialects, badness) if named_elsewhere(run, row)]
    if not found:
        return
    row = run.chance.choice(found)
    cells = cells_of(row, dialects[row.number])
    badness.spoil(cells)
    files = Writer(run.plant.rows, folder, seed, {row.number: lambda cells, dialect: badness.spoil(cells)}).write()
    file = next(file for file in files if row.number in file.lines)
    program, where = start(run, f"bad {badness.name}"), f"bad row ({badness.name})"
    counts, replies = take(program, files)
    check_counts(run, where, counts, replies, accepted=len(run.plant.rows) - 1, rejected=1)
    position = check_named(run, where, program, (file, row, badness, cells.get(badness.column)), replies)
    if position:
        check_repair(run, where, program, (file, row, badness), position)


def named_elsewhere(run: Run, row: Row) -> bool:
    """Whether other rows name the unit too, so that it is known without this one."""
    return sum(1 for other in run.plant.rows if other.unit and lot_of(other.unit) == lot_of(row.unit)) > 1 and not row.unit.sscc


def lot_of(unit: Unit) -> Unit:
    """The lot of a unit, or the piece where it has none."""
    return Unit(unit.item, unit.lot, None, unit.issuer) if unit.lot else unit


def check_named(run: Run, where: str, program: Program, bad: tuple, replies: list[Reply]) -> str | None:
    """The fault is told with file, line, column, value and hint; returns the position of the row."""
    file, row, badness, value = bad
    told = "\n".join(reply.errors for reply in replies)
    place = f"{file.path}: line {file.lines[row.number]}, column {badness.column}: "
    wanted = place if value is None else f'{place}"{value}": '
    run.report(where, [] if wanted in told else [f"stderr: program {told[:400]!r}, truth {wanted!r}"])
    rows = program.run("dlq", "list").answer.get("rows", [])
    if len(rows) != 1:
        run.report(where, [f"open rows: program {len(rows)}, truth 1"])
        return None
    got = (rows[0].get("line"), Path(str(rows[0].get("file"))).name)
    truth = (str(file.lines[row.number]), file.path.name)
    run.report(where, [] if got == truth else [f"open row: program {got}, truth {truth}"])
    faults = [fault for fault in rows[0].get("faults", []) if fault.get("field") == badness.column]
    wrong = not faults or faults[0].get("value") != value or not faults[0].get("message")
    run.report(where, [f"fault of column {badness.column}, value {value!r}: program {rows[0].get('faults')}"] if wrong else [])
    return rows[0]["position"]


def check_repair(run: Run, where: str, program: Program, bad: tuple, position: str) -> None:
    """Answers that the row touches are incomplete and name it, until it is repaired; then the truth is there again."""
    file, row, badness = bad
    root = lot_of(row.unit)
    touched = [["recall", "scope", "--lot", root.ref], ["inventory"]] if badness.names else []
    before = program.run(*touched[0]) if touched else None
    for words in touched:
        reply = program.run(*words)
        run.asked += 1
        missing = reply.answer.get("missing", [])
        # An inventory of everything says how many rows are open, a recall which ones.
        names = missing if words == ["inventory"] else any(position in str(each.get("where")) for each in missing)
        if reply.exit != 8 or reply.answer.get("complete") is not False or not names:
            found = f"complete: program {reply.answer.get('complete')} (exit {reply.exit}), truth False, naming {position}"
            run.report(f"{where}: {' '.join(words)}", [f"{found}; missing {missing}"], root)
    repaired = Writer(run.plant.rows, run.folder, f"{run.seed} repair").write_file(f"repaired-{badness.name}", [row], file.dialect)
    reply = program.run("dlq", "retry", position, "--file", str(repaired.path), "--reason", "typing error", *repaired.words)
    run.report(f"{where}: retry", [] if reply.exit == 0 else [f"exit {reply.exit}: {reply.errors}"])
    for question in inventory_questions(run, None)[:1] + unit_questions(run, None, 3):
        ask(run, program, question, f"{where}, repaired")
    if before:
        then = program.run(*touched[0], "--known-at", position_before(before))
        run.report(f"{where}: known before the repair", unlike(said(before), said(then)), root)


def position_before(reply: Reply) -> str:
    """The position of an answer as an option."""
    ledger, seq = next(iter(reply.answer.get("position", {"": "0"}).items()))
    return f"{ledger}:{seq}"


def check_seed(seed: int, folder: Path, options: argparse.Namespace) -> tuple[list[str], int]:
    """Differences and number of questions of one seed."""
    plant = Factory(Options(seed, options.size))
    run = Run(seed, folder, options, plant, Truth(plant), random.Random(f"ask {seed}"))
    check_orders(run)
    for badness in run.chance.sample(BADNESS, options.bad):
        check_bad_row(run, badness)
    return run.lines, run.asked


def parse_arguments() -> argparse.Namespace:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("--seeds", default="1..8", help="A..B, both included")
    parser.add_argument("--size", type=int, default=200, help="operations of each plant")
    parser.add_argument("--questions", type=int, default=12, help="lots to ask for, now; a third of them at other times")
    parser.add_argument("--bad", type=int, default=3, help="kinds of bad rows to try")
    parser.add_argument("--keep", type=Path, help="folder that keeps files and ledgers of seeds that differ")
    options = parser.parse_args()
    try:
        first, _, last = options.seeds.partition("..")
        options.seed_list = range(int(first), int(last or first) + 1)
    except ValueError as error:
        parser.error(str(error))
    if not options.program.is_file():
        parser.error(f"no such program: {options.program}")
    if not 0 <= options.bad <= len(BADNESS):
        parser.error(f"--bad: there are {len(BADNESS)} kinds")
    options.program = options.program.resolve()
    return options


def main() -> int:
    """Runs all seeds."""
    options = parse_arguments()
    total, failed, asked = 0, 0, 0
    for seed in options.seed_list:
        with tempfile.TemporaryDirectory(prefix="lotledger-rows-") as temporary:
            folder = Path(temporary) / f"seed-{seed}"
            folder.mkdir()
            lines, count = check_seed(seed, folder, options)
            if lines and options.keep:
                kept = options.keep / f"seed-{seed}"
                shutil.rmtree(kept, ignore_errors=True)
                shutil.copytree(folder, kept, ignore=special_files)
                lines.append(f"seed {seed}: kept in {kept}")
        for line in lines:
            print(line, flush=True)
        total += sum(1 for line in lines if not line.startswith("    "))
        failed, asked = failed + bool(lines), asked + count
    print(f"{len(options.seed_list)} seeds, {asked} questions, {total} differences in {failed} seeds")
    return 1 if total or not asked else 0


def special_files(folder: str, names: list[str]) -> list[str]:
    """Names that are neither files nor folders, such as a writer's socket; they cannot be copied."""
    return [name for name in names if not ((Path(folder) / name).is_file() or (Path(folder) / name).is_dir())]


if __name__ == "__main__":
    sys.exit(main())
