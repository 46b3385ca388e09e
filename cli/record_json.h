// cli/record_json.h - a record as JSON, by reflection over the schema that the program was built with: a new event type
// shows without a line of code here.
#pragma once

#include "cli/json.h"
#include "engine/log/record.h"

#include <string>

namespace lotledger::cli {

/// {kind: "record", position, seq, recorded_at, readable, why_unreadable, header: {...}, body: {...}}. Absent fields
/// are left out; 64-bit integers are strings, instants RFC 3339, unit keys refs, bytes hexadecimal except the source's
/// own words. The body is null where this program cannot read it.
[[nodiscard]] Json record_json(const std::string& ledger, const engine::StoredRecord& record);

}  // namespace lotledger::cli
