#!/usr/bin/env python3
"""Holds the program against the oracle on random factories.

    python3 check.py --program build/dev/lotledger --seeds 1..50 [--size 60] [--files 4] [--features default]
                     [--modes base,twice,reversed,known-at,as-of] [--units 8] [--bounds sound|exact|off] [--keep DIR]
                     [--kafka BOOTSTRAP]

With --kafka each ledger is written on a Kafka topic, and a second node, mirrored from it, answers.
Each difference is one line: seed, mode, command, difference. Exit 0: none; 1: some; 2: usage.
"""
from __future__ import annotations

import argparse
import random
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path

import gs1
from bounds import bounds
from compare import compare_bounds, compare_recall, compare_trace, seen_bounds
from events import EPOCH, Known, know, load
from factory import parse_features, write_factory
from graph import Graph, build
from oracle import CERTAIN, DOWN, POSSIBLE, UP, Readings, trace
from plant import Options
from program import Program, Reply, position_argument
from recall import recall_scope
from soundness import read_truth, unsound
from writer import prefix_length

MODES = ("base", "twice", "reversed", "known-at", "as-of")
FILE_BY_FILE = ("base", "known-at", "as-of")


@dataclass
class View:
    """What a question may know: the options for the program, and the same knowledge in the oracle."""

    label: str
    words: list[str]
    known: Known
    graph: Graph
    named: set[str]
    full: bool


@dataclass
class Run:
    """One seed in one mode."""

    seed: int
    mode: str
    program: Program
    loaded: list
    folder: Path
    options: argparse.Namespace
    chance: random.Random
    lines: list[str] = field(default_factory=list)
    positions: list[str] = field(default_factory=list)
    questions: int = 0

    def report(self, what: str, lines: list[str]) -> None:
        """Keeps differences with where they were seen."""
        self.lines += [f"seed {self.seed} {self.mode}: {what}: {line}" for line in lines]


def make_view(loaded: list, files: int | None, time: int | None, words: list[str], label: str) -> View:
    """Knowledge after some files, as of a time. `named` also holds units of events that are not visible."""
    known = know(loaded, files)
    named = {key for facts, _ in loaded[:files] for fact in facts for key in fact.keys()}
    known = known.as_of(time)
    return View(label, words, known, build(known), named, files is None and time is None)


def views(run: Run) -> Iterator[View]:
    """The views that a mode asks for."""
    if run.mode == "known-at":
        for files, position in enumerate(run.positions, 1):
            yield make_view(run.loaded, files, None, ["--known-at", position], f"after file {files}")
    elif run.mode == "as-of":
        times = sorted(fact.time for facts, _ in run.loaded for fact in facts if not fact.withdrawal)
        for time in run.chance.sample(times, min(3, len(times))):
            moment = time + 1_000_000
            text = (EPOCH + timedelta(microseconds=moment)).isoformat().replace("+00:00", "Z")
            yield make_view(run.loaded, None, moment, ["--as-of", text], f"as of {text}")
    else:
        yield make_view(run.loaded, None, None, [], "now")


def ingest(run: Run, paths: list[Path]) -> bool:
    """Creates the ledger and imports the files; false where that fails outright."""
    if run.mode == "reversed":
        paths = paths[::-1]
    on_kafka = ["--kafka", run.options.kafka, "--node", "writer"] if run.options.kafka else []
    started = run.program.run("init", "--ledger", "T1", *on_kafka)
    if started.exit != 0:
        run.report("init", [f"exit {started.exit}: {started.errors}"])
        return False
    batches = [[path] for path in paths] if run.mode in FILE_BY_FILE else [paths]
    for batch in batches:
        reply = run.program.ingest(batch)
        position = position_argument((reply.answer or {}).get("position"))
        if reply.answer is None or reply.exit not in (0, 8) or position is None:
            run.report(f"ingest {batch[0].name}", [f"exit {reply.exit}, answer {reply.answer}: {reply.errors}"])
            return False
        run.positions.append(position)
        run.report(f"ingest {batch[0].name}", judge_ingest(reply, {"rejected": "0", "conflicts": "0"}))
    if run.mode == "twice":
        run.report("second ingest", judge_ingest(run.program.ingest(paths), {"accepted": "0", "conflicts": "0"}))
    return mirrored(run) if run.options.kafka else True


