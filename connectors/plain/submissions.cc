// connectors/plain/submissions.cc - rows to submissions.
#include "connectors/plain/submissions.h"

#include "connectors/plain/mapping.h"

#include <fmt/format.h>

namespace lotledger::connectors::plain {
namespace {

using engine::Submission;

/// What is needed beside the words of a row of a file to read it again.
std::string context_of(const RowReader& rows) {
  const PlainFormat& format = rows.format();
  std::string text = format.decimal_comma ? "decimal-comma\n" : "";
  if (format.offset_minutes) text += "timezone=" + format_offset(*format.offset_minutes) + "\n";
  if (!rows.header().empty()) text += fmt::format("delimiter={}\nheader={}\n", format.delimiter, rows.header());
  return text;
}

class Reader final : public SubmissionReader {
 public:
  Reader(std::unique_ptr<RowReader> rows, SubmissionOrigin origin, const PersonalData& personal)
      : rows_(std::move(rows)),
        taker_(std::move(origin), personal),
        source_{system_of(rows_->format().kind), context_of(*rows_), rows_->format()} {}

  Result<bool> next(std::vector<MappedRow>& out) override {
    LL_ASSIGN(const bool more, rows_->next(row_));
    if (!more) return false;
    LL_TRY(taker_.take(row_, source_, out));
    return true;
  }

 private:
  std::unique_ptr<RowReader> rows_;
  RowTaker taker_;
  RowSource source_;
  Row row_;
};

}  // namespace

RowTaker::RowTaker(SubmissionOrigin origin, const PersonalData& personal)
    : origin_(std::move(origin)), personal_(personal) {}

Result<void> RowTaker::take(const Row& row, const RowSource& source, std::vector<MappedRow>& out) {
  const Kind kind = source.format.kind;
  if (kind == Kind::parties || kind == Kind::locations) return take_party(row, source, out);
  if (is_master_data(kind)) {
    take_description(row, source, out);
  } else {
    take_fact(row, source, out);
  }
  return {};
}

void RowTaker::take_fact(const Row& row, const RowSource& source, std::vector<MappedRow>& out) {
  auto fact = map_row(row, source.format, &places_);
  if (!fact.has_value()) return refuse(row, source, fact.error(), out);
  // Made where it will stand: a submission is large to move.
  Submission& submission = out.emplace_back().submission;
  submission = submission_at(source.system, origin_, row.place);
  engine::Body& body = submission.body;
  body.content = sha256(source.system + "\n" + fact->canonical);
  body.source.message_id = source.system + ":";
  body.source.message_id += fact->id.empty() ? numbered(body.content) : fact->id;
  body.reported_at = fact->reported_at;
  body.source_text = row.text;
  body.source_context = source.context;
  body.reason.text = std::move(fact->reason);
  body.events = std::move(fact->events);
}

void RowTaker::take_description(const Row& row, const RowSource& source, std::vector<MappedRow>& out) {
  auto description = map_description(row, source.format);
  if (!description.has_value()) return refuse(row, source, description.error(), out);
  Submission submission = submission_at(source.system, origin_, row.place);
  submission.body.source.message_id = std::move(description->subject);
  become_master_data(submission, std::move(description->event), description->canonical, description->since);
  out.push_back({std::move(submission), {}});
}

Result<void> RowTaker::take_party(const Row& row, const RowSource& source, std::vector<MappedRow>& out) {
  auto description = map_party(row, source.format);
  if (!description.has_value()) {
    refuse(row, source, description.error(), out);
    return {};
  }
  Submission submission = submission_at(source.system, origin_, row.place);
  std::string id = description->party.key.ref();
  LL_TRY(become_party(submission, std::move(*description), std::move(id), personal_));
  out.push_back({std::move(submission), {}});
  return {};
}

void RowTaker::refuse(const Row& row, const RowSource& source, const std::vector<Fault>& faults,
                      std::vector<MappedRow>& out) {
  Submission submission = submission_at(source.system, origin_, row.place);
  const std::uint64_t bytes = row.whole ? row.text.size() : row.length;
  // The same bytes under another header are another row; of what is not whole, the place makes it this row.
  std::string identity = source.system + "\n" + source.context + row.text;
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
std::string RowTaker::numbered(const Digest& digest) {
  return fmt::format("{}#{}", digest.hex(), ++seen_[digest]);
}

Result<std::unique_ptr<SubmissionReader>> open_submissions(std::unique_ptr<ByteSource> source, PlainFormat format,
                                                           SubmissionOrigin origin, const PersonalData& personal) {
  LL_ASSIGN(auto rows, RowReader::over(std::move(source), origin.file, format));
  return std::make_unique<Reader>(std::move(rows), std::move(origin), personal);
}

}  // namespace lotledger::connectors::plain
