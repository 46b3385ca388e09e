// cli/query.cc - one ledger at one position, under the filter of the call.
#include "cli/query.h"

#include "cli/errors.h"
#include "cli/kafka_freshness.h"
#include "projections/facts.h"

#include <algorithm>

namespace lotledger::cli {

Result<DataFolder> data_folder(const Call& call) {
  if (call.settings.data.empty()) {
    return fail_with_hint(ErrorCode::invalid_input, "no data folder is named",
                          "give --data DIR, or set LOTLEDGER_DATA");
  }
  return DataFolder(call.settings.data);
}

Result<LedgerInfo> ledger_of(const Call& call) {
  LL_ASSIGN(DataFolder folder, data_folder(call));
  return folder.ledger(call.settings.ledger);
}

Result<std::unique_ptr<Query>> Query::open(const Call& call) {
  LL_ASSIGN(DataFolder folder, data_folder(call));
  LL_ASSIGN(const LedgerInfo info, folder.ledger(call.settings.ledger));
  return open_ledgers(call, std::move(folder), {info});
}

Result<std::unique_ptr<Query>> Query::open_at(const Call& call, std::string_view position) {
  LL_ASSIGN(DataFolder folder, data_folder(call));
  LL_ASSIGN(auto ledgers, folder.ledgers());
  std::string name = call.settings.ledger;
  const std::size_t colon = position.rfind(':');
  if (name.empty() && ledgers.size() > 1 && colon != std::string_view::npos)
    name = std::string(position.substr(0, colon));
  LL_ASSIGN(const LedgerInfo info, folder.choose(std::move(ledgers), name));
  return open_ledgers(call, std::move(folder), {info});
}

Result<std::unique_ptr<Query>> Query::open_all(const Call& call) {
  LL_ASSIGN(DataFolder folder, data_folder(call));
  LL_ASSIGN(auto ledgers, folder.ledgers());
  if (ledgers.size() > 1 && call.settings.ledger.empty()) return open_ledgers(call, std::move(folder), ledgers);
  LL_ASSIGN(const LedgerInfo info, folder.choose(std::move(ledgers), call.settings.ledger));
  return open_ledgers(call, std::move(folder), {info});
}

Result<std::unique_ptr<Query>> Query::open_ledgers(const Call& call, DataFolder folder,
                                                   const std::vector<LedgerInfo>& ledgers) {
  std::unique_ptr<Query> query(new Query);
  query->keys_folder_ = folder.keys_folder();
  for (const LedgerInfo& info : ledgers) {
    LL_ASSIGN(auto session, ReadSession::open(info));
    query->sessions_.push_back(std::move(session));
    query->own_parties_.insert(query->own_parties_.end(), info.created.own_parties.begin(),
                               info.created.own_parties.end());
  }
  LL_TRY(query->read_filter(call));
  LL_TRY(query->open_readers());
  return query;
}

Result<void> Query::open_readers() {
  std::vector<engine::LogReader*> logs;
  std::vector<projections::CutLedger> ledgers;
  for (std::size_t at = 0; at < sessions_.size(); ++at) {
    LL_ASSIGN(projections::StoreReader * store, sessions_[at]->store("genealogy"));
    stores_.push_back(store);
    logs.push_back(&sessions_[at]->log());
    LL_ASSIGN(const projections::GraphView* graph, sessions_[at]->graph());
    ledgers.push_back({store, cut_[at].seq, graph});
  }
  records_ = std::make_unique<projections::RecordCache>(std::move(logs));
  shared_ = std::make_unique<projections::SharedEvents>(
      *records_, [this](LedgerIndex ledger, std::string_view event_id) { return fact_in(ledger, event_id); });
  reader_ = std::make_unique<projections::GenealogyReader>(ledgers, filter_, *shared_);
  containment_ = std::make_unique<projections::Containment>(*reader_);
  parties_ = std::make_unique<projections::Parties>(*reader_, *records_);
  movements_ = std::make_unique<projections::Movements>(*parties_, *records_, own_parties_,
                                                        filter_.as_of.value_or(Instant{INT64_MAX}));
  return {};
}

namespace {

Result<std::optional<Instant>> time_option(const Call& call, std::string_view name) {
  if (!call.has(name)) return std::optional<Instant>();
  const auto at = parse_instant(call.text(name));
  if (!at.has_value()) return fail(at.error().code, "--" + std::string(name) + ": " + at.error().message);
  return std::optional<Instant>(at->at);
}

/// The part of `--known-at SZ1:5,SZ2:9` that is for this ledger; the whole text where it is one position or time.
Result<std::string> known_at_of(const std::string& text, const std::string& ledger) {
  if (parse_instant(text).has_value()) return text;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::string_view part = rest.substr(0, rest.find(','));
    if (part.starts_with(ledger + ":")) return std::string(part);
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
  }
  return fail(ErrorCode::invalid_input, "--known-at '" + text + "' names no position of ledger " + ledger +
                                            "; give a time, or a position of each ledger: SZ1:5,SZ2:9");
}

}  // namespace

