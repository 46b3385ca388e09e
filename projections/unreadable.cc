// projections/unreadable.cc - records that a read model could not read.
#include "projections/unreadable.h"

#include "projections/keys.h"

namespace lotledger::projections {

void note_unreadable(Store& store, Seq seq) {
  store.insert(number_key('b', seq), {});
}

std::vector<Seq> unreadable_records(const StoreReader& store, Seq known_at) {
  std::vector<Seq> unreadable;
  store.scan_prefix("b", [&](std::string_view key, std::string_view) {
    const Seq seq = load_be64(key.data() + 1);
    if (seq > known_at) return false;
    unreadable.push_back(seq);
    return true;
  });
  return unreadable;
}

}  // namespace lotledger::projections
