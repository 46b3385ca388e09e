// connectors/mapping/submissions.h - a foreign export as submissions: records to plain rows by a mapping, and those to
// events. Explained in docs/formats/mapping.md.
#pragma once

#include "connectors/base/rows.h"
#include "connectors/base/window.h"
#include "connectors/mapping/mapping.h"

#include <memory>

namespace lotledger::connectors::mapping {

/// Reads `source`, which `origin` names, twice: once to know its records, once to map them. `personal` must outlive the
/// reader. invalid_input when the file has no list of records; io.
///
/// Memory: some 450 bytes a record, those inside others included, and 80 for each row without an id. Notes name what no
/// row took, and why.
[[nodiscard]] Result<std::unique_ptr<SubmissionReader>> open_submissions(std::unique_ptr<ByteSource> source,
                                                                         std::shared_ptr<const Mapping> mapping,
                                                                         SubmissionOrigin origin,
                                                                         const PersonalData& personal);

}  // namespace lotledger::connectors::mapping
