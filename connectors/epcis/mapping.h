// connectors/epcis/mapping.h - EPCIS events as submissions to the ledger: which of our events an EPCIS event is.
// The table of docs/areas/epcis.md, in code (requirements D30-D45). Pure but for sealing, which needs keys and
// randomness.
#pragma once

#include "connectors/base/rows.h"
#include "connectors/epcis/document.h"
#include "engine/submission.h"

#include <string>
#include <vector>

namespace lotledger::connectors::epcis {

/// Namespace of attributes of our own in master data.
inline constexpr std::string_view k_own_mda = "urn:lotledger:mda:";
/// `urn:lotledger:mda:NAME`.
[[nodiscard]] std::string own_attribute(std::string_view name);
/// The attribute of master data that says from when on a description holds; a time as in an event. Without it, a
/// description holds from when its document was written.
inline constexpr std::string_view k_valid_from = "urn:lotledger:mda:validFrom";

/// A good event as a submission: a fact, or the withdrawal of one. Or the faults that only mapping finds (a quantity of
/// more than 18 digits, an identifier of more than 2,048 bytes).
[[nodiscard]] std::expected<engine::Submission, std::vector<Fault>> map_event(const Event& event, const Origin& place,
                                                                              const SubmissionOrigin& origin);
/// A bad item as a row of the dead-letter queue.
[[nodiscard]] engine::Submission map_rejected(const BadItem& item, const SubmissionOrigin& origin);
/// A good event that could not be mapped, likewise.
[[nodiscard]] engine::Submission map_rejected(const Event& event, const Origin& place, const std::vector<Fault>& faults,
                                              const SubmissionOrigin& origin);
/// A vocabulary as submissions, one per element; an element of ours with faults becomes a row of the dead-letter queue.
/// `described_at`: creation date of the document. io when a key cannot be made.
[[nodiscard]] Result<std::vector<MappedRow>> map_master_data(const MasterData& data, const Origin& place,
                                                             ZonedInstant described_at, const SubmissionOrigin& origin,
                                                             const PersonalData& personal);

}  // namespace lotledger::connectors::epcis
