// connectors/base/rows.cc - submissions as every connector makes them.
#include "connectors/base/rows.h"

#include <utility>

namespace lotledger::connectors {

using engine::Submission;

bool is_date(const std::string& text) {
  const bool end_of_month = text.size() == std::string_view("YYYY-MM-DD").size() && text.ends_with("-00");
  return parse_instant((end_of_month ? text.substr(0, text.size() - 2) + "01" : text) + "T00:00:00Z").has_value();
}

engine::Event plain_event(engine::AreaEvent body) {
  engine::Event event;
  event.body = std::move(body);
  return event;
}

Submission submission_at(std::string_view system, const SubmissionOrigin& origin, const RowPlace& place) {
  Submission submission;
  engine::Body& body = submission.body;
  body.actor = origin.actor;
  body.source.system = std::string(system);
  body.source.file = origin.file;
  body.source.file_hash = origin.file_hash;
  body.source.offset = place.offset;
  body.source.line = place.line;
  return submission;
}

std::vector<engine::Fault> faults_of(const std::vector<Fault>& faults) {
  std::vector<engine::Fault> out;
  out.reserve(faults.size());
  for (const Fault& fault : faults) out.push_back({fault.field, fault.value, fault.what, fault.hint});
  return out;
}

engine::RowRejected refused_row(std::string_view raw, std::uint64_t raw_bytes, const std::vector<Fault>& faults) {
  engine::RowRejected row;
  row.raw = std::string(raw.substr(0, engine::k_rejected_raw_bytes_max));
  row.raw_bytes = raw_bytes;
  row.faults = faults_of(faults);
  return row;
}

void become_rejected(Submission& submission, engine::RowRejected row, std::string_view identity, std::string id) {
  submission.dedup = engine::DedupKind::row;
  submission.body.source.message_id = std::move(id);
  submission.body.content = sha256(identity);
  submission.body.events.push_back(plain_event(engine::IntakeEvent{std::move(row)}));
}

Result<void> become_party(Submission& submission, PartyDescription description, std::string id,
                          const PersonalData& personal) {
  const std::string subject = description.party.key.bytes();
  const auto seal = [&](const std::string& text, std::optional<SealedField>& field) -> Result<void> {
    if (text.empty()) return {};
    LL_ASSIGN(field, personal.seal(subject, text));
    LL_ASSIGN(const Digest fingerprint, personal.fingerprint(subject, text));
    description.canonical += fingerprint.hex();
    return {};
  };
  LL_TRY(seal(description.email, description.party.email));
  LL_TRY(seal(description.recall_contact, description.party.recall_contact));
  submission.body.source.message_id = std::move(id);
  become_master_data(submission, engine::PartyEvent{std::move(description.party)}, description.canonical,
                     description.since);
  return {};
}

void become_master_data(Submission& submission, engine::AreaEvent event, std::string_view canonical,
                        ZonedInstant since) {
  submission.dedup = engine::DedupKind::master;
  // The time belongs to it: a description that returns after another one held in between is a statement of its own.
  submission.body.content = sha256(sha256(canonical).hex() + format_utc(since.at));
  submission.body.events.push_back(plain_event(std::move(event)));
  submission.body.events.front().occurred = since;
}

}  // namespace lotledger::connectors
