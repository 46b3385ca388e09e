// cli/ledger.h - the data folder and its ledgers, opened for reading. Writing: cli/submitter.h.
#pragma once

#include "engine/log/local_log.h"
#include "engine/system.h"
#include "projections/genealogy.h"
#include "projections/graph_refresh.h"
#include "projections/recall_scope.h"
#include "projections/runner.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lotledger::cli {

/// A ledger as its record 0 describes it.
struct LedgerInfo {
  LedgerId id;
  std::string folder;  ///< DIR/ledgers/<uuid>
  engine::LedgerCreated created;
  [[nodiscard]] const std::string& name() const { return created.name; }
  [[nodiscard]] std::string stores_folder() const { return folder + "/store"; }
  [[nodiscard]] std::string log_folder() const { return folder + "/log"; }
  [[nodiscard]] std::string socket_path() const { return folder + "/writer.sock"; }
};

/// What record 0 says. corrupt when it does not create a ledger.
[[nodiscard]] Result<engine::LedgerCreated> creation_in(const engine::StoredRecord& first);

/// Name of a ledger whose log cannot be read, from the copy in its folder; empty when that is missing too.
[[nodiscard]] std::string name_in_folder(engine::Disk& disk, const std::string& folder);

/// Whether the folder of a ledger is what a creation left that a crash or a full disk ended: it has no name yet, and no
/// record.
[[nodiscard]] Result<bool> is_unfinished_ledger(engine::Disk& disk, const std::string& folder);

/// DIR of `--data` or LOTLEDGER_DATA.
class DataFolder {
 public:
  /// `path` need not exist yet.
  explicit DataFolder(std::string path) : path_(std::move(path)) {}

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string landed_folder() const { return path_ + "/landed"; }
  [[nodiscard]] std::string keys_folder() const { return path_ + "/keys"; }

  /// Makes a ledger: folders, log, record 0. conflict when one of that name exists; invalid_input for a bad name.
  [[nodiscard]] Result<LedgerInfo> create_ledger(const engine::LedgerCreated& created);
  /// Makes the folders of a ledger that exists elsewhere, with its record 0; the others are for the caller to land.
  /// conflict when it is here already, or another one of its name.
  [[nodiscard]] Result<LedgerInfo> adopt_ledger(const engine::StoredRecord& first);
  /// All ledgers, by name. Empty when the folder holds none or does not exist; what a creation left that never came to
  /// an end is none. corrupt names the file where one cannot be opened.
  [[nodiscard]] Result<std::vector<LedgerInfo>> ledgers();
  /// The ledger of that name, or the only one when `name` is empty. not_found names what exists; invalid_input when the
  /// name is needed because there are several.
  [[nodiscard]] Result<LedgerInfo> ledger(const std::string& name);
  /// The same among `found`, which ledgers() gave.
  [[nodiscard]] Result<LedgerInfo> choose(std::vector<LedgerInfo> found, const std::string& name) const;

 private:
  /// conflict when a ledger of this name, or one of another environment, is here.
  [[nodiscard]] Result<void> check_new(const engine::LedgerCreated& created);
  [[nodiscard]] Result<LedgerInfo> make_ledger(const engine::StoredRecord& first, const engine::LedgerCreated& created);

  std::string path_;
};

/// A ledger opened for reading beside any writer: the log at one durable position, and projections folded to exactly
/// it.
class ReadSession {
 public:
  [[nodiscard]] static Result<std::unique_ptr<ReadSession>> open(const LedgerInfo& info);

  [[nodiscard]] const LedgerInfo& info() const { return info_; }
  [[nodiscard]] engine::LogReader& log() { return *log_; }
  /// Position at which every answer of this session is taken.
  [[nodiscard]] Head head() const { return log_->durable(); }
  /// The store of a projection at head(), opened on first use.
  [[nodiscard]] Result<projections::StoreReader*> store(std::string_view projection);
  /// The adjacency snapshot that goes with the genealogy store at head(); nullptr where there is none.
  [[nodiscard]] Result<const projections::GraphView*> graph();
  /// Resolves what people and sources write: `--known-at` takes N, LEDGER:N or a time, which becomes the last position
  /// recorded by then. invalid_input otherwise; not_found beyond head().
  [[nodiscard]] Result<Seq> resolve_position(const std::string& text);

 private:
  ReadSession(LedgerInfo info, std::unique_ptr<engine::Disk> disk, std::unique_ptr<engine::LogReader> log);

  LedgerInfo info_;
  std::unique_ptr<engine::Disk> disk_;
  std::unique_ptr<engine::LogReader> log_;
  std::vector<projections::Folded> folded_;
  std::unique_ptr<projections::GraphView> graph_;
  bool graph_opened_ = false;
};

}  // namespace lotledger::cli
