// connectors/epcis/own_fields.cc - the table of kinds.
#include "connectors/epcis/own_fields.h"

#include <algorithm>
#include <array>

namespace lotledger::connectors::epcis {
namespace {

constexpr EventType k_object = EventType::object;
constexpr EventType k_process = EventType::transformation;

// The action is what the fact does to stock, so that a reader of the standard alone comes to the same sums: what was
// scrapped, sampled or booked out is deleted, what was booked in is added, everything else was seen. The steps and
// dispositions are those of CBV 2.0, 7.1 and 7.2.
constexpr std::array k_kinds{
    OwnKind{"move", k_object, Action::observe, "storing", {}},
    OwnKind{"put_away", k_object, Action::observe, "storing", {}},
    OwnKind{"issue", k_object, Action::observe, "picking", {}},
    OwnKind{"return_to_stock", k_object, Action::observe, "storing", {}},
    OwnKind{"to_subcontractor", k_object, Action::observe, "transporting", {}},
    OwnKind{"from_subcontractor", k_object, Action::observe, "transporting", {}},
    OwnKind{"to_consignment", k_object, Action::observe, "transporting", {}},
    OwnKind{"from_consignment", k_object, Action::observe, "transporting", {}},
    OwnKind{"count", k_object, Action::observe, "cycle_counting", {}},
    OwnKind{"adjust_in", k_object, Action::add, "stock_taking", {}},
    OwnKind{"adjust_out", k_object, Action::remove, "stock_taking", {}},
    OwnKind{"sample", k_object, Action::remove, "sampling", {}},
    OwnKind{"scrap", k_object, Action::remove, "destroying", {}},
    OwnKind{"owner", k_object, Action::observe, {}, {}},
    OwnKind{"pending", k_object, Action::observe, "inspecting", "non_sellable_other"},
    OwnKind{"released", k_object, Action::observe, "inspecting", "conformant"},
    OwnKind{"concession", k_object, Action::observe, "inspecting", "available"},
    OwnKind{"rejected", k_object, Action::observe, "inspecting", "non_conformant"},
    OwnKind{"held", k_object, Action::observe, "holding", "non_sellable_other"},
    OwnKind{"lifted", k_object, Action::observe, "inspecting", {}},
    OwnKind{k_expiry, k_object, Action::observe, "inspecting", {}},
    OwnKind{"by_product", k_process, std::nullopt, {}, {}},
    OwnKind{"rework", k_process, std::nullopt, {}, {}},
    OwnKind{"split", k_process, std::nullopt, {}, {}},
    OwnKind{"merge", k_process, std::nullopt, {}, {}},
    OwnKind{"relabel", k_process, std::nullopt, {}, {}},
    OwnKind{k_scrap_output, k_process, std::nullopt, {}, {}},
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
