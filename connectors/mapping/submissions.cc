// connectors/mapping/submissions.cc - records, one by one, to the rows that the mapping makes of them.
#include "connectors/mapping/submissions.h"

#include "connectors/mapping/evaluate.h"
#include "connectors/plain/export.h"
#include "connectors/plain/submissions.h"

#include <fmt/format.h>

#include <algorithm>

namespace lotledger::connectors::mapping {
namespace {

/// Records that no row took.
struct Count {
  std::size_t records = 0;
  std::string first;  ///< Where the first of them stands.
};

bool is_of(const std::vector<std::string>& models, const Record& record) {
  return std::ranges::find(models, record.model) != models.end();
}

class Reader final : public SubmissionReader {
 public:
  Reader(std::shared_ptr<const Mapping> mapping, std::unique_ptr<Records> records, SubmissionOrigin origin,
         const PersonalData& personal)
      : mapping_(std::move(mapping)),
        records_(std::move(records)),
        evaluator_(*records_, *mapping_),
        taker_(std::move(origin), personal) {}

  void prepare() { evaluator_.read_references(); }

  Result<bool> next(std::vector<MappedRow>& out) override {
    if (at_ == records_->size()) return false;
    const std::size_t index = at_++;
    LL_ASSIGN(const std::string text, records_->text(index));
    const Record& record = (*records_)[index];
    if (record.fault) {
      taker_.refuse(row_of(index, text), {mapping_->name, hash_line(), {}}, {*record.fault}, out);
      keep_beside_refused(records_->label(index), out.size() - 1, out);
      return true;
    }
    bool taken = false;
    for (const RowRule& rule : mapping_->rows) {
      if (!is_of(rule.from, record)) continue;
      LL_ASSIGN(const bool fits, apply(rule, index, text, out));
      taken = taken || fits;
    }
    if (!taken) leave_out(index);
    return true;
  }

  [[nodiscard]] std::vector<std::string> notes() const override {
    std::vector<std::string> notes;
    for (const auto& [what, count] : left_out_)
      notes.push_back(fmt::format("{} {}; the first {}", count.records, what, count.first));
    return notes;
  }

 private:
  [[nodiscard]] std::string hash_line() const { return "mapping=" + mapping_->hash; }

  [[nodiscard]] plain::Row row_of(std::size_t index, const std::string& text) const {
    const Record& record = (*records_)[index];
    plain::Row row;
    row.place = record.place;
    row.length = record.length;
    row.label = records_->label(index);
    row.text = text.substr(0, engine::k_rejected_raw_bytes_max);
    row.whole = row.text.size() == record.length;
    row.is_row = !record.fault;
    return row;
  }

  /// Appends the row that the rule makes of the record; false where the rule does not take it.
  Result<bool> apply(const RowRule& rule, std::size_t index, const std::string& text, std::vector<MappedRow>& out) {
    const auto fits = evaluator_.holds(index, rule.when);
    if (fits.has_value() && !*fits) return false;
    plain::Row row = row_of(index, text);
    if (!row.whole) {
      row.faults.push_back({FaultCode::limit,
                            {},
                            quoted(row.text),
                            fmt::format("is longer than {} bytes", engine::k_rejected_raw_bytes_max),
                            {}});
    } else if (fits.has_value()) {
      for (const ColumnValue& column : rule.columns) put(column, index, row);
    } else {
      row.faults.push_back(fits.error());
    }
    plain::RowSource source{fmt::format("{}.{}", mapping_->name, name_of(rule.kind)), context_of(rule.kind, row), {}};
    source.format.kind = rule.kind;
    const std::size_t first = out.size();
    if (row.faults.empty()) {
      LL_TRY(taker_.take(row, source, out));
    } else {
      taker_.refuse(row, source, row.faults, out);
    }
    keep_beside_refused(source.context, first, out);
    return true;
  }

  /// The words of a record alone may not say which unit the row would have been about: that stands in the record that
  /// it refers to, or stands in. An answer about that unit must still find the row.
  static void keep_beside_refused(const std::string& context, std::size_t first, std::vector<MappedRow>& out) {
    for (std::size_t i = first; i < out.size(); ++i) {
      if (!out[i].message.empty()) out[i].submission.body.source_context = context;
    }
  }

  void put(const ColumnValue& column, std::size_t index, plain::Row& row) {
    auto text = evaluator_.value(index, column.value);
    const std::string_view name = name_of(column.column);
    if (!text.has_value()) {
      Fault fault = text.error();
      fault.what = fmt::format("{}: {}", fault.field, fault.what);
      fault.field = name;
      row.faults.push_back(std::move(fault));
      return;
    }
    const auto line_ends = plain::spec_of(column.column).type == plain::ValueType::text ? plain::LineEnds::allowed
                                                                                        : plain::LineEnds::refused;
    const std::string_view value = plain::trimmed(*text);
    if (auto fault = plain::control_fault(name, value, line_ends)) row.faults.push_back(std::move(*fault));
    row.values.at(static_cast<std::size_t>(column.column)) = std::string(value);
  }

  /// The row beside the record's own words, and what made it of them.
  [[nodiscard]] std::string context_of(plain::Kind kind, const plain::Row& row) const {
    plain::ExportedRow made{kind, {}};
    for (const plain::Use& use : plain::columns_of(kind)) {
      if (!row[use.column].empty()) made.values.emplace_back(use.column, row[use.column]);
    }
    return mapped_context(made, mapping_->hash);
  }

  void leave_out(std::size_t index) {
    const Record& record = (*records_)[index];
    std::string what = fmt::format("records of {}: the mapping does not know them", record.model);
    if (record.known) what = fmt::format("records of {} that no row takes", record.model);
    for (const LeftOut& rule : mapping_->left_out) {
      if (!is_of(rule.from, record)) continue;
      const auto fits = evaluator_.holds(index, rule.when);
      if (!fits.has_value() || !*fits) continue;
      what = fmt::format("records of {} left out: {}", record.model, rule.because);
      break;
    }
    Count& count = left_out_[what];
    if (++count.records == 1) count.first = fmt::format("in line {} ({})", record.place.line, records_->label(index));
  }

  std::shared_ptr<const Mapping> mapping_;
  std::unique_ptr<Records> records_;
  Evaluator evaluator_;
  plain::RowTaker taker_;
  std::size_t at_ = 0;
  std::map<std::string, Count> left_out_;
};

}  // namespace

Result<std::unique_ptr<SubmissionReader>> open_submissions(std::unique_ptr<ByteSource> source,
                                                           std::shared_ptr<const Mapping> mapping,
                                                           SubmissionOrigin origin, const PersonalData& personal) {
  LL_ASSIGN(auto records, Records::over(std::move(source), origin.file, *mapping));
  auto reader = std::make_unique<Reader>(std::move(mapping), std::move(records), std::move(origin), personal);
  reader->prepare();
  return reader;
}

}  // namespace lotledger::connectors::mapping
