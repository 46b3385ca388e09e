// tests/sim/models.h - the read models of a simulated ledger, folded by the program's own code: in memory, or in
// RocksDB on a thread as the program does it.
#pragma once

#include "projections/runner.h"
#include "tests/sim/plan.h"
#include "tests/sim/state_checks.h"

#include <memory>
#include <string>
#include <vector>

namespace lotledger::tests {

/// All models but the facts of the deciding writer, which the writer folds itself.
class Models {
 public:
  Models() = default;
  Models(const Models&) = delete;
  Models& operator=(const Models&) = delete;
  virtual ~Models() = default;

  /// Opens or makes the stores and folds what `log` holds. Returns the store of the facts for the writer, which owns it
  /// no longer than until close().
  [[nodiscard]] virtual Result<projections::Store*> open(engine::LogReader& log) = 0;
  /// Durable records, in their order; on the thread that made them durable.
  virtual void feed(const std::vector<engine::StoredRecord>& records) = 0;
  /// Models that stand at the end of `log`, for one look; valid until the next call.
  [[nodiscard]] virtual Result<ModelView> view(engine::LogReader& log) = 0;
  /// Stores by name, as view() showed them.
  [[nodiscard]] virtual std::vector<std::pair<std::string, const projections::StoreReader*>> shown() const = 0;
  /// The process ends: by itself, or killed.
  virtual void close(bool killed) = 0;
  /// The stores are gone; false: they are with every process.
  virtual bool lose() = 0;
  /// Of closed stores.
  virtual void keep_image() = 0;
  /// The stores are those of the moment of keep_image(); false: there are none.
  [[nodiscard]] virtual bool restore_image() = 0;
};

[[nodiscard]] std::unique_ptr<Models> memory_models();
/// In a fresh folder below the system's temporary folder, removed at the end.
[[nodiscard]] std::unique_ptr<Models> rocksdb_models();

}  // namespace lotledger::tests
