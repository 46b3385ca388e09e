// projections/record_cache.cc - records that one answer needs.
#include "projections/record_cache.h"

namespace lotledger::projections {

const schema::Body* RecordCache::body(RecordPosition at) {
  const auto [found, fresh] = records_.try_emplace(at);
  if (fresh) {
    auto record = logs_[at.ledger]->at(at.seq);
    if (!record.has_value()) {
      if (status_.has_value()) status_ = std::unexpected(record.error());
      return nullptr;
    }
    found->second = std::move(*record);
  }
  if (found->second.header().body_bytes == 0) return nullptr;
  return body_to_fold(found->second);
}

const schema::Event* RecordCache::event(EventPosition position) {
  const schema::Body* found = body(position.record());
  if (found == nullptr || position.index >= found->events()->size()) return nullptr;
  return found->events()->Get(position.index);
}

}  // namespace lotledger::projections
