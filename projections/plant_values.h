// projections/plant_values.h - values of the plant's facts as bytes, for plant_facts.cc and plant_fold.cc alone.
#pragma once

#include "engine/judgement.h"
#include "engine/rules/known.h"
#include "projections/keys.h"
#include "projections/packed.h"
#include "projections/stays.h"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace lotledger::projections {

inline constexpr std::string_view k_policy_key = "P";
inline constexpr std::string_view k_any_profile_key = "Y";

/// A letter and parts with a zero byte between them. Keys of units and ids of rules hold none.
[[nodiscard]] std::string joined_key(char space, std::initializer_list<std::string_view> parts);

[[nodiscard]] std::string pack(const engine::ItemKnown& item);
[[nodiscard]] std::string pack(const engine::LotKnown& lot);
[[nodiscard]] std::string pack(const engine::SerialKnown& serial);
[[nodiscard]] std::string pack(const engine::StatusKnown& status);
[[nodiscard]] std::string pack(const engine::HoldKnown& hold);
/// What an event changed of what a container holds; `position` is in its key.
struct PackingKnown {
  PackingChange change;
  std::optional<UnitKey> lot;  ///< Of a serial, as the event names it.
};
[[nodiscard]] std::string pack(const PackingKnown& packing);
/// `child` empty: the container was emptied. `ordinal` tells apart several mentions of a child in one event.
[[nodiscard]] std::string packing_key(const UnitKey& container, std::string_view child, const PackingChange& change,
                                      std::uint32_t ordinal);
[[nodiscard]] std::string pack(const engine::ProcessKnown& process);
[[nodiscard]] std::string pack(const std::vector<engine::StockChange>& changes);
/// `policy`: the record of the policy in force, k_no_seq for none.
[[nodiscard]] std::string pack(const engine::HoldsCaused& caused, Seq policy);
[[nodiscard]] std::string pack(const engine::PolicyActivated& policy, Seq seq);

}  // namespace lotledger::projections
