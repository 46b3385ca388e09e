// connectors/epcis/own_fields.cc - the table of kinds.
#include "connectors/epcis/own_fields.h"

#include <algorithm>
#include <array>

namespace lotledger::connectors::epcis {
namespace {

// The action is what the fact does to stock, so that a reader of the standard alone comes to the same sums: what was
// scrapped, sampled or booked out is deleted, what was booked in is added, everything else was seen. The steps and
// dispositions are those of CBV 2.0, 7.1 and 7.2.
constexpr std::array k_kinds{
    OwnKind{"move", EventType::object, Action::observe, "storing", {}},
    OwnKind{"put_away", EventType::object, Action::observe, "storing", {}},
    OwnKind{"issue", EventType::object, Action::observe, "picking", {}},
    OwnKind{"return_to_stock", EventType::object, Action::observe, "storing", {}},
    OwnKind{"to_subcontractor", EventType::object, Action::observe, "transporting", {}},
    OwnKind{"from_subcontractor", EventType::object, Action::observe, "transporting", {}},
    OwnKind{"to_consignment", EventType::object, Action::observe, "transporting", {}},
    OwnKind{"from_consignment", EventType::object, Action::observe, "transporting", {}},
    OwnKind{"count", EventType::object, Action::observe, "cycle_counting", {}},
    OwnKind{"adjust_in", EventType::object, Action::add, "stock_taking", {}},
    OwnKind{"adjust_out", EventType::object, Action::remove, "stock_taking", {}},
    OwnKind{"sample", EventType::object, Action::remove, "sampling", {}},
    OwnKind{"scrap", EventType::object, Action::remove, "destroying", {}},
    OwnKind{"owner", EventType::object, Action::observe, {}, {}},
    OwnKind{"pending", EventType::object, Action::observe, "inspecting", "non_sellable_other"},
    OwnKind{"released", EventType::object, Action::observe, "inspecting", "conformant"},
    OwnKind{"concession", EventType::object, Action::observe, "inspecting", "available"},
    OwnKind{"rejected", EventType::object, Action::observe, "inspecting", "non_conformant"},
    OwnKind{"held", EventType::object, Action::observe, "holding", "non_sellable_other"},
    OwnKind{"lifted", EventType::object, Action::observe, "inspecting", {}},
    OwnKind{k_expiry, EventType::object, Action::observe, "inspecting", {}},
    OwnKind{"by_product", EventType::transformation, std::nullopt, {}, {}},
    OwnKind{"rework", EventType::transformation, std::nullopt, {}, {}},
    OwnKind{"split", EventType::transformation, std::nullopt, {}, {}},
    OwnKind{"merge", EventType::transformation, std::nullopt, {}, {}},
    OwnKind{"relabel", EventType::transformation, std::nullopt, {}, {}},
    OwnKind{k_scrap_output, EventType::transformation, std::nullopt, {}, {}},
};

}  // namespace

const OwnKind* find_own_kind(std::string_view word) {
  const auto* found = std::ranges::find(k_kinds, word, &OwnKind::word);
  return found == k_kinds.end() ? nullptr : &*found;
}

std::string own_name(std::string_view local) {
  return std::string(k_own_space) + std::string(local);
}

std::optional<std::string> own_local_name(const Extension& extension) {
  const std::string whole = extension.space + extension.local;
  if (!whole.starts_with(k_own_space)) return std::nullopt;
  return whole.substr(k_own_space.size());
}

}  // namespace lotledger::connectors::epcis
