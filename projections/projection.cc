// projections/projection.cc - what a fold sees of a record.
#include "projections/projection.h"

#include "engine/codec/codec.h"

namespace lotledger::projections {

// Bytes of the log are checked each time they come in: a checksum proves that they are what a writer wrote, not that
// the writer was this program. Records that this process has just made come with the finding.
const schema::Body* body_to_fold(const engine::StoredRecord& record) {
  using Reading = engine::StoredRecord::Reading;
  switch (record.reading()) {
    case Reading::readable: return engine::body_of(record);
    case Reading::unreadable: return nullptr;
    case Reading::unknown: break;
  }
  return engine::readable(record) ? engine::body_of(record) : nullptr;
}

}  // namespace lotledger::projections