def mirrored(run: Run) -> bool:
    """Makes a fresh node of the ledger's topic, which answers from now on; false where that fails."""
    (ledger,) = (run.program.data / "ledgers").iterdir()
    mirror = Program(run.program.path, run.folder / f"mirror-{run.mode}")
    mirror.data.mkdir()
    # Names and telephones are sealed under keys that do not travel by the topic.
    (mirror.data / "keys").symlink_to(run.program.data / "keys")
    # By its uuid: the cluster holds the ledgers of other modes and seeds too.
    made = mirror.run("--ledger", ledger.name, "kafka", "mirror", run.options.kafka, "--node", "mirror")
    if made.exit != 0:
        run.report("kafka mirror", [f"exit {made.exit}: {made.errors}"])
    run.program = mirror
    return made.exit == 0


def judge_ingest(reply: Reply, wanted: dict[str, str]) -> list[str]:
    """Counts that an import must report."""
    answer = reply.answer or {}
    return [f"{name} is {answer.get(name)}, wanted {value}" for name, value in wanted.items()
            if str(answer.get(name)) != value]


def sample_units(run: Run) -> list[str]:
    """Units to ask for: lots and serials above all, one class, one opaque."""
    graph = build(know(run.loaded))
    chosen = []
    for kind, most in ((gs1.LOT, run.options.units), (gs1.SERIAL, run.options.units // 2 + 1), (gs1.OPAQUE, 1)):
        keys = sorted(key for key, found in graph.types.items() if found == kind)
        chosen += run.chance.sample(keys, min(most, len(keys)))
    return chosen


def writing(run: Run, key: str) -> str:
    """A random writing of a unit: EPC URN, Digital Link, ITEM/LOT or ITEM#SERIAL, element string."""
    if not gs1.key_parts(key):
        return key
    return run.chance.choice((gs1.to_urn(key, prefix_length(key)), gs1.to_digital_link(key, "https://id.gs1.org"),
                              gs1.to_short(key), key))


def ask(run: Run, view: View, words: list[str], key: str) -> dict | None:
    """Asks one question; None where there is no answer to compare (a wrong silence is reported)."""
    command = [*words, *view.words, "-o", "json"]
    what = shlex.join(command)
    run.questions += 1
    reply = run.program.run(*command)
    if key not in view.graph.types:
        unknown = key not in view.named
        if unknown and reply.exit != 3:
            run.report(what, [f"exit {reply.exit} for a unit that is not known {view.label}, wanted 3"])
        return None
    if reply.answer is None or reply.exit not in (0, 8):
        run.report(what, [f"exit {reply.exit} without a usable answer: {reply.errors}"])
        return None
    if (reply.exit == 8) != (reply.answer.get("complete") is False):
        run.report(what, [f"exit {reply.exit}, but complete is {reply.answer.get('complete')}"])
    if position_argument(reply.answer.get("position")) is None:
        run.report(what, ["answer without position"])
    return reply.answer


def check_unit(run: Run, view: View, key: str, readings: Readings) -> None:
    """Trace down, trace up and recall scope of one unit."""
    reference = writing(run, key)
    for direction in (DOWN, UP):
        words = ["trace", direction, reference]
        answer = ask(run, view, words, key)
        if answer is not None:
            wanted = trace(view.graph, view.known, key, direction, readings)
            what = shlex.join([*words, *view.words])
            run.report(what, compare_trace(view.graph, wanted, answer))
            if direction == DOWN:
                run.report(what, check_bounds(run, view, key, answer, readings))
    words = ["recall", "scope", "--lot", reference]
    answer = ask(run, view, words, key)
    if answer is not None:
        wanted_scope = recall_scope(view.graph, view.known, trace(view.graph, view.known, key, DOWN, readings))
        run.report(shlex.join([*words, *view.words]), compare_recall(view.graph, wanted_scope, answer))


def check_bounds(run: Run, view: View, key: str, answer: dict, readings: Readings) -> list[str]:
    """Quantity bounds: sound against the truth of the factory, or equal to the oracle's."""
    if run.options.bounds == "off" or not view.graph.totals.get(key):
        return []
    got = seen_bounds(view.graph, answer)
    total = view.graph.totals[key]
    lines = [f"bounds of {unit}: [{low}, {high}] are not within [0, {total}]"
             for unit, (low, high) in got.items() if not 0 <= low <= high <= total]
    if run.options.bounds == "exact":
        lines += compare_bounds(bounds(view.graph, trace(view.graph, view.known, key, DOWN, readings)), got)
    if view.full:
        lines += unsound(read_truth(run.folder / "truth.json"), key, got)
    return lines


def check_seed(seed: int, folder: Path, options: argparse.Namespace) -> tuple[list[str], int]:
    """Differences and number of questions for one seed in all modes."""
    made = Options(seed, options.size, options.files, options.feature_set)
    paths = write_factory(made, folder)
    loaded = load(paths)
    lines, questions = [], 0
    for mode in options.mode_list:
        data = folder / f"data-{mode}"
        run = Run(seed, mode, Program(options.program, data), loaded, folder, options, random.Random(f"{seed} {mode}"))
        if ingest(run, paths):
            units = sample_units(run)
            for view in views(run):
                for key in units if mode == "base" else units[:: 2 if mode in ("twice", "reversed") else 3]:
                    check_unit(run, view, key, Readings(lot_inputs=options.lot_inputs))
        lines += run.lines
        questions += run.questions
    return lines, questions


def parse_arguments() -> argparse.Namespace:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("--seeds", default="1..10", help="A..B, both included")
    parser.add_argument("--size", type=int, default=60, help="operations in each factory")
    parser.add_argument("--files", type=int, default=4)
    parser.add_argument("--features", default="default")
    parser.add_argument("--modes", default=",".join(MODES))
    parser.add_argument("--units", type=int, default=8, help="lots to ask for; serials half as many")
    parser.add_argument("--bounds", choices=["sound", "exact", "off"], default="sound")
    parser.add_argument("--lot-inputs", choices=[CERTAIN, POSSIBLE], default=CERTAIN,
                        help="certainty with which a serial inherits the inputs of its lot")
    parser.add_argument("--kafka", help="address of a cluster: ledgers on topics, a mirror answers")
    parser.add_argument("--keep", type=Path, help="folder that keeps the files and ledgers of seeds that differ")
    options = parser.parse_args()
    try:
        options.feature_set = parse_features(options.features)
        first, _, last = options.seeds.partition("..")
        options.seed_list = range(int(first), int(last or first) + 1)
    except ValueError as error:
        parser.error(str(error))
    options.mode_list = options.modes.split(",")
    if not set(options.mode_list) <= set(MODES):
        parser.error(f"unknown mode in {options.modes}; known: {' '.join(MODES)}")
    if not options.program.is_file():
        parser.error(f"no such program: {options.program}")
    options.program = options.program.resolve()
    return options


def main() -> int:
    """Runs all seeds."""
    options = parse_arguments()
    total, failed, questions = 0, 0, 0
    for seed in options.seed_list:
        with tempfile.TemporaryDirectory(prefix="lotledger-oracle-") as temporary:
            folder = Path(temporary) / f"seed-{seed}"
            lines, asked = check_seed(seed, folder, options)
            if lines and options.keep:
                kept = options.keep / f"{datetime.now(timezone.utc):%Y%m%dT%H%M%S}-seed-{seed}"
                shutil.copytree(folder, kept, ignore=special_files)
                lines.append(f"seed {seed}: kept in {kept}")
        for line in lines:
            print(line)
        total, failed, questions = total + len(lines), failed + bool(lines), questions + asked
    print(f"{len(options.seed_list)} seeds, {questions} questions, {total} differences in {failed} seeds")
    return 1 if total or not questions else 0


def special_files(folder: str, names: list[str]) -> list[str]:
    """Names that are neither files nor folders, such as a writer's socket; they cannot be copied."""
    return [name for name in names if not ((Path(folder) / name).is_file() or (Path(folder) / name).is_dir())]


if __name__ == "__main__":
    sys.exit(main())
