// projections/record_cache.cc - records that one answer needs.
#include "projections/record_cache.h"

namespace lotledger::projections {

const schema::Body* RecordCache::body(Seq seq) {
  const auto [at, fresh] = records_.try_emplace(seq);
  if (fresh) {
    auto record = log_.at(seq);
    if (!record.has_value()) {
      if (status_.has_value()) status_ = std::unexpected(record.error());
      return nullptr;
    }
    at->second = std::move(*record);
  }
  if (at->second.header().body_bytes == 0) return nullptr;
  return body_to_fold(at->second);
}

const schema::Event* RecordCache::event(EventPosition position) {
  const schema::Body* found = body(position.seq);
  if (found == nullptr || position.index >= found->events()->size()) return nullptr;
  return found->events()->Get(position.index);
}

}  // namespace lotledger::projections
