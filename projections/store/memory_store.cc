// projections/store/memory_store.cc - a store without files.
#include "projections/store/delta_store.h"

namespace lotledger::projections {

std::unique_ptr<Store> memory_store(std::uint32_t fold_version) {
  return std::make_unique<DeltaStore>(StorePosition{.head = {}, .fold_version = fold_version}, StoreDigest{}, nullptr);
}

}  // namespace lotledger::projections
