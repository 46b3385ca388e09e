#!/usr/bin/env python3
"""Bugs that are planted on purpose, to see that the simulator finds them.

    planted_bugs.py --write ROOT OUT     copies of the sources that have one, with all of them planted, to the folder OUT
    planted_bugs.py --files              the sources
    planted_bugs.py --run PROGRAM        each bug once: PROGRAM must fail, by the checker that the table names

A bug is a text of the source and what takes its place while the bug is alive. The source itself knows nothing of it; a
text that does not stand there exactly once is an error, so the table cannot rot unseen.
"""
from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Bug:
    name: str
    checkers: str  # any of these words, separated by blanks; `assertion`: the program stops itself
    seeds: int  # it is caught within so many
    path: str
    text: str
    planted: str  # BUG stands for the question whether it is alive
    options: str = ""


BUGS = [
    Bug("answered_before_sync", "acknowledged reader", 40, "engine/writer.cc",
        "return seq == k_no_seq || (durable_.seq != k_no_seq && seq <= durable_.seq);",
        "if (BUG) return true;\n    return seq == k_no_seq || (durable_.seq != k_no_seq && seq <= durable_.seq);"),
    Bug("sync_left_out", "acknowledged reader", 60, "engine/log/local_log.cc",
        "LL_TRY(file_->sync());\n  end_ += group_.bytes.size();",
        "if (!BUG) LL_TRY(file_->sync());\n  end_ += group_.bytes.size();"),
    Bug("sync_error_ignored", "acknowledged failure outcome reader", 120, "engine/log/local_log.cc",
        "LL_TRY(file_->write_at(end_, group_.bytes));",
        "if (BUG) {\n    ignore(file_->write_at(end_, group_.bytes), \"planted\");\n  } else {\n"
        "    LL_TRY(file_->write_at(end_, group_.bytes));\n  }"),
    Bug("watermark_early", "reader", 40, "engine/log/local_log.cc",
        "encode_group(records, end_, durable().seq, group_);",
        "encode_group(records, end_, durable().seq, group_);\n  if (BUG) {\n"
        "    const LogPosition early{segment_.ledger, {records.back().seq(), records.back().leaf()}, segment_.first, end_};\n"
        "    LL_TRY(durable_file_.write(early, PositionFile::Durability::unsynced));\n  }"),
    Bug("checksum_not_compared", "damage", 200, "engine/log/segment.cc",
        "if (crc32c(bytes.first(needed - sizeof(std::uint32_t))) != slot_crc(block.get(), header.body_bytes)) {",
        "if (!BUG && crc32c(bytes.first(needed - sizeof(std::uint32_t))) != slot_crc(block.get(), header.body_bytes)) {",
        "--faults bit_flip"),
    Bug("footer_off_by_one", "failure replay bytes reader acknowledged damage", 40, "engine/log/segment.cc",
        "store_le(trailer.data() + 24, index_offset);",
        "store_le(trailer.data() + 24, index_offset + (BUG ? 16 : 0));"),
    Bug("previous_hash_not_compared", "damage", 120, "engine/log/segment_scan.cc",
        "if (record.header().previous_leaf != found_.last.leaf) return bad(\"previous leaf hash differs\");",
        "if (!BUG && record.header().previous_leaf != found_.last.leaf) return bad(\"previous leaf hash differs\");",
        "--faults spliced_group"),
    Bug("damage_called_torn", "damage", 120, "engine/log/segment_scan.cc",
        "found_.damage = ScanDamage{seq, offset, std::move(why), last_group && !before_known_durable(seq)};",
        "found_.damage = ScanDamage{seq, offset, std::move(why), BUG || (last_group && !before_known_durable(seq))};"),
    Bug("torn_tail_kept", "failure acknowledged bytes reader damage assertion", 200, "engine/log/recovery.cc",
        "LL_TRY(file_->resize(found_.end));\n    LL_TRY(file_->sync());",
        "if (!BUG) LL_TRY(file_->resize(found_.end));\n    LL_TRY(file_->sync());"),
    Bug("tail_not_written_again", "acknowledged reader", 800, "engine/log/recovery.cc",
        "if (beyond_head && found_.last_group != 0) LL_TRY(rewrite_last_group());",
        "if (!BUG && beyond_head && found_.last_group != 0) LL_TRY(rewrite_last_group());",
        "--faults kill,power_loss,sync_error,lost_page,torn_page"),
    Bug("torn_tail_cut_too_far", "acknowledged reader", 200, "engine/log/recovery.cc",
        "report_.records_scanned = found_.offsets.size();",
        "if (BUG && found_.damage && found_.last_group_first > segment_.first) {\n"
        "    auto less = scan_segment(*file_, {.segment = segment_, .before = before, .stop_before = found_.last_group_first,"
        " .known_durable = known_.head});\n"
        "    if (less.has_value()) found_ = std::move(*less);\n  }\n  report_.records_scanned = found_.offsets.size();",
        "--faults power_loss,lost_page,torn_page,kill"),
    Bug("left_over_file_refused", "failure", 400, "engine/log/disk.cc",
        "if (left_over) LL_TRY(disk.remove(fresh));",
        "if (left_over && !BUG) LL_TRY(disk.remove(fresh));"),
    Bug("clock_goes_back", "chain", 40, "engine/sequencer.cc",
        "header.recorded_at = std::max(last_recorded_at_, now);",
        "header.recorded_at = BUG ? now : std::max(last_recorded_at_, now);"),
    Bug("contradiction_taken_for_duplicate", "outcome", 40, "engine/sequencer.cc",
        "if (seen.content != submission.body.content) return keep_conflict",
        "if (!BUG && seen.content != submission.body.content) return keep_conflict"),
    Bug("condition_not_asked", "outcome", 100, "engine/sequencer.cc",
        "if (submission.condition && !condition_holds(*submission.condition)) {",
        "if (submission.condition && !BUG && !condition_holds(*submission.condition)) {"),
    Bug("some_ids_forgotten", "outcome acknowledged", 60, "projections/facts.cc",
        "store.put(key_of('m', key), message_value(",
        "if (!BUG || seq % 5 != 3) store.put(key_of('m', key), message_value("),
    Bug("ids_forgotten_over_a_restart", "outcome facts acknowledged", 60, "projections/runner.cc",
        "  projection.apply(FoldInput{record, body_to_fold(record)}, store);\n  if (store.delta_bytes() >= k_delta_bytes_max) LL_TRY(store.seal());\n  if (",
        "  if (BUG && projection.name() == \"facts\" && record.seq() % 3 == 1) {\n"
        "    store.advance({record.seq(), record.leaf()});\n  } else {\n"
        "    projection.apply(FoldInput{record, body_to_fold(record)}, store);\n  }\n"
        "  if (store.delta_bytes() >= k_delta_bytes_max) LL_TRY(store.seal());\n  if ("),
    Bug("withdrawal_not_noted", "outcome facts", 60, "projections/facts.cc",
        "store.put(key_of('v', *event->target_seq()), seq_value(seq));",
        "if (!BUG) store.put(key_of('v', *event->target_seq()), seq_value(seq));"),
    Bug("withdrawal_before_its_fact_not_applied", "facts outcome", 120, "projections/facts.cc",
        "store.put(key_of('v', seq), seq_value(withdrawal));",
        "if (!BUG) store.put(key_of('v', seq), seq_value(withdrawal));"),
    Bug("quantity_off_by_one", "genealogy", 40, "projections/genealogy.cc",
        "link.quantity = Quantity{*quantity->mantissa(), quantity->scale(), {}};",
        "link.quantity = Quantity{*quantity->mantissa() + (BUG && index_ == 0 && record_.seq() % 7 == 3 ? 1 : 0), quantity->scale(), {}};"),
    Bug("void_ignored", "genealogy inventory", 40, "projections/ledger_genealogy.cc",
        "return in_time(link) && (filter_.include_voided || !withdrawn_by(link.position.seq));",
        "return in_time(link) && (BUG || filter_.include_voided || !withdrawn_by(link.position.seq));"),
    Bug("return_not_put_back", "inventory", 60, "projections/stock.cc",
        "add({location, {}, StockDisposition::pending, false}, quantity);",
        "if (!BUG) add({location, {}, StockDisposition::pending, false}, quantity);"),
    Bug("hold_never_lifted", "status", 60, "projections/holds.cc",
        "std::erase_if(holds, [&](const StandingHold& other) { return other.id == id; });",
        "if (!BUG) std::erase_if(holds, [&](const StandingHold& other) { return other.id == id; });"),
    Bug("history_keeps_the_last_withdrawal", "history", 200, "projections/batch_record.cc",
        "if (!store.get(key, value)) store.put(key, number_bytes(by));",
        "if (BUG || !store.get(key, value)) store.put(key, number_bytes(by));"),
    Bug("person_left_out", "audit", 40, "projections/audit_trail.cc",
        "if (const auto principal = view_of(body.actor()->on_behalf_of()); !principal.empty())\n      entry.actor",
        "if (const auto principal = view_of(body.actor()->on_behalf_of()); !BUG && !principal.empty())\n      entry.actor"),
    Bug("fold_remembers_its_process", "replay", 40, "projections/audit_trail.cc",
        "store.append(event_id_prefix(id) + number_bytes(header.seq), {});",
        "static thread_local int folds = 0;\n      store.append(event_id_prefix(id) + number_bytes(header.seq),"
        " BUG ? std::to_string(++folds) : std::string());"),
    Bug("record_of_nobody", "outcome acknowledged", 40, "engine/sequencer.cc",
        "if (previous && *previous != identity_.software) {",
        "if (previous && (BUG || *previous != identity_.software)) {"),
    Bug("last_mention_for_the_first", "search", 40, "projections/search.cc",
        "if (mentioned_.find(name_) != nullptr) return false;\n    mentioned_.note(name_, true);\n    return true;\n  }\n\n"
        "  /// Keeps the first mention. Says whether this is one.\n"
        "  bool mention(HitKind kind, const UnitKey& subject, std::string_view text, std::string_view field) {\n"
        "    if (text.empty()) return false;\n    const std::string key = key_of(kind, subject, text, field);\n"
        "    if (store_.get(key, scratch_)) return false;",
        "if (!BUG && mentioned_.find(name_) != nullptr) return false;\n    mentioned_.note(name_, true);\n    return true;\n  }\n\n"
        "  bool mention(HitKind kind, const UnitKey& subject, std::string_view text, std::string_view field) {\n"
        "    if (text.empty()) return false;\n    const std::string key = key_of(kind, subject, text, field);\n"
        "    if (!BUG && store_.get(key, scratch_)) return false;"),
    Bug("last_key_lost_at_seal", "replay outcome facts genealogy history search audit", 40,
        "projections/store/rocks_base.cc",
        "delta.each([&](const Entry& entry) {\n    if (!status.ok()) return;",
        "std::size_t left = 0;\n  if (BUG) delta.each([&](const Entry&) { ++left; });\n  const bool drops = left > 3;\n"
        "  delta.each([&](const Entry& entry) {\n    if (!status.ok() || (drops && --left == 0)) return;",
        "--stores rocksdb"),
    Bug("keys_in_wrong_order", "assertion genealogy history audit search outcome facts replay", 40,
        "projections/store/key_order.cc",
        "return __builtin_bswap64(chunk);", "return BUG ? chunk : __builtin_bswap64(chunk);"),
    Bug("gap_not_noticed", "acknowledged", 60, "engine/kafka/kafka_log.cc",
        "if (stored == offset_ + 1) {", "if (BUG || stored == offset_ + 1) {", "--backend kafka"),
    Bug("doubt_taken_for_success", "acknowledged", 60, "engine/kafka/kafka_log.cc",
        "LL_ASSIGN(const Offset stored, producer_.next_report());",
        "const auto report = producer_.next_report();\n  if (!BUG && !report.has_value()) return std::unexpected(report.error());\n"
        "  const Offset stored = report.value_or(offset_ + 1);", "--backend kafka"),
    Bug("truncation_not_noticed", "damage", 60, "engine/kafka/follower.cc",
        "if (marks.high <= read_) return truncated(\"the end that this node has read\");",
        "if (!BUG && marks.high <= read_) return truncated(\"the end that this node has read\");", "--backend kafka"),
]


