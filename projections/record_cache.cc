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

bool share_document(RecordCache& records, EventPosition first, EventPosition second) {
  const schema::Event* one = records.event(first);
  const schema::Event* other = records.event(second);
  if (one == nullptr || other == nullptr || one->context() == nullptr || other->context() == nullptr) return false;
  if (one->context()->documents() == nullptr || other->context()->documents() == nullptr) return false;
  for (const schema::DocumentRef* mine : *one->context()->documents()) {
    for (const schema::DocumentRef* theirs : *other->context()->documents()) {
      if (mine->id()->string_view() == theirs->id()->string_view()) return true;
    }
  }
  return false;
}

}  // namespace lotledger::projections
