// projections/master_data.cc - items and conversions in force.
#include "projections/master_data.h"

#include "engine/codec/areas.h"

#include <algorithm>
#include <numeric>

namespace lotledger::projections {
namespace {

/// a * b, reduced; nullopt where it does not fit.
std::optional<Conversion> product(const Conversion& a, const Conversion& b) {
  const std::int64_t across = std::gcd(a.numerator, b.denominator);
  const std::int64_t back = std::gcd(b.numerator, a.denominator);
  Conversion out;
  if (__builtin_mul_overflow(a.numerator / across, b.numerator / back, &out.numerator)) return std::nullopt;
  if (__builtin_mul_overflow(a.denominator / back, b.denominator / across, &out.denominator)) return std::nullopt;
  return out;
}

Conversion inverse(const Conversion& factor) {
  return {factor.denominator, factor.numerator};
}

/// By way of a stated conversion, forwards or backwards, with units that everybody knows at its ends.
std::optional<Conversion> by_way_of(const engine::ConversionSet& set, UnitCode from, UnitCode to) {
  const auto chain = [](const std::optional<Conversion>& first, const Conversion& middle,
                        const std::optional<Conversion>& last) -> std::optional<Conversion> {
    if (!first || !last) return std::nullopt;
    const auto half = product(*first, middle);
    return half ? product(*half, *last) : std::nullopt;
  };
  if (auto found = chain(conversion(from, set.uom), set.factor, conversion(set.base_uom, to))) return found;
  return chain(conversion(from, set.base_uom), inverse(set.factor), conversion(set.uom, to));
}

UnitKey class_of(const UnitKey& unit) {
  return unit.item_class().value_or(unit);
}

}  // namespace

std::optional<engine::ItemRecorded> MasterData::item(const UnitKey& item_class, Instant at) {
  const auto descriptions = reader_.descriptions(item_class);
  if (descriptions.empty()) return std::nullopt;
  EventPosition chosen = descriptions.front().position;
  for (const auto& description : descriptions) {
    if (description.at <= at) chosen = description.position;
  }
  const schema::Event* event = records_.event(chosen);
  if (event == nullptr || event->area_as_item() == nullptr) return std::nullopt;
  const auto decoded = engine::codec::decode(*event->area_as_item());
  const auto* recorded = std::get_if<engine::ItemRecorded>(&decoded);
  return recorded == nullptr ? std::nullopt : std::optional(*recorded);
}

const std::optional<engine::ItemRecorded>& MasterData::item_of(const UnitKey& unit) {
  const std::string_view own = unit.class_bytes();
  const std::string_view bytes = own.empty() ? std::string_view(unit.bytes()) : own;
  const auto known = items_.find(bytes);
  if (known != items_.end()) return known->second;
  const UnitKey item_class{std::string(bytes)};
  return items_.emplace(item_class.bytes(), item(item_class, Instant{INT64_MAX})).first->second;
}

const std::vector<MasterData::Dated>& MasterData::conversions(const std::string& subject) {
  const auto [found, fresh] = conversions_.try_emplace(subject);
  if (!fresh) return found->second;
  for (const auto& description : reader_.descriptions(conversion_subject(subject))) {
    const schema::Event* event = records_.event(description.position);
    if (event == nullptr || event->area_as_item() == nullptr) continue;
    const auto decoded = engine::codec::decode(*event->area_as_item());
    if (const auto* set = std::get_if<engine::ConversionSet>(&decoded)) found->second.push_back({description.at, *set});
  }
  return found->second;
}

/// The last one at or before `at` that leads from one to the other, else the first after it.
std::optional<Conversion> MasterData::stated_factor(const std::string& subject, UnitCode from, UnitCode to,
                                                    Instant at) {
  std::optional<Conversion> found;
  for (const Dated& dated : conversions(subject)) {
    if (dated.at > at && found) break;
    if (const auto factor = by_way_of(dated.set, from, to)) found = factor;
  }
  return found;
}

std::optional<Conversion> MasterData::factor(const UnitKey& unit, UnitCode from, UnitCode to, Instant at) {
  if (const auto known = conversion(from, to)) return known;
  if (const auto own = stated_factor(class_of(unit).bytes(), from, to, at)) return own;
  return stated_factor({}, from, to, at);
}

}  // namespace lotledger::projections
