// engine/base/material.h - what every statement about material carries: units, how much of them, where and why.
// Mirrors schemas/common.fbs.
#pragma once

#include "engine/base/quantity.h"
#include "engine/base/time.h"
#include "engine/base/unit_key.h"

#include <optional>
#include <string>
#include <vector>

namespace lotledger {

/// Text in a language; language may be empty when the source gave none.
struct LocalText {
  std::string language;
  std::string value;
  friend bool operator==(const LocalText&, const LocalText&) = default;
};

/// mantissa * 10^-scale of a currency (ISO 4217). Exact, like quantities.
struct Money {
  std::int64_t mantissa = 0;
  std::uint8_t scale = 0;
  std::string currency;
  friend bool operator==(const Money&, const Money&) = default;
};

/// A unit and how much of it; nullopt when the source stated no quantity (a serial is then one piece).
struct UnitAmount {
  UnitRef unit;
  std::optional<Quantity> quantity;
  std::optional<Money> cost = std::nullopt;  ///< Of all of it, where the source says so.
  friend bool operator==(const UnitAmount&, const UnitAmount&) = default;
};

/// A business document (CBV business transaction).
struct DocumentRef {
  std::string type;  ///< CBV word (desadv, po, prodorder, rma, ...) or a URI; may be empty.
  std::string id;
  friend bool operator==(const DocumentRef&, const DocumentRef&) = default;
};

/// A party or place in a role (CBV source/destination type).
struct PartyRole {
  std::string role;  ///< owning_party, possessing_party, location, or a URI.
  UnitKey key;
  std::string original;
  friend bool operator==(const PartyRole&, const PartyRole&) = default;
};

/// Where and why (EPCIS 2.0). CBV words are kept bare (`shipping`), other vocabularies as full URIs.
struct Context {
  std::string business_step;
  std::string disposition;
  std::optional<UnitKey> read_point;
  std::optional<UnitKey> business_location;
  std::vector<DocumentRef> documents;
  std::vector<PartyRole> sources;
  std::vector<PartyRole> destinations;
  friend bool operator==(const Context&, const Context&) = default;
};

}  // namespace lotledger
