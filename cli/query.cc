// cli/query.cc - one ledger at one position, under the filter of the call.
#include "cli/query.h"

#include "cli/errors.h"

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
  LL_ASSIGN(auto session, ReadSession::open(info));
  std::unique_ptr<Query> query(new Query(std::move(session)));
  query->keys_folder_ = folder.keys_folder();
  LL_TRY(query->read_filter(call));
  LL_ASSIGN(query->store_, query->session_->store("genealogy"));
  query->reader_ = std::make_unique<projections::GenealogyReader>(*query->store_, query->filter_);
  query->containment_ = std::make_unique<projections::Containment>(*query->reader_);
  query->records_ = std::make_unique<projections::RecordCache>(query->session_->log());
  query->parties_ = std::make_unique<projections::Parties>(*query->reader_, *query->records_);
  query->movements_ = std::make_unique<projections::Movements>(*query->parties_, *query->records_,
                                                               query->session_->info().created.own_parties);
  return query;
}

namespace {

Result<std::optional<Instant>> time_option(const Call& call, std::string_view name) {
  if (!call.has(name)) return std::optional<Instant>();
  const auto at = parse_instant(call.text(name));
  if (!at.has_value()) return fail(at.error().code, "--" + std::string(name) + ": " + at.error().message);
  return std::optional<Instant>(at->at);
}

}  // namespace

Result<void> Query::read_filter(const Call& call) {
  LL_ASSIGN(filter_.as_of, time_option(call, "as-of"));
  LL_ASSIGN(filter_.reported_at, time_option(call, "reported-at"));
  filter_.include_voided = call.has("include-voided");
  if (call.has("known-at")) {
    LL_ASSIGN(filter_.known_at, session_->resolve_position(call.text("known-at")));
    call.out.note("known at " + position_text(ledger(), filter_.known_at));
  }
  return {};
}

Result<Instant> Query::recorded_at() {
  LL_ASSIGN(const engine::StoredRecord record, session_->log().at(position()));
  return record.header().recorded_at;
}

projections::UnitState Query::state(const projections::Node& unit) {
  return projections::state_of(*reader_, *containment_, unit, movements_->records());
}

std::string Query::name_of_party(const UnitKey& party, Language language) {
  const auto descriptions = reader_->descriptions(party);
  if (descriptions.empty()) return party.ref();
  const auto described = parties_->describe(party, descriptions.back().at);
  const std::string name = described ? party_name(*described, language) : std::string();
  return name.empty() ? party.ref() : name;
}

Result<void> Query::check() {
  LL_TRY(store_->failure());
  return records_->status();
}

namespace {

bool latin(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

std::string party_name(const engine::PartyRecorded& party, Language language) {
  if (party.names.empty()) return {};
  const std::string_view wanted = language == Language::zh ? "zh" : "en";
  for (const auto& name : party.names) {
    if (name.language.starts_with(wanted)) return name.value;
  }
  const std::string other = language == Language::en ? latin_name(party) : std::string();
  return other.empty() ? party.names.front().value : other;
}

std::string latin_name(const engine::PartyRecorded& party) {
  if (party.names.empty() || latin(party.names.front().value)) return {};
  const auto at = std::ranges::find_if(party.names, [](const auto& name) { return latin(name.value); });
  return at == party.names.end() ? std::string() : at->value;
}

}  // namespace lotledger::cli
