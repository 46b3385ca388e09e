// connectors/epcis/submissions.h - an EPCIS file as submissions: read, validated, mapped.
#pragma once

#include "connectors/base/rows.h"
#include "connectors/base/window.h"

#include <memory>

namespace lotledger::connectors::epcis {

/// Reads `source`, which `origin` names. `personal` must outlive the reader. Errors as DocumentReader::over().
[[nodiscard]] Result<std::unique_ptr<SubmissionReader>> open_submissions(std::unique_ptr<ByteSource> source,
                                                                         SubmissionOrigin origin,
                                                                         const PersonalData& personal);

}  // namespace lotledger::connectors::epcis
