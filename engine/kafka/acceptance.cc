// engine/kafka/acceptance.cc - the rule of acceptance.
#include "engine/kafka/acceptance.h"

#include "engine/base/assert.h"

namespace lotledger::engine::kafka {

std::string_view name_of(Skip skip) {
  switch (skip) {
    case Skip::repeated: return "repeated";
    case Skip::old_epoch: return "old_epoch";
    case Skip::foreign_writer: return "foreign_writer";
    case Skip::not_next: return "not_next";
    case Skip::other_ledger: return "other_ledger";
    case Skip::unreadable: return "unreadable";
  }
  return "unreadable";
}

std::optional<Skip> judge(const Accepted& state, const RecordHeader& header) {
  if (header.ledger != state.ledger) return Skip::other_ledger;
  const bool first = state.head.seq == k_no_seq;
  if (!first && header.epoch < state.epoch.number) return Skip::old_epoch;
  const Seq next = first ? 0 : state.head.seq + 1;
  const Digest previous = first ? Digest{} : state.head.leaf;
  if (header.seq != next || header.previous_leaf != previous) return Skip::not_next;
  if (first) return std::nullopt;
  const bool opens = (header.flags & k_flag_opens_epoch) != 0;
  if (opens && header.epoch > state.epoch.number) return std::nullopt;
  if (epoch_of(header) == state.epoch) return std::nullopt;
  return Skip::foreign_writer;
}

void accept(Accepted& state, const RecordHeader& header, const Digest& leaf) {
  LL_ASSERT(!judge(state, header), "only a record that the rule lets pass can be accepted");
  state.head = {header.seq, leaf};
  state.epoch = epoch_of(header);
}

}  // namespace lotledger::engine::kafka
