// engine/base/unit_urn.h - names of our own in files that allow URIs only: urn:lotledger:lot:ISSUER:ITEM:LOT and so on.
// No domain stands behind them, and nothing is ever fetched. Explained in docs/areas/identity.md "URNs".
#pragma once

#include "engine/base/unit_key.h"

#include <optional>
#include <string>
#include <string_view>

namespace lotledger {

/// What a URN names beside units: codes that are no URI at their source. Public words, never reused.
inline constexpr std::string_view k_urn_process = "process";
inline constexpr std::string_view k_urn_document = "document";

/// `urn:lotledger:KIND:TEXT`, with everything but letters, digits and `-._~` of ASCII percent-encoded.
[[nodiscard]] std::string urn_of_text(std::string_view kind, std::string_view text);
/// The text that urn_of_text() wrote; nullopt for anything else.
[[nodiscard]] std::optional<std::string> text_of_urn(std::string_view kind, std::string_view urn);

/// The URN of a plant's own or an opaque unit: `urn:lotledger:lot:ISSUER:ITEM:LOT`, `...:serial:ISSUER:ITEM:SERIAL`,
/// with
/// `:LOT` behind it where `lot` is given and of the same issuer and item, `...:class:ISSUER:ITEM`, `...:opaque:TEXT`.
/// read_unit_urn() gives the same key. Of a GS1 key its canonical Digital Link, which has no need of a URN.
[[nodiscard]] std::string unit_urn(const UnitKey& key, const std::optional<UnitKey>& lot = std::nullopt);
/// The unit that such a URN names, `original` being the URN; nullopt where it is none or is not well-formed.
[[nodiscard]] std::optional<UnitRef> read_unit_urn(std::string_view urn);

}  // namespace lotledger
