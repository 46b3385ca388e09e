// cli/audit_verify.cc - verifies logs of a data folder.
#include "cli/audit_verify.h"

#include "cli/errors.h"
#include "engine/codec/codec.h"

#include <fmt/format.h>

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

/// What the chain does not see: whether each body is what its schema says.
Result<void> verify_bodies(engine::Disk& disk, const std::string& folder, VerifiedLedger& ledger,
                           ProgressLine& progress) {
  LL_ASSIGN(const auto log, engine::open_local_reader(disk, folder));
  return log->read(0, log->durable().seq, [&](const engine::StoredRecord& record) {
    progress.at(record.seq());
    if (record.header().schema_version > engine::k_schema_version) {
      ++ledger.unreadable;
      return true;
    }
    const auto body = engine::verify_body(record.body());
    if (!body.has_value()) {
      ledger.damage = Damage{record.seq(), {}, 0, body.error().message};
      return false;
    }
    if (!engine::all_events_known(**body)) ++ledger.unreadable;
    return true;
  });
}

Result<VerifiedLedger> verify(engine::Disk& disk, const LogFolder& log, const Output& output) {
  const auto found = engine::verify_local_log(disk, log.folder);
  if (!found.has_value() && found.error().code == ErrorCode::not_found) {
    // A ledger's folder without its log: as damaged as can be.
    VerifiedLedger ledger;
    ledger.name = log.name;
    ledger.damage = Damage{0, log.folder, 0, found.error().message};
    return ledger;
  }
  if (!found.has_value()) return std::unexpected(found.error());
  VerifiedLedger ledger{log.name, found->records, found->segments, found->last.seq, found->torn_bytes, 0, std::nullopt};
  if (const auto& bad = found->first_bad) {
    ledger.damage = Damage{bad->seq, bad->file, bad->offset, bad->why};
    return ledger;
  }
  ProgressLine progress(output, "audit verify " + log.name, found->records);
  LL_TRY(verify_bodies(disk, log.folder, ledger, progress));
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
