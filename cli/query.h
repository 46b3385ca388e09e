// cli/query.h - what commands that read stand on: one ledger at one position, or the ledgers of all sites at a cut,
// under the filter of the call.
#pragma once

#include "cli/command.h"
#include "cli/ledger.h"
#include "cli/position.h"
#include "projections/completeness.h"
#include "projections/containment.h"
#include "projections/genealogy_reader.h"
#include "projections/movements.h"
#include "projections/record_cache.h"
#include "projections/search.h"

#include <memory>
#include <string>
#include <vector>

namespace lotledger::cli {

/// The data folder of the call. invalid_input when none is named.
[[nodiscard]] Result<DataFolder> data_folder(const Call& call);
/// The ledger of the call.
[[nodiscard]] Result<LedgerInfo> ledger_of(const Call& call);

class Query {
 public:
  /// Opens the ledger of the call and reads its time options. not_found, invalid_input, or what opening says.
  [[nodiscard]] static Result<std::unique_ptr<Query>> open(const Call& call);
  /// The same for commands about a record: `position` may name the ledger where --ledger does not.
  [[nodiscard]] static Result<std::unique_ptr<Query>> open_at(const Call& call, std::string_view position);
  /// The same for questions that do not end at a site: every ledger of the data folder, or the one that --ledger names.
  [[nodiscard]] static Result<std::unique_ptr<Query>> open_all(const Call& call);

  /// Ledgers by LedgerIndex, in the order of their names.
  [[nodiscard]] const std::vector<std::unique_ptr<ReadSession>>& sessions() { return sessions_; }
  /// The only one; of a query by open().
  [[nodiscard]] ReadSession& session() { return *sessions_.front(); }
  [[nodiscard]] const std::string& ledger() const { return cut_.front().ledger; }
  /// Position at which the answer of the only ledger is taken: --known-at, else its end.
  [[nodiscard]] Seq position() const { return cut_.front().seq; }
  /// The same of all of them.
  [[nodiscard]] const Cut& cut() const { return cut_; }
  [[nodiscard]] std::vector<std::string> ledger_names() const;
  /// Parties whose stock is under own control, of any of the ledgers.
  [[nodiscard]] const std::vector<UnitKey>& own_parties() const { return own_parties_; }
  /// Where keys of personal data lie.
  [[nodiscard]] const std::string& keys_folder() const { return keys_folder_; }
  /// known_at is that of the only ledger.
  [[nodiscard]] const projections::TimeFilter& filter() const { return filter_; }
  [[nodiscard]] std::string text(EventPosition at) const { return position_text(cut_, at); }
  [[nodiscard]] const projections::GenealogyReader& reader() const { return *reader_; }
  [[nodiscard]] projections::Containment& containment() { return *containment_; }
  [[nodiscard]] projections::RecordCache& records() { return *records_; }
  [[nodiscard]] projections::Parties& parties() { return *parties_; }
  [[nodiscard]] projections::Movements& movements() { return *movements_; }
  [[nodiscard]] projections::SharedEvents& shared() { return *shared_; }
  /// What projections::find_text() finds in all of the ledgers.
  [[nodiscard]] Result<std::vector<projections::Hit>> find(std::string_view text);
  /// Whether a fact with this source event id was known in any of the ledgers.
  [[nodiscard]] projections::FactKnown fact_known();
  /// Ledgers that may have gone on elsewhere without this node (cli/kafka_freshness.h); none where --known-at says how
  /// far the answer is to go.
  [[nodiscard]] std::vector<projections::Missing> stale_ledgers();
  /// Puts them before what else an answer is missing.
  void judge_ledgers(projections::Completeness& completeness);
  /// When the record at position() was recorded; of several ledgers the earliest.
  [[nodiscard]] Result<Instant> recorded_at();
  /// The time that the answer is about: --as-of, else recorded_at().
  [[nodiscard]] Result<Instant> now();
  /// State of a unit under the filter.
  [[nodiscard]] projections::UnitState state(const projections::Node& unit,
                                             projections::StateDetail detail = projections::StateDetail::all);
  /// A party's or location's name as last described, in the language of `output` where there is one; else its ref.
  [[nodiscard]] std::string name_of_party(const UnitKey& party, Language language);

  /// The first failure of any read so far. An answer made after one must not be shown.
  [[nodiscard]] Result<void> check();

 private:
  Query() = default;
  [[nodiscard]] static Result<std::unique_ptr<Query>> open_ledgers(const Call& call, DataFolder folder,
                                                                   const std::vector<LedgerInfo>& ledgers);
  [[nodiscard]] Result<void> read_filter(const Call& call);
  [[nodiscard]] Result<void> open_readers();
  [[nodiscard]] std::optional<Seq> fact_in(LedgerIndex ledger, std::string_view event_id);

  std::vector<std::unique_ptr<ReadSession>> sessions_;
  std::string keys_folder_;
  std::vector<UnitKey> own_parties_;
  projections::TimeFilter filter_;
  Cut cut_;
  std::vector<projections::StoreReader*> stores_;
  std::unique_ptr<projections::RecordCache> records_;
  std::unique_ptr<projections::SharedEvents> shared_;
  std::unique_ptr<projections::GenealogyReader> reader_;
  std::unique_ptr<projections::Containment> containment_;
  std::unique_ptr<projections::Parties> parties_;
  std::unique_ptr<projections::Movements> movements_;
  Result<void> facts_status_;
  bool at_known_position_ = false;
};

/// The name for people of a described party or item: in that language, else Latin, else the first. Empty when it has
/// none.
[[nodiscard]] std::string name_in(const std::vector<LocalText>& names, Language language);
/// A name in Latin letters where it differs from the first one; empty otherwise.
[[nodiscard]] std::string latin_name(const std::vector<LocalText>& names);

}  // namespace lotledger::cli