Result<void> Query::read_filter(const Call& call) {
  LL_ASSIGN(filter_.as_of, time_option(call, "as-of"));
  LL_ASSIGN(filter_.reported_at, time_option(call, "reported-at"));
  filter_.include_voided = call.has("include-voided");
  const bool several = sessions_.size() > 1;
  for (const auto& session : sessions_) {
    LedgerPosition at{session->info().name(), session->head().seq};
    if (call.has("known-at")) {
      std::string text = call.text("known-at");
      if (several) {
        LL_ASSIGN(text, known_at_of(text, at.ledger));
      }
      LL_ASSIGN(at.seq, session->resolve_position(text));
    }
    cut_.push_back(std::move(at));
  }
  if (!several) filter_.known_at = position();
  at_known_position_ = call.has("known-at");
  if (at_known_position_) call.out.note("known at " + cut_text(cut_));
  return {};
}

std::vector<std::string> Query::ledger_names() const {
  std::vector<std::string> names;
  for (const LedgerPosition& at : cut_) names.push_back(at.ledger);
  return names;
}

std::optional<Seq> Query::fact_in(LedgerIndex ledger, std::string_view event_id) {
  const auto store = sessions_[ledger]->store("facts");
  if (!store.has_value()) {
    if (facts_status_.has_value()) facts_status_ = std::unexpected(store.error());
    return std::nullopt;
  }
  const auto found = projections::fact_in(**store, event_id);
  if (facts_status_.has_value()) facts_status_ = (*store)->failure();
  return found && *found <= cut_[ledger].seq ? found : std::nullopt;
}

Result<std::vector<projections::Hit>> Query::find(std::string_view text) {
  std::vector<projections::CutLedger> ledgers;
  for (std::size_t at = 0; at < sessions_.size(); ++at) {
    LL_ASSIGN(const projections::StoreReader* store, sessions_[at]->store("search"));
    ledgers.push_back({store, cut_[at].seq, nullptr});
  }
  auto hits = projections::find_text(ledgers, text);
  for (const projections::CutLedger& ledger : ledgers) LL_TRY(ledger.store->failure());
  return hits;
}

projections::FactKnown Query::fact_known() {
  return [this](std::string_view event_id) {
    for (LedgerIndex ledger = 0; ledger < sessions_.size(); ++ledger) {
      if (fact_in(ledger, event_id)) return true;
    }
    return false;
  };
}

Result<Instant> Query::recorded_at() {
  std::optional<Instant> earliest;
  for (std::size_t at = 0; at < sessions_.size(); ++at) {
    LL_ASSIGN(const engine::StoredRecord record, sessions_[at]->log().at(cut_[at].seq));
    const Instant recorded = record.header().recorded_at;
    earliest = earliest ? std::min(*earliest, recorded) : recorded;
  }
  return *earliest;
}

Result<Instant> Query::now() {
  return filter_.as_of ? Result<Instant>(*filter_.as_of) : recorded_at();
}

projections::UnitState Query::state(const projections::Node& unit, projections::StateDetail detail) {
  return projections::state_of(*reader_, *containment_, unit, movements_->records(), detail);
}

std::string Query::name_of_party(const UnitKey& party, Language language) {
  const auto descriptions = reader_->descriptions(party);
  if (descriptions.empty()) return party.ref();
  const auto described = parties_->describe(party, descriptions.back().at);
  const std::string name = described ? name_in(described->names, language) : std::string();
  return name.empty() ? party.ref() : name;
}

std::vector<projections::Missing> Query::stale_ledgers() {
  std::vector<projections::Missing> stale;
  if (at_known_position_) return stale;
  for (const auto& session : sessions_) {
    auto missing = staleness(session->info(), session->head().seq, SystemClock().now());
    if (missing) stale.push_back(std::move(*missing));
  }
  return stale;
}

void Query::judge_ledgers(projections::Completeness& completeness) {
  const auto stale = stale_ledgers();
  completeness.missing.insert(completeness.missing.begin(), stale.begin(), stale.end());
}

Result<void> Query::check() {
  for (const projections::StoreReader* store : stores_) LL_TRY(store->failure());
  LL_TRY(facts_status_);
  return records_->status();
}

namespace {

bool latin(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

std::string name_in(const std::vector<LocalText>& names, Language language) {
  if (names.empty()) return {};
  const std::string_view wanted = language == Language::zh ? "zh" : "en";
  for (const auto& name : names) {
    if (name.language.starts_with(wanted)) return name.value;
  }
  const std::string other = language == Language::en ? latin_name(names) : std::string();
  return other.empty() ? names.front().value : other;
}

std::string latin_name(const std::vector<LocalText>& names) {
  if (names.empty() || latin(names.front().value)) return {};
  const auto at = std::ranges::find_if(names, [](const auto& name) { return latin(name.value); });
  return at == names.end() ? std::string() : at->value;
}

}  // namespace lotledger::cli
