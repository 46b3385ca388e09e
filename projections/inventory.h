// projections/inventory.h - what lies where, in which state, whose it is: the rows that a warehouse and a planner ask
// for. Computed from the facts under the reader's filter, so that any as-of and known-at date gives the stock of that
// date. Explained in docs/areas/inventory.md.
#pragma once

#include "projections/balance.h"
#include "projections/completeness.h"
#include "projections/movements.h"

#include <optional>
#include <string>
#include <vector>

namespace lotledger::projections {

/// Stock that is alike in everything that a row tells.
struct InventoryRow {
  UnitKey item;  ///< Class; empty where the unit has none.
  UnitKey lot;   ///< Empty: serials of which no lot is known.
  Bin bin;
  std::vector<std::string> holds;  ///< Ids of the holds that stand on all of it, sorted.
  std::string expires_on;          ///< YYYY-MM-DD, or empty.
  bool expired = false;
  std::string custodian;  ///< Bytes of the party's key; empty: ours.
  StockPlace place = StockPlace::stock;
  std::optional<Decimal> quantity;  ///< nullopt: nobody said how much, or it does not convert.
  UnitCode unit{};
  /// In our custody in storage, not held, not expired, neither pending nor rejected.
  [[nodiscard]] bool available() const;
};

/// Which stock is asked for; what is absent does not matter.
struct InventoryQuery {
  std::optional<UnitKey> item;  ///< Class.
  std::optional<NodeId> unit;   ///< A lot, or a serial.
  std::optional<UnitKey> location;
};

struct Inventory {
  /// First expired first out: by item, expiry date (none last), lot, location and the rest.
  std::vector<InventoryRow> rows;
  std::vector<Missing> missing;  ///< Lots whose stock is not known.
};

/// What an inventory is computed from; all must outlive the call.
struct InventorySources {
  const GenealogyReader& reader;
  Containment& containment;
  Movements& movements;
  /// Day of the answer, YYYY-MM-DD: what expired before it is expired.
  std::string today;
};

/// invalid_input when a sum overflows.
[[nodiscard]] Result<Inventory> inventory(InventorySources& sources, const InventoryQuery& query);

/// The balance of a lot with the pieces of it that are known by serial, or of one serial.
[[nodiscard]] Result<Balance> balance_of_unit(InventorySources& sources, const Node& unit);

/// The expiry date said last of the unit, else of its lot; empty where nobody said one.
[[nodiscard]] std::string expiry_of(const GenealogyReader& reader, NodeId unit);

}  // namespace lotledger::projections
