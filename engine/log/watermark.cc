// engine/log/watermark.cc - reading `durable` beside its writer.
#include "engine/log/watermark.h"

#include "engine/log/log_files.h"

namespace lotledger::engine {

Result<Head> published_durable(Disk& disk, const std::string& folder, const LogPosition& head) {
  // The writer may overwrite a slot while we read it; that both slots are caught so is rare, twice in a row rarer.
  constexpr int k_tries = 8;
  for (int i = 0; i < k_tries; ++i) {
    const auto slots = read_positions(disk, durable_path(folder));
    if (!slots && slots.error().code == ErrorCode::not_found) break;
    if (!slots) return std::unexpected(slots.error());
    if (!slots->latest) continue;
    const bool later = slots->latest->ledger == head.ledger && slots->latest->head.seq + 1 > head.head.seq + 1;
    return later ? slots->latest->head : head.head;
  }
  return head.head;
}

}  // namespace lotledger::engine
