// engine/rules/known.h - what rules know of the plant at the position being decided: items, stock, status, processes.
// By the order of records, not by the time of facts: what is not recorded yet is not known. Asked through
// engine/facts.h.
#pragma once

#include "engine/facts.h"
#include "engine/item.h"
#include "engine/lot.h"

#include <optional>
#include <string>
#include <vector>

namespace lotledger::engine {

struct ItemKnown {
  bool late = false;  ///< Facts about it came before its profile, so sums of its older lots are not known.
  std::optional<TraceProfile> profile;
  std::optional<UnitCode> uom;  ///< Base unit of measure.
  friend bool operator==(const ItemKnown&, const ItemKnown&) = default;
};

/// One lot of an item with a profile. Quantities are in `uom`.
struct LotKnown {
  bool seen = false;
  bool countable = true;  ///< False: some quantity is not known in `uom`, so nothing is asserted of stock.
  bool unplaced = false;  ///< Some of it went to a place that was not stated: nothing is asserted of single places.
  std::optional<UnitCode> uom;
  Decimal total;        ///< What is left.
  Decimal taken;        ///< Used or shipped.
  Decimal shipped;      ///< Of it, shipped.
  Decimal returned;     ///< Came back, ever.
  Instant returned_at;  ///< Last.
  std::string expires_on;
  std::string made_by;                   ///< Process that made it first.
  std::string supplier;                  ///< Key of the party that it came from first.
  std::string used_by;                   ///< Process that used it last.
  std::vector<std::string> conditional;  ///< Lots in it that were used under concession; at most k_known_list_max.
  friend bool operator==(const LotKnown&, const LotKnown&) = default;
};

struct SerialKnown {
  enum class State : std::uint8_t { unseen, here, gone };
  State state = State::unseen;
  bool commissioned = false;
  std::string made_by;                 ///< Process that made it; `-` where the fact is its own process. Empty: none.
  std::optional<Instant> returned_at;  ///< Came back, last.
  std::string lot;                     ///< Empty: not stated.
  std::string expires_on;
  friend bool operator==(const SerialKnown&, const SerialKnown&) = default;
};

/// What somebody said about the disposition of a unit.
struct StatusKnown {
  std::string source;  ///< Empty: decided by command.
  Instant at;
  Disposition disposition = Disposition::pending;
  ReleaseKind release = ReleaseKind::none;
  std::string market;
  std::optional<Quantity> quantity;
  std::optional<UnitKey> location;
  friend bool operator==(const StatusKnown&, const StatusKnown&) = default;
};

struct HoldKnown {
  HoldId id;
  HoldKind kind = HoldKind::quality;
  std::string source;  ///< Empty: placed by command or by a rule.
  std::string owner;   ///< Who placed it; empty: a rule or a source.
  std::optional<Quantity> quantity;
  std::optional<UnitKey> location;
  friend bool operator==(const HoldKnown&, const HoldKnown&) = default;
};

/// Lists in these facts end here, so that no order makes a fact slow; what is beyond is not judged.
inline constexpr std::size_t k_known_list_max = 16;

struct ProcessKnown {
  std::vector<std::string> outputs;      ///< Keys of lots and serials made, oldest first.
  std::vector<std::string> conditional;  ///< As of LotKnown.
  std::string expires_on;                ///< Earliest of its inputs.
  std::string broken_rule;               ///< Of an input that should not have been used; empty: none.
  Seq broken_at = 0;
  friend bool operator==(const ProcessKnown&, const ProcessKnown&) = default;
};

struct HoldsCaused {
  Instant since;
  std::uint32_t count = 0;  ///< Within the hour that began at `since`.
  bool paused = false;
  friend bool operator==(const HoldsCaused&, const HoldsCaused&) = default;
};

/// What a fact did to the stock of one lot at one place.
struct StockChange {
  UnitKey lot;
  std::optional<UnitKey> location;
  Decimal quantity;    ///< Negative: left.
  bool taken = false;  ///< Used or shipped.
  bool shipped = false;
  friend bool operator==(const StockChange&, const StockChange&) = default;
};

/// `quantity` in another unit of measure, by what everybody knows, else by what was stated; nullopt where nothing leads
/// there or the result does not fit.
[[nodiscard]] std::optional<Decimal> converted(const Facts& facts, const UnitKey& item_class, const Quantity& quantity,
                                               UnitCode to);

}  // namespace lotledger::engine
