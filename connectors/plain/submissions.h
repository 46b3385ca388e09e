// connectors/plain/submissions.h - a file of the plain format as submissions: read, checked, mapped.
#pragma once

#include "connectors/base/rows.h"
#include "connectors/plain/row_reader.h"

#include <memory>

namespace lotledger::connectors::plain {

/// Reads `source`, which `origin` names. `personal` must outlive the reader. Errors as RowReader::over().
///
/// A row is known again by its id, else by what it says and its number among the rows of the file that say the same: so
/// a file may come twice, and two equal rows are two facts. Memory: some 80 bytes for each row without an id.
[[nodiscard]] Result<std::unique_ptr<SubmissionReader>> open_submissions(std::unique_ptr<ByteSource> source,
                                                                         PlainFormat format, SubmissionOrigin origin,
                                                                         const PersonalData& personal);

}  // namespace lotledger::connectors::plain
