// cli/reference.h - the unit that somebody means: full references, or a scrap of a label that only one unit has.
#pragma once

#include "cli/query.h"

#include <string>

namespace lotledger::cli {

/// The unit that `text` names. Any full writing of a known unit; a bare text (a lot, serial or container number) when
/// exactly one unit has it, which is then said on stderr. invalid_input: malformed, or several units have that text
/// (all are listed; none is picked). not_found names what is near.
[[nodiscard]] Result<projections::Node> resolve_unit(Query& query, const Output& output, const std::string& text);

/// As resolve_unit, for commands that may speak of a unit that no event has named yet: a full reference (lot, serial,
/// container, class) is taken as it stands.
[[nodiscard]] Result<UnitRef> resolve_reference(Query& query, const Output& output, const std::string& text);

}  // namespace lotledger::cli
