// connectors/plain/submissions.cc - rows to submissions.
#include "connectors/plain/submissions.h"

#include "connectors/plain/mapping.h"

#include <fmt/format.h>
#include <map>

namespace lotledger::connectors::plain {
namespace {

using engine::Submission;

class Reader final : public SubmissionReader {
 public:
  Reader(std::unique_ptr<RowReader> rows, SubmissionOrigin origin, const PersonalData& personal)
      : rows_(std::move(rows)), origin_(std::move(origin)), personal_(personal) {}

  Result<bool> next(std::vector<MappedRow>& out) override {
    LL_ASSIGN(const std::optional<Row> row, rows_->next());
    if (!row) return false;
    const Kind kind = format().kind;
    if (kind == Kind::parties || kind == Kind::locations) {
      LL_TRY(take_party(*row, out));
    } else if (is_master_data(kind)) {
      take_description(*row, out);
    } else {
      take_fact(*row, out);
    }
    return true;
  }

 private:
  [[nodiscard]] const PlainFormat& format() const { return rows_->format(); }

  void take_fact(const Row& row, std::vector<MappedRow>& out) {
    auto fact = map_row(row, format());
    if (!fact.has_value()) return refuse(row, fact.error(), out);
    Submission submission = submission_at(system_of(format().kind), origin_, row.place);
    engine::Body& body = submission.body;
    body.content = sha256(system_of(format().kind) + "\n" + fact->canonical);
    body.source.message_id = fact->id.empty() ? fmt::format("{}:{}", system_of(format().kind), numbered(body.content))
                                              : fmt::format("{}:{}", system_of(format().kind), fact->id);
    body.reported_at = fact->reported_at;
    body.source_text = row.text;
    body.source_context = context();
    body.reason.text = std::move(fact->reason);
    body.events = std::move(fact->events);
    out.push_back({std::move(submission), {}});
  }

  void take_description(const Row& row, std::vector<MappedRow>& out) {
    auto description = map_description(row, format());
    if (!description.has_value()) return refuse(row, description.error(), out);
    Submission submission = submission_at(system_of(format().kind), origin_, row.place);
    submission.body.source.message_id = std::move(description->subject);
    become_master_data(submission, std::move(description->event), description->canonical, description->since);
    out.push_back({std::move(submission), {}});
  }

  Result<void> take_party(const Row& row, std::vector<MappedRow>& out) {
    auto description = map_party(row, format());
    if (!description.has_value()) {
      refuse(row, description.error(), out);
      return {};
    }
    Submission submission = submission_at(system_of(format().kind), origin_, row.place);
    std::string id = description->party.key.ref();
    LL_TRY(become_party(submission, std::move(*description), std::move(id), personal_));
    out.push_back({std::move(submission), {}});
    return {};
  }

  void refuse(const Row& row, const std::vector<Fault>& faults, std::vector<MappedRow>& out) {
    Submission submission = submission_at(system_of(format().kind), origin_, row.place);
    const std::uint64_t bytes = row.whole ? row.text.size() : row.length;
    // The same bytes under another header are another row; of what is not whole, the place makes it this row.
    std::string identity = system_of(format().kind) + "\n" + context() + row.text;
    if (!row.whole) identity += fmt::format("{}:{}", origin_.file_hash.hex(), row.place.offset);
    engine::RowRejected rejected = refused_row(row.text, bytes, faults);
    if (utf8_fault(row.text)) rejected.kind = engine::RejectKind::unreadable;
    identity += numbered(sha256(identity));
    become_rejected(submission, std::move(rejected), identity, row[Column::id]);
    std::string message;
    for (const Fault& fault : faults) message += (message.empty() ? "" : "\n") + describe(origin_.file, row, fault);
    out.push_back({std::move(submission), std::move(message)});
  }

  /// `DIGEST#N`: the N-th row of this file with this digest.
  std::string numbered(const Digest& digest) { return fmt::format("{}#{}", digest.hex(), ++seen_[digest]); }

  /// What is needed beside a row's own words to read it again.
  [[nodiscard]] std::string context() const {
    std::string text = format().decimal_comma ? "decimal-comma\n" : "";
    if (format().offset_minutes) text += "timezone=" + format_offset(*format().offset_minutes) + "\n";
    if (!rows_->header().empty()) text += fmt::format("delimiter={}\nheader={}\n", format().delimiter, rows_->header());
    return text;
  }

  std::unique_ptr<RowReader> rows_;
  SubmissionOrigin origin_;
  const PersonalData& personal_;
  std::map<Digest, std::uint64_t> seen_;
};

}  // namespace

Result<std::unique_ptr<SubmissionReader>> open_submissions(std::unique_ptr<ByteSource> source, PlainFormat format,
                                                           SubmissionOrigin origin, const PersonalData& personal) {
  LL_ASSIGN(auto rows, RowReader::over(std::move(source), origin.file, format));
  return std::make_unique<Reader>(std::move(rows), std::move(origin), personal);
}

}  // namespace lotledger::connectors::plain
