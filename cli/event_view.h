// cli/event_view.h - one event in a few words, for lists: what, when, where, under which documents, about which units.
#pragma once

#include "cli/json.h"
#include "cli/query.h"

namespace lotledger::cli {

/// {position, type, at, business_step, disposition, location, documents, subject, units, actor, reason, withdrawn_by};
/// `units` counts the units named, `subject` names the first of them. Type is null where this program cannot read the
/// record.
[[nodiscard]] Json event_json(Query& query, EventPosition position);

/// Documents of an event: [{type, id}].
[[nodiscard]] Json documents_json(const schema::Event& event);

}  // namespace lotledger::cli
