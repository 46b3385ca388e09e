// cli/names.h - items, parties and locations as people call them.
#pragma once

#include "cli/query.h"

#include <string>

namespace lotledger::cli {

/// The class that `text` names: `ITEM`, `ISSUER:ITEM`, a GTIN, any writing of a class, or that of a lot or serial.
[[nodiscard]] Result<UnitKey> item_named(const std::string& text);
/// The location that `text` names: any writing of one, the plant's own number, or a GLN.
[[nodiscard]] Result<UnitKey> location_named(Query& query, const std::string& text);
/// The party likewise.
[[nodiscard]] Result<UnitKey> party_named(Query& query, const std::string& text);

}  // namespace lotledger::cli
