// connectors/plain/submissions.h - a file of the plain format as submissions: read, checked, mapped.
#pragma once

#include "connectors/base/rows.h"
#include "connectors/plain/row_reader.h"
#include "connectors/plain/values.h"

#include <map>
#include <memory>

namespace lotledger::connectors::plain {

/// Where rows come from, as their records say it.
struct RowSource {
  std::string system;   ///< Registered name of the source: `plain.receipts`.
  std::string context;  ///< What is needed beside a row's own words to read it again.
  PlainFormat format;
};

/// Rows of one file, wherever they were made from, to submissions. Not for use by two threads at once.
class RowTaker {
 public:
  /// `personal` must outlive this.
  RowTaker(SubmissionOrigin origin, const PersonalData& personal);

  /// Appends what the row becomes: what it tells, or a row of the dead-letter queue with all its faults. io when a key
  /// cannot be made.
  [[nodiscard]] Result<void> take(const Row& row, const RowSource& source, std::vector<MappedRow>& out);
  /// Appends the row as refused for `faults`.
  void refuse(const Row& row, const RowSource& source, const std::vector<Fault>& faults, std::vector<MappedRow>& out);

 private:
  void take_fact(const Row& row, const RowSource& source, std::vector<MappedRow>& out);
  void take_description(const Row& row, const RowSource& source, std::vector<MappedRow>& out);
  [[nodiscard]] Result<void> take_party(const Row& row, const RowSource& source, std::vector<MappedRow>& out);
  [[nodiscard]] std::string numbered(const Digest& digest);

  SubmissionOrigin origin_;
  const PersonalData& personal_;
  std::map<Digest, std::uint64_t> seen_;
  KnownPlaces places_;
};

/// Reads `source`, which `origin` names. `personal` must outlive the reader. Errors as RowReader::over().
///
/// A row is known again by its id, else by what it says and its number among the rows of the file that say the same: so
/// a file may come twice, and two equal rows are two facts. Memory: some 80 bytes for each row without an id.
[[nodiscard]] Result<std::unique_ptr<SubmissionReader>> open_submissions(std::unique_ptr<ByteSource> source,
                                                                         PlainFormat format, SubmissionOrigin origin,
                                                                         const PersonalData& personal);

}  // namespace lotledger::connectors::plain
