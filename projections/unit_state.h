// projections/unit_state.h - where a unit is and what became of it: a function of the set of its facts, ordered by when
// they happened, never of the order in which they arrived.
#pragma once

#include "projections/containment.h"
#include "projections/genealogy_reader.h"
#include "projections/stock.h"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace lotledger::projections {

/// Existence of a unit (design: one of three separate axes; the others are disposition and holds).
enum class Existence : std::uint8_t { unknown, in_stock, shipped, returned, consumed, scrapped, sampled };
[[nodiscard]] std::string_view name_of(Existence existence);

/// A shipment that counts: not voided, with what of it came back.
struct Shipped {
  EventPosition position;
  Instant at;
  NodeId via = k_no_node;            ///< Container that carried the unit, where it was packed.
  std::optional<Quantity> quantity;  ///< Of a lot; nullopt: the whole unit.
  bool returned = false;             ///< The unit, or some of a lot, came back from here.
};

struct UnitState {
  Existence existence = Existence::unknown;
  std::vector<Shipped> shipments;
  std::optional<EventPosition> last_seen;  ///< Event whose context says where the unit is.
  bool held = false;
  bool bought = false;  ///< Came in by receipt before anything else told of it.
  bool found = false;   ///< Came in by a count or correction before anything else told of it.
  /// Of a lot, in `unit`; all nullopt where quantities were not stated or do not convert.
  std::optional<UnitCode> unit;
  Decimal made, received, consumed, shipped, returned, scrapped, sampled;
  Decimal at_once;   ///< Of made and scrapped: what an order made and threw away in one record.
  Decimal adjusted;  ///< By counts and corrections; may be negative. Of a piece too.
  /// made + received + returned + adjusted - consumed - shipped - scrapped - sampled - pieces that are traced as
  /// serials; may be negative. Where more serials are known than were made and received as a lot, the others came as
  /// serials.
  std::optional<Decimal> remaining;
  /// Of a lot with quantities, in `unit`, pieces that are traced as serials included; in all remaining plus those.
  Bins bins;
  /// Of any other unit: where it lies while it is here.
  Bin place;
  std::string origin;                  ///< Location where it came into being or in; empty: nobody said.
  std::optional<Instant> disposed_at;  ///< When the disposition of the unit as a whole was said last.
};

/// What went into a split, merge or relabelling, by owner.
struct Inherited {
  std::map<std::string, Decimal> parts;  ///< By bytes of the owner's key, empty: ours. None: all of it is ours.
  std::optional<UnitCode> unit;          ///< Of the parts; nullopt where a whole unit of unknown quantity went in.
  bool divisible = true;  ///< The parts may be told apart in what came out: one unit, of as much as went in.
};
/// Owner of what several owners put together, where nobody can tell which of it is whose: bytes of a key.
inline constexpr std::string_view k_unknown_owner = "oowner:unknown";

/// What the records of movements tell beyond their links; a member that is empty is never asked.
struct MovementRecords {
  /// Whether a shipment only moved the unit between parties of our own.
  std::function<bool(EventPosition shipment)> internal;
  /// Whether two events name a common document.
  std::function<bool(EventPosition first, EventPosition second)> share_document;
  /// Whether a receipt tells that a shipment arrived.
  std::function<bool(EventPosition receipt, EventPosition shipment)> delivers;
  /// Whether a return tells that it came from where a shipment went.
  std::function<bool(EventPosition back, EventPosition shipment)> sent_back;
  /// Whether a party is one of our own.
  std::function<bool(const std::string& party)> ours;
  /// Base unit of measure of the unit's item.
  std::function<std::optional<UnitCode>(const UnitKey& unit)> base_unit;
  /// Factor between units of measure for the unit's item at a time; where this is empty: conversion().
  std::function<std::optional<Conversion>(const UnitKey& unit, UnitCode from, UnitCode to, Instant at)> factor;
  /// Disposition of new stock of which nobody said anything.
  std::function<StockDisposition(const UnitKey& unit)> usual_disposition;
  /// Whose property went into a process that only splits, merges or relabels; where this is empty, it was ours.
  std::function<const Inherited&(Containment& containment, NodeId process)> inherited;
  /// Digest of what the source said: orders movements of one kind and instant, whichever came first.
  std::function<Digest(EventPosition)> content;
};

/// How much of a state is asked for: all of it, or all but what bins tell (where how much lies, and the disposition of
/// new stock), which costs most.
enum class StateDetail : std::uint8_t { all, no_bins };

/// State of a lot, serial or other unit under the reader's filter. Internal shipments leave it in stock; a voided
/// shipment is the last one before with a common document, else the last one before.
[[nodiscard]] UnitState state_of(const GenealogyReader& reader, Containment& containment, const Node& unit,
                                 const MovementRecords& records = {}, StateDetail detail = StateDetail::all);

/// What the use at `use` took of the unit, by owner, in the order in which stock is taken. Parts in the unit of the
/// state; of a unit without quantities, one part that is all of it.
[[nodiscard]] Inherited taken_by_owner(const GenealogyReader& reader, Containment& containment, const Node& unit,
                                       const MovementRecords& records, EventPosition use);

}  // namespace lotledger::projections
