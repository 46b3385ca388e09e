// cli/json.h - members that JSON answers share. Quantities and 64-bit ids are strings; what is not known is null.
// Counts are numbers.
#pragma once

#include "cli/position.h"
#include "engine/base/ids.h"
#include "engine/base/quantity.h"
#include "engine/base/time.h"
#include "projections/completeness.h"

#include <nlohmann/json_fwd.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace lotledger::cli {

using Json = nlohmann::ordered_json;

/// {"SZ1": "18440212"}
[[nodiscard]] Json position_json(const std::string& ledger, Seq position);
/// One member per ledger.
[[nodiscard]] Json position_json(const Cut& cut);
/// Null when empty.
[[nodiscard]] Json text_json(std::string_view text);
[[nodiscard]] Json decimal_json(const std::optional<Decimal>& number);
/// RFC 3339 in UTC, or null.
[[nodiscard]] Json instant_json(const std::optional<Instant>& at);
/// [{"quantity": "12", "unit": "EA"}]
[[nodiscard]] Json quantities_json(const std::map<UnitCode, Decimal>& quantities);
/// Adds a member that the object does not have yet: rows of long answers are made of these, and looking for each among
/// those before it costs as much as all the rest.
void add_member(Json& object, std::string_view name, Json value);
/// Sets complete, missing, caveats.
void add_completeness(Json& to, const projections::Completeness& completeness);

/// Indented, or on one line. Bytes that are no UTF-8 become U+FFFD, because JSON has no other way.
[[nodiscard]] std::string pretty(const Json& json);
[[nodiscard]] std::string line_of(const Json& json);

}  // namespace lotledger::cli
