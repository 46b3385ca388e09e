// projections/store/rocks_store.h - stores over RocksDB: one that folds, one that reads beside it.
#pragma once

#include "projections/store/rocks_base.h"
#include "projections/store/store.h"

#include <memory>

namespace lotledger::projections {

/// A store that writes what it seals to `base` on a thread of its own. The thread ends, after finishing what was
/// sealed, with the store.
[[nodiscard]] std::unique_ptr<Store> folding_store(std::unique_ptr<RocksBase> base);
/// A store whose writes stay in memory, over `base` opened by open_reader().
[[nodiscard]] std::unique_ptr<Store> private_store(std::unique_ptr<RocksBase> base);

}  // namespace lotledger::projections