def files() -> list[str]:
    return sorted({bug.path for bug in BUGS})


def with_bugs(path: str, source: str) -> str:
    for bug in (bug for bug in BUGS if bug.path == path):
        if source.count(bug.text) != 1:
            raise SystemExit(f"{path}: bug {bug.name}: its text stands there {source.count(bug.text)} times, not once")
        planted = re.sub(r"\bBUG\b", f'lotledger::tests::planted("{bug.name}")', bug.planted)
        source = source.replace(bug.text, planted)
    return '#include "tests/sim/planted.h"\n' + source


def write(root: Path, out: Path) -> None:
    for path in files():
        copy = out / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(with_bugs(path, (root / path).read_text()))


def run_one(program: str, bug: str, seeds: int, options: str) -> tuple[int, str]:
    command = [program, "--seeds", f"1..{seeds}", "--jobs", "2", "--shrink", "0"]
    if "--backend" not in options:
        command += ["--backend", "local"]
    if "--stores" not in options:
        command += ["--stores", "memory"]
    done = subprocess.run(command + options.split(), env=os.environ | {"LOTLEDGER_PLANTED_BUG": bug},
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return done.returncode, done.stdout


def caught_by(code: int, output: str) -> tuple[str, str]:
    found = re.search(r"^seed (\d+), step \d+, checker (\w+): (.*)$", output, re.MULTILINE)
    if found:
        return found[2], f"seed {found[1]}: {found[3]}"
    return ("assertion", output.strip()[:200]) if code < 0 else ("nobody", output.strip()[-200:])


def run(program: str, wanted: list[str]) -> int:
    missed = 0
    code, output = run_one(program, "", 40, "")
    if code != 0:
        print(f"without a bug the simulator finds one all the same:\n{output}")
        return 1
    for bug in BUGS:
        if wanted and bug.name not in wanted:
            continue
        checker, what = caught_by(*run_one(program, bug.name, bug.seeds, bug.options))
        good = checker in bug.checkers.split()
        missed += not good
        print(f"{'caught' if good else 'MISSED'} {bug.name}: by {checker}, {what}", flush=True)
    print(f"{missed} planted bugs were missed")
    return 1 if missed else 0


def main(words: list[str]) -> int:
    if words[:1] == ["--write"] and len(words) == 3:
        write(Path(words[1]), Path(words[2]))
        return 0
    if words == ["--files"]:
        print(";".join(files()), end="")
        return 0
    if words[:1] == ["--run"] and len(words) >= 2:
        return run(words[1], words[2:])
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
