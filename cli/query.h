// cli/query.h - what commands that read stand on: one ledger at one position, under the filter of the call.
#pragma once

#include "cli/command.h"
#include "cli/ledger.h"
#include "cli/position.h"
#include "projections/containment.h"
#include "projections/genealogy.h"
#include "projections/movements.h"
#include "projections/record_cache.h"

#include <memory>
#include <string>

namespace lotledger::cli {

/// The data folder of the call. invalid_input when none is named.
[[nodiscard]] Result<DataFolder> data_folder(const Call& call);
/// The ledger of the call.
[[nodiscard]] Result<LedgerInfo> ledger_of(const Call& call);

class Query {
 public:
  /// Opens the ledger of the call and reads its time options. not_found, invalid_input, or what opening says.
  [[nodiscard]] static Result<std::unique_ptr<Query>> open(const Call& call);

  [[nodiscard]] ReadSession& session() { return *session_; }
  /// Where keys of personal data lie.
  [[nodiscard]] const std::string& keys_folder() const { return keys_folder_; }
  [[nodiscard]] const std::string& ledger() const { return session_->info().name(); }
  [[nodiscard]] const projections::TimeFilter& filter() const { return filter_; }
  /// Position at which the answer is taken: --known-at, else the end of the ledger.
  [[nodiscard]] Seq position() const { return filter_.known_at == k_no_seq ? session_->head().seq : filter_.known_at; }
  [[nodiscard]] std::string text(EventPosition at) const { return position_text(ledger(), at); }
  [[nodiscard]] const projections::GenealogyReader& reader() const { return *reader_; }
  [[nodiscard]] projections::Containment& containment() { return *containment_; }
  [[nodiscard]] projections::RecordCache& records() { return *records_; }
  [[nodiscard]] projections::Parties& parties() { return *parties_; }
  /// When the record at position() was recorded.
  [[nodiscard]] Result<Instant> recorded_at();
  [[nodiscard]] projections::Movements& movements() { return *movements_; }
  /// State of a unit under the filter.
  [[nodiscard]] projections::UnitState state(const projections::Node& unit);
  /// A party's or location's name as last described, in the language of `output` where there is one; else its ref.
  [[nodiscard]] std::string name_of_party(const UnitKey& party, Language language);

  /// The first failure of any read so far. An answer made after one must not be shown.
  [[nodiscard]] Result<void> check();

 private:
  explicit Query(std::unique_ptr<ReadSession> session) : session_(std::move(session)) {}
  [[nodiscard]] Result<void> read_filter(const Call& call);

  std::unique_ptr<ReadSession> session_;
  std::string keys_folder_;
  projections::TimeFilter filter_;
  projections::StoreReader* store_ = nullptr;
  std::unique_ptr<projections::GenealogyReader> reader_;
  std::unique_ptr<projections::Containment> containment_;
  std::unique_ptr<projections::RecordCache> records_;
  std::unique_ptr<projections::Parties> parties_;
  std::unique_ptr<projections::Movements> movements_;
};

/// The name for people of a described party: in that language, else Latin, else the first. Empty when it has none.
[[nodiscard]] std::string party_name(const engine::PartyRecorded& party, Language language);
/// A name in Latin letters where it differs from the first one; empty otherwise.
[[nodiscard]] std::string latin_name(const engine::PartyRecorded& party);

}  // namespace lotledger::cli
