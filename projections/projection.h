// projections/projection.h - a read model: records in, keys and values out. The same code folds live, on restart and on
// rebuild; state is a function of the records alone.
#pragma once

#include "engine/log/record.h"
#include "projections/store/store.h"

#include "schemas/event_generated.h"

#include <string_view>

namespace lotledger::projections {

/// A record on its way into the read models.
struct FoldInput {
  const engine::StoredRecord& record;
  /// nullptr when this program cannot read the body (a later schema version, an unknown event type, damage): such a
  /// record is counted by every projection, and answers that may touch it say so.
  const schema::Body* body;
};

class GraphView;

/// One ledger of those that an answer stands on, as a read model shows it.
struct CutLedger {
  const StoreReader* store = nullptr;  ///< Not owned.
  Seq known_at = k_no_seq;             ///< Its position in the cut; k_no_seq: the end of what is folded.
  const GraphView* graph = nullptr;    ///< Of its genealogy, where there is one; not owned.
};

class Projection {
 public:
  Projection() = default;
  Projection(const Projection&) = delete;
  Projection& operator=(const Projection&) = delete;
  virtual ~Projection() = default;

  /// Name of its folder and in `projection list`.
  [[nodiscard]] virtual std::string_view name() const = 0;
  /// Raised with every change of what apply() writes: stores of another version are rebuilt.
  [[nodiscard]] virtual std::uint32_t fold_version() const = 0;
  /// Folds one record. Pure but for `store`; cannot fail.
  virtual void apply(const FoldInput& input, Store& store) = 0;
};

/// The fold's view of a record's body: nullptr where it is not readable.
[[nodiscard]] const schema::Body* body_to_fold(const engine::StoredRecord& record);

}  // namespace lotledger::projections
