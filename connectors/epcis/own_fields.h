// connectors/epcis/own_fields.h - fields of our own in an event, for what a fact says beyond the words of EPCIS. They
// are extensions: whoever does not know them reads the event without them. Explained in docs/areas/epcis.md "Own
// fields".
#pragma once

#include "connectors/epcis/model.h"

#include <optional>
#include <string>
#include <string_view>

namespace lotledger::connectors::epcis {

/// Namespace of the fields. As full URIs they need no declaration.
inline constexpr std::string_view k_own_space = "urn:lotledger:fact:";

/// Local names. Public words, never reused.
namespace own {
inline constexpr std::string_view k_kind = "kind";             ///< A word of OwnKind.
inline constexpr std::string_view k_owner = "owner";           ///< URI; of a receipt.
inline constexpr std::string_view k_terms = "terms";           ///< Of a shipment.
inline constexpr std::string_view k_basis = "basis";           ///< Of a transformation.
inline constexpr std::string_view k_operation = "operation";   ///< Of a transformation.
inline constexpr std::string_view k_flow = "flow";             ///< Of a transformation: `sequential`.
inline constexpr std::string_view k_until = "until";           ///< Instant at which the event ended.
inline constexpr std::string_view k_expires_on = "expiresOn";  ///< YYYY-MM-DD; of a receipt or status.
inline constexpr std::string_view k_retest_on = "retestOn";    ///< YYYY-MM-DD; of a status.
inline constexpr std::string_view k_hold = "hold";             ///< Id of a hold.
inline constexpr std::string_view k_hold_kind = "holdKind";
inline constexpr std::string_view k_company = "company";  ///< Of the releaser.
inline constexpr std::string_view k_market = "market";
inline constexpr std::string_view k_reason = "reason";  ///< Words of a person.
/// List of objects, each of one `unit` (URI): the `lot` that it belongs to (URI), `quantity` with `uom`.
inline constexpr std::string_view k_units = "units";
}  // namespace own

/// A sort of fact that an event of EPCIS alone does not tell, and the words of the standard that come nearest to it.
struct OwnKind {
  std::string_view word;
  EventType type = EventType::object;
  std::optional<Action> action;  ///< nullopt in transformations.
  std::string_view step;         ///< bizStep; empty: none.
  std::string_view disposition;  ///< Empty: none.
};
/// nullptr for a word that is none.
[[nodiscard]] const OwnKind* find_own_kind(std::string_view word);

/// What made and threw away its outputs at once.
inline constexpr std::string_view k_scrap_output = "scrap_output";
/// Dates without a status.
inline constexpr std::string_view k_expiry = "expiry";

/// `urn:lotledger:fact:kind`.
[[nodiscard]] std::string own_name(std::string_view local);
/// The local name of a field of our own, however its name is written; nullopt for anything else.
[[nodiscard]] std::optional<std::string> own_local_name(const Extension& extension);

}  // namespace lotledger::connectors::epcis
