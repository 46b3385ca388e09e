// cli/audit_verify.cc - verifies logs of a data folder.
#include "cli/audit_verify.h"

#include "cli/errors.h"
#include "engine/codec/codec.h"
#include "engine/log/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

namespace lotledger::cli {
namespace {

/// A log to verify: its folder, and what it is called.
struct LogFolder {
  std::string name;
  std::string folder;
};

/// All logs of the data folder by the names of their folders: works where no ledger can be opened.
Result<std::vector<LogFolder>> log_folders(engine::Disk& disk, const DataFolder& data) {
  const std::string parent = data.path() + "/ledgers";
  LL_ASSIGN(const auto names, disk.list(parent));
  std::vector<LogFolder> folders;
  for (const std::string& folder : names) {
    const std::string path = fmt::format("{}/{}", parent, folder);
    LL_ASSIGN(const bool unfinished, is_unfinished_ledger(disk, path));
    if (unfinished) continue;
    const std::string name = name_in_folder(disk, path);
    folders.push_back({name.empty() ? folder : name, path + "/log"});
  }
  return folders;
}

Result<std::vector<LogFolder>> wanted_logs(engine::Disk& disk, DataFolder& data, const std::string& name) {
  auto infos = data.ledgers();
  if (!infos.has_value() && infos.error().code == ErrorCode::corrupt) return log_folders(disk, data);
  if (!infos.has_value()) return std::unexpected(infos.error());
  std::vector<LogFolder> folders;
  for (const LedgerInfo& info : *infos) {
    if (name.empty() || info.name() == name) folders.push_back({info.name(), info.log_folder()});
  }
  if (!folders.empty()) return folders;
  LL_TRY(data.ledger(name));  // Says what there is instead.
  return fail(ErrorCode::not_found, data.path() + " holds no ledger");
}

/// What the chain does not see: whether a body is what its schema says.
engine::BodyVerdict verdict_of(const engine::StoredRecord& record) {
  if (record.header().schema_version > engine::k_schema_version) return {.readable = false, .damage = {}};
  const auto body = engine::verify_body(record.body());
  if (!body.has_value()) return {.readable = false, .damage = body.error().message};
  return {.readable = engine::all_events_known(**body), .damage = {}};
}

/// Reading waits for the processor, not for the disk, so more threads than cores would gain nothing.
unsigned reading_threads() {
  constexpr unsigned k_threads_max = 8;
  return std::clamp(std::thread::hardware_concurrency(), 1U, k_threads_max);
}

Result<VerifiedLedger> verify(engine::Disk& disk, const LogFolder& log, const Output& output) {
  ProgressLine progress(output, "audit verify " + log.name, 0);
  const auto found = engine::verify_log_and_bodies(
      disk, log.folder, {.threads = reading_threads(), .judge = verdict_of, .progress = [&](std::uint64_t records) {
                           progress.at(records);
                         }});
  if (!found.has_value() && found.error().code == ErrorCode::not_found) {
    // A ledger's folder without its log: as damaged as can be.
    VerifiedLedger ledger;
    ledger.name = log.name;
    ledger.damage = Damage{0, log.folder, 0, found.error().message};
    return ledger;
  }
  if (!found.has_value()) return std::unexpected(found.error());
  const engine::LogVerification& checked = found->log;
  VerifiedLedger ledger{log.name,           checked.records,   checked.segments, checked.last.seq,
                        checked.torn_bytes, found->unreadable, std::nullopt};
  if (const auto& bad = checked.first_bad) ledger.damage = Damage{bad->seq, bad->file, bad->offset, bad->why};
  return ledger;
}

}  // namespace

Result<std::vector<VerifiedLedger>> verify_ledgers(DataFolder& folder, const std::string& name, const Output& output) {
  const auto disk = engine::posix_disk();
  LL_ASSIGN(const auto logs, wanted_logs(*disk, folder, name));
  std::vector<VerifiedLedger> verified;
  for (const LogFolder& log : logs) {
    LL_ASSIGN(VerifiedLedger one, verify(*disk, log, output));
    verified.push_back(std::move(one));
  }
  return verified;
}

}  // namespace lotledger::cli
