// projections/projection.cc - what a fold sees of a record.
#include "projections/projection.h"

#include "engine/codec/codec.h"

namespace lotledger::projections {

// Bytes of the log are checked each time they come in: a checksum proves that they are what a writer wrote, not that
// the writer was this program.
const schema::Body* body_to_fold(const engine::StoredRecord& record) {
  return engine::readable(record) ? engine::body_of(record) : nullptr;
}

}  // namespace lotledger::projections
