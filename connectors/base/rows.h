// connectors/base/rows.h - what every connector hands over: rows of a landed file as submissions to the ledger, refused
// ones among them. Explained in docs/areas/intake.md.
#pragma once

#include "connectors/base/fault.h"
#include "engine/submission.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace lotledger::connectors {

/// The file that submissions come from, and who hands it in.
struct SubmissionOrigin {
  engine::Actor actor;
  std::string file;  ///< Name as given.
  Digest file_hash;  ///< SHA-256 of its bytes: the name of the landed copy.
};

/// Where a row stands in its file.
struct RowPlace {
  std::uint64_t offset = 0;  ///< Of its first byte, from 0.
  std::uint64_t line = 1;    ///< Of its first byte, from 1.
};

/// Seals personal data and recognises it again; engine::KeyStore behind it.
struct PersonalData {
  std::function<Result<SealedField>(std::string_view subject, std::string_view text)> seal;
  std::function<Result<Digest>(std::string_view subject, std::string_view text)> fingerprint;
};

/// A submission, with what people are told when it ends in the dead-letter queue (empty for one that was read).
struct MappedRow {
  engine::Submission submission;
  std::string message;
};

/// Reads one file of a source from its beginning to its end. Not for use by two threads at once.
class SubmissionReader {
 public:
  SubmissionReader() = default;
  SubmissionReader(const SubmissionReader&) = delete;
  SubmissionReader& operator=(const SubmissionReader&) = delete;
  virtual ~SubmissionReader() = default;
  /// Appends what the next row or event becomes; false at the end of the file. io when it can no longer be read.
  [[nodiscard]] virtual Result<bool> next(std::vector<MappedRow>& rows) = 0;
  /// What people should know of the file beside its faults, once it was read to its end: what was left out and why.
  [[nodiscard]] virtual std::vector<std::string> notes() const { return {}; }
};

/// Whether `text` is a day of the calendar, YYYY-MM-DD; day 00 stands for the end of its month (GS1 General
/// Specifications, AI 17).
[[nodiscard]] bool is_date(const std::string& text);

/// An event that says only what its body says.
[[nodiscard]] engine::Event plain_event(engine::AreaEvent body);
/// A submission without events. `system`: registered name of the source (`epcis`).
[[nodiscard]] engine::Submission submission_at(std::string_view system, const SubmissionOrigin& origin,
                                               const RowPlace& place);
/// The words of faults, for a record.
[[nodiscard]] std::vector<engine::Fault> faults_of(const std::vector<Fault>& faults);
/// A refused row; of `raw` only the beginning is kept. `raw_bytes` is the length of the whole.
[[nodiscard]] engine::RowRejected refused_row(std::string_view raw, std::uint64_t raw_bytes,
                                              const std::vector<Fault>& faults);
/// Makes `submission` a row of the dead-letter queue. `identity` is what makes it this row and no other.
void become_rejected(engine::Submission& submission, engine::RowRejected row, std::string_view identity,
                     std::string id);

/// The description of a party whose personal fields are not sealed yet.
struct PartyDescription {
  engine::PartyRecorded party;
  std::string email, recall_contact;
  std::string canonical;  ///< Everything else that it says: what makes two descriptions the same.
  ZonedInstant since;     ///< When it begins to hold.
};
/// Makes `submission` that description; `id` is the party as written. io when a key cannot be made.
[[nodiscard]] Result<void> become_party(engine::Submission& submission, PartyDescription description, std::string id,
                                        const PersonalData& personal);
/// Makes `submission` the statement of master data that `canonical` is, from `since` on.
void become_master_data(engine::Submission& submission, engine::AreaEvent event, std::string_view canonical,
                        ZonedInstant since);

}  // namespace lotledger::connectors
