// projections/search.h - finding things by a scrap of a label: lot and serial texts, items, documents, parties,
// containers.
#pragma once

#include "projections/fold_memo.h"
#include "projections/genealogy.h"
#include "projections/projection.h"

#include <string>
#include <vector>

namespace lotledger::projections {

class SearchProjection final : public Projection {
 public:
  [[nodiscard]] std::string_view name() const override { return "search"; }
  [[nodiscard]] std::uint32_t fold_version() const override { return 4; }
  void apply(const FoldInput& input, Store& store) override;

 private:
  FoldMemo<bool> mentioned_;  ///< What was mentioned: a letter for its sort, then how the event names it.
};

enum class HitKind : std::uint8_t { unit = 1, document = 2, party = 3, event = 4 };

struct Hit {
  HitKind kind = HitKind::unit;
  UnitKey key;       ///< Of a unit or party.
  std::string text;  ///< What matched, as written: lot, serial, document id, name.
  std::string
      field;  ///< lot, serial, item, container, opaque, location, party, name, event id; for a document its type
              ///< (`po`, `desadv`, `process`, ...; `document` where the source gave none).
  EventPosition first;  ///< Where it was first mentioned.
};

/// Everything whose text contains `text` (ASCII case folded, all other characters as they are), exact matches first,
/// then beginnings, then the rest; each group by text. Complete: no cap, and every text is looked at, so cost grows
/// with the number of distinct texts. An empty `text` finds nothing. Ask store.failure() afterwards; records that could
/// not be read are listed by unreadable_records() (projections/unreadable.h).
[[nodiscard]] std::vector<Hit> find_text(const StoreReader& store, std::string_view text, Seq known_at = k_no_seq);
/// The same in several ledgers; what more than one of them mentions is found in the first.
[[nodiscard]] std::vector<Hit> find_text(const std::vector<CutLedger>& ledgers, std::string_view text);

}  // namespace lotledger::projections
