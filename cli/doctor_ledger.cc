// cli/doctor_ledger.cc - looks at one ledger.
#include "cli/doctor_ledger.h"

#include "cli/background_scrub.h"
#include "cli/position.h"
#include "engine/base/hash.h"
#include "engine/codec/codec.h"
#include "engine/log/log_files.h"
#include "engine/log/segment_check.h"
#include "projections/genealogy_reader.h"
#include "projections/graph_refresh.h"
#include "projections/runner.h"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>

namespace lotledger::cli {
namespace {

constexpr std::string_view k_restore =
    "restore this file from a copy of the data folder; nothing here can make it again";

/// Processes of this user that have the file open, by /proc; empty where that cannot be told.
std::string holders_of(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path wanted = fs::weakly_canonical(path, error);
  std::string holders;
  for (const auto& process : fs::directory_iterator("/proc", error)) {
    const std::string number = process.path().filename().string();
    if (number.find_first_not_of("0123456789") != std::string::npos) continue;
    std::error_code unreadable;
    for (fs::directory_iterator open(process.path() / "fd", unreadable), end; open != end; open.increment(unreadable)) {
      if (fs::read_symlink(open->path(), unreadable) != wanted) continue;
      holders += (holders.empty() ? "process " : ", ") + number;
      break;
    }
  }
  return holders.empty() ? std::string("a process") : holders;
}

bool examine_lock(engine::Disk& disk, const LedgerInfo& info, Examination& seen) {
  const std::string check = info.name() + " writer";
  const std::string path = engine::lock_path(info.log_folder());
  const auto locked = disk.locked(path);
  if (!locked.has_value()) {
    seen.attention(check, locked.error().message, "run as the owner of the folder");
  } else if (!*locked) {
    seen.good(check, "nobody writes now");
  } else if (disk.exists(info.socket_path()).value_or(false)) {
    seen.good(check, holders_of(path) + " writes and takes submissions of others");
  } else {
    seen.attention(check, holders_of(path) + " holds the writer lock and does not listen on " + info.socket_path(),
                   "wait until it has started; if it hangs, end it");
  }
  return locked.value_or(true);
}

/// What the next writer does before anything else: mends `head` and cuts what a crash tore off behind the last record.
Repair open_as_writer(const LedgerInfo& info, std::string what) {
  return {std::move(what), [folder = info.log_folder()]() -> Result<void> {
            const auto disk = engine::posix_disk();
            LL_ASSIGN(const auto log, engine::LocalLog::open(*disk, folder));
            return log->publish_head();
          }};
}

void examine_head(engine::Disk& disk, const LedgerInfo& info, Examination& seen) {
  const std::string check = info.name() + " head";
  const auto slots = engine::read_head(disk, info.log_folder());
  if (!slots.has_value()) return seen.attention(check, slots.error().message, k_restore);
  if (slots->faults.empty()) return seen.good(check, "both slots are whole");
  const std::string path = engine::head_path(info.log_folder());
  const auto& fault = slots->faults.front();
  seen.attention(check, fmt::format("{}, offset {}: {}", path, fault.offset, fault.why),
                 open_as_writer(info, "write " + path + " again from its other slot and the log"));
}

void examine_segments(engine::Disk& disk, const LedgerInfo& info, Examination& seen) {
  const std::string check = info.name() + " segments";
  const auto verified = engine::verify_local_log(disk, info.log_folder());
  if (!verified.has_value()) return seen.attention(check, verified.error().message, "run as the owner of the folder");
  // A slot of `head` is told of, and mended, by itself.
  const bool in_head = verified->first_bad && verified->first_bad->file == engine::head_path(info.log_folder());
  if (verified->first_bad && !in_head) return examine_damaged_log(disk, info.name(), info.log_folder(), seen);
  seen.good(check,
            fmt::format("{} segment(s), {} records: every byte verified", verified->segments, verified->records));
  if (verified->torn_bytes == 0) return;
  const Seq last = verified->last.seq;
  seen.attention(
      info.name() + " tail",
      fmt::format("{} bytes behind record {}, which a crash left unfinished: nobody was told that they were taken",
                  verified->torn_bytes, position_text(info.name(), last)),
      open_as_writer(info, fmt::format("cut {} bytes behind record {}, as the next writer would", verified->torn_bytes,
                                       position_text(info.name(), last))));
}

void examine_scrub(engine::Disk& disk, const LedgerInfo& info, Examination& seen) {
  const std::string check = info.name() + " scrub";
  SystemClock clock;
  const auto segments = scrub_of(info, disk, clock).segments();
  if (!segments.has_value() || segments->empty()) return;
  std::size_t never = 0;
  std::optional<Instant> oldest;
  for (const engine::ScrubbedSegment& segment : *segments) {
    if (!segment.sound) {
      seen.attention(check,
                     engine::segment_path(info.log_folder(), segment.first) + ": was damaged when it was last read",
                     "lotledger audit scrub, once it is restored");
    }
    if (!segment.at) ++never;
    if (segment.at && (!oldest || *segment.at < *oldest)) oldest = segment.at;
  }
  seen.good(check, fmt::format("{} full segment(s), {} never read again; the oldest reading is of {}", segments->size(),
                               never, oldest ? format_utc(*oldest) : "no time"));
}

Repair rebuild_store(const LedgerInfo& info, const std::string& name) {
  return {"fold store " + info.stores_folder() + "/" + name + " anew from the log", [info, name]() -> Result<void> {
            const auto disk = engine::posix_disk();
            LL_ASSIGN(const auto lock, disk->lock(engine::lock_path(info.log_folder())));
            LL_ASSIGN(const auto session, ReadSession::open(info));
            const auto projection = projections::projection_named(name);
            LL_TRY(projections::rebuild(*projection, info.stores_folder(), session->log()));
            return {};
          }};
}

/// Reads every entry, so that every block has been checked.
Result<void> read_all(const projections::StoreReader& store) {
  store.scan({}, {}, [](std::string_view, std::string_view) { return true; });
  return store.failure();
}

void examine_store(ReadSession& session, const projections::Projection& projection, Depth depth, Examination& seen) {
  const LedgerInfo& info = session.info();
  const std::string name(projection.name());
  const std::string check = info.name() + " store " + name;
  projections::StoreFolder folder(info.stores_folder() + "/" + name);
  const auto store = folder.open_secondary(projection.fold_version());
  if (!store.has_value() && store.error().code == ErrorCode::not_found)
    return seen.good(check, "none of this version yet: readers fold the log, the next writer makes it");
  Result<void> read = store.has_value() ? (*store)->failure() : std::unexpected(store.error());
  if (read.has_value() && depth == Depth::full) read = read_all(**store);
  const auto belongs = read.has_value() ? projections::belongs_to(**store, session.log()) : Result<bool>(false);
  if (!read.has_value() && read.error().code != ErrorCode::corrupt)
    return seen.attention(check, read.error().message, "mend what the system says; the store itself may be sound");
  if (!read.has_value()) return seen.attention(check, read.error().message, rebuild_store(info, name));
  if (!belongs.has_value()) return seen.attention(check, belongs.error().message, k_restore);
  const Seq stands_at = (*store)->position().head.seq;
  if (!*belongs)
    return seen.attention(check, "is no fold of this log: it stands at " + position_text(info.name(), stands_at),
                          rebuild_store(info, name));
  seen.good(check, fmt::format("fold version {}, stands at {}, {} records behind the log", projection.fold_version(),
                               stands_at == k_no_seq ? "nothing" : position_text(info.name(), stands_at),
                               session.head().seq - stands_at));
}

Repair rewrite_graph(const LedgerInfo& info) {
  return {"write the adjacency snapshot of " + info.stores_folder() + "/genealogy anew", [info]() -> Result<void> {
            const auto disk = engine::posix_disk();
            LL_ASSIGN(const auto lock, disk->lock(engine::lock_path(info.log_folder())));
            LL_ASSIGN(const auto session, ReadSession::open(info));
            return projections::refresh_graph(*disk, info.stores_folder(), session->log(), projections::Refresh::now);
          }};
}

/// Answers are right without it, and with a damaged one: they take longer.
void examine_graph(engine::Disk& disk, ReadSession& session, Depth depth, Examination& seen) {
  const LedgerInfo& info = session.info();
  const std::string check = info.name() + " adjacency snapshot";
  const auto store = session.store("genealogy");
  if (!store.has_value()) return;  // Told of the store.
  const auto state =
      projections::look_at_graph(disk, info.stores_folder(), **store, session.log(), depth == Depth::full);
  if (!state.has_value()) return seen.attention(check, state.error().message, "mend what the system says");
  if (!state->intact)
    return seen.attention(check, "is damaged: answers are right, and take longer", rewrite_graph(info));
  if (state->usable) {
    return seen.good(check,
                     fmt::format("stands at {}, {} records behind the log", position_text(info.name(), *state->usable),
                                 session.head().seq - *state->usable));
  }
  if (state->any)
    return seen.attention(check, "cannot be used: answers are right, and take longer", rewrite_graph(info));
  seen.good(check, "none yet: the store answers; a writer makes one after 10,000 records");
}

void examine_rows(ReadSession& session, Examination& seen) {
  const std::string check = session.info().name() + " dead-letter queue";
  const auto store = session.store("genealogy");
  if (!store.has_value()) return seen.attention(check, store.error().message, "lotledger audit verify");
  const projections::GenealogyReader reader(**store, {});
  const std::size_t open = reader.open_rows().size();
  const std::size_t waiting = reader.waiting_withdrawals().size();
  const std::size_t unreadable = reader.unreadable_records().size();
  if (const auto read = (*store)->failure(); !read.has_value())
    return seen.attention(check, read.error().message, "mend the store; then look again");
  if (open > 0) {
    seen.attention(check, std::to_string(open) + " open row(s): answers that they name are incomplete",
                   "lotledger dlq list");
  } else {
    seen.good(check, "empty");
  }
  if (waiting > 0) {
    seen.good(session.info().name() + " withdrawals",
              std::to_string(waiting) + " wait for events that have not arrived");
  }
  if (unreadable > 0) {
    seen.attention(session.info().name() + " records", std::to_string(unreadable) + " record(s) of a later program",
                   "install the version that wrote them");
  }
}

/// The hash of the landed file that a record came from.
void note_landed(const engine::StoredRecord& record, std::set<std::string>& landed) {
  const auto body = engine::verify_body(record.body());
  if (!body.has_value() || (*body)->source()->file_hash() == nullptr) return;
  const auto* hash = (*body)->source()->file_hash();
  landed.insert(to_hex(Bytes(hash->data(), hash->size())));
}

Result<std::string> last_record_text(ReadSession& session) {
  LL_ASSIGN(const engine::StoredRecord last, session.log().at(session.head().seq));
  return fmt::format("records {}:0 to {}, durable; epoch {}, writer {:016x}, recorded until {}", session.info().name(),
                     position_text(session.info().name(), session.head().seq), last.header().epoch,
                     last.header().writer, format_utc(last.header().recorded_at));
}

void examine_records(ReadSession& session, Depth depth, std::set<std::string>& landed, Examination& seen) {
  const std::string check = session.info().name() + " log";
  auto text = last_record_text(session);
  Result<void> read;
  if (text.has_value() && depth == Depth::full) {
    ProgressLine progress(seen.output(), "doctor " + session.info().name(), session.head().seq + 1);
    read = session.log().read(0, session.head().seq, [&](const engine::StoredRecord& record) {
      progress.at(record.seq());
      note_landed(record, landed);
      return true;
    });
  }
  if (text.has_value() && read.has_value()) return seen.good(check, std::move(*text));
  seen.attention(check, text.has_value() ? read.error().message : text.error().message, k_restore);
}

}  // namespace

void examine_damaged_log(engine::Disk& disk, const std::string& name, const std::string& log_folder,
                         Examination& seen) {
  const auto verified = engine::verify_local_log(disk, log_folder);
  if (!verified.has_value()) return seen.attention(name + " log", verified.error().message, k_restore);
  const auto told = [&](const engine::LogVerification::Damage& damage) {
    seen.attention(name + " log",
                   fmt::format("{}, offset {}, record {}: {}", damage.file, damage.offset, damage.seq, damage.why),
                   k_restore);
  };
  if (verified->first_bad) told(*verified->first_bad);
  const auto segments = engine::list_segments(disk, log_folder);
  if (!segments.has_value()) return;
  for (const Seq first : *segments) {
    const auto check = engine::check_segment(disk, log_folder, first);
    if (!check.has_value() || !check->damage) continue;
    if (!verified->first_bad || check->damage->file != verified->first_bad->file) told(*check->damage);
  }
}

void examine_ledger(engine::Disk& disk, const LedgerInfo& info, Depth depth, std::set<std::string>& landed,
                    Examination& seen) {
  seen.good(info.name() + " ledger",
            fmt::format("{}, {} records per segment, {}", engine::name_of(info.created.environment),
                        info.created.records_per_segment, info.folder));
  const bool written = examine_lock(disk, info, seen);
  examine_head(disk, info, seen);
  if (depth == Depth::full && !written) examine_segments(disk, info, seen);
  examine_scrub(disk, info, seen);
  const auto session = ReadSession::open(info);
  if (!session.has_value()) return seen.attention(info.name() + " log", session.error().message, k_restore);
  examine_records(**session, depth, landed, seen);
  for (const auto& projection : projections::all_projections()) examine_store(**session, *projection, depth, seen);
  examine_graph(disk, **session, depth, seen);
  examine_rows(**session, seen);
}

}  // namespace lotledger::cli
